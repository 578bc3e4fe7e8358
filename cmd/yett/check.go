package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strconv"
	"strings"

	"github.com/yett-gateway/yett/engine"
	"github.com/yett-gateway/yett/engine/meter"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/hcl"
	"github.com/yett-gateway/yett/hcl/render"
	"github.com/yett-gateway/yett/sdk/abi"
)

type checkCmd struct {
	Path  string            `arg:"" help:"A file, or a folder whose *.hcl files are one configuration."`
	JSON  bool              `help:"Print the diagnostics as JSON."`
	Var   map[string]string `help:"A variable's value." placeholder:"NAME=VALUE"`
	Start bool              `help:"Start the plugins too, so that they can refuse their configurations." default:"true" negatable:""`
}

// Run exits 0 if the configuration could be served, 1 if not.
func (c *checkCmd) Run(env *environment) error {
	g, diags := load(env, c.Path, c.Var)
	if c.Start && !diags.HasErrors() && len(g.Plugins) > 0 {
		more, err := startPlugins(g)
		if err != nil {
			return err
		}
		diags = append(diags, more...)
	}
	if c.JSON {
		if err := render.JSON(env.stdout, diags); err != nil {
			return err
		}
	} else if err := render.Text(env.stderr, diags, colored(env.stderr)); err != nil {
		return err
	}
	if diags.HasErrors() {
		return exitCode(1)
	}
	if !c.JSON {
		fmt.Fprintln(env.stdout, "ok:", summary(g))
		for _, p := range g.Pipelines {
			fmt.Fprintf(env.stdout, "pipeline %q: %s\n", p.Name, delay(p))
		}
	}
	return nil
}

// startPlugins starts a configuration's plugins as serve does, once, and says which of them can't be used. What pipelines
// add to streams is told anew by what the plugins make of their configurations. The error is for what no line of the
// configuration is to blame for.
func startPlugins(g *spec.Gateway) (hcl.Diagnostics, error) {
	p, err := newPlugins(slog.New(slog.DiscardHandler), meter.New())
	if err != nil {
		return nil, err
	}
	defer p.Close()
	stages, err := p.Ready(context.Background(), g)
	if err != nil {
		return diagnose(err)
	}
	defer stages.Close()
	for _, p := range g.Pipelines {
		p.Delay = liveDelay(p, stages)
	}
	return nil, nil
}

// liveDelay is a pipeline's delay by its stages as they run: a manifest speaks of all that a plugin may do, and a
// configuration can leave hooks without a use.
func liveDelay(p *spec.Pipeline, stages engine.Stages) (d spec.Delay) {
	for _, s := range p.Stages {
		info := stages.Stage(s).Info()
		if info.Hooks.Has(abi.OnToolCall) {
			d.Calls = append(d.Calls, s)
		}
		switch {
		case !info.Hooks.Has(abi.OnDelta):
		case info.Stream == abi.Buffer && info.Asks:
			d.Asked = append(d.Asked, s)
		case info.Stream == abi.Buffer:
			d.Whole = append(d.Whole, s)
		default:
			d.Bytes += info.HoldMost
		}
	}
	return d
}

// delay says what a pipeline adds to streamed answers.
func delay(p *spec.Pipeline) string {
	var parts []string
	if d := p.Delay.Bytes; d > 0 {
		parts = append(parts, fmt.Sprintf("stages hold back at most %d bytes of a streamed text", d))
	}
	if d := p.Delay.Whole; len(d) > 0 {
		parts = append(parts, "a streamed text is collected to its end by "+stageNames(d))
	}
	if d := p.Delay.Asked; len(d) > 0 {
		parts = append(parts, "a streamed text is collected to its end by "+stageNames(d)+" where that has to check it")
	}
	if d := p.Delay.Calls; len(d) > 0 {
		parts = append(parts, "tool calls are collected to their end by "+stageNames(d))
	}
	if len(parts) == 0 {
		return "adds no delay to streams"
	}
	return strings.Join(parts, "; ")
}

func stageNames(list []*spec.Stage) string {
	names := make([]string, len(list))
	for i, s := range list {
		names[i] = strconv.Quote(s.Name)
	}
	return strings.Join(names, ", ")
}

// summary counts what a configuration declares.
func summary(g *spec.Gateway) string {
	var parts []string
	add := func(n int, what string) {
		switch {
		case n == 1:
			parts = append(parts, "1 "+what)
		case n > 1:
			parts = append(parts, fmt.Sprintf("%d %ss", n, what))
		}
	}
	add(len(g.Files), "file")
	add(len(g.Listeners), "listener")
	add(len(g.Providers), "provider")
	add(len(g.Models), "model")
	add(len(g.Plugins), "plugin")
	add(len(g.Routes), "route")
	add(len(g.Consumers), "consumer")
	return strings.Join(parts, ", ")
}

// load reads a configuration with this process's environment and plugins.
func load(env *environment, path string, vars map[string]string) (*spec.Gateway, hcl.Diagnostics) {
	return hcl.Load(path, hcl.Options{Env: env.lookup, Variables: vars, Plugins: pluginInfo})
}

// lookup finds an environment variable; the last one of a name counts, as for processes.
func (e *environment) lookup(name string) (string, bool) {
	for i := len(e.environ) - 1; i >= 0; i-- {
		if v, ok := strings.CutPrefix(e.environ[i], name+"="); ok {
			return v, true
		}
	}
	return "", false
}

// colored tells whether w is a terminal that likes colour.
func colored(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

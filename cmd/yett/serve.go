package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/yett-gateway/yett/engine"
	"github.com/yett-gateway/yett/engine/meter"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/hcl"
	"github.com/yett-gateway/yett/hcl/render"
)

type serveCmd struct {
	Config string            `short:"c" help:"A file, or a folder whose *.hcl files are one configuration. Without it, providers are found by the keys in the environment." placeholder:"PATH"`
	Var    map[string]string `help:"A variable's value." placeholder:"NAME=VALUE"`
	Grace  time.Duration     `default:"120s" help:"How long requests may go on after SIGTERM."`
	Quiet  bool              `short:"q" help:"No banner."`
}

// Run serves until a signal says to stop. SIGHUP, or a change of a file, loads the configuration anew.
func (c *serveCmd) Run(env *environment) error {
	s, err := c.read(env)
	if err != nil {
		return err
	}
	log := logger(env.stderr, s.Log)
	set := meter.New()
	set.Build(version)
	host, err := newPlugins(log, set)
	if err != nil {
		return err
	}
	defer host.Close()
	mocks := &mocks{}
	defer mocks.Close()
	g := engine.New(engine.Options{Plugins: host, Mock: mocks.address, Log: log, Access: env.stderr, Meter: set})

	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGHUP, syscall.SIGTERM, syscall.SIGINT)
	defer signal.Stop(signals)

	if err := g.Load(ctx, s); err != nil {
		return placed(env, err)
	}
	if !c.Quiet {
		banner(env.stderr, g, s, host)
	}
	changed, err := watch(ctx, c.Config, s, log)
	if err != nil {
		log.Warn("file changes are not noticed; use SIGHUP", "cause", err)
	}
	for {
		select {
		case sig := <-signals:
			if sig != syscall.SIGHUP {
				c.shutDown(g, sig, signals, log)
				return nil
			}
			changed.update(c.reload(ctx, env, g, log, "SIGHUP"))
		case <-changed.C:
			changed.update(c.reload(ctx, env, g, log, "file change"))
		case err := <-g.Failed():
			return placed(env, err)
		}
	}
}

// read reads the configuration, or makes one from the environment.
func (c *serveCmd) read(env *environment) (*spec.Gateway, error) {
	if c.Config == "" {
		s := hcl.DefaultEnviron(env.environ)
		s.Log.Format = logFormat(env.stderr, s.Log)
		return s, nil
	}
	s, diags := load(env, c.Config, c.Var)
	s.Log.Format = logFormat(env.stderr, s.Log)
	if len(diags) > 0 {
		if err := render.Text(env.stderr, diags, colored(env.stderr)); err != nil {
			return nil, err
		}
	}
	if diags.HasErrors() {
		return s, exitCode(1)
	}
	return s, nil
}

// reload loads the configuration anew. A bad one changes nothing, and says why. The specification that is
// returned, good or bad, names the files to watch.
func (c *serveCmd) reload(ctx context.Context, env *environment, g *engine.Gateway, log *slog.Logger, why string) *spec.Gateway {
	began := time.Now()
	s, err := c.read(env)
	if err == nil {
		if err = g.Load(ctx, s); err != nil {
			err = placed(env, err)
		}
	} else {
		g.RefusedReload()
	}
	if err != nil {
		log.Error("reload refused; the configuration from before goes on", "reason", why, "error", describe(err))
		return s
	}
	log.Info("reloaded", "reason", why, "took", time.Since(began).Round(time.Millisecond).String())
	return s
}

func describe(err error) string {
	var code exitCode
	if errors.As(err, &code) {
		return "see the diagnostics above"
	}
	return err.Error()
}

// acceptAfterTerm is how long connections are still taken after SIGTERM, while a load balancer notices
// that readiness fails. Ctrl-C waits for nobody.
const acceptAfterTerm = 2 * time.Second

func (c *serveCmd) shutDown(g *engine.Gateway, sig os.Signal, signals <-chan os.Signal, log *slog.Logger) {
	accept := acceptAfterTerm
	if sig == syscall.SIGINT {
		accept = 0
	}
	log.Info("shutting down", "signal", sig.String(), "grace", c.Grace.String())
	ctx, cancel := context.WithTimeout(context.Background(), c.Grace)
	defer cancel()
	go func() {
		for s := range signals {
			if s != syscall.SIGHUP { // a second signal ends the wait
				cancel()
				return
			}
		}
	}()
	g.Shutdown(ctx, accept)
	log.Info("stopped")
}

// placed shows errors that a line of the configuration is to blame for as diagnostics.
func placed(env *environment, err error) error {
	diags, rest := diagnose(err)
	if len(diags) > 0 {
		if err := render.Text(env.stderr, diags, colored(env.stderr)); err != nil {
			return err
		}
	}
	if rest != nil {
		return rest
	}
	return exitCode(1)
}

// diagnose takes joined errors apart: those with a place become diagnostics.
func diagnose(err error) (diags hcl.Diagnostics, rest error) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var others []error
		for _, e := range joined.Unwrap() {
			d, r := diagnose(e)
			diags = append(diags, d...)
			others = append(others, r)
		}
		return diags, errors.Join(others...)
	}
	var p *engine.PlaceError
	if !errors.As(err, &p) {
		return nil, err
	}
	return append(diags, diagnostic(p)), nil
}

// diagnostic gives an engine's error the look of the language's own.
func diagnostic(p *engine.PlaceError) hcl.Diagnostic {
	at := hcl.Position{Line: p.Pos.Line, Column: p.Pos.Column}
	d := hcl.Diagnostic{Summary: p.Summary, Detail: p.Detail, Hint: p.Hint, Range: hcl.Range{File: p.Pos.File, Start: at, End: at}}
	if src, err := os.ReadFile(p.Pos.File); err == nil {
		lines := strings.Split(string(src), "\n")
		if p.Pos.Line > 0 && p.Pos.Line <= len(lines) {
			d.Lines = []hcl.Line{{Number: p.Pos.Line, Text: lines[p.Pos.Line-1]}}
		}
	}
	return d
}

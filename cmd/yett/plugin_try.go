package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/plugins/host"
	"github.com/yett-gateway/yett/plugins/kit"
)

type pluginTestCmd struct {
	Plugin  string   `arg:"" optional:"" help:"A .wasm file, a plugin's folder, which is built first, or a bundled plugin such as guard/pii. Default: this folder."`
	Cases   []string `help:"Files of cases, .hcl or .jsonl. Default: cases.hcl and cases.jsonl in the folder or its testdata." placeholder:"FILE"`
	KV      []string `help:"Namespaces of the key-value store to grant. Default: default, and the plugin's name." name:"kv" placeholder:"NAME"`
	Builtin bool     `help:"Play the built-in conversations that every plugin must stand." default:"true" negatable:""`
	Log     bool     `help:"Show what the plugin logs and prints, on standard error."`
	JSON    bool     `help:"Print as JSON."`
}

// Run plays cases. It exits 1 if one of them failed.
func (c *pluginTestCmd) Run(env *environment) error {
	ctx := context.Background()
	p, err := openPlugin(ctx, c.Plugin)
	if err != nil {
		return withHint(err)
	}
	cases, err := p.cases(c.Cases)
	if err != nil {
		return caseErrors(err)
	}
	if len(cases) == 0 && !c.Builtin {
		return hinted{fmt.Errorf("there is no case to play"), "write testdata/cases.hcl; sdk/README.md tells how"}
	}
	limit, log := p.limit(), slog.New(slog.DiscardHandler)
	if c.Log {
		log = logger(env.stderr, spec.Log{Format: "text"})
	}
	r, err := newRig(ctx, rigOptions{wasm: p.wasm, manifest: p.manifest, limit: roomy(limit), kv: p.spaces(c.KV), log: log})
	if err != nil {
		return withHint(err)
	}
	defer r.Close()
	o := kit.TestOptions{Manifest: p.manifest, Limit: limit, KV: p.spaces(c.KV), Replayer: r, Cases: cases, NoHostile: !c.Builtin}
	if !c.JSON {
		kit.NewTestReport(&o).WriteHead(env.stdout, p.manifest.Wants)
		o.Done = func(r *kit.CaseResult) { r.Write(env.stdout) }
	}
	report, err := kit.Test(ctx, o)
	if err != nil {
		return withHint(err)
	}
	if c.JSON {
		err = writeJSON(env, report)
	} else {
		report.WriteTail(env.stdout)
	}
	if err == nil && report.Failed > 0 {
		err = exitCode(1)
	}
	return err
}

func writeJSON(env *environment, v any) error {
	enc := json.NewEncoder(env.stdout)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// opened is a plugin to try.
type opened struct {
	wasm     []byte
	manifest *host.Manifest
	dir      string // where its cases are, "" if that isn't known
	sources  bool   // dir is what it was built from
}

// openPlugin reads a module, builds a folder, or takes a bundled plugin. "" is the folder one is in.
func openPlugin(ctx context.Context, name string) (*opened, error) {
	if name == "" {
		name = "."
	}
	p := &opened{}
	info, err := os.Stat(name)
	switch {
	case err != nil && bundled()[name] != nil:
		p.wasm = bundled()[name]()
	case err != nil:
		return nil, &kit.Error{What: name + " is neither a file, nor a folder, nor a bundled plugin", Hint: "yett plugin list names the bundled ones"}
	case info.IsDir():
		p.dir, p.sources = name, true
		if p.wasm, err = buildPlugin(ctx, name); err != nil {
			return nil, err
		}
	default:
		p.dir = filepath.Dir(name)
		if p.wasm, err = os.ReadFile(name); err != nil {
			return nil, err
		}
	}
	p.manifest, err = (*host.Host)(nil).Manifest(p.wasm)
	return p, err
}

// buildPlugin builds a folder into a place of its own, so that what is there stays.
func buildPlugin(ctx context.Context, dir string) ([]byte, error) {
	tmp, err := os.MkdirTemp("", "yett-plugin-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tmp) // a temporary folder that stays is no failure
	built, err := kit.Build(ctx, kit.BuildOptions{Dir: dir, Out: filepath.Join(tmp, "plugin.wasm")})
	if err != nil {
		return nil, err
	}
	return os.ReadFile(built.Path)
}

// cases reads the files, or those of the plugin's folder if there are none.
func (p *opened) cases(files []string) ([]*kit.Case, error) {
	if len(files) == 0 && p.dir != "" {
		files = kit.CaseFiles(p.dir)
	}
	var out []*kit.Case
	for _, f := range files {
		cases, err := kit.Cases(f)
		if err != nil {
			return nil, err
		}
		out = append(out, cases...)
	}
	return out, nil
}

// spaces are the namespaces that are granted where the author named these: the plugin's name is what check proposes.
func (p *opened) spaces(named []string) []string {
	if len(named) > 0 {
		return named
	}
	_, name := pluginName(p.manifest.Name)
	return []string{"default", name}
}

// limit is what the plugin may use where an operator says nothing.
func (p *opened) limit() spec.PluginLimit { return p.manifest.Limits.Limit(spec.PluginLimit{}) }

// roomy is a limit under which a call that needs too much still ends, so that how much it needs can be told. How long it
// takes says more about the machine.
func roomy(l spec.PluginLimit) spec.PluginLimit {
	l.Fuel *= 20
	l.Wall = 10 * time.Second
	return l
}

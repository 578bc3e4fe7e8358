package main

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/plugins/kit"
)

type pluginBenchCmd struct {
	Plugin      string        `arg:"" optional:"" help:"A .wasm file, a plugin's folder, which is built first, or a bundled plugin such as guard/pii. Default: this folder."`
	Config      string        `help:"The configuration, as JSON. Default: {}." placeholder:"JSON"`
	PromptBytes []int         `help:"Sizes of prompts, in bytes. Default: 1024, 4096 and 65536." placeholder:"N"`
	Cases       []string      `help:"Files of cases to measure in place of prompts of a size." placeholder:"FILE"`
	Native      string        `help:"The folder of the plugin's sources, in Go or Rust, to measure it natively too. Default: PLUGIN, if it is one." placeholder:"DIR"`
	Time        time.Duration `help:"How long each hook is called." default:"300ms"`
	KV          []string      `help:"Namespaces of the key-value store to grant. Default: default, and the plugin's name." name:"kv" placeholder:"NAME"`
	JSON        bool          `help:"Print as JSON."`
}

// Run measures a plugin.
func (c *pluginBenchCmd) Run(env *environment) error {
	ctx := context.Background()
	if c.Config != "" && !json.Valid([]byte(c.Config)) {
		return hinted{errors.New("--config isn't JSON"), `quote it for the shell: --config '{"word": "x"}'`}
	}
	p, err := openPlugin(ctx, c.Plugin)
	if err != nil {
		return withHint(err)
	}
	o := kit.BenchOptions{
		Wasm: p.wasm, Manifest: p.manifest, Config: json.RawMessage(c.Config), PromptBytes: c.PromptBytes, Time: c.Time, Dir: c.Native,
		Plugin: spec.Plugin{Limit: p.limit(), Grant: grant(p.manifest.WantList(), p.spaces(c.KV))},
	}
	if o.Dir == "" && p.sources {
		o.Dir = p.dir
	}
	if len(c.Cases) > 0 {
		if o.Cases, err = p.cases(c.Cases); err != nil {
			return caseErrors(err)
		}
	}
	report, err := kit.Bench(ctx, o)
	var refused *kit.Refusal
	if errors.As(err, &refused) && len(c.Cases) == 0 {
		return hinted{err, "give the plugin a configuration that it takes: --config '{…}', or --cases FILE with cases that have one"}
	}
	if err != nil {
		return withHint(err)
	}
	if c.JSON {
		return writeJSON(env, report)
	}
	return report.Write(env.stdout)
}

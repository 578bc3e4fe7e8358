package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"sync"

	"github.com/yett-gateway/yett/plugins/builtin"
	"github.com/yett-gateway/yett/plugins/kit"
)

// pluginCmd are the commands of plugin authors.
type pluginCmd struct {
	Init    pluginInitCmd    `cmd:"" help:"Start a plugin in a new folder."`
	Build   pluginBuildCmd   `cmd:"" help:"Build a plugin written in Go or Rust, manifest included."`
	Inspect pluginInspectCmd `cmd:"" help:"Tell what is in a module, anybody's."`
	List    pluginListCmd    `cmd:"" help:"List the bundled plugins."`
	Test    pluginTestCmd    `cmd:"" help:"Replay conversations in every dialect, streams cut everywhere."`
	Bench   pluginBenchCmd   `cmd:"" help:"Measure the hooks of a plugin: fuel, time, memory, beside native code."`
}

type pluginInitCmd struct {
	Name string `arg:"" help:"The plugin's name, and its folder's."`
	Lang string `help:"What it is written in: go or rust." enum:"go,rust" default:"go"`
}

// Run writes the plugin's first files.
func (c *pluginInitCmd) Run(env *environment) error {
	lang := kit.Language(c.Lang)
	if _, err := kit.InitLang(".", c.Name, lang); err != nil {
		return withHint(err)
	}
	files, test := "main.go, main_test.go", "go test ./..."
	if lang == kit.Rust {
		files, test = "Cargo.toml, src/lib.rs, src/tests.rs", "cargo test"
	}
	fmt.Fprintf(env.stdout, "made %s/: %s, plugin.json, and the SDK's sources\n\n  cd %s\n  %s\n  yett plugin build\n", c.Name, files, c.Name, test)
	if err := kit.Ready(context.Background(), lang); err != nil {
		fmt.Fprintf(env.stdout, "\nnote: %s\nhint: %s\n", err, kit.Hint(err))
	}
	return nil
}

type pluginBuildCmd struct {
	Dir string `arg:"" optional:"" help:"The plugin's folder. Default: this one."`
	Out string `short:"o" help:"Where the module goes. Default: NAME.wasm in the folder." placeholder:"FILE"`
}

// Run builds a module.
func (c *pluginBuildCmd) Run(env *environment) error {
	r, err := kit.Build(context.Background(), kit.BuildOptions{Dir: c.Dir, Out: c.Out})
	if err != nil {
		return withHint(err)
	}
	r.Write(env.stdout)
	return nil
}

type pluginInspectCmd struct {
	File string `arg:"" help:"A .wasm file, or a bundled plugin such as guard/pii."`
	JSON bool   `help:"Print as JSON."`
}

// Run prints what is in a module. It exits 1 for one that the gateway would refuse.
func (c *pluginInspectCmd) Run(env *environment) error {
	wasm, err := os.ReadFile(c.File)
	if err != nil {
		read := bundled()[c.File]
		switch info, statErr := os.Stat(c.File); {
		case read != nil:
		case statErr == nil && info.IsDir():
			return hinted{fmt.Errorf("%s is a folder", c.File), "build it, and inspect its module: yett plugin build " + c.File}
		default:
			return hinted{err, "yett plugin list names the bundled plugins; others are files"}
		}
		wasm = read()
	}
	in, err := kit.Inspect(wasm)
	if err != nil {
		return withHint(err)
	}
	if c.JSON {
		enc := json.NewEncoder(env.stdout)
		enc.SetIndent("", "  ")
		err = enc.Encode(in)
	} else {
		in.Write(env.stdout)
	}
	if err == nil && in.Problem != "" {
		err = exitCode(1)
	}
	return err
}

type pluginListCmd struct{}

// Run lists what source = "builtin" can name.
func (pluginListCmd) Run(env *environment) error {
	modules := bundled()
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		in, err := kit.Inspect(modules[name]())
		if err != nil {
			return err
		}
		text := in.Problem
		if in.Manifest != nil {
			text = in.Manifest.Description
		}
		fmt.Fprintf(env.stdout, "%-22s %s\n", name, text)
	}
	return nil
}

func withHint(err error) error {
	if hint := kit.Hint(err); hint != "" {
		return hinted{err, hint}
	}
	return err
}

// bundled are the bundled plugins, read once.
var bundled = sync.OnceValue(builtin.Modules)

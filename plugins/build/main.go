// Command build makes the bundled plugins: a module for each folder of plugins/guard, plugins/transform and
// plugins/router with a manifest, compressed, into plugins/builtin/wasm. It is run at the root of the repository, by
// "make plugins".
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/yett-gateway/yett/plugins/builtin"
	"github.com/yett-gateway/yett/plugins/kit"
)

func main() {
	root := flag.String("root", ".", "root of the repository")
	flag.Parse()
	if err := run(*root); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		if hint := kit.Hint(err); hint != "" {
			fmt.Fprintln(os.Stderr, "hint:", hint)
		}
		os.Exit(1)
	}
}

func run(root string) error {
	out := filepath.Join(root, "plugins", "builtin", "wasm")
	built := map[string]bool{}
	for _, kind := range []string{"guard", "transform", "router"} {
		manifests, err := filepath.Glob(filepath.Join(root, "plugins", kind, "*", kit.ManifestFile))
		if err != nil {
			return err
		}
		for _, m := range manifests {
			name := kind + "/" + filepath.Base(filepath.Dir(m))
			if _, err := os.Stat(filepath.Join(filepath.Dir(m), "Cargo.toml")); err == nil {
				built[filepath.Join(out, filepath.FromSlash(name)+builtin.Suffix)] = true
				continue // committed
			}
			path := filepath.Join(out, filepath.FromSlash(name)+builtin.Packed)
			if err := build(filepath.Dir(m), name, path); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			built[path] = true
		}
	}
	return sweep(out, built)
}

// build makes one module and puts it in place at once.
func build(dir, name, path string) error {
	tmp, err := os.MkdirTemp("", "yett-build-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp) // a temporary folder that stays is no failure
	r, err := kit.Build(context.Background(), kit.BuildOptions{Dir: dir, Out: filepath.Join(tmp, "plugin.wasm")})
	if err != nil {
		return err
	}
	if r.Manifest.Name != name {
		return fmt.Errorf("its manifest is named %s", r.Manifest.Name)
	}
	wasm, err := os.ReadFile(r.Path)
	if err != nil {
		return err
	}
	packed, err := builtin.Pack(wasm)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", packed, 0o644); err != nil {
		return err
	}
	fmt.Printf("%-22s %7d bytes, %7d packed\n", name, len(wasm), len(packed))
	return os.Rename(path+".new", path)
}

// sweep removes modules of plugins that are no more.
func sweep(out string, built map[string]bool) error {
	old, err := filepath.Glob(filepath.Join(out, "*", "*.wasm*"))
	if err != nil {
		return err
	}
	for _, path := range old {
		if !built[path] {
			if err := os.Remove(path); err != nil {
				return err
			}
		}
	}
	return nil
}

// Command build makes the bundled plugins anew: a module for each folder of plugins/guard, plugins/transform and
// plugins/router with a manifest, into plugins/builtin/wasm, where they are committed. It is run at the root of the
// repository, by "make plugins", and needs a Rust toolchain.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/yett-gateway/yett/plugins/kit"
)

// compiler is the one that the committed modules are made with, Debian 12's: see sdk/rust/install-toolchain. Another one makes
// other bytes of the same sources.
const compiler = "rustc 1.63.0"

func main() {
	root := flag.String("root", ".", "root of the repository")
	flag.Parse()
	if err := run(context.Background(), *root, filepath.Join(*root, "plugins", "builtin", "wasm")); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		if hint := kit.Hint(err); hint != "" {
			fmt.Fprintln(os.Stderr, "hint:", hint)
		}
		os.Exit(1)
	}
}

// run builds all plugins into the folder out, and removes modules of plugins that are no more.
func run(ctx context.Context, root, out string) error {
	version, err := kit.RustVersion(ctx)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(version+" ", compiler+" ") {
		fmt.Fprintf(os.Stderr, "warning: the committed modules are made by %s, and these will differ: this is %s\n", compiler, version)
	}
	built := map[string]bool{}
	for _, kind := range []string{"guard", "transform", "router"} {
		manifests, err := filepath.Glob(filepath.Join(root, "plugins", kind, "*", kit.ManifestFile))
		if err != nil {
			return err
		}
		for _, m := range manifests {
			name := kind + "/" + filepath.Base(filepath.Dir(m))
			path := filepath.Join(out, filepath.FromSlash(name)+".wasm")
			r, err := kit.Build(ctx, kit.BuildOptions{Dir: filepath.Dir(m), Out: path})
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			if r.Manifest.Name != name {
				return fmt.Errorf("%s: its manifest is named %s", name, r.Manifest.Name)
			}
			fmt.Printf("%-22s %6d bytes\n", name, r.Bytes)
			built[path] = true
		}
	}
	return sweep(out, built)
}

// sweep removes modules of plugins that are no more.
func sweep(out string, built map[string]bool) error {
	old, err := filepath.Glob(filepath.Join(out, "*", "*.wasm"))
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

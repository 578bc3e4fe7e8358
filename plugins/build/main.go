// Command build makes the bundled plugins: a module for each folder of plugins/guard, plugins/transform and
// plugins/router with a manifest, into plugins/builtin/wasm. It is run at the root of the repository, by "make plugins".
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
	for _, kind := range []string{"guard", "transform", "router"} {
		manifests, err := filepath.Glob(filepath.Join(root, "plugins", kind, "*", kit.ManifestFile))
		if err != nil {
			return err
		}
		for _, m := range manifests {
			dir := filepath.Dir(m)
			name := kind + "/" + filepath.Base(dir)
			r, err := kit.Build(context.Background(), kit.BuildOptions{Dir: dir, Out: filepath.Join(root, "plugins", "builtin", "wasm", filepath.FromSlash(name)+".wasm")})
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			if r.Manifest.Name != name {
				return fmt.Errorf("%s: its manifest is named %s", strings.TrimPrefix(m, root+"/"), r.Manifest.Name)
			}
			fmt.Printf("%-22s %7d bytes\n", name, r.Bytes)
		}
	}
	return nil
}

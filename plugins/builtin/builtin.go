// Package builtin carries the bundled plugins as WebAssembly modules. They are built, not committed: "make plugins"
// puts them into the folder wasm, as KIND/NAME.wasm, and the next build of the program embeds them.
package builtin

import (
	"embed"
	"io/fs"
	"strings"
)

//go:embed wasm
var files embed.FS

// Modules returns the bundled modules by name, "guard/pii". It is empty where the program was built without them.
// The bytes must not be changed.
func Modules() map[string][]byte {
	out := map[string][]byte{}
	err := fs.WalkDir(files, "wasm", func(path string, d fs.DirEntry, err error) error {
		name, ok := strings.CutSuffix(strings.TrimPrefix(path, "wasm/"), ".wasm")
		if err != nil || d.IsDir() || !ok {
			return err
		}
		out[name], err = files.ReadFile(path)
		return err
	})
	if err != nil {
		panic("builtin: what was embedded can't be read: " + err.Error())
	}
	return out
}

// Package builtin carries the bundled plugins as WebAssembly modules, as KIND/NAME.wasm in the folder wasm. They are written in
// Rust, in plugins/KIND/NAME, and committed, so that the program is built with Go alone; "make plugins" builds them anew, and
// a test of package build holds them against their sources.
package builtin

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed wasm/*/*.wasm
var files embed.FS

// Modules returns the bundled modules by name, "guard/pii". A module is copied each time it is asked for, and belongs to the
// caller. The functions are safe for concurrent use.
func Modules() map[string]func() []byte {
	paths, err := fs.Glob(files, "wasm/*/*.wasm")
	if err != nil {
		panic("builtin: " + err.Error()) // a faulty pattern
	}
	out := map[string]func() []byte{}
	for _, path := range paths {
		name := strings.TrimSuffix(strings.TrimPrefix(path, "wasm/"), ".wasm")
		out[name] = func() []byte { return read(path) }
	}
	return out
}

func read(path string) []byte {
	b, err := files.ReadFile(path)
	if err != nil {
		panic(fmt.Sprintf("builtin: %s, which was embedded, can't be read: %v", path, err))
	}
	return b
}

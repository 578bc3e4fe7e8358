// Package builtin carries the bundled plugins as WebAssembly modules, as KIND/NAME.wasm in the folder wasm. Those in Rust are
// committed; those in Go are built by "make plugins", compressed, as KIND/NAME.wasm.zst.
package builtin

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// Suffix and Packed are how the names of the files end that are embedded.
const (
	Suffix = ".wasm"
	Packed = ".wasm.zst"
)

//go:embed wasm
var files embed.FS

// Modules returns the bundled modules by name, "guard/pii". A module is read each time it is asked for, so that it takes no
// room in between. The functions are safe for concurrent use.
func Modules() map[string]func() []byte {
	out := map[string]func() []byte{}
	err := fs.WalkDir(files, "wasm", func(path string, d fs.DirEntry, err error) error {
		file := strings.TrimPrefix(path, "wasm/")
		if name, ok := strings.CutSuffix(file, Packed); ok && err == nil && out[name] == nil {
			out[name] = func() []byte { return unpack(path) }
		} else if name, ok := strings.CutSuffix(file, Suffix); ok && err == nil {
			out[name] = func() []byte { return read(path) }
		}
		return err
	})
	if err != nil {
		panic("builtin: what was embedded can't be read: " + err.Error())
	}
	return out
}

// Pack compresses a module for the folder.
func Pack(wasm []byte) ([]byte, error) {
	w, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	return w.EncodeAll(wasm, nil), w.Close()
}

func read(path string) []byte {
	b, err := files.ReadFile(path)
	if err != nil {
		panic(fmt.Sprintf("builtin: %s, which was embedded, can't be read: %v", path, err))
	}
	return b
}

func unpack(path string) []byte {
	r, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err == nil {
		defer r.Close()
		var wasm []byte
		if wasm, err = r.DecodeAll(read(path), nil); err == nil {
			return wasm
		}
	}
	panic(fmt.Sprintf("builtin: %s, which was embedded, can't be unpacked: %v", path, err))
}

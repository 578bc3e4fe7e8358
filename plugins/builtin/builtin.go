// Package builtin carries the bundled plugins as WebAssembly modules. They are built, not committed: "make plugins"
// puts them into the folder wasm, compressed, as KIND/NAME.wasm.zst, and the next build of the program embeds them.
package builtin

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// Suffix is how the names of the files end that are embedded.
const Suffix = ".wasm.zst"

//go:embed wasm
var files embed.FS

// Modules returns the bundled modules by name, "guard/pii". It is empty where the program was built without them. A
// module is unpacked each time it is asked for, so that it takes no room in between. The functions are safe for
// concurrent use.
func Modules() map[string]func() []byte {
	out := map[string]func() []byte{}
	err := fs.WalkDir(files, "wasm", func(path string, d fs.DirEntry, err error) error {
		name, ok := strings.CutSuffix(strings.TrimPrefix(path, "wasm/"), Suffix)
		if err != nil || d.IsDir() || !ok {
			return err
		}
		out[name] = func() []byte { return unpack(path) }
		return nil
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

func unpack(path string) []byte {
	packed, err := files.ReadFile(path)
	if err == nil {
		var r *zstd.Decoder
		if r, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1)); err == nil {
			defer r.Close()
			var wasm []byte
			if wasm, err = r.DecodeAll(packed, nil); err == nil {
				return wasm
			}
		}
	}
	panic(fmt.Sprintf("builtin: %s, which was embedded, can't be unpacked: %v", path, err))
}

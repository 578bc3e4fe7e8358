package host

import (
	"context"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/sdk/abi"
)

// TestErrorsOfModulesArePlain: names that a module's author chose reach terminals and logs by errors. None of them may
// move a cursor, begin a line or turn text around.
func TestErrorsOfModulesArePlain(t *testing.T) {
	h, logged := newHost(t, Options{})
	const evil = "\x1b[2J\x1b]0;owned\x07\nlevel=INFO msg=fine \u202e\u009b"
	name := func(section string, names ...string) []byte {
		var entries [][]byte
		for n, s := range names {
			entries = append(entries, cat(uleb(n), text(s)))
		}
		sub := vec(entries)
		body := cat(text(section), []byte{1}, uleb(len(sub)), sub)
		return cat([]byte{0}, uleb(len(body)), body)
	}
	manifest := func(s string) []byte {
		body := cat(text(abi.ManifestSection), []byte(s))
		return cat(newAsm().bytes(), []byte{0}, uleb(len(body)), body)
	}
	for _, test := range []struct {
		name string
		make func() []byte
	}{
		{"module of an import", func() []byte { a := newAsm(); a.imp(evil, "x", nil, nil); return a.plugin(t) }},
		{"name of an import", func() []byte { a := newAsm(); a.imp("yett", evil, nil, nil); return a.plugin(t) }},
		{"name of an import of WASI", func() []byte { a := newAsm(); a.imp(wasiModule, evil, nil, nil); return a.plugin(t) }},
		{"version", func() []byte {
			b := newAsm().bytes()
			return []byte(strings.Replace(string(b), string(text(abi.Marker)), string(text("yett_abi_\x1b")), 1))
		}},
		{"a hook of the manifest", func() []byte { return manifest(`{"name":"a","version":"1","abi":1,"hooks":["\u001b[2J\u009b"]}`) }},
		{"a wish of the manifest", func() []byte { return manifest(`{"name":"a","version":"1","abi":1,"wants":{"kv":"\u001b[2J\u009b"}}`) }},
		{"a stream of the manifest", func() []byte {
			return manifest(`{"name":"a","version":"1","abi":1,"stream":{"mode":"\u001b[2J\u009b"}}`)
		}},
		{"function that traps at the start", func() []byte {
			a := newAsm()
			a.start = 1 + a.fn("", nil, nil, 0, unreachable)
			return cat(a.plugin(t), name("name", evil, evil))
		}},
		{"function that can't be compiled", func() []byte {
			a := newAsm()
			a.fn("", nil, nil, 0, drop)
			return cat(a.plugin(t), name("name", evil, evil))
		}},
		{"function that is malformed", func() []byte {
			a := newAsm()
			a.fn("", nil, nil, 0, 0x06)
			return cat(a.plugin(t), name("name", evil, evil))
		}},
		{"function that traps in the trial", func() []byte {
			a := newAsm()
			a.hook(abi.OnRequest, 0, unreachable)
			return cat(a.plugin(t), name("name", evil, evil))
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			pl, err := h.load(context.Background(), plugin(nil), test.make())
			if err == nil {
				_, err = pl.Stage(context.Background(), "test", nil)
				pl.Close()
			}
			require.Error(t, err)
			for _, r := range err.Error() {
				if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
					t.Fatalf("%q", err.Error())
				}
			}
			assert.NotContains(t, err.Error(), "\nlevel=INFO")
		})
	}
	assert.NotContains(t, logged.String(), "\x1b")
}

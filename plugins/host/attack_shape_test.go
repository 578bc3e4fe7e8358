package host

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/sdk/abi"
)

// TestOddShapes: modules at the limits of what a module may have work, or are refused with a reason.
func TestOddShapes(t *testing.T) {
	h, _ := newHost(t, Options{})
	section := func(name, content string) []byte {
		body := cat(text(name), []byte(content))
		return cat([]byte{0}, uleb(len(body)), body)
	}
	manifest := func(more string) string { return `{"name":"a","version":"1","abi":1` + more + `}` }
	blocks := func(a *asm, code int) {
		a.hook(abi.OnRequest, 0, verdict(abi.Pack(abi.Block, uint16(code), 0, 0))...)
	}
	deep := func(n int) string { return strings.Repeat(`{"not":`, n) + "{}" + strings.Repeat("}", n) }
	for _, test := range []struct {
		name, says string // "" loads, and blocks by 451
		make       func(a *asm) []byte
	}{
		{"one function imported 999 times", "", func(a *asm) []byte {
			last := 0
			for range 999 {
				last = a.imp("yett", "features", nil, []byte{i64})
			}
			a.hook(abi.OnRequest, 0, cat(calls(last), []byte{drop}, verdict(abi.Pack(abi.Block, 451, 0, 0)))...)
			return a.plugin(t)
		}},
		{"one function exported 900 times", "", func(a *asm) []byte {
			blocks(a, 451)
			for n := range 900 {
				a.exports = append(a.exports, cat(text(fmt.Sprint("on_request", n)), []byte{0}, uleb(0)))
			}
			return a.plugin(t)
		}},
		{"exports beyond the limit", "exports", func(a *asm) []byte {
			blocks(a, 451)
			for n := range 1000 {
				a.exports = append(a.exports, cat(text(fmt.Sprint("on_request", n)), []byte{0}, uleb(0)))
			}
			return a.plugin(t)
		}},
		{"an export of the meter's name", "reserved for the host", func(a *asm) []byte {
			f := a.fn("", nil, nil, 0)
			a.exports = append(a.exports, cat(text("yett.meter"), []byte{0}, uleb(f)))
			return a.plugin(t)
		}},
		{"two manifests: the first counts", "", func(a *asm) []byte {
			blocks(a, 451)
			return cat(a.bytes(), section(abi.ManifestSection, manifest("")), section(abi.ManifestSection, manifest(`,"hooks":["on_log"]`)))
		}},
		{"a manifest before all other sections", "", func(a *asm) []byte {
			blocks(a, 451)
			b := a.bytes()
			return cat(b[:8], section(abi.ManifestSection, manifest("")), b[8:])
		}},
		{"a schema nested 9,000 deep", "", func(a *asm) []byte {
			blocks(a, 451)
			return cat(a.bytes(), section(abi.ManifestSection, manifest(`,"config":`+deep(9_000))))
		}},
		{"a schema nested 20,000 deep", "isn't valid", func(a *asm) []byte {
			blocks(a, 451)
			return cat(a.bytes(), section(abi.ManifestSection, manifest(`,"config":`+deep(20_000))))
		}},
		{"a manifest of more than 256 KiB", "256 KiB", func(a *asm) []byte {
			return cat(a.bytes(), section(abi.ManifestSection, manifest(`,"description":"`+strings.Repeat("a", 256<<10)+`"`)))
		}},
		{"scratch over the end", "outside of the memory", func(a *asm) []byte {
			a.fn(abi.Scratch, nil, []byte{i64}, 0, c64(65535<<32|2)...)
			return a.plugin(t)
		}},
		{"scratch of 4 GiB at the end of 4 GiB", "outside of the memory", func(a *asm) []byte {
			a.fn(abi.Scratch, nil, []byte{i64}, 0, c64(-1)...)
			return a.plugin(t)
		}},
		{"start function that recurses", "unreachable", func(a *asm) []byte {
			f := a.fn("", nil, nil, 0, calls(0)...)
			a.start = 1 + f
			return a.plugin(t)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			pl, err := h.load(context.Background(), plugin(nil), test.make(newAsm()))
			var s *Stage
			if err == nil {
				s, err = pl.Stage(context.Background(), "test", nil)
				pl.Close()
			}
			if test.says != "" {
				require.ErrorContains(t, err, test.says)
				return
			}
			require.NoError(t, err)
			defer s.Close()
			c := &hook.Call{Exchange: prompt("hi"), Hook: abi.OnRequest, State: new([]byte)}
			require.NoError(t, s.Call(c))
			assert.Equal(t, uint16(451), c.Verdict.Code())
		})
	}
}

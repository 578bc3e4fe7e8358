package main

import (
	"encoding/json"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/sdktest"
)

// Rules that meet, overlap and are open within one another.
const meeting = `{"rules": [
	{"name": "a", "pattern": "ab+c?"},
	{"name": "b", "pattern": "\\bc[0-9]{2,3}\\b"},
	{"name": "c", "patterns": ["b\"[a-c]*é", "é{2}", "(?m)^1.2$"]},
	{"name": "d", "words": ["ca", "é1"], "action": "tag"},
	{"name": "e", "pattern": "c-?c[0-9]", "action": "block"}
], "allow": ["ab", "c11", "cc1"]}`

var bits = []string{"a", "b", "b", "c", "c", "é", "1", "2", " ", "\n", `"`, `\`, "-"}

// whole is what a whole answer becomes, "" if it is refused.
func whole(h *sdktest.Host, kind abi.Part, text string) (out string, blocked bool) {
	c := sdktest.NewConversation()
	c.Answers = []sdktest.Message{{Role: "assistant", Parts: []sdktest.Part{{Kind: kind, Text: text}}}}
	if h.Response(c).Action == abi.Block {
		return "", true
	}
	return c.Answers[0].Text(), false
}

// document is random JSON with strings that are escaped now and then.
func document(r *rand.Rand) string {
	var b strings.Builder
	b.WriteString(`[`)
	for n := range r.IntN(5) {
		if n > 0 {
			b.WriteString(", ")
		}
		if r.IntN(3) == 0 {
			b.WriteString(strconv.Itoa(r.IntN(3000)))
			continue
		}
		b.WriteByte('"')
		for _, c := range words(r, r.IntN(10)) {
			switch {
			case r.IntN(6) == 0 || c < ' ':
				b.WriteString(`\u` + strconv.FormatInt(int64(c)+0x10000, 16)[1:])
			case c == '"' || c == '\\':
				b.WriteString(`\` + string(c))
			default:
				b.WriteRune(c)
			}
		}
		b.WriteByte('"')
	}
	b.WriteString(`]`)
	return b.String()
}

func words(r *rand.Rand, n int) string {
	var b strings.Builder
	for range n {
		b.WriteString(bits[r.IntN(len(bits))])
	}
	return b.String()
}

// TestStreamsLikeWhole: what a stream becomes doesn't depend on where it is cut.
func TestStreamsLikeWhole(t *testing.T) {
	h := sdktest.New(t, &guard{}, meeting)
	r := rand.New(rand.NewPCG(1, 2))
	refused, changed := 0, 0
	for n := range 8000 {
		kind, text := abi.PartText, words(r, r.IntN(20))
		switch n % 4 {
		case 0, 1:
			kind, text = abi.PartToolCall, document(r)
			require.True(t, json.Valid([]byte(text)), text)
		case 2:
			kind = abi.PartToolCall // of what isn't JSON
		}
		want, blocked := whole(h, kind, text)
		if n%4 < 2 && !blocked {
			require.True(t, json.Valid([]byte(want)), "%s became %s", text, want)
		}
		var pieces []string
		for rest := text; rest != ""; {
			k := 1 + r.IntN(min(6, len(rest)))
			pieces = append(pieces, rest[:k])
			rest = rest[k:]
		}
		if r.IntN(2) == 0 || len(pieces) == 0 {
			pieces = append(pieces, "")
		}
		out, got := h.Stream(sdktest.NewConversation(), kind, 0).SendAll(pieces...)
		require.Equal(t, blocked, got.Action == abi.Block, "%q", pieces)
		if blocked {
			refused++
			continue
		}
		require.Equal(t, want, out, "%q", pieces)
		if want != text {
			changed++
		}
	}
	require.Greater(t, refused, 20)
	require.Greater(t, changed, 300)
}

// FuzzStream: the same of arguments that may not even be JSON.
func FuzzStream(f *testing.F) {
	f.Add(`{"a":"ab\u0063 c12","b":[12,1234,"\ud83d\ude42é1"]}`, uint64(1))
	f.Add(`"\u00`, uint64(2))
	f.Add(`c12 "c1`, uint64(3))
	f.Fuzz(func(t *testing.T, text string, seed uint64) {
		if !utf8.ValidString(text) || len(text) > 1000 {
			t.Skip() // answers are UTF-8, and long ones are slow to cut everywhere
		}
		h := sdktest.New(t, &guard{}, meeting)
		r := rand.New(rand.NewPCG(seed, seed))
		for _, kind := range []abi.Part{abi.PartText, abi.PartToolCall} {
			want, blocked := whole(h, kind, text)
			var pieces []string
			for rest := text; rest != ""; {
				k := 1 + r.IntN(min(6, len(rest)))
				pieces = append(pieces, rest[:k])
				rest = rest[k:]
			}
			out, got := h.Stream(sdktest.NewConversation(), kind, 0).SendAll(append(pieces, "")...)
			if blocked != (got.Action == abi.Block) || !blocked && out != want {
				t.Fatalf("%s in pieces %q: %q, whole %q", kind, pieces, out, want)
			}
		}
	})
}

package main

import (
	b64 "encoding/base64"
	"encoding/hex"
	"math"
	"os"
	"os/exec"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/sdktest"
)

func encode64(s string) string { return b64.StdEncoding.EncodeToString([]byte(s)) }
func encode16(s string) string { return hex.EncodeToString([]byte(s)) }

func TestEntropy(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"a", "aaaa", "abab", "abcdefgh", "hunter2", alnum62, std64, strings.Repeat("ab1", 50)} {
		var n [256]float64
		for _, c := range []byte(s) {
			n[c]++
		}
		want := 0.0
		for _, c := range n {
			if c > 0 {
				want -= c / float64(len(s)) * math.Log2(c/float64(len(s)))
			}
		}
		assert.InDelta(t, want*100, float64(entropy([]byte(s))), 4, s)
	}
	assert.Zero(t, entropy(nil))
}

func TestDecode(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "a", "ab", "abc", "abcd", "hello, world\xff\x00"} {
		assert.Equal(t, s, string(decode64(nil, []byte(encode64(s)))))
		assert.Equal(t, s, string(decode16(nil, []byte(encode16(s)))))
	}
}

func TestWordy(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"getUserTokenFromHeader1": true, "my-secret-value-01": true, "deadbeef01234567": false, "x8Kq2mZt7Lw9": false, "": false,
	} {
		assert.Equal(t, want, wordy([]byte(text)), text)
	}
}

// FuzzStream asks that a text in pieces is treated as it is whole, and that nothing panics.
func FuzzStream(f *testing.F) {
	for _, s := range samples(newKeys(1)) {
		f.Add(s.text(), uint8(len(s.before)+3), false)
	}
	for _, s := range clean {
		f.Add(s, uint8(5), true)
	}
	f.Add("password = \"\\u0061b1c2d3!\" ｇｈｐ＿\u200b", uint8(14), true)
	f.Fuzz(func(t *testing.T, text string, at uint8, json bool) {
		if !utf8.ValidString(text) || len(text) < 2 || len(text) > 2000 {
			t.Skip() // texts are UTF-8, and long ones are slow to cut
		}
		kind := abi.PartText
		if json {
			kind = abi.PartToolCall
		}
		h := sdktest.New(t, &secrets{}, "")
		want, _ := h.Stream(sdktest.NewConversation(), kind, 0).SendAll(text)
		cut := 1 + int(at)%(len(text)-1)
		for cut < len(text) && !utf8.RuneStart(text[cut]) {
			cut++
		}
		got, _ := h.Stream(sdktest.NewConversation(), kind, 0).SendAll(text[:cut], text[cut:])
		require.True(t, utf8.ValidString(got))
		if cut < maxContext && !strings.ContainsAny(text, "\\") { // all context is seen, so the same is found
			require.Equal(t, want, got)
		}
	})
}

func TestBuilds(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles a module")
	}
	t.Parallel()
	out := t.TempDir() + "/p.wasm"
	cmd := exec.Command("go", "build", "-buildmode=c-shared", "-o", out, ".")
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm")
	text, err := cmd.CombinedOutput()
	require.NoError(t, err, string(text))
}

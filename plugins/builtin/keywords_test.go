package builtin

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/sdktest"
)

// keywords are n different words as a list in JSON.
func keywords(n int) string {
	var b strings.Builder
	b.WriteString(`["`)
	for k := range n {
		if k > 0 {
			b.WriteString(`","`)
		}
		b.WriteString("word" + strconv.Itoa(k*k))
	}
	return b.String() + `"]`
}

func TestKeywords(t *testing.T) {
	s := stage(t, "router", "keywords", `{"rules": [{"any": ["Straße", "договор"], "model": "law"}, {"all": ["word1", "word4"], "model": 0}, {"any": `+keywords(1000)+`, "model": "mock/code"}], "default": 0}`)
	for text, want := range map[string]uint32{"hi": 0, "ДОГОВОР!": 1, "word998001": 2, "word1 word4": 0, "sword4": 0} {
		conversation := sdktest.NewConversation(sdktest.User(text))
		conversation.Candidates = []sdktest.Candidate{{Model: "a"}, {Model: "law"}, {Provider: "mock", Model: "code"}}
		c := newCall(conversation)
		c.Hook, c.Args = abi.OnRoute, [3]int32{3}
		require.NoError(t, s.Call(c))
		assert.Equal(t, abi.Reroute, c.Verdict.Action())
		assert.Equal(t, want, c.Verdict.Arg(), text)
	}
	conversation := sdktest.NewConversation(sdktest.User("ein DOGOVOR, eine Straße"))
	c := newCall(conversation)
	c.Hook = abi.OnRequest
	require.NoError(t, s.Call(c))
	assert.Equal(t, abi.Reroute, c.Verdict.Action())
	assert.Equal(t, "law", string(c.Model))

	// A prompt of many megabytes stays within the budget: the newest part is looked at.
	conversation.Messages = []sdktest.Message{sdktest.User(strings.Repeat("word1 Ünicode ", 300_000)), sdktest.User("word4")}
	c = newCall(conversation)
	c.Hook = abi.OnRequest
	require.NoError(t, s.Call(c))
	assert.Equal(t, "mock/code", string(c.Model))
}

// TestKeywordsWithstands sends what is made to cost: none of it may spend the plugin's fuel.
func TestKeywordsWithstands(t *testing.T) {
	var nested, cased strings.Builder
	for n := 1; n <= 200; n++ {
		nested.WriteString(`"` + strings.Repeat("a", n) + `",`)
	}
	for r := rune(0x600); r < 0x20000; r++ {
		cased.WriteRune(r)
	}
	s := patient(t, "router", "keywords", `{"rules": [{"any": [`+nested.String()+`"b"], "model": 0}, {"any": [`+nested.String()+`"c"], "words": false, "in": "all", "model": 1}]}`)
	for _, unit := range []string{"a", "éa", "漢字", "ა", "\u1e00a\u1e01", "𐐀", "\u00a0\u2003", "  ", cased.String()[:100_000], cased.String()[100_000:230_000], cased.String()[230_000:]} {
		c := newCall(sdktest.NewConversation(sdktest.User(strings.Repeat(unit, 1+(200<<10)/len(unit)))))
		c.Hook = abi.OnRequest
		require.NoError(t, s.Call(c), "%.20q", unit)
	}
}

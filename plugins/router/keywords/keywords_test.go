package main

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/sdktest"
)

func three(messages ...sdktest.Message) *sdktest.Conversation {
	c := sdktest.NewConversation(messages...)
	c.Candidates = []sdktest.Candidate{{Provider: "openai.main", Model: "small"}, {Provider: "openai.main", Model: "code"}, {Provider: "mock", Model: "code"}}
	return c
}

func TestRules(t *testing.T) {
	for _, test := range []struct {
		name, rule, text string
		fits             bool
	}{
		{"any", `"any": ["python", "rust"]`, "Write it in Rust, please.", true},
		{"none of any", `"any": ["python", "rust"]`, "Write a poem.", false},
		{"all", `"all": ["sql", "slow"]`, "My SQL is slow", true},
		{"not all", `"all": ["sql", "slow"]`, "My SQL is fast", false},
		{"none", `"none": ["sql"]`, "Write a poem.", true},
		{"one of none", `"none": ["sql"]`, "More sql", false},
		{"together", `"any": ["a", "b"], "all": ["c"], "none": ["d"]`, "b c", true},
		{"together, one of none", `"any": ["a", "b"], "all": ["c"], "none": ["d"]`, "b c d", false},
		{"within a word", `"any": ["rust"]`, "I trust you", false},
		{"within a word, allowed", `"any": ["rust"], "words": false`, "I trust you", true},
		{"at the ends", `"any": ["rust"]`, "rust", true},
		{"after a sign", `"any": ["rust"]`, "(rust)", true},
		{"with a number", `"any": ["gpt"]`, "gpt4", false},
		{"a sign as a word", `"any": ["c++"]`, "in c++17", true},
		{"a sign before", `"any": [".net"]`, "asp.net", true},
		{"spaces", `"any": ["credit card"]`, "my Credit \n\t Card", true},
		{"no-break space", `"any": ["credit card"]`, "credit\u00a0card", true},
		{"case", `"any": ["STRASSE", "ÉTÉ"]`, "un été chaud", true},
		{"Greek sigma", `"any": ["ΛΟΓΟΣ"]`, "ο λόγος, λογος", true},
		{"Kelvin", `"any": ["kelvin"]`, "300 \u212aelvin", true},
		{"long s", `"any": ["sein"]`, "\u017fein", true},
		{"Cyrillic", `"any": ["Договор"]`, "это ДОГОВОР.", true},
		{"Cyrillic within", `"any": ["договор"]`, "договоры", false},
		{"Cherokee", `"any": ["\u13a0"]`, "\uab70", true},
		{"letter with a mark", `"any": ["cafe"]`, "cafe\u0301", false},
		{"Chinese", `"any": ["合同"]`, "请审查这份合同的条款", true},
		{"Japanese", `"any": ["契約"]`, "この契約を", true},
		{"Korean", `"any": ["계약"]`, "계약을 검토", true},
		{"Thai", `"any": ["สัญญา"]`, "ตรวจสัญญานี้", true},
		{"beginnings", `"all": ["he", "she", "hers", "his"], "words": false`, "ushers this", true},
		{"one in another", `"all": ["new york", "york"]`, "New York", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := sdktest.New(t, &router{}, `{"rules": [{`+test.rule+`, "model": "code"}], "default": 0}`)
			got := h.Route(three(sdktest.User(test.text)))
			require.Equal(t, abi.Reroute, got.Action)
			assert.Equal(t, test.fits, got.Choice == 1)
		})
	}
}

func TestScopes(t *testing.T) {
	talk := []sdktest.Message{sdktest.System("rule"), sdktest.User("first"), sdktest.Assistant("reply"), sdktest.User("second"), sdktest.ToolCall("1", "f", `{"x": "called"}`), sdktest.ToolResult("1", "result")}
	for in, want := range map[string][]string{
		"last": {"second"},
		"user": {"first", "second"},
		"all":  {"rule", "first", "reply", "second", "called", "result"},
	} {
		for _, word := range []string{"rule", "first", "reply", "second", "called", "result"} {
			h := sdktest.New(t, &router{}, `{"rules": [{"any": ["`+word+`"], "in": "`+in+`", "model": 2}], "default": 0}`)
			got := h.Route(three(talk...)).Choice
			assert.Equal(t, slices.Contains(want, word), got == 2, "%s in %s", word, in)
		}
	}
	h := sdktest.New(t, &router{}, `{"rules": [{"any": ["first"], "model": 1}, {"any": ["rule"], "in": "all", "none": ["third"], "model": 2}], "default": 0}`)
	assert.Equal(t, 2, h.Route(three(talk...)).Choice, "each rule has its own scope")
}

func TestChoices(t *testing.T) {
	const rules = `{"rules": [{"any": ["a"], "model": "mock/code"}, {"any": ["b", "a"], "model": 1}, {"any": ["c"], "model": "absent"}, {"any": ["d"], "model": 9}]}`
	h := sdktest.New(t, &router{}, rules)
	for text, want := range map[string]int{"a b": 2, "b": 1} {
		got := h.Route(three(sdktest.User(text)))
		assert.Equal(t, want, got.Choice, text)
	}
	for _, text := range []string{"c", "d", "nothing", ""} {
		assert.Equal(t, abi.Continue, h.Route(three(sdktest.User(text))).Action, text)
	}
	assert.Equal(t, abi.Continue, h.Route(three()).Action)

	assert.Equal(t, "mock/code", h.Request(sdktest.NewConversation(sdktest.User("a"))).Model)
	for _, text := range []string{"b", "nothing"} {
		assert.Equal(t, abi.Continue, h.Request(sdktest.NewConversation(sdktest.User(text))).Action, "a place means nothing there")
	}
	h = sdktest.New(t, &router{}, `{"rules": [{"any": ["a"], "model": "gpt-4o"}], "default": "cheap"}`)
	assert.Equal(t, abi.Continue, h.Request(sdktest.NewConversation(sdktest.User("a"))).Action, "it is that model already")
	assert.Equal(t, "cheap", h.Request(sdktest.NewConversation(sdktest.User("b"))).Model)
}

func TestOnlyTheNewestIsLookedAt(t *testing.T) {
	h := sdktest.New(t, &router{}, `{"rules": [{"any": ["old"], "in": "user", "model": 1}, {"any": ["new"], "in": "user", "model": 2}], "max_bytes": 1024}`)
	long := sdktest.User("new " + strings.Repeat("x", 1100))
	assert.Equal(t, 2, h.Route(three(sdktest.User("old"), long)).Choice)
	assert.Equal(t, 1, h.Route(three(sdktest.User("old"), sdktest.User("new"))).Choice)
}

func TestRefusedConfigurations(t *testing.T) {
	for config, want := range map[string]string{
		`{}`: "rules is empty",
		`{"rules": [{"any": ["a"], "model": 0}, {"model": 0}]}`:     "rules[1]: it has no words",
		`{"rules": [{"any": [" \t"], "model": 0}]}`:                 "rules[0]: any: a word is empty",
		`{"rules": [{"any": ["a"]}]}`:                               "rules[0]: model is a place",
		`{"rules": [{"any": ["a"], "model": -1}]}`:                  "model is a place",
		`{"rules": [{"any": ["a"], "model": 0, "in": "first"}]}`:    "in is first",
		`{"rules": [{"any": ["a"], "model": 0}], "default": -1}`:    "default is a place",
		`{"rules": [{"any": ["a"], "model": 0}], "max_bytes": 0}`:   "max_bytes must be above 0",
		`{"rules": [{"any": [` + many(3000) + `"a"], "model": 0}]}`: "too many keywords",
	} {
		_, err := sdktest.Try(t, &router{}, config)
		assert.ErrorContains(t, err, want, "%.80s", config)
	}
	h := sdktest.New(t, &router{}, `{"rules": [{"any": [`+many(1000)+`"needle"], "model": 1}]}`)
	assert.Equal(t, 1, h.Route(three(sdktest.User("a needle"))).Choice)
}

// many are words without common beginnings.
func many(n int) string {
	r := rand.New(rand.NewPCG(1, 1))
	var b strings.Builder
	for range n {
		b.WriteByte('"')
		for range 20 {
			b.WriteByte(byte('a' + r.IntN(26)))
		}
		b.WriteString(`",`)
	}
	return b.String()
}

// TestFindsWhatRegexpFinds compares random words and texts over few letters with package regexp.
func TestFindsWhatRegexpFinds(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 3))
	random := func(most int) string {
		var b strings.Builder
		for range 1 + r.IntN(most) {
			b.WriteString([]string{"a", "b", "A", "B", "-", " "}[r.IntN(6)])
		}
		return b.String()
	}
	for range 3_000 {
		var words []string
		in := reader{number: map[keyword]int{}}
		for range 1 + r.IntN(6) {
			w := strings.Join(strings.Fields(random(4)), " ")
			if w == "" {
				continue
			}
			if _, err := in.add(w, r.IntN(2) == 0); err == nil {
				words = append(words, w)
			}
		}
		texts := make([]string, len(in.words))
		for n, k := range in.words {
			texts[n] = k.text
		}
		a, err := build(texts)
		require.NoError(t, err)
		text := random(40)
		f := appendFolded(nil, []byte(text))
		found := make([]bool, len(in.words))
		a.scan(f, func(word, from, to int) bool {
			found[word] = found[word] || !in.words[word].whole || bounded(f, from, to)
			return true
		})
		plain := strings.Join(strings.Fields(text), " ")
		for n, k := range in.words {
			e := `(?i)` + regexp.QuoteMeta(k.text)
			if k.whole {
				edge := func(c byte) string {
					if c == '-' {
						return ""
					}
					return `\b`
				}
				e = `(?i)` + edge(k.text[0]) + regexp.QuoteMeta(k.text) + edge(k.text[len(k.text)-1])
			}
			require.Equal(t, regexp.MustCompile(e).MatchString(plain), found[n], "%q in %q, of %q", e, text, words)
		}
	}
}

func TestLookingDoesntAllocate(t *testing.T) {
	in := reader{number: map[keyword]int{}}
	n, err := in.add("needle", true)
	require.NoError(t, err)
	a, err := build([]string{in.words[n].text})
	require.NoError(t, err)
	text := []byte(strings.Repeat("hay Ünd hay ", 100) + "needle")
	var f []byte
	found := 0
	once := func() {
		f = appendFolded(f[:0], text)
		a.scan(f, func(int, int, int) bool { found++; return true })
	}
	once()
	assert.Zero(t, testing.AllocsPerRun(100, once))
	assert.Positive(t, found)
}

// TestFoldsEightAtOnce compares with folding byte by byte.
func TestFoldsEightAtOnce(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 5))
	for range 20_000 {
		text := make([]byte, r.IntN(40))
		for n := range text {
			text[n] = "azAZ@[`{ ~!\x7f\x1f\t_09m"[r.IntN(18)]
		}
		var want []byte
		for _, c := range text {
			if f := ascii[c]; f != ' ' || len(want) > 0 && want[len(want)-1] != ' ' {
				want = append(want, f)
			}
		}
		require.Equal(t, string(want), string(appendFolded(nil, text)), "%q", text)
	}
}

func FuzzFold(f *testing.F) {
	f.Add("Straße \u212a \xff\t\t x")
	f.Fuzz(func(t *testing.T, s string) {
		once := appendFolded(nil, []byte(s))
		require.Equal(t, string(once), string(appendFolded(nil, once)), "folding twice changes nothing")
		if len(once) > 0 {
			a, err := build([]string{string(once[:min(len(once), 64)])})
			require.NoError(t, err)
			hit := false
			a.scan(once, func(int, int, int) bool { hit = true; return false })
			require.True(t, hit)
		}
	})
}

func TestFolding(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		f := fold(r)
		if f != slowFold(r) {
			t.Fatalf("%U folds to %U", r, f)
		}
		if len(string(f)) > len(string(r)) {
			t.Fatalf("%U folds to something longer", r)
		}
	}
}

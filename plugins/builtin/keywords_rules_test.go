package builtin

import (
	"encoding/json"
	"fmt"
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

func withTargets(messages ...sdktest.Message) *sdktest.Conversation {
	c := sdktest.NewConversation(messages...)
	c.Candidates = []sdktest.Candidate{{Provider: "openai.main", Model: "small"}, {Provider: "openai.main", Model: "code"}, {Provider: "mock", Model: "code"}}
	return c
}

func TestKeywordRules(t *testing.T) {
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
			h := newRig(t, "router", "keywords", `{"rules": [{`+test.rule+`, "model": "code"}], "default": 0}`)
			got := h.Route(withTargets(sdktest.User(test.text)))
			require.Equal(t, abi.Reroute, got.Action)
			assert.Equal(t, test.fits, got.Choice == 1)
		})
	}
}

func TestKeywordScopes(t *testing.T) {
	talk := []sdktest.Message{sdktest.System("rule"), sdktest.User("first"), sdktest.Assistant("reply"), sdktest.User("second"), sdktest.ToolCall("1", "f", `{"x": "called"}`), sdktest.ToolResult("1", "result")}
	for in, want := range map[string][]string{
		"last": {"second"},
		"user": {"first", "second"},
		"all":  {"rule", "first", "reply", "second", "called", "result"},
	} {
		for _, word := range []string{"rule", "first", "reply", "second", "called", "result"} {
			h := newRig(t, "router", "keywords", `{"rules": [{"any": ["`+word+`"], "in": "`+in+`", "model": 2}], "default": 0}`)
			got := h.Route(withTargets(talk...)).Choice
			assert.Equal(t, slices.Contains(want, word), got == 2, "%s in %s", word, in)
		}
	}
	h := newRig(t, "router", "keywords", `{"rules": [{"any": ["first"], "model": 1}, {"any": ["rule"], "in": "all", "none": ["third"], "model": 2}], "default": 0}`)
	assert.Equal(t, 2, h.Route(withTargets(talk...)).Choice, "each rule has its own scope")
}

func TestKeywordChoices(t *testing.T) {
	const rules = `{"rules": [{"any": ["a"], "model": "mock/code"}, {"any": ["b", "a"], "model": 1}, {"any": ["c"], "model": "absent"}, {"any": ["d"], "model": 9}]}`
	h := newRig(t, "router", "keywords", rules)
	for text, want := range map[string]int{"a b": 2, "b": 1} {
		got := h.Route(withTargets(sdktest.User(text)))
		assert.Equal(t, want, got.Choice, text)
	}
	for _, text := range []string{"c", "d", "nothing", ""} {
		assert.Equal(t, abi.Continue, h.Route(withTargets(sdktest.User(text))).Action, text)
	}
	assert.Equal(t, abi.Continue, h.Route(withTargets()).Action)

	assert.Equal(t, "mock/code", h.Request(sdktest.NewConversation(sdktest.User("a"))).Model)
	for _, text := range []string{"b", "nothing"} {
		assert.Equal(t, abi.Continue, h.Request(sdktest.NewConversation(sdktest.User(text))).Action, "a place means nothing there")
	}
	h = newRig(t, "router", "keywords", `{"rules": [{"any": ["a"], "model": "gpt-4o"}], "default": "cheap"}`)
	assert.Equal(t, abi.Continue, h.Request(sdktest.NewConversation(sdktest.User("a"))).Action, "it is that model already")
	assert.Equal(t, "cheap", h.Request(sdktest.NewConversation(sdktest.User("b"))).Model)
}

func TestKeywordsInTheNewest(t *testing.T) {
	h := newRig(t, "router", "keywords", `{"rules": [{"any": ["old"], "in": "user", "model": 1}, {"any": ["new"], "in": "user", "model": 2}], "max_bytes": 1024}`)
	long := sdktest.User("new " + strings.Repeat("x", 1100))
	assert.Equal(t, 2, h.Route(withTargets(sdktest.User("old"), long)).Choice)
	assert.Equal(t, 1, h.Route(withTargets(sdktest.User("old"), sdktest.User("new"))).Choice)
}

func TestKeywordRefusals(t *testing.T) {
	for config, want := range map[string]string{
		`{}`: "rules is empty",
		`{"rules": [{"any": ["a"], "model": 0}, {"model": 0}]}`:            "rules[1]: it has no words",
		`{"rules": [{"any": [" \t"], "model": 0}]}`:                        "rules[0]: any: a word is empty",
		`{"rules": [{"any": ["a"]}]}`:                                      "rules[0]: model is a place",
		`{"rules": [{"any": ["a"], "model": -1}]}`:                         "model is a place",
		`{"rules": [{"any": ["a"], "model": 0, "in": "first"}]}`:           "in is first",
		`{"rules": [{"any": ["a"], "model": 0}], "default": -1}`:           "default is a place",
		`{"rules": [{"any": ["a"], "model": 0}], "max_bytes": 0}`:          "max_bytes must be above 0",
		`{"rules": [{"any": [` + randomWords(3000) + `"a"], "model": 0}]}`: "too many keywords",
	} {
		assert.ErrorContains(t, refusal(t, "router", "keywords", config), want, "%.80s", config)
	}
	h := newRig(t, "router", "keywords", `{"rules": [{"any": [`+randomWords(1000)+`"needle"], "model": 1}]}`)
	assert.Equal(t, 1, h.Route(withTargets(sdktest.User("a needle"))).Choice)
}

// randomWords are words without common beginnings.
func randomWords(n int) string {
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

// targets are n candidates.
func targets(n int) []sdktest.Candidate {
	out := make([]sdktest.Candidate, n)
	for k := range out {
		out[k].Model = fmt.Sprint("m", k)
	}
	return out
}

// oneRuleEach has a rule for each word, which chooses the target of its place; the target after the last is the default.
func oneRuleEach(words []string, whole []bool) string {
	var rules []string
	for n, w := range words {
		text, _ := json.Marshal(w) // a text is always written
		rules = append(rules, fmt.Sprintf(`{"any": [%s], "words": %t, "model": %d}`, text, whole == nil || whole[n], n))
	}
	return fmt.Sprintf(`{"rules": [%s], "default": %d}`, strings.Join(rules, ", "), len(words))
}

// TestKeywordsLikeRegexp compares random words and texts over few letters with package regexp.
func TestKeywordsLikeRegexp(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 3))
	random := func(most int) string {
		var b strings.Builder
		for range 1 + r.IntN(most) {
			b.WriteString([]string{"a", "b", "A", "B", "-", " ", "abba baab ab-ba aab"}[r.IntN(7)])
		}
		return b.String()
	}
	edge := func(c byte) string {
		if c == '-' {
			return ""
		}
		return `\b`
	}
	for range 60 {
		var words []string
		var whole []bool
		var want []*regexp.Regexp
		for range 1 + r.IntN(6) {
			w := strings.Join(strings.Fields(random(4)), " ")
			if w == "" {
				continue
			}
			words, whole = append(words, w), append(whole, r.IntN(2) == 0)
			e := regexp.QuoteMeta(w)
			if whole[len(whole)-1] {
				e = edge(w[0]) + e + edge(w[len(w)-1])
			}
			want = append(want, regexp.MustCompile(`(?i)`+e))
		}
		if len(words) == 0 {
			continue
		}
		h := newRig(t, "router", "keywords", oneRuleEach(words, whole))
		for range 50 {
			text := random(40)
			c := sdktest.NewConversation(sdktest.User(text))
			c.Candidates = targets(len(words) + 1)
			plain := strings.Join(strings.Fields(text), " ")
			first := slices.IndexFunc(want, func(e *regexp.Regexp) bool { return e.MatchString(plain) })
			if first < 0 {
				first = len(words)
			}
			require.Equal(t, first, h.Route(c).Choice, "%q in %q", words, text)
		}
	}
}

// TestKeywordsFoldLikeUnicode: a letter is found as each of those that differ from it in case only, as package unicode has it.
func TestKeywordsFoldLikeUnicode(t *testing.T) {
	var cased []rune
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if unicode.SimpleFold(r) != r {
			cased = append(cased, r)
		}
	}
	require.Greater(t, len(cased), 2000)
	for some := range slices.Chunk(cased, 200) {
		words := make([]string, len(some))
		for n, r := range some {
			words[n] = string(r)
		}
		h := newRig(t, "router", "keywords", oneRuleEach(words, nil))
		for _, r := range some {
			for x := unicode.SimpleFold(r); ; x = unicode.SimpleFold(x) {
				c := sdktest.NewConversation(sdktest.User("- " + string(x) + " -"))
				c.Candidates = targets(len(some) + 1)
				first := slices.IndexFunc(some, func(s rune) bool { return strings.EqualFold(string(s), string(x)) })
				require.Equal(t, first, h.Route(c).Choice, "%U as %U", r, x)
				if x == r {
					break
				}
			}
		}
	}
}

// TestKeywordsEndLikeUnicode: a word doesn't end before a letter, digit or mark of a script with spaces between its words.
func TestKeywordsEndLikeUnicode(t *testing.T) {
	spaceless := &unicode.RangeTable{
		R16: []unicode.Range16{
			{Lo: 0x0e00, Hi: 0x0eff, Stride: 1},
			{Lo: 0x1000, Hi: 0x109f, Stride: 1},
			{Lo: 0x1780, Hi: 0x17ff, Stride: 1},
			{Lo: 0x2e80, Hi: 0xa4cf, Stride: 1},
			{Lo: 0xac00, Hi: 0xd7ff, Stride: 1},
			{Lo: 0xf900, Hi: 0xfaff, Stride: 1},
		},
		R32: []unicode.Range32{{Lo: 0x20000, Hi: 0x3ffff, Stride: 1}},
	}
	h := newRig(t, "router", "keywords", `{"rules": [{"any": ["x"], "model": 1}], "default": 0}`)
	c := sdktest.NewConversation(sdktest.User(""))
	c.Candidates = targets(2)
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if r == 0x20100 {
			r = 0xe0000 // nothing is there
		}
		if r == 0xe0200 {
			break
		}
		if r >= 0xd800 && r < 0xe000 || r > 0x3100 && r < 0xa400 && r%16 != 0 || r > 0xac00 && r < 0xd700 && r%16 != 0 {
			continue
		}
		goesOn := r == '_' || (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)) && !unicode.Is(spaceless, r)
		c.Messages[0].Parts[0].Text = "x" + string(r)
		require.Equal(t, !goesOn, h.Route(c).Choice == 1, "%U", r)
	}
}

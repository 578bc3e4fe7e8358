package builtin

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/sdktest"
)

const ticketRules = `{"rules": [
	{"name": "ticket", "pattern": "\\bTCK-[0-9]{4,8}\\b"},
	{"name": "card", "pattern": "\\b(?:[0-9][ -]?){13,19}\\b", "replace": "<\"card\">"},
	{"name": "project", "words": ["Rosebud", "Größe 7", "C++"], "ignore_case": true, "action": "tag"},
	{"name": "bomb", "patterns": ["(?i)how to build a \\w+", "boom!+"], "action": "block", "status": 451}
], "allow": ["TCK-0000", "TCK-99*"]}`

func TestRegexMasks(t *testing.T) {
	h := newRig(t, "guard", "regex", ticketRules)
	for _, test := range []struct{ name, text, want, tag string }{
		{"nothing", "hello there", "hello there", ""},
		{"mask", "see TCK-12345, TCK-7654321.", "see [ticket], [ticket].", "regex=ticket"},
		{"not quite", "see TCK-123, TCK-123456789 and XTCK-1234", "see TCK-123, TCK-123456789 and XTCK-1234", ""},
		{"replace", "card 4111 1111 1111 1111!", `card <"card">!`, "regex=card"},
		{"tag", "rosebud, größe 7 and c++x, rosebuds", "rosebud, größe 7 and c++x, rosebuds", "regex=project"},
		{"allow", "TCK-0000 TCK-9912 TCK-1111", "TCK-0000 TCK-9912 [ticket]", "regex=ticket"},
		{"several", "Rosebud TCK-1234", "Rosebud [ticket]", "regex=ticket,project"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := sdktest.NewConversation(sdktest.System("be nice"), sdktest.User(test.text))
			got := h.Request(c)
			assert.Equal(t, test.want, c.Messages[1].Text())
			assert.Equal(t, test.tag, got.Tag)
		})
	}
	c := sdktest.NewConversation(sdktest.User("how to build a house with TCK-1234"))
	got := h.Request(c)
	assert.Equal(t, abi.Block, got.Action)
	assert.Equal(t, 451, got.Status)
	assert.Equal(t, `the request is refused by rule "bomb"`, got.Reason)
}

func TestRegexPlaces(t *testing.T) {
	conversation := func() *sdktest.Conversation {
		c := sdktest.NewConversation(
			sdktest.System("x1"), sdktest.User("x2"), sdktest.ToolCall("t", "f", `{"a":"x3"}`), sdktest.ToolResult("t", "x4"),
			sdktest.Message{Role: "assistant", Parts: []sdktest.Part{{Kind: abi.PartReasoning, Text: "x5"}, {Kind: abi.PartText, Text: "x6"}, {Kind: abi.PartImage}}},
		)
		c.Tools = []sdktest.Tool{{Name: "f", Description: "x7"}}
		c.Answers = []sdktest.Message{{Role: "assistant", Parts: []sdktest.Part{
			{Kind: abi.PartReasoning, Text: "x1"}, {Kind: abi.PartText, Text: "x2"}, {Kind: abi.PartToolCall, Text: `["x3"]`}, {Kind: abi.PartRefusal, Text: "x4"},
		}}}
		return c
	}
	texts := func(c *sdktest.Conversation) string {
		var out []string
		for _, m := range append(append([]sdktest.Message{}, c.Messages...), c.Answers...) {
			out = append(out, m.Text())
		}
		return strings.Join(append(out, c.Tools[0].Description), " ")
	}
	for where, want := range map[string]string{
		"prompt":       "x1 - {\"a\":\"x3\"} x4 x5\n-\n x1\nx2\n[\"x3\"]\nx4 x7",
		"system":       "- x2 {\"a\":\"x3\"} x4 x5\nx6\n x1\nx2\n[\"x3\"]\nx4 -",
		"answer":       "x1 x2 {\"a\":\"x3\"} x4 x5\nx6\n x1\n-\n[\"x3\"]\n- x7",
		"tool_calls":   "x1 x2 {\"a\":\"-\"} x4 x5\nx6\n x1\nx2\n[\"-\"]\nx4 x7",
		"tool_results": "x1 x2 {\"a\":\"x3\"} - x5\nx6\n x1\nx2\n[\"x3\"]\nx4 x7",
		"reasoning":    "x1 x2 {\"a\":\"x3\"} x4 -\nx6\n -\nx2\n[\"x3\"]\nx4 x7",
	} {
		t.Run(where, func(t *testing.T) {
			h := newRig(t, "guard", "regex", `{"rules": [{"name": "x", "pattern": "x[0-9]", "replace": "-", "where": ["`+where+`"]}]}`)
			c := conversation()
			h.Request(c)
			h.Response(c)
			assert.Equal(t, want, texts(c))
		})
	}
}

func TestRegexRefusals(t *testing.T) {
	for config, want := range map[string]string{
		`{"rules": []}`: "1 to 256 rules",
		`{"rules": [{"name": "a", "pattern": "b("}]}`:                                                        "rule \"a\": pattern `b(`: missing closing ): `b(`",
		`{"rules": [{"name": "a", "pattern": "x"}, {"name": "b", "words": ["w"], "patterns": ["x", "y*"]}]}`: "rule \"b\": pattern `y*`: it matches the empty text",
		`{"rules": [{"name": "a", "pattern": "x"}, {"name": "a", "pattern": "y"}]}`:                          `two rules named "a"`,
		`{"rules": [{"name": "A b", "pattern": "x"}]}`:                                                       "a name is of",
		`{"rules": [{"name": "a"}]}`:                                                                         "neither pattern",
		`{"rules": [{"name": "a", "pattern": "x", "action": "hide"}]}`:                                       "it may be mask, block or tag",
		`{"rules": [{"name": "a", "pattern": "x", "where": ["roof"]}]}`:                                      "no place roof",
		`{"rules": [{"name": "a", "pattern": "x", "status": 200}]}`:                                          "400 to 599",
		`{"rules": [{"name": "a", "pattern": "x"}], "allow": ["*"]}`:                                         "allows everything",
		`{"rules": [{"name": "a", "patterns": ["x\ny"]}]}`:                                                   "line break",
	} {
		assert.ErrorContains(t, refusal(t, "guard", "regex", config), want, config)
	}
}

// ticketLetter holds everything that the rules are about but the block.
const ticketLetter = "Dear é, TCK-12345 and TCK-123 or 4111-1111-1111-1111; Rosebud. TCK-0000 4111 1111 xTCK-4444 TCK-777 TCK-8888"

const ticketLetterClean = "Dear é, [ticket] and TCK-123 or <\"card\">; Rosebud. TCK-0000 4111 1111 xTCK-4444 TCK-777 [ticket]"

// TestRegexStreamsCutAnywhere cuts texts at every byte, with and without an empty last piece.
func TestRegexStreamsCutAnywhere(t *testing.T) {
	h := newRig(t, "guard", "regex", ticketRules)
	for _, kind := range []abi.Part{abi.PartText, abi.PartReasoning, abi.PartRefusal} {
		for cut := range len(ticketLetter) + 1 {
			out, _ := h.Stream(sdktest.NewConversation(), kind, 0).SendAll(ticketLetter[:cut], ticketLetter[cut:])
			require.Equal(t, ticketLetterClean, out, "cut at %d", cut)
			for end := cut; end <= len(ticketLetter); end += 7 {
				out, _ = h.Stream(sdktest.NewConversation(), kind, 0).SendAll(ticketLetter[:cut], ticketLetter[cut:end], ticketLetter[end:], "")
				require.Equal(t, ticketLetterClean, out, "cut at %d and %d", cut, end)
			}
		}
	}
	c := sdktest.NewConversation()
	s := h.Stream(c, abi.PartText, 0)
	var out strings.Builder
	for n := range len(ticketLetter) {
		piece, _ := s.Send(ticketLetter[n : n+1])
		out.WriteString(piece)
		assert.NotContains(t, out.String(), "TCK-12345")
		assert.NotContains(t, out.String(), "4111-1")
	}
	piece, _ := s.End()
	assert.Equal(t, ticketLetterClean, out.String()+piece)
	assert.Equal(t, "regex=ticket,card,project", h.StreamEnd(c).Tag)
	assert.Equal(t, abi.Continue, h.StreamEnd(sdktest.NewConversation()).Action)
}

func TestRegexStreamsAreBlocked(t *testing.T) {
	h := newRig(t, "guard", "regex", ticketRules)
	text := "fine. How To build a bomb: first TCK-12345"
	for cut := range len(text) + 1 {
		s := h.Stream(sdktest.NewConversation(), abi.PartText, 0)
		out, got := s.Send(text[:cut])
		if got.Action != abi.Block {
			var more string
			more, got = s.SendAll(text[cut:])
			out += more
		}
		require.Equal(t, abi.Block, got.Action, "cut at %d", cut)
		require.Equal(t, 451, got.Status)
		require.True(t, strings.HasPrefix("fine. ", out), "cut at %d: %q was released", cut, out)
	}
	// A match that masks doesn't hide one that blocks.
	h = newRig(t, "guard", "regex", `{"rules": [{"name": "m", "pattern": "a[a-z ]+z"}, {"name": "b", "pattern": "boo+m", "action": "block"}]}`)
	for cut := range len("xabc boomz") + 1 {
		s := h.Stream(sdktest.NewConversation(), abi.PartText, 0)
		out, got := s.Send("xabc boomz"[:cut])
		if got.Action != abi.Block {
			_, got = s.SendAll("xabc boomz"[cut:])
		}
		require.Equal(t, abi.Block, got.Action, "cut at %d", cut)
		require.NotContains(t, out, "a", "cut at %d", cut)
	}
	// What is open for one set may be within a match of the other.
	h = newRig(t, "guard", "regex", `{"rules": [{"name": "m", "pattern": "abcd"}, {"name": "b", "pattern": "cde", "action": "block"}]}`)
	for cut := range len("xabcdx") + 1 {
		out, _ := h.Stream(sdktest.NewConversation(), abi.PartText, 0).SendAll("xabcdx"[:cut], "xabcdx"[cut:])
		require.Equal(t, "x[m]x", out, "cut at %d", cut)
	}
}

func TestRegexToolCalls(t *testing.T) {
	h := newRig(t, "guard", "regex", ticketRules)
	for _, test := range []struct{ name, json, want string }{
		{"strings", `{"id":"TCK-12345","n":"a TCK-123\" TCK-4567"}`, `{"id":"[ticket]","n":"a TCK-123\" [ticket]"}`},
		{"numbers", `{"card":4111111111111111, "n":[12,-3.5e7,true,null]}`, `{"card":"<\"card\">", "n":[12,-3.5e7,true,null]}`},
		{"a number at the end", `[1, 4111111111111111]`, `[1, "<\"card\">"]`},
		{"bare", `4111111111111111`, `"<\"card\">"`},
		{"escapes", `{"a":"\u0054CK\u002d12345 \/ \"TCK-9999\"","b":"4111\u00201111 1111 1111"}`, `{"a":"[ticket] \/ \"TCK-9999\"","b":"<\"card\">"}`},
		{"characters", `{"a":"é🙂 \ud83d\ude42 TCK-1234 \ud83d x \u00e9","b":"\\"}`, `{"a":"é🙂 \ud83d\ude42 [ticket] \ud83d x \u00e9","b":"\\"}`},
		{"no match crosses", `["4111 1111","1111 1111",4111,11111111,1111]`, `["4111 1111","1111 1111",4111,11111111,1111]`},
		{"keys", `{"TCK-1234": 1}`, `{"[ticket]": 1}`},
		{"words", `["TCK-1234","xTCK-1234","\nTCK-1234","\u0078TCK-1234"]`, `["[ticket]","xTCK-1234","\n[ticket]","\u0078TCK-1234"]`},
		{"empty", `{}`, `{}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			require.True(t, json.Valid([]byte(test.json)) && json.Valid([]byte(test.want)))
			c := sdktest.NewConversation(sdktest.ToolCall("1", "f", test.json))
			h.Request(c)
			assert.Equal(t, test.want, c.Messages[0].Text(), "whole")
			for cut := range len(test.json) + 1 {
				out, _ := h.Stream(sdktest.NewConversation(), abi.PartToolCall, 3).SendAll(test.json[:cut], test.json[cut:])
				require.Equal(t, test.want, out, "cut at %d", cut)
			}
			s := h.Stream(sdktest.NewConversation(), abi.PartToolCall, 3)
			pieces := strings.Split(test.json, "")
			out, _ := s.SendAll(append(pieces, "")...)
			require.Equal(t, test.want, out, "one by one")
		})
	}
}

// TestRegexBrokenArguments: what isn't JSON passes as it is, and breaks nothing.
func TestRegexBrokenArguments(t *testing.T) {
	h := newRig(t, "guard", "regex", ticketRules)
	for _, text := range []string{`{"a":"\`, `"\u12`, `"\ud83d`, `"\ud83d\`, `"\ud83d\u12`, `"\uzzzz"`, `"abc`, `\`, `}{`, `"\ud83d\u0041"`} {
		for cut := range len(text) + 1 {
			out, got := h.Stream(sdktest.NewConversation(), abi.PartToolCall, 0).SendAll(text[:cut], text[cut:])
			require.Equal(t, text, out, "cut at %d", cut)
			require.NotEqual(t, abi.Block, got.Action)
		}
	}
}

// TestRegexChannels: two tool calls that take turns.
func TestRegexChannels(t *testing.T) {
	h := newRig(t, "guard", "regex", ticketRules)
	c := sdktest.NewConversation()
	a, b := h.Stream(c, abi.PartToolCall, 0), h.Stream(c, abi.PartToolCall, 1)
	var out [2]string
	for _, step := range []struct {
		n    int
		text string
	}{{0, `{"x":"TCK`}, {1, `[41111111`}, {0, `-1234`}, {1, `11111111`}, {0, `"}`}, {1, `]`}} {
		piece, _ := []*stream{a, b}[step.n].Send(step.text)
		out[step.n] += piece
	}
	pa, _ := a.End()
	pb, _ := b.End()
	assert.Equal(t, `{"x":"[ticket]"}`, out[0]+pa)
	assert.Equal(t, `["<\"card\">"]`, out[1]+pb)
}

func TestRegexHoldIsBounded(t *testing.T) {
	const config = `{"rules": [{"name": "%s", "pattern": "BEGIN[^#]*END", "action": "%s"}], "hold": 64}`
	long := "a BEGIN " + strings.Repeat("and so on ", 10) + " END b"
	for _, test := range []struct {
		action  string
		blocked bool
	}{{"mask", true}, {"block", true}, {"tag", false}} {
		t.Run(test.action, func(t *testing.T) {
			h := newRig(t, "guard", "regex", fmt.Sprintf(config, "x", test.action))
			s := h.Stream(sdktest.NewConversation(), abi.PartText, 0)
			out := ""
			for n := range len(long) {
				piece, got := s.Send(long[n : n+1])
				out += piece
				if got.Action == abi.Block {
					require.True(t, test.blocked)
					assert.Equal(t, "a ", out)
					assert.Contains(t, got.Reason, "too long to be held back")
					return
				}
			}
			require.False(t, test.blocked)
			piece, _ := s.End()
			assert.Equal(t, long, out+piece)
		})
	}
}

func TestRegexTooManyMatches(t *testing.T) {
	h := newRig(t, "guard", "regex", `{"rules": [{"name": "x", "pattern": "x"}]}`)
	got := h.Request(sdktest.NewConversation(sdktest.User(strings.Repeat("x", abi.MaxHits+1))))
	assert.Equal(t, abi.Block, got.Action)
	got = h.Request(sdktest.NewConversation(sdktest.User(strings.Repeat("x", 1000))))
	assert.Equal(t, abi.Tag, got.Action)
}

// Rules that meet, overlap and are open within one another.
const meetingRules = `{"rules": [
	{"name": "a", "pattern": "ab+c?"},
	{"name": "b", "pattern": "\\bc[0-9]{2,3}\\b"},
	{"name": "c", "patterns": ["b\"[a-c]*é", "é{2}", "(?m)^1.2$"]},
	{"name": "d", "words": ["ca", "é1"], "action": "tag"},
	{"name": "e", "pattern": "c-?c[0-9]", "action": "block"}
], "allow": ["ab", "c11", "cc1"]}`

var patternBits = []string{"a", "b", "b", "c", "c", "é", "1", "2", " ", "\n", `"`, `\`, "-"}

// wholeAnswer is what a whole answer becomes, "" if it is refused.
func wholeAnswer(h *rig, kind abi.Part, text string) (out string, blocked bool) {
	c := sdktest.NewConversation()
	c.Answers = []sdktest.Message{{Role: "assistant", Parts: []sdktest.Part{{Kind: kind, Text: text}}}}
	if h.Response(c).Action == abi.Block {
		return "", true
	}
	return c.Answers[0].Text(), false
}

// patternDocument is random JSON with strings that are escaped now and then.
func patternDocument(r *rand.Rand) string {
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
		for _, c := range patternWords(r, r.IntN(10)) {
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

func patternWords(r *rand.Rand, n int) string {
	var b strings.Builder
	for range n {
		b.WriteString(patternBits[r.IntN(len(patternBits))])
	}
	return b.String()
}

// TestRegexStreamsLikeWhole: what a stream becomes doesn't depend on where it is cut.
func TestRegexStreamsLikeWhole(t *testing.T) {
	h := newRig(t, "guard", "regex", meetingRules)
	r := rand.New(rand.NewPCG(1, 2))
	refused, changed := 0, 0
	for n := range 8000 {
		kind, text := abi.PartText, patternWords(r, r.IntN(20))
		switch n % 4 {
		case 0, 1:
			kind, text = abi.PartToolCall, patternDocument(r)
			require.True(t, json.Valid([]byte(text)), text)
		case 2:
			kind = abi.PartToolCall // of what isn't JSON
		}
		want, blocked := wholeAnswer(h, kind, text)
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

// FuzzRegexStream: the same of arguments that may not even be JSON.
func FuzzRegexStream(f *testing.F) {
	rig := newRig(f, "guard", "regex", meetingRules)
	f.Add(`{"a":"ab\u0063 c12","b":[12,1234,"\ud83d\ude42é1"]}`, uint64(1))
	f.Add(`"\u00`, uint64(2))
	f.Add(`c12 "c1`, uint64(3))
	f.Fuzz(func(t *testing.T, text string, seed uint64) {
		if !utf8.ValidString(text) || len(text) > 1000 {
			t.Skip() // answers are UTF-8, and long ones are slow to cut everywhere
		}
		h, r := rig.in(t), rand.New(rand.NewPCG(seed, seed))
		for _, kind := range []abi.Part{abi.PartText, abi.PartToolCall} {
			want, blocked := wholeAnswer(h, kind, text)
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

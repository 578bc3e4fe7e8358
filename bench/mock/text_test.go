package mock

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSplit(t *testing.T) {
	for _, s := range []string{"", "a", "a b", " a  b\nc ", "äöü", strings.Repeat("word ", 100), "  ", "日本語のテキスト"} {
		for _, p := range []plan{
			{shape: shape{chunks: 1, size: -1}},
			{shape: shape{chunks: 7, size: -1}},
			{shape: shape{chunks: 7, size: -1, echo: true}},
			{shape: shape{chunks: 7, size: 2}},
		} {
			parts := splitText(s, &p)
			assert.Equal(t, s, strings.Join(parts, ""), "%q", s)
			for _, part := range parts {
				assert.True(t, utf8.ValidString(part), "%q of %q", part, s)
				assert.NotEmpty(t, part)
			}
			if p.size < 0 {
				assert.LessOrEqual(t, len(parts), p.chunks, "%q", s)
			}
		}
	}
	assert.Len(t, splitEven("äöüabc", 6), 6)
}

func TestContinuation(t *testing.T) {
	assert.Equal(t, " c d", continuation("a b c d", "a b"))
	assert.Equal(t, " c d", continuation("a b c d", "a b "))
	assert.Equal(t, " c d", continuation("a b c d", "x y"))
	assert.Empty(t, continuation("a b", "a b"))
	assert.Empty(t, continuation("a b", "x y z"))
	assert.Equal(t, "a b", continuation("a b", ""))
}

func TestGlob(t *testing.T) {
	for _, c := range []struct {
		pattern, s string
		want       bool
	}{
		{"a", "a", true},
		{"a", "ab", false},
		{"a*", "abc", true},
		{"*c", "abc", true},
		{"a*c", "abc", true},
		{"a*b*c", "axbyc", true},
		{"a*b*c", "axc", false},
		{"*", "", true},
		{"a*a", "a", false},
	} {
		assert.Equal(t, c.want, glob(c.pattern, c.s), "%s %s", c.pattern, c.s)
	}
}

// FuzzParse holds the parser against the standard library's.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`{"a":[1,2.5e3,-0,true,false,null,"x\u00e9\ud83d\ude00\n"]}`, `[]`, `{}`, `"\ud800"`, `01`, `1.`, `{"a":1,}`,
		`[1 2]`, "\"\x01\"", ` 1 `, `{"a":{"a":1},"a":2}`, `-`, `"\x"`, `tru`, strings.Repeat("[", 300),
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var d document
		err := d.parse([]byte(s))
		if err == errDepth {
			return
		}
		require.Equal(t, json.Valid([]byte(s)), err == nil, "%q: %v", s, err)
		if err != nil {
			return
		}
		var want string
		if utf8.ValidString(s) && json.Unmarshal([]byte(s), &want) == nil && d.kind(0) == text {
			require.Equal(t, want, d.string(0))
		}
		var back string
		require.NoError(t, json.Unmarshal(appendString(nil, s), &back))
		if utf8.ValidString(s) {
			require.Equal(t, s, back)
		}
	})
}

// FuzzScript: no script is too odd to be read or refused, and none makes the answer panic.
func FuzzScript(f *testing.F) {
	f.Add("latency=1ms chunks=3; status=500 times=1", "hi [[mock x]] there")
	f.Add(`message="a b" stall=3:1ms drip=10b/s`, "[[mock]]")
	f.Fuzz(func(t *testing.T, script, user string) {
		sc, err := parseScript(script)
		a := &ask{n: 1, schema: nothing, user: user, model: "m"}
		a.direct()
		require.LessOrEqual(t, len(a.user), len(user))
		if err != nil {
			return
		}
		for _, c := range sc.clauses {
			p := plan{c.shape, c.fault}
			p.chunks, p.size, p.calls = min(max(p.chunks, 0), 100), min(p.size, 100), min(p.calls, 3)
			out := compose(&document{}, a, &p, "call", "1")
			var b strings.Builder
			for _, ps := range out.pieces(&p) {
				b.WriteString(ps.text)
			}
			require.Equal(t, out.thought+out.text, b.String())
		}
	})
}

// FuzzAsk: no body makes a reader panic.
func FuzzAsk(f *testing.F) {
	f.Add(`{"model":"m","max_tokens":5,"messages":[{"role":"user","content":[{"type":"text","text":"call the tool"}]}],"tools":[{"type":"function","name":"f","input_schema":{"type":"object"},"function":{"name":"f","parameters":{"anyOf":[{"$ref":"#"}]}}}],"tool_choice":"required"}`)
	f.Add(`{"model":"m","messages":[{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c","content":"r"}],"n":2,"stop":["a"],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"properties":{"a":{"$ref":"#/properties/a"}}}}}}`)
	f.Fuzz(func(t *testing.T, s string) {
		var d document
		if d.parse([]byte(s)) != nil {
			return
		}
		p := sound
		p.chunks = 3
		if a, fail := askOpenAI(&d); fail == nil {
			a.n = min(a.n, 2)
			out := compose(&d, a, &p, "call", "1")
			require.True(t, json.Valid(openAI{}.whole(nil, out, a, &p)))
		}
		if a, fail := askAnthropic(&d, false); fail == nil {
			out := compose(&d, a, &p, "call", "1")
			require.True(t, json.Valid(anthropic{}.whole(nil, out, a, &p)))
		}
	})
}

package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/sdktest"
)

const (
	person = `{"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}, "age": {"type": "integer", "minimum": 0}}, "additionalProperties": false}`
	asks   = `{"type": "json_schema", "json_schema": {"name": "person", "strict": true, "schema": ` + person + `}}`
)

// talk is a conversation with tools and what the request says of its output.
func talk(params map[string]string, answers ...sdktest.Message) *sdktest.Conversation {
	c := sdktest.NewConversation(sdktest.User("who?"))
	c.Params, c.Answers = params, answers
	c.Tools = []sdktest.Tool{
		{Name: "find", Schema: person},
		{Name: "add", Schema: `{"type": "object", "required": ["a", "b"], "properties": {"a": {"type": "number"}, "b": {"type": "number"}}}`},
	}
	return c
}

func says(texts ...string) []sdktest.Message {
	var out []sdktest.Message
	for _, s := range texts {
		out = append(out, sdktest.Assistant(s))
	}
	return out
}

func calls(name, arguments string) []sdktest.Message {
	return []sdktest.Message{sdktest.ToolCall("t1", name, arguments)}
}

var (
	jsonSchema = map[string]string{"response_format": asks}
	jsonObject = map[string]string{"response_format": `{"type": "json_object"}`}
	anthropic  = map[string]string{"output_format": `{"type": "json_schema", "schema": ` + person + `}`}
	newer      = map[string]string{"output_config": `{"format": {"type": "json_schema", "schema": ` + person + `}}`}
)

// answers are what is held against what, whole and as a stream. want is "" for what passes.
var answers = []struct {
	name, config string
	params       map[string]string
	answer       []sdktest.Message
	want         string
}{
	{"fits", `{"schema": ` + person + `}`, nil, says(` {"name": "Ann", "age": 3} `), ""},
	{"no JSON", `{"schema": ` + person + `}`, nil, says("Sure! {"), "the answer is no JSON: a value is missing, at byte 0"},
	{"cut", `{"schema": ` + person + `}`, nil, says(`{"name": "Ann`), "the answer is no JSON: it ends early, at byte 13"},
	{"misfit", `{"schema": ` + person + `}`, nil, says(`{"name": "Ann", "age": -7}`), "the answer doesn't fit its schema: minimum at /age"},
	{"missing", `{"schema": ` + person + `}`, nil, says(`{}`), "the answer doesn't fit its schema: required at the top: name is missing"},
	{"unknown member", `{"schema": ` + person + `}`, nil, says(`{"name": "Ann", "iban": 1}`), "the answer doesn't fit its schema: additionalProperties at /*"},
	{"member twice", `{"schema": ` + person + `}`, nil, says(`{"name": "Ann", "name": 1}`), "the answer is no JSON: an object names a member twice, at byte 26"},
	{"second choice", `{"schema": ` + person + `}`, nil, says(`{"name": "Ann"}`, `{"name": 1}`), "the answer doesn't fit its schema: type at /name"},
	{"empty", `{"schema": ` + person + `}`, nil, says(""), empty},
	{"any JSON", `{"when": "always"}`, nil, says(`[1]`), ""},
	{"not asked for", `{}`, nil, says("prose"), ""},
	{"not asked for, configured", `{"schema": ` + person + `, "when": "requested"}`, nil, says("prose"), ""},
	{"asked for, configured", `{"schema": {"type": "object", "maxProperties": 0}, "when": "requested"}`, jsonSchema, says(`{"name": "Ann"}`), "the answer doesn't fit its schema: maxProperties at the top"},
	{"asked for and first", `{"schema": {"type": "null"}, "when": "requested", "from_request": true}`, jsonSchema, says(`{"name": "Ann"}`), ""},
	{"first, without a schema", `{"schema": {"type": "null"}, "from_request": true}`, jsonObject, says(`null`), ""},
	{"the request's", `{}`, jsonSchema, says(`{"name": 1}`), "the answer doesn't fit its schema: type at /name"},
	{"Anthropic's", `{}`, anthropic, says(`{"name": 1}`), "the answer doesn't fit its schema: type at /name"},
	{"Anthropic's newer", `{}`, newer, says(`{"name": 1}`), "the answer doesn't fit its schema: type at /name"},
	{"an object", `{}`, jsonObject, says(`{"x": [1]}`), ""},
	{"no object", `{}`, jsonObject, says(`[1]`), "the answer doesn't fit its schema: type at the top"},
	{"never", `{"when": "never"}`, jsonSchema, says("prose"), ""},
	{"fences refused", `{}`, jsonObject, says("```json\n{}\n```"), "the answer is no JSON: a value is missing, at byte 0"},
	{"refusal", `{"schema": ` + person + `}`, nil, []sdktest.Message{{Role: "assistant", Parts: []sdktest.Part{{Kind: abi.PartRefusal, Text: "I can't."}}}}, ""},
	{"reasoning", `{"schema": ` + person + `}`, nil, []sdktest.Message{{Role: "assistant", Parts: []sdktest.Part{{Kind: abi.PartReasoning, Text: "hm"}, {Text: `{"name": "Ann"}`}}}}, ""},
	{"reasoning alone", `{"schema": ` + person + `}`, nil, []sdktest.Message{{Role: "assistant", Parts: []sdktest.Part{{Kind: abi.PartReasoning, Text: "hm"}}}}, empty},
	{"tool call", `{}`, nil, calls("find", `{"name": "Ann"}`), ""},
	{"tool call in place of a text", `{"schema": ` + person + `}`, nil, calls("find", `{"name": "Ann"}`), ""},
	{"tools off", `{"tools": "off"}`, nil, calls("find", `{"name": 1}`), ""},
}

// whole shows a conversation's answers whole, and then their tool calls, until one is refused.
func whole(h *sdktest.Host, c *sdktest.Conversation) sdktest.Result {
	got := h.Response(c)
	for i, a := range c.Answers {
		for j, p := range a.Parts {
			if got.Action == abi.Continue && p.Kind == abi.PartToolCall {
				got = h.ToolCall(c, i, j)
			}
		}
	}
	return got
}

func TestAnswers(t *testing.T) {
	for _, test := range answers {
		t.Run(test.name, func(t *testing.T) {
			h := sdktest.New(t, &guard{}, test.config)
			c := talk(test.params, test.answer...)
			require.Equal(t, abi.Continue, h.Request(c).Action)
			got := whole(h, c)
			assert.Equal(t, test.want, got.Reason)
			if test.want != "" {
				assert.Equal(t, 502, got.Status)
			}
		})
	}
}

// TestStreams sends the same answers in pieces of every size: nothing leaves before all of it fits.
func TestStreams(t *testing.T) {
	for _, test := range answers {
		t.Run(test.name, func(t *testing.T) {
			h := sdktest.New(t, &guard{}, test.config)
			for _, size := range []int{1, 3, 1000} {
				c := talk(test.params, test.answer...)
				assert.Equal(t, test.want, stream(t, h, c, size))
			}
		})
	}
}

// stream sends a conversation's answers in pieces, and tool calls once they are whole, and returns why they were refused. What passes
// must be whole.
func stream(t *testing.T, h *sdktest.Host, c *sdktest.Conversation, size int) string {
	c.Stream = true
	for i, a := range c.Answers {
		for j, p := range a.Parts {
			s := h.Stream(c, p.Kind, i<<16|j)
			released := ""
			for rest := p.Text; rest != ""; {
				n := min(size, len(rest))
				out, got := "", sdktest.Result{}
				if rest = rest[n:]; rest == "" {
					out, got = s.SendAll(p.Text[len(p.Text)-n:])
				} else {
					out, got = s.Send(p.Text[len(p.Text)-len(rest)-n : len(p.Text)-len(rest)])
				}
				if released += out; got.Action == abi.Block {
					require.Empty(t, released)
					return got.Reason
				}
			}
			require.Equal(t, p.Text, released)
			if p.Kind != abi.PartToolCall {
				continue
			}
			if got := h.ToolCall(c, i, j); got.Action == abi.Block {
				return got.Reason
			}
		}
	}
	return h.StreamEnd(c).Reason
}

func TestToolCalls(t *testing.T) {
	const undeclared = "the answer calls a tool that the request doesn't declare"
	for _, test := range []struct{ name, config, tool, arguments, want string }{
		{"fits", `{}`, "add", `{"a": 1, "b": 2}`, ""},
		{"misfit", `{}`, "find", `{"name": 1}`, "a call of tool find doesn't fit its schema: type at /name"},
		{"another tool's", `{}`, "find", `{"a": 1, "b": 2}`, "a call of tool find doesn't fit its schema: additionalProperties at /*"},
		{"another tool's, the last", `{}`, "add", `{"name": "Ann"}`, "a call of tool add doesn't fit its schema: required at the top: a is missing"},
		{"no JSON", `{}`, "find", `{"name": `, "a call of tool find is no JSON: it ends early, at byte 9"},
		{"undeclared", `{}`, "drop", `{"name": "Ann"}`, undeclared},
		{"nameless", `{}`, "", `{"name": "Ann"}`, undeclared},
		{"configured", `{"tools": {"find": {"maxProperties": 0}}}`, "find", `{"name": "Ann"}`, "a call of tool find doesn't fit its schema: maxProperties at the top"},
		{"configured, undeclared", `{"tools": {"drop": {"maxProperties": 0}}}`, "drop", `{"x": 1}`, "a call of tool drop doesn't fit its schema: maxProperties at the top"},
		{"declared beside configured ones", `{"tools": {"drop": true}}`, "find", `{"name": 1}`, "a call of tool find doesn't fit its schema: type at /name"},
		{"none given", `{}`, "find", ``, "a call of tool find doesn't fit its schema: required at the top: name is missing"},
		{"none given, none needed", `{"tools": {"find": {"maxProperties": 0}}}`, "find", ``, ""},
		{"without a schema", `{}`, "plain", `SELECT 1`, ""},
		{"in place of a text", `{"schema": ` + person + `}`, "find", `{"name": "Ann"}`, ""},
		{"in place of a text, none given", `{"schema": ` + person + `}`, "plain", ``, ""},
		{"off", `{"tools": "off"}`, "drop", `[`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := sdktest.New(t, &guard{}, test.config)
			c := talk(nil, calls(test.tool, test.arguments)...)
			c.Tools = append(c.Tools, sdktest.Tool{Name: "plain"})
			assert.Equal(t, test.want, whole(h, c).Reason)
			for _, size := range []int{1, 4, 100} {
				assert.Equal(t, test.want, stream(t, h, c, size))
			}
		})
	}
}

// TestEachToolCall looks that a call is held against its own tool, whichever calls are beside it.
func TestEachToolCall(t *testing.T) {
	h := sdktest.New(t, &guard{}, `{}`)
	c := talk(nil, sdktest.ToolCall("t1", "add", `{"a": 1, "b": 2}`), sdktest.ToolCall("t2", "find", `{"name": "Ann"}`))
	c.Answers[1].Parts = append(c.Answers[1].Parts, sdktest.Part{Kind: abi.PartToolCall, ID: "t3", Name: "find", Text: `{"a": 1, "b": 2}`})
	assert.Equal(t, abi.Continue, h.ToolCall(c, 0, 0).Action)
	assert.Equal(t, abi.Continue, h.ToolCall(c, 1, 0).Action)
	got := h.ToolCall(c, 1, 1)
	assert.Equal(t, 502, got.Status)
	assert.Equal(t, "a call of tool find doesn't fit its schema: additionalProperties at /*", got.Reason)
}

func TestFences(t *testing.T) {
	h := sdktest.New(t, &guard{}, `{"allow_fences": true}`)
	for in, want := range map[string]string{
		"```json\n{\"name\": \"Ann\"}\n```":         `{"name": "Ann"}`,
		" \n```JSON \r\n{\"name\": \"B\"}\n\n```\n": `{"name": "B"}`,
		"```\n{\"name\": \"C\"}```":                 `{"name": "C"}`,
		`{"name": "D"}`:                             `{"name": "D"}`,
	} {
		c := talk(jsonSchema, says(in)...)
		require.NotEqual(t, abi.Block, h.Response(c).Action, in)
		assert.Equal(t, want, c.Answers[0].Text())
		out, got := h.Stream(c, abi.PartText, 0).SendAll(in[:3], in[3:7], in[7:])
		require.NotEqual(t, abi.Block, got.Action, in)
		assert.Equal(t, want, out)
	}
	for _, in := range []string{"```yaml\n{}\n```", "```json {} ```", "Here: ```json\n{}\n```", "```json\n{}\n"} {
		assert.Equal(t, abi.Block, h.Response(talk(jsonObject, says(in)...)).Action, in)
	}
}

func TestTag(t *testing.T) {
	h := sdktest.New(t, &guard{}, `{"action": "tag", "schema": `+person+`}`)
	c := talk(nil, says(`{"name": 1}`)...)
	got := h.Response(c)
	assert.Equal(t, "schema=the answer doesn't fit its schema: type at /name", got.Tag)
	out, got := h.Stream(c, abi.PartText, 0).SendAll(`{"name"`, `: 1}`)
	assert.Equal(t, `{"name": 1}`, out)
	assert.Equal(t, abi.Tag, got.Action)
	c.Answers = calls("find", `{"name": 1}`)
	assert.Equal(t, "schema=a call of tool find doesn't fit its schema: type at /name", h.ToolCall(c, 0, 0).Tag)
	assert.Equal(t, strings.Repeat("é", 128), tagged(strings.Repeat("é", 200)))
	assert.Equal(t, "a b", tagged("a\nb"))
}

func TestRequestsWithFaultySchemas(t *testing.T) {
	for _, test := range []struct{ name, config, member, format, want string }{
		{"faulty", `{}`, "response_format", `{"type": "json_schema", "json_schema": {"schema": {"type": "text"}}}`, "the schema of the request's response_format can't be used: at /type: there is no such type"},
		{"beyond", `{}`, "response_format", `{"type": "json_schema", "json_schema": {"schema": {"pattern": "(?=a)"}}}`, "at /pattern: this plugin knows patterns without"},
		{"beyond, lenient", `{"lenient": true}`, "response_format", `{"type": "json_schema", "json_schema": {"schema": {"pattern": "(?=a)"}}}`, ""},
		{"no object", `{}`, "output_format", `{"type": "json_schema", "schema": 1}`, "isn't an object"},
		{"not used", `{"schema": true}`, "response_format", `{"type": "json_schema", "json_schema": {"schema": {"type": "text"}}}`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := sdktest.New(t, &guard{}, test.config)
			got := h.Request(talk(map[string]string{test.member: test.format}))
			if test.want == "" {
				assert.Equal(t, abi.Continue, got.Action, got.Reason)
				return
			}
			assert.Equal(t, 400, got.Status)
			assert.Contains(t, got.Reason, test.want)
		})
	}
	h := sdktest.New(t, &guard{}, `{}`)
	c := talk(nil)
	c.Tools = append(c.Tools, sdktest.Tool{Name: "odd", Schema: `{"$ref": "other.json"}`})
	assert.Contains(t, h.Request(c).Reason, "the schema of tool odd can't be used: at /$ref")
	c.Tools[0].Schema = `{"title": "` + strings.Repeat("x", 200<<10) + `"}`
	assert.Equal(t, abi.Continue, h.Request(c).Action, "behind a large one it is found when it is called for")
	c.Answers = calls("odd", `{}`)
	assert.Contains(t, whole(h, c).Reason, "the schema of tool odd can't be used: at /$ref")
	c.Answers = calls("find", `{}`)
	assert.Contains(t, whole(h, c).Reason, "the schema of tool find can't be used: it is too large")
}

func TestSteps(t *testing.T) {
	h := sdktest.New(t, &guard{}, `{"schema": {"items": {"pattern": "a.*b"}}, "max_steps": 1000}`)
	for in, want := range map[string]string{
		`["` + strings.Repeat("x", 500) + `"]`:    "the answer doesn't fit its schema: pattern at /0",
		`["` + strings.Repeat("x", 5_000) + `"]`:  "the answer takes too many steps to check",
		`["` + strings.Repeat("x", 50_000) + `"]`: "the answer takes too many steps to check",
		`[` + strings.Repeat("1,", 200) + `1]`:    "",
		`[` + strings.Repeat("1,", 400) + `1]`:    "the answer takes too many steps to check",
		`[` + strings.Repeat("1,", 2_000) + `1]`:  "the answer takes too many steps to check",
	} {
		assert.Equal(t, want, h.Response(talk(nil, says(in)...)).Reason, "%.10s of %d", in, len(in))
	}
	h = sdktest.New(t, &guard{}, `{"max_steps": 1000}`)
	got := h.Request(talk(map[string]string{"response_format": `{"type": "json_schema", "json_schema": {"schema": {"enum": [` + strings.Repeat("1,", 2_000) + `1]}}}`}))
	assert.Equal(t, "the request's response_format can't be read: it has too many values, at byte 1534", got.Reason)
}

func TestRefusedConfigurations(t *testing.T) {
	for config, want := range map[string]string{
		`{"schema": {"properties": {"a": {"type": "text"}}}}`: "schema: at /properties/a/type: there is no such type",
		`{"tools": {"find": {"minItems": "2"}}}`:              "tools: find: at /minItems: it isn't a number",
		`{"tools": "all"}`:                                    "tools is all",
		`{"when": "often"}`:                                   "when is often",
		`{"action": "drop"}`:                                  "action is drop",
		`{"max_steps": 0}`:                                    "max_steps must be above 0",
		`{"status": 200}`:                                     "status must be 400 to 599",
	} {
		_, err := sdktest.Try(t, &guard{}, config)
		assert.ErrorContains(t, err, want, config)
	}
}

// TestKeptSchemas looks that schemas of many requests don't pile up.
func TestKeptSchemas(t *testing.T) {
	g := &guard{steps: 40_000, left: 40_000}
	for n := range 1000 {
		_, err := g.compiled([]byte(`{"const": "` + strings.Repeat("x", 3000) + digits(n) + `"}`))
		require.NoError(t, err)
		g.left = g.steps
		require.LessOrEqual(t, len(g.kept), maxKept)
		require.LessOrEqual(t, g.keptSize, maxKeptSize)
	}
}

func TestChecksDontAllocate(t *testing.T) {
	s, _, err := compile([]byte(invoice), false, maxConfigured)
	require.NoError(t, err)
	c := checker{left: 1 << 40}
	in := doc{most: 100_000}
	value := []byte(`{"number": "AB-1234", "due": "2026\u002d01", "lines": [{"text": "x", "price": 1.10}, {"text": "y", "price": 2e0}], "tree": {"left": {"left": null}}}`)
	once := func() {
		if in.read(value) != nil || !c.fits(s, &in) {
			t.Fatal("it fits")
		}
	}
	once()
	assert.Zero(t, testing.AllocsPerRun(100, once))
}

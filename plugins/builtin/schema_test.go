package builtin

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/sdktest"
)

const order = `{
  "type": "object", "additionalProperties": false, "required": ["id", "lines"],
  "properties": {
    "id": {"type": "string", "pattern": "^[A-Z]{2}-\\d+$"},
    "lines": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/line"}}
  },
  "$defs": {"line": {"type": "object", "additionalProperties": false, "required": ["text", "price"], "properties": {"text": {"type": "string", "maxLength": 40}, "price": {"type": "number", "minimum": 0, "multipleOf": 0.01}}}}
}`

// orderOf is an answer of at least so many bytes.
func orderOf(bytes int) string {
	var b strings.Builder
	b.WriteString(`{"id": "AB-17", "lines": [{"text": "a pen", "price": 1.20}`)
	for b.Len() < bytes-2 {
		b.WriteString(`, {"text": "a box of paper clips", "price": 12.05}`)
	}
	return b.String() + "]}"
}

func TestSchema(t *testing.T) {
	s := patient(t, "guard", "schema", `{"schema": `+order+`}`)
	answer := func(text string) *hook.Call {
		x := sdktest.NewConversation(sdktest.User("order pens"))
		x.Answers = []sdktest.Message{sdktest.Assistant(text)}
		c := newCall(x)
		c.Hook = abi.OnResponse
		require.NoError(t, s.Call(c))
		return c
	}
	for _, size := range []int{0, 1 << 10, 90 << 10} {
		assert.Equal(t, abi.Continue, answer(orderOf(size)).Verdict.Action(), "%d bytes", size)
	}
	c := answer(strings.Replace(orderOf(1<<10), "12.05", "12.051", 1))
	assert.Equal(t, abi.Block, c.Verdict.Action())
	assert.Equal(t, "the answer doesn't fit its schema: multipleOf at /lines/1/price", string(c.Reason))
	c = answer(orderOf(1 << 10)[:500])
	assert.Equal(t, "the answer is no JSON: it ends early, at byte 500", string(c.Reason))

	deep := answer(strings.Repeat("[", 5000))
	assert.Equal(t, abi.Block, deep.Verdict.Action(), "it is refused before the stack is")
}

// TestSchemaStreams cuts an answer at every byte: all of it leaves, or nothing.
func TestSchemaStreams(t *testing.T) {
	s := patient(t, "guard", "schema", `{"schema": `+order+`, "allow_fences": true}`)
	good := orderOf(100)
	bad := strings.Replace(good, `"price": 12`, `"price": -12`, 1)
	for cut := range len(good) {
		ch := &channel{s: s, c: newCall(sdktest.NewConversation())}
		a, _ := ch.send(t, good[:cut], false)
		b, blocked := ch.send(t, good[cut:], true)
		require.False(t, blocked)
		require.Equal(t, good, a+b, "cut at %d", cut)

		ch = &channel{s: s, c: newCall(sdktest.NewConversation())}
		a, _ = ch.send(t, bad[:cut], false)
		require.Empty(t, a)
		_, blocked = ch.send(t, bad[cut:], true)
		require.True(t, blocked)

		fenced := "```json\n" + good + "\n```"
		ch = &channel{s: s, c: newCall(sdktest.NewConversation())}
		a, _ = ch.send(t, fenced[:cut], false)
		b, _ = ch.send(t, fenced[cut:], true)
		require.Equal(t, good, a+b, "fenced, cut at %d", cut)
	}
	c := newCall(sdktest.NewConversation())
	c.Hook = abi.OnStreamEnd
	require.NoError(t, s.Call(c))
	assert.Equal(t, "the answer is empty", string(c.Reason))
}

func TestSchemaOfTheRequest(t *testing.T) {
	s := patient(t, "guard", "schema", `{}`)
	x := sdktest.NewConversation(sdktest.User("order pens"))
	x.Params = map[string]string{"response_format": `{"type": "json_schema", "json_schema": {"name": "order", "schema": ` + order + `}}`}
	x.Tools = []sdktest.Tool{{Name: "buy", Schema: order}}
	c := newCall(x)
	c.Hook = abi.OnRequest
	require.NoError(t, s.Call(c))
	assert.Equal(t, abi.Continue, c.Verdict.Action(), string(c.Reason))

	x.Answers = []sdktest.Message{sdktest.ToolCall("1", "buy", `{"id": "x"}`)}
	c.Hook = abi.OnResponse
	require.NoError(t, s.Call(c))
	assert.Equal(t, "a call of tool buy doesn't fit its schema: pattern at /id", string(c.Reason))

	for arguments, blocks := range map[string]bool{orderOf(200): false, `{"id": "AB-1"}`: true} {
		ch := &channel{s: s, c: newCall(x), kind: abi.PartToolCall}
		a, _ := ch.send(t, arguments[:9], false)
		require.Empty(t, a)
		b, blocked := ch.send(t, arguments[9:], true)
		assert.Equal(t, blocks, blocked)
		assert.Equal(t, !blocks, b == arguments)
	}
}

// TestSchemaWithstands sends what is made to cost: none of it may spend the plugin's fuel, its memory or its stack, since that counts as a
// failure of the plugin.
func TestSchemaWithstands(t *testing.T) {
	s := patient(t, "guard", "schema", `{}`)
	repeat := strings.Repeat
	schemas := []string{
		repeat(`{"items":`, 900) + "true" + repeat("}", 900),
		`{"$ref":"#"}`,
		`{"pattern":"(a{999}){999}"}`,
		`{"enum":[` + repeat(`"`+repeat("(a|b)*", 2000)+`",`, 50) + `1]}`,
		`{"allOf":[` + repeat(`{"pattern":"`+repeat("(a|b)*", 100)+`"},`, 400) + `{}]}`,
	}
	for _, part := range []string{"{},", `{"type":"string"},`, `{"properties":{"a":{}}},`, `{"required":["a"]},`, `{"minLength":1},`, `{"x":1},`, `{"pattern":"a{1,900}b"},`, `{"anyOf":[true]},`, `{"$ref":"#/$defs/a"},`} {
		for _, n := range []int{500, 1_000, 2_000, 5_000, 50_000} {
			schemas = append(schemas, `{"$defs":{"a":{}},"allOf":[`+repeat(part, n)+`{}]}`, `{"properties":{"`+strconv.Itoa(n)+`":{"prefixItems":[`+repeat(part, n)+`{}]}}}`)
		}
	}
	answers := []string{repeat("[", 100_000), `"` + repeat("é", 200_000) + `"`, `"` + repeat(`\u0061`, 100_000) + `"`, repeat(" ", 1<<20), "[" + repeat("1,", 100_000) + "1]", "[" + repeat("{},", 60_000) + "1]", repeat("1", 300_000), `"` + repeat("ab", 60_000) + `"`}
	x := sdktest.NewConversation(sdktest.User("hi"))
	c := newCall(x)
	run := func(h abi.Hook, what string) {
		c.Hook = h
		require.NoError(t, s.Call(c), "%s: %.60s, %d bytes", h, what, len(what))
	}
	for n, schema := range schemas {
		x.Params = map[string]string{"response_format": `{"type": "json_schema", "json_schema": {"schema": ` + schema + `}}`}
		x.Tools = nil
		run(abi.OnRequest, schema)
		x.Answers = []sdktest.Message{sdktest.Assistant(answers[n%len(answers)])}
		run(abi.OnResponse, schema)
		x.Params, x.Tools = nil, []sdktest.Tool{{Name: "a", Schema: schema}, {Name: "b", Schema: schema + " "}, {Name: "c", Schema: order}}
		run(abi.OnRequest, schema)
		ch := &channel{s: s, c: newCall(x), kind: abi.PartToolCall}
		ch.send(t, repeat(`{"a":1`, 3000), true)
	}
	for _, schema := range []string{`{}`, order, `{"items":{"anyOf":[{"type":"string"},{"type":"number","multipleOf":0.7}]},"uniqueItems":true}`, `{"pattern":"^(([a-z])+.)+[A-Z]([a-z])+$"}`, `{"minLength":10,"maxLength":20}`} {
		x.Params = map[string]string{"response_format": `{"type": "json_schema", "json_schema": {"schema": ` + schema + `}}`}
		for _, answer := range answers {
			x.Answers = []sdktest.Message{sdktest.Assistant(answer), sdktest.Assistant(answer), sdktest.Assistant(answer)}
			run(abi.OnResponse, answer)
		}
	}
}

package dialect_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/dialect/anthropic"
	"github.com/yett-gateway/yett/engine/dialect/openai"
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/sdk/abi"
)

// show lists everything that stages see of a view, one line each.
func show(v *dialect.View, answer bool) string {
	var b strings.Builder
	messages, parts, kind, text := abi.FieldMessages, abi.FieldParts, abi.FieldPartKind, abi.FieldPartText
	name, id := abi.FieldPartName, abi.FieldPartID
	if answer {
		messages, parts, kind, text = abi.FieldAnswers, abi.FieldAnswerParts, abi.FieldAnswerPartKind, abi.FieldAnswerPartText
		name, id = abi.FieldAnswerPartName, abi.FieldAnswerPartID
	}
	get := func(f abi.Field, i, j int) string {
		t, ok := v.Get(f, i, j)
		if !ok {
			return "-"
		}
		return string(t)
	}
	kinds := []string{"text", "image", "file", "call", "result", "reasoning", "refusal", "other"}
	n, _ := v.Num(messages, 0, 0)
	for i := range int(n) {
		if answer {
			fmt.Fprintf(&b, "answer %d: %s\n", i, get(abi.FieldFinish, i, 0))
		} else {
			fmt.Fprintf(&b, "%d %s\n", i, get(abi.FieldRole, i, 0))
		}
		m, _ := v.Num(parts, i, 0)
		for j := range int(m) {
			k, _ := v.Num(kind, i, j)
			fmt.Fprintf(&b, "  %s", kinds[k])
			if s := get(name, i, j); s != "-" {
				fmt.Fprintf(&b, " name=%s", s)
			}
			if s := get(id, i, j); s != "-" {
				fmt.Fprintf(&b, " id=%s", s)
			}
			fmt.Fprintf(&b, ": %s\n", get(text, i, j))
		}
	}
	tools, _ := v.Num(abi.FieldTools, 0, 0)
	for i := range int(tools) {
		fmt.Fprintf(&b, "tool %s: %s %s\n", get(abi.FieldToolName, i, 0), get(abi.FieldToolText, i, 0), get(abi.FieldToolSchema, i, 0))
	}
	return b.String()
}

const chatRequest = `{
  "model": "gpt-4o", "temperature": 0.70, "seed": 12345678901234567890,
  "messages": [
    {"role": "developer", "content": "be \u0022brief\u0022"},
    {"role": "user", "content": [
      {"type":"text","text":"look"},
      {"type":"image_url","image_url":{"url":"https://x/y.png"}},
      {"type":"file","file":{"file_data":"data:application/pdf;base64,AA=="}},
      {"type":"input_audio","input_audio":{"data":"AA","format":"wav"}}
    ]},
    {"role":"assistant","content":null,"reasoning_content":"hm","tool_calls":[
      {"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},
    {"role":"tool","tool_call_id":"c1","content":"42"}
  ],
  "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}],
  "user":"u", "unknown": {"keep" : [1.0, 2e3]}
}`

const chatShown = `0 system
  text: be "brief"
1 user
  text: look
  image: https://x/y.png
  file: data:application/pdf;base64,AA==
  other: -
2 assistant
  reasoning: hm
  call name=f id=c1: {"a":1}
3 tool
  result id=c1: 42
tool f: - {"type":"object"}
`

const messagesRequest = `{"model":"claude","max_tokens":100,
 "system":[{"type":"text","text":"one","cache_control":{"type":"ephemeral"}},{"type":"text","text":"two"}],
 "messages":[
  {"role":"user","content":"hello"},
  {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"sig"},{"type":"text","text":"calling"},
    {"type":"tool_use","id":"t1","name":"f","input":{"a":1.0}}]},
  {"role":"user","content":[
    {"type":"tool_result","tool_use_id":"t1","content":[{"type":"text","text":"r1"},{"type":"image","source":{"type":"url","url":"https://i"}},{"type":"text","text":"r2"}]},
    {"type":"tool_result","tool_use_id":"t2","content":"plain"},
    {"type":"tool_result","tool_use_id":"t3"},
    {"type":"document","source":{"type":"text","media_type":"text/plain","data":"doc text"}},
    {"type":"document","source":{"type":"content","content":[{"type":"text","text":"d1"},{"type":"text","text":"d2"}]}},
    {"type":"search_result","source":"https://s","title":"t","content":[{"type":"text","text":"found"}]},
    {"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}},
    {"type":"container_upload","file_id":"x"}]}],
 "tools":[{"name":"f","description":"does","input_schema":{"type":"object"}}],
 "metadata":{"user_id":"u9"}}`

const messagesShown = `0 system
  text: one
  text: two
1 user
  text: hello
2 assistant
  reasoning: hm
  text: calling
  call name=f id=t1: {"a":1.0}
3 user
  result id=t1: r1
  image id=t1: https://i
  result id=t1: r2
  result id=t2: plain
  result id=t3: -
  file: doc text
  file: d1
  file: d2
  file: found
  image: AAAA
  other: -
tool f: does {"type":"object"}
`

func TestViewShowsRequestsAlike(t *testing.T) {
	for _, tc := range []struct {
		name string
		d    dialect.Dialect
		body string
		want string
	}{
		{"chat", openai.Chat{}, chatRequest, chatShown},
		{"messages", anthropic.Messages{}, messagesRequest, messagesShown},
		{"system as a string", anthropic.Messages{}, `{"model":"m","system":"s","messages":[]}`, "0 system\n  text: s\n"},
		{"system null", anthropic.Messages{}, `{"model":"m","system":null,"messages":[{"role":"user","content":"x"}]}`, "0 user\n  text: x\n"},
		{"embedding", openai.Embeddings{}, `{"model":"m","input":["a","b"]}`, "0 user\n  text: a\n1 user\n  text: b\n"},
		{"one embedding", openai.Embeddings{}, `{"model":"m","input":"a"}`, "0 user\n  text: a\n"},
		{"tokens", openai.Embeddings{}, `{"model":"m","input":[1,2]}`, "0 user\n  other: -\n"},
		{
			"legacy function",
			openai.Chat{},
			`{"model":"m","messages":[{"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},{"role":"function","name":"f","content":"r"}]}`,
			"0 assistant\n  call name=f: {}\n1 tool\n  result name=f: r\n",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var v dialect.View
			require.Nil(t, tc.d.ViewRequest(&v, []byte(tc.body)))
			assert.Equal(t, tc.want, show(&v, false))
			assert.Equal(t, tc.body, string(v.Render(nil)), "an unedited view renders the body")
		})
	}
}

func TestViewReadsParameters(t *testing.T) {
	var v dialect.View
	require.Nil(t, openai.Chat{}.ViewRequest(&v, []byte(chatRequest)))
	got, ok := v.Param([]byte("seed"))
	require.True(t, ok)
	assert.Equal(t, "12345678901234567890", string(got))
	got, _ = v.Get(abi.FieldTemperature, 0, 0)
	assert.Equal(t, "0.70", string(got))
	got, _ = v.Get(abi.FieldUser, 0, 0)
	assert.Equal(t, "u", string(got))
	_, ok = v.Num(abi.FieldMaxTokens, 0, 0)
	assert.False(t, ok)

	require.Nil(t, anthropic.Messages{}.ViewRequest(&v, []byte(messagesRequest)))
	n, ok := v.Num(abi.FieldMaxTokens, 0, 0)
	assert.True(t, ok)
	assert.EqualValues(t, 100, n)
	got, _ = v.Get(abi.FieldUser, 0, 0)
	assert.Equal(t, "u9", string(got))
	got, _ = v.Get(abi.FieldSystem, 0, 0)
	assert.Equal(t, "one\ntwo", string(got))
}

func TestViewShowsAnswersAlike(t *testing.T) {
	for _, tc := range []struct {
		name string
		d    dialect.Dialect
		body string
		want string
	}{
		{
			"chat",
			openai.Chat{},
			`{"id":"x","model":"gpt","choices":[{"index":0,"message":{"role":"assistant","content":"hi","reasoning_content":"hm","refusal":null,` +
				`"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"tool_calls"},` +
				`{"index":1,"message":{"content":null,"refusal":"no"},"finish_reason":"eos"}],"usage":{"prompt_tokens":3,"completion_tokens":4}}`,
			"answer 0: tool_calls\n  reasoning: hm\n  text: hi\n  call name=f id=c: {}\nanswer 1: eos\n  refusal: no\n",
		},
		{
			"messages",
			anthropic.Messages{},
			`{"id":"x","type":"message","model":"claude","content":[{"type":"thinking","thinking":"hm","signature":"s"},{"type":"text","text":"hi"},` +
				`{"type":"tool_use","id":"c","name":"f","input":{}}],"stop_reason":"tool_use","usage":{"input_tokens":1,"cache_read_input_tokens":2,"output_tokens":4}}`,
			"answer 0: tool_calls\n  reasoning: hm\n  text: hi\n  call name=f id=c: {}\n",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var v dialect.View
			require.Nil(t, tc.d.ViewAnswer(&v, []byte(tc.body)))
			assert.Equal(t, tc.want, show(&v, true))
			n, _ := v.Num(abi.FieldInputTokens, 0, 0)
			assert.EqualValues(t, 3, n)
			assert.Equal(t, tc.body, string(v.Render(nil)))
			require.Equal(t, abi.OK, v.Apply(&hook.Edit{Op: abi.Set1, Field: abi.FieldAnswerPartText, J: 1, Value: []byte("<\n>")}))
			assert.Equal(t, strings.Replace(tc.body, `"hi"`, `"<\n>"`, 1), string(v.Render(nil)))
			assert.Equal(t, abi.ReadOnly, v.Apply(&hook.Edit{Op: abi.Set1, Field: abi.FieldFinish, Value: []byte("x")}))
		})
	}
}

// edit is hook.Edit in few words.
func edit(op abi.Edit, f abi.Field, i, j int, value string) hook.Edit {
	return hook.Edit{Op: op, Field: f, I: i, J: j, Value: []byte(value)}
}

func param(op abi.Edit, name, value string) hook.Edit {
	return hook.Edit{Op: op, Family: abi.NameParam, Name: []byte(name), Value: []byte(value)}
}

func TestViewSplicesEdits(t *testing.T) {
	const (
		text     = abi.FieldPartText
		messages = abi.FieldMessages
		system   = abi.FieldSystem
	)
	chat := func(m string) string { return `{"model":"m","messages":[` + m + `]}` }
	const u, v = `{"role":"user","content":"u\u00e9"}`, `{"role" : "user","content":"v"}`
	for _, tc := range []struct {
		name     string
		d        dialect.Dialect
		in, want string
		edits    []hook.Edit
	}{
		{"set", openai.Chat{}, chat(u), chat(`{"role":"user","content":"a\"b"}`), []hook.Edit{edit(abi.Set1, text, 0, 0, `a"b`)}},
		{"prepend and append keep the text's bytes", openai.Chat{}, chat(u), chat(`{"role":"user","content":"1\"2u\u00e93\n4"}`), []hook.Edit{
			edit(abi.Prepend, text, 0, 0, "2"), edit(abi.Append, text, 0, 0, "3\n"), edit(abi.Prepend, text, 0, 0, `1"`), edit(abi.Append, text, 0, 0, "4"),
		}},
		{"set then grow", openai.Chat{}, chat(u), chat(`{"role":"user","content":"abc"}`), []hook.Edit{
			edit(abi.Set1, text, 0, 0, "b"), edit(abi.Prepend, text, 0, 0, "a"), edit(abi.Append, text, 0, 0, "c"),
		}},
		{
			"model",
			openai.Chat{},
			chat(u), `{"model":"x","messages":[` + u + `]}`,
			[]hook.Edit{edit(abi.Set1, abi.FieldModel, 0, 0, "x")},
		},
		{
			"insert in front, between, behind",
			openai.Chat{},
			chat(u + " , " + v),
			chat(`{"role":"user","content":"a"},` + u + `,{"role":"assistant","content":"b"},` + v + `,{"role":"user","content":"c"}`),
			[]hook.Edit{edit(abi.Insert, messages, 0, abi.RoleUser, "a"), edit(abi.Insert, messages, 2, abi.RoleAssistant, "b"), edit(abi.Insert, messages, 4, abi.RoleUser, "c")},
		},
		{"remove first", openai.Chat{}, chat(u + "," + v), chat(v), []hook.Edit{edit(abi.Remove, messages, 0, 0, "")}},
		{"remove last", openai.Chat{}, chat(u + "," + v), chat(u), []hook.Edit{edit(abi.Remove, messages, 1, 0, "")}},
		{"remove several", openai.Chat{}, chat(u + "," + v + "," + u + "," + v), chat(v), []hook.Edit{
			edit(abi.Remove, messages, 3, 0, ""), edit(abi.Remove, messages, 2, 0, ""), edit(abi.Remove, messages, 0, 0, ""),
		}},
		{"remove what was edited", openai.Chat{}, chat(u + "," + v), chat(v), []hook.Edit{edit(abi.Set1, text, 0, 0, "x"), edit(abi.Remove, messages, 0, 0, "")}},
		{"replace a message", openai.Chat{}, chat(u), chat(`{"role":"user","content":"x"}`), []hook.Edit{
			edit(abi.Insert, messages, 0, abi.RoleUser, "x"), edit(abi.Remove, messages, 1, 0, ""),
		}},
		{"edit what was inserted", openai.Chat{}, chat(u), chat(`{"role":"user","content":"wxy"},` + u), []hook.Edit{
			edit(abi.Insert, messages, 0, abi.RoleUser, "x"), edit(abi.Prepend, text, 0, 0, "w"), edit(abi.Append, text, 0, 0, "y"),
		}},
		{"remove a part", openai.Chat{}, chat(`{"role":"user","content":[{"type":"text","text":"a"}, {"type":"text","text":"b"}]}`), chat(`{"role":"user","content":[{"type":"text","text":"b"}]}`), []hook.Edit{
			edit(abi.Remove, text, 0, 0, ""),
		}},
		{"system before and after, OpenAI", openai.Chat{}, chat(`{"role":"system","content":"s"},` + u), chat(`{"role":"system","content":"1"},{"role":"system","content":"s"},{"role":"system","content":"2"},` + u), []hook.Edit{
			edit(abi.Prepend, system, 0, 0, "1"), edit(abi.Append, system, 0, 0, "2"),
		}},
		{"developer stays developer", openai.Chat{}, chat(`{"role":"developer","content":"s"},` + u), chat(`{"role":"developer","content":"1"},{"role":"developer","content":"s"},` + u), []hook.Edit{
			edit(abi.Prepend, system, 0, 0, "1"),
		}},
		{"set system, OpenAI", openai.Chat{}, chat(`{"role":"system","content":"a"},` + u + `,{"role":"system","content":"b"}`), chat(`{"role":"system","content":"x"},` + u), []hook.Edit{
			edit(abi.Set1, system, 0, 0, "x"),
		}},
		{"create system, OpenAI", openai.Chat{}, chat(u), chat(`{"role":"system","content":"x"},` + u), []hook.Edit{edit(abi.Set1, system, 0, 0, "x")}},
		{"arguments", openai.Chat{}, chat(`{"role":"assistant","tool_calls":[{"id":"i","function":{"name":"f","arguments":"{}"}}]}`), chat(`{"role":"assistant","tool_calls":[{"id":"i","function":{"name":"f","arguments":"{\"a\":1}"}}]}`), []hook.Edit{
			edit(abi.Set1, text, 0, 0, `{"a":1}`),
		}},
		{
			"tool text, absent",
			openai.Chat{},
			`{"model":"m","messages":[],"tools":[{"function":{"name":"f"}}]}`,
			`{"model":"m","messages":[],"tools":[{"function":{"description":"d","name":"f"}}]}`,
			[]hook.Edit{edit(abi.Append, abi.FieldToolText, 0, 0, "d")},
		},
		{
			"tool text",
			openai.Chat{},
			`{"model":"m","messages":[],"tools":[{"function":{"name":"f","description":"d"}}]}`,
			`{"model":"m","messages":[],"tools":[{"function":{"name":"f","description":"de"}}]}`,
			[]hook.Edit{edit(abi.Append, abi.FieldToolText, 0, 0, "e")},
		},
		{
			"parameters",
			openai.Chat{},
			`{"a":1,"model":"m", "b":2,"messages":[],"temperature":1 }`,
			`{"model":"m","messages":[],"temperature":0.5,"c":[1],"max_completion_tokens":9}`,
			[]hook.Edit{
				param(abi.Remove, "a", ""), param(abi.Remove, "b", ""), edit(abi.Set1, abi.FieldTemperature, 0, 0, "0.5"),
				param(abi.Set1, "c", "[1]"), edit(abi.Set1, abi.FieldMaxTokens, 0, 0, "9"),
			},
		},
		{
			"limit under the client's name",
			openai.Chat{},
			`{"model":"m","max_tokens":1,"messages":[]}`, `{"model":"m","max_tokens":5,"messages":[]}`,
			[]hook.Edit{edit(abi.Set1, abi.FieldMaxTokens, 0, 0, "5")},
		},
		{
			"answers wanted",
			openai.Chat{},
			`{"model":"m","n":7,"messages":[]}`, `{"model":"m","n":2,"messages":[]}`,
			[]hook.Edit{edit(abi.Set1, abi.FieldChoices, 0, 0, "2")},
		},
		{"last member removed, one added", openai.Chat{}, `{"model":"m","z":1}`, `{"model":"m","y":2}`, []hook.Edit{param(abi.Remove, "z", ""), param(abi.Set1, "y", "2")}},

		{
			"system string grows",
			anthropic.Messages{},
			`{"system":"s\u00e9","messages":[]}`, `{"system":"1\ns\u00e9\n2","messages":[]}`,
			[]hook.Edit{edit(abi.Prepend, system, 0, 0, "1"), edit(abi.Append, system, 0, 0, "2")},
		},
		{
			"system blocks get blocks",
			anthropic.Messages{},
			`{"system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}],"messages":[]}`,
			`{"system":[{"type":"text","text":"1"},{"type":"text","text":"s","cache_control":{"type":"ephemeral"}},{"type":"text","text":"2"}],"messages":[]}`,
			[]hook.Edit{edit(abi.Prepend, system, 0, 0, "1"), edit(abi.Append, system, 0, 0, "2")},
		},
		{"empty system array", anthropic.Messages{}, `{"system":[],"messages":[]}`, `{"system":[{"type":"text","text":"1"}],"messages":[]}`, []hook.Edit{edit(abi.Append, system, 0, 0, "1")}},
		{
			"system created",
			anthropic.Messages{},
			`{"model":"m","messages":[{"role":"user","content":"x"}]}`, `{"model":"m","messages":[{"role":"user","content":"x"}],"system":"1\n2"}`,
			[]hook.Edit{edit(abi.Append, system, 0, 0, "1"), edit(abi.Append, system, 0, 0, "2")},
		},
		{"system null replaced", anthropic.Messages{}, `{"system":null,"messages":[]}`, `{"system":"1","messages":[]}`, []hook.Edit{edit(abi.Set1, system, 0, 0, "1")}},
		{
			"set system, blocks",
			anthropic.Messages{},
			`{"system":[{"type":"text","text":"a"},{"type":"text","text":"b"}],"messages":[]}`, `{"system":[{"type":"text","text":"x"}],"messages":[]}`,
			[]hook.Edit{edit(abi.Set1, system, 0, 0, "x")},
		},
		{
			"system removed",
			anthropic.Messages{},
			`{"model":"m","system":"s","messages":[{"role":"user","content":"x"}]}`, `{"model":"m","messages":[{"role":"user","content":"x"}]}`,
			[]hook.Edit{edit(abi.Remove, messages, 0, 0, "")},
		},
		{
			"system removed and made",
			anthropic.Messages{},
			`{"model":"m","system":"s","messages":[{"role":"user","content":"x"}]}`, `{"model":"m","system":"n","messages":[{"role":"user","content":"x"}]}`,
			[]hook.Edit{edit(abi.Remove, messages, 0, 0, ""), edit(abi.Prepend, system, 0, 0, "n")},
		},
		{
			"insert before the system prompt comes after it",
			anthropic.Messages{},
			`{"system":"s","messages":[{"role":"user","content":"x"}]}`, `{"system":"s","messages":[{"role":"user","content":"n"},{"role":"user","content":"x"}]}`,
			[]hook.Edit{edit(abi.Insert, messages, 0, abi.RoleUser, "n")},
		},
		{
			"input",
			anthropic.Messages{},
			`{"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"i","name":"f","input":{"a":1}}]}]}`,
			`{"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"i","name":"f","input":{"b":2}}]}]}`,
			[]hook.Edit{edit(abi.Set1, text, 0, 0, `{"b":2}`)},
		},
		{
			"results, documents",
			anthropic.Messages{},
			messagesRequest,
			strings.NewReplacer(`"r2"`, `"R"`, `"plain"`, `"P"`, `"doc text"`, `"D"`, `"d1"`, `"E"`, `"found"`, `"F"`).Replace(messagesRequest),
			[]hook.Edit{
				edit(abi.Set1, text, 3, 2, "R"), edit(abi.Set1, text, 3, 3, "P"), edit(abi.Set1, text, 3, 5, "D"),
				edit(abi.Set1, text, 3, 6, "E"), edit(abi.Set1, text, 3, 8, "F"),
			},
		},
		{"embedding", openai.Embeddings{}, `{"model":"m","input":["a", "b"]}`, `{"model":"m","input":["a", "c"]}`, []hook.Edit{edit(abi.Set1, text, 1, 0, "c")}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var v dialect.View
			require.Nil(t, tc.d.ViewRequest(&v, []byte(tc.in)))
			for i := range tc.edits {
				require.Equal(t, abi.OK, v.Apply(&tc.edits[i]), "edit %d", i)
			}
			assert.True(t, v.Edited())
			got := string(v.Render(nil))
			assert.Equal(t, tc.want, got)
			require.True(t, json.Valid([]byte(got)), got)
			// What stages saw of the overlay is what they see of the body made from it.
			var again dialect.View
			require.Nil(t, tc.d.ViewRequest(&again, []byte(got)))
			assert.Equal(t, show(&again, false), show(&v, false))
			sys, _ := v.Get(system, 0, 0)
			want, _ := again.Get(system, 0, 0)
			assert.Equal(t, string(want), string(sys))
		})
	}
}

func TestViewRefusesEdits(t *testing.T) {
	for _, tc := range []struct {
		name string
		d    dialect.Dialect
		body string
		edit hook.Edit
		want abi.Status
	}{
		{"not UTF-8", openai.Chat{}, chatRequest, edit(abi.Set1, abi.FieldPartText, 0, 0, "\xff"), abi.Invalid},
		{"no such message", openai.Chat{}, chatRequest, edit(abi.Set1, abi.FieldPartText, 9, 0, "x"), abi.BadRange},
		{"no such part", openai.Chat{}, chatRequest, edit(abi.Set1, abi.FieldPartText, 0, -1, "x"), abi.BadRange},
		{"an image", openai.Chat{}, chatRequest, edit(abi.Set1, abi.FieldPartText, 1, 1, "x"), abi.ReadOnly},
		{"arguments that aren't JSON", openai.Chat{}, chatRequest, edit(abi.Set1, abi.FieldPartText, 2, 1, "{"), abi.Invalid},
		{"input that isn't an object", anthropic.Messages{}, messagesRequest, edit(abi.Set1, abi.FieldPartText, 2, 2, "[]"), abi.Invalid},
		{"input appended to", anthropic.Messages{}, messagesRequest, edit(abi.Append, abi.FieldPartText, 2, 2, "x"), abi.Invalid},
		{"signed reasoning", anthropic.Messages{}, messagesRequest, edit(abi.Set1, abi.FieldPartText, 2, 0, "x"), abi.ReadOnly},
		{"an empty result", anthropic.Messages{}, messagesRequest, edit(abi.Set1, abi.FieldPartText, 3, 4, "x"), abi.Unsupported},
		{"role", openai.Chat{}, chatRequest, edit(abi.Set1, abi.FieldRole, 0, 0, "user"), abi.ReadOnly},
		{"unknown field", openai.Chat{}, chatRequest, edit(abi.Set1, abi.Fields, 0, 0, "x"), abi.BadField},
		{"answer's field", openai.Chat{}, chatRequest, edit(abi.Set1, abi.FieldAnswerPartText, 0, 0, "x"), abi.BadField},
		{"temperature isn't a number", openai.Chat{}, chatRequest, edit(abi.Set1, abi.FieldTemperature, 0, 0, `"1"`), abi.Invalid},
		{"limit of nothing", openai.Chat{}, chatRequest, edit(abi.Set1, abi.FieldMaxTokens, 0, 0, "0"), abi.Invalid},
		{"no answers", openai.Chat{}, chatRequest, edit(abi.Set1, abi.FieldChoices, 0, 0, "0"), abi.Invalid},
		{"half an answer", openai.Chat{}, chatRequest, edit(abi.Set1, abi.FieldChoices, 0, 0, "1.5"), abi.Invalid},
		{"answers of an API of one", anthropic.Messages{}, messagesRequest, edit(abi.Set1, abi.FieldChoices, 0, 0, "2"), abi.Unsupported},
		{"limit of embeddings", openai.Embeddings{}, `{"model":"m","input":"a"}`, edit(abi.Set1, abi.FieldMaxTokens, 0, 0, "1"), abi.Unsupported},
		{"message into embeddings", openai.Embeddings{}, `{"model":"m","input":["a"]}`, edit(abi.Insert, abi.FieldMessages, 0, 1, "x"), abi.Unsupported},
		{"remove an embedding", openai.Embeddings{}, `{"model":"m","input":["a","b"]}`, edit(abi.Remove, abi.FieldMessages, 0, 0, ""), abi.Unsupported},
		{"remove the last message", anthropic.Messages{}, `{"system":"s","messages":[{"role":"user","content":"x"}]}`, edit(abi.Remove, abi.FieldMessages, 1, 0, ""), abi.Unsupported},
		{"remove the only text", openai.Chat{}, chatRequest, edit(abi.Remove, abi.FieldPartText, 0, 0, ""), abi.Unsupported},
		{"system in mid conversation", anthropic.Messages{}, messagesRequest, edit(abi.Insert, abi.FieldMessages, 3, abi.RoleSystem, "x"), abi.Unsupported},
		{"role that isn't", openai.Chat{}, chatRequest, edit(abi.Insert, abi.FieldMessages, 0, 3, "x"), abi.BadRange},
		{"empty model", openai.Chat{}, chatRequest, edit(abi.Set1, abi.FieldModel, 0, 0, ""), abi.Invalid},
		{"param that isn't JSON", openai.Chat{}, chatRequest, param(abi.Set1, "x", "{"), abi.Invalid},
		{"param of two values", openai.Chat{}, chatRequest, param(abi.Set1, "x", `1,"stream":true`), abi.Invalid},
		{"reserved param", openai.Chat{}, chatRequest, param(abi.Set1, "stream", "true"), abi.ReadOnly},
		{"reserved param in another case", openai.Chat{}, chatRequest, param(abi.Set1, "Stream", "true"), abi.ReadOnly},
		{"param that is absent", openai.Chat{}, chatRequest, param(abi.Remove, "x", ""), abi.Absent},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var v dialect.View
			require.Nil(t, tc.d.ViewRequest(&v, []byte(tc.body)))
			before := show(&v, false)
			assert.Equal(t, tc.want, v.Apply(&tc.edit))
			assert.False(t, v.Edited())
			assert.Equal(t, before, show(&v, false))
			assert.Equal(t, tc.body, string(v.Render(nil)))
		})
	}
}

func TestViewRefusesWhatCouldBeReadTwice(t *testing.T) {
	for _, tc := range []struct {
		d           dialect.Dialect
		body, param string
	}{
		{openai.Chat{}, `{"model":"m","messages":[{"role":"user","content":"a","content":"b"}]}`, "messages[0].content"},
		{openai.Chat{}, `{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"a","Text":"b"}]}]}`, "messages[0].content[0].text"},
		{openai.Chat{}, `{"messages":[{"role":"assistant","tool_calls":[{"function":{"arguments":"a","arguments":"b"}}]}]}`, "messages[0].tool_calls[0].function.arguments"},
		{anthropic.Messages{}, `{"system":"a","system":"b"}`, "system"},
		{anthropic.Messages{}, `{"messages":[{"role":"user","content":[{"type":"text","text":"a","te\u0078t":"b"}]}]}`, "messages[].content[].text"},
	} {
		var v dialect.View
		e := tc.d.ViewRequest(&v, []byte(tc.body))
		require.NotNil(t, e, tc.body)
		assert.Equal(t, tc.param, e.Param)
	}
}

package dialect_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/dialect/anthropic"
	"github.com/yett-gateway/yett/engine/dialect/openai"
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/wire"
	"github.com/yett-gateway/yett/sdk/abi"
)

var all = []dialect.Dialect{openai.Chat{}, openai.Embeddings{}, anthropic.Messages{}, anthropic.Count{}}

func seed(f *testing.F, add func([]byte)) {
	for _, s := range []string{
		chatRequest, messagesRequest, textChunk, callChunk, usageChunk, textEvent, `{}`, `[]`, ``, `{"model":"m","input":["a",[1]]}`,
		`{"system":[],"messages":[{"role":"user","content":[]}]}`, `{"error":{"code":429}}`, `[DONE]`,
	} {
		add([]byte(s))
	}
	for _, pattern := range []string{"testdata/request/*.json", "testdata/answer/*.json"} {
		paths, err := filepath.Glob(pattern)
		require.NoError(f, err)
		for _, p := range paths {
			b, err := os.ReadFile(p)
			require.NoError(f, err)
			add(b)
		}
	}
}

// FuzzHead: a body whose head is read can be forwarded, and is then for the target.
func FuzzHead(f *testing.F) {
	seed(f, func(b []byte) { f.Add(b) })
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, d := range all {
			var h dialect.Head
			if d.Head(body, &h) != nil {
				continue
			}
			require.True(t, json.Valid(body))
			var e wire.Edits
			d.Forward(&e, body, &h, &dialect.Target{Model: "the \"target\""})
			out, ok := e.Apply(nil, body)
			require.True(t, ok)
			var again dialect.Head
			require.Nil(t, d.Head(out, &again), "%s", out)
			require.Equal(t, "the \"target\"", string(again.ModelName))
			require.Equal(t, h.Stream, again.Stream)
			require.Equal(t, h.MaxTokens, again.MaxTokens)
			if again.Stream {
				require.True(t, again.IncludeUsage)
			}
		}
	})
}

// FuzzEvent: what an event or answer says lies within its data.
func FuzzEvent(f *testing.F) {
	seed(f, func(b []byte) { f.Add("", b) })
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		for _, d := range all {
			var e dialect.Event
			e.Reset()
			if d.Event([]byte(name), data, &e) == nil {
				for _, delta := range e.Deltas {
					require.Equal(t, wire.String, wire.KindOf(data, delta.Text))
					require.True(t, json.Valid(delta.Text.Of(data)))
				}
				require.LessOrEqual(t, int(e.Model.End), len(data))
			}
			var a dialect.Answer
			if d.Answer(data, &a) == nil && a.Model.Present() {
				require.Equal(t, wire.String, wire.KindOf(data, a.Model))
			}
			require.NotNil(t, d.Failure(400+len(data)%200, data))
		}
	})
}

// editsOf makes edits of a fuzzer's bytes: four say which, the fifth picks the value.
func editsOf(script []byte) []hook.Edit {
	values := []string{"x", "", "a\"\\\n", `{"a":1}`, `0.5`, `7`, `[]`, "é", `"s"`, "null"}
	fields := []abi.Field{
		abi.FieldPartText, abi.FieldSystem, abi.FieldMessages, abi.FieldToolText, abi.FieldModel, abi.FieldMaxTokens,
		abi.FieldTemperature, abi.FieldNone, abi.FieldRole, abi.FieldAnswerPartText,
	}
	var edits []hook.Edit
	for ; len(script) >= 5 && len(edits) < 12; script = script[5:] {
		v := values[int(script[4])%len(values)]
		edits = append(edits, hook.Edit{
			Op: abi.Edit(script[0] % byte(abi.Edits)), Field: fields[int(script[1])%len(fields)],
			I: int(script[2]%8) - 1, J: int(script[3]%5) - 1,
			Family: abi.NameParam, Name: []byte([]string{"seed", "temperature", "x y", "unknown"}[script[3]%4]), Value: []byte(v),
		})
	}
	return edits
}

// FuzzView: an unedited view renders the body; an edited one renders what stages saw of it.
func FuzzView(f *testing.F) {
	seed(f, func(b []byte) {
		f.Add(b, []byte{})
		f.Add(b, []byte{3, 2, 1, 2, 0, 4, 2, 2, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 2, 2, 1, 0, 0, 1})
		f.Add(b, []byte{4, 0, 2, 1, 0, 0, 3, 1, 0, 2, 0, 7, 0, 1, 4, 4, 7, 0, 3, 0, 0, 1, 0, 0, 0})
	})
	f.Fuzz(func(t *testing.T, body, script []byte) {
		for _, d := range all {
			var v dialect.View
			if d.ViewAnswer(&v, body) == nil {
				require.Equal(t, body, v.Render(nil))
				show(&v, true)
			}
			if d.ViewRequest(&v, body) != nil {
				continue
			}
			require.Equal(t, string(body), string(v.Render(nil)))
			checkEdits(t, d, &v, script)
		}
	})
}

// checkEdits makes edits and compares what is seen of the overlay with what is seen of the body made from it.
func checkEdits(t *testing.T, d dialect.Dialect, v *dialect.View, script []byte) (applied int) {
	t.Helper()
	edits := editsOf(script)
	for i := range edits {
		if v.Apply(&edits[i]) == abi.OK {
			applied++
		}
	}
	out := v.Render(nil)
	require.True(t, json.Valid(out), "%s", out)
	var again dialect.View
	require.Nil(t, d.ViewRequest(&again, out), "%s", out)
	require.Equal(t, show(&again, false), show(v, false), "%s", out)
	for _, field := range []abi.Field{abi.FieldModel, abi.FieldSystem, abi.FieldTemperature, abi.FieldMaxTokens} {
		want, wantOK := again.Get(field, 0, 0)
		got, ok := v.Get(field, 0, 0)
		require.Equal(t, wantOK, ok)
		require.Equal(t, string(want), string(got))
	}
	return applied
}

// TestViewWithRandomEdits makes many edits of bodies with structure, which a fuzzer's bytes seldom have.
func TestViewWithRandomEdits(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	script := make([]byte, 60)
	applied := 0
	for range 3000 {
		for i := range script {
			script[i] = byte(random.Uint32())
		}
		n := 5 * (1 + random.IntN(12))
		for _, x := range []struct {
			d    dialect.Dialect
			body string
		}{
			{openai.Chat{}, chatRequest},
			{anthropic.Messages{}, messagesRequest},
			{anthropic.Messages{}, `{"messages":[{"role":"user","content":"a"} , {"role":"assistant","content":[]}],"model":"m" }`},
			{anthropic.Messages{}, `{"model":"m","system":"s","messages":[{"role":"user","content":[{"type":"text","text":"a"} ,{"type":"text","text":"b"}]}],"temperature":1}`},
			{openai.Chat{}, `{"messages":[{"role":"system","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},{"role":"user","content":"u"},{"role":"system","content":"c"}],"max_tokens":1,"model":"m"}`},
			{openai.Embeddings{}, `{"model":"m","input":["a","b"]}`},
		} {
			var v dialect.View
			require.Nil(t, x.d.ViewRequest(&v, []byte(x.body)))
			applied += checkEdits(t, x.d, &v, script[:n])
		}
	}
	require.Greater(t, applied, 10000, "most scripts do something")
}

// FuzzTranslate: what can be translated becomes a request that the other dialect takes.
func FuzzTranslate(f *testing.F) {
	seed(f, func(b []byte) { f.Add(b) })
	var tr dialect.Translator
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, p := range [][2]dialect.ID{{dialect.OpenAIChat, dialect.AnthropicMessages}, {dialect.AnthropicMessages, dialect.OpenAIChat}} {
			require.True(t, tr.Reset(set, p[0], p[1]))
			if out, e := tr.Answer(nil, body); e == nil {
				require.True(t, json.Valid(out), "%s", out)
			}
			var h dialect.Head
			if set.Of(p[0]).Head(body, &h) != nil {
				continue
			}
			out, e := tr.Request(nil, body, &h, targets[p[1]])
			if e != nil {
				continue
			}
			require.True(t, json.Valid(out), "%s", out)
			for _, name := range tr.Dropped() {
				require.NotContains(t, name, "\n")
			}
			require.Equal(t, targets[p[1]].Model, modelOf(t, out))
		}
	})
}

func modelOf(t *testing.T, body []byte) string {
	var x struct {
		Model string `json:"model"`
	}
	require.NoError(t, json.Unmarshal(body, &x))
	return x.Model
}

// FuzzTranslateStream: whatever a provider sends, each event written is one the client's dialect reads.
func FuzzTranslateStream(f *testing.F) {
	paths, err := filepath.Glob("testdata/stream/*.sse")
	require.NoError(f, err)
	for _, p := range paths {
		b, err := os.ReadFile(p)
		require.NoError(f, err)
		var lines []byte
		for _, line := range bytes.Split(b, []byte("\n")) {
			if data, ok := bytes.CutPrefix(line, []byte("data: ")); ok {
				lines = append(append(lines, data...), '\n')
			}
		}
		f.Add(lines)
	}
	body := []byte(`{"model":"m","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"x"}]}`)
	f.Fuzz(func(t *testing.T, lines []byte) {
		for _, p := range [][2]dialect.ID{{dialect.OpenAIChat, dialect.AnthropicMessages}, {dialect.AnthropicMessages, dialect.OpenAIChat}} {
			var tr dialect.Translator
			require.True(t, tr.Reset(set, p[0], p[1]))
			_, e := tr.Request(nil, body, headOf(t, p[0], body), targets[p[1]])
			require.Nil(t, e)
			var out []byte
			var ev dialect.Event
			for _, data := range bytes.Split(lines, []byte("\n")) {
				ev.Reset()
				if set.Of(p[1]).Event(nil, data, &ev) != nil {
					continue
				}
				if out, e = tr.Event(out, nil, data, &ev); e != nil {
					return
				}
			}
			require.NotContains(t, string(out), "[DONE]\n")
			out, e = tr.End(out)
			require.Nil(t, e)
			if len(out) > 0 {
				var events wire.Events
				events.Reset(0)
				for rest := out; len(rest) > 0; {
					raw, n, err := events.Next(rest, true)
					require.NoError(t, err)
					rest = rest[n:]
					ev.Reset()
					if !raw.Comment {
						require.Nil(t, set.Of(p[0]).Event(raw.Name, raw.Data, &ev), "%s", raw.Raw)
						require.Nil(t, ev.Err)
					}
				}
				require.True(t, ev.Terminal)
			}
		}
	})
}

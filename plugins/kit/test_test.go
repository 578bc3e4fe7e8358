package kit

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/plugins/host"
)

// scripted is a Replayer that says what a function makes of a replay.
type scripted struct {
	refuses string
	plays   int
	play    func(c *Case, r *Replay, n int) Outcome
}

func (s *scripted) Open(context.Context, *Case) error {
	if s.refuses != "" {
		return &Refusal{Reason: s.refuses}
	}
	return nil
}

func (s *scripted) Clients() []string   { return []string{"one", "two"} }
func (s *scripted) Providers() []string { return []string{"one", "two"} }

func (s *scripted) Play(_ context.Context, c *Case, r *Replay) (*Outcome, error) {
	s.plays++
	o := s.play(c, r, s.plays)
	return &o, nil
}

// echo is a plugin that changes nothing.
func echo(c *Case, r *Replay, _ int) Outcome {
	o := Outcome{Verdict: "continue", Asked: true, Model: "model", Prompt: []string{"hi"}, HTTPStatus: 200}
	for n, pieces := range r.Split(&c.Answer) {
		switch n {
		case 0:
			o.Reasoning = strings.Join(pieces, "")
		case 1:
			o.Text = strings.Join(pieces, "")
		default:
			o.Arguments += strings.Join(pieces, "")
		}
	}
	return o
}

func try(t *testing.T, s *scripted, m host.Manifest, cases ...*Case) *TestReport {
	m.Name, m.Version = "x", "1"
	r, err := Test(context.Background(), TestOptions{Manifest: &m, Limit: spec.DefaultPluginLimit, Replayer: s, Cases: cases, NoHostile: true})
	require.NoError(t, err)
	return r
}

// silent plays a plugin whose on_request isn't called.
func silent(c *Case, r *Replay, n int) Outcome {
	o := echo(c, r, n)
	o.Verdict = ""
	return o
}

func TestTest(t *testing.T) {
	answer := Answer{Reasoning: "hm", Text: "a sécret", Calls: []ToolCall{{Name: "f", Arguments: `{"a":1}`}}}
	text := "a sécret"
	for _, test := range []struct {
		name     string
		manifest host.Manifest
		expect   Expect
		refuses  string
		play     func(c *Case, r *Replay, n int) Outcome
		want     []string // what is at fault, "" for nothing
		where    string   // of the first
	}{
		{name: "nothing", play: echo, expect: Expect{Verdict: "continue", Answer: &Seen{Text: &Text{Equals: &text, Contains: Words{"c"}, Lacks: Words{"x"}}}}},
		{name: "expectations", play: echo, expect: Expect{
			Verdict: "block", Model: "other", Prompt: &Text{Lacks: Words{"h"}}, Headers: map[string]string{"X-A": "b"}, Status: 403, Reason: "because",
		}, want: []string{"verdict of on_request", "status", "reason", "model that the provider is asked for", `prompt lacks "h"`, "header of the answer X-A"}, where: "one, whole"},
		{name: "no call", play: silent, expect: Expect{Verdict: "continue"}},
		{name: "no call where one was expected", play: silent, expect: Expect{Verdict: "block"}, want: []string{"verdict of on_request"}},
		{name: "a cut", play: func(c *Case, r *Replay, n int) Outcome {
			o := echo(c, r, n)
			if len(r.Cuts) == 1 && r.Cuts[0] == 7 {
				o.Text = "a s"
			}
			return o
		}, want: []string{"answer's text depends on where the stream is cut"}, where: `one, streamed cut at byte 7 ("hma sé"|"cret{\"a\":1}")`},
		{name: "streams", play: func(c *Case, r *Replay, n int) Outcome {
			o := echo(c, r, n)
			if !r.Stream {
				o.Text = "a ******"
			}
			return o
		}, want: []string{"answer's text depends on whether the answer is streamed"}, manifest: host.Manifest{Hooks: []string{"on_response"}}, where: "one, streamed in one piece"},
		{name: "the dialect", play: func(c *Case, r *Replay, n int) Outcome {
			o := echo(c, r, n)
			o.Blocked, o.Where = r.Client == "two", "on_request"
			return o
		}, want: []string{"block depends on the dialect", "answer blocked", "block depends on whether the answer is streamed"}},
		{name: "impure", manifest: host.Manifest{Pure: true}, play: func(c *Case, r *Replay, n int) Outcome {
			o := echo(c, r, n)
			o.Model = fmt.Sprint("m", n%2)
			return o
		}, want: []string{"model is another the second time"}},
		{name: "fuel", play: func(c *Case, r *Replay, n int) Outcome {
			o := echo(c, r, n)
			o.Used = map[string]host.Used{"on_delta": {FuelShare: spec.DefaultPluginLimit.Fuel + 1}}
			return o
		}, want: []string{"fuel of on_delta"}},
		{name: "trap", play: func(c *Case, r *Replay, n int) Outcome { return Outcome{Failed: "on_delta: trap: unreachable"} }, want: []string{"the plugin fails"}},
		{name: "refused", refuses: "word is empty", want: []string{"configuration"}},
		{name: "refused otherwise", refuses: "word is empty", expect: Expect{Refused: "action"}, want: []string{"refusal of the configuration"}},
		{name: "refused as expected", refuses: "word is empty", expect: Expect{Refused: "word"}},
		{name: "not refused", play: echo, expect: Expect{Refused: "word"}, want: []string{"configuration"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := &Case{Name: "c", Answer: answer, Expect: test.expect}
			r := try(t, &scripted{refuses: test.refuses, play: test.play}, test.manifest, c)
			require.Len(t, r.Cases, 1)
			var got []string
			for _, f := range r.Cases[0].Failures {
				got = append(got, f.What)
			}
			require.Equal(t, len(test.want) == 0, r.Cases[0].OK(), "%q", got)
			for _, want := range test.want {
				assert.True(t, strings.Contains(strings.Join(got, "\n"), want), "%q is not among %q", want, got)
			}
			if test.where != "" {
				assert.Equal(t, test.where, r.Cases[0].Failures[0].Where)
			}
			assert.Equal(t, 1, r.Passed+r.Failed)
			var b strings.Builder
			r.Cases[0].Write(&b)
			r.WriteTail(&b)
			for _, want := range test.want {
				assert.Contains(t, b.String(), want)
			}
		})
	}
}

// What a long prompt may take is more, and what is told is what the limit holds for.
func TestWallNote(t *testing.T) {
	for _, test := range []struct {
		name  string
		share time.Duration
		note  string
	}{
		{"within", spec.DefaultPluginLimit.Wall, ""},
		{"beyond", 3 * spec.DefaultPluginLimit.Wall, `on_delta took 150 ms here for each 256 KiB in "c", and may take 50`},
	} {
		t.Run(test.name, func(t *testing.T) {
			play := func(c *Case, r *Replay, n int) Outcome {
				o := echo(c, r, n)
				o.Used = map[string]host.Used{"on_delta": {Wall: time.Second, WallShare: test.share}}
				return o
			}
			notes := strings.Join(try(t, &scripted{play: play}, host.Manifest{Pure: true}, &Case{Name: "c"}).Notes, "\n")
			if test.note == "" {
				assert.Empty(t, notes)
			}
			assert.Contains(t, notes, test.note)
		})
	}
}

func TestStreamHints(t *testing.T) {
	for _, test := range []struct{ name, failed, hint string }{
		{"observes", `the client gets status 500: stage "x" only observes streams, and tried to change one`, `"mode": "transform"`},
		{"holds", `the client gets status 500: stage "x" holds back more of the answer than its manifest says`, "stream.hold of plugin.json is 4"},
		{"another", "on_delta: trap: unreachable", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			play := func(c *Case, r *Replay, n int) Outcome { return Outcome{Failed: test.failed} }
			m := host.Manifest{Hooks: []string{"on_delta"}, Stream: host.ManifestStream{Hold: 4}}
			r := try(t, &scripted{play: play}, m, &Case{Name: "c"})
			require.Len(t, r.Cases[0].Failures, 1)
			hint := r.Cases[0].Failures[0].Hint
			assert.Equal(t, test.hint == "", hint == "")
			assert.Contains(t, hint, test.hint)
		})
	}
}

func TestHead(t *testing.T) {
	var b strings.Builder
	m := &host.Manifest{Name: "x", Version: "1", Wants: map[string]string{"kv": "counts", "log": "says"}}
	NewTestReport(&TestOptions{Manifest: m, KV: []string{"default", "x"}}).WriteHead(&b, m.Wants)
	assert.Equal(t, "x 1\n  granted kv in default and x: counts\n  granted log: says\n", b.String())
}

// TestReplays: every place of the texts is cut, once, in each dialect, and no code point is.
func TestReplays(t *testing.T) {
	c := &Case{Answer: Answer{Reasoning: "r", Text: "aé👋", Calls: []ToolCall{{Arguments: "{}"}}}}
	all := c.Answer.joined()
	cut := map[string]map[int]int{"one": {}, "two": {}, "three": {}}
	clients := []string{"one", "two", "three"} // no provider speaks three
	for _, r := range c.replays(clients, clients[:2]) {
		if r.Stream && len(r.Cuts) == 1 && strings.HasPrefix(r.How, "cut at byte") {
			cut[r.Client][r.Cuts[0]]++
		}
		var joined string
		for _, pieces := range r.Split(&c.Answer) {
			for _, p := range pieces {
				assert.NotEmpty(t, p)
				assert.True(t, strings.ToValidUTF8(p, "") == p, "%q is half a code point", p)
			}
			joined += strings.Join(pieces, "")
		}
		assert.Equal(t, all, joined, r.String())
	}
	want := map[int]int{1: 1, 2: 1, 4: 1, 8: 1, 9: 1}
	assert.Equal(t, map[string]map[int]int{"one": want, "two": want, "three": want}, cut)
	assert.Len(t, thin(runeStarts(strings.Repeat("x", 9999)), maxCuts), maxCuts)

	whole := false
	c.Stream = &whole
	assert.Len(t, c.replays(clients, clients[:2]), 6)
	c.Dialects = []string{"two"}
	assert.Len(t, c.replays(clients, clients[:2]), 2)
}

func TestCases(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "cases.jsonl")
	read := func(text string) ([]*Case, error) {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
		return Cases(path)
	}
	got, err := read(`{"name": "a", "answer": {"text": "t", "calls": [{"name": "f", "arguments": "{}"}]}, "expect": {"prompt": {"contains": "p"}, "answer": "s"}}`)
	require.NoError(t, err)
	assert.Equal(t, "t", got[0].Answer.Text)
	assert.Equal(t, Words{"p"}, got[0].Expect.Prompt.Contains)
	assert.Equal(t, "s", *got[0].Expect.Answer.Text.Equals)
	assert.Equal(t, []string{path}, CaseFiles(dir))
	got, err = read(`{"name": "a", "expect": {"answer": {"contains": "c", "lacks": ["l"]}}}`)
	require.NoError(t, err)
	assert.Equal(t, &Text{Contains: Words{"c"}, Lacks: Words{"l"}}, got[0].Expect.Answer.Text)
	for _, test := range []struct{ name, text, want string }{
		{"no name", `{}`, "the case has no name"},
		{"verdict", `{"name": "a", "expect": {"verdict": "blok"}}`, `there is no verdict "blok"`},
		{"role", `{"name": "a", "messages": [{"role": "bot"}]}`, `there is no role "bot"`},
		{"result", `{"name": "a", "messages": [{"role": "tool", "text": "x"}]}`, "needs the id of its call"},
		{"calls", `{"name": "a", "messages": [{"role": "user", "calls": [{"name": "f", "arguments": "{}"}]}]}`, "only the assistant calls tools"},
		{"arguments", `{"name": "a", "answer": {"calls": [{"name": "f", "arguments": "x"}]}}`, "no JSON object"},
		{"member", `{"name": "a", "expect": {"answer": {"txt": "x"}}}`, `there is no "txt" here`},
		{"twice", "{\"name\": \"a\"}\n{\"name\": \"a\"}", `line 2: a case "a" is there already`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := read(test.text)
			assert.ErrorContains(t, err, test.want)
		})
	}
}

func TestCheckConfig(t *testing.T) {
	schema := []byte(`{"type": "object", "additionalProperties": false, "properties": {"action": {"enum": ["mask", "block"]}, "n": {"type": "integer"}}}`)
	require.NoError(t, checkConfig(schema, nil))
	require.NoError(t, checkConfig(nil, []byte(`{"x": 1}`)))
	require.NoError(t, checkConfig(schema, []byte(`{"action": "mask"}`)))
	err := checkConfig(schema, []byte(`{"action": "maks", "n": "1", "x": 2}`))
	var refusal *Refusal
	require.ErrorAs(t, err, &refusal)
	for _, want := range []string{"action: value must be one of 'mask', 'block'", "n: got string, want integer", "additional properties 'x' not allowed"} {
		assert.Contains(t, refusal.Reason, want)
	}
}

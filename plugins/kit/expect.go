package kit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sort"
	"strconv"
	"strings"

	"github.com/yett-gateway/yett/sdk/abi"
)

// Failure is something that isn't as it must be, where it was seen first.
type Failure struct {
	// What is at fault: a field of the outcome and what was expected of it.
	What string `json:"what"`
	Got  string `json:"got"`
	Want string `json:"want"`
	// Where is the replay, More in how many others it is so too.
	Where string `json:"where"`
	More  int    `json:"more,omitempty"`
	Hint  string `json:"hint,omitempty"`
}

// failures collects what is wrong with the replays of one case, each thing once.
type failures struct {
	list []*Failure
	by   map[string]*Failure
}

func (f *failures) add(what, got, want string, at *Replay) *Failure {
	if have := f.by[what]; have != nil {
		have.More++
		return have
	}
	out := &Failure{What: what, Got: got, Want: want, Where: at.String()}
	if f.by == nil {
		f.by = map[string]*Failure{}
	}
	f.by[what] = out
	f.list = append(f.list, out)
	return out
}

// expect holds an outcome against what the case expects.
func (f *failures) expect(c *Case, o *Outcome, at *Replay) {
	e := &c.Expect
	if o.Failed != "" {
		f.add("the plugin fails", o.Failed, "an answer or a verdict", at)
		return
	}
	equal := func(what, got, want string) {
		if want != "" && got != want {
			f.add(what, quote(got), quote(want), at)
		}
	}
	if o.Verdict != "" || e.Verdict != abi.Continue.String() { // a hook that isn't called, or was spared, lets the request go on
		equal("verdict of on_request", or(o.Verdict, "no call"), e.Verdict)
	}
	if e.Status != 0 {
		equal("status", strconv.Itoa(o.Status), strconv.Itoa(e.Status))
	}
	if e.Reason != "" && !strings.Contains(o.Reason, e.Reason) {
		f.add("reason", quote(o.Reason), "a text with "+quote(e.Reason), at)
	}
	equal("tag", o.Tag, e.Tag)
	equal("model that the provider is asked for", o.Model, e.Model)
	f.text("prompt", strings.Join(o.Prompt, "\n"), e.Prompt, at)
	f.text("system prompt", o.System, e.System, at)
	f.headers("header of the answer", o.Headers, e.Headers, at)
	f.headers("header of the provider's request", o.UpstreamHeaders, e.UpstreamHeaders, at)
	f.seen(e, o, at)
}

// seen holds what the client sees against what it must. An answer that nobody expects to be blocked must not be.
func (f *failures) seen(e *Expect, o *Outcome, at *Replay) {
	refused := e.Verdict == "block" || e.Status != 0 || e.Reason != ""
	want := e.Answer
	if want == nil {
		want = &Seen{}
	}
	if want.Blocked != nil && *want.Blocked != o.Blocked || want.Blocked == nil && o.Blocked && !refused {
		f.add("answer blocked", fmt.Sprintf("%t%s", o.Blocked, why(o)), strconv.FormatBool(!o.Blocked), at)
	}
	f.text("answer's text", o.Text, want.Text, at)
	if want.Text != nil {
		f.text("error's message", o.Message, &Text{Lacks: want.Text.Lacks}, at)
	}
	f.text("answer's reasoning", o.Reasoning, want.Reasoning, at)
	f.text("arguments of the answer's tool calls", o.Arguments, want.Arguments, at)
}

func why(o *Outcome) string {
	if !o.Blocked {
		return ""
	}
	return fmt.Sprintf(", by %s: %s", o.Where, or(o.Reason, "it gives no reason"))
}

func (f *failures) text(what, got string, want *Text, at *Replay) {
	if want == nil {
		return
	}
	if want.Equals != nil && got != *want.Equals {
		f.add(what, quote(got), quote(*want.Equals), at)
	}
	for _, w := range want.Contains {
		if !strings.Contains(got, w) {
			f.add(what+" contains "+quote(w), quote(got), "a text with "+quote(w), at)
		}
	}
	for _, w := range want.Lacks {
		if strings.Contains(got, w) {
			f.add(what+" lacks "+quote(w), quote(got), "a text without "+quote(w), at)
		}
	}
}

func (f *failures) headers(what string, got, want map[string]string, at *Replay) {
	names := make([]string, 0, len(want))
	for name := range want {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if have := got[strings.ToLower(name)]; have != want[name] {
			f.add(what+" "+name, quote(have), quote(want[name]), at)
		}
	}
}

// baseline is an outcome that others are held against.
type baseline struct {
	*Outcome
	at *Replay
}

// baselines are the outcomes of one case that others are held against: the very first, and the first stream between two
// dialects for the cuts of the same.
type baselines struct {
	first   *baseline
	streams map[string]*baseline
}

// of returns what o is held against, o itself for the first.
func (b *baselines) of(o *Outcome, at *Replay) *baseline {
	mine := &baseline{o, at}
	if b.first == nil {
		b.first = mine
	}
	if !at.Stream {
		return b.first
	}
	between := at.Client + " " + at.Provider
	if have := b.streams[between]; have != nil {
		return have
	}
	b.streams[between] = mine
	return b.first
}

// same holds an outcome against another of its case: what a plugin decides must depend neither on the dialect, nor on
// whether the answer is streamed, nor on where the stream is cut.
func (f *failures) same(than *baseline, o *Outcome, at *Replay) {
	first, firstAt := than.Outcome, than.at
	differ := func(field, got, want string) {
		if got == want {
			return
		}
		on := "the dialect"
		switch {
		case firstAt.Stream != at.Stream:
			on = "whether the answer is streamed"
		case firstAt.Client == at.Client && firstAt.Provider == at.Provider:
			on = "where the stream is cut"
		}
		f.add(field+" depends on "+on, quote(got), quote(want)+" as with "+firstAt.String(), at)
	}
	differ("verdict of on_request", o.Verdict, first.Verdict)
	differ("block", fmt.Sprintf("%t%s", o.Blocked, why(o)), fmt.Sprintf("%t%s", first.Blocked, why2(o, first)))
	if o.Blocked && first.Blocked {
		differ("status", strconv.Itoa(o.Status), strconv.Itoa(first.Status))
	}
	differ("tag", o.Tag, first.Tag)
	differ("model", o.Model, first.Model)
	if at.Client == at.Provider { // what a translation leaves out is the gateway's
		differ("prompt", strings.Join(o.Prompt, "\n"), strings.Join(first.Prompt, "\n"))
		differ("system prompt", o.System, first.System)
	}
	if o.Blocked || first.Blocked {
		return // how much was out before the block is the cut's
	}
	differ("answer's text", o.Text, first.Text)
	differ("answer's arguments", compact(o.Arguments), compact(first.Arguments))
	if at.Client == firstAt.Client {
		// Anthropic's reasoning is signed, and no plugin may change it.
		differ("answer's reasoning", o.Reasoning, first.Reasoning)
	}
}

// again holds an outcome against the same replay's once more: a plugin that says it is pure decides the same.
func (f *failures) again(o, again *Outcome, at *Replay) {
	differ := func(field, got, want string) {
		if got != want {
			f.add(field+` is another the second time, and plugin.json says "pure"`, quote(got), quote(want), at)
		}
	}
	differ("failure", again.Failed, o.Failed)
	differ("verdict of on_request", again.Verdict, o.Verdict)
	differ("block", fmt.Sprintf("%t%s", again.Blocked, why(again)), fmt.Sprintf("%t%s", o.Blocked, why(o)))
	differ("model", again.Model, o.Model)
	differ("system prompt", again.System, o.System)
	differ("prompt", strings.Join(again.Prompt, "\n"), strings.Join(o.Prompt, "\n"))
	if !o.Blocked { // how much was out before a block is the network's
		differ("answer", again.seen(), o.seen())
	}
}

// seen is all that the client reads.
func (o *Outcome) seen() string {
	return strings.Join([]string{o.Reasoning, o.Text, o.Arguments}, "\n")
}

// why2 is why of first with the hook of o: on_response and on_delta are two ways to see one answer.
func why2(o, first *Outcome) string {
	if !first.Blocked {
		return ""
	}
	alike := *first
	if o.Blocked {
		alike.Where = o.Where
	}
	return why(&alike)
}

// compact is JSON, an object a line, without white space that means nothing.
func compact(lines string) string {
	out := strings.Split(lines, "\n")
	for i, line := range out {
		var b bytes.Buffer
		if json.Compact(&b, []byte(line)) == nil {
			out[i] = b.String()
		}
	}
	return strings.Join(out, "\n")
}

// quote is a text as Go writes it, not all of a long one.
func quote(s string) string {
	const most = 400
	if len(s) <= most {
		return strconv.Quote(s)
	}
	return strconv.Quote(s[:most/2]) + " … " + strconv.Quote(s[len(s)-most/2:]) + fmt.Sprintf(" (%d bytes)", len(s))
}

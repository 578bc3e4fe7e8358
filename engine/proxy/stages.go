package proxy

import (
	"bytes"
	"strings"
	"time"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/wire"
	"github.com/yett-gateway/yett/sdk/abi"
)

// stageBudget bounds the wait for an instance where the request has no deadline of its own.
const stageBudget = 30 * time.Second

// logBudget is the same for on_log: those behind it wait in a bounded queue, and their configuration with them.
const logBudget = 5 * time.Second

// requestStages runs the pipeline over the request, in order. done says that a stage answered itself.
func (r *request) requestStages() (done bool, e *fault.Error) {
	if e := r.unreadable(); e != nil {
		return false, e
	}
	for i := range r.lane.Stages {
		s := &r.lane.Stages[i]
		if !r.taking[i] || !s.Info().Hooks.Has(abi.OnRequest) {
			continue
		}
		if e := r.callStage(i, s, abi.OnRequest); e != nil {
			return false, e
		}
		switch r.call.Verdict.Action() {
		case abi.Respond:
			return true, r.respond(s)
		case abi.Reroute:
			if e := r.choose(r.call.Model); e != nil {
				return false, fault.Wrap(fault.PluginFailed, "stage \""+s.Info().Name+"\" chose a model that isn't served here", e)
			}
			r.setModel(r.call.Model)
		}
	}
	r.headers.kept = len(r.headers.upstream)
	return false, r.rewrite()
}

// unreadable refuses what would go past a guard: input of embeddings as numbers of tokens, which no guard can read.
func (r *request) unreadable() *fault.Error {
	if r.client.ID() != dialect.OpenAIEmbeddings {
		return nil
	}
	guard := ""
	for i := range r.lane.Stages {
		info := r.lane.Stages[i].Info()
		if r.taking[i] && info.Hooks.Has(abi.OnRequest) && strings.HasPrefix(info.Plugin, "guard.") {
			guard = info.Name
			break
		}
	}
	if guard == "" {
		return nil
	}
	for el := wire.ElementsOf(r.body, r.head.Messages); el.Next(); {
		if wire.KindOf(r.body, el.Value()) != wire.String {
			e := fault.New(fault.Unsupported, "stage \""+guard+"\" guards this route and can't read input in tokens; send it as text")
			e.Status, e.Param = 400, "input"
			return e
		}
	}
	return nil
}

// pickStages evaluates the stages' conditions, once and before any stage runs: a stage that took part in the
// request takes part in the answer, whatever another stage made of the request since.
func (r *request) pickStages() {
	r.taking = r.taking[:0]
	for i := range r.lane.Stages {
		s := &r.lane.Stages[i]
		takes := s.When == nil || s.When.True((*facts)(r))
		r.taking = append(r.taking, takes)
		r.raw = r.raw || takes && s.Info().Raw
	}
}

// rewrite makes the stages' edits part of the body, once for the whole chain.
func (r *request) rewrite() *fault.Error {
	if !r.viewed || !r.asked.Edited() {
		return nil
	}
	name := r.head.ModelName
	before := string(name)
	r.edited = r.asked.Render(r.edited[:0])
	r.body = r.edited
	if e := r.client.Head(r.body, &r.head); e != nil {
		return fault.Wrap(fault.PluginFailed, "a stage left the request unusable", e)
	}
	r.viewed = false
	r.asked.Reset()
	switch {
	case r.rerouted: // the verdict outranks the name in the body, which no stage may have touched
		r.head.ModelName = name
	case before != string(r.head.ModelName):
		return r.choose(r.head.ModelName)
	}
	return nil
}

// upstreamStages shows the pipeline the request as it is going to be sent to one target, and lets it change
// body and fields. What it changes for one attempt is not part of the next.
func (r *request) upstreamStages(body []byte) ([]byte, *fault.Error) {
	r.headers.upstream = r.headers.upstream[:r.headers.kept]
	r.sending, r.isBound = body, false
	for i := range r.lane.Stages {
		s := &r.lane.Stages[i]
		if !r.taking[i] || !s.Info().Hooks.Has(abi.OnUpstreamRequest) {
			continue
		}
		if e := r.callStage(i, s, abi.OnUpstreamRequest); e != nil {
			return nil, e
		}
	}
	if !r.isBound || !r.bound.Edited() {
		return body, nil
	}
	r.rendered = r.bound.Render(r.rendered[:0])
	var head dialect.Head
	if e := r.out.Head(r.rendered, &head); e != nil {
		return nil, fault.Wrap(fault.PluginFailed, "a stage left the request unusable", e)
	}
	return r.rendered, nil
}

// callStage calls one hook of one stage and turns a block into a fault.
func (r *request) callStage(i int, s *Stage, h abi.Hook) *fault.Error {
	c := &r.call
	c.Hook = h
	c.Request, c.Tenant, c.Size = r.id[:], r.tenant(), r.size(h)
	switch h {
	case abi.OnRequest:
		c.Deadline = r.start.Add(stageBudget)
	case abi.OnLog:
		c.Deadline = clock().Add(logBudget)
	default:
		c.Deadline = clock().Add(stageBudget)
	}
	c.State = r.state(i)
	if err := s.Call(c); err != nil {
		if e, ok := err.(*fault.Error); ok {
			return e
		}
		return fault.Wrap(fault.PluginFailed, "stage \""+s.Info().Name+"\" failed", err)
	}
	switch c.Verdict.Action() {
	case abi.Block:
		return blocked(s, c)
	case abi.Tag:
		r.tag(c.Tag)
	}
	return nil
}

// size is how many bytes a call of a hook is about.
func (r *request) size(h abi.Hook) int {
	switch h {
	case abi.OnResponse, abi.OnToolCall:
		return len(r.whole)
	case abi.OnDelta:
		return len(r.call.Window)
	case abi.OnLog:
		return len(r.body) + len(r.whole)
	}
	return len(r.body)
}

// maxTags bounds the tags of one request.
const maxTags = 32

// tag keeps "name=value" for the request's record, in the place of an earlier one of the name.
func (r *request) tag(tag []byte) {
	end := bytes.IndexByte(tag, '=')
	if end < 0 {
		return
	}
	tags := r.rec.Tags
	for i := range tags {
		if bytes.HasPrefix(tags[i], tag[:end+1]) {
			tags[i] = append(tags[i][:0], tag...)
			return
		}
	}
	switch n := len(tags); {
	case n == maxTags:
	case n < cap(tags): // keeps the buffer of an earlier request
		tags = tags[:n+1]
		tags[n] = append(tags[n][:0], tag...)
		r.rec.Tags = tags
	default:
		r.rec.Tags = append(tags, bytes.Clone(tag))
	}
}

// blocked is what the client reads of a block: the plugin's reason, and which stage it was.
func blocked(s *Stage, c *hook.Call) *fault.Error {
	text := "blocked by stage \"" + s.Info().Name + "\""
	if len(c.Reason) > 0 {
		text += ": " + string(c.Reason)
	}
	e := fault.New(fault.Blocked, text)
	e.Code = "blocked_by_policy"
	if code := int(c.Verdict.Code()); code >= 400 && code < 600 {
		e.Status = code
	}
	return e
}

// state is stage i's own memory of this request.
func (r *request) state(i int) *[]byte {
	for len(r.states) <= i {
		r.states = append(r.states, nil)
	}
	return &r.states[i]
}

// setModel notes a rerouted model's name, so that what is sent is what was chosen.
func (r *request) setModel(name []byte) {
	r.head.ModelName = append([]byte(nil), name...)
	r.rerouted = true
}

// respond answers in the provider's place with a stage's own text.
func (r *request) respond(s *Stage) *fault.Error {
	if !streams(r.client.ID()) {
		return fault.New(fault.PluginFailed, "stage \""+s.Info().Name+"\" answered with text, which "+r.client.ID().String()+" can't carry")
	}
	r.status = 200
	if code := int(r.call.Verdict.Code()); code >= 200 && code < 600 {
		r.status = code
	}
	r.rec.Responder = s.Info().Name
	r.whole = r.client.AppendText(r.whole[:0], r.head.ModelName, r.call.Body, r.head.Stream, textOf(r.id[:]))
	r.usage.Input, r.usage.Output = 0, 0
	if r.head.Stream {
		r.ctx.Response.Header.Set("Cache-Control", "no-cache")
		r.replyAs(contentEvents)
		return nil
	}
	r.reply()
	return nil
}

// answerStages runs the pipeline over a whole answer, in order.
func (r *request) answerStages() *fault.Error {
	for i := range r.lane.Stages {
		s := &r.lane.Stages[i]
		if !r.taking[i] {
			continue
		}
		var e *fault.Error
		switch hooks := s.Info().Hooks; {
		case hooks.Has(abi.OnResponse):
			e = r.callStage(i, s, abi.OnResponse)
		case hooks.Has(abi.OnDelta):
			e = r.wholeAsDeltas(i, s)
		}
		if e == nil && s.Info().Hooks.Has(abi.OnToolCall) {
			e = r.wholeCalls(i, s)
		}
		if e != nil {
			return e
		}
	}
	if r.answered && r.said.Edited() {
		r.scratch = r.said.Render(r.scratch[:0])
		r.whole, r.scratch = r.scratch, r.whole
		r.answered = false
		r.said.Reset()
	}
	return nil
}

// wholeAsDeltas shows a whole answer to a stage that only knows deltas, one text at a time.
func (r *request) wholeAsDeltas(i int, s *Stage) *fault.Error {
	x := (*exchange)(r)
	answers, _ := x.Num(abi.FieldAnswers, 0, 0)
	for a := range int(answers) {
		parts, _ := x.Num(abi.FieldAnswerParts, a, 0)
		for p := range int(parts) {
			kind, _ := x.Num(abi.FieldAnswerPartKind, a, p)
			text, ok := x.Get(abi.FieldAnswerPartText, a, p)
			if !ok || len(text) == 0 {
				continue
			}
			h := &r.relay.lone
			h.kind, h.channel, h.before = abi.Part(kind), int32(a)<<16|int32(p&0xffff), h.before[:0]
			h.window = append(h.window[:0], text...) // a copy: what an edit makes must not be compared with itself
			shown := h.window
			out, e := r.step(i, s, h, len(shown), true)
			if e != nil {
				return e
			}
			if !bytes.Equal(out, shown) {
				edit := hook.Edit{Op: abi.Set1, Field: abi.FieldAnswerPartText, I: a, J: p, Value: out}
				if st := x.Apply(&edit); st != abi.OK {
					return fault.New(fault.PluginFailed, "stage \""+s.Info().Name+"\" replaced an answer's text with something it can't hold")
				}
			}
		}
	}
	return nil
}

package proxy

import (
	"sync"
	"time"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/upstream"
	"github.com/yett-gateway/yett/engine/wire"
	"github.com/yett-gateway/yett/sdk/abi"
)

// A question is a request within a request: a stage asks a model and waits. It is a request of its own, since the one that
// waits is in use, with that one as its outer, the same table and the same id; it has no client, so that ctx is nil. It
// goes the way of fetch, with targets, breakers, retries and fallbacks as for everybody, and no other step: nothing is
// identified, matched, admitted, cached or shown to stages, a model's router plugin included. So no question leads to another.
//
// When the outer request's client leaves, or the gateway stops, the question ends too: see silent and cancel.

// asker asks for the stages of a request.
type asker request

var _ hook.Asker = (*asker)(nil)

// asking is the question that a request waits for. Whoever cancels the request may come from any goroutine.
type asking struct {
	mu       sync.Mutex
	question *request
}

func (a *asking) set(q *request) {
	a.mu.Lock()
	a.question = q
	a.mu.Unlock()
}

// cancel ends the question, if there is one. left tells that the client is gone.
func (a *asking) cancel(left bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if q := a.question; q != nil {
		if left {
			q.left.Store(true)
		}
		q.cancel()
	}
}

// noLane is the lane of questions: no stages.
var noLane Lane

// Ask implements hook.Asker.
func (a *asker) Ask(question *hook.Question) error {
	r := (*request)(a)
	question.Input, question.Output = -1, -1
	m := r.t.Routes.Model(question.Model)
	if m == nil {
		return fault.New(fault.UnknownModel, "the configuration has no model \""+question.Model+"\"")
	}
	q := r.p.requests.Get().(*request)
	defer q.endQuestion()
	q.outer, q.t, q.id, q.start = r, r.t, r.id, clock()
	q.lane, q.model, q.consumer = &noLane, m, r.consumer
	q.until, q.usage = question.Deadline, dialect.NoUsage
	q.client = r.p.Dialects.Of(dialect.OpenAIChat)
	q.body = appendQuestion(q.collected[:0], question)
	q.collected = nil // the body now; endQuestion gives it back
	q.rec.Asker = question.Asker
	if e := q.client.Head(q.body, &q.head); e != nil {
		return e
	}
	r.p.live.add(q)
	r.asking.set(q)
	if r.left.Load() && !r.over() { // it left before anybody could tell the question
		q.left.Store(true)
	}
	e := q.fetch()
	r.asking.set(nil)
	if e == nil {
		e = q.answerInto(question)
	}
	question.Input, question.Output = q.usage.Input, q.usage.Output
	q.fail = e
	q.recordQuestion()
	if e != nil {
		return e
	}
	return nil
}

// appendQuestion writes a question as a request for a chat completion. From there it is translated like any other.
func appendQuestion(dst []byte, q *hook.Question) []byte {
	dst = wire.AppendQuoted(append(dst, `{"model":`...), bytesOf(q.Model))
	dst = append(dst, `,"messages":[`...)
	if len(q.System) > 0 {
		dst = wire.AppendQuoted(append(dst, `{"role":"system","content":`...), q.System)
		dst = append(dst, `},`...)
	}
	dst = wire.AppendQuoted(append(dst, `{"role":"user","content":`...), q.Prompt)
	dst = wire.AppendInt(append(dst, `}],"max_completion_tokens":`...), int64(q.MaxTokens))
	return append(dst, '}')
}

// answerInto appends the texts of the answer.
func (r *request) answerInto(q *hook.Question) *fault.Error {
	if e := r.client.ViewAnswer(&r.said, r.whole); e != nil {
		return e
	}
	parts, _ := r.said.Num(abi.FieldAnswerParts, 0, 0)
	for j := range int(parts) {
		if kind, _ := r.said.Num(abi.FieldAnswerPartKind, 0, j); abi.Part(kind) != abi.PartText {
			continue
		}
		text, _ := r.said.Get(abi.FieldAnswerPartText, 0, j)
		q.Text = append(q.Text, text...)
	}
	return nil
}

// endQuestion gives all of a question back.
func (r *request) endQuestion() {
	r.outer.asking.set(nil)
	r.p.live.remove(r)
	r.exchange.Close()
	r.collected = r.body
	r.reset()
	r.p.requests.Put(r)
}

// over tells that the request's client has its answer: what stages still ask is nobody's to wait for.
func (r *request) over() bool { return r.times.done > 0 }

// tooLate is the end of a question whose time is over. It says nothing of the provider.
var tooLate = fault.New(fault.UpstreamTimeout, "the model didn't answer within the time that the question has")

// late tells whether the request's own deadline has passed, or will after a wait.
func (r *request) late(wait time.Duration) bool {
	return !r.until.IsZero() && !clock().Add(wait).Before(r.until)
}

// within cuts a provider's deadlines to what the request has left.
func (r *request) within(d *upstream.Deadlines) *upstream.Deadlines {
	if r.until.IsZero() {
		return d
	}
	left := max(r.until.Sub(clock()), time.Millisecond)
	cut := func(d time.Duration) time.Duration {
		if d == 0 {
			return left
		}
		return min(d, left)
	}
	r.deadlines = upstream.Deadlines{Connect: cut(d.Connect), Headers: cut(d.Headers), Total: cut(d.Total)}
	return &r.deadlines
}

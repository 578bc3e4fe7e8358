package host

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/plugins/host/callout"
	"github.com/yett-gateway/yett/sdk/abi"
)

// web is what a hook's calls to other servers leave in its instance, for that hook only.
type web struct {
	calls    int
	attached []callout.Attached
	answer   *callout.Answer // the last one; nil: none yet
	value    []byte          // of a header
}

// reset forgets what a hook left. What may be large, or another's, isn't kept for the next.
func (w *web) reset() {
	if w.calls > 0 || len(w.attached) > 0 {
		*w = web{}
	}
}

// waited says that the call stood still for so long: what a guest waits for is no wall time of its own.
func (m *meterState) waited(d time.Duration) {
	if !m.began.IsZero() {
		m.began = m.began.Add(d)
	}
}

// callResult is how a call to another server ended. Its text is the label of the metric.
type callResult uint8

const (
	callOK      callResult = iota
	callRefused            // by the grant or its bounds; nothing was sent, or an answer was too long
	callFailed             // no connection, no valid answer
	callTimeout
	callResults
)

var callResultNames = [callResults]string{"ok", "refused", "failed", "timeout"}

func resultOf(s abi.Status) callResult {
	switch s {
	case abi.Unavailable:
		return callFailed
	case abi.TimedOut:
		return callTimeout
	}
	return callRefused
}

func callHTTPCall(i *instance, s []uint64) {
	st, code := i.fetch(s)
	if st != abi.OK {
		s[0] = status(st)
		return
	}
	s[0] = uint64(uint32(code))
}

// callWork and attachWork are what a call and a secret cost besides their bytes: checking them takes as long as so
// many bytes.
const (
	callWork   = 4096 * hostBytes
	attachWork = 256 * hostBytes
)

// fetch makes a call for the guest. The instance waits with it.
func (i *instance) fetch(s []uint64) (st abi.Status, code int) {
	if i.call == nil {
		i.charge(0)
		return abi.BadField, 0
	}
	var texts [4][]byte // method, address, headers, body
	n := 0
	for k := range texts {
		b, ok := i.view(s[2*k], s[2*k+1])
		if !ok {
			i.charge(0)
			return abi.BadRange, 0
		}
		texts[k] = b
		n += len(b)
	}
	i.charge(callWork + n)
	p := i.pool.plugin
	attached := i.web.attached
	i.web.attached = i.web.attached[:0] // they were for this call, whatever becomes of it
	req, err := p.caller.Prepare(&callout.Call{
		Method: string(texts[0]), URL: string(texts[1]), Headers: string(texts[2]), Body: texts[3], Attached: attached,
	})
	switch {
	case i.smoke && err != nil:
		return err.Status, 0
	case i.smoke:
		return abi.Unavailable, 0
	case err != nil:
		return p.unanswered(err), 0
	case i.web.calls >= p.caller.Calls():
		return p.unanswered(&callout.Error{Status: abi.Exhausted, Reason: "the hook has made all calls that it is granted"}), 0
	}
	i.web.calls++
	timeout := time.Duration(uint32(s[8])) * time.Millisecond
	began := time.Now()
	answer, err := req.Send(timeout, i.call.Deadline)
	took := time.Since(began)
	i.waited(took)
	p.meters.httpSeconds.Update(took.Seconds())
	if err != nil {
		return p.unanswered(err), 0
	}
	p.meters.http[callOK].Inc()
	i.web.answer = answer
	i.charge(len(answer.Body) * (1 + p.caller.ScrubCost()))
	return abi.OK, answer.Status
}

// logCalls is how often a plugin's calls that failed are logged, at most.
const logCalls = 10 * time.Second

// unanswered counts a call without an answer, and logs one now and then: a guest may make many.
func (p *Plugin) unanswered(e *callout.Error) abi.Status {
	p.meters.http[resultOf(e.Status)].Inc()
	if p.complaints.due(logCalls) {
		p.host.log.LogAttrs(context.Background(), slog.LevelWarn, "plugin's call wasn't answered",
			slog.String("plugin", p.spec.Ref()), slog.String("status", e.Status.String()), slog.String("error", clean(e.Error())))
	}
	return e.Status
}

// pace lets something through once in a while. It is safe for concurrent use.
type pace struct{ last atomic.Int64 } // nanoseconds since origin, 0: never

func (p *pace) due(every time.Duration) bool {
	now := max(int64(time.Since(origin)), 1)
	last := p.last.Load()
	return (last == 0 || now-last >= int64(every)) && p.last.CompareAndSwap(last, now)
}

func callHTTPHeader(i *instance, s []uint64) {
	name, st := i.name(s[0], s[1])
	if st == abi.OK && i.call == nil {
		st = abi.BadField
	}
	if st != abi.OK {
		i.charge(0)
		s[0] = status(st)
		return
	}
	ok := false
	if i.web.answer != nil {
		i.web.value, ok = i.web.answer.Header(i.web.value[:0], string(name))
	}
	i.charge(len(i.web.value) * i.pool.plugin.caller.ScrubCost())
	if !ok {
		s[0] = status(abi.Absent)
		return
	}
	s[0] = i.give(i.web.value, s[2], s[3])
}

func callHTTPBody(i *instance, s []uint64) {
	switch {
	case i.call == nil:
		i.charge(0)
		s[0] = status(abi.BadField)
	case i.web.answer == nil:
		i.charge(0)
		s[0] = status(abi.Absent)
	default:
		s[0] = i.give(i.web.answer.Body, s[0], s[1])
	}
}

func callSecretAttach(i *instance, s []uint64) {
	s[0] = status(i.attach(s))
}

// attach notes a secret for the hook's next call. Its value stays where it is.
func (i *instance) attach(s []uint64) abi.Status {
	i.charge(attachWork)
	if i.call == nil {
		return abi.BadField
	}
	secret, st := i.name(s[0], s[1])
	if st != abi.OK {
		return st
	}
	header, st := i.name(s[2], s[3])
	if st != abi.OK {
		return st
	}
	prefix, ok := i.view(s[4], s[5])
	if !ok {
		return abi.BadRange
	}
	if len(prefix) > abi.MaxName {
		return abi.TooLarge
	}
	c := i.pool.plugin.caller
	if c == nil {
		return abi.NotGranted // secrets without http: there is nothing to attach them to
	}
	list, err := c.Attach(i.web.attached, string(secret), string(header), string(prefix))
	if err != nil {
		return err.Status
	}
	i.web.attached = list
	return abi.OK
}

// newCaller is who makes the plugin's calls, nil if it may make none.
func (h *Host) newCaller(g *spec.Grant) (*callout.Caller, error) {
	if g.HTTP == nil {
		return nil, nil
	}
	c, err := callout.New(g.HTTP, g.Secrets, h.outside)
	if e := (*callout.RuleError)(nil); errors.As(err, &e) {
		err = &LoadError{Pos: e.Rule.Pos, Reason: "no call can match a rule of the grant's http: " + e.Reason, Hint: e.Hint}
	}
	return c, err
}

// outcalls is how many instances a plugin has that waits for others in its hooks, unless its limit says otherwise:
// an instance is held while its guest waits, and costs no processor then.
const outcalls = 32

// waits tells whether a module calls functions that wait for others.
func waits(uses []string) bool {
	for _, name := range uses {
		if name == abi.CapHTTP.String() || name == abi.CapLLM.String() {
			return true
		}
	}
	return false
}

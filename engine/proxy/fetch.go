package proxy

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/route"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
)

// gone is the end of a request whose client left. It is never answered.
var gone = fault.New(fault.ClientGone, "the client left")

// stopping is the end of a request that was still under way when the gateway's time to drain was over.
var stopping = fault.New(fault.Overloaded, "the gateway is shutting down; send the request again")

// ended says why a request was cancelled: its client left, or the gateway stops.
func (r *request) ended() *fault.Error {
	if r.left.Load() {
		return gone
	}
	return stopping
}

// elsewhere tells whether another target may do better. A provider whose connections are all taken says
// nothing of the others, and a stage may know better.
func (r *request) elsewhere(e *fault.Error) bool {
	return r.advised || (e.Kind.Elsewhere() && e != tooLate) || (e.Kind == fault.Overloaded && e != stopping)
}

// fetch gets an answer: the model's targets in order, then the models it falls back to. One budget of
// attempts covers them all. The first failure that no other target could mend ends it.
func (r *request) fetch() *fault.Error {
	r.visited = append(r.visited[:0], r.model)
	for n := 0; ; n++ {
		m := r.visited[n]
		if e := r.order(m); e != nil {
			return e
		}
		e := r.fetchFrom(m)
		if e == nil {
			return nil
		}
		if !r.elsewhere(e) || r.attempts >= spec.MaxAttempts {
			return e
		}
		if m.FallsBack(e.Kind) || r.advised {
			for _, f := range m.Fallback {
				if !slices.Contains(r.visited, f) {
					r.visited = append(r.visited, f)
				}
			}
		}
		if n+1 == len(r.visited) {
			return e
		}
		r.t.Upstreams[r.provider].Fallbacks.Inc()
	}
}

// order lists a model's targets in the order to try. A router plugin may move one to the front.
func (r *request) order(m *route.Model) *fault.Error {
	r.candidates = m.Order(r.candidates[:0])
	stage := r.t.Routers[m.Index]
	if stage == nil || r.outer != nil {
		return nil
	}
	r.call.Args = [3]int32{int32(len(r.candidates))}
	own := len(r.lane.Stages) + slices.Index(r.visited, m) // each model's router has a state of its own
	if e := r.callStage(own, &Stage{Stage: stage}, abi.OnRoute); e != nil {
		return e
	}
	if v := r.call.Verdict; v.Action() == abi.Reroute {
		i := int(v.Arg())
		if i >= len(r.candidates) {
			return fault.New(fault.PluginFailed, "router \""+stage.Info().Plugin+"\" chose a target that doesn't exist")
		}
		first := r.candidates[i]
		copy(r.candidates[1:i+1], r.candidates[:i])
		r.candidates[0] = first
	}
	return nil
}

// fetchFrom tries a model's targets in order. A target whose breaker is open is passed over, and asked all
// the same when no other gave an answer: refusing to ask can't be better than asking.
func (r *request) fetchFrom(m *route.Model) *fault.Error {
	var last *fault.Error
	r.shunned = r.shunned[:0]
	able := 0
	for _, t := range r.candidates {
		if r.speaks(t) == dialect.None {
			continue
		}
		able++
		if !t.Breaker.Closed() && !t.Breaker.Allow(clock().UnixNano()) {
			r.shunned = append(r.shunned, t)
			continue
		}
		if last = r.try(m, t); last == nil || !r.elsewhere(last) || r.attempts >= spec.MaxAttempts {
			return last
		}
	}
	if last != nil && m.FallsBack(last.Kind) && len(m.Fallback) > 0 {
		return last // another model's targets come before those known to fail
	}
	for _, t := range r.shunned {
		if last = r.try(m, t); last == nil || !r.elsewhere(last) || r.attempts >= spec.MaxAttempts {
			return last
		}
	}
	if able > 0 {
		return last
	}
	e := fault.New(fault.Unsupported, "no provider of model \""+clip(r.head.ModelName)+"\" serves "+r.client.ID().String())
	e.Status, e.Param = 400, "model"
	return e
}

func (r *request) speaks(t *route.Target) dialect.ID {
	return r.t.Providers[t.Provider].Speaks(r.client.ID())
}

// try asks one target, again where its answer says "later". A missed deadline is never asked of the same
// target twice: the time is gone. Neither is a target whose breaker is open while others may be asked.
func (r *request) try(m *route.Model, t *route.Target) *fault.Error {
	r.target, r.provider = t, t.Provider
	p, up := r.t.Providers[t.Provider], r.t.Upstreams[t.Provider]
	for n := 0; ; n++ {
		if r.left.Load() {
			return gone
		}
		if r.late(0) {
			return tooLate
		}
		r.attempts++
		r.advised = false
		e := r.attempt(p, t)
		if e == nil {
			t.Breaker.Success()
			up.Outcome(0, true).Inc()
			return nil
		}
		r.exchange.Close()
		if r.left.Load() {
			e = gone
		} else if e.Kind == fault.ClientGone {
			e = stopping
		} else if r.late(0) { // not the target's fault
			up.Outcome(tooLate.Kind, false).Inc()
			return tooLate
		}
		up.Outcome(e.Kind, false).Inc()
		open := judge(t.Breaker, e.Kind)
		said, e := r.advise(e)
		r.advised = said == tryOther
		if said >= tryOther || r.attempts >= spec.MaxAttempts {
			return e
		}
		if said != trySame && (!again(e.Kind) || n >= p.Spec.Retry.Max) {
			return e
		}
		if said != trySame && open && (len(r.candidates) > 1 || (m.FallsBack(e.Kind) && len(m.Fallback) > 0)) {
			return e
		}
		wait := backoff(p.Spec.Retry.Backoff, n)
		if e.RetryAfter > 0 {
			if wait = time.Duration(e.RetryAfter) * time.Second; wait > p.Spec.Retry.AfterCap {
				return e
			}
		}
		if r.late(wait) {
			return e
		}
		up.Retries.Inc()
		if !r.sleep(wait) {
			return r.ended()
		}
	}
}

// judge tells a target's breaker of a failure, and tells whether the breaker is open. A provider that read
// the request and refused it is well.
func judge(b *route.Breaker, k fault.Kind) (open bool) {
	now := clock().UnixNano()
	switch k {
	case fault.UpstreamRejected, fault.ContextLength, fault.ContentPolicy:
		b.Success()
	default:
		if breaks(k) {
			b.Failure(now)
		}
	}
	return !b.Allow(now)
}

// again tells whether the same target may answer better in a moment.
func again(k fault.Kind) bool {
	switch k {
	case fault.UpstreamConnect, fault.UpstreamCut, fault.UpstreamRateLimited, fault.UpstreamServer:
		return true
	}
	return false
}

// breaks tells whether a failure speaks against the target rather than against the request.
func breaks(k fault.Kind) bool {
	switch k {
	case fault.UpstreamConnect, fault.UpstreamCut, fault.UpstreamServer, fault.UpstreamTimeout, fault.UpstreamInvalid, fault.UpstreamRateLimited:
		return true
	}
	return false
}

// backoff doubles per retry, less up to a quarter so that callers don't march in step.
func backoff(base time.Duration, n int) time.Duration {
	d := base << n
	return d - time.Duration(rand.Int64N(int64(d)/4+1))
}

// sleep waits, and tells false if the client leaves or the gateway stops meanwhile.
func (r *request) sleep(d time.Duration) bool {
	r.silent()
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return !r.left.Load()
	case <-r.wake:
		return false
	}
}

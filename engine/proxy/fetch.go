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

// fetch gets an answer: the model's targets in order, then the models it falls back to. One budget of
// attempts covers them all. The first failure that no other target could mend ends it.
func (r *request) fetch() *fault.Error {
	r.visited = append(r.visited[:0], r.model)
	for n := 0; ; n++ {
		m := r.visited[n]
		if e := r.order(m); e != nil {
			return e
		}
		e := r.fetchFrom(r.candidates)
		if e == nil {
			return nil
		}
		if !e.Kind.Elsewhere() || r.attempts >= spec.MaxAttempts {
			return e
		}
		if m.FallsBack(e.Kind) {
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
	if stage == nil {
		return nil
	}
	r.call.Args = [3]int32{int32(len(r.candidates))}
	if e := r.callStage(len(r.lane.Stages), &Stage{Stage: stage}, abi.OnRoute); e != nil {
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

// fetchFrom tries targets in order. A target whose breaker is open is passed over; when all are, the first
// is tried all the same, since refusing to ask can't be better than asking.
func (r *request) fetchFrom(targets []*route.Target) *fault.Error {
	var last *fault.Error
	tried := false
	for _, t := range targets {
		if r.speaks(t) == dialect.None || !t.Breaker.Allow(clock().UnixNano()) {
			continue
		}
		tried = true
		if last = r.try(t); last == nil || !last.Kind.Elsewhere() || r.attempts >= spec.MaxAttempts {
			return last
		}
	}
	if tried {
		return last
	}
	for _, t := range targets {
		if r.speaks(t) != dialect.None {
			return r.try(t)
		}
	}
	e := fault.New(fault.Unsupported, "no provider of model \""+clip(r.head.ModelName)+"\" serves "+r.client.ID().String())
	e.Status, e.Param = 400, "model"
	return e
}

func (r *request) speaks(t *route.Target) dialect.ID {
	return r.t.Providers[t.Provider].Speaks(r.client.ID())
}

// try asks one target, again where its answer says "later". A missed deadline is never asked of the same
// target twice: the time is gone.
func (r *request) try(t *route.Target) *fault.Error {
	p := r.t.Providers[t.Provider]
	m := r.t.Upstreams[t.Provider]
	r.target, r.provider = t, t.Provider
	retry := p.Spec.Retry
	for n := 0; ; n++ {
		if r.left.Load() {
			return gone
		}
		r.attempts++
		began := clock()
		if r.times.upstream.IsZero() {
			r.times.upstream = began
		}
		e := r.attempt(p, t)
		if e == nil {
			t.Breaker.Success()
			m.Outcome(0, true).Inc()
			return nil
		}
		r.exchange.Close()
		if r.left.Load() {
			e = gone
		}
		m.Outcome(e.Kind, false).Inc()
		if e.Kind == fault.ClientGone {
			return e
		}
		if breaks(e.Kind) {
			t.Breaker.Failure(clock().UnixNano())
		}
		if !again(e.Kind) || n >= retry.Max || r.attempts >= spec.MaxAttempts {
			return e
		}
		wait := backoff(retry.Backoff, n)
		if e.RetryAfter > 0 {
			if wait = time.Duration(e.RetryAfter) * time.Second; wait > retry.AfterCap {
				return e
			}
		}
		m.Retries.Inc()
		if !r.sleep(wait) {
			return gone
		}
	}
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

// sleep waits, unless the client leaves.
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

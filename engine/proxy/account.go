package proxy

import (
	"time"

	"github.com/yett-gateway/yett/engine/fault"
)

// account counts the request, once, when all is known.
func (r *request) account() {
	now := clock()
	took := now.Sub(r.start)
	r.times.done = now
	if r.fail != nil {
		r.status = r.fail.HTTPStatus()
		r.p.Meter.Error(r.fail.Kind).Inc()
	}
	if m := r.meter; m != nil {
		m.InFlight.Dec()
		m.Done(r.status, took)
		if !r.times.firstToken.IsZero() {
			m.FirstToken.Update(r.times.firstToken.Sub(r.start).Seconds())
		}
		if r.cached != cacheHit && r.cached != cacheShared {
			count(m.InputTokens, r.usage.Input)
			count(m.OutputTokens, r.usage.Output)
			count(m.CachedTokens, r.usage.CacheRead)
			count(m.ReasoningTokens, r.usage.Reasoning)
		}
		switch r.cached {
		case cacheHit:
			m.CacheHit.Inc()
		case cacheMiss:
			m.CacheMiss.Inc()
		case cacheBypass:
			m.CacheBypass.Inc()
		case cacheShared:
			m.CacheCoalesced.Inc()
		}
	}
	r.timeUpstream(now)
}

func (r *request) timeUpstream(now time.Time) {
	if !r.times.firstByte.IsZero() {
		up := r.t.Upstreams[r.provider]
		up.Latency.Update(now.Sub(r.times.upstream).Seconds())
		up.FirstByte.Update(r.times.firstByte.Sub(r.times.upstream).Seconds())
	}
}

// recordQuestion counts a question for its upstream and writes its line, under the id of the request that it was for.
func (r *request) recordQuestion() {
	r.times.done = clock()
	r.status = 200
	if r.fail != nil {
		r.status = r.fail.HTTPStatus()
	}
	r.timeUpstream(r.times.done)
	if r.t.Log != nil {
		r.line()
	}
}

func count(c interface{ AddInt64(int64) }, n int64) {
	if n > 0 {
		c.AddInt64(n)
	}
}

// line fills the access log's record. It holds names and numbers; never a body, a key or a header.
func (r *request) line() {
	rec := &r.rec
	rec.Time, rec.Duration, rec.Status = r.times.done, r.times.done.Sub(r.start), r.status
	rec.RequestID = r.id[:]
	if r.outer == nil {
		r.scratch = remoteIP(r.scratch[:0], r.ctx.RemoteAddr())
		rec.ClientIP = r.scratch
		rec.Method, rec.Path = r.ctx.Method(), r.ctx.URI().PathOriginal()
	}
	rec.Dialect = r.dialectID().String()
	if r.consumer != nil {
		rec.Consumer, rec.Team = r.consumer.Spec.Name, r.consumer.Spec.Team
	}
	if r.route != nil {
		rec.Route = r.route.Spec.Name
	}
	rec.Model = r.head.ModelName
	if r.target != nil {
		rec.Provider = r.t.Providers[r.target.Provider].Name
		rec.UpstreamModel = r.upstreamModel
	}
	rec.Stream = r.head.Stream
	if r.cached != cacheOff {
		rec.Cache = cacheNames[r.cached]
	}
	rec.Attempts = r.attempts
	rec.InputTokens, rec.OutputTokens, rec.CachedTokens = r.usage.Input, r.usage.Output, r.usage.CacheRead
	rec.BytesIn = int64(len(r.body))
	rec.FirstToken = since(r.start, r.times.firstToken)
	rec.Upstream = since(r.times.upstream, r.times.firstByte)
	if e := r.fail; e != nil {
		rec.Error, rec.Party = e.Kind.Label(), e.Kind.Party().String()
		if e.Kind != fault.ClientGone {
			rec.Detail = e.Error()
		}
	}
	r.t.Log.Write(rec)
}

// since is how long after a the moment b was, 0 if it never came.
func since(a, b time.Time) time.Duration {
	if a.IsZero() || b.IsZero() {
		return 0
	}
	return b.Sub(a)
}

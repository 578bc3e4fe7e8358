package proxy

import (
	"github.com/yett-gateway/yett/engine/fault"
)

// account counts the request, once, when all is known.
func (r *request) account() {
	r.times.done = r.elapsed()
	if r.fail != nil {
		r.status = r.fail.HTTPStatus()
		r.p.Meter.Error(r.fail.Kind).Inc()
	}
	if m := r.meter; m != nil {
		m.InFlight.Dec()
		m.Done(r.status, r.times.done)
		if at := r.times.firstToken; at > 0 {
			m.FirstToken.Update(at.Seconds())
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
	r.timeUpstream()
}

func (r *request) timeUpstream() {
	if t := &r.times; t.firstByte > 0 {
		up := r.t.Upstreams[r.provider]
		up.Latency.Update((t.done - t.upstream).Seconds())
		up.FirstByte.Update((t.firstByte - t.upstream).Seconds())
	}
}

// recordQuestion counts a question for its upstream and writes its line, under the id of the request that it was for.
func (r *request) recordQuestion() {
	r.times.done = r.elapsed()
	r.status = 200
	if r.fail != nil {
		r.status = r.fail.HTTPStatus()
	}
	r.timeUpstream()
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
	rec.Time, rec.Duration, rec.Status = r.start.Add(r.times.done), r.times.done, r.status
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
	rec.FirstToken = r.times.firstToken
	rec.Upstream = max(r.times.firstByte-r.times.upstream, 0)
	if e := r.fail; e != nil {
		rec.Error, rec.Party = e.Kind.Label(), e.Kind.Party().String()
		if e.Kind != fault.ClientGone {
			rec.Detail = e.Error()
		}
	}
	r.t.Log.Write(rec)
}

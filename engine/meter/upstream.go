package meter

import (
	"github.com/VictoriaMetrics/metrics"

	"github.com/yett-gateway/yett/engine/fault"
)

// Upstream are the metrics of one provider.
type Upstream struct {
	Latency, FirstByte *metrics.PrometheusHistogram
	Retries, Fallbacks *metrics.Counter

	ok     *metrics.Counter
	failed []*metrics.Counter
}

// Upstream returns the handles of a provider.
func (s *Set) Upstream(provider string) *Upstream {
	u := &Upstream{
		Latency:   s.histogram("yett_upstream_duration_seconds{provider=%q}", provider),
		FirstByte: s.histogram("yett_upstream_first_byte_seconds{provider=%q}", provider),
		Retries:   s.counter("yett_upstream_retries_total{provider=%q}", provider),
		Fallbacks: s.counter("yett_upstream_fallbacks_total{provider=%q}", provider),
		ok:        s.counter(`yett_upstream_attempts_total{provider=%q,outcome="ok"}`, provider),
	}
	for _, k := range fault.Kinds() {
		u.failed = append(u.failed, s.counter(`yett_upstream_attempts_total{provider=%q,outcome=%q}`, provider, k.Label()))
	}
	return u
}

// Outcome counts attempts that ended well, or with one kind of failure.
func (u *Upstream) Outcome(k fault.Kind, ok bool) *metrics.Counter {
	if ok {
		return u.ok
	}
	return u.failed[k]
}

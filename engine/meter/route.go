package meter

import (
	"fmt"
	"time"

	"github.com/VictoriaMetrics/metrics"
)

// Route are the metrics of one route in one dialect.
type Route struct {
	Latency, FirstToken                                      *metrics.PrometheusHistogram
	InputTokens, OutputTokens, CachedTokens, ReasoningTokens *metrics.Counter
	CacheHit, CacheMiss, CacheBypass, CacheCoalesced         *metrics.Counter
	InFlight                                                 *metrics.Gauge

	classes [6]*metrics.Counter // by status / 100
}

// Route returns the handles of a route in a dialect.
func (s *Set) Route(route, dialect string) *Route {
	l := fmt.Sprintf("route=%q,dialect=%q", route, dialect)
	tokens := func(kind string) *metrics.Counter { return s.counter(`yett_tokens_total{%s,kind=%q}`, l, kind) }
	cache := func(result string) *metrics.Counter { return s.counter(`yett_cache_total{%s,result=%q}`, l, result) }
	r := &Route{
		Latency:         s.histogram("yett_request_duration_seconds{%s}", l),
		FirstToken:      s.histogram("yett_time_to_first_token_seconds{%s}", l),
		InputTokens:     tokens("input"),
		OutputTokens:    tokens("output"),
		CachedTokens:    tokens("cached"),
		ReasoningTokens: tokens("reasoning"),
		CacheHit:        cache("hit"),
		CacheMiss:       cache("miss"),
		CacheBypass:     cache("bypass"),
		CacheCoalesced:  cache("shared"),
		InFlight:        s.set.GetOrCreateGauge(fmt.Sprintf("yett_requests_in_flight{%s}", l), nil),
	}
	for i := 2; i <= 5; i++ {
		r.classes[i] = s.counter(`yett_requests_total{%s,status="%dxx"}`, l, i)
	}
	return r
}

// Done counts an answer and how long it took.
func (r *Route) Done(status int, d time.Duration) {
	class := status / 100
	if class < 2 || class > 5 {
		class = 5
	}
	r.classes[class].Inc()
	r.Latency.Update(d.Seconds())
}

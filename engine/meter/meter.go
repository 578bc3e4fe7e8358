// Package meter holds the gateway's metrics as handles that are made once and counted without a lookup.
//
// It owns VictoriaMetrics/metrics. Labels come from the configuration and from fixed lists, never from
// the wire: a client can't make a new series.
//
//	yett_requests_total{route,dialect,status}         answers; status is the class, 2xx to 5xx
//	yett_request_duration_seconds{route,dialect}      first byte of the request to the last of the answer
//	yett_time_to_first_token_seconds{route,dialect}   streams: to the first content event
//	yett_tokens_total{route,dialect,kind}             input, output, cached, reasoning; cached are part of input
//	yett_requests_in_flight{route,dialect}
//	yett_cache_total{route,dialect,result}            hit, miss, bypass, shared
//	yett_errors_total{error}                          failures told to clients, by fault kind
//	yett_upstream_attempts_total{provider,outcome}    "ok" or a fault kind
//	yett_upstream_duration_seconds{provider}          first attempt to the answer's end
//	yett_upstream_first_byte_seconds{provider}        first attempt to the answer's head
//	yett_upstream_retries_total{provider}             further tries on one target
//	yett_upstream_fallbacks_total{provider}           requests that went on to another model
//	yett_plugin_calls_total{plugin,hook}
//	yett_plugin_verdicts_total{plugin,action}
//	yett_plugin_traps_total{plugin,reason}
//	yett_plugin_skips_total{plugin}                   failures that on_error = "skip" let pass
//	yett_plugin_fuel{plugin}                          steps a call
//	yett_plugin_duration_seconds{plugin}              wall time a call
//	yett_plugin_pool_waits_total{plugin}              calls that waited for an instance
//	yett_plugin_instances{plugin}
//	yett_plugin_memory_bytes{plugin}                  linear memory of all instances
//	yett_plugin_http_calls_total{plugin,result}       calls to other servers: ok, refused, failed, timeout
//	yett_plugin_http_duration_seconds{plugin}         of those that were sent, to the last byte
//	yett_reloads_total{result}                        ok, failed
//	yett_refused_total{reason}                        requests and connections refused before they were read
//	yett_panics_total, yett_records_dropped_total
//	yett_cache_bytes, yett_cache_entries
//	yett_build_info{version}
//
// go_* and process_* are the runtime's own.
package meter

import (
	"fmt"
	"io"
	"sync"

	"github.com/VictoriaMetrics/metrics"

	"github.com/yett-gateway/yett/engine/fault"
	_ "github.com/yett-gateway/yett/engine/meter/quiet" // before the library speaks
)

// Set is a gateway's metrics. Handles of one name are one handle, over reloads too. It is safe for
// concurrent use; handles should be taken at load, not per request.
type Set struct {
	set    *metrics.Set
	errors []*metrics.Counter

	mu     sync.Mutex
	gauges map[string]*func() float64
}

// New returns an empty set.
func New() *Set {
	s := &Set{set: metrics.NewSet(), gauges: map[string]*func() float64{}}
	for _, k := range fault.Kinds() {
		s.errors = append(s.errors, s.counter(`yett_errors_total{error=%q}`, k.Label()))
	}
	return s
}

func (s *Set) counter(format string, args ...any) *metrics.Counter {
	return s.set.GetOrCreateCounter(fmt.Sprintf(format, args...))
}

func (s *Set) histogram(format string, args ...any) *metrics.PrometheusHistogram {
	return s.set.GetOrCreatePrometheusHistogramExt(fmt.Sprintf(format, args...), seconds)
}

// seconds are the bounds of every duration: 100 µs to 10 minutes.
var seconds = []float64{
	.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600,
}

// Write writes every metric in Prometheus' text format.
func (s *Set) Write(w io.Writer) {
	s.set.WritePrometheus(w)
	metrics.WriteProcessMetrics(w)
}

// Gauge makes f the value of a gauge, in place of an earlier function of that name.
func (s *Set) Gauge(name string, f func() float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if slot, ok := s.gauges[name]; ok {
		*slot = f
		return
	}
	slot := &f
	s.gauges[name] = slot
	s.set.NewGauge(name, func() float64 {
		s.mu.Lock()
		f := *slot
		s.mu.Unlock()
		return f()
	})
}

// Error counts failures of one kind that clients were told of.
func (s *Set) Error(k fault.Kind) *metrics.Counter { return s.errors[k] }

// Panics counts panics that were caught.
func (s *Set) Panics() *metrics.Counter { return s.counter("yett_panics_total") }

// Dropped counts access log lines that found no room.
func (s *Set) Dropped() *metrics.Counter { return s.counter("yett_records_dropped_total") }

// LogsSkipped counts requests whose on_log hooks weren't called, since too many waited.
func (s *Set) LogsSkipped() *metrics.Counter { return s.counter("yett_plugin_logs_skipped_total") }

// Refused counts what the listener refused before it was read.
func (s *Set) Refused(reason string) *metrics.Counter {
	return s.counter(`yett_refused_total{reason=%q}`, reason)
}

// Reloads counts loads of a configuration.
func (s *Set) Reloads(ok bool) *metrics.Counter {
	if ok {
		return s.counter(`yett_reloads_total{result="ok"}`)
	}
	return s.counter(`yett_reloads_total{result="failed"}`)
}

// Build states the program's version.
func (s *Set) Build(version string) {
	s.Gauge(fmt.Sprintf(`yett_build_info{version=%q}`, version), func() float64 { return 1 })
}

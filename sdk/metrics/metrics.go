// Package metrics counts on the gateway's metrics page. It needs capability metrics.
//
// Metrics are made in Init, and appear as yett_plugin_custom_NAME{plugin="…"}. Names are of a–z, 0–9 and _. There
// are at most abi.MaxMetrics for a plugin, and no labels: a client can't make new series.
package metrics

import (
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/internal/host"
)

// Counter only grows. The zero Counter counts nothing.
type Counter struct{ id int32 }

// Gauge goes up and down. The zero Gauge shows nothing.
type Gauge struct{ id int32 }

// Histogram counts values; its sum and count are shown. The zero Histogram counts nothing.
type Histogram struct{ id int32 }

// define is 1 + id, so that zero is none.
func define(kind abi.Instrument, name string) int32 { return max(0, host.MetricsDefine(kind, name)+1) }

// NewCounter makes a counter, in Init. One that can't be made counts nothing.
func NewCounter(name string) Counter { return Counter{define(abi.Counter, name)} }

// NewGauge makes a gauge, in Init. One that can't be made shows nothing.
func NewGauge(name string) Gauge { return Gauge{define(abi.Gauge, name)} }

// NewHistogram makes a histogram, in Init. One that can't be made counts nothing.
func NewHistogram(name string) Histogram { return Histogram{define(abi.Histogram, name)} }

// Add adds n ≥ 0.
func (c Counter) Add(n int) {
	if c.id > 0 {
		host.MetricsAdd(c.id-1, int64(n))
	}
}

// Inc adds 1.
func (c Counter) Inc() { c.Add(1) }

// Set sets the value.
func (g Gauge) Set(v float64) {
	if g.id > 0 {
		host.MetricsSet(g.id-1, v)
	}
}

// Observe counts a value.
func (h Histogram) Observe(v float64) {
	if h.id > 0 {
		host.MetricsObserve(h.id-1, v)
	}
}

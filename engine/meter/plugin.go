package meter

import "github.com/VictoriaMetrics/metrics"

// Plugin are the metrics of one plugin. The label values are the caller's fixed lists: hooks, actions and
// reasons of traps.
type Plugin struct {
	Calls, Verdicts, Traps map[string]*metrics.Counter
	Fuel, Wall             *metrics.PrometheusHistogram
	Waits, Skips           *metrics.Counter
	Instances, Memory      *metrics.Gauge
	// Asked and Unanswered are questions that the plugin asked models, by how they ended; Input and Output the tokens that they used.
	Asked, Unanswered *metrics.Counter
	Input, Output     *metrics.Counter
}

// fuel are the bounds of steps a call.
var fuel = []float64{1e2, 1e3, 1e4, 3e4, 1e5, 3e5, 1e6, 3e6, 1e7, 3e7, 1e8, 1e9}

// Plugin returns the handles of a plugin.
func (s *Set) Plugin(name string, hooks, actions, reasons []string) *Plugin {
	each := func(metric, label string, values []string) map[string]*metrics.Counter {
		m := make(map[string]*metrics.Counter, len(values))
		for _, v := range values {
			m[v] = s.counter(`yett_plugin_%s_total{plugin=%q,%s=%q}`, metric, name, label, v)
		}
		return m
	}
	gauge := func(metric string) *metrics.Gauge {
		return s.set.GetOrCreateGauge(metric+`{plugin="`+name+`"}`, nil)
	}
	return &Plugin{
		Calls:     each("calls", "hook", hooks),
		Verdicts:  each("verdicts", "action", actions),
		Traps:     each("traps", "reason", reasons),
		Fuel:      s.set.GetOrCreatePrometheusHistogramExt(`yett_plugin_fuel{plugin="`+name+`"}`, fuel),
		Wall:      s.histogram("yett_plugin_duration_seconds{plugin=%q}", name),
		Waits:     s.counter("yett_plugin_pool_waits_total{plugin=%q}", name),
		Skips:     s.counter("yett_plugin_skips_total{plugin=%q}", name),
		Instances: gauge("yett_plugin_instances"),
		Memory:    gauge("yett_plugin_memory_bytes"),

		Asked:      s.counter(`yett_plugin_questions_total{plugin=%q,outcome="ok"}`, name),
		Unanswered: s.counter(`yett_plugin_questions_total{plugin=%q,outcome="error"}`, name),
		Input:      s.counter(`yett_plugin_question_tokens_total{plugin=%q,direction="input"}`, name),
		Output:     s.counter(`yett_plugin_question_tokens_total{plugin=%q,direction="output"}`, name),
	}
}

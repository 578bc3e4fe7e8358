package meter

import "github.com/VictoriaMetrics/metrics"

// PluginHTTP are the metrics of one plugin's calls to other servers.
type PluginHTTP struct {
	Calls   map[string]*metrics.Counter // by result
	Seconds *metrics.PrometheusHistogram
}

// PluginHTTP returns the handles of a plugin that may call other servers. results are the caller's fixed list.
func (s *Set) PluginHTTP(name string, results []string) *PluginHTTP {
	out := &PluginHTTP{
		Calls:   make(map[string]*metrics.Counter, len(results)),
		Seconds: s.histogram("yett_plugin_http_duration_seconds{plugin=%q}", name),
	}
	for _, r := range results {
		out.Calls[r] = s.counter(`yett_plugin_http_calls_total{plugin=%q,result=%q}`, name, r)
	}
	return out
}

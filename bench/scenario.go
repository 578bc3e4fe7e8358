package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/yett-gateway/yett/bench/load"
)

// scenario is a kind of traffic.
type scenario struct {
	name, says string
	prompt     int    // bytes of the request's body, roughly
	busy       string // the mock's script at saturation
	steady     string // and at a steady rate; "" measures none
	rate       float64
	conns      int
	stream     bool
	same       bool // all requests are equal
	yardstick  string
	contenders []string
}

// The contenders.
const (
	direct   = "direct"
	proxy    = "fasthttp"
	hit      = "fasthttp-hit"
	pass     = "yett"
	cached   = "yett-cache"
	plugins1 = "yett-1-plugin"
	plugins3 = "yett-3-plugins"
	plugins5 = "yett-5-plugins"

	plugins20 = "yett-20-plugins"
)

// scenarios are those that were asked for.
func (c *runCmd) scenarios() ([]scenario, error) {
	whole := "chunks=12 size=100"
	all := []scenario{
		{
			name: "chat", says: "1 KB prompt, 1.6 KB answer, whole", prompt: 1000, busy: whole, steady: whole, rate: c.Rate,
			yardstick: proxy, contenders: []string{direct, proxy, pass, plugins1, plugins3, plugins5, plugins20},
		},
		{
			name: "large", says: "10 KB prompt, 1.6 KB answer, whole", prompt: 10_000, busy: whole,
			yardstick: proxy, contenders: []string{direct, proxy, pass},
		},
		{
			name: "hit", says: "one 1 KB prompt again and again, 1.6 KB answer from the cache", prompt: 1000, busy: whole, steady: whole,
			rate: c.Rate, same: true, yardstick: hit, contenders: []string{hit, cached},
		},
		{
			name: "burst", says: "streams of 200 events of 300 bytes as fast as they go", prompt: 1000, busy: "chunks=200 size=70",
			conns: 32, stream: true, yardstick: proxy, contenders: []string{direct, proxy, pass, plugins1},
		},
		{
			name: "paced", says: "100 streams, an event each 20 ms; relay at 50 new streams a second", prompt: 1000,
			busy: "chunks=25 size=70 gap=20ms", steady: "chunks=12 size=70 gap=5ms stamp", rate: 50, conns: 100, stream: true,
			yardstick: proxy, contenders: []string{direct, proxy, pass},
		},
	}
	for _, name := range c.Scenarios {
		if !slices.ContainsFunc(all, func(s scenario) bool { return s.name == name }) {
			return nil, fmt.Errorf("no scenario %q; there are chat, large, hit, burst and paced", name)
		}
	}
	return slices.DeleteFunc(all, func(s scenario) bool {
		return len(c.Scenarios) > 0 && !slices.Contains(c.Scenarios, s.name)
	}), nil
}

// target renders the scenario's request for a contender.
func (s *scenario) target(p *contender, script string) (*load.Target, error) {
	number := load.Sequence
	if s.same {
		number = strings.Repeat("0", len(load.Sequence))
	}
	stream := ""
	accept := "application/json"
	if s.stream {
		stream, accept = `"stream":true,`, "text/event-stream"
	}
	body := fmt.Sprintf(
		`{"model":"gpt-4o",%s"temperature":0.7,"max_tokens":4096,"messages":[{"role":"system","content":"You are a helpful assistant."},{"role":"user","content":"Request %s: %s [[mock %s]]"}],"user":"bench"}`,
		stream, number, prose(s.prompt-250), script,
	)
	t, err := load.NewTarget("POST", p.base+"/chat/completions", []load.Field{
		{Name: "Content-Type", Value: "application/json"},
		{Name: "Accept", Value: accept},
		{Name: "User-Agent", Value: "yett-bench"},
		{Name: "Authorization", Value: "Bearer " + p.key},
	}, body)
	if err != nil {
		return nil, err
	}
	t.Stream = s.stream
	t.Stamped = strings.Contains(script, "stamp")
	return t, nil
}

// prose is n bytes of ordinary text with the escapes that ordinary text has in JSON.
func prose(n int) string {
	const text = `Please summarise the following notes for a colleague who has ten minutes.\nThe \"north\" gate was closed on Monday; visitors were led around the wall, and nobody was hurt. `
	var b strings.Builder
	for b.Len() < n {
		b.WriteString(text)
	}
	return b.String()[:strings.LastIndexByte(b.String()[:max(n, 40)], ' ')]
}

// measurement is one scenario on one contender in one round. Figures that weren't measured are negative.
type measurement struct {
	PerSecond float64          `json:"per_second"` // requests, or events of streams
	CPU       float64          `json:"cpu_us"`     // processor time for each of them, in microseconds
	Allocs    float64          `json:"allocs"`     // heap allocations for each of them
	RSS       float64          `json:"rss_mb"`
	P50       float64          `json:"p50_us"`
	P90       float64          `json:"p90_us"`
	P99       float64          `json:"p99_us"`
	P999      float64          `json:"p999_us"`
	Max       float64          `json:"max_us"`
	First     float64          `json:"first_us"` // median time to the answer's first byte
	Relay     float64          `json:"relay_us"` // median delay of a delta
	Errors    map[string]int64 `json:"errors,omitempty"`
}

func (m *measurement) fail(errors map[string]int64) {
	for k, n := range errors {
		if m.Errors == nil {
			m.Errors = map[string]int64{}
		}
		m.Errors[k] += n
	}
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

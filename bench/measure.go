package main

import (
	"context"

	"github.com/yett-gateway/yett/bench/load"
)

// steadyConns is how many connections a steady rate may use.
const steadyConns = 32

// measure runs a scenario on a contender once: at saturation, and at a steady rate if it has one.
func measure(ctx context.Context, c *runCmd, s *scenario, p *contender) (*measurement, error) {
	m := &measurement{CPU: -1, Allocs: -1, RSS: -1, P50: -1, P90: -1, P99: -1, P999: -1, Max: -1, First: -1, Relay: -1}
	if err := m.saturate(ctx, c, s, p); err != nil {
		return nil, err
	}
	if s.steady == "" {
		return m, nil
	}
	return m, m.keepRate(ctx, c, s, p)
}

func (m *measurement) saturate(ctx context.Context, c *runCmd, s *scenario, p *contender) error {
	target, err := s.target(p, s.busy)
	if err != nil {
		return err
	}
	conns := s.conns
	if conns == 0 {
		conns = c.Conns
	}
	warmup := c.Duration / 4
	config := load.Config{Target: target, Connections: conns, Duration: c.Duration, Warmup: warmup}
	p.probe(&config)
	r, err := load.Closed(ctx, config)
	if err != nil {
		return err
	}
	m.fail(r.Errors)
	m.PerSecond = r.PerSecond()
	cpu, share := r.CPU(), 1.0
	if s.stream {
		m.PerSecond = float64(r.Events) / r.Elapsed.Seconds()
		cpu = r.EventCPU()
		share = float64(r.Requests) / float64(max(r.Events, 1))
	}
	if p.pid == 0 {
		return nil
	}
	if r.ProbeErr != nil {
		m.fail(map[string]int64{r.ProbeErr.Error(): 1})
		return nil
	}
	m.CPU = micros(cpu)
	m.RSS = float64(r.After.RSS) / (1 << 20)
	if n := r.Mallocs(); n >= 0 {
		m.Allocs = n * share
	}
	return nil
}

func (m *measurement) keepRate(ctx context.Context, c *runCmd, s *scenario, p *contender) error {
	target, err := s.target(p, s.steady)
	if err != nil {
		return err
	}
	r, err := load.Open(ctx, load.Config{Target: target, Connections: steadyConns, Rate: s.rate, Duration: c.Duration, Warmup: c.Duration / 4})
	if err != nil {
		return err
	}
	m.fail(r.Errors)
	if r.Requests == 0 {
		return nil
	}
	m.P50, m.P90 = micros(r.Latency.Quantile(0.5)), micros(r.Latency.Quantile(0.9))
	m.P99, m.P999 = micros(r.Latency.Quantile(0.99)), micros(r.Latency.Quantile(0.999))
	m.Max = micros(r.Latency.Max())
	m.First = micros(r.First.Quantile(0.5))
	if r.Relay.Count() > 0 {
		m.Relay = micros(r.Relay.Quantile(0.5))
	}
	return nil
}

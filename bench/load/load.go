// Package load sends requests to an HTTP server and measures how it answers.
//
// There are two ways to send. Open keeps to a schedule: requests are due at a constant rate whatever the
// server does, and a latency counts from the moment a request was due, so that a server that stalls can't
// hide the requests it kept from being sent. Closed keeps a number of connections busy, one request
// behind the other, to find what a server can do at most and what a request costs then.
//
// Requests go over keep-alive connections of the package's own: a small strict client that takes a
// whole answer or a stream of server-sent events, and calls everything that is not exactly right an error.
// One process measures another; what the generator itself costs doesn't count as the server's.
//
// The package bench uses it for its report, bench/mock is the server behind the gateways measured.
package load

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// Config says what to send. The zero value of each field is its default.
type Config struct {
	// Target is what is sent. It has no default.
	Target *Target
	// Connections is how many requests can be under way at once. The default is 64.
	Connections int
	// Rate is the number of requests a second for Open. It has no default.
	Rate float64
	// Duration is how long is measured. The default is 2 s.
	Duration time.Duration
	// Warmup is how long requests are sent before that. The default is none.
	Warmup time.Duration
	// Timeout is the longest a request may take. The default is 30 s.
	Timeout time.Duration
	// Probe, if given, is called when measuring begins and ends. What it costs the server is in what it reads.
	Probe func() (Usage, error)
	// Mallocs, if given, reads the server's heap allocations so far. It is called before the first Probe and after the last, so that
	// the server's time for the answer isn't in what they read, and twice before, to find out what the answer itself allocates.
	Mallocs func() (uint64, error)
}

// Usage is what a server has used since it started, and its memory now.
type Usage struct {
	CPU     time.Duration
	RSS     int64  // bytes
	Mallocs uint64 // heap allocations as Config.Mallocs said, 0 if not known
}

// Result is what was measured.
type Result struct {
	Requests int64 // answered rightly
	Errors   map[string]int64
	Elapsed  time.Duration
	Bytes    int64 // of the answers' bodies
	Events   int64 // that streams brought while measured, those of streams that ended later included
	// Latency is from due (Open) or sent (Closed) to the end of the answer, Service always from sent.
	Latency, Service Histogram
	// First is from due or sent to the first byte of the answer's body.
	First Histogram
	// Relay is from a delta's stamp to its arrival; see Target.Stamped.
	Relay Histogram
	// Before and After are what Probe said.
	Before, After Usage
	ProbeErr      error
}

// Failed is the number of requests that weren't answered rightly.
func (r *Result) Failed() int64 {
	var n int64
	for _, c := range r.Errors {
		n += c
	}
	return n
}

// PerSecond is the rate of right answers.
func (r *Result) PerSecond() float64 {
	if r.Elapsed <= 0 {
		return 0
	}
	return float64(r.Requests) / r.Elapsed.Seconds()
}

// CPU is the server's processor time for each request, answered rightly or not.
func (r *Result) CPU() time.Duration {
	n := r.Requests + r.Failed()
	if n == 0 {
		return 0
	}
	return (r.After.CPU - r.Before.CPU) / time.Duration(n)
}

// EventCPU is the server's processor time for each event of a stream.
func (r *Result) EventCPU() time.Duration {
	if r.Events == 0 {
		return 0
	}
	return (r.After.CPU - r.Before.CPU) / time.Duration(r.Events)
}

// Mallocs is the number of the server's heap allocations for each request, negative if not known.
func (r *Result) Mallocs() float64 {
	n := r.Requests + r.Failed()
	if n == 0 || r.After.Mallocs == 0 {
		return -1
	}
	return float64(max(0, int64(r.After.Mallocs-r.Before.Mallocs))) / float64(n)
}

const (
	defaultConnections = 64
	defaultDuration    = 2 * time.Second
	defaultTimeout     = 30 * time.Second
)

func (c Config) withDefaults() (Config, error) {
	if c.Target == nil {
		return c, fmt.Errorf("load: no target")
	}
	if c.Connections <= 0 {
		c.Connections = defaultConnections
	}
	if c.Duration <= 0 {
		c.Duration = defaultDuration
	}
	if c.Timeout <= 0 {
		c.Timeout = defaultTimeout
	}
	return c, nil
}

// run is one measurement under way.
type run struct {
	Config
	measuring atomic.Bool
	workers   []*worker
	wait      sync.WaitGroup
}

// worker is one connection with what it has measured. It belongs to its goroutine until the run ends.
type worker struct {
	run    *run
	client *client
	result Result
}

func newRun(c Config) *run {
	r := &run{Config: c}
	for range c.Connections {
		w := &worker{run: r, client: newClient(c.Target, c.Timeout, &r.measuring)}
		w.result.Errors = map[string]int64{}
		r.workers = append(r.workers, w)
	}
	return r
}

// measure lets the workers run for the warm-up and the duration, then calls stop and gathers the results.
func (r *run) measure(ctx context.Context, stop func()) (*Result, error) {
	out := &Result{Errors: map[string]int64{}}
	sleep(ctx, r.Warmup)
	once, twice := ask(out, r.Mallocs), ask(out, r.Mallocs)
	out.Before = ask(out, r.Probe)
	out.Before.Mallocs = twice + (twice - once) // telling them takes some
	start := time.Now()
	r.measuring.Store(true)
	sleep(ctx, r.Duration)
	r.measuring.Store(false)
	out.Elapsed = time.Since(start)
	out.After = ask(out, r.Probe)
	out.After.Mallocs = ask(out, r.Mallocs)
	err := ctx.Err()
	stop()
	late := time.AfterFunc(time.Second, r.interrupt) // long streams needn't be seen to their end
	r.wait.Wait()
	late.Stop()
	for _, w := range r.workers {
		w.client.close()
		w.result.Events = w.client.events
		out.add(&w.result)
	}
	return out, err
}

func (r *run) interrupt() {
	for _, w := range r.workers {
		w.client.interrupt()
	}
}

// ask reads something of the server's, if there is a way to.
func ask[T any](out *Result, read func() (T, error)) (v T) {
	if read == nil {
		return v
	}
	v, err := read()
	if err != nil {
		out.ProbeErr = err
	}
	return v
}

func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

func (r *Result) add(o *Result) {
	r.Requests += o.Requests
	r.Bytes += o.Bytes
	r.Events += o.Events
	for k, n := range o.Errors {
		r.Errors[k] += n
	}
	r.Latency.Merge(&o.Latency)
	r.Service.Merge(&o.Service)
	r.First.Merge(&o.First)
	r.Relay.Merge(&o.Relay)
}

// one sends a request that was due at that moment, and records it if it ends while measuring.
func (w *worker) one(due time.Time, sequence int64) {
	c := w.client
	sent := time.Now()
	err := c.do(sequence)
	if !w.run.measuring.Load() {
		c.relay.Reset()
		return
	}
	r := &w.result
	if err != nil {
		r.Errors[kindOf(err)]++
		c.relay.Reset()
		return
	}
	r.Requests++
	r.Bytes += c.bytes
	r.Latency.Record(c.ended.Sub(due))
	r.Service.Record(c.ended.Sub(sent))
	r.First.Record(c.first.Sub(due))
	if w.run.Target.Stamped {
		r.Relay.Merge(&c.relay)
		c.relay.Reset()
	}
}

// Closed keeps all connections busy. Requests that end after the measuring did are not counted; streams are
// broken off a second later.
//
// # Errors
//
// The context's, or a configuration that can't be run. What went wrong with requests is in the result.
func Closed(ctx context.Context, c Config) (*Result, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	r := newRun(c)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var sequence, stopped atomic.Int64
	for _, w := range r.workers {
		r.wait.Go(func() {
			for stopped.Load() == 0 && ctx.Err() == nil {
				w.one(time.Now(), sequence.Add(1))
			}
		})
	}
	return r.measure(ctx, func() { stopped.Store(1) })
}

// Open sends requests at c.Rate a second. A request that finds no free connection waits, and its latency
// counts the wait.
//
// # Errors
//
// As Closed.
func Open(ctx context.Context, c Config) (*Result, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	if c.Rate <= 0 {
		return nil, fmt.Errorf("load: a rate above 0 is needed, got %v", c.Rate)
	}
	r := newRun(c)
	// Room for what is due within the run, so that the pacer is never held up.
	total := int(c.Rate*(c.Warmup+c.Duration+time.Second).Seconds()) + 16
	due := make(chan ticket, total)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go pace(ctx, c.Rate, due)
	for _, w := range r.workers {
		r.wait.Go(func() {
			for t := range due {
				if ctx.Err() != nil {
					return
				}
				w.one(t.due, t.sequence)
			}
		})
	}
	out, err := r.measure(ctx, cancel)
	if late := len(due); err == nil && float64(late) > c.Rate*0.1+float64(c.Connections) {
		out.Errors["overrun: requests still waiting at the end"] += int64(late)
	}
	return out, err
}

// ticket is a request and when it is due.
type ticket struct {
	due      time.Time
	sequence int64
}

// pace sends tickets when they are due, until ctx ends.
func pace(ctx context.Context, rate float64, due chan<- ticket) {
	defer close(due)
	p := newPacer()
	defer p.close()
	start := time.Now()
	for i := int64(0); ctx.Err() == nil; i++ {
		t := ticket{start.Add(time.Duration(float64(i) / rate * float64(time.Second))), i}
		p.until(t.due)
		select {
		case due <- t:
		default:
			return // the server is hopelessly behind: Open reports it
		}
	}
}

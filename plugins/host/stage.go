package host

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/sdk/abi"
)

// Stage is a plugin with a configuration, ready to be called. It is safe for concurrent use.
type Stage struct {
	pool *pool
	info hook.Info
}

var _ hook.Stage = (*Stage)(nil)

// Info tells what the stage is. It must not be changed.
func (s *Stage) Info() *hook.Info { return &s.info }

// Close lets the stage go once; no call may begin after it. Calls in flight finish.
func (s *Stage) Close() { s.pool.letGo() }

// Call implements hook.Stage. Without a failure it doesn't allocate, once the texts of c have their size.
func (s *Stage) Call(c *hook.Call) error {
	c.Verdict = 0
	c.Reason, c.Body, c.Model, c.Delta, c.Tag = c.Reason[:0], c.Body[:0], c.Model[:0], c.Delta[:0], c.Tag[:0]
	if !s.info.Hooks.Has(c.Hook) || c.Hook == abi.OnInit {
		return nil
	}
	p := s.pool
	if !p.breaker.allow() {
		return s.fail(c, &failure{reason: open, detail: "it failed too often and is left alone for a while"}, false)
	}
	i, err := p.get(c)
	if err != nil {
		return s.unserved(c, err)
	}
	began := s.sample(i, c)
	f, halfway := i.serve(c)
	s.measure(i, c, began)
	if p.plugin.host.watch != nil {
		i.watched(c, began, f)
	}
	if f != nil {
		s.failed(i, f)
		return s.fail(c, f, halfway)
	}
	p.breaker.ok()
	p.put(i)
	return nil
}

// sampled is which share of the pieces of streams is measured: one in so many. All other calls are.
const sampled = 8

// origin is what times are counted from: a duration since it costs half of what time.Now does.
var origin = time.Now()

// sample returns when the call began, -1 for calls that aren't measured.
func (s *Stage) sample(i *instance, c *hook.Call) time.Duration {
	s.pool.plugin.meters.calls[c.Hook].Inc()
	i.calls++
	if c.Hook == abi.OnDelta && i.calls%sampled != 0 && s.pool.plugin.host.watch == nil {
		return -1
	}
	return time.Since(origin)
}

func (s *Stage) measure(i *instance, c *hook.Call, began time.Duration) {
	m := s.pool.plugin.meters
	if a := c.Verdict.Action(); a < abi.Actions {
		m.verdicts[a].Inc()
	}
	if began >= 0 {
		m.wall.Update((time.Since(origin) - began).Seconds())
		m.fuel.Update(float64(i.spent))
	}
}

// serve calls the hook and leaves the verdict and its texts in c. halfway tells that some edits were made and
// can't be taken back.
func (i *instance) serve(c *hook.Call) (f *failure, halfway bool) {
	defer func() {
		i.call = nil
		i.web.reset()
		if r := recover(); r != nil {
			f = &failure{reason: bug, cause: fmt.Errorf("panic: %v", r)}
		}
	}()
	limit := &i.pool.plugin.limit
	i.reset()
	i.call = c
	i.begin(budget(limit, c.Size))
	for n, a := range c.Args {
		i.stack[n] = uint64(uint32(a))
	}
	if c.Hook == abi.OnDelta {
		i.lend(c.Window)
	}
	if err := i.run(i.hooks[c.Hook]); err != nil {
		f := i.classify(err)
		f.detail = last(string(i.wasi.said))
		i.wasi.flush(i)
		return f, false
	}
	i.wasi.flush(i) // the instance's next call is another request's
	v := abi.Verdict(i.stack[0])
	if f := i.checkVerdict(c.Hook, v); f != nil {
		return f, false
	}
	if keepsEdits(v.Action()) {
		if f, undone := i.edits.apply(c.Exchange); f != nil {
			return f, !undone
		}
	}
	i.deliver(c, v)
	return nil, false
}

// lend writes the window into the buffer that the guest offered, if it fits.
func (i *instance) lend(window []byte) {
	if len(window) > int(i.scratchCap) || len(window) == 0 {
		return
	}
	if b, ok := i.view(uint64(i.scratch), uint64(len(window))); ok {
		copy(b, window)
	}
}

// deliver copies what was decided out of the instance, which serves others next.
func (i *instance) deliver(c *hook.Call, v abi.Verdict) {
	c.Verdict = v
	switch v.Action() {
	case abi.Block:
		c.Reason = append(c.Reason, i.slot(abi.SlotReason)...)
	case abi.Respond:
		c.Body = append(c.Body, i.slot(abi.SlotBody)...)
	case abi.Reroute:
		if c.Hook == abi.OnRequest {
			c.Model = append(c.Model, i.slot(abi.SlotModel)...)
		}
	case abi.Tag:
		c.Tag = append(c.Tag, i.slot(abi.SlotTag)...)
	}
	if v.Flags()&abi.FlagReplaced != 0 {
		c.Delta = append(c.Delta, i.slot(abi.SlotDelta)...)
	}
}

// failed deals with the instance of a failed call.
func (s *Stage) failed(i *instance, f *failure) {
	p := s.pool
	if !f.reason.drops() {
		p.breaker.ok()
		p.put(i)
		return
	}
	p.drop(i)
	if p.breaker.trap() {
		p.plugin.host.log.Error("plugin failed too often; calls are refused for a while", slog.String("plugin", p.plugin.spec.Ref()), slog.String("stage", s.info.Name))
		return
	}
	p.refill()
}

// unserved is a call that found no instance.
func (s *Stage) unserved(c *hook.Call, err error) error {
	var f *failure
	if !errors.As(err, &f) {
		f = &failure{reason: initFails, cause: err}
	} else if f.reason != busy {
		f = &failure{reason: initFails, cause: f}
	}
	if f.reason == busy {
		s.pool.breaker.skipped()
	} else {
		s.pool.breaker.trap()
	}
	return s.fail(c, f, false)
}

// fail counts a failure and does what on_error says. A request that was half edited never goes on.
func (s *Stage) fail(c *hook.Call, f *failure, halfway bool) error {
	p := s.pool.plugin
	p.meters.traps[f.reason].Inc()
	c.Verdict = 0
	skip := p.spec.OnError == "skip" && !halfway
	level := slog.LevelError
	if skip {
		level = slog.LevelWarn
	}
	if f.reason != open { // said once, when it opened
		p.host.log.Log(context.Background(), level, "plugin failed", slog.String("plugin", p.spec.Ref()), slog.String("stage", s.info.Name),
			slog.String("hook", c.Hook.String()), slog.String("reason", f.reason.String()), slog.String("error", clean(f.Error())), slog.Bool("skipped", skip))
	}
	if skip {
		p.meters.skips.Inc()
		return nil
	}
	e := fault.Wrap(fault.PluginFailed, `stage "`+s.info.Name+`" failed, and the gateway is configured to refuse requests then`, f)
	if f.reason == busy || f.reason == open {
		e.Status = 503
		e.RetryAfter = 1
	}
	return e
}

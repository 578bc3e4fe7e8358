package proxy

import (
	"bytes"
	"context"
	"sync"

	"github.com/valyala/fasthttp"

	"github.com/yett-gateway/yett/sdk/abi"
)

// after runs the stages that look at a request when it is over, and writes its line after them, since they may
// add to it. It is off the request's path: the client has its answer, and at most afterWorkers of them run at
// once. When afterQueue requests or afterBytes of bodies wait, the next one's line is written without its stages
// being asked.
type after struct {
	mu      sync.Mutex
	taken   int // that wait, or are about to
	bytes   int // of their bodies
	waiting []*request
	running int
	idle    chan struct{} // closed when nothing runs, made by who waits for that
}

const (
	afterQueue   = 1024
	afterBytes   = 64 << 20
	afterWorkers = 4
)

// logs tells whether a stage wants to look at the request when it is over.
func (r *request) logs() bool {
	if r.lane == nil || r.endpoint.direct() {
		return false
	}
	for i := range r.taking {
		if r.taking[i] && r.lane.Stages[i].Info().Hooks.Has(abi.OnLog) {
			return true
		}
	}
	return false
}

// later takes a request over if there is room. The caller must not touch it then.
func (a *after) later(r *request) bool {
	size := len(r.ctx.Request.Body())
	if !r.streaming { // else Body would read the stream
		size += len(r.ctx.Response.Body())
	}
	a.mu.Lock()
	full := a.taken >= afterQueue || a.taken > 0 && a.bytes+size > afterBytes
	if !full {
		a.taken, a.bytes = a.taken+1, a.bytes+size
	}
	a.mu.Unlock()
	if full {
		r.p.Meter.LogsSkipped().Inc()
		return false
	}
	r.detach()
	r.kept = size
	a.mu.Lock()
	defer a.mu.Unlock()
	a.waiting = append(a.waiting, r)
	if a.running < afterWorkers {
		a.running++
		go a.work()
	}
	return true
}

// work deals with what waits, and ends when nothing does.
func (a *after) work() {
	for {
		a.mu.Lock()
		if len(a.waiting) == 0 {
			a.running--
			if a.running == 0 && a.idle != nil {
				close(a.idle)
				a.idle = nil
			}
			a.mu.Unlock()
			return
		}
		r := a.waiting[0]
		a.waiting = append(a.waiting[:0], a.waiting[1:]...)
		a.mu.Unlock()
		r.logStages()
		size := r.kept
		r.end()
		a.mu.Lock()
		a.taken, a.bytes = a.taken-1, a.bytes-size
		a.mu.Unlock()
	}
}

// wait returns when nothing waits any more, or ctx is done.
func (a *after) wait(ctx context.Context) {
	a.mu.Lock()
	if a.running == 0 {
		a.mu.Unlock()
		return
	}
	if a.idle == nil {
		a.idle = make(chan struct{})
	}
	idle := a.idle
	a.mu.Unlock()
	select {
	case <-idle:
	case <-ctx.Done():
	}
}

// detach makes the request independent of the connection it came on: fasthttp uses its own memory again as soon
// as the handler returns.
func (r *request) detach() {
	old := r.ctx
	ctx := &fasthttp.RequestCtx{}
	ctx.Init(&old.Request, old.RemoteAddr(), nil)
	r.ctx = ctx
	for _, b := range []*[]byte{&r.body, &r.sent} {
		if was := old.Request.Body(); len(was) > 0 && len(*b) > 0 && &was[0] == &(*b)[0] {
			*b = ctx.Request.Body()
		}
	}
	r.head.ModelName = bytes.Clone(r.head.ModelName)
	r.rest = nil
	r.asked.Reset()
	r.said.Reset()
	r.viewed, r.answered = false, false
	r.whole = r.whole[:0]
	if !r.streaming && r.fail == nil {
		r.whole = append(r.whole, old.Response.Body()...)
	}
}

// logStages calls on_log of the stages that took part. What goes wrong in one is counted and logged by the plugin
// host; the request is over.
func (r *request) logStages() {
	defer func() {
		if v := recover(); v != nil {
			r.p.panicked(v)
		}
	}()
	for i := range r.lane.Stages {
		s := &r.lane.Stages[i]
		if i < len(r.taking) && r.taking[i] && s.Info().Hooks.Has(abi.OnLog) {
			_ = r.callStage(i, s, abi.OnLog) // a failure changes nothing any more
		}
	}
}

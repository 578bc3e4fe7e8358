package main

import (
	"sync"
	"time"

	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/plugins/host"
	"github.com/yett-gateway/yett/plugins/kit"
	"github.com/yett-gateway/yett/sdk/abi"
)

// witness keeps what the plugin decides and uses in one replay. It is safe for concurrent use.
type witness struct {
	mu     sync.Mutex
	out    kit.Outcome
	logged chan struct{} // one place: on_log has been called
}

var _ host.Watch = (*witness)(nil)

// begin forgets the replay before.
func (w *witness) begin() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.out = kit.Outcome{Used: map[string]host.Used{}}
	w.logged = make(chan struct{}, 1)
}

// Started implements host.Watch.
func (*witness) Started(host.Used) {}

// Called implements host.Watch.
func (w *witness) Called(c *hook.Call, u host.Used, failed error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if c.Hook == abi.OnLog {
		defer func() {
			select {
			case w.logged <- struct{}{}:
			default:
			}
		}()
	}
	o, name := &w.out, c.Hook.String()
	most := o.Used[name]
	o.Used[name] = host.Used{
		Fuel: max(most.Fuel, u.Fuel), FuelShare: max(most.FuelShare, u.FuelShare), Wall: max(most.Wall, u.Wall),
		WallShare: max(most.WallShare, u.WallShare), Memory: max(most.Memory, u.Memory),
	}
	if failed != nil {
		if o.Failed == "" {
			o.Failed = name + ": " + failed.Error()
		}
		return
	}
	action := c.Verdict.Action()
	if c.Hook == abi.OnRequest {
		o.Verdict = action.String()
		if action == abi.Edited {
			o.Verdict = abi.Continue.String()
		}
	}
	switch action {
	case abi.Block:
		o.Blocked, o.Where, o.Status, o.Reason = true, name, int(c.Verdict.Code()), string(c.Reason)
	case abi.Tag:
		o.Tag = string(c.Tag)
	}
}

// logWait is how long on_log is waited for, which comes after the answer.
const logWait = 2 * time.Second

// end adds what was seen to o, on_log too if the plugin has it.
func (w *witness) end(o *kit.Outcome, logs bool) {
	if logs {
		select {
		case <-w.logged:
		case <-time.After(logWait):
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	o.Verdict, o.Blocked, o.Where, o.Status, o.Reason, o.Tag = w.out.Verdict, w.out.Blocked, w.out.Where, w.out.Status, w.out.Reason, w.out.Tag
	o.Failed, o.Used = w.out.Failed, w.out.Used
}

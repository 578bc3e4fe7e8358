package host

import (
	"github.com/yett-gateway/yett/engine/meter"
	"github.com/yett-gateway/yett/sdk/abi"
)

// What the host needs of a metric; package meter's handles fit.
type (
	counter   interface{ Inc() }
	sum       interface{ Add(n int) }
	gauge     interface{ Add(delta float64) }
	histogram interface{ Update(v float64) }
)

// meters are the handles of one plugin, found once, at load.
type meters struct {
	calls             [abi.Hooks]counter
	verdicts          [abi.Actions]counter
	traps             [reasons]counter
	waits, skips      counter
	asked, unanswered counter
	input, output     sum
	fuel, wall        histogram
	instances, memory gauge
	http              [callResults]counter
	httpSeconds       histogram
}

// newMeters returns the handles of a plugin; where set is nil they count nothing.
func newMeters(set *meter.Set, plugin string) *meters {
	m := &meters{waits: nowhere{}, skips: nowhere{}, fuel: nowhere{}, wall: nowhere{}, instances: nowhere{}, memory: nowhere{}, httpSeconds: nowhere{}}
	m.asked, m.unanswered, m.input, m.output = nowhere{}, nowhere{}, none{}, none{}
	for i := range m.http {
		m.http[i] = nowhere{}
	}
	for i := range m.calls {
		m.calls[i] = nowhere{}
	}
	for i := range m.verdicts {
		m.verdicts[i] = nowhere{}
	}
	for i := range m.traps {
		m.traps[i] = nowhere{}
	}
	if set == nil {
		return m
	}
	hooks := make([]string, abi.Hooks)
	for h := range hooks {
		hooks[h] = abi.Hook(h).String()
	}
	actions := make([]string, abi.Actions)
	for a := range actions {
		actions[a] = abi.Action(a).String()
	}
	p := set.Plugin(plugin, hooks, actions, reasonNames[:])
	for h, name := range hooks {
		m.calls[h] = p.Calls[name]
	}
	for a, name := range actions {
		m.verdicts[a] = p.Verdicts[name]
	}
	for r, name := range reasonNames {
		m.traps[r] = p.Traps[name]
	}
	m.waits, m.skips, m.fuel, m.wall = p.Waits, p.Skips, p.Fuel, p.Wall
	m.instances, m.memory = p.Instances, p.Memory
	m.asked, m.unanswered, m.input, m.output = p.Asked, p.Unanswered, p.Input, p.Output
	return m
}

// countCalls adds the handles of calls to other servers, for a plugin that may make some.
func (m *meters) countCalls(set *meter.Set, plugin string) {
	if set == nil {
		return
	}
	p := set.PluginHTTP(plugin, callResultNames[:])
	for r, name := range callResultNames {
		m.http[r] = p.Calls[name]
	}
	m.httpSeconds = p.Seconds
}

// nowhere is a metric that nobody reads.
type nowhere struct{}

func (nowhere) Inc()           {}
func (nowhere) Add(float64)    {}
func (nowhere) Update(float64) {}

// none is a sum that nobody reads.
type none struct{}

func (none) Add(int) {}

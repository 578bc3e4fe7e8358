package route

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/spec"
)

// Model is what clients ask for.
type Model struct {
	Spec *spec.Model
	// Index is the model's place in the configuration.
	Index   int
	Targets []*Target
	// Fallback are the models to try when this one's targets failed in a way that FallsBack knows.
	Fallback []*Model

	on     [fault.ClientGone + 1]bool
	weight int
	turn   atomic.Uint32
}

// Target is a provider with its own name for a model.
type Target struct {
	Spec *spec.Target
	// Provider is the provider's place in the configuration.
	Provider int
	Breaker  *Breaker
}

// Allowed is a set of models, by index. nil is all of them.
type Allowed []uint64

func (a Allowed) has(i int) bool { return a == nil || a[i/64]&(1<<(i%64)) != 0 }

// names finds models by name.
type names struct {
	exact map[string]int
	globs []glob // longest literal prefix first, then file order
}

type glob struct {
	pattern, literal string
	model            int
}

func (t *Table) addModels(g *spec.Gateway, old *Table) {
	t.names.exact = map[string]int{}
	providers := make(map[*spec.Provider]int, len(g.Providers))
	for i, p := range g.Providers {
		providers[p] = i
	}
	for i, s := range g.Models {
		m := &Model{Spec: s, Index: i}
		for k := range s.Targets {
			target := &Target{Spec: &s.Targets[k], Provider: providers[s.Targets[k].Provider]}
			target.Breaker = t.breaker(target.Spec, old)
			m.Targets = append(m.Targets, target)
			m.weight += target.Spec.Weight
		}
		t.models = append(t.models, m)
		t.bySpec[s] = m
		for _, n := range append([]string{s.Name}, s.Aliases...) {
			t.names.add(n, i)
		}
	}
	slices.SortStableFunc(t.names.globs, func(a, b glob) int { return len(b.literal) - len(a.literal) })
	for _, m := range t.models {
		if f := m.Spec.Fallback; f != nil {
			for _, to := range f.To {
				m.Fallback = append(m.Fallback, t.bySpec[to])
			}
			m.fallBackOn(f.On)
		}
	}
}

func (n *names) add(name string, model int) {
	if literal, _, isGlob := strings.Cut(name, "*"); isGlob {
		n.globs = append(n.globs, glob{name, literal, model})
	} else if _, taken := n.exact[name]; !taken {
		n.exact[name] = model
	}
}

// breaker returns the breaker of a target: one per provider and model, kept over reloads.
func (t *Table) breaker(s *spec.Target, old *Table) *Breaker {
	key := string(s.Provider.Type) + "." + s.Provider.Name + " " + s.Provider.BaseURL + " " + s.Model
	if b := t.breakers[key]; b != nil {
		return b
	}
	b := &Breaker{}
	if old != nil && old.breakers[key] != nil {
		b = old.breakers[key]
	}
	t.breakers[key] = b
	return b
}

// classes says which kinds of failure a class of the configuration means.
var classes = map[spec.Failure][]fault.Kind{
	spec.FailConnect:       {fault.UpstreamConnect, fault.Overloaded},
	spec.FailTimeout:       {fault.UpstreamTimeout},
	spec.FailRateLimited:   {fault.UpstreamRateLimited},
	spec.FailServerError:   {fault.UpstreamServer, fault.UpstreamCut},
	spec.FailContextLength: {fault.ContextLength},
	spec.FailAuth:          {fault.UpstreamAuth},
	spec.FailInvalid:       {fault.UpstreamInvalid},
}

func (m *Model) fallBackOn(on []spec.Failure) {
	if len(on) == 0 {
		on = spec.DefaultFailures
	}
	for _, f := range on {
		for _, k := range classes[f] {
			m.on[k] = true
		}
	}
}

// FallsBack tells whether the models in Fallback are tried after a failure of this kind.
func (m *Model) FallsBack(k fault.Kind) bool { return m.on[k] }

// Allow returns the set of these models; nil, which is all, for none.
func (t *Table) Allow(models []*spec.Model) Allowed {
	if len(models) == 0 {
		return nil
	}
	a := make(Allowed, len(t.models)/64+1)
	for _, s := range models {
		i := t.bySpec[s].Index
		a[i/64] |= 1 << (i % 64)
	}
	return a
}

// Model returns the model of a name in the configuration, nil if there is none. Its aliases don't count.
func (t *Table) Model(name string) *Model {
	for _, m := range t.models {
		if m.Spec.Name == name {
			return m
		}
	}
	return nil
}

// Model returns the model that a name means on this route, nil if it is not served or not allowed: by its
// own name or an alias, then by the glob with the longest literal beginning. It doesn't allocate.
func (r *Route) Model(name []byte, a Allowed) *Model {
	t := r.table
	if i, ok := t.names.exact[string(name)]; ok && r.serves.has(i) && a.has(i) {
		return t.models[i]
	}
	for i := range t.names.globs {
		g := &t.names.globs[i]
		if r.serves.has(g.model) && a.has(g.model) && spec.Matches(g.pattern, name) {
			return t.models[g.model]
		}
	}
	return nil
}

// AppendModel appends the name that the provider is asked for.
func (t *Target) AppendModel(dst, asked []byte) []byte {
	if t.Spec.Model != "" && t.Spec.Model != "*" {
		return append(dst, t.Spec.Model...)
	}
	return append(dst, bytes.TrimPrefix(asked, []byte(t.Spec.TrimPrefix))...)
}

// Order appends the model's targets in the order to try them. Weighted draws the first by weight and keeps
// the written order for the rest; round robin begins one further each time.
func (m *Model) Order(dst []*Target) []*Target {
	first := 0
	switch m.Spec.Strategy {
	case spec.Weighted:
		first = m.draw()
	case spec.RoundRobin:
		first = int(m.turn.Add(1)-1) % len(m.Targets)
		return append(append(dst, m.Targets[first:]...), m.Targets[:first]...)
	}
	if first > 0 {
		dst = append(dst, m.Targets[first])
		dst = append(dst, m.Targets[:first]...)
		return append(dst, m.Targets[first+1:]...)
	}
	return append(dst, m.Targets...)
}

func (m *Model) draw() int {
	if m.weight <= 0 {
		return 0
	}
	n := rand.IntN(m.weight)
	for i, t := range m.Targets {
		if n -= t.Spec.Weight; n < 0 {
			return i
		}
	}
	return 0
}

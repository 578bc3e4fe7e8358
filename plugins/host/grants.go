package host

import (
	"slices"
	"sort"

	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
)

// grants are what an operator gave a plugin, in the form that host functions ask.
type grants struct {
	families uint64 // bit c: capability c
	spaces   []string
}

// newGrants reads a configuration's grant. What isn't offered by this host stays ungranted.
func newGrants(g *spec.Grant) *grants {
	out := &grants{spaces: slices.Clone(g.KV)}
	sort.Strings(out.spaces)
	give := func(c abi.Capability, yes bool) {
		if yes && offered&(1<<c) != 0 {
			out.families |= 1 << c
		}
	}
	give(abi.CapLog, g.Log)
	give(abi.CapMetrics, g.Metrics)
	give(abi.CapKV, len(g.KV) > 0)
	for c := range abi.Capability(abi.Capabilities) {
		arguments, ok := g.Other[c.String()]
		give(c, ok && string(arguments) != "false" && string(arguments) != "null")
	}
	return out
}

func (g *grants) has(c abi.Capability) bool { return g.families&(1<<c) != 0 }

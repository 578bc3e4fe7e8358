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
	given := [abi.Capabilities]bool{
		abi.CapLog:     g.Log,
		abi.CapMetrics: g.Metrics,
		abi.CapKV:      len(g.KV) > 0,
		abi.CapHTTP:    g.HTTP != nil,
		abi.CapCache:   g.CacheBytes > 0,
		abi.CapSecret:  len(g.Secrets) > 0,
		abi.CapScan:    g.Scan,
		abi.CapTokens:  g.Tokens,
		abi.CapTime:    g.Time,
		abi.CapRandom:  g.Random,
		abi.CapBody:    g.Body,
		abi.CapLLM:     g.LLM != nil,
	}
	for c, yes := range given {
		if yes && offered&(1<<c) != 0 {
			out.families |= 1 << c
		}
	}
	return out
}

func (g *grants) has(c abi.Capability) bool { return g.families&(1<<c) != 0 }

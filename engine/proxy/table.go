package proxy

import (
	"net"
	"net/netip"
	"sync/atomic"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/identity"
	"github.com/yett-gateway/yett/engine/limit"
	"github.com/yett-gateway/yett/engine/meter"
	"github.com/yett-gateway/yett/engine/provider"
	"github.com/yett-gateway/yett/engine/record"
	"github.com/yett-gateway/yett/engine/route"
	"github.com/yett-gateway/yett/engine/spec"
)

// Table is one configuration made ready for requests. It is immutable once it was swapped in.
type Table struct {
	Spec      *spec.Gateway
	Consumers *identity.Table
	// Anonymous tells that some route admits requests without a key. Where none does, they are refused before
	// anything is read of them.
	Anonymous bool
	Limits    []*limit.Handle // by consumer; nil entries have no limit
	Routes    *route.Table
	Lanes     []Lane               // by route
	Allowed   []route.Allowed      // by consumer
	Tenants   []Tenant             // by consumer
	Providers []*provider.Provider // as in Spec.Providers
	Upstreams []*meter.Upstream    // as in Spec.Providers
	Routers   []hook.Stage         // by model; nil unless a plugin chooses
	Log       *record.Log          // nil: no access log
	// Retired is called once, when the table was swapped out and its last request has ended.
	Retired func()

	refs atomic.Int64
}

// Tenant is what a consumer's partitions are called. A team and a consumer of one name are two tenants.
type Tenant struct {
	Consumer string
	Team     string // "" for a consumer without one
}

// TenantOf names the partitions of a consumer.
func TenantOf(c *spec.Consumer) Tenant {
	t := Tenant{Consumer: "consumer " + c.Name}
	if c.Team != "" {
		t.Team = "team " + c.Team
	}
	return t
}

// Lane is what a route adds to a request: its stages, cache and metrics.
type Lane struct {
	Stages []Stage
	// Policy hashes everything that may change an answer: route, pipeline, plugins and configurations.
	Policy [32]byte
	// Passthrough are the providers open below their own prefix, by index.
	Passthrough []int
	Meters      [dialect.IDs]*meter.Route
}

// Stage is a plugin in a lane.
type Stage struct {
	hook.Stage
	When spec.Predicate // nil: always
}

// acquire counts a request in. It fails on a table that was swapped out and has no request left.
func (t *Table) acquire() bool {
	for {
		n := t.refs.Load()
		if n == 0 {
			return false
		}
		if t.refs.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

func (t *Table) release() {
	if t.refs.Add(-1) == 0 && t.Retired != nil {
		t.Retired()
	}
}

func addrOf(t *net.TCPAddr) (netip.Addr, bool) {
	a, ok := netip.AddrFromSlice(t.IP)
	return a.Unmap(), ok
}

package engine

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/identity"
	"github.com/yett-gateway/yett/engine/meter"
	"github.com/yett-gateway/yett/engine/provider"
	"github.com/yett-gateway/yett/engine/proxy"
	"github.com/yett-gateway/yett/engine/route"
	"github.com/yett-gateway/yett/engine/spec"
)

// build makes a table of s. What it opened is closed again if it fails.
func (g *Gateway) build(ctx context.Context, s *spec.Gateway) (*proxy.Table, error) {
	var errs []error
	t := &proxy.Table{Spec: s, Consumers: identity.New(s.Consumers)}
	for _, p := range s.Providers {
		built, err := g.provider(p)
		if err != nil {
			errs = append(errs, &PlaceError{Pos: p.Pos, Summary: "provider can't be used", Detail: err.Error()})
			continue
		}
		t.Providers = append(t.Providers, built)
		t.Upstreams = append(t.Upstreams, g.meter.Upstream(built.Name))
	}
	stages, err := g.stages(ctx, s)
	if err != nil {
		errs = append(errs, err)
	}
	t.Retired = func() {
		for _, p := range t.Providers {
			p.Client.Close()
		}
		stages.Close()
	}
	if err := errors.Join(errs...); err != nil {
		t.Retired()
		return nil, err
	}
	var old *route.Table
	if now := g.proxy.Table(); now != nil {
		old = now.Routes
	}
	t.Routes = route.New(s, old)
	t.Limits = g.limiter.Bind(s.Consumers)
	for _, c := range s.Consumers {
		t.Allowed = append(t.Allowed, t.Routes.Allow(c.Models))
		t.Tenants = append(t.Tenants, proxy.TenantOf(c))
	}
	for _, m := range s.Models {
		var router hook.Stage
		if m.Router != nil {
			router = stages.Router(m)
		}
		t.Routers = append(t.Routers, router)
	}
	for _, r := range s.Routes {
		t.Anonymous = t.Anonymous || r.Anonymous
		t.Lanes = append(t.Lanes, g.lane(s, r, stages))
	}
	return t, nil
}

func (g *Gateway) provider(p *spec.Provider) (*provider.Provider, error) {
	base := ""
	if p.Type == spec.Mock && p.BaseURL == "" {
		if g.o.Mock == nil {
			return nil, errors.New("this build of the gateway has no mock provider")
		}
		address, err := g.o.Mock(p)
		if err != nil {
			return nil, err
		}
		base = "http://" + address + "/v1"
	}
	return provider.New(p, base)
}

// noStages are the stages of a gateway without plugins.
type noStages struct{}

func (noStages) Stage(*spec.Stage) hook.Stage  { return nil }
func (noStages) Router(*spec.Model) hook.Stage { return nil }
func (noStages) Close()                        {}

func (g *Gateway) stages(ctx context.Context, s *spec.Gateway) (Stages, error) {
	if len(s.Plugins) == 0 {
		return noStages{}, nil
	}
	if g.o.Plugins == nil {
		return noStages{}, &PlaceError{Pos: s.Plugins[0].Pos, Summary: "plugins are not available", Detail: "this build of the gateway has no plugin host"}
	}
	stages, err := g.o.Plugins.Ready(ctx, s)
	if err != nil {
		return noStages{}, err
	}
	return stages, nil
}

func (g *Gateway) lane(s *spec.Gateway, r *spec.Route, stages Stages) proxy.Lane {
	l := proxy.Lane{}
	if r.Pipeline != nil {
		for _, st := range r.Pipeline.Stages {
			l.Stages = append(l.Stages, proxy.Stage{Stage: stages.Stage(st), When: st.When})
		}
	}
	l.Policy = policy(s, r, l.Stages, stages)
	for i, p := range s.Providers {
		for _, open := range r.Passthrough {
			if open == p {
				l.Passthrough = append(l.Passthrough, i)
			}
		}
	}
	for id := range l.Meters {
		l.Meters[id] = g.routeMeter(r, dialect.ID(id))
	}
	return l
}

func (g *Gateway) routeMeter(r *spec.Route, id dialect.ID) *meter.Route {
	return g.meter.Route(r.Name, id.String())
}

// policy hashes all of the configuration that may change an answer of this route: cached answers under
// another policy are not answers under this one.
func policy(s *spec.Gateway, r *spec.Route, lane []proxy.Stage, stages Stages) (sum [32]byte) {
	h := sha256.New()
	fmt.Fprintf(h, "route %q\n", r.Name)
	for i, st := range lane {
		when := ""
		if st.When != nil {
			when = st.When.Source()
		}
		fmt.Fprintf(h, "stage %q %x when %q\n", r.Pipeline.Stages[i].Name, st.Info().Policy, when)
	}
	for _, m := range s.Models {
		hashModel(h, m, stages)
	}
	h.Sum(sum[:0])
	return sum
}

func hashModel(h hash.Hash, m *spec.Model, stages Stages) {
	fmt.Fprintf(h, "model %q %q %s\n", m.Name, m.Aliases, m.Strategy)
	for _, t := range m.Targets {
		fmt.Fprintf(h, "target %s.%s %q %q %d %d\n", t.Provider.Type, t.Provider.Name, t.Provider.BaseURL, t.Model, t.Weight, t.MaxTokens)
	}
	if m.Router != nil {
		fmt.Fprintf(h, "router %x\n", stages.Router(m).Info().Policy)
	}
	if m.Fallback != nil {
		fmt.Fprintf(h, "fallback %v", m.Fallback.On)
		for _, f := range m.Fallback.To {
			fmt.Fprintf(h, " %q", f.Name)
		}
		fmt.Fprintln(h)
	}
}

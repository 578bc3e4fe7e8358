package hcl

import (
	"fmt"
	"strings"

	"github.com/yett-gateway/yett/engine/spec"
)

func (l *loader) checkRoutes() {
	for i, r := range l.gateway.Routes {
		b := l.facts.routes[r]
		if b == nil {
			continue // implied
		}
		l.checkReachable(b, r, l.gateway.Routes[:i])
		l.checkCoverage(b, r)
		l.checkPassthroughNames(b, r)
		l.checkCachePurity(b, r)
	}
}

// checkReachable warns of a route whose requests an earlier one takes.
func (l *loader) checkReachable(b *block, r *spec.Route, earlier []*spec.Route) {
	for _, e := range earlier {
		if !covers(&e.Match, &r.Match) {
			continue
		}
		first := l.facts.routes[e]
		if conditionLost(first) {
			continue // its condition is faulty, so what it takes isn't known
		}
		b.report(Diagnostic{
			Severity: Warning,
			Summary:  "route never matches",
			Detail:   fmt.Sprintf("The route %q comes first and takes every request that this one would.", e.Name),
			Hint:     "Put this route before it, or narrow the other's match.",
			Range:    b.header(),
			Related:  []Related{{"the one that takes them", first.header()}},
		})
		return
	}
}

// conditionLost tells whether a route has a condition that couldn't be compiled.
func conditionLost(b *block) bool {
	m := b.block("match")
	if m == nil || !m.has("when") {
		return false
	}
	for _, d := range b.l.diags.list {
		if d.Severity == Error && d.Within == m.within {
			return true
		}
	}
	return false
}

// covers tells whether every request that b takes is one that a takes.
func covers(a, b *spec.Match) bool {
	if a.Method != "" && a.Method != b.Method || a.Host != "" && a.Host != b.Host {
		return false
	}
	if a.When != nil && (b.When == nil || a.When.Source() != b.When.Source()) {
		return false
	}
	prefix, open := strings.CutSuffix(a.Path, "*")
	if a.Path == "" {
		open = true
	}
	if open {
		return strings.HasPrefix(strings.TrimSuffix(b.Path, "*"), prefix)
	}
	return a.Path == b.Path
}

// checkCoverage refuses guards beside what they can't see.
func (l *loader) checkCoverage(b *block, r *spec.Route) {
	if len(r.Passthrough) == 0 || r.Pipeline == nil {
		return
	}
	if b.flag("passthrough_unguarded", false) {
		return
	}
	for _, s := range r.Pipeline.Stages {
		if s.Plugin == nil || s.Plugin.Kind != "guard" {
			continue
		}
		b.report(Diagnostic{
			Summary: "passthrough goes around a guard",
			Detail: fmt.Sprintf("The stage %q of pipeline %q is a guard, and bodies of passthrough requests pass unseen by stages.",
				s.Name, r.Pipeline.Name),
			Hint:    "Open passthrough on a route of its own without guards, or say that it is meant: passthrough_unguarded = true.",
			Range:   b.at("passthrough"),
			Related: []Related{{"the guard", l.stageAt(s)}},
		})
		return
	}
}

func (l *loader) stageAt(s *spec.Stage) Range { return l.facts.stages[s].header() }

// checkPassthroughNames warns where one prefix stands for two providers.
func (l *loader) checkPassthroughNames(b *block, r *spec.Route) {
	first := map[string]*spec.Provider{}
	for _, p := range r.Passthrough {
		if f := first[p.Name]; f != nil {
			b.report(Diagnostic{
				Severity: Warning,
				Summary:  "passthrough prefix stands for two providers",
				Detail:   fmt.Sprintf("/%s/ goes to provider.%s.%s, as it comes first.", p.Name, f.Type, f.Name),
				Hint:     fmt.Sprintf("The other one is reached as /%s.%s/.", p.Type, p.Name),
				Range:    b.at("passthrough"),
			})
			continue
		}
		first[p.Name] = p
	}
}

// checkCachePurity refuses a cache behind stages whose verdicts may change from one hit to the next.
func (l *loader) checkCachePurity(b *block, r *spec.Route) {
	if r.Cache == nil || r.Pipeline == nil {
		return
	}
	for _, s := range r.Pipeline.Stages {
		if s.Plugin == nil {
			continue
		}
		f := l.facts.plugins[s.Plugin]
		if f.info == nil || f.info.Pure {
			continue
		}
		c := b.block("cache")
		c.report(Diagnostic{
			Summary: "cache with an impure plugin",
			Detail: fmt.Sprintf("The stage %q uses plugin.%s, whose verdicts depend on more than the request, and a cached answer "+
				"is given without asking it again.", s.Name, s.Plugin.Ref()),
			Hint:    "Take the cache out of the route, or the stage out of its pipeline.",
			Range:   c.header(),
			Related: []Related{{"the stage", l.stageAt(s)}},
		})
	}
}

package hcl

import (
	"fmt"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/yett-gateway/yett/engine/spec"
)

// checkSomethingToServe reports a configuration that could not answer anything.
func (l *loader) checkSomethingToServe() {
	if len(l.gateway.Providers) > 0 || l.broken || len(l.sources.files) == 0 || len(l.blocks["provider"]) > 0 {
		return
	}
	l.diags.add(Diagnostic{
		Summary: "no provider",
		Detail:  "The configuration declares no provider, so no request could be answered.",
		Hint:    `Add provider "openai" "main" { api_key = env("OPENAI_API_KEY") }, or provider "mock" "mock" {} to try things out.`,
		Range:   Range{File: l.sources.files[0].name},
	})
}

func (l *loader) checkModels() {
	l.checkAliases()
	l.checkFallbacks()
}

// checkAliases finds names that two models claim. A pattern and a name may overlap: the name wins.
func (l *loader) checkAliases() {
	type claim struct {
		model *spec.Model
		at    Range
	}
	claims := map[string]claim{}
	for _, m := range l.gateway.Models {
		b := l.facts.targets[m]
		if b == nil {
			continue // implied
		}
		if _, taken := claims[m.Name]; !taken {
			claims[m.Name] = claim{m, at(b.syntax.LabelRanges[0])}
		}
	}
	for _, m := range l.gateway.Models {
		b := l.facts.targets[m]
		if b == nil {
			continue
		}
		for _, written := range b.texts("aliases", cty.String) {
			alias, where := written.text, written.at
			first, taken := claims[alias]
			switch {
			case !taken:
				claims[alias] = claim{m, where}
			case first.model == m:
				b.report(Diagnostic{
					Severity: Warning, Summary: "alias without effect", Detail: fmt.Sprintf("The model has the name %q already.", alias),
					Hint: "Take the alias out.", Range: where,
				})
			default:
				b.report(Diagnostic{
					Summary: "name claimed twice",
					Detail:  fmt.Sprintf("%q is a name of the model %q already.", alias, first.model.Name),
					Hint:    "Take it out of one of them.",
					Range:   where,
					Related: []Related{{"first claimed here", first.at}},
				})
			}
		}
	}
}

// checkFallbacks finds models that fall back to themselves, at once or by way of others.
func (l *loader) checkFallbacks() {
	const (
		unseen = iota
		open
		done
	)
	state := map[*spec.Model]int{}
	var path []*spec.Model
	var visit func(m *spec.Model)
	visit = func(m *spec.Model) {
		state[m] = open
		path = append(path, m)
		if m.Fallback != nil {
			for _, to := range m.Fallback.To {
				switch state[to] {
				case unseen:
					if len(path) < maxChain {
						visit(to)
					}
				case open:
					l.fallbackCircle(path, m, to)
				}
			}
		}
		path = path[:len(path)-1]
		state[m] = done
	}
	for _, m := range l.gateway.Models {
		if state[m] == unseen {
			visit(m)
		}
	}
}

func (l *loader) fallbackCircle(path []*spec.Model, from, to *spec.Model) {
	b := l.facts.fallbacks[from]
	where := b.referenceAt("to", to)
	if from == to {
		b.report(Diagnostic{
			Summary: "model falls back to itself",
			Detail:  fmt.Sprintf("When all targets of %q have failed, asking it again can't help.", to.Name),
			Hint:    "Name another model.",
			Range:   where,
		})
		return
	}
	var names []string
	for i := range path {
		if len(names) > 0 || path[i] == to {
			names = append(names, "model."+path[i].Name)
		}
	}
	b.report(Diagnostic{
		Summary: "models fall back in a circle",
		Detail:  fmt.Sprintf("%s → model.%s.", strings.Join(names, " → "), to.Name),
		Hint:    "Let the last of them fall back to nothing.",
		Range:   where,
	})
}

// referenceAt is where in a list a model is referred to.
func (b *block) referenceAt(name string, to *spec.Model) Range {
	elements, _, _ := b.elements(name, "", declarationType)
	for _, e := range elements {
		if e.value.IsNull() || e.value.Type() != declarationType {
			continue
		}
		if d, _ := e.value.EncapsulatedValue().(*declaration); d != nil && d.value == any(to) {
			return at(e.expr.Range())
		}
	}
	return b.at(name)
}

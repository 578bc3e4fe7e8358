package hcl

import (
	"fmt"
	"math"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/yett-gateway/yett/engine/spec"
)

// model fills m, which was declared with its name.
func (b *block) model(m *spec.Model) {
	for _, t := range b.texts("aliases", cty.String) {
		if t.text == "" || len(t.text) > 256 {
			b.report(Diagnostic{
				Summary: "invalid alias", Detail: "An alias has 1 to 256 characters.", Range: t.at,
			})
			continue
		}
		m.Aliases = append(m.Aliases, t.text)
	}
	m.Strategy = spec.Strategy(b.choice("strategy", string(spec.Priority)))
	m.Router, _ = refer[*spec.Plugin](b, "router", "plugin")
	b.checkRouter(m)
	b.l.facts.targets[m] = b
	for _, t := range b.all("target") {
		m.Targets = append(m.Targets, t.target())
	}
	if len(m.Targets) == 0 && len(b.all("target")) == 0 {
		b.report(Diagnostic{
			Summary: "model without a target",
			Detail:  "A model needs at least one provider to ask.",
			Hint:    "Add target { provider = provider.openai.main }",
			Range:   b.header(),
		})
	}
	if f := b.block("fallback"); f != nil {
		m.Fallback = f.fallback()
		b.l.facts.fallbacks[m] = f
	}
}

// checkRouter makes strategy and router agree. A router alone says the strategy.
func (b *block) checkRouter(m *spec.Model) {
	if m.Router != nil && !b.has("strategy") {
		m.Strategy = spec.Router
	}
	switch {
	case m.Strategy == spec.Router && !b.has("router"):
		b.report(Diagnostic{
			Summary: "missing router",
			Detail:  `With strategy = "router" a plugin chooses among the targets, and none is named.`,
			Hint:    "Add router = plugin.router.complexity",
			Range:   b.at("strategy"),
		})
	case m.Strategy != spec.Router && b.has("router") && b.has("strategy"):
		b.report(Diagnostic{
			Summary: "router without its strategy",
			Detail:  fmt.Sprintf("With strategy = %q the router would never be asked.", m.Strategy),
			Hint:    `Write strategy = "router", or take the router out.`,
			Range:   b.at("router"),
		})
	case m.Router != nil && m.Router.Kind != "router":
		b.report(Diagnostic{
			Summary: "not a router",
			Detail:  fmt.Sprintf("plugin.%s is %s plugin; it can't choose among targets.", m.Router.Ref(), a(m.Router.Kind)),
			Hint:    "Name a plugin of kind router, such as plugin.router.complexity.",
			Range:   b.at("router"),
		})
	}
}

func (b *block) target() spec.Target {
	t := spec.Target{Pos: specPos(b.header())}
	t.Provider, _ = refer[*spec.Provider](b, "provider", "provider")
	t.Model = b.text("model", "")
	if strings.Contains(t.Model, "*") && t.Model != "*" {
		b.report(Diagnostic{
			Summary: "pattern as a target's model",
			Detail:  "A provider is asked for one model.",
			Hint:    `Write the provider's own name, or "*" for the name that the client asked for.`,
			Range:   b.at("model"),
		})
	}
	t.TrimPrefix = b.text("trim_prefix", "")
	if t.TrimPrefix != "" && t.Model != "" && t.Model != "*" {
		b.report(Diagnostic{
			Severity: Warning,
			Summary:  "trim_prefix has no effect",
			Detail:   fmt.Sprintf("The provider is always asked for %q.", t.Model),
			Hint:     `Write model = "*", or take trim_prefix out.`,
			Range:    b.at("trim_prefix"),
		})
	}
	t.Weight = int(b.integer("weight", 1, 1, 1_000_000))
	t.MaxTokens = int(b.integer("max_tokens", spec.DefaultMaxTokens, 1, math.MaxInt32))
	return t
}

func (b *block) fallback() *spec.Fallback {
	f := &spec.Fallback{Pos: specPos(b.header())}
	var names []string
	for _, n := range spec.Failures {
		names = append(names, string(n))
	}
	for _, t := range b.texts("on", cty.String) {
		if n := nearest(t.text, names); n != t.text {
			b.report(Diagnostic{
				Summary: "unknown failure",
				Detail:  fmt.Sprintf("There is no class of failures %q.", t.text),
				Hint:    didYouMean(t.text, names),
				Range:   t.at,
			})
			continue
		}
		f.On = append(f.On, spec.Failure(t.text))
	}
	if !b.has("on") {
		f.On = spec.DefaultFailures
	}
	f.To, _ = referAll[*spec.Model](b, "to", "model")
	if g, ok := b.given("to"); ok && g.Type().IsTupleType() && g.LengthInt() == 0 {
		b.report(Diagnostic{
			Summary: "fallback to nothing",
			Detail:  "The list of models to fall back to is empty.",
			Hint:    "Name a model, or take the block out.",
			Range:   b.at("to"),
		})
	}
	return f
}

var modelSchema = &schema{
	name:   "model",
	labels: []string{"name"},
	many:   true,
	doc: "What clients ask for: a name with a choice of targets. Without any model block, each provider serves its models as " +
		"`<provider's name>/<model>`, and the first openai, anthropic and gemini provider also under their usual names (`gpt-*`, `claude-*`, `gemini-*`).",
	attributes: []attribute{
		{name: "aliases", typ: "list of strings", doc: "Further names; `*` stands for any run of characters. An exact name wins over a pattern, a longer pattern over a shorter one."},
		{
			name: "strategy", typ: "string", def: `"priority"`, choices: []string{"priority", "weighted", "round_robin", "router"},
			doc: "How a target is chosen: in the order written, by weight, in turn, or by a router plugin.",
		},
		{name: "router", typ: "reference to a plugin", doc: "The router plugin that chooses. It says the strategy too."},
	},
	blocks: []*schema{targetSchema, fallbackSchema},
}

var targetSchema = &schema{
	name: "target",
	many: true,
	doc:  "A provider to ask, at least one.",
	attributes: []attribute{
		{name: "provider", typ: "reference to a provider", required: true, doc: "The account."},
		{name: "model", typ: "string", def: `"*"`, doc: "The provider's own name of the model. `*` is the name that the client asked for."},
		{name: "trim_prefix", typ: "string", doc: "Cut off the asked name before it is sent in the place of `*`."},
		{name: "weight", typ: "number", def: "1", doc: "The target's share, for strategy weighted."},
		{name: "max_tokens", typ: "number", def: "4096", doc: "Sent where the provider's API demands a limit and the client gave none."},
	},
}

var fallbackSchema = &schema{
	name: "fallback",
	doc:  "Which models are tried when all targets have failed.",
	attributes: []attribute{
		{
			name: "on", typ: "list of strings", def: "every failure",
			choices: []string{"connect", "timeout", "rate_limited", "server_error", "context_length", "auth", "invalid_answer"},
			doc:     "The failures that count.",
		},
		{name: "to", typ: "list of references to models", required: true, doc: "The models, in order."},
	},
}

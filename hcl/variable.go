package hcl

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// VariablePrefix begins the environment variables that give values to variable blocks: YETT_VAR_region.
const VariablePrefix = "YETT_VAR_"

// readVariables decodes all variable blocks, which depend on nothing but the environment.
func (l *loader) readVariables(bodies []*hclsyntax.Body) {
	l.variables = map[string]cty.Value{}
	first := map[string]Range{}
	for _, body := range bodies {
		for _, syn := range body.Blocks {
			if syn.Type != "variable" {
				continue
			}
			b, ok := l.named(variableSchema, syn, l.root, "")
			b.open()
			if !ok {
				l.broken = true
				continue
			}
			name := b.labels[0]
			if where, twice := first[name]; twice {
				b.report(Diagnostic{
					Summary: "duplicate variable",
					Detail:  fmt.Sprintf("There is a variable %q already.", name),
					Hint:    "Take one of them out.",
					Range:   b.header(),
					Related: []Related{{"first declared here", where}},
				})
				continue
			}
			first[name] = b.header()
			l.variables[name] = b.variable(name)
		}
	}
	l.root.context.Variables["var"] = cty.ObjectVal(l.variables)
	l.checkGivenVariables()
}

// checkGivenVariables reports values given on the command line for variables that nobody declares.
func (l *loader) checkGivenVariables() {
	if l.broken {
		return
	}
	names := make([]string, 0, len(l.variables))
	for n := range l.variables {
		names = append(names, n)
	}
	for name := range l.options.Variables {
		if !slices.Contains(names, name) {
			l.diags.add(Diagnostic{
				Summary: "unknown variable",
				Detail:  fmt.Sprintf("A value is given for the variable %q, which no file declares.", name),
				Hint:    didYouMean(name, names),
			})
		}
	}
}

// variable returns the variable's value, or DynamicVal if there is none to be had.
func (b *block) variable(name string) cty.Value {
	want := cty.String
	if attr, ok := b.syntax.Body.Attributes["type"]; ok {
		t, diags := typeexpr.TypeConstraint(attr.Expr)
		for _, d := range b.l.foreign(diags, b.within) {
			b.l.diags.add(d)
		}
		if diags.HasErrors() {
			return cty.DynamicVal
		}
		want = t
	} else if d, ok := b.syntax.Body.Attributes["default"]; ok {
		want = b.typeOf(d)
	}
	sensitive := b.flag("sensitive", false)
	b.text("description", "")
	v := b.variableValue(name, want, sensitive)
	if sensitive && v != cty.DynamicVal {
		v = v.Mark(fromSensitive)
	}
	return v
}

// typeOf is the type of a variable that names none: its default's.
func (b *block) typeOf(a *hclsyntax.Attribute) cty.Type {
	if v, diags := b.l.effort.paid(a.Expr, building).Value(b.scope.context); !diags.HasErrors() && v.IsWhollyKnown() && !v.IsNull() {
		return v.Type()
	}
	return cty.DynamicPseudoType // reading the default reports what is wrong
}

func (b *block) variableValue(name string, want cty.Type, sensitive bool) cty.Value {
	if text, ok := b.l.options.Variables[name]; ok {
		return b.outsideValue(text, want, "--var "+name, sensitive)
	}
	if text, ok := b.l.options.Env(VariablePrefix + name); ok {
		return b.outsideValue(text, want, VariablePrefix+name, sensitive)
	}
	g, ok := b.given("default")
	if !ok {
		if b.has("default") {
			return cty.DynamicVal // faulty, or null, which is no value
		}
		b.report(Diagnostic{
			Summary: "variable without a value",
			Detail:  fmt.Sprintf("The variable %q has no default, and no value was given.", name),
			Hint:    fmt.Sprintf("Give one with --var %s=... or %s%s=..., or add a default.", name, VariablePrefix, name),
			Range:   b.header(),
		})
		return cty.DynamicVal
	}
	v, err := convert.Convert(g.Value, want)
	if err != nil {
		b.report(Diagnostic{
			Summary: "wrong value of default",
			Detail:  fmt.Sprintf("Expected %s, got %s.", a(want.FriendlyName()), describe(g.Value, !g.secret && !sensitive)),
			Range:   at(g.expr.Range()),
		})
		return cty.DynamicVal
	}
	if g.outside {
		v = v.Mark(fromEnv)
	}
	return v
}

// outsideValue reads a value that came as text: strings as they are, everything else as an expression.
func (b *block) outsideValue(text string, want cty.Type, from string, sensitive bool) cty.Value {
	v := cty.StringVal(text)
	if want != cty.String {
		var ok bool
		if v, ok = b.parseOutside(text, from); !ok {
			return cty.DynamicVal
		}
	}
	converted, err := convert.Convert(v, want)
	if err != nil || !b.l.effort.pay(converted, building) {
		b.report(Diagnostic{
			Summary: "wrong value of variable",
			Detail:  fmt.Sprintf("Expected %s from %s, got %s.", a(want.FriendlyName()), from, describe(v, !sensitive)),
			Range:   b.header(),
		})
		return cty.DynamicVal
	}
	return converted.Mark(fromVariable)
}

// parseOutside reads an expression of constants, such as ["a", "b"].
func (b *block) parseOutside(text, from string) (cty.Value, bool) {
	v := cty.DynamicVal
	ok := false
	if _, fine := tooNested(from, []byte(text)); fine {
		x, diags := hclsyntax.ParseExpression([]byte(text), from, hcl.InitialPos)
		if !diags.HasErrors() {
			v, diags = b.l.effort.paid(x, building).Value(nil)
			ok = !diags.HasErrors() && v.IsWhollyKnown()
		}
	}
	if !ok {
		b.report(Diagnostic{
			Summary: "wrong value of variable",
			Detail:  fmt.Sprintf("The value from %s can't be read.", from),
			Hint:    `Lists and objects are written as in a file: ["a", "b"].`,
			Range:   b.header(),
		})
	}
	return v, ok
}

var variableSchema = &schema{
	name:   "variable",
	labels: []string{"name"},
	many:   true,
	doc: "A value that comes from outside: `--var name=value`, or the environment variable `YETT_VAR_name`, or the default. " +
		"It is used as `var.name`.",
	attributes: []attribute{
		{name: "type", typ: "type", def: "the default's type, or string", doc: "What the value must be: string, number, bool, list(string), map(string), object({...}), any."},
		{name: "default", typ: "any", doc: "The value if none is given. Without it the variable must be given."},
		{name: "description", typ: "string", doc: "What the variable is for."},
		{name: "sensitive", typ: "bool", def: "false", doc: "Never quote the value in a diagnostic."},
	},
}

package hcl

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// localValue is one name of a locals block.
type localValue struct {
	name  string
	attr  *hclsyntax.Attribute
	state int // 0: not looked at, 1: being evaluated, 2: done
}

// readLocals evaluates all locals, each after those it uses.
func (l *loader) readLocals(bodies []*hclsyntax.Body) {
	all := map[string]*localValue{}
	var order []*localValue
	for _, body := range bodies {
		for _, syn := range body.Blocks {
			if syn.Type != "locals" {
				continue
			}
			l.open(localsSchema, syn, l.root, "")
			for name, attr := range syn.Body.Attributes {
				v := &localValue{name: name, attr: attr}
				if first, twice := all[name]; twice {
					first, v = inOrderOf(first, v)
					l.duplicateLocal(first, v)
					all[name] = first
					continue
				}
				all[name] = v
			}
		}
	}
	l.locals = make(map[string]cty.Value, len(all))
	for name, v := range all {
		order = append(order, v)
		l.locals[name] = cty.StringVal("") // known by name; evaluated below
	}
	slices.SortFunc(order, func(a, b *localValue) int {
		return strings.Compare(a.attr.SrcRange.Filename, b.attr.SrcRange.Filename)*2 +
			sign(a.attr.SrcRange.Start.Byte-b.attr.SrcRange.Start.Byte)
	})
	values := map[string]cty.Value{}
	for _, v := range order {
		l.evalLocal(v, all, values, nil)
	}
	l.root.context.Variables["local"] = cty.ObjectVal(values)
}

func sign(n int) int { return min(max(n, -1), 1) }

func inOrderOf(a, b *localValue) (first, second *localValue) {
	if a.attr.SrcRange.Filename == b.attr.SrcRange.Filename && b.attr.SrcRange.Start.Byte < a.attr.SrcRange.Start.Byte {
		return b, a
	}
	return a, b
}

func (l *loader) duplicateLocal(first, second *localValue) {
	l.diags.add(Diagnostic{
		Summary: "duplicate local",
		Detail:  fmt.Sprintf("There is a local %q already.", first.name),
		Hint:    "Give one of them another name.",
		Range:   at(second.attr.NameRange),
		Within:  "locals",
		Related: []Related{{"first declared here", at(first.attr.NameRange)}},
	})
}

// evalLocal evaluates a local after those it uses. path is the chain that led here.
func (l *loader) evalLocal(v *localValue, all map[string]*localValue, values map[string]cty.Value, path []string) {
	if v.state != 0 {
		return
	}
	v.state = 1
	path = append(path, v.name)
	used := map[string]cty.Value{} // only these, since making an object of all for each is quadratic
	for _, t := range v.attr.Expr.Variables() {
		if t.RootName() != "local" || len(t) < 2 {
			continue
		}
		name, _ := stepName(t[1])
		other := all[name]
		if other == nil {
			continue
		}
		if other.state == 1 {
			l.localCircle(v, append(path[slices.Index(path, name):], name), at(t.SourceRange()))
			continue
		}
		if len(path) < maxChain {
			l.evalLocal(other, all, values, slices.Clip(path))
		}
		if value, ok := values[name]; ok {
			used[name] = value
		}
	}
	l.root.context.Variables["local"] = cty.ObjectVal(used)
	value, ok := l.eval(v.attr.Expr, l.root, "locals")
	if !ok {
		value = cty.DynamicVal
	}
	v.state = 2
	l.locals[v.name], values[v.name] = value, value
}

// localCircle reports locals that need one another.
func (l *loader) localCircle(v *localValue, names []string, where Range) {
	for i, n := range names {
		names[i] = "local." + n
		l.locals[n] = cty.DynamicVal
	}
	l.diags.add(Diagnostic{
		Summary: "locals in a circle",
		Detail:  fmt.Sprintf("To know local.%s it must be known first: %s.", v.name, strings.Join(names, " → ")),
		Hint:    "Write one of them without the others.",
		Range:   where,
		Within:  "locals",
	})
}

var localsSchema = &schema{
	name: "locals",
	many: true,
	free: true,
	doc:  "Names for values that are used more than once, as `local.name`. They may use variables, functions and one another.",
}

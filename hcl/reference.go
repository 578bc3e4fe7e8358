package hcl

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/yett-gateway/yett/engine/spec"
)

// declaration is a block that others refer to: kind and labels make its name.
type declaration struct {
	kind   string
	labels []string
	block  *block
	value  any // *spec.Provider, *spec.Model, ...
	order  int
}

// String is how the declaration is referred to: provider.openai.main, or model["openai/gpt-4o"].
func (d *declaration) String() string {
	s := d.kind
	for _, l := range d.labels {
		if hclsyntax.ValidIdentifier(l) {
			s += "." + l
		} else {
			s += fmt.Sprintf("[%q]", l)
		}
	}
	return s
}

// declarationType is what a reference evaluates to, so that lists, loops and conditionals can hold them.
var declarationType = cty.Capsule("reference", reflect.TypeFor[declaration]())

// referable are the kinds of blocks that others refer to, with how many labels name them.
var referable = map[string]int{"provider": 2, "plugin": 2, "model": 1, "pipeline": 1}

// declareAll gives every named block its value, still empty, so that any block can refer to any other.
func (l *loader) declareAll() {
	// Nobody refers to routes, consumers and listeners, but their names are unique too.
	for _, kind := range []string{"provider", "plugin", "model", "pipeline", "route", "consumer", "listener"} {
		for _, b := range l.blocks[kind] {
			l.declare(kind, b)
		}
	}
	l.namesKnown = true
	for kind := range referable {
		l.root.context.Variables[kind] = l.referenceTree(kind)
	}
}

func (l *loader) declare(kind string, b *block) {
	pos := specPos(b.header())
	d := &declaration{kind: kind, labels: b.labels, block: b, order: len(l.declared)}
	switch kind {
	case "provider":
		d.value = &spec.Provider{Type: spec.ProviderType(b.labels[0]), Name: b.labels[1], Pos: pos}
	case "plugin":
		d.value = &spec.Plugin{Kind: b.labels[0], Name: b.labels[1], Pos: pos}
	case "model":
		d.value = &spec.Model{Name: b.labels[0], Pos: pos}
	case "pipeline":
		d.value = &spec.Pipeline{Name: b.labels[0], Pos: pos}
	case "route":
		d.value = &spec.Route{Name: b.labels[0], Pos: pos}
	case "consumer":
		d.value = &spec.Consumer{Name: b.labels[0], Pos: pos}
	}
	if first, twice := l.declared[d.String()]; twice {
		hint := "Give one of them another name."
		if kind == "plugin" { // a bundled one's name is its folder's
			hint = "Declare it once; stages that use it may each have a config, which is laid over the plugin's."
		}
		b.report(Diagnostic{
			Summary: "duplicate " + kind,
			Detail:  fmt.Sprintf("There is %s already.", a(blockName(b.syntax))),
			Hint:    hint,
			Range:   b.header(),
			Related: []Related{{"first declared here", first.block.header()}},
		})
		// It is read all the same, for its own errors; its name stays the first one's.
		d.labels = append(slices.Clone(d.labels), fmt.Sprintf("#%d", d.order))
	}
	l.declared[d.String()] = d
}

// inOrder returns the declarations as they were written: file by file, kind by kind.
func (l *loader) inOrder() []*declaration {
	if l.ordered != nil {
		return l.ordered
	}
	out := make([]*declaration, 0, len(l.declared))
	for _, d := range l.declared {
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b *declaration) int { return a.order - b.order })
	if l.namesKnown {
		l.ordered = out
	}
	return out
}

// referenceTree is what the name of a kind means in expressions: objects of references.
func (l *loader) referenceTree(kind string) cty.Value {
	flat, nested := map[string]cty.Value{}, map[string]map[string]cty.Value{}
	for _, d := range l.inOrder() {
		if d.kind != kind || len(d.labels) != referable[kind] {
			continue
		}
		v := cty.CapsuleVal(declarationType, d)
		if len(d.labels) == 1 {
			flat[d.labels[0]] = v
			continue
		}
		if nested[d.labels[0]] == nil {
			nested[d.labels[0]] = map[string]cty.Value{}
		}
		nested[d.labels[0]][d.labels[1]] = v
	}
	for name, members := range nested {
		flat[name] = cty.ObjectVal(members)
	}
	return cty.ObjectVal(flat)
}

// checkNames reports names in an expression that mean nothing, with what they may have meant. The
// evaluator would find them too, but knows no places and no neighbours.
func (l *loader) checkNames(x hclsyntax.Expression, sc *scope, within string) bool {
	ok := true
	for _, t := range x.Variables() {
		if sc.iterators[t.RootName()] {
			continue
		}
		if d, bad := l.checkName(t); bad {
			ok = false
			if d.Summary != "" {
				d.Within = within
				l.diags.add(d)
			}
		}
	}
	return ok
}

// checkName checks one traversal. bad without a Summary is a name whose declaration was reported already.
func (l *loader) checkName(t hcl.Traversal) (d Diagnostic, bad bool) {
	root, where := t.RootName(), at(t.SourceRange())
	switch {
	case root == "var" || root == "local":
		return l.checkValueName(t, root, where)
	case referable[root] > 0 && !l.namesKnown:
		return Diagnostic{
			Summary: "no references here",
			Detail:  fmt.Sprintf("Variables, locals and dynamic blocks at the top are read before %s is known.", traversalText(t)),
			Hint:    "Write the reference where it is used.",
			Range:   where,
		}, true
	case referable[root] > 0:
		return l.checkReference(t, root, where)
	case root == "request" || root == "consumer" || root == "route":
		return Diagnostic{
			Summary: "no request here",
			Detail:  fmt.Sprintf("%s is something of a request; this value is decided when the file is read.", traversalText(t)),
			Hint:    "Facts about requests are known in when conditions only.",
			Range:   where,
		}, true
	}
	names := []string{"var", "local", "provider", "model", "plugin", "pipeline"}
	hint := "References begin with " + list(names, "or") + "."
	if n := nearest(root, names); n != "" {
		hint = fmt.Sprintf("Did you mean %s%s?", n, strings.TrimPrefix(traversalText(t), root))
	} else if len(t) == 1 {
		hint = fmt.Sprintf("For a text, write it in quotes: %q.", root)
	}
	return Diagnostic{
		Summary: "unknown name",
		Detail:  fmt.Sprintf("Nothing is called %s here.", root),
		Hint:    hint,
		Range:   where,
	}, true
}

// checkValueName checks var.x and local.x.
func (l *loader) checkValueName(t hcl.Traversal, root string, where Range) (Diagnostic, bool) {
	values, kind := l.variables, "variable"
	if root == "local" {
		values, kind = l.locals, "local"
	}
	names := make([]string, 0, len(values))
	for n := range values {
		names = append(names, n)
	}
	slices.Sort(names)
	if len(t) < 2 {
		return Diagnostic{
			Summary: "incomplete name", Detail: fmt.Sprintf("%s alone is not a value.", root),
			Hint: fmt.Sprintf("Write %s.NAME.", root), Range: where,
		}, true
	}
	name, ok := stepName(t[1])
	if !ok {
		return Diagnostic{}, false // an index: the evaluator answers
	}
	v, known := values[name]
	if !known {
		d := Diagnostic{
			Summary: "unknown " + kind,
			Detail:  fmt.Sprintf("No %s %q is declared.", kind, name),
			Hint:    prefixed(didYouMean(name, names), root),
			Range:   where,
		}
		if len(names) == 0 {
			d.Hint = map[string]string{
				"var":   fmt.Sprintf("Declare it: variable %q { type = string }", name),
				"local": fmt.Sprintf("Declare it: locals { %s = ... }", name),
			}[root]
		}
		return d, true
	}
	return Diagnostic{}, v == cty.DynamicVal
}

// prefixed turns a suggestion "x" into var.x.
func prefixed(hint, root string) string {
	var s strings.Builder
	open := false
	for _, c := range hint {
		if c == '"' {
			if open = !open; open {
				s.WriteString(root + ".")
			}
			continue
		}
		s.WriteRune(c)
	}
	return s.String()
}

// checkReference checks provider.openai.main and its like.
func (l *loader) checkReference(t hcl.Traversal, kind string, where Range) (Diagnostic, bool) {
	want := referable[kind]
	var labels []string
	for _, step := range t[1:] {
		name, ok := stepName(step)
		if !ok {
			break
		}
		labels = append(labels, name)
	}
	if len(labels) < len(t)-1 && len(labels) < want {
		return Diagnostic{}, false // a computed index or a splat: the evaluator answers
	}
	if len(labels) > want {
		labels = labels[:want]
	}
	d := &declaration{kind: kind, labels: labels}
	if len(labels) == want {
		if _, ok := l.declared[d.String()]; ok {
			return Diagnostic{}, false
		}
	}
	if len(labels) < want && l.anyUnder(kind, labels) {
		return Diagnostic{}, false // all of them, as values(model) wants; alone it is of the wrong type
	}
	if l.unparsed {
		return Diagnostic{}, true // it may stand where the syntax error is
	}
	return l.unknownReference(d, where), true
}

// anyUnder tells whether something is declared whose first labels are these.
func (l *loader) anyUnder(kind string, labels []string) bool {
	for _, d := range l.declared {
		if d.kind == kind && len(d.labels) > len(labels) && slices.Equal(d.labels[:len(labels)], labels) {
			return true
		}
	}
	return false
}

// unknownReference says that nothing has the name: what is near, or what there is.
func (l *loader) unknownReference(d *declaration, where Range) Diagnostic {
	quoted := ""
	for _, label := range d.labels {
		quoted += fmt.Sprintf(" %q", label)
	}
	return Diagnostic{
		Summary: "unknown " + d.kind,
		Detail:  fmt.Sprintf("No %s%s is declared.", d.kind, quoted),
		Hint:    l.known(d),
		Range:   where,
	}
}

// known is a hint at what could have been meant: the nearest of the kind, or all of them when they are few.
func (l *loader) known(d *declaration) string {
	if len(l.diags.list) >= maxDiagnostics {
		return "" // nobody will read it
	}
	var names []string
	places := map[string]Range{}
	for _, o := range l.inOrder() {
		if o.kind == d.kind && (referable[d.kind] == 0 || len(o.labels) == referable[d.kind]) {
			names = append(names, o.String())
			places[o.String()] = o.block.header()
		}
	}
	if n := d.nearest(l.inOrder()); n != "" {
		if where := places[n]; len(l.sources.files) > 1 {
			return fmt.Sprintf("Did you mean %s (%s)?", n, where)
		}
		return fmt.Sprintf("Did you mean %s (line %d)?", n, places[n].Start.Line)
	}
	switch {
	case len(names) == 0:
		labels := ""
		for _, label := range d.labels {
			labels += fmt.Sprintf(" %q", label)
		}
		return fmt.Sprintf("Declare it: %s%s { ... }", d.kind, labels)
	case len(names) == 1:
		return fmt.Sprintf("The only one declared is %s.", names[0])
	case len(names) <= 12:
		return "Declared are " + list(names, "and") + "."
	}
	return fmt.Sprintf("%d are declared.", len(names))
}

// nearest returns the declaration of the same kind whose labels are most like d's, "" if none is.
func (d *declaration) nearest(all []*declaration) string {
	byLabels, names := map[string]string{}, []string{}
	for _, o := range all {
		if o.kind == d.kind && len(o.labels) == referable[d.kind] {
			n := strings.Join(o.labels, ".")
			byLabels[n] = o.String()
			names = append(names, n)
		}
	}
	return byLabels[nearest(strings.Join(d.labels, "."), names)]
}

// stepName is the name a step of a traversal goes to, as .name or ["name"].
func stepName(step hcl.Traverser) (string, bool) {
	switch s := step.(type) {
	case hcl.TraverseAttr:
		return s.Name, true
	case hcl.TraverseIndex:
		if s.Key.Type() == cty.String {
			return s.Key.AsString(), true
		}
		if s.Key.Type() == cty.Number {
			if n, exact := s.Key.AsBigFloat().Int64(); exact == 0 {
				return strconv.FormatInt(n, 10), true
			}
		}
	}
	return "", false
}

// traversalText writes a traversal as it stands in a file.
func traversalText(t hcl.Traversal) string {
	s := t.RootName()
	for _, step := range t[1:] {
		switch step := step.(type) {
		case hcl.TraverseAttr:
			s += "." + step.Name
		default:
			if name, ok := stepName(step); ok {
				s += fmt.Sprintf("[%q]", name)
			} else {
				s += "[...]"
			}
		}
	}
	return s
}

// refer reads a reference. The zero T is returned if the attribute isn't written or is faulty.
func refer[T any](b *block, name, kind string) (value T, d *declaration) {
	g, ok := b.given(name)
	if !ok {
		return value, nil
	}
	return referValue[T](b, name, kind, g.Value, g.secret, g.expr)
}

// referAll reads a list of references, each once.
func referAll[T any](b *block, name, kind string) (values []T, where []Range) {
	elements, g, ok := b.elements(name, "a list of references such as ["+exampleReference(kind)+"]", declarationType)
	if !ok {
		return nil, nil
	}
	seen := map[*declaration]bool{}
	for _, e := range elements {
		v, d := referValue[T](b, name, kind, e.value, g.secret, e.expr)
		switch {
		case d == nil:
		case seen[d]:
			b.report(Diagnostic{
				Severity: Warning,
				Summary:  "named twice",
				Detail:   fmt.Sprintf("%s is in the list already.", d),
				Hint:     "Take one of them out.",
				Range:    at(e.expr.Range()),
			})
		default:
			seen[d] = true
			values, where = append(values, v), append(where, at(e.expr.Range()))
		}
	}
	return values, where
}

func referValue[T any](b *block, name, kind string, v cty.Value, secret bool, x hclsyntax.Expression) (value T, d *declaration) {
	if !v.IsNull() && v.Type() == declarationType {
		d, _ = v.EncapsulatedValue().(*declaration)
		if value, ok := d.value.(T); ok {
			return value, d
		}
	}
	want := fmt.Sprintf("a reference to %s such as %s", a(kind), exampleReference(kind))
	if v.Type().IsObjectType() && !v.IsNull() {
		b.report(Diagnostic{
			Summary: "wrong value of " + name,
			Detail:  fmt.Sprintf("Expected %s, got an object.", want),
			Hint:    b.l.known(&declaration{kind: kind}),
			Range:   at(x.Range()),
		})
		return value, nil
	}
	b.report(Diagnostic{
		Summary: "wrong value of " + name,
		Detail:  fmt.Sprintf("Expected %s, got %s.", want, describe(v, !secret)),
		Hint:    quotedReferenceHint(v, kind),
		Range:   at(x.Range()),
	})
	return value, nil
}

// quotedReferenceHint helps those who wrote a reference as a string.
func quotedReferenceHint(v cty.Value, kind string) string {
	if !v.IsNull() && v.Type() == cty.String {
		return fmt.Sprintf("References are written without quotes: %s.", exampleReference(kind))
	}
	return ""
}

func exampleReference(kind string) string {
	return map[string]string{
		"provider": "provider.openai.main", "plugin": "plugin.guard.pii",
		"model": "model.smart", "pipeline": "pipeline.default",
	}[kind]
}

package hcl

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/yett-gateway/yett/engine/spec"
)

// A condition is an HCL expression over facts of a request. It is compiled once, when the file is read:
// what doesn't depend on a request is evaluated then, the rest becomes a tree of small nodes
// (predicate.go), typed, with nothing left that could fail or allocate.

// place is where a condition stands: not every fact is known everywhere.
type place bool

// The places.
const (
	inStage place = false
	inMatch place = true
)

// valueKind is the type of a part of a condition.
type valueKind uint8

// The kinds.
const (
	kindText valueKind = iota
	kindNumber
	kindBool
	kindList // of constants
	kindNull
)

func (k valueKind) String() string {
	return [...]string{"a text", "a number", "a truth value", "a list", "null"}[k]
}

// knownFact is a fact as conditions name it.
type knownFact struct {
	fact spec.Fact
	kind valueKind
}

var knownFacts = map[string]knownFact{
	"request.method":     {spec.FactMethod, kindText},
	"request.path":       {spec.FactPath, kindText},
	"request.model":      {spec.FactModel, kindText},
	"request.dialect":    {spec.FactDialect, kindText},
	"request.stream":     {spec.FactStream, kindBool},
	"request.body_bytes": {spec.FactBodyBytes, kindNumber},
	"request.client_ip":  {spec.FactClientIP, kindText},
	"consumer.name":      {spec.FactConsumer, kindText},
	"consumer.team":      {spec.FactTeam, kindText},
	"route.name":         {spec.FactRoute, kindText},
}

// factFamilies are facts with a name of their own choosing.
var factFamilies = []string{`request.header["name"]`, `consumer.tag["name"]`}

// part is a compiled part of a condition. Bools are nodes, everything else operands.
type part struct {
	kind    valueKind
	operand operand
	node    node
	list    []string
	expr    hclsyntax.Expression
}

// constant tells the value of a bool that is known already.
func (p part) constant() (value, known bool) {
	c, ok := p.node.(constantNode)
	return bool(c), ok
}

// compiler is one run over one condition.
type compiler struct {
	b     *block
	place place
}

// condition reads and compiles an attribute. It is nil, always, if the attribute isn't written or is faulty.
func (b *block) condition(name string, where place) spec.Predicate {
	a, ok := b.syntax.Body.Attributes[name]
	if !ok {
		return nil
	}
	c := &compiler{b, where}
	p, ok := c.compile(a.Expr)
	if !ok {
		return nil
	}
	if p.kind != kindBool {
		c.fail(a.Expr, "condition that isn't true or false", fmt.Sprintf("Expected a truth value, got %s.", p.kind),
			`Compare it with something, as in request.model == "gpt-4o".`)
		return nil
	}
	if v, known := p.constant(); known {
		always := map[bool]string{true: "true", false: "false"}[v]
		b.report(Diagnostic{
			Severity: Warning,
			Summary:  "condition is always " + always,
			Detail:   "It doesn't depend on the request.",
			Hint:     map[bool]string{true: "Take it out.", false: "Take the block out, or compare facts such as request.model."}[v],
			Range:    b.at(name),
		})
	}
	return newPredicate(p.node)
}

func (c *compiler) fail(x hclsyntax.Expression, summary, detail, hint string) (part, bool) {
	c.b.report(Diagnostic{Summary: summary, Detail: detail, Hint: hint, Range: at(x.Range())})
	return part{}, false
}

// factual tells whether an expression asks about a request.
func (c *compiler) factual(x hclsyntax.Expression) bool {
	return slices.ContainsFunc(x.Variables(), func(t hcl.Traversal) bool {
		return factRoot(t.RootName()) && !c.b.scope.iterators[t.RootName()]
	})
}

// factRoot tells whether a name begins facts, or nearly: a misspelt fact is answered as one.
func factRoot(name string) bool {
	if name == "var" || name == "local" || referable[name] > 0 {
		return false
	}
	return nearest(name, []string{"request", "consumer", "route", "tag", "response"}) != ""
}

func (c *compiler) compile(x hclsyntax.Expression) (part, bool) {
	if !c.factual(x) {
		return c.fixed(x)
	}
	switch x := x.(type) {
	case *hclsyntax.ParenthesesExpr:
		return c.compile(x.Expression)
	case *hclsyntax.TemplateWrapExpr:
		return c.compile(x.Wrapped)
	case *hclsyntax.ScopeTraversalExpr:
		return c.fact(x, x.Traversal)
	case *hclsyntax.IndexExpr:
		return c.indexed(x)
	case *hclsyntax.UnaryOpExpr:
		return c.negation(x)
	case *hclsyntax.BinaryOpExpr:
		return c.binary(x)
	case *hclsyntax.FunctionCallExpr:
		return c.call(x)
	case *hclsyntax.ConditionalExpr:
		return c.fail(x, "no choice in conditions", "A condition is evaluated for every request and has no ? and :.",
			"Write a && b || !a && c.")
	case *hclsyntax.TemplateExpr:
		return c.fail(x, "no templates in conditions", "Texts can't be put together from facts.",
			"Use startswith(), endswith(), contains() or glob().")
	}
	return c.fail(x, "not possible in conditions", "This kind of expression can't ask about requests.",
		"Conditions have facts, constants, == != < <= > >= && || ! and the functions "+list(conditionFunctions, "and")+".")
}

// fixed evaluates a part that no request changes.
func (c *compiler) fixed(x hclsyntax.Expression) (part, bool) {
	v, ok := c.b.l.eval(x, c.b.scope, c.b.within)
	if !ok {
		return part{}, false
	}
	v, secret, _ := uncover(v)
	p := part{expr: x, operand: operand{source: fromConstant, secret: secret}}
	switch t := v.Type(); {
	case v.IsNull():
		p.kind = kindNull
	case t == cty.Bool:
		p.kind, p.node = kindBool, constantNode(v.True())
	case t == cty.String:
		p.kind, p.operand.text = kindText, v.AsString()
	case t == cty.Number:
		n, exact := v.AsBigFloat().Int64()
		if exact != 0 || !v.AsBigFloat().IsInt() {
			return c.fail(x, "not a whole number", fmt.Sprintf("Facts are whole numbers, got %s.", describe(v, !secret)), "")
		}
		p.kind, p.operand.number = kindNumber, n
	case t.IsTupleType() || t.IsListType() || t.IsSetType():
		p.kind = kindList
		for it := v.ElementIterator(); it.Next(); {
			_, e := it.Element()
			if e.IsNull() || e.Type() != cty.String {
				return c.fail(x, "wrong type in list", fmt.Sprintf("Expected a list of strings, got %s in it.", describe(e, !secret)), "")
			}
			p.list = append(p.list, e.AsString())
		}
	default:
		return c.fail(x, "not possible in conditions", fmt.Sprintf("Requests can't be compared with %s.", describe(v, false)), "")
	}
	return p, true
}

// fact compiles request.model and its like.
func (c *compiler) fact(x hclsyntax.Expression, t hcl.Traversal) (part, bool) {
	root := t.RootName()
	if root == "tag" || root == "response" {
		return c.fail(x, "unknown fact", fmt.Sprintf("There are no facts about %ss here.", root), c.factHint(root+".x", t))
	}
	var names []string
	for _, step := range t[1:] {
		name, ok := stepName(step)
		if !ok {
			return c.fail(x, "unknown fact", fmt.Sprintf("%s is not a fact.", traversalText(t)), "")
		}
		names = append(names, name)
	}
	if len(names) == 2 && (root == "request" && names[0] == "header" || root == "consumer" && names[0] == "tag") {
		return c.named(x, root, names[1]), true
	}
	text := root + "." + strings.Join(names, ".")
	k, ok := knownFacts[text]
	if !ok {
		return c.fail(x, "unknown fact", fmt.Sprintf("Nothing is known about a request as %s.", strings.TrimSuffix(traversalText(t), ".")),
			c.factHint(text, t))
	}
	if k.fact == spec.FactRoute && c.place == inMatch {
		return c.fail(x, "route not known yet", "The condition helps to choose the route.", "Use route.name in stages.")
	}
	p := part{kind: k.kind, expr: x, operand: operand{source: fromFact, fact: k.fact, name: text}}
	if k.kind == kindBool {
		p.node = flagNode{p.operand}
	}
	return p, true
}

// factHint suggests a fact.
func (c *compiler) factHint(text string, t hcl.Traversal) string {
	names := make([]string, 0, len(knownFacts))
	for n := range knownFacts {
		names = append(names, n)
	}
	slices.Sort(names)
	all := append(names, factFamilies...)
	switch {
	case t.RootName() == "tag" || strings.HasPrefix(text, "consumer.tag"):
		return `Tags of the consumer are consumer.tag["name"].`
	case strings.HasPrefix(text, "request.header"):
		return `Headers are request.header["name"].`
	}
	if n := nearest(text, names); n != "" {
		return fmt.Sprintf("Did you mean %s?", n)
	}
	return "Known are " + list(all, "and") + "."
}

// named is a header or a tag.
func (c *compiler) named(x hclsyntax.Expression, root, name string) part {
	o := operand{source: fromTag, name: name}
	if root == "request" {
		o = operand{source: fromHeader, name: strings.ToLower(name)}
	}
	return part{kind: kindText, operand: o, expr: x}
}

// indexed compiles request.header[local.name].
func (c *compiler) indexed(x *hclsyntax.IndexExpr) (part, bool) {
	t, ok := x.Collection.(*hclsyntax.ScopeTraversalExpr)
	if !ok || c.factual(x.Key) {
		return c.fail(x, "not possible in conditions", "The name of a header or a tag must be known when the file is read.", "")
	}
	text := traversalText(t.Traversal)
	if text != "request.header" && text != "consumer.tag" {
		return c.fail(x, "unknown fact", fmt.Sprintf("%s has no names in it.", text), c.factHint(text, t.Traversal))
	}
	key, ok := c.fixed(x.Key)
	if !ok {
		return part{}, false
	}
	if key.kind != kindText {
		return c.fail(x.Key, "wrong type of name", fmt.Sprintf("Expected a text, got %s.", key.kind), "")
	}
	return c.named(x, t.Traversal.RootName(), key.operand.text), true
}

func (c *compiler) negation(x *hclsyntax.UnaryOpExpr) (part, bool) {
	if x.Op != hclsyntax.OpLogicalNot {
		return c.fail(x, "not possible in conditions", "Facts can't be calculated with.", "")
	}
	p, ok := c.truth(x.Val, "!")
	if !ok {
		return part{}, false
	}
	return part{kind: kindBool, node: not(p.node), expr: x}, true
}

// truth compiles a part that must be true or false.
func (c *compiler) truth(x hclsyntax.Expression, operator string) (part, bool) {
	p, ok := c.compile(x)
	if ok && p.kind != kindBool {
		return c.fail(x, "wrong type in condition", fmt.Sprintf("%s needs truth values, got %s.", operator, p.kind),
			`Compare it with something, as in request.model == "gpt-4o".`)
	}
	return p, ok
}

func (c *compiler) binary(x *hclsyntax.BinaryOpExpr) (part, bool) {
	switch x.Op {
	case hclsyntax.OpLogicalAnd, hclsyntax.OpLogicalOr:
		operator := map[*hclsyntax.Operation]string{hclsyntax.OpLogicalAnd: "&&", hclsyntax.OpLogicalOr: "||"}[x.Op]
		a, okA := c.truth(x.LHS, operator)
		b, okB := c.truth(x.RHS, operator)
		if !okA || !okB {
			return part{}, false
		}
		n := and(a.node, b.node)
		if x.Op == hclsyntax.OpLogicalOr {
			n = or(a.node, b.node)
		}
		return part{kind: kindBool, node: n, expr: x}, true
	}
	a, okA := c.compile(x.LHS)
	b, okB := c.compile(x.RHS)
	if !okA || !okB {
		return part{}, false
	}
	switch x.Op {
	case hclsyntax.OpEqual:
		return c.equal(x, a, b, false)
	case hclsyntax.OpNotEqual:
		return c.equal(x, a, b, true)
	}
	compare, ok := comparisons[x.Op]
	if !ok {
		return c.fail(x, "not possible in conditions", "Facts can't be calculated with.", "Calculate with constants, and compare the result.")
	}
	if a.kind != kindNumber || b.kind != kindNumber {
		return c.fail(x, "wrong type in condition", fmt.Sprintf("%s needs numbers, got %s and %s.", compare, a.kind, b.kind), "")
	}
	return part{kind: kindBool, node: orderNode{a.operand, b.operand, compare}, expr: x}, true
}

var comparisons = map[*hclsyntax.Operation]comparison{
	hclsyntax.OpLessThan: less, hclsyntax.OpLessThanOrEqual: lessOrEqual,
	hclsyntax.OpGreaterThan: greater, hclsyntax.OpGreaterThanOrEqual: greaterOrEqual,
}

func (c *compiler) equal(x hclsyntax.Expression, a, b part, negated bool) (part, bool) {
	if a.kind == kindNull {
		a, b = b, a
	}
	var n node
	switch {
	case b.kind == kindNull && (a.operand.source == fromHeader || a.operand.source == fromTag):
		n = absentNode{a.operand}
	case b.kind == kindNull:
		return c.fail(x, "never null", "This fact always has a value.", `Compare it with "".`)
	case a.kind != b.kind || a.kind == kindList:
		return c.fail(x, "wrong type in condition", fmt.Sprintf("%s can't equal %s.", upperFirst(a.kind.String()), b.kind), c.equalHint(a, b))
	case a.kind == kindBool:
		n = same(a.node, b.node)
	case a.kind == kindNumber:
		n = orderNode{a.operand, b.operand, equals}
	default:
		c.checkMethod(a, b)
		n = equalNode{a.operand, b.operand}
	}
	if negated {
		n = not(n)
	}
	return part{kind: kindBool, node: n, expr: x}, true
}

func (c *compiler) equalHint(a, b part) string {
	switch {
	case a.kind == kindList || b.kind == kindList:
		return `To look into a list: contains(["a", "b"], request.model).`
	case a.kind == kindBool || b.kind == kindBool:
		return "Write true and false without quotes."
	case a.kind == kindNumber || b.kind == kindNumber:
		return "Write numbers without quotes."
	}
	return ""
}

// checkMethod warns of methods that no request has.
func (c *compiler) checkMethod(a, b part) {
	if b.operand.source != fromConstant {
		a, b = b, a
	}
	if a.operand.source != fromFact || a.operand.fact != spec.FactMethod || b.operand.source != fromConstant {
		return
	}
	if m := b.operand.text; m != strings.ToUpper(m) {
		c.b.report(Diagnostic{
			Severity: Warning, Summary: "no such method", Detail: "Methods are upper case, so this is never equal.",
			Hint: fmt.Sprintf("Write %q.", strings.ToUpper(m)), Range: at(b.expr.Range()),
		})
	}
}

// conditionFunctions are the functions that take facts.
var conditionFunctions = []string{"contains", "endswith", "glob", "matches", "startswith"}

func (c *compiler) call(x *hclsyntax.FunctionCallExpr) (part, bool) {
	if !slices.Contains(conditionFunctions, x.Name) {
		hint := didYouMean(x.Name, conditionFunctions)
		if x.Name == "lower" || x.Name == "upper" {
			hint = `To disregard case: matches(request.model, "(?i)^gpt-").`
		}
		return c.fail(x, "no such function in conditions", fmt.Sprintf("%s can't be called for every request.", x.Name), hint)
	}
	if len(x.Args) != 2 || x.ExpandFinal {
		return c.fail(x, "wrong number of arguments", fmt.Sprintf("%s takes two arguments, got %d.", x.Name, len(x.Args)), "")
	}
	a, okA := c.compile(x.Args[0])
	b, okB := c.compile(x.Args[1])
	if !okA || !okB {
		return part{}, false
	}
	if x.Name == "contains" && a.kind == kindList {
		if b.kind != kindText {
			return c.fail(x.Args[1], "wrong type in condition", fmt.Sprintf("Expected a text, got %s.", b.kind), "")
		}
		return part{kind: kindBool, node: newMember(b.operand, a.list, a.operand.secret), expr: x}, true
	}
	for i, p := range []part{a, b} {
		if p.kind != kindText {
			return c.fail(x.Args[i], "wrong type in condition", fmt.Sprintf("%s needs texts, got %s.", x.Name, p.kind), "")
		}
	}
	n, ok := c.search(x, a, b)
	return part{kind: kindBool, node: n, expr: x}, ok
}

// search compiles a function of two texts.
func (c *compiler) search(x *hclsyntax.FunctionCallExpr, a, b part) (node, bool) {
	if x.Name != "glob" && x.Name != "matches" {
		return searchNode{x.Name, searches[x.Name], a.operand, b.operand}, true
	}
	if b.operand.source != fromConstant {
		_, ok := c.fail(x.Args[1], "pattern not known", "A pattern must be known when the file is read.",
			fmt.Sprintf(`The pattern comes second: %s(request.model, "...").`, x.Name))
		return nil, ok
	}
	if x.Name == "glob" {
		return globNode{a.operand, b.operand}, true
	}
	if len(b.operand.text) > 1000 {
		_, ok := c.fail(x.Args[1], "pattern too long", "A pattern has at most 1000 characters.", "")
		return nil, ok
	}
	re, err := regexp.Compile(b.operand.text)
	if err != nil {
		_, ok := c.fail(x.Args[1], "invalid pattern", upperFirst(strings.TrimPrefix(err.Error(), "error parsing regexp: "))+".", "Patterns are RE2: https://github.com/google/re2/wiki/Syntax")
		return nil, ok
	}
	return matchNode{a.operand, b.operand, re}, true
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

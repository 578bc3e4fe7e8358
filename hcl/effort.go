package hcl

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// effort bounds what evaluating one configuration may cost. HCL has no loops without end, but nested for
// expressions multiply, and locals that each double the one before reach a gigabyte in thirty lines.
//
// Every expression is evaluated through a copy whose parts are paid for by the size of their values,
// before those values are put together into larger ones: what is built, passed to a function, looped over
// or kept pays its whole size, since somebody will walk through it. Reading a name or a literal shares
// what is there and costs next to nothing, so that thousands of blocks may look into one large map.
type effort struct {
	spent, limit int
}

const (
	baseEffort    = 32 << 20 // units: a byte of a string is one
	sourceEffort  = 64       // units for each byte of source, so that large configurations aren't refused
	elementEffort = 32       // units for each value besides its bytes
	readEffort    = 2        // units for reading a name or a literal
)

func (e *effort) exhausted() bool { return e.spent > e.limit }

// pay charges for a value and tells whether it was affordable.
func (e *effort) pay(v cty.Value, p price) bool {
	bare, _ := v.Unmark()
	switch p {
	case reading:
		if e.spent += readEffort; hugeNumber(bare) {
			e.spent = e.limit + 1
		}
	case counting:
		if e.spent += elementEffort; bare.CanIterateElements() {
			e.spent += elementEffort * bare.LengthInt()
		}
	default:
		e.weigh(v)
	}
	return !e.exhausted()
}

// price is how a part is paid for.
type price uint8

// The prices.
const (
	building price = iota // the whole size
	counting              // the number of elements
	reading               // a trifle
)

// weigh charges for the whole value, and walks no further than can be paid for: values share parts, and a
// small graph may be a tree without end.
func (e *effort) weigh(v cty.Value) {
	e.spent += elementEffort
	if v, _ = v.Unmark(); e.exhausted() || !v.IsKnown() || v.IsNull() {
		return
	}
	switch t := v.Type(); {
	case t == cty.String:
		e.spent += len(v.AsString())
	case hugeNumber(v):
		e.spent = e.limit + 1
	case t.IsObjectType() || t.IsTupleType() || t.IsCollectionType():
		for it := v.ElementIterator(); it.Next(); {
			key, element := it.Element()
			if key.Type() == cty.String && !t.IsSetType() {
				e.spent += len(key.AsString())
			}
			if e.weigh(element); e.exhausted() {
				return
			}
		}
	}
}

// hugeNumber tells whether a number's text would be long: it has as many digits as the exponent says, so
// that of 1e99999999 takes 100 megabytes.
func hugeNumber(v cty.Value) bool {
	if v.Type() != cty.Number || !v.IsKnown() || v.IsNull() {
		return false
	}
	exponent := v.AsBigFloat().MantExp(nil)
	return exponent > 4096 || exponent < -4096
}

// paid is an expression whose value is paid for.
type paid struct {
	hclsyntax.Expression
	effort *effort
	price  price
}

// errEffort is what a part answers that can't be paid for. The loader says it in its own words, once.
var errEffort = hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "value too large", Detail: "Value too large."}}

func (p *paid) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	if p.effort.exhausted() {
		return cty.DynamicVal, nil // said already
	}
	v, diags := p.Expression.Value(ctx)
	if !p.effort.pay(v, p.price) {
		return cty.DynamicVal, errEffort
	}
	return v, diags
}

// paid returns a copy of the expression that is paid for, with its parts.
func (e *effort) paid(x hclsyntax.Expression, p price) hclsyntax.Expression {
	return &paid{e.metered(x), e, p}
}

// metered returns a copy of the expression with its costly parts paid for. The original is what
// references, conditions and positions are read from, so it stays as it is.
func (e *effort) metered(x hclsyntax.Expression) hclsyntax.Expression {
	switch x := x.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		return &paid{x, e, reading}
	case *hclsyntax.LiteralValueExpr:
		return &paid{x, e, reading}
	case *hclsyntax.ParenthesesExpr:
		c := *x
		c.Expression = e.metered(x.Expression)
		return &c
	case *hclsyntax.TemplateExpr:
		c := *x
		c.Parts = make([]hclsyntax.Expression, len(x.Parts))
		for i, part := range x.Parts {
			c.Parts[i] = e.paid(part, building)
		}
		return &c
	case *hclsyntax.TemplateWrapExpr:
		c := *x
		c.Wrapped = e.metered(x.Wrapped)
		return &c
	case *hclsyntax.TemplateJoinExpr:
		c := *x
		c.Tuple = e.metered(x.Tuple)
		return &c
	case *hclsyntax.FunctionCallExpr:
		c := *x
		c.Args = e.each(x.Args)
		if x.Name == "lookup" && !x.ExpandFinal && len(x.Args) >= 2 {
			return &paid{&lookupExpr{&c}, e, reading}
		}
		for i, arg := range c.Args {
			c.Args[i] = &paid{arg, e, building}
		}
		return &paid{&c, e, building}
	case *hclsyntax.ConditionalExpr:
		c := *x
		c.Condition, c.TrueResult, c.FalseResult = e.metered(x.Condition), e.metered(x.TrueResult), e.metered(x.FalseResult)
		return &paid{&c, e, building} // the results are brought to one type
	case *hclsyntax.BinaryOpExpr:
		c := *x
		c.LHS, c.RHS = e.metered(x.LHS), e.metered(x.RHS)
		return &paid{&c, e, building} // a product of large numbers is larger
	case *hclsyntax.UnaryOpExpr:
		c := *x
		c.Val = e.metered(x.Val)
		return &c
	case *hclsyntax.IndexExpr:
		c := *x
		c.Collection, c.Key = e.metered(x.Collection), e.metered(x.Key)
		return &c
	case *hclsyntax.RelativeTraversalExpr:
		c := *x
		c.Source = e.metered(x.Source)
		return &c
	case *hclsyntax.SplatExpr:
		c := *x
		c.Source, c.Each = e.paid(x.Source, building), e.paid(x.Each, building)
		return &paid{&c, e, building}
	case *hclsyntax.TupleConsExpr:
		c := *x
		c.Exprs = e.each(x.Exprs)
		return &c
	case *hclsyntax.ObjectConsExpr:
		return e.object(x)
	case *hclsyntax.ForExpr:
		return e.loop(x)
	}
	return x
}

func (e *effort) each(xs []hclsyntax.Expression) []hclsyntax.Expression {
	out := make([]hclsyntax.Expression, len(xs))
	for i, x := range xs {
		out[i] = e.metered(x)
	}
	return out
}

func (e *effort) object(x *hclsyntax.ObjectConsExpr) hclsyntax.Expression {
	c := *x
	c.Items = make([]hclsyntax.ObjectConsItem, len(x.Items))
	for i, item := range x.Items {
		key := item.KeyExpr
		// A bare name is a key's text, not a variable; only what is computed is worth a copy.
		if k, ok := key.(*hclsyntax.ObjectConsKeyExpr); ok && hcl.ExprAsKeyword(k) == "" {
			copied := *k
			copied.Wrapped = e.metered(k.Wrapped)
			key = &copied
		}
		c.Items[i] = hclsyntax.ObjectConsItem{KeyExpr: key, ValueExpr: e.metered(item.ValueExpr)}
	}
	return &c
}

// loop makes each turn pay for what it yields, and the whole for its number of turns in advance.
func (e *effort) loop(x *hclsyntax.ForExpr) hclsyntax.Expression {
	c := *x
	c.CollExpr, c.ValExpr = e.paid(x.CollExpr, counting), e.paid(x.ValExpr, building)
	if x.KeyExpr != nil {
		c.KeyExpr = e.paid(x.KeyExpr, building)
	}
	if x.CondExpr != nil {
		c.CondExpr = e.paid(x.CondExpr, building)
	}
	return &c
}

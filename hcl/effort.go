package hcl

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// effort bounds what evaluating one configuration may cost. HCL has no loops without end, but nested for
// expressions multiply, and locals that each double the one before reach a gigabyte in thirty lines.
//
// Every expression is evaluated through a copy whose reads, calls, loops and templates are paid for by
// the size of their values, before those values are put together into larger ones. What isn't paid for is
// bounded by the length of the source.
type effort struct {
	spent int
	said  bool // the diagnostic was given
}

const (
	maxEffort    = 32 << 20 // units: a byte of a string is one
	elementPrice = 32       // units for each value besides its bytes
)

func (e *effort) exhausted() bool { return e.spent > maxEffort }

// pay charges for a value and tells whether it was affordable.
func (e *effort) pay(v cty.Value) bool {
	e.weigh(v)
	return !e.exhausted()
}

// weigh walks the value no further than can be paid for: values share parts, and a small graph may be a
// tree without end.
func (e *effort) weigh(v cty.Value) {
	e.spent += elementPrice
	if e.exhausted() {
		return
	}
	if v, _ = v.Unmark(); !v.IsKnown() || v.IsNull() {
		return
	}
	switch t := v.Type(); {
	case t == cty.String:
		e.spent += len(v.AsString())
	case t == cty.Number:
		// A number's text has as many digits as its exponent says: 1e999999999 is a gigabyte.
		if exponent := v.AsBigFloat().MantExp(nil); exponent > 4096 || exponent < -4096 {
			e.spent = maxEffort + 1
		}
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

// paid is an expression whose value is paid for.
type paid struct {
	hclsyntax.Expression
	effort *effort
}

func (p *paid) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	if p.effort.exhausted() {
		return cty.DynamicVal, p.effort.diagnostic(p.Range())
	}
	v, diags := p.Expression.Value(ctx)
	if !p.effort.pay(v) {
		return cty.DynamicVal, append(diags, p.effort.diagnostic(p.Range())...)
	}
	return v, diags
}

// diagnostic says once that the effort is spent; everything after it fails in silence.
func (e *effort) diagnostic(r hcl.Range) hcl.Diagnostics {
	if e.said {
		return nil
	}
	e.said = true
	return hcl.Diagnostics{{
		Severity: hcl.DiagError,
		Summary:  "value too large",
		Detail: "Evaluating the configuration up to here made values of more than 32 MiB, or a number " +
			"that is too large to write down. Use fewer nested loops and shorter texts.",
		Subject: &r,
	}}
}

func (e *effort) paid(x hclsyntax.Expression) hclsyntax.Expression {
	return &paid{e.metered(x), e}
}

// metered returns a copy of the expression with its costly parts paid for. The original is what
// references, conditions and positions are read from, so it stays as it is.
func (e *effort) metered(x hclsyntax.Expression) hclsyntax.Expression {
	switch x := x.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		return &paid{x, e}
	case *hclsyntax.LiteralValueExpr:
		return &paid{x, e}
	case *hclsyntax.ParenthesesExpr:
		c := *x
		c.Expression = e.metered(x.Expression)
		return &c
	case *hclsyntax.TemplateExpr:
		c := *x
		c.Parts = e.each(x.Parts)
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
		return &paid{&c, e}
	case *hclsyntax.ConditionalExpr:
		c := *x
		c.Condition, c.TrueResult, c.FalseResult = e.metered(x.Condition), e.metered(x.TrueResult), e.metered(x.FalseResult)
		return &c
	case *hclsyntax.BinaryOpExpr:
		c := *x
		c.LHS, c.RHS = e.metered(x.LHS), e.metered(x.RHS)
		return &paid{&c, e} // a product of large numbers is larger
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
		c.Source, c.Each = e.paid(x.Source), e.paid(x.Each)
		return &paid{&c, e}
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
	c.CollExpr, c.ValExpr = e.paid(x.CollExpr), e.paid(x.ValExpr)
	if x.KeyExpr != nil {
		c.KeyExpr = e.paid(x.KeyExpr)
	}
	if x.CondExpr != nil {
		c.CondExpr = e.paid(x.CondExpr)
	}
	return &c
}

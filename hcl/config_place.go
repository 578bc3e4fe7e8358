package hcl

import (
	"strconv"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// configAt finds the place of a value inside an expression, as far as the expression shows its shape: the
// member's value, or its name where the value is an object.
func configAt(x hclsyntax.Expression, path []string) Range {
	for {
		if p, ok := x.(*hclsyntax.ParenthesesExpr); ok {
			x = p.Expression
			continue
		}
		if len(path) == 0 {
			return at(x.Range())
		}
		next := memberOf(x, path[0])
		if next == nil {
			return at(x.Range())
		}
		x, path = next, path[1:]
	}
}

// memberOf is the expression of a member or an element, nil if it isn't written as one.
func memberOf(x hclsyntax.Expression, name string) hclsyntax.Expression {
	switch x := x.(type) {
	case *hclsyntax.ObjectConsExpr:
		for _, item := range x.Items {
			if keyName(item.KeyExpr) == name {
				return item.ValueExpr
			}
		}
	case *hclsyntax.TupleConsExpr:
		if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < len(x.Exprs) {
			return x.Exprs[i]
		}
	}
	return nil
}

// hasMember tells whether an expression writes a member of that name.
func hasMember(x hclsyntax.Expression, name string) bool {
	if p, ok := x.(*hclsyntax.ParenthesesExpr); ok {
		return hasMember(p.Expression, name)
	}
	return x != nil && memberOf(x, name) != nil
}

package hcl

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// lookupExpr is a call of lookup(map, key[, default]) that looks at one member. Calling it as a function
// walks through the whole map in search of marks: 3 ms for a map of 2,000 objects, for every look.
type lookupExpr struct{ *hclsyntax.FunctionCallExpr }

func (x *lookupExpr) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	var diags hcl.Diagnostics
	args := make([]cty.Value, len(x.Args))
	for i, arg := range x.Args {
		v, more := arg.Value(ctx)
		args[i], diags = v, append(diags, more...)
	}
	if diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	if len(args) > 3 {
		return x.fail(3, "lookup takes a map, a key and a default")
	}
	m, marks := args[0].Unmark()
	k, keyMarks := args[1].Unmark()
	key, err := convert.Convert(k, cty.String)
	switch {
	case !m.IsKnown() || !k.IsKnown():
		return cty.DynamicVal, nil
	case m.IsNull() || !m.Type().IsObjectType() && !m.Type().IsMapType():
		return x.fail(0, fmt.Sprintf("a map or an object is needed, not %s", describe(args[0], false)))
	case err != nil || key.IsNull():
		return x.fail(1, fmt.Sprintf("a string is needed, not %s", describe(args[1], false)))
	case m.Type().IsObjectType() && m.Type().HasAttribute(key.AsString()):
		return m.GetAttr(key.AsString()).WithMarks(marks, keyMarks), nil
	case m.Type().IsMapType() && m.HasIndex(key).True():
		return m.Index(key).WithMarks(marks, keyMarks), nil
	case len(args) == 3:
		return args[2].WithMarks(marks, keyMarks), nil
	}
	return x.fail(1, "the map has no such key, and no default was given")
}

func (x *lookupExpr) fail(argument int, why string) (cty.Value, hcl.Diagnostics) {
	return cty.DynamicVal, hcl.Diagnostics{{
		Severity: hcl.DiagError,
		Summary:  "Invalid function argument",
		Detail:   upperFirst(why) + ".",
		Subject:  x.Args[argument].Range().Ptr(),
	}}
}

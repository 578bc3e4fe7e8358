package table

import (
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// readBlocks reads the blocks of an HCL file.
func readBlocks(path string, text []byte, block string) ([]*Node, error) {
	file, diags := hclsyntax.ParseConfig(text, path, hcl.InitialPos)
	if diags.HasErrors() {
		return nil, diagnostics(path, diags)
	}
	body := file.Body.(*hclsyntax.Body)
	r := &blockReader{path: path}
	for _, a := range byLine(body.Attributes) {
		r.fail(a.SrcRange, fmt.Sprintf("%q stands outside of a block", a.Name), fmt.Sprintf("put it into %s \"NAME\" { … }", block))
	}
	var out []*Node
	for _, b := range body.Blocks {
		switch {
		case b.Type != block:
			r.fail(b.TypeRange, fmt.Sprintf("a table has no block %q", b.Type), fmt.Sprintf("write %s \"NAME\" { … }", block))
			continue
		case len(b.Labels) != 1:
			r.fail(b.TypeRange, fmt.Sprintf("a block %q has one label, its name", block), "")
			continue
		}
		n := r.body(b.Body, b.TypeRange.Start.Line)
		name := &Node{Kind: String, Text: b.Labels[0], File: path, Line: b.TypeRange.Start.Line}
		if n.member("name") != nil {
			r.fail(b.TypeRange, `the name is the block's label`, `leave out the attribute "name"`)
		}
		n.Members = slices.Insert(n.Members, 0, Member{"name", name.Line, name})
		out = append(out, n)
	}
	return out, errors.Join(r.errs...)
}

// diagnostics are HCL's own errors.
func diagnostics(path string, diags hcl.Diagnostics) error {
	var errs []error
	for _, d := range diags {
		line := 1
		if d.Subject != nil {
			line = d.Subject.Start.Line
		}
		errs = append(errs, &Error{File: path, Line: line, What: d.Summary + ": " + d.Detail})
	}
	return errors.Join(errs...)
}

type blockReader struct {
	path string
	errs []error
}

func (r *blockReader) fail(at hcl.Range, what, hint string) {
	r.errs = append(r.errs, &Error{File: r.path, Line: at.Start.Line, What: what, Hint: hint})
}

func byLine(all hclsyntax.Attributes) []*hclsyntax.Attribute {
	var out []*hclsyntax.Attribute
	for _, a := range all {
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b *hclsyntax.Attribute) int { return a.SrcRange.Start.Byte - b.SrcRange.Start.Byte })
	return out
}

// body makes an object of a block's attributes and blocks.
func (r *blockReader) body(b *hclsyntax.Body, line int) *Node {
	n := &Node{Kind: Object, File: r.path, Line: line}
	for _, a := range byLine(b.Attributes) {
		n.Members = append(n.Members, Member{a.Name, a.NameRange.Start.Line, r.value(a.Expr)})
	}
	for _, inner := range b.Blocks {
		switch {
		case len(inner.Labels) > 0:
			r.fail(inner.TypeRange, fmt.Sprintf("block %q has no labels", inner.Type), "")
		case n.member(inner.Type) != nil:
			r.fail(inner.TypeRange, fmt.Sprintf("%q is there twice", inner.Type), "")
		default:
			n.Members = append(n.Members, Member{inner.Type, inner.TypeRange.Start.Line, r.body(inner.Body, inner.TypeRange.Start.Line)})
		}
	}
	return n
}

// value evaluates an expression. Objects and lists are walked, so that their members keep their lines.
func (r *blockReader) value(e hclsyntax.Expression) *Node {
	n := &Node{File: r.path, Line: e.Range().Start.Line}
	switch e := e.(type) {
	case *hclsyntax.ObjectConsExpr:
		n.Kind = Object
		for _, item := range e.Items {
			key, diags := item.KeyExpr.Value(nil)
			if diags.HasErrors() || key.Type() != cty.String || key.IsNull() {
				r.fail(item.KeyExpr.Range(), "a member's name must be a word or a text", "")
				continue
			}
			if n.member(key.AsString()) != nil {
				r.fail(item.KeyExpr.Range(), fmt.Sprintf("%q is there twice", key.AsString()), "")
				continue
			}
			n.Members = append(n.Members, Member{key.AsString(), item.KeyExpr.Range().Start.Line, r.value(item.ValueExpr)})
		}
		return n
	case *hclsyntax.TupleConsExpr:
		n.Kind = List
		for _, item := range e.Exprs {
			n.Items = append(n.Items, r.value(item))
		}
		return n
	}
	v, diags := e.Value(nil)
	if diags.HasErrors() {
		r.fail(e.Range(), diags[0].Summary+": "+diags[0].Detail, "a table has texts, numbers, lists and objects, and nothing that is computed")
		return n
	}
	switch {
	case v.IsNull():
	case v.Type() == cty.String:
		n.Kind, n.Text = String, v.AsString()
	case v.Type() == cty.Number:
		f := v.AsBigFloat()
		n.Kind, n.Text = Number, f.Text('g', -1)
		if f.IsInt() {
			n.Text = f.Text('f', 0)
		}
	case v.Type() == cty.Bool:
		n.Kind, n.Bool = Bool, v.True()
	default:
		r.fail(e.Range(), "a table has texts, numbers, lists and objects, and nothing that is computed", "")
	}
	return n
}

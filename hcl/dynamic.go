package hcl

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// scope is what names mean at one place: the configuration's own, and the iterators of dynamic blocks around.
type scope struct {
	context   *hcl.EvalContext
	iterators map[string]bool
}

// child is the scope with one more iterator.
func (s *scope) child(name string, value cty.Value) *scope {
	c := &scope{context: s.context.NewChild(), iterators: map[string]bool{name: true}}
	for n := range s.iterators {
		c.iterators[n] = true
	}
	c.context.Variables = map[string]cty.Value{name: value}
	return c
}

// placed is a block and the scope it stands in.
type placed struct {
	syntax *hclsyntax.Block
	scope  *scope
}

// maxDynamic is the most blocks that one configuration makes out of dynamic ones.
const maxDynamic = 10_000

// expand replaces dynamic blocks by what they make. Expressions inside stay syntax, read later in their
// own scope, so references and conditions work in them as anywhere.
func (l *loader) expand(blocks hclsyntax.Blocks, sc *scope, within string) []placed {
	out := make([]placed, 0, len(blocks))
	for _, b := range blocks {
		if b.Type == "dynamic" {
			out = append(out, l.dynamic(b, sc, within)...)
		} else {
			out = append(out, placed{b, sc})
		}
	}
	return out
}

// dynamicSchema is what a dynamic block itself may hold.
var dynamicSchema = []string{"for_each", "iterator", "labels"}

func (l *loader) dynamic(b *hclsyntax.Block, sc *scope, within string) []placed {
	report := func(d Diagnostic) { d.Within = within; l.diags.add(d) }
	if len(b.Labels) != 1 {
		report(Diagnostic{
			Summary: "missing label",
			Detail:  "A dynamic block's one label is the type of the blocks it makes.",
			Hint:    `Write it as: dynamic "target" { for_each = ... }`,
			Range:   at(b.DefRange()),
		})
		return nil
	}
	for name, a := range b.Body.Attributes {
		if nearest(name, dynamicSchema) != name {
			report(Diagnostic{
				Summary: "unknown attribute",
				Detail:  fmt.Sprintf("A dynamic block has no attribute %q; the attributes of what it makes go into its content block.", name),
				Hint:    didYouMean(name, dynamicSchema),
				Range:   at(a.NameRange),
			})
		}
	}
	each, ok := b.Body.Attributes["for_each"]
	if !ok || len(b.Body.Blocks) != 1 || b.Body.Blocks[0].Type != "content" {
		report(Diagnostic{
			Summary: "incomplete dynamic block",
			Detail:  "A dynamic block has the attribute for_each and one content block.",
			Hint:    fmt.Sprintf(`Write it as: dynamic %q { for_each = ... content { ... } }`, b.Labels[0]),
			Range:   at(b.DefRange()),
		})
		return nil
	}
	iterator := b.Labels[0]
	if a, ok := b.Body.Attributes["iterator"]; ok {
		if iterator = hcl.ExprAsKeyword(a.Expr); iterator == "" {
			report(Diagnostic{
				Summary: "invalid iterator", Detail: "An iterator is a bare name.", Hint: "Write: iterator = each",
				Range: at(a.Expr.Range()),
			})
			return nil
		}
	}
	v, ok := l.eval(each.Expr, sc, within)
	if !ok {
		return nil
	}
	whole := v
	if v, _ = v.Unmark(); v.IsNull() || !v.CanIterateElements() {
		report(Diagnostic{
			Summary: "wrong type of for_each",
			Detail:  fmt.Sprintf("Expected a list, a set, a map or an object, got %s.", describe(whole, true)),
			Range:   at(each.Expr.Range()),
		})
		return nil
	}
	var out []placed
	for it := v.ElementIterator(); it.Next(); {
		if l.dynamics++; l.dynamics > maxDynamic {
			report(Diagnostic{
				Summary: "too many dynamic blocks",
				Detail:  fmt.Sprintf("Dynamic blocks make more than %d blocks.", maxDynamic),
				Hint:    "Use shorter lists.",
				Range:   at(each.Expr.Range()),
			})
			break
		}
		key, value := it.Element()
		inner := sc.child(iterator, cty.ObjectVal(map[string]cty.Value{"key": key, "value": value}))
		if made, ok := l.make(b, inner, within); ok {
			out = append(out, placed{made, inner})
		}
	}
	return out
}

// make builds the block that one turn of a dynamic block stands for.
func (l *loader) make(b *hclsyntax.Block, sc *scope, within string) (*hclsyntax.Block, bool) {
	content := b.Body.Blocks[0]
	made := &hclsyntax.Block{
		Type: b.Labels[0], TypeRange: b.LabelRanges[0], Body: content.Body,
		OpenBraceRange: b.OpenBraceRange, CloseBraceRange: b.CloseBraceRange,
	}
	a, ok := b.Body.Attributes["labels"]
	if !ok {
		return made, true
	}
	v, ok := l.eval(a.Expr, sc, within)
	if !ok {
		return nil, false
	}
	bare, _ := v.UnmarkDeep()
	labels, err := convert.Convert(bare, cty.List(cty.String))
	if err != nil || labels.IsNull() {
		l.diags.add(Diagnostic{
			Summary: "wrong type of labels",
			Detail:  fmt.Sprintf("Expected a list of strings, got %s.", describe(v, true)),
			Range:   at(a.Expr.Range()),
			Within:  within,
		})
		return nil, false
	}
	for it := labels.ElementIterator(); it.Next(); {
		_, label := it.Element()
		if label.IsNull() {
			return nil, false
		}
		made.Labels = append(made.Labels, label.AsString())
		made.LabelRanges = append(made.LabelRanges, a.Expr.Range())
	}
	return made, true
}

package hcl

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/yett-gateway/yett/engine/spec"
)

// eval evaluates an expression. It is false if that failed, which has been reported then.
func (l *loader) eval(x hclsyntax.Expression, sc *scope, within string) (cty.Value, bool) {
	if !l.checkNames(x, sc, within) {
		return cty.NilVal, false
	}
	v, diags := l.effort.paid(x, building).Value(sc.context)
	if l.effort.exhausted() {
		if !l.tired {
			l.tired = true
			l.diags.add(Diagnostic{
				Summary: "value too large",
				Detail: fmt.Sprintf("Up to here the configuration's values take more than %s, or a number is too large "+
					"to write down.", sizeText(baseEffort)),
				Hint:   "Use fewer nested loops and shorter texts.",
				Range:  at(x.Range()),
				Within: within,
			})
		}
		return cty.NilVal, false
	}
	for _, d := range l.foreign(diags, within) {
		l.diags.add(d)
	}
	if diags.HasErrors() || !v.IsWhollyKnown() {
		return cty.NilVal, false
	}
	return v, true
}

// given is an attribute's value as it was evaluated.
type given struct {
	cty.Value
	secret  bool // must not be quoted
	outside bool // came from the environment, a file or the command line
	expr    hclsyntax.Expression
}

// given evaluates an attribute. It is false if the attribute isn't written, is null, or is faulty.
func (b *block) given(name string) (given, bool) {
	if b.schema.attribute(name) == nil {
		panic("hcl: schema " + b.schema.name + " lacks " + name)
	}
	if g, done := b.values[name]; done {
		return g, g.Value != cty.NilVal
	}
	g := b.evaluate(name)
	if b.values == nil {
		b.values = map[string]given{}
	}
	b.values[name] = g
	return g, g.Value != cty.NilVal
}

// evaluate is given without a memory. The Value is NilVal if there is none.
func (b *block) evaluate(name string) given {
	a, ok := b.syntax.Body.Attributes[name]
	if !ok {
		return given{}
	}
	v, ok := b.l.eval(a.Expr, b.scope, b.within)
	if !ok || v.IsNull() {
		return given{}
	}
	g := given{expr: a.Expr}
	g.Value, g.secret, g.outside = uncover(v)
	return g
}

// uncover takes the marks off a value and tells what they said.
func uncover(v cty.Value) (bare cty.Value, secret, outside bool) {
	bare, marks := v.UnmarkDeep()
	for m := range marks {
		outside = true
		secret = secret || m != fromVariable
	}
	return bare, secret, outside
}

// describe names a value in a diagnostic: number 30, string "x". Values that mustn't be quoted are named by type.
func describe(v cty.Value, quote bool) string {
	v, secret, _ := uncover(v)
	switch t := v.Type(); {
	case v.IsNull():
		return "null"
	case t == declarationType:
		d, _ := v.EncapsulatedValue().(*declaration)
		return "a reference to " + d.String()
	case t == cty.Bool && quote && !secret:
		return "bool " + strconv.FormatBool(v.True())
	case t == cty.Number && quote && !secret:
		return "number " + v.AsBigFloat().Text('g', 12)
	case t == cty.String && quote && !secret:
		s := v.AsString()
		if len(s) > 60 {
			s = s[:57] + "..."
		}
		return "string " + strconv.QuoteToGraphic(strings.ToValidUTF8(s, ""))
	case t == cty.String:
		return "a string"
	case t == cty.Number:
		return "a number"
	case t == cty.Bool:
		return "a bool"
	case t.IsTupleType() || t.IsListType():
		return "a list"
	case t.IsSetType():
		return "a set"
	}
	return "an object"
}

// wrong reports a value of another type or form than wanted.
func (b *block) wrong(name, want string, g given) {
	b.wrongAt(name, want, g.Value, g.secret, g.expr)
}

func (b *block) wrongAt(name, want string, v cty.Value, secret bool, x hclsyntax.Expression) {
	b.report(Diagnostic{
		Summary: "wrong value of " + name,
		Detail:  fmt.Sprintf("Expected %s, got %s.", want, describe(v, !secret)),
		Hint:    castHint(want, v),
		Range:   at(x.Range()),
	})
}

// castHint helps where a value is right but for its type: env always gives strings.
func castHint(want string, v cty.Value) string {
	switch {
	case v.IsNull():
		return ""
	case v.Type() == cty.String && strings.Contains(want, "number"):
		return "Write it without quotes. For text from outside: tonumber(env(\"NAME\"))."
	case v.Type() == cty.String && strings.Contains(want, "true or false"):
		return "Write it without quotes. For text from outside: tobool(env(\"NAME\"))."
	case v.Type() == cty.Number && strings.HasPrefix(want, "a string"):
		return "Put it in quotes."
	}
	return ""
}

// text reads a string.
func (b *block) text(name, def string) string {
	g, ok := b.given(name)
	if !ok {
		return def
	}
	if g.Type() != cty.String {
		b.wrong(name, "a string", g)
		return def
	}
	return g.AsString()
}

// secret reads a string that is never shown, and says where it came from.
func (b *block) secret(name string) (value, from string, ok bool) {
	g, ok := b.given(name)
	if !ok {
		return "", "", false
	}
	if g.Type() != cty.String {
		g.secret = true
		b.wrong(name, "a string", g)
		return "", "", false
	}
	if !g.outside && g.AsString() != "" {
		b.report(Diagnostic{
			Severity: Warning,
			Summary:  "key written in the file",
			Detail:   fmt.Sprintf("Whoever reads the file can use the %s.", name),
			Hint:     fmt.Sprintf(`Take it from the environment: %s = env("NAME"), or from a file: trimspace(file("path")).`, name),
			Range:    at(g.expr.Range()),
		})
	}
	return g.AsString(), sourceOf(g.expr), true
}

// sourceOf says where a secret comes from, for people: a variable's name, a path, "file" for the
// configuration itself, or "an expression".
func sourceOf(x hclsyntax.Expression) string {
	switch x := x.(type) {
	case *hclsyntax.ParenthesesExpr:
		return sourceOf(x.Expression)
	case *hclsyntax.FunctionCallExpr:
		if len(x.Args) == 0 {
			return "an expression"
		}
		if x.Name == "env" || x.Name == "file" {
			if v, diags := x.Args[0].Value(nil); !diags.HasErrors() && v.Type() == cty.String && v.IsWhollyKnown() && !v.IsNull() {
				return v.AsString()
			}
		}
		return sourceOf(x.Args[0])
	case *hclsyntax.ScopeTraversalExpr:
		return traversalText(x.Traversal)
	case *hclsyntax.TemplateExpr:
		if x.IsStringLiteral() {
			return "file"
		}
	}
	return "an expression"
}

// choice reads a string that must be one of the schema's choices.
func (b *block) choice(name, def string) string {
	g, ok := b.given(name)
	if !ok {
		return def
	}
	choices := b.schema.attribute(name).choices
	if g.Type() != cty.String {
		b.wrong(name, "one of "+quoteList(choices, "or"), g)
		return def
	}
	for _, c := range choices {
		if c == g.AsString() {
			return c
		}
	}
	b.report(Diagnostic{
		Summary: "wrong value of " + name,
		Detail:  fmt.Sprintf("Expected one of %s, got %s.", quoteList(choices, "or"), describe(g.Value, !g.secret)),
		Hint:    nearHint(g, choices),
		Range:   at(g.expr.Range()),
	})
	return def
}

func nearHint(g given, names []string) string {
	if n := nearest(g.AsString(), names); n != "" && !g.secret {
		return fmt.Sprintf("Did you mean %q?", n)
	}
	return ""
}

// flag reads true or false.
func (b *block) flag(name string, def bool) bool {
	g, ok := b.given(name)
	if !ok {
		return def
	}
	if g.Type() != cty.Bool {
		b.wrong(name, "true or false", g)
		return def
	}
	return g.True()
}

// integer reads a whole number from least to most.
func (b *block) integer(name string, def, least, most int64) int64 {
	g, ok := b.given(name)
	if !ok {
		return def
	}
	if g.Type() != cty.Number {
		b.wrong(name, "a number", g)
		return def
	}
	n, accuracy := g.AsBigFloat().Int64()
	if accuracy != 0 || !g.AsBigFloat().IsInt() || n < least || n > most {
		want := fmt.Sprintf("a whole number from %d to %d", least, most)
		if most == math.MaxInt32 || most == math.MaxInt64 {
			want = fmt.Sprintf("a whole number of at least %d", least)
		}
		b.wrong(name, want, g)
		return def
	}
	return n
}

// duration reads a span of time that is longer than nothing.
func (b *block) duration(name string, def time.Duration) time.Duration {
	d, ok := b.measured(name, `a duration such as "30s"`)
	if !ok {
		return def
	}
	v, ok := parseDuration(d.AsString())
	if !ok {
		b.wrong(name, `a duration such as "250ms", "30s" or "1h30m"`, d)
		return def
	}
	if v <= 0 {
		b.wrong(name, "a duration longer than 0", d)
		return def
	}
	return v
}

// delay reads a span of time that may be nothing.
func (b *block) delay(name string, def time.Duration) time.Duration {
	d, ok := b.measured(name, `a duration such as "30s"`)
	if !ok {
		return def
	}
	v, ok := parseDuration(d.AsString())
	if !ok || v < 0 {
		b.wrong(name, `a duration such as "0s", "250ms" or "30s"`, d)
		return def
	}
	return v
}

// size reads a number of bytes from least to most.
func (b *block) size(name string, def, least, most int64) int {
	d, ok := b.measured(name, `a size such as "16MiB"`)
	if !ok {
		return int(def)
	}
	n, ok := parseSize(d.AsString())
	if !ok {
		b.wrong(name, `a size such as "512B", "64KiB" or "16MiB"`, d)
		return int(def)
	}
	if n < least || n > most {
		b.wrong(name, fmt.Sprintf("a size from %s to %s", sizeText(least), sizeText(most)), d)
		return int(def)
	}
	return int(n)
}

// rate reads a count per span of time.
func (b *block) rate(name string) spec.Rate {
	d, ok := b.measured(name, `a rate such as "100/s"`)
	if !ok {
		return spec.Rate{}
	}
	n, per, ok := parseRate(d.AsString())
	if !ok {
		b.wrong(name, `a rate such as "100/s", "60/m" or "2M/h"`, d)
		return spec.Rate{}
	}
	return spec.Rate{Count: n, Per: per, Pos: b.pos(name)}
}

// measured reads a string with a unit.
func (b *block) measured(name, want string) (given, bool) {
	g, ok := b.given(name)
	if ok && g.Type() != cty.String {
		b.wrong(name, want, g)
		return g, false
	}
	return g, ok
}

// element is one value of a list or a map, with the expression it was written as if that can be told.
type element struct {
	key   string
	value cty.Value
	expr  hclsyntax.Expression
}

// elements reads a list, and one value alone if alone is its type.
func (b *block) elements(name, want string, alone cty.Type) ([]element, given, bool) {
	g, ok := b.given(name)
	if !ok {
		return nil, g, false
	}
	if alone != cty.NilType && g.Type() == alone {
		return []element{{value: g.Value, expr: g.expr}}, g, true
	}
	if !g.Type().IsTupleType() && !g.Type().IsListType() && !g.Type().IsSetType() {
		b.wrong(name, want, g)
		return nil, g, false
	}
	var parts []hclsyntax.Expression
	if t, ok := g.expr.(*hclsyntax.TupleConsExpr); ok && len(t.Exprs) == g.LengthInt() {
		parts = t.Exprs
	}
	var out []element
	for it := g.ElementIterator(); it.Next(); {
		_, v := it.Element()
		e := element{value: v, expr: g.expr}
		if parts != nil {
			e.expr = parts[len(out)]
		}
		out = append(out, e)
	}
	return out, g, true
}

// texts reads a list of strings. Each comes with where it was written.
func (b *block) texts(name string, alone cty.Type) []writtenText {
	elements, g, _ := b.elements(name, "a list of strings", alone)
	var out []writtenText
	for _, e := range elements {
		if e.value.IsNull() || e.value.Type() != cty.String {
			b.wrongAt(name, "a string", e.value, g.secret, e.expr)
			continue
		}
		out = append(out, writtenText{e.value.AsString(), at(e.expr.Range()), e.expr})
	}
	return out
}

// writtenText is a string and where it was written.
type writtenText struct {
	text string
	at   Range
	expr hclsyntax.Expression
}

// textMap reads a map of strings, sorted by key.
func (b *block) textMap(name string) []element {
	g, ok := b.given(name)
	if !ok {
		return nil
	}
	if !g.Type().IsObjectType() && !g.Type().IsMapType() {
		b.wrong(name, "a map of strings", g)
		return nil
	}
	var out []element
	for it := g.ElementIterator(); it.Next(); {
		k, v := it.Element()
		e := element{key: k.AsString(), value: v, expr: memberExpr(g.expr, k.AsString())}
		if v.IsNull() || v.Type() != cty.String {
			b.wrongAt(name, "a string", v, g.secret, e.expr)
			continue
		}
		out = append(out, e)
	}
	return out
}

// memberExpr is the expression of an object's member, or the object's own where that can't be told.
func memberExpr(x hclsyntax.Expression, name string) hclsyntax.Expression {
	o, ok := x.(*hclsyntax.ObjectConsExpr)
	if !ok {
		return x
	}
	for _, item := range o.Items {
		if keyName(item.KeyExpr) == name {
			return item.ValueExpr
		}
	}
	return x
}

// keyName is the name of an object's member if it is written as such, else "".
func keyName(x hclsyntax.Expression) string {
	if k := hcl.ExprAsKeyword(x); k != "" {
		return k
	}
	if v, diags := x.Value(nil); !diags.HasErrors() && v.IsWhollyKnown() && v.Type() == cty.String && !v.IsNull() && !v.IsMarked() {
		return v.AsString()
	}
	return ""
}

// json reads an object of any shape. It is nil if the attribute isn't written or is faulty.
func (b *block) json(name string) map[string]json.RawMessage {
	g, ok := b.given(name)
	if !ok {
		return nil
	}
	if !g.Type().IsObjectType() && !g.Type().IsMapType() {
		b.wrong(name, "an object such as { action = \"mask\" }", g)
		return nil
	}
	return b.jsonObject(name, g)
}

func (b *block) jsonObject(name string, g given) map[string]json.RawMessage {
	text, err := marshal(g.Value)
	members := map[string]json.RawMessage{}
	if err == nil {
		err = json.Unmarshal(text, &members)
	}
	if err != nil {
		b.report(Diagnostic{
			Summary: "wrong value of " + name,
			Detail:  "It can't be written as JSON: references and functions aren't values.",
			Range:   at(g.expr.Range()),
		})
		return nil
	}
	return members
}

// marshal writes a value as JSON. References have no form in JSON.
func marshal(v cty.Value) ([]byte, error) {
	capsule := false
	_ = cty.Walk(v, func(_ cty.Path, v cty.Value) (bool, error) {
		capsule = capsule || v.Type().IsCapsuleType()
		return !capsule, nil
	})
	if capsule {
		return nil, fmt.Errorf("a reference")
	}
	return ctyjson.Marshal(v, v.Type())
}

// pos is an attribute's place as the spec keeps it.
func (b *block) pos(name string) spec.Pos { return specPos(b.at(name)) }

func specPos(r Range) spec.Pos {
	return spec.Pos{File: r.File, Line: r.Start.Line, Column: r.Start.Column}
}

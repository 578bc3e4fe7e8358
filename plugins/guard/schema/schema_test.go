package main

import (
	"math/big"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// invoice is a schema as structured outputs have them.
const invoice = `{
  "type": "object", "additionalProperties": false, "required": ["number", "lines", "due"],
  "properties": {
    "number": {"type": "string", "pattern": "^[A-Z]{2}-\\d{4,}$"},
    "due": {"type": ["string", "null"], "format": "date"},
    "currency": {"enum": ["EUR", "USD"]},
    "notes": {"type": "object", "additionalProperties": {"type": "string", "maxLength": 3}},
    "lines": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/line"}},
    "tree": {"$ref": "#/$defs/node"}
  },
  "$defs": {
    "line": {"type": "object", "required": ["text", "price"], "properties": {"text": {"type": "string", "minLength": 1}, "price": {"type": "number", "exclusiveMinimum": 0, "multipleOf": 0.01}}},
    "node": {"anyOf": [{"type": "null"}, {"type": "object", "required": ["left"], "properties": {"left": {"$ref": "#/$defs/node"}}}]}
  }
}`

func TestFaultsSayWhere(t *testing.T) {
	s, _, err := compile([]byte(invoice), false, maxConfigured)
	require.NoError(t, err)
	c := checker{left: 1 << 40}
	in := doc{most: 100_000}
	for _, test := range []struct{ name, value, pointer, rule, missing string }{
		{"fits", `{"number": "AB-1234", "due": null, "lines": [{"text": "x", "price": 1.10}], "tree": {"left": {"left": null}}}`, "", "", ""},
		{"type", `[]`, "", "type", ""},
		{"required", `{"number": "AB-1234", "lines": [{"text": "x", "price": 1}]}`, "", "required", "due"},
		{"required within", `{"number": "AB-1234", "due": null, "lines": [{"text": "x", "price": 1}, {"text": "x"}]}`, "/lines/1", "required", "price"},
		{"pattern", `{"number": "secret"}`, "/number", "pattern", ""},
		{"enum", `{"currency": "secret"}`, "/currency", "enum", ""},
		{"unknown member", `{"secret": 1}`, "/*", "additionalProperties", ""},
		{"value of a free member", `{"notes": {"secret": "four"}}`, "/notes/*", "maxLength", ""},
		{"minItems", `{"lines": []}`, "/lines", "minItems", ""},
		{"exact", `{"lines": [{"text": "x", "price": 1.001}]}`, "/lines/0/price", "multipleOf", ""},
		{"exclusive", `{"lines": [{"text": "x", "price": 0}]}`, "/lines/0/price", "exclusiveMinimum", ""},
		{"anyOf", `{"tree": {"left": {"left": 1}}}`, "/tree", "anyOf", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			require.Nil(t, in.read([]byte(test.value)))
			assert.Equal(t, test.rule == "", c.fits(s, &in))
			assert.Equal(t, fault{[]byte(test.pointer), test.rule, test.missing}, fault{append([]byte{}, c.fault.pointer...), c.fault.rule, c.fault.missing})
		})
	}
}

func TestRefusedSchemas(t *testing.T) {
	for _, test := range []struct{ name, schema, want string }{
		{"no JSON", `{"type": }`, "no JSON at byte 9"},
		{"no schema", `{"properties": {"a": 1}}`, "/properties/a: a schema is an object"},
		{"type", `{"items": {"type": "text"}}`, "/items/type: there is no such type"},
		{"bound", `{"properties": {"a/b": {"minLength": -1}}}`, "/properties/a~1b/minLength: it isn't a whole number"},
		{"elsewhere", `{"$ref": "https://example.com/x"}`, "/$ref: it may point into this schema only"},
		{"nowhere", `{"$ref": "#/$defs/x"}`, "/$ref: it points at nothing"},
		{"circle", `{"$ref": "#"}`, "leads back to itself"},
		{"circle of three", `{"anyOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": {"allOf": [{"$ref": "#/$defs/b"}]}, "b": {"not": {"$ref": "#/$defs/a"}}}}`, "leads back to itself"},
		{"circle in a member", `{"properties": {"a": {"$ref": "#/properties/a"}}}`, "leads back to itself"},
		{"look-ahead", `{"pattern": "^(?=a)"}`, "/pattern: this plugin knows patterns without look-around"},
		{"broken pattern", `{"patternProperties": {"[": true}}`, "isn't a regular expression"},
		{"large pattern", `{"pattern": "(a{1000}){1000}"}`, "more than 2,000 steps"},
		{"unevaluated", `{"unevaluatedProperties": false}`, "/unevaluatedProperties: this plugin can't check it"},
		{"multipleOf", `{"multipleOf": 0}`, "/multipleOf: it isn't above 0"},
		{"unused definition", `{"$defs": {"x": {"minimum": "1"}}}`, "/$defs/x/minimum: it isn't a number"},
		{"through a reference", `{"$ref": "#/x", "x": {"enum": 1}}`, "/x/enum: it isn't a list"},
		{"deep", strings.Repeat(`{"not":`, 80) + "true" + strings.Repeat("}", 80), "more than 64 schemas"},
		{"many", `{"allOf": [` + strings.Repeat("{},", 30_000) + `{}]}`, "it is too large"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := compile([]byte(test.schema), false, maxConfigured)
			assert.ErrorContains(t, err, test.want)
		})
	}
}

// TestLongWays looks that neither compiling nor checking recurses as deep as a schema's references are long.
func TestLongWays(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"$ref": "#/$defs/d0", "$defs": {`)
	for n := range 1500 {
		b.WriteString(`"d` + digits(n) + `": {"items": {"$ref": "#/$defs/d` + digits(n+1) + `"}},`)
	}
	s, _, err := compile([]byte(b.String()+`"d1500": {}}}`), false, maxConfigured)
	require.NoError(t, err)
	c := checker{left: 1 << 40}
	in := doc{most: 100_000}
	require.Nil(t, in.read([]byte(strings.Repeat("[", 100)+strings.Repeat("]", 100))))
	assert.True(t, c.fits(s, &in))
	require.Nil(t, in.read([]byte(strings.Repeat("[", 127)+strings.Repeat("]", 127))))
	assert.False(t, c.fits(s, &in), "deeper than a check goes")
	assert.Equal(t, spent, c.fault.rule)
}

// TestBounds looks that what multiplies by itself ends, and doesn't pass.
func TestBounds(t *testing.T) {
	s, _, err := compile([]byte(`{"$defs": {"x": {"not": {"allOf": [{"not": {"$ref": "#/$defs/y"}}, {"$ref": "#/$defs/y"}]}}, "y": {"items": {"allOf": [{"$ref": "#/$defs/x"}, {"$ref": "#/$defs/x"}]}}}, "$ref": "#/$defs/x"}`), false, maxConfigured)
	require.NoError(t, err)
	c := checker{left: 200_000}
	in := doc{most: 100_000}
	require.Nil(t, in.read([]byte(strings.Repeat("[", 30)+strings.Repeat("]", 30))))
	assert.False(t, c.fits(s, &in))
	assert.Equal(t, spent, c.fault.rule)
	assert.Greater(t, c.left, -100)

	s, _, err = compile([]byte(`{"pattern": "^(([a-z])+.)+[A-Z]([a-z])+$"}`), false, maxConfigured)
	require.NoError(t, err)
	c.left = 200_000
	require.Nil(t, in.read([]byte(`"`+strings.Repeat("a", 10_000)+`"`)))
	assert.False(t, c.fits(s, &in))
	assert.Equal(t, "pattern", c.fault.rule, "linear where others take for ever")

	s, _, err = compile([]byte(`{"uniqueItems": true}`), false, maxConfigured)
	require.NoError(t, err)
	var list strings.Builder
	for n := range 30_000 {
		list.WriteString(digits(n) + ",")
	}
	c.left = 200_000
	require.Nil(t, in.read([]byte("["+list.String()+"-1]")))
	assert.True(t, c.fits(s, &in))
	require.Nil(t, in.read([]byte("["+list.String()+"17.0]")))
	assert.False(t, c.fits(s, &in))
}

func TestLenient(t *testing.T) {
	s, _, err := compile([]byte(`{"type": "object", "patternProperties": {"^(?!x)": {"type": "string"}}, "additionalProperties": false, "properties": {"a": {"pattern": "(?=b)", "type": "string", "multipleOf": 1.0000000000000000001}}, "unevaluatedProperties": false}`), true, maxConfigured)
	require.NoError(t, err)
	c := checker{left: 1 << 40}
	in := doc{most: 100_000}
	for value, want := range map[string]bool{`{"a": "c"}`: true, `{"z": 1}`: true, `{"a": 1}`: false, `[]`: false} {
		require.Nil(t, in.read([]byte(value)))
		assert.Equal(t, want, c.fits(s, &in), value)
	}
	_, _, err = compile([]byte(`{"type": "text"}`), true, maxConfigured)
	assert.Error(t, err, "a fault is one all the same")
}

// TestOlderDrafts looks at what earlier drafts and OpenAPI write otherwise.
func TestOlderDrafts(t *testing.T) {
	for _, test := range []struct {
		schema, value string
		want          bool
	}{
		{`{"items": [{"type": "string"}], "additionalItems": {"type": "null"}}`, `["a", null]`, true},
		{`{"items": [{"type": "string"}], "additionalItems": {"type": "null"}}`, `["a", 1]`, false},
		{`{"items": {"type": "string"}, "additionalItems": false}`, `["a", "b"]`, true},
		{`{"definitions": {"a": {"const": 1}}, "$ref": "#/definitions/a"}`, `1`, true},
		{`{"dependencies": {"a": ["b"], "c": {"required": ["d"]}}}`, `{"a": 1}`, false},
		{`{"dependencies": {"a": ["b"], "c": {"required": ["d"]}}}`, `{"a": 1, "b": 1, "c": 1, "d": 1}`, true},
		{`{"type": "string", "nullable": true}`, `null`, true},
		{`{"type": "string", "nullable": false}`, `null`, false},
		{`{"$ref": "#/x/a%20b~1c/0", "x": {"a b/c": [{"const": 1}]}}`, `1`, true},
		{`{"$id": "https://example.com/s", "$schema": "https://json-schema.org/draft/2020-12/schema", "x-mine": 1, "format": "email"}`, `"no address"`, true},
	} {
		s, _, err := compile([]byte(test.schema), false, maxConfigured)
		require.NoError(t, err, test.schema)
		c := checker{left: 1 << 40}
		in := doc{most: 100_000}
		require.Nil(t, in.read([]byte(test.value)))
		assert.Equal(t, test.want, c.fits(s, &in), "%s %s", test.schema, test.value)
	}
}

func TestNumbersAreExact(t *testing.T) {
	d := dice{rand.New(rand.NewPCG(5, 6))}
	part := func(n int) string {
		var b strings.Builder
		for range 1 + d.IntN(n) {
			b.WriteByte("0001259"[d.IntN(7)])
		}
		return b.String()
	}
	random := func() string {
		s := d.of("", "-") + d.of("0", "1", "9"+part(8))
		if d.IntN(2) == 0 {
			s += "." + part(6)
		}
		if d.IntN(3) == 0 {
			s += "e" + d.of("", "+", "-") + part(2)
		}
		return s
	}
	for range 20_000 {
		a, b := random(), random()
		x, ok := new(big.Rat).SetString(a)
		y, ok2 := new(big.Rat).SetString(b)
		require.True(t, ok && ok2)
		require.Equal(t, x.Cmp(y), compare(decimalOf([]byte(a)), decimalOf([]byte(b))), "%s %s", a, b)
		require.Equal(t, x.IsInt(), decimalOf([]byte(a)).whole(), a)
		if y.Sign() > 0 {
			require.Equal(t, new(big.Rat).Quo(x, y).IsInt(), multiple(decimalOf([]byte(a)), decimalOf([]byte(b))), "%s %s", a, b)
		}
	}
}

// TestPatternsMatch compares with package regexp on expressions that mean the same in both.
func TestPatternsMatch(t *testing.T) {
	d := dice{rand.New(rand.NewPCG(7, 8))}
	var atom func(depth int) string
	choice := func(depth int) string {
		var b strings.Builder
		for n := range 1 + d.IntN(3) {
			if n > 0 && d.IntN(3) == 0 {
				b.WriteByte('|')
			}
			b.WriteString(atom(depth - 1))
		}
		return b.String()
	}
	atom = func(depth int) string {
		s := d.of("a", "b", "c", ".", "é", `\d`, `\w`, `\W`, "[ab]", "[^a-c]", `[\d_-]`, `[^\w]`, `\.`, `\x61`, "^", "$", `\b`, `\B`)
		if depth > 0 && d.IntN(3) == 0 {
			s = d.of("(", "(?:", "(?P<n>")[:1] + d.of("", "?:") + choice(depth) + ")"
		}
		if strings.ContainsAny(s[:1], "^$") || s == `\b` || s == `\B` {
			return s
		}
		return s + d.of("", "", "", "*", "+", "?", "{2}", "{1,3}", "{0,}", "*?", "{2,}?")
	}
	compared := 0
	for range 5_000 {
		e := choice(3)
		want, err := regexp.Compile(e)
		require.NoError(t, err, e)
		p, err := compilePattern([]byte(e))
		if err == errSteps {
			continue
		}
		require.NoError(t, err, e)
		for range 20 {
			var b strings.Builder
			for range d.IntN(8) {
				b.WriteString(d.of("a", "b", "c", "é", "1", "_", "-", " ", ".", "z"))
			}
			left := 1 << 40
			require.Equal(t, want.MatchString(b.String()), p.matches([]byte(b.String()), &left), "%s %q", e, b.String())
			compared++
		}
	}
	assert.Greater(t, compared, 90_000)
	for _, e := range []string{"(", ")", "[", "a**", "*", `\`, "a{2,1}", "[b-a]", `\q`, "(?<n"} {
		_, err := compilePattern([]byte(e))
		assert.Error(t, err, e)
	}
	for _, e := range []string{"(?!a)", "(?<=a)", `\1`, `\p{L}`} {
		_, err := compilePattern([]byte(e))
		assert.ErrorIs(t, err, errBeyond, e)
	}
}

func FuzzPattern(f *testing.F) {
	for _, e := range []string{`^[a-z]+$`, `(a|b)*c{2,3}?`, `[^\d\s]`, `\u00e9|\x41`, `(?<name>x)`, `((((`, `|||`, `a{1000}`} {
		f.Add([]byte(e), []byte("abc"))
	}
	f.Fuzz(func(t *testing.T, e, s []byte) {
		p, err := compilePattern(e)
		if err != nil {
			return
		}
		require.LessOrEqual(t, len(p.steps), maxSteps)
		left := 1 << 40
		p.matches(s, &left)
	})
}

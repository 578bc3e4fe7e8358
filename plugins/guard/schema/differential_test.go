package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// reference is the verdict of another implementation; usable is false if it refuses the schema.
func reference(t testing.TB, s string) (fits func(instance string) bool, usable bool) {
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(s))
	require.NoError(t, err, s)
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	require.NoError(t, c.AddResource("s.json", doc))
	compiled, err := c.Compile("s.json")
	if err != nil {
		return nil, false
	}
	return func(instance string) bool {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(instance))
		require.NoError(t, err, instance)
		return compiled.Validate(v) == nil
	}, true
}

// dice makes schemas and values that often have to do with each other.
type dice struct{ *rand.Rand }

func (d dice) of(some ...string) string { return some[d.IntN(len(some))] }

func (d dice) number() string {
	return d.of("0", "-0", "1", "1.0", "2", "3", "-1", "10", "1e1", "0.5", "5e-1", "2.50", "0.1", "0.30", "100", "1E2", "7", "1.5", "123456789012345678901234567890", "1e-3", "9007199254740993", "-2.0e0")
}

func (d dice) text() string {
	return d.of(`""`, `"a"`, `"b"`, `"ab"`, `"abc"`, `"é"`, `"\u00e9"`, `"e\u0301"`, `"😀"`, `"\ud83d\ude00"`, `"A1"`, `"a b"`, `"2024-01-02"`, `"x\n"`, `"\/"`, `"/"`, `"kind"`)
}

func (d dice) name() string { return d.of("a", "b", "c", "kind", "é", "items", "x/y", "~t") }

func (d dice) value(depth int) string {
	n := d.IntN(7)
	if depth <= 0 {
		n = d.IntN(5)
	}
	switch n {
	case 0:
		return "null"
	case 1:
		return d.of("true", "false")
	case 2:
		return d.number()
	case 3, 4:
		return d.text()
	case 5:
		var out []string
		for range d.IntN(5) * (1 + d.IntN(3)) {
			out = append(out, d.value(depth-1))
		}
		return "[" + strings.Join(out, ", ") + "]"
	}
	return d.objectOf(depth, func() string { return d.value(depth - 1) })
}

func (d dice) objectOf(_ int, value func() string) string {
	seen := map[string]bool{}
	var out []string
	for range d.IntN(6) {
		if n := d.name(); !seen[n] {
			seen[n] = true
			out = append(out, fmt.Sprintf("%q: %s", n, value()))
		}
	}
	return "{" + strings.Join(out, ",") + "}"
}

func (d dice) names() string {
	seen := map[string]bool{}
	out := []string{}
	for range d.IntN(3) {
		if n := d.name(); !seen[n] {
			seen[n] = true
			out = append(out, fmt.Sprintf("%q", n))
		}
	}
	return "[" + strings.Join(out, ",") + "]"
}

func (d dice) typ() string {
	return d.of(`"null"`, `"boolean"`, `"number"`, `"integer"`, `"string"`, `"array"`, `"object"`, `["string","null"]`, `["integer","object"]`, `["number","array","boolean"]`)
}

var generatedPatterns = []string{`^a`, `b$`, `^[a-c]+$`, `\\d{4}-\\d\\d`, `a|b`, `^(ab|a)?c?$`, `^.$`, `[^a]`, `\\w \\w`, `^\\S*$`, `(a|b){2,3}`, `\\bab\\b`, `é`}

func (d dice) schemas(depth, least int) string {
	var out []string
	for range least + d.IntN(3) {
		out = append(out, d.schema(depth-1))
	}
	return "[" + strings.Join(out, ",") + "]"
}

func (d dice) schema(depth int) string {
	if depth <= 0 || d.IntN(12) == 0 {
		return d.of("true", "false", "{}", `{"type":`+d.typ()+`}`, `{"type":`+d.typ()+`}`, `{"type":`+d.typ()+`}`, `{"const":`+d.value(1)+`}`, `{"$ref":"#/$defs/one"}`)
	}
	said := map[string]string{}
	for range 1 + d.IntN(4) {
		switch d.IntN(31) {
		case 0, 1, 2, 3:
			said["type"] = d.typ()
		case 4:
			said["enum"] = "[" + d.value(2) + "," + d.value(1) + "," + d.text() + "]"
		case 5:
			said["const"] = d.value(2)
		case 6, 7, 8, 9:
			said["properties"] = d.objectOf(depth, func() string { return d.schema(depth - 1) })
		case 10, 11:
			said["required"] = d.names()
		case 12, 13:
			said["additionalProperties"] = d.schema(depth - 2)
		case 14, 15, 16:
			said["items"] = d.schema(depth - 1)
		case 17:
			said["prefixItems"] = d.schemas(depth, 1)
		case 18:
			said[d.of("minItems", "maxItems", "minProperties", "maxProperties")] = d.of("0", "1", "2", "3", "2.0")
		case 19:
			said["uniqueItems"] = d.of("true", "true", "false")
		case 20:
			said[d.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")] = d.number()
		case 21:
			said["multipleOf"] = d.of("1", "2", "0.1", "0.5", "3", "0.01", "1e-3", "10", "7e0", "100", "0.3")
		case 22:
			said[d.of("minLength", "maxLength")] = d.of("0", "1", "2", "3")
		case 23:
			said[d.of("anyOf", "oneOf", "allOf")] = d.schemas(depth, 1)
		case 24:
			said["not"] = d.schema(depth - 1)
		case 25:
			said["contains"] = d.schema(depth - 1)
			said[d.of("minContains", "maxContains")] = d.of("0", "1", "2")
		case 26:
			said["if"] = d.schema(depth - 1)
			said[d.of("then", "else")] = d.schema(depth - 1)
		case 27:
			said["pattern"] = `"` + d.of(generatedPatterns...) + `"`
		case 28:
			said["patternProperties"] = `{"` + d.of(generatedPatterns...) + `":` + d.schema(depth-1) + `}`
		case 29:
			said[d.of("dependentRequired")] = `{"a":` + d.names() + `}`
			said["dependentSchemas"] = `{"b":` + d.schema(depth-1) + `}`
		case 30:
			said["propertyNames"] = d.schema(depth - 1)
		}
	}
	if d.IntN(8) == 0 {
		said["$ref"] = d.of(`"#/$defs/one"`, `"#/$defs/two"`)
	}
	said["title"], said["format"] = `"a note"`, `"date"`
	var out []string
	for k, v := range said {
		out = append(out, fmt.Sprintf("%q:%s", k, v))
	}
	return "{" + strings.Join(out, ",") + "}"
}

// whole is a schema with definitions, one of which contains itself.
func (d dice) whole() string {
	return `{"$defs":{"one":` + `{"type":` + d.typ() + `}` + `,"two":{"properties":{"a":{"$ref":"#/$defs/two"},"b":` + d.schema(1) + `},"items":{"$ref":"#/$defs/one"}}},` + strings.TrimPrefix(d.solid(), "{")
}

// solid is a schema that is an object.
func (d dice) solid() string {
	for {
		if s := d.schema(3); strings.HasPrefix(s, `{"`) {
			return s
		}
	}
}

// TestAgrees compares verdicts with another implementation: on schemas and values made by dice, and on values made to fit.
func TestAgrees(t *testing.T) {
	d := dice{rand.New(rand.NewPCG(1, 2))}
	c := checker{left: 1 << 40}
	in := doc{most: 100_000}
	schemas, pairs, fitting := 4_000, 0, 0
	if testing.Short() {
		schemas = 400
	}
	for n := range schemas {
		s := d.whole()
		want, usable := reference(t, s)
		mine, _, err := compile([]byte(s), false, maxConfigured)
		require.Equal(t, usable, err == nil, "%d: %s: %v", n, s, err)
		if !usable {
			continue
		}
		for range 25 {
			v := d.value(3)
			in.most = 100_000 // escapes lower it
			require.Nil(t, in.read([]byte(v)), v)
			ok := c.fits(mine, &in)
			require.False(t, c.spent, "%s\n%s", s, v)
			require.Equal(t, want(v), ok, "%s\n%s\n%+v", s, v, c.fault)
			pairs++
			if ok {
				fitting++
			} else {
				require.NotEmpty(t, c.fault.rule, "%s\n%s", s, v)
			}
		}
	}
	t.Logf("%d pairs of %d schemas agree, %d of them fit", pairs, schemas, fitting)
	assert.Greater(t, fitting, pairs/10)
	assert.Less(t, fitting, pairs*9/10)
}

// TestReads compares the reader with encoding/json on whole, cut and broken texts.
func TestReads(t *testing.T) {
	d := dice{rand.New(rand.NewPCG(3, 4))}
	in := doc{most: 100_000}
	for range 3_000 {
		s := []byte(d.value(4))
		switch d.IntN(3) {
		case 1:
			s = s[:d.IntN(len(s))]
		case 2:
			s[d.IntN(len(s))] = `{}[]",:\ tfn0-.eu1`[d.IntN(18)]
		}
		in.most = 100_000
		bad := in.read(s)
		if json.Valid(s) != (bad == nil) && (bad == nil || !mayRefuse(bad)) {
			t.Fatalf("%q: %v", s, bad)
		}
	}
}

// mayRefuse tells whether a text is refused that encoding/json takes: readers differ on what it means.
func mayRefuse(bad *syntax) bool {
	switch bad.what {
	case notOnce, notUTF8, tooMany, tooDeep, longExp:
		return true
	}
	return false
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{`{"a":[1,-0.5e+7,"\ud800\n",true,null]}`, `[`, `"\u12"`, `01`, `{"a":1,"a":2}`, `-`, `[1,]`, `{"a":1,}`, "\"\x7f\xff\"", `1e1234567890`} {
		f.Add([]byte(s))
	}
	in := doc{most: 100_000}
	f.Fuzz(func(t *testing.T, s []byte) {
		in.most = 100_000
		bad := in.read(s)
		if bad == nil {
			require.True(t, json.Valid(s), "%q was taken", s)
			for n := range in.nodes {
				_ = in.text(int32(n))
			}
			dec := json.NewDecoder(bytes.NewReader(s))
			dec.UseNumber()
			var v any
			require.NoError(t, dec.Decode(&v))
			if x, ok := v.(string); ok {
				require.Equal(t, x, string(in.text(0)))
			}
			return
		}
		require.LessOrEqual(t, bad.at, len(s))
		if json.Valid(s) {
			require.True(t, mayRefuse(bad), "%q: %s", s, bad.what)
		}
	})
}

package builtin

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
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

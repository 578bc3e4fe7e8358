package builtin

import (
	"bytes"
	"encoding/json"
	"math/big"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/plugins/host"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/sdktest"
)

// generous is a guard/schema that has steps enough for whatever is compared here.
func generous(t testing.TB) *host.Stage {
	return patient(t, "guard", "schema", `{"max_steps": 100000000, "when": "always"}`)
}

// held is what guard/schema says of a value that a request's schema is to hold; "" is success. No schema is any JSON.
func held(t testing.TB, s *host.Stage, schema, value string) string {
	x := sdktest.NewConversation()
	if schema != "" {
		x.Params = map[string]string{"output_format": `{"type":"json_schema","schema":` + schema + `}`}
	}
	x.Answers = []sdktest.Message{sdktest.Assistant(value)}
	c := newCall(x)
	c.Hook = abi.OnResponse
	require.NoError(t, s.Call(c), "%s\n%s", schema, value)
	require.Equal(t, len(c.Reason) > 0, c.Verdict.Action() == abi.Block)
	return string(c.Reason)
}

func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // texts can be marshalled
	}
	return string(b)
}

// TestSchemaAgrees compares verdicts with another implementation: on schemas and values made by dice, and on values made to fit.
func TestSchemaAgrees(t *testing.T) {
	d := dice{rand.New(rand.NewPCG(1, 2))}
	s := generous(t)
	schemas, pairs, fitting := 4_000, 0, 0
	if testing.Short() {
		schemas = 400
	}
	for n := range schemas {
		schema := d.whole()
		want, usable := reference(t, schema)
		said := held(t, s, schema, "null")
		require.Equal(t, usable, !strings.Contains(said, "can't be used"), "%d: %s: %v", n, schema, said)
		if !usable {
			continue
		}
		for range 25 {
			v := d.value(3)
			said := held(t, s, schema, v)
			require.Equal(t, want(v), said == "", "%s\n%s\n%s", schema, v, said)
			pairs++
			if said == "" {
				fitting++
			} else {
				require.Contains(t, said, "the answer doesn't fit its schema: ", "%s\n%s", schema, v)
			}
		}
	}
	t.Logf("%d pairs of %d schemas agree, %d of them fit", pairs, schemas, fitting)
	assert.Greater(t, fitting, pairs/10)
	assert.Less(t, fitting, pairs*9/10)
}

// refused tells whether a text is refused that encoding/json takes: readers differ on what it means.
func refused(said string) bool {
	for _, why := range []string{"names a member twice", "a string isn't UTF-8", "nested deeper than 128", "exponent has more than nine digits"} {
		if strings.Contains(said, why) {
			return true
		}
	}
	return false
}

// TestSchemaReads compares what is JSON with encoding/json on whole, cut and broken texts.
func TestSchemaReads(t *testing.T) {
	d := dice{rand.New(rand.NewPCG(3, 4))}
	s := generous(t)
	taken := 0
	for range 3_000 {
		text := []byte(d.value(4))
		switch d.IntN(3) {
		case 1:
			text = text[:d.IntN(len(text))]
		case 2:
			text[d.IntN(len(text))] = `{}[]",:\ tfn0-.eu1`[d.IntN(18)]
		}
		if len(text) == 0 {
			continue
		}
		said := held(t, s, "", string(text))
		if json.Valid(text) != (said == "") {
			require.True(t, said != "" && refused(said), "%q: %s", text, said)
		}
		if said == "" {
			taken++
		}
	}
	assert.Greater(t, taken, 1_000)
}

// TestSchemaNumbers compares with math/big what numbers are worth, whether they are whole, and what they are multiples of.
func TestSchemaNumbers(t *testing.T) {
	d := dice{rand.New(rand.NewPCG(5, 6))}
	s := generous(t)
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
	rounds := 20_000
	if testing.Short() {
		rounds = 1_000
	}
	fit := func(rule, value string) bool {
		said := held(t, s, rule, value)
		require.NotContains(t, said, "used", "%s %s", rule, value)
		return said == ""
	}
	for range rounds {
		a, b := random(), random()
		x, ok := new(big.Rat).SetString(a)
		y, ok2 := new(big.Rat).SetString(b)
		require.True(t, ok && ok2)
		order := 0
		switch held(t, s, `{"minimum":`+b+`,"maximum":`+b+`}`, a) {
		case "the answer doesn't fit its schema: minimum at the top":
			order = -1
		case "the answer doesn't fit its schema: maximum at the top":
			order = 1
		}
		require.Equal(t, x.Cmp(y), order, "%s %s", a, b)
		require.Equal(t, order > 0, fit(`{"exclusiveMinimum":`+b+`}`, a), "%s %s", a, b)
		require.Equal(t, order == 0, fit(`{"const":`+b+`}`, a), "%s %s", a, b)
		require.Equal(t, x.IsInt(), fit(`{"type":"integer"}`, a), a)
		if y.Sign() > 0 {
			require.Equal(t, new(big.Rat).Quo(x, y).IsInt(), fit(`{"multipleOf":`+b+`}`, a), "%s %s", a, b)
		}
	}
}

// TestSchemaPatterns compares with package regexp on expressions that mean the same in both.
func TestSchemaPatterns(t *testing.T) {
	d := dice{rand.New(rand.NewPCG(7, 8))}
	s := generous(t)
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
			s = "(" + d.of("", "?:") + choice(depth) + ")"
		}
		if strings.ContainsAny(s[:1], "^$") || s == `\b` || s == `\B` {
			return s
		}
		return s + d.of("", "", "", "*", "+", "?", "{2}", "{1,3}", "{0,}", "*?", "{2,}?")
	}
	expressions, compared := 5_000, 0
	if testing.Short() {
		expressions = 500
	}
	for range expressions {
		e := choice(3)
		want, err := regexp.Compile(e)
		require.NoError(t, err, e)
		schema := `{"pattern":` + quoted(e) + `}`
		if said := held(t, s, schema, "null"); strings.Contains(said, "more than 2,000 steps") {
			continue
		}
		for range 20 {
			var b strings.Builder
			for range d.IntN(8) {
				b.WriteString(d.of("a", "b", "c", "é", "1", "_", "-", " ", ".", "z"))
			}
			said := held(t, s, schema, quoted(b.String()))
			if said != "" {
				require.Equal(t, "the answer doesn't fit its schema: pattern at the top", said, "%s %q", e, b.String())
			}
			require.Equal(t, want.MatchString(b.String()), said == "", "%s %q", e, b.String())
			compared++
		}
	}
	assert.Greater(t, compared, expressions*18)
}

// FuzzSchemaReads compares with encoding/json what is JSON, and what texts say.
func FuzzSchemaReads(f *testing.F) {
	for _, s := range []string{`{"a":[1,-0.5e+7,"\ud800\n",true,null]}`, `[`, `"\u12"`, `01`, `{"a":1,"a":2}`, `-`, `[1,]`, `{"a":1,}`, "\"\x7f\xff\"", `1e1234567890`, `"\u00e9\ud83d\ude00\/"`} {
		f.Add([]byte(s))
	}
	s := generous(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) == 0 || len(text) > 64<<10 {
			t.Skip("an answer of no text is another matter, and longer ones tell nothing new")
		}
		said := held(t, s, "", string(text))
		if said != "" {
			require.True(t, !json.Valid(text) || refused(said), "%q: %s", text, said)
			return
		}
		require.True(t, json.Valid(text), "%q was taken", text)
		dec := json.NewDecoder(bytes.NewReader(text))
		dec.UseNumber()
		var v any
		require.NoError(t, dec.Decode(&v))
		if x, ok := v.(string); ok {
			require.Empty(t, held(t, s, `{"const":`+quoted(x)+`}`, string(text)))
		}
	})
}

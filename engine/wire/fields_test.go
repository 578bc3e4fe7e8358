package wire

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFields(t *testing.T) {
	names := []string{"model", "stream", "messages", "Case", "kein", "größe"}
	for _, c := range []struct {
		doc  string
		want []string
	}{
		{`{}`, []string{"", "", "", "", "", ""}},
		{`[1]`, []string{"", "", "", "", "", ""}},
		{`{"model":"m","x":{"model":1},"stream":true}`, []string{`"m"`, "true", "", "", "", ""}},
		{`{ "messages" : [ {"model":2,"model":3} ] , "x":1, "x":2, "X":3}`, []string{"", "", `[ {"model":2,"model":3} ]`, "", "", ""}},
		{`{"mod\u0065l":"m","\u0073tream":null}`, []string{`"m"`, "null", "", "", "", ""}},
		{`{"modell":1,"mode":2,"":3,"models":4}`, []string{"", "", "", "", "", ""}},
		{`{"größe":1,"Case":2}`, []string{"", "", "", "2", "", "1"}},
	} {
		b, s := whole(t, c.doc)
		dst := make([]Span, len(names)+1)
		for i := range dst {
			dst[i] = Span{7, 9} // of an earlier use
		}
		err := Fields(b, s, names, dst)
		require.Nil(t, err, c.doc)
		for i, want := range c.want {
			assert.Equal(t, want, string(dst[i].Of(b)), "%s in %s", names[i], c.doc)
		}
		assert.Equal(t, Span{7, 9}, dst[len(names)], "what is beyond the names is left alone")
	}
}

func TestFieldsAmbiguity(t *testing.T) {
	names := []string{"model", "stream", "max_tokens", "größe"}
	for _, c := range []struct {
		what, doc string
		want      AmbiguousError
	}{
		{"twice", `{"model":1,"model":2}`, AmbiguousError{"model", 11}},
		{"twice the same", `{"model":1,"model":1}`, AmbiguousError{"model", 11}},
		{"second escaped", `{"model":1,"mod\u0065l":2}`, AmbiguousError{"model", 11}},
		{"first escaped", `{"\u006dodel":1,"model":2}`, AmbiguousError{"model", 16}},
		{"both escaped", `{"\u006dodel":1,"m\u006fdel":2}`, AmbiguousError{"model", 16}},
		{"capital", `{"Model":1}`, AmbiguousError{"model", 1}},
		{"capitals behind", `{"model":1,"MODEL":2}`, AmbiguousError{"model", 11}},
		{"escaped capital", `{"\u004dodel":1}`, AmbiguousError{"model", 1}},
		{"long s", `{"ſtream":1}`, AmbiguousError{"stream", 1}},
		{"escaped long s", `{"\u017ftream":1}`, AmbiguousError{"stream", 1}},
		{"kelvin", `{"max_to\u212aens":1}`, AmbiguousError{"max_tokens", 1}},
		{"beyond ASCII", `{"GRÖSSE":0,"GRÖßE":1}`, AmbiguousError{"größe", 13}},
		{"the other name", `{"model":1,"stream":2,"x":0,"stream":3}`, AmbiguousError{"stream", 28}},
	} {
		t.Run(c.what, func(t *testing.T) {
			b, s := whole(t, c.doc)
			dst := make([]Span, len(names))
			err := Fields(b, s, names, dst)
			require.NotNil(t, err)
			assert.Equal(t, c.want, *err)
		})
	}
}

// Only letters fold: bytes that differ in the same bit are different keys.
func TestFieldsFoldsLettersOnly(t *testing.T) {
	b, s := whole(t, "{\"a{b\":1,\"a@b\":2,\"A1\":3}")
	dst := make([]Span, 3)
	require.Nil(t, Fields(b, s, []string{"a[b", "a`b", "a\x11"}, dst))
	assert.Equal(t, make([]Span, 3), dst)
}

// Two names that fold to the same key are told apart where the key is exact.
func TestFieldsPrefersTheExactName(t *testing.T) {
	b, s := whole(t, `{"ID":1,"id":2}`)
	dst := make([]Span, 2)
	require.Nil(t, Fields(b, s, []string{"id", "ID"}, dst))
	assert.Equal(t, "2", string(dst[0].Of(b)))
	assert.Equal(t, "1", string(dst[1].Of(b)))
}

// validateThenFields is what ValidateFields must be equal to.
func validateThenFields(b []byte, l Limits, names []string, dst []Span) (Span, *SyntaxError, *AmbiguousError) {
	s, err := Validate(b, l)
	if err != nil {
		return s, err, nil
	}
	return s, nil, Fields(b, s, names, dst)
}

func checkValidateFields(t testing.TB, doc []byte, l Limits) {
	t.Helper()
	names := []string{"a", "model", "messages"}
	got, want := make([]Span, len(names)), make([]Span, len(names))
	for i := range got {
		got[i] = Span{7, 9} // of an earlier use
	}
	s, err, ambiguous := ValidateFields(doc, l, names, got)
	wantS, wantErr, wantAmbiguous := validateThenFields(doc, l, names, want)
	require.Equal(t, wantErr, err, "%q", doc)
	require.Equal(t, wantAmbiguous, ambiguous, "%q", doc)
	require.Equal(t, wantS, s, "%q", doc)
	if err == nil {
		require.Equal(t, want, got, "%q", doc)
	}
}

func TestValidateFields(t *testing.T) {
	docs := append([]string{
		``, ` `, `{`, `{ `, `{}`, ` { } `, `{,`, `{1`, `{"a"`, `{"a" `, `{"a":`, `{"a":1`, `{"a":1,`, `{"a":1,}`, `{"a":1 , "b":2 } `,
		`{"a":1}x`, `{"a"=1}`, `{"a":1;}`, `{"a\x":1}`, `{"a":[1,{"a":2}],"model":{"a":3}}`, `{"a":1,"a":2}`, `{"a":1,"A":2,"a":3}`,
		`{"a":1,"a":2,}`, `[{"a":1}]`, `"a"`, `1`, `nul`, "\ufeff{}", `{"mod\u0065l":1,"messages":[]}`, `{"a":[[]]}`, `{"a":[[[]]]}`,
	}, seeds...)
	for _, doc := range append(docs, string(chat(5000))) {
		checkValidateFields(t, []byte(doc), Limits{})
		checkValidateFields(t, []byte(doc), Limits{Depth: 1})
		checkValidateFields(t, []byte(doc), Limits{Depth: 3})
	}
}

func FuzzValidateFields(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s), 0)
	}
	f.Add([]byte(`{"a":1,"\u0041":2}`), 2)
	f.Fuzz(func(t *testing.T, doc []byte, depth int) { checkValidateFields(t, doc, Limits{Depth: depth}) })
}

package wire

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestValidateAccepts(t *testing.T) {
	for _, doc := range []string{
		`null`, `true`, `false`, `""`, `"x"`, `[]`, `{}`, `[[]]`, `[{}]`, `{"":{}}`, `[ ]`, `{ }`,
		`0`, `-0`, `7`, `-12`, `1.5`, `0.0`, `1e3`, `1E+3`, `1e-3`, `-0.1e10`, `0e0`,
		`123456789012345678901234567890.123456789e400`, `1e99999`,
		`[1,2,3]`, `[1 , 2]`, `{"a":1,"b":[true,false,null]}`, "\t{\r\n \"a\" :\t1 }\n ",
		`"\" \\ \/ \b \f \n \r \t \u0041 \u00e9 \uABCD"`, `"\u0000"`,
		`"\ud83d\ude00"`, `"\ud83d"`, `"\ude00"`, `"\ude00\ud83d"`, // unpaired surrogates are grammar
		`"é"`, `"日本語"`, `"😀"`, "\"\u2028\u2029\x7f\"", `"` + strings.Repeat("x", 100) + `é"`,
		`{"a":1,"a":2}`,
		strings.Repeat("[", 128) + strings.Repeat("]", 128),
	} {
		s, err := Validate([]byte(doc), Limits{})
		require.Nil(t, err, "%q: %v", doc, err)
		assert.Equal(t, strings.Trim(doc, " \t\r\n"), string(s.Of([]byte(doc))))
	}
}

func TestValidateRefuses(t *testing.T) {
	long := strings.Repeat("abcdefgh", 5)
	for _, c := range []struct {
		doc    string
		offset int
		reason string
	}{
		{"", 0, reasonEmpty},
		{" \n", 2, reasonEmpty},
		{"\xef\xbb\xbf{}", 0, reasonByteOrder},
		{"{} {}", 3, reasonAfter},
		{"{}x", 2, reasonAfter},
		{"1 2", 2, reasonAfter},
		{"null\x00", 4, reasonAfter},
		{"[]\x0b", 2, reasonAfter},
		{"\u00a0[]", 0, reasonValue},

		{"[", 1, reasonEnd},
		{"[1", 2, reasonEnd},
		{"[1,", 3, reasonEnd},
		{"[1,]", 3, reasonValue},
		{"[,1]", 1, reasonValue},
		{"[1 2]", 3, reasonInArray},
		{"[1}", 2, reasonInArray},
		{"]", 0, reasonValue},
		{"{", 1, reasonEnd},
		{"{,}", 1, reasonFirstKey},
		{"{a:1}", 1, reasonFirstKey},
		{"{'a':1}", 1, reasonFirstKey},
		{`{"a"`, 4, reasonEnd},
		{`{"a"}`, 4, reasonColon},
		{`{"a" 1}`, 5, reasonColon},
		{`{"a":`, 5, reasonEnd},
		{`{"a":}`, 5, reasonValue},
		{`{"a":1`, 6, reasonEnd},
		{`{"a":1,`, 7, reasonEnd},
		{`{"a":1,}`, 7, reasonKey},
		{`{"a":1]`, 6, reasonInObject},
		{`{"a":1 "b":2}`, 7, reasonInObject},
		{`{1:1}`, 1, reasonFirstKey},
		{`[{"a":[1,{"b":2]}]`, 15, reasonInObject},

		{"tru", 0, reasonLiteral},
		{"True", 0, reasonValue},
		{"trux", 0, reasonLiteral},
		{"nul", 0, reasonLiteral},
		{"falsy", 0, reasonLiteral},
		{"truex", 4, reasonAfter},
		{"NaN", 0, reasonValue},
		{"Infinity", 0, reasonValue},
		{"-Infinity", 1, reasonNumber},

		{"-", 1, reasonNumber},
		{"+1", 0, reasonValue},
		{".5", 0, reasonValue},
		{"01", 1, reasonAfter},
		{"-01", 2, reasonAfter},
		{"1.", 2, reasonNumber},
		{"1.e3", 2, reasonNumber},
		{"1e", 2, reasonNumber},
		{"1e+", 3, reasonNumber},
		{"1e1.5", 3, reasonAfter},
		{"0x10", 1, reasonAfter},
		{"1_000", 1, reasonAfter},

		{`"`, 1, reasonUnclosed},
		{`"abc`, 4, reasonUnclosed},
		{`"abc\`, 5, reasonUnclosed},
		{`"abc\"`, 6, reasonUnclosed},
		{"\"a\nb\"", 2, reasonControl},
		{"\"a\x00b\"", 2, reasonControl},
		{"\"" + long + "\x1f\"", 41, reasonControl},
		{"\"" + long + "\tabcdefghi\"", 41, reasonControl},
		{`"\x41"`, 1, reasonEscape},
		{`"\'"`, 1, reasonEscape},
		{`"\U0041"`, 1, reasonEscape},
		{`"\u004"`, 1, reasonHex},
		{`"\u00g0"`, 1, reasonHex},
		{`"\u`, 1, reasonHex},
		{"\"\\\n\"", 1, reasonEscape},
		{"\"\xff\"", 1, reasonUTF8},
		{"\"" + long + "\xc3\"", 41, reasonUTF8},
		{"\"\xc0\xaf\"", 1, reasonUTF8},         // overlong
		{"\"\xed\xa0\x80\"", 1, reasonUTF8},     // surrogate
		{"\"\xf4\x90\x80\x80\"", 1, reasonUTF8}, // above U+10FFFF
		{"\"\xc3\\n\xa9\"", 1, reasonUTF8},      // a rune torn by an escape
		{"{\"\xff\":1}", 2, reasonUTF8},
		{strings.Repeat("[", 129) + strings.Repeat("]", 129), 128, reasonDepth},
		{strings.Repeat(`{"a":`, 129) + "1" + strings.Repeat("}", 129), 128 * 5, reasonDepth},
	} {
		s, err := Validate([]byte(c.doc), Limits{})
		if assert.NotNil(t, err, "%q was accepted", c.doc) {
			assert.Equal(t, SyntaxError{c.offset, c.reason}, *err, "%q", c.doc)
			assert.Equal(t, Span{}, s)
		}
	}
}

// Every byte at every place of a word must be seen, however the string is aligned.
func TestValidateStringBytes(t *testing.T) {
	for _, length := range []int{1, 7, 8, 9, 15, 16, 17, 31} {
		for at := range length {
			for c := range 256 {
				doc := []byte(`"` + strings.Repeat("~", length) + `"`)
				doc[at+1] = byte(c)
				_, err := Validate(doc, Limits{})
				want := json.Valid(doc) && utf8.Valid(doc)
				require.Equal(t, want, err == nil, "byte %#x at %d of %d: %v", c, at, length, err)
			}
		}
	}
}

func TestValidateDepth(t *testing.T) {
	nested := func(n int) []byte {
		return []byte(strings.Repeat(`[{"a":`, n/2) + "1" + strings.Repeat("}]", n/2))
	}
	for _, c := range []struct {
		limit, depth int
		ok           bool
	}{
		{0, DefaultDepth, true},
		{0, DefaultDepth + 2, false},
		{-1, DefaultDepth, true},
		{2, 2, true},
		{2, 4, false},
		{MaxDepth, MaxDepth, true},
		{MaxDepth, MaxDepth + 2, false},
		{1 << 30, MaxDepth, true},
		{1 << 30, MaxDepth + 2, false},
	} {
		_, err := Validate(nested(c.depth), Limits{Depth: c.limit})
		assert.Equal(t, c.ok, err == nil, "limit %d, depth %d: %v", c.limit, c.depth, err)
	}
	_, err := Validate([]byte("1"), Limits{Depth: 1})
	assert.Nil(t, err)
}

func TestErrorTexts(t *testing.T) {
	assert.EqualError(t, &SyntaxError{17, reasonInObject}, "offset 17: expected ',' or '}'")
	assert.EqualError(t, &AmbiguousError{"model", 3}, `offset 3: member "model" occurs twice or in another case`)
}

// depthOf is how deep the valid document nests.
func depthOf(doc []byte) int {
	d := json.NewDecoder(bytes.NewReader(doc))
	depth, deepest := 0, 0
	for {
		tok, err := d.Token()
		if err != nil {
			return deepest
		}
		switch tok {
		case json.Delim('['), json.Delim('{'):
			depth++
			deepest = max(deepest, depth)
		case json.Delim(']'), json.Delim('}'):
			depth--
		}
	}
}

var seeds = []string{
	`{"model":"x","messages":[{"role":"user","content":"a\n\"b\" \u00e9 \ud83d\ude00 é"}],"n":1.5e-3}`,
	`[1,-0,0.5,1e9,true,false,null,"",{},[]]`, " \t\r\n{ \"a\" : [ 1 , 2 ] } ", `"\ud800"`, "\"\xff\"",
	`{"a":1,}`, `[1 2]`, `"\u12"`, `01`, `{"a":{"b":{"c":[{"d":"e"}]}}}`, "[\"\x01\"]", `{"a\\":"\\"}`, `"\\\\\""`,
}

func FuzzValidate(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Add(chat(1000))
	f.Fuzz(func(t *testing.T, doc []byte) {
		s, err := Validate(doc, Limits{})
		good := json.Valid(doc) && utf8.Valid(doc)
		if err == nil {
			if !good {
				t.Fatalf("accepted %q", doc)
			}
			if got, want := string(s.Of(doc)), strings.Trim(string(doc), " \t\r\n"); got != want {
				t.Fatalf("span of %q: got %q, want %q", doc, got, want)
			}
			return
		}
		if err.Offset < 0 || err.Offset > len(doc) || err.Reason == "" {
			t.Fatalf("bad error %+v for %q", *err, doc)
		}
		if good && err.Reason != reasonDepth {
			t.Fatalf("refused %q: %v", doc, err)
		}
		if err.Reason == reasonDepth && good && depthOf(doc) <= DefaultDepth {
			t.Fatalf("depth %d refused: %q", depthOf(doc), doc)
		}
	})
}

package wire

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMembers(t *testing.T) {
	b, s := whole(t, ` { "a" : 1 ,"b\"\\":"x]}\\\"y", "c":{"d":[1,{"e":"}"}]},"":null, "long key beyond two words \"": [ ] } `)
	type member struct{ key, value, whole string }
	var got []member
	m := MembersOf(b, s)
	assert.Nil(t, m.Key())
	for m.Next() {
		got = append(got, member{string(m.Key()), string(m.Value().Of(b)), string(m.Whole().Of(b))})
	}
	assert.Equal(t, []member{
		{`a`, `1`, `"a" : 1`},
		{`b\"\\`, `"x]}\\\"y"`, `"b\"\\":"x]}\\\"y"`},
		{`c`, `{"d":[1,{"e":"}"}]}`, `"c":{"d":[1,{"e":"}"}]}`},
		{``, `null`, `"":null`},
		{`long key beyond two words \"`, `[ ]`, `"long key beyond two words \"": [ ]`},
	}, got)
	assert.False(t, m.Next(), "the walk stays at its end")
	assert.Nil(t, m.Key())
	assert.Equal(t, Span{}, m.Value())

	for _, doc := range []string{"{}", "{ }", "[1]", "1", `"{"`} {
		b, s := whole(t, doc)
		m := MembersOf(b, s)
		assert.False(t, m.Next(), doc)
	}
	var none Members
	assert.False(t, none.Next())
	assert.False(t, none.KeyIs(""))
}

func TestKeyIs(t *testing.T) {
	for _, c := range []struct {
		raw, name string
		want      bool
	}{
		{`model`, "model", true},
		{`model`, "Model", false},
		{`model`, "mode", false},
		{`mode`, "model", false},
		{`mod\u0065l`, "model", true},
		{`\u006d\u006F\u0064\u0065\u006c`, "model", true},
		{`mod\u0065l`, "models", false},
		{`mod\u0065ls`, "model", false},
		{`a\"b`, `a"b`, true},
		{`\\n`, `\n`, true},
		{`\n`, `\n`, false},
		{`\n`, "\n", true},
		{`\/`, "/", true},
		{`é`, "é", true},
		{`\u00e9`, "é", true},
		{`\ud83d\ude00`, "😀", true},
		{`\ud83d`, "\ufffd", true},
		{``, "", true},
		{``, "a", false},
	} {
		b, s := whole(t, `{"`+c.raw+`":0}`)
		m := MembersOf(b, s)
		require.True(t, m.Next())
		assert.Equal(t, c.want, m.KeyIs(c.name), "%s is %s", c.raw, c.name)
	}
}

func TestElements(t *testing.T) {
	b, s := whole(t, `[ 1,"a,]" , [2,[3]],{"b":[4]},true,null, -1.5e3 ,[]]`)
	var got []string
	for e := ElementsOf(b, s); e.Next(); {
		got = append(got, string(e.Value().Of(b)))
	}
	want := []string{`1`, `"a,]"`, `[2,[3]]`, `{"b":[4]}`, `true`, `null`, `-1.5e3`, `[]`}
	assert.Equal(t, want, got)
	assert.Equal(t, len(want), Count(b, s))

	for _, doc := range []string{"[]", "[ ]", "{}", "1", `"[1]"`} {
		b, s := whole(t, doc)
		assert.Equal(t, 0, Count(b, s), doc)
	}
	assert.Equal(t, 0, Count(nil, Span{}))
}

func TestLookup(t *testing.T) {
	b, s := whole(t, `{"a":{"b":{"c":"deep"},"x":1,"x":2},"n":null,"l":[{"b":1}]}`)
	for _, c := range []struct {
		path []string
		want string
	}{
		{nil, string(b)},
		{[]string{"a", "b", "c"}, `"deep"`},
		{[]string{"a", "b"}, `{"c":"deep"}`},
		{[]string{"a", "x"}, `2`},
		{[]string{"n"}, `null`},
		{[]string{"a", "missing", "c"}, ""},
		{[]string{"l", "b"}, ""},
		{[]string{"a", "b", "c", "d"}, ""},
	} {
		assert.Equal(t, c.want, string(Lookup(b, s, c.path...).Of(b)), "%v", c.path)
	}
	assert.False(t, Lookup(b, Span{}, "a").Present())
}

// rebuild decodes a document with the walkers alone.
func rebuild(b []byte, s Span) any {
	switch KindOf(b, s) {
	case Object:
		v := map[string]any{}
		for m := MembersOf(b, s); m.Next(); {
			v[string(AppendUnescaped(nil, m.Key()))] = rebuild(b, m.Value())
		}
		return v
	case Array:
		v := []any{}
		for e := ElementsOf(b, s); e.Next(); {
			v = append(v, rebuild(b, e.Value()))
		}
		return v
	case String:
		return string(AppendText(nil, b, s))
	case Number:
		return json.Number(s.Of(b))
	case True, False:
		v, _ := Bool(b, s)
		return v
	case Null, Invalid:
	}
	return nil
}

func decoded(t testing.TB, b []byte) any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var v any
	require.NoError(t, d.Decode(&v))
	return v
}

func TestWalkersSeeWhatADecoderSees(t *testing.T) {
	for _, doc := range append(seeds, string(chat(20_000)), strings.Repeat(`[{"k":`, 50)+`"v"`+strings.Repeat(`}]`, 50)) {
		s, err := Validate([]byte(doc), Limits{})
		if err != nil {
			continue
		}
		assert.Equal(t, decoded(t, []byte(doc)), rebuild([]byte(doc), s))
	}
}

func FuzzWalkers(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		if s, err := Validate(doc, Limits{}); err == nil {
			if got, want := rebuild(doc, s), decoded(t, doc); !reflect.DeepEqual(got, want) {
				t.Fatalf("%q: got %v, want %v", doc, got, want)
			}
			return
		}
		// Bytes nobody validated: the walkers may say anything, but stay inside and end.
		walkAll(t, doc, span(0, len(doc)), 0)
		Lookup(doc, span(0, len(doc)), "a", "b")
		var dst [2]Span
		Fields(doc, span(0, len(doc)), []string{"a", "model"}, dst[:])
	})
}

func walkAll(t *testing.T, b []byte, s Span, depth int) {
	if depth > 20 {
		return
	}
	for m := MembersOf(b, s); m.Next(); {
		inSpan(t, m.Whole(), s)
		m.Key()
		m.KeyIs("model")
		walkAll(t, b, m.Value(), depth+1)
	}
	for e := ElementsOf(b, s); e.Next(); {
		inSpan(t, e.Value(), s)
		walkAll(t, b, e.Value(), depth+1)
	}
	Int(b, s)
	Float(b, s)
	Text(b, s, nil)
}

func inSpan(t *testing.T, inner, outer Span) {
	if !inner.Present() || inner.Start <= outer.Start || inner.End > outer.End {
		t.Fatalf("%v is not inside of %v", inner, outer)
	}
}

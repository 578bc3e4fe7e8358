package wire

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEdits(t *testing.T) {
	const src = "0123456789"
	for _, c := range []struct {
		name string
		do   func(e *Edits)
		want string
	}{
		{"none", func(*Edits) {}, src},
		{"replace", func(e *Edits) { e.Replace(Span{2, 4}, []byte("ab")) }, "01ab456789"},
		{"longer", func(e *Edits) { e.Replace(Span{2, 4}, []byte("abcdef")) }, "01abcdef456789"},
		{"remove", func(e *Edits) { e.Replace(Span{2, 4}, nil) }, "01456789"},
		{"all", func(e *Edits) { e.Replace(Span{0, 10}, []byte("x")) }, "x"},
		{"insert", func(e *Edits) { e.Insert(5, []byte("x")) }, "01234x56789"},
		{"insert at the ends", func(e *Edits) { e.Insert(0, []byte("<")); e.Insert(10, []byte(">")) }, "<0123456789>"},
		{"empty replace is an insertion", func(e *Edits) { e.Replace(Span{3, 3}, []byte("x")) }, "012x3456789"},
		{"out of order", func(e *Edits) {
			e.Replace(Span{8, 9}, []byte("c"))
			e.Replace(Span{1, 2}, []byte("a"))
			e.Insert(5, []byte("b"))
		}, "0a234b567c9"},
		{"insertions keep their order", func(e *Edits) {
			e.Insert(5, []byte("a"))
			e.Insert(2, []byte("x"))
			e.Insert(5, []byte("b"))
			e.Insert(5, []byte("c"))
		}, "01x234abc56789"},
		{"touching", func(e *Edits) {
			e.Replace(Span{4, 6}, []byte("B"))
			e.Replace(Span{2, 4}, []byte("A"))
			e.Insert(4, []byte("|"))
		}, "01A|B6789"},
		{"insertion goes before the replacement it touches", func(e *Edits) {
			e.Replace(Span{4, 6}, []byte("B"))
			e.Insert(4, []byte("x"))
			e.Insert(6, []byte("y"))
		}, "0123xBy6789"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var e Edits
			c.do(&e)
			for range 2 { // edits may be applied again
				got, ok := e.Apply([]byte("> "), []byte(src))
				require.True(t, ok)
				assert.Equal(t, "> "+c.want, string(got))
			}
		})
	}
}

func TestEditsThatOverlap(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(e *Edits)
	}{
		{"the same twice", func(e *Edits) { e.Replace(Span{2, 4}, nil); e.Replace(Span{2, 4}, nil) }},
		{"crossing", func(e *Edits) { e.Replace(Span{2, 5}, nil); e.Replace(Span{4, 6}, nil) }},
		{"inside", func(e *Edits) { e.Replace(Span{2, 8}, nil); e.Replace(Span{4, 6}, nil) }},
		{"around", func(e *Edits) { e.Replace(Span{4, 6}, nil); e.Replace(Span{2, 8}, nil) }},
		{"insertion inside", func(e *Edits) { e.Replace(Span{2, 5}, nil); e.Insert(3, []byte("x")) }},
		{"beyond the end", func(e *Edits) { e.Replace(Span{8, 11}, nil) }},
		{"insertion beyond the end", func(e *Edits) { e.Insert(11, []byte("x")) }},
		{"before the start", func(e *Edits) { e.Insert(-1, []byte("x")) }},
		{"backwards", func(e *Edits) { e.Replace(Span{5, 3}, nil) }},
		{"element outside of its array", func(e *Edits) { e.RemoveElement([]byte("[1],2"), Span{0, 3}, Span{4, 5}) }},
		{"append to a number", func(e *Edits) { e.AppendElement([]byte("12"), Span{0, 2}, []byte("1")) }},
		{"prepend to nothing", func(e *Edits) { e.PrependElement([]byte("12"), Span{}, []byte("1")) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			var e Edits
			c.do(&e)
			got, ok := e.Apply([]byte("kept"), []byte("0123456789"))
			assert.False(t, ok)
			assert.Equal(t, "kept", string(got))

			e.Reset()
			assert.Equal(t, 0, e.Len())
			got, ok = e.Apply(nil, []byte("0123456789"))
			assert.True(t, ok, "Reset forgets")
			assert.Equal(t, "0123456789", string(got))
		})
	}
}

func TestEditsOwnTheirTexts(t *testing.T) {
	var e Edits
	text := []byte("one")
	e.Insert(0, text)
	copy(text, "two")
	e.Insert(0, text)
	copy(text, "xxx")
	got, ok := e.Apply(nil, []byte("."))
	require.True(t, ok)
	assert.Equal(t, "onetwo.", string(got))
	assert.Equal(t, 2, e.Len())
}

// Edits are compared with cutting a string to pieces.
func TestEditsAgainstNaive(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var e Edits
	for range 2000 {
		src := randomText(rnd, 1+rnd.IntN(40))
		e.Reset()
		var want strings.Builder
		type change struct {
			s    Span
			with string
		}
		var changes []change
		for at := 0; at < len(src); {
			end := min(at+rnd.IntN(5), len(src))
			if rnd.IntN(2) == 0 {
				with := randomText(rnd, rnd.IntN(6))
				changes = append(changes, change{span(at, end), with})
				want.WriteString(with)
			} else {
				want.WriteString(src[at:end])
			}
			if at == end { // one insertion at a point, so that the shuffle can't reorder them
				end = min(at+1, len(src))
				want.WriteString(src[at:end])
			}
			at = end
		}
		rnd.Shuffle(len(changes), func(i, j int) { changes[i], changes[j] = changes[j], changes[i] })
		for _, c := range changes {
			e.Replace(c.s, []byte(c.with))
		}
		got, ok := e.Apply(nil, []byte(src))
		require.True(t, ok, "%q %v", src, changes)
		require.Equal(t, want.String(), string(got), "%q %v", src, changes)
	}
}

func randomText(rnd *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = 'a' + byte(rnd.IntN(26))
	}
	return string(b)
}

func TestRemoveElement(t *testing.T) {
	for _, c := range []struct {
		doc    string
		remove []int
		want   string
	}{
		{`[1]`, []int{0}, `[]`},
		{`[ 1 ]`, []int{0}, `[  ]`},
		{`[1,2,3]`, []int{0}, `[2,3]`},
		{`[1,2,3]`, []int{1}, `[1,3]`},
		{`[1,2,3]`, []int{2}, `[1,2]`},
		{`[ 1 , 2 , 3 ]`, []int{0}, `[ 2 , 3 ]`},
		{`[ 1 , 2 , 3 ]`, []int{1}, `[ 1 , 3 ]`},
		{`[ 1 , 2 , 3 ]`, []int{2}, `[ 1 , 2  ]`},
		{`[1,2,3]`, []int{0, 1}, `[3]`},
		{`[1,2,3]`, []int{2, 1}, `[1]`},
		{`[1,2,3]`, []int{0, 2}, `[2]`},
		{`[1,2,3]`, []int{1, 2, 0}, `[]`},
		{`[1,2,3]`, []int{1, 1}, `[1,3]`},
		{`[1,2,3]`, []int{2, 2, 1, 1}, `[1]`},
		{`[1,2,3]`, []int{2, 0, 2, 1, 0, 1}, `[]`},
		{`["a,b",{"x":[1,2]},[3]]`, []int{1}, `["a,b",[3]]`},
	} {
		b, arr := whole(t, c.doc)
		var e Edits
		for _, i := range c.remove {
			e.RemoveElement(b, arr, elementAt(b, arr, i))
		}
		for range 2 {
			got, ok := e.Apply(nil, b)
			require.True(t, ok, "%s without %v", c.doc, c.remove)
			assert.Equal(t, c.want, string(got), "%s without %v", c.doc, c.remove)
		}
	}
}

func elementAt(b []byte, arr Span, i int) Span {
	it := ElementsOf(b, arr)
	for range i + 1 {
		it.Next()
	}
	return it.Value()
}

func TestRemoveAndAppendMember(t *testing.T) {
	for _, c := range []struct {
		doc    string
		remove string
		want   string
	}{
		{`{}`, "", `{"new \"name\"":{"x":1}}`},
		{`{ }`, "", `{"new \"name\"":{"x":1} }`},
		{`{"a":1}`, "", `{"a":1,"new \"name\"":{"x":1}}`},
		{"{\n  \"a\": 1\n}", "", "{\n  \"a\": 1,\"new \\\"name\\\"\":{\"x\":1}\n}"},
		{`{"a":1}`, "a", `{"new \"name\"":{"x":1}}`},
		{`{"a":1,"b":2}`, "b", `{"a":1,"new \"name\"":{"x":1}}`},
		{`{"a":1,"b":2}`, "a", `{"b":2,"new \"name\"":{"x":1}}`},
	} {
		b, obj := whole(t, c.doc)
		var e Edits
		e.AppendMember(b, obj, `new "name"`, []byte(`{"x":1}`))
		for m := MembersOf(b, obj); m.Next(); {
			if m.KeyIs(c.remove) {
				e.RemoveMember(b, obj, m.Whole())
			}
		}
		got, ok := e.Apply(nil, b)
		require.True(t, ok, c.doc)
		assert.Equal(t, c.want, string(got), c.doc)
	}
}

// A removal and an edit inside of what it removes can't both be kept.
func TestRemoveOverEdit(t *testing.T) {
	b, arr := whole(t, `[1,[2,3],4]`)
	inner := elementAt(b, arr, 1)
	var e Edits
	e.RemoveElement(b, arr, inner)
	e.RemoveElement(b, inner, elementAt(b, inner, 0))
	_, ok := e.Apply(nil, b)
	assert.False(t, ok)
}

// list is the oracle of list edits: an array, or an object with unique keys, as a decoder sees it.
type list struct {
	span                Span
	items               []Span
	gone                map[int]bool
	prepended, appended []string
	children            map[int]*list
	isObject            bool
}

func readList(b []byte, s Span) *list {
	l := &list{span: s, gone: map[int]bool{}, children: map[int]*list{}, isObject: KindOf(b, s) == Object}
	add := func(item, value Span) {
		l.items = append(l.items, item)
		if k := KindOf(b, value); k == Array || k == Object {
			l.children[len(l.items)-1] = readList(b, value)
		}
	}
	for m := MembersOf(b, s); m.Next(); {
		add(m.Whole(), m.Value())
	}
	for e := ElementsOf(b, s); e.Next(); {
		add(e.Value(), e.Value())
	}
	return l
}

// change makes random edits to l and what is in it, in l and in e alike.
func (l *list) change(rnd *rand.Rand, e *Edits, b []byte) (ops []func()) {
	for i, item := range l.items {
		switch rnd.IntN(3) {
		case 0:
			l.gone[i] = true
			for range 1 + rnd.IntN(2) {
				ops = append(ops, func() { e.removeItem(b, l.span, item) })
			}
		case 1:
			if c := l.children[i]; c != nil {
				ops = append(ops, c.change(rnd, e, b)...)
			}
		}
	}
	if l.isObject {
		for range rnd.IntN(3) {
			name := randomText(rnd, 12)
			l.appended = append(l.appended, `"`+name+`":0`)
			ops = append(ops, func() { e.AppendMember(b, l.span, name, []byte("0")) })
		}
		return ops
	}
	for range rnd.IntN(3) {
		l.appended = append(l.appended, "0")
		ops = append(ops, func() { e.AppendElement(b, l.span, []byte("0")) })
	}
	for range rnd.IntN(3) {
		l.prepended = append(l.prepended, "1")
		ops = append(ops, func() { e.PrependElement(b, l.span, []byte("1")) })
	}
	return ops
}

func (l *list) text(b []byte) string {
	items := append([]string(nil), l.prepended...)
	for i, item := range l.items {
		if l.gone[i] {
			continue
		}
		text := string(item.Of(b))
		if c := l.children[i]; c != nil {
			key := string(b[item.Start:c.span.Start])
			text = key + c.text(b)
		}
		items = append(items, text)
	}
	items = append(items, l.appended...)
	if l.isObject {
		return "{" + strings.Join(items, ",") + "}"
	}
	return "[" + strings.Join(items, ",") + "]"
}

func TestListEditsAgainstModel(t *testing.T) {
	docs := []string{
		`[]`, `[ ]`, `{}`, `{ }`, `[1]`, `[ 1 ]`, `{"a":1}`, `{ "a" : 1 }`, `[1,2,3]`, "[ 1 ,\n2\n, 3 ]", `{"a":1,"b":2,"c":3}`,
		`[[],[1],[[ ]],{"a":[1,2]}]`, ` { "messages" : [ {"role":"user","content":"x"} , {"role":"x"} ] , "tools":[ ], "n": 1 } `,
	}
	rnd := rand.New(rand.NewPCG(3, 4))
	var e Edits
	for range 20_000 {
		b, s := whole(t, docs[rnd.IntN(len(docs))])
		e.Reset()
		l := readList(b, s)
		ops := l.change(rnd, &e, b)
		rnd.Shuffle(len(ops), func(i, j int) { ops[i], ops[j] = ops[j], ops[i] })
		for _, op := range ops {
			op()
		}
		got, ok := e.Apply(nil, b)
		require.True(t, ok, "%s to %s", b, l.text(b))
		require.True(t, json.Valid(got), "%s to %s became %s", b, l.text(b), got)
		require.Equal(t, decoded(t, []byte(l.text(b))), decoded(t, got), "%s became %s", b, got)
		again, ok := e.Apply(nil, b)
		require.True(t, ok)
		require.Equal(t, string(got), string(again))
	}
}

// FuzzEdits makes edits out of bytes, three a time: kind and two offsets. Whatever they are, nothing panics,
// and what is applied has the length that it should.
func FuzzEdits(f *testing.F) {
	f.Add([]byte(`{"a":[1,2],"b":3}`), []byte{0, 1, 4, 1, 3, 0, 2, 5, 10, 3, 5, 10, 4, 5, 10, 5, 5, 10})
	f.Add([]byte(`[1]`), []byte{2, 0, 3, 3, 0, 3, 4, 0, 3, 6, 1, 2})
	f.Fuzz(func(t *testing.T, src, script []byte) {
		var e Edits
		for ; len(script) >= 3; script = script[3:] {
			s := Span{int32(script[1]), int32(script[2])}
			all := span(0, len(src))
			switch script[0] % 7 {
			case 0:
				e.Replace(s, []byte("x"))
			case 1:
				e.Insert(int(script[1]), []byte("y"))
			case 2:
				e.AppendElement(src, s, []byte("z"))
			case 3:
				e.PrependElement(src, s, []byte("z"))
			case 4:
				e.AppendMember(src, s, "n", []byte("1"))
			case 5:
				e.RemoveElement(src, all, s)
			case 6:
				e.RemoveMember(src, s, Span{s.Start + 1, s.End - 1})
			}
		}
		got, ok := e.Apply([]byte("> "), src)
		if !ok && string(got) != "> " {
			t.Fatalf("refused edits changed dst to %q", got)
		}
		if !strings.HasPrefix(string(got), "> ") {
			t.Fatalf("dst was lost: %q", got)
		}
	})
}

package mock

import (
	"strconv"
	"strings"
)

// makeCalls makes the calls of an answer, with arguments from the tools' schemas.
func makeCalls(d *document, a *ask, p *plan, id string) []call {
	n := max(p.calls, 1)
	if a.single {
		n = 1
	}
	only := a.only
	if only == "" && a.hasTool(p.toolName) {
		only = p.toolName
	}
	calls := make([]call, 0, n)
	fill := newFiller(d, a.user)
	for i := range n {
		t := a.tools[i%len(a.tools)]
		for _, other := range a.tools {
			if other.name == only {
				t = other
			}
		}
		args := "{}"
		if t.schema != nothing {
			args = string(fill.value(nil, t.schema, 0))
		}
		calls = append(calls, call{id + strconv.Itoa(i), t.name, args})
	}
	return calls
}

// filler makes JSON that fits a schema. Strings take the words of the user's text in turn.
type filler struct {
	d     *document
	words []string
	next  int
	root  int
}

const (
	fillDepth = 12
	fillBytes = 64 << 10
)

func newFiller(d *document, text string) *filler {
	words := strings.Fields(text)
	if len(words) == 0 {
		words = []string{"word"}
	}
	return &filler{d: d, words: words, root: nothing}
}

func (f *filler) word() string {
	w := f.words[f.next%len(f.words)]
	f.next++
	return w
}

// value appends a value that fits the schema s.
func (f *filler) value(dst []byte, s, depth int) []byte {
	d := f.d
	if depth == 0 {
		f.root = s
	}
	if depth > fillDepth || len(dst) > fillBytes || d.kind(s) != object {
		return append(dst, "null"...)
	}
	if v := d.get(s, "const"); v != nothing {
		return append(dst, d.raw(v)...)
	}
	if v := d.get(s, "enum"); d.len(v) > 0 {
		return append(dst, d.raw(v+1)...)
	}
	if ref := d.string(d.get(s, "$ref")); ref != "" {
		return f.value(dst, f.resolve(ref), depth+1)
	}
	for _, name := range []string{"anyOf", "oneOf", "allOf"} {
		if v := d.get(s, name); d.len(v) > 0 {
			return f.value(dst, v+1, depth+1)
		}
	}
	return f.typed(dst, s, f.typeOf(s), depth)
}

// typeOf is the schema's type, the first if there are several.
func (f *filler) typeOf(s int) string {
	v := f.d.get(s, "type")
	if f.d.kind(v) == array && f.d.len(v) > 0 {
		v++
	}
	if t := f.d.string(v); t != "" {
		return t
	}
	if f.d.get(s, "properties") != nothing {
		return "object"
	}
	return "string"
}

func (f *filler) typed(dst []byte, s int, kind string, depth int) []byte {
	switch kind {
	case "object":
		return f.object(dst, s, depth)
	case "array":
		dst = append(dst, '[')
		if items := f.d.get(s, "items"); items != nothing {
			dst = f.value(dst, items, depth+1)
		}
		return append(dst, ']')
	case "string":
		return appendString(dst, f.word())
	case "integer", "number":
		return f.number(dst, s)
	case "boolean":
		return append(dst, "true"...)
	}
	return append(dst, "null"...)
}

func (f *filler) object(dst []byte, s, depth int) []byte {
	dst = append(dst, '{')
	first := true
	f.d.each(f.d.get(s, "properties"), func(name, sub int) bool {
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = append(append(dst, f.d.raw(name)...), ':')
		dst = f.value(dst, sub, depth+1)
		return true
	})
	return append(dst, '}')
}

// number is the schema's least number, else 7.
func (f *filler) number(dst []byte, s int) []byte {
	if low := f.d.get(s, "minimum"); f.d.kind(low) == number {
		return append(dst, f.d.raw(low)...)
	}
	return append(dst, '7')
}

// resolve follows a reference inside the schema, such as "#/$defs/place".
func (f *filler) resolve(ref string) int {
	path, ok := strings.CutPrefix(ref, "#")
	at := f.root
	for name := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		if name != "" {
			at = f.d.get(at, strings.NewReplacer("~1", "/", "~0", "~").Replace(name))
		}
	}
	if !ok {
		return nothing
	}
	return at
}

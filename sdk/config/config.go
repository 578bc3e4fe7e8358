// Package config reads a plugin's configuration: a small JSON reader that adds little to a module.
//
// The host has checked the configuration against the schema in the manifest, so that a plugin with a schema finds
// the types it expects; where it doesn't, the methods give the default.
package config

import "errors"

// Value is a JSON value. The zero Value is null.
type Value struct {
	kind    Kind
	text    string // of texts and numbers
	list    []Value
	members []Member
}

// Member is a member of an object.
type Member struct {
	Name string
	Value
}

// Kind is what a Value is.
type Kind uint8

// The kinds. The zero Kind is Null.
const (
	Null Kind = iota
	False
	True
	Number
	Text
	List
	Object
)

// Kind is what the value is.
func (v Value) Kind() Kind { return v.kind }

// ErrSyntax is a text that isn't JSON.
var ErrSyntax = errors.New("the configuration isn't JSON")

// Parse reads a JSON text. Nothing of b is kept.
func Parse(b []byte) (Value, error) {
	p := parser{rest: string(b)}
	v, ok := p.value(0)
	p.space()
	if !ok || p.rest != "" {
		return Value{}, ErrSyntax
	}
	return v, nil
}

// Get returns a member of an object, null if there is none.
func (v Value) Get(name string) Value {
	for _, m := range v.members {
		if m.Name == name {
			return m.Value
		}
	}
	return Value{}
}

// Has tells whether an object has a member that isn't null.
func (v Value) Has(name string) bool { return v.Get(name).kind != Null }

// Text is a member that is a text.
func (v Value) Text(name, or string) string {
	if m := v.Get(name); m.kind == Text {
		return m.text
	}
	return or
}

// Bool is a member that is true or false.
func (v Value) Bool(name string, or bool) bool {
	switch v.Get(name).kind {
	case True:
		return true
	case False:
		return false
	}
	return or
}

// Int is a member that is a whole number of at most 18 digits.
func (v Value) Int(name string, or int) int {
	m := v.Get(name)
	if m.kind != Number {
		return or
	}
	if n, ok := whole(m.text); ok {
		return n
	}
	return or
}

// Number is a member that is a number.
func (v Value) Number(name string, or float64) float64 {
	if m := v.Get(name); m.kind == Number {
		return float(m.text)
	}
	return or
}

// Texts is a member that is a list: those of its elements that are texts. nil if it is absent.
func (v Value) Texts(name string) []string {
	m := v.Get(name)
	if m.kind != List {
		return nil
	}
	out := make([]string, 0, len(m.list))
	for _, e := range m.list {
		if e.kind == Text {
			out = append(out, e.text)
		}
	}
	return out
}

// List is a member that is a list: its elements. nil if it is absent.
func (v Value) List(name string) []Value { return v.Get(name).list }

// Members are the members of an object, in their order.
func (v Value) Members() []Member { return v.members }

// String is the value if it is a text, "" if not.
func (v Value) String() string {
	if v.kind == Text {
		return v.text
	}
	return ""
}

package main

import (
	"errors"
	"unicode/utf8"

	"github.com/yett-gateway/yett/sdk/config"
)

// kind is a variable's type.
type kind uint8

const (
	text kind = iota
	integer
	number
	boolean
	enum
)

var kinds = [...]string{"string", "integer", "number", "boolean", "enum"}

// variable is what a template may be given.
type variable struct {
	name      string
	kind      kind
	required  bool
	fallback  filled
	low, high bool // there is a bound
	least     float64
	most      float64
	values    []string
}

// filled is a variable's value as it is put into a text. given is false if there is none.
type filled struct {
	text  string
	given bool
	no    bool // false, or an empty text: a section of it stays out
}

// maxText is how many characters a text has at most if its variable doesn't say.
const maxText = 16_384

// readVariable reads a variable's declaration.
func readVariable(name string, v config.Value) (variable, error) {
	out := variable{name: name, required: v.Bool("required", false)}
	if !isName(name) {
		return out, errors.New("a variable's name is of letters, digits and _, and begins with no digit")
	}
	typ := v.Text("type", "string")
	known := false
	for k, have := range kinds {
		if have == typ {
			out.kind, known = kind(k), true
		}
	}
	if !known {
		return out, errors.New("type is " + typ + "; it may be string, integer, number, boolean or enum")
	}
	if out.low, out.high = v.Has("min"), v.Has("max"); out.low || out.high {
		if out.kind == boolean || out.kind == enum {
			return out, errors.New("min and max mean nothing for a variable of type " + typ)
		}
		if out.least, out.most = v.Number("min", 0), v.Number("max", 0); out.low && out.high && out.least > out.most {
			return out, errors.New("min is above max")
		}
	}
	if out.kind == text && !out.high {
		out.high, out.most = true, maxText
	}
	if out.values = v.Texts("values"); (len(out.values) > 0) != (out.kind == enum) {
		return out, errors.New("values belong to a variable of type enum, which needs them")
	}
	if !v.Has("default") {
		return out, nil
	}
	if out.required {
		return out, errors.New("a variable that is required has no default")
	}
	var wrong string
	if out.fallback, wrong = out.read(v.Get("default")); wrong != "" {
		return out, errors.New("default " + wrong)
	}
	return out, nil
}

// read is a value as a text. wrong says why it can't be one; it never holds the value.
func (x *variable) read(v config.Value) (out filled, wrong string) {
	switch x.kind {
	case text, enum:
		if v.Kind() != config.Text {
			return filled{}, "must be a text"
		}
		s := v.String()
		if x.kind == enum {
			return x.among(s)
		}
		if wrong := x.within(float64(utf8.RuneCountInString(s)), " characters"); wrong != "" {
			return filled{}, wrong
		}
		return filled{s, true, s == ""}, ""
	case boolean:
		switch v.Kind() {
		case config.True:
			return filled{"true", true, false}, ""
		case config.False:
			return filled{"false", true, true}, ""
		}
		return filled{}, "must be true or false"
	}
	if v.Kind() != config.Number {
		return filled{}, "must be a number"
	}
	s := string(v.AppendJSON(nil))
	if x.kind == integer && !isWhole(s) {
		return filled{}, "must be a whole number"
	}
	n, ok := v.Float()
	if !ok {
		return filled{}, "is out of range"
	}
	if wrong := x.within(n, ""); wrong != "" {
		return filled{}, wrong
	}
	return filled{s, true, false}, ""
}

func (x *variable) among(s string) (filled, string) {
	for _, have := range x.values {
		if have == s {
			return filled{s, true, s == ""}, ""
		}
	}
	list := ""
	for n, have := range x.values {
		if n == 16 {
			list += ", …"
			break
		}
		if n > 0 {
			list += ", "
		}
		list += have
	}
	return filled{}, "must be one of " + list
}

func (x *variable) within(n float64, unit string) string {
	switch {
	case x.low && n < x.least:
		return "must be at least " + decimal(x.least) + unit
	case x.high && n > x.most:
		return "must be at most " + decimal(x.most) + unit
	}
	return ""
}

// isWhole tells whether a JSON number is written as an integer of at most 18 digits.
func isWhole(s string) bool {
	if s[0] == '-' {
		s = s[1:]
	}
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(s) <= 18
}

// isName tells whether a variable may be named so.
func isName(s string) bool {
	for n, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '_' && (n == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != "" && len(s) <= 64
}

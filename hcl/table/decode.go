package table

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"

	"github.com/yett-gateway/yett/hcl"
)

// Unmarshaler reads itself from a Node: for values that may be written in more than one way.
type Unmarshaler interface {
	// FromNode reads n. Decode(n, …) of another type may do the work.
	FromNode(n *Node) error
}

var (
	unmarshaler = reflect.TypeFor[Unmarshaler]()
	raw         = reflect.TypeFor[json.RawMessage]()
)

// Decode puts n into v, a pointer. Members are found by the tag `table:"name"`; a json.RawMessage takes any value, as
// JSON. A null is a member that isn't there.
//
// # Errors
//
// An *Error for each mistake, joined: a member that v has no place for, with the near name, or a value of another kind.
func Decode(n *Node, v any) error { return decode(n, reflect.ValueOf(v).Elem()) }

func decode(n *Node, v reflect.Value) error {
	if n.Kind == Null {
		return nil
	}
	if v.CanAddr() && v.Addr().Type().Implements(unmarshaler) {
		return v.Addr().Interface().(Unmarshaler).FromNode(n)
	}
	if v.Type() == raw {
		v.SetBytes(n.appendJSON(nil))
		return nil
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return decode(n, v.Elem())
	case reflect.String:
		if n.Kind != String {
			return n.Mismatch(String)
		}
		v.SetString(n.Text)
	case reflect.Bool:
		if n.Kind != Bool {
			return n.Mismatch(Bool)
		}
		v.SetBool(n.Bool)
	case reflect.Int:
		i, err := strconv.Atoi(n.Text)
		if n.Kind != Number || err != nil {
			return n.Errorf("this must be a whole number")
		}
		v.SetInt(int64(i))
	case reflect.Slice:
		return decodeList(n, v)
	case reflect.Map:
		return decodeMap(n, v)
	case reflect.Struct:
		return decodeStruct(n, v)
	default:
		panic("table: no value of type " + v.Type().String() + " can be read")
	}
	return nil
}

func decodeList(n *Node, v reflect.Value) error {
	if n.Kind != List {
		return n.Mismatch(List)
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Items), len(n.Items)))
	var errs []error
	for i, item := range n.Items {
		errs = append(errs, decode(item, v.Index(i)))
	}
	return errors.Join(errs...)
}

func decodeMap(n *Node, v reflect.Value) error {
	if n.Kind != Object {
		return n.Mismatch(Object)
	}
	v.Set(reflect.MakeMap(v.Type()))
	var errs []error
	for _, m := range n.Members {
		value := reflect.New(v.Type().Elem()).Elem()
		errs = append(errs, decode(m.Value, value))
		v.SetMapIndex(reflect.ValueOf(m.Name), value)
	}
	return errors.Join(errs...)
}

func decodeStruct(n *Node, v reflect.Value) error {
	if n.Kind != Object {
		return n.Mismatch(Object)
	}
	places := map[string]int{}
	var names []string
	for i := range v.NumField() {
		if name := v.Type().Field(i).Tag.Get("table"); name != "" {
			places[name] = i
			names = append(names, name)
		}
	}
	var errs []error
	for _, m := range n.Members {
		i, ok := places[m.Name]
		if !ok {
			e := &Error{File: n.File, Line: m.Line, What: fmt.Sprintf("there is no %q here", m.Name), Hint: "known are " + quoted(names)}
			if near := hcl.Nearest(m.Name, names); near != "" {
				e.Hint = fmt.Sprintf("did you mean %q?", near)
			}
			errs = append(errs, e)
			continue
		}
		errs = append(errs, decode(m.Value, v.Field(i)))
	}
	return errors.Join(errs...)
}

// Mismatch is the error of a value of another kind.
func (n *Node) Mismatch(want Kind) error { return n.Errorf("this must be %s, and is %s", want, n.Kind) }

// Errorf is an error at the value's line.
func (n *Node) Errorf(format string, args ...any) error {
	return &Error{File: n.File, Line: n.Line, What: fmt.Sprintf(format, args...)}
}

// appendJSON appends the value as JSON.
func (n *Node) appendJSON(dst []byte) []byte {
	text := func(s string) []byte {
		b, _ := json.Marshal(s) // a string can always be said
		return append(dst, b...)
	}
	switch n.Kind {
	case Bool:
		return strconv.AppendBool(dst, n.Bool)
	case Number:
		return append(dst, n.Text...)
	case String:
		return text(n.Text)
	case List:
		dst = append(dst, '[')
		for i, item := range n.Items {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = item.appendJSON(dst)
		}
		return append(dst, ']')
	case Object:
		dst = append(dst, '{')
		for i, m := range n.Members {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(text(m.Name), ':')
			dst = m.Value.appendJSON(dst)
		}
		return append(dst, '}')
	}
	return append(dst, "null"...)
}

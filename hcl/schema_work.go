package hcl

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// maxSchemaWork is how many schemas a configuration may be held against, schemas within schemas included.
const maxSchemaWork = 20_000

// schemaWork bounds the work of a plugin's schema before it is used. A few references, each to a schema that refers to
// the next twice, are enough to keep a validator for years.
type schemaWork struct {
	root any
	left int
	fail string
	path map[string]bool // references that are being followed, for this value
}

// tooMuch tells what is wrong with a schema for a configuration of that depth, "" if nothing is.
func tooMuch(schema any, depth int) string {
	if whole, ok := schema.(map[string]any); ok { // its own id moves nothing
		whole = maps.Clone(whole)
		delete(whole, "$id")
		schema = whole
	}
	w := &schemaWork{root: schema, left: maxSchemaWork, path: map[string]bool{}}
	w.walk(schema, depth)
	return w.fail
}

// inPlace are the members whose schemas are for the same value.
var inPlace = []string{"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "extends"}

// named are the members that hold schemas by names of the author's choice; those of the first two are for values within.
var named = []string{"properties", "patternProperties", "dependentSchemas", "dependencies"}

// aside are the members that hold no schema, or only ones that others refer to.
var aside = []string{"$defs", "definitions", "enum", "const", "default", "examples"}

// walk follows all schemas that a value may be held against, and the values in it, of that depth.
func (w *schemaWork) walk(schema any, depth int) {
	if w.left--; w.left < 0 {
		w.fail = "it takes too much work: schemas refer to each other too often"
	}
	if w.fail != "" || depth < 0 {
		return
	}
	switch s := schema.(type) {
	case []any:
		for _, one := range s {
			w.walk(one, depth)
		}
	case map[string]any:
		for key, value := range s {
			w.member(key, value, depth)
		}
	}
}

func (w *schemaWork) member(key string, value any, depth int) {
	text, isText := value.(string)
	switch {
	case slices.Contains(aside, key):
	case isText && (key == "$ref" || key == "$dynamicRef" || key == "$recursiveRef"):
		w.follow(text, depth)
	case isText && (key == "$id" || key == "id" || key == "$anchor" || key == "$dynamicAnchor"):
		w.fail = "it uses " + key + "; refer to schemas by their place, as #/$defs/name"
	case slices.Contains(inPlace, key):
		w.walk(value, depth)
	case slices.Contains(named[2:], key):
		w.walk(members(value), depth)
	default: // of the values in this one
		outer := w.path
		w.path = map[string]bool{}
		if slices.Contains(named, key) {
			value = members(value)
		}
		w.walk(value, depth-1)
		w.path = outer
	}
}

// members are the values of an object.
func members(value any) []any {
	object, _ := value.(map[string]any)
	return slices.Collect(maps.Values(object))
}

// follow walks the schema that a reference names.
func (w *schemaWork) follow(ref string, depth int) {
	if w.path[ref] {
		return // the validator finds a circle itself
	}
	at := w.root
	plain, err := url.PathUnescape(ref)
	names := strings.Split(plain, "/")
	if err != nil || names[0] != "#" {
		w.fail = "it refers to " + strconv.Quote(ref) + "; refer to schemas by their place, as #/$defs/name"
		return
	}
	for _, name := range names[1:] {
		name = strings.NewReplacer("~1", "/", "~0", "~").Replace(name)
		var there bool
		switch in := at.(type) {
		case map[string]any:
			at, there = in[name]
		case []any:
			if n, err := strconv.Atoi(name); err == nil && n >= 0 && n < len(in) {
				at, there = in[n], true
			}
		}
		if !there {
			w.fail = "it refers to " + strconv.Quote(ref) + ", which isn't there"
			return
		}
	}
	w.path[ref] = true
	w.walk(at, depth)
	delete(w.path, ref)
}

// depthOf is how deep arrays and objects are nested in a value.
func depthOf(value any) int {
	most := -1
	switch v := value.(type) {
	case []any:
		for _, one := range v {
			most = max(most, depthOf(one))
		}
	case map[string]any:
		for _, one := range v {
			most = max(most, depthOf(one))
		}
	default:
		return 0
	}
	return most + 1
}

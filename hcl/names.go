package hcl

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"github.com/yett-gateway/yett/engine/spec"
)

// namesKeyword is a keyword of our own in plugins' schemas. It says what of the rest of the configuration a value names, so that
// a slip is found before a request is routed by it.
const namesKeyword = "x-names"

const (
	namesModel  = "model"           // a model, by a name that clients use; looked at in a pipeline
	namesTarget = "target"          // a target of a model, by its place, model, or provider and model; looked at in a model's router
	namesEither = "target or model" // which of the two is the use's
)

// nameable is what a plugin's configuration can name where it is used: models in a pipeline, targets in a model's router.
// The zero value is a plugin that isn't used: nothing can be told.
type nameable struct {
	use    string   // namesModel or namesTarget
	names  []string // those of models may be patterns
	places int      // how many targets the model with most of them has
	open   bool     // names can't be told: a target takes any, or has no known provider, or a file can't be read whole
}

func (l *loader) namedInStage() nameable {
	n := nameable{use: namesModel, open: l.broken}
	for _, m := range l.gateway.Models {
		n.names = append(append(n.names, m.Name), m.Aliases...)
	}
	return n
}

// namedInRouter has the targets of all models that p is the router of: it may be shared.
func (l *loader) namedInRouter(p *spec.Plugin) nameable {
	n := nameable{use: namesTarget, open: l.broken}
	for _, m := range l.gateway.Models {
		if m.Router != p {
			continue
		}
		n.places = max(n.places, len(m.Targets))
		for _, t := range m.Targets {
			if t.Provider == nil || t.Model == "" || t.Model == "*" {
				n.open = true
				continue
			}
			n.names = append(n.names, t.Model, string(t.Provider.Type)+"."+t.Provider.Name+"/"+t.Model)
		}
	}
	return n
}

// unnamed says that a value names nothing. It doesn't quote the value, which may be a secret.
type unnamed struct{ text, hint string }

func (u *unnamed) Error() string { return u.text }

// check looks at a value that names something of that kind.
func (n *nameable) check(what string, v any) *unnamed {
	if what != n.use && (what != namesEither || n.use == "") {
		return nil
	}
	name, isText := v.(string)
	place, isPlace := wholeNumber(v)
	is := func(known string) bool { return known == name || n.use == namesModel && spec.Matches(known, name) }
	switch {
	case isText && !n.open && !slices.ContainsFunc(n.names, is):
		return &unnamed{"no " + n.use + " has this name", didYouMean(name, n.names)}
	case isPlace && n.use == namesTarget && n.places > 0 && place >= n.places:
		return &unnamed{"no target has this place", fmt.Sprintf("Places count from 0 to %d.", n.places-1)}
	case isPlace && n.use == namesModel:
		return &unnamed{"expected the name of a model", "Places are for a model's router."}
	}
	return nil
}

// wholeNumber is the value of a whole number in JSON, as the schema's package reads one; a large one is the largest int32.
func wholeNumber(v any) (int, bool) {
	n, ok := v.(json.Number)
	if !ok {
		return 0, false
	}
	f, err := n.Float64()
	return int(min(f, math.MaxInt32)), err == nil && f == math.Trunc(f) && f >= 0
}

// names is the vocabulary of the keyword. in is what can be named where the schema is used next.
func names(in *nameable) *jsonschema.Vocabulary {
	return &jsonschema.Vocabulary{
		URL: "https://yett.dev/names",
		Compile: func(_ *jsonschema.CompilerContext, schema map[string]any) (jsonschema.SchemaExt, error) {
			what, ok := schema[namesKeyword]
			if !ok {
				return nil, nil
			}
			kinds := []string{namesModel, namesTarget, namesEither}
			if text, _ := what.(string); slices.Contains(kinds, text) {
				return &naming{text, in}, nil
			}
			return nil, fmt.Errorf("%s is %v; expected %s", namesKeyword, what, quoteList(kinds, "or"))
		},
	}
}

// naming is the keyword at one place of a schema.
type naming struct {
	what string
	in   *nameable
}

// Validate implements jsonschema.SchemaExt.
func (n *naming) Validate(ctx *jsonschema.ValidatorContext, v any) {
	if fault := n.in.check(n.what, v); fault != nil {
		ctx.AddError(&kind.Format{Got: v, Want: namesKeyword, Err: fault})
	}
}

package main

import (
	"errors"
	"strconv"
	"strings"

	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/config"
)

// asked is what a request says of templates.
type asked struct {
	name, version string
	variables     []config.Value // objects
	members       []string       // of the body, to be taken out
}

// ask reads the members of the body and the headers.
func (f *filler) ask(r sdk.Request) (asked, error) {
	var a asked
	if err := a.prompt(r); err != nil {
		return a, err
	}
	if raw := r.Param(memberVariables); raw != "" {
		a.members = append(a.members, memberVariables)
		if err := a.add(raw, memberVariables); err != nil {
			return a, err
		}
	}
	if raw := r.Header(headerVariables); raw != "" {
		if err := a.add(raw, "the header "+headerVariables); err != nil {
			return a, err
		}
	}
	if name := r.Header(headerTemplate); name != "" {
		if a.name != "" && a.name != name {
			return a, errors.New("the request names two prompt templates: in the header " + headerTemplate + " and in " + memberPrompt)
		}
		a.name = name
	}
	return a, nil
}

// prompt reads the member {"id": …, "version": …, "variables": {…}}, which OpenAI's Responses API has for the same. A prompt that
// is no object is something else, and isn't looked at.
func (a *asked) prompt(r sdk.Request) error {
	raw := r.Param(memberPrompt)
	if raw == "" || raw[0] != '{' {
		return nil
	}
	v, err := parse(raw)
	if err != nil {
		return errors.New(memberPrompt + " " + err.Error())
	}
	a.members = append(a.members, memberPrompt)
	for _, m := range v.Members() {
		switch m.Name {
		case "id":
			if a.name = m.String(); a.name == "" {
				return errors.New(memberPrompt + ".id must be a template's name")
			}
		case "version":
			switch m.Kind() {
			case config.Null:
			case config.Text:
				a.version = m.String()
			case config.Number:
				a.version = string(m.AppendJSON(nil))
			default:
				return errors.New(memberPrompt + ".version must be a text")
			}
		case "variables":
			if m.Kind() == config.Null {
				continue
			}
			if m.Kind() != config.Object {
				return errors.New(memberPrompt + ".variables must be an object")
			}
			a.variables = append(a.variables, m.Value)
		default:
			return errors.New(memberPrompt + " has a member that isn't id, version or variables")
		}
	}
	return nil
}

func (a *asked) add(raw, where string) error {
	v, err := parse(raw)
	if err == errLarge {
		return errors.New(where + " " + err.Error())
	}
	if err != nil || v.Kind() != config.Object {
		return errors.New(where + " must be a JSON object of variables")
	}
	a.variables = append(a.variables, v)
	return nil
}

// Bounds of what a client sends, so that reading it can't spend the plugin's fuel.
const (
	maxSent   = 128 << 10
	maxCommas = 3_000
	fewBytes  = 8 << 10 // that can't hold too many values
)

var (
	errLarge  = errors.New("is too large: at most 128 KiB and 3,000 commas are read")
	errUnread = errors.New("can't be read")
)

func parse(raw string) (config.Value, error) {
	if len(raw) > maxSent || len(raw) > fewBytes && strings.Count(raw, ",") > maxCommas {
		return config.Value{}, errLarge
	}
	v, err := config.Parse([]byte(raw))
	if err != nil {
		return v, errUnread
	}
	return v, nil
}

// decimal is a bound as people write it.
func decimal(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

package main

import (
	"errors"
	"strings"

	"github.com/yett-gateway/yett/sdk/config"
)

// template is a name with its versions.
type template struct {
	name     string
	standard int // the version for those who name none
	versions []version
}

// version is what a request gets.
type version struct {
	label        string // name@version
	name         string
	system, user body
	replace      bool // the client's own messages go
	variables    []variable
}

// readTemplates reads all templates.
func readTemplates(c config.Value) ([]template, error) {
	var out []template
	for _, m := range c.Get("templates").Members() {
		t, err := readTemplate(m.Name, m.Value)
		if err != nil {
			return nil, errors.New("templates." + m.Name + "." + err.Error())
		}
		out = append(out, t)
	}
	if len(out) == 0 {
		return nil, errors.New("templates is empty")
	}
	return out, nil
}

func readTemplate(name string, v config.Value) (template, error) {
	t := template{name: name, standard: -1}
	if !isLabel(name) {
		return t, errors.New("name: a template's name is of letters, digits, _, . and -")
	}
	standard := v.Text("default", "")
	for _, m := range v.Get("versions").Members() {
		if !isLabel(m.Name) {
			return t, errors.New("versions: a version's name is of letters, digits, _, . and -")
		}
		x, err := readVersion(m.Value)
		if err != nil {
			return t, errors.New("versions." + m.Name + "." + err.Error())
		}
		x.name, x.label = m.Name, name+"@"+m.Name
		if m.Name == standard {
			t.standard = len(t.versions)
		}
		t.versions = append(t.versions, x)
	}
	switch {
	case len(t.versions) == 0:
		return t, errors.New("versions: there is none")
	case standard == "" && len(t.versions) == 1:
		t.standard = 0
	case standard == "":
		return t, errors.New("default: there are several versions; say which one those get who name none")
	case t.standard < 0:
		return t, errors.New("default: there is no version " + standard)
	}
	return t, nil
}

func readVersion(v config.Value) (version, error) {
	x := version{}
	switch m := v.Text("messages", "keep"); m {
	case "keep":
	case "replace":
		x.replace = true
	default:
		return x, errors.New("messages: it is " + m + "; it may be keep or replace")
	}
	for _, m := range v.Get("variables").Members() {
		one, err := readVariable(m.Name, m.Value)
		if err != nil {
			return x, errors.New("variables." + m.Name + ": " + err.Error())
		}
		x.variables = append(x.variables, one)
	}
	for _, t := range []struct {
		name string
		to   *body
	}{{"system", &x.system}, {"user", &x.user}} {
		var err error
		if *t.to, err = readBody(v.Text(t.name, ""), x.variables); err != nil {
			return x, errors.New(t.name + ": " + err.Error())
		}
	}
	switch {
	case x.system == nil && x.user == nil:
		return x, errors.New("system: neither system nor user is set")
	case x.replace && x.user == nil:
		return x, errors.New("user: messages = \"replace\" needs one, or nothing is left to answer")
	}
	return x, nil
}

// isLabel tells whether a template or a version may be named so.
func isLabel(s string) bool {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && c != '.' && c != '-' {
			return false
		}
	}
	return s != "" && len(s) <= 64
}

// choose finds a template by its name, or name@version, and the version if it is told apart from it.
func choose(all []template, name, wanted string) (*version, error) {
	name, own, both := strings.Cut(name, "@")
	if both && wanted != "" && own != wanted {
		return nil, errors.New("the request names two versions of a prompt template")
	}
	if both {
		wanted = own
	}
	for n := range all {
		t := &all[n]
		if t.name != name {
			continue
		}
		if wanted == "" {
			return &t.versions[t.standard], nil
		}
		for k := range t.versions {
			if t.versions[k].name == wanted {
				return &t.versions[k], nil
			}
		}
		return nil, errors.New("prompt template " + name + " has no version " + short(wanted))
	}
	return nil, errors.New("there is no prompt template " + short(name))
}

// short is a client's word as a refusal repeats it.
func short(s string) string {
	if !isLabel(s) {
		return "of that name"
	}
	return s
}

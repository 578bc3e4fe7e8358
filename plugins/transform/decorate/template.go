package main

import (
	"errors"
	"strings"
	"time"

	"github.com/yett-gateway/yett/plugins/transform/internal/braces"
	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/config"
)

// variable is what a template may name.
type variable uint8

const (
	plain variable = iota
	consumer
	team
	model
	route
	dialect
	user
	date
	header
	tag
)

var variables = map[string]variable{
	"consumer": consumer, "team": team, "model": model, "route": route, "dialect": dialect, "user": user, "date": date,
}

// segment is a piece of a template: a text, or a variable with its name.
type segment struct {
	variable variable
	text     string
}

// compile reads a template. {{var.x}} is filled in now, the other variables per request.
func compile(text string, vars config.Value) ([]segment, error) {
	pieces, err := braces.Split(text)
	if err != nil {
		return nil, err
	}
	var out []segment
	for _, p := range pieces {
		if !p.Tag {
			out = append(out, segment{plain, p.Text})
			continue
		}
		s, err := named(p.Text, vars)
		if err != nil {
			return nil, braces.Fault(text, p.At, err.Error())
		}
		out = append(out, s)
	}
	return out, nil
}

func named(name string, vars config.Value) (segment, error) {
	if v, ok := variables[name]; ok {
		return segment{v, name}, nil
	}
	family, key, _ := strings.Cut(name, ".")
	switch {
	case family == "var" && vars.Has(key):
		return segment{plain, vars.Text(key, "")}, nil
	case family == "var":
		return segment{}, errors.New("{{" + name + "}}: there is no variable " + key + " in variables")
	case family == "header" && key != "":
		return segment{header, strings.ToLower(key)}, nil
	case family == "tag" && key != "":
		return segment{tag, key}, nil
	}
	return segment{}, errors.New("{{" + name + "}} isn't known; there are consumer, team, model, route, dialect, user, date, header.NAME, tag.NAME and var.NAME")
}

// uses tells whether a template names a variable.
func uses(list []segment, v variable) bool {
	for _, s := range list {
		if s.variable == v {
			return true
		}
	}
	return false
}

// appendTemplate appends a template, filled in for a request. What is absent is empty.
func appendTemplate(dst []byte, list []segment, r sdk.Request) []byte {
	for _, s := range list {
		dst = append(dst, value(s, r)...)
	}
	return dst
}

func value(s segment, r sdk.Request) string {
	switch s.variable {
	case consumer:
		return r.Consumer()
	case team:
		return r.Team()
	case model:
		return r.Model()
	case route:
		return r.Route()
	case dialect:
		return r.Dialect()
	case user:
		return r.User()
	case date:
		return time.Now().UTC().Format(time.DateOnly)
	case header:
		return r.Header(s.text)
	case tag:
		return r.Tag(s.text)
	}
	return s.text
}

// standing is the date at which a clock stands that isn't granted; see ABI.md.
var standing = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

// clockRuns tells whether capability time is granted.
func clockRuns(now time.Time) bool { return now.Sub(standing).Abs() > 24*time.Hour }

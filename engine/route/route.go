// Package route decides which route takes a request, which model a name means, and in which order a
// model's targets are tried.
//
// A Table is built once per configuration and immutable; only breakers and counters in it move, and both
// outlive a reload.
package route

import (
	"bytes"
	"math"
	"slices"
	"strings"

	"github.com/yett-gateway/yett/engine/spec"
)

// Table is all routes and models of one configuration. It is safe for concurrent use.
type Table struct {
	routes []*Route
	models []*Model
	bySpec map[*spec.Model]*Model
	names  names

	// exact and prefix list routes by path, in file order. A path meets at most one exact list and one
	// list per prefix length.
	exact    map[string][]*Route
	prefix   map[string][]*Route
	lengths  []int // of prefixes, each once
	breakers map[string]*Breaker
}

// Route is one route.
type Route struct {
	Spec *spec.Route
	// Index is the route's place in the configuration.
	Index int

	table  *Table
	serves Allowed // nil: every model
}

// New builds the table of g. old hands over the state of breakers; it may be nil.
func New(g *spec.Gateway, old *Table) *Table {
	t := &Table{
		bySpec: map[*spec.Model]*Model{}, exact: map[string][]*Route{}, prefix: map[string][]*Route{},
		breakers: map[string]*Breaker{},
	}
	t.addModels(g, old)
	for i, s := range g.Routes {
		r := &Route{Spec: s, Index: i, table: t, serves: t.Allow(s.Models)}
		t.routes = append(t.routes, r)
		if p, isPrefix := strings.CutSuffix(s.Match.Path, "*"); isPrefix || s.Match.Path == "" {
			t.prefix[p] = append(t.prefix[p], r)
			if !slices.Contains(t.lengths, len(p)) {
				t.lengths = append(t.lengths, len(p))
			}
		} else {
			t.exact[p] = append(t.exact[p], r)
		}
	}
	return t
}

// maxLists bounds the lists that Match walks side by side without allocating.
const maxLists = 24

// Match returns the first route in file order that takes the request, nil if none does. It costs no more
// with many routes than with few, unless many share one path.
func (t *Table) Match(f spec.Facts, method, path, host []byte) *Route {
	if len(t.lengths) >= maxLists {
		return first(t.routes, f, method, path, host)
	}
	var lists [maxLists][]*Route
	n := 0
	add := func(l []*Route) {
		if len(l) > 0 {
			lists[n] = l
			n++
		}
	}
	add(t.exact[string(path)])
	for _, l := range t.lengths {
		if l <= len(path) {
			add(t.prefix[string(path[:l])])
		}
	}
	for {
		next, at := math.MaxInt, -1
		for i := range n {
			if len(lists[i]) > 0 && lists[i][0].Index < next {
				next, at = lists[i][0].Index, i
			}
		}
		if at < 0 {
			return nil
		}
		if r := lists[at][0]; r.takes(f, method, host) {
			return r
		}
		lists[at] = lists[at][1:]
	}
}

// first is Match for a configuration with very many different prefixes.
func first(routes []*Route, f spec.Facts, method, path, host []byte) *Route {
	for _, r := range routes {
		if matchPath(r.Spec.Match.Path, path) && r.takes(f, method, host) {
			return r
		}
	}
	return nil
}

func matchPath(pattern string, path []byte) bool {
	if p, isPrefix := strings.CutSuffix(pattern, "*"); isPrefix {
		return len(path) >= len(p) && string(path[:len(p)]) == p
	}
	return pattern == "" || string(path) == pattern
}

// takes checks what the path's lists don't.
func (r *Route) takes(f spec.Facts, method, host []byte) bool {
	m := &r.Spec.Match
	if m.Method != "" && m.Method != string(method) {
		return false
	}
	if m.Host != "" && !sameHost(m.Host, host) {
		return false
	}
	return m.When == nil || m.When.True(f)
}

// sameHost compares without case, and without a port that only the request has.
func sameHost(want string, host []byte) bool {
	if i := bytes.LastIndexByte(host, ':'); i > 0 && strings.IndexByte(want, ':') < 0 && bytes.IndexByte(host[i:], ']') < 0 {
		host = host[:i]
	}
	if len(want) != len(host) {
		return false
	}
	for i := range host {
		if lower(host[i]) != lower(want[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

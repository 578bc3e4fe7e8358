package main

import (
	"errors"

	"github.com/yett-gateway/yett/sdk"
)

// toolSchema is the schema of a tool's arguments: the configuration's, else the one the request declares. free tells that there is
// none, so that anything goes: tools that take plain text have none.
func (g *guard) toolSchema(t sdk.Tool) (s *schema, free bool, err error) {
	name := t.Name()
	if s := g.named[name]; s != nil {
		return s, false, nil
	}
	raw := t.Schema()
	if raw == "" {
		return nil, true, nil
	}
	if s, err = g.compiled([]byte(raw)); err != nil {
		return nil, false, errors.New("the schema of tool " + name + " can't be used: " + err.Error())
	}
	return s, false, nil
}

// checkTools compiles the schemas of tools, so that the request is refused rather than its answer. Where they are too large for
// one call the others follow when they are called for: some clients send hundreds of tools with each request.
func (g *guard) checkTools(r sdk.Request) error {
	if !g.tools {
		return nil
	}
	for t := range r.Tools() {
		if _, _, err := g.toolSchema(t); err != nil {
			if g.left <= 0 {
				return nil
			}
			return err
		}
	}
	return nil
}

// call checks the arguments in g.text of a call of a tool by its name. "" is success.
func (g *guard) call(r sdk.Request, name string) string {
	for t := range r.Tools() {
		if t.Name() != name {
			continue
		}
		s, free, err := g.toolSchema(t)
		switch {
		case err != nil:
			return err.Error()
		case free:
			return ""
		}
		return g.hold("a call of tool "+name, arguments(g.text), s)
	}
	if s := g.named[name]; s != nil {
		return g.hold("a call of tool "+name, arguments(g.text), s)
	}
	return "the answer calls a tool that the request doesn't declare"
}

// anyCall is call for a piece of a stream, which doesn't tell the tool's name: the arguments must fit the tool that the request
// forces or its only one, or else one of all.
func (g *guard) anyCall(r sdk.Request) string {
	n := r.NumTools()
	if n == 1 {
		return g.call(r, r.Tool(0).Name())
	}
	if name := g.forced(r); name != "" {
		return g.call(r, name)
	}
	if n == 0 {
		return "the answer calls a tool that the request doesn't declare"
	}
	for t := range r.Tools() {
		s, free, err := g.toolSchema(t)
		switch {
		case err != nil:
			return err.Error()
		case free || g.hold("", arguments(g.text), s) == "":
			return ""
		}
	}
	return "a tool call fits none of the declared tools"
}

// arguments are those of a call. Models leave them out for tools that take none.
func arguments(s []byte) []byte {
	if len(s) == 0 {
		return []byte("{}")
	}
	return s
}

// forced is the tool that tool_choice names, "" if it names none.
func (g *guard) forced(r sdk.Request) string {
	raw := r.Param("tool_choice")
	if raw == "" || raw[0] != '{' || g.read(&g.asked, []byte(raw)) != "" {
		return ""
	}
	d, at := &g.asked, int32(0)
	if f := d.member(0, "function"); f >= 0 {
		at = f
	}
	if n := d.member(at, "name"); n >= 0 && d.nodes[n].kind == text {
		return string(d.text(n))
	}
	return ""
}

package main

import (
	"errors"

	"github.com/yett-gateway/yett/sdk"
)

// OnToolCall holds the arguments of a call, of a whole answer or of a stream, against the schema of the tool that it names.
func (g *guard) OnToolCall(r sdk.Response, call sdk.Part) sdk.Verdict {
	g.left = g.steps
	if g.texts && r.Stream() {
		_, choice, _ := call.Field()
		g.note(r.Call, choice)
	}
	if !g.tools {
		return sdk.Continue
	}
	name := call.Name()
	s, bad := g.toolSchema(r.Request(), name)
	if bad == "" && s != nil {
		g.text = call.AppendText(g.text[:0])
		bad = g.hold("a call of tool "+name, arguments(g.text), s)
	}
	if bad != "" {
		return g.refuse(bad)
	}
	return sdk.Continue
}

// toolSchema is the schema of a tool's arguments: the configuration's, else the one the request declares. nil is a tool without
// one, where anything goes: tools that take plain text have none. bad tells why there can be no call of it, "" if there can.
func (g *guard) toolSchema(r sdk.Request, name string) (s *schema, bad string) {
	if s := g.named[name]; s != nil {
		return s, ""
	}
	for t := range r.Tools() {
		if t.Name() != name {
			continue
		}
		s, err := g.declared(t, name)
		if err != nil {
			return nil, err.Error()
		}
		return s, ""
	}
	return nil, "the answer calls a tool that the request doesn't declare"
}

// declared is the schema that the request declares for a tool, nil if it declares none.
func (g *guard) declared(t sdk.Tool, name string) (*schema, error) {
	raw := t.Schema()
	if raw == "" {
		return nil, nil
	}
	s, err := g.compiled([]byte(raw))
	if err != nil {
		return nil, errors.New("the schema of tool " + name + " can't be used: " + err.Error())
	}
	return s, nil
}

// checkTools compiles the schemas of tools, so that the request is refused rather than its answer. Where they are too large for
// one call the others follow when they are called for: some clients send hundreds of tools with each request.
func (g *guard) checkTools(r sdk.Request) error {
	if !g.tools {
		return nil
	}
	for t := range r.Tools() {
		name := t.Name()
		if g.named[name] != nil {
			continue
		}
		if _, err := g.declared(t, name); err != nil {
			if g.left <= 0 {
				return nil
			}
			return err
		}
	}
	return nil
}

// arguments are those of a call. Models leave them out for tools that take none.
func arguments(s []byte) []byte {
	if len(s) == 0 {
		return []byte("{}")
	}
	return s
}

package main

import (
	"errors"

	"github.com/yett-gateway/yett/sdk"
)

// demand is what a text must be.
type demand struct {
	on     bool
	object bool    // a JSON object, whatever is in it
	schema *schema // nil: any JSON
}

// wanted is what the request demands of the answer's texts.
//
// # Errors
//
// The request's own schema isn't one, or can't be checked.
func (g *guard) wanted(r sdk.Request) (demand, error) {
	if !g.requested && !g.fromRequest {
		return demand{on: true, schema: g.schema}, nil
	}
	asked, err := g.format(r)
	switch {
	case err != nil:
		return demand{}, err
	case !asked.on:
		return demand{on: !g.requested, schema: g.schema}, nil
	case g.fromRequest && asked.schema != nil, g.schema == nil:
		return asked, nil
	}
	return demand{on: true, schema: g.schema}, nil
}

// format reads which output the request asks for: OpenAI's response_format, Anthropic's output_format and
// output_config.format.
func (g *guard) format(r sdk.Request) (demand, error) {
	for _, member := range [...]string{"response_format", "output_format", "output_config"} {
		raw := r.Param(member)
		if raw == "" {
			continue
		}
		d := &g.asked
		if bad := g.read(d, []byte(raw)); bad != "" {
			return demand{}, errors.New("the request's " + member + " can't be read: " + bad)
		}
		at := int32(0)
		if member == "output_config" {
			if at = d.member(0, "format"); at < 0 {
				continue
			}
		}
		typ := d.member(at, "type")
		if typ < 0 || d.nodes[typ].kind != text {
			continue
		}
		switch string(d.text(typ)) {
		case "json_object":
			return demand{on: true, object: true}, nil
		case "json_schema":
			return g.ownSchema(member, at)
		}
	}
	return demand{}, nil
}

// ownSchema reads the schema of a format at a node of g.asked.
func (g *guard) ownSchema(member string, at int32) (demand, error) {
	d := &g.asked
	if inner := d.member(at, "json_schema"); inner >= 0 {
		at = inner
	}
	n := d.member(at, "schema")
	if n < 0 || !g.fromRequest {
		return demand{on: true}, nil
	}
	if d.nodes[n].kind != object {
		return demand{}, errors.New("the schema of the request's " + member + " isn't an object")
	}
	s, err := g.compiled(d.text(n))
	if err != nil {
		return demand{}, errors.New("the schema of the request's " + member + " can't be used: " + err.Error())
	}
	return demand{on: true, schema: s}, nil
}

// Bounds of what is kept of requests' schemas.
const (
	maxKept     = 128
	maxKeptSize = 20_000 // as schemas count theirs: about 2 MiB
)

// compileSteps is what compiling costs in steps for each unit of a schema's size.
const compileSteps = 4

// compiled is a request's schema. The last ones are kept: clients send the same schema again and again.
//
// # Errors
//
// errSize if it is larger than the steps that are left.
func (g *guard) compiled(src []byte) (*schema, error) {
	if s := g.kept[string(src)]; s != nil {
		return s, nil
	}
	s, left, err := compile(src, g.lenient, g.left/compileSteps)
	if g.left = left * compileSteps; err != nil {
		return nil, err
	}
	if g.kept == nil || len(g.kept) >= maxKept || g.keptSize+s.size > maxKeptSize {
		g.kept, g.keptSize = map[string]*schema{}, 0
	}
	g.kept[string(src)] = s
	g.keptSize += s.size
	return s, nil
}

// read reads a text as far as the steps that are left go. "" is success.
func (g *guard) read(d *doc, src []byte) string {
	if d.most = g.left - len(src)/stepBytes; d.most <= 0 {
		g.left = 0
		return tooMany
	}
	bad := d.read(src)
	if g.left = d.most - len(d.nodes); bad != nil {
		return bad.what + ", at byte " + digits(bad.at)
	}
	return ""
}

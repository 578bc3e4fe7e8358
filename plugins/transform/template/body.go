package main

import (
	"errors"

	"github.com/yett-gateway/yett/plugins/transform/internal/braces"
)

// step is a piece of a template that was read: a text, a variable, or a jump. Sections are jumps, so that filling is one loop.
type step struct {
	op   op
	text string // of plain
	of   int    // the variable's place
	to   int    // where a jump goes
}

type op uint8

const (
	plain  op = iota
	value     // the variable's value
	unless    // goes to step to if the variable wasn't given, is false or empty
	jump
)

// body is a template's text, ready to be filled.
type body []step

// maxSections is how deep sections may be one in another.
const maxSections = 16

// section is one that is open.
type section struct {
	at   int // its jump
	name string
	els  bool
	tag  int // where it is written
}

// readBody reads a text. Its tags are {{name}}, {{#if name}}, {{else}} and {{/if}}.
//
// # Errors
//
// A *braces.Error at the tag that is at fault.
func readBody(text string, variables []variable) (body, error) {
	pieces, err := braces.Split(text)
	if err != nil {
		return nil, err
	}
	var out body
	var open []section
	for _, p := range pieces {
		if !p.Tag {
			out = append(out, step{op: plain, text: p.Text})
			continue
		}
		if out, open, err = tag(out, open, p, variables); err != nil {
			return nil, braces.Fault(text, p.At, err.Error())
		}
	}
	if len(open) > 0 {
		s := open[len(open)-1]
		return nil, braces.Fault(text, s.tag, "{{#if "+s.name+"}} has no {{/if}}")
	}
	return out, nil
}

func tag(out body, open []section, p braces.Piece, variables []variable) (body, []section, error) {
	if name, ok := ifOf(p.Text); ok {
		of, err := find(name, variables)
		if err != nil {
			return nil, nil, err
		}
		if len(open) == maxSections {
			return nil, nil, errors.New("more than 16 sections are one in another")
		}
		open = append(open, section{at: len(out), name: name, tag: p.At})
		return append(out, step{op: unless, of: of}), open, nil
	}
	switch p.Text {
	case "else":
		if len(open) == 0 || open[len(open)-1].els {
			return nil, nil, errors.New("{{else}} belongs to no {{#if}}")
		}
		s := &open[len(open)-1]
		out = append(out, step{op: jump})
		out[s.at].to = len(out)
		s.at, s.els = len(out)-1, true
		return out, open, nil
	case "/if":
		if len(open) == 0 {
			return nil, nil, errors.New("{{/if}} belongs to no {{#if}}")
		}
		out[open[len(open)-1].at].to = len(out)
		return out, open[:len(open)-1], nil
	}
	of, err := find(p.Text, variables)
	return append(out, step{op: value, of: of}), open, err
}

// ifOf is the variable of {{#if name}}.
func ifOf(tag string) (name string, ok bool) {
	const begin = "#if "
	if len(tag) <= len(begin) || tag[:len(begin)] != begin {
		return "", false
	}
	for tag = tag[len(begin):]; tag[0] == ' '; {
		tag = tag[1:]
	}
	return tag, true
}

func find(name string, variables []variable) (int, error) {
	for n := range variables {
		if variables[n].name == name {
			return n, nil
		}
	}
	what := "{{" + name + "}}: there is no such variable"
	if !isName(name) {
		what = "{{" + name + "}} isn't known; there are {{NAME}}, {{#if NAME}}, {{else}} and {{/if}}"
	} else if near := near(name, variables); near != "" {
		what += "; did you mean " + near + "?"
	}
	return 0, errors.New(what)
}

// near is a variable whose name differs in one letter or two that changed places, "" if there is none.
func near(name string, variables []variable) string {
	for _, v := range variables {
		if distance(name, v.name) <= 2 && len(name) > 2 {
			return v.name
		}
	}
	return ""
}

// distance is how many letters must be put in, taken out or changed.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}

// maxFilled is how long a text may become, in bytes.
const maxFilled = 1 << 20

// fill appends the text with its variables. Values are data: what looks like a tag in them stays as it is. ok is false if it becomes
// too long.
func (b body) fill(dst []byte, values []filled) (out []byte, ok bool) {
	for n := 0; n < len(b); n++ {
		s := &b[n]
		switch s.op {
		case plain:
			dst = append(dst, s.text...)
		case value:
			dst = append(dst, values[s.of].text...)
		case jump:
			n = s.to - 1
		case unless:
			if v := &values[s.of]; !v.given || v.no {
				n = s.to - 1
			}
		}
		if len(dst) > maxFilled {
			return dst, false
		}
	}
	return dst, true
}

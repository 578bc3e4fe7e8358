package main

import (
	"errors"

	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/config"
)

// scope is where a word must be: a set of one of these.
type scope uint8

const (
	last scope = 1 << iota
	user
	everywhere
)

// rule chooses a model if its words are there.
type rule struct {
	any, all, none []int // words, by number
	in             scope
	to             choice
}

// choice is a target by its place, or a model by its name.
type choice struct {
	index int
	name  string
	set   bool
}

// keyword is a text and how it is looked for. Equal ones of several rules are one.
type keyword struct {
	text  string // folded
	whole bool   // words only
}

// reader collects the words of rules.
type reader struct {
	words  []keyword
	number map[keyword]int
}

// rule reads one rule.
func (r *reader) rule(v config.Value) (rule, error) {
	out := rule{in: last, to: chosen(v, "model")}
	switch in := v.Text("in", "last"); in {
	case "last":
	case "user":
		out.in = user
	case "all":
		out.in = everywhere
	default:
		return out, errors.New("in is " + in + "; it may be last, user or all")
	}
	if !out.to.set {
		return out, errors.New("model is a place from 0 or a name")
	}
	whole := v.Bool("words", true)
	for _, list := range []struct {
		name string
		to   *[]int
	}{{"any", &out.any}, {"all", &out.all}, {"none", &out.none}} {
		for _, text := range v.Texts(list.name) {
			n, err := r.add(text, whole)
			if err != nil {
				return out, errors.New(list.name + ": " + err.Error())
			}
			*list.to = append(*list.to, n)
		}
	}
	if out.any == nil && out.all == nil && out.none == nil {
		return out, errors.New("it has no words: set any, all or none; what fits always is the default")
	}
	return out, nil
}

// add is a word's number.
func (r *reader) add(text string, whole bool) (int, error) {
	f := appendFolded(nil, []byte(text))
	for len(f) > 0 && f[len(f)-1] == ' ' {
		f = f[:len(f)-1]
	}
	if len(f) == 0 {
		return 0, errors.New("a word is empty")
	}
	k := keyword{string(f), whole}
	n, ok := r.number[k]
	if !ok {
		n = len(r.words)
		r.number[k] = n
		r.words = append(r.words, k)
	}
	return n, nil
}

// chosen reads a place or a name.
func chosen(v config.Value, member string) choice {
	if name := v.Text(member, ""); name != "" {
		return choice{name: name, set: true}
	}
	n := v.Int(member, -1)
	return choice{index: n, set: n >= 0}
}

// fits tells whether the words that were found are what the rule asks for.
func (r *rule) fits(found []scope) bool {
	for _, n := range r.all {
		if found[n]&r.in == 0 {
			return false
		}
	}
	for _, n := range r.none {
		if found[n]&r.in != 0 {
			return false
		}
	}
	for _, n := range r.any {
		if found[n]&r.in != 0 {
			return true
		}
	}
	return r.any == nil
}

// find is the place of a choice among candidates.
func find(want choice, candidates []sdk.Candidate) (int, bool) {
	if want.name == "" {
		return want.index, want.index < len(candidates)
	}
	for _, c := range candidates {
		if m := c.Model(); m == want.name || c.Provider()+"/"+m == want.name {
			return c.Index(), true
		}
	}
	return 0, false
}

package main

import (
	"errors"
	"strconv"
	"strings"

	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/config"
	"github.com/yett-gateway/yett/sdk/scan"
)

// action is what is done with a match.
type action uint8

const (
	mask action = iota
	block
	tag
	actions
)

var actionNames = [actions]string{"mask", "block", "tag"}

// place is where a text stands.
type place uint8

const (
	prompt place = iota
	system
	answer
	toolCalls
	toolResults
	reasoning
	places
)

var placeNames = [places]string{"prompt", "system", "answer", "tool_calls", "tool_results", "reasoning"}

// rule is what the operator wants with some patterns.
type rule struct {
	name     string
	action   action
	status   int
	replace  []byte
	quoted   []byte // replace, as it stands in a JSON string
	where    [places]bool
	patterns []string
}

// finder is a set and the rules of its patterns.
type finder struct {
	set   scan.Set
	rules []int
}

func (f *finder) any() bool { return len(f.rules) > 0 }

// finders are what is looked for in a place. Rules that block are a set of their own: no match of another rule
// hides theirs.
type finders struct {
	block, pass finder
	tags        bool // all rules only tag
}

func (f *finders) any() bool { return f.block.any() || f.pass.any() }

// maxRules is the most rules: each has a bit in the request's state.
const maxRules = 256

// read reads the rules.
func (g *guard) read(c config.Value) error {
	usual, err := actionNamed(c.Text("action", "mask"))
	if err != nil {
		return err
	}
	list := c.List("rules")
	if len(list) == 0 || len(list) > maxRules {
		return errors.New("there must be 1 to " + strconv.Itoa(maxRules) + " rules")
	}
	for _, one := range list {
		r, err := g.rule(one, usual)
		if err != nil {
			return errors.New(`rule "` + r.name + `": ` + err.Error())
		}
		for _, other := range g.rules {
			if other.name == r.name {
				return errors.New(`there are two rules named "` + r.name + `"`)
			}
		}
		g.rules = append(g.rules, r)
	}
	for _, a := range g.allow {
		if a == "" || a == "*" {
			return errors.New("allow has an entry that allows everything")
		}
	}
	for p := range g.at {
		if err := g.compile(place(p)); err != nil {
			return err
		}
	}
	return nil
}

func actionNamed(name string) (action, error) {
	for a, n := range actionNames {
		if n == name {
			return action(a), nil
		}
	}
	return 0, errors.New(`action is "` + name + `"; it may be mask, block or tag`)
}

func (g *guard) rule(c config.Value, usual action) (r rule, err error) {
	r.name = c.Text("name", "")
	if r.name == "" || strings.ContainsFunc(r.name, func(c rune) bool { return !isName(c) }) {
		return r, errors.New("a name is of a to z, 0 to 9, _ and -")
	}
	if r.action, err = actionNamed(c.Text("action", actionNames[usual])); err != nil {
		return r, err
	}
	if r.status = c.Int("status", g.status); r.status < 400 || r.status > 599 {
		return r, errors.New("status must be 400 to 599")
	}
	r.replace = []byte(c.Text("replace", "["+r.name+"]"))
	r.quoted = appendQuoted(nil, r.replace)
	if !c.Has("where") {
		for p := range r.where {
			r.where[p] = true
		}
	}
	for _, name := range c.Texts("where") {
		known := false
		for p, n := range placeNames {
			if n == name {
				r.where[p], known = true, true
			}
		}
		if !known {
			return r, errors.New("there is no place " + name)
		}
	}
	r.patterns = patternsOf(c)
	if len(r.patterns) == 0 {
		return r, errors.New("it has neither pattern, patterns nor words")
	}
	return r, nil
}

func isName(c rune) bool {
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '-'
}

// patternsOf are the regular expressions of a rule.
func patternsOf(c config.Value) []string {
	var out []string
	if p := c.Text("pattern", ""); p != "" {
		out = append(out, p)
	}
	out = append(out, c.Texts("patterns")...)
	out = append(out, wordPatterns(c.Texts("words"))...)
	if c.Bool("ignore_case", false) {
		for n := range out {
			out[n] = "(?i)" + out[n]
		}
	}
	return out
}

// wordPatterns makes a pattern of all words that begin and end alike: \b stands only next to an ASCII letter, digit or _,
// since beside anything else it would ask for one.
func wordPatterns(words []string) []string {
	var groups [4][]string
	for _, w := range words {
		if w == "" {
			continue
		}
		k := 0
		if isWord(w[0]) {
			k |= 1
		}
		if isWord(w[len(w)-1]) {
			k |= 2
		}
		groups[k] = append(groups[k], quoteMeta(w))
	}
	var out []string
	for k, list := range groups {
		if len(list) == 0 {
			continue
		}
		p := "(?:" + strings.Join(list, "|") + ")"
		if k&1 != 0 {
			p = `\b` + p
		}
		if k&2 != 0 {
			p += `\b`
		}
		out = append(out, p)
	}
	return out
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

// quoteMeta is a pattern for a text as it is.
func quoteMeta(s string) string {
	var b strings.Builder
	for n := range len(s) {
		switch c := s[n]; {
		case c == '\n':
			b.WriteString(`\n`)
		case c < 0x80 && c > ' ' && !isWord(c):
			b.WriteByte('\\')
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// compile makes the sets of a place. Places with the same rules share theirs: the host makes equal sets once.
func (g *guard) compile(p place) error {
	f := &g.at[p]
	f.tags = true
	for _, blocks := range []bool{true, false} {
		to := &f.pass
		if blocks {
			to = &f.block
		}
		var patterns []string
		for n := range g.rules {
			r := &g.rules[n]
			if !r.where[p] || (r.action == block) != blocks {
				continue
			}
			f.tags = f.tags && r.action == tag
			for _, one := range r.patterns {
				patterns = append(patterns, one)
				to.rules = append(to.rules, n)
			}
		}
		if len(patterns) == 0 {
			continue
		}
		set, err := scan.Compile(patterns...)
		if err != nil {
			return g.blame(err, patterns, to.rules)
		}
		to.set = set
	}
	return nil
}

// blame tells which rule and pattern an error is about.
func (g *guard) blame(err error, patterns []string, rules []int) error {
	var e *scan.Error
	if !errors.As(err, &e) || e.Pattern < 0 || e.Pattern >= len(patterns) {
		return err
	}
	p := patterns[e.Pattern]
	if len(p) > abi.MaxName {
		p = p[:abi.MaxName] + "…"
	}
	return errors.New(`rule "` + g.rules[rules[e.Pattern]].name + "\": pattern `" + p + "`: " + e.Reason)
}

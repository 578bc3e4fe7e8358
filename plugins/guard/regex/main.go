// Command regex is the bundled plugin guard/regex: it finds an operator's own patterns and words in requests and answers,
// and masks, blocks or tags them. The host looks for them (capability scan); the plugin decides.
package main

import (
	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/config"
	"github.com/yett-gateway/yett/sdk/scan"
)

// guard is the plugin. Its fields but the rooms are set once, by Init.
type guard struct {
	rules  []rule
	at     [places]finders
	allow  []string
	status int
	hold   int

	text, out []byte
	hits      []scan.Hit
	passed    []scan.Hit // matches of rules that block, which are allowed
	view      view
	state     state
	noted     bool // a rule was noted in the present hook
}

var (
	_ sdk.Initer      = (*guard)(nil)
	_ sdk.Requester   = (*guard)(nil)
	_ sdk.Responder   = (*guard)(nil)
	_ sdk.Deltaer     = (*guard)(nil)
	_ sdk.StreamEnder = (*guard)(nil)
)

// Init reads the rules and compiles them. plugin.json has the schema.
func (g *guard) Init(c config.Value) error {
	g.rules, g.at = nil, [places]finders{}
	g.status = c.Int("status", 403)
	g.hold = c.Int("hold", 8<<10)
	g.allow = c.Texts("allow")
	g.hits = make([]scan.Hit, 0, 64)
	return g.read(c)
}

// OnRequest looks at all texts of the request: messages, tool calls and results, and the descriptions of tools, which
// count as system text.
func (g *guard) OnRequest(r sdk.Request) sdk.Verdict {
	g.begin(r.Call)
	for i := range r.NumMessages() {
		m := r.Message(i)
		plain := prompt
		if m.Role() == "system" {
			plain = system
		}
		for j := range m.NumParts() {
			if v := g.part(m.Part(j), plain, "the request"); v != sdk.Continue {
				return v
			}
		}
	}
	if g.at[system].any() {
		for i := range r.NumTools() {
			if v := g.tool(r.Tool(i)); v != sdk.Continue {
				return v
			}
		}
	}
	return g.end(r.Call)
}

// OnResponse looks at all texts of a whole answer.
func (g *guard) OnResponse(r sdk.Response) sdk.Verdict {
	g.begin(r.Call)
	for i := range r.NumChoices() {
		c := r.Choice(i)
		for j := range c.NumParts() {
			if v := g.part(c.Part(j), answer, "the answer"); v != sdk.Continue {
				return v
			}
		}
	}
	return g.end(r.Call)
}

// OnStreamEnd tags a streamed answer with the rules that it met.
func (g *guard) OnStreamEnd(r sdk.Response) sdk.Verdict {
	g.state.load(r.Call)
	if !g.state.met() {
		return sdk.Continue
	}
	return sdk.Tag("regex", g.names())
}

// begin begins a hook.
func (g *guard) begin(c sdk.Call) {
	g.noted = false
	g.state.reset()
}

// end ends a hook that let its text pass.
func (g *guard) end(c sdk.Call) sdk.Verdict {
	if !g.noted {
		return sdk.Continue
	}
	if g.state.save(c) != nil {
		return sdk.Block(500, "the rules that were met can't be kept")
	}
	return sdk.Tag("regex", g.names())
}

// note notes that a rule was met. The first time in a hook, what earlier hooks noted is read.
func (g *guard) note(c sdk.Call, rule int) {
	if !g.noted {
		g.noted = true
		g.state.load(c)
	}
	g.state.note(rule)
}

// placeOf is where a part's text belongs; plain is for those that only have a text.
func placeOf(k abi.Part, plain place) place {
	switch k {
	case abi.PartToolCall:
		return toolCalls
	case abi.PartToolResult:
		return toolResults
	case abi.PartReasoning:
		return reasoning
	}
	return plain
}

// part looks at a part of a message.
func (g *guard) part(p sdk.Part, plain place, whose string) sdk.Verdict {
	kind := p.Kind()
	f := &g.at[placeOf(kind, plain)]
	if !f.any() {
		return sdk.Continue
	}
	if kind == abi.PartToolCall {
		g.text = p.AppendText(g.text[:0])
		g.view.read(g.text, false, true)
		return g.whole(f, true, whose, p.SetBytes)
	}
	if !g.found(f, p.Field) {
		return sdk.Continue
	}
	g.text = p.AppendText(g.text[:0])
	g.view.plain(g.text)
	return g.whole(f, false, whose, p.SetBytes)
}

// tool looks at the description of a tool.
func (g *guard) tool(t sdk.Tool) sdk.Verdict {
	f := &g.at[system]
	if !g.found(f, t.Field) {
		return sdk.Continue
	}
	g.text = t.AppendDescription(g.text[:0])
	g.view.plain(g.text)
	return g.whole(f, false, "the request", func(b []byte) error { return t.SetDescription(string(b)) })
}

// found tells whether a field needs a closer look. Usually it doesn't, and isn't copied into the plugin.
func (g *guard) found(f *finders, field func() (abi.Field, int, int)) bool {
	id, i, j := field()
	for _, s := range [...]scan.Set{f.block.set, f.pass.set} {
		var err error
		if g.hits, err = s.MatchField(id, i, j, g.hits[:0]); err != nil || len(g.hits) > 0 {
			return true
		}
	}
	return false
}

// whole looks at all of g.text, which g.view shows, and replaces it by set if something was masked.
func (g *guard) whole(f *finders, json bool, whose string, set func([]byte) error) sdk.Verdict {
	if v := g.blocked(f, 0, len(g.view.units), whose); v != sdk.Continue {
		return v
	}
	if v := g.find(f, 0, whose); v != sdk.Continue {
		return v
	}
	if len(g.hits) == 0 {
		return sdk.Continue
	}
	if g.replace(f, sdk.Call{}, 0, len(g.view.units), json) && set(g.out) != nil {
		return sdk.Block(g.status, whose+" holds what it mustn't, and that can't be removed from it")
	}
	return sdk.Continue
}

// blocked looks for rules that block among the units from a place to open. The verdict is Continue if there are none.
func (g *guard) blocked(f *finders, from, open int, whose string) sdk.Verdict {
	hits, err := f.block.set.Match(g.view.units, from, g.hits[:0])
	if err != nil {
		return g.tooMany(whose)
	}
	g.hits = hits
	g.passed = g.passed[:0]
	for _, h := range hits {
		if g.allowed(g.view.units[h.Start:h.End]) {
			g.passed = append(g.passed, h)
		} else if int(h.Start) < open {
			r := &g.rules[f.block.rules[h.Pattern]]
			return sdk.Block(r.status, whose+` is refused by rule "`+r.name+`"`)
		}
	}
	return sdk.Continue
}

// find leaves in g.hits the matches of the rules that don't block.
func (g *guard) find(f *finders, from int, whose string) sdk.Verdict {
	hits, err := f.pass.set.Match(g.view.units, from, g.hits[:0])
	if err != nil {
		return g.tooMany(whose)
	}
	g.hits = hits
	return sdk.Continue
}

// tooMany refuses a text with more matches than the host counts: nobody has looked at all of it.
func (g *guard) tooMany(whose string) sdk.Verdict {
	return sdk.Block(g.status, whose+" meets the rules too often")
}

// allowed tells whether a match may pass.
func (g *guard) allowed(match []byte) bool {
	for _, a := range g.allow {
		if n := len(a) - 1; a[n] == '*' {
			if len(match) >= n && string(match[:n]) == a[:n] {
				return true
			}
		} else if string(match) == a {
			return true
		}
	}
	return false
}

// replace leaves in g.out the text of the units from a place to another, with what g.hits masks replaced, and notes the
// rules that were met. changed tells whether anything was.
func (g *guard) replace(f *finders, c sdk.Call, from, to int, json bool) (changed bool) {
	g.out = g.out[:0]
	at := g.view.place(from)
	end := g.view.place(to)
	for _, h := range g.hits {
		if int(h.Start) >= to || g.allowed(g.view.units[h.Start:h.End]) {
			continue
		}
		n := f.pass.rules[h.Pattern]
		r := &g.rules[n]
		g.note(c, n)
		if r.action != mask {
			continue
		}
		changed = true
		start, stop := g.view.place(int(h.Start)), g.view.place(int(h.End))
		bare := json && !g.view.inside(int(h.Start))
		if bare { // a number isn't one any more, and a part of one never was
			start, stop = scalar(g.text, start, stop)
		}
		if start < at { // the rest of a number that was masked already
			at = max(at, stop)
			continue
		}
		g.out = append(g.out, g.text[at:start]...)
		switch {
		case bare:
			g.out = append(append(append(g.out, '"'), r.quoted...), '"')
		case json:
			g.out = append(g.out, r.quoted...)
		default:
			g.out = append(g.out, r.replace...)
		}
		at = stop
	}
	if at < end {
		g.out = append(g.out, g.text[at:end]...)
	}
	return changed
}

func init() { sdk.Run(&guard{}) }

func main() {}

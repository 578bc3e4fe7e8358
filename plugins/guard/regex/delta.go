package main

import (
	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/scan"
)

// OnDelta looks at a window of a streamed answer, releases what is decided, and holds what could still become a match.
func (g *guard) OnDelta(d sdk.Delta) sdk.Verdict {
	f := &g.at[placeOf(d.Kind(), answer)]
	if !f.any() {
		return sdk.Continue
	}
	g.noted = false
	if d.Kind() == abi.PartToolCall {
		return g.arguments(d, f)
	}
	if cut, ok := g.calm(d, f); ok {
		return sdk.Hold(d.Len() - cut)
	}
	final := d.Final()
	g.text = d.Before(g.text[:0])
	from := len(g.text)
	g.text = append(g.text, d.Window()...)
	g.view.plain(g.text)
	cut, v := g.decide(f, from, len(g.text), final)
	if v != sdk.Continue {
		return v
	}
	if len(g.hits) == 0 {
		return sdk.Hold(len(g.text) - cut)
	}
	changed := g.replace(f, d.Call, from, cut, false)
	if g.noted && g.state.save(d.Call) != nil {
		return sdk.Block(500, "the rules that were met can't be kept")
	}
	if !changed {
		return sdk.Hold(len(g.text) - cut)
	}
	return sdk.Replace(g.out, len(g.text)-cut)
}

// calm is the usual way: there is nothing in the window, or at most the begin of something, and it needn't be copied.
func (g *guard) calm(d sdk.Delta, f *finders) (cut int, ok bool) {
	cut = d.Len()
	for _, s := range [...]*finder{&f.block, &f.pass} {
		if !s.any() {
			continue
		}
		hits, open, err := s.set.Window(d, g.hits[:0])
		if err != nil || len(hits) > 0 {
			return 0, false
		}
		cut = min(cut, open)
	}
	if n := partial(d.Window()); n > 0 && !d.Final() {
		cut = min(cut, d.Len()-n)
	}
	return cut, d.Len()-cut <= g.hold
}

// arguments is OnDelta for the arguments of a tool call, whose view depends on what was before.
func (g *guard) arguments(d sdk.Delta, f *finders) sdk.Verdict {
	g.noted = true
	g.state.load(d.Call)
	call := g.state.call(d.Channel())
	final := d.Final()
	g.text = append(g.text[:0], d.Window()...)
	if call.units {
		g.view.before = append(g.view.before[:0], call.last)
	}
	g.view.read(g.text, call.inside, final)
	g.view.before = g.view.before[:0]
	from := 0
	if call.units {
		from = 1
	}
	// What isn't a whole escape or a whole number yet is held besides.
	cut, v := g.decide(f, from, g.view.whole, final)
	if v != sdk.Continue {
		return v
	}
	changed := g.replace(f, d.Call, from, cut, true)
	at := g.view.place(cut)
	if cut > from {
		call.units, call.last = true, g.view.units[cut-1]
		call.inside = g.view.inside(cut)
	}
	if final {
		at = len(g.text)
		g.out = append(g.out, g.text[g.view.place(cut):]...)
	}
	g.state.setCall(d.Channel(), call)
	if g.state.save(d.Call) != nil {
		return sdk.Block(500, "the state of a tool call can't be kept")
	}
	if !changed {
		return sdk.Hold(len(g.text) - at)
	}
	return sdk.Replace(g.out, len(g.text)-at)
}

// decide looks at the units of g.view from a place on, leaves in g.hits the matches that don't block, and returns up to
// where all is decided, at most most. The verdict is Continue unless the answer is refused.
func (g *guard) decide(f *finders, from, most int, final bool) (cut int, v sdk.Verdict) {
	u := g.view.units
	open := len(u)
	if f.block.any() {
		if !final {
			open = f.block.set.Open(u, from)
		}
		if v := g.blocked(f, from, open, "the answer"); v != sdk.Continue {
			return 0, v
		}
	}
	g.hits = g.hits[:0]
	if !f.block.any() {
		g.passed = g.passed[:0]
	}
	if f.pass.any() {
		if !final {
			open = min(open, f.pass.set.Open(u, from))
		}
		if v := g.find(f, from, "the answer"); v != sdk.Continue {
			return 0, v
		}
	}
	if final {
		return len(u), sdk.Continue
	}
	cut = max(from, min(open, most, len(u)-partial(u)))
	for before := -1; before != cut; { // what one set has decided may be open in the other
		before = cut
		cut = around(g.hits, around(g.passed, cut))
	}
	if len(g.text)-g.view.place(cut) > g.hold {
		if f.tags {
			return most, sdk.Continue // nothing is kept from leaving anyway
		}
		return 0, sdk.Block(g.status, "the answer may hold what it mustn't, and the text in question is too long to be held back")
	}
	return cut, sdk.Continue
}

// around moves a cut to the begin of the match that it goes through.
func around(hits []scan.Hit, cut int) int {
	for _, h := range hits {
		if int(h.Start) < cut && int(h.End) > cut {
			return int(h.Start)
		}
	}
	return cut
}

// Command pii is the bundled plugin guard/pii: it finds personal data in prompts, tool calls, tool results and
// answers, and masks, hashes or blocks it. It can put originals back into the answer.
package main

import (
	"errors"

	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/config"
)

// action is what is done with a match.
type action uint8

const (
	mask action = iota
	block
	hash
)

// guard is the plugin.
type guard struct {
	action   action
	status   int
	restore  bool
	requests bool
	answers  bool
	key      [2]uint64
	scanner  scanner
	all      [entities]bool // the entities that are looked for

	vault vault
	text  []byte
	out   []byte
	state state
}

var (
	_ sdk.Initer    = (*guard)(nil)
	_ sdk.Requester = (*guard)(nil)
	_ sdk.Responder = (*guard)(nil)
	_ sdk.Deltaer   = (*guard)(nil)
)

// Init reads the configuration.
func (g *guard) Init(c config.Value) error {
	switch a := c.Text("action", "mask"); a {
	case "mask":
		g.action = mask
	case "block":
		g.action = block
	case "hash":
		g.action = hash
	default:
		return errors.New("action is " + a + "; it may be mask, block or hash")
	}
	g.status = c.Int("status", 403)
	if g.status < 400 || g.status > 599 {
		return errors.New("status must be 400 to 599")
	}
	g.restore = c.Bool("restore", false)
	if g.restore && g.action != mask {
		return errors.New("restore needs action = \"mask\": nothing else can be put back")
	}
	g.requests, g.answers = c.Bool("requests", true), c.Bool("answers", true)
	key := c.Text("key", "")
	if g.action == hash && len(key) < 16 {
		return errors.New("action = \"hash\" needs a key of at least 16 characters: without one, short numbers can be guessed from their hash")
	}
	g.key = fold128(key)
	return g.choose(c)
}

// choose reads which entities to look for. Default: all.
func (g *guard) choose(c config.Value) error {
	if !c.Has("entities") {
		for e := range g.all {
			g.all[e] = true
		}
		return nil
	}
	for _, name := range c.Texts("entities") {
		known := false
		for e, have := range entityNames {
			if have == name {
				g.all[e], known = true, true
			}
		}
		if !known {
			return errors.New("there is no entity " + name)
		}
	}
	return nil
}

// OnRequest looks at every text of the prompt: messages, tool calls and results, descriptions of tools.
func (g *guard) OnRequest(r sdk.Request) sdk.Verdict {
	g.vault.reset()
	if !g.requests {
		return sdk.Continue
	}
	g.scanner.look(g.all, nil)
	for i := range r.NumMessages() {
		m := r.Message(i)
		for j := range m.NumParts() {
			p := m.Part(j)
			g.text = p.AppendText(g.text[:0])
			if len(g.text) == 0 {
				continue
			}
			changed, v := g.whole(p.Kind() == abi.PartToolCall, "the request")
			if v != sdk.Continue {
				return v
			}
			if changed && p.SetBytes(g.out) != nil {
				return sdk.Block(g.status, "the request holds personal data that can't be removed from it")
			}
		}
	}
	for i := range r.NumTools() {
		t := r.Tool(i)
		g.text = t.AppendDescription(g.text[:0])
		changed, v := g.whole(false, "the request")
		if v != sdk.Continue {
			return v
		}
		if changed && t.SetDescription(string(g.out)) != nil {
			return sdk.Block(g.status, "the request holds personal data that can't be removed from it")
		}
	}
	if g.restore && len(g.vault.entries) > 0 {
		g.state.reset()
		if err := g.state.save(r.Call, &g.vault); err != nil {
			return sdk.Block(500, "the originals can't be kept for the answer")
		}
	}
	return sdk.Continue
}

// OnResponse looks at every text of a whole answer.
func (g *guard) OnResponse(r sdk.Response) sdk.Verdict {
	if !g.ready(r.Call) {
		return sdk.Continue
	}
	for i := range r.NumChoices() {
		c := r.Choice(i)
		for j := range c.NumParts() {
			p := c.Part(j)
			g.text = p.AppendText(g.text[:0])
			if len(g.text) == 0 {
				continue
			}
			changed, v := g.whole(p.Kind() == abi.PartToolCall, "the answer")
			if v != sdk.Continue {
				return v
			}
			if changed && p.SetBytes(g.out) != nil {
				return sdk.Block(g.status, "the answer holds personal data that can't be removed from it")
			}
		}
	}
	return sdk.Continue
}

// ready prepares for an answer. It tells whether there is anything to look for.
func (g *guard) ready(c sdk.Call) bool {
	var on [entities]bool
	if g.answers {
		on = g.all
	}
	g.vault.reset()
	var known *vault
	if g.restore {
		g.state.load(c, &g.vault)
		known = &g.vault
	}
	g.scanner.look(on, known)
	return g.answers || len(g.vault.entries) > 0
}

// whole looks at all of g.text and leaves what it becomes in g.out.
func (g *guard) whole(json bool, where string) (changed bool, v sdk.Verdict) {
	s := &g.scanner
	s.view.read(g.text, json)
	s.scan(0, true)
	if g.action == block {
		if e, ok := g.offending(); ok {
			return false, g.refuse(e, where)
		}
	}
	if len(s.found) == 0 {
		return false, sdk.Continue
	}
	quotes := quoting{}
	g.out = g.replace(g.out[:0], 0, len(g.text), json, &quotes, s.known == nil && g.restore)
	return true, sdk.Continue
}

// offending is the first match that isn't a placeholder.
func (g *guard) offending() (entity, bool) {
	for _, m := range g.scanner.found {
		if m.entity != placeholder {
			return m.entity, true
		}
	}
	return 0, false
}

func (g *guard) refuse(e entity, where string) sdk.Verdict {
	return sdk.Block(g.status, where+" holds personal data ("+entityNames[e]+")")
}

// replace appends bytes from to to of g.text to dst, with what was found in them replaced. Outside of a JSON string
// a replacement is made one. number says that masks are numbered and their originals kept.
func (g *guard) replace(dst []byte, from, to int, json bool, q *quoting, number bool) []byte {
	v := &g.scanner.view
	for _, m := range g.scanner.found {
		start, end := v.place(m.from), v.place(m.to)
		if json {
			q.pass(g.text[from:start])
		}
		dst = append(dst, g.text[from:start]...)
		bare := json && !q.inside
		if bare {
			dst = append(dst, '"')
		}
		dst = g.appendReplacement(dst, m, g.text[start:end], json, number)
		if bare {
			dst = append(dst, '"')
		}
		from = end
	}
	if json {
		q.pass(g.text[from:to])
	}
	return append(dst, g.text[from:to]...)
}

func (g *guard) appendReplacement(dst []byte, m match, text []byte, json, number bool) []byte {
	if m.entity == placeholder {
		return append(dst, g.vault.value(m.value)...)
	}
	if json {
		text = g.unescaped(m)
	}
	switch {
	case g.action == hash:
		dst = append(append(append(dst, '['), entityNames[m.entity]...), ':')
		return append(appendHex(dst, siphash(g.key, text)), ']')
	case number:
		n, _ := g.vault.add(m.entity, text)
		return appendPlaceholder(dst, m.entity, n)
	}
	return appendPlaceholder(dst, m.entity, 0)
}

// unescaped is what a match in JSON stands for.
func (g *guard) unescaped(m match) []byte {
	v := &g.scanner.view
	raw := g.text[v.place(m.from):v.place(m.to)]
	for _, c := range raw {
		if c == '\\' {
			return v.units[m.from:m.to]
		}
	}
	return raw
}

// OnDelta looks at a window of a streamed answer, releases what is decided, and holds the rest.
func (g *guard) OnDelta(d sdk.Delta) sdk.Verdict {
	if !g.ready(d.Call) {
		return sdk.Continue
	}
	s := &g.scanner
	json, final := d.Kind() == abi.PartToolCall, d.Final()
	g.text = d.Before(g.text[:0])
	offset := len(g.text)
	g.text = append(g.text, d.Window()...)
	s.view.read(g.text, json)
	from := s.view.unitAt(offset)
	undecided := s.scan(from, final)
	if g.action == block {
		if e, ok := g.offending(); ok {
			return g.refuse(e, "the answer")
		}
	}
	cut := len(g.text)
	if undecided < len(s.u) || s.view.open && !final {
		cut = max(offset, s.view.place(undecided))
	}
	hold := len(g.text) - cut
	var quotes quoting
	if json {
		if !g.restore {
			g.state.load(d.Call, nil)
		}
		quotes = g.state.quotes(d.Channel())
	}
	g.out = g.replace(g.out[:0], offset, cut, json, &quotes, false)
	if json {
		g.state.setQuotes(d.Channel(), quotes)
		if g.state.save(d.Call, &g.vault) != nil {
			return sdk.Block(500, "the state of a tool call can't be kept")
		}
	}
	if len(s.found) == 0 {
		return sdk.Hold(hold)
	}
	return sdk.Replace(g.out, hold)
}

func init() { sdk.Run(&guard{}) }

func main() {}

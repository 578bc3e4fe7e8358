package main

import (
	"encoding/binary"
	"sort"
	"strconv"
	"unicode/utf8"

	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/tokens"
)

// answerRule is how long each choice's text may be. A bound of none isn't set. Reasoning and the arguments of tool calls
// aren't text.
type answerRule struct {
	characters, tokens int
	block              bool // over: refuse, else end the text there
	message            string
}

func (b *answerRule) set() bool { return b.characters != none || b.tokens != none }

// used is what a choice has had so far.
type used struct{ characters, tokens uint32 }

// fit returns how many bytes of a text fit after what was used, and counts them.
func (b *answerRule) fit(u *used, text []byte) int {
	n := len(text)
	if b.characters != none {
		n = runes(text, max(b.characters-int(u.characters), 0))
	}
	if b.tokens != none {
		n = within(text[:n], max(b.tokens-int(u.tokens), 0))
		u.tokens += uint32(max(tokens.Count(text[:n]), 0))
	}
	if b.characters != none {
		u.characters += uint32(characters(text[:n]))
	}
	return n
}

// runes is the length of the first most characters, in bytes.
func runes(text []byte, most int) int {
	if len(text) <= most || characters(text) <= most {
		return len(text)
	}
	n := 0
	for ; most > 0 && n < len(text); most-- {
		_, size := utf8.DecodeRune(text[n:])
		n += size
	}
	return n
}

// within is the length of the longest beginning of a text that has at most so many tokens, in bytes, or nearly that. It ends
// where a character does.
func within(text []byte, most int) int {
	fits := func(n int) bool {
		count := tokens.Count(text[:n])
		return count >= 0 && count <= most
	}
	if fits(len(text)) {
		return len(text)
	}
	n := sort.Search(len(text), func(n int) bool { return !fits(n + 1) })
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return n
}

func (p *limits) tooLong() sdk.Verdict {
	b := &p.answer
	var what string
	if b.characters != none {
		what = strconv.Itoa(b.characters) + " characters"
	}
	if b.tokens != none {
		if what != "" {
			what += " or "
		}
		what += strconv.Itoa(b.tokens) + " tokens"
	}
	return refuse(403, b.message, "the answer is longer than "+what+"; ask for a shorter one")
}

// OnResponse checks a whole answer.
func (p *limits) OnResponse(r sdk.Response) sdk.Verdict {
	if !p.answer.set() {
		return sdk.Continue
	}
	cut := false
	for c := range r.Choices() {
		var u used
		for part := range c.Parts() {
			if part.Kind() != abi.PartText {
				continue
			}
			p.text = part.AppendText(p.text[:0])
			n := p.answer.fit(&u, p.text)
			if n == len(p.text) {
				continue
			}
			if p.answer.block || part.SetBytes(p.text[:n]) != nil {
				return p.tooLong()
			}
			cut = true
		}
	}
	if cut {
		return sdk.Tag("limits", "truncated")
	}
	return sdk.Continue
}

// OnDelta checks a piece of a streamed answer. What is over is dropped, and all that follows of that choice's text.
func (p *limits) OnDelta(d sdk.Delta) sdk.Verdict {
	if !p.answer.set() || d.Kind() != abi.PartText {
		return sdk.Continue
	}
	text := d.Window()
	u := p.load(d)
	n := p.answer.fit(&u, text)
	over := n < len(text)
	if over { // full: of what follows nothing fits, however short it is
		u = used{full, full}
	}
	if p.store(d, u) != nil {
		return sdk.Block(500, "the length of the answer can't be kept")
	}
	switch {
	case !over:
		return sdk.Continue
	case p.answer.block:
		return p.tooLong()
	case n == 0:
		return sdk.Drop()
	}
	return sdk.Replace(text[:n], 0)
}

// full is more than any bound: the choice's text was cut.
const full = 1<<32 - 1

// OnStreamEnd notes that a streamed answer was cut, which OnDelta can't: it has a piece to decide on.
func (p *limits) OnStreamEnd(r sdk.Response) sdk.Verdict {
	if !p.answer.set() {
		return sdk.Continue
	}
	p.state = r.State(p.state[:0])
	for at := 0; at+usedBytes <= len(p.state); at += usedBytes {
		if binary.LittleEndian.Uint32(p.state[at:]) == full {
			return sdk.Tag("limits", "truncated")
		}
	}
	return sdk.Continue
}

// The state of a stream is 8 bytes for each choice: characters and tokens, little-endian.
const usedBytes = 8

func (p *limits) load(d sdk.Delta) (u used) {
	p.state = d.State(p.state[:0])
	at := d.Choice() * usedBytes
	if at+usedBytes <= len(p.state) {
		u.characters = binary.LittleEndian.Uint32(p.state[at:])
		u.tokens = binary.LittleEndian.Uint32(p.state[at+4:])
	}
	return u
}

func (p *limits) store(d sdk.Delta, u used) error {
	at := d.Choice() * usedBytes
	for len(p.state) < at+usedBytes {
		p.state = append(p.state, 0)
	}
	binary.LittleEndian.PutUint32(p.state[at:], u.characters)
	binary.LittleEndian.PutUint32(p.state[at+4:], u.tokens)
	return d.SetState(p.state)
}

// OnToolCall checks the name of a tool that an answer calls, streamed or not: a model may call what nobody declared.
func (p *limits) OnToolCall(_ sdk.Response, call sdk.Part) sdk.Verdict {
	if !p.tools.set() {
		return sdk.Continue
	}
	if name := call.Name(); !p.tools.allows(name) {
		return refuse(403, p.tools.message, `the answer calls the tool "`+name+`", which isn't allowed here`)
	}
	return sdk.Continue
}

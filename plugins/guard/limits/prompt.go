package main

import (
	"encoding/binary"
	"math/bits"
	"strconv"

	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/tokens"
)

// promptRule is how much may be asked at once. A bound of none isn't set.
type promptRule struct {
	characters, bytes, tokens, messages, images, tools int
	trim                                               bool // over: take turns out, else refuse
	message                                            string
}

// size is what a message adds to the prompt.
type size struct {
	characters, tokens int
	system, begins     bool // begins: a user's own message, with which a turn begins
	out                bool // it is taken out
}

// checkPrompt checks the sizes. trimmed tells that messages were taken out.
func (p *limits) checkPrompt(r sdk.Request) (trimmed bool, v sdk.Verdict) {
	b := &p.prompt
	if n := r.BodyLength(); b.bytes != none && n > b.bytes {
		return false, p.tooMuch(413, n, "bytes", b.bytes, "send less")
	}
	if n := r.NumTools(); b.tools != none && n > b.tools {
		return false, p.tooMuch(400, n, "tools", b.tools, "declare fewer")
	}
	if b.images != none {
		if n := images(r); n > b.images {
			return false, p.tooMuch(400, n, "images", b.images, "send fewer")
		}
	}
	over, n := b.over(p.measure(r))
	if over == "" {
		return false, sdk.Continue
	}
	if b.trim && p.trim(r) {
		return true, sdk.Continue
	}
	switch over {
	case "messages":
		return false, p.tooMuch(400, n, over, b.messages, "begin a new conversation, or send the last part of this one")
	case "tokens":
		return false, p.tooMuch(413, n, over, b.tokens, "shorten it")
	}
	return false, p.tooMuch(413, n, over, b.characters, "shorten it")
}

func (p *limits) tooMuch(status, n int, what string, most int, advice string) sdk.Verdict {
	has := "more"
	if n >= 0 {
		has = strconv.Itoa(n)
	}
	return refuse(status, p.prompt.message, "the request has "+has+" "+what+", and "+strconv.Itoa(most)+" is the most; "+advice)
}

func images(r sdk.Request) (n int) {
	for m := range r.Messages() {
		for part := range m.Parts() {
			if part.Kind() == abi.PartImage {
				n++
			}
		}
	}
	return n
}

// total is the size of a prompt. tokens is none if a text is too long to be counted.
type total struct{ characters, tokens, messages int }

// over names the bound that a prompt is over, "" if none, and how much it has.
func (b *promptRule) over(t total) (what string, n int) {
	switch {
	case b.messages != none && t.messages > b.messages:
		return "messages", t.messages
	case b.characters != none && t.characters > b.characters:
		return "characters", t.characters
	case b.tokens != none && (t.tokens > b.tokens || t.tokens == none):
		return "tokens", t.tokens
	}
	return "", 0
}

// measure reads no more than the bounds that are set ask for.
func (p *limits) measure(r sdk.Request) (t total) {
	t.messages = r.NumMessages()
	if p.prompt.tokens != none {
		t.tokens = tokens.Prompt()
	}
	if p.prompt.characters != none {
		for m := range r.Messages() {
			t.characters += p.charactersOf(m)
		}
	}
	return t
}

func (p *limits) charactersOf(m sdk.Message) (n int) {
	for part := range m.Parts() {
		p.text = part.AppendText(p.text[:0])
		n += characters(p.text)
	}
	return n
}

// characters counts those of valid UTF-8, eight bytes at a time: bytes but the second and later ones of a character. In the
// sandbox 528 kB take 4.5 million units of fuel with their copying, where utf8.RuneCount takes 16.
func characters(text []byte) int {
	const each = 0x0101010101010101
	n := len(text)
	for ; len(text) >= 8; text = text[8:] {
		x := binary.LittleEndian.Uint64(text)
		n -= bits.OnesCount64(x >> 7 &^ (x >> 6) & each)
	}
	for _, b := range text {
		if b&0xc0 == 0x80 {
			n--
		}
	}
	return n
}

// What tokens.Prompt adds for a message.
const messageTokens = 3

// trim takes the oldest turns out until the rest fits, and tells whether it does: a turn is a user's message with all
// that follows up to the next one, so that no result stays without its call. The system prompt and the last turn stay.
func (p *limits) trim(r sdk.Request) bool {
	t := p.measure(r)
	if t.tokens == none {
		return false
	}
	p.sizes = p.sizes[:0]
	for m := range r.Messages() {
		p.sizes = append(p.sizes, p.sizeOf(m))
	}
	for {
		if over, _ := p.prompt.over(t); over == "" {
			break
		}
		from, to := oldest(p.sizes)
		if from == to {
			return false
		}
		for i := from; i < to; i++ {
			if s := &p.sizes[i]; !s.system && !s.out {
				s.out = true
				t.characters -= s.characters
				t.tokens -= s.tokens
				t.messages--
			}
		}
	}
	for i, s := range p.sizes {
		if s.out && r.Message(i).Remove() != nil {
			return false
		}
	}
	return true
}

// oldest is the first turn that is still there and isn't the last: messages from to to. Equal for none.
func oldest(sizes []size) (from, to int) {
	from = -1
	for i, s := range sizes {
		switch {
		case s.system || s.out:
		case from < 0:
			from = i
		case s.begins:
			return from, i
		}
	}
	return 0, 0
}

// sizeOf measures a message as far as bounds ask for it.
func (p *limits) sizeOf(m sdk.Message) (s size) {
	role := m.Role()
	s.system, s.begins = role == "system", role == "user"
	if p.prompt.characters != none {
		s.characters = p.charactersOf(m)
	}
	for part := range m.Parts() {
		if part.Kind() == abi.PartToolResult {
			s.begins = false
		}
	}
	if p.prompt.tokens != none {
		i := m.Index()
		s.tokens = messageTokens + tokens.Field(abi.FieldRole, i, 0)
		for j := range m.NumParts() {
			s.tokens += max(tokens.Field(abi.FieldPartText, i, j), 0) + max(tokens.Field(abi.FieldPartName, i, j), 0)
		}
	}
	return s
}

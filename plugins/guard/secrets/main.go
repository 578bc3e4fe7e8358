// Command secrets is the bundled plugin guard/secrets: it finds keys, tokens, passwords and private keys in requests and
// answers, and masks, hashes or blocks them. README.md tells what it finds, and how well.
package main

import (
	"errors"

	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/config"
)

// action is what is done with a secret.
type action uint8

const (
	mask action = iota
	hash
	block
)

// secrets is the plugin. Its fields but the rooms are set once, by Init.
type secrets struct {
	action            action
	requests, answers bool
	status            int
	salt              string
	allow             []string
	scan              *scanner
	view              view
	text, out, before []byte
	state             []byte
	texts             texts
}

var (
	_ sdk.Initer    = (*secrets)(nil)
	_ sdk.Requester = (*secrets)(nil)
	_ sdk.Deltaer   = (*secrets)(nil)
)

// Init reads the configuration. plugin.json has its schema.
func (p *secrets) Init(c config.Value) error {
	p.scan = newScanner()
	p.status = c.Int("status", 403)
	p.salt = c.Text("salt", "")
	p.allow = c.Texts("allow")
	switch c.Text("action", "mask") {
	case "mask":
		p.action = mask
	case "hash":
		p.action = hash
	case "block":
		p.action = block
	default:
		return errors.New(`action is "mask", "hash" or "block"`)
	}
	switch c.Text("direction", "both") {
	case "request":
		p.requests = true
	case "answer":
		p.answers = true
	case "both":
		p.requests, p.answers = true, true
	default:
		return errors.New(`direction is "request", "answer" or "both"`)
	}
	return p.choose(c)
}

// choose switches on the entities of the configuration.
func (p *secrets) choose(c config.Value) error {
	list := c.Texts("entities")
	for e := range p.scan.on {
		p.scan.on[e] = len(list) == 0
	}
	for _, name := range list {
		known := false
		for e, n := range entityNames {
			if n == name {
				p.scan.on[e], known = true, true
			}
		}
		if !known {
			return errors.New("entities has " + name + ", which isn't one")
		}
	}
	for _, a := range p.allow {
		if a == "" || a == "*" {
			return errors.New("allow has an entry that allows everything")
		}
	}
	return nil
}

// OnRequest looks at all texts of the request: prompts, tool results, the arguments of tool calls, tools' descriptions.
func (p *secrets) OnRequest(r sdk.Request) sdk.Verdict {
	if !p.requests {
		return sdk.Continue
	}
	p.texts.reset()
	for m := range r.Messages() {
		for part := range m.Parts() {
			if k := part.Kind(); k != abi.PartImage && k != abi.PartFile {
				p.texts.begin(part.SetBytes, k == abi.PartToolCall)
				p.texts.all = part.AppendText(p.texts.all)
				p.texts.end()
			}
		}
	}
	for t := range r.Tools() {
		p.texts.begin(func(b []byte) error { return t.SetDescription(string(b)) }, false)
		p.texts.all = t.AppendDescription(p.texts.all)
		p.texts.end()
	}
	return p.clean()
}

// clean finds and replaces the secrets of p.texts.
func (p *secrets) clean() sdk.Verdict {
	for n := range p.texts.list {
		t := &p.texts.list[n]
		p.find(p.texts.of(n), 0, t.json, true)
		for _, m := range p.scan.found {
			t.spots = append(t.spots, spot{p.view.place(m.from), p.view.place(m.to), m.entity})
		}
	}
	p.joints()
	first := entities
	for n := range p.texts.list {
		t := &p.texts.list[n]
		if len(t.spots) == 0 {
			continue
		}
		if first == entities {
			first = t.spots[0].entity
		}
		if p.action == block {
			continue
		}
		p.out = p.replace(p.out[:0], p.texts.of(n), t.spots)
		if err := t.set(p.out); err != nil {
			return sdk.Block(p.status, "the request holds a secret, "+first.String()+", which can't be masked here")
		}
	}
	switch {
	case first == entities:
		return sdk.Continue
	case p.action == block:
		return sdk.Block(p.status, "the request holds a secret: "+first.String())
	}
	return sdk.Tag("secrets", "masked")
}

// find scans a text from a place on, and leaves in p.scan.found what isn't allowed. undecided is a place.
func (p *secrets) find(text []byte, from int, json, final bool) (undecided int) {
	p.view.read(text, json)
	end := p.scan.scan(p.view.units, p.view.unitAt(from), final)
	if p.view.open && !final {
		end = min(end, len(p.view.units)-1)
	}
	kept := p.scan.found[:0]
	for _, m := range p.scan.found {
		if !p.allowed(p.view.units[m.from:m.to]) {
			kept = append(kept, m)
		}
	}
	p.scan.found = kept
	return max(from, p.view.place(end))
}

// allowed tells whether a secret is on the list of those that may pass.
func (p *secrets) allowed(u []byte) bool {
	for _, a := range p.allow {
		if a[len(a)-1] == '*' {
			if n := len(a) - 1; len(u) >= n && string(u[:n]) == a[:n] {
				return true
			}
		} else if string(u) == a {
			return true
		}
	}
	return false
}

// spot is a secret in a text: bytes from to to.
type spot struct {
	from, to int
	entity   entity
}

// replace appends text to dst with its secrets replaced.
func (p *secrets) replace(dst, text []byte, spots []spot) []byte {
	at := 0
	for _, s := range spots {
		dst = append(dst, text[at:s.from]...)
		dst = p.mask(dst, s.entity, text[s.from:s.to])
		at = s.to
	}
	return append(dst, text[at:]...)
}

// mask appends what stands for a secret. It is safe within a JSON string.
func (p *secrets) mask(dst []byte, e entity, secret []byte) []byte {
	dst = append(dst, '[')
	dst = append(dst, entityNames[e]...)
	if p.action == hash && secret != nil {
		dst = append(dst, ':')
		dst = fingerprint(dst, p.salt, secret)
	}
	return append(dst, ']')
}

func init() { sdk.Run(&secrets{}) }

func main() {}

package main

import (
	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/abi"
)

// OnDelta looks at a window of an answer: text, reasoning, the arguments of tool calls. A whole answer comes as one
// final window.
func (p *secrets) OnDelta(d sdk.Delta) sdk.Verdict {
	if !p.answers {
		return sdk.Continue
	}
	window, final := d.Window(), d.Final()
	json := d.Kind() == abi.PartToolCall
	p.state = d.State(p.state[:0])
	skip := 0
	if set, ok := p.swallowing(d.Channel()); ok {
		p.view.read(window, json)
		skip = p.view.place(p.scan.rest(p.view.units, set))
		if skip == len(window) {
			return sdk.Replace(nil, 0)
		}
		p.forget(d)
	}
	p.before = d.Before(p.before[:0])
	p.text = append(append(p.text[:0], p.before...), window...)
	offset := len(p.before)
	undecided := p.find(p.text, offset+skip, json, final)
	if !final && len(p.text)-undecided > maxHold {
		undecided = p.seal(undecided)
	}
	if len(p.scan.found) > 0 && p.action == block {
		return sdk.Block(p.status, "the answer holds a secret: "+p.scan.found[0].entity.String())
	}
	hold := 0
	if !final {
		hold = len(p.text) - undecided
	}
	if len(p.scan.found) == 0 && skip == 0 {
		return sdk.Hold(hold)
	}
	p.out = p.out[:0]
	at := offset + skip
	for _, m := range p.scan.found {
		from, to := p.view.place(m.from), p.view.place(m.to)
		p.out = append(p.out, p.text[at:from]...)
		p.out = p.mask(p.out, m.entity, p.text[from:to])
		at = to
		if m.open && !final {
			p.remember(d, m.set)
		}
	}
	if at < undecided {
		p.out = append(p.out, p.text[at:undecided]...)
	}
	if final {
		p.out = append(p.out, p.text[max(at, undecided):]...)
	}
	return sdk.Replace(p.out, hold)
}

// maxHold is how many bytes are held. Only thousands of characters that can't be seen make a candidate that long.
const maxHold = 32 << 10

// seal takes all from a place on for a secret that goes on. It returns where the text ends.
func (p *secrets) seal(from int) int {
	m := match{from: p.view.unitAt(from), to: len(p.view.units), entity: generic, open: true, set: token}
	p.scan.found = append(p.scan.found, m)
	return len(p.text)
}

// rest is how many of the units at the begin of a window belong to a secret that goes on.
func (s *scanner) rest(u []byte, set class) int {
	s.u = u
	n := s.span(0, set)
	if set == pemSet {
		for k := range n {
			if s.final = true; s.has(k, pemEnd) == yes {
				for k < len(u) && u[k] != '\n' {
					k++
				}
				return k
			}
		}
	}
	return n
}

// A channel in which a secret goes on is noted in the request's state: four bytes of its number, two of the class.
const noted = 6

// swallowing tells whether a secret goes on in a channel, and what it is made of.
func (p *secrets) swallowing(channel int) (class, bool) {
	for n := 0; n+noted <= len(p.state); n += noted {
		if b := p.state[n : n+noted]; channelOf(b) == channel {
			return class(b[4])<<8 | class(b[5]), true
		}
	}
	return 0, false
}

func channelOf(b []byte) int {
	return int(b[0])<<24 | int(b[1])<<16 | int(b[2])<<8 | int(b[3])
}

// remember notes that a secret goes on in a channel. There is room for thousands of them; without it the mask ends here.
func (p *secrets) remember(d sdk.Delta, set class) {
	n := d.Channel()
	p.state = append(p.state, byte(n>>24), byte(n>>16), byte(n>>8), byte(n), byte(set>>8), byte(set))
	_ = d.SetState(p.state) // only too many channels could make it fail
}

// forget takes a channel's note away.
func (p *secrets) forget(d sdk.Delta) {
	for n := 0; n+noted <= len(p.state); n += noted {
		if channelOf(p.state[n:n+noted]) == d.Channel() {
			p.state = append(p.state[:n], p.state[n+noted:]...)
			break
		}
	}
	_ = d.SetState(p.state) // it was kept before, and is shorter now
}

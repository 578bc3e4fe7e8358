// Command keywords is the bundled plugin router/keywords: it chooses a target or a model by words in the prompt.
package main

import (
	"errors"
	"strconv"

	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/config"
)

// router is the plugin.
type router struct {
	rules     []rule
	otherwise choice
	scopes    scope // those that some rule looks in
	most      int   // bytes of a prompt

	words     []keyword
	automaton *automaton
	found     []scope // by word: where it is
	hits      int     // that are still looked at
	text      []byte
	folded    []byte
}

var (
	_ sdk.Initer    = (*router)(nil)
	_ sdk.Requester = (*router)(nil)
	_ sdk.Router    = (*router)(nil)
)

// Init reads the rules.
func (r *router) Init(c config.Value) error {
	in := reader{number: map[keyword]int{}}
	for n, v := range c.List("rules") {
		one, err := in.rule(v)
		if err != nil {
			return errors.New("rules[" + strconv.Itoa(n) + "]: " + err.Error())
		}
		r.rules = append(r.rules, one)
		r.scopes |= one.in
	}
	if len(r.rules) == 0 {
		return errors.New("rules is empty")
	}
	r.otherwise = chosen(c, "default")
	if c.Has("default") && !r.otherwise.set {
		return errors.New("default is a place from 0 or a name")
	}
	if r.most = c.Int("max_bytes", 64<<10); r.most <= 0 {
		return errors.New("max_bytes must be above 0")
	}
	texts := make([]string, len(in.words))
	for n, w := range in.words {
		texts[n] = w.text
	}
	var err error
	r.words, r.found = in.words, make([]scope, len(in.words))
	r.automaton, err = build(texts)
	return err
}

// OnRoute chooses among a model's targets.
func (r *router) OnRoute(q sdk.Request, candidates []sdk.Candidate) sdk.Verdict {
	if i, ok := find(r.decide(q), candidates); ok {
		return sdk.Choose(i)
	}
	return sdk.Continue // the model's own order
}

// OnRequest sends the request to another model, where the plugin is a stage of a pipeline.
func (r *router) OnRequest(q sdk.Request) sdk.Verdict {
	to := r.decide(q).name
	if to == "" || to == q.Model() {
		return sdk.Continue
	}
	return sdk.Reroute(to)
}

// decide is the choice of the first rule that fits.
func (r *router) decide(q sdk.Request) choice {
	clear(r.found)
	r.hits = maxHits
	r.look(q)
	for n := range r.rules {
		if r.rules[n].fits(r.found) {
			return r.rules[n].to
		}
	}
	if !r.otherwise.set {
		return choice{index: noIndex}
	}
	return r.otherwise
}

// maxHits is how many places at which a word stands are looked at in a prompt. One whose edges are looked at counts for some more:
// Unicode's tables are dear.
const (
	maxHits  = 40_000
	edgeHits = 9
)

// noIndex is no candidate's place.
const noIndex = 1 << 30

// look finds the words of the prompt, from its newest message to its oldest.
func (r *router) look(q sdk.Request) {
	left, newest := r.most, true
	for i := q.NumMessages() - 1; i >= 0 && left > 0; i-- {
		m := q.Message(i)
		where := everywhere
		if m.Role() == "user" {
			where |= user
			if newest {
				where |= last
			}
			newest = false
		}
		if where&r.scopes != 0 {
			left = r.message(m, where, left)
		}
		if !newest && r.scopes == last {
			return
		}
	}
}

// message looks at a message's texts, and returns how many bytes are left to look at.
func (r *router) message(m sdk.Message, where scope, left int) int {
	for j := m.NumParts() - 1; j >= 0 && left > 0 && r.hits > 0; j-- {
		p := m.Part(j)
		switch p.Kind() {
		case abi.PartImage, abi.PartFile, abi.PartOther:
			continue // data, not words
		}
		r.text = p.AppendText(r.text[:0])
		if len(r.text) > left {
			r.text = r.text[:left]
		}
		left -= len(r.text)
		r.folded = appendFolded(r.folded[:0], r.text)
		r.automaton.scan(r.folded, func(word, from, to int) bool {
			r.hits--
			if r.found[word]&where == where {
				return r.hits > 0
			}
			if r.words[word].whole {
				if r.hits -= edgeHits; !bounded(r.folded, from, to) {
					return r.hits > 0
				}
			}
			r.found[word] |= where
			return r.hits > 0
		})
	}
	return left
}

func init() { sdk.Run(&router{}) }

func main() {}

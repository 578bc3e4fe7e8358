// Command limits is the bundled plugin guard/limits: it keeps requests and answers within bounds. README.md tells which.
package main

import (
	"errors"

	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/config"
)

// none is a bound that isn't set.
const none = -1

// limits is the plugin. Its fields but the rooms are set once, by Init.
type limits struct {
	models, tools names
	prompt        promptRule
	maxTokens     most
	choices       most
	temperature   span
	answer        answerRule

	text, state []byte
	sizes       []size
}

var (
	_ sdk.Initer      = (*limits)(nil)
	_ sdk.Requester   = (*limits)(nil)
	_ sdk.Responder   = (*limits)(nil)
	_ sdk.Deltaer     = (*limits)(nil)
	_ sdk.StreamEnder = (*limits)(nil)
	_ sdk.ToolCaller  = (*limits)(nil)
)

// names is a rule about names.
type names struct {
	allow, deny []string
	message     string
}

// most is an upper bound of a number.
type most struct {
	most    int
	block   bool // over it: refuse, else lower it
	message string
}

// span is a range of numbers.
type span struct {
	set, least, most bool
	from, to         float64
	block            bool
	message          string
}

// Init reads the configuration. plugin.json has its schema.
func (p *limits) Init(c config.Value) error {
	var err error
	choose := func(v config.Value, first, second string) bool {
		switch v.Text("over", first) {
		case first:
			return false
		case second:
			return true
		}
		err = errors.New(`over is "` + first + `" or "` + second + `"`)
		return false
	}
	p.models, p.tools = namesOf(c.Get("models")), namesOf(c.Get("tools"))
	v := c.Get("prompt")
	p.prompt = promptRule{
		characters: v.Int("characters", none), bytes: v.Int("bytes", none), tokens: v.Int("tokens", none),
		messages: v.Int("messages", none), images: v.Int("images", none), tools: v.Int("tools", none),
		trim: choose(v, "block", "trim"), message: v.Text("message", ""),
	}
	v = c.Get("max_tokens")
	p.maxTokens = most{v.Int("most", none), choose(v, "clamp", "block"), v.Text("message", "")}
	v = c.Get("choices")
	p.choices = most{v.Int("most", none), choose(v, "clamp", "block"), v.Text("message", "")}
	v = c.Get("temperature")
	p.temperature = span{
		least: v.Has("least"), most: v.Has("most"), from: v.Number("least", 0), to: v.Number("most", 0),
		block: choose(v, "clamp", "block"), message: v.Text("message", ""),
	}
	p.temperature.set = p.temperature.least || p.temperature.most
	v = c.Get("answer")
	p.answer = answerRule{
		characters: v.Int("characters", none), tokens: v.Int("tokens", none),
		block: choose(v, "truncate", "block"), message: v.Text("message", ""),
	}
	switch {
	case err != nil:
		return err
	case p.temperature.least && p.temperature.most && p.temperature.from > p.temperature.to:
		return errors.New("temperature has a least above its most")
	case p.maxTokens.most == 0 || p.choices.most == 0:
		return errors.New("most is 1 at least: nothing is answered with none")
	}
	return nil
}

func namesOf(v config.Value) names {
	return names{allow: v.Texts("allow"), deny: v.Texts("deny"), message: v.Text("message", "")}
}

// set tells whether there is a rule.
func (n *names) set() bool { return len(n.allow) > 0 || len(n.deny) > 0 }

// allows tells whether a name may pass.
func (n *names) allows(name string) bool {
	for _, d := range n.deny {
		if glob(d, name) {
			return false
		}
	}
	for _, a := range n.allow {
		if glob(a, name) {
			return true
		}
	}
	return len(n.allow) == 0
}

// glob matches with '*' for any run of characters, by going back to the last star on a mismatch.
func glob(pattern, name string) bool {
	p, n, star, mark := 0, 0, -1, 0
	for n < len(name) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, n
			p++
		case p < len(pattern) && pattern[p] == name[n]:
			p++
			n++
		case star >= 0:
			mark++
			p, n = star+1, mark
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

// refuse blocks with the operator's words, or the plugin's own.
func refuse(status int, message, own string) sdk.Verdict {
	if message != "" {
		own = message
	}
	return sdk.Block(status, own)
}

func init() { sdk.Run(&limits{}) }

func main() {}

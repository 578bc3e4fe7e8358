// Command complexity is the bundled plugin router/complexity: it scores how hard a prompt is, and chooses a cheap model
// for simple prompts and a strong one for hard ones.
package main

import (
	"errors"

	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/config"
)

// complexity is the plugin.
type complexity struct {
	threshold       int
	simple, complex choice
	reroute         bool
	toSimple        string // models for OnRequest
	toComplex       string
	text            []byte
}

// choice is a candidate: by its place, or by the name of its model or "provider/model".
type choice struct {
	index int
	name  string
}

var (
	_ sdk.Initer    = (*complexity)(nil)
	_ sdk.Requester = (*complexity)(nil)
	_ sdk.Router    = (*complexity)(nil)
)

// Init reads the configuration.
func (c *complexity) Init(v config.Value) error {
	c.threshold = v.Int("threshold", 30)
	if c.threshold < 0 || c.threshold > 100 {
		return errors.New("threshold is a score, 0 to 100")
	}
	c.simple = choice{v.Int("simple", 0), v.Text("simple", "")}
	c.complex = choice{v.Int("complex", 1), v.Text("complex", "")}
	if c.simple.index < 0 || c.complex.index < 0 {
		return errors.New("simple and complex are places of targets, counted from 0, or names of their models")
	}
	to := v.Get("reroute")
	c.reroute = v.Has("reroute")
	c.toSimple, c.toComplex = to.Text("simple", ""), to.Text("complex", "")
	if c.reroute && c.toSimple == "" && c.toComplex == "" {
		return errors.New("reroute names no model: set simple, complex or both")
	}
	return nil
}

// OnRoute chooses among a model's targets.
func (c *complexity) OnRoute(r sdk.Request, candidates []sdk.Candidate) sdk.Verdict {
	want := c.simple
	if c.score(r) >= c.threshold {
		want = c.complex
	}
	if i, ok := find(want, candidates); ok {
		return sdk.Choose(i)
	}
	return sdk.Continue // the model has no such target: its own order
}

// find is the place of a choice.
func find(want choice, candidates []sdk.Candidate) (int, bool) {
	if want.name == "" {
		return want.index, want.index < len(candidates)
	}
	for _, c := range candidates {
		if m := c.Model(); m == want.name || c.Provider()+"/"+m == want.name {
			return c.Index(), true
		}
	}
	return 0, false
}

// OnRequest sends the request to another model, where reroute is set and the plugin is a stage of a pipeline.
func (c *complexity) OnRequest(r sdk.Request) sdk.Verdict {
	if !c.reroute {
		return sdk.Continue
	}
	to := c.toSimple
	if c.score(r) >= c.threshold {
		to = c.toComplex
	}
	if to == "" || to == r.Model() {
		return sdk.Continue
	}
	return sdk.Reroute(to)
}

func init() { sdk.Run(&complexity{}) }

func main() {}

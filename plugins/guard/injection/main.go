// Command injection is the bundled plugin guard/injection: it finds prompt injections and jailbreaks in what users
// write and in what tools return, and blocks or tags the request. README.md tells what it finds, and how well.
package main

import (
	"errors"

	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/config"
)

// source is where a text of a request comes from.
type source uint8

const (
	fromUser source = iota
	fromTool
	fromSystem
	fromAssistant
	fromTools // descriptions of tools
	sources
)

// sourceNames are what the configuration calls them.
var sourceNames = [sources]string{"user", "tool_results", "system", "assistant", "tools"}

// guard is the plugin. Its fields but the rooms are set once, by Init.
type guard struct {
	tag      bool
	status   int
	look     [sources]bool
	detector *detector
	text     []byte
	joints   [sources]joint
}

var (
	_ sdk.Initer    = (*guard)(nil)
	_ sdk.Requester = (*guard)(nil)
)

// Init reads the configuration. plugin.json has its schema.
func (g *guard) Init(c config.Value) error {
	d, err := newDetector(weights)
	if err != nil {
		return err
	}
	g.detector = d
	switch c.Text("action", "block") {
	case "block":
	case "tag":
		g.tag = true
	default:
		return errors.New(`action is "block" or "tag"`)
	}
	switch c.Text("sensitivity", "medium") {
	case "low":
		d.limit = lowLimit
	case "medium":
		d.limit = mediumLimit
	case "high":
		d.limit = highLimit
	default:
		return errors.New(`sensitivity is "low", "medium" or "high"`)
	}
	if g.status = c.Int("status", 403); g.status < 400 || g.status > 599 {
		return errors.New("status must be 400 to 599")
	}
	if d.phrases, err = d.sequences("phrases", c.Texts("phrases")); err != nil {
		return err
	}
	if d.allow, err = d.sequences("allow", c.Texts("allow")); err != nil {
		return err
	}
	return g.choose(c)
}

// choose reads where to look. Default: what users write and what tools return.
func (g *guard) choose(c config.Value) error {
	if !c.Has("sources") {
		g.look[fromUser], g.look[fromTool] = true, true
		return nil
	}
	for _, name := range c.Texts("sources") {
		known := false
		for s, n := range sourceNames {
			if n == name {
				g.look[s], known = true, true
			}
		}
		if !known {
			return errors.New("sources has " + name + ", which isn't one")
		}
	}
	return nil
}

// OnRequest looks at the texts of a request, one by one, and at where they meet.
func (g *guard) OnRequest(r sdk.Request) sdk.Verdict {
	for s := range g.joints {
		g.joints[s].reset()
	}
	for m := range r.Messages() {
		role := m.Role()
		for p := range m.Parts() {
			s, ok := sourceOf(role, p.Kind())
			if !ok || !g.look[s] {
				continue
			}
			g.text = p.AppendText(g.text[:0])
			if f := g.judge(s); f.score > 0 {
				return g.verdict(f, s)
			}
		}
	}
	if g.look[fromTools] {
		for t := range r.Tools() {
			g.text = t.AppendDescription(g.text[:0])
			if f := g.judge(fromTools); f.score > 0 {
				return g.verdict(f, fromTools)
			}
		}
	}
	return sdk.Continue
}

// sourceOf tells where a part comes from. Images, files, arguments of tool calls and the model's own reasoning aren't
// looked at.
func sourceOf(role string, kind abi.Part) (source, bool) {
	switch {
	case kind == abi.PartToolResult:
		return fromTool, true
	case kind != abi.PartText:
		return 0, false
	}
	switch role {
	case "tool", "function":
		return fromTool, true
	case "system", "developer":
		return fromSystem, true
	case "assistant":
		return fromAssistant, true
	}
	return fromUser, true
}

// judge looks at g.text, and at where it meets the text before it.
func (g *guard) judge(s source) finding {
	if len(g.text) == 0 {
		return finding{score: -1}
	}
	f := g.detector.judge(g.text)
	if f.score > 0 {
		return f
	}
	return g.joints[s].judge(g.detector, g.text)
}

// verdict is what follows from a finding. It names the class, and nothing of the text.
func (g *guard) verdict(f finding, s source) sdk.Verdict {
	if g.tag {
		return sdk.Tag("injection", topicTags[f.topic])
	}
	where := ""
	switch s {
	case fromTool:
		where = " in a tool result"
	case fromTools:
		where = " in a tool's description"
	}
	return sdk.Block(g.status, "prompt injection ("+topicNames[f.topic]+")"+where)
}

func init() { sdk.Run(&guard{}) }

func main() {}

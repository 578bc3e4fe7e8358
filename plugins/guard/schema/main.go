// Command schema is the bundled plugin guard/schema: it holds the texts of answers and the arguments of tool calls against
// JSON Schemas, and refuses or tags what doesn't fit.
package main

import (
	"errors"
	"unicode/utf8"

	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/config"
)

// guard is the plugin.
type guard struct {
	schema      *schema // of texts, nil: the configuration has none
	requested   bool    // texts are looked at only if the request asks for JSON
	fromRequest bool    // the request's own schema goes before
	texts       bool
	tools       bool
	named       map[string]*schema // by tool
	tag         bool
	status      int
	fences      bool
	lenient     bool
	steps       int // of a call

	left     int // steps
	kept     map[string]*schema
	keptSize int
	asked    doc // a member of the request
	said     doc // a text of the answer
	checker  checker
	text     []byte
	state    []byte
}

var (
	_ sdk.Initer      = (*guard)(nil)
	_ sdk.Requester   = (*guard)(nil)
	_ sdk.Responder   = (*guard)(nil)
	_ sdk.Deltaer     = (*guard)(nil)
	_ sdk.StreamEnder = (*guard)(nil)
	_ sdk.ToolCaller  = (*guard)(nil)
)

// Init reads the configuration and its schemas.
func (g *guard) Init(c config.Value) error {
	var err error
	if c.Has("schema") {
		if g.schema, err = configured(c.Get("schema")); err != nil {
			return errors.New("schema: " + err.Error())
		}
	}
	when := "always"
	if g.schema == nil {
		when = "requested"
	}
	switch when = c.Text("when", when); when {
	case "always", "requested", "never":
	default:
		return errors.New("when is " + when + "; it may be always, requested or never")
	}
	g.texts, g.requested = when != "never", when == "requested"
	g.fromRequest = c.Bool("from_request", g.schema == nil)
	switch a := c.Text("action", "block"); a {
	case "block":
	case "tag":
		g.tag = true
	default:
		return errors.New("action is " + a + "; it may be block or tag")
	}
	if g.status = c.Int("status", 502); g.status < 400 || g.status > 599 {
		return errors.New("status must be 400 to 599")
	}
	if g.steps = c.Int("max_steps", 40_000); g.steps <= 0 {
		return errors.New("max_steps must be above 0")
	}
	g.left = g.steps
	g.fences, g.lenient = c.Bool("allow_fences", false), c.Bool("lenient", false)
	return g.readTools(c.Get("tools"))
}

// maxConfigured is how large a schema of the configuration may be.
const maxConfigured = 100_000

func configured(v config.Value) (*schema, error) {
	s, _, err := compile(v.AppendJSON(nil), false, maxConfigured)
	return s, err
}

// readTools reads "declared", "off", or schemas by tool.
func (g *guard) readTools(v config.Value) error {
	g.tools = true
	switch v.Kind() {
	case config.Null:
	case config.Text:
		switch v.String() {
		case "declared":
		case "off":
			g.tools = false
		default:
			return errors.New("tools is " + v.String() + "; it may be declared, off, or schemas by the tools' names")
		}
	case config.Object:
		g.named = map[string]*schema{}
		for _, m := range v.Members() {
			s, err := configured(m.Value)
			if err != nil {
				return errors.New("tools: " + m.Name + ": " + err.Error())
			}
			g.named[m.Name] = s
		}
	default:
		return errors.New("tools may be declared, off, or schemas by the tools' names")
	}
	return nil
}

// OnRequest refuses a request whose own schemas can't be used, before anything is paid for.
func (g *guard) OnRequest(r sdk.Request) sdk.Verdict {
	g.left = g.steps
	if g.texts {
		if _, err := g.wanted(r); err != nil {
			return sdk.Block(400, err.Error())
		}
	}
	if err := g.checkTools(r); err != nil {
		return sdk.Block(400, err.Error())
	}
	return sdk.Continue
}

// OnResponse looks at the texts of all choices of a whole answer.
func (g *guard) OnResponse(r sdk.Response) sdk.Verdict {
	g.left = g.steps
	want, bad := g.demanded(r.Request())
	if bad != "" {
		return g.refuse(bad)
	}
	if !want.on {
		return sdk.Continue
	}
	for c := range r.Choices() {
		said := false
		for p := range c.Parts() {
			kind := p.Kind()
			if kind == abi.PartToolCall { // OnToolCall looks at it
				said = true
			}
			if !speaks(kind) {
				continue
			}
			g.text = p.AppendText(g.text[:0])
			if len(g.text) == 0 {
				continue
			}
			said = true
			if kind == abi.PartText {
				if bad := g.part(p, want); bad != "" {
					return g.refuse(bad)
				}
			}
		}
		if !said {
			return g.refuse(empty)
		}
	}
	return sdk.Continue
}

const empty = "the answer is empty"

// speaks tells whether a text of that kind is an answer. Reasoning isn't.
func speaks(k abi.Part) bool { return k == abi.PartText || k == abi.PartRefusal }

// demanded is wanted with an error's text in place of the error.
func (g *guard) demanded(r sdk.Request) (demand, string) {
	if !g.texts {
		return demand{}, ""
	}
	want, err := g.wanted(r)
	if err != nil {
		return demand{}, err.Error()
	}
	return want, ""
}

// part checks a text of a whole answer, which is in g.text. "" is success.
func (g *guard) part(p sdk.Part, want demand) string {
	inside, fenced := g.inside()
	if bad := g.fits(inside, want); bad != "" {
		return bad
	}
	if fenced && p.SetBytes(inside) != nil {
		return "the fences around the answer can't be taken away"
	}
	return ""
}

// inside is g.text without fences, if they may be there.
func (g *guard) inside() (inside []byte, fenced bool) {
	if g.fences {
		if inside, ok := unfenced(g.text); ok {
			return inside, true
		}
	}
	return g.text, false
}

// fits checks a text against a demand. "" is success.
func (g *guard) fits(s []byte, want demand) string {
	if bad := g.hold("the answer", s, want.schema); bad != "" {
		return bad
	}
	if want.object && g.said.nodes[0].kind != object {
		return misfit("the answer", "the top", "type", "")
	}
	return ""
}

// hold holds a text against a schema; nil is any JSON. "" is success. Otherwise what it returns tells where and which rule, and
// nothing that the text says.
func (g *guard) hold(what string, s []byte, by *schema) string {
	if bad := g.read(&g.said, s); bad != "" {
		if g.left <= 0 {
			return what + " takes too many steps to check"
		}
		return what + " is no JSON: " + bad
	}
	if by == nil {
		return ""
	}
	g.checker.left = g.left
	fits := g.checker.fits(by, &g.said)
	if g.left = g.checker.left; fits {
		return ""
	}
	f := &g.checker.fault
	if f.rule == spent {
		return what + " takes too many steps to check"
	}
	at := "the top"
	if len(f.pointer) > 0 {
		at = string(f.pointer)
	}
	return misfit(what, at, f.rule, f.missing)
}

func misfit(what, at, rule, missing string) string {
	text := what + " doesn't fit its schema: " + rule + " at " + at
	if missing != "" {
		text += ": " + missing + " is missing"
	}
	return text
}

// refuse is what is done about a fault.
func (g *guard) refuse(bad string) sdk.Verdict {
	if g.tag {
		return sdk.Tag("schema", tagged(bad))
	}
	return sdk.Block(g.status, bad)
}

// maxTag is how long a tag's value may be, in bytes.
const maxTag = 256

// tagged is what fits into a tag.
func tagged(s string) string {
	b := []byte(s[:min(len(s), maxTag)])
	for len(b) > 0 && !utf8.Valid(b) {
		b = b[:len(b)-1]
	}
	for n, c := range b {
		if c < ' ' || c == 0x7f {
			b[n] = ' '
		}
	}
	return string(b)
}

// OnDelta looks at a text of a stream when all of it is there; until then nothing of it leaves.
func (g *guard) OnDelta(d sdk.Delta) sdk.Verdict {
	kind := d.Kind()
	if !g.texts || !speaks(kind) {
		return sdk.Continue
	}
	g.left = g.steps
	g.note(d.Call, d.Choice())
	if kind != abi.PartText {
		return sdk.Continue
	}
	want, bad := g.demanded(sdk.Request{Call: d.Call})
	switch {
	case bad != "":
		return g.refuse(bad)
	case !want.on:
		return sdk.Continue
	}
	g.text = append(g.text[:0], d.Window()...)
	if !d.Final() {
		if len(g.text) > abi.MaxHold {
			return g.refuse("the answer is longer than this gateway can hold back")
		}
		return sdk.Hold(len(g.text)) // a host that doesn't collect streams itself
	}
	inside, fenced := g.inside()
	if bad := g.fits(inside, want); bad != "" {
		return g.refuse(bad)
	}
	if !fenced {
		return sdk.Continue
	}
	return sdk.Replace(inside, 0)
}

// noted is how many choices are followed.
const noted = 128

// note keeps that a choice of a stream said something.
func (g *guard) note(c sdk.Call, n int) {
	g.state = c.State(g.state[:0])
	if n >= noted || len(g.state) > n && g.state[n] != 0 {
		return
	}
	for len(g.state) <= n {
		g.state = append(g.state, 0)
	}
	g.state[n] = 1
	_ = c.SetState(g.state) // at most 128 bytes: it fits
}

// OnStreamEnd refuses a stream in which a choice said nothing.
func (g *guard) OnStreamEnd(r sdk.Response) sdk.Verdict {
	g.left = g.steps
	want, bad := g.demanded(r.Request())
	if bad != "" {
		return g.refuse(bad)
	}
	if !want.on {
		return sdk.Continue
	}
	g.state = r.State(g.state[:0])
	if len(g.state) == 0 {
		return g.refuse(empty)
	}
	for _, said := range g.state {
		if said == 0 {
			return g.refuse(empty)
		}
	}
	return sdk.Continue
}

func init() { sdk.Run(&guard{}) }

func main() {}

// Command template is the bundled plugin transform/template: it makes prompts of named, versioned templates and of variables that
// the client gives.
package main

import (
	"errors"

	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/config"
)

// Where clients name a template and give variables.
const (
	headerTemplate  = "x-yett-template"
	headerVariables = "x-yett-variables"
	memberPrompt    = "prompt"
	memberVariables = "prompt_variables"
)

// filler is the plugin.
type filler struct {
	templates []template
	fixed     *version // what every request gets; nil: the client chooses
	given     []config.Member
	required  bool

	values []filled
	text   []byte
}

var (
	_ sdk.Initer    = (*filler)(nil)
	_ sdk.Requester = (*filler)(nil)
)

// Init reads the templates.
func (f *filler) Init(c config.Value) error {
	var err error
	if f.templates, err = readTemplates(c); err != nil {
		return err
	}
	f.required = c.Bool("required", false)
	if use := c.Text("use", ""); use != "" {
		if f.fixed, err = choose(f.templates, use, ""); err != nil {
			return errors.New("use: " + err.Error())
		}
	}
	f.given = c.Get("values").Members()
	return f.checkGiven()
}

// checkGiven holds the stage's values against the variables that they are for.
func (f *filler) checkGiven() error {
	for _, m := range f.given {
		known := false
		for _, t := range f.templates {
			for _, v := range t.versions {
				n, err := find(m.Name, v.variables)
				if err != nil {
					continue
				}
				known = true
				if _, wrong := v.variables[n].read(m.Value); wrong != "" {
					return errors.New("values." + m.Name + " " + wrong + " in " + v.label)
				}
			}
		}
		if !known {
			return errors.New("values." + m.Name + ": no template has such a variable")
		}
	}
	return nil
}

// OnRequest fills the template that the request names.
func (f *filler) OnRequest(r sdk.Request) sdk.Verdict {
	a, err := f.ask(r)
	if err != nil {
		return sdk.Block(400, err.Error())
	}
	v, err := f.version(a)
	if err != nil {
		return sdk.Block(400, err.Error())
	}
	if v == nil {
		if len(a.variables) > 0 || len(a.members) > 0 {
			return sdk.Block(400, "the request gives variables and names no prompt template")
		}
		if f.required {
			return sdk.Block(400, "the request names no prompt template: send "+memberPrompt+" with an id, or the header "+headerTemplate)
		}
		return sdk.Continue
	}
	if err := f.collect(v, a); err != nil {
		return sdk.Block(400, "prompt template "+v.label+": "+err.Error())
	}
	switch err := f.apply(r, v, a); err {
	case nil:
	case errLong:
		return sdk.Block(400, "prompt template "+v.label+": "+err.Error())
	default:
		return sdk.Block(500, "prompt template "+v.label+" can't be put into the request")
	}
	return sdk.Tag("template", v.label)
}

// version is what the request gets, nil if it names none.
func (f *filler) version(a asked) (*version, error) {
	if a.name == "" {
		return f.fixed, nil
	}
	v, err := choose(f.templates, a.name, a.version)
	if f.fixed != nil && v != f.fixed {
		return nil, errors.New("the prompt template is " + f.fixed.label + " here, and isn't the client's to choose")
	}
	return v, err
}

var errLong = errors.New("the filled text is longer than 1 MiB")

// collect finds a value for each variable of a version.
func (f *filler) collect(v *version, a asked) error {
	for len(f.values) < len(v.variables) {
		f.values = append(f.values, filled{})
	}
	clear(f.values)
	for _, m := range f.given {
		if n, err := find(m.Name, v.variables); err == nil {
			f.values[n], _ = v.variables[n].read(m.Value) // checked by Init
		}
	}
	fixed := len(f.given)
	for _, list := range a.variables {
		for _, m := range list.Members() {
			n, err := find(m.Name, v.variables)
			switch {
			case err != nil:
				return errors.New("there is no variable " + short(m.Name))
			case fixed > 0 && f.isGiven(m.Name):
				return errors.New("variable " + m.Name + " isn't the client's to set")
			case f.values[n].given:
				return errors.New("variable " + m.Name + " is given twice")
			}
			value, wrong := v.variables[n].read(m.Value)
			if wrong != "" {
				return errors.New("variable " + m.Name + " " + wrong)
			}
			f.values[n] = value
		}
	}
	for n := range v.variables {
		switch x := &v.variables[n]; {
		case f.values[n].given:
		case x.required:
			return errors.New("variable " + x.name + " is missing")
		default:
			f.values[n] = x.fallback
		}
	}
	return nil
}

func (f *filler) isGiven(name string) bool {
	for _, m := range f.given {
		if m.Name == name {
			return true
		}
	}
	return false
}

// apply puts a filled version into the request, and takes out what was meant for the plugin.
func (f *filler) apply(r sdk.Request, v *version, a asked) error {
	if v.system != nil {
		var ok bool
		if f.text, ok = v.system.fill(f.text[:0], f.values); !ok {
			return errLong
		}
		if err := r.PrependSystem(string(f.text)); err != nil {
			return err
		}
	}
	if v.user != nil {
		var ok bool
		if f.text, ok = v.user.fill(f.text[:0], f.values); !ok {
			return errLong
		}
		if err := f.say(r, v); err != nil {
			return err
		}
	}
	for _, member := range a.members {
		if err := r.RemoveParam(member); err != nil {
			return err
		}
	}
	return nil
}

// say puts f.text as the user's message at the end, and takes the others out if it replaces them.
func (f *filler) say(r sdk.Request, v *version) error {
	n := r.NumMessages()
	if err := r.InsertMessage(n, abi.RoleUser, string(f.text)); err != nil || !v.replace {
		return err
	}
	for i := range n {
		if m := r.Message(i); m.Role() != "system" {
			if err := m.Remove(); err != nil {
				return err
			}
		}
	}
	return nil
}

func init() { sdk.Run(&filler{}) }

func main() {}

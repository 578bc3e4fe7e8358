// Command decorate is the bundled plugin transform/decorate: it puts texts before and after the system prompt and the
// user's messages. Texts may hold variables.
package main

import (
	"errors"
	"time"

	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/config"
)

// decorate is the plugin.
type decorate struct {
	prependSystem, appendSystem []segment
	prependUser, appendUser     []segment
	text                        []byte
	now                         func() time.Time
}

var (
	_ sdk.Initer    = (*decorate)(nil)
	_ sdk.Requester = (*decorate)(nil)
)

// Init reads the templates.
func (d *decorate) Init(c config.Value) error {
	vars := c.Get("variables")
	for _, t := range []struct {
		name string
		to   *[]segment
	}{
		{"prepend_system", &d.prependSystem},
		{"append_system", &d.appendSystem},
		{"prepend_user", &d.prependUser},
		{"append_user", &d.appendUser},
	} {
		list, err := compile(c.Text(t.name, ""), vars)
		if err != nil {
			return errors.New(t.name + ": " + err.Error())
		}
		if uses(list, date) && !clockRuns(d.clock()) {
			return errors.New(t.name + ": {{date}} needs the clock: grant { time = true }")
		}
		*t.to = list
	}
	return nil
}

func (d *decorate) clock() time.Time {
	if d.now != nil {
		return d.now()
	}
	return time.Now()
}

// OnRequest adds the texts.
func (d *decorate) OnRequest(r sdk.Request) sdk.Verdict {
	if len(d.prependSystem) > 0 && r.PrependSystem(d.fill(d.prependSystem, r)) != nil ||
		len(d.appendSystem) > 0 && r.AppendSystem(d.fill(d.appendSystem, r)) != nil {
		return sdk.Block(500, "the system prompt can't be decorated")
	}
	if len(d.prependUser) == 0 && len(d.appendUser) == 0 {
		return sdk.Continue
	}
	first, last, found := users(r)
	if !found {
		return sdk.Continue // nothing of the user's to decorate
	}
	if len(d.prependUser) > 0 && first.Prepend(d.fill(d.prependUser, r)) != nil ||
		len(d.appendUser) > 0 && last.Append(d.fill(d.appendUser, r)) != nil {
		return sdk.Block(500, "the user's message can't be decorated")
	}
	return sdk.Continue
}

func (d *decorate) fill(list []segment, r sdk.Request) string {
	d.text = appendTemplate(d.text[:0], list, r)
	return string(d.text)
}

// users finds the first and the last text of the user's.
func users(r sdk.Request) (first, last sdk.Part, found bool) {
	for i := range r.NumMessages() {
		m := r.Message(i)
		if m.Role() != "user" {
			continue
		}
		for j := range m.NumParts() {
			p := m.Part(j)
			if p.Kind() != abi.PartText {
				continue
			}
			if !found {
				first = p
			}
			last, found = p, true
		}
	}
	return first, last, found
}

func init() { sdk.Run(&decorate{}) }

func main() {}

package main

import (
	"strconv"
	"strings"

	"github.com/yett-gateway/yett/sdk"
)

// The dialects that have parameters of an answer.
const (
	openaiChat        = "openai.chat"
	anthropicMessages = "anthropic.messages"
)

// OnRequest checks names, then sizes, then parameters; the first that is over is told.
func (p *limits) OnRequest(r sdk.Request) sdk.Verdict {
	if p.models.set() {
		if model := r.Model(); !p.models.allows(model) {
			return refuse(403, p.models.message, `the model "`+model+`" isn't allowed here`+instead(p.models.allow))
		}
	}
	if p.tools.set() {
		for t := range r.Tools() {
			if name := t.Name(); !p.tools.allows(name) {
				return refuse(403, p.tools.message, `the tool "`+name+`" isn't allowed here`+instead(p.tools.allow)+"; take it out of the request")
			}
		}
	}
	trimmed, v := p.checkPrompt(r)
	if v != sdk.Continue {
		return v
	}
	clamped, v := p.checkParameters(r)
	switch {
	case v != sdk.Continue:
		return v
	case trimmed:
		return sdk.Tag("limits", "trimmed")
	case clamped:
		return sdk.Tag("limits", "clamped")
	}
	return sdk.Continue
}

// instead names what is allowed, as far as that is short.
func instead(allow []string) string {
	if len(allow) == 0 || len(allow) > 8 {
		return ""
	}
	return "; allowed: " + strings.Join(allow, ", ")
}

// checkParameters lowers what is too high, or refuses it. clamped tells that something was changed that the client had
// asked for.
func (p *limits) checkParameters(r sdk.Request) (clamped bool, v sdk.Verdict) {
	dialect := r.Dialect()
	if dialect != openaiChat && dialect != anthropicMessages {
		return false, sdk.Continue
	}
	steps := [...]func(sdk.Request) (bool, sdk.Verdict){p.checkMaxTokens, p.checkTemperature, p.checkChoices}
	if dialect != openaiChat {
		steps[2] = nil
	}
	for _, step := range steps {
		if step == nil {
			continue
		}
		changed, v := step(r)
		if v != sdk.Continue {
			return false, v
		}
		clamped = clamped || changed
	}
	return clamped, sdk.Continue
}

func (p *limits) checkMaxTokens(r sdk.Request) (clamped bool, v sdk.Verdict) {
	b := &p.maxTokens
	if b.most == none {
		return false, sdk.Continue
	}
	n, ok := r.MaxTokens()
	if ok && n <= int64(b.most) {
		return false, sdk.Continue
	}
	over := "max_tokens is " + strconv.FormatInt(n, 10) + ", and " + strconv.Itoa(b.most) + " is the most; ask for less"
	if ok && b.block || r.SetMaxTokens(int64(b.most)) != nil {
		return false, refuse(400, b.message, over)
	}
	return ok, sdk.Continue
}

func (p *limits) checkTemperature(r sdk.Request) (clamped bool, v sdk.Verdict) {
	b := &p.temperature
	text := r.Temperature()
	if !b.set || text == "" {
		return false, sdk.Continue
	}
	t, err := strconv.ParseFloat(text, 64)
	to, over := t, ""
	switch {
	case err != nil:
		return false, sdk.Block(400, "temperature isn't a number")
	case b.most && t > b.to:
		to, over = b.to, "temperature is "+text+", and "+decimal(b.to)+" is the most; lower it"
	case b.least && t < b.from:
		to, over = b.from, "temperature is "+text+", and "+decimal(b.from)+" is the least; raise it"
	default:
		return false, sdk.Continue
	}
	if b.block || r.SetTemperature(decimal(to)) != nil {
		return false, refuse(400, b.message, over)
	}
	return true, sdk.Continue
}

func decimal(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

func (p *limits) checkChoices(r sdk.Request) (clamped bool, v sdk.Verdict) {
	b := &p.choices
	if b.most == none {
		return false, sdk.Continue
	}
	n, ok := r.Choices()
	if !ok || n <= int64(b.most) {
		return false, sdk.Continue
	}
	if b.block || r.SetChoices(int64(b.most)) != nil {
		return false, refuse(400, b.message, "n is "+strconv.FormatInt(n, 10)+", and "+strconv.Itoa(b.most)+" is the most; ask for fewer answers")
	}
	return true, sdk.Continue
}

// Command judge is a plugin for the host's tests that counts tokens and asks models. With a model in its configuration it
// is a guard: it asks that one whether a prompt is bad. Without, the text of the first message says what it does, and the
// answer is the body of its response.
package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/config"
	"github.com/yett-gateway/yett/sdk/llm"
	"github.com/yett-gateway/yett/sdk/tokens"
)

type judge struct {
	model   string
	timeout time.Duration
	busy    int
}

func (p *judge) Init(c config.Value) error {
	p.model = c.Text("model", "")
	p.timeout = time.Duration(c.Int("timeout", 0)) * time.Millisecond
	if tokens.Prompt() >= 0 {
		return fmt.Errorf("tokens were counted without a request")
	}
	if _, err := llm.Ask(llm.Question{Model: p.model, Prompt: "?"}); err == nil {
		return fmt.Errorf("a model was asked without a request")
	}
	return nil
}

func (p *judge) OnRequest(r sdk.Request) sdk.Verdict {
	text := r.Message(r.NumMessages() - 1).Text()
	if p.model != "" {
		answer, err := llm.Ask(llm.Question{Model: p.model, System: "Is it bad? Say BAD or OK.", Prompt: text, Timeout: p.timeout})
		switch {
		case err != nil:
			return sdk.Block(503, "the judge can't be asked: "+err.Error())
		case strings.Contains(answer, "BAD"):
			return sdk.Block(403, "the judge says it is bad")
		}
		return sdk.Continue
	}
	deed, rest, _ := strings.Cut(text, " ")
	switch deed {
	case "count":
		return sdk.Respond(fmt.Sprint(tokens.Count([]byte(rest))))
	case "count-a":
		return sdk.Respond(fmt.Sprint(tokens.Count([]byte(strings.Repeat("a", 1<<20)))))
	case "count-more":
		return sdk.Respond(fmt.Sprint(tokens.Count(make([]byte, abi.MaxCounted+1))))
	case "field":
		return sdk.Respond(fmt.Sprint(tokens.Field(abi.FieldPartText, 0, 0), tokens.Field(abi.FieldPartText, 9, 0), tokens.Field(abi.FieldMessages, 0, 0)))
	case "prompt":
		return sdk.Respond(fmt.Sprint(tokens.Prompt()))
	case "ask":
		model, prompt, _ := strings.Cut(rest, " ")
		answer, err := llm.Ask(llm.Question{Model: model, System: "be brief", Prompt: prompt, MaxTokens: 40, Timeout: 1500 * time.Millisecond})
		return sdk.Respond(fmt.Sprintf("%s|%v", answer, err))
	case "long":
		_, err := llm.Ask(llm.Question{Model: "judge", Prompt: strings.Repeat("x", 1<<20+1)})
		return sdk.Respond(fmt.Sprint(err))
	case "wait":
		for range 5_000_000 { // a guest whose clock runs
			p.busy++
		}
		answer, err := llm.Ask(llm.Question{Model: "judge", Prompt: rest})
		for range 5_000_000 {
			p.busy++
		}
		return sdk.Respond(fmt.Sprintf("%s|%v", answer, err))
	}
	return sdk.Continue
}

func init() { sdk.Run(&judge{}) }

func main() {}

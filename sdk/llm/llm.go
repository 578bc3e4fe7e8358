// Package llm asks models. It needs capability llm with the models that are asked.
//
// A question is sent as requests are, with the operator's targets, retries and fallbacks, and passes no plugin. The plugin
// waits for the answer, which is no wall time of it. What it may ask is bounded by the grant: which models, how many
// tokens in how long over all its calls, how long an answer.
//
//	verdict, err := llm.Ask(llm.Question{Model: "judge", System: rules, Prompt: text, MaxTokens: 8})
//
// What the model says is text that somebody else may have steered: read no more from it than the words that you asked for.
package llm

import (
	"time"

	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/internal/host"
)

// Question is what a model is asked. System and Prompt together have at most 1 MiB.
type Question struct {
	Model          string // its name in the configuration
	System, Prompt string
	MaxTokens      int           // of the answer; 0: what the grant allows
	Timeout        time.Duration // 0: what the grant allows
}

// Ask asks a model and returns the text of its answer.
//
// # Errors
//
// sdk.ErrNotGranted for a model that isn't granted, sdk.ErrExhausted when the grant's tokens are used up, sdk.ErrTimedOut,
// sdk.ErrTooLarge, and sdk.ErrUnavailable for all else that keeps the model from answering; the gateway's access log
// tells more. Every hook but OnInit may ask.
func Ask(q Question) (string, error) {
	n := host.LLMAsk(q.Model, q.System, q.Prompt, int32(min(q.MaxTokens, 1<<30)), int32(min(q.Timeout.Milliseconds(), 1<<30)))
	if n < 0 {
		return "", sdk.StatusError(abi.Status(n))
	}
	text := make([]byte, n)
	if got := host.LLMText(text); got != n {
		return "", sdk.ErrUnavailable
	}
	return string(text), nil
}

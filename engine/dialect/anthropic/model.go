package anthropic

import (
	"strings"

	"github.com/yett-gateway/yett/engine/dialect"
)

// version is the version of a Claude model as major*100+minor, 0 if the name doesn't tell: "claude-opus-4-6"
// is 406, "claude-3-7-sonnet-20250219" 307, "claude-sonnet-4-20250514" 400.
func version(model string) int {
	if !strings.Contains(model, "claude") {
		return 0
	}
	v, parts := 0, 0
	for i := 0; i < len(model) && parts < 2; {
		if !startsWord(model, i) {
			i++
			continue
		}
		end := i
		for end < len(model) && model[end] >= '0' && model[end] <= '9' {
			end++
		}
		if end == i || end-i > 2 || !endsWord(model, end) {
			if parts > 0 {
				break // the numbers stand together
			}
			i++
			continue
		}
		n := 0
		for _, c := range model[i:end] {
			n = 10*n + int(c-'0')
		}
		if parts == 0 {
			n *= 100
		}
		v += n
		parts++
		i = end
		if i < len(model) {
			i++
		}
	}
	return v
}

func startsWord(s string, i int) bool { return i > 0 && (s[i-1] == '-' || s[i-1] == '.') }

func endsWord(s string, i int) bool {
	return i == len(s) || s[i] == '-' || s[i] == '.' || s[i] == '@' || s[i] == ':'
}

// The first models with a way of thinking.
const (
	firstThinking = 307
	firstAdaptive = 406
)

// reasoningOf is how a target takes a wish for reasoning.
func reasoningOf(t *dialect.Target) dialect.Reasoning {
	if t.Reasoning != dialect.ReasoningGuess {
		return t.Reasoning
	}
	switch v := version(t.Model); {
	case v == 0:
		return dialect.ReasoningBudget
	case v < firstThinking:
		return dialect.ReasoningOff
	case v < firstAdaptive:
		return dialect.ReasoningBudget
	}
	return dialect.ReasoningAdaptive
}

// noSampling tells whether a target refuses temperature, top_p and top_k: models after 4.6 do.
func noSampling(t *dialect.Target) bool { return t.NoSampling || version(t.Model) > firstAdaptive }

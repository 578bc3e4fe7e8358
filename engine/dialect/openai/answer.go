package openai

import (
	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/wire"
)

var answerNames = []string{"model", "choices", "usage", "error", "data", "id"}

const (
	answerModel = iota
	answerChoices
	answerUsage
	answerError
	answerData
	answerID
	answerCount
)

// notOurs is an answer that isn't a chat completion, a chunk of one, or a list of embeddings.
func notOurs(cause error) *fault.Error {
	return fault.Wrap(fault.UpstreamInvalid, "the provider's answer could not be understood", cause)
}

type shapeError string

func (e shapeError) Error() string { return string(e) }

const (
	errNotObject   = shapeError("not a JSON object")
	errNoChoices   = shapeError("no choices")
	errNoData      = shapeError("no data")
	errNotStreamed = shapeError("the API has no streams")
)

// answerFields validates body and finds its members. An error object in place of an answer is read.
func answerFields(body []byte) (obj wire.Span, f [answerCount]wire.Span, e *fault.Error) {
	obj, err, twice := wire.ValidateFields(body, wire.Limits{}, answerNames, f[:])
	switch {
	case err != nil:
		return obj, f, notOurs(err)
	case wire.KindOf(body, obj) != wire.Object:
		return obj, f, notOurs(errNotObject)
	case twice != nil:
		return obj, f, notOurs(dialect.Twice(twice))
	}
	if dialect.Present(body, f[answerError]) && wire.KindOf(body, f[answerChoices]) != wire.Array {
		return obj, f, dialect.ReportIn(0, body, f[answerError]).Failure()
	}
	if wire.KindOf(body, f[answerModel]) != wire.String {
		f[answerModel] = wire.Span{}
	}
	return obj, f, nil
}

// Answer reads a chat completion. It is finished if every choice says why it ended.
func (Chat) Answer(body []byte, a *dialect.Answer) *fault.Error {
	_, f, e := answerFields(body)
	if e != nil {
		return e
	}
	if wire.KindOf(body, f[answerChoices]) != wire.Array {
		return notOurs(errNoChoices)
	}
	*a = dialect.Answer{Usage: usageOf(body, f[answerUsage]), Model: f[answerModel]}
	for el := wire.ElementsOf(body, f[answerChoices]); el.Next(); {
		a.Finished = wire.KindOf(body, wire.Lookup(body, el.Value(), "finish_reason")) == wire.String
		if !a.Finished {
			break
		}
	}
	return nil
}

// finishOf is a finish_reason in the gateway's words.
func finishOf(b []byte, s wire.Span) dialect.Finish {
	switch {
	case isString(b, s, "stop"):
		return dialect.FinishStop
	case isString(b, s, "length"):
		return dialect.FinishLength
	case isString(b, s, "tool_calls"), isString(b, s, "function_call"):
		return dialect.FinishTools
	case isString(b, s, "content_filter"):
		return dialect.FinishFilter
	}
	return dialect.FinishNone
}

// usageOf reads a usage object. Besides OpenAI's own members it knows DeepSeek's name for cached tokens and
// xAI's habit of counting reasoning outside of the completion, which shows in the total.
func usageOf(b []byte, s wire.Span) dialect.Usage {
	u := dialect.NoUsage
	total := int64(-1)
	for m := wire.MembersOf(b, s); m.Next(); {
		switch string(dialect.Key(&m)) {
		case "prompt_tokens":
			u.Input = countOf(b, m.Value())
		case "completion_tokens":
			u.Output = countOf(b, m.Value())
		case "total_tokens":
			total = countOf(b, m.Value())
		case "prompt_tokens_details":
			promptDetails(b, m.Value(), &u)
		case "completion_tokens_details":
			u.Reasoning = countOf(b, wire.Lookup(b, m.Value(), "reasoning_tokens"))
		case "prompt_cache_hit_tokens":
			if u.CacheRead < 0 {
				u.CacheRead = countOf(b, m.Value())
			}
		}
	}
	if u.Reasoning > 0 && u.Input >= 0 && u.Output >= 0 && total == u.Input+u.Output+u.Reasoning {
		u.Output += u.Reasoning
	}
	if u.Input >= 0 && u.Output < 0 && total >= u.Input { // embeddings report no completion
		u.Output = total - u.Input
	}
	return u
}

func promptDetails(b []byte, s wire.Span, u *dialect.Usage) {
	for m := wire.MembersOf(b, s); m.Next(); {
		switch string(dialect.Key(&m)) {
		case "cached_tokens":
			u.CacheRead = countOf(b, m.Value())
		case "cache_write_tokens":
			u.CacheWrite = countOf(b, m.Value())
		}
	}
}

// maxCount bounds a count that a provider reports; more is a mistake, and unknown is better than wrong.
const maxCount = 1 << 40

func countOf(b []byte, s wire.Span) int64 {
	n, ok := wire.Int(b, s)
	if !ok || n < 0 || n > maxCount {
		return -1
	}
	return n
}

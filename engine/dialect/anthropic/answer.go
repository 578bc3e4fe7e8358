package anthropic

import (
	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/wire"
)

var answerNames = []string{"id", "type", "model", "content", "stop_reason", "usage", "error", "input_tokens"}

const (
	answerID = iota
	answerType
	answerModel
	answerContent
	answerStop
	answerUsage
	answerError
	answerInputTokens
	answerCount
)

// notOurs is an answer or event that isn't Anthropic's.
func notOurs(cause error) *fault.Error {
	return fault.Wrap(fault.UpstreamInvalid, "the provider's answer could not be understood", cause)
}

type shapeError string

func (e shapeError) Error() string { return string(e) }

const (
	errNotObject   = shapeError("not a JSON object")
	errNoContent   = shapeError("no content")
	errNoTokens    = shapeError("no input_tokens")
	errNoType      = shapeError("an event without a type")
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
	if dialect.Present(body, f[answerError]) && !f[answerContent].Present() {
		return obj, f, dialect.ReportIn(0, body, f[answerError]).Failure()
	}
	f[answerModel] = textOf(body, f[answerModel])
	return obj, f, nil
}

// Answer reads a message. It is finished if it has a stop_reason.
func (Messages) Answer(body []byte, a *dialect.Answer) *fault.Error {
	_, f, e := answerFields(body)
	if e != nil {
		return e
	}
	if wire.KindOf(body, f[answerContent]) != wire.Array {
		return notOurs(errNoContent)
	}
	*a = dialect.Answer{
		Usage: usageOf(body, f[answerUsage], true), Model: f[answerModel],
		Finished: wire.KindOf(body, f[answerStop]) == wire.String,
	}
	return nil
}

// finishOf is a stop_reason in the gateway's words.
func finishOf(b []byte, s wire.Span) dialect.Finish {
	switch {
	case isString(b, s, "end_turn"), isString(b, s, "pause_turn"):
		return dialect.FinishStop
	case isString(b, s, "max_tokens"), isString(b, s, "model_context_window_exceeded"):
		return dialect.FinishLength
	case isString(b, s, "tool_use"):
		return dialect.FinishTools
	case isString(b, s, "stop_sequence"):
		return dialect.FinishStopSeq
	case isString(b, s, "refusal"):
		return dialect.FinishFilter
	}
	return dialect.FinishNone
}

// usageOf reads a usage object. Anthropic counts cached input apart: the three counts are added. first says
// that the object is a message's or a stream's first one; in later events of a stream, which are cumulative,
// an input of nothing means that it isn't told.
func usageOf(b []byte, s wire.Span, first bool) dialect.Usage {
	u := dialect.NoUsage
	input := int64(-1)
	for m := wire.MembersOf(b, s); m.Next(); {
		switch string(dialect.Key(&m)) {
		case "input_tokens":
			input = countOf(b, m.Value())
		case "output_tokens":
			u.Output = countOf(b, m.Value())
		case "cache_read_input_tokens":
			u.CacheRead = countOf(b, m.Value())
		case "cache_creation_input_tokens":
			u.CacheWrite = countOf(b, m.Value())
		case "output_tokens_details":
			u.Reasoning = countOf(b, wire.Lookup(b, m.Value(), "thinking_tokens"))
		}
	}
	if input < 0 {
		return u
	}
	if sum := input + max(u.CacheRead, 0) + max(u.CacheWrite, 0); first || sum > 0 {
		u.Input = sum
	}
	return u
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

// Package dialect is the wire APIs that clients and providers speak, seen from the request path.
//
// A Dialect finds in a body what the gateway decides on, shows requests, answers and stream events to
// stages in one typed form, and says errors in its own shape. Each API is a package below this one
// (openai, anthropic). Bodies stay bytes: what nobody asked to change is not decoded. Only a Translator,
// between two dialects, decodes.
//
// Dialects are stateless and safe for concurrent use. What a method fills in is owned by the caller and
// points into the body it was given.
package dialect

import (
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/wire"
	"github.com/yett-gateway/yett/sdk/abi"
)

// ID names a wire API.
type ID uint8

// The dialects of this release.
const (
	None              ID = iota
	OpenAIChat           // POST /v1/chat/completions
	OpenAIEmbeddings     // POST /v1/embeddings
	AnthropicMessages    // POST /v1/messages
	AnthropicCount       // POST /v1/messages/count_tokens
	IDs
)

var idNames = [IDs]string{"none", "openai.chat", "openai.embeddings", "anthropic.messages", "anthropic.count_tokens"}

// String is the dialect's name in conditions, records and metrics.
func (id ID) String() string { return idNames[id] }

// Head is what the gateway decides on, found in one pass over a request body. Reset it by assignment.
type Head struct {
	// Body is the span of the JSON object, without white space around it.
	Body wire.Span
	// Model is the model's JSON string; ModelName its decoded text.
	Model     wire.Span
	ModelName []byte
	// Stream tells whether the client asked for a stream; IncludeUsage whether it asked for usage in it
	// (always true where the dialect sends usage unasked).
	Stream       bool
	IncludeUsage bool
	// StreamSpan and StreamOptions are the members' values, absent if not sent.
	StreamSpan, StreamOptions wire.Span
	// MaxTokens is the output limit, -1 if none; MaxTokensSpan its value.
	MaxTokens     int64
	MaxTokensSpan wire.Span
	// Choices is n, 1 if not sent.
	Choices int64
	// Messages, System, Tools are the members' values, absent if not sent. Embeddings: Messages is input.
	Messages, System, Tools wire.Span
	// User is the client's end-user id, absent if not sent.
	User wire.Span
	// scratch keeps a model name that had escapes.
	scratch []byte
}

// Usage is tokens as the gateway counts them: Input includes cached tokens, Output includes reasoning.
// A count of -1 is unknown.
type Usage struct {
	Input, Output, CacheRead, CacheWrite, Reasoning int64
}

// NoUsage is a Usage of which nothing is known.
var NoUsage = Usage{-1, -1, -1, -1, -1}

// Merge takes each known count of u over the one in o; stream events report usage in pieces.
func (o *Usage) Merge(u Usage) {
	for _, p := range [...]struct {
		dst *int64
		src int64
	}{{&o.Input, u.Input}, {&o.Output, u.Output}, {&o.CacheRead, u.CacheRead}, {&o.CacheWrite, u.CacheWrite}, {&o.Reasoning, u.Reasoning}} {
		if p.src >= 0 {
			*p.dst = p.src
		}
	}
}

// Answer is what the gateway reads from a whole answer.
type Answer struct {
	Usage Usage
	// Model is the JSON string of the model that answered, absent if not sent.
	Model wire.Span
	// Finished tells whether the answer says why it ended (a finish or stop reason).
	Finished bool
}

// Event is what the gateway reads from one event of a stream. The caller resets it with Reset.
type Event struct {
	// Deltas are the pieces of text in the event. Most events have one or none.
	Deltas []Delta
	// Ends are channels that end with this event: what stages hold back of them must be released before
	// it. A channel with index ChannelAll ends every channel of its choice.
	Ends []int32
	// Calls are tool calls that begin with the event.
	Calls []Call
	// Finishes say why choices ended, where the event says so.
	Finishes []ChoiceFinish
	// Usage is what the event reports; NoUsage if nothing.
	Usage Usage
	// Model is the JSON string of the model that answers, absent in most events.
	Model wire.Span
	// Content tells that the event carries something a user waits for: it stops the first-token clock.
	Content bool
	// Finished tells that the event says why the answer ended.
	Finished bool
	// UsageOnly is a chunk that carries nothing but usage, to be kept from clients who didn't ask for it.
	UsageOnly bool
	// Terminal is the dialect's mark of a complete stream: nothing follows.
	Terminal bool
	// Ping is an event that only keeps the connection alive.
	Ping bool
	// Err is set when the event reports a failure of the provider.
	Err *fault.Error
}

// Reset empties the event and keeps its buffers.
func (e *Event) Reset() {
	*e = Event{Deltas: e.Deltas[:0], Ends: e.Ends[:0], Calls: e.Calls[:0], Finishes: e.Finishes[:0], Usage: NoUsage}
}

// Call is the begin of a tool call. Its arguments follow as deltas of its channel, of kind PartToolCall.
type Call struct {
	Channel int32
	// Name and ID are JSON strings, with quotes, in the event's data; absent if not sent.
	Name, ID wire.Span
}

// ChoiceFinish is why a choice ended.
type ChoiceFinish struct {
	Choice int
	Why    Finish
}

// ChannelAll, as the index of a channel in Event.Ends, stands for every index.
const ChannelAll = 0xffff

// Channel packs a choice and the index of a tool call or content block: choice<<16 | index.
func Channel(choice, index int) int32 { return int32(choice&0x7fff)<<16 | int32(index&0xffff) }

// Delta is a piece of text in an event. What belongs together is what has the same Kind and Channel.
type Delta struct {
	Kind    abi.Part // PartText, PartToolCall (arguments), PartReasoning, PartRefusal
	Channel int32
	// Fixed says that stages may read the text but not change it: it is signed.
	Fixed bool
	// Text is the JSON string, with quotes, in the event's data.
	Text wire.Span
}

// Target is what a request is prepared for.
type Target struct {
	// Model is the provider's own name for the model.
	Model string
	// MaxTokens is sent where the API demands a limit and the client gave none. Zero means 4096.
	MaxTokens int64
	// Reasoning is how the model takes a wish for reasoning. Zero guesses from the model's name.
	Reasoning Reasoning
	// NoSampling says that the model refuses temperature, top_p and top_k. Newer Claude models are known to.
	NoSampling bool
	// OldMaxTokens says that the provider reads max_tokens and not max_completion_tokens.
	OldMaxTokens bool
}

// Reasoning is how a model takes a wish for reasoning when a request is translated for it.
type Reasoning uint8

// The ways. OpenAI's models take an effort; Anthropic's a budget of tokens, or, from 4.6 on, adaptive
// thinking with an effort.
const (
	ReasoningGuess Reasoning = iota
	ReasoningOff
	ReasoningEffort
	ReasoningBudget
	ReasoningAdaptive
)

// Dialect is one wire API. See the package comment for concurrency and ownership.
type Dialect interface {
	ID() ID
	// Head validates body as one JSON object and finds what the gateway decides on. It doesn't allocate
	// for a well-formed body without escapes in the model's name. Errors are BadRequest with Param.
	Head(body []byte, h *Head) *fault.Error
	// Forward records the splices that make body fit for a target of the same dialect: the model's name,
	// and usage in streams. Nothing else changes.
	Forward(e *wire.Edits, body []byte, h *Head, t *Target)
	// ViewRequest shows body to stages; ViewAnswer a whole answer.
	ViewRequest(v *View, body []byte) *fault.Error
	ViewAnswer(v *View, body []byte) *fault.Error
	// Answer reads a whole answer. An answer that isn't the dialect's is UpstreamInvalid.
	Answer(body []byte, a *Answer) *fault.Error
	// Event reads one event of a stream. Data that isn't the dialect's is UpstreamInvalid; the caller may
	// go on with the next event.
	Event(name, data []byte, e *Event) *fault.Error
	// Failure reads a provider's error answer and says what class of failure it is. The Public text is the
	// provider's own message, bounded; credentials in it are masked.
	Failure(status int, body []byte) *fault.Error
	// AppendError appends a whole error body; AppendStreamError the events that end a broken stream.
	AppendError(dst []byte, e *fault.Error, requestID string) []byte
	AppendStreamError(dst []byte, e *fault.Error, requestID string) []byte
	// AppendPing appends what keeps a client's connection alive without meaning anything.
	AppendPing(dst []byte) []byte
	// AppendText appends a whole answer, or a whole stream, that says text: a stage's own answer.
	AppendText(dst []byte, model, text []byte, stream bool, requestID string) []byte
}

// Lister writes the list of models as the dialect's clients read it. Dialects implement it where clients
// ask for one.
type Lister interface {
	// AppendModels appends the answer to GET /v1/models. created is Unix seconds.
	AppendModels(dst []byte, names []string, created int64) []byte
	// AppendModel appends the answer to GET /v1/models/{name}.
	AppendModel(dst []byte, name string, created int64) []byte
}

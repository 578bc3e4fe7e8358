// Package hook is where stages enter the request path: what a stage may see, what it may decide.
//
// The proxy implements Exchange and calls Stage; the plugin host implements Stage and reads Exchange.
// Neither imports the other.
package hook

import (
	"time"

	"github.com/yett-gateway/yett/sdk/abi"
)

// Exchange is one conversation as stages see it: typed, lazy, the same in every dialect.
//
// It belongs to one request and isn't safe for concurrent use. Bytes that it returns are valid until the
// next call of the same method or of Apply; a caller who keeps them copies them.
type Exchange interface {
	// Get returns a text field. ok is false if it is absent, or unknown.
	Get(f abi.Field, i, j int) (text []byte, ok bool)
	// Num returns a number field. ok is false if it is absent, or unknown.
	Num(f abi.Field, i, j int) (n int64, ok bool)
	// Named returns a value of a family by its name. Credentials are never shown.
	Named(family abi.Name, name []byte) (value []byte, ok bool)
	// Apply makes one edit, after checking it. On any status but abi.OK nothing has changed.
	Apply(e *Edit) abi.Status
}

// Raw is what an Exchange can besides: the bodies as they were sent. Their bytes are valid until the hook returns, and
// mustn't be changed.
type Raw interface {
	// RequestBody is the client's body, unpacked if it came compressed, without what stages changed.
	RequestBody() (body []byte, ok bool)
	// AnswerBody is the provider's whole answer, in the provider's own dialect. ok is false for streams, for answers
	// of stages and of the cache, and where no stage of the request has Info.Raw.
	AnswerBody() (body []byte, ok bool)
}

// Edit is one change of the conversation that a stage asked for.
type Edit struct {
	Op    abi.Edit
	Field abi.Field // FieldNone: Family and Name say what is set
	I, J  int
	// Family and Name are for values set by name.
	Family abi.Name
	Name   []byte
	Value  []byte
}

// Call is one call of one stage for one request. The proxy keeps one and uses it again for each call.
type Call struct {
	Exchange Exchange
	Hook     abi.Hook
	// Args are the hook's parameters, in order.
	Args [3]int32
	// Window and Before are on_delta's texts: FieldDelta and FieldDeltaBefore. New and Final go with them.
	Window, Before []byte
	New            int
	Final          bool
	// Size is how many bytes the call is about: of the request's body, the answer, or both. The budget of the call
	// grows with it.
	Size int
	// Request is the request's id.
	Request []byte
	// Tenant is whose data this is: the cache's and the key-value store's partition.
	Tenant string
	// Deadline is when the request as a whole must end; zero for none. A wait for an instance ends then.
	Deadline time.Time
	// State is the stage's own memory of this request. The stage replaces it; at most abi.MaxState bytes.
	State *[]byte
	// Asker asks models for the stage; nil where none can be asked.
	Asker Asker
	// Counts are the tokens of the request's texts that were counted for any stage, by a hash of the text. Stages
	// make and fill it; the proxy empties it when the request has ended.
	Counts map[uint64]int32

	// What the stage decided. The texts are valid until the next call.
	Verdict abi.Verdict
	Reason  []byte // SlotReason
	Body    []byte // SlotBody
	Model   []byte // SlotModel
	Delta   []byte // SlotDelta, with abi.FlagReplaced
	Tag     []byte // SlotTag
}

// Asker asks models for stages. The proxy implements it, under the configuration that the request runs under.
type Asker interface {
	// Ask sends a question to its model as requests are sent, with targets, retries, breakers and fallbacks, and
	// waits for the answer. It passes no stage and no cache, so that no question leads to another.
	//
	// # Errors
	//
	// A *fault.Error: UnknownModel; UpstreamTimeout after Deadline; ClientGone when the request's client left; what
	// the provider failed by.
	Ask(q *Question) error
}

// Question is what a stage asks a model. Its bytes are only read.
type Question struct {
	Asker          string // who asks, for the access log: "guard.judge"
	Model          string // a model of the configuration
	System, Prompt []byte
	MaxTokens      int
	Deadline       time.Time
	// Text is the answer's text, appended to what is there. Input and Output are its tokens, -1 where the provider didn't
	// say.
	Text          []byte
	Input, Output int64
}

// Info is what a stage is, decided at load.
type Info struct {
	// Name is the stage's name in its pipeline, Plugin the plugin's reference ("guard.pii").
	Name, Plugin string
	Hooks        abi.Set
	Stream       abi.StreamMode
	// Asks says that a stage in buffer mode is shown the begin of a text before the text is collected. What it lets go on then
	// isn't collected, and isn't shown to it any more.
	Asks bool
	// HoldMost is the most bytes the stage ever holds back of a stream, 0 if it never does.
	HoldMost int
	// Pure says that verdicts depend on nothing but request and configuration, so that a cached answer
	// needs no further call.
	Pure bool
	// Raw says that the stage may ask for Exchange's Raw, so that answers are kept as they came.
	Raw bool
	// Policy is a hash over the module and its configuration. Cached answers are kept apart by it.
	Policy [32]byte
}

// Stage is a plugin with its configuration, ready to be called. It is safe for concurrent use.
type Stage interface {
	Info() *Info
	// Call runs c.Hook and leaves the verdict in c. Edits are applied to c.Exchange before it returns, all
	// or none.
	//
	// # Errors
	//
	// A *fault.Error of kind PluginFailed when the plugin trapped, ran out of fuel, time or instances, or
	// returned nonsense, and is configured to deny. Where it is configured to skip, the failure is counted,
	// the verdict is abi.Continue, and the error is nil.
	Call(c *Call) error
}

// Host turns configured plugins into stages. Implementations are safe for concurrent use.
type Host interface {
	// Close drops every plugin after the calls in flight have ended.
	Close() error
}

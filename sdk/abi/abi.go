// Package abi is the contract between yett and its plugins, version 1: names, numbers and layouts.
//
// A plugin is a core WebAssembly module. It exports a marker function named Marker, carries its manifest
// as JSON in a custom section named ManifestSection, and exports the hooks it wants. The host calls only
// what is there. All integers that cross are little-endian i32 or i64; all texts are UTF-8.
//
// The package imports nothing, so that guests may use it too.
package abi

// Names that a loader looks for.
const (
	// Version is the version of this contract.
	Version = 1
	// Marker is the exported function that says "this module speaks version 1". It is never called.
	Marker = "yett_abi_1"
	// ManifestSection is the custom section with the manifest.
	ManifestSection = "yett.manifest"
	// Scratch is an optional export, () -> i64 (pointer<<32 | capacity): a buffer the guest lends for its
	// whole life. Before on_delta the host writes the window there if it fits.
	Scratch = "yett_scratch"
	// Module is the import module of the functions every plugin may use.
	Module = "yett"
)

// Hook is a moment at which a plugin is called.
type Hook uint8

// The hooks. Each is an optional export; "->" names its parameters and result.
const (
	OnInit            Hook = iota // on_init() -> i64: once per instance, after config is readable
	OnRequest                     // on_request() -> i64: the client's request, before a target is chosen
	OnRoute                       // on_route(candidates i32) -> i64: choose among targets
	OnUpstreamRequest             // on_upstream_request() -> i64: after the target was chosen, before sending
	OnResponse                    // on_response() -> i64: a whole answer
	OnDelta                       // on_delta(kind i32, channel i32, length i32) -> i64: a piece of a streamed answer
	OnStreamEnd                   // on_stream_end() -> i64: a streamed answer ended well
	OnToolCall                    // on_tool_call(index i32) -> i64: a whole tool call of the answer
	OnError                       // on_error(kind i32) -> i64: an upstream attempt failed
	OnLog                         // on_log() -> i64: after the answer, off the request's path
	Hooks                         // how many there are
)

var hookNames = [Hooks]string{
	"on_init", "on_request", "on_route", "on_upstream_request", "on_response",
	"on_delta", "on_stream_end", "on_tool_call", "on_error", "on_log",
}

// String is the export's name.
func (h Hook) String() string { return hookNames[h] }

// Set is a set of hooks: bit h is hook h.
type Set uint16

// Has tells whether h is in the set.
func (s Set) Has(h Hook) bool { return s&(1<<h) != 0 }

// With returns the set with h.
func (s Set) With(h Hook) Set { return s | 1<<h }

// Action is what a hook decides.
type Action uint8

// The actions of a verdict. A host treats an action it doesn't know, or one the hook may not return, as a
// failure of the plugin.
const (
	Continue Action = iota // go on; recorded edits are dropped
	Edited                 // go on with the recorded edits
	Block                  // refuse: Code is the HTTP status (0: 403), SlotReason the public reason
	Respond                // answer in the provider's place: SlotBody is the text of the answer
	Reroute                // on_request: SlotModel names the model; on_route: Arg is the candidate's index
	Hold                   // on_delta: release all of the window but the last Arg bytes
	Drop                   // on_delta: release nothing of the window and forget it
	Retry                  // on_error: try again (Arg 0: elsewhere, 1: same target)
	Tag                    // go on; SlotTag is "name=value", kept in the record
	Actions
)

// Verdict is a hook's result: action in bits 56–63, code in bits 40–55, flags in bits 32–39, argument in
// bits 0–31. For example Block with status 451 is 2<<56 | 451<<40 = 0x0201C30000000000.
type Verdict int64

// Pack makes a Verdict.
func Pack(a Action, code uint16, flags uint8, arg uint32) Verdict {
	return Verdict(uint64(a)<<56 | uint64(code)<<40 | uint64(flags)<<32 | uint64(arg))
}

// Action is what was decided.
func (v Verdict) Action() Action { return Action(uint64(v) >> 56) }

// Code is the HTTP status of Block and Respond.
func (v Verdict) Code() uint16 { return uint16(uint64(v) >> 40) }

// Flags are reserved bits; FlagReplaced is the only one of version 1.
func (v Verdict) Flags() uint8 { return uint8(uint64(v) >> 32) }

// Arg is the action's argument.
func (v Verdict) Arg() uint32 { return uint32(uint64(v)) }

// FlagReplaced, on a verdict of on_delta, says that SlotDelta replaces the released part of the window.
const FlagReplaced = 1

// Slot is a text staged for the verdict.
type Slot uint8

// The slots, each at most MaxSlot bytes.
const (
	SlotReason  Slot = iota // why a request is blocked; the client reads it
	SlotBody                // text of the answer for Respond
	SlotModel               // model for Reroute
	SlotDelta               // replacement for the released part of the window
	SlotTag                 // "name=value"
	SlotRelease             // reserved
	Slots
)

// MaxSlot is the most bytes a slot takes.
const MaxSlot = 64 << 10

// Field is something of the conversation that a plugin reads by number.
type Field uint16

// The fields. (i) and (i, j) are indices from 0. "absent" is what get returns as -1 and num as NumAbsent.
const (
	FieldNone Field = iota

	// The call.
	FieldRequestID  // text
	FieldDialect    // text: "openai.chat", "anthropic.messages", ...
	FieldRoute      // text: the route's name
	FieldConsumer   // text; absent if anonymous
	FieldTeam       // text; absent if none
	FieldClientIP   // text
	FieldMethod     // text
	FieldPath       // text
	FieldStream     // number: 1 if the client asked for a stream
	FieldProvider   // text, from on_upstream_request on: "openai.main"
	FieldUpstream   // text, from on_upstream_request on: the provider's own model name
	FieldAttempt    // number, from on_upstream_request on: 1 for the first attempt
	FieldBodyLength // number: bytes of the request body

	// The request.
	FieldModel       // text: what the client asked for; writable in on_request
	FieldMaxTokens   // number; writable
	FieldTemperature // text of the JSON number; writable
	FieldTopP        // text of the JSON number; writable
	FieldChoices     // number: n
	FieldUser        // text: the client's end-user id
	FieldMessages    // number: how many messages, the system prompt included
	FieldRole        // (i) text: "system", "user", "assistant", "tool"
	FieldParts       // (i) number: how many parts message i has
	FieldPartKind    // (i, j) number: PartText, ...
	FieldPartText    // (i, j) text: text, tool call arguments (JSON), tool result text, reasoning; writable
	FieldPartName    // (i, j) text: a tool call's function
	FieldPartID      // (i, j) text: a tool call's or result's id
	FieldTools       // number: how many tools are declared
	FieldToolName    // (i) text
	FieldToolText    // (i) text: description; writable
	FieldToolSchema  // (i) text: JSON schema of the parameters
	FieldSystem      // text: all system text, joined by newlines; writable as a whole, insertable at both ends

	// The answer: choices are messages of the assistant.
	FieldAnswers        // number: how many choices
	FieldAnswerParts    // (i) number
	FieldAnswerPartKind // (i, j) number
	FieldAnswerPartText // (i, j) text; writable in on_response
	FieldAnswerPartName // (i, j) text
	FieldAnswerPartID   // (i, j) text
	FieldFinish         // (i) text: "stop", "length", "tool_calls", "content_filter"
	FieldAnswerModel    // text: the model that answered
	FieldInputTokens    // number; absent until known
	FieldOutputTokens   // number; absent until known
	FieldCachedTokens   // number; absent until known
	FieldReasonTokens   // number; absent until known

	// A piece of a stream, in on_delta.
	FieldDelta       // text: the window: what was held and what is new
	FieldDeltaBefore // text: up to LookBehind bytes before the window, as they came from the provider
	FieldDeltaNew    // number: how many bytes at the window's end are new
	FieldDeltaFinal  // number: 1 if nothing follows in this channel: all must be released

	// Candidates, in on_route.
	FieldCandidates        // number
	FieldCandidateModel    // (i) text: the provider's model
	FieldCandidateProvider // (i) text
	FieldCandidateWeight   // (i) number

	Fields
)

// Name is a family of values read by a name instead of an index.
type Name uint8

// The families.
const (
	NameHeader         Name = iota // a request header, lower case; credentials are never shown
	NameTag                        // a tag of the consumer
	NameParam                      // a top-level member of the request body, as JSON; writable
	NameAnswerHeader               // set only: a header of the answer, prefixed "x-" and not ours
	NameUpstreamHeader             // set only: a header of the upstream request, prefixed "x-"
	Names
)

// Part is the kind of a message's part.
type Part uint8

// The kinds.
const (
	PartText Part = iota
	PartImage
	PartFile
	PartToolCall
	PartToolResult
	PartReasoning
	PartRefusal
	PartOther
)

// Delta kinds are the Part kinds PartText, PartToolCall (arguments), PartReasoning and PartRefusal.
// A channel is choice<<16 | index, where index is the tool call's or content block's own.

// Edit is how a field changes.
type Edit uint8

// The edits.
const (
	Set1    Edit = iota // set: replace field (i, j)
	Prepend             // insert before: text before field (i, j); FieldSystem: before all system text
	Append              // insert after: text after field (i, j); FieldSystem: after all system text
	Insert              // FieldMessages only: a new message before message i; j is the Role number
	Remove              // FieldMessages (i), FieldPartText (i, j)
	Edits
)

// Role numbers for Insert.
const (
	RoleSystem = iota
	RoleUser
	RoleAssistant
)

// Status is what host functions return for failures; 0 and above are lengths or success.
type Status int32

// The statuses.
const (
	OK          Status = 0
	Absent      Status = -1 // there is no such value
	BadField    Status = -2 // this host doesn't know the field, or the hook can't use it
	BadRange    Status = -3 // pointer, length or index out of range
	ReadOnly    Status = -4 // the field can't be edited here
	TooLarge    Status = -5 // a bound of the host
	NotGranted  Status = -6 // a namespace or name outside of the grant
	Invalid     Status = -7 // the value isn't valid for the field: not UTF-8, not JSON
	Unsupported Status = -8 // the dialect can't express the edit
)

// NumAbsent is what num returns for an absent number.
const NumAbsent int64 = -1 << 63

// LookBehind is the most bytes FieldDeltaBefore holds.
const LookBehind = 64

// MaxHold is the most bytes of a channel that a plugin may hold back; more is released.
const MaxHold = 64 << 10

// MaxState is the most bytes of state that a plugin keeps for one request.
const MaxState = 64 << 10

// StreamMode is how a stage takes part in streamed answers.
type StreamMode uint8

// The modes, as the manifest names them: "observe", "transform", "buffer".
const (
	Observe   StreamMode = iota // sees deltas; its edits and holds are a failure
	Transform                   // may hold, replace and drop
	Buffer                      // the whole stream is collected and shown as one answer to on_response
)

var modeNames = [...]string{"observe", "transform", "buffer"}

func (m StreamMode) String() string { return modeNames[m] }

// Package table is the contract between yett and its plugins as data: every name, number, signature and
// bound of ABI version 1, with its meaning.
//
// The constants of package abi, the reference ABI.md and the constants of the SDKs in other languages are
// generated from it, and the host takes its checks from it. Guests import package abi, which doesn't import
// this one.
package table

// Version is the version of the contract.
const Version = 1

// Names that a loader looks for.
const (
	// Marker is the export that says which version a module speaks.
	Marker = "yett_abi_1"
	// ManifestSection is the custom section with the manifest.
	ManifestSection = "yett.manifest"
	// Scratch is the export that lends the host a buffer.
	Scratch = "yett_scratch"
	// HooksExport is the export by which an SDK tells its build tool which hooks an author wrote.
	HooksExport = "yett_hooks"
	// Initialize is the export that a reactor's runtime wants to be called first.
	Initialize = "_initialize"
	// Module is the import module of the functions that every plugin may use. The functions of a capability
	// are in Module + "." + capability.
	Module = "yett"
)

// Entry is one numbered value of the contract. Its number is its position in its list, from 0, unless
// Number says otherwise.
type Entry struct {
	// Name is the Go identifier.
	Name string
	// Text is the name on the wire or in documents: "on_request", "edited"; "" if there is none.
	Text string
	// Number is the value of lists that don't count from 0.
	Number int64
	// Doc is its meaning.
	Doc string
}

// Hook is a moment at which a plugin is called: an optional export.
type Hook struct {
	Entry
	// Params are the names of the parameters, each an i32. The result is an i64, a verdict.
	Params []string
	// Actions are those that a verdict of the hook may have, by name.
	Actions []string
}

// Kind is the type of a field.
type Kind uint8

// The kinds.
const (
	None   Kind = iota // not a field that can be read
	Text               // read with get
	Number             // read with num
)

// Field is something of the conversation that a plugin reads by number.
type Field struct {
	Entry
	Kind Kind
	// Indices is how many indices it takes: 0, 1 or 2.
	Indices int
	// Absent says when there is no value, "" if there always is one.
	Absent string
	// From are the hooks in which it can be read; empty: all but on_init.
	From []string
	// Writable are the hooks in which edits may name it.
	Writable []string
	// Section is the heading it stands under in documents.
	Section string
}

// Func is a function that the host offers.
type Func struct {
	// Capability is the family that has to be granted; "" is for everybody.
	Capability string
	Name       string
	// Params are "name type" pairs, Result is a type: i32, i64 or f64.
	Params []string
	Result string
	// Hooks are those in which it may be called; empty: all.
	Hooks []string
	Doc   string
}

// Module is the import module of the function.
func (f *Func) Module() string {
	if f.Capability == "" {
		return Module
	}
	return Module + "." + f.Capability
}

// Limit is a bound of the contract.
type Limit struct {
	Entry
	Unit string
}

// Names of hooks that lists below use.
const (
	onInit            = "on_init"
	onRequest         = "on_request"
	onRoute           = "on_route"
	onUpstreamRequest = "on_upstream_request"
	onResponse        = "on_response"
	onDelta           = "on_delta"
	onStreamEnd       = "on_stream_end"
	onToolCall        = "on_tool_call"
	onError           = "on_error"
	onLog             = "on_log"
)

// Hooks are the hooks, in the order of their numbers.
var Hooks = []Hook{
	{Entry{Name: "OnInit", Text: onInit, Doc: "once per instance, before any other hook; config is readable. Block refuses the configuration, SlotReason says why. Continue's argument is a set of hooks that this configuration has no use for, bit h for hook h: 0x80 spares the host on_tool_call, 0 nothing. The host needn't call those; bits of hooks that the plugin hasn't mean nothing"}, nil, []string{"Continue", "Block"}},
	{Entry{Name: "OnRequest", Text: onRequest, Doc: "the client's request, before a target is chosen"}, nil, []string{"Continue", "Edited", "Block", "Respond", "Reroute", "Tag"}},
	{Entry{Name: "OnRoute", Text: onRoute, Doc: "choose among targets"}, []string{"candidates"}, []string{"Continue", "Block", "Reroute", "Tag"}},
	{Entry{Name: "OnUpstreamRequest", Text: onUpstreamRequest, Doc: "after the target was chosen, before sending. Fields of the request are those of the body that is sent, in the provider's dialect; edits last for this attempt"}, nil, []string{"Continue", "Edited", "Block", "Tag"}},
	{Entry{Name: "OnResponse", Text: onResponse, Doc: "a whole answer"}, nil, []string{"Continue", "Edited", "Block", "Tag"}},
	{Entry{Name: "OnDelta", Text: onDelta, Doc: "a piece of a streamed answer: the part's kind, its channel and the window's length in bytes"}, []string{"kind", "channel", "length"}, []string{"Continue", "Edited", "Block", "Hold", "Drop", "Tag"}},
	{Entry{Name: "OnStreamEnd", Text: onStreamEnd, Doc: "a streamed answer ended well"}, nil, []string{"Continue", "Block", "Tag"}},
	{Entry{Name: "OnToolCall", Text: onToolCall, Doc: "a whole tool call of the answer, after on_response or the last on_delta of its arguments, by its channel: choice<<16 | part, so 0x00010002 is part 2 of choice 1. Of a streamed answer its fields FieldAnswerPartKind, -Text, -Name and -ID can be read and no other's, and its arguments are sent when the hook has returned"}, []string{"channel"}, []string{"Continue", "Edited", "Block", "Tag"}},
	{Entry{Name: "OnError", Text: onError, Doc: "an upstream attempt failed before a byte of its answer was sent on; the kind is one of the failures. The gateway's bound of attempts holds whatever is advised"}, []string{"kind"}, []string{"Continue", "Retry", "Tag"}},
	{Entry{Name: "OnLog", Text: onLog, Doc: "after the answer, off the request's path. A whole answer can be read; of a streamed one finish, model and tokens. Calls are dropped and counted where too many wait"}, nil, []string{"Continue", "Tag"}},
}

// Actions are what a hook decides.
var Actions = []Entry{
	{Name: "Continue", Text: "continue", Doc: "go on; recorded edits are dropped"},
	{Name: "Edited", Text: "edited", Doc: "go on with the recorded edits"},
	{Name: "Block", Text: "block", Doc: "refuse: the code is the HTTP status, 400 to 599 (0: 403), SlotReason the public reason"},
	{Name: "Respond", Text: "respond", Doc: "answer in the provider's place: SlotBody is the text of the answer, the code its status (0: 200)"},
	{Name: "Reroute", Text: "reroute", Doc: "on_request: SlotModel names the model, recorded edits are kept; on_route: the argument is the candidate's index"},
	{Name: "Hold", Text: "hold", Doc: "on_delta: release all of the window but the last argument bytes; the argument is at most the window's length and MaxHold"},
	{Name: "Drop", Text: "drop", Doc: "on_delta: release nothing of the window and forget it"},
	{Name: "Retry", Text: "retry", Doc: "on_error: try again (argument 0: elsewhere, 1: the same target)"},
	{Name: "Tag", Text: "tag", Doc: "go on, recorded edits are kept; SlotTag is \"name=value\", kept in the record"},
}

// Slots are the texts that can be staged for a verdict.
var Slots = []Entry{
	{Name: "SlotReason", Doc: "why a request is blocked; the client reads it"},
	{Name: "SlotBody", Doc: "text of the answer for Respond"},
	{Name: "SlotModel", Doc: "model for Reroute"},
	{Name: "SlotDelta", Doc: "replacement for the released part of the window"},
	{Name: "SlotTag", Doc: "\"name=value\""},
	{Name: "SlotRelease", Doc: "reserved"},
}

// Parts are the kinds of a message's part.
var Parts = []Entry{
	{Name: "PartText", Text: "text"},
	{Name: "PartImage", Text: "image"},
	{Name: "PartFile", Text: "file"},
	{Name: "PartToolCall", Text: "tool_call", Doc: "its text is the arguments, JSON"},
	{Name: "PartToolResult", Text: "tool_result"},
	{Name: "PartReasoning", Text: "reasoning"},
	{Name: "PartRefusal", Text: "refusal"},
	{Name: "PartOther", Text: "other"},
}

// Names are the families of values read or set by a name.
var Names = []Entry{
	{Name: "NameHeader", Text: "header", Doc: "a request header, lower case; credentials are never shown"},
	{Name: "NameTag", Text: "tag", Doc: "a tag of the consumer"},
	{Name: "NameParam", Text: "param", Doc: "a top-level member of the request body, as JSON; writable in on_request and on_upstream_request"},
	{Name: "NameAnswerHeader", Text: "answer_header", Doc: "set only: a header of the answer, prefixed \"x-\" and not ours"},
	{Name: "NameUpstreamHeader", Text: "upstream_header", Doc: "set only: a header of the upstream request, prefixed \"x-\""},
}

// Edits are how a field changes.
var Edits = []Entry{
	{Name: "Set1", Text: "set", Doc: "replace field (i, j)"},
	{Name: "Prepend", Text: "prepend", Doc: "text before field (i, j); FieldSystem: before all system text"},
	{Name: "Append", Text: "append", Doc: "text after field (i, j); FieldSystem: after all system text"},
	{Name: "Insert", Text: "insert", Doc: "FieldMessages only: a new message before message i; j is the Role number"},
	{Name: "Remove", Text: "remove", Doc: "FieldMessages (i), FieldPartText (i, j)"},
}

// Roles are the role numbers of Insert.
var Roles = []Entry{
	{Name: "RoleSystem", Text: "system"},
	{Name: "RoleUser", Text: "user"},
	{Name: "RoleAssistant", Text: "assistant"},
}

// Statuses are what host functions return for failures; 0 and above are lengths or success.
var Statuses = []Entry{
	{Name: "OK", Number: 0, Doc: "done"},
	{Name: "Absent", Number: -1, Doc: "there is no such value"},
	{Name: "BadField", Number: -2, Doc: "this host doesn't know the field, or the hook can't use it"},
	{Name: "BadRange", Number: -3, Doc: "pointer, length or index out of range"},
	{Name: "ReadOnly", Number: -4, Doc: "the field can't be edited here"},
	{Name: "TooLarge", Number: -5, Doc: "a bound of the host"},
	{Name: "NotGranted", Number: -6, Doc: "a namespace or name outside of the grant"},
	{Name: "Invalid", Number: -7, Doc: "the value isn't valid for the field: not UTF-8, not JSON"},
	{Name: "Unsupported", Number: -8, Doc: "the dialect can't express the edit"},
	{Name: "Mismatch", Number: -9, Doc: "compare-and-set found another value"},
	{Name: "Unavailable", Number: -10, Doc: "a call to the outside failed: no connection, no valid answer"},
	{Name: "TimedOut", Number: -11, Doc: "a call to the outside took longer than it may"},
	{Name: "Exhausted", Number: -12, Doc: "what the grant allows is used up"},
}

// Levels are those of yett.log.
var Levels = []Entry{
	{Name: "LevelDebug", Text: "debug"},
	{Name: "LevelInfo", Text: "info"},
	{Name: "LevelWarn", Text: "warn"},
	{Name: "LevelError", Text: "error"},
}

// Instruments are the kinds of metrics of yett.metrics.
var Instruments = []Entry{
	{Name: "Counter", Text: "counter", Doc: "add; only grows"},
	{Name: "Gauge", Text: "gauge", Doc: "set"},
	{Name: "Histogram", Text: "histogram", Doc: "observe"},
}

// Failures are the kinds that on_error is called with.
var Failures = []Entry{
	{Name: "FailConnect", Text: "connect", Doc: "the upstream could not be reached"},
	{Name: "FailTimeout", Text: "timeout", Doc: "the upstream missed a deadline"},
	{Name: "FailRateLimited", Text: "rate_limited", Doc: "the provider's 429"},
	{Name: "FailServerError", Text: "server_error", Doc: "the provider's 5xx"},
	{Name: "FailContextLength", Text: "context_length", Doc: "the prompt is longer than the model takes"},
	{Name: "FailAuth", Text: "auth", Doc: "the provider refused the gateway's credentials"},
	{Name: "FailInvalid", Text: "invalid_answer", Doc: "an answer that breaks its protocol or was cut"},
	{Name: "FailOther", Text: "other"},
}

// Capabilities are the families of host functions that an operator grants.
var Capabilities = []Entry{
	{Name: "CapLog", Text: "log", Doc: "lines in the gateway's log"},
	{Name: "CapMetrics", Text: "metrics", Doc: "counters, gauges and histograms on the metrics page"},
	{Name: "CapKV", Text: "kv", Doc: "small values kept across requests, by namespace and tenant"},
	{Name: "CapHTTP", Text: "http", Doc: "calls to listed hosts"},
	{Name: "CapCache", Text: "cache", Doc: "answers kept for later"},
	{Name: "CapSecret", Text: "secret", Doc: "secrets attached to outgoing headers, never shown"},
	{Name: "CapScan", Text: "scan", Doc: "regular expressions run by the host in linear time"},
	{Name: "CapTokens", Text: "tokens", Doc: "how many tokens a text has"},
	{Name: "CapTime", Text: "time", Doc: "the wall clock"},
	{Name: "CapRandom", Text: "random", Doc: "random bytes"},
	{Name: "CapBody", Text: "body", Doc: "raw bytes of request and answer"},
	{Name: "CapLLM", Text: "llm", Doc: "questions to a configured model"},
}

// Limits are bounds of the contract.
var Limits = []Limit{
	{Entry{Name: "MaxSlot", Number: 64 << 10, Doc: "the most that a slot takes; SlotDelta takes MaxGrowth times the window more"}, "bytes"},
	{Entry{Name: "MaxGrowth", Number: 16, Doc: "how many times the window's length SlotDelta takes above MaxSlot: a window of 1000 bytes may be replaced by 81536"}, "times"},
	{Entry{Name: "LookBehind", Number: 64, Doc: "the most that FieldDeltaBefore holds"}, "bytes"},
	{Entry{Name: "MaxHold", Number: 64 << 10, Doc: "the most of a channel that a plugin may hold back"}, "bytes"},
	{Entry{Name: "MaxState", Number: 64 << 10, Doc: "the most state that a plugin keeps for one request"}, "bytes"},
	{Entry{Name: "MaxEdits", Number: 1024, Doc: "the most edits of one call"}, "edits"},
	{Entry{Name: "MaxEditBytes", Number: 8 << 20, Doc: "the most that the edits of one call hold together"}, "bytes"},
	{Entry{Name: "MaxName", Number: 256, Doc: "the longest name of a header, parameter, metric or namespace"}, "bytes"},
	{Entry{Name: "MaxLogLines", Number: 64, Doc: "the most lines that a stage logs for one request; more are counted and dropped"}, "lines"},
	{Entry{Name: "MaxLogBytes", Number: 16 << 10, Doc: "the most that a stage logs for one request"}, "bytes"},
	{Entry{Name: "MaxMetrics", Number: 64, Doc: "the most metrics of one plugin"}, "metrics"},
	{Entry{Name: "MaxKey", Number: 512, Doc: "the longest key of yett.kv"}, "bytes"},
	{Entry{Name: "MaxValue", Number: 64 << 10, Doc: "the longest value of yett.kv"}, "bytes"},
	{Entry{Name: "MaxSets", Number: 16, Doc: "the most pattern sets of one stage"}, "sets"},
	{Entry{Name: "MaxPatterns", Number: 1024, Doc: "the most patterns of one set"}, "patterns"},
	{Entry{Name: "MaxPatternBytes", Number: 64 << 10, Doc: "the longest list of patterns that makes a set"}, "bytes"},
	{Entry{Name: "MaxHits", Number: 64 << 10, Doc: "the most hits of one call of yett.scan"}, "hits"},
	{Entry{Name: "MaxCached", Number: 1 << 20, Doc: "the longest value of yett.cache"}, "bytes"},
	{Entry{Name: "MaxCounted", Number: 1 << 20, Doc: "the longest text of which yett.tokens counts the tokens"}, "bytes"},
	{Entry{Name: "MaxHeaders", Number: 16 << 10, Doc: "the longest list of headers of an http call"}, "bytes"},
}

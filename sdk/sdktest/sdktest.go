// Package sdktest runs a plugin natively, so that go test needs no WebAssembly:
//
//	func TestShout(t *testing.T) {
//		h := sdktest.New(t, shout{}, `{"loud": true}`)
//		c := sdktest.NewConversation(sdktest.User("hello"))
//		got := h.Request(c)
//		// got.Action, got.Reason, c.Messages[0].Text(), …
//	}
//
// It stands in for the host as ABI.md says, bounds and read-only fields included. It is not the host: fuel, memory and
// dialects aren't there, so "yett plugin build" and a run of the gateway come after it.
package sdktest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/abi/table"
	"github.com/yett-gateway/yett/sdk/pattern"
)

// Host calls one plugin. Its methods may be called by several goroutines, and take turns.
type Host struct {
	t      testing.TB
	call   func(abi.Hook, [3]int32) sdk.Verdict
	hooks  abi.Set
	config string
	// Now is what package clock tells. Default: 2024-01-01 UTC.
	Now func() time.Time
	// Tenant is whose values packages kv and cache see. Default "".
	Tenant string
	// HTTP answers calls of package httpcall. nil: they fail with sdk.ErrUnavailable.
	HTTP func(Call) Reply
	// Calls are the calls that were made, in order.
	Calls []Call
	// Secrets are what package secret may attach: values by name.
	Secrets map[string]string
	// Tokens is how package tokens counts. The default is a stand-in for the models' encodings: a token for every four
	// bytes that a text begins.
	Tokens func(text string) int
	// LLM answers what package llm asks. nil: every question fails with sdk.ErrUnavailable. An error is sdk.ErrTimedOut or
	// another of package sdk's; any other is sdk.ErrUnavailable.
	LLM func(model, system, prompt string) (string, error)
	// Lines are what was logged, each "level: text".
	Lines []string
	// Metrics are the plugin's metrics by name: value, or sum of what was observed.
	Metrics map[string]float64

	current *run
	ids     []string
	values  map[string]string
	cached  map[string]string
	sets    []*pattern.Set
	scratch pattern.Scratch
	scanErr string
}

// Result is what a hook decided.
type Result struct {
	Action abi.Action
	Status int    // of Block and Respond; 0 if the plugin left it open
	Reason string // of Block
	Body   string // of Respond
	Model  string // of Reroute in a request
	Tag    string // of Tag
	Choice int    // of Reroute among candidates
	Same   bool   // of Retry
	hold   int
	delta  *string
	spared abi.Set // of OnInit
}

// one makes sure that one plugin runs at a time: the SDK serves one, as a module does.
var one sync.Mutex

// New makes a host for a plugin and calls its Init with a configuration, "" for {}. It fails the test if Init refuses.
func New(t testing.TB, plugin any, config string) *Host {
	t.Helper()
	h, err := Try(t, plugin, config)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// Try is New for configurations that should be refused.
func Try(t testing.TB, plugin any, config string) (*Host, error) {
	if config == "" {
		config = "{}"
	}
	h := &Host{t: t, config: config, Metrics: map[string]float64{}, values: map[string]string{}, cached: map[string]string{}}
	h.hooks = hooksOf(plugin)
	h.call = func(hook abi.Hook, args [3]int32) sdk.Verdict { return sdk.Native(plugin, h.current)(hook, args) }
	got := h.run(&run{h: h, hook: abi.OnInit}, [3]int32{})
	if got.Action == abi.Block {
		return nil, fmt.Errorf("the plugin refuses its configuration: %s", got.Reason)
	}
	h.hooks = h.hooks.Without(got.spared)
	return h, nil
}

// hooksOf are a plugin's hooks. It panics if there are none.
func hooksOf(plugin any) abi.Set {
	one.Lock()
	defer one.Unlock()
	return sdk.NativeHooks(plugin)
}

// Hooks are the hooks that the plugin has and doesn't spare.
func (h *Host) Hooks() abi.Set { return h.hooks }

// Request calls OnRequest.
func (h *Host) Request(c *Conversation) Result { return h.hook(c, abi.OnRequest, 0) }

// Route calls OnRoute with c.Candidates.
func (h *Host) Route(c *Conversation) Result {
	return h.hook(c, abi.OnRoute, int32(len(c.Candidates)))
}

// UpstreamRequest calls OnUpstreamRequest.
func (h *Host) UpstreamRequest(c *Conversation) Result { return h.hook(c, abi.OnUpstreamRequest, 0) }

// Response calls OnResponse with c.Answers.
func (h *Host) Response(c *Conversation) Result { return h.hook(c, abi.OnResponse, 0) }

// StreamEnd calls OnStreamEnd.
func (h *Host) StreamEnd(c *Conversation) Result { return h.hook(c, abi.OnStreamEnd, 0) }

// ToolCall calls OnToolCall with part j of c.Answers[i], which is a tool call.
func (h *Host) ToolCall(c *Conversation, i, j int) Result {
	return h.hook(c, abi.OnToolCall, int32(i)<<16|int32(j))
}

// Error calls OnError.
func (h *Host) Error(c *Conversation, kind abi.Failure) Result {
	return h.hook(c, abi.OnError, int32(kind))
}

// Log calls OnLog.
func (h *Host) Log(c *Conversation) Result { return h.hook(c, abi.OnLog, 0) }

func (h *Host) hook(c *Conversation, hook abi.Hook, arg int32) Result {
	h.t.Helper()
	return h.run(&run{h: h, c: c, hook: hook}, [3]int32{arg})
}

// Stream is a channel of a streamed answer: see Host.Stream.
type Stream struct {
	h       *Host
	c       *Conversation
	kind    abi.Part
	channel int
	window  string
	before  string
}

// Stream opens a channel of c's answer.
func (h *Host) Stream(c *Conversation, kind abi.Part, channel int) *Stream {
	return &Stream{h: h, c: c, kind: kind, channel: channel}
}

// Send shows a piece to OnDelta, and returns what it releases.
func (s *Stream) Send(piece string) (released string, r Result) { return s.step(piece, false) }

// End shows what is still held for the last time, and returns what is released.
func (s *Stream) End() (released string, r Result) {
	if s.window == "" {
		return "", Result{}
	}
	return s.step("", true)
}

// SendAll sends pieces, ends the channel, and returns all that was released. It stops where the plugin blocks.
func (s *Stream) SendAll(pieces ...string) (released string, last Result) {
	for n, p := range pieces {
		out, r := s.step(p, n == len(pieces)-1)
		released += out
		if last = r; r.Action == abi.Block {
			return released, r
		}
	}
	return released, last
}

func (s *Stream) step(piece string, final bool) (string, Result) {
	s.h.t.Helper()
	s.window += piece
	r := &run{h: s.h, c: s.c, hook: abi.OnDelta, window: s.window, before: s.before, fresh: len(piece), final: final}
	got := s.h.run(r, [3]int32{int32(s.kind), int32(s.channel), int32(len(s.window))})
	if got.Action == abi.Block {
		return "", got
	}
	hold := got.hold
	if final {
		hold = 0
	}
	cut := len(s.window) - hold
	for cut > 0 && cut < len(s.window) && !utf8.RuneStart(s.window[cut]) {
		cut--
	}
	out := s.window[:cut]
	s.before += out
	if extra := len(s.before) - abi.LookBehind; extra > 0 {
		for extra < len(s.before) && !utf8.RuneStart(s.before[extra]) {
			extra++
		}
		s.before = s.before[extra:]
	}
	s.window = s.window[cut:]
	switch {
	case got.Action == abi.Drop:
		s.window = ""
		return "", got
	case got.delta != nil:
		return *got.delta, got
	}
	return out, got
}

// run calls a hook and makes its edits.
func (h *Host) run(r *run, args [3]int32) Result {
	h.t.Helper()
	if !h.hooks.Has(r.hook) {
		return Result{}
	}
	one.Lock()
	defer one.Unlock()
	h.current = r
	v := h.call(r.hook, args)
	got := r.result(v)
	if a := v.Action(); a == abi.Edited || a == abi.Reroute || a == abi.Tag {
		slices.SortFunc(r.edits, order)
		for _, e := range r.edits {
			if s := e.make(r.c); s != abi.OK {
				h.t.Fatalf("an edit of %s in %s can't be made: %s", e.what(), r.hook, s)
			}
		}
	}
	return got
}

// result checks a verdict as the host does, and unpacks it.
func (r *run) result(v sdk.Verdict) Result {
	r.h.t.Helper()
	a := v.Action()
	if a >= abi.Actions {
		r.h.t.Fatalf("%s returned %#x, which has no known action", r.hook, uint64(v))
	}
	allowed := false
	for _, name := range table.Hooks[r.hook].Actions {
		allowed = allowed || strings.EqualFold(name, a.String())
	}
	if !allowed {
		r.h.t.Fatalf("%s may not return %s", r.hook, a)
	}
	if a == abi.Hold && int(v.Arg()) > len(r.window) {
		r.h.t.Fatalf("%s holds %d bytes of a window of %d", r.hook, v.Arg(), len(r.window))
	}
	got := Result{Action: a, Status: int(v.Code())}
	switch a {
	case abi.Continue:
		got.spared = abi.Set(v.Arg())
	case abi.Block:
		got.Reason = r.slots[abi.SlotReason]
	case abi.Respond:
		got.Body = r.slots[abi.SlotBody]
	case abi.Reroute:
		got.Model, got.Choice = r.slots[abi.SlotModel], int(v.Arg())
	case abi.Tag:
		got.Tag = r.slots[abi.SlotTag]
	case abi.Hold:
		got.hold = int(v.Arg())
	case abi.Retry:
		got.Same = v.Arg() == 1
	}
	if v.Flags()&abi.FlagReplaced != 0 {
		s := r.slots[abi.SlotDelta]
		got.delta = &s
	}
	return got
}

package builtin

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/plugins/host"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/sdktest"
)

// rig calls a bundled plugin in the real host, as sdktest.Host does natively. State is kept for each conversation.
type rig struct {
	t     testing.TB
	stage *host.Stage
	calls map[*sdktest.Conversation]*hook.Call
}

// decided is what a hook decided.
type decided struct {
	Action             abi.Action
	Status, Choice     int
	Reason, Tag, Model string
}

func newRig(t testing.TB, kind, name, config string) *rig {
	return &rig{t, patient(t, kind, name, config), map[*sdktest.Conversation]*hook.Call{}}
}

// in is the rig for another test, such as one input of a fuzz test.
func (r *rig) in(t testing.TB) *rig { return &rig{t, r.stage, map[*sdktest.Conversation]*hook.Call{}} }

// refusal is why a plugin refuses a configuration, nil if it doesn't.
func refusal(t testing.TB, kind, name, config string) error {
	h, err := host.New(context.Background(), host.Options{Modules: modules(t), CacheDir: cacheDir(t)})
	require.NoError(t, err)
	defer func() { require.NoError(t, h.Close()) }()
	p, err := h.Load(context.Background(), &spec.Plugin{Kind: kind, Name: name, Limit: spec.DefaultPluginLimit, Grant: spec.Grant{Scan: true, Tokens: true}})
	require.NoError(t, err)
	defer p.Close()
	s, err := p.Stage(context.Background(), name, []byte(config))
	if err == nil {
		s.Close()
	}
	return err
}

func (r *rig) call(c *sdktest.Conversation) *hook.Call {
	if r.calls[c] == nil {
		r.calls[c] = newCall(c)
	}
	return r.calls[c]
}

func (r *rig) hook(c *sdktest.Conversation, h abi.Hook, arg int) decided {
	call := r.call(c)
	call.Hook, call.Args = h, [3]int32{int32(arg)}
	require.NoError(r.t, r.stage.Call(call))
	return decide(call)
}

// decide reads a verdict. Texts that it doesn't use are those of an earlier call.
func decide(c *hook.Call) decided {
	d := decided{Action: c.Verdict.Action()}
	switch d.Action {
	case abi.Block:
		d.Status, d.Reason = int(c.Verdict.Code()), string(c.Reason)
	case abi.Tag:
		d.Tag = string(c.Tag)
	case abi.Reroute:
		d.Choice, d.Model = int(c.Verdict.Arg()), string(c.Model)
	}
	return d
}

func (r *rig) Request(c *sdktest.Conversation) decided   { return r.hook(c, abi.OnRequest, 0) }
func (r *rig) Response(c *sdktest.Conversation) decided  { return r.hook(c, abi.OnResponse, 0) }
func (r *rig) StreamEnd(c *sdktest.Conversation) decided { return r.hook(c, abi.OnStreamEnd, 0) }

func (r *rig) Route(c *sdktest.Conversation) decided {
	return r.hook(c, abi.OnRoute, len(c.Candidates))
}

func (r *rig) ToolCall(c *sdktest.Conversation, i, j int) decided {
	return r.hook(c, abi.OnToolCall, i<<16|j)
}

// Stream opens a channel of c's answer.
func (r *rig) Stream(c *sdktest.Conversation, kind abi.Part, number int32) *stream {
	return &stream{r.t, &channel{s: r.stage, c: r.call(c), kind: kind, number: number}}
}

// stream is a channel of a streamed answer.
type stream struct {
	t  testing.TB
	ch *channel
}

// Send shows a piece, and returns what is released.
func (s *stream) Send(piece string) (string, decided) { return s.step(piece, false) }

// End shows what is still held for the last time.
func (s *stream) End() (string, decided) { return s.step("", true) }

// SendAll sends pieces, the last one as the channel's end. It stops where the plugin blocks.
func (s *stream) SendAll(pieces ...string) (out string, d decided) {
	for n, piece := range pieces {
		var released string
		released, d = s.step(piece, n == len(pieces)-1)
		if out += released; d.Action == abi.Block {
			break
		}
	}
	return out, d
}

func (s *stream) step(piece string, final bool) (string, decided) {
	released, _ := s.ch.send(s.t, piece, final)
	return released, decide(s.ch.c)
}

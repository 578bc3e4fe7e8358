package sdk

import (
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/config"
	"github.com/yett-gateway/yett/sdk/internal/host"
)

// The hooks. A plugin implements those it wants, at least one. Each is called with nothing else running in the
// instance, and must return; a goroutine that it starts doesn't run after it has returned.
type (
	// Initer is called once per instance, before anything else. An error refuses the configuration, and the
	// gateway doesn't start, or goes on with the configuration it has; its text is shown with the line.
	Initer interface {
		Init(c config.Value) error
	}
	// Sparer tells, after Init, which hooks the configuration has no use for, so that requests don't wait for them and
	// streams aren't held back: abi.Set(0).With(abi.OnToolCall). The host needn't call those.
	Sparer interface{ Spare() abi.Set }
	// Requester sees the client's request before a target is chosen.
	Requester interface{ OnRequest(r Request) Verdict }
	// Router chooses among targets: Choose(i), or Continue for the order they have.
	Router interface {
		OnRoute(r Request, candidates []Candidate) Verdict
	}
	// UpstreamRequester sees the request after a target was chosen.
	UpstreamRequester interface {
		OnUpstreamRequest(r Request) Verdict
	}
	// Responder sees a whole answer.
	Responder interface{ OnResponse(r Response) Verdict }
	// Deltaer sees a streamed answer piece by piece. A whole answer is shown to it as well, as one piece for each
	// text, if it isn't a Responder.
	Deltaer interface{ OnDelta(d Delta) Verdict }
	// StreamEnder is called when a streamed answer has ended well.
	StreamEnder interface{ OnStreamEnd(r Response) Verdict }
	// ToolCaller sees each tool call of an answer once it is whole. Of a streamed answer the call's name, id and
	// arguments are all that can be read of the answer, and the arguments are kept from the client until then.
	ToolCaller interface {
		OnToolCall(r Response, call Part) Verdict
	}
	// ErrorHandler advises after an upstream attempt failed: Retry, or Continue.
	ErrorHandler interface {
		OnError(c Call, kind abi.Failure) Verdict
	}
	// Logger is called after the answer, off the request's path.
	Logger interface{ OnLog(r Response) Verdict }
)

// plugin is what Run was given, with its hooks found once.
var plugin struct {
	hooks       abi.Set
	init        Initer
	spare       Sparer
	request     Requester
	route       Router
	upstream    UpstreamRequester
	response    Responder
	delta       Deltaer
	streamEnd   StreamEnder
	toolCall    ToolCaller
	onError     ErrorHandler
	log         Logger
	candidates  []Candidate
	initialized any
}

// Run makes p the plugin of this module. It is called once, in an init function, and panics if p has no hook:
// a method with a misspelt name or another signature would never be called.
func Run(p any) {
	if plugin.initialized != nil {
		panic("sdk: Run is called once")
	}
	register(p)
}

// register finds p's hooks.
func register(p any) {
	plugin.initialized = p
	plugin.hooks = abi.Set(0).With(abi.OnInit)
	has := func(h abi.Hook, ok bool) {
		if ok {
			plugin.hooks = plugin.hooks.With(h)
		}
	}
	var ok bool
	plugin.init, _ = p.(Initer)
	plugin.spare, _ = p.(Sparer)
	plugin.request, ok = p.(Requester)
	has(abi.OnRequest, ok)
	plugin.route, ok = p.(Router)
	has(abi.OnRoute, ok)
	plugin.upstream, ok = p.(UpstreamRequester)
	has(abi.OnUpstreamRequest, ok)
	plugin.response, ok = p.(Responder)
	has(abi.OnResponse, ok)
	plugin.delta, ok = p.(Deltaer)
	has(abi.OnDelta, ok)
	plugin.streamEnd, ok = p.(StreamEnder)
	has(abi.OnStreamEnd, ok)
	plugin.toolCall, ok = p.(ToolCaller)
	has(abi.OnToolCall, ok)
	plugin.onError, ok = p.(ErrorHandler)
	has(abi.OnError, ok)
	plugin.log, ok = p.(Logger)
	has(abi.OnLog, ok)
	if plugin.hooks == abi.Set(0).With(abi.OnInit) {
		panic("sdk: the plugin has no hook; its methods must have the signatures of the interfaces of package sdk")
	}
}

// hooks is the set of hooks that the plugin has.
func hooks() abi.Set { return plugin.hooks }

// call runs a hook. args are the parameters that the host gave.
func call(h abi.Hook, args [3]int32) Verdict {
	edited = false
	v := dispatch(h, args)
	if v == Continue && edited {
		return abi.Pack(abi.Edited, 0, 0, 0)
	}
	return v
}

func dispatch(h abi.Hook, args [3]int32) Verdict {
	switch h {
	case abi.OnInit:
		return initialize()
	case abi.OnRequest:
		if plugin.request != nil {
			return plugin.request.OnRequest(Request{})
		}
	case abi.OnRoute:
		if plugin.route != nil {
			return plugin.route.OnRoute(Request{}, candidates(int(args[0])))
		}
	case abi.OnUpstreamRequest:
		if plugin.upstream != nil {
			return plugin.upstream.OnUpstreamRequest(Request{})
		}
	case abi.OnResponse:
		if plugin.response != nil {
			return plugin.response.OnResponse(Response{})
		}
	case abi.OnDelta:
		if plugin.delta != nil {
			return plugin.delta.OnDelta(Delta{kind: abi.Part(args[0]), channel: args[1], length: args[2]})
		}
	case abi.OnStreamEnd:
		if plugin.streamEnd != nil {
			return plugin.streamEnd.OnStreamEnd(Response{})
		}
	case abi.OnToolCall:
		if plugin.toolCall != nil {
			return plugin.toolCall.OnToolCall(Response{}, Part{int32(uint32(args[0]) >> 16), args[0] & 0xffff, true})
		}
	case abi.OnError:
		if plugin.onError != nil {
			return plugin.onError.OnError(Call{}, abi.Failure(args[0]))
		}
	case abi.OnLog:
		if plugin.log != nil {
			return plugin.log.OnLog(Response{})
		}
	}
	return Continue
}

// initialize reads the configuration and hands it to the plugin.
func initialize() Verdict {
	if plugin.init != nil {
		text := appendRead(nil, func(buf []byte) int32 { return host.Config(buf) })
		c, err := config.Parse(text)
		if err == nil {
			err = plugin.init.Init(c)
		}
		if err != nil {
			return Block(0, err.Error())
		}
	}
	if plugin.spare != nil {
		return abi.Pack(abi.Continue, 0, 0, uint32(plugin.spare.Spare()))
	}
	return Continue
}

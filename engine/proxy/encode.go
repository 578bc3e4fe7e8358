package proxy

import (
	"bytes"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/provider"
	"github.com/yett-gateway/yett/engine/route"
	"github.com/yett-gateway/yett/engine/upstream"
)

// forwarded are the client's fields that go upstream as they are. Everything else stays here: a request
// is built anew, so that nothing hop-by-hop and no credential can slip through.
var forwarded = [...]struct {
	name    string
	field   []byte     // name in the form that fasthttp keeps it in
	dialect dialect.ID // only between equal dialects of this kind; None: always
	varies  bool       // may change the answer
}{
	{"anthropic-version", []byte("Anthropic-Version"), dialect.AnthropicMessages, true},
	{"anthropic-beta", []byte("Anthropic-Beta"), dialect.AnthropicMessages, true},
	{"openai-beta", []byte("Openai-Beta"), dialect.OpenAIChat, true},
	{"openai-organization", []byte("Openai-Organization"), dialect.OpenAIChat, false},
	{"openai-project", []byte("Openai-Project"), dialect.OpenAIChat, false},
	{"idempotency-key", []byte("Idempotency-Key"), dialect.None, false},
	{"traceparent", []byte("Traceparent"), dialect.None, false},
	{"tracestate", []byte("Tracestate"), dialect.None, false},
}

// encode builds the upstream request: the client's body with the spans that must change, or its
// translation; the path and fields from typed parts.
func (r *request) encode(p *provider.Provider, t *route.Target) *fault.Error {
	id := p.Speaks(r.client.ID())
	r.out = r.p.Dialects.Of(id)
	r.upstreamModel = t.AppendModel(r.upstreamModel[:0], r.head.ModelName)
	r.aim = dialect.Target{Model: textOf(r.upstreamModel), MaxTokens: int64(t.Spec.MaxTokens)}
	body, e := r.encodeBody(id, &r.aim)
	if e != nil {
		return e
	}
	r.path = p.AppendPath(r.path[:0], id)
	if q := r.query(); len(q) > 0 && id == r.client.ID() && id != dialect.OpenAIChat {
		r.path = append(append(r.path, '?'), q...)
	}
	if body, e = r.upstreamStages(body); e != nil {
		return e
	}
	if e := r.encodeFields(p, id); e != nil {
		return e
	}
	r.upstream = upstream.Request{Method: "POST", Path: r.path, Fields: r.fields, Body: body, Stream: r.head.Stream, Deadlines: r.within(p.Deadlines(r.head.Stream))}
	return nil
}

func (r *request) encodeBody(id dialect.ID, target *dialect.Target) ([]byte, *fault.Error) {
	if id != r.client.ID() {
		if !r.translator.Reset(r.p.Dialects, r.client.ID(), id) {
			return nil, fault.New(fault.Internal, "there is no translation between "+r.client.ID().String()+" and "+id.String())
		}
		var e *fault.Error
		r.encoded, e = r.translator.Request(r.encoded[:0], r.body, &r.head, target)
		return r.encoded, e
	}
	r.edits.Reset()
	head := &r.head
	if r.rerouted { // the body has the client's name still, and Forward leaves a name that is the target's
		said := r.head
		said.ModelName = nil
		head = &said
	}
	r.client.Forward(&r.edits, r.body, head, target)
	if r.edits.Len() == 0 {
		return r.body, nil
	}
	var ok bool
	if r.encoded, ok = r.edits.Apply(r.encoded[:0], r.body); !ok {
		return nil, fault.New(fault.Internal, "the gateway could not rewrite this request")
	}
	return r.encoded, nil
}

// encodeFields writes the upstream request's fields.
func (r *request) encodeFields(p *provider.Provider, id dialect.ID) *fault.Error {
	f := append(r.fields[:0], "Content-Type: application/json\r\n"...)
	if r.head.Stream {
		f = append(f, "Accept: text/event-stream\r\n"...)
	} else {
		f = append(f, "Accept: application/json\r\n"...)
	}
	f = append(f, "User-Agent: yett\r\n"...)
	f = p.AppendFields(f)
	f = append(f, r.headers.upstream...)
	same := family(id) == family(r.client.ID())
	var err error
	for _, fw := range forwarded {
		if fw.dialect != dialect.None && (!same || fw.dialect != family(id)) {
			continue
		}
		if v := r.clientField(fw.field); len(v) > 0 {
			if f, err = upstream.AppendField(f, fw.name, textOf(v)); err != nil {
				return fault.Wrap(fault.BadRequest, "the header "+fw.name+" has a value that can't be sent on", err)
			}
		}
	}
	for _, d := range p.Defaults(id) {
		if !same || r.outer != nil || len(r.ctx.Request.Header.Peek(d.Name)) == 0 {
			f, _ = upstream.AppendField(f, d.Name, d.Value)
		}
	}
	r.fields = f
	return nil
}

// clientField is field, and nil for a question, which has no client.
func (r *request) clientField(name []byte) []byte {
	if r.outer != nil {
		return nil
	}
	return r.field(name)
}

// query is that of the client's URL.
func (r *request) query() []byte {
	if r.outer != nil {
		return nil
	}
	return r.ctx.URI().QueryString()
}

// family is the vendor's main dialect, whose header fields its other endpoints share.
func family(id dialect.ID) dialect.ID {
	switch id {
	case dialect.OpenAIEmbeddings:
		return dialect.OpenAIChat
	case dialect.AnthropicCount:
		return dialect.AnthropicMessages
	}
	return id
}

// isEvents tells whether a content type is an event stream.
func isEvents(contentType []byte) bool { return bytes.HasPrefix(contentType, bytesOf(contentEvents)) }

package proxy

import (
	"bytes"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/edge"
	"github.com/yett-gateway/yett/engine/fault"
)

// endpoint is what a path asks for.
type endpoint uint8

const (
	nowhere endpoint = iota
	chat
	embeddings
	messages
	countTokens
	models  // GET /v1/models
	model   // GET /v1/models/{id}
	raw     // /{provider}/...
	hello   // GET or HEAD /
	unknown // a path below /v1 that isn't served
)

// direct tells that the endpoint has no pipeline: it is answered here or passed through.
func (e endpoint) direct() bool { return e >= models }

var endpointDialect = [...]dialect.ID{
	chat: dialect.OpenAIChat, embeddings: dialect.OpenAIEmbeddings,
	messages: dialect.AnthropicMessages, countTokens: dialect.AnthropicCount,
	unknown: dialect.None,
}

var (
	prefixV1         = []byte("/v1")
	prefixDeployment = []byte("/openai/deployments/")
	prefixModels     = []byte("/models/")
)

// open finds the endpoint and takes the table.
func (r *request) open() *fault.Error {
	path := r.ctx.URI().PathOriginal()
	r.endpoint, r.rest = endpointOf(path)
	r.t = r.p.hold()
	if r.t == nil {
		return fault.New(fault.Overloaded, "the gateway has no configuration yet")
	}
	if r.last() {
		r.ctx.SetConnectionClose()
	}
	if id := endpointDialect[r.endpoint]; id != dialect.None {
		r.client = r.p.Dialects.Of(id)
		if !r.ctx.IsPost() {
			return r.wrongMethod("POST")
		}
		return nil
	}
	switch r.endpoint {
	case models, model, hello:
		if !r.ctx.IsGet() && !r.ctx.IsHead() {
			return r.wrongMethod("GET")
		}
	case raw:
		return nil
	case unknown:
		return fault.New(fault.NotFound, "this gateway doesn't serve "+clip(path)+"; it serves /v1/chat/completions, /v1/embeddings, /v1/messages, /v1/messages/count_tokens and /v1/models, and a provider's own API below /{provider}/")
	}
	return nil
}

// last tells that the connection ends with this answer: the gateway or its listener drains.
func (r *request) last() bool {
	if r.p.draining.Load() {
		return true
	}
	c := edge.FromConn(r.ctx.Conn())
	return c != nil && c.Last()
}

func (r *request) wrongMethod(allow string) *fault.Error {
	r.ctx.Response.Header.Set("Allow", allow)
	return fault.New(fault.MethodNotAllowed, "use "+allow+" for "+clip(r.ctx.URI().PathOriginal()))
}

// endpointOf maps a path, with or without /v1, to its endpoint. rest is the model's name for model, and
// the whole path for raw.
func endpointOf(path []byte) (e endpoint, rest []byte) {
	p := path
	if bytes.HasPrefix(p, prefixDeployment) { // Azure's client; its model is in the body too
		if i := bytes.IndexByte(p[len(prefixDeployment):], '/'); i > 0 {
			p = p[len(prefixDeployment)+i:]
		}
	}
	versioned := bytes.HasPrefix(p, prefixV1) && (len(p) == len(prefixV1) || p[len(prefixV1)] == '/')
	if versioned {
		p = p[len(prefixV1):]
	}
	switch string(p) {
	case "/chat/completions":
		return chat, nil
	case "/embeddings":
		return embeddings, nil
	case "/messages":
		return messages, nil
	case "/messages/count_tokens":
		return countTokens, nil
	case "/models":
		return models, nil
	case "", "/":
		if !versioned {
			return hello, nil
		}
		return unknown, nil
	}
	if bytes.HasPrefix(p, prefixModels) {
		return model, p[len(prefixModels):]
	}
	if versioned {
		return unknown, nil
	}
	return raw, path
}

// clip bounds client bytes that go into a message.
func clip(b []byte) string {
	const most = 120
	if len(b) > most {
		return string(b[:most]) + "…"
	}
	return string(b)
}

package mock

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// dialect is an API's way to write answers.
type dialect interface {
	// fields appends the head's fields besides framing and type.
	fields(dst []byte, id string) []byte
	// failure appends an error's body.
	failure(dst []byte, f *failure, id string) []byte
	// whole appends an answer's body.
	whole(dst []byte, out *answer, a *ask, p *plan) []byte
	// open, piece, tail and failed write a stream's events.
	open(e *events, out *answer, a *ask)
	piece(e *events, out *answer, a *ask, ps piece)
	tail(e *events, out *answer, a *ask, p *plan)
	failed(e *events, f *failure)
	// callPrefix begins the ids of calls.
	callPrefix() string
}

// respond answers c.req and tells whether the connection may be used again.
func (c *conn) respond() (keep bool) {
	c.drip = 0
	c.out = c.out[:0]
	r := &c.req
	path := r.route()
	var d dialect = openAI{}
	if len(r.version) > 0 || bytes.HasSuffix(path, []byte("/messages")) || bytes.HasSuffix(path, []byte("/count_tokens")) {
		d = anthropic{}
	}
	if string(path) == "/" || bytes.HasSuffix(path, []byte("/echo")) {
		return c.plain(path)
	}
	if f := c.admit(d); f != nil {
		return c.fail(d, f, &sound)
	}
	switch {
	case bytes.HasSuffix(path, []byte("/chat/completions")):
		return c.post(d, func() bool { return c.converse(d, askOpenAI) })
	case bytes.HasSuffix(path, []byte("/messages")):
		return c.post(d, func() bool {
			return c.converse(d, func(doc *document) (*ask, *failure) { return askAnthropic(doc, false) })
		})
	case bytes.HasSuffix(path, []byte("/messages/count_tokens")):
		return c.post(d, func() bool { return c.countTokens(d) })
	case bytes.HasSuffix(path, []byte("/embeddings")):
		return c.post(d, func() bool { return c.embed(d) })
	case bytes.HasSuffix(path, []byte("/models")), bytes.Contains(path, []byte("/models/")):
		if string(r.method) != http.MethodGet {
			return c.fail(d, notAllowed(r), &sound)
		}
		return c.models(d, path)
	}
	return c.fail(d, &failure{status: 404, message: "Invalid URL (" + string(r.method) + " " + string(path) + ")"}, &sound)
}

func notAllowed(r *request) *failure {
	return &failure{status: 405, message: "Not allowed to " + string(r.method) + " on " + string(r.route()) + "."}
}

// post parses the body of a POST and goes on with next.
func (c *conn) post(d dialect, next func() bool) bool {
	if string(c.req.method) != http.MethodPost {
		return c.fail(d, notAllowed(&c.req), &sound)
	}
	if err := c.doc.parse(c.req.body); err != nil {
		return c.fail(d, &failure{status: 400, message: "We could not parse the JSON body of your request: " + err.Error() + "."}, &sound)
	}
	return next()
}

// plain answers the two paths that belong to no API.
func (c *conn) plain(path []byte) bool {
	body, kind := c.req.body, string(c.req.contentType)
	if string(path) == "/" {
		body, kind = []byte("a mock provider: POST /v1/chat/completions or /v1/messages\n"), "text/plain; charset=utf-8"
	}
	if kind == "" {
		kind = "application/octet-stream"
	}
	if string(c.req.method) == http.MethodHead {
		body = nil
	}
	w := c.answerHead(200, kind, nil, "", &sound)
	return w.finish(body)
}

// admit checks the credentials.
func (c *conn) admit(d dialect) *failure {
	r := &c.req
	if _, ok := d.(anthropic); ok && len(r.version) == 0 {
		return &failure{status: 400, message: "anthropic-version: header is required"}
	}
	if len(c.s.o.Keys) == 0 {
		return nil
	}
	given := string(r.apiKey)
	if given == "" {
		if scheme, rest, ok := bytes.Cut(r.authorization, []byte(" ")); ok && equalFold(scheme, "bearer") {
			given = string(rest)
		}
	}
	for _, k := range c.s.o.Keys {
		if given == k {
			return nil
		}
	}
	return &failure{status: 401, code: "invalid_api_key"}
}

// served tells whether a model is among those that are served.
func (c *conn) served(d dialect, model string) *failure {
	if len(c.s.o.Models) == 0 || strings.HasPrefix(model, "mock") {
		return nil
	}
	for _, m := range c.s.o.Models {
		if m == model {
			return nil
		}
	}
	if _, ok := d.(anthropic); ok {
		return &failure{status: 404, message: "model: " + model}
	}
	return &failure{
		status: 404, code: "model_not_found",
		message: "The model `" + model + "` does not exist or you do not have access to it.",
	}
}

// plan finds the script of a request and follows it. The defaults of the server are filled in.
func (c *conn) plan(model, directive string, stream bool) (plan, *failure) {
	source := directive
	if source == "" {
		source = string(c.req.script)
	}
	if source == "" {
		source = c.s.o.Script
	}
	p, err := c.s.scripts.plan(source, asked{model, string(c.req.route()), c.s.o.Name, stream})
	if err != nil {
		return p, &failure{status: 400, message: err.Error()}
	}
	o := &c.s.o
	if p.chunks < 0 {
		p.chunks = o.Chunks
	}
	if p.latency == 0 {
		p.latency = o.Latency
	}
	if p.gap == 0 {
		p.gap = o.ChunkGap
	}
	c.drip = p.drip
	return p, nil
}

// converse answers a conversation.
func (c *conn) converse(d dialect, read func(*document) (*ask, *failure)) bool {
	a, f := read(&c.doc)
	if f == nil {
		f = c.served(d, a.model)
	}
	if f != nil {
		return c.fail(d, f, &sound)
	}
	p, f := c.plan(a.model, a.directive, a.stream)
	if f != nil {
		return c.fail(d, f, &sound)
	}
	if done, keep := c.misbehave(d, a, &p); done {
		return keep
	}
	id := c.s.nextID()
	out := compose(&c.doc, a, &p, d.callPrefix(), id)
	out.created = time.Now().Unix()
	if a.stream {
		return c.stream(d, a, out, &p)
	}
	return c.whole(d, a, out, &p)
}

// nextID is a number no other answer of this server has.
func (s *Server) nextID() string {
	n := strconv.FormatInt(s.ids.Add(1), 10)
	return "00000000"[min(len(n), 8):] + n
}

// small answers with a body that isn't a conversation's, after the script's say.
func (c *conn) small(d dialect, model string, body func(dst []byte, id string) []byte) bool {
	p, f := c.plan(model, "", false)
	if f != nil {
		return c.fail(d, f, &sound)
	}
	if done, keep := c.misbehave(d, nil, &p); done {
		return keep
	}
	return c.sendWhole(d, &p, body)
}

// misbehave does what a script asks for before or instead of an answer. It tells whether that was all.
func (c *conn) misbehave(d dialect, a *ask, p *plan) (done, keep bool) {
	c.wait(p.latency)
	c.wait(p.silence)
	if c.err != nil {
		return true, false
	}
	switch {
	case p.rst:
		c.reset()
		return true, false
	case p.fin:
		return true, false
	case p.head != "":
		c.brokenHead(p.head)
		return true, false
	}
	for range p.interim {
		c.send([]byte("HTTP/1.1 102 Processing\r\n\r\n"))
	}
	switch {
	case p.noprefill && a != nil && a.prefilled:
		return true, c.fail(d, &failure{status: 400, message: "This model does not support assistant message prefill. The conversation must end with a user message."}, p)
	case p.html:
		w := c.answerHead(orElse(p.status, 200), "text/html; charset=utf-8", d, c.s.nextID(), p)
		return true, w.finish([]byte("<!DOCTYPE html>\n<html><head><title>Service</title></head><body><h1>This is a page</h1></body></html>\n"))
	case p.empty || p.status > 0 && p.status < 400:
		kind := "application/json"
		if a != nil && a.stream {
			kind = "text/event-stream"
		}
		w := c.answerHead(orElse(p.status, 200), kind, d, c.s.nextID(), p)
		return true, w.finish(nil)
	case p.errorAt >= 0 && a != nil && a.stream: // among the events
	case p.status > 0 || p.code != "" || p.errorAt >= 0:
		return true, c.fail(d, scripted(p), p)
	}
	return false, false
}

// scripted is the failure a script describes.
func scripted(p *plan) *failure {
	status := p.status
	if status == 0 {
		status = 400
		if p.errorAt >= 0 {
			status = 500
		}
	}
	return &failure{status: status, kind: p.kind, code: p.code, param: p.param, message: p.message}
}

func orElse(n, other int) int {
	if n == 0 {
		return other
	}
	return n
}

// brokenHead writes a head that no client can read, and leaves it at that until the client goes.
func (c *conn) brokenHead(kind string) {
	const ok = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	switch kind {
	case "nohttp":
		c.send([]byte("SSH-2.0-OpenSSH_9.2\r\n"))
	case "badstatus":
		c.send([]byte("HTTP/1.1 2OO OK\r\nContent-Length: 2\r\n\r\n{}"))
	case "badhead":
		c.send([]byte(ok + "no colon here\r\nContent-Length: 2\r\n\r\n{}"))
	case "nulhead":
		c.send([]byte(ok + "X-A: a\x00b\r\nContent-Length: 2\r\n\r\n{}"))
	case "hugelen":
		c.send([]byte(ok + "Content-Length: 9223372036854775807\r\n\r\n{}"))
	case "badlen":
		c.send([]byte(ok + "Content-Length: 2x\r\n\r\n{}"))
	case "twolen":
		c.send([]byte(ok + "Content-Length: 2\r\nContent-Length: 4\r\n\r\n{}{}"))
	case "tecl":
		c.send([]byte(ok + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"))
	case "infinite-head":
		c.send([]byte(ok))
		field := []byte("X-Mock-Again: " + strings.Repeat("x", 1000) + "\r\n")
		for c.err == nil {
			c.send(field)
		}
	}
	c.wait(2 * time.Second) // a client that refuses leaves by itself; one that doesn't is cut
	c.err = nil
}

// fail answers with an error in the API's shape.
func (c *conn) fail(d dialect, f *failure, p *plan) bool {
	id := c.s.nextID()
	w := c.answerHead(f.status, "application/json", d, id, p)
	if p.retryAfter != "" {
		w.field("Retry-After", retryAfter(p.retryAfter))
	}
	if p.retryAfterMS >= 0 {
		w.field("Retry-After-Ms", strconv.Itoa(p.retryAfterMS))
	}
	if p.shouldRetry != "" {
		w.field("X-Should-Retry", p.shouldRetry)
	}
	return w.finish(d.failure(nil, f, id))
}

// retryAfter is the field's value: as written, or the date so long from now.
func retryAfter(v string) string {
	wait, ok := strings.CutPrefix(v, "date:")
	if !ok {
		return v
	}
	d, _ := parseWait(wait)                                                                        // checked with the script
	return time.Now().Add(d + time.Second - 1).UTC().Truncate(time.Second).Format(http.TimeFormat) // not before d is over
}

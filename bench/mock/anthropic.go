package mock

import "net/http"

// anthropic writes answers as Anthropic does.
type anthropic struct{}

func (anthropic) callPrefix() string { return "toolu_mock" }

func (anthropic) fields(dst []byte, id string) []byte {
	dst = append(append(append(dst, "request-id: req_mock"...), id...), "\r\n"...)
	return append(dst, "anthropic-organization-id: org_mock\r\n"+
		"anthropic-ratelimit-requests-limit: 4000\r\n"+
		"anthropic-ratelimit-requests-remaining: 3999\r\n"+
		"anthropic-ratelimit-requests-reset: 2026-01-01T00:00:00Z\r\n"+
		"anthropic-ratelimit-tokens-limit: 400000\r\n"+
		"anthropic-ratelimit-tokens-remaining: 399000\r\n"+
		"anthropic-ratelimit-tokens-reset: 2026-01-01T00:00:00Z\r\n"...)
}

func (anthropic) failure(dst []byte, f *failure, id string) []byte {
	dst = append(append(dst, `{"type":"error","error":`...), anthropicError(f)...)
	return append(append(append(dst, `,"request_id":"req_mock`...), id...), `"}`...)
}

var anthropicKinds = map[int]string{
	401: "authentication_error", 402: "billing_error", 403: "permission_error", 404: "not_found_error",
	413: "request_too_large", 429: "rate_limit_error", 500: "api_error", 504: "timeout_error", 529: "overloaded_error",
}

func anthropicError(f *failure) []byte {
	kind, message := f.kind, f.message
	if kind == "" {
		kind = anthropicKinds[f.status]
	}
	if kind == "" {
		kind = "invalid_request_error"
		if f.status >= 500 {
			kind = "api_error"
		}
	}
	switch {
	case message != "":
	case f.code == "context_length_exceeded":
		message = "prompt is too long: 210000 tokens > 200000 maximum"
	case f.code == "content_policy_violation", f.code == "content_filter":
		message = "Output blocked by content filtering policy"
	case f.code == "invalid_api_key":
		message = "invalid x-api-key"
	case f.status == http.StatusTooManyRequests:
		message = "This request would exceed your account's rate limit. Please try again later."
	case f.status == 529:
		message = "Overloaded"
	case f.status >= 500:
		message = "Internal server error"
	default:
		message = http.StatusText(f.status)
	}
	dst := appendString([]byte(`{"type":`), kind)
	return append(appendString(append(dst, `,"message":`...), message), '}')
}

var anthropicFinish = [...]string{`"end_turn"`, `"max_tokens"`, `"stop_sequence"`, `"tool_use"`, "null"}

func (anthropic) start(dst []byte, out *answer) []byte {
	dst = append(append(dst, `{"id":"msg_mock`...), out.id...)
	return appendString(append(dst, `","type":"message","role":"assistant","model":`...), out.model)
}

// usage writes the four counts of input tokens and the output's so far.
func (anthropic) usage(dst []byte, out *answer, output int) []byte {
	dst = appendInt(append(dst, `{"input_tokens":`...), out.prompt-out.cached)
	dst = appendInt(append(dst, `,"cache_creation_input_tokens":0,"cache_read_input_tokens":`...), out.cached)
	dst = append(dst, `,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":0},"output_tokens":`...)
	return append(appendInt(dst, output), `,"service_tier":"standard"}`...)
}

func (n anthropic) whole(dst []byte, out *answer, _ *ask, p *plan) []byte {
	dst = append(n.start(dst, out), `,"content":[`...)
	first := true
	sep := func() {
		if !first {
			dst = append(dst, ',')
		}
		first = false
	}
	if out.thought != "" {
		sep()
		dst = appendString(append(dst, `{"type":"thinking","thinking":`...), out.thought)
		dst = append(appendString(append(dst, `,"signature":`...), sign(out.thought)), '}')
	}
	if out.text != "" {
		sep()
		dst = append(appendString(append(dst, `{"type":"text","text":`...), out.text), '}')
	}
	for _, c := range out.calls {
		sep()
		dst = appendString(append(dst, `{"type":"tool_use","id":`...), c.id)
		dst = appendString(append(dst, `,"name":`...), c.name)
		dst = append(append(append(dst, `,"input":`...), c.args...), '}')
	}
	dst = append(append(dst, `],"stop_reason":`...), anthropicFinish[out.finish]...)
	dst = appendNullable(append(dst, `,"stop_sequence":`...), out.stop)
	if !p.nousage {
		dst = n.usage(append(dst, `,"usage":`...), out, out.output)
	}
	if p.unknown {
		dst = append(dst, unknownFields...)
	}
	return append(dst, '}')
}

func (n anthropic) open(e *events, out *answer, a *ask) {
	e.begin("message_start")
	e.buf = n.start(append(e.buf, `{"type":"message_start","message":`...), out)
	e.buf = append(e.buf, `,"content":[],"stop_reason":null,"stop_sequence":null`...)
	if !e.p.nousage {
		e.buf = n.usage(append(e.buf, `,"usage":`...), out, min(1, out.output))
	}
	if e.p.unknown {
		e.buf = append(e.buf, unknownFields...)
	}
	e.buf = append(e.buf, `}}`...)
	e.end()
	e.raw("ping", `{"type":"ping"}`)
}

// event starts an event about the block being written.
func (anthropic) event(e *events, name string) {
	e.begin(name)
	e.buf = append(append(append(e.buf, `{"type":"`...), name...), `","index":`...)
	e.buf = appendInt(e.buf, e.block)
}

func (n anthropic) piece(e *events, out *answer, _ *ask, ps piece) {
	if ps.first {
		n.event(e, "content_block_start")
		e.buf = append(e.buf, `,"content_block":`...)
		switch ps.what {
		case thoughtPiece:
			e.buf = append(e.buf, `{"type":"thinking","thinking":"","signature":""}`...)
		case textPiece:
			e.buf = append(e.buf, `{"type":"text","text":""}`...)
		case callPiece:
			c := out.calls[ps.call]
			e.buf = appendString(append(e.buf, `{"type":"tool_use","id":`...), c.id)
			e.buf = append(appendString(append(e.buf, `,"name":`...), c.name), `,"input":{}}`...)
		}
		n.endEvent(e)
	}
	n.event(e, "content_block_delta")
	e.buf = append(e.buf, deltaStarts[ps.what]...)
	e.buf = append(appendString(e.buf, ps.text), '}')
	n.endEvent(e)
	if !ps.last {
		return
	}
	if ps.what == thoughtPiece {
		n.event(e, "content_block_delta")
		e.buf = appendString(append(e.buf, `,"delta":{"type":"signature_delta","signature":`...), sign(out.thought))
		e.buf = append(e.buf, '}')
		n.endEvent(e)
	}
	n.event(e, "content_block_stop")
	n.endEvent(e)
	e.block++
}

var deltaStarts = [...]string{
	thoughtPiece: `,"delta":{"type":"thinking_delta","thinking":`,
	textPiece:    `,"delta":{"type":"text_delta","text":`,
	callPiece:    `,"delta":{"type":"input_json_delta","partial_json":`,
}

func (anthropic) endEvent(e *events) {
	if e.p.unknown {
		e.buf = append(e.buf, unknownFields...)
	}
	e.buf = append(e.buf, '}')
	e.end()
}

func (n anthropic) tail(e *events, out *answer, _ *ask, p *plan) {
	if out.finish != finishNone {
		e.begin("message_delta")
		e.buf = append(append(e.buf, `{"type":"message_delta","delta":{"stop_reason":`...), anthropicFinish[out.finish]...)
		e.buf = append(appendNullable(append(e.buf, `,"stop_sequence":`...), out.stop), '}')
		if !p.nousage {
			e.buf = n.usage(append(e.buf, `,"usage":`...), out, out.output)
		}
		e.buf = append(e.buf, '}')
		e.end()
	}
	if !p.nodone {
		e.raw("message_stop", `{"type":"message_stop"}`)
	}
}

func (anthropic) failed(e *events, f *failure) {
	e.begin("error")
	e.buf = append(append(append(e.buf, `{"type":"error","error":`...), anthropicError(f)...), '}')
	e.end()
}

// countTokens answers the token count endpoint.
func (c *conn) countTokens(d dialect) bool {
	a, f := askAnthropic(&c.doc, true)
	if f == nil {
		f = c.served(d, a.model)
	}
	if f != nil {
		return c.fail(d, f, &sound)
	}
	return c.small(d, a.model, func(dst []byte, _ string) []byte {
		return append(appendInt(append(dst, `{"input_tokens":`...), tokens(a.textBytes)), '}')
	})
}

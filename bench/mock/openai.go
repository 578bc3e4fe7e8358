package mock

import (
	"encoding/base64"
	"hash/fnv"
	"math"
	"net/http"
	"strconv"
	"strings"
)

// openAI writes answers as OpenAI does.
type openAI struct{}

func (openAI) callPrefix() string { return "call_mock" }

func (openAI) fields(dst []byte, id string) []byte {
	dst = append(append(append(dst, "x-request-id: req_mock"...), id...), "\r\n"...)
	return append(dst, "openai-version: 2020-10-01\r\n"+
		"openai-processing-ms: 1\r\n"+
		"x-ratelimit-limit-requests: 10000\r\n"+
		"x-ratelimit-remaining-requests: 9999\r\n"+
		"x-ratelimit-reset-requests: 6ms\r\n"+
		"x-ratelimit-limit-tokens: 30000000\r\n"+
		"x-ratelimit-remaining-tokens: 29999000\r\n"+
		"x-ratelimit-reset-tokens: 12ms\r\n"...)
}

// failure writes {"error":{...}}. What the script left open is what OpenAI says with that status and code.
func (openAI) failure(dst []byte, f *failure, _ string) []byte {
	return append(append(append(dst, `{"error":`...), openAIError(f)...), '}')
}

func openAIError(f *failure) []byte {
	message, kind, param := f.message, f.kind, f.param
	if kind == "" {
		kind = openAIKind(f.status)
	}
	switch {
	case message != "":
	case f.code == "context_length_exceeded":
		message = "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens. Please reduce the length of the messages."
		param = "messages"
	case f.code == "content_policy_violation", f.code == "content_filter":
		message = "Your request was rejected as a result of our safety system."
	case f.code == "invalid_api_key":
		message = "Incorrect API key provided. You can find your API key at https://platform.openai.com/account/api-keys."
	case f.status == http.StatusTooManyRequests:
		message = "Rate limit reached for requests. Please try again later."
	case f.status >= 500:
		message = "The server had an error while processing your request. Sorry about that!"
	default:
		message = http.StatusText(f.status)
	}
	code := f.code
	if code == "" && f.status == http.StatusTooManyRequests {
		code = "rate_limit_exceeded"
	}
	dst := appendString([]byte(`{"message":`), message)
	dst = appendString(append(dst, `,"type":`...), kind)
	dst = appendNullable(append(dst, `,"param":`...), param)
	return append(appendNullable(append(dst, `,"code":`...), code), '}')
}

func openAIKind(status int) string {
	switch {
	case status == http.StatusTooManyRequests:
		return "requests"
	case status >= 500:
		return "server_error"
	}
	return "invalid_request_error"
}

func appendNullable(dst []byte, s string) []byte {
	if s == "" {
		return append(dst, "null"...)
	}
	return appendString(dst, s)
}

// unknownFields are fields no client knows, with numbers that don't survive a float.
const unknownFields = `,"x_mock":{"big":12345678901234567890,"one":1.0,"list":[ ]}`

func openAIStart(dst []byte, kind string, out *answer) []byte {
	dst = append(append(append(dst, `{"id":"chatcmpl-mock`...), out.id...), `","object":"`...)
	dst = append(append(dst, kind...), `","created":`...)
	dst = appendInt(dst, out.created)
	dst = appendString(append(dst, `,"model":`...), out.model)
	return append(dst, `,"service_tier":"default","system_fingerprint":"fp_mock"`...)
}

var openAIFinish = [...]string{`"stop"`, `"length"`, `"stop"`, `"tool_calls"`, "null"}

func (openAI) whole(dst []byte, out *answer, a *ask, p *plan) []byte {
	dst = openAIStart(dst, "chat.completion", out)
	dst = append(dst, `,"choices":[`...)
	for i := range a.n {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendInt(append(dst, `{"index":`...), i), `,"message":{"role":"assistant","content":`...)
		if len(out.calls) > 0 && out.text == "" {
			dst = append(dst, "null"...)
		} else {
			dst = appendString(dst, out.text)
		}
		if out.thought != "" {
			dst = appendString(append(dst, `,"reasoning_content":`...), out.thought)
		}
		dst = append(dst, `,"refusal":null,"annotations":[]`...)
		dst = appendOpenAICalls(dst, out.calls)
		dst = append(append(append(dst, `},"logprobs":null,"finish_reason":`...), openAIFinish[out.finish]...), '}')
	}
	dst = append(dst, ']')
	if !p.nousage {
		dst = openAIUsage(append(dst, `,"usage":`...), out, a.n)
	}
	if p.unknown {
		dst = append(dst, unknownFields...)
	}
	return append(dst, '}')
}

func appendOpenAICalls(dst []byte, calls []call) []byte {
	for i, c := range calls {
		if i == 0 {
			dst = append(dst, `,"tool_calls":[`...)
		} else {
			dst = append(dst, ',')
		}
		dst = appendString(append(dst, `{"id":`...), c.id)
		dst = appendString(append(dst, `,"type":"function","function":{"name":`...), c.name)
		dst = append(appendString(append(dst, `,"arguments":`...), c.args), `}}`...)
	}
	if len(calls) > 0 {
		dst = append(dst, ']')
	}
	return dst
}

func openAIUsage(dst []byte, out *answer, n int) []byte {
	dst = appendInt(append(dst, `{"prompt_tokens":`...), out.prompt)
	dst = appendInt(append(dst, `,"completion_tokens":`...), out.output*n)
	dst = appendInt(append(dst, `,"total_tokens":`...), out.prompt+out.output*n)
	dst = appendInt(append(dst, `,"prompt_tokens_details":{"cached_tokens":`...), out.cached)
	dst = appendInt(append(dst, `,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":`...), out.thoughts*n)
	return append(dst, `,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}`...)
}

// chunk writes one event for each choice; delta appends what is inside "delta":{}.
func (openAI) chunk(e *events, out *answer, a *ask, finish string, delta func(dst []byte) []byte) {
	for i := range a.n {
		e.begin("")
		e.buf = openAIStart(e.buf, "chat.completion.chunk", out)
		e.buf = append(appendInt(append(e.buf, `,"choices":[{"index":`...), i), `,"delta":{`...)
		e.buf = delta(e.buf)
		e.buf = append(append(append(e.buf, `},"logprobs":null,"finish_reason":`...), finish...), `}]`...)
		if a.usage {
			e.buf = append(e.buf, `,"usage":null`...)
		}
		if e.p.unknown {
			e.buf = append(e.buf, unknownFields...)
		}
		e.buf = append(e.buf, '}')
		e.end()
	}
}

func (o openAI) open(e *events, out *answer, a *ask) {
	o.chunk(e, out, a, "null", func(dst []byte) []byte {
		if len(out.calls) > 0 {
			return append(dst, `"role":"assistant","content":null,"refusal":null`...)
		}
		return append(dst, `"role":"assistant","content":"","refusal":null`...)
	})
}

func (o openAI) piece(e *events, out *answer, a *ask, ps piece) {
	o.chunk(e, out, a, "null", func(dst []byte) []byte {
		switch ps.what {
		case thoughtPiece:
			return appendString(append(dst, `"reasoning_content":`...), ps.text)
		case textPiece:
			return appendString(append(dst, `"content":`...), ps.text)
		}
		c := out.calls[ps.call]
		dst = appendInt(append(dst, `"tool_calls":[{"index":`...), ps.call)
		if !ps.first {
			dst = appendString(append(dst, `,"function":{"arguments":`...), ps.text)
			return append(dst, `}}]`...)
		}
		dst = appendString(append(dst, `,"id":`...), c.id)
		dst = appendString(append(dst, `,"type":"function","function":{"name":`...), c.name)
		return append(appendString(append(dst, `,"arguments":`...), ps.text), `}}]`...)
	})
}

func (o openAI) tail(e *events, out *answer, a *ask, p *plan) {
	if out.finish != finishNone {
		o.chunk(e, out, a, openAIFinish[out.finish], func(dst []byte) []byte { return dst })
	}
	if a.usage && !p.nofinish {
		e.begin("")
		e.buf = openAIStart(e.buf, "chat.completion.chunk", out)
		e.buf = openAIUsage(append(e.buf, `,"choices":[],"usage":`...), out, a.n)
		e.buf = append(e.buf, '}')
		e.end()
	}
	if !p.nodone {
		e.raw("", "[DONE]")
	}
}

func (openAI) failed(e *events, f *failure) {
	e.begin("")
	e.buf = append(append(append(e.buf, `{"error":`...), openAIError(f)...), '}')
	e.end()
}

// embed answers an embeddings request.
func (c *conn) embed(d dialect) bool {
	doc := &c.doc
	model, input := doc.string(doc.get(0, "model")), doc.get(0, "input")
	format := doc.get(0, "encoding_format")
	size, f := doc.checkCount(0, "dimensions")
	switch {
	case f != nil:
	case model == "":
		f = invalid("model", "you must provide a model parameter")
	case input == nothing:
		f = invalid("input", "Missing required parameter: 'input'.")
	case doc.given(format) && !doc.is(format, "float") && !doc.is(format, "base64"):
		f = invalid("encoding_format", "Invalid value for 'encoding_format': expected 'float' or 'base64'.")
	case size > 1<<16:
		f = invalid("dimensions", "Invalid 'dimensions': %d is too large.", size)
	default:
		f = c.served(d, model)
	}
	if f != nil {
		return c.fail(d, f, &sound)
	}
	texts, f := doc.inputs(input)
	if f != nil {
		return c.fail(d, f, &sound)
	}
	if size == 0 {
		size = c.s.o.Dimensions
	}
	base64 := doc.is(format, "base64")
	return c.small(d, model, func(dst []byte, _ string) []byte { return embeddings(dst, model, texts, size, base64) })
}

// inputs are the texts to embed. Token lists count as the text of their numbers.
func (d *document) inputs(v int) ([]string, *failure) {
	bad := invalid("input", "Invalid 'input': expected a non-empty string or an array of strings or of token arrays.")
	if s := d.string(v); s != "" {
		return []string{s}, nil
	}
	if d.kind(v) != array || d.len(v) == 0 || d.len(v) > 2048 {
		return nil, bad
	}
	if d.kind(v+1) == number {
		return []string{string(d.raw(v))}, nil
	}
	var out []string
	d.each(v, func(_, item int) bool {
		switch d.kind(item) {
		case text:
			out = append(out, d.string(item))
		case array:
			out = append(out, string(d.raw(item)))
		default:
			out = nil
			return false
		}
		return true
	})
	if out == nil {
		return nil, bad
	}
	return out, nil
}

func embeddings(dst []byte, model string, texts []string, size int, inBase64 bool) []byte {
	dst = append(dst, `{"object":"list","data":[`...)
	vector := make([]float32, size)
	total := 0
	for i, s := range texts {
		if i > 0 {
			dst = append(dst, ',')
		}
		total += len(s)
		embedding(vector, s)
		dst = append(appendInt(append(dst, `{"object":"embedding","index":`...), i), `,"embedding":`...)
		if inBase64 {
			dst = appendBase64(dst, vector)
		} else {
			dst = appendFloats(dst, vector)
		}
		dst = append(dst, '}')
	}
	dst = appendString(append(dst, `],"model":`...), model)
	dst = appendInt(append(dst, `,"usage":{"prompt_tokens":`...), tokens(total))
	return append(appendInt(append(dst, `,"total_tokens":`...), tokens(total)), `}}`...)
}

// embedding fills v with a unit vector that depends on the text alone.
func embedding(v []float32, s string) {
	h := fnv.New64a()
	_, _ = h.Write([]byte(s))
	x := h.Sum64() | 1
	sum := 0.0
	for i := range v {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		v[i] = float32(int32(x>>32)) / math.MaxInt32
		sum += float64(v[i]) * float64(v[i])
	}
	norm := float32(math.Sqrt(max(sum, 1e-12)))
	for i := range v {
		v[i] /= norm
	}
}

func appendFloats(dst []byte, v []float32) []byte {
	dst = append(dst, '[')
	for i, x := range v {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendFloat(dst, float64(x), 'g', -1, 32)
	}
	return append(dst, ']')
}

// appendBase64 writes the numbers as little-endian float32 in base64.
func appendBase64(dst []byte, v []float32) []byte {
	raw := make([]byte, 0, 4*len(v))
	for _, x := range v {
		n := math.Float32bits(x)
		raw = append(raw, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
	}
	dst = append(dst, '"')
	dst = base64.StdEncoding.AppendEncode(dst, raw)
	return append(dst, '"')
}

// listed are the models a server without Options.Models lists.
var listed = []string{"mock-small", "mock-large"}

// models answers the list of models, or one of them.
func (c *conn) models(d dialect, path []byte) bool {
	names := c.s.o.Models
	if len(names) == 0 {
		names = listed
	}
	_, native := d.(anthropic)
	_, one, single := strings.Cut(string(path), "/models/")
	if !single {
		return c.small(d, "", func(dst []byte, _ string) []byte { return modelList(dst, names, native) })
	}
	if f := c.served(d, one); f != nil {
		return c.fail(d, f, &sound)
	}
	return c.small(d, one, func(dst []byte, _ string) []byte { return modelEntry(dst, one, native) })
}

func modelList(dst []byte, names []string, native bool) []byte {
	dst = append(dst, `{"data":[`...)
	for i, name := range names {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = modelEntry(dst, name, native)
	}
	if !native {
		return append(dst, `],"object":"list"}`...)
	}
	dst = appendString(append(dst, `],"has_more":false,"first_id":`...), names[0])
	return append(appendString(append(dst, `,"last_id":`...), names[len(names)-1]), '}')
}

func modelEntry(dst []byte, name string, native bool) []byte {
	dst = appendString(append(dst, `{"id":`...), name)
	if !native {
		return append(dst, `,"object":"model","created":1700000000,"owned_by":"mock"}`...)
	}
	dst = appendString(append(dst, `,"type":"model","display_name":`...), name)
	return append(dst, `,"created_at":"2026-01-01T00:00:00Z"}`...)
}

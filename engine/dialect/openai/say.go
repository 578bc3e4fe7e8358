package openai

import (
	"time"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/wire"
)

// AppendText appends a chat completion, or a stream of one, that says text.
func (Chat) AppendText(dst []byte, model, text []byte, stream bool, requestID string) []byte {
	created := time.Now().Unix()
	if !stream {
		dst = appendOpening(dst, "", "chat.completion", model, created, requestID)
		dst = append(dst, `"message":{"role":"assistant","content":`...)
		dst = wire.AppendQuoted(dst, text)
		return append(dst, `,"refusal":null},"logprobs":null,"finish_reason":"stop"}],`+
			`"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}}`...)
	}
	dst = appendOpening(dst, "data: ", "chat.completion.chunk", model, created, requestID)
	dst = append(dst, `"delta":{"role":"assistant","content":`...)
	dst = wire.AppendQuoted(dst, text)
	dst = append(dst, "},\"logprobs\":null,\"finish_reason\":null}]}\n\n"...)
	dst = appendOpening(dst, "data: ", "chat.completion.chunk", model, created, requestID)
	return append(dst, "\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"...)
}

// appendOpening appends an answer up to its only choice.
func appendOpening(dst []byte, before, object string, model []byte, created int64, requestID string) []byte {
	dst = append(dst, before...)
	dst = append(dst, `{"id":"chatcmpl-`...)
	dst = wire.AppendEscaped(dst, dialect.Bytes(requestID))
	dst = append(dst, `","object":"`...)
	dst = append(dst, object...)
	dst = append(dst, `","created":`...)
	dst = wire.AppendInt(dst, created)
	dst = append(dst, `,"model":`...)
	dst = wire.AppendQuoted(dst, model)
	return append(dst, `,"choices":[{"index":0,`...)
}

// AppendText appends an error: an embedding can't say text.
func (Embeddings) AppendText(dst []byte, _, _ []byte, _ bool, requestID string) []byte {
	return appendError(dst, fault.New(fault.Unsupported, "a plugin answered with text, which this endpoint can't carry"), requestID)
}

// AppendModels appends OpenAI's list of models.
func (Chat) AppendModels(dst []byte, names []string, created int64) []byte {
	dst = append(dst, `{"object":"list","data":[`...)
	for i, name := range names {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = Chat{}.AppendModel(dst, name, created)
	}
	return append(dst, "]}"...)
}

// AppendModel appends OpenAI's model object.
func (Chat) AppendModel(dst []byte, name string, created int64) []byte {
	dst = append(dst, `{"id":`...)
	dst = dialect.AppendString(dst, name)
	dst = append(dst, `,"object":"model","created":`...)
	dst = wire.AppendInt(dst, created)
	return append(dst, `,"owned_by":"yett"}`...)
}

// AppendModels appends OpenAI's list of models.
func (Embeddings) AppendModels(dst []byte, names []string, created int64) []byte {
	return Chat{}.AppendModels(dst, names, created)
}

// AppendModel appends OpenAI's model object.
func (Embeddings) AppendModel(dst []byte, name string, created int64) []byte {
	return Chat{}.AppendModel(dst, name, created)
}

package anthropic

import (
	"time"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/wire"
)

// AppendText appends a message, or a stream of one, that says text.
func (Messages) AppendText(dst []byte, model, text []byte, stream bool, requestID string) []byte {
	if !stream {
		dst = appendOpening(dst, model, requestID)
		dst = append(dst, `[{"type":"text","text":`...)
		dst = wire.AppendQuoted(dst, text)
		return append(dst, `}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":0,"output_tokens":0}}`...)
	}
	dst = append(dst, "event: message_start\ndata: {\"type\":\"message_start\",\"message\":"...)
	dst = appendOpening(dst, model, requestID)
	dst = append(dst, "[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":0,\"output_tokens\":0}}}\n\n"...)
	dst = append(dst, "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,"+
		"\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"...)
	dst = append(dst, "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"+
		"\"delta\":{\"type\":\"text_delta\",\"text\":"...)
	dst = wire.AppendQuoted(dst, text)
	dst = append(dst, "}}\n\nevent: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"...)
	dst = append(dst, "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\","+
		"\"stop_sequence\":null},\"usage\":{\"input_tokens\":0,\"output_tokens\":0}}\n\n"...)
	return append(dst, "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"...)
}

// appendOpening appends a message up to its content.
func appendOpening(dst, model []byte, requestID string) []byte {
	dst = append(dst, `{"id":"msg_`...)
	dst = wire.AppendEscaped(dst, dialect.Bytes(requestID))
	dst = append(dst, `","type":"message","role":"assistant","model":`...)
	dst = wire.AppendQuoted(dst, model)
	return append(dst, `,"content":`...)
}

// AppendText appends an error: a count can't say text.
func (Count) AppendText(dst []byte, _, _ []byte, _ bool, requestID string) []byte {
	return appendError(dst, fault.New(fault.Unsupported, "a plugin answered with text, which this endpoint can't carry"), requestID)
}

// AppendModels appends Anthropic's list of models, whole on one page.
func (Messages) AppendModels(dst []byte, names []string, created int64) []byte {
	dst = append(dst, `{"data":[`...)
	for i, name := range names {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = Messages{}.AppendModel(dst, name, created)
	}
	dst = append(dst, `],"has_more":false,"first_id":`...)
	if len(names) == 0 {
		return append(dst, `null,"last_id":null}`...)
	}
	dst = dialect.AppendString(dst, names[0])
	dst = append(dst, `,"last_id":`...)
	dst = dialect.AppendString(dst, names[len(names)-1])
	return append(dst, '}')
}

// AppendModel appends Anthropic's model object. The name is its display name too.
func (Messages) AppendModel(dst []byte, name string, created int64) []byte {
	dst = append(dst, `{"type":"model","id":`...)
	dst = dialect.AppendString(dst, name)
	dst = append(dst, `,"display_name":`...)
	dst = dialect.AppendString(dst, name)
	dst = append(dst, `,"created_at":"`...)
	dst = time.Unix(created, 0).UTC().AppendFormat(dst, time.RFC3339)
	return append(dst, `"}`...)
}

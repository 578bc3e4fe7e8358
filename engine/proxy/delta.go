package proxy

import (
	"bytes"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/wire"
	"github.com/yett-gateway/yett/sdk/abi"
)

// What a stage held back leaves in an event that the provider never sent. It carries the text and nothing
// else: a second copy of an id, a name or a role would be added to the first by clients that concatenate.

// deltaName is the name of an event that carries a delta.
func deltaName(id dialect.ID) string {
	if id == dialect.AnthropicMessages {
		return "content_block_delta"
	}
	return ""
}

// appendDelta appends the data of an event that carries text, a JSON string, on c.
func appendDelta(dst []byte, id dialect.ID, c *channelState, text []byte) []byte {
	if id == dialect.AnthropicMessages {
		return appendBlockDelta(dst, c, text)
	}
	return appendChunk(dst, c, text)
}

func appendBlockDelta(dst []byte, c *channelState, text []byte) []byte {
	dst = append(dst, `{"type":"content_block_delta","index":`...)
	dst = wire.AppendInt(dst, int64(c.channel&0xffff))
	switch c.kind {
	case abi.PartToolCall:
		dst = append(dst, `,"delta":{"type":"input_json_delta","partial_json":`...)
	case abi.PartReasoning:
		dst = append(dst, `,"delta":{"type":"thinking_delta","thinking":`...)
	default:
		dst = append(dst, `,"delta":{"type":"text_delta","text":`...)
	}
	return append(append(dst, text...), "}}"...)
}

// appendChunk keeps the envelope of the channel's last chunk (id, model, created) and writes its choices anew.
func appendChunk(dst []byte, c *channelState, text []byte) []byte {
	choices := wire.Span{}
	if obj, err := wire.Validate(c.event, wire.Limits{}); err == nil {
		choices = wire.Lookup(c.event, obj, "choices")
	}
	if !choices.Present() { // it was read a moment ago, so this can't be; the text is worth more than the envelope
		return append(appendChoice(append(dst, `{"object":"chat.completion.chunk","choices":`...), c, text), '}')
	}
	dst = append(dst, c.event[:choices.Start]...)
	dst = appendChoice(dst, c, text)
	return append(dst, c.event[choices.End:]...)
}

func appendChoice(dst []byte, c *channelState, text []byte) []byte {
	dst = append(dst, `[{"index":`...)
	dst = wire.AppendInt(dst, int64(c.channel>>16))
	dst = append(dst, `,"delta":{`...)
	switch c.kind {
	case abi.PartToolCall:
		dst = appendCall(dst, c, text)
	case abi.PartReasoning:
		dst = append(dst, reasoningKey(c)...)
		dst = append(dst, text...)
	case abi.PartRefusal:
		dst = append(append(dst, `"refusal":`...), text...)
	default:
		dst = append(append(dst, `"content":`...), text...)
	}
	return append(dst, `},"finish_reason":null}]`...)
}

// appendCall writes arguments in the member the provider uses: of a function, of a custom tool, or of the
// one call that older APIs know.
func appendCall(dst []byte, c *channelState, text []byte) []byte {
	if bytes.Contains(c.event, []byte(`"function_call"`)) && !bytes.Contains(c.event, []byte(`"tool_calls"`)) {
		dst = append(append(dst, `"function_call":{"arguments":`...), text...)
		return append(dst, '}')
	}
	dst = append(dst, `"tool_calls":[{"index":`...)
	dst = wire.AppendInt(dst, int64(c.channel&0xffff))
	if string(keyBefore(c.event, int(c.at))) == "input" {
		dst = append(dst, `,"custom":{"input":`...)
	} else {
		dst = append(dst, `,"function":{"arguments":`...)
	}
	return append(append(dst, text...), "}}]"...)
}

// reasoningKey is the provider's member for reasoning: there are two in use.
func reasoningKey(c *channelState) string {
	if string(keyBefore(c.event, int(c.at))) == "reasoning" {
		return `"reasoning":`
	}
	return `"reasoning_content":`
}

// keyBefore returns the member's name in front of the value at b[at:], nil if there is none.
func keyBefore(b []byte, at int) []byte {
	const space = " \t\r\n"
	b = bytes.TrimRight(b[:min(at, len(b))], space)
	b = bytes.TrimRight(bytes.TrimSuffix(b, []byte(":")), space)
	b, ok := bytes.CutSuffix(b, []byte(`"`))
	if !ok {
		return nil
	}
	return b[bytes.LastIndexByte(b, '"')+1:]
}

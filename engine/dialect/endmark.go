package dialect

// EndMark is what ends a complete stream of a dialect: the mark that a provider left out.
func EndMark(id ID) string {
	switch id {
	case OpenAIChat:
		return "data: [DONE]\n\n"
	case AnthropicMessages:
		return "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"
	default:
		return ""
	}
}

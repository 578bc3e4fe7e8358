package provider

import "github.com/yett-gateway/yett/engine/dialect"

var openAI = api{base: "https://api.openai.com/v1", key: bearer, speaks: asOpenAI}

// openAICompatible has no address of its own: base_url is required.
var openAICompatible = api{key: bearer, speaks: asOpenAI}

// gemini is reached through Google's OpenAI-compatible endpoint.
var gemini = api{base: "https://generativelanguage.googleapis.com/v1beta/openai", key: bearer, speaks: asOpenAI}

func asOpenAI(client dialect.ID) dialect.ID {
	switch client {
	case dialect.OpenAIChat, dialect.AnthropicMessages:
		return dialect.OpenAIChat
	case dialect.OpenAIEmbeddings:
		return dialect.OpenAIEmbeddings
	default:
		return dialect.None
	}
}

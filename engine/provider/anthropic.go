package provider

import (
	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/spec"
)

// anthropicFields name the API's version that every model still answers to.
var anthropicFields = []spec.Header{{Name: "anthropic-version", Value: "2023-06-01"}}

// anthropic takes its key as x-api-key, which every version of the API knows.
var anthropic = api{
	base: "https://api.anthropic.com/v1",
	key:  func(secret string) (name, value string) { return "x-api-key", secret },
	raw:  anthropicFields,
	speaks: func(client dialect.ID) dialect.ID {
		switch client {
		case dialect.OpenAIChat, dialect.AnthropicMessages:
			return dialect.AnthropicMessages
		case dialect.AnthropicCount:
			return dialect.AnthropicCount
		default:
			return dialect.None
		}
	},
}

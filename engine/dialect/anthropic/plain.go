package anthropic

import "github.com/yett-gateway/yett/engine/dialect"

var _ dialect.Plain = Messages{}

// Plain goes by the event's name: usage, ends and errors have names of their own.
func (Messages) Plain(name, _ []byte) bool { return string(name) == "content_block_delta" }

package engine

import "github.com/yett-gateway/yett/engine/dialect"

// Dialects are the wire APIs that every Gateway speaks, for tools that play a client or a provider. The set must not be
// changed.
func Dialects() *dialect.Set { return dialects() }

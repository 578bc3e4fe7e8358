package hcl

import "github.com/yett-gateway/yett/engine/spec"

// defaultLog is the log without a log block.
var defaultLog = spec.Log{Level: "info", Access: true}

func (b *block) log() spec.Log {
	return spec.Log{
		Level:  b.choice("level", defaultLog.Level),
		Format: b.choice("format", defaultLog.Format),
		Access: b.flag("access", defaultLog.Access),
		Pos:    specPos(b.header()),
	}
}

var logSchema = &schema{
	name: "log",
	doc:  "What the process writes to standard error.",
	attributes: []attribute{
		{name: "level", typ: "string", def: `"info"`, choices: []string{"debug", "info", "warn", "error"}, doc: "The least important lines to write."},
		{name: "format", typ: "string", def: "text on a terminal, json elsewhere", choices: []string{"text", "json"}, doc: "How lines look."},
		{name: "access", typ: "bool", def: "true", doc: "Write one line per request."},
	},
}

package host

import (
	"regexp"
	"strings"

	"github.com/yett-gateway/yett/sdk/abi"
)

// last is what a guest said of its own end: what it wrote to standard error, without the trace that Go adds, and the
// place in package main that the trace names. The trace is in the log, line by line, as all that guests write.
func last(said string) string {
	text, trace, found := strings.Cut(said, "\n\ngoroutine ")
	if found {
		text, _, _ = strings.Cut(text, "\nfatal error: ") // says it again
		if at := ownFrame.FindStringSubmatch(trace); at != nil {
			text += ", at " + at[1]
		}
	}
	return clean(text[:min(len(text), maxLast)])
}

// maxLast is how much of standard error goes into an error, in bytes.
const maxLast = 512

// ownFrame is the first frame of a Go trace that is in package main, and its file and line.
var ownFrame = regexp.MustCompile(`(?m)^main\.[^\n]*\n\t(\S+\.go:\d+)`)

// firstLine cuts off the stack that wazero adds to a trap: functions have no names, and their numbers tell nobody
// anything.
func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return s
}

// trialFailed is the error of a plugin whose first call failed.
func trialFailed(h abi.Hook, f *failure) *LoadError {
	e := &LoadError{Reason: "the plugin fails in a trial call of " + h.String(), Cause: f}
	switch f.reason {
	case noFuel, noTime:
		e.Hint = `The trial's prompt is "ping". Either the plugin doesn't end, or it needs more: limit { fuel = …, wall = … }.`
	case trapped:
		e.Hint = "A mistake in the plugin, or too little memory for it: limit { memory = … }. Its author can try it with: yett plugin test"
	}
	return e
}

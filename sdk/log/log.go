// Package log writes lines to the gateway's log. It needs capability log.
//
// The host puts the plugin's name first, escapes what a terminal would obey, and drops what is more than
// abi.MaxLogLines lines or abi.MaxLogBytes bytes for one request.
package log

import (
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/internal/host"
)

// Debug logs a line that only a developer wants.
func Debug(line string) { host.Log(abi.LevelDebug, line) }

// Info logs a line.
func Info(line string) { host.Log(abi.LevelInfo, line) }

// Warn logs a line about something that shouldn't be.
func Warn(line string) { host.Log(abi.LevelWarn, line) }

// Error logs a line about something that must be seen to.
func Error(line string) { host.Log(abi.LevelError, line) }

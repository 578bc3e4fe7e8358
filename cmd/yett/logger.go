package main

import (
	"io"
	"log/slog"

	"github.com/lmittmann/tint"

	"github.com/yett-gateway/yett/engine/spec"
)

// logger writes what operators should know: coloured on a terminal, JSON elsewhere, unless the
// configuration says which.
func logger(w io.Writer, l spec.Log) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(l.Level)); err != nil {
		level = slog.LevelInfo
	}
	if logFormat(w, l) == "json" {
		return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level}))
	}
	return slog.New(tint.NewTextHandler(w, &tint.Options{Level: level, TimeFormat: "15:04:05.000", NoColor: !colored(w)}))
}

// logFormat is what an unset format means for w.
func logFormat(w io.Writer, l spec.Log) string {
	switch {
	case l.Format != "":
		return l.Format
	case colored(w):
		return "text"
	default:
		return "json"
	}
}

// Package braces reads texts with {{tags}}, for the plugins that fill them: transform/decorate and transform/template. What a tag
// means is theirs.
package braces

import (
	"strconv"
	"strings"
)

// Piece is a part of a text.
type Piece struct {
	// Text is the text, or what stands between the braces without the spaces around it.
	Text string
	// Tag tells that it stands between braces.
	Tag bool
	// At is where the piece begins, in bytes.
	At int
}

// Error is a fault at a place of a text.
type Error struct {
	// Line and Column count from 1, Column in characters.
	Line, Column int
	What         string
}

// Error tells what is wrong and where.
func (e *Error) Error() string {
	return "line " + strconv.Itoa(e.Line) + ", column " + strconv.Itoa(e.Column) + ": " + e.What
}

// Fault is an Error at byte at of text.
func Fault(text string, at int, what string) *Error {
	before := text[:at]
	line := strings.Count(before, "\n")
	before = before[strings.LastIndexByte(before, '\n')+1:]
	return &Error{Line: line + 1, Column: len([]rune(before)) + 1, What: what}
}

// Split takes a text apart. \{{ stands for two braces that begin no tag.
//
// # Errors
//
// An *Error if a tag isn't closed.
func Split(text string) ([]Piece, error) {
	var out []Piece
	plain, from := "", 0 // what is read and no piece yet, and where it begins
	for at := 0; ; {
		open := strings.Index(text[at:], "{{")
		if open < 0 {
			plain += text[at:]
			break
		}
		open += at
		if open > at && text[open-1] == '\\' {
			plain += text[at:open-1] + "{{"
			at = open + 2
			continue
		}
		if plain += text[at:open]; plain != "" {
			out = append(out, Piece{Text: plain, At: from})
		}
		tag, _, closed := strings.Cut(text[open+2:], "}}")
		if !closed {
			return nil, Fault(text, open, "a {{ has no }}")
		}
		out = append(out, Piece{Text: strings.TrimSpace(tag), Tag: true, At: open})
		at = open + 2 + len(tag) + 2
		plain, from = "", at
	}
	if plain != "" {
		out = append(out, Piece{Text: plain, At: from})
	}
	return out, nil
}

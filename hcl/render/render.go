// Package render writes the diagnostics of a configuration: as text for people, as JSON for programs.
//
// Both need nothing but the diagnostics: each carries its source lines as they were when it was found.
package render

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/yett-gateway/yett/hcl"
)

// Codes of a terminal.
const (
	bold   = "\x1b[1m"
	red    = "\x1b[1;31m"
	yellow = "\x1b[1;33m"
	cyan   = "\x1b[36m"
	faint  = "\x1b[2m"
	plain  = "\x1b[0m"
)

// width is where explanations are wrapped, in characters.
const width = 92

// tab is what a tab is shown as, so that the marks below a line stand where they should.
const tab = "  "

// Text writes each diagnostic as a paragraph, and an empty line after it:
//
//	error: unknown provider
//	  on gateway.hcl line 14, in model "smart", target:
//	  14:   provider = provider.opnai.main
//	                   ^^^^^^^^^^^^^^^^^^^
//	  No provider "opnai" "main" is declared.
//	  hint: Did you mean provider.openai.main (line 3)?
//
// With color it has a terminal's colour codes. Control characters of the source are never written.
// It returns the first error of w.
func Text(w io.Writer, diags hcl.Diagnostics, color bool) error {
	t := &text{w: bufio.NewWriter(w), color: color}
	for i := range diags {
		t.diagnostic(&diags[i])
	}
	return t.w.Flush()
}

// text is one run of Text. Errors of the writer are kept by bufio until the end.
type text struct {
	w     *bufio.Writer
	color bool
}

func (t *text) paint(code, s string) string {
	if !t.color || s == "" {
		return s
	}
	return code + s + plain
}

func (t *text) line(s string) {
	_, _ = t.w.WriteString(s)
	_ = t.w.WriteByte('\n')
}

func (t *text) diagnostic(d *hcl.Diagnostic) {
	code := red
	if d.Severity == hcl.Warning {
		code = yellow
	}
	t.line(t.paint(code, d.Severity.String()+":") + " " + t.paint(bold, clean(d.Summary)))
	if place := where(d); place != "" {
		t.line("  " + place)
	}
	t.source(d, code)
	t.wrapped("  ", clean(d.Detail))
	for _, r := range d.Related {
		t.line(t.paint(faint, fmt.Sprintf("  %s: %s", clean(r.Message), clean(r.Range.String()))))
	}
	t.hint(d)
	t.line("")
}

func (t *text) hint(d *hcl.Diagnostic) {
	if d.Hint != "" {
		t.wrapped("  "+t.paint(cyan, "hint:")+" ", clean(d.Hint))
	}
}

// where is the diagnostic's place in words.
func where(d *hcl.Diagnostic) string {
	s := ""
	switch {
	case d.Range.Known():
		s = fmt.Sprintf("on %s line %d", d.Range.File, d.Range.Start.Line)
	case d.Range.File != "":
		s = "on " + d.Range.File
	case d.Within == "":
		return ""
	}
	if d.Within != "" {
		s = strings.TrimPrefix(s+", in "+d.Within, ", ")
	}
	return clean(s) + ":"
}

// source shows the lines of the range, and underlines the range in the first of them.
func (t *text) source(d *hcl.Diagnostic, code string) {
	if len(d.Lines) == 0 {
		return
	}
	digits := len(fmt.Sprint(d.Lines[len(d.Lines)-1].Number))
	for i, l := range d.Lines {
		shown := []rune(clean(l.Text))
		before, marks := 0, 0
		if i == 0 {
			before, marks = underline(l.Text, d.Range)
		}
		from := 0
		if before+marks > longest && before > longest/2 {
			from = min(before-longest/4, len(shown))
		}
		to := min(from+longest, len(shown))
		t.line(fmt.Sprintf("  %*d: %s%s%s", digits, l.Number, dots(from > 0), string(shown[from:to]), dots(to < len(shown))))
		if i == 0 {
			before += len([]rune(dots(from > 0))) - from
			t.line(strings.Repeat(" ", digits+4+before) + t.paint(code, strings.Repeat("^", min(marks, longest))))
		}
	}
}

// longest is how much of a source line is shown, in characters: the part with the fault.
const longest = 160

// dots stand where a line goes on.
func dots(more bool) string {
	if more {
		return "…"
	}
	return ""
}

// underline counts the characters before a range in its first line, and those of it, at least one.
func underline(line string, r hcl.Range) (before, marks int) {
	start := min(max(r.Start.Column-1, 0), len(line))
	end := len(line)
	if r.End.Line == r.Start.Line {
		end = min(max(r.End.Column-1, start), len(line))
	}
	before = utf8.RuneCountInString(clean(line[:start]))
	return before, max(1, utf8.RuneCountInString(clean(strings.TrimRight(line[start:end], " \t"))))
}

// clean shows tabs as spaces and other control characters as question marks: a file must not be able to
// write to the terminal.
func clean(s string) string {
	s = strings.ReplaceAll(s, "\t", tab)
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r < ' ', r == 0x7f, r >= 0x80 && r < 0xa0, r == 0x2028, r == 0x2029, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return '?'
		}
		return r
	}, s)
}

// wrapped writes sentences, broken between words. The first line begins with head, the others stand below its indent.
func (t *text) wrapped(head, s string) {
	if s == "" {
		return
	}
	for paragraph := range strings.SplitSeq(s, "\n") {
		line := ""
		for word := range strings.FieldsSeq(paragraph) {
			if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
				t.line(head + line)
				head, line = "  ", ""
			}
			if line != "" {
				line += " "
			}
			line += word
		}
		if line != "" {
			t.line(head + line)
			head = "  "
		}
	}
}

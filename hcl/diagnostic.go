package hcl

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// Severity tells whether a configuration can be used in spite of a diagnostic.
type Severity uint8

// The severities.
const (
	Error   Severity = iota // the configuration is refused
	Warning                 // it works, but hardly as meant
)

// String is "error" or "warning".
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// Position is a place in a file. Line and Column count from 1, Column in bytes; Byte counts from 0 and
// leaves out a byte order mark.
type Position struct{ Line, Column, Byte int }

// Range is a piece of a file; End is after its last byte. The zero Range is no place: the command line,
// the environment, or a folder.
type Range struct {
	File       string
	Start, End Position
}

// Known tells whether the range is a place in a file.
func (r Range) Known() bool { return r.File != "" && r.Start.Line > 0 }

// String is "gateway.hcl:14", or "" for no place.
func (r Range) String() string {
	if !r.Known() {
		return r.File
	}
	return fmt.Sprintf("%s:%d", r.File, r.Start.Line)
}

// Line is one line of source as it is shown: keys that were written into the file are starred out.
type Line struct {
	Number int // from 1
	Text   string
}

// Related is a second place that explains a diagnostic.
type Related struct {
	Message string // such as "first declared here"
	Range   Range
}

// Diagnostic is one thing that is wrong with a configuration: what, where, why, and what to do.
type Diagnostic struct {
	Severity Severity
	// Summary is what: a few words, lower case, no full stop.
	Summary string
	// Detail is why: sentences. It may be empty.
	Detail string
	// Hint is what to do: sentences. It may be empty.
	Hint string
	// Range is the tightest piece of source that is at fault.
	Range Range
	// Within is the block around it, such as `route "chat"`; "" outside of blocks.
	Within string
	// Lines are the source lines of Range as they were when the configuration was read, at most MaxLines.
	Lines []Line
	// Related are further places, such as the first of two equal names.
	Related []Related
}

// MaxLines is the most source lines a diagnostic carries.
const MaxLines = 5

// Error is the diagnostic in one line, for logs.
func (d Diagnostic) Error() string {
	var s strings.Builder
	if at := d.Range.String(); at != "" {
		s.WriteString(at + ": ")
	}
	s.WriteString(d.Summary)
	if d.Detail != "" {
		s.WriteString(": " + d.Detail)
	}
	for _, r := range d.Related {
		s.WriteString(" (" + r.Message + ": " + r.Range.String() + ")")
	}
	if d.Hint != "" {
		s.WriteString(" " + d.Hint)
	}
	return s.String()
}

// Diagnostics is everything that is wrong with a configuration, sorted by place.
type Diagnostics []Diagnostic

// HasErrors tells whether the configuration is refused.
func (d Diagnostics) HasErrors() bool {
	return slices.ContainsFunc(d, func(d Diagnostic) bool { return d.Severity == Error })
}

// Count returns how many errors and warnings there are.
func (d Diagnostics) Count() (errors, warnings int) {
	for i := range d {
		if d[i].Severity == Error {
			errors++
		}
	}
	return errors, len(d) - errors
}

// Error is one line per error, so that Diagnostics can be returned as an error. Warnings are left out.
func (d Diagnostics) Error() string {
	var lines []string
	for i := range d {
		if d[i].Severity == Error {
			lines = append(lines, d[i].Error())
		}
	}
	return strings.Join(lines, "\n")
}

// maxDiagnostics bounds what one run reports, so that a file of garbage isn't answered with megabytes.
const maxDiagnostics = 500

// reporter collects diagnostics. It drops repetitions: a dynamic block says the same for each of its copies.
type reporter struct {
	list Diagnostics
	seen map[string]bool
	left int // dropped above maxDiagnostics
}

func (r *reporter) add(d Diagnostic) {
	key := fmt.Sprintf("%s:%d-%d:%s:%s", d.Range.File, d.Range.Start.Byte, d.Range.End.Byte, d.Summary, d.Detail)
	if r.seen[key] {
		return
	}
	if len(r.list) >= maxDiagnostics {
		r.left++
		return
	}
	if r.seen == nil {
		r.seen = map[string]bool{}
	}
	r.seen[key] = true
	r.list = append(r.list, d)
}

// finish sorts what was collected and shows each diagnostic its source lines.
func (r *reporter) finish(s *sources) Diagnostics {
	for i := range r.list {
		r.list[i].Lines = s.lines(r.list[i].Range)
	}
	slices.SortStableFunc(r.list, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(a.Range.File, b.Range.File),
			cmp.Compare(a.Range.Start.Byte, b.Range.Start.Byte),
			cmp.Compare(a.Severity, b.Severity),
			cmp.Compare(a.Summary, b.Summary),
		)
	})
	if r.left > 0 {
		r.list = append(r.list, Diagnostic{
			Summary: "too many diagnostics",
			Detail:  fmt.Sprintf("%d more are not shown.", r.left),
			Hint:    "Mend the ones above first.",
		})
	}
	return r.list
}

// at turns the parser's range into ours.
func at(r hcl.Range) Range {
	return Range{
		File:  r.Filename,
		Start: Position{r.Start.Line, r.Start.Column, r.Start.Byte},
		End:   Position{r.End.Line, r.End.Column, r.End.Byte},
	}
}

// foreign turns the parser's diagnostics into ours. Its texts are kept but for the first letter.
func foreign(diags hcl.Diagnostics, within string) Diagnostics {
	out := make(Diagnostics, 0, len(diags))
	for _, d := range diags {
		o := Diagnostic{Summary: lowerFirst(d.Summary), Detail: d.Detail, Within: within}
		if d.Severity == hcl.DiagWarning {
			o.Severity = Warning
		}
		if d.Subject != nil {
			o.Range = at(*d.Subject)
		}
		if call := callFailure(d); call != nil {
			o.Summary, o.Detail, o.Hint = call.summary, call.detail, call.hint
			if d.Context != nil {
				o.Range = at(*d.Context)
			}
		}
		out = append(out, o)
	}
	return out
}

// foreign turns the evaluator's diagnostics into ours. Some of its texts quote values, and it doesn't know
// which of them are secrets.
func (l *loader) foreign(diags hcl.Diagnostics, within string) Diagnostics {
	out := foreign(diags, within)
	for i := range out {
		for _, s := range l.secrets {
			if s = strings.TrimSpace(s); len(s) >= minScrubbed {
				out[i].Detail = strings.ReplaceAll(out[i].Detail, s, "(secret)")
				out[i].Hint = strings.ReplaceAll(out[i].Hint, s, "(secret)")
			}
		}
	}
	return out
}

// minScrubbed is the length of the shortest value that is taken out of texts; shorter ones are in every word.
const minScrubbed = 4

func lowerFirst(s string) string {
	if len(s) > 1 && s[0] >= 'A' && s[0] <= 'Z' && (s[1] < 'A' || s[1] > 'Z') {
		return strings.ToLower(s[:1]) + s[1:]
	}
	return s
}

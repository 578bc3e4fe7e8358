package render

import (
	"encoding/json"
	"io"

	"github.com/yett-gateway/yett/hcl"
)

// The JSON form. Fields may be added; none changes its name or meaning while FormatVersion is the same.
type document struct {
	FormatVersion int          `json:"format_version"`
	Valid         bool         `json:"valid"`
	ErrorCount    int          `json:"error_count"`
	WarningCount  int          `json:"warning_count"`
	Diagnostics   []diagnostic `json:"diagnostics"`
}

type diagnostic struct {
	Severity string    `json:"severity"`
	Summary  string    `json:"summary"`
	Detail   string    `json:"detail,omitempty"`
	Hint     string    `json:"hint,omitempty"`
	Range    *span     `json:"range,omitempty"`
	Within   string    `json:"within,omitempty"`
	Lines    []line    `json:"lines,omitempty"`
	Related  []related `json:"related,omitempty"`
}

type span struct {
	File  string    `json:"file"`
	Start *position `json:"start,omitempty"`
	End   *position `json:"end,omitempty"`
}

type position struct {
	Line   int `json:"line"`
	Column int `json:"column"`
	Byte   int `json:"byte"`
}

type line struct {
	Number int    `json:"number"`
	Text   string `json:"text"`
}

type related struct {
	Message string `json:"message"`
	Range   *span  `json:"range,omitempty"`
}

// FormatVersion is the version of the form that JSON writes.
const FormatVersion = 1

// JSON writes all diagnostics as one document and a line break:
//
//	{
//	  "format_version": 1,
//	  "valid": false,               no errors
//	  "error_count": 1,
//	  "warning_count": 0,
//	  "diagnostics": [              sorted by place; [] if none
//	    {
//	      "severity": "error",      or "warning"
//	      "summary": "unknown provider",
//	      "detail": "...",          left out if empty, as hint, within, lines and related
//	      "hint": "...",
//	      "range": {                left out if the fault is in no file
//	        "file": "gateway.hcl",
//	        "start": {"line": 14, "column": 14, "byte": 302},   left out if it is the file as a whole
//	        "end": {"line": 14, "column": 33, "byte": 321}      after the last byte
//	      },
//	      "within": "model \"smart\", target",
//	      "lines": [{"number": 14, "text": "  provider = provider.opnai.main"}],
//	      "related": [{"message": "first declared here", "range": {...}}]
//	    }
//	  ]
//	}
//
// Lines and columns count from 1, columns and bytes in bytes. It returns the first error of w.
func JSON(w io.Writer, diags hcl.Diagnostics) error {
	d := document{FormatVersion: FormatVersion, Valid: !diags.HasErrors(), Diagnostics: []diagnostic{}}
	d.ErrorCount, d.WarningCount = diags.Count()
	for i := range diags {
		d.Diagnostics = append(d.Diagnostics, convert(&diags[i]))
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(d)
}

func convert(d *hcl.Diagnostic) diagnostic {
	out := diagnostic{
		Severity: d.Severity.String(), Summary: d.Summary, Detail: d.Detail, Hint: d.Hint,
		Range: convertRange(d.Range), Within: d.Within,
	}
	for _, l := range d.Lines {
		out.Lines = append(out.Lines, line(l))
	}
	for _, r := range d.Related {
		out.Related = append(out.Related, related{r.Message, convertRange(r.Range)})
	}
	return out
}

func convertRange(r hcl.Range) *span {
	if r.File == "" {
		return nil
	}
	s := &span{File: r.File}
	if r.Known() {
		start, end := position(r.Start), position(r.End)
		s.Start, s.End = &start, &end
	}
	return s
}

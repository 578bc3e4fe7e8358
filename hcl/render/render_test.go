package render_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/hcl"
	"github.com/yett-gateway/yett/hcl/render"
)

var update = flag.Bool("update", false, "write testdata/*.golden anew")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got))
}

func load(t *testing.T) hcl.Diagnostics {
	t.Helper()
	_, diags := hcl.Load("testdata/gateway.hcl", hcl.Options{Env: func(string) (string, bool) { return "", false }})
	require.NotEmpty(t, diags)
	return append(diags, hcl.Diagnostic{
		Severity: hcl.Warning, Summary: "no place", Detail: "A fault of the command line\nin two paragraphs.", Hint: "Look again.",
	})
}

func TestText(t *testing.T) {
	var w bytes.Buffer
	require.NoError(t, render.Text(&w, load(t), false))
	golden(t, "plain.golden", w.Bytes())
	w.Reset()
	require.NoError(t, render.Text(&w, load(t), true))
	golden(t, "color.golden", w.Bytes())
}

func TestJSON(t *testing.T) {
	var w bytes.Buffer
	require.NoError(t, render.JSON(&w, load(t)))
	golden(t, "json.golden", w.Bytes())
	w.Reset()
	require.NoError(t, render.JSON(&w, nil))
	golden(t, "valid.golden", w.Bytes())
}

// TestTextIsHarmless looks that a file can't write to the terminal, and that columns count characters.
func TestTextIsHarmless(t *testing.T) {
	var w bytes.Buffer
	require.NoError(t, render.Text(&w, hcl.Diagnostics{{
		Summary: "bad \x1b[2J", Detail: "d\x07", Hint: "h\u202e", Within: "w\x00",
		Range: hcl.Range{File: "a\x1b.hcl", Start: hcl.Position{Line: 1, Column: 7}, End: hcl.Position{Line: 1, Column: 9}},
		Lines: []hcl.Line{{Number: 1, Text: "\tüä \x1b= x"}},
	}}, false))
	assert.Equal(t, "error: bad ?[2J\n  on a?.hcl line 1, in w?:\n  1:   üä ?= x\n          ^^\n  d?\n  hint: h?\n\n", w.String())
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestWriteErrors(t *testing.T) {
	assert.ErrorContains(t, render.Text(fullDisk{}, load(t), false), "disk full")
	assert.ErrorContains(t, render.JSON(fullDisk{}, load(t)), "disk full")
}

func FuzzText(f *testing.F) {
	f.Add("a = 1", 1, 3, 1, 5, "gateway.hcl")
	f.Add("", 0, 0, 0, 0, "")
	f.Add("\xff\xfe", 3, -7, 1, 1<<40, "x")
	f.Fuzz(func(t *testing.T, line string, startLine, startColumn, endLine, endColumn int, file string) {
		d := hcl.Diagnostics{{
			Summary: line, Detail: line, Lines: []hcl.Line{{Number: startLine, Text: line}},
			Range: hcl.Range{
				File: file, Start: hcl.Position{Line: startLine, Column: startColumn}, End: hcl.Position{Line: endLine, Column: endColumn},
			},
		}}
		var w bytes.Buffer
		if err := render.Text(&w, d, false); err != nil {
			t.Fatal(err)
		}
		if bytes.ContainsAny(w.Bytes(), "\x1b\x07\x00") {
			t.Fatalf("control characters: %q", w.Bytes())
		}
		if err := render.JSON(&w, d); err != nil {
			t.Fatal(err)
		}
	})
}

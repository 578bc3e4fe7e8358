package hcl

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Limits of a configuration. They are far above what anybody writes, and keep a wrong path from being read.
const (
	// MaxFileBytes is the size of the largest configuration file: 4 MiB.
	MaxFileBytes = 4 << 20
	// MaxFiles is the most files a folder may have.
	MaxFiles = 1000
	// MaxReadBytes is the size of the largest file that file() reads: 1 MiB.
	MaxReadBytes = 1 << 20
)

// source is one file: its text without a byte order mark, and what of it must not be shown.
type source struct {
	name   string
	text   []byte
	body   *hclsyntax.Body
	hidden []hcl.Range
}

// sources are the files of one configuration.
type sources struct {
	folder string // where relative paths start
	files  []*source
	byName map[string]*source
}

// readSources reads and parses a file, or all *.hcl of a folder in the order of their names.
func readSources(path string, r *reporter) *sources {
	s := &sources{byName: map[string]*source{}}
	info, err := os.Stat(path)
	if err != nil {
		r.add(unreadable(path, err))
		return s
	}
	if !info.IsDir() {
		s.folder = filepath.Dir(path)
		s.read(path, r)
		return s
	}
	s.folder = path
	for _, name := range s.list(r) {
		s.read(name, r)
	}
	return s
}

// list returns the paths of a folder's configuration files, sorted. Hidden files and editors' copies are left out.
func (s *sources) list(r *reporter) []string {
	entries, err := os.ReadDir(s.folder)
	if err != nil {
		r.add(unreadable(s.folder, err))
		return nil
	}
	var names []string
	for _, e := range entries {
		if filepath.Ext(e.Name()) != ".hcl" || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		path := filepath.Join(s.folder, e.Name())
		// A link to a folder is not a file of this configuration; a broken link is reported when read.
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			continue
		}
		names = append(names, path)
	}
	switch {
	case len(names) == 0:
		r.add(Diagnostic{
			Summary: "no configuration files",
			Detail:  fmt.Sprintf("The folder %s has no file whose name ends in .hcl.", s.folder),
			Hint:    "Name a file or a folder with *.hcl files in it.",
			Range:   Range{File: s.folder},
		})
	case len(names) > MaxFiles:
		r.add(Diagnostic{
			Summary: "too many configuration files",
			Detail:  fmt.Sprintf("The folder %s has %d files; at most %d are read.", s.folder, len(names), MaxFiles),
			Hint:    "Put several blocks into one file.",
			Range:   Range{File: s.folder},
		})
		return nil
	}
	slices.Sort(names)
	return names
}

func (s *sources) read(path string, r *reporter) {
	text, err := readBounded(path, MaxFileBytes)
	if err != nil {
		r.add(unreadable(path, err))
		return
	}
	f := &source{name: path}
	s.files = append(s.files, f)
	s.byName[path] = f
	f.parse(text, r)
}

// parse fills the source from text, which it keeps. body stays nil if the text can't be parsed at all.
func (f *source) parse(text []byte, r *reporter) {
	f.text = bytes.TrimPrefix(text, []byte("\uFEFF"))
	if d, ok := notText(f.name, f.text); !ok {
		f.text = nil
		r.add(d)
		return
	}
	if d, ok := tooNested(f.name, f.text); !ok {
		r.add(d)
		return
	}
	file, diags := hclsyntax.ParseConfig(f.text, f.name, hcl.InitialPos)
	for _, d := range foreign(diags, "") {
		r.add(d)
	}
	if file == nil {
		return
	}
	body, _ := file.Body.(*hclsyntax.Body)
	f.body = body
	f.hidden = secretLiterals(body)
}

// errTooLarge says that a file is above its limit.
var errTooLarge = errors.New("too large")

// readBounded reads a file of at most limit bytes. Its error is about the file, without its path.
func readBounded(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, bare(err)
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, errors.New("it is a folder")
	}
	text, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, bare(err)
	}
	if int64(len(text)) > limit {
		return nil, fmt.Errorf("%w: more than %s", errTooLarge, sizeText(limit))
	}
	return text, nil
}

// bare takes the path out of a file error: the diagnostic names it already.
func bare(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

func unreadable(path string, err error) Diagnostic {
	d := Diagnostic{
		Summary: "can't read configuration",
		Detail:  fmt.Sprintf("Reading %s: %v.", path, bare(err)),
		Range:   Range{File: path},
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.Hint = "Check the path, or run without a file to use the keys in the environment."
	case errors.Is(err, fs.ErrPermission):
		d.Hint = "Give the gateway's user the right to read it."
	case errors.Is(err, errTooLarge):
		d.Hint = "Split it into several files of one folder."
	default:
		d.Hint = "Check that it is a file or a folder."
	}
	return d
}

// notText refuses what isn't UTF-8, at the first wrong byte.
func notText(name string, text []byte) (Diagnostic, bool) {
	if utf8.Valid(text) {
		return Diagnostic{}, true
	}
	i := 0
	for i < len(text) {
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		i += n
	}
	line := 1 + bytes.Count(text[:i], []byte("\n"))
	column := i - bytes.LastIndexByte(text[:i], '\n')
	p := Position{line, column, i}
	return Diagnostic{
		Summary: "not UTF-8",
		Detail:  fmt.Sprintf("Byte %d of the file is 0x%02x, which is not valid there.", i, text[i]),
		Hint:    "Save the file in UTF-8.",
		Range:   Range{File: name, Start: p, End: Position{line, column + 1, i + 1}},
	}, false
}

// lines returns the source lines of a range, with the secrets in them starred out.
func (s *sources) lines(r Range) []Line {
	f := s.byName[r.File]
	if f == nil || !r.Known() || r.Start.Byte > len(f.text) {
		return nil
	}
	start := 1 + bytes.LastIndexByte(f.text[:r.Start.Byte], '\n')
	var out []Line
	last := max(r.End.Line, r.Start.Line)
	if r.End.Column == 1 && last > r.Start.Line {
		last-- // the range ends with a line break
	}
	for n := r.Start.Line; n <= last && len(out) < MaxLines && start <= len(f.text); n++ {
		end := len(f.text)
		if i := bytes.IndexByte(f.text[start:], '\n'); i >= 0 {
			end = start + i
		}
		out = append(out, Line{Number: n, Text: f.show(start, end)})
		start = end + 1
	}
	return out
}

// show returns a piece of the text. Bytes of secrets become stars, so that columns stay right.
func (f *source) show(start, end int) string {
	line := bytes.Clone(f.text[start:end])
	for _, h := range f.hidden {
		for i := max(h.Start.Byte, start); i < min(h.End.Byte, end); i++ {
			line[i-start] = '*'
		}
	}
	return strings.TrimRight(string(line), "\r")
}

// secretNames are the attributes whose strings are never shown.
var secretNames = map[string]bool{"api_key": true, "key": true, "keys": true}

// secretLiterals finds what of a file must not be shown: strings written where a key belongs.
func secretLiterals(body *hclsyntax.Body) []hcl.Range {
	var found []hcl.Range
	for name, a := range body.Attributes {
		_, fields := a.Expr.(*hclsyntax.ObjectConsExpr)
		if secretNames[name] || name == "headers" && fields {
			found = append(found, stringsIn(a.Expr)...)
		}
	}
	for _, b := range body.Blocks {
		if b.Type == "tls" {
			continue // key is the path of a file there
		}
		found = append(found, secretLiterals(b.Body)...)
		if d, ok := b.Body.Attributes["default"]; ok && b.Type == "variable" && b.Body.Attributes["sensitive"] != nil {
			found = append(found, stringsIn(d.Expr)...)
		}
	}
	return found
}

// stringsIn returns the literal strings of an expression, but not the arguments of functions: env("X")
// names a key and isn't one, and that name is what a reader needs.
func stringsIn(e hclsyntax.Expression) []hcl.Range {
	switch e := e.(type) {
	case *hclsyntax.TemplateExpr:
		var found []hcl.Range
		for _, p := range e.Parts {
			if lit, ok := p.(*hclsyntax.LiteralValueExpr); ok {
				found = append(found, lit.SrcRange)
			}
		}
		return found
	case *hclsyntax.ParenthesesExpr:
		return stringsIn(e.Expression)
	case *hclsyntax.ConditionalExpr:
		return append(stringsIn(e.TrueResult), stringsIn(e.FalseResult)...)
	case *hclsyntax.TupleConsExpr:
		var found []hcl.Range
		for _, x := range e.Exprs {
			found = append(found, stringsIn(x)...)
		}
		return found
	case *hclsyntax.ObjectConsExpr:
		var found []hcl.Range
		for _, i := range e.Items {
			found = append(found, stringsIn(i.ValueExpr)...)
		}
		return found
	}
	return nil
}

package table

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// readLines reads a JSONL file: an object on each line that isn't blank.
func readLines(path string, text []byte) ([]*Node, error) {
	var out []*Node
	var errs []error
	for i, line := range bytes.Split(text, []byte("\n")) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		n, err := readLine(path, i+1, line)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		out = append(out, n)
	}
	return out, errors.Join(errs...)
}

func readLine(path string, at int, line []byte) (*Node, error) {
	r := &lineReader{path: path, line: at, dec: json.NewDecoder(bytes.NewReader(line))}
	r.dec.UseNumber()
	n, err := r.value()
	if err == nil && n.Kind != Object {
		err = errors.New("a line must be an object")
	}
	if err == nil {
		if _, end := r.dec.Token(); !errors.Is(end, io.EOF) {
			err = errors.New("there is something after the object; a line has one")
		}
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("the object doesn't end on its line")
	}
	if err != nil {
		return nil, &Error{File: path, Line: at, What: err.Error()}
	}
	return n, nil
}

type lineReader struct {
	path  string
	line  int
	depth int
	dec   *json.Decoder
}

// maxDepth is how deep values may be nested.
const maxDepth = 100

func (r *lineReader) value() (*Node, error) {
	t, err := r.dec.Token()
	if err != nil {
		return nil, err
	}
	n := &Node{File: r.path, Line: r.line}
	switch t := t.(type) {
	case string:
		n.Kind, n.Text = String, t
	case json.Number:
		n.Kind, n.Text = Number, t.String()
	case bool:
		n.Kind, n.Bool = Bool, t
	case json.Delim:
		if r.depth++; r.depth > maxDepth {
			return nil, fmt.Errorf("values are nested deeper than %d", maxDepth)
		}
		defer func() { r.depth-- }()
		if t == '[' {
			return n, r.list(n)
		}
		return n, r.object(n)
	}
	return n, nil
}

func (r *lineReader) list(n *Node) error {
	n.Kind = List
	for r.dec.More() {
		item, err := r.value()
		if err != nil {
			return err
		}
		n.Items = append(n.Items, item)
	}
	_, err := r.dec.Token()
	return err
}

func (r *lineReader) object(n *Node) error {
	n.Kind = Object
	for r.dec.More() {
		key, err := r.dec.Token()
		if err != nil {
			return err
		}
		name := key.(string) // the decoder lets no other key pass
		if n.member(name) != nil {
			return fmt.Errorf("%q is there twice", name)
		}
		v, err := r.value()
		if err != nil {
			return err
		}
		n.Members = append(n.Members, Member{name, r.line, v})
	}
	_, err := r.dec.Token()
	return err
}

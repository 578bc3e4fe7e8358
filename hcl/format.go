package hcl

import (
	"bytes"

	"github.com/hashicorp/hcl/v2/hclwrite"
)

// Format puts a file into the one layout: indentation, spaces, aligned equals signs. Comments, line breaks
// and the order of things stay. file is its name in diagnostics. A text that doesn't parse is returned as
// it is, with diagnostics.
func Format(src []byte, file string) ([]byte, Diagnostics) {
	f := &source{name: file}
	var r reporter
	if len(src) > MaxFileBytes {
		r.add(unreadable(file, errTooLarge))
		return src, r.list
	}
	f.parse(src, &r)
	s := &sources{byName: map[string]*source{file: f}}
	if diags := r.finish(s); diags.HasErrors() {
		return src, diags
	}
	out := hclwrite.Format(f.text)
	if len(out) > 0 && !bytes.HasSuffix(out, []byte("\n")) {
		out = append(out, '\n')
	}
	return out, nil
}

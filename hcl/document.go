package hcl

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// Reference returns REFERENCE.md: every block and attribute, in Markdown, from the schemas that decoding
// goes by.
func Reference() []byte {
	var w bytes.Buffer
	w.WriteString(referenceHead)
	for _, s := range topBlocks {
		writeBlock(&w, s, nil)
	}
	writeFunctions(&w)
	return w.Bytes()
}

const referenceHead = `# Configuration reference

Generated from the schemas; ` + "`go test ./hcl -update`" + ` writes it anew.

A configuration is a file, or a folder whose ` + "`*.hcl`" + ` files are read in the order of their names and as one. Blocks refer to
one another by name (` + "`provider.openai.main`, `plugin.guard.pii`, `pipeline.default`, `model.smart`" + `), before or after they are declared.
Any block may be made by a ` + "`dynamic`" + ` block with ` + "`for_each`" + `, ` + "`labels`" + ` and ` + "`content`" + `.

| type | written as |
|---|---|
| duration | ` + "`\"250ms\"`, `\"30s\"`, `\"1h30m\"`, `\"2d\"`" + ` |
| size | ` + "`\"512B\"`, `\"64KiB\"`, `\"16MiB\"`, `\"1.5GiB\"`; `kB`, `MB` and `GB` are powers of 1000" + ` |
| rate | ` + "`\"100/s\"`, `\"60/min\"`, `\"2M/h\"`, `\"1k/day\"`, `\"10/30s\"`" + ` |
| path | of a file; a relative one starts at the configuration's folder |
| condition | an expression over the facts below that is true or false |

Facts of conditions: FACTS. Operators: ` + "`== != < <= > >= && || !`" + `. Functions:
` + "`startswith(text, part)`, `endswith(text, part)`, `contains(text, part)`, `contains([\"a\", \"b\"], text)`, `glob(text, \"a*b\")`,\n`matches(text, \"RE2\")`" + `.
A header or tag that isn't there equals ` + "`null`" + ` and ` + "`\"\"`" + `.
`

func writeBlock(w *bytes.Buffer, s *schema, around []string) {
	path := append(slices.Clone(around), s.name)
	if len(around) == 0 {
		fmt.Fprintf(w, "\n## %s\n\n", s.name)
	} else {
		fmt.Fprintf(w, "\n### %s\n\n", strings.Join(path, " › "))
	}
	header := s.name
	for _, l := range s.labels {
		header += fmt.Sprintf(" %q", strings.ToUpper(l))
	}
	fmt.Fprintf(w, "`%s { ... }`", header)
	if !s.many {
		w.WriteString(", at most one")
	}
	fmt.Fprintf(w, ". %s\n", s.doc)
	if len(s.attributes) > 0 {
		w.WriteString("\n| attribute | type | default | |\n|---|---|---|---|\n")
		for i := range s.attributes {
			writeAttribute(w, &s.attributes[i])
		}
	}
	if names := s.blockNames(); len(names) > 0 {
		for i, n := range names {
			names[i] = "`" + n + "`"
		}
		fmt.Fprintf(w, "\nBlocks inside: %s.\n", list(names, "and"))
	}
	for _, b := range s.blocks {
		writeBlock(w, b, path)
	}
}

func writeAttribute(w *bytes.Buffer, a *attribute) {
	def := a.def
	switch {
	case a.required:
		def = "required"
	case strings.HasPrefix(def, `"`), def == "{}", def == "true", def == "false", strings.Trim(def, "0123456789") == "" && def != "":
		def = "`" + def + "`"
	}
	doc := a.doc
	if len(a.choices) > 0 {
		quoted := make([]string, len(a.choices))
		for i, c := range a.choices {
			quoted[i] = fmt.Sprintf("`%q`", c)
		}
		doc += " One of " + list(quoted, "and") + "."
	}
	fmt.Fprintf(w, "| `%s` | %s | %s | %s |\n", a.name, a.typ, def, doc)
}

func writeFunctions(w *bytes.Buffer) {
	var names []string
	for n := range (&loader{}).functions() {
		names = append(names, "`"+n+"`")
	}
	slices.Sort(names)
	w.WriteString("\n## Functions\n\n")
	w.WriteString("`env(name[, default])` is an environment variable; a missing or empty one without a default is an error. " +
		"`file(path)` is the text of a file of at most 1 MiB. The others do what they do in other programs with HCL: ")
	w.WriteString(strings.Join(names, ", ") + ".\n")
	text := bytes.Replace(w.Bytes(), []byte("FACTS"), []byte(factList()), 1)
	w.Reset()
	w.Write(text)
}

// factList is every fact with its type.
func factList() string {
	var out []string
	for n, k := range knownFacts {
		if k.kind == kindText {
			out = append(out, "`"+n+"`")
		} else {
			out = append(out, fmt.Sprintf("`%s` (%s)", n, strings.TrimPrefix(k.kind.String(), "a ")))
		}
	}
	slices.Sort(out)
	for _, f := range factFamilies {
		out = append(out, "`"+f+"`")
	}
	return strings.Join(out, ", ")
}

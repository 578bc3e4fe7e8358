package hcl

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// schema is what a block may hold. The reference is generated from it, so it can't say anything else.
type schema struct {
	name       string
	labels     []string // what each label names
	doc        string
	attributes []attribute
	blocks     []*schema
	free       bool // any attribute name is allowed: locals
	many       bool // more than one is allowed where it stands
}

// attribute is one name of a block.
type attribute struct {
	name     string
	typ      string   // for readers: "string", "duration", "reference to a provider"
	def      string   // default as written in a file; "" for none
	choices  []string // allowed values
	doc      string
	required bool
}

func (s *schema) attribute(name string) *attribute {
	for i := range s.attributes {
		if s.attributes[i].name == name {
			return &s.attributes[i]
		}
	}
	return nil
}

func (s *schema) block(name string) *schema {
	for _, b := range s.blocks {
		if b.name == name {
			return b
		}
	}
	return nil
}

func (s *schema) attributeNames() []string {
	names := make([]string, len(s.attributes))
	for i, a := range s.attributes {
		names[i] = a.name
	}
	return names
}

func (s *schema) blockNames() []string {
	names := make([]string, len(s.blocks))
	for i, b := range s.blocks {
		names[i] = b.name
	}
	return names
}

// later are blocks that are designed and not built yet: whoever writes one gets an answer to that.
var later = map[string]bool{
	"budget": true, "test": true, "state": true, "price": true, "import": true, "record": true, "sink": true,
	"trace": true, "audit": true, "role": true, "oidc": true, "jwt": true, "semantic_cache": true,
}

// block is a block whose names were checked against its schema, with dynamic blocks expanded.
type block struct {
	l      *loader
	schema *schema
	syntax *hclsyntax.Block
	labels []string
	scope  *scope
	within string // `route "chat", cache`
	blocks []*block
	values map[string]given // attributes that were evaluated already
}

// open checks a block's labels and names and opens the blocks in it.
func (l *loader) open(s *schema, syn *hclsyntax.Block, sc *scope, parent string) *block {
	b, _ := l.named(s, syn, sc, parent)
	b.open()
	return b
}

// named makes a block of which only the labels are known yet. parent is "" at the top. ok is false if the
// labels are wrong, so that the block has no name; it is still good for finding errors in.
func (l *loader) named(s *schema, syn *hclsyntax.Block, sc *scope, parent string) (b *block, ok bool) {
	b = &block{l: l, schema: s, syntax: syn, labels: syn.Labels, scope: sc, within: blockName(syn)}
	if parent != "" {
		b.within = parent + ", " + b.within
	}
	return b, b.checkLabels()
}

// open checks a block's names and opens the blocks in it. References are known by then, so that dynamic
// blocks may go over them.
func (b *block) open() {
	b.checkAttributes()
	seen := map[string]hcl.Range{}
	for _, inner := range b.l.expand(b.syntax.Body.Blocks, b.scope, b.within) {
		child := b.schema.block(inner.syntax.Type)
		if child == nil {
			b.unknownBlock(inner.syntax)
			continue
		}
		if first, twice := seen[child.name]; twice && !child.many {
			b.report(Diagnostic{
				Summary: "duplicate block",
				Detail:  fmt.Sprintf("Only one %s block is allowed here.", child.name),
				Hint:    "Put everything into the first one.",
				Range:   at(inner.syntax.DefRange()),
				Related: []Related{{"first written here", at(first)}},
			})
			continue
		}
		seen[child.name] = inner.syntax.DefRange()
		b.blocks = append(b.blocks, b.l.open(child, inner.syntax, inner.scope, b.within))
	}
}

// blockName is a block as people say it: `provider "openai" "main"`.
func blockName(b *hclsyntax.Block) string {
	var s strings.Builder
	s.WriteString(b.Type)
	for _, label := range b.Labels {
		fmt.Fprintf(&s, " %q", label)
	}
	return s.String()
}

func (b *block) checkLabels() bool {
	want, got := b.schema.labels, b.syntax.Labels
	if len(want) != len(got) {
		example := b.schema.name
		for _, l := range want {
			example += fmt.Sprintf(" %q", strings.ToUpper(l))
		}
		summary, detail := "missing label", fmt.Sprintf("%s block is written with %d labels, got %d.", capital(a(b.schema.name)), len(want), len(got))
		if len(got) > len(want) {
			summary = "too many labels"
		}
		b.report(Diagnostic{
			Summary: summary,
			Detail:  strings.Replace(detail, "with 1 labels", "with one label", 1),
			Hint:    fmt.Sprintf("Write it as: %s { ... }", example),
			Range:   at(b.syntax.DefRange()),
		})
		return false
	}
	for i, label := range got {
		if d, ok := checkLabel(label, want[i], b.syntax.LabelRanges[i]); !ok {
			if b.schema == modelSchema && strings.Contains(label, "*") {
				d.Hint = fmt.Sprintf("Give the model a plain name, and the pattern to its aliases: aliases = [%q]", label)
			}
			b.report(d)
			return false
		}
	}
	return true
}

// maxLabel is the length of the longest name: names become metric labels and log fields.
const maxLabel = 128

func checkLabel(label, what string, r hcl.Range) (Diagnostic, bool) {
	why := ""
	switch {
	case label == "":
		why = "It is empty."
	case len(label) > maxLabel:
		why = fmt.Sprintf("It is longer than %d bytes.", maxLabel)
	default:
		for _, c := range []byte(label) {
			if c <= ' ' || c >= 0x7f || strings.IndexByte("\"'\\`{}$%*<>", c) >= 0 {
				why = fmt.Sprintf("It has a character that isn't allowed: %q.", c)
				break
			}
		}
	}
	if why == "" {
		return Diagnostic{}, true
	}
	return Diagnostic{
		Summary: "invalid " + what,
		Detail:  why,
		Hint:    "Use letters, digits and . _ - / : @",
		Range:   at(r),
	}, false
}

// checkAttributes reports attributes that the schema doesn't know, and required ones that aren't there.
func (b *block) checkAttributes() {
	if b.schema.free {
		return
	}
	for name, syn := range b.syntax.Body.Attributes {
		if b.schema.attribute(name) != nil {
			continue
		}
		d := Diagnostic{
			Summary: "unknown attribute",
			Detail:  fmt.Sprintf("%s block has no attribute %q.", capital(a(b.schema.name)), name),
			Hint:    didYouMean(name, b.schema.attributeNames()),
			Range:   at(syn.NameRange),
		}
		switch {
		case b.schema.block(name) != nil:
			d.Hint = fmt.Sprintf("It is a block: write %s { ... } without the equals sign.", name)
		case later[name]:
			d.Hint = fmt.Sprintf("%s comes in a later release.", name)
		case len(b.schema.attributes) == 0:
			d.Hint = "It has only blocks."
		}
		b.report(d)
	}
	article := capital(a(b.schema.name))
	for _, a := range b.schema.attributes {
		if _, ok := b.syntax.Body.Attributes[a.name]; a.required && !ok {
			b.report(Diagnostic{
				Summary: fmt.Sprintf("missing %s", a.name),
				Detail:  fmt.Sprintf("%s block needs the attribute %q: %s", article, a.name, a.doc),
				Hint:    fmt.Sprintf("Add %s = %s", a.name, sample(a)),
				Range:   at(b.syntax.DefRange()),
			})
		}
	}
}

// sample is a value to show where an attribute is missing.
func sample(a attribute) string {
	if len(a.choices) > 0 {
		return fmt.Sprintf("%q", a.choices[0])
	}
	return samples[a.typ]
}

// samples are values to show where an attribute is missing, by type.
var samples = map[string]string{
	"reference to a provider":      "provider.openai.main",
	"reference to a plugin":        "plugin.guard.pii",
	"list of references to models": "[model.cheap]",
	"path":                         `"path/to/file.pem"`,
	"string":                       `"..."`,
}

func (b *block) unknownBlock(syn *hclsyntax.Block) {
	if b.l.unparsed && len(syn.Labels) > 0 && topSchema(syn.Type) != nil {
		return // after a brace that the parser missed, all blocks below seem to be inside
	}
	d := unknownBlock(syn, b.schema.blockNames())
	switch {
	case later[syn.Type]:
	case b.schema.attribute(syn.Type) != nil:
		d.Hint = fmt.Sprintf("It is an attribute: write %s = ... with an equals sign.", syn.Type)
	case len(b.schema.blocks) == 0:
		d.Detail, d.Hint = fmt.Sprintf("%s block has no blocks inside.", capital(a(b.schema.name))), ""
	}
	b.report(d)
}

// unknownBlock says that a block isn't known, or not yet.
func unknownBlock(syn *hclsyntax.Block, known []string) Diagnostic {
	if later[syn.Type] {
		return Diagnostic{
			Summary: fmt.Sprintf("%s blocks come in a later release", syn.Type),
			Detail:  "This release can't do what the block asks for, so it doesn't pretend to.",
			Hint:    "Take the block out.",
			Range:   at(syn.DefRange()),
		}
	}
	return Diagnostic{
		Summary: "unknown block",
		Detail:  fmt.Sprintf("There is no %q block here.", syn.Type),
		Hint:    didYouMean(syn.Type, known),
		Range:   at(syn.TypeRange),
	}
}

// report adds a diagnostic about this block.
func (b *block) report(d Diagnostic) {
	d.Within = b.within
	b.l.diags.add(d)
}

// has tells whether the attribute is written.
func (b *block) has(name string) bool {
	_, ok := b.syntax.Body.Attributes[name]
	return ok
}

// at is where an attribute's value is, or the block's header if the attribute isn't written.
func (b *block) at(name string) Range {
	if a, ok := b.syntax.Body.Attributes[name]; ok {
		return at(a.Expr.Range())
	}
	return b.header()
}

// header is the block's first line: type and labels.
func (b *block) header() Range { return at(b.syntax.DefRange()) }

// block returns the first block of that name inside, or nil.
func (b *block) block(name string) *block {
	for _, inner := range b.blocks {
		if inner.schema.name == name {
			return inner
		}
	}
	return nil
}

// all returns the blocks of that name inside, in order.
func (b *block) all(name string) []*block {
	var out []*block
	for _, inner := range b.blocks {
		if inner.schema.name == name {
			out = append(out, inner)
		}
	}
	return out
}

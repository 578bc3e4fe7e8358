package hcl

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unsafe"

	"github.com/yett-gateway/yett/engine/spec"
)

// predicate is a compiled condition. It holds no state, so it is safe for concurrent use.
type predicate struct {
	root   node
	source string
}

var _ spec.Predicate = (*predicate)(nil)

func newPredicate(n node) *predicate {
	var s strings.Builder
	n.write(&s)
	return &predicate{n, s.String()}
}

func (p *predicate) True(f spec.Facts) bool { return p.root.true(f) }

// Source is the condition in one fixed spelling, with what was known at load put in: two conditions that
// differ only by the value of a local have different sources. Secrets stand there as a hash.
func (p *predicate) Source() string { return p.source }

// node is one step of a condition.
type node interface {
	true(f spec.Facts) bool
	write(s *strings.Builder)
}

// origin of an operand's value.
const (
	fromConstant = iota
	fromFact
	fromHeader
	fromTag
)

// operand is a text or a number: known, or asked of the request.
type operand struct {
	source int
	fact   spec.Fact
	name   string // of the fact, header or tag
	text   string
	number int64
	secret bool
}

// read returns the operand's text. It shares the request's bytes, so it is valid during the call only.
func (o *operand) read(f spec.Facts) string {
	switch o.source {
	case fromFact:
		return unsafeText(f.Fact(o.fact))
	case fromHeader:
		return unsafeText(f.Header(o.name))
	case fromTag:
		return f.Tag(o.name)
	}
	return o.text
}

// unsafeText is the bytes as a text, without a copy. Nobody may keep it after the bytes change.
func unsafeText(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

func (o *operand) count(f spec.Facts) int64 {
	if o.source == fromFact {
		return f.Number(o.fact)
	}
	return o.number
}

func (o *operand) write(s *strings.Builder) {
	switch o.source {
	case fromFact:
		s.WriteString(o.name)
	case fromHeader:
		fmt.Fprintf(s, "request.header[%q]", o.name)
	case fromTag:
		fmt.Fprintf(s, "consumer.tag[%q]", o.name)
	default:
		writeText(s, o.text, o.secret)
	}
}

// writeText writes a constant. A secret's hash tells it from others without telling it.
func writeText(s *strings.Builder, text string, secret bool) {
	if secret {
		sum := sha256.Sum256([]byte(text))
		fmt.Fprintf(s, "(secret %x)", sum[:4])
		return
	}
	fmt.Fprintf(s, "%q", text)
}

// constantNode is a condition that no request changes.
type constantNode bool

func (n constantNode) true(spec.Facts) bool     { return bool(n) }
func (n constantNode) write(s *strings.Builder) { fmt.Fprint(s, bool(n)) }

// flagNode is a fact that is a truth value.
type flagNode struct{ of operand }

func (n flagNode) true(f spec.Facts) bool   { return f.Number(n.of.fact) != 0 }
func (n flagNode) write(s *strings.Builder) { n.of.write(s) }

type notNode struct{ of node }

func (n notNode) true(f spec.Facts) bool { return !n.of.true(f) }
func (n notNode) write(s *strings.Builder) {
	s.WriteString("!(")
	n.of.write(s)
	s.WriteString(")")
}

// bothNode is a && b, and a || b where any is set: the second is asked only if the first leaves it open.
type bothNode struct {
	a, b node
	any  bool
}

func (n bothNode) true(f spec.Facts) bool {
	if n.a.true(f) == n.any {
		return n.any
	}
	return n.b.true(f)
}

func (n bothNode) write(s *strings.Builder) {
	s.WriteString("(")
	n.a.write(s)
	if n.any {
		s.WriteString(" || ")
	} else {
		s.WriteString(" && ")
	}
	n.b.write(s)
	s.WriteString(")")
}

// sameNode is a == b of truth values.
type sameNode struct{ a, b node }

func (n sameNode) true(f spec.Facts) bool { return n.a.true(f) == n.b.true(f) }
func (n sameNode) write(s *strings.Builder) {
	s.WriteString("(")
	n.a.write(s)
	s.WriteString(" == ")
	n.b.write(s)
	s.WriteString(")")
}

func not(n node) node {
	switch n := n.(type) {
	case constantNode:
		return !n
	case notNode:
		return n.of
	}
	return notNode{n}
}

func and(a, b node) node { return both(a, b, false) }
func or(a, b node) node  { return both(a, b, true) }

// both drops what is known already.
func both(a, b node, any bool) node {
	if c, ok := b.(constantNode); ok {
		a, b = c, a
	}
	if c, ok := a.(constantNode); ok {
		if bool(c) == any {
			return c
		}
		return b
	}
	return bothNode{a, b, any}
}

func same(a, b node) node {
	if c, ok := b.(constantNode); ok {
		a, b = c, a
	}
	if c, ok := a.(constantNode); ok {
		if c {
			return b
		}
		return not(b)
	}
	return sameNode{a, b}
}

// equalNode compares texts.
type equalNode struct{ a, b operand }

func (n equalNode) true(f spec.Facts) bool { return n.a.read(f) == n.b.read(f) }
func (n equalNode) write(s *strings.Builder) {
	n.a.write(s)
	s.WriteString(" == ")
	n.b.write(s)
}

// absentNode is a header or tag that isn't there.
type absentNode struct{ of operand }

func (n absentNode) true(f spec.Facts) bool {
	if n.of.source == fromTag {
		return f.Tag(n.of.name) == ""
	}
	return f.Header(n.of.name) == nil
}

func (n absentNode) write(s *strings.Builder) {
	n.of.write(s)
	s.WriteString(" == null")
}

// comparison is an operator between numbers.
type comparison uint8

// The comparisons.
const (
	equals comparison = iota
	less
	lessOrEqual
	greater
	greaterOrEqual
)

func (c comparison) String() string { return [...]string{"==", "<", "<=", ">", ">="}[c] }

// orderNode compares numbers.
type orderNode struct {
	a, b operand
	by   comparison
}

func (n orderNode) true(f spec.Facts) bool {
	a, b := n.a.count(f), n.b.count(f)
	switch n.by {
	case less:
		return a < b
	case lessOrEqual:
		return a <= b
	case greater:
		return a > b
	case greaterOrEqual:
		return a >= b
	}
	return a == b
}

func (n orderNode) write(s *strings.Builder) {
	for i, o := range []operand{n.a, n.b} {
		if i == 1 {
			fmt.Fprintf(s, " %s ", n.by)
		}
		switch {
		case o.source == fromFact:
			s.WriteString(o.name)
		case o.secret:
			writeText(s, fmt.Sprint(o.number), true)
		default:
			fmt.Fprint(s, o.number)
		}
	}
}

// searches are the functions of two texts that need no preparation.
var searches = map[string]func(text, part string) bool{
	"contains": strings.Contains, "startswith": strings.HasPrefix, "endswith": strings.HasSuffix,
}

// searchNode looks for a text in another.
type searchNode struct {
	name string
	find func(text, part string) bool
	a, b operand
}

func (n searchNode) true(f spec.Facts) bool   { return n.find(n.a.read(f), n.b.read(f)) }
func (n searchNode) write(s *strings.Builder) { writeCall(s, n.name, &n.a, &n.b) }

func writeCall(s *strings.Builder, name string, a, b *operand) {
	s.WriteString(name + "(")
	a.write(s)
	s.WriteString(", ")
	b.write(s)
	s.WriteString(")")
}

// globNode matches a pattern in which * is any run of characters.
type globNode struct{ a, pattern operand }

func (n globNode) true(f spec.Facts) bool   { return spec.Matches(n.pattern.text, n.a.read(f)) }
func (n globNode) write(s *strings.Builder) { writeCall(s, "glob", &n.a, &n.pattern) }

// matchNode matches an RE2 pattern, which takes time in proportion to the text.
type matchNode struct {
	a, pattern operand
	re         *regexp.Regexp
}

func (n matchNode) true(f spec.Facts) bool   { return n.re.MatchString(n.a.read(f)) }
func (n matchNode) write(s *strings.Builder) { writeCall(s, "matches", &n.a, &n.pattern) }

// memberNode looks for a text in a sorted list.
type memberNode struct {
	of     operand
	list   []string
	secret bool
}

func newMember(of operand, list []string, secret bool) node {
	if len(list) == 0 {
		return constantNode(false)
	}
	sorted := slices.Clone(list)
	slices.Sort(sorted)
	return memberNode{of, slices.Compact(sorted), secret}
}

func (n memberNode) true(f spec.Facts) bool {
	_, found := slices.BinarySearch(n.list, n.of.read(f))
	return found
}

func (n memberNode) write(s *strings.Builder) {
	s.WriteString("contains([")
	for i, text := range n.list {
		if i > 0 {
			s.WriteString(", ")
		}
		writeText(s, text, n.secret)
	}
	s.WriteString("], ")
	n.of.write(s)
	s.WriteString(")")
}

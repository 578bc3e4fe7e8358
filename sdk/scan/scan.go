// Package scan finds regular expressions in texts. It needs capability scan.
//
// The host does the work, in time linear in the text and for all patterns of a set at once: a few microseconds for a
// prompt of 4 KiB, a hundred nanoseconds for a piece of a stream, where package regexp takes milliseconds inside of
// WebAssembly. Patterns have RE2's syntax, as package regexp does; the longest match counts, so that a lazy x*?
// is x*. A pattern must not match the empty text.
//
//	func (g *guard) Init(c config.Value) (err error) {
//		g.set, err = scan.Compile(`\b\d{3}-\d{2}-\d{4}\b`, `(?i)rosebud`)
//		return err
//	}
//
//	func (g *guard) OnDelta(d sdk.Delta) sdk.Verdict {
//		hits, open, err := g.set.Window(d, g.hits[:0])
//		if err != nil {
//			return sdk.Block(403, "not looked at")
//		}
//		g.hits = hits
//		// hits that begin before open are final; what follows open in d.Window() must be held
//	}
package scan

import (
	"strconv"
	"strings"

	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/internal/host"
)

// Set is a set of patterns. The zero Set has none, and matches nothing.
type Set struct{ id int32 } // 1 + the host's

// Hit is a match: the number of its pattern, from 0, and its bytes Start to End.
type Hit = host.Hit

// Error is a pattern that can't be used.
type Error struct {
	// Pattern is its number, from 0; -1 if the set as a whole is at fault.
	Pattern int
	// Reason says what is wrong.
	Reason string
}

// Error gives the pattern's number and the reason.
func (e *Error) Error() string {
	if e.Pattern < 0 {
		return e.Reason
	}
	return "pattern " + strconv.Itoa(e.Pattern) + ": " + e.Reason
}

// Compile makes a set, in Init. Equal sets are one, whatever instance makes them. A stage has at most abi.MaxSets sets,
// a set abi.MaxPatterns patterns of abi.MaxPatternBytes together.
//
// # Errors
//
// An *Error: a pattern isn't valid, matches the empty text or has a line break, or a bound is reached.
func Compile(patterns ...string) (Set, error) {
	for n, p := range patterns {
		if strings.Contains(p, "\n") {
			return Set{}, &Error{n, `it has a line break; write \n`}
		}
	}
	id := host.ScanCompile(strings.Join(patterns, "\n"))
	if id >= 0 {
		return Set{id + 1}, nil
	}
	var room [1 << 10]byte
	n := int(host.ScanError(room[:]))
	if n <= 0 || n > len(room) {
		return Set{}, &Error{-1, sdk.StatusError(abi.Status(id)).Error()}
	}
	number, reason, _ := strings.Cut(string(room[:n]), " ")
	k, err := strconv.Atoi(number)
	if err != nil {
		k = -1
	}
	return Set{}, &Error{k, reason}
}

// Match appends to dst the hits of text that begin at from or after it; what is before is only context, for ^ and \b.
// They are in order and don't overlap: of two that would, the one that begins first counts, of those that begin together
// the longest, of equal ones the first pattern's. Bytes that aren't UTF-8 belong to no hit.
//
// # Errors
//
// sdk.ErrTooLarge: there are more than abi.MaxHits. A guard that gets it must not let the text pass.
func (s Set) Match(text []byte, from int, dst []Hit) ([]Hit, error) {
	if s.id == 0 {
		return dst, nil
	}
	for {
		room := dst[len(dst):cap(dst)]
		n := host.ScanMatch(s.id-1, text, int32(from), room)
		if n < 0 {
			return dst, sdk.StatusError(abi.Status(n))
		}
		if n /= host.HitBytes; int(n) <= len(room) {
			return dst[:len(dst)+int(n)], nil
		}
		dst = append(dst, make([]Hit, n)...)[:len(dst)]
	}
}

// MatchPart is Match over a part's text, which isn't read for it. A part without a text has no hits.
func (s Set) MatchPart(p sdk.Part, dst []Hit) ([]Hit, error) {
	f, i, j := p.Field()
	return s.MatchField(f, i, j, dst)
}

// MatchField is Match over any text field, from 0. A field that is absent has no hits.
func (s Set) MatchField(f abi.Field, i, j int, dst []Hit) ([]Hit, error) {
	if s.id == 0 {
		return dst, nil
	}
	for {
		room := dst[len(dst):cap(dst)]
		n := host.ScanMatchField(s.id-1, f, int32(i), int32(j), room)
		switch {
		case abi.Status(n) == abi.Absent:
			return dst, nil
		case n < 0:
			return dst, sdk.StatusError(abi.Status(n))
		}
		if n /= host.HitBytes; int(n) <= len(room) {
			return dst[:len(dst)+int(n)], nil
		}
		dst = append(dst, make([]Hit, n)...)[:len(dst)]
	}
}

// Open returns where the first match begins, at from or after it, that text to come could complete or lengthen, and
// len(text) if there is none. Hits that begin before it are final, and end there at the latest. So a stream holds
// what follows it, and no more.
func (s Set) Open(text []byte, from int) int {
	if s.id == 0 {
		return len(text)
	}
	n := int(host.ScanOpen(s.id-1, text, int32(from)))
	if n < 0 {
		return from // hold all rather than release what nobody looked at
	}
	return n
}

// Window is Match and Open at once for the window of OnDelta, with what was before it as context: the hits are appended
// to dst, their places and open counted from the window's begin. open is the window's length if no match is open or
// nothing follows in the channel. The window needn't be read for it.
//
// # Errors
//
// As of Match; the whole window is open then.
func (s Set) Window(d sdk.Delta, dst []Hit) (hits []Hit, open int, err error) {
	if s.id == 0 {
		return dst, d.Len(), nil
	}
	for {
		room := dst[len(dst):cap(dst)]
		r := host.ScanWindow(s.id-1, room)
		if r < 0 {
			return dst, 0, sdk.StatusError(abi.Status(r))
		}
		if n := int(r>>32) / host.HitBytes; n > len(room) {
			dst = append(dst, make([]Hit, n)...)[:len(dst)]
		} else {
			return dst[:len(dst)+n], int(int32(r)), nil
		}
	}
}

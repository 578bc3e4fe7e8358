// Package pattern finds many regular expressions in a text at once, in time linear in the text. It is the engine
// behind the capability scan: plugins/host runs it for guests, sdk/sdktest for their native tests. A plugin doesn't import
// it, but package scan, which asks the host.
//
// The syntax is RE2's, as Go's package regexp has it. A Set is compiled to three automata over bytes, each made
// deterministic lazily, state by state, as texts ask for them (see dfa):
//
//	starts   runs backwards from the text's end and marks where matches begin
//	longest  runs forwards from where one begins, and finds its end
//	alive    runs backwards too, and marks where matches begin that later text could complete or lengthen
//
// engine/RATIONALE.md has the figures that led here.
package pattern

import (
	"errors"
	"fmt"
	"strings"
)

// Bounds of a set, besides those of the contract. One that is larger is refused.
const (
	// maxInsts is the most instructions of one automaton: about one for a byte of a pattern, counted
	// repetitions multiplied out.
	maxInsts = 1 << 17
	// maxClasses is the most \p{…} of a set: the parser makes a table of some kilobytes for each.
	maxClasses = 1024
	// MaxHits is the most matches of one call.
	MaxHits = 1 << 16 // abi.MaxHits
)

// Set is a list of compiled patterns. It is safe for concurrent use.
type Set struct {
	classes classes
	starts  dfa
	longest dfa
	alive   dfa
	size    int
}

// Hit is a match: the number of its pattern, from 0, and its bytes Start to End.
type Hit struct{ Pattern, Start, End int32 }

// Error is a pattern that can't be used.
type Error struct {
	// Pattern is its number, from 0; -1 if the set as a whole is at fault.
	Pattern int
	// Reason says what is wrong with it.
	Reason string
	// Large tells that it, or the set, is beyond a bound.
	Large bool
}

// Error gives the pattern's number and the reason.
func (e *Error) Error() string {
	if e.Pattern < 0 {
		return e.Reason
	}
	return fmt.Sprintf("pattern %d: %s", e.Pattern, e.Reason)
}

// ErrHits is a text with more than MaxHits matches.
var ErrHits = errors.New("too many matches")

// Compile makes a set of patterns. work is what that was worth, in units of Scratch.Pay, also if it failed.
//
// # Errors
//
// An *Error: a pattern isn't RE2's syntax, matches the empty text, or the set is too large.
func Compile(patterns []string) (s *Set, work int, err error) {
	unicode := 0
	for _, p := range patterns {
		unicode += strings.Count(p, `\p`) + strings.Count(p, `\P`)
		work += byteWork * len(p)
	}
	if unicode > maxClasses {
		return nil, work, &Error{Pattern: -1, Reason: "the patterns have too many classes of Unicode", Large: true}
	}
	work += classWork * unicode
	trees, err := parse(patterns)
	if err != nil {
		return nil, work, err
	}
	forward, err := compile(trees, false)
	if err != nil {
		return nil, work + instWork*maxInsts, err
	}
	work += instWork * len(forward.insts)
	backward, err := compile(trees, true)
	if err != nil {
		return nil, work + instWork*maxInsts, err
	}
	work += instWork * len(backward.insts)
	s = &Set{size: len(forward.insts) + len(backward.insts)}
	s.classes = newClasses(forward, backward)
	s.starts.init(backward, &s.classes, unanchored)
	s.longest.init(forward, &s.classes, anchored)
	s.alive.init(backward, &s.classes, inside)
	return s, work, nil
}

// What compiling is worth: a byte of a pattern, a class of Unicode, an instruction.
const (
	byteWork  = 64
	classWork = 4096
	instWork  = 64
)

// Size is how large the set is, in instructions. One takes about 40 bytes.
func (s *Set) Size() int { return s.size }

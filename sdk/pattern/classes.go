package pattern

// context is what a scan knows of the byte before: enough for assertions.
type context uint8

const (
	none    context = iota // there is none
	word                   // a letter, digit or _
	newline                // a line feed
	other                  // any other
	unseen                 // there will be one, nobody knows which
	contexts
)

// classes are the sets of bytes that no automaton of a set tells apart.
type classes struct {
	of     [256]uint8
	sample []byte    // a byte of each class
	kind   []context // of each class, and none for the class after the last: the end of the text
}

// eot is the class of the end of the text.
func (c *classes) eot() uint32 { return uint32(len(c.sample)) }

// newClasses parts the bytes by every range and set of the programs.
func newClasses(progs ...*prog) (c classes) {
	seen := map[byteset]bool{}
	count := 1
	part := func(s byteset) {
		if seen[s] || count == 256 {
			return
		}
		seen[s] = true
		var ids [512]int // 1 + the new class, by the old one and whether the byte is in s
		count = 0
		for b := range c.of {
			k := int(c.of[b]) << 1
			if s.has(byte(b)) {
				k |= 1
			}
			if ids[k] == 0 {
				count++
				ids[k] = count
			}
			c.of[b] = uint8(ids[k] - 1)
		}
	}
	for _, p := range progs {
		for n := range p.insts {
			if in := &p.insts[n]; in.op == opRange {
				var s byteset
				s.add(in.lo, in.hi)
				part(s)
			}
		}
		for _, s := range p.sets {
			part(s)
		}
		if p.asserts {
			var s byteset
			s.add('\n', '\n')
			part(s)
			part(wordBytes)
		}
	}
	c.sample, c.kind = make([]byte, count), make([]context, count+1)
	for b := range c.of {
		c.sample[c.of[b]], c.kind[c.of[b]] = byte(b), kindOf(byte(b))
	}
	return c
}

// wordBytes are the bytes of kind word.
var wordBytes = func() (s byteset) {
	for b := range 256 {
		if kindOf(byte(b)) == word {
			s.add(byte(b), byte(b))
		}
	}
	return s
}()

func kindOf(b byte) context {
	switch {
	case b == '\n':
		return newline
	case b == '_' || b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z':
		return word
	}
	return other
}

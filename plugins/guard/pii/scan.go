package main

// entity is a kind of personal data, named as in Presidio.
type entity uint8

const (
	email entity = iota
	phone
	card
	iban
	ssn
	ip
	entities
)

var entityNames = [entities]string{"EMAIL_ADDRESS", "PHONE_NUMBER", "CREDIT_CARD", "IBAN_CODE", "US_SSN", "IP_ADDRESS"}

// placeholder marks a match that is a placeholder of ours, to be replaced by what it stands for.
const placeholder = entities

// match is a span of units. For a placeholder, value is the number of its original.
type match struct {
	from, to int
	entity   entity
	value    int
}

// outcome is what a matcher says of a place.
type outcome uint8

const (
	no   outcome = iota
	yes          // a match, that nothing that follows could change
	more         // the text ends where it could still be, or become another, match
)

// scanner finds personal data. One scanner is used again and again; it isn't for concurrent use.
//
// Texts come whole or as the window of a stream. The result doesn't depend on where a stream was cut: a matcher looks
// at what is there from a start on, and says more if the end of the window is within reach. Then all from that
// start on is held back, and looked at again with what follows.
type scanner struct {
	on       [entities]bool
	known    *vault // placeholders to look for; nil: none
	view     view
	u        []byte // view.units
	final    bool   // nothing follows
	found    []match
	numbered numbers
}

// scan looks for matches that begin at or after unit from. The units before are context. It returns the unit from
// which on nothing is decided yet, len(s.u) if all is. Matches are in s.found, in order, without overlaps.
func (s *scanner) scan(from int, final bool) (undecided int) {
	s.u, s.final, s.found = s.view.units, final, s.found[:0]
	tail := s.tail(from)
	next := s.nextAt(from)
	for n := from; n < len(s.u); {
		c := s.u[n]
		class := classes[c]
		if class == 0 {
			n++
			continue
		}
		m, out := match{}, no
		switch {
		case c == '[':
			m, out = s.placeholder(n)
		case s.wordBefore(n):
		default:
			if s.on[email] && class&local != 0 {
				if n >= tail {
					out = more
				} else if next >= 0 && n < next && next-n <= maxLocal {
					m, out = s.email(n, next)
				}
			}
			if out == no {
				m, out = s.atStart(n, class)
			}
		}
		switch out {
		case more:
			return n
		case yes:
			s.found = append(s.found, m)
			n = m.to
		default:
			n = s.skip(n, class)
		}
		if next >= 0 && next < n {
			next = s.nextAt(n)
		}
	}
	return len(s.u)
}

// atStart tries the matchers that begin at a word's start.
func (s *scanner) atStart(n int, class uint8) (match, outcome) {
	if class&letter != 0 && s.on[iban] {
		if m, out := s.iban(n); out != no {
			return m, out
		}
	}
	if s.on[ip] && (class&hex != 0 || s.u[n] == ':') {
		if m, out := s.ipv6(n); out != no {
			return m, out
		}
	}
	if class&number != 0 {
		return s.number(n)
	}
	return match{}, no
}

// skip goes to where the next match may begin: over the rest of a word, but not over digits' ends.
func (s *scanner) skip(n int, class uint8) int {
	if class&word == 0 {
		return n + 1
	}
	for n < len(s.u) && classes[s.u[n]]&word != 0 {
		n++
	}
	return n
}

// nextAt is the next @, -1 if there is none.
func (s *scanner) nextAt(n int) int {
	if !s.on[email] {
		return -1
	}
	for ; n < len(s.u); n++ {
		if s.u[n] == '@' {
			return n
		}
	}
	return -1
}

// tail is where the characters begin that reach to the end of the text and may be the begin of an address. It is
// beyond the end if there are none, or they are too many.
func (s *scanner) tail(from int) int {
	if s.final || !s.on[email] {
		return len(s.u) + 1
	}
	n := len(s.u)
	for n > 0 && len(s.u)-n <= maxLocal && classes[s.u[n-1]]&local != 0 {
		n--
	}
	if len(s.u)-n > maxLocal {
		return len(s.u) + 1
	}
	return max(n, from)
}

// wordBefore tells whether n is within a word, or within a number that goes on.
func (s *scanner) wordBefore(n int) bool {
	if n == 0 {
		return false
	}
	c := s.u[n-1]
	if classes[c]&word != 0 {
		return true
	}
	return (c == '.' || c == ',') && n > 1 && digit(s.u[n-2]) && digit(s.u[n])
}

// Classes of units.
const (
	digits uint8 = 1 << iota
	letter
	hex
	local  // of an address before the @
	domain // of an address after it
	word   // a match neither begins nor ends next to it
	number // a number may begin with it
	start  // anything else that a match may begin with
)

var classes = func() (t [256]uint8) {
	for c := range t {
		b := byte(c)
		switch {
		case b >= '0' && b <= '9':
			t[c] = digits | hex | local | domain | word | number
		case b >= 'a' && b <= 'f', b >= 'A' && b <= 'F':
			t[c] = letter | hex | local | domain | word
		case b >= 'g' && b <= 'z', b >= 'G' && b <= 'Z':
			t[c] = letter | local | domain | word
		}
	}
	for _, c := range []byte("!#$%&'*+-/=?^_`{|}~.") {
		t[c] |= local
	}
	for _, c := range []byte(`/={}'|*&` + "`") { // allowed, and more often what stands around an address
		t[c] &^= local
	}
	t['_'] |= word
	t['.'] |= domain
	t['-'] |= domain
	t['+'] |= number
	t['('] |= number
	t[':'] |= start
	t['['] |= start
	t[foreign] = local | domain | word
	return t
}()

func digit(c byte) bool { return c >= '0' && c <= '9' }

// ended tells whether n is beyond what is there, and more may follow.
func (s *scanner) ended(n int) bool { return n >= len(s.u) && !s.final }

// wordAt tells whether a word goes on at n.
func (s *scanner) wordAt(n int) bool { return n < len(s.u) && classes[s.u[n]]&word != 0 }

// Bounds of an address.
const (
	maxLocal  = 64
	maxDomain = 255
)

// email looks for an address whose part before the @ begins at n.
func (s *scanner) email(n, at int) (match, outcome) {
	for k := n; k < at; k++ {
		if classes[s.u[k]]&local == 0 {
			return match{}, no
		}
	}
	for n < at && (s.u[n] == '.' || s.u[n] == '-' || s.u[n] == '+') {
		n++ // a list's mark or a sentence's end before it
	}
	end := at + 1
	for end < len(s.u) && end-at <= maxDomain && classes[s.u[end]]&domain != 0 {
		end++
	}
	if end-at > maxDomain || n == at {
		return match{}, no
	}
	if s.ended(end) {
		return match{from: n}, more
	}
	for end > at+1 && (s.u[end-1] == '.' || s.u[end-1] == '-') {
		end-- // of the sentence
	}
	if !hostName(s.u[at+1 : end]) {
		return match{}, no
	}
	return match{from: n, to: end, entity: email}, yes
}

// hostName tells whether units are labels with a top level of letters.
func hostName(u []byte) bool {
	last, dots := 0, 0
	for n, c := range u {
		if c != '.' {
			continue
		}
		if n == last || u[last] == '-' || u[n-1] == '-' {
			return false
		}
		last = n + 1
		dots++
	}
	top := u[last:]
	if dots == 0 || len(top) < 2 {
		return false
	}
	for _, c := range top {
		if classes[c]&letter == 0 && c != foreign {
			return string(top[:min(4, len(top))]) == "xn--"
		}
	}
	return true
}

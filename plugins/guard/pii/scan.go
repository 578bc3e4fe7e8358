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
//
// Inside of WebAssembly a byte that is only passed over costs a few nanoseconds, and a call as much as ten bytes. So
// the loop stops only at triggers: a digit, or a mark without which nothing here is a match.
type scanner struct {
	on       [entities]bool
	known    *vault // placeholders to look for; nil: none
	triggers [256]bool
	armed    [entities]bool // what triggers was made for
	view     view
	u        []byte // view.units
	final    bool   // nothing follows
	found    []match
	numbered numbers
	at       int // the next @, len(u) if there is none
	localAt  int // where the characters begin that may be of an address and reach to at
	noneAt   int // an @ around which there is no address, with
	noneFrom int // this floor
	noneIPv6 int // no IPv6 address begins here
	chained  chain
	askedAt  int // where a number begins of which spoken was asked, and
	answer   bool
	phones   bool // the row that is looked at may be a phone number
}

// look says what to look for.
func (s *scanner) look(on [entities]bool, known *vault) {
	s.on, s.known = on, known
	s.triggers['['] = known != nil
	if on == s.armed {
		return
	}
	s.armed = on
	numbers := on[phone] || on[card] || on[ssn] || on[ip]
	for c := byte('0'); c <= '9'; c++ {
		s.triggers[c] = numbers || on[iban]
	}
	s.triggers['+'], s.triggers['('] = on[phone], on[phone]
	s.triggers['@'], s.triggers[':'] = on[email], on[ip]
}

// scan looks for matches that begin at or after unit from. The units before are context. It returns the unit from
// which on nothing is decided yet, len(s.u) if all is. Matches are in s.found, in order, without overlaps.
func (s *scanner) scan(from int, final bool) (undecided int) {
	s.u, s.final, s.found, s.at = s.view.units, final, s.found[:0], -1
	s.noneAt, s.noneIPv6, s.askedAt, s.numbered.count = -1, -1, -1, 0
	s.chained = chain{}
	u, triggers := s.u, &s.triggers
	stop := s.tail(from)
	floor := from // matches begin here or later
	for n := from; ; {
		for n < stop && !triggers[u[n]] {
			n++
		}
		if n >= stop {
			break
		}
		switch m, out := s.try(n, floor); out {
		case more:
			return m.from
		case yes:
			s.found = append(s.found, m)
			n, floor = m.to, m.to
		default:
			n = s.skip(n)
		}
	}
	if stop < len(u) {
		return max(stop, floor)
	}
	return s.lastWord(floor)
}

// try looks at a trigger.
func (s *scanner) try(n, floor int) (m match, out outcome) {
	switch c := s.u[n]; {
	case c == '[':
		return s.placeholder(n)
	case c == '@':
		return s.address(n, floor)
	case c == ':':
		if n+2 < len(s.u) && s.u[n+1] == ':' && s.u[n+2] == ':' {
			return match{}, no // nothing has three
		}
		from := n
		for from > floor && n-from < 5 && classes[s.u[from-1]]&hex != 0 {
			from--
		}
		if s.wordBefore(from) {
			return match{}, no
		}
		return s.ipv6At(from)
	case s.wordBefore(n):
		if !s.countryBefore(n, floor) {
			return match{}, no
		}
		if m, out := s.addressAhead(n, floor); out != no {
			return m, out
		}
		return s.iban(n - 2)
	}
	if s.at < n || n >= s.localAt && s.at < len(s.u) {
		if m, out := s.addressAhead(n, floor); out != no {
			return m, out
		}
	}
	if s.on[ip] && classes[s.u[n]]&hex != 0 && (n+1 == len(s.u) || s.u[n+1] == ':' || classes[s.u[n+1]]&hex != 0) {
		if m, out := s.ipv6At(n); out != no {
			return m, out
		}
	}
	if c := s.u[n]; !digit(c) && n+1 < len(s.u) && !digit(s.u[n+1]) && s.u[n+1] != '(' {
		return match{}, no // a sign and no number
	}
	return s.number(n)
}

// countryBefore tells whether the digit at n follows two letters that begin a word.
func (s *scanner) countryBefore(n, floor int) bool {
	return s.on[iban] && n-2 >= floor && classes[s.u[n-1]]&letter != 0 && classes[s.u[n-2]]&letter != 0 && !s.wordBefore(n-2)
}

// addressAhead looks for an address that n is in the local part of.
func (s *scanner) addressAhead(n, floor int) (match, outcome) {
	if !s.on[email] {
		return match{}, no
	}
	if s.at < n {
		s.at = s.nextAt(n)
		s.localAt = s.at
		for s.localAt > 0 && s.at < len(s.u) && s.at-s.localAt <= maxLocal && classes[s.u[s.localAt-1]]&local != 0 {
			s.localAt--
		}
	}
	if s.at == len(s.u) || s.at-n > maxLocal || n < s.localAt {
		return match{}, no
	}
	return s.address(s.at, floor)
}

// nextAt is the first @ at n or behind it, len(s.u) if there is none.
func (s *scanner) nextAt(n int) int {
	u := s.u
	for ; n+8 <= len(u); n += 8 {
		if x := eight(u, n) ^ '@'*ones; (x-ones)&^x&high != 0 {
			break
		}
	}
	for n < len(u) && u[n] != '@' {
		n++
	}
	return n
}

// address looks for an address around an @.
func (s *scanner) address(at, floor int) (match, outcome) {
	if at == s.noneAt && floor == s.noneFrom {
		return match{}, no
	}
	m, out := match{}, no
	if at > floor && classes[s.u[at-1]]&local != 0 && (at+1 == len(s.u) || classes[s.u[at+1]]&domain != 0) {
		m, out = s.around(at, floor)
	}
	if out == no {
		s.noneAt, s.noneFrom = at, floor
	}
	return m, out
}

// around is address where there are characters of one on both sides.
func (s *scanner) around(at, floor int) (match, outcome) {
	from := at
	for from > floor && at-from < maxLocal && classes[s.u[from-1]]&local != 0 {
		from--
	}
	for from < at && s.wordBefore(from) {
		from++
	}
	return s.email(from, at)
}

// lastWord is for texts that may go on, where words aren't held anyway: the begin of a last word that an account number
// or an IPv6 address could begin with, len(s.u) if there is none.
func (s *scanner) lastWord(floor int) int {
	n := len(s.u)
	if s.final || !s.on[iban] && !s.on[ip] {
		return n
	}
	for n > floor && len(s.u)-n < 5 && classes[s.u[n-1]]&word != 0 {
		n--
	}
	if n == len(s.u) || len(s.u)-n > 4 || s.wordBefore(n) {
		return len(s.u)
	}
	if s.on[iban] && len(s.u)-n < 4 {
		if _, out := s.iban(n); out == more {
			return n
		}
	}
	for _, c := range s.u[n:] {
		if !s.on[ip] || classes[c]&hex == 0 {
			return len(s.u)
		}
	}
	return n
}

// tail is where the characters begin that reach to the end of the text and may be the begin of an address, len(s.u) if
// there are none or too many.
func (s *scanner) tail(from int) int {
	end := len(s.u)
	if s.final || !s.on[email] {
		return end
	}
	n := end
	for n > 0 && end-n <= maxLocal && classes[s.u[n-1]]&local != 0 {
		n--
	}
	if end-n > maxLocal {
		return end
	}
	for n = max(n, from); n < end && s.wordBefore(n); n++ {
	}
	return n
}

// skip goes on after a trigger: over the rest of its word.
func (s *scanner) skip(n int) int {
	if classes[s.u[n]]&word == 0 {
		return n + 1
	}
	for n < len(s.u) && classes[s.u[n]]&word != 0 {
		n++
	}
	return n
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
)

var classes = func() (t [256]uint8) {
	for c := range t {
		b := byte(c)
		switch {
		case b >= '0' && b <= '9':
			t[c] = digits | hex | local | domain | word
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

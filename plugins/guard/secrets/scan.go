package main

// match is a secret in a view: units from to to.
type match struct {
	from, to int
	entity   entity
	// open says that it goes on behind the text: more of set belongs to it. Only where a secret is longer than maxOpen.
	open bool
	set  class
}

// outcome is what a matcher found.
type outcome uint8

const (
	no   outcome = iota
	yes          // a match
	more         // what is there may be the begin of a match
)

// maxOpen is how many units of a stream are held for a secret that has begun and hasn't ended. A longer one is taken for
// a secret: what is there is masked, and so is what goes on with it.
const maxOpen = 8 << 10

// scanner finds secrets in units. It is used again from text to text.
type scanner struct {
	on    [entities]bool
	u     []byte
	from  int  // matches begin here or later; what is before is context
	final bool // nothing follows the units
	found []match

	floor   int      // scanning began here, or the last match ended
	runEnd  int      // runs were looked into up to here
	saidAt  int      // where a cloud's secret was last spoken of, -1 if nowhere
	runs    []reach  // of units of each class
	values  [4]reach // of names' values: bare, in ", in ' and in `
	keyless keyless
	inner   *scanner // of what runs stand for; nil in that one itself
	decoded []byte
}

func newScanner() *scanner {
	return &scanner{runs: make([]reach, len(sets)), inner: &scanner{runs: make([]reach, len(sets))}}
}

// scan finds the secrets of units from from on, into s.found in their order. final says that nothing follows. undecided
// is where the first candidate begins that only more text can decide, len(u) if there is none.
func (s *scanner) scan(u []byte, from int, final bool) (undecided int) {
	s.u, s.from, s.final, s.found, s.runEnd = u, from, final, s.found[:0], 0
	s.saidAt, s.floor = -1, s.contextOf(from)
	clear(s.runs)
	s.values, s.keyless = [4]reach{}, keyless{}
	for n := s.next(s.floor); n < len(u); n = s.next(n) {
		m, out := s.at(n)
		if out != no && (m.from < from || out == yes && m.to <= from) {
			// It began before what may still be changed: it was decided there.
			out, s.floor = no, n+1
		}
		switch out {
		case more:
			return m.from
		case yes:
			s.found = append(s.found, m)
			n, s.floor = m.to, m.to
		default:
			n++
		}
	}
	return len(u)
}

// contextOf is where scanning begins: so far before from that the name of a value is seen.
func (s *scanner) contextOf(from int) int { return max(0, from-maxContext) }

// maxContext is how far before a value its name and separator may begin.
const maxContext = 60

// trigger is what a unit may begin or show.
type trigger uint8

const (
	quiet     trigger = iota
	wordStart         // a letter or digit: a rule's prefix, an encoded run, a word such as Bearer
	dashes            // -----BEGIN, -u
	separator         // = or :
	comma             // in ("password", "…")
	bar               // of ||
	tildeMark         // Q~ in the middle of a client secret
)

var triggers = func() (t [256]trigger) {
	for c := range t {
		if in(byte(c), alnum) {
			t[c] = wordStart
		}
	}
	t['-'], t['='], t[':'], t[','], t['|'], t['~'] = dashes, separator, separator, comma, bar, tildeMark
	return t
}()

// at looks for a secret that begins at n, or whose name or mark ends there. n comes from next.
func (s *scanner) at(n int) (match, outcome) {
	switch triggers[s.u[n]] {
	case wordStart:
		return s.word(n)
	case dashes:
		if m, out := s.pem(n); out != no {
			return m, out
		}
		return s.curlUser(n)
	case tildeMark:
		return s.client(n)
	}
	if m, out := s.credentials(n); out != no {
		return m, out
	}
	return s.assignment(n)
}

// word looks for a secret whose first word begins at n.
func (s *scanner) word(n int) (match, outcome) {
	s.listen(n)
	if m, out := s.prefixed(n); out != no {
		return m, out
	}
	switch c := s.u[n]; {
	case c == 'e':
		if m, out := s.jwt(n); out != no {
			return m, out
		}
	case c == 'B' || c == 'b':
		if m, out := s.header(n); out != no {
			return m, out
		}
	case c == 'M' || c == 'N' || c == 'O':
		if m, out := s.snowflake(n); out != no {
			return m, out
		}
	case in(c, digit):
		if m, out := s.bot(n); out != no {
			return m, out
		}
	}
	if n+8 <= len(s.u) && shortRun(eight(s.u, n)) {
		return match{}, no
	}
	return s.run(n)
}

// ended tells whether n is behind what is there, and more may follow.
func (s *scanner) ended(n int) bool { return n >= len(s.u) && !s.final }

// has tells whether text stands at n. more: the text ends before that is clear.
func (s *scanner) has(n int, text string) outcome {
	rest := s.u[n:]
	if len(rest) > 0 && rest[0] != text[0] {
		return no // most often
	}
	if len(rest) >= len(text) {
		if string(rest[:len(text)]) == text {
			return yes
		}
		return no
	}
	if !s.final && string(rest) == text[:len(rest)] {
		return more
	}
	return no
}

// span is the end of the units of a class from n on.
func (s *scanner) span(n int, set class) int {
	u := s.u
	for n < len(u) && classes[u[n]]&set != 0 {
		n++
	}
	return n
}

// prefixed looks for a secret of one of the rules at n.
func (s *scanner) prefixed(n int) (match, outcome) {
	if n+8 > len(s.u) {
		return s.prefixedLate(n)
	}
	x, undecided := eight(s.u, n), false
	for _, r := range byTwo[two(x)] {
		if (x^r.head)&r.mask != 0 {
			continue
		}
		m, out := s.ruled(r, n)
		if out == yes {
			return m, yes
		}
		undecided = undecided || out == more
	}
	if undecided {
		return match{from: n}, more
	}
	return match{}, no
}

// prefixedLate is prefixed where the text ends in fewer than eight units.
func (s *scanner) prefixedLate(n int) (match, outcome) {
	undecided, list := false, byFirst[s.u[n]]
	for i := range list {
		m, out := s.ruled(&list[i], n)
		if out == yes {
			return m, yes
		}
		undecided = undecided || out == more
	}
	if undecided {
		return match{from: n}, more
	}
	return match{}, no
}

// ruled looks for a secret of a rule at n. If there are eight units, they are the prefix's as far as it goes.
func (s *scanner) ruled(r *rule, n int) (match, outcome) {
	if !s.on[r.entity] {
		return match{}, no
	}
	if n+8 > len(s.u) || len(r.prefix) > 8 {
		if out := s.has(n, r.prefix); out != yes {
			return match{from: n}, out
		}
	}
	return s.follow(r, n)
}

// follow reads what comes after the prefix of a rule at n.
func (s *scanner) follow(r *rule, n int) (match, outcome) {
	begin := n + len(r.prefix)
	run := s.reach(begin, r.run)
	end := run.end
	if s.ended(end) {
		if r.max > 0 && end-begin > r.max {
			return match{}, no
		}
		if end-n > maxOpen {
			return match{from: n, to: end, entity: r.entity, open: true, set: r.set}, yes
		}
		return match{from: n}, more
	}
	for end > begin && in(s.u[end-1], dash|dot|tilde) {
		end-- // of the sentence
	}
	body := s.u[begin:end]
	switch {
	case len(body) < r.min, r.max > 0 && (len(body) > r.max || end < len(s.u) && in(s.u[end], alnum)):
		return match{}, no
	case !run.try(), r.loose && !random(body), !r.loose && entropy(body) < 150:
		return match{}, no
	}
	return match{from: n, to: end, entity: r.entity}, yes
}

// random tells whether units look like a key: digits and letters that don't make words.
func random(u []byte) bool {
	m := mix(u)
	return m.varied() && entropy(u) >= 300 && !wordy(u)
}

// Classes that jwt and client read.
var (
	names   = setOf(name)
	tokens  = setOf(name | dot | equals)
	clients = setOf(name | dot | tilde)
)

// jwt looks for a JSON web token: three runs with dots between, the first two of which begin as an object does.
func (s *scanner) jwt(n int) (match, outcome) {
	if !s.on[jwt] {
		return match{}, no
	}
	if out := s.has(n, "eyJ"); out != yes {
		return match{from: n}, out
	}
	head := s.reach(n, names).end
	if s.ended(head) {
		return s.unless(n, head, jwt, name|dot|equals)
	}
	if head-n < 12 || head >= len(s.u) || s.u[head] != '.' {
		return match{}, no
	}
	body := s.reach(head+1, names).end
	if s.ended(body) {
		return s.unless(n, body, jwt, name|dot|equals)
	}
	if body-head < 4 {
		return match{}, no
	}
	end := body
	if end < len(s.u) && s.u[end] == '.' {
		end = s.reach(end+1, tokens).end // an encrypted one has five runs
		if s.ended(end) {
			return s.unless(n, end, jwt, name|dot|equals)
		}
	}
	for s.u[end-1] == '.' && end > body+1 {
		end--
	}
	return match{from: n, to: end, entity: jwt}, yes
}

// unless is a match that isn't decided, unless it is so long already that it is one.
func (s *scanner) unless(n, end int, e entity, set class) (match, outcome) {
	if end-n > maxOpen {
		return match{from: n, to: end, entity: e, open: true, set: set}, yes
	}
	return match{from: n}, more
}

// bot looks for the secret of a messenger's bot: after its number and a colon, A and 34 units.
func (s *scanner) bot(n int) (match, outcome) {
	colon := s.span(n, digit)
	if !s.on[chatToken] || colon-n < 5 || colon-n > 16 || colon >= len(s.u) || s.u[colon] != ':' {
		return match{}, no
	}
	begin := colon + 1
	end := s.span(begin, name)
	if out := s.has(begin, "A"); out == no {
		return match{}, no
	}
	if s.ended(end) {
		return match{from: begin}, more
	}
	if end-begin < 34 || end-begin > 36 {
		return match{}, no
	}
	return match{from: begin, to: end, entity: chatToken}, yes
}

// client looks for a cloud's client secret by its mark, a digit and Q~ after three units. The match is what follows.
func (s *scanner) client(n int) (match, outcome) {
	if !s.on[cloudKey] || n < 5 || s.u[n-1] != 'Q' || !in(s.u[n-2], digit) || !in(s.u[n-3], token) {
		return match{}, no
	}
	end := s.reach(n+1, clients).end
	if s.ended(end) && end > n+1 {
		return s.unless(n+1, end, cloudKey, name|dot|tilde)
	}
	for end > n+1 && in(s.u[end-1], dot|tilde) {
		end--
	}
	if end-n-1 < 28 || end-n-1 > 40 {
		return match{}, no
	}
	return match{from: n + 1, to: end, entity: cloudKey}, yes
}

// snowflake looks for the token of a chat's bot: an id in base64, which begins as the digits of one do, and two more
// runs.
func (s *scanner) snowflake(n int) (match, outcome) {
	if !s.on[chatToken] {
		return match{}, no
	}
	if s.ended(n + 1) {
		return match{from: n}, more
	}
	if n+1 >= len(s.u) {
		return match{}, no
	}
	switch s.u[n+1] {
	case 'D', 'T', 'j', 'z':
	default:
		return match{}, no
	}
	first := s.span(n, alnum)
	if s.ended(first) && first-n <= 28 {
		return match{from: n}, more
	}
	if first-n < 23 || first-n > 28 || first >= len(s.u) || s.u[first] != '.' {
		return match{}, no
	}
	second := s.span(first+1, name)
	if s.ended(second) {
		return match{from: n}, more
	}
	if second-first != 7 || second >= len(s.u) || s.u[second] != '.' {
		return match{}, no
	}
	third := s.span(second+1, name)
	if s.ended(third) {
		return match{from: n}, more
	}
	if third-second < 28 {
		return match{}, no
	}
	return match{from: n, to: third, entity: chatToken}, yes
}

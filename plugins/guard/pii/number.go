package main

// number looks for a card, a social security number, an IPv4 address or a phone number that begins at n.
func (s *scanner) number(n int) (match, outcome) {
	out := s.collect(n)
	if out != yes {
		return match{from: n}, out
	}
	r := &s.numbered
	if r.count == 0 {
		return match{}, no
	}
	s.phones = s.on[phone] && r.digits(r.count) >= minDigits && s.mayPhone(n)
	// The longest row of groups that is something is meant.
	for last := s.most(); last > 0; last-- {
		if r.digits(last) < minDigits { // an address, or nothing
			if last < addressGroups || r.all[r.first].gap != '.' {
				break
			}
			last = addressGroups
		}
		e, from, ok := s.classify(n, last)
		if !ok {
			continue
		}
		to := r.all[r.first+last-1].to
		if e == phone {
			if to, out = s.extension(to); out == more {
				return match{from: n}, more
			}
		}
		switch s.goesOn(to) {
		case more:
			return match{from: n}, more
		case no:
			return match{from: from, to: to, entity: e}, yes
		}
	}
	return match{}, no
}

// most is how many groups of the row can be something: more than an address's only if they are a card's, whose first has
// four digits or more, or a phone's.
func (s *scanner) most() int {
	r := &s.numbered
	if r.count <= addressGroups || r.width(0) >= 4 || s.phones && r.width(1) >= 2 {
		return r.count
	}
	return addressGroups
}

// mayPhone tells whether the row that begins at n begins as phone numbers do.
func (s *scanner) mayPhone(n int) bool {
	r := &s.numbered
	w := r.width(0)
	return r.plus || w == 3 || w == 1 || s.u[r.all[r.first].from] == '0' || s.spoken(n)
}

// width is how many digits group k has.
func (r *numbers) width(k int) int { return r.all[r.first+k].to - r.all[r.first+k].from }

// goesOn tells whether a word goes on at n, or digits follow a dot or comma: the number is a longer one.
func (s *scanner) goesOn(n int) outcome {
	if n >= len(s.u) || s.u[n] != '.' && s.u[n] != ',' {
		if s.wordAt(n) {
			return yes
		}
		return no
	}
	if s.ended(n + 1) {
		return more
	}
	if n+1 < len(s.u) && digit(s.u[n+1]) {
		return yes
	}
	return no
}

// classify says what the first groups of the row are, and where the match begins.
func (s *scanner) classify(n, count int) (e entity, from int, ok bool) {
	r := &s.numbered
	bare := !r.plus && !r.paren
	first, total := r.all[r.first].from, r.digits(count)
	switch {
	case bare && s.on[card] && total >= 13 && total <= maxDigits && s.card(count):
		return card, first, true
	case bare && s.on[ssn] && total == 9 && s.ssn(n, count):
		return ssn, first, true
	case bare && s.on[ip] && count == addressGroups && r.all[r.first].gap == '.' && s.ipv4(count):
		return ip, first, true
	case s.phones && total >= minDigits && total <= 16 && s.phone(n, count):
		return phone, n, true
	}
	return 0, 0, false
}

// digitsOf copies the digits of the first groups.
func (s *scanner) digitsOf(count int, out *[maxDigits]byte) []byte {
	b := out[:0]
	for _, g := range s.numbered.groups(count) {
		if len(b)+g.to-g.from > maxDigits {
			return nil
		}
		b = append(b, s.u[g.from:g.to]...)
	}
	return b
}

// card: 13 to 19 digits of a known issuer with a valid check digit, in one run or grouped as on cards.
func (s *scanner) card(count int) bool {
	var room [maxDigits]byte
	if !s.cardGroups(count, s.numbered.digits(count)) {
		return false
	}
	d := s.digitsOf(count, &room)
	return issued(d) && luhn(d)
}

// cardGroups tells whether the groups are those of a card, with one kind of gap.
func (s *scanner) cardGroups(count, total int) bool {
	if count == 1 {
		return true
	}
	g := s.numbered.groups(count)
	for n := range count - 1 {
		if g[n].gap != g[0].gap || g[n].gap != ' ' && g[n].gap != '-' && g[n].gap != '.' {
			return false
		}
	}
	width := func(n int) int { return g[n].to - g[n].from }
	switch {
	case count == 3 && (total == 15 || total == 14):
		return width(0) == 4 && width(1) == 6
	case count == 2 && total == 19:
		return width(0) == 6 || width(0) == 8
	}
	for n := range count - 1 {
		if width(n) != 4 {
			return false
		}
	}
	return width(count-1) <= 4
}

// issued tells whether the first digits belong to an issuer of cards of that length.
func issued(d []byte) bool {
	n := len(d)
	two := int(d[0]-'0')*10 + int(d[1]-'0')
	three := two*10 + int(d[2]-'0')
	four := three*10 + int(d[3]-'0')
	switch {
	case d[0] == '4':
		return n == 13 || n == 16 || n == 19
	case two >= 51 && two <= 55, four >= 2221 && four <= 2720:
		return n == 16
	case two == 34 || two == 37:
		return n == 15
	case two == 36 || two == 38 || two == 39 || three >= 300 && three <= 305:
		return n >= 14
	case four >= 3528 && four <= 3589:
		return n >= 16
	case d[0] == '6', two == 50, two >= 56 && two <= 58:
		return n >= 13 && (n >= 16 || two != 62)
	}
	return false
}

func luhn(d []byte) bool {
	sum, same := 0, true
	for n := range d {
		v := int(d[len(d)-1-n] - '0')
		if n%2 == 1 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
		same = same && d[n] == d[0]
	}
	return sum%10 == 0 && !same
}

// ssn: 123-45-6789, without the numbers that are never given. In one run only after words that say so.
func (s *scanner) ssn(n, count int) bool {
	g := s.numbered.groups(count)
	switch {
	case count == 3 && g[0].to-g[0].from == 3 && g[1].to-g[1].from == 2 && g[0].gap == g[1].gap && (g[0].gap == '-' || g[0].gap == ' ' || g[0].gap == '.'):
	case count == 1 && said(s.u, n, ssnWords):
	default:
		return false
	}
	var room [maxDigits]byte
	d := s.digitsOf(count, &room)
	area := string(d[:3])
	return area != "000" && area != "666" && d[0] != '9' && string(d[3:5]) != "00" && string(d[5:]) != "0000"
}

// ipv4: four numbers of at most 255 with dots between.
func (s *scanner) ipv4(count int) bool {
	if count != 4 {
		return false
	}
	for n, g := range s.numbered.groups(4) {
		v := 0
		for _, c := range s.u[g.from:g.to] {
			v = v*10 + int(c-'0')
			if v > 255 {
				return false
			}
		}
		if g.to-g.from > 3 || n < 3 && g.gap != '.' {
			return false
		}
	}
	return true
}

// phone: a number with + or 00 and a country; ten digits as written in North America; a national number that
// begins with 0 and is grouped. Numbers that could be anything count only after words that say so.
func (s *scanner) phone(n, count int) bool {
	r := &s.numbered
	g := r.groups(count)
	width := func(k int) int { return g[k].to - g[k].from }
	if count > 1 && width(count-1) < 2 || r.paren && !r.closed && !r.plus {
		return false
	}
	zero := s.u[g[0].from] == '0'
	for k := range count - 1 {
		if width(k+1) < 2 || g[k].gap == '/' && !zero {
			return false
		}
	}
	var room [maxDigits]byte
	d := s.digitsOf(count, &room)
	switch {
	case r.plus:
		return len(d) >= 8 && len(d) <= 15 && d[0] != '0'
	case len(d) >= 10 && d[0] == '0' && d[1] == '0' && d[2] != '0':
		return count > 1 || len(d) <= 15 && len(d) >= 12 && s.spoken(n)
	case northAmerican(g, len(d)):
		return true
	case d[0] == '0' && d[1] != '0' && (len(d) == 10 || len(d) == 11 || len(d) == 12 && count > 1 || len(d) == 9 && count > 1):
		return count > 1 && !s.dated(count) || s.spoken(n)
	}
	return s.spoken(n) && !s.dated(count)
}

// northAmerican tells whether groups are 3-3-4, maybe after a 1.
func northAmerican(g []group, total int) bool {
	if len(g) > 3 && g[0].to-g[0].from == 1 && total == 11 {
		g, total = g[1:], total-1
	}
	if len(g) > 3 && g[0].to-g[0].from == 3 && total == 13 { // 001
		g, total = g[1:], total-3
	}
	return total == 10 && len(g) == 3 && g[0].to-g[0].from == 3 && g[1].to-g[1].from == 3 && g[0].gap != '/' && g[1].gap != '/'
}

// dated tells whether groups look like a date: 2024-01-31, 31.01.2024, 01/31/24.
func (s *scanner) dated(count int) bool {
	g := s.numbered.groups(count)
	if count < 3 {
		return false
	}
	a, b, c := g[0].to-g[0].from, g[1].to-g[1].from, g[2].to-g[2].from
	return a == 4 && b <= 2 && c <= 2 || a <= 2 && b <= 2 && (c == 4 || c == 2 && count == 3)
}

// extension lengthens a phone number by its extension: " x123", " ext. 123".
func (s *scanner) extension(n int) (end int, out outcome) {
	k := n
	if k < len(s.u) && s.u[k] == ' ' {
		k++
	}
	for _, w := range extensionWords {
		have := min(len(w), len(s.u)-k)
		if !same(s.u[k:k+have], w[:have]) {
			continue
		}
		if have < len(w) {
			if s.ended(k + have) {
				return n, more
			}
			continue
		}
		from := k + len(w)
		if from < len(s.u) && s.u[from] == ' ' {
			from++
		}
		to := from
		for to < len(s.u) && digit(s.u[to]) && to-from < maxExtension {
			to++
		}
		if s.ended(to) {
			return n, more
		}
		if to > from && !s.wordAt(to) {
			return to, yes
		}
	}
	return n, no
}

var extensionWords = [...]string{"ext.", "ext", "x"}

const maxExtension = 6

// context is how far back words are looked for that say what a number is. It is less than abi.LookBehind, so that a
// stream sees the same words.
const context = 40

var (
	phoneWords = []string{"phone", "call", "tel", "mobile", "cell", "fax", "whatsapp", "sms", "dial", "contact", "ring", "number is", "text me"}
	ssnWords   = []string{"ssn", "social security"}
)

// spoken tells whether the words before n say that a phone number follows. It is asked of each row that begins at n.
func (s *scanner) spoken(n int) bool {
	if s.askedAt != n {
		s.askedAt, s.answer = n, said(s.u, n, phoneWords)
	}
	return s.answer
}

// said tells whether one of the words stands before n.
func said(u []byte, n int, words []string) bool {
	before := u[max(0, n-context):n]
	for k := 0; k < len(before); k++ {
		if k+8 <= len(before) && letters(eight(before, k)) == 0 {
			k += 7
			continue
		}
		if classes[before[k]]&letter == 0 || k > 0 && classes[before[k-1]]&letter != 0 {
			continue // no word begins here
		}
		for _, w := range words {
			if len(w) <= len(before)-k && same(before[k:], w) {
				return true
			}
		}
	}
	return false
}

// same tells whether units are a lower-case word, in any case.
func same(u []byte, w string) bool {
	for n := range len(w) {
		c := u[n]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != w[n] {
			return false
		}
	}
	return true
}

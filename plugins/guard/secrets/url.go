package main

// address tells whether "://" begins at n, and a scheme stands before it.
func address(u []byte, n int) bool {
	return u[n] == ':' && n+2 < len(u) && u[n+1] == '/' && u[n+2] == '/' && n > 0 && in(u[n-1], alnum)
}

// credentials looks for the password of an address, user:password@host, whose "://" begins at n.
func (s *scanner) credentials(n int) (match, outcome) {
	if !s.on[connection] || !address(s.u, n) {
		return match{}, no
	}
	user := n + 3
	colon := s.userEnd(user)
	if colon >= len(s.u) || s.u[colon] != ':' {
		return match{}, no
	}
	begin := colon + 1
	end := begin
	at := -1
	for ; end < len(s.u) && end-begin <= maxPassword; end++ {
		c := s.u[end]
		if c == '@' {
			at = end
			continue // a password may hold one that nobody escaped
		}
		if in(c, white|quote) || c == '/' || c == '<' || c == '>' || c == other || c == ',' && at >= 0 {
			break
		}
	}
	if s.ended(end) && end-begin <= maxPassword {
		if begin >= len(s.u) {
			return match{}, no // the password hasn't begun
		}
		return match{from: begin}, more
	}
	if at <= begin {
		return match{}, no
	}
	if v := s.u[begin:at]; in(v[0], punctuation|quote) || v[0] == '$' || v[0] == '*' || v[0] == '%' && v[len(v)-1] == '%' {
		return match{}, no // stands for a password
	}
	return match{from: begin, to: at, entity: connection}, yes
}

const (
	maxUser     = 128
	maxPassword = 256
)

// userEnd is the end of the user's name that begins at n.
func (s *scanner) userEnd(n int) int {
	for k := n; k < len(s.u) && k-n <= maxUser; k++ {
		c := s.u[k]
		if c == ':' || c == '/' || c == '@' || c == '?' || c == '#' || in(c, white|quote) {
			return k
		}
	}
	return len(s.u)
}

// header looks for what follows Bearer or Basic at n.
func (s *scanner) header(n int) (match, outcome) {
	if !s.on[authHeader] {
		return match{}, no
	}
	bearer := s.scheme(n, "bearer ")
	basic := s.scheme(n, "basic ")
	switch {
	case bearer:
		begin := n + len("bearer ")
		return s.credential(begin, token&^tilde, false)
	case basic:
		begin := n + len("basic ")
		return s.credential(begin, base64, true)
	}
	return match{}, no
}

// scheme tells whether a scheme, which is given in lower case, stands at n.
func (s *scanner) scheme(n int, text string) bool {
	if len(s.u)-n < len(text) {
		return false
	}
	for i := range len(text) {
		c := s.u[n+i]
		if in(c, upper) {
			c += 'a' - 'A'
		}
		if c != text[i] {
			return false
		}
	}
	return true
}

// credential reads what follows a scheme from begin on.
func (s *scanner) credential(begin int, set class, encoded bool) (match, outcome) {
	if begin >= len(s.u) {
		return match{}, no
	}
	if m, out := s.prefixed(begin); out != no {
		return m, out
	}
	if m, out := s.jwt(begin); out != no {
		return m, out
	}
	end := s.span(begin, set)
	if end == begin {
		return match{}, no
	}
	if s.ended(end) {
		return s.unless(begin, end, authHeader, set)
	}
	for end > begin && s.u[end-1] == '.' {
		end--
	}
	v := s.u[begin:end]
	if encoded {
		s.decoded = decode64(s.decoded[:0], v)
		if len(v) < 8 || !printable(s.decoded) || !contains(s.decoded, ":") {
			return match{}, no
		}
		return match{from: begin, to: end, entity: authHeader}, yes
	}
	m := mix(v)
	if len(v) < 16 || m.digits == 0 || placeholder(v) || wordy(v) || entropy(v) < 280 {
		return match{}, no
	}
	return match{from: begin, to: end, entity: authHeader}, yes
}

// curlUser looks for the password of "-u user:password" at n.
func (s *scanner) curlUser(n int) (match, outcome) {
	if !s.on[connection] {
		return match{}, no
	}
	k := n
	switch {
	case s.has(n, "-u ") == yes:
		k += len("-u ")
	case s.has(n, "--user ") == yes:
		k += len("--user ")
	default:
		return match{}, no
	}
	closing := byte(0)
	if k < len(s.u) && in(s.u[k], quote) {
		closing = s.u[k]
		k++
	}
	colon := s.userEnd(k)
	if colon >= len(s.u) || s.u[colon] != ':' || colon+1 >= len(s.u) {
		return match{}, no
	}
	begin := colon + 1
	end := s.valueReach(begin, closing).end
	if s.ended(end) && end-begin <= maxPassword {
		return match{from: begin}, more
	}
	if end-begin < 3 || end-begin > maxPassword || hopeless(s.u[begin]) || placeholder(s.u[begin:end]) || mix(s.u[begin:end]).digits == end-begin {
		return match{}, no
	}
	return match{from: begin, to: end, entity: connection}, yes
}

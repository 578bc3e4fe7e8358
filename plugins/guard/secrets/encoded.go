package main

// Bounds of encoded runs.
const (
	minRun64  = 16 // units of base64 before a run is looked into
	minRun16  = 32 // hexadecimal digits
	maxRun    = 4 << 10
	awsSecret = 40
)

// run looks into a run of base64 or hexadecimal digits that begins at n: it is a match if a secret is written in it. A
// secret key of a cloud, which is such a run itself, is found where words say so.
func (s *scanner) run(n int) (match, outcome) {
	if n < s.runEnd {
		return match{}, no
	}
	end := s.span(n, base64|name)
	s.runEnd = end
	if s.withinRun(n) {
		return match{}, no
	}
	if m, out := s.awsSecret(n, end); out != no {
		return m, out
	}
	if end-n < minRun64 || s.inner == nil {
		return match{}, no
	}
	u := s.u[n:end]
	digits16 := hexDigits(u)
	if digits16 && len(u) < minRun16 {
		return match{}, no
	}
	if digits16 {
		s.decoded = decode16(s.decoded[:0], u[:minRun64])
	} else {
		s.decoded = decode64(s.decoded[:0], u[:minRun64])
	}
	if !printable(s.decoded) {
		return match{}, no
	}
	if s.ended(end) && end-n <= maxRun {
		return match{from: max(n, s.from)}, more
	}
	if digits16 {
		s.decoded = decode16(s.decoded[:0], u)
	} else {
		s.decoded = decode64(s.decoded[:0], u)
	}
	s.inner.on = s.on
	s.inner.scan(s.decoded, 0, true)
	if len(s.inner.found) == 0 {
		return match{}, no
	}
	return match{from: max(n, s.from), to: end, entity: s.inner.found[0].entity, open: s.ended(end), set: base64 | name}, yes
}

// withinRun tells whether a word of the same run begins before n: the run was too short to be looked into.
func (s *scanner) withinRun(n int) bool {
	for k := n - 1; k >= s.floor && in(s.u[k], base64|name); k-- {
		if in(s.u[k], alnum) && (k == 0 || !in(s.u[k-1], alnum)) {
			return true
		}
	}
	return false
}

// awsSecret looks for 40 units of base64 that look random, after a key id or a word that says what follows.
func (s *scanner) awsSecret(n, end int) (match, outcome) {
	if !s.on[cloudKey] || end-n > awsSecret || !s.said(n) {
		return match{}, no
	}
	if s.ended(end) {
		return match{from: n}, more
	}
	if end-n != awsSecret {
		return match{}, no
	}
	m := mix(s.u[n:end])
	if m.digits == 0 || m.uppers == 0 || m.lowers == 0 || entropy(s.u[n:end]) < 400 {
		return match{}, no
	}
	return match{from: n, to: end, entity: cloudKey}, yes
}

// saying are the begins of words that tell that a cloud's secret may follow.
var saying = []string{"aws", "AWS", "AKIA", "ASIA", "secret", "Secret", "SECRET"}

// listen notes that such a word begins at n.
func (s *scanner) listen(n int) {
	switch s.u[n] {
	case 'a', 'A', 's', 'S':
		for _, w := range saying {
			if n+len(w) <= len(s.u) && s.u[n+1] == w[1] && s.u[n+2] == w[2] && s.has(n, w) == yes {
				s.saidAt = n
			}
		}
	}
}

// said tells whether the units before n speak of a cloud's secret.
func (s *scanner) said(n int) bool { return s.saidAt >= 0 && n-s.saidAt <= maxContext }

// decode64 appends what base64 stands for, either alphabet, without its end if that is no whole unit.
func decode64(dst, u []byte) []byte {
	bits, have := 0, 0
	for _, c := range u {
		v := 0
		switch {
		case c >= 'A' && c <= 'Z':
			v = int(c - 'A')
		case c >= 'a' && c <= 'z':
			v = int(c-'a') + 26
		case c >= '0' && c <= '9':
			v = int(c-'0') + 52
		case c == '+' || c == '-':
			v = 62
		case c == '/' || c == '_':
			v = 63
		default:
			return dst
		}
		bits, have = bits<<6|v, have+6
		if have >= 8 {
			have -= 8
			dst = append(dst, byte(bits>>have))
		}
		bits &= 0xffff
	}
	return dst
}

// decode16 appends what hexadecimal digits stand for.
func decode16(dst, u []byte) []byte {
	for n := 0; n+1 < len(u); n += 2 {
		dst = append(dst, byte(hexValue(u[n])<<4|hexValue(u[n+1])))
	}
	return dst
}

// printable tells whether bytes are ASCII text.
func printable(b []byte) bool {
	for _, c := range b {
		if (c < ' ' || c > '~') && c != '\n' && c != '\r' && c != '\t' {
			return false
		}
	}
	return len(b) > 0
}

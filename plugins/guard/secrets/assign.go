package main

// assignment looks for a secret that a separator at n gives a name to, as in `password = "…"`, `"token": "…"` or
// `API_KEY=…`. The match is the value alone.
func (s *scanner) assignment(n int) (match, outcome) {
	k := valueAt(s.u, n)
	if k < 0 {
		return match{}, no
	}
	strength := s.named(n)
	if strength == notSecret {
		return match{}, no
	}
	return s.value(k, strength)
}

// valueUnit is what a unit is behind a separator.
type valueUnit uint8

const (
	begun  valueUnit = iota // of a value
	goesOn                  // of the separator: => := ||
	blank                   // of what stands before a value
	vain                    // of what can't be a secret
)

var values = func() (t [256]valueUnit) {
	for units, v := range map[string]valueUnit{"=:>|": goesOn, "\t": blank, "${[<(%,\r\n": vain} {
		for _, c := range []byte(units) {
			t[c] = v
		}
	}
	t[' '], t['*'] = blank, blank
	return t
}()

// valueAt is where the value begins whose separator is at n, -1 if none does that could be a secret.
func valueAt(u []byte, n int) int {
	k := n + 1
	if u[n] != ',' {
		for k < len(u) && k < n+3 && values[u[k]] == goesOn {
			k++
		}
	}
	for begin := k; k < len(u) && k < begin+4 && values[u[k]] == blank; {
		k++
	}
	if k == len(u) || values[u[k]] >= blank {
		return -1
	}
	return k
}

// hopeless tells whether what begins with a unit can't be a secret, so that it isn't held.
func hopeless(c byte) bool { return values[c] >= blank && c >= ' ' }

// beforeNames are units that may stand between a name and its separator.
var beforeNames = func() (t [256]bool) {
	for c := range t {
		t[c] = in(byte(c), white|quote) || c == ']' || c == ')' || c == '*' || c == '?'
	}
	return t
}()

// nameUnits are the units of names: letters in lower case and digits are themselves, others 1, and what ends a name is 0.
var nameUnits = func() (t [256]byte) {
	for c := range t {
		switch {
		case in(byte(c), upper):
			t[c] = byte(c) + 'a' - 'A'
		case in(byte(c), alnum):
			t[c] = byte(c)
		case in(byte(c), name|dot):
			t[c] = 1
		}
	}
	return t
}()

// mayName tells, of most names that tell nothing, that named needn't look at the one before the separator at n. It is a
// leaf, since most separators are of that kind.
func mayName(u []byte, n int) bool {
	k := n - 1
	for k >= 0 && n-k <= 6 && beforeNames[u[k]] {
		k--
	}
	if k < 0 {
		return false
	}
	end, last := k, uint64(0) // three units
	for stop := max(-1, k-maxName); k > stop; k-- {
		c := nameUnits[u[k]]
		if c > 1 {
			if last = last<<8 | uint64(c); nameStarts.bit(three(last)) != 0 {
				return true
			}
		} else if c == 0 {
			break
		}
	}
	if last == 'w'<<8|'p' || last == 'p'<<8|'w' {
		return true // pw
	}
	for end > k && nameUnits[u[end]] == 1 {
		end--
	}
	return end > k && k >= 0 && u[k] == ' ' && keyEnds[nameUnits[u[end]]] != nil
}

// value reads the value of a name from k on.
func (s *scanner) value(k int, strength strength) (match, outcome) {
	closing := byte(0)
	if in(s.u[k], quote) {
		closing = s.u[k]
		k++
	}
	if k >= len(s.u) {
		return match{}, no
	}
	if !s.on[generic] && !s.on[cloudKey] {
		return match{}, no
	}
	if m, out := s.specific(k); out != no {
		return m, out
	}
	r := s.valueReach(k, closing)
	end := r.end
	if end-k > maxValue {
		return match{}, no
	}
	if s.ended(end) {
		if hopeless(s.u[k]) {
			return match{}, no
		}
		return match{from: k}, more
	}
	if closing != 0 && (end >= len(s.u) || s.u[end] != closing) {
		closing = 0 // a quote that never closes
	}
	if closing == 0 {
		for end > k && in(s.u[end-1], dot) {
			end-- // of the sentence
		}
	}
	if !r.try() || !s.secret(k, end, closing != 0, strength) {
		return match{}, no
	}
	return match{from: k, to: end, entity: generic}, yes
}

// maxValue is the longest value that a name gives.
const maxValue = 512

// specific looks for a secret of a known format at k.
func (s *scanner) specific(k int) (match, outcome) {
	switch {
	case k+8 <= len(s.u) && s.u[k] != '-' && starts(eight(s.u, k)) == 0:
	case in(s.u[k], alnum):
		if m, out := s.prefixed(k); out != no {
			return m, out
		}
		if m, out := s.jwt(k); out != no {
			return m, out
		}
		return s.header(k)
	case s.u[k] == '-':
		return s.pem(k)
	}
	return match{}, no
}

// valueReach is how far a value goes that begins at k.
func (s *scanner) valueReach(k int, closing byte) *reach {
	r := &s.values[0]
	switch closing {
	case '"':
		r = &s.values[1]
	case '\'':
		r = &s.values[2]
	case '`':
		r = &s.values[3]
	}
	if r.has(k) {
		return r
	}
	end := k
	for ; end < len(s.u); end++ {
		c := s.u[end]
		if closing != 0 {
			if c == closing || c == '\n' || c == '\r' {
				break
			}
		} else if in(c, white|quote|punctuation) || c == other {
			break
		}
	}
	*r = reachOf(k, end)
	return r
}

// secret tells whether the value from k to end is one.
func (s *scanner) secret(k, end int, quoted bool, strength strength) bool {
	v := s.u[k:end]
	if !s.on[generic] || len(v) < 6 || hopeless(s.u[k]) {
		return false
	}
	if !quoted && end < len(s.u) && (s.u[end] == '(' || s.u[end] == '[') {
		return false // a call in a program
	}
	if strength != password && (len(v) < 10 || strength == pattern && len(v) < 16) {
		return false
	}
	if spaces(v) > 0 {
		return false
	}
	m := mix(v)
	letters := m.lowers + m.uppers
	likely := false
	switch {
	case strength != password:
		likely = m.varied() && entropy(v) >= 290 && (quoted || !chain(v)) && !wordy(v) && !contains(v, "://")
	case quoted:
		likely = m.digits > 0 && letters > 0 || m.others > 0 && letters > 0 && !wordy(v) || m.digits == len(v) || entropy(v) >= 350 && !wordy(v)
	default:
		likely = letters > 0 && (m.digits > 0 || m.others-dots(v) > 1 && entropy(v) >= 280) && !chain(v)
	}
	return likely && !placeholder(v)
}

// spaces counts spaces.
func spaces(u []byte) (n int) {
	for _, c := range u {
		if c == ' ' || c == '\t' {
			n++
		}
	}
	return n
}

func dots(u []byte) (n int) {
	for _, c := range u {
		if c == '.' || c == '_' {
			n++
		}
	}
	return n
}

// chain tells whether units are names of a program with dots between: settings.API_KEY.
func chain(u []byte) bool {
	dotted, from := false, 0
	for n := 0; n <= len(u); n++ {
		if n < len(u) && u[n] != '.' {
			if !in(u[n], word) {
				return false
			}
			continue
		}
		if n == from || !in(u[from], letter|underscore) {
			return false
		}
		dotted = dotted || n < len(u)
		from = n + 1
	}
	return dotted
}

// placeholders are what stands in examples where a secret would. They are in lower case.
var placeholders = []string{
	"your", "xxxx", "****", "....", "placeholder", "redacted", "changeme", "change_me", "change-me", "insert", "replace",
	"dummy", "process.env", "os.environ", "getenv", "secrets.", "vault.", "env.", "${", "{{", "<", "_here", "-here", "undefined",
	"12345678", "abcdefgh",
}

// placeholdersBy are placeholders by their first units.
var placeholdersBy = func() (t [256][]string) {
	for _, p := range placeholders {
		t[p[0]] = append(t[p[0]], p)
	}
	return t
}()

// placeholder tells whether a value only stands for a secret.
func placeholder(v []byte) bool {
	var room [64]byte
	low := room[:copy(room[:], v)]
	for n, c := range low {
		if classes[c]&upper != 0 {
			low[n] = c + 'a' - 'A'
		}
	}
	for n, c := range low {
		for _, p := range placeholdersBy[c] {
			if len(low)-n >= len(p) && low[n+len(p)-1] == p[len(p)-1] && string(low[n:n+len(p)]) == p {
				return true
			}
		}
	}
	for _, c := range v {
		if c != v[0] {
			return false
		}
	}
	return true
}

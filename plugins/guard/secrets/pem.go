package main

const (
	pemBegin  = "-----BEGIN "
	pemEnd    = "-----END"
	maxLabel  = 60
	minBody   = 16 // units of base64 in one run before a header counts as a key's
	pemDashes = "-----"
)

// pemSet is what a key in PEM is made of, headers such as "Proc-Type: 4,ENCRYPTED" included.
const pemSet = base64 | dash | white | dot | underscore | tilde | quote | punctuation

// pem looks for a private key between lines of dashes. A header without a body is no key.
func (s *scanner) pem(n int) (match, outcome) {
	if !s.on[privateKey] {
		return match{}, no
	}
	if out := s.has(n, pemBegin); out != yes {
		return match{from: n}, out
	}
	label := n + len(pemBegin)
	end := label
	for end < len(s.u) && end-label <= maxLabel && (in(s.u[end], upper|digit|underscore) || s.u[end] == ' ') {
		end++
	}
	if s.ended(end) {
		return match{from: n}, more
	}
	if !contains(s.u[label:end], "PRIVATE KEY") {
		return match{}, no
	}
	switch s.has(end, pemDashes) {
	case more:
		return match{from: n}, more
	case no:
		return match{}, no
	}
	return s.pemBody(n, end+len(pemDashes))
}

// keyless is where a header's body was read in vain: units from from to end hold no key, and the last run of them are
// base64.
type keyless struct{ from, end, run int }

// pemBody reads a key from behind its header to behind its footer, or to where its text can't go on.
func (s *scanner) pemBody(n, k int) (match, outcome) {
	run, key, last, begin := 0, false, k, k
	if seen := s.keyless; k >= seen.from && k < seen.end {
		k, run, begin = seen.end, seen.run, seen.from
	}
	for ; k < len(s.u); k++ {
		c := s.u[k]
		switch {
		case in(c, base64):
			if run++; run >= minBody {
				key = true
			}
			if key {
				last = k + 1
			}
			continue
		case c == '-':
			switch s.has(k, pemEnd) {
			case more:
				return match{from: n}, more
			case yes:
				return s.pemFooter(n, k, key)
			}
		}
		if !in(c, pemSet) && c != '\\' || key && k-last > 200 || !key && k-n > 1000 {
			break
		}
		run = 0
	}
	if s.ended(k) {
		return s.unless(n, k, privateKey, pemSet)
	}
	if !key {
		s.keyless = keyless{begin, k, run}
		return match{}, no
	}
	return match{from: n, to: last, entity: privateKey}, yes
}

// pemFooter reads a footer at k.
func (s *scanner) pemFooter(n, k int, key bool) (match, outcome) {
	k += len(pemEnd)
	for begin := k; k < len(s.u) && k-begin <= maxLabel && s.u[k] != '-' && s.u[k] != '\n'; {
		k++
	}
	for dashes := 0; k < len(s.u) && s.u[k] == '-' && dashes < len(pemDashes); dashes++ {
		k++
	}
	if s.ended(k) && k-n < maxOpen {
		return match{from: n}, more
	}
	if !key {
		return match{}, no
	}
	return match{from: n, to: k, entity: privateKey}, yes
}

// contains tells whether text stands anywhere in u.
func contains(u []byte, text string) bool {
	for n := 0; n+len(text) <= len(u); n++ {
		if u[n] == text[0] && string(u[n:n+len(text)]) == text {
			return true
		}
	}
	return false
}

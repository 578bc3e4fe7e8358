package main

// iban looks for an account number: a country, two check digits, and as many characters as the country has, with
// single spaces or dashes between them. The remainder by 97 must be 1.
func (s *scanner) iban(n int) (match, outcome) {
	if n+1 >= len(s.u) {
		if s.ended(n + 1) {
			return match{from: n}, more
		}
		return match{}, no
	}
	length := ibanLength(s.u[n], s.u[n+1])
	if length == 0 {
		return match{}, no
	}
	remainder, count, k := 0, 0, n
	head := 0
	for k < len(s.u) && count < length {
		c := s.u[k]
		if (c == ' ' || c == '-') && count >= 2 && k+1 < len(s.u) && classes[s.u[k+1]]&(letter|digits) != 0 {
			k++
			continue
		}
		if (c == ' ' || c == '-') && count >= 2 && s.ended(k+1) {
			return match{from: n}, more
		}
		v := value36(c)
		if v < 0 || count >= 2 && count < 4 && v > 9 {
			return match{}, no
		}
		if count < 4 {
			head = push97(head, v)
		} else {
			remainder = push97(remainder, v)
		}
		count++
		k++
	}
	if s.ended(k) {
		return match{from: n}, more
	}
	if count < length || s.wordAt(k) {
		return match{}, no
	}
	// The first four characters stand at the end for the check.
	if (remainder*shift97+head)%97 != 1 {
		return match{}, no
	}
	return match{from: n, to: k, entity: iban}, yes
}

// push97 appends a character's value to a number, by 97.
func push97(n, v int) int {
	if v > 9 {
		return (n*100 + v) % 97
	}
	return (n*10 + v) % 97
}

// shift97 is by how much the first four characters, two letters and two digits, move a number, by 97.
const shift97 = 1_000_000 % 97

// value36 is a digit's or letter's value, -1 for others.
func value36(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'A' && c <= 'Z':
		return int(c-'A') + 10
	case c >= 'a' && c <= 'z':
		return int(c-'a') + 10
	}
	return -1
}

// countries are the countries of the IBAN registry with the lengths of their numbers.
const countries = "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24FI18FK18FO18" +
	"FR27GB22GE22GI23GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22" +
	"MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23" +
	"TN24TR26UA29VA22VG24XK20YE30"

// lengths is countries by their letters.
var lengths = func() (t [26 * 26]uint8) {
	for n := 0; n < len(countries); n += 4 {
		t[int(countries[n]-'A')*26+int(countries[n+1]-'A')] = (countries[n+2]-'0')*10 + countries[n+3] - '0'
	}
	return t
}()

func ibanLength(a, b byte) int {
	x, y := value36(a), value36(b)
	if x < 10 || y < 10 {
		return 0
	}
	return int(lengths[(x-10)*26+y-10])
}

// maxIPv6 is the longest address, with an IPv4 address at its end.
const maxIPv6 = 45

// chain is a row of groups of hexadecimal digits, each with a colon behind it.
type chain struct {
	from, end int
	groups    int // that begin at from or behind it
}

// left is how many groups begin at n or behind it. It is asked of rising places.
func (c *chain) left(u []byte, n int) int {
	if n >= c.end {
		*c = chain{from: n, end: n}
		for k, width := n, 0; k < len(u) && width <= 4; k++ {
			if classes[u[k]]&hex != 0 {
				width++
				continue
			}
			if u[k] != ':' || width == 0 {
				break
			}
			c.groups++
			c.end, width = k+1, 0
		}
	}
	for ; c.from < n; c.from++ {
		if u[c.from] == ':' {
			c.groups--
		}
	}
	return c.groups
}

// ipv6At is ipv6 where two colons come soon enough, and where it wasn't asked before.
func (s *scanner) ipv6At(n int) (match, outcome) {
	if n == s.noneIPv6 {
		return match{}, no
	}
	k, u := n, s.u
	for k < len(u) && k < n+5 && classes[u[k]]&hex != 0 {
		k++
	}
	if k < len(u) && u[k] != ':' {
		return match{}, no
	}
	for k++; k < len(u) && classes[u[k]]&hex != 0; {
		k++
	}
	if k < len(u) && u[k] != ':' {
		return match{}, no // one colon
	}
	m, out := match{}, no
	if k >= len(u) || s.chained.left(u, n) <= 8 {
		m, out = s.ipv6(n)
	}
	if out == no {
		s.noneIPv6 = n
	}
	return m, out
}

// ipv6 looks for an address: eight groups of up to four hexadecimal digits, or fewer with one "::". Without a decimal
// digit it is more likely a name in a program.
func (s *scanner) ipv6(n int) (match, outcome) {
	groups, width, double, decimal, colons := 0, 0, -1, false, 0
	k := n
	for ; k < len(s.u) && k-n <= maxIPv6; k++ {
		c := s.u[k]
		if classes[c]&hex != 0 {
			if width++; width > 4 {
				return match{}, no
			}
			decimal = decimal || digit(c)
			continue
		}
		if c != ':' {
			break
		}
		colons++
		if width > 0 {
			groups++
		} else if k > n {
			if double >= 0 {
				return match{}, no // a second "::"
			}
			double = k
		}
		width = 0
		if groups > 8 {
			return match{}, no
		}
	}
	dotted := colons >= 2 && width > 0 && k < len(s.u) && s.u[k] == '.' && digit(s.u[k-1])
	for dotted && k < len(s.u) && k-n <= maxIPv6 && (digit(s.u[k]) || s.u[k] == '.') {
		k++ // an IPv4 address at its end, or the end of a sentence
	}
	if s.ended(k) {
		return match{from: n}, more
	}
	if colons < 2 || k-n > maxIPv6 {
		return match{}, no
	}
	end := k
	if dotted && s.u[k-1] == '.' {
		end--
	}
	if width > 0 {
		groups++
	} else if double != k-1 {
		end-- // a sentence's colon
	}
	full := double < 0 && groups == 8
	short := double >= 0 && groups >= 1 && groups <= 7
	if s.u[n] == ':' && (n+1 >= len(s.u) || s.u[n+1] != ':') {
		return match{}, no
	}
	if !decimal || !full && !short || s.wordAt(k) {
		return match{}, no
	}
	return match{from: n, to: end, entity: ip}, yes
}

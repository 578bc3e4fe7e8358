package main

// class is a set of units. A rule names the one that its secrets are made of.
type class uint16

const (
	digit class = 1 << iota
	lower
	upper
	hexLetter   // a–f
	hexCapital  // A–F
	underscore  // _
	dash        // -
	dot         // .
	slash       // / and +
	equals      // =
	tilde       // ~ % ! : @ |, which stand in few tokens
	white       // space and ends of lines
	quote       // " ' `
	punctuation // what ends a value that isn't quoted

	letter   = lower | upper
	alnum    = digit | letter
	word     = alnum | underscore
	name     = word | dash
	hexLower = digit | hexLetter
	hexAny   = digit | hexLetter | hexCapital
	base64   = alnum | slash | equals
	token    = name | dot | slash | equals | tilde
)

var classes = func() (t [256]class) {
	for c := range t {
		switch b := byte(c); {
		case b >= '0' && b <= '9':
			t[c] = digit
		case b >= 'a' && b <= 'f':
			t[c] = lower | hexLetter
		case b >= 'g' && b <= 'z':
			t[c] = lower
		case b >= 'A' && b <= 'F':
			t[c] = upper | hexCapital
		case b >= 'G' && b <= 'Z':
			t[c] = upper
		}
	}
	for set, units := range map[class]string{
		underscore: "_", dash: "-", dot: ".", slash: "/+", equals: "=", tilde: "~%!:@|", white: " \t\r\n",
		quote: "\"'`", punctuation: ",;()[]{}<>&",
	} {
		for _, c := range []byte(units) {
			t[c] |= set
		}
	}
	return t
}()

// in tells whether a unit belongs to a class. A letter in hexLower or hexAny must be a hexadecimal one.
func in(c byte, set class) bool { return classes[c]&set != 0 }

// mixed counts what a text is made of.
type mixed struct{ digits, lowers, uppers, others int }

func mix(u []byte) (m mixed) {
	for _, c := range u {
		switch k := classes[c]; {
		case k&digit != 0:
			m.digits++
		case k&lower != 0:
			m.lowers++
		case k&upper != 0:
			m.uppers++
		default:
			m.others++
		}
	}
	return m
}

// entropy is the Shannon entropy of a text in hundredths of a bit for each unit: 300 for eight units that all differ.
func entropy(u []byte) int {
	if len(u) == 0 {
		return 0
	}
	if len(u) > 255 {
		u = u[:255]
	}
	var seen [256]uint8
	for _, c := range u {
		seen[c]++
	}
	sum := 0
	for _, n := range seen {
		if n > 1 {
			sum += int(n) * log2(int(n))
		}
	}
	return (log2(len(u))*len(u) - sum) / len(u)
}

// log2 is a logarithm in hundredths, for 1 to 255.
func log2(n int) int {
	whole := 0
	for n>>(whole+1) > 0 {
		whole++
	}
	// Between powers of two, four squarings give four more binary digits.
	x, part := n<<16>>whole, 0
	for range 7 {
		x = x * x >> 16
		part <<= 1
		if x >= 2<<16 {
			x >>= 1
			part |= 1
		}
	}
	return whole*100 + part*100/128
}

// wordy tells whether a text is mostly words, as names in a program are, rather than random: pronounceable runs of four
// letters and more make up three fifths of it.
func wordy(u []byte) bool {
	in, from := 0, 0
	for n := 0; n <= len(u); n++ {
		if n < len(u) && classes[u[n]]&letter != 0 && (n == from || classes[u[n]]&upper == 0 || classes[u[n-1]]&lower == 0) {
			continue
		}
		if pronounceable(u[from:n]) {
			in += n - from
		}
		from = n
		if n < len(u) && classes[u[n]]&letter == 0 {
			from++
		}
	}
	return in*5 >= len(u)*3 && in > 0
}

// pronounceable tells whether letters may be a word: a fourth of them vowels, and never four consonants in a row.
func pronounceable(u []byte) bool {
	vowels, row := 0, 0
	for _, c := range u {
		switch c | 0x20 {
		case 'a', 'e', 'i', 'o', 'u', 'y':
			vowels++
			row = 0
		default:
			if row++; row > 3 {
				return false
			}
		}
	}
	return len(u) >= 4 && vowels*4 >= len(u)
}

// varied tells whether a text has digits and letters, or enough of small and capital letters.
func (m mixed) varied() bool {
	return m.digits > 0 && m.lowers+m.uppers > 1 || m.lowers > 3 && m.uppers > 3
}

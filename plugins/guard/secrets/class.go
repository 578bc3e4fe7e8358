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
	vowel       // a e i o u y

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
		quote: "\"'`", punctuation: ",;()[]{}<>&", vowel: "aeiouyAEIOUY",
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

// weights count a unit as what it is, in 16 bits each: digits in the lowest, then lowers, uppers and others.
var weights = func() (t [256]uint64) {
	for c := range t {
		switch k := classes[c]; {
		case k&digit != 0:
			t[c] = 1
		case k&lower != 0:
			t[c] = 1 << 16
		case k&upper != 0:
			t[c] = 1 << 32
		default:
			t[c] = 1 << 48
		}
	}
	return t
}()

func mix(u []byte) (m mixed) {
	for len(u) > 0 {
		sum, some := uint64(0), u[:min(len(u), 1<<15)]
		for _, c := range some {
			sum += weights[c]
		}
		m.digits += int(sum & 0xffff)
		m.lowers += int(sum >> 16 & 0xffff)
		m.uppers += int(sum >> 32 & 0xffff)
		m.others += int(sum >> 48)
		u = u[len(some):]
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
	sum := 0 // of n log n, over all units
	for _, c := range u {
		n := seen[c]
		sum += int(growth[n])
		seen[c] = n + 1
	}
	return (log2(len(u))*len(u) - sum) / len(u)
}

// growth is by how much n log n grows when n does by one.
var growth = func() (t [256]int16) {
	for n := 1; n < len(t)-1; n++ {
		t[n] = int16((n+1)*log2(n+1) - n*log2(n))
	}
	return t
}()

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
// letters and more make up three fifths of it. Letters may be a word if a fourth of them are vowels, and never four
// consonants come in a row; a capital after a small letter begins a new one.
func wordy(u []byte) bool {
	within := 0
	size, vowels, row, odd, before := 0, 0, 0, false, class(0)
	for _, c := range u {
		k := classes[c]
		if k&letter == 0 || k&upper != 0 && before&lower != 0 {
			if size >= 4 && vowels*4 >= size && !odd {
				within += size
			}
			size, vowels, row, odd = 0, 0, 0, false
		}
		before = k
		switch {
		case k&letter == 0:
			continue
		case k&vowel != 0:
			vowels++
			row = 0
		default:
			row++
			odd = odd || row > 3
		}
		size++
	}
	if size >= 4 && vowels*4 >= size && !odd {
		within += size
	}
	return within*5 >= len(u)*3 && within > 0
}

// varied tells whether a text has digits and letters, or enough of small and capital letters.
func (m mixed) varied() bool {
	return m.digits > 0 && m.lowers+m.uppers > 1 || m.lowers > 3 && m.uppers > 3
}

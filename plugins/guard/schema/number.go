package main

import "math/bits"

// decimal is a JSON number, exactly: 0.d₁d₂…dₙ × 10^exp, without zeros at either end of the digits. For example
// -120 is digits 12, exp 3, and 0.05 is digits 5, exp -1. Zero has no digits.
type decimal struct {
	written  []byte // from the first digit that isn't zero on; may hold the point
	digits   int
	exp      int
	negative bool
}

// decimalOf reads a number that the grammar has been checked of. It points into s.
func decimalOf(s []byte) decimal {
	var d decimal
	at := 0
	if len(s) > 0 && s[0] == '-' {
		d.negative = true
		at++
	}
	seen, whole, first := 0, -1, -1 // digits seen, those before the point, those before the first that isn't zero
	for ; at < len(s); at++ {
		c := s[at]
		if c == '.' {
			whole = seen
			continue
		}
		if c < '0' || c > '9' {
			break
		}
		if c != '0' {
			if first < 0 {
				first, d.written = seen, s[at:]
			}
			d.digits = seen - first + 1
		}
		seen++
	}
	if whole < 0 {
		whole = seen
	}
	if d.digits == 0 {
		return decimal{}
	}
	d.exp = whole - first + exponent(s[at:])
	return d
}

// exponent reads what follows the digits: nothing, or e and a number of at most nine digits.
func exponent(s []byte) int {
	if len(s) == 0 {
		return 0
	}
	n, negative := 0, false
	for _, c := range s[1:] {
		switch c {
		case '-':
			negative = true
		case '+':
		default:
			n = n*10 + int(c-'0')
		}
	}
	if negative {
		return -n
	}
	return n
}

// whole tells whether the number is an integer: 1.0 and 1e2 are.
func (d decimal) whole() bool { return d.exp >= d.digits }

// compare is -1, 0 or 1 as a is less than, equal to or more than b.
func compare(a, b decimal) int {
	switch {
	case a.digits == 0 && b.digits == 0:
		return 0
	case a.digits == 0:
		return sign(!b.negative)
	case b.digits == 0 || a.negative != b.negative:
		return -sign(!a.negative)
	case a.exp != b.exp:
		return sign((a.exp < b.exp) != a.negative)
	}
	i, j := 0, 0
	for n := range max(a.digits, b.digits) {
		x, y := byte('0'), byte('0')
		if n < a.digits {
			x, i = digit(a.written, i)
		}
		if n < b.digits {
			y, j = digit(b.written, j)
		}
		if x != y {
			return sign((x < y) != a.negative)
		}
	}
	return 0
}

// sign is -1 for less and 1 for more.
func sign(less bool) int {
	if less {
		return -1
	}
	return 1
}

// digit is the digit at s[at] or behind the point that is there, and where to go on.
func digit(s []byte, at int) (byte, int) {
	if s[at] == '.' {
		at++
	}
	return s[at], at + 1
}

// small is the digits as a number, if there are at most 18.
func (d decimal) small() (uint64, bool) {
	if d.digits > 18 {
		return 0, false
	}
	n, at := uint64(0), 0
	var c byte
	for range d.digits {
		c, at = digit(d.written, at)
		n = n*10 + uint64(c-'0')
	}
	return n, true
}

// multiple tells whether a is a whole number of times m, exactly. m has at most 18 digits and isn't zero.
//
// With a = A·10^i and m = M·10^j, where neither A nor M ends with a zero, a/m = A/M·10^(i-j). If i < j it isn't whole,
// since 10 doesn't divide A; else M must divide A·10^(i-j), which is computed modulo M.
func multiple(a, m decimal) bool {
	if a.digits == 0 {
		return true
	}
	power := (a.exp - a.digits) - (m.exp - m.digits)
	by, _ := m.small()
	if power < 0 || by == 0 {
		return false
	}
	if whole, ok := a.small(); ok && a.digits+power <= 18 { // the usual one
		for ; power > 0; power-- {
			whole *= 10
		}
		return whole%by == 0
	}
	rest, at := uint64(0), 0
	var c byte
	for range a.digits {
		c, at = digit(a.written, at)
		rest = (mulMod(rest, 10, by) + uint64(c-'0')) % by
	}
	for base := 10 % by; power > 0; power >>= 1 {
		if power&1 != 0 {
			rest = mulMod(rest, base, by)
		}
		base = mulMod(base, base, by)
	}
	return rest == 0
}

func mulMod(a, b, m uint64) uint64 {
	hi, lo := bits.Mul64(a%m, b%m)
	_, rest := bits.Div64(hi, lo, m)
	return rest
}

// int is a whole number that isn't negative, of at most nine digits.
func (d decimal) int() (int, bool) {
	if d.negative || !d.whole() || d.exp > 9 {
		return 0, false
	}
	n, _ := d.small()
	for range d.exp - d.digits {
		n *= 10
	}
	return int(n), true
}

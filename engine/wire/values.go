package wire

import (
	"math"
	"strconv"
)

// Int returns the integer at s. ok is false if there is no number, it is not integral, or it doesn't fit in
// 64 bits. Fractions and exponents are fine as long as the value is integral: 1.0 is 1, 25e-1 is not an
// integer, 1.5e1 is 15, 1e3 is 1000. The value is exact; nothing goes through floating point.
func Int(b []byte, s Span) (v int64, ok bool) {
	if KindOf(b, s) != Number {
		return 0, false
	}
	num := s.Of(b)
	negative := num[0] == '-'
	if negative {
		num = num[1:]
	}
	m, exponent, ok := decimal(num)
	if !ok {
		return 0, false
	}
	return scale(m, exponent, negative)
}

// decimal reads an unsigned number as m × 10^exponent, where m doesn't end in zero unless it is zero. ok is
// false if it isn't a number or has too many digits for m, in which case it is no 64-bit integer either: the
// last digit of m is not zero, so the number is either not integral or at least as large as m.
func decimal(num []byte) (m uint64, exponent int64, ok bool) {
	var zeros, places int64 // zeros not yet multiplied into m; digits after the point
	i, point := 0, false
digits:
	for ; i < len(num); i++ {
		switch c := num[i]; {
		case c == '.' && !point:
			point = true
			continue
		case !isDigit(c):
			break digits
		case c == '0':
			zeros++
		default:
			if m, ok = shift(m, zeros+1); !ok || m > math.MaxUint64-9 {
				return 0, 0, false
			}
			m, zeros = m+uint64(c-'0'), 0
		}
		if point {
			places++
		}
	}
	if i == 0 {
		return 0, 0, false
	}
	e, ok := exponentOf(num[i:])
	return m, zeros - places + e, ok
}

// shift returns m × 10^n.
func shift(m uint64, n int64) (uint64, bool) {
	for ; n > 0 && m != 0; n-- {
		if m > math.MaxUint64/10 {
			return 0, false
		}
		m *= 10
	}
	return m, true
}

// exponentOf reads an exponent part, which may be empty. It saturates far outside of what matters.
func exponentOf(part []byte) (int64, bool) {
	if len(part) == 0 {
		return 0, true
	}
	if part[0]|0x20 != 'e' {
		return 0, false
	}
	part = part[1:]
	negative := false
	if len(part) > 0 && (part[0] == '-' || part[0] == '+') {
		negative = part[0] == '-'
		part = part[1:]
	}
	if len(part) == 0 {
		return 0, false
	}
	var e int64
	for _, c := range part {
		if !isDigit(c) {
			return 0, false
		}
		if e < 1<<40 {
			e = e*10 + int64(c-'0')
		}
	}
	if negative {
		e = -e
	}
	return e, true
}

// scale returns ±m × 10^exponent if it is an int64.
func scale(m uint64, exponent int64, negative bool) (int64, bool) {
	if m == 0 {
		return 0, true
	}
	if exponent < 0 {
		return 0, false
	}
	m, ok := shift(m, exponent)
	switch {
	case !ok:
		return 0, false
	case m <= math.MaxInt64 && negative:
		return -int64(m), true
	case m <= math.MaxInt64:
		return int64(m), true
	case m == 1<<63 && negative:
		return math.MinInt64, true
	}
	return 0, false
}

// Float returns the number at s, rounded to 64 bits. ok is false if there is no number or it is too large.
func Float(b []byte, s Span) (v float64, ok bool) {
	if KindOf(b, s) != Number {
		return 0, false
	}
	v, err := strconv.ParseFloat(string(s.Of(b)), 64)
	return v, err == nil
}

// Bool returns the truth value at s; ok is false if there is none.
func Bool(b []byte, s Span) (v, ok bool) {
	k := KindOf(b, s)
	return k == True, k == True || k == False
}

// IsNull tells whether the value at s is null. An absent one is not.
func IsNull(b []byte, s Span) bool { return KindOf(b, s) == Null }

// AppendInt appends v in decimal.
func AppendInt(dst []byte, v int64) []byte { return strconv.AppendInt(dst, v, 10) }

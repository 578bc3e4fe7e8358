package edge

// Classes of bytes, one bit each.
const (
	isUpper  = 1 << iota // what a method holds: A–Z and hyphen
	isPath               // plain in a path: neither a dot, slash, percent sign or semicolon, nor refused
	isQuery              // plain in a query
	isValue              // a field's value: printable ASCII, HT, and bytes above 0x7f
	isHost               // plain in a host name
	isToken              // a token, as chunk extensions have it
	isQuoted             // within a quoted string, but for the quote and the backslash
)

var class = func() (t [256]uint8) {
	for i := range t {
		c := byte(i)
		visible := c > 0x20 && c < 0x7f
		if c >= 'A' && c <= 'Z' || c == '-' {
			t[i] |= isUpper
		}
		if visible && !in(c, "./%;?#\\\"<>^`{|}") {
			t[i] |= isPath
		}
		if visible && !in(c, "%#") {
			t[i] |= isQuery
		}
		if visible || c == ' ' || c == '\t' || c >= 0x80 {
			t[i] |= isValue
		}
		if alnum(c) || in(c, "-._~") {
			t[i] |= isHost
		}
		if lower[i] != 0 {
			t[i] |= isToken
		}
		if visible && !in(c, "\"\\") || c == ' ' || c == '\t' {
			t[i] |= isQuoted
		}
	}
	return t
}()

// lower maps a byte of a token to lower case, and any other byte to 0.
var lower = func() (t [256]byte) {
	for i := range t {
		c := byte(i)
		switch {
		case c >= 'A' && c <= 'Z':
			t[i] = c | 0x20
		case alnum(c), in(c, "!#$%&'*+-.^_`|~"):
			t[i] = c
		}
	}
	return t
}()

// hexes maps a hexadecimal digit to its value, and any other byte to 0xff.
var hexes = func() (t [256]byte) {
	for i := range t {
		c := byte(i)
		switch {
		case c >= '0' && c <= '9':
			t[i] = c - '0'
		case c >= 'a' && c <= 'f':
			t[i] = c - 'a' + 10
		case c >= 'A' && c <= 'F':
			t[i] = c - 'A' + 10
		default:
			t[i] = 0xff
		}
	}
	return t
}()

func alnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func in(c byte, set string) bool {
	for i := range len(set) {
		if set[i] == c {
			return true
		}
	}
	return false
}

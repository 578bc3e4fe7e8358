package upstream

// Classes of bytes in RFC 9110: tokens (field names, methods) and field content.
const (
	classToken byte = 1 << iota
	classValue
)

var class = func() (t [256]byte) {
	for b := range t {
		if b >= ' ' && b != 0x7f || b == '\t' {
			t[b] |= classValue
		}
	}
	for _, b := range []byte("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") {
		t[b] |= classToken
	}
	return t
}()

func isToken[T ~string | ~[]byte](s T) bool {
	for i := range len(s) {
		if class[s[i]]&classToken == 0 {
			return false
		}
	}
	return len(s) > 0
}

// isValue tells whether s is field content: no control byte but tab. Bytes above 0x7f are allowed.
func isValue[T ~string | ~[]byte](s T) bool {
	for i := range len(s) {
		if class[s[i]]&classValue == 0 {
			return false
		}
	}
	return true
}

func lower(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		return b | 0x20
	}
	return b
}

// equalFold compares ASCII text without regard to case.
func equalFold[A, B ~string | ~[]byte](a A, b B) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

func trim(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\t') {
		b = b[1:]
	}
	for len(b) > 0 && (b[len(b)-1] == ' ' || b[len(b)-1] == '\t') {
		b = b[:len(b)-1]
	}
	return b
}

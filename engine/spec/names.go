package spec

import "strings"

// Matches tells whether pattern, in which '*' is any run of characters, stands for the whole of name. On a mismatch it goes back
// to the last star only, since earlier ones can't do better. It doesn't allocate.
func Matches[T string | []byte](pattern string, name T) bool {
	p, n, star, mark := 0, 0, -1, 0
	for n < len(name) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, n
			p++
		case p < len(pattern) && pattern[p] == name[n]:
			p++
			n++
		case star >= 0:
			mark++
			p, n = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

package hcl

import (
	"fmt"
	"slices"
	"strings"
)

// Nearest returns the name most like the given one, or "" if none is near enough to be meant. It is for whoever else
// reads what people write.
func Nearest(given string, names []string) string { return nearest(given, names) }

// nearest returns the name most like the given one, or "" if none is near enough to be meant.
func nearest(given string, names []string) string {
	best, least := "", max(1, len(given)/3)+1
	if len(given) < 3 {
		least = 1 // every other name is near to so short a one
	}
	for _, n := range names {
		if strings.EqualFold(n, given) {
			return n
		}
		if d := distance(given, n, least); d < least {
			best, least = n, d
		}
	}
	return best
}

// distance is how many letters must be added, dropped, changed or swapped with their neighbour to make b
// from a. It is at least most where the lengths or the names' length say so already.
func distance(a, b string, most int) int {
	if len(a) > 64 || len(b) > 64 || len(a)-len(b) >= most || len(b)-len(a) >= most {
		return most
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := last[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			row[j] = min(change, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// didYouMean is a hint: the nearest name, or all of them when they are few, or "".
func didYouMean(given string, names []string) string {
	if n := nearest(given, names); n != "" {
		return fmt.Sprintf("Did you mean %q?", n)
	}
	if len(names) == 0 || len(names) > 24 {
		return ""
	}
	sorted := slices.Sorted(slices.Values(names))
	return "Known are " + quoteList(sorted, "and") + "."
}

// quoteList writes names as `"a", "b" and "c"`.
func quoteList(names []string, word string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = fmt.Sprintf("%q", n)
	}
	return list(quoted, word)
}

// list writes names as "a, b and c".
func list(names []string, word string) string {
	switch len(names) {
	case 0:
		return "none"
	case 1:
		return names[0]
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " " + word + " " + names[last]
}

// a puts the indefinite article before a noun.
func a(noun string) string {
	if noun != "" && strings.ContainsRune("aeiou", rune(noun[0])) || noun == "http" || noun == "llm" { // as they are said
		return "an " + noun
	}
	return "a " + noun
}

// capital makes the first letter large.
func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

package route

import (
	"slices"
	"strings"
)

// Bounds of Nearest.
const (
	maxNear   = 3
	maxServed = 10
)

// Nearest returns up to three names that look like name, nearest first, and up to ten names that are
// served; both only of models that the set holds.
func (r *Route) Nearest(name []byte, a Allowed) (near, served []string) {
	served = r.Names(a)
	asked := string(name)
	if len(asked) > 64 {
		asked = asked[:64]
	}
	type scored struct {
		name string
		d    int
	}
	var ss []scored
	for _, s := range served {
		if d := distance(strings.ToLower(asked), strings.ToLower(s)); d <= max(len(asked)/3, 1) {
			ss = append(ss, scored{s, d})
		}
	}
	slices.SortStableFunc(ss, func(a, b scored) int { return a.d - b.d })
	for _, s := range ss[:min(len(ss), maxNear)] {
		near = append(near, s.name)
	}
	if len(served) > maxServed {
		served = append(served[:maxServed:maxServed], "…")
	}
	return near, served
}

// Names lists what a client may ask for on this route, sorted: names and aliases without wildcards.
func (r *Route) Names(a Allowed) []string {
	var ns []string
	for _, m := range r.table.models {
		if !r.serves.has(m.Index) || !a.has(m.Index) {
			continue
		}
		for _, n := range append([]string{m.Spec.Name}, m.Spec.Aliases...) {
			if !strings.Contains(n, "*") {
				ns = append(ns, n)
			}
		}
	}
	slices.Sort(ns)
	return slices.Compact(ns)
}

// distance is Levenshtein's: the fewest single-character edits from a to b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			substitute := diagonal
			if a[i-1] != b[j-1] {
				substitute++
			}
			diagonal = row[j]
			row[j] = min(row[j]+1, row[j-1]+1, substitute)
		}
	}
	return row[len(b)]
}

package main

// numbers is a row of groups of digits, as cards, phones and addresses are written. A row that begins at one of the
// groups of the row before is the rest of that: what stood there is kept, or long rows would be read ten times.
type numbers struct {
	all    [4 * maxGroups]group // groups since the last row that nothing was kept of
	first  int                  // the row's first group
	before int                  // how many digits there are in those before it
	count  int                  // of the row's groups
	plus   bool                 // a + before the first group
	paren  bool                 // a ( before the first group
	closed bool                 // and its ) after it
	after  int                  // where the group behind the last one begins
	goesOn bool                 // there is one
}

// group is a run of digits: where it is, what stands between it and the next, 0 for what isn't one character, and how many
// digits there are up to its end.
type group struct {
	from, to int
	gap      byte
	sum      int
}

// groups are the first groups of the row.
func (r *numbers) groups(count int) []group { return r.all[r.first:][:count] }

// digits is how many digits the first groups of the row have.
func (r *numbers) digits(count int) int {
	if count == 0 {
		return 0
	}
	return r.all[r.first+count-1].sum - r.before
}

// begin makes the row that begins at n, without groups unless it is the rest of the row before.
func (r *numbers) begin(n int) (kept bool) {
	r.plus, r.paren, r.closed = false, false, false
	for r.count > 0 && r.all[r.first].from < n {
		r.before = r.all[r.first].sum
		r.first++
		r.count--
	}
	if r.count > 0 && r.all[r.first].from == n {
		if r.first > len(r.all)-maxGroups {
			copy(r.all[:], r.groups(r.count))
			r.first = 0
		}
		return true
	}
	r.first, r.before, r.count, r.after = 0, 0, 0, n
	return false
}

const (
	maxGroups = 10
	maxDigits = 19 // of a card
	minDigits = 7  // of anything but an address
	// addressGroups is how many groups an IPv4 address has.
	addressGroups = 4
	maxRun        = 40 // digits that are looked at before a run is too long for anything
)

// collect reads a row of groups into s.numbered.
func (s *scanner) collect(n int) outcome {
	r, u := &s.numbered, s.u
	if !r.begin(n) {
		if r.after < len(u) && u[r.after] == '+' {
			r.plus = true
			r.after++
		}
		if r.after < len(u) && u[r.after] == '(' {
			r.paren = true
			r.after++
		}
	}
	for total := r.digits(r.count); ; {
		switch {
		case total > maxDigits:
			return yes // nothing is that long; shorter rows of it may be something
		case r.count == 0:
		case s.ended(r.after):
			return more
		case !r.goesOn || r.count == maxGroups:
			return yes
		}
		from := r.after
		to := from
		for to < len(u) && classes[u[to]]&digits != 0 {
			to++
			if to-from > maxRun {
				r.count = 0
				return no
			}
		}
		if to == from {
			if s.ended(to) {
				return more
			}
			return ifAny(r.count)
		}
		if r.count == 0 && r.paren {
			r.closed = to < len(u) && u[to] == ')'
		}
		total += to - from
		g := &r.all[r.first+r.count]
		g.from, g.to, g.sum = from, to, r.before+total
		r.after, g.gap, r.goesOn = s.gap(to)
		r.count++
	}
}

func ifAny(n int) outcome {
	if n == 0 {
		return no
	}
	return yes
}

// gap reads what may stand between two groups: one of space, dash, dot, slash and parenthesis, or a parenthesis with a
// space or dash. ok is false if no group follows.
func (s *scanner) gap(n int) (next int, what byte, ok bool) {
	k, u := n, s.u
	for k < len(u) && k < n+3 && gaps[u[k]] {
		k++
	}
	switch k - n {
	case 0:
		return k, 0, false
	case 1:
		what = s.u[n]
	case 2:
		if s.u[n] != ')' && s.u[n+1] != '(' {
			return k, 0, false
		}
	default:
		return n, 0, false
	}
	return k, what, k < len(s.u) && digit(s.u[k])
}

var gaps = [256]bool{' ': true, '-': true, '.': true, '/': true, '(': true, ')': true}

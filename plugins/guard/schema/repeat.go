package main

// repeat reads what says how often the element from a place on is there, and writes the repetitions out.
func (r *reader) repeat(from int32, repeats bool) {
	least, most, ok := r.bounds()
	if !ok || r.err != nil {
		return
	}
	if len(r.rest) > 0 && r.rest[0] == '?' {
		r.rest = r.rest[1:] // lazy: the same texts match
	}
	if !repeats || len(r.rest) > 0 && byteIndex("*+?", r.rest[0]) >= 0 {
		r.fail(errPattern)
		return
	}
	unit := append([]step(nil), r.p.steps[from:]...)
	r.p.steps = r.p.steps[:from]
	for range least {
		r.copy(unit, from)
	}
	switch {
	case most < 0: // split out; unit; jump back
		at := r.emit(step{op: split})
		r.copy(unit, from)
		r.emit(step{op: jump, to: at})
		r.setTo(at, r.here())
	case most > least:
		var outs []int32
		for range most - least {
			outs = append(outs, r.emit(step{op: split}))
			r.copy(unit, from)
		}
		for _, at := range outs {
			r.setTo(at, r.here())
		}
	}
}

func (r *reader) setTo(at, to int32) {
	if r.err == nil {
		r.p.steps[at].to = to
	}
}

// copy appends steps that were made for another place.
func (r *reader) copy(unit []step, from int32) {
	by := r.here() - from
	for _, s := range unit {
		if s.op == split || s.op == jump {
			s.to += by
		}
		if r.emit(s); r.err != nil {
			return
		}
	}
}

// bounds reads *, +, ?, {n}, {n,} or {n,m}. most is -1 without a bound.
func (r *reader) bounds() (least, most int, ok bool) {
	if len(r.rest) == 0 {
		return 0, 0, false
	}
	switch r.rest[0] {
	case '*':
		r.rest = r.rest[1:]
		return 0, -1, true
	case '+':
		r.rest = r.rest[1:]
		return 1, -1, true
	case '?':
		r.rest = r.rest[1:]
		return 0, 1, true
	case '{':
		return r.counted()
	}
	return 0, 0, false
}

func (r *reader) counted() (least, most int, ok bool) {
	s, at := r.rest, 1
	read := func() (n, digits int) {
		for ; at < len(s) && s[at] >= '0' && s[at] <= '9' && digits < 6; digits++ {
			n = n*10 + int(s[at]-'0')
			at++
		}
		return n, digits
	}
	least, given := read()
	if given == 0 || at >= len(s) {
		r.fail(errPattern)
		return 0, 0, false
	}
	most = least
	if s[at] == ',' {
		at++
		if most, given = read(); given == 0 {
			most = -1
		}
	}
	switch {
	case at >= len(s) || s[at] != '}' || most >= 0 && most < least:
		r.fail(errPattern)
		return 0, 0, false
	case least > maxRepeat || most > maxRepeat:
		r.fail(errSteps)
		return 0, 0, false
	}
	r.rest = s[at+1:]
	return least, most, true
}

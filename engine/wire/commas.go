package wire

// resolve decides what each edit cuts and writes, commas included. The edits are in order of position.
//
// A removed item takes the comma after it. The last one of a container has none; it takes the comma before
// it, or, if the items before it go too, the comma before the first of that run. If the run begins with the
// first item, the container is emptied, and so is one that was empty before. Then the last prepended item
// loses the comma behind it, and the first added one the comma before it unless something was prepended.
//
// All that belongs together is close together in the order: prepended items stand right after the bracket,
// added ones right after the last item. So the neighbours are found by walking a few edits back. Edits that
// stand in between by mistake, such as one inside of a removed item, overlap and are refused by measure.
func (e *Edits) resolve() {
	for i := range e.list {
		d := &e.list[i]
		d.cut, d.newText = d.at, d.text
		switch d.class {
		case remove:
			e.resolveRemove(i)
		case prepend:
			if d.bare && !e.sameListEdit(i, i+1) {
				d.newText.End--
			}
		case add:
			if !e.followsItem(i) {
				d.newText.Start++
			}
		case insert, replace:
		}
	}
}

// sameListEdit tells whether edit j exists and is of the class and position of edit i. No two containers
// share such a position.
func (e *Edits) sameListEdit(i, j int) bool {
	return j >= 0 && j < len(e.list) && e.list[j].class == e.list[i].class && e.list[j].at == e.list[i].at
}

func (e *Edits) resolveRemove(i int) {
	d := &e.list[i]
	d.emptied, d.preceded = false, false
	switch {
	case e.sameListEdit(i, i-1): // removed already
		d.cut = Span{e.list[i-1].cut.End, e.list[i-1].cut.End}
		d.emptied, d.preceded = e.list[i-1].emptied, e.list[i-1].preceded
	case d.after >= 0:
		d.cut.End = d.next
	default:
		first := e.runStart(i)
		f := &e.list[first]
		if f.before >= 0 {
			f.cut.Start = f.before
			return
		}
		d.emptied = true
		d.preceded = e.trimPrepended(first)
	}
}

// runStart returns the first of the removals that stand in front of removal i without a kept item between.
func (e *Edits) runStart(i int) int {
	for e.list[i].before >= 0 {
		comma := e.list[i].before
		k := i - 1
		for k >= 0 && e.list[k].at.Start > comma {
			k--
		}
		if k < 0 || e.list[k].class != remove || e.list[k].after != comma {
			break
		}
		for e.sameListEdit(k, k-1) {
			k--
		}
		i = k
	}
	return i
}

// trimPrepended takes the comma from the last item that was prepended to the container whose first item is
// removed by edit i, and tells whether there is one.
func (e *Edits) trimPrepended(i int) bool {
	for k := i - 1; k >= 0; k-- {
		d := &e.list[k]
		if d.class == insert {
			continue
		}
		if d.class != prepend || d.at.Start != e.list[i].box+1 {
			break
		}
		d.newText.End--
		return true
	}
	return false
}

// followsItem tells whether the new body has an item in front of the one that edit i adds.
func (e *Edits) followsItem(i int) bool {
	if e.sameListEdit(i, i-1) {
		return true
	}
	d, k := &e.list[i], i-1
	for k >= 0 && e.list[k].at == d.at {
		if e.list[k].class == prepend {
			return true
		}
		k--
	}
	if d.bare {
		return false
	}
	if k >= 0 && e.list[k].class == remove && e.list[k].at.End == d.at.Start && e.list[k].emptied {
		return e.list[k].preceded
	}
	return true
}

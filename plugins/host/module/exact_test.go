package module

// exactly writes the module with bodies that count each instruction for itself.
func (w *rewriter) exactly() {
	var bodies []body
	bodies, w.m.bodies = w.m.bodies, nil
	w.out = append(w.out, w.m.wasm[:8]...)
	next := 0
	write := func(s section) {
		if s.id != idCode {
			w.section(s)
			return
		}
		var all [][]byte
		for _, b := range bodies {
			all = append(all, w.exactBody(b))
		}
		w.buf = nil
		w.refillBody()
		refill := append(appendU32(nil, uint32(len(w.buf))), w.buf...)
		w.out = appendSection(w.out, idCode, vec(append(all, refill)...))
	}
	for _, s := range w.m.sections {
		if s.id == idCustom {
			continue
		}
		for next < len(added) && sectionOrder[added[next]] < sectionOrder[s.id] {
			write(section{id: added[next]})
			next++
		}
		if next < len(added) && added[next] == s.id {
			next++
		}
		write(s)
	}
	for ; next < len(added); next++ {
		write(section{id: added[next]})
	}
}

func (w *rewriter) exactBody(b body) []byte {
	w.buf = nil
	w.plan.reset()
	c := &cursor{buf: w.m.wasm, pos: b.code, end: b.end}
	var in instruction
	for c.pos < c.end {
		c.instruction(&in, w.m.limits.BrTable)
		if price(in.op) > 0 {
			w.plan.add(in.at, pointStraight, 1)
		}
	}
	w.frame = frame{}
	w.locals(b)
	w.instructions(b)
	w.op(opEnd)
	return append(appendU32(nil, uint32(len(w.buf))), w.buf...)
}

package module

// codeSection writes the bodies with the charges in them, and the body of the function that refills.
func (w *rewriter) codeSection(s section) {
	w.vector(s, 1)
	var code []byte
	outer := w.buf
	for i := range w.m.bodies {
		w.buf = code[:0]
		w.body(i)
		code = w.buf
		outer = append(appendU32(outer, uint32(len(code))), code...)
	}
	w.buf = code[:0]
	w.refillBody()
	outer = append(appendU32(outer, uint32(len(w.buf))), w.buf...)
	w.buf = outer
	w.stats.Functions = len(w.m.bodies)
}

// body writes the i-th body.
func (w *rewriter) body(i int) {
	b := w.m.bodies[i]
	fn := w.m.importedFuncs + i
	c := &cursor{buf: w.m.wasm, pos: b.code, end: b.end, fn: fn}
	w.plan.reset()
	w.walker.walk(w.m, c, b, fn, &w.plan)
	w.plan.settle()
	w.locals(b)
	w.entry(i)
	w.instructions(b, w.counted[i])
	if w.counted[i] {
		w.op(opEnd) // of the wrapper
		w.add(w.depth, opI64Add, int64(b.weight()))
	}
	w.op(opEnd)
}

// locals writes the groups of locals, with one more for the length of bulk operations.
func (w *rewriter) locals(b body) {
	if !w.plan.bulk {
		w.copy(b.begin, b.code)
		return
	}
	c := &cursor{buf: w.m.wasm, pos: b.begin, end: b.code}
	w.buf = appendU32(w.buf, c.u32()+1)
	w.copy(c.pos, b.code)
	w.buf = append(w.buf, 1, byte(I32))
}

// entry writes what a call begins with. A counted body is wrapped in a block, so that all its ways out lead to the
// one place where the depth is raised again.
func (w *rewriter) entry(i int) {
	if w.plan.first < 0 {
		w.stats.Entries++
		w.add(w.fuel, opI64Sub, int64(w.plan.entry()))
	}
	if w.counted[i] {
		w.stats.Counted++
		w.add(w.depth, opI64Sub, int64(w.m.bodies[i].weight()))
	}
	switch {
	case w.plan.first < 0 && w.counted[i]:
		w.check(w.fuel, w.depth)
	case w.plan.first < 0:
		w.check(w.fuel)
	case w.counted[i]:
		w.check(w.depth)
	}
	if w.counted[i] {
		w.op(opBlock)
		w.buf = appendS64(w.buf, w.wrapper(w.results(i)))
	}
}

// instructions writes the code without the last end. Stretches that stay as they are get copied at once.
func (w *rewriter) instructions(b body, wrapped bool) {
	c := &cursor{buf: w.m.wasm, pos: b.code, end: b.end}
	points := w.plan.points
	in := &w.walker.in
	copied, open := b.code, 0
	for {
		c.instruction(in, w.m.limits.BrTable)
		var pt *point
		if len(points) > 0 && points[0].at == in.at {
			pt, points = &points[0], points[1:]
			w.copy(copied, in.at)
			copied = in.at
			w.before(pt, in.op, uint32(b.locals))
		}
		switch in.op {
		case opBlock, opLoop, opIf:
			open++
		case opEnd:
			if open--; open < 0 {
				w.copy(copied, in.at)
				return
			}
		case opReturn:
			if wrapped {
				w.copy(copied, in.at)
				copied = c.pos
				w.op(opBr)
				w.buf = appendU32(w.buf, uint32(open))
			}
		case opCall, opRefFunc:
			w.copy(copied, in.at)
			copied = c.pos
			w.op(in.op)
			w.function(in.a)
		}
		if pt != nil && pt.kind == pointLoop && pt.amount > 0 {
			w.copy(copied, c.pos)
			copied = c.pos
			w.stats.LoopHeads++
			w.charge(pt.amount)
			w.check(w.fuel)
		}
	}
}

// before writes what is charged before an instruction.
func (w *rewriter) before(pt *point, op opcode, scratch uint32) {
	switch pt.kind {
	case pointStraight:
		w.stats.Charges++
		w.charge(pt.amount)
	case pointLoop:
		if pt.before > 0 {
			w.stats.Charges++
			w.charge(pt.before)
		}
	case pointBulk:
		w.stats.BulkOps++
		w.chargeBulk(op, pt.amount, scratch)
	}
}

func (w *rewriter) charge(units int) { w.add(w.fuel, opI64Sub, int64(units)) }

// chargeBulk charges for an operation whose length is the topmost operand.
func (w *rewriter) chargeBulk(op opcode, units int, scratch uint32) {
	price, _ := bulkPrice(op)
	w.local(opLocalSet, scratch)
	w.global(opGlobalGet, w.fuel)
	w.length(price, scratch)
	if price.mayFail {
		limit := w.m.limits.MemoryPages
		if op == opTableGrow {
			limit = w.m.limits.TableElements
		}
		w.i64(0)
		w.local(opLocalGet, scratch)
		w.op(opI32Const)
		w.buf = appendS64(w.buf, int64(int32(limit)))
		w.op(opI32LeU)
		w.op(opSelect)
	}
	w.i64(int64(units))
	w.op(opI64Add)
	w.op(opI64Sub)
	w.global(opGlobalSet, w.fuel)
	w.check(w.fuel)
	w.local(opLocalGet, scratch)
}

// length writes code that leaves the price of the length in scratch.
func (w *rewriter) length(price bulkOp, scratch uint32) {
	w.local(opLocalGet, scratch)
	w.op(opI64ExtendU)
	switch {
	case price.shift > 0:
		w.i64(int64(price.shift))
		w.op(opI64Shl)
	case price.shift < 0:
		w.i64(int64(-price.shift))
		w.op(opI64ShrU)
	}
}

// check writes the comparison of one or two counters with zero, and the call that refills.
func (w *rewriter) check(globals ...uint32) {
	for i, g := range globals {
		w.global(opGlobalGet, g)
		if i > 0 {
			w.op(opI64Or) // the sign of the lower
		}
	}
	w.i64(0)
	w.op(opI64LtS)
	w.op(opIf)
	w.raw(blockEmpty)
	w.op(opCall)
	w.buf = appendU32(w.buf, w.refill)
	w.op(opEnd)
}

// refillBody writes the function that traps if the depth is used up, and asks the host for fuel if that is:
//
//	if depth < 0 { unreachable }
//	fuel += tick(-fuel)
//
// The fuel is read again after the tick, as the host may have written it. Refill is called for one of the two
// reasons only, so fuel is below zero where depth is not.
func (w *rewriter) refillBody() {
	w.raw(0) // no locals
	w.global(opGlobalGet, w.depth)
	w.i64(0)
	w.op(opI64LtS)
	w.op(opIf)
	w.raw(blockEmpty)
	w.op(opUnreachable)
	w.op(opEnd)
	w.i64(0)
	w.global(opGlobalGet, w.fuel)
	w.op(opI64Sub)
	w.op(opCall)
	w.buf = appendU32(w.buf, w.tick)
	w.global(opGlobalGet, w.fuel)
	w.op(opI64Add)
	w.global(opGlobalSet, w.fuel)
	w.op(opEnd)
}

// add writes global = global op n.
func (w *rewriter) add(g uint32, op opcode, n int64) {
	w.global(opGlobalGet, g)
	w.i64(n)
	w.op(op)
	w.global(opGlobalSet, g)
}

func (w *rewriter) op(op opcode) { w.buf = append(w.buf, byte(op)) }

func (w *rewriter) i64(n int64) {
	w.op(opI64Const)
	w.buf = appendS64(w.buf, n)
}

func (w *rewriter) global(op opcode, g uint32) {
	w.op(op)
	w.buf = appendU32(w.buf, g)
}

func (w *rewriter) local(op opcode, l uint32) {
	w.op(op)
	w.buf = appendU32(w.buf, l)
}

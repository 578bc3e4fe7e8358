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
	w.frame = w.frameOf(i)
	w.locals(b)
	w.entry(i)
	w.instructions(b)
	w.exit(i)
	w.op(opEnd)
}

// frame is how the charges of one function are written.
type frame struct {
	// counted tells that calls of the function are counted for the depth.
	counted bool
	// cached tells that the meter is held in a local. The global is then written before each call and at the way out,
	// and read at the entry and after each call. A global that is read and written in each turn of a loop makes the turn
	// wait for its own last store (a Go loop of 20 instructions took 2.2 times as long, with a local 1.5 times); a local
	// stays in a register. Functions without a loop use the global itself.
	cached bool
	// wrapped tells that the body is in a block, so that all its ways out lead to one place.
	wrapped bool
	// meter and length are the numbers of the added locals.
	meter, length uint32
}

func (w *rewriter) frameOf(i int) frame {
	f := frame{counted: w.counted[i], cached: w.plan.loops > 0}
	f.wrapped = f.counted || f.cached
	f.length = uint32(w.m.bodies[i].locals)
	f.meter = f.length
	if w.plan.bulk {
		f.meter++
	}
	return f
}

// locals writes the groups of locals, with more for the length of bulk operations and for the fuel.
func (w *rewriter) locals(b body) {
	c := &cursor{buf: w.m.wasm, pos: b.begin, end: b.code}
	n := c.u32()
	var more []byte
	if w.plan.bulk {
		n++
		more = append(more, 1, byte(I32))
	}
	if w.frame.cached {
		n++
		more = append(more, 1, byte(I64))
	}
	w.buf = appendU32(w.buf, n)
	w.copy(c.pos, b.code)
	w.buf = append(w.buf, more...)
}

// entry writes what a call begins with.
func (w *rewriter) entry(i int) {
	if w.frame.cached {
		w.reload()
	}
	depth := 0
	if w.frame.counted {
		w.stats.Counted++
		depth = w.m.bodies[i].weight()
	}
	w.add(opI64Sub, int64(NewMeter(int64(w.plan.entry), int32(depth))))
	if w.plan.first < 0 {
		w.stats.Entries++
	}
	w.check(w.plan.first < 0, w.frame.counted)
	if w.frame.wrapped {
		w.op(opBlock)
		w.buf = appendS64(w.buf, w.wrapper(w.results(i)))
	}
}

// exit writes what all ways out of a wrapped body lead to.
func (w *rewriter) exit(i int) {
	if w.frame.wrapped {
		w.op(opEnd)
	}
	if w.frame.counted {
		w.add(opI64Add, int64(w.m.bodies[i].weight()))
	}
	if w.frame.cached {
		w.store()
	}
}

// instructions writes the code without the last end. Stretches that stay as they are get copied at once.
func (w *rewriter) instructions(b body) {
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
			w.before(pt, in.op)
		}
		switch in.op {
		case opBlock, opLoop, opIf:
			open++
		case opEnd:
			if open--; open < 0 {
				w.copy(copied, in.at)
				return
			}
		}
		if w.changes(in.op) {
			w.copy(copied, in.at)
			copied = c.pos
			w.changed(in, c.pos, open)
		}
		if pt != nil && pt.kind == pointLoop && pt.amount > 0 {
			w.copy(copied, c.pos)
			copied = c.pos
			w.stats.LoopHeads++
			w.charge(pt.amount)
			w.check(true, false)
		}
	}
}

// changes reports whether the instruction is written in another form.
func (w *rewriter) changes(op opcode) bool {
	switch op {
	case opCall, opRefFunc:
		return true
	case opCallIndirect:
		return w.frame.cached
	case opReturn:
		return w.frame.wrapped
	}
	return false
}

// changed writes an instruction that ends at next, in a place inside of so many open blocks, in its new form.
func (w *rewriter) changed(in *instruction, next, open int) {
	switch in.op {
	case opReturn:
		w.op(opBr)
		w.buf = appendU32(w.buf, uint32(open))
		return
	case opRefFunc:
		w.refFunc(in.a)
		return
	}
	if w.frame.cached {
		w.store()
	}
	if in.op == opCall {
		w.op(opCall)
		w.function(in.a)
	} else {
		w.copy(in.at, next)
	}
	if w.frame.cached {
		w.reload()
	}
}

// before writes what is charged before an instruction.
func (w *rewriter) before(pt *point, op opcode) {
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
		w.chargeBulk(op, pt.amount)
	}
}

// charge writes the subtraction of units from the fuel.
func (w *rewriter) charge(units int) { w.add(opI64Sub, int64(NewMeter(int64(units), 0))) }

// add writes meter = meter op n, unless n is zero.
func (w *rewriter) add(op opcode, n int64) {
	if n == 0 {
		return
	}
	w.get()
	w.i64(n)
	w.op(op)
	w.set()
}

// get writes the reading of the meter, where the function holds it.
func (w *rewriter) get() {
	if w.frame.cached {
		w.local(opLocalGet, w.frame.meter)
	} else {
		w.global(opGlobalGet, w.meter)
	}
}

func (w *rewriter) set() {
	if w.frame.cached {
		w.local(opLocalSet, w.frame.meter)
	} else {
		w.global(opGlobalSet, w.meter)
	}
}

// store writes the local meter to the global.
func (w *rewriter) store() {
	w.local(opLocalGet, w.frame.meter)
	w.global(opGlobalSet, w.meter)
}

// reload reads the local meter from the global.
func (w *rewriter) reload() {
	w.global(opGlobalGet, w.meter)
	w.local(opLocalSet, w.frame.meter)
}

// chargeBulk charges for an operation whose length is the topmost operand.
func (w *rewriter) chargeBulk(op opcode, units int) {
	price, _ := bulkPrice(op)
	w.local(opLocalSet, w.frame.length)
	w.get()
	w.length(price)
	if price.mayFail {
		limit := w.m.limits.MemoryPages
		if op == opTableGrow {
			limit = w.m.limits.TableElements
		}
		w.i64(0)
		w.local(opLocalGet, w.frame.length)
		w.op(opI32Const)
		w.buf = appendS64(w.buf, int64(int32(limit)))
		w.op(opI32LeU)
		w.op(opSelect)
	}
	w.i64(int64(units))
	w.op(opI64Add)
	w.i64(fuelShift)
	w.op(opI64Shl)
	w.op(opI64Sub)
	w.set()
	w.check(true, false)
	w.local(opLocalGet, w.frame.length)
}

// length writes code that leaves the price of the length.
func (w *rewriter) length(price bulkOp) {
	w.local(opLocalGet, w.frame.length)
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

// check writes the test whether fuel or depth are below zero, and the call that refills. The call is in the else arm:
// the engine takes the registers after an if as they are at the end of its first arm, and a call clears them all (a
// scan of bytes took 1.35 times as long, and takes 1.10 times).
func (w *rewriter) check(fuel, depth bool) {
	if !fuel && !depth {
		return
	}
	w.get()
	if depth {
		mask := int64(depthSign)
		if fuel {
			mask |= fuelSign
		}
		w.i64(mask)
		w.op(opI64And)
		w.op(opI64Eqz)
	} else {
		w.i64(0)
		w.op(opI64GeS)
	}
	w.op(opIf)
	w.raw(blockEmpty)
	w.op(opElse)
	w.get()
	w.op(opCall)
	w.buf = appendU32(w.buf, w.refill)
	w.set()
	w.op(opEnd)
}

// refillBody writes the function that takes the meter and returns it refilled. It traps if the depth is used up,
// after it has written the meter where the host can read it:
//
//	if meter & depthSign != 0 { global = meter; unreachable }
//	return meter + tick(-(meter >> fuelShift)) << fuelShift
func (w *rewriter) refillBody() {
	w.raw(0) // no locals
	w.local(opLocalGet, 0)
	w.i64(depthSign)
	w.op(opI64And)
	w.op(opI64Eqz)
	w.op(opIf)
	w.raw(blockEmpty)
	w.op(opElse)
	w.local(opLocalGet, 0)
	w.global(opGlobalSet, w.meter)
	w.op(opUnreachable)
	w.op(opEnd)
	w.local(opLocalGet, 0)
	w.i64(0)
	w.local(opLocalGet, 0)
	w.i64(fuelShift)
	w.op(opI64ShrS)
	w.op(opI64Sub)
	w.op(opCall)
	w.buf = appendU32(w.buf, w.tick)
	w.i64(fuelShift)
	w.op(opI64Shl)
	w.op(opI64Add)
	w.op(opEnd)
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

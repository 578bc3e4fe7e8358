package module

import (
	"strconv"
	"time"
)

func (m *module) readCode(c *cursor) {
	n := c.count("functions with code", m.limits.Functions, 3)
	m.bodies = make([]body, 0, n)
	if own := len(m.funcs) - m.importedFuncs; n != own {
		c.malformed(c.pos, strconv.Itoa(own)+" functions are declared, but "+strconv.Itoa(n)+" have code")
	}
	var w walker
	for i := range n {
		m.body(c, &w, m.importedFuncs+i)
		if c.err != nil {
			return
		}
	}
	c.fn = -1
}

func (m *module) body(c *cursor, w *walker, fn int) {
	if c.err != nil {
		return
	}
	c.fn = fn
	at, outer := c.pos, c.end
	size := c.count("bytes of code in one function", m.limits.BodyBytes, 1)
	b := body{begin: c.pos, end: c.pos + size, firstCall: len(m.callees)}
	if c.err != nil {
		return
	}
	c.end = b.end
	b.locals = m.locals(c, len(m.types[m.funcs[fn]].Params))
	b.code = c.pos
	w.walk(m, c, b, fn, nil)
	m.peak.BodyBytes = max(m.peak.BodyBytes, size)
	m.peak.Locals = max(m.peak.Locals, b.locals)
	m.peak.Blocks = max(m.peak.Blocks, w.basic)
	m.effort += w.effort(b.locals)
	if m.effort > m.limits.CompileTime {
		c.fail(LimitExceeded, at, "the code up to this function is estimated to take "+m.effort.String()+
			" longer to compile than its size justifies, at most "+m.limits.CompileTime.String()+" are allowed",
			"split functions with many branches and locals, or raise the limit if you trust the module")
	}
	c.end = outer
	m.bodies = append(m.bodies, b)
}

// locals reads the groups of locals and returns how many there are with the parameters. A group costs a few bytes
// and can announce 2^32-1 locals, so the sum is taken in 64 bits and checked before the next group.
func (m *module) locals(c *cursor, params int) int {
	at := c.pos
	sum := int64(params)
	for range c.count("groups of locals", m.limits.BodyBytes, 2) {
		sum += int64(c.u32())
		c.valueType()
		if sum > int64(m.limits.Locals) {
			c.tooMany(at, "locals", sum, m.limits.Locals)
		}
		if c.err != nil {
			return 0
		}
	}
	if sum > int64(m.limits.Locals) {
		c.tooMany(at, "locals", sum, m.limits.Locals)
	}
	return int(sum)
}

// block is an open block of a body.
type block struct {
	op    opcode // opBlock, opLoop, opIf, opElse; opBlock for the body itself
	arity int    // values that a branch to it passes
	cost  blockCost
}

// walker goes through the instructions of a body and checks nesting and indices. Its memory is reused from body to
// body.
type walker struct {
	blocks   []block
	in       instruction
	operands int // values that calls, blocks and branches pass
	basic    int // basic blocks, as the engine will see them in the metered module
	// carry is how many instructions the longest path to here has run since it was charged; unreached if no path
	// leads here.
	carry int
}

// walk reads the code of b. With a plan, it also finds where to charge how much.
func (w *walker) walk(m *module, c *cursor, b body, fn int, p *plan) {
	results := len(m.types[m.funcs[fn]].Results)
	w.blocks = append(w.blocks[:0], block{op: opBlock, arity: results, cost: newBlockCost()})
	w.operands, w.basic, w.carry = 0, 1, 0
	for len(w.blocks) > 0 {
		c.instruction(&w.in, m.limits.BrTable)
		if c.err == nil {
			m.check(c, &w.in, b.locals)
		}
		if c.err == nil {
			w.labels(m, c)
		}
		if c.err == nil {
			w.step(m, c, p)
		}
		if c.err != nil {
			return
		}
	}
	if c.pos != c.end {
		c.malformed(c.pos, strconv.Itoa(c.left())+" bytes follow the end of the function")
	}
}

// labels checks that branches end at open blocks.
func (w *walker) labels(m *module, c *cursor) {
	switch w.in.op {
	case opBr, opBrIf:
		w.label(c, w.in.a)
	case opBrTable:
		m.peak.BrTable = max(m.peak.BrTable, len(w.in.targets)-1)
		w.operands += len(w.in.targets)
		for _, l := range w.in.targets {
			w.label(c, l)
		}
	}
}

// step opens and closes blocks, and follows the cost of the path.
func (w *walker) step(m *module, c *cursor, p *plan) {
	in := &w.in
	w.basic += basicBlocks(in)
	w.weigh(p)
	switch in.op {
	case opBlock, opLoop, opIf:
		w.open(m, c)
		w.enter(p)
	case opElse:
		top := w.top()
		if top.op != opIf {
			c.malformed(in.at, "an else without an if")
		}
		w.alternate(top)
	case opEnd:
		w.leave(p)
		w.blocks = w.blocks[:len(w.blocks)-1]
	case opBr, opBrIf, opBrTable, opReturn, opUnreachable:
		w.branch()
	case opCall:
		w.call(m, m.funcs[in.a])
		m.calls(in.a)
	case opCallIndirect:
		w.call(m, in.a)
		m.calls(indirect)
	}
}

// effort estimates how long the body that was walked takes to compile, beyond a time in proportion to its size. The
// factors were measured with wazero 1.12 on a slow core.
func (w *walker) effort(locals int) time.Duration {
	blocks := time.Duration(w.basic)
	return 4*blocks*blocks + 500*blocks*time.Duration(locals) + 100*time.Duration(w.operands)
}

// basicBlocks returns how many basic blocks an instruction makes, with those of the charges that it gets.
func basicBlocks(in *instruction) int {
	switch in.op {
	case opBlock, opBrIf:
		return 1
	case opIf:
		return 3
	case opLoop:
		return 6
	case opBrTable:
		return len(in.targets)
	case opMemoryGrow, opMemoryInit, opMemoryCopy, opMemoryFill, opTableInit, opTableCopy, opTableFill, opTableGrow:
		return 3
	}
	return 0
}

func (w *walker) top() *block { return &w.blocks[len(w.blocks)-1] }

func (w *walker) call(m *module, typ uint32) {
	t := &m.types[typ]
	w.operands += len(t.Params) + len(t.Results)
}

func (w *walker) open(m *module, c *cursor) {
	in := &w.in
	if len(w.blocks) > m.limits.Nesting {
		c.tooMany(in.at, "nested blocks", int64(len(w.blocks)), m.limits.Nesting)
	}
	m.peak.Nesting = max(m.peak.Nesting, len(w.blocks))
	b := block{op: in.op, cost: newBlockCost()}
	switch {
	case in.block >= int64(len(m.types)):
		c.malformed(in.at, "type "+strconv.FormatInt(in.block, 10)+" is used, but there are "+
			strconv.Itoa(len(m.types)))
	case in.block >= 0:
		t := &m.types[in.block]
		w.operands += len(t.Params) + len(t.Results)
		b.arity = len(t.Results)
		if in.op == opLoop {
			b.arity = len(t.Params)
		}
	case byte(in.block&0x7f) != blockEmpty && in.op != opLoop:
		b.arity = 1
	}
	w.blocks = append(w.blocks, b)
}

func (w *walker) label(c *cursor, depth uint32) {
	if int64(depth) >= int64(len(w.blocks)) {
		c.malformed(w.in.at, "a branch leaves "+strconv.FormatUint(uint64(depth), 10)+" blocks, but only "+
			strconv.Itoa(len(w.blocks)-1)+" are open")
		return
	}
	w.operands += w.blocks[len(w.blocks)-1-int(depth)].arity
}

// check compares the indices of an instruction with what the module has. This is not left to the engine, because a
// rewritten module has more functions, globals, types and locals than the author's: an index that was out of range
// would reach them.
func (m *module) check(c *cursor, in *instruction, locals int) {
	switch in.form {
	case formLocal:
		c.below(in, "local", in.a, locals)
	case formGlobal:
		c.below(in, "global", in.a, len(m.globals))
	case formFunc:
		c.below(in, "function", in.a, len(m.funcs))
	case formIndirect:
		c.below(in, "type", in.a, len(m.types))
		c.below(in, "table", in.b, len(m.tables))
	case formTable:
		c.below(in, "table", in.a, len(m.tables))
	case formTables:
		c.below(in, "table", in.a, len(m.tables))
		c.below(in, "table", in.b, len(m.tables))
	case formElem:
		c.below(in, "element segment", in.a, m.elements)
		c.below(in, "table", in.b, len(m.tables))
	case formElemDrop:
		c.below(in, "element segment", in.a, m.elements)
	case formData, formDrop:
		if m.dataCount < 0 {
			c.malformed(in.at, "a data segment is used without a data count section")
		}
		c.below(in, "data segment", in.a, max(m.dataCount, 0))
	case formAccess, formAccessLane, formMemory, formMemories:
		if m.memory == nil {
			c.malformed(in.at, "memory is used, but there is none")
		}
	}
}

func (c *cursor) below(in *instruction, what string, i uint32, n int) {
	if int64(i) >= int64(n) {
		c.malformed(in.at, what+" "+strconv.FormatUint(uint64(i), 10)+" is used, but there are "+strconv.Itoa(n))
	}
}

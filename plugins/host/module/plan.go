package module

// regionMax is how many instructions a path may run between two charges. A larger value makes fewer charges and a
// coarser count, because loop heads and function entries are charged for their longest path.
const regionMax = 32

// unreached is the carry of code that no path leads to.
const unreached = -1

// plan says where the code of one function is charged, and how much. The price of an instruction is one unit,
// that of block, loop, else, end and nop nothing.
//
// The walk follows the carry: how many units the longest path to the current instruction has run since it was last
// charged. Three kinds of places charge, and take the carry back to zero:
//
//  1. a place in straight code where the carry would exceed regionMax: exactly the carry;
//  2. the head of a loop: the highest carry with which a branch comes back to it, and one more. Where the path into
//     the loop carries more than that, the difference is charged before the loop;
//  3. a bulk operation: the carry and a price for the length it is called with.
//
// A function pays in advance, at its entry, for the highest carry with which it can return. So on every path the sum
// of the charges is at least the number of instructions run, and at most regionMax more for each time that a loop
// turns or a function is called. All of it depends on the code alone: the same run costs the same on each machine.
//
// Only loop heads, entries and bulk operations compare the counter with zero. What lies between two of them is
// straight code of one function, which [Limits.BodyBytes] bounds.
type plan struct {
	points []point
	// exit is the highest carry with which the function returns.
	exit int
	// entry is what the function is charged when it is called.
	entry int
	// first is the loop that every call of the function reaches before anything that branches or calls; -1 without
	// one. It compares the counter, so the entry needn't.
	first    int
	straight bool
	bulk     bool // there are bulk operations
	loops    int  // how many loops a branch comes back to
}

// point is a place to charge at.
type point struct {
	at     int // offset of the instruction that the charge comes before
	kind   pointKind
	amount int
	start  int // for a loop head: the carry of the path into the loop
	before int // for a loop head: what is charged before the loop
}

type pointKind byte

const (
	pointStraight pointKind = iota
	pointLoop
	pointBulk
)

func (p *plan) reset() {
	*p = plan{points: p.points[:0], first: -1, straight: true}
}

func (p *plan) add(at int, kind pointKind, amount int) {
	p.points = append(p.points, point{at: at, kind: kind, amount: amount})
}

// settle fixes what is charged at the entry, once the whole function is known.
func (p *plan) settle() {
	p.entry = 1 + p.exit
	if p.first < 0 {
		return
	}
	f := &p.points[p.first]
	if f.amount == 0 {
		p.first = -1 // nothing branches back to it: it isn't a loop
		return
	}
	p.entry, f.before = max(0, f.start+p.entry-f.amount), 0
}

// blockCost is what a block has to remember of the paths around it.
type blockCost struct {
	into  int // highest carry of the branches to the block's label
	start int // carry at the begin of an if or loop
	point int // of a loop, in plan.points
}

func newBlockCost() blockCost { return blockCost{into: unreached, start: unreached, point: -1} }

// weigh adds the price of the current instruction to the path.
func (w *walker) weigh(p *plan) {
	price := price(w.in.op)
	if p == nil || w.carry == unreached || price == 0 {
		return
	}
	if _, bulk := bulkPrice(w.in.op); bulk {
		p.add(w.in.at, pointBulk, w.carry+price)
		p.bulk, p.straight = true, false
		w.carry = 0
		return
	}
	if w.carry+price > regionMax {
		p.add(w.in.at, pointStraight, w.carry)
		w.carry = 0
	}
	w.carry += price
	switch w.in.op {
	case opIf, opBr, opBrIf, opBrTable, opReturn, opUnreachable, opCall, opCallIndirect:
		p.straight = false
	}
}

// enter begins a block that the walker has just opened.
func (w *walker) enter(p *plan) {
	cost := &w.top().cost
	cost.start = w.carry
	if p == nil || w.carry == unreached || w.in.op != opLoop {
		return
	}
	cost.point = len(p.points)
	p.add(w.in.at, pointLoop, 0)
	if p.straight {
		p.first, p.straight = cost.point, false
	}
	w.carry = 0
}

// alternate goes from the first arm of an if to the second.
func (w *walker) alternate(top *block) {
	top.op = opElse
	top.cost.into = max(top.cost.into, w.carry)
	w.carry = top.cost.start
}

// leave ends the innermost block.
func (w *walker) leave(p *plan) {
	top := w.top()
	switch top.op {
	case opLoop:
		if p != nil && top.cost.point >= 0 {
			pt := &p.points[top.cost.point]
			if pt.close(top.cost); pt.amount > 0 {
				p.loops++
			}
		}
		return
	case opIf:
		w.carry = max(w.carry, top.cost.start)
	}
	w.carry = max(w.carry, top.cost.into)
	if p != nil && len(w.blocks) == 1 {
		p.exit = max(p.exit, w.carry)
	}
}

// close sets the charges of a loop whose branches are all known.
func (pt *point) close(cost blockCost) {
	pt.start = cost.start
	if cost.into == unreached {
		pt.before = cost.start
		return
	}
	pt.amount = 1 + cost.into
	pt.before = max(0, cost.start-pt.amount)
}

// branch notes the carry at the targets of the current instruction.
func (w *walker) branch() {
	switch w.in.op {
	case opBr:
		w.target(w.in.a)
	case opBrIf:
		w.target(w.in.a)
		return
	case opBrTable:
		for _, l := range w.in.targets {
			w.target(l)
		}
	case opReturn:
		w.target(uint32(len(w.blocks) - 1))
	}
	w.carry = unreached
}

func (w *walker) target(label uint32) {
	b := &w.blocks[len(w.blocks)-1-int(label)]
	b.cost.into = max(b.cost.into, w.carry)
}

// price returns the units an instruction costs besides those for the length of a bulk operation.
func price(op opcode) int {
	switch op {
	case 0x01, opBlock, opLoop, opElse, opEnd:
		return 0
	}
	return 1
}

// bulkOp is the price for the length of an operation: length << shift, or length >> -shift, units.
type bulkOp struct {
	shift int
	// mayFail marks an operation that fails at once on a length above a limit, and then costs nothing.
	mayFail bool
}

// bulkPrice returns the price of an operation whose time depends on an operand. A unit stands for eight bytes, and a
// table element has eight. A page of memory costs less than its bytes: the memory comes zeroed from the system.
func bulkPrice(op opcode) (b bulkOp, ok bool) {
	switch op {
	case opMemoryGrow:
		return bulkOp{shift: 10, mayFail: true}, true
	case opMemoryInit, opMemoryCopy, opMemoryFill:
		return bulkOp{shift: -3}, true
	case opTableInit, opTableCopy, opTableFill:
		return bulkOp{}, true
	case opTableGrow:
		return bulkOp{mayFail: true}, true
	}
	return bulkOp{}, false
}

package module

import "strconv"

// opcode is the number of an instruction; those behind the prefixes 0xfc and 0xfd have the prefix in the upper byte.
type opcode uint16

const (
	opUnreachable  opcode = 0x00
	opBlock        opcode = 0x02
	opLoop         opcode = 0x03
	opIf           opcode = 0x04
	opElse         opcode = 0x05
	opEnd                 = 0x0b
	opBr           opcode = 0x0c
	opBrIf         opcode = 0x0d
	opBrTable      opcode = 0x0e
	opReturn       opcode = 0x0f
	opCall         opcode = 0x10
	opCallIndirect opcode = 0x11
	opSelect       opcode = 0x1b
	opLocalGet     opcode = 0x20
	opLocalSet     opcode = 0x21
	opGlobalGet    opcode = 0x23
	opGlobalSet    opcode = 0x24
	opMemoryGrow   opcode = 0x40
	opI32Const     opcode = 0x41
	opI64Const     opcode = 0x42
	opF32Const     opcode = 0x43
	opF64Const     opcode = 0x44
	opI32LeU       opcode = 0x4d
	opI64Eqz       opcode = 0x50
	opI64GeS       opcode = 0x59
	opI64Add       opcode = 0x7c
	opI64Sub       opcode = 0x7d
	opI64And       opcode = 0x83
	opI64Shl       opcode = 0x86
	opI64ShrS      opcode = 0x87
	opI64ShrU      opcode = 0x88
	opI64ExtendU   opcode = 0xad
	opRefNull      opcode = 0xd0
	opRefFunc      opcode = 0xd2
	opMemoryInit   opcode = 0xfc08
	opMemoryCopy   opcode = 0xfc0a
	opMemoryFill   opcode = 0xfc0b
	opTableInit    opcode = 0xfc0c
	opTableCopy    opcode = 0xfc0e
	opTableGrow    opcode = 0xfc0f
	opTableFill    opcode = 0xfc11
	opV128Const    opcode = 0xfd0c

	prefixBulk = 0xfc
	prefixSIMD = 0xfd

	blockEmpty = 0x40
)

// form says which numbers follow an opcode.
type form byte

const (
	formUnknown form = iota
	formNone
	formBlock
	formLabel
	formLabels
	formFunc
	formIndirect // type, table
	formTypes    // vector of value types
	formLocal
	formGlobal
	formTable
	formAccess // alignment, offset
	formMemory
	formI32
	formI64
	formF32
	formF64
	formRef
	formData // segment, memory
	formDrop // data segment
	formMemories
	formElem // segment, table
	formElemDrop
	formTables
	formV128
	formAccessLane
	formLane
)

// forms, bulkForms and simdForms are indexed by opcode without its prefix.
var (
	forms     = plainForms()
	bulkForms = [...]form{
		formNone, formNone, formNone, formNone, formNone, formNone, formNone, formNone,
		formData, formDrop, formMemories, formMemory, formElem, formElemDrop, formTables, formTable, formTable, formTable,
	}
	simdForms = vectorForms()
)

func plainForms() (f [256]form) {
	set := func(from, to int, is form) {
		for i := from; i <= to; i++ {
			f[i] = is
		}
	}
	set(0x00, 0x01, formNone)
	set(0x02, 0x04, formBlock)
	f[opElse], f[opEnd] = formNone, formNone
	f[opBr], f[opBrIf], f[opBrTable], f[opReturn] = formLabel, formLabel, formLabels, formNone
	f[opCall], f[opCallIndirect] = formFunc, formIndirect
	f[0x1a], f[opSelect], f[0x1c] = formNone, formNone, formTypes
	set(0x20, 0x22, formLocal)
	set(0x23, 0x24, formGlobal)
	set(0x25, 0x26, formTable)
	set(0x28, 0x3e, formAccess)
	set(0x3f, 0x40, formMemory)
	f[opI32Const], f[opI64Const], f[opF32Const], f[opF64Const] = formI32, formI64, formF32, formF64
	set(0x45, 0xc4, formNone)
	f[opRefNull], f[0xd1], f[opRefFunc] = formRef, formNone, formFunc
	return f
}

func vectorForms() (f [256]form) {
	for i := range f {
		f[i] = formNone
	}
	set := func(from, to int, is form) {
		for i := from; i <= to; i++ {
			f[i] = is
		}
	}
	set(0x00, 0x0b, formAccess)
	f[0x0c], f[0x0d] = formV128, formV128
	set(0x15, 0x22, formLane)
	set(0x54, 0x5b, formAccessLane)
	set(0x5c, 0x5d, formAccess)
	for _, hole := range []byte{
		0x9a, 0xa2, 0xa5, 0xa6, 0xaf, 0xb0, 0xb2, 0xb3, 0xb4, 0xbb, 0xc2, 0xc5, 0xc6, 0xcf, 0xd0, 0xd2, 0xd3, 0xd4,
		0xe2, 0xee,
	} {
		f[hole] = formUnknown
	}
	return f
}

// instruction is one decoded instruction. It is reused: targets is valid until the next is read.
type instruction struct {
	op      opcode
	at      int // offset of its first byte
	form    form
	a, b    uint32 // the indices that follow
	block   int64  // type of a block: below zero a value type or empty, else the number of a type
	targets []uint32
}

// instruction reads the next instruction. Indices are read, not checked.
func (c *cursor) instruction(in *instruction, brTable int) {
	in.at = c.pos
	b := c.byte()
	in.op, in.form, in.a, in.b = opcode(b), forms[b], 0, 0
	if b == prefixBulk || b == prefixSIMD {
		c.prefixed(in, b)
	}
	switch in.form {
	case formNone:
	case formUnknown:
		c.unknownOpcode(in)
	case formBlock:
		in.block = c.blockType()
	case formLabel, formFunc, formLocal, formGlobal, formTable, formDrop, formElemDrop:
		in.a = c.u32()
	case formLabels:
		c.labels(in, brTable)
	case formIndirect, formElem, formTables:
		in.a, in.b = c.u32(), c.u32()
	case formTypes:
		c.selectType()
	case formAccess:
		c.access()
	case formAccessLane:
		c.access()
		c.byte()
	case formMemory:
		c.zero("memory")
	case formMemories:
		c.zero("memory")
		c.zero("memory")
	case formData:
		in.a = c.u32()
		c.zero("memory")
	case formI32:
		c.signed(32)
	case formI64:
		c.signed(64)
	case formF32:
		c.bytes(4)
	case formF64:
		c.bytes(8)
	case formRef:
		c.refType()
	case formV128:
		c.bytes(16)
	case formLane:
		c.byte()
	}
}

func (c *cursor) prefixed(in *instruction, prefix byte) {
	sub := c.u32()
	in.op, in.form = opcode(prefix)<<8|opcode(sub&0xff), formUnknown
	switch {
	case prefix == prefixBulk && sub < uint32(len(bulkForms)):
		in.form = bulkForms[sub]
	case prefix == prefixSIMD && sub < uint32(len(simdForms)):
		in.form = simdForms[sub]
	case prefix == prefixSIMD && c.err == nil:
		c.fail(Unsupported, in.at, "a relaxed SIMD instruction is used", "build without relaxed SIMD")
	}
}

func (c *cursor) unknownOpcode(in *instruction) {
	hint := "build for WebAssembly 2.0"
	what := "unknown instruction 0x" + strconv.FormatUint(uint64(in.op), 16)
	switch {
	case in.op >= 0x06 && in.op <= 0x0a || in.op == 0x18 || in.op == 0x19 || in.op == 0x1f:
		what, hint = "an instruction of exception handling is used", "build without exception handling"
	case in.op == 0x12 || in.op == 0x13:
		what, hint = "a tail call is used", "build without tail calls"
	case in.op == 0x14 || in.op == 0x15 || in.op >= 0xd3 && in.op <= 0xd6:
		what, hint = "an instruction of typed function references is used", "build without them"
	case in.op == 0xfb:
		what, hint = "an instruction of garbage collection is used", "build for linear memory"
	case in.op == 0xfe:
		what, hint = "an atomic instruction is used", "build without threads"
	}
	c.fail(Unsupported, in.at, what, hint)
}

// blockType returns the type of a block: a number below zero for a value type or none, else the index of a type.
func (c *cursor) blockType() int64 {
	at := c.pos
	t := c.signed(33)
	if c.err == nil && t < 0 && (t < -64 || byte(t&0x7f) != blockEmpty && !ValueType(t&0x7f).known()) {
		c.malformed(at, "unknown type of a block")
	}
	return t
}

func (c *cursor) labels(in *instruction, limit int) {
	n := c.count("targets of a br_table", limit, 1)
	in.targets = in.targets[:0]
	for range n + 1 {
		in.targets = append(in.targets, c.u32())
	}
}

func (c *cursor) selectType() {
	at := c.pos
	if n := c.count("types of a select", len(c.buf), 1); c.err == nil && n != 1 {
		c.malformed(at, "a select has "+strconv.Itoa(n)+" types instead of one")
	}
	c.valueType()
}

// access reads alignment and offset of a memory instruction.
func (c *cursor) access() {
	at := c.pos
	align := c.u32()
	if c.err == nil && align > 4 {
		if align >= 64 && align < 128 {
			c.fail(Unsupported, at, "a memory other than 0 is used", "build without multiple memories")
		}
		c.malformed(at, "an alignment of 2^"+strconv.FormatUint(uint64(align), 10))
	}
	c.u32()
}

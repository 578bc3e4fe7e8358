package host

import (
	"testing"

	"github.com/yett-gateway/yett/sdk/abi"
)

// asm puts modules together from bytes: guests that no compiler would make.
type asm struct {
	types, imports, funcs, exports, bodies, data [][]byte
	imported, defined                            int
	pages, most                                  int
	start                                        int // 1 + the start function
}

const (
	i32 = 0x7f
	i64 = 0x7e
)

// Instructions.
const (
	unreachable = 0x00
	loop        = 0x03
	ifOp        = 0x04
	end         = 0x0b
	br          = 0x0c
	brIf        = 0x0d
	call        = 0x10
	drop        = 0x1a
	localGet    = 0x20
	localSet    = 0x21
	localTee    = 0x22
	i32Load     = 0x28
	i32Store    = 0x36
	memSize     = 0x3f
	memGrow     = 0x40
	i32Const    = 0x41
	i64Const    = 0x42
	i32Add      = 0x6a
	void        = 0x40
)

func newAsm() *asm { return &asm{pages: 1} }

func uleb(n int) []byte {
	var out []byte
	for {
		b := byte(n & 0x7f)
		if n >>= 7; n == 0 {
			return append(out, b)
		}
		out = append(out, b|0x80)
	}
}

func sleb(n int64) []byte {
	var out []byte
	for {
		b := byte(n & 0x7f)
		n >>= 7
		if n == 0 && b&0x40 == 0 || n == -1 && b&0x40 != 0 {
			return append(out, b)
		}
		out = append(out, b|0x80)
	}
}

func cat(parts ...[]byte) []byte {
	var out []byte
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

func vec(items [][]byte) []byte { return append(uleb(len(items)), cat(items...)...) }

func text(s string) []byte { return append(uleb(len(s)), s...) }

func (a *asm) typ(params, results []byte) int {
	a.types = append(a.types, cat([]byte{0x60}, uleb(len(params)), params, uleb(len(results)), results))
	return len(a.types) - 1
}

// imp imports a function of n i32 parameters and returns its index. All imports come first.
func (a *asm) imp(module, name string, params, results []byte) int {
	t := a.typ(params, results)
	a.imports = append(a.imports, cat(text(module), text(name), []byte{0}, uleb(t)))
	a.imported++
	return a.imported - 1
}

// fn defines a function with so many i32 locals besides its parameters and returns its index; export "" exports nothing.
func (a *asm) fn(export string, params, results []byte, locals int, body ...byte) int {
	t := a.typ(params, results)
	index := a.imported + a.defined
	a.defined++
	a.funcs = append(a.funcs, uleb(t))
	decl := []byte{0}
	if locals > 0 {
		decl = cat([]byte{1}, uleb(locals), []byte{i32})
	}
	code := cat(decl, body, []byte{end})
	a.bodies = append(a.bodies, append(uleb(len(code)), code...))
	if export != "" {
		a.exports = append(a.exports, cat(text(export), []byte{0}, uleb(index)))
	}
	return index
}

// hook defines a hook's export.
func (a *asm) hook(h abi.Hook, locals int, body ...byte) {
	params := map[abi.Hook]int{abi.OnRoute: 1, abi.OnDelta: 3, abi.OnToolCall: 1, abi.OnError: 1}[h]
	p := make([]byte, params)
	for n := range p {
		p[n] = i32
	}
	a.fn(h.String(), p, []byte{i64}, locals, body...)
}

// at puts bytes into the memory.
func (a *asm) at(offset int, b string) {
	a.data = append(a.data, cat([]byte{0, i32Const}, sleb(int64(offset)), []byte{end}, text(b)))
}

// bytes is the module, without a manifest.
func (a *asm) bytes() []byte {
	a.fn(abi.Marker, nil, nil, 0)
	section := func(id byte, body []byte) []byte { return cat([]byte{id}, uleb(len(body)), body) }
	memory := cat([]byte{1, 0}, uleb(a.pages))
	if a.most > 0 {
		memory = cat([]byte{1, 1}, uleb(a.pages), uleb(a.most))
	}
	a.exports = append(a.exports, cat(text("memory"), []byte{2, 0}))
	out := []byte("\x00asm\x01\x00\x00\x00")
	out = append(out, section(1, vec(a.types))...)
	if len(a.imports) > 0 {
		out = append(out, section(2, vec(a.imports))...)
	}
	out = append(out, section(3, vec(a.funcs))...)
	out = append(out, section(5, memory)...)
	out = append(out, section(7, vec(a.exports))...)
	if a.start > 0 {
		out = append(out, section(8, uleb(a.start-1))...)
	}
	out = append(out, section(10, vec(a.bodies))...)
	if len(a.data) > 0 {
		out = append(out, section(11, vec(a.data))...)
	}
	return out
}

// plugin is the module with a manifest that transforms streams.
func (a *asm) plugin(t testing.TB) []byte {
	return withManifest(t, a.bytes(), Manifest{Stream: ManifestStream{Mode: "transform", Hold: 64}})
}

// c32 and c64 are constants on the stack.
func c32(n int) []byte { return append([]byte{i32Const}, sleb(int64(n))...) }

func c64(n int64) []byte { return append([]byte{i64Const}, sleb(n)...) }

// verdict is a verdict on the stack.
func verdict(v abi.Verdict) []byte { return c64(int64(v)) }

func calls(f int) []byte { return cat([]byte{call}, uleb(f)) }

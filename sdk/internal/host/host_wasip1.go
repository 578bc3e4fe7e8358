//go:build wasip1

package host

import (
	"unsafe"

	"github.com/yett-gateway/yett/sdk/abi"
)

//go:wasmimport yett features
//go:noescape
func features() uint64

//go:wasmimport yett config
//go:noescape
func config(ptr unsafe.Pointer, n uint32) int32

//go:wasmimport yett get
//go:noescape
func get(field, i, j uint32, ptr unsafe.Pointer, n uint32) int32

//go:wasmimport yett num
//go:noescape
func num(field, i, j uint32) int64

//go:wasmimport yett named
//go:noescape
func named(family uint32, name unsafe.Pointer, nameLen uint32, ptr unsafe.Pointer, n uint32) int32

//go:wasmimport yett edit
//go:noescape
func edit(op, field, i, j uint32, ptr unsafe.Pointer, n uint32) int32

//go:wasmimport yett set_named
//go:noescape
func setNamed(family uint32, name unsafe.Pointer, nameLen uint32, ptr unsafe.Pointer, n uint32) int32

//go:wasmimport yett stage
//go:noescape
func stage(slot uint32, ptr unsafe.Pointer, n uint32) int32

//go:wasmimport yett state_get
//go:noescape
func stateGet(ptr unsafe.Pointer, n uint32) int32

//go:wasmimport yett state_put
//go:noescape
func statePut(ptr unsafe.Pointer, n uint32) int32

//go:wasmimport yett.log write
//go:noescape
func logWrite(level uint32, ptr unsafe.Pointer, n uint32) int32

//go:wasmimport yett.metrics define
//go:noescape
func metricsDefine(kind uint32, name unsafe.Pointer, n uint32) int32

//go:wasmimport yett.metrics add
//go:noescape
func metricsAdd(id uint32, n int64) int32

//go:wasmimport yett.metrics set
//go:noescape
func metricsSet(id uint32, v float64) int32

//go:wasmimport yett.metrics observe
//go:noescape
func metricsObserve(id uint32, v float64) int32

//go:wasmimport yett.kv get
//go:noescape
func kvGet(space unsafe.Pointer, spaceLen uint32, key unsafe.Pointer, keyLen uint32, ptr unsafe.Pointer, n uint32) int32

//go:wasmimport yett.kv put
//go:noescape
func kvPut(space unsafe.Pointer, spaceLen uint32, key unsafe.Pointer, keyLen uint32, ptr unsafe.Pointer, n uint32, ttl int64) int32

//go:wasmimport yett.kv cas
//go:noescape
func kvCas(space unsafe.Pointer, spaceLen uint32, key unsafe.Pointer, keyLen uint32, old unsafe.Pointer, oldLen uint32, ptr unsafe.Pointer, n uint32, ttl int64) int32

//go:wasmimport yett.kv incr
//go:noescape
func kvIncr(space unsafe.Pointer, spaceLen uint32, key unsafe.Pointer, keyLen uint32, by, ttl int64) int64

//go:wasmimport yett.kv delete
//go:noescape
func kvDelete(space unsafe.Pointer, spaceLen uint32, key unsafe.Pointer, keyLen uint32) int32

//go:wasmimport yett.time now
//go:noescape
func timeNow() int64

//go:wasmimport yett.random fill
//go:noescape
func randomFill(ptr unsafe.Pointer, n uint32) int32

//go:wasmimport yett.tokens count
//go:noescape
func tokensCount(ptr unsafe.Pointer, n uint32) int32

//go:wasmimport yett.tokens field
//go:noescape
func tokensField(field, i, j uint32) int32

//go:wasmimport yett.tokens prompt
//go:noescape
func tokensPrompt() int32

//go:wasmimport yett.llm ask
//go:noescape
func llmAsk(model unsafe.Pointer, modelLen uint32, system unsafe.Pointer, systemLen uint32, prompt unsafe.Pointer, promptLen uint32, maxTokens, timeout int32) int32

//go:wasmimport yett.llm text
//go:noescape
func llmText(ptr unsafe.Pointer, n uint32) int32

func bytesAt(b []byte) (unsafe.Pointer, uint32) {
	return unsafe.Pointer(unsafe.SliceData(b)), uint32(len(b))
}

func textAt(s string) (unsafe.Pointer, uint32) {
	return unsafe.Pointer(unsafe.StringData(s)), uint32(len(s))
}

// Features is the host's families: bit c is capability c.
func Features() uint64 { return features() }

// Config is the configuration's length, and its bytes if they fit into buf.
func Config(buf []byte) int32 {
	p, n := bytesAt(buf)
	return config(p, n)
}

// Get is a text field's length or a status, and its bytes if they fit into buf.
func Get(f abi.Field, i, j int32, buf []byte) int32 {
	p, n := bytesAt(buf)
	return get(uint32(f), uint32(i), uint32(j), p, n)
}

// Num is a number field, or abi.NumAbsent.
func Num(f abi.Field, i, j int32) int64 { return num(uint32(f), uint32(i), uint32(j)) }

// Named is a value's length by its name, or a status, and its bytes if they fit into buf.
func Named(family abi.Name, name string, buf []byte) int32 {
	np, nn := textAt(name)
	p, n := bytesAt(buf)
	return named(uint32(family), np, nn, p, n)
}

// Edit records an edit.
func Edit(op abi.Edit, f abi.Field, i, j int32, value []byte) abi.Status {
	p, n := bytesAt(value)
	return abi.Status(edit(uint32(op), uint32(f), uint32(i), uint32(j), p, n))
}

// SetNamed records the edit of a value that goes by a name.
func SetNamed(family abi.Name, name string, value []byte) abi.Status {
	np, nn := textAt(name)
	p, n := bytesAt(value)
	return abi.Status(setNamed(uint32(family), np, nn, p, n))
}

// Stage stages a text for the verdict.
func Stage(s abi.Slot, text []byte) abi.Status {
	p, n := bytesAt(text)
	return abi.Status(stage(uint32(s), p, n))
}

// StateGet is the length of the request's state, or a status, and its bytes if they fit into buf.
func StateGet(buf []byte) int32 {
	p, n := bytesAt(buf)
	return stateGet(p, n)
}

// StatePut replaces the request's state.
func StatePut(b []byte) abi.Status {
	p, n := bytesAt(b)
	return abi.Status(statePut(p, n))
}

// Log logs a line.
func Log(level abi.Level, line string) abi.Status {
	p, n := textAt(line)
	return abi.Status(logWrite(uint32(level), p, n))
}

// MetricsDefine is a metric's id, or a status.
func MetricsDefine(kind abi.Instrument, name string) int32 {
	p, n := textAt(name)
	return metricsDefine(uint32(kind), p, n)
}

// MetricsAdd adds to a counter.
func MetricsAdd(id int32, n int64) abi.Status { return abi.Status(metricsAdd(uint32(id), n)) }

// MetricsSet sets a gauge.
func MetricsSet(id int32, v float64) abi.Status { return abi.Status(metricsSet(uint32(id), v)) }

// MetricsObserve counts a value in a histogram.
func MetricsObserve(id int32, v float64) abi.Status {
	return abi.Status(metricsObserve(uint32(id), v))
}

// KVGet is a value's length or a status, and its bytes if they fit into buf.
func KVGet(space, key string, buf []byte) int32 {
	sp, sn := textAt(space)
	kp, kn := textAt(key)
	p, n := bytesAt(buf)
	return kvGet(sp, sn, kp, kn, p, n)
}

// KVPut stores a value for ttl milliseconds, 0: for ever.
func KVPut(space, key string, value []byte, ttl int64) abi.Status {
	sp, sn := textAt(space)
	kp, kn := textAt(key)
	p, n := bytesAt(value)
	return abi.Status(kvPut(sp, sn, kp, kn, p, n, ttl))
}

// KVCas stores a value if the present one is old, nil standing for none.
func KVCas(space, key string, old, value []byte, ttl int64) abi.Status {
	sp, sn := textAt(space)
	kp, kn := textAt(key)
	op, on := bytesAt(old)
	if old == nil {
		on = ^uint32(0)
	}
	p, n := bytesAt(value)
	return abi.Status(kvCas(sp, sn, kp, kn, op, on, p, n, ttl))
}

// KVIncr adds to a number and returns the sum, or abi.NumAbsent.
func KVIncr(space, key string, by, ttl int64) int64 {
	sp, sn := textAt(space)
	kp, kn := textAt(key)
	return kvIncr(sp, sn, kp, kn, by, ttl)
}

// KVDelete forgets a value.
func KVDelete(space, key string) abi.Status {
	sp, sn := textAt(space)
	kp, kn := textAt(key)
	return abi.Status(kvDelete(sp, sn, kp, kn))
}

// Now is the wall clock in milliseconds since 1970.
func Now() int64 { return timeNow() }

// Random fills b.
func Random(b []byte) abi.Status {
	p, n := bytesAt(b)
	return abi.Status(randomFill(p, n))
}

// TokensCount is how many tokens a text has, or a status.
func TokensCount(text []byte) int32 {
	p, n := bytesAt(text)
	return tokensCount(p, n)
}

// TokensField is how many tokens a text field has, or a status.
func TokensField(f abi.Field, i, j int32) int32 {
	return tokensField(uint32(f), uint32(i), uint32(j))
}

// TokensPrompt is how many tokens the request has, or a status.
func TokensPrompt() int32 { return tokensPrompt() }

// LLMAsk asks a model and is the length of the answer's text, or a status.
func LLMAsk(model, system, prompt string, maxTokens, timeout int32) int32 {
	mp, mn := textAt(model)
	sp, sn := textAt(system)
	pp, pn := textAt(prompt)
	return llmAsk(mp, mn, sp, sn, pp, pn, maxTokens, timeout)
}

// LLMText is the length of the last answer's text or a status, and its bytes if they fit into buf.
func LLMText(buf []byte) int32 {
	p, n := bytesAt(buf)
	return llmText(p, n)
}

//go:build !wasip1

package host

import "github.com/yett-gateway/yett/sdk/abi"

// Native stands for the host where the plugin isn't WebAssembly: package sdktest sets it while it calls one.
var Native Host

// Host is what the functions of this package ask natively. Each method is the function of its name.
type Host interface {
	Features() uint64
	Config(buf []byte) int32
	Get(f abi.Field, i, j int32, buf []byte) int32
	Num(f abi.Field, i, j int32) int64
	Named(family abi.Name, name string, buf []byte) int32
	Edit(op abi.Edit, f abi.Field, i, j int32, value []byte) abi.Status
	SetNamed(family abi.Name, name string, value []byte) abi.Status
	Stage(s abi.Slot, text []byte) abi.Status
	StateGet(buf []byte) int32
	StatePut(b []byte) abi.Status
	Log(level abi.Level, line string) abi.Status
	MetricsDefine(kind abi.Instrument, name string) int32
	MetricsRecord(id int32, kind abi.Instrument, v float64) abi.Status
	KVGet(space, key string, buf []byte) int32
	KVCas(space, key string, check bool, old, value []byte, ttl int64) abi.Status
	KVIncr(space, key string, by, ttl int64) int64
	KVDelete(space, key string) abi.Status
	Outside
	Now() int64
	Random(b []byte) abi.Status
	TokensCount(text []byte) int32
	TokensField(f abi.Field, i, j int32) int32
	TokensPrompt() int32
	LLMAsk(model, system, prompt string, maxTokens, timeout int32) int32
	LLMText(buf []byte) int32
	Scans
}

// current is the host of the call that runs.
func current() Host {
	if Native == nil {
		panic("sdk: there is no host: natively a plugin is called by package sdktest")
	}
	return Native
}

// Features is the host's families: bit c is capability c.
func Features() uint64 { return current().Features() }

// Config is the configuration's length, and its bytes if they fit into buf.
func Config(buf []byte) int32 { return current().Config(buf) }

// Get is a text field's length or a status, and its bytes if they fit into buf.
func Get(f abi.Field, i, j int32, buf []byte) int32 { return current().Get(f, i, j, buf) }

// Num is a number field, or abi.NumAbsent.
func Num(f abi.Field, i, j int32) int64 { return current().Num(f, i, j) }

// Named is a value's length by its name, or a status, and its bytes if they fit into buf.
func Named(family abi.Name, name string, buf []byte) int32 { return current().Named(family, name, buf) }

// Edit records an edit.
func Edit(op abi.Edit, f abi.Field, i, j int32, value []byte) abi.Status {
	return current().Edit(op, f, i, j, value)
}

// SetNamed records the edit of a value that goes by a name.
func SetNamed(family abi.Name, name string, value []byte) abi.Status {
	return current().SetNamed(family, name, value)
}

// Stage stages a text for the verdict.
func Stage(s abi.Slot, text []byte) abi.Status { return current().Stage(s, text) }

// StateGet is the length of the request's state, or a status, and its bytes if they fit into buf.
func StateGet(buf []byte) int32 { return current().StateGet(buf) }

// StatePut replaces the request's state.
func StatePut(b []byte) abi.Status { return current().StatePut(b) }

// Log logs a line.
func Log(level abi.Level, line string) abi.Status { return current().Log(level, line) }

// MetricsDefine is a metric's id, or a status.
func MetricsDefine(kind abi.Instrument, name string) int32 {
	return current().MetricsDefine(kind, name)
}

// MetricsAdd adds to a counter.
func MetricsAdd(id int32, n int64) abi.Status {
	return current().MetricsRecord(id, abi.Counter, float64(n))
}

// MetricsSet sets a gauge.
func MetricsSet(id int32, v float64) abi.Status { return current().MetricsRecord(id, abi.Gauge, v) }

// MetricsObserve counts a value in a histogram.
func MetricsObserve(id int32, v float64) abi.Status {
	return current().MetricsRecord(id, abi.Histogram, v)
}

// KVGet is a value's length or a status, and its bytes if they fit into buf.
func KVGet(space, key string, buf []byte) int32 { return current().KVGet(space, key, buf) }

// KVPut stores a value for ttl milliseconds, 0: for ever.
func KVPut(space, key string, value []byte, ttl int64) abi.Status {
	return current().KVCas(space, key, false, nil, value, ttl)
}

// KVCas stores a value if the present one is old, nil standing for none.
func KVCas(space, key string, old, value []byte, ttl int64) abi.Status {
	return current().KVCas(space, key, true, old, value, ttl)
}

// KVIncr adds to a number and returns the sum, or abi.NumAbsent.
func KVIncr(space, key string, by, ttl int64) int64 { return current().KVIncr(space, key, by, ttl) }

// KVDelete forgets a value.
func KVDelete(space, key string) abi.Status { return current().KVDelete(space, key) }

// Now is the wall clock in milliseconds since 1970.
func Now() int64 { return current().Now() }

// Random fills b.
func Random(b []byte) abi.Status { return current().Random(b) }

// TokensCount is how many tokens a text has, or a status.
func TokensCount(text []byte) int32 { return current().TokensCount(text) }

// TokensField is how many tokens a text field has, or a status.
func TokensField(f abi.Field, i, j int32) int32 { return current().TokensField(f, i, j) }

// TokensPrompt is how many tokens the request has, or a status.
func TokensPrompt() int32 { return current().TokensPrompt() }

// LLMAsk asks a model and is the length of the answer's text, or a status.
func LLMAsk(model, system, prompt string, maxTokens, timeout int32) int32 {
	return current().LLMAsk(model, system, prompt, maxTokens, timeout)
}

// LLMText is the length of the last answer's text or a status, and its bytes if they fit into buf.
func LLMText(buf []byte) int32 { return current().LLMText(buf) }

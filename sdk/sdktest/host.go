package sdktest

import (
	"crypto/rand"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/abi/table"
)

// run is the host of one call.
type run struct {
	h              *Host
	c              *Conversation // nil: on_init
	hook           abi.Hook
	window, before string
	fresh          int
	final          bool
	edits          []edit
	slots          [abi.Slots]string
	outside
	answer   string // of the last question
	answered bool
}

// give is the rule of all reading functions: the whole length, and the bytes if they fit.
func give(s string, ok bool, buf []byte) int32 {
	if !ok {
		return int32(abi.Absent)
	}
	if len(s) <= len(buf) {
		copy(buf, s)
	}
	return int32(len(s))
}

// Features implements the SDK's host.
func (r *run) Features() uint64 {
	return 1<<abi.CapLog | 1<<abi.CapMetrics | 1<<abi.CapKV | 1<<abi.CapScan | 1<<abi.CapTime | 1<<abi.CapRandom |
		1<<abi.CapHTTP | 1<<abi.CapSecret | 1<<abi.CapCache | 1<<abi.CapBody | 1<<abi.CapTokens | 1<<abi.CapLLM
}

// Config implements the SDK's host.
func (r *run) Config(buf []byte) int32 { return give(r.h.config, true, buf) }

// Get implements the SDK's host.
func (r *run) Get(f abi.Field, i, j int32, buf []byte) int32 {
	if r.c == nil || f >= abi.Fields || table.Fields[f].Kind != table.Text {
		return int32(abi.BadField)
	}
	switch f {
	case abi.FieldDelta:
		return give(r.window, r.hook == abi.OnDelta, buf)
	case abi.FieldDeltaBefore:
		return give(r.before, r.hook == abi.OnDelta, buf)
	}
	s, ok := r.c.Get(f, int(i), int(j))
	return give(s, ok, buf)
}

// Num implements the SDK's host.
func (r *run) Num(f abi.Field, i, j int32) int64 {
	if r.c == nil || f >= abi.Fields || table.Fields[f].Kind != table.Number {
		return abi.NumAbsent
	}
	if r.hook == abi.OnDelta {
		switch f {
		case abi.FieldDeltaNew:
			return int64(r.fresh)
		case abi.FieldDeltaFinal:
			if r.final {
				return 1
			}
			return 0
		}
	}
	if n, ok := r.c.Num(f, int(i), int(j)); ok {
		return n
	}
	return abi.NumAbsent
}

// Named implements the SDK's host.
func (r *run) Named(family abi.Name, name string, buf []byte) int32 {
	if r.c == nil {
		return int32(abi.BadField)
	}
	s, ok := r.c.Named(family, name)
	return give(s, ok, buf)
}

// Edit implements the SDK's host.
func (r *run) Edit(op abi.Edit, f abi.Field, i, j int32, value []byte) abi.Status {
	switch {
	case r.c == nil || f >= abi.Fields || op >= abi.Edits:
		return abi.BadField
	case !slices.Contains(table.Fields[f].Writable, r.hook.String()):
		return abi.ReadOnly
	case !utf8.Valid(value):
		return abi.Invalid
	case len(r.edits) >= abi.MaxEdits:
		return abi.TooLarge
	}
	r.edits = append(r.edits, edit{op: op, field: f, i: int(i), j: int(j), value: string(value), turn: len(r.edits)})
	return abi.OK
}

// SetNamed implements the SDK's host.
func (r *run) SetNamed(family abi.Name, name string, value []byte) abi.Status {
	if r.c == nil {
		return abi.BadField
	}
	r.edits = append(r.edits, edit{family: family, name: name, value: string(value), turn: len(r.edits)})
	return abi.OK
}

// Stage implements the SDK's host.
func (r *run) Stage(s abi.Slot, text []byte) abi.Status {
	if s >= abi.Slots {
		return abi.BadField
	}
	most := abi.MaxSlot
	if s == abi.SlotDelta {
		most += abi.MaxGrowth * len(r.window)
	}
	if len(text) > most {
		return abi.TooLarge
	}
	r.slots[s] = string(text)
	return abi.OK
}

// StateGet implements the SDK's host.
func (r *run) StateGet(buf []byte) int32 {
	if r.c == nil || r.c.state == nil {
		return int32(abi.Absent)
	}
	return give(string(r.c.state), true, buf)
}

// StatePut implements the SDK's host.
func (r *run) StatePut(b []byte) abi.Status {
	if r.c == nil {
		return abi.Unsupported
	}
	if len(b) > abi.MaxState {
		return abi.TooLarge
	}
	r.c.state = slices.Clone(b)
	return abi.OK
}

// Log implements the SDK's host.
func (r *run) Log(level abi.Level, line string) abi.Status {
	if level >= abi.Levels {
		return abi.Invalid
	}
	r.h.Lines = append(r.h.Lines, table.Levels[level].Text+": "+line)
	return abi.OK
}

// MetricsDefine implements the SDK's host.
func (r *run) MetricsDefine(_ abi.Instrument, name string) int32 {
	if r.hook != abi.OnInit {
		return int32(abi.BadField)
	}
	if n := slices.Index(r.h.ids, name); n >= 0 {
		return int32(n)
	}
	r.h.ids = append(r.h.ids, name)
	r.h.Metrics[name] = 0
	return int32(len(r.h.ids) - 1)
}

// MetricsRecord implements the SDK's host.
func (r *run) MetricsRecord(id int32, kind abi.Instrument, v float64) abi.Status {
	if id < 0 || int(id) >= len(r.h.ids) {
		return abi.Absent
	}
	if kind == abi.Gauge {
		r.h.Metrics[r.h.ids[id]] = v
	} else {
		r.h.Metrics[r.h.ids[id]] += v
	}
	return abi.OK
}

// at is where a value of package kv is kept.
func (r *run) at(space, key string) string { return space + "\x00" + r.h.Tenant + "\x00" + key }

// KVGet implements the SDK's host.
func (r *run) KVGet(space, key string, buf []byte) int32 {
	s, ok := r.h.values[r.at(space, key)]
	return give(s, ok, buf)
}

// KVCas implements the SDK's host. Values don't expire here.
func (r *run) KVCas(space, key string, check bool, old, value []byte, _ int64) abi.Status {
	have, ok := r.h.values[r.at(space, key)]
	if check && (ok != (old != nil) || ok && have != string(old)) {
		return abi.Mismatch
	}
	if len(key) > abi.MaxKey || len(value) > abi.MaxValue {
		return abi.TooLarge
	}
	r.h.values[r.at(space, key)] = string(value)
	return abi.OK
}

// KVIncr implements the SDK's host.
func (r *run) KVIncr(space, key string, by, _ int64) int64 {
	at := r.at(space, key)
	var n int64
	if s, ok := r.h.values[at]; ok {
		var err error
		if n, err = strconv.ParseInt(s, 10, 64); err != nil {
			return abi.NumAbsent
		}
	}
	n += by
	r.h.values[at] = strconv.FormatInt(n, 10)
	return n
}

// KVDelete implements the SDK's host.
func (r *run) KVDelete(space, key string) abi.Status {
	at := r.at(space, key)
	if _, ok := r.h.values[at]; !ok {
		return abi.Absent
	}
	delete(r.h.values, at)
	return abi.OK
}

// Now implements the SDK's host.
func (r *run) Now() int64 {
	if r.h.Now != nil {
		return r.h.Now().UnixMilli()
	}
	return time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
}

// Random implements the SDK's host.
func (r *run) Random(b []byte) abi.Status {
	_, _ = rand.Read(b) // never fails
	return abi.OK
}

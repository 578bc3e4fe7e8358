package host

import (
	"context"
	"unicode/utf8"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/yett-gateway/yett/plugins/host/module"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/abi/table"
)

// function is a host function: parameters and result are on the stack, the result in slot 0. Functions don't
// allocate on the way that succeeds, except where they keep something for the guest.
type function func(i *instance, stack []uint64)

// functions are the implementations of the table's functions, by import module and name. A function of the
// table that isn't here belongs to a family that this release doesn't offer.
var functions = map[string]function{
	"yett features":  callFeatures,
	"yett config":    callConfig,
	"yett get":       callGet,
	"yett num":       callNum,
	"yett named":     callNamed,
	"yett edit":      callEdit,
	"yett set_named": callSetNamed,
	"yett stage":     callStage,
	"yett state_get": callStateGet,
	"yett state_put": callStatePut,

	"yett.log write": callLog,

	"yett.metrics define":  callMetricsDefine,
	"yett.metrics add":     callMetricsAdd,
	"yett.metrics set":     callMetricsSet,
	"yett.metrics observe": callMetricsObserve,

	"yett.kv get":    callKVGet,
	"yett.kv put":    callKVPut,
	"yett.kv cas":    callKVCas,
	"yett.kv incr":   callKVIncr,
	"yett.kv delete": callKVDelete,

	"yett.http call":   callHTTPCall,
	"yett.http header": callHTTPHeader,
	"yett.http body":   callHTTPBody,

	"yett.secret attach": callSecretAttach,

	"yett.cache get": callCacheGet,
	"yett.cache put": callCachePut,

	"yett.body request": callBodyRequest,
	"yett.body answer":  callBodyAnswer,

	"yett.scan compile":     callScanCompile,
	"yett.scan error":       callScanError,
	"yett.scan match":       callScanMatch,
	"yett.scan match_field": callScanMatchField,
	"yett.scan open":        callScanOpen,
	"yett.scan window":      callScanWindow,

	"yett.time now":    callTimeNow,
	"yett.random fill": callRandomFill,

	"yett.tokens count":  callTokensCount,
	"yett.tokens field":  callTokensField,
	"yett.tokens prompt": callTokensPrompt,

	"yett.llm ask":  callLLMAsk,
	"yett.llm text": callLLMText,
}

// offered are the families that this host can grant: bit c is capability c.
var offered uint64

func init() { // not an initializer: features is one of the functions
	for n := range table.Funcs {
		f := &table.Funcs[n]
		for c, entry := range table.Capabilities {
			if functions[key(f)] != nil && entry.Text == f.Capability {
				offered |= 1 << c
			}
		}
	}
}

// link makes the host modules of r: the contract's, WASI's and the meter's.
func link(ctx context.Context, r wazero.Runtime) error {
	builders := map[string]wazero.HostModuleBuilder{}
	export := func(mod, name string, t module.FuncType, f api.GoFunc) {
		b, ok := builders[mod]
		if !ok {
			b = r.NewHostModuleBuilder(mod)
			builders[mod] = b
		}
		b.NewFunctionBuilder().WithGoFunction(f, apiTypes(t.Params), apiTypes(t.Results)).Export(name)
	}
	for n := range table.Funcs {
		f := &table.Funcs[n]
		if impl, ok := functions[key(f)]; ok {
			export(f.Module(), f.Name, funcType(f), func(ctx context.Context, stack []uint64) { impl(from(ctx), stack) })
		}
	}
	for name, t := range wasiTypes {
		impl := wasiFunction(name)
		export(wasiModule, name, t, func(ctx context.Context, stack []uint64) { impl(from(ctx), stack) })
	}
	export(meterModule, meterName, module.FuncType{Params: []module.ValueType{module.I64}, Results: []module.ValueType{module.I64}}, tick)
	for _, b := range builders {
		if _, err := b.Instantiate(ctx); err != nil {
			return err
		}
	}
	return nil
}

// The import that the rewriter adds.
const (
	meterModule = "yett.meter"
	meterName   = "tick"
)

func apiTypes(types []module.ValueType) []api.ValueType {
	out := make([]api.ValueType, len(types))
	for i, t := range types {
		out[i] = api.ValueType(t) // both are the numbers of the binary format
	}
	return out
}

func callFeatures(i *instance, s []uint64) {
	i.charge(0)
	s[0] = offered
}

func callConfig(i *instance, s []uint64) { s[0] = i.give(i.pool.config, s[0], s[1]) }

// field masks a field's number; ok is false if there is none of that number.
func field(v uint64) (abi.Field, bool) {
	n := uint32(v)
	return abi.Field(n), n > uint32(abi.FieldNone) && n < uint32(abi.Fields)
}

// search charges for a field that the exchange looks for in the whole request: a member of the body, or the texts of all
// system messages.
func (i *instance) search(f abi.Field) {
	switch f {
	case abi.FieldNone, abi.FieldSystem, abi.FieldMaxTokens, abi.FieldTemperature, abi.FieldTopP, abi.FieldChoices:
		i.charge(i.call.Size / searchBytes * hostBytes)
	}
}

// searchBytes is how many bytes of a request are searched for one unit: members and messages are passed over whole.
const searchBytes = 256

// index masks an index of a field.
func index(v uint64) int { return int(int32(uint32(v))) }

func callGet(i *instance, s []uint64) {
	f, ok := field(s[0])
	if !ok || i.call == nil {
		i.charge(0)
		s[0] = status(abi.BadField)
		return
	}
	text, st := i.read(f, index(s[1]), index(s[2]))
	if st != abi.OK {
		i.charge(0)
		s[0] = status(st)
		return
	}
	s[0] = i.give(text, s[3], s[4])
}

// read returns a text field.
func (i *instance) read(f abi.Field, n, m int) (text []byte, st abi.Status) {
	ok := false
	switch f {
	case abi.FieldDelta:
		text, ok = i.call.Window, i.call.Hook == abi.OnDelta
	case abi.FieldDeltaBefore:
		text, ok = i.call.Before, i.call.Hook == abi.OnDelta
	default:
		if table.Fields[f].Kind != table.Text {
			return nil, abi.BadField
		}
		i.search(f)
		text, ok = i.call.Exchange.Get(f, n, m)
	}
	if !ok {
		return nil, abi.Absent
	}
	return text, abi.OK
}

func callNum(i *instance, s []uint64) {
	i.charge(0)
	absent := abi.NumAbsent
	f, ok := field(s[0])
	if !ok || i.call == nil || table.Fields[f].Kind != table.Number {
		s[0] = uint64(absent)
		return
	}
	var n int64
	switch f {
	case abi.FieldDeltaNew:
		n, ok = int64(i.call.New), i.call.Hook == abi.OnDelta
	case abi.FieldDeltaFinal:
		if i.call.Final {
			n = 1
		}
		ok = i.call.Hook == abi.OnDelta
	default:
		i.search(f)
		n, ok = i.call.Exchange.Num(f, index(s[1]), index(s[2]))
	}
	if !ok {
		n = absent
	}
	s[0] = uint64(n)
}

// name returns a name that a guest gives.
func (i *instance) name(ptr, n uint64) ([]byte, abi.Status) {
	b, ok := i.view(ptr, n)
	switch {
	case !ok:
		return nil, abi.BadRange
	case len(b) == 0:
		return nil, abi.Invalid
	case len(b) > abi.MaxName:
		return nil, abi.TooLarge
	}
	return b, abi.OK
}

func callNamed(i *instance, s []uint64) {
	name, st := i.name(s[1], s[2])
	family := uint32(s[0])
	if st == abi.OK && (i.call == nil || family > uint32(abi.NameParam)) {
		st = abi.BadField // the families above are set only
	}
	if st != abi.OK {
		i.charge(0)
		s[0] = status(st)
		return
	}
	if abi.Name(family) == abi.NameParam {
		i.search(abi.FieldNone)
	}
	value, ok := i.call.Exchange.Named(abi.Name(family), name)
	if !ok {
		i.charge(0)
		s[0] = status(abi.Absent)
		return
	}
	s[0] = i.give(value, s[3], s[4])
}

// text returns a text that a guest gives and that others are going to read.
func (i *instance) text(ptr, n uint64) ([]byte, abi.Status) {
	b, ok := i.view(ptr, n)
	if !ok {
		return nil, abi.BadRange
	}
	i.charge(len(b))
	if !utf8.Valid(b) {
		return nil, abi.Invalid
	}
	return b, abi.OK
}

func callEdit(i *instance, s []uint64) {
	op := uint32(s[0])
	f, ok := field(s[1])
	if i.call == nil || !ok || op >= uint32(abi.Edits) {
		i.charge(0)
		s[0] = status(abi.BadField)
		return
	}
	if !writable[f].Has(i.call.Hook) {
		i.charge(0)
		s[0] = status(abi.ReadOnly)
		return
	}
	text, st := i.text(s[4], s[5])
	if st == abi.OK {
		r := record{op: abi.Edit(op), field: f, i: int32(s[2]), j: int32(s[3])}
		if r.phase() > 0 { // moves others, as many as there are
			i.charge(i.call.Size)
		}
		st = i.edits.add(r, nil, text)
	}
	s[0] = status(st)
}

// settable says in which hooks a family can be set.
var settable = [abi.Names]abi.Set{
	abi.NameParam:          abi.Set(0).With(abi.OnRequest).With(abi.OnUpstreamRequest),
	abi.NameAnswerHeader:   abi.Set(0).With(abi.OnRequest).With(abi.OnUpstreamRequest).With(abi.OnResponse),
	abi.NameUpstreamHeader: abi.Set(0).With(abi.OnRequest).With(abi.OnUpstreamRequest),
}

func callSetNamed(i *instance, s []uint64) {
	family := uint32(s[0])
	name, st := i.name(s[1], s[2])
	switch {
	case st != abi.OK:
	case i.call == nil || family >= uint32(abi.Names):
		st = abi.BadField
	case !settable[family].Has(i.call.Hook):
		st = abi.ReadOnly
	}
	if st != abi.OK {
		i.charge(0)
		s[0] = status(st)
		return
	}
	value, st := i.text(s[3], s[4])
	if st == abi.OK {
		op := abi.Set1
		if len(value) == 0 && abi.Name(family) == abi.NameParam {
			op = abi.Remove
		}
		st = i.edits.add(record{op: op, field: abi.FieldNone, family: abi.Name(family)}, name, value)
	}
	s[0] = status(st)
}

// slotLimit is the most that a slot takes, in bytes. What replaces a long window is long too.
func (i *instance) slotLimit(s abi.Slot) int {
	if s == abi.SlotDelta {
		return abi.MaxSlot + abi.MaxGrowth*i.windowLength()
	}
	return abi.MaxSlot
}

func callStage(i *instance, s []uint64) {
	slot := uint32(s[0])
	b, ok := i.view(s[1], s[2])
	i.charge(len(b))
	switch {
	case slot >= uint32(abi.Slots):
		s[0] = status(abi.BadField)
	case !ok:
		s[0] = status(abi.BadRange)
	case len(b) > i.slotLimit(abi.Slot(slot)):
		s[0] = status(abi.TooLarge)
	default:
		i.slots[slot] = append(i.slots[slot][:0], b...)
		i.staged |= 1 << slot
		s[0] = status(abi.OK)
	}
}

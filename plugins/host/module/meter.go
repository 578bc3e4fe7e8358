package module

// Metering says what [Meter] inserts. The zero value means the defaults.
type Metering struct {
	// TickEvery is the fuel in units that a fresh instance begins with, and so the units that its start function
	// may use before the first tick. What the host grants later is its own choice; the same number is a good one. The
	// default value is 65,536.
	TickEvery int64
	// MaxDepth bounds how deep calls may be nested, in frames of small functions: a function counts 1, and 1 more for
	// each 64 locals and each 2 KiB of code. At most [MaxMeterDepth]. The default value is 2,000.
	MaxDepth int32
	// ImportModule and ImportName name the function that the host provides. The default values are "yett.meter"
	// and "tick".
	ImportModule, ImportName string
}

func (m Metering) withDefaults() Metering {
	if m.TickEvery <= 0 {
		m.TickEvery = 65_536
	}
	if m.MaxDepth <= 0 {
		m.MaxDepth = 2_000
	}
	m.MaxDepth = min(m.MaxDepth, MaxMeterDepth)
	if m.ImportModule == "" {
		m.ImportModule = "yett.meter"
	}
	if m.ImportName == "" {
		m.ImportName = "tick"
	}
	return m
}

// Metered is a rewritten module.
type Metered struct {
	// Wasm is the new binary, owned by the caller.
	Wasm []byte
	// Info describes the module as it was before.
	Info  *Info
	Stats Stats
}

// Stats counts what [Meter] inserted.
type Stats struct {
	// Functions is the number of functions with code.
	Functions int
	// Entries, LoopHeads and BulkOps count the places that compare the fuel with zero.
	Entries, LoopHeads, BulkOps int
	// Charges counts the places that only charge.
	Charges int
	// Counted is the number of functions whose calls are counted for the depth.
	Counted int
	// AddedBytes is how much the module grew; below zero if the debug sections that were dropped were larger.
	AddedBytes int
}

// Meter validates the module as [Read] does and rewrites it, so that its use of time and stack is counted and
// bounded.
//
// # Fuel
//
// One unit of fuel is one instruction, or eight bytes of a bulk operation; memory.grow costs 1,024 units a page,
// bulk operations on tables one a element. Function entries, loop heads and bulk operations pay before they run, for
// the longest path to the next of them. So the fuel used is at least the number of instructions run, and at most
// 32 more for each call and each turn of a loop, and it is the same for the same run on each machine.
//
// Whenever the fuel falls below zero, the module calls the one import added to it:
//
//	(import "yett.meter" "tick" (func (param $debt i64) (result $grant i64)))
//
// $debt is how far the fuel is below zero, at least 1; after a bulk operation of 64 MiB it is about 8 million. The
// module adds $grant to its fuel and goes on. It ticks again at the next place if the fuel is still below zero,
// which is allowed. To stop the guest, the host function panics with an error value of its own: the call of the
// export returns that error, and the instance must be dropped.
//
// The host counts like this: before a call, it writes NewMeter(grant, depth) to the global [MeterExport], and
// remembers granted = grant; in each tick it adds what it returns to granted; after the call, used = granted -
// MeterFuel(global). In a tick, used = granted + debt; the global isn't current then, because the code of a loop
// holds it in a local. A host that wants to be asked every n units returns n + debt. Other host functions may charge
// for their own work by writing a smaller value to the global, which is current while they run. After a trap, the
// global is as it was at the last call or return before.
//
// # Depth
//
// A call of a function lowers the depth in the global, its return raises it again. A call that would take it below
// zero traps (unreachable), with a global whose [MeterDepth] is below zero: that tells the host why. Functions that
// call only few, small and known functions are not counted. After any trap the instance must be dropped.
//
// # What else changes
//
// Function numbers grow by one where they were not imported. Tables and memories of the module's own get a maximum of
// Limits.TableElements and Limits.MemoryPages if theirs is higher or missing; growing beyond fails like growing
// beyond an own maximum. Function names are kept for traces; names of other things and debug sections
// (".debug_*", "sourceMappingURL", "linking", "reloc.*") are dropped, as their numbers would be wrong. So are custom
// sections without content.
//
// # Errors
//
// An [*Error] as from [Read]. A module that imports from m.ImportModule or exports [MeterExport] is refused
// as Unsupported: it may have been metered before.
func Meter(wasm []byte, l Limits, m Metering) (*Metered, error) {
	mod, err := parse(wasm, l, true)
	if err != nil {
		return nil, err
	}
	m = m.withDefaults()
	if err := mod.unmetered(m); err != nil {
		return nil, err
	}
	w := newRewriter(mod, m)
	w.module()
	w.stats.AddedBytes = len(w.out) - len(wasm)
	return &Metered{Wasm: w.out, Info: mod.info(), Stats: w.stats}, nil
}

// unmetered refuses names that belong to the host.
func (m *module) unmetered(with Metering) error {
	refuse := func(section, what string) error {
		return &Error{
			Kind: Unsupported, Section: section, Func: -1,
			Reason: what + " is reserved for the host", Hint: "load the module as it was built, not a metered copy",
		}
	}
	for _, i := range m.imports {
		if i.Module == with.ImportModule {
			return refuse("import", "the import module "+i.Module)
		}
	}
	for _, e := range m.exports {
		if e.Name == MeterExport {
			return refuse("export", "the export "+e.Name)
		}
	}
	return nil
}

// Package abi is the contract between yett and its plugins, version 1: names, numbers and layouts.
//
// A plugin is a core WebAssembly module. It exports a marker function named Marker, carries its manifest
// as JSON in a custom section named ManifestSection, and exports the hooks it wants. The host calls only
// what is there. All integers that cross are little-endian i32 or i64; all texts are UTF-8. ABI.md is the
// reference.
//
// The package imports nothing, so that guests may use it too. Its constants are generated from the table in
// package table; so is ABI.md.
package abi

//go:generate go run ./gen

// Hook is a moment at which a plugin is called.
type Hook uint8

// String is the export's name, "" for a number that is no hook.
func (h Hook) String() string {
	if h >= Hooks {
		return ""
	}
	return hookNames[h]
}

// Set is a set of hooks: bit h is hook h. For example on_request and on_delta are 1<<1 | 1<<5 = 0x22.
type Set uint16

// Has tells whether h is in the set.
func (s Set) Has(h Hook) bool { return s&(1<<h) != 0 }

// With returns the set with h.
func (s Set) With(h Hook) Set { return s | 1<<h }

// Without returns the set without the hooks of another one.
func (s Set) Without(other Set) Set { return s &^ other }

// Action is what a hook decides.
type Action uint8

// String is the action's name, "" for a number that is no action.
func (a Action) String() string {
	if a >= Actions {
		return ""
	}
	return actionNames[a]
}

// Verdict is a hook's result: action in bits 56–63, code in bits 40–55, flags in bits 32–39, argument in
// bits 0–31. For example Block with status 451 is 2<<56 | 451<<40 = 0x0201C30000000000.
type Verdict int64

// Pack makes a Verdict.
func Pack(a Action, code uint16, flags uint8, arg uint32) Verdict {
	return Verdict(uint64(a)<<56 | uint64(code)<<40 | uint64(flags)<<32 | uint64(arg))
}

// Action is what was decided.
func (v Verdict) Action() Action { return Action(uint64(v) >> 56) }

// Code is the HTTP status of Block and Respond.
func (v Verdict) Code() uint16 { return uint16(uint64(v) >> 40) }

// Flags are reserved bits; FlagReplaced is the only one of version 1.
func (v Verdict) Flags() uint8 { return uint8(uint64(v) >> 32) }

// Arg is the action's argument.
func (v Verdict) Arg() uint32 { return uint32(uint64(v)) }

// FlagReplaced, on a verdict of on_delta, says that SlotDelta replaces the released part of the window.
const FlagReplaced = 1

// Slot is a text staged for the verdict.
type Slot uint8

// Field is something of the conversation that a plugin reads by number.
type Field uint16

// Name is a family of values read by a name instead of an index.
type Name uint8

// Part is the kind of a message's part.
//
// The kinds of deltas are PartText, PartToolCall (arguments), PartReasoning and PartRefusal. A channel is
// choice<<16 | index, where index is the tool call's or content block's own: choice 1, index 2 is 0x10002.
type Part uint8

// String is the part's name, "" for a number that is no part.
func (p Part) String() string {
	if int(p) >= len(partNames) {
		return ""
	}
	return partNames[p]
}

// Edit is how a field changes.
type Edit uint8

// Status is what host functions return for failures; 0 and above are lengths or success.
type Status int32

// String is the status's name, "" for a number that is none.
func (s Status) String() string {
	if s > 0 || int(-s) >= len(statusNames) {
		return ""
	}
	return statusNames[-s]
}

// Level is how grave a line of yett.log is.
type Level uint8

// Instrument is a kind of metric.
type Instrument uint8

// Failure is why an upstream attempt failed, as on_error is told.
type Failure uint8

// Capability is a family of host functions that an operator grants.
type Capability uint8

// String is the capability's name, "" for a number that is none.
func (c Capability) String() string {
	if c >= Capabilities {
		return ""
	}
	return capabilityNames[c]
}

// NumAbsent is what num returns for an absent number.
const NumAbsent int64 = -1 << 63

// StreamMode is how a stage takes part in streamed answers.
type StreamMode uint8

// The modes, as the manifest names them: "observe", "transform", "buffer".
const (
	Observe   StreamMode = iota // sees deltas; its edits and holds are a failure
	Transform                   // may hold, replace and drop
	Buffer                      // each channel is collected and shown to on_delta once, final
)

var modeNames = [...]string{"observe", "transform", "buffer"}

// String is the mode's name in manifests, "" for a number that is none.
func (m StreamMode) String() string {
	if int(m) >= len(modeNames) {
		return ""
	}
	return modeNames[m]
}

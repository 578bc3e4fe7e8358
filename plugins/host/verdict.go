package host

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/abi/table"
)

// allowed are the actions of each hook: bit a is action a.
var allowed = func() (out [abi.Hooks]uint16) {
	for h, entry := range table.Hooks {
		for a, action := range table.Actions {
			for _, name := range entry.Actions {
				if name == action.Name {
					out[h] |= 1 << a
				}
			}
		}
	}
	return out
}()

// keepsEdits tells whether recorded edits are made.
func keepsEdits(a abi.Action) bool { return a == abi.Edited || a == abi.Reroute || a == abi.Tag }

// checkVerdict tells what is wrong with a verdict, nil if nothing is.
func (i *instance) checkVerdict(h abi.Hook, v abi.Verdict) *failure {
	a := v.Action()
	if a >= abi.Actions {
		return &failure{reason: nonsense, detail: fmt.Sprintf("%s returned %#x, which has no known action", h, uint64(v))}
	}
	if allowed[h]&(1<<a) == 0 {
		return &failure{reason: nonsense, detail: fmt.Sprintf("%s may not return %s", h, a)}
	}
	if bad := i.checkNumbers(h, v); bad != "" {
		return &failure{reason: nonsense, detail: fmt.Sprintf("%s returned %s with %s", h, a, bad)}
	}
	if bad := i.checkTexts(h, v); bad != "" {
		return &failure{reason: nonsense, detail: fmt.Sprintf("%s returned %s with %s", h, a, bad)}
	}
	return nil
}

// checkNumbers says what is wrong with code, flags and argument.
func (i *instance) checkNumbers(h abi.Hook, v abi.Verdict) string {
	code, arg := v.Code(), v.Arg()
	switch v.Action() {
	case abi.Block:
		if code != 0 && (code < 400 || code > 599) {
			return "a code that is no status of a refusal"
		}
	case abi.Respond:
		if code != 0 && (code < 200 || code > 599) {
			return "a code that is no status of an answer"
		}
	case abi.Hold:
		if int(arg) > i.windowLength() || arg > abi.MaxHold {
			return "more to hold than the window or the limit has"
		}
	case abi.Reroute:
		if h == abi.OnRoute && (i.call == nil || int64(arg) >= int64(i.call.Args[0])) {
			return "a candidate that doesn't exist"
		}
	case abi.Retry:
		if arg > 1 {
			return "an unknown argument"
		}
	}
	replaced := v.Flags() == abi.FlagReplaced && h == abi.OnDelta && v.Action() != abi.Drop && v.Action() != abi.Block
	if v.Flags() != 0 && !replaced {
		return "unknown flags"
	}
	return ""
}

func (i *instance) windowLength() int {
	if i.call == nil {
		return 0
	}
	return len(i.call.Window)
}

// checkTexts says what is wrong with what was staged.
func (i *instance) checkTexts(h abi.Hook, v abi.Verdict) string {
	switch v.Action() {
	case abi.Block:
		if !utf8.Valid(i.slot(abi.SlotReason)) {
			return "a reason that isn't UTF-8"
		}
	case abi.Respond:
		if !i.has(abi.SlotBody) {
			return "no body staged"
		}
		if !utf8.Valid(i.slot(abi.SlotBody)) {
			return "a body that isn't UTF-8"
		}
	case abi.Reroute:
		if h == abi.OnRequest && (len(i.slot(abi.SlotModel)) == 0 || len(i.slot(abi.SlotModel)) > abi.MaxName || !utf8.Valid(i.slot(abi.SlotModel))) {
			return "no model staged, or one that is no name"
		}
	case abi.Tag:
		if !validTag(i.slot(abi.SlotTag)) {
			return `no tag staged, or one that isn't "name=value"`
		}
	}
	if v.Flags()&abi.FlagReplaced != 0 && !utf8.Valid(i.slot(abi.SlotDelta)) {
		return "a replacement that isn't UTF-8"
	}
	return ""
}

// slot is what was staged, nil if nothing was.
func (i *instance) slot(s abi.Slot) []byte {
	if !i.has(s) {
		return nil
	}
	return i.slots[s]
}

func (i *instance) has(s abi.Slot) bool { return i.staged&(1<<s) != 0 }

// validTag demands a name of a–z, 0–9, _ and -, and a value of at most abi.MaxName printable bytes.
func validTag(tag []byte) bool {
	name, value, ok := bytes.Cut(tag, []byte("="))
	if !ok || len(name) == 0 || len(name) > 64 || len(value) > abi.MaxName || !utf8.Valid(value) {
		return false
	}
	for _, c := range name {
		if !identifier(c) && c != '-' {
			return false
		}
	}
	return bytes.IndexFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f }) < 0
}

// identifier tells whether c may stand in a name.
func identifier(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' }

package sdk

import (
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/internal/host"
)

// Verdict is what a hook decides.
type Verdict = abi.Verdict

// Continue goes on, with the edits that the hook made.
const Continue Verdict = 0

// Discard goes on without the edits that the hook made.
func Discard() Verdict {
	edited = false
	return Continue
}

// Block refuses the request or the answer. status is the HTTP status, 400 to 599, 0 for 403; the client
// reads reason. In the middle of a stream it ends the stream with an error.
func Block(status int, reason string) Verdict {
	stage(abi.SlotReason, reason)
	return abi.Pack(abi.Block, uint16(status), 0, 0)
}

// Respond answers in the provider's place with a text. Only for OnRequest.
func Respond(text string) Verdict {
	stage(abi.SlotBody, text)
	return abi.Pack(abi.Respond, 0, 0, 0)
}

// Reroute sends the request to another model, by the name clients would use. Edits are kept. Only for OnRequest.
func Reroute(model string) Verdict {
	stage(abi.SlotModel, model)
	return abi.Pack(abi.Reroute, 0, 0, 0)
}

// Choose takes candidate i. Only for OnRoute.
func Choose(i int) Verdict { return abi.Pack(abi.Reroute, 0, 0, uint32(i)) }

// Hold releases all of the window but its last n bytes, which the next window begins with. Only for OnDelta.
func Hold(n int) Verdict {
	if n <= 0 {
		return Continue
	}
	return abi.Pack(abi.Hold, 0, 0, uint32(min(n, abi.MaxHold)))
}

// Replace releases replacement in the place of all of the window but its last hold bytes. Only for OnDelta. It panics,
// which ends the call as a failure of the plugin, where replacement is longer than abi.MaxSlot and abi.MaxGrowth times
// the window together: no shorter text would be what was meant.
func Replace(replacement []byte, hold int) Verdict {
	if err := statusError(host.Stage(abi.SlotDelta, replacement)); err != nil {
		panic("sdk: Replace: " + err.Error())
	}
	if hold <= 0 {
		return abi.Pack(abi.Continue, 0, abi.FlagReplaced, 0)
	}
	return abi.Pack(abi.Hold, 0, abi.FlagReplaced, uint32(min(hold, abi.MaxHold)))
}

// Drop releases nothing of the window and forgets it. Only for OnDelta.
func Drop() Verdict { return abi.Pack(abi.Drop, 0, 0, 0) }

// Retry advises to try again, elsewhere or with the same target. Only for OnError.
func Retry(same bool) Verdict {
	if same {
		return abi.Pack(abi.Retry, 0, 0, 1)
	}
	return abi.Pack(abi.Retry, 0, 0, 0)
}

// Tag goes on, with the edits, and notes name=value in the request's record. The name is of a–z, 0–9, _ and -.
func Tag(name, value string) Verdict {
	stage(abi.SlotTag, name+"="+value)
	return abi.Pack(abi.Tag, 0, 0, 0)
}

// stage cuts a text that is too long: a verdict with a shorter reason is better than a failure.
func stage(s abi.Slot, text string) {
	if len(text) > abi.MaxSlot {
		text = text[:abi.MaxSlot]
		for n := 0; n < 3 && len(text) > 0 && text[len(text)-1] >= 0x80; n++ {
			text = text[:len(text)-1]
		}
	}
	host.Stage(s, bytesOf(text))
}

package proxy

import (
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/sdk/abi"
)

// advice is what stages say to a failed attempt.
type advice uint8

const (
	noAdvice  advice = iota
	trySame          // the same target again
	tryOther         // another target, even after a failure that none is asked after
	giveUpNow        // a stage failed itself, or blocked
)

// advise tells the stages of a failed attempt, in order; the last one that wants a retry is heard. The budget of
// attempts holds all the same. The failure is another one where a stage blocked or failed itself.
func (r *request) advise(e *fault.Error) (advice, *fault.Error) {
	if e == gone || e == stopping {
		return noAdvice, e
	}
	said := noAdvice
	for i := range r.lane.Stages {
		s := &r.lane.Stages[i]
		if !r.taking[i] || !s.Info().Hooks.Has(abi.OnError) {
			continue
		}
		r.call.Args = [3]int32{int32(failureOf(e.Kind))}
		if own := r.callStage(i, s, abi.OnError); own != nil {
			return giveUpNow, own
		}
		if v := r.call.Verdict; v.Action() == abi.Retry {
			if said = tryOther; v.Arg() == 1 {
				said = trySame
			}
		}
	}
	return said, e
}

// failureOf names a failure as on_error is told it.
func failureOf(k fault.Kind) abi.Failure {
	switch k {
	case fault.UpstreamConnect:
		return abi.FailConnect
	case fault.UpstreamTimeout:
		return abi.FailTimeout
	case fault.UpstreamRateLimited:
		return abi.FailRateLimited
	case fault.UpstreamServer:
		return abi.FailServerError
	case fault.ContextLength:
		return abi.FailContextLength
	case fault.UpstreamAuth:
		return abi.FailAuth
	case fault.UpstreamInvalid, fault.UpstreamCut:
		return abi.FailInvalid
	}
	return abi.FailOther
}

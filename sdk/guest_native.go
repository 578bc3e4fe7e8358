//go:build !wasip1

package sdk

import (
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/internal/host"
)

// newLent is no buffer: natively, windows are read.
func newLent() []byte { return nil }

// Native calls hooks of p with h as the host. It is for package sdktest, and for one call at a time.
func Native(p any, h host.Host) func(hook abi.Hook, args [3]int32) Verdict {
	return func(hook abi.Hook, args [3]int32) Verdict {
		register(p) // another host may have had another plugin called
		host.Native = h
		defer func() { host.Native = nil }()
		return call(hook, args)
	}
}

// NativeHooks is the set of hooks that p has.
func NativeHooks(p any) abi.Set {
	register(p)
	return hooks()
}

// Direct calls hooks of what Run was given, with h as the host from now on. ok is false if Run wasn't called. It is for
// benchmarks in package sdktest.
func Direct(h host.Host) (direct func(hook abi.Hook, args [3]int32) Verdict, ok bool) {
	host.Native = h
	return call, plugin.initialized != nil
}

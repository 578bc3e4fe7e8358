// Package sdk is what the author of a plugin imports. README.md leads to a running plugin in ten minutes.
//
// A plugin is a type with the hooks it wants as methods (Requester, Deltaer and the other interfaces here),
// handed to Run in an init function:
//
//	package main
//
//	import "github.com/yett-gateway/yett/sdk"
//
//	type shout struct{}
//
//	func (shout) OnRequest(r sdk.Request) sdk.Verdict {
//		if r.Header("x-quiet") != "" {
//			return sdk.Block(403, "quiet, please")
//		}
//		r.AppendSystem("Answer in capitals.")
//		return sdk.Continue
//	}
//
//	func init() { sdk.Run(shout{}) }
//	func main() {}
//
// "yett plugin build" makes a WebAssembly module of it; "go test" with package sdktest runs it natively.
//
// Handles such as Request and Part are numbers: they cost nothing, and are good for the hook they were given
// to. Methods that return a string copy it; their Append forms put the bytes into a buffer of yours, for hooks that
// mustn't allocate. What a plugin remembers in its own variables lasts as long as its instance, which serves other
// requests too, and maybe not the next hook of this one: use Call.State and Call.SetState for what belongs to a
// request, and package kv for what outlives it.
//
// Capabilities are packages: log, metrics, kv, scan, cache, httpcall, secret, body, clock, random, tokens and llm. A
// plugin that imports one needs it granted, and names it with the reason in its manifest.
package sdk

// Command guest is a plugin for the host's tests. What it does is said by the request: each message of the user
// names a deed.
package main

import "github.com/yett-gateway/yett/sdk"

type guest struct{}

func (guest) OnRequest(r sdk.Request) sdk.Verdict {
	if r.Header("x-quiet") != "" {
		return sdk.Block(451, "quiet, please")
	}
	r.AppendSystem("hello")
	return sdk.Continue
}

func init() { sdk.Run(guest{}) }

func main() {}

//go:build !wasip1

package sdk

import "embed"

// Source is the sources of the SDK, for "yett plugin init": it puts them beside a new plugin, so that the plugin builds
// without a network.
//
//go:embed *.go README.md abi/*.go abi/ABI.md abi/table config internal log metrics kv cache clock random httpcall secret body scan pattern sdktest
var Source embed.FS

//go:build !wasip1

package sdk

import "embed"

// Source is the sources of the SDK, for "yett plugin init": it puts them beside a new plugin, so that the plugin builds
// without a network.
//
//go:embed *.go README.md abi/*.go abi/ABI.md abi/table config internal log metrics kv cache clock random httpcall secret body scan pattern sdktest
var Source embed.FS

// RustSource is the sources of the Rust SDK, in rust, with its examples; abi/ABI.md is their reference.
//
//go:embed rust/Cargo.toml rust/Cargo.lock rust/README.md rust/src rust/examples/*/Cargo.toml rust/examples/*/plugin.json rust/examples/*/src rust/examples/*/testdata abi/ABI.md
var RustSource embed.FS

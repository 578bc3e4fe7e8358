// Command gen writes what is made of the contract's table: constants.go and ABI.md of package abi, abi.rs of the Rust SDK.
//
// Run it by "go generate ./sdk/abi". With -check it writes nothing and fails where a file is stale.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	check := flag.Bool("check", false, "fail if a file is stale, write nothing")
	dir := flag.String("dir", ".", "folder of package abi")
	flag.Parse()
	for name, make := range outputs {
		text, err := make()
		if err == nil {
			err = put(filepath.Join(*dir, name), text, *check)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "error:", err)
			os.Exit(1)
		}
	}
}

// outputs are the files and what makes them.
var outputs = map[string]func() ([]byte, error){
	"constants.go": constants,
	"ABI.md":       reference,
	rustFile:       rust,
}

func put(path string, text []byte, check bool) error {
	old, err := os.ReadFile(path)
	if err == nil && bytes.Equal(old, text) {
		return nil
	}
	if check {
		return fmt.Errorf("%s is stale; run go generate ./sdk/abi", path)
	}
	return os.WriteFile(path, text, 0o644)
}

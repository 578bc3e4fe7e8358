package main

import (
	"fmt"
	"runtime"
)

type versionCmd struct{}

// Run prints version, toolchain and platform.
func (versionCmd) Run(env *environment) error {
	_, err := fmt.Fprintf(env.stdout, "yett %s (%s, %s/%s)\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

//go:build race

package hcl

const raceEnabled = true

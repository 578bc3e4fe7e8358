//go:build !race

package hcl

const raceEnabled = false

// Package host is the functions of yett as the SDK calls them: imports of the module where the plugin is
// WebAssembly, the test host where it is native. Nothing here allocates or keeps what it is given.
package host

// Hit is a match of yett.scan, as the contract lays it out.
type Hit struct{ Pattern, Start, End int32 }

// HitBytes is what a Hit takes.
const HitBytes = 12

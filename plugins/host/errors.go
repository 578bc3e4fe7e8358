package host

import (
	"errors"
	"strings"

	"github.com/tetratelabs/wazero/sys"

	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/plugins/host/module"
)

// LoadError is a plugin that can't be used: which, why, and what its author or operator can do.
type LoadError struct {
	// Plugin is the reference, "guard.pii"; "" where only bytes are known.
	Plugin string
	// Pos is the line of the configuration at fault, the zero Pos where none is known.
	Pos spec.Pos
	// Reason says what is wrong, Hint what to do; Hint may be empty.
	Reason, Hint string
	// Refused says that the plugin itself refused its configuration.
	Refused bool
	// Cause may be nil.
	Cause error
}

// Error gives plugin, reason and cause in one line, without the hint. Names that the module's author chose are in it, so
// it is made fit for a terminal.
func (e *LoadError) Error() string {
	var b strings.Builder
	if e.Plugin != "" {
		b.WriteString("plugin " + e.Plugin + ": ")
	}
	b.WriteString(e.Reason)
	if e.Cause != nil {
		b.WriteString(": " + e.Cause.Error())
	}
	return clean(oneLine.Replace(b.String()))
}

// oneLine joins the lines of a trace.
var oneLine = strings.NewReplacer("\n\t", " ", "\n", " ", "\t", " ")

// Unwrap returns the cause.
func (e *LoadError) Unwrap() error { return e.Cause }

// Advice is the hint, for those who know errors of this kind only by what they can say.
func (e *LoadError) Advice() string { return e.Hint }

// named returns err as a LoadError of that plugin.
func named(p *spec.Plugin, err error) error {
	var e *LoadError
	if !errors.As(err, &e) {
		e = &LoadError{Reason: "can't be loaded", Cause: err}
	}
	out := *e
	out.Plugin = p.Ref()
	if !out.Pos.Known() {
		out.Pos = p.Pos
	}
	return &out
}

// reason is why a call failed. Its text is the label of the trap metric.
type reason uint8

const (
	trapped   reason = iota // an instruction that can't go on: unreachable, out of bounds, …
	noFuel                  // the budget of steps is spent
	noTime                  // the budget of wall time is spent
	tooDeep                 // calls nested too deep
	exited                  // proc_exit
	nonsense                // a verdict that the hook may not return
	badEdit                 // an edit that can't be made
	initFails               // an instance that can't be made
	busy                    // no instance came free in time
	open                    // the breaker is open
	bug                     // a panic of the host itself
	reasons
)

var reasonNames = [reasons]string{
	"trap", "fuel", "wall", "depth", "exit", "verdict", "edit", "init", "busy", "breaker", "host",
}

func (r reason) String() string { return reasonNames[r] }

// drops tells whether the instance can't be trusted after the failure, and whether the breaker counts it.
func (r reason) drops() bool { return r != badEdit && r != busy && r != open }

// failure is a failed call.
type failure struct {
	reason reason
	detail string
	cause  error
}

func (f *failure) Error() string {
	s := f.reason.String()
	if f.detail != "" {
		s += ": " + f.detail
	}
	if f.cause != nil {
		s += ": " + firstLine(f.cause.Error())
	}
	return s
}

func (f *failure) Unwrap() error { return f.cause }

// What stops a guest from the inside of a host function.
var (
	errFuel = errors.New("the budget of steps is spent")
	errWall = errors.New("the budget of wall time is spent")
)

// classify tells why a call into a guest came back with an error.
func (i *instance) classify(err error) *failure {
	var exit *sys.ExitError
	switch {
	case errors.Is(err, errFuel):
		return &failure{reason: noFuel, cause: errFuel}
	case errors.Is(err, errWall):
		return &failure{reason: noTime, cause: errWall}
	case errors.As(err, &exit):
		return &failure{reason: exited, cause: err}
	case i.meter != nil && module.MeterDepth(i.meter.Get()) < 0:
		return &failure{reason: tooDeep, detail: "calls are nested too deep"}
	}
	return &failure{reason: trapped, cause: err}
}

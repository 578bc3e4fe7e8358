package kit

import (
	"fmt"
	"io"
	"time"
)

// WriteHead writes what comes before the cases: the plugin, and what it was granted and why it wants that.
func (r *TestReport) WriteHead(w io.Writer, wants map[string]string) {
	fmt.Fprintf(w, "%s %s\n", r.Plugin, r.Version)
	for _, c := range r.Granted {
		what := c
		if c == "kv" {
			what += " in " + sentence(r.KV)
		}
		fmt.Fprintf(w, "  granted %s: %s\n", what, wants[c])
	}
	if len(r.Granted) == 0 {
		fmt.Fprintln(w, "  granted nothing, as it wants nothing")
	}
}

// Write writes a case and what is wrong with it.
func (r *CaseResult) Write(w io.Writer) {
	mark := "ok  "
	if !r.OK() {
		mark = "FAIL"
	}
	fmt.Fprintf(w, "%s  %s  (%s)\n", mark, r.Name, plays(r.Replays))
	for _, f := range r.Failures {
		fmt.Fprintf(w, "      %s\n        got   %s\n        want  %s\n", f.What, f.Got, f.Want)
		if f.Where != "" {
			fmt.Fprintf(w, "        with  %s\n", f.Where)
		}
		if f.More > 0 {
			fmt.Fprintf(w, "        and so %d times more\n", f.More)
		}
		if f.Hint != "" {
			fmt.Fprintf(w, "        hint: %s\n", f.Hint)
		}
	}
	if !r.OK() && r.File != "" {
		fmt.Fprintf(w, "      %s line %d\n", r.File, r.Line)
	}
}

func plays(n int) string {
	if n == 1 {
		return "1 replay"
	}
	return fmt.Sprintf("%d replays", n)
}

// WriteTail writes what comes after the cases.
func (r *TestReport) WriteTail(w io.Writer) {
	fmt.Fprintln(w)
	for _, worst := range r.Worst {
		fmt.Fprintf(w, "%-20s at most %d fuel (%s), %v (%s), %d KiB\n", worst.Hook, worst.Fuel, worst.FuelAt,
			time.Duration(worst.Wall)*time.Microsecond, worst.WallAt, worst.Memory>>10)
	}
	if len(r.Worst) > 0 {
		fmt.Fprintf(w, "%-20s %d fuel and %v for each 256 KiB begun of the body or answer, %d KiB\n", "may use", r.Limit.Fuel, r.Limit.Wall, r.Limit.Memory>>10)
	}
	for _, n := range r.Notes {
		fmt.Fprintf(w, "note: %s\n", n)
	}
	fmt.Fprintf(w, "%d passed, %d failed\n", r.Passed, r.Failed)
}

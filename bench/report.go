package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// report collects measurements and shows their medians.
type report struct {
	Made     time.Time         `json:"made"`
	Go       string            `json:"go"`
	System   string            `json:"system"`
	CPUs     int               `json:"cpus"`
	Rounds   int               `json:"rounds"`
	Seconds  float64           `json:"seconds"`
	Absent   map[string]string `json:"absent,omitempty"`
	Sections []*section        `json:"scenarios"`
}

// section is one scenario.
type section struct {
	Name      string `json:"name"`
	Says      string `json:"says"`
	Yardstick string `json:"yardstick"`
	Rows      []*row `json:"contenders"`
	stream    bool
}

// row is a contender in a scenario.
type row struct {
	Name   string         `json:"name"`
	Rounds []*measurement `json:"rounds"`
	Median *measurement   `json:"median"`
	// Ratio is the processor time as a multiple of the yardstick's; 0 if either isn't known. Lowest and Highest are those of
	// the rounds.
	Ratio   float64 `json:"cpu_ratio,omitempty"`
	Lowest  float64 `json:"cpu_ratio_lowest,omitempty"`
	Highest float64 `json:"cpu_ratio_highest,omitempty"`
}

func newReport(c *runCmd) *report {
	return &report{
		Made: time.Now().UTC().Truncate(time.Second), Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH,
		CPUs: runtime.NumCPU(), Rounds: c.Rounds, Seconds: c.Duration.Seconds(), Absent: map[string]string{},
	}
}

func (r *report) absent(name, why string) { r.Absent[name] = why }

func (r *report) add(s *scenario, name string, m *measurement) {
	i := slices.IndexFunc(r.Sections, func(x *section) bool { return x.Name == s.name })
	if i < 0 {
		i = len(r.Sections)
		r.Sections = append(r.Sections, &section{Name: s.name, Says: s.says, Yardstick: s.yardstick, stream: s.stream})
	}
	sec := r.Sections[i]
	j := slices.IndexFunc(sec.Rows, func(x *row) bool { return x.Name == name })
	if j < 0 {
		j = len(sec.Rows)
		sec.Rows = append(sec.Rows, &row{Name: name})
	}
	sec.Rows[j].Rounds = append(sec.Rows[j].Rounds, m)
	sec.settle()
}

// settle computes medians and ratios anew. A ratio is the median of those of each round, whose two measurements lie closer
// together in time than medians of rounds do: the machine's speed drifts.
func (s *section) settle() {
	var yardstick []*measurement
	for _, r := range s.Rows {
		r.Median = median(r.Rounds)
		if r.Name == s.Yardstick {
			yardstick = r.Rounds
		}
	}
	for _, r := range s.Rows {
		var ratios []float64
		for i, m := range r.Rounds[:min(len(r.Rounds), len(yardstick))] {
			if m.CPU > 0 && yardstick[i].CPU > 0 {
				ratios = append(ratios, m.CPU/yardstick[i].CPU)
			}
		}
		r.Ratio, r.Lowest, r.Highest = max(0, middle(ratios)), 0, 0
		if len(ratios) > 0 {
			r.Lowest, r.Highest = ratios[0], ratios[len(ratios)-1]
		}
	}
}

// middle is the median of values, which are sorted; -1 if there are none.
func middle(values []float64) float64 {
	if len(values) == 0 {
		return -1
	}
	slices.Sort(values)
	mid := len(values) / 2
	if len(values)%2 == 0 {
		return (values[mid-1] + values[mid]) / 2
	}
	return values[mid]
}

// median takes each figure's median over the rounds, and all errors.
func median(rounds []*measurement) *measurement {
	of := func(field func(*measurement) float64) float64 {
		values := make([]float64, 0, len(rounds))
		for _, m := range rounds {
			if v := field(m); v >= 0 {
				values = append(values, v)
			}
		}
		return middle(values)
	}
	out := &measurement{
		PerSecond: of(func(m *measurement) float64 { return m.PerSecond }),
		CPU:       of(func(m *measurement) float64 { return m.CPU }),
		Allocs:    of(func(m *measurement) float64 { return m.Allocs }),
		RSS:       of(func(m *measurement) float64 { return m.RSS }),
		P50:       of(func(m *measurement) float64 { return m.P50 }),
		P90:       of(func(m *measurement) float64 { return m.P90 }),
		P99:       of(func(m *measurement) float64 { return m.P99 }),
		P999:      of(func(m *measurement) float64 { return m.P999 }),
		Max:       of(func(m *measurement) float64 { return m.Max }),
		First:     of(func(m *measurement) float64 { return m.First }),
		Relay:     of(func(m *measurement) float64 { return m.Relay }),
	}
	for _, m := range rounds {
		out.fail(m.Errors)
	}
	return out
}

// failed tells whether anything went wrong.
func (r *report) failed() bool {
	if len(r.Absent) > 0 {
		return true
	}
	for _, s := range r.Sections {
		for _, row := range s.Rows {
			if len(row.Median.Errors) > 0 || row.Median.PerSecond == 0 {
				return true
			}
		}
	}
	return false
}

// print writes the medians as tables.
func (r *report) print(w io.Writer) {
	fmt.Fprintf(w, "%s, %s, %d CPUs; median of %d rounds of %gs\n", r.Go, r.System, r.CPUs, r.Rounds, r.Seconds)
	for _, s := range r.Sections {
		s.print(w)
	}
	names := make([]string, 0, len(r.Absent))
	for name := range r.Absent {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(w, "\nerror: %s was not measured: %s\n", name, r.Absent[name])
	}
}

func (s *section) print(w io.Writer) {
	unit := "req"
	if s.stream {
		unit = "event"
	}
	fmt.Fprintf(w, "\n%s: %s\n", s.Name, s.Says)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "\t%ss/s\tµs CPU/%s\t× %s\tof rounds\tallocs/%s\tRSS MB\tp50 µs\tp90\tp99\tp99.9\tfirst µs\trelay µs\t\n", unit, unit, s.Yardstick, unit)
	for _, r := range s.Rows {
		m := r.Median
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", r.Name, figure(m.PerSecond, 0), figure(m.CPU, 1), ratio(r.Ratio), r.span(),
			figure(m.Allocs, 3), figure(m.RSS, 0), figure(m.P50, 0), figure(m.P90, 0), figure(m.P99, 0), figure(m.P999, 0),
			figure(m.First, 0), figure(m.Relay, 0))
	}
	_ = t.Flush() // the writer's error shows at the next write, and nothing can be done about it here
	for _, r := range s.Rows {
		if len(r.Median.Errors) > 0 {
			fmt.Fprintf(w, "error: %s: %s\n", r.Name, kinds(r.Median.Errors))
		}
	}
}

// span is the lowest and the highest ratio.
func (r *row) span() string {
	if len(r.Rounds) < 2 || r.Ratio == 0 {
		return "-"
	}
	return ratio(r.Lowest) + "–" + ratio(r.Highest)
}

func figure(v float64, digits int) string {
	if v < 0 {
		return "-"
	}
	return fmt.Sprintf("%.*f", digits, v)
}

func ratio(v float64) string {
	if v == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", v)
}

// kinds lists errors, the most frequent first.
func kinds(errors map[string]int64) string {
	names := make([]string, 0, len(errors))
	for k := range errors {
		names = append(names, k)
	}
	slices.SortFunc(names, func(a, b string) int { return int(errors[b] - errors[a]) })
	for i, k := range names {
		names[i] = fmt.Sprintf("%d × %s", errors[k], k)
	}
	return strings.Join(names, ", ")
}

// write puts all figures into a file.
func (r *report) write(path string) error {
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(b, '\n'), 0o644)
}

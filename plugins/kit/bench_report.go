package kit

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Write writes the report as people read it.
func (r *BenchReport) Write(w io.Writer) error {
	fmt.Fprintf(w, "%s %s, %s\n", r.Plugin, r.Version, moduleSize(r.Bytes))
	fmt.Fprintf(w, "  load      %s, from the disk cache %s\n", brief(r.Compile), brief(r.Cached))
	fmt.Fprintf(w, "  instance  %s, %d fuel, %d KiB\n\n", brief(r.Start), r.StartFuel, r.StartMemory>>10)
	table := [][]string{{"hook", "", "fuel", "µs", "p99", "unmetered", "native", "allocs", "KiB", "instances"}}
	for _, row := range r.Rows {
		cells := []string{row.Hook, row.What, strconv.FormatInt(row.Fuel, 10)}
		if row.Failed != "" {
			table = append(table, append(cells, "fails"))
			continue
		}
		table = append(table, append(cells, micros(row.P50), micros(row.P99), beside(row.P50, row.Unmetered), beside(row.P50, row.Native),
			strconv.FormatFloat(row.Allocs, 'f', 1, 64), strconv.Itoa(row.Memory>>10), strconv.Itoa(row.Instances)))
	}
	writeTable(w, table, 2)
	fmt.Fprintln(w)
	for _, row := range r.Rows {
		if row.Failed != "" {
			fmt.Fprintf(w, "%s, %s: %s\n", row.Hook, row.What, row.Failed)
		}
	}
	if r.NoUnmetered != "" {
		fmt.Fprintf(w, "not measured without metering: %s\n", r.NoUnmetered)
	}
	if r.NoNative != "" {
		fmt.Fprintf(w, "no native baseline: %s\n", r.NoNative)
	}
	_, err := fmt.Fprintln(w, "µs is the median; (2.0x) says that the plugin takes twice as long")
	return err
}

// writeTable writes rows in columns, the first few of them aligned to the left, numbers to the right.
func writeTable(w io.Writer, rows [][]string, left int) {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i < left {
				line.WriteString(cell + pad + "  ")
			} else {
				line.WriteString(pad + cell + "  ")
			}
		}
		fmt.Fprintln(w, strings.TrimRight(line.String(), " "))
	}
}

// brief is a duration in three digits.
func brief(d time.Duration) string {
	switch {
	case d > time.Second:
		return d.Round(10 * time.Millisecond).String()
	case d > time.Millisecond:
		return d.Round(10 * time.Microsecond).String()
	}
	return d.Round(100 * time.Nanosecond).String()
}

// micros is nanoseconds as microseconds.
func micros(ns int64) string { return strconv.FormatFloat(float64(ns)/1000, 'f', 2, 64) }

// beside is another way's time, and how many times longer the plugin takes.
func beside(plugin, other int64) string {
	if other <= 0 {
		return "-"
	}
	return fmt.Sprintf("%s (%.1fx)", micros(other), float64(plugin)/float64(other))
}

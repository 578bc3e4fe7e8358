package hcl

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// parseDuration reads "250ms", "1m30s", "2d". Days are 24 hours.
func parseDuration(s string) (time.Duration, bool) {
	if n, ok := strings.CutSuffix(s, "d"); ok {
		days, err := strconv.ParseFloat(n, 64)
		if err != nil || math.IsNaN(days) || math.Abs(days) > 36500 {
			return 0, false
		}
		return time.Duration(days * 24 * float64(time.Hour)), true
	}
	d, err := time.ParseDuration(s)
	return d, err == nil
}

var sizeUnits = []struct {
	name  string
	bytes int64
}{
	{"KiB", 1 << 10},
	{"MiB", 1 << 20},
	{"GiB", 1 << 30},
	{"TiB", 1 << 40},
	{"KB", 1e3},
	{"kB", 1e3},
	{"MB", 1e6},
	{"GB", 1e9},
	{"TB", 1e12},
	{"B", 1}, // last: every other unit ends in it
}

// parseSize reads "512B", "16MiB", "1.5 GB": KiB is 1024 bytes, kB 1000.
func parseSize(s string) (int64, bool) {
	for _, u := range sizeUnits {
		number, ok := strings.CutSuffix(s, u.name)
		if !ok {
			continue
		}
		f, ok := parseDecimal(strings.TrimRight(number, " "))
		if f *= float64(u.bytes); !ok || f > 1<<53 || f != math.Trunc(f) {
			return 0, false
		}
		return int64(f), true
	}
	return 0, false
}

// sizeText writes a size the way parseSize reads it.
func sizeText(n int64) string {
	for _, u := range []struct {
		name  string
		shift uint
	}{{"GiB", 30}, {"MiB", 20}, {"KiB", 10}} {
		if unit := int64(1) << u.shift; n >= unit && n%unit == 0 {
			return fmt.Sprintf("%d %s", n>>u.shift, u.name)
		}
	}
	return fmt.Sprintf("%d B", n)
}

var rateUnits = map[string]time.Duration{
	"s": time.Second, "sec": time.Second, "second": time.Second,
	"m": time.Minute, "min": time.Minute, "minute": time.Minute,
	"h": time.Hour, "hour": time.Hour,
	"d": 24 * time.Hour, "day": 24 * time.Hour,
}

var countUnits = map[byte]float64{'k': 1e3, 'K': 1e3, 'M': 1e6, 'G': 1e9}

// parseRate reads "100/s", "2M/h", "1.5k/min", "10/30s": a count, then the span it is for.
func parseRate(s string) (count int64, per time.Duration, ok bool) {
	n, span, found := strings.Cut(s, "/")
	n, span = strings.TrimSpace(n), strings.TrimSpace(span)
	if !found || n == "" || span == "" {
		return 0, 0, false
	}
	times := 1.0
	if u, has := countUnits[n[len(n)-1]]; has {
		times, n = u, n[:len(n)-1]
	}
	f, ok := parseDecimal(n)
	if f *= times; !ok || f < 1 || f > 1<<53 || f != math.Trunc(f) {
		return 0, 0, false
	}
	if per, ok = rateUnits[span]; !ok {
		if per, ok = parseDuration(span); !ok || per <= 0 {
			return 0, 0, false
		}
	}
	return int64(f), per, true
}

// parseDecimal reads digits with at most one point: no sign, exponent, hexadecimal, Inf or NaN.
func parseDecimal(s string) (float64, bool) {
	if s == "" || strings.Trim(s, "0123456789.") != "" {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}

package hcl

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestParseDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"250ms": 250 * time.Millisecond, "30s": 30 * time.Second, "1h30m": 90 * time.Minute, "2d": 48 * time.Hour,
		"0.5d": 12 * time.Hour, "0s": 0, "-1s": -time.Second,
	} {
		got, ok := parseDuration(text)
		assert.True(t, ok, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "30", "d", "1 s", "1y", "NaNd", "1e9d", "Infd", "s"} {
		_, ok := parseDuration(text)
		assert.False(t, ok, text)
	}
}

func TestParseSize(t *testing.T) {
	for text, want := range map[string]int64{
		"0B": 0, "512B": 512, "1KiB": 1024, "16MiB": 16 << 20, "16 MiB": 16 << 20, "1.5GiB": 3 << 29, "2kB": 2000, "2KB": 2000,
		"1MB": 1e6, "1TiB": 1 << 40,
	} {
		got, ok := parseSize(text)
		assert.True(t, ok, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "B", "1", "16M", "-1B", "0.1B", "1e3B", "16mib", "9999999TiB", "1 KiB B", ".B", "1.2.3KiB"} {
		_, ok := parseSize(text)
		assert.False(t, ok, text)
	}
	for n, want := range map[int64]string{0: "0 B", 1023: "1023 B", 1024: "1 KiB", 1 << 20: "1 MiB", 3 << 29: "1536 MiB"} {
		assert.Equal(t, want, sizeText(n))
	}
}

func TestParseRate(t *testing.T) {
	for text, want := range map[string]struct {
		count int64
		per   time.Duration
	}{
		"100/s": {100, time.Second}, "2M/h": {2e6, time.Hour}, "60/m": {60, time.Minute}, "100000/min": {1e5, time.Minute},
		"1k/day": {1000, 24 * time.Hour}, "1.5k/d": {1500, 24 * time.Hour}, "10/30s": {10, 30 * time.Second},
		"5 / hour": {5, time.Hour}, "1G/second": {1e9, time.Second},
	} {
		count, per, ok := parseRate(text)
		assert.True(t, ok, text)
		assert.Equal(t, want.count, count, text)
		assert.Equal(t, want.per, per, text)
	}
	for _, text := range []string{"", "/", "1/", "/s", "100", "0/s", "-1/s", "0.5/s", "1/0s", "1/-1s", "1e3/s", "100/y", "k/s", "9999999999G/s"} {
		_, _, ok := parseRate(text)
		assert.False(t, ok, text)
	}
}

func TestNearest(t *testing.T) {
	names := []string{"weighted", "priority", "round_robin", "pii", "to"}
	for given, want := range map[string]string{
		"wieghted": "weighted", "Weighted": "weighted", "priorty": "priority", "round-robin": "round_robin", "ppi": "pii",
		"tp": "", "xyz": "", "": "", "cheapest": "",
	} {
		assert.Equal(t, want, nearest(given, names), given)
	}
}

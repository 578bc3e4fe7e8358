package sdktest

import (
	"errors"
	"strconv"
	"strings"

	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/abi/table"
	"github.com/yett-gateway/yett/sdk/internal/host"
	"github.com/yett-gateway/yett/sdk/pattern"
)

// ScanCompile implements the SDK's host.
func (r *run) ScanCompile(patterns string) int32 {
	lines := strings.Split(patterns, "\n")
	r.h.scanErr = ""
	if r.hook != abi.OnInit {
		return int32(abi.BadField)
	}
	if len(r.h.sets) >= abi.MaxSets || len(lines) > abi.MaxPatterns || len(patterns) > abi.MaxPatternBytes {
		return int32(abi.TooLarge)
	}
	set, _, err := pattern.Compile(lines)
	if err == nil {
		r.h.sets = append(r.h.sets, set)
		return int32(len(r.h.sets) - 1)
	}
	var e *pattern.Error
	if errors.As(err, &e) {
		r.h.scanErr = strconv.Itoa(e.Pattern) + " " + e.Reason
	}
	return int32(abi.Invalid)
}

// ScanError implements the SDK's host.
func (r *run) ScanError(buf []byte) int32 { return give(r.h.scanErr, r.h.scanErr != "", buf) }

// ScanMatch implements the SDK's host.
func (r *run) ScanMatch(set int32, text []byte, from int32, hits []host.Hit) int32 {
	if set < 0 || int(set) >= len(r.h.sets) {
		return int32(abi.Absent)
	}
	if from < 0 || int(from) > len(text) {
		return int32(abi.BadRange)
	}
	sc := &r.h.scratch
	if r.h.sets[set].Match(sc, text, int(from)) != nil {
		return int32(abi.TooLarge)
	}
	if len(sc.Hits) <= len(hits) {
		for n, h := range sc.Hits {
			hits[n] = host.Hit(h)
		}
	}
	return int32(len(sc.Hits) * host.HitBytes)
}

// ScanMatchField implements the SDK's host.
func (r *run) ScanMatchField(set int32, f abi.Field, i, j int32, hits []host.Hit) int32 {
	if r.c == nil || f >= abi.Fields || table.Fields[f].Kind != table.Text {
		return int32(abi.BadField)
	}
	text, ok := r.c.Get(f, int(i), int(j))
	if !ok {
		return int32(abi.Absent)
	}
	return r.ScanMatch(set, []byte(text), 0, hits)
}

// ScanOpen implements the SDK's host.
func (r *run) ScanOpen(set int32, text []byte, from int32) int32 {
	if set < 0 || int(set) >= len(r.h.sets) {
		return int32(abi.Absent)
	}
	if from < 0 || int(from) > len(text) {
		return int32(abi.BadRange)
	}
	return int32(r.h.sets[set].Open(&r.h.scratch, text, int(from)))
}

// ScanWindow implements the SDK's host.
func (r *run) ScanWindow(set int32, hits []host.Hit) int64 {
	if r.c == nil || r.hook != abi.OnDelta {
		return int64(abi.BadField)
	}
	text, from := []byte(r.before+r.window), len(r.before)
	n := r.ScanMatch(set, text, int32(from), hits)
	if n < 0 {
		return int64(n)
	}
	if count := int(n) / host.HitBytes; count <= len(hits) {
		for k := range hits[:count] {
			hits[k].Start -= int32(from)
			hits[k].End -= int32(from)
		}
	}
	open := len(text)
	if !r.final {
		open = r.h.sets[set].Open(&r.h.scratch, text, from)
	}
	return int64(n)<<32 | int64(open-from)
}

package load

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// clockTick is the unit of processor time in /proc: Linux has promised 100 a second to programs for ever.
const clockTick = 10 * time.Millisecond

// Process reads what a process and all its descendants use, from /proc.
//
// # Errors
//
// A process that isn't there, or a system without /proc.
func Process(pid int) (Usage, error) {
	stats, err := processes()
	if err != nil {
		return Usage{}, err
	}
	if _, ok := stats[pid]; !ok {
		return Usage{}, fmt.Errorf("process %d: %w", pid, os.ErrNotExist)
	}
	children := map[int][]int{}
	for id, s := range stats {
		children[s.parent] = append(children[s.parent], id)
	}
	var u Usage
	for queue := []int{pid}; len(queue) > 0; {
		id := queue[0]
		s := stats[id]
		queue = append(queue[1:], children[id]...)
		own, exact := cpuTime(id)
		if !exact {
			own = time.Duration(s.ticks) * clockTick
		}
		u.CPU += own + time.Duration(s.ended)*clockTick
		u.RSS += s.pages * int64(os.Getpagesize())
	}
	return u, nil
}

// stat is what is read of /proc/PID/stat.
type stat struct {
	parent int
	ticks  int64 // of the process
	ended  int64 // of children that have ended
	pages  int64 // resident
}

func processes() (map[int]stat, error) {
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, errors.New("no /proc to read processor time from")
	}
	out := make(map[int]stat, len(files))
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			continue // ended meanwhile
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(f)))
		if err != nil {
			continue
		}
		if s, ok := parseStat(b); ok {
			out[pid] = s
		}
	}
	return out, nil
}

// parseStat reads a line of /proc/PID/stat. The program's name, in parentheses, may hold anything.
func parseStat(b []byte) (s stat, ok bool) {
	i := bytes.LastIndexByte(b, ')')
	if i < 0 {
		return s, false
	}
	f := bytes.Fields(b[i+1:]) // f[0] is field 3, the state
	if len(f) < 22 {
		return s, false
	}
	num := func(field int) int64 {
		n, err := strconv.ParseInt(string(f[field-3]), 10, 64)
		ok = ok && err == nil
		return n
	}
	ok = true
	s.parent = int(num(4))
	s.ticks, s.ended = num(14)+num(15), num(16)+num(17)
	s.pages = num(24)
	return s, ok
}

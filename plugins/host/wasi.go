package host

import (
	"bytes"
	"encoding/binary"
	"log/slog"
	"time"

	"github.com/tetratelabs/wazero/sys"

	"github.com/yett-gateway/yett/plugins/host/module"
	"github.com/yett-gateway/yett/sdk/abi"
)

// WASI preview 1 for guests whose runtime wants it: all functions are there, and none grants a thing. There are
// no files, arguments, variables or sockets. Standard output and standard error go to the log. The clock begins at
// a fixed date and moves by a microsecond each time it is read and by each sleep, which takes no time; with
// capability time it is the real one. Random bytes are real: guests seed their hash maps with them.
//
// It is written here, and not taken from the engine, so that each function is charged to the guest's budget.

// wasi is what an instance keeps of it.
type wasi struct {
	clock uint64 // nanoseconds since the fixed date
	out   [2]outLine
	said  []byte // the begin of what the call wrote to standard error
}

// maxSaid is how much of standard error is kept for an error, in bytes: a Go trace that begins inside of the runtime
// reaches the plugin's own frames in less.
const maxSaid = 4096

// outLine is a line of standard output or standard error that hasn't ended yet.
type outLine struct{ text []byte }

// Error numbers of WASI.
const (
	errnoSuccess = 0
	errnoBadf    = 8
	errnoFault   = 21
	errnoInval   = 28
	errnoNosys   = 52
	errnoNotcapa = 76
)

// clockStart is the fixed date: 2024-01-01 UTC in nanoseconds.
const clockStart = 1_704_067_200_000_000_000

// wasiTypes are the signatures of all functions of preview 1. "i" is i32, "I" is i64; the result is an errno.
var wasiTypes = func() map[string]module.FuncType {
	out := map[string]module.FuncType{}
	for name, params := range map[string]string{
		"args_get": "ii", "args_sizes_get": "ii", "environ_get": "ii", "environ_sizes_get": "ii",
		"clock_res_get": "ii", "clock_time_get": "iIi",
		"fd_advise": "iIIi", "fd_allocate": "iII", "fd_close": "i", "fd_datasync": "i", "fd_fdstat_get": "ii",
		"fd_fdstat_set_flags": "ii", "fd_fdstat_set_rights": "iII", "fd_filestat_get": "ii", "fd_filestat_set_size": "iI",
		"fd_filestat_set_times": "iIIi", "fd_pread": "iiiIi", "fd_prestat_get": "ii", "fd_prestat_dir_name": "iii",
		"fd_pwrite": "iiiIi", "fd_read": "iiii", "fd_readdir": "iiiIi", "fd_renumber": "ii", "fd_seek": "iIii",
		"fd_sync": "i", "fd_tell": "ii", "fd_write": "iiii",
		"path_create_directory": "iii", "path_filestat_get": "iiiii", "path_filestat_set_times": "iiiiIIi",
		"path_link": "iiiiiii", "path_open": "iiiiiIIii", "path_readlink": "iiiiii", "path_remove_directory": "iii",
		"path_rename": "iiiiii", "path_symlink": "iiiii", "path_unlink_file": "iii",
		"poll_oneoff": "iiii", "proc_raise": "i", "sched_yield": "", "random_get": "ii",
		"sock_accept": "iii", "sock_recv": "iiiiii", "sock_send": "iiiii", "sock_shutdown": "ii",
	} {
		t := module.FuncType{Results: []module.ValueType{module.I32}}
		for _, c := range params {
			t.Params = append(t.Params, map[rune]module.ValueType{'i': module.I32, 'I': module.I64}[c])
		}
		out[name] = t
	}
	out["proc_exit"] = module.FuncType{Params: []module.ValueType{module.I32}}
	return out
}()

// wasiFunction is the implementation of a function; those that would need a grant say that there is none.
func wasiFunction(name string) function {
	switch name {
	case "args_sizes_get", "environ_sizes_get":
		return wasiNothing
	case "args_get", "environ_get", "sched_yield":
		return wasiOK
	case "clock_res_get":
		return wasiClockRes
	case "clock_time_get":
		return wasiClock
	case "fd_write":
		return wasiWrite
	case "fd_read":
		return wasiRead
	case "fd_fdstat_get":
		return wasiStat
	case "fd_fdstat_set_flags", "fd_close":
		return wasiStandard
	case "poll_oneoff":
		return wasiPoll
	case "proc_exit":
		return wasiExit
	case "random_get":
		return wasiRandom
	case "sock_accept", "sock_recv", "sock_send", "sock_shutdown", "proc_raise":
		return func(i *instance, s []uint64) { i.charge(0); s[0] = errnoNosys }
	case "path_create_directory", "path_filestat_get", "path_filestat_set_times", "path_link", "path_open",
		"path_readlink", "path_remove_directory", "path_rename", "path_symlink", "path_unlink_file":
		return func(i *instance, s []uint64) { i.charge(0); s[0] = errnoNotcapa }
	}
	return func(i *instance, s []uint64) { i.charge(0); s[0] = errnoBadf }
}

func wasiOK(i *instance, s []uint64) {
	i.charge(0)
	s[0] = errnoSuccess
}

// wasiNothing says that a list has no members and no bytes.
func wasiNothing(i *instance, s []uint64) {
	i.charge(0)
	if !i.putUint32(s[0], 0) || !i.putUint32(s[1], 0) {
		s[0] = errnoFault
		return
	}
	s[0] = errnoSuccess
}

func (i *instance) putUint32(ptr uint64, v uint32) bool {
	b, ok := i.view(ptr, 4)
	if ok {
		binary.LittleEndian.PutUint32(b, v)
	}
	return ok
}

func (i *instance) putUint64(ptr, v uint64) bool {
	b, ok := i.view(ptr, 8)
	if ok {
		binary.LittleEndian.PutUint64(b, v)
	}
	return ok
}

func wasiClockRes(i *instance, s []uint64) {
	i.charge(0)
	if !i.putUint64(s[1], 1000) {
		s[0] = errnoFault
		return
	}
	s[0] = errnoSuccess
}

func wasiClock(i *instance, s []uint64) {
	i.charge(0)
	i.wasi.clock += 1000
	t := i.wasi.clock
	granted, realtime := i.pool.plugin.grants.has(abi.CapTime), uint32(s[0]) == 0
	switch {
	case granted && realtime:
		t = uint64(i.pool.plugin.host.now().UnixNano())
	case granted:
		t += uint64(time.Since(origin)) // sleeps move it, and take no time
	case realtime:
		t += clockStart
	}
	if !i.putUint64(s[2], t) {
		s[0] = errnoFault
		return
	}
	s[0] = errnoSuccess
}

// maxVectors bounds the buffers of one write.
const maxVectors = 1024

// wasiWrite collects lines of standard output (1) and standard error (2) and logs them.
func wasiWrite(i *instance, s []uint64) {
	i.charge(0)
	fd, count := uint32(s[0]), uint32(s[2])
	if fd != 1 && fd != 2 {
		s[0] = errnoBadf
		return
	}
	if count > maxVectors {
		s[0] = errnoInval
		return
	}
	vectors, ok := i.view(s[1], uint64(count)*8)
	total := 0
	for n := 0; ok && n < int(count); n++ {
		var b []byte
		ptr, size := binary.LittleEndian.Uint32(vectors[n*8:]), binary.LittleEndian.Uint32(vectors[n*8+4:])
		if b, ok = i.view(uint64(ptr), uint64(size)); ok {
			i.charge(len(b))
			i.wasi.write(i, int(fd), b)
			total += len(b)
		}
	}
	if !ok || !i.putUint32(s[3], uint32(total)) {
		s[0] = errnoFault
		return
	}
	s[0] = errnoSuccess
}

// write adds to a line and logs what is whole.
func (w *wasi) write(i *instance, fd int, b []byte) {
	l := &w.out[fd-1]
	if fd == 2 {
		w.said = append(w.said, b[:min(len(b), maxSaid-len(w.said))]...)
	}
	for len(b) > 0 {
		end := bytes.IndexByte(b, '\n')
		if end < 0 {
			l.text = append(l.text, b[:min(len(b), max(0, maxLine-len(l.text)))]...)
			return
		}
		l.text = append(l.text, b[:min(end, max(0, maxLine-len(l.text)))]...)
		i.charge(0) // short lines cost more than their bytes
		w.end(i, fd)
		b = b[end+1:]
	}
}

// end logs a line, and an empty one not.
func (w *wasi) end(i *instance, fd int) {
	l := &w.out[fd-1]
	if len(l.text) > 0 {
		level := slog.LevelInfo
		if fd == 2 {
			level = slog.LevelWarn
		}
		i.log(level, l.text)
	}
	l.text = l.text[:0]
}

// flush logs lines that didn't end.
func (w *wasi) flush(i *instance) {
	if len(w.out[0].text)|len(w.out[1].text) != 0 {
		w.end(i, 1)
		w.end(i, 2)
	}
}

// wasiRead is at its end at once, for standard input.
func wasiRead(i *instance, s []uint64) {
	i.charge(0)
	switch {
	case uint32(s[0]) != 0:
		s[0] = errnoBadf
	case !i.putUint32(s[3], 0):
		s[0] = errnoFault
	default:
		s[0] = errnoSuccess
	}
}

// wasiStat says that 0, 1 and 2 are terminals without rights, and that there is no other.
func wasiStat(i *instance, s []uint64) {
	i.charge(0)
	if uint32(s[0]) > 2 {
		s[0] = errnoBadf
		return
	}
	b, ok := i.view(s[1], 24)
	if !ok {
		s[0] = errnoFault
		return
	}
	clear(b)
	b[0] = 2 // character device
	s[0] = errnoSuccess
}

func wasiStandard(i *instance, s []uint64) {
	i.charge(0)
	if uint32(s[0]) > 2 {
		s[0] = errnoBadf
		return
	}
	s[0] = errnoSuccess
}

// wasiPoll answers every subscription at once: a sleep moves the guest's clock and takes no time.
func wasiPoll(i *instance, s []uint64) {
	const subscription, event = 48, 32
	i.charge(0)
	count := uint32(s[2])
	if count == 0 || count > maxVectors {
		s[0] = errnoInval
		return
	}
	i.charge(int(count) * subscription)
	subs, ok := i.view(s[0], uint64(count)*subscription)
	events, ok2 := i.view(s[1], uint64(count)*event)
	if !ok || !ok2 || !i.putUint32(s[3], count) {
		s[0] = errnoFault
		return
	}
	for n := range int(count) {
		sub, ev := subs[n*subscription:], events[n*event:]
		var made [event]byte
		copy(made[:8], sub[:8]) // user data
		made[10] = sub[8]       // type
		if sub[8] == 0 {
			i.wasi.sleep(binary.LittleEndian.Uint64(sub[24:]), binary.LittleEndian.Uint16(sub[40:])&1 != 0, binary.LittleEndian.Uint32(sub[16:]) == 0)
		}
		copy(ev[:event], made[:])
	}
	s[0] = errnoSuccess
}

// sleep moves the clock by a duration, or to a time.
func (w *wasi) sleep(ns uint64, absolute, realtime bool) {
	const longest = 1 << 60
	if absolute {
		if realtime {
			ns -= min(ns, clockStart)
		}
		w.clock = max(w.clock, min(ns, longest))
		return
	}
	w.clock = min(w.clock+min(ns, longest), longest)
}

func wasiExit(_ *instance, s []uint64) { panic(sys.NewExitError(uint32(s[0]))) }

// maxRandom is the most that a guest gets at once, in bytes.
const maxRandom = 64 << 10

func wasiRandom(i *instance, s []uint64) {
	switch i.random(s[0], s[1], maxRandom) {
	case abi.OK:
		s[0] = errnoSuccess
	case abi.TooLarge:
		s[0] = errnoInval
	default:
		s[0] = errnoFault
	}
}

package host

import (
	"context"
	"log/slog"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yett-gateway/yett/sdk/abi"
)

// maxLine is the most of a line that is logged, in bytes.
const maxLine = 4 << 10

var levels = [abi.Levels]slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError}

func callLog(i *instance, s []uint64) {
	level := uint32(s[0])
	b, ok := i.view(s[1], s[2])
	switch {
	case level >= uint32(abi.Levels):
		s[0] = status(abi.Invalid)
	case !ok:
		s[0] = status(abi.BadRange)
	default:
		s[0] = status(i.log(levels[level], b))
	}
	i.charge(min(len(b), maxLine))
}

// log writes a line of the guest's, if the request's bounds allow it. The first line that they don't is replaced
// by one that says so.
func (i *instance) log(level slog.Level, line []byte) abi.Status {
	if i.smoke {
		return abi.OK
	}
	line = line[:min(len(line), maxLine)]
	b := i.logged()
	if b.lines >= abi.MaxLogLines || int(b.bytes)+len(line) > abi.MaxLogBytes {
		if b.dropped == 0 {
			i.emit(slog.LevelWarn, "further lines of the plugin are dropped for this request")
		}
		b.lines = abi.MaxLogLines
		b.dropped = min(b.dropped+1, 1<<15)
		i.setLogged(b)
		return abi.TooLarge
	}
	b.lines++
	b.bytes += uint32(len(line))
	i.setLogged(b)
	i.emit(level, clean(string(line)))
	return abi.OK
}

func (i *instance) emit(level slog.Level, line string) {
	p := i.pool.plugin
	attrs := []slog.Attr{slog.String("plugin", p.spec.Ref())}
	if i.call != nil && len(i.call.Request) > 0 {
		attrs = append(attrs, slog.String("request", string(i.call.Request)))
	}
	p.host.log.LogAttrs(context.Background(), level, "["+p.spec.Ref()+"] "+line, attrs...)
}

// clean makes a text of a guest's fit for a log line or an error: one line, valid UTF-8, nothing that a terminal obeys.
func clean(s string) string {
	s = strings.TrimSpace(s)
	if plain(s) {
		return s
	}
	const hex = "0123456789abcdef"
	var b strings.Builder
	for n := 0; n < len(s); {
		r, size := utf8.DecodeRuneInString(s[n:])
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == utf8.RuneError && size == 1, r < ' ', r >= 0x7f && r < 0xa0:
			for _, c := range []byte(s[n : n+size]) {
				b.WriteString(`\x`)
				b.WriteByte(hex[c>>4])
				b.WriteByte(hex[c&15])
			}
		case unicode.Is(unicode.Cf, r), r == 0x2028, r == 0x2029:
			b.WriteRune('�') // would turn or hide the text around it
		default:
			b.WriteRune(r)
		}
		n += size
	}
	return b.String()
}

func plain(s string) bool {
	for n := range len(s) {
		if s[n] < ' ' || s[n] >= 0x7f {
			return false
		}
	}
	return true
}

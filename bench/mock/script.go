package mock

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// script is a parsed list of clauses.
type script struct {
	clauses []clause
}

// clause is one alternative of a script. A number of -1 means not given.
type clause struct {
	text string // as written: the default of key

	// When it applies.
	model, path, server string
	stream              string // "", "true" or "false"
	times, after, every int
	window              time.Duration
	key                 string

	shape shape
	fault fault
}

// shape is how an answer looks. It holds whether or not the clause's times are over.
type shape struct {
	latency, gap               time.Duration
	chunks, size, batch, split int
	calls, cached              int
	echo, think, tool          bool
	crlf, nospace, comments    bool
	unknown, stamp             bool
	toolName, voice, name      string
	voiced                     bool
	framing                    string
	headers                    []Field
}

// fault is what goes wrong with an answer.
type fault struct {
	status, retryAfterMS                int
	retryAfter, shouldRetry             string
	code, kind, message, param          string
	html, empty, noprefill, rst, fin    bool
	silence                             time.Duration
	head                                string // one of heads
	headBytes, interim                  int
	first                               time.Duration
	stall, cut, rstAt, garbage, errorAt int
	stallTime                           time.Duration
	noclose, nodone, nofinish, nousage  bool
	infinite                            bool
	line, drip, extra                   int
	badchunk, hugechunk, slam           bool
	slamAfter                           time.Duration
}

// heads are the words for answers whose head isn't HTTP.
var heads = []string{"nohttp", "badstatus", "badhead", "nulhead", "hugelen", "badlen", "twolen", "tecl", "infinite-head"}

const (
	maxWait   = 24 * time.Hour
	maxNumber = 64 << 20 // so that no script makes an answer larger than 64 MiB
	maxChunks = 1 << 20
	maxScript = 4 << 10
)

// CheckScript tells what is wrong with a script, nil if nothing.
func CheckScript(s string) error {
	_, err := parseScript(s)
	return err
}

func parseScript(s string) (*script, error) {
	if len(s) > maxScript {
		return nil, fmt.Errorf("mock script: longer than %d bytes", maxScript)
	}
	out := &script{}
	for s = strings.TrimLeft(s, " ;\t\r\n"); s != ""; s = strings.TrimLeft(s, " ;\t\r\n") {
		c, rest, err := parseClause(s)
		if err != nil {
			return nil, fmt.Errorf("mock script: %w", err)
		}
		s = rest
		out.clauses = append(out.clauses, c)
	}
	return out, nil
}

func parseClause(s string) (c clause, rest string, err error) {
	c = clause{times: -1, after: -1, every: -1}
	c.shape.chunks, c.shape.size = -1, -1
	f := &c.fault
	f.stall, f.cut, f.rstAt, f.garbage, f.errorAt, f.retryAfterMS = -1, -1, -1, -1, -1, -1
	whole := s
	for {
		s = strings.TrimLeft(s, " \t\r\n")
		if s == "" || s[0] == ';' {
			c.text = strings.TrimSpace(whole[:len(whole)-len(s)])
			if c.key == "" {
				c.key = c.text
			}
			return c, s, nil
		}
		var key, value string
		var has bool
		if key, value, has, s, err = word(s); err != nil {
			return c, s, err
		}
		if err = c.set(key, value, has); err != nil {
			return c, s, err
		}
	}
}

// word reads key, key=value or key="value".
func word(s string) (key, value string, has bool, rest string, err error) {
	end := strings.IndexAny(s, "= ;\t\r\n")
	if end < 0 {
		return s, "", false, "", nil
	}
	key = s[:end]
	if s[end] != '=' {
		return key, "", false, s[end:], nil
	}
	s = s[end+1:]
	if strings.HasPrefix(s, `"`) {
		end = strings.IndexByte(s[1:], '"')
		if end < 0 {
			return key, "", true, "", fmt.Errorf("%s: the quotes aren't closed", key)
		}
		return key, s[1 : end+1], true, s[end+2:], nil
	}
	end = strings.IndexAny(s, " ;\t\r\n")
	if end < 0 {
		end = len(s)
	}
	return key, s[:end], true, s[end:], nil
}

// setter fills a field of a clause from a word's value.
type setter func(c *clause, value string) error

func (c *clause) set(key, value string, has bool) error {
	if f, ok := flags[key]; ok && !has {
		f(c)
		return nil
	}
	f, ok := setters[key]
	if !ok {
		if _, flag := flags[key]; flag {
			return fmt.Errorf("%s takes no value", key)
		}
		return fmt.Errorf("unknown word %q", key)
	}
	if !has {
		return fmt.Errorf("%s needs a value", key)
	}
	if err := f(c, value); err != nil {
		return fmt.Errorf("%s=%s: %w", key, value, err)
	}
	return nil
}

func str(field func(*clause) *string) setter {
	return func(c *clause, v string) error { *field(c) = v; return nil }
}

func num(field func(*clause) *int) setter {
	return func(c *clause, v string) (err error) { *field(c), err = parseNumber(v); return err }
}

func dur(field func(*clause) *time.Duration) setter {
	return func(c *clause, v string) (err error) { *field(c), err = parseWait(v); return err }
}

func parseNumber(v string) (int, error) {
	n, err := strconv.Atoi(v)
	if err != nil || n < 0 || n > maxNumber {
		return 0, fmt.Errorf("not a number from 0 to %d", maxNumber)
	}
	return n, nil
}

func parseWait(v string) (time.Duration, error) {
	d, err := time.ParseDuration(v)
	if err != nil {
		n, numErr := strconv.Atoi(v)
		if numErr != nil {
			return 0, fmt.Errorf("not a duration such as 200ms")
		}
		d, err = time.Duration(min(n, maxNumber))*time.Millisecond, nil
	}
	if err != nil || d < 0 || d > maxWait {
		return 0, fmt.Errorf("not a duration from 0 to %v", maxWait)
	}
	return d, nil
}

func oneOf(field func(*clause) *string, values ...string) setter {
	return func(c *clause, v string) error {
		for _, allowed := range values {
			if v == allowed {
				*field(c) = v
				return nil
			}
		}
		return fmt.Errorf("not one of %s", strings.Join(values, ", "))
	}
}

// flags are the words without a value. The heads are added by init.
var flags = map[string]func(*clause){
	"echo":      func(c *clause) { c.shape.echo = true },
	"think":     func(c *clause) { c.shape.think = true },
	"tool":      func(c *clause) { c.shape.tool = true },
	"crlf":      func(c *clause) { c.shape.crlf = true },
	"nospace":   func(c *clause) { c.shape.nospace = true },
	"comments":  func(c *clause) { c.shape.comments = true },
	"unknown":   func(c *clause) { c.shape.unknown = true },
	"stamp":     func(c *clause) { c.shape.stamp = true },
	"html":      func(c *clause) { c.fault.html = true },
	"empty":     func(c *clause) { c.fault.empty = true },
	"noprefill": func(c *clause) { c.fault.noprefill = true },
	"rst":       func(c *clause) { c.fault.rst = true },
	"fin":       func(c *clause) { c.fault.fin = true },
	"noclose":   func(c *clause) { c.fault.noclose = true },
	"nodone":    func(c *clause) { c.fault.nodone = true },
	"nofinish":  func(c *clause) { c.fault.nofinish, c.fault.nodone = true, true },
	"nousage":   func(c *clause) { c.fault.nousage = true },
	"infinite":  func(c *clause) { c.fault.infinite = true },
	"badchunk":  func(c *clause) { c.fault.badchunk = true },
	"hugechunk": func(c *clause) { c.fault.hugechunk = true },
	"slam":      func(c *clause) { c.fault.slam = true },
}

// setters are the words with a value.
var setters = map[string]setter{
	"model":  str(func(c *clause) *string { return &c.model }),
	"path":   str(func(c *clause) *string { return &c.path }),
	"server": str(func(c *clause) *string { return &c.server }),
	"key":    str(func(c *clause) *string { return &c.key }),
	"stream": oneOf(func(c *clause) *string { return &c.stream }, "true", "false"),
	"times":  num(func(c *clause) *int { return &c.times }),
	"after":  num(func(c *clause) *int { return &c.after }),
	"every":  num(func(c *clause) *int { return &c.every }),
	"for":    dur(func(c *clause) *time.Duration { return &c.window }),

	"latency": dur(func(c *clause) *time.Duration { return &c.shape.latency }),
	"gap":     dur(func(c *clause) *time.Duration { return &c.shape.gap }),
	"chunks":  setChunks,
	"size":    num(func(c *clause) *int { return &c.shape.size }),
	"batch":   num(func(c *clause) *int { return &c.shape.batch }),
	"split":   num(func(c *clause) *int { return &c.shape.split }),
	"calls":   num(func(c *clause) *int { return &c.shape.calls }),
	"cached":  num(func(c *clause) *int { return &c.shape.cached }),
	"tool":    setTool,
	"voice":   setVoice,
	"name":    str(func(c *clause) *string { return &c.shape.name }),
	"framing": oneOf(func(c *clause) *string { return &c.shape.framing }, "length", "chunked", "close"),
	"header":  setHeader,

	"status":         setStatus,
	"code":           str(func(c *clause) *string { return &c.fault.code }),
	"type":           str(func(c *clause) *string { return &c.fault.kind }),
	"message":        str(func(c *clause) *string { return &c.fault.message }),
	"param":          str(func(c *clause) *string { return &c.fault.param }),
	"retry-after":    setRetryAfter,
	"retry-after-ms": num(func(c *clause) *int { return &c.fault.retryAfterMS }),
	"should-retry":   oneOf(func(c *clause) *string { return &c.fault.shouldRetry }, "true", "false"),
	"headers":        dur(func(c *clause) *time.Duration { return &c.fault.silence }),
	"head":           num(func(c *clause) *int { return &c.fault.headBytes }),
	"1xx":            num(func(c *clause) *int { return &c.fault.interim }),
	"first":          dur(func(c *clause) *time.Duration { return &c.fault.first }),
	"stall":          setStall,
	"cut":            num(func(c *clause) *int { return &c.fault.cut }),
	"rst":            num(func(c *clause) *int { return &c.fault.rstAt }),
	"garbage":        num(func(c *clause) *int { return &c.fault.garbage }),
	"error-event":    num(func(c *clause) *int { return &c.fault.errorAt }),
	"line":           num(func(c *clause) *int { return &c.fault.line }),
	"drip":           setDrip,
	"extra":          num(func(c *clause) *int { return &c.fault.extra }),
	"slam":           setSlam,
}

func init() {
	for _, h := range heads {
		flags[h] = func(c *clause) { c.fault.head = h }
	}
}

func setChunks(c *clause, v string) (err error) {
	c.shape.chunks, err = parseNumber(v)
	if err == nil && c.shape.chunks > maxChunks {
		err = fmt.Errorf("above %d", maxChunks)
	}
	return err
}

func setTool(c *clause, v string) error {
	c.shape.tool, c.shape.toolName = true, v
	return nil
}

func setVoice(c *clause, v string) error {
	c.shape.voiced, c.shape.voice = true, v
	return nil
}

func setHeader(c *clause, v string) error {
	name, value, ok := strings.Cut(v, ":")
	if !ok || name == "" {
		return fmt.Errorf(`not a field such as "x-a: b"`)
	}
	c.shape.headers = append(c.shape.headers, Field{name, strings.TrimSpace(value)})
	return nil
}

func setStatus(c *clause, v string) error {
	n, err := parseNumber(v)
	if err != nil || n < 101 || n > 999 {
		return fmt.Errorf("not a status from 101 to 999")
	}
	c.fault.status = n
	return nil
}

func setRetryAfter(c *clause, v string) error {
	if d, ok := strings.CutPrefix(v, "date:"); ok {
		if _, err := parseWait(d); err != nil {
			return err
		}
	}
	c.fault.retryAfter = v // anything else goes out as it is: providers send odd ones
	return nil
}

func setStall(c *clause, v string) (err error) {
	at, wait, ok := strings.Cut(v, ":")
	if !ok {
		return fmt.Errorf("not a number and a duration such as 20:30s")
	}
	if c.fault.stall, err = parseNumber(at); err != nil {
		return err
	}
	c.fault.stallTime, err = parseWait(wait)
	return err
}

func setDrip(c *clause, v string) (err error) {
	c.fault.drip, err = parseNumber(strings.TrimSuffix(strings.TrimSuffix(v, "/s"), "b"))
	if err == nil && c.fault.drip == 0 {
		err = fmt.Errorf("not a rate above 0")
	}
	return err
}

func setSlam(c *clause, v string) (err error) {
	c.fault.slam = true
	c.fault.slamAfter, err = parseWait(v)
	return err
}

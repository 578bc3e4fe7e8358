package mock

import (
	"strings"
	"sync"
	"time"
)

const (
	maxParsed = 1024 // scripts kept parsed
	maxKeys   = 16384
)

// scripts parses each script once and counts the requests that followed it.
type scripts struct {
	mu     sync.RWMutex
	parsed map[string]*script
	counts map[string]*count
}

// count is what is known of one key.
type count struct {
	n     int
	first time.Time
}

// plan is the clause that one answer follows, put together.
type plan struct {
	shape
	fault
}

// sound is a plan without a fault.
var sound = plan{
	shape: shape{chunks: -1, size: -1},
	fault: fault{stall: -1, cut: -1, rstAt: -1, garbage: -1, errorAt: -1, retryAfterMS: -1},
}

// asked is what a clause can ask about a request.
type asked struct {
	model, path, server string
	stream              bool
}

func (s *scripts) reset() {
	s.mu.Lock()
	clear(s.counts)
	s.mu.Unlock()
}

// parse returns the script of a text. Texts that were read before are remembered, up to a bound.
func (s *scripts) parse(source string) (*script, error) {
	s.mu.RLock()
	known := s.parsed[source]
	s.mu.RUnlock()
	if known != nil {
		return known, nil
	}
	out, err := parseScript(source)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	if s.parsed == nil || len(s.parsed) >= maxParsed {
		s.parsed = map[string]*script{}
	}
	s.parsed[strings.Clone(source)] = out
	s.mu.Unlock()
	return out, nil
}

// plan follows a script. It counts the request.
func (s *scripts) plan(source string, a asked) (plan, error) {
	if source == "" {
		return sound, nil
	}
	sc, err := s.parse(source)
	if err != nil {
		return sound, err
	}
	p, shaped := sound, false
	for i := range sc.clauses {
		c := &sc.clauses[i]
		if !c.asks(a) {
			continue
		}
		if !shaped {
			p.shape, shaped = c.shape, true
		}
		if s.due(c) {
			p.fault = c.fault
			break
		}
	}
	return p, nil
}

func (c *clause) asks(a asked) bool {
	return (c.model == "" || glob(c.model, a.model)) &&
		(c.path == "" || glob(c.path, a.path)) &&
		(c.server == "" || c.server == a.server) &&
		(c.stream == "" || (c.stream == "true") == a.stream)
}

// due counts a request and tells whether the clause's faults are for it.
func (s *scripts) due(c *clause) bool {
	if c.times < 0 && c.after < 0 && c.every < 0 && c.window == 0 {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.counts == nil || len(s.counts) >= maxKeys {
		s.counts = map[string]*count{}
	}
	k := s.counts[c.key]
	if k == nil {
		k = &count{first: time.Now()}
		s.counts[c.key] = k
	}
	k.n++
	n := k.n - max(c.after, 0)
	return n > 0 && (c.times < 0 || n <= c.times) && (c.every <= 0 || n%c.every == 0) &&
		(c.window == 0 || time.Since(k.first) < c.window)
}

// glob matches a pattern in which '*' is any run of characters.
func glob(pattern, s string) bool {
	head, rest, more := strings.Cut(pattern, "*")
	if !strings.HasPrefix(s, head) {
		return false
	}
	s = s[len(head):]
	for more {
		var part string
		part, rest, more = strings.Cut(rest, "*")
		if !more {
			return strings.HasSuffix(s, part)
		}
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s = s[i+len(part):]
	}
	return s == ""
}

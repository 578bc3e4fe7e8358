package mock

import (
	"bytes"
	"strings"
	"sync"
)

// Seen is a request as it was received.
type Seen struct {
	Method string
	Path   string // with the query
	// Fields are the header fields in the order they came, names as they were written.
	Fields []Field
	// Body has no chunk framing. Bodies above 4 MiB are kept to that length.
	Body []byte
	// Size is the body's length in bytes.
	Size int
	// Chunked tells how the body was framed.
	Chunked bool
}

// Field is a header field.
type Field struct{ Name, Value string }

// Get returns the first value of a field, "" if it isn't there. Case doesn't matter.
func (s *Seen) Get(name string) string {
	for _, f := range s.Fields {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

const (
	keptBytes = 4 << 20
	slotBytes = 256 << 10 // a slot's larger buffer is dropped, not kept for the next
)

// ring keeps the last requests in reused buffers: a request under load costs two copies and no allocation.
type ring struct {
	mu    sync.Mutex
	slots []slot
	n     int // requests ever
}

type slot struct {
	head, body []byte
	size       int
	chunked    bool
}

func (r *ring) add(req *request) {
	if len(r.slots) == 0 {
		return
	}
	r.mu.Lock()
	s := &r.slots[r.n%len(r.slots)]
	r.n++
	if cap(s.body) > slotBytes {
		s.body = nil
	}
	s.head = append(s.head[:0], req.head...)
	s.body = append(s.body[:0], req.body[:min(len(req.body), keptBytes)]...)
	s.size, s.chunked = len(req.body), req.chunked
	r.mu.Unlock()
}

func (r *ring) last(n int) []Seen {
	r.mu.Lock()
	defer r.mu.Unlock()
	n = max(0, min(n, r.n, len(r.slots)))
	out := make([]Seen, 0, n)
	for i := r.n - n; i < r.n; i++ {
		out = append(out, r.slots[i%len(r.slots)].seen())
	}
	return out
}

func (r *ring) reset() {
	r.mu.Lock()
	r.n = 0
	r.mu.Unlock()
}

func (s *slot) seen() Seen {
	out := Seen{Body: bytes.Clone(s.body), Size: s.size, Chunked: s.chunked}
	lines := strings.Split(strings.TrimSuffix(string(s.head), "\r\n\r\n"), "\r\n")
	out.Method, out.Path, _ = strings.Cut(lines[0], " ")
	out.Path, _, _ = strings.Cut(out.Path, " ")
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ":")
		out.Fields = append(out.Fields, Field{name, strings.Trim(value, " \t")})
	}
	return out
}

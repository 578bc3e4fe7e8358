package main

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"unicode/utf16"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/plugins/kit"
	"github.com/yett-gateway/yett/sdk/abi"
)

// origin is the provider of a replay. The mock provider composes its answers from the prompt; this one says what the case
// says, cut where the replay cuts.
type origin struct {
	set     *dialect.Set
	server  *http.Server
	address string

	mu           sync.Mutex
	wire         wired
	conversation *kit.Case
	how          *kit.Replay
	asked        int
	body         []byte
	headers      http.Header
}

// newOrigin starts a provider on loopback.
func newOrigin(set *dialect.Set) (*origin, error) {
	l, err := loopback()
	if err != nil {
		return nil, err
	}
	o := &origin{set: set, address: l.Addr().String()}
	o.server = &http.Server{Handler: o} //nolint:gosec // nobody else is on this machine's loopback for the time of a test
	go o.server.Serve(l)                //nolint:errcheck // it ends with close
	return o, nil
}

func (o *origin) close() { _ = o.server.Close() }

// begin tells what is said next.
func (o *origin) begin(c *kit.Case, how *kit.Replay, w wired) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.conversation, o.how, o.wire, o.asked, o.body = c, how, w, 0, nil
}

// end tells what was asked.
func (o *origin) end(out *kit.Outcome) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.asked == 0 {
		return nil
	}
	out.Asked, out.UpstreamHeaders = true, fields(o.headers)
	v := &dialect.View{}
	if e := o.set.Of(o.wire.id).ViewRequest(v, o.body); e != nil {
		return fmt.Errorf("the gateway's request can't be read: %w", e)
	}
	text := func(f abi.Field, i, j int) string {
		b, _ := v.Get(f, i, j)
		return string(b)
	}
	out.Model, out.System = text(abi.FieldModel, 0, 0), text(abi.FieldSystem, 0, 0)
	messages, _ := v.Num(abi.FieldMessages, 0, 0)
	for i := range int(messages) {
		if text(abi.FieldRole, i, 0) == "system" {
			continue
		}
		parts, _ := v.Num(abi.FieldParts, i, 0)
		for j := range int(parts) {
			out.Prompt = append(out.Prompt, text(abi.FieldPartText, i, j))
		}
	}
	return nil
}

// ServeHTTP answers as the case says.
func (o *origin) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the gateway left
	}
	o.mu.Lock()
	for _, w := range wires {
		if r.URL.Path == w.path { // a provider may speak more than one dialect, and is asked in the client's then
			o.wire = w
		}
	}
	c, how, id := o.conversation, o.how, o.wire.id
	o.asked++
	o.body, o.headers = body, r.Header.Clone()
	o.mu.Unlock()
	codec := o.set.Of(id).(dialect.Codec)
	if !how.Stream {
		reply, e := codec.EncodeAnswer(nil, replyOf(&c.Answer))
		if e != nil {
			http.Error(w, e.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(reply) // a gateway that left is seen at the client
		return
	}
	events, err := eventsOf(codec, &c.Answer, how)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	send(w, events, how.Wire)
}

// send writes a stream in pieces of up to most bytes, 0: in one.
func send(w http.ResponseWriter, b []byte, most int) {
	if most == 0 {
		_, _ = w.Write(b) // a gateway that left is seen at the client
		return
	}
	flush := http.NewResponseController(w)
	rnd := rand.New(rand.NewPCG(uint64(most), uint64(len(b))))
	for len(b) > 0 {
		n := min(len(b), 1+rnd.IntN(most))
		if _, err := w.Write(b[:n]); err != nil {
			return
		}
		if flush.Flush() != nil {
			return
		}
		b = b[n:]
	}
}

// usage is what every answer costs.
var usage = dialect.Usage{Input: 10, Output: 10, CacheRead: -1, CacheWrite: -1, Reasoning: -1}

func finishOf(a *kit.Answer) dialect.Finish {
	if len(a.Calls) > 0 {
		return dialect.FinishTools
	}
	return dialect.FinishStop
}

// replyOf is a whole answer.
func replyOf(a *kit.Answer) *dialect.Reply {
	r := &dialect.Reply{ID: []byte("answer-1"), Model: []byte("model"), Finish: finishOf(a), Usage: usage, Created: 1}
	if a.Reasoning != "" {
		r.Blocks = append(r.Blocks, dialect.Block{Kind: abi.PartReasoning, Text: inside(a.Reasoning)})
	}
	if a.Text != "" {
		r.Blocks = append(r.Blocks, dialect.Block{Kind: abi.PartText, Text: inside(a.Text)})
	}
	for i, call := range a.Calls {
		r.Blocks = append(r.Blocks, dialect.Block{Kind: abi.PartToolCall, ID: inside(callID(&call, i)), Name: inside(call.Name), Args: inside(call.Arguments)})
	}
	return r
}

// eventsOf is a streamed answer.
func eventsOf(codec dialect.Codec, a *kit.Answer, how *kit.Replay) ([]byte, error) {
	w := codec.NewWriter()
	w.Reset(dialect.Opening{Created: 1, IncludeUsage: true})
	var out []byte
	var failed error
	write := func(p dialect.Piece) {
		b, e := w.Write(out, &p)
		if e != nil {
			failed = e
			return
		}
		out = b
	}
	write(dialect.Piece{Op: dialect.OpStart, ID: []byte("answer-1"), Name: []byte("model")})
	for n, pieces := range how.Split(a) {
		p := dialect.Piece{Op: dialect.OpText, Kind: abi.PartText}
		switch {
		case n == 0:
			p.Kind = abi.PartReasoning
		case n > 1:
			p.Kind, p.Index = abi.PartToolCall, n-2
			call := &a.Calls[p.Index]
			write(dialect.Piece{Op: dialect.OpCall, Index: p.Index, ID: inside(callID(call, p.Index)), Name: inside(call.Name)})
		}
		for _, text := range pieces {
			p.Text = inside(text)
			if how.Escaped {
				p.Text = escaped(text)
			}
			write(p)
		}
		if len(pieces) > 0 {
			write(dialect.Piece{Op: dialect.OpEnd, Kind: p.Kind, Index: p.Index})
		}
	}
	write(dialect.Piece{Op: dialect.OpFinish, Finish: finishOf(a)})
	if failed != nil {
		return nil, failed
	}
	out, e := w.End(out, usage)
	if e != nil {
		return nil, e
	}
	return out, nil
}

// escaped is a text with every code unit as an escape.
func escaped(s string) []byte {
	var b bytes.Buffer
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, `\u%04x`, u)
	}
	return b.Bytes()
}

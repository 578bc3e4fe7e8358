package dialect

import (
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/sdk/abi"
)

// Codec is a Dialect that can be translated: its client's requests are read into the neutral form and its
// provider's written from it, and answers the other way.
//
// # The neutral form
//
// Texts are raw: the bytes between the quotes of a JSON string, escapes and all, so that they are spliced
// and never decoded. nil means absent, an empty text is not nil. They alias the body or event they came from.
// Numbers and schemas are JSON as sent.
type Codec interface {
	// DecodeRequest reads a client's request, whose Head is known. What the neutral form has no place for
	// is given to r.Drop.
	DecodeRequest(r *Request, body []byte, h *Head) *fault.Error
	// EncodeRequest appends a provider's request. What the dialect has no place for is given to r.Drop.
	EncodeRequest(dst []byte, r *Request, t *Target) ([]byte, *fault.Error)
	// DecodeAnswer reads a provider's whole answer; EncodeAnswer appends a client's.
	DecodeAnswer(a *Reply, body []byte) *fault.Error
	EncodeAnswer(dst []byte, a *Reply) ([]byte, *fault.Error)
	// NewReader reads a provider's stream, NewWriter writes a client's. They are kept and used again.
	NewReader() StreamReader
	NewWriter() StreamWriter
}

// StreamReader reads a provider's events in order.
type StreamReader interface {
	Reset()
	// Read adds what an event means to p. It need not look at usage.
	Read(name, data []byte, p *Pieces) *fault.Error
}

// StreamWriter writes a client's events.
type StreamWriter interface {
	Reset(o Opening)
	// Write appends the events that say p, if any.
	Write(dst []byte, p *Piece) ([]byte, *fault.Error)
	// End appends the events that end a stream well.
	End(dst []byte, u Usage) ([]byte, *fault.Error)
}

// Opening is what a writer has to know before a stream begins.
type Opening struct {
	// Created is Unix seconds.
	Created int64
	// IncludeUsage tells whether the client asked for usage.
	IncludeUsage bool
}

// Op is what a piece of a stream does.
type Op uint8

// The operations.
const (
	OpNone   Op = iota
	OpStart     // the answer begins: ID, and Name is the model
	OpCall      // tool call Index begins: ID, Name
	OpText      // Text of Kind; of tool call Index if Kind is PartToolCall
	OpEnd       // the block ends that texts of Kind were in
	OpSigned    // Text is a whole block of signed reasoning, as JSON
	OpFinish    // the answer ends for the reason Finish
	OpPing      // the provider keeps the connection alive
)

// Piece is one thing that an event says. Its bytes are valid until the next event.
type Piece struct {
	Op     Op
	Kind   abi.Part
	Finish Finish
	Index  int
	ID     []byte
	Name   []byte
	Text   []byte
}

// Pieces are what one event says, in order.
type Pieces struct{ list []Piece }

// Add adds a piece.
func (p *Pieces) Add(x Piece) { p.list = append(p.list, x) }

// AddText adds an OpText unless the text is empty.
func (p *Pieces) AddText(kind abi.Part, index int, raw []byte) {
	if len(raw) > 0 {
		p.Add(Piece{Op: OpText, Kind: kind, Index: index, Text: raw})
	}
}

// Block is a part of a message in the neutral form.
type Block struct {
	Kind abi.Part
	// Text is the raw text. Of an image or file it is the base64 data if Media is there, else a URL.
	Text []byte
	// Args are a tool call's arguments as raw text, or Input as JSON; one of them is nil.
	Args, Input []byte
	// ID is a tool call's id, in the call and in its result. Name is the function's.
	ID, Name []byte
	// Media is the raw media type of base64 data; Title the raw name of a file.
	Media, Title []byte
	// Signed is a whole block of signed reasoning, as JSON.
	Signed []byte
	// First and N are a tool result's own blocks in Request.Inner.
	First, N int
}

// Turn is a message in the neutral form: Blocks[First : First+N].
type Turn struct {
	Role     Role
	First, N int
	// Path names the message in the client's request, for errors.
	Path int
}

// Tool is a declared function.
type Tool struct {
	Name, Description []byte // raw
	Schema            []byte // JSON
	Strict            bool
}

// Choice is which tools a model may call.
type Choice uint8

// The choices.
const (
	ChoiceUnset Choice = iota
	ChoiceAuto
	ChoiceNone
	ChoiceAny
	ChoiceNamed
)

// Effort is how hard a model shall think.
type Effort uint8

// The efforts, in order.
const (
	EffortUnset Effort = iota
	EffortNone
	EffortMinimal
	EffortLow
	EffortMedium
	EffortHigh
	EffortXHigh
	EffortMax
)

// Request is a request in the neutral form.
type Request struct {
	Turns  []Turn
	Blocks []Block
	Inner  []Block

	Tools      []Tool
	Choice     Choice
	ChoiceName []byte // raw
	NoParallel bool

	MaxTokens               int64 // -1 if none
	Temperature, TopP, TopK []byte
	Stop                    [][]byte // raw
	User                    []byte   // raw

	Schema, SchemaName []byte // JSON; raw
	Effort             Effort
	EffortField        string // what the client called it, for Drop
	Budget             int64  // tokens to think with, 0 if not said
	Stream             bool

	dropped []string
	scratch []byte
}

func (r *Request) reset() {
	clear(r.Blocks)
	clear(r.Inner)
	*r = Request{
		Turns: r.Turns[:0], Blocks: r.Blocks[:0], Inner: r.Inner[:0], Tools: r.Tools[:0], Stop: r.Stop[:0],
		MaxTokens: -1, dropped: r.dropped[:0], scratch: r.scratch[:0],
	}
}

// AddTurn begins a message. Blocks added from now on belong to it.
func (r *Request) AddTurn(role Role, path int) {
	r.Turns = append(r.Turns, Turn{Role: role, First: len(r.Blocks), Path: path})
}

// AddBlock adds a part to the message begun last.
func (r *Request) AddBlock(b Block) {
	r.Blocks = append(r.Blocks, b)
	r.Turns[len(r.Turns)-1].N++
}

// AddInner adds a block to the tool result that was added last.
func (r *Request) AddInner(b Block) {
	result := &r.Blocks[len(r.Blocks)-1]
	if result.N == 0 {
		result.First = len(r.Inner)
	}
	r.Inner = append(r.Inner, b)
	result.N++
}

// BlocksOf returns the parts of a message.
func (r *Request) BlocksOf(t *Turn) []Block { return r.Blocks[t.First : t.First+t.N] }

// maxDropped bounds the list that Dropped returns.
const maxDropped = 32

// Drop notes that a field of the client's request has no counterpart. The name may hold the client's own
// bytes: what isn't a letter, digit or one of "_.[]-:" becomes "?", so that the name fits in a header.
func (r *Request) Drop(name string) {
	if len(r.dropped) >= maxDropped {
		return
	}
	clean := []byte(name[:min(len(name), 64)])
	for i, c := range clean {
		if !isWordByte(c) && c != '.' && c != '[' && c != ']' && c != ':' {
			clean[i] = '?'
		}
	}
	for _, d := range r.dropped {
		if d == string(clean) {
			return
		}
	}
	r.dropped = append(r.dropped, string(clean))
}

// Reply is a whole answer in the neutral form.
type Reply struct {
	ID, Model []byte // raw
	Blocks    []Block
	Finish    Finish
	Usage     Usage
	// Created is Unix seconds.
	Created int64
}

func (a *Reply) reset(created int64) {
	clear(a.Blocks)
	*a = Reply{Blocks: a.Blocks[:0], Usage: NoUsage, Created: created}
}

package dialect

import (
	"time"

	"github.com/yett-gateway/yett/engine/fault"
)

// Translator serves a client of one dialect from a provider of another. It is kept with its request and
// used again; it isn't safe for concurrent use.
//
// The order of calls: Reset once the target is known; Request for each attempt, which also forgets the
// stream of the attempt before; then Answer for a whole answer, or Event for each event of a stream and End
// after a good end. End is what makes a stream look complete: it must not be called for a cut one.
//
// Texts are moved between the shapes as they were escaped, never decoded, so that numbers in tool arguments
// keep their digits and members their order. Fields without a counterpart are named by Dropped.
type Translator struct {
	client, provider Codec
	writer           StreamWriter
	reader           StreamReader
	readers          [IDs]StreamReader
	writers          [IDs]StreamWriter

	req     Request
	reply   Reply
	pieces  Pieces
	usage   Usage
	created int64
}

// Reset prepares for a client and a provider. It is false if there is no translation between them.
func (t *Translator) Reset(s *Set, client, provider ID) bool {
	if !s.Translates(client, provider) {
		return false
	}
	t.client, t.provider = s.codec(client), s.codec(provider)
	if t.writers[client] == nil {
		t.writers[client] = t.client.NewWriter()
	}
	if t.readers[provider] == nil {
		t.readers[provider] = t.provider.NewReader()
	}
	t.writer, t.reader = t.writers[client], t.readers[provider]
	t.created = time.Now().Unix()
	t.req.reset()
	return true
}

// Request appends the provider's request for the client's body, with the target's model, and streamed if
// the client's is; usage is asked for. The bytes depend on body, h and tg only.
//
// # Errors
//
// BadRequest with Param for content that can't be said in the provider's dialect and can't be left out.
func (t *Translator) Request(dst, body []byte, h *Head, tg *Target) ([]byte, *fault.Error) {
	t.req.reset()
	t.req.Stream = h.Stream
	t.req.MaxTokens = h.MaxTokens
	t.usage = NoUsage
	t.reader.Reset()
	t.writer.Reset(Opening{Created: t.created, IncludeUsage: h.IncludeUsage})
	if e := t.client.DecodeRequest(&t.req, body, h); e != nil {
		return dst, e
	}
	return t.provider.EncodeRequest(dst, &t.req, tg)
}

// Dropped names the fields of the last request that had no counterpart. The names fit in a header. The
// list is valid until the next Request or Reset.
func (t *Translator) Dropped() []string { return t.req.dropped }

// Answer appends the client's answer for the provider's whole answer.
func (t *Translator) Answer(dst, body []byte) ([]byte, *fault.Error) {
	t.reply.reset(t.created)
	if e := t.provider.DecodeAnswer(&t.reply, body); e != nil {
		return dst, e
	}
	return t.client.EncodeAnswer(dst, &t.reply)
}

// Event appends the client's events for a provider's event, none or several. ev is what the provider's
// Dialect.Event made of the event; only its Usage and Err are used, so data may have been edited since.
//
// # Errors
//
// The event's own Err, and UpstreamInvalid for a stream that can't be understood.
func (t *Translator) Event(dst []byte, name, data []byte, ev *Event) ([]byte, *fault.Error) {
	if ev.Err != nil {
		return dst, ev.Err
	}
	t.usage.Merge(ev.Usage)
	t.pieces.list = t.pieces.list[:0]
	if e := t.reader.Read(name, data, &t.pieces); e != nil {
		return dst, e
	}
	for i := range t.pieces.list {
		var e *fault.Error
		if dst, e = t.writer.Write(dst, &t.pieces.list[i]); e != nil {
			return dst, e
		}
	}
	return dst, nil
}

// End appends the events that end the client's stream.
func (t *Translator) End(dst []byte) ([]byte, *fault.Error) { return t.writer.End(dst, t.usage) }

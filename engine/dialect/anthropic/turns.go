package anthropic

import (
	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/sdk/abi"
)

// turnWriter appends messages by the API's rules: user and assistant alternate, a user's message begins with
// the results of the tools that were called, no text is empty, and a prefilled answer doesn't end in white space.
// A message is opened by its first block, so that none is empty.
type turnWriter struct {
	dst   []byte
	r     *dialect.Request
	role  dialect.Role // of the open message
	open  bool
	calls int // how many tool calls were written, for ids that are missing
}

// begin goes to a block of a message of role, and opens one if another is open.
func (w *turnWriter) begin(role dialect.Role) {
	if w.open && w.role == role {
		w.dst = append(w.dst, ',')
		return
	}
	if w.open {
		w.dst = append(w.dst, "]},"...)
	} else if role == dialect.RoleAssistant {
		// The API wants a user to speak first.
		w.dst = append(w.dst, `{"role":"user","content":[{"type":"text","text":"(conversation start)"}]},`...)
	}
	w.open, w.role = true, role
	w.dst = append(w.dst, `{"role":"`...)
	if role == dialect.RoleAssistant {
		w.dst = append(w.dst, "assistant"...)
	} else {
		w.dst = append(w.dst, "user"...)
	}
	w.dst = append(w.dst, `","content":[`...)
}

// close ends the messages and returns what was written.
func (w *turnWriter) close() []byte {
	if w.open {
		w.dst = append(w.dst, "]}"...)
	}
	return append(w.dst, ']')
}

// turns writes runs of messages that are one to Anthropic: the assistant's, and all others.
func (w *turnWriter) turns(turns []dialect.Turn) *fault.Error {
	for len(turns) > 0 {
		n := 1
		assistant := turns[0].Role == dialect.RoleAssistant
		for n < len(turns) && (turns[n].Role == dialect.RoleAssistant) == assistant {
			n++
		}
		last := n == len(turns)
		if assistant {
			w.assistant(turns[:n], last)
		} else if e := w.user(turns[:n]); e != nil {
			return e
		}
		turns = turns[n:]
	}
	return nil
}

func (w *turnWriter) assistant(turns []dialect.Turn, last bool) {
	for i := range turns {
		blocks := w.r.BlocksOf(&turns[i])
		for k := range blocks {
			b := &blocks[k]
			switch {
			case b.Signed != nil:
				w.begin(dialect.RoleAssistant)
				w.dst = append(w.dst, b.Signed...)
			case b.Kind == abi.PartToolCall:
				w.begin(dialect.RoleAssistant)
				w.call(b)
			case b.Kind == abi.PartText:
				text := b.Text
				if last && i == len(turns)-1 && k == len(blocks)-1 {
					text = dialect.RawTrimRight(text)
				}
				w.text(dialect.RoleAssistant, text)
			}
		}
	}
}

// call writes a tool_use block. Arguments that aren't a JSON object, as a model may have written them, are
// shown to it as {"arguments":"…"}: the conversation can go on.
func (w *turnWriter) call(b *dialect.Block) {
	mark := len(w.dst)
	var ok bool
	if w.dst, ok = appendCall(w.dst, b, b.Name, w.calls); !ok {
		wrapped := *b
		wrapped.Input = append(dialect.AppendRaw([]byte(`{"arguments":`), b.Args), '}')
		w.dst, _ = appendCall(w.dst[:mark], &wrapped, b.Name, w.calls)
	}
	w.calls++
}

// text writes a text block unless it is blank, which the API refuses.
func (w *turnWriter) text(role dialect.Role, raw []byte) {
	if dialect.RawBlank(raw) {
		return
	}
	w.begin(role)
	w.dst = dialect.AppendRaw(append(w.dst, `{"type":"text","text":`...), raw)
	w.dst = append(w.dst, '}')
}

// user writes the results of tools, then all else.
func (w *turnWriter) user(turns []dialect.Turn) *fault.Error {
	for i := range turns {
		for _, b := range w.r.BlocksOf(&turns[i]) {
			if b.Kind == abi.PartToolResult {
				if e := w.result(&turns[i], &b); e != nil {
					return e
				}
			}
		}
	}
	for i := range turns {
		for _, b := range w.r.BlocksOf(&turns[i]) {
			switch {
			case b.Kind == abi.PartToolResult:
			case b.Kind == abi.PartText && turns[i].Role == dialect.RoleSystem:
				w.system(b.Text)
			case b.Kind == abi.PartText:
				w.text(dialect.RoleUser, b.Text)
			default:
				w.begin(dialect.RoleUser)
				if e := w.media(&turns[i], &b); e != nil {
					return e
				}
			}
		}
	}
	return nil
}

// system writes an instruction in mid conversation, which not every model takes in a role of its own, as
// a marked text of the user.
func (w *turnWriter) system(raw []byte) {
	if dialect.RawBlank(raw) {
		return
	}
	w.begin(dialect.RoleUser)
	w.dst = append(w.dst, `{"type":"text","text":"<system>\n`...)
	w.dst = append(w.dst, raw...)
	w.dst = append(w.dst, `\n</system>"}`...)
}

func (w *turnWriter) result(t *dialect.Turn, b *dialect.Block) *fault.Error {
	w.begin(dialect.RoleUser)
	w.dst = append(w.dst, `{"type":"tool_result","tool_use_id":`...)
	w.dst = dialect.AppendToolID(w.dst, b.ID, b.Name, max(w.calls-1, 0))
	inner := w.r.Inner[b.First : b.First+b.N]
	if len(inner) == 1 && inner[0].Kind == abi.PartText {
		w.dst = dialect.AppendRaw(append(w.dst, `,"content":`...), inner[0].Text)
		w.dst = append(w.dst, '}')
		return nil
	}
	n := 0
	for i := range inner {
		in := &inner[i]
		if in.Kind == abi.PartText && dialect.RawBlank(in.Text) {
			continue
		}
		w.dst = append(w.dst, separator(n, `,"content":[`)...)
		n++
		if in.Kind == abi.PartText {
			w.dst = dialect.AppendRaw(append(w.dst, `{"type":"text","text":`...), in.Text)
			w.dst = append(w.dst, '}')
			continue
		}
		if e := w.media(t, in); e != nil {
			return e
		}
	}
	if n > 0 {
		w.dst = append(w.dst, ']')
	}
	w.dst = append(w.dst, '}')
	return nil
}

// media writes an image or a document.
func (w *turnWriter) media(t *dialect.Turn, b *dialect.Block) *fault.Error {
	kind := `{"type":"image","source":{"type":"`
	if b.Kind == abi.PartFile {
		kind = `{"type":"document","source":{"type":"`
	}
	switch {
	case b.Kind == abi.PartFile && b.Media != nil && !dialect.MediaIs(b.Media, "application/pdf"):
		path := dialect.At("messages", t.Path) + ".content"
		return dialect.Bad(path, path+" holds a file that isn't a PDF, which this model's provider doesn't take")
	case b.Media == nil:
		w.dst = append(append(w.dst, kind...), `url","url":`...)
		w.dst = dialect.AppendRaw(w.dst, b.Text)
	default:
		w.dst = append(append(w.dst, kind...), `base64","media_type":`...)
		w.dst = dialect.AppendRaw(w.dst, b.Media)
		w.dst = dialect.AppendRaw(append(w.dst, `,"data":`...), b.Text)
	}
	w.dst = append(w.dst, '}')
	if b.Kind == abi.PartFile && len(b.Title) > 0 {
		w.dst = dialect.AppendRaw(append(w.dst, `,"title":`...), b.Title)
	}
	w.dst = append(w.dst, '}')
	return nil
}

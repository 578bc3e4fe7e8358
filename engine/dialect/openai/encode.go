package openai

import (
	"strings"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/wire"
	"github.com/yett-gateway/yett/sdk/abi"
)

// maxStops is how many stop sequences OpenAI takes.
const maxStops = 4

// maxUser is the longest end-user id that OpenAI takes, in bytes.
const maxUser = 64

// EncodeRequest appends a chat completion request from the neutral form.
func (Chat) EncodeRequest(dst []byte, r *dialect.Request, t *dialect.Target) ([]byte, *fault.Error) {
	dst = append(dst, `{"model":`...)
	dst = dialect.AppendString(dst, t.Model)
	dst = append(dst, `,"messages":[`...)
	w := turnWriter{dst: dst, r: r}
	for i := range r.Turns {
		if e := w.turn(&r.Turns[i]); e != nil {
			return dst, e
		}
	}
	dst = append(w.dst, ']')
	dst = appendLimits(dst, r, t)
	dst = appendTools(dst, r)
	if r.Schema != nil {
		dst = appendFormat(dst, r)
	}
	dst = appendEffort(dst, r, t)
	if r.Stream {
		dst = append(dst, `,"stream":true,"stream_options":{"include_usage":true}`...)
	}
	return append(dst, '}'), nil
}

func appendLimits(dst []byte, r *dialect.Request, t *dialect.Target) []byte {
	if r.MaxTokens >= 0 {
		name := `,"max_completion_tokens":`
		if t.OldMaxTokens {
			name = `,"max_tokens":`
		}
		dst = wire.AppendInt(append(dst, name...), r.MaxTokens)
	}
	dst = appendSampling(dst, r, t)
	if r.TopK != nil {
		r.Drop("top_k")
	}
	if len(r.Stop) > maxStops {
		r.Drop("stop_sequences")
		r.Stop = r.Stop[:maxStops]
	}
	for i, s := range r.Stop {
		dst = append(dst, separator(i, `,"stop":[`)...)
		dst = dialect.AppendRaw(dst, s)
	}
	if len(r.Stop) > 0 {
		dst = append(dst, ']')
	}
	switch {
	case len(r.User) > maxUser:
		r.Drop("metadata.user_id")
	case len(r.User) > 0:
		dst = dialect.AppendRaw(append(dst, `,"user":`...), r.User)
	}
	return dst
}

func appendSampling(dst []byte, r *dialect.Request, t *dialect.Target) []byte {
	if r.Temperature != nil {
		if t.NoSampling {
			r.Drop("temperature")
		} else {
			dst = append(append(dst, `,"temperature":`...), r.Temperature...)
		}
	}
	if r.TopP != nil {
		if t.NoSampling {
			r.Drop("top_p")
		} else {
			dst = append(append(dst, `,"top_p":`...), r.TopP...)
		}
	}
	return dst
}

// separator is what stands before element i of a list: its opening, or a comma.
func separator(i int, opening string) string {
	if i == 0 {
		return opening
	}
	return ","
}

func appendTools(dst []byte, r *dialect.Request) []byte {
	if len(r.Tools) == 0 {
		return dst
	}
	for i := range r.Tools {
		dst = append(dst, separator(i, `,"tools":[`)...)
		dst = appendTool(dst, &r.Tools[i])
	}
	dst = append(dst, ']')
	switch r.Choice {
	case dialect.ChoiceAuto:
		dst = append(dst, `,"tool_choice":"auto"`...)
	case dialect.ChoiceNone:
		dst = append(dst, `,"tool_choice":"none"`...)
	case dialect.ChoiceAny:
		dst = append(dst, `,"tool_choice":"required"`...)
	case dialect.ChoiceNamed:
		dst = append(dst, `,"tool_choice":{"type":"function","function":{"name":`...)
		dst = dialect.AppendRaw(dst, r.ChoiceName)
		dst = append(dst, "}}"...)
	}
	if r.NoParallel {
		dst = append(dst, `,"parallel_tool_calls":false`...)
	}
	return dst
}

func appendTool(dst []byte, t *dialect.Tool) []byte {
	dst = append(dst, `{"type":"function","function":{"name":`...)
	dst = dialect.AppendRaw(dst, t.Name)
	if t.Description != nil {
		dst = dialect.AppendRaw(append(dst, `,"description":`...), t.Description)
	}
	if t.Schema != nil {
		dst = append(append(dst, `,"parameters":`...), t.Schema...)
	}
	if t.Strict {
		dst = append(dst, `,"strict":true`...)
	}
	return append(dst, "}}"...)
}

// appendFormat asks for JSON of a schema. It isn't asked for strictly: OpenAI's strict mode refuses schemas
// with optional members, which other providers take, and a refusal is worse than a model's best effort.
func appendFormat(dst []byte, r *dialect.Request) []byte {
	dst = append(dst, `,"response_format":{"type":"json_schema","json_schema":{"name":`...)
	if len(r.SchemaName) > 0 {
		dst = dialect.AppendRaw(dst, r.SchemaName)
	} else {
		dst = append(dst, `"answer"`...)
	}
	dst = append(append(dst, `,"schema":`...), r.Schema...)
	r.Drop("output_config.format:strict")
	return append(dst, "}}"...)
}

// appendEffort asks for reasoning if the model is known to reason: others refuse the member.
func appendEffort(dst []byte, r *dialect.Request, t *dialect.Target) []byte {
	effort := r.Effort
	if effort == dialect.EffortUnset && r.Budget > 0 {
		effort = effortFor(r.Budget)
	}
	if effort == dialect.EffortUnset {
		if r.EffortField != "" && !reasons(t) {
			r.Drop(r.EffortField)
		}
		return dst
	}
	if !reasons(t) {
		if effort != dialect.EffortNone {
			r.Drop(r.EffortField)
		}
		return dst
	}
	switch effort { // words that all reasoning models know
	case dialect.EffortNone, dialect.EffortMinimal:
		effort = dialect.EffortLow
	case dialect.EffortXHigh, dialect.EffortMax:
		effort = dialect.EffortHigh
	}
	dst = append(dst, `,"reasoning_effort":"`...)
	dst = append(dst, efforts[effort]...)
	return append(dst, '"')
}

// effortFor is the effort that a budget of tokens stands for.
func effortFor(budget int64) dialect.Effort {
	switch {
	case budget <= 2048:
		return dialect.EffortLow
	case budget <= 10000:
		return dialect.EffortMedium
	}
	return dialect.EffortHigh
}

// reasons tells whether a model takes reasoning_effort.
func reasons(t *dialect.Target) bool {
	switch t.Reasoning {
	case dialect.ReasoningOff:
		return false
	case dialect.ReasoningGuess:
	default:
		return true
	}
	name := t.Model
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		name = name[i+1:]
	}
	if len(name) > 1 && name[0] == 'o' && name[1] >= '1' && name[1] <= '9' {
		return true
	}
	if rest, ok := strings.CutPrefix(name, "gpt-"); ok && rest != "" {
		return strings.HasPrefix(rest, "oss") || rest[0] >= '5' && rest[0] <= '9' && !strings.Contains(rest, "chat")
	}
	return false
}

// turnWriter appends messages. dst holds what was written so far.
type turnWriter struct {
	dst   []byte
	r     *dialect.Request
	any   bool // a message was written
	calls int  // how many tool calls were written, for ids that are missing
}

func (w *turnWriter) open(role string) {
	if w.any {
		w.dst = append(w.dst, ',')
	}
	w.any = true
	w.dst = append(w.dst, `{"role":"`...)
	w.dst = append(w.dst, role...)
	w.dst = append(w.dst, '"')
}

func (w *turnWriter) turn(t *dialect.Turn) *fault.Error {
	blocks := w.r.BlocksOf(t)
	switch t.Role {
	case dialect.RoleSystem:
		w.system(blocks)
	case dialect.RoleAssistant:
		w.assistant(blocks)
	default:
		return w.user(t, blocks)
	}
	return nil
}

// system joins the texts by empty lines. Many compatible providers take a string only.
func (w *turnWriter) system(blocks []dialect.Block) {
	found := false
	for i := range blocks {
		if b := &blocks[i]; b.Kind == abi.PartText {
			if found {
				w.dst = append(w.dst, `\n\n`...)
			} else {
				w.open("system")
				w.dst = append(w.dst, `,"content":"`...)
			}
			found = true
			w.dst = append(w.dst, b.Text...)
		}
	}
	if found {
		w.dst = append(w.dst, `"}`...)
	}
}

func (w *turnWriter) assistant(blocks []dialect.Block) {
	w.open("assistant")
	w.dst = append(w.dst, `,"content":`...)
	text := false
	for i := range blocks {
		if b := &blocks[i]; b.Kind == abi.PartText {
			if !text {
				w.dst = append(w.dst, '"')
			}
			text = true
			w.dst = append(w.dst, b.Text...)
		}
	}
	if text {
		w.dst = append(w.dst, '"')
	} else {
		w.dst = append(w.dst, "null"...)
	}
	n := 0
	for i := range blocks {
		if b := &blocks[i]; b.Kind == abi.PartToolCall {
			w.dst = append(w.dst, separator(n, `,"tool_calls":[`)...)
			w.dst = appendCall(w.dst, b, w.calls)
			w.calls++
			n++
		}
	}
	if n > 0 {
		w.dst = append(w.dst, ']')
	}
	w.dst = append(w.dst, '}')
}

// appendCall appends a tool call. index makes an id where none is.
func appendCall(dst []byte, b *dialect.Block, index int) []byte {
	dst = append(dst, `{"id":`...)
	dst = dialect.AppendToolID(dst, b.ID, b.Name, index)
	dst = append(dst, `,"type":"function","function":{"name":`...)
	dst = dialect.AppendRaw(dst, b.Name)
	dst = append(dst, `,"arguments":`...)
	dst = dialect.AppendArgumentText(dst, b)
	return append(dst, "}}"...)
}

// user writes one message for each tool result, and then one for the rest: chat's results hold text only,
// so that images in them go to the user's message.
func (w *turnWriter) user(t *dialect.Turn, blocks []dialect.Block) *fault.Error {
	rest := 0
	for i := range blocks {
		b := &blocks[i]
		if b.Kind != abi.PartToolResult {
			rest++
			continue
		}
		rest += w.result(b)
	}
	if rest == 0 {
		return nil
	}
	w.open("user")
	if rest == 1 && len(blocks) == 1 && blocks[0].Kind == abi.PartText {
		w.dst = append(w.dst, `,"content":`...)
		w.dst = dialect.AppendRaw(w.dst, blocks[0].Text)
		w.dst = append(w.dst, '}')
		return nil
	}
	return w.parts(t, blocks)
}

// result writes a tool's result and tells how many blocks are left for the user's message.
func (w *turnWriter) result(b *dialect.Block) (left int) {
	w.open("tool")
	w.dst = append(w.dst, `,"tool_call_id":`...)
	w.dst = dialect.AppendToolID(w.dst, b.ID, b.Name, max(w.calls-1, 0))
	w.dst = append(w.dst, `,"content":"`...)
	text := false
	for _, in := range w.r.Inner[b.First : b.First+b.N] {
		if in.Kind != abi.PartText {
			left++
			continue
		}
		if text {
			w.dst = append(w.dst, `\n`...)
		}
		text = true
		w.dst = append(w.dst, in.Text...)
	}
	w.dst = append(w.dst, `"}`...)
	return left
}

func (w *turnWriter) parts(t *dialect.Turn, blocks []dialect.Block) *fault.Error {
	n := 0
	for i := range blocks {
		b := &blocks[i]
		if b.Kind != abi.PartToolResult {
			if e := w.part(t, b, n); e != nil {
				return e
			}
			n++
			continue
		}
		for k := range b.N {
			if in := &w.r.Inner[b.First+k]; in.Kind != abi.PartText {
				if e := w.part(t, in, n); e != nil {
					return e
				}
				n++
			}
		}
	}
	w.dst = append(w.dst, "]}"...)
	return nil
}

func (w *turnWriter) part(t *dialect.Turn, b *dialect.Block, n int) *fault.Error {
	w.dst = append(w.dst, separator(n, `,"content":[`)...)
	switch {
	case b.Kind == abi.PartText:
		w.dst = append(w.dst, `{"type":"text","text":`...)
		w.dst = dialect.AppendRaw(w.dst, b.Text)
	case b.Kind == abi.PartImage:
		w.dst = append(w.dst, `{"type":"image_url","image_url":{"url":`...)
		w.dst = appendURL(w.dst, b)
		w.dst = append(w.dst, '}')
	case b.Kind == abi.PartFile && b.Media != nil:
		w.dst = append(w.dst, `{"type":"file","file":{"filename":`...)
		if len(b.Title) > 0 {
			w.dst = dialect.AppendRaw(w.dst, b.Title)
		} else {
			w.dst = append(w.dst, `"document.pdf"`...)
		}
		w.dst = append(w.dst, `,"file_data":`...)
		w.dst = appendURL(w.dst, b)
		w.dst = append(w.dst, '}')
	default:
		path := dialect.At("messages", t.Path) + ".content"
		return dialect.Bad(path, path+" holds a document by link, which this model's provider doesn't take; send its data")
	}
	w.dst = append(w.dst, '}')
	return nil
}

// appendURL appends a link, or a data URL made of base64 data.
func appendURL(dst []byte, b *dialect.Block) []byte {
	if b.Media == nil {
		return dialect.AppendRaw(dst, b.Text)
	}
	dst = append(dst, `"data:`...)
	dst = append(dst, b.Media...)
	dst = append(dst, ";base64,"...)
	dst = append(dst, b.Text...)
	return append(dst, '"')
}

// EncodeAnswer appends a chat completion from the neutral form.
func (Chat) EncodeAnswer(dst []byte, a *dialect.Reply) ([]byte, *fault.Error) {
	dst = appendIdentity(dst, a.ID, "chat.completion", a.Created, a.Model)
	dst = append(dst, `"message":{"role":"assistant","content":`...)
	dst = appendSaid(dst, a.Blocks, abi.PartText)
	dst = append(dst, `,"refusal":`...)
	dst = appendSaid(dst, a.Blocks, abi.PartRefusal)
	dst = appendReasoning(dst, a.Blocks)
	n := 0
	for i := range a.Blocks {
		if b := &a.Blocks[i]; b.Kind == abi.PartToolCall {
			dst = append(dst, separator(n, `,"tool_calls":[`)...)
			dst = appendCall(dst, b, n)
			n++
		}
	}
	if n > 0 {
		dst = append(dst, ']')
	}
	dst = append(dst, `},"logprobs":null,"finish_reason":"`...)
	dst = append(dst, finishWord(a.Finish)...)
	dst = append(dst, `"}],"usage":`...)
	dst = appendUsage(dst, a.Usage)
	return append(dst, '}'), nil
}

// appendIdentity appends the opening of a completion or chunk up to its only choice.
func appendIdentity(dst, id []byte, object string, created int64, model []byte) []byte {
	dst = append(dst, `{"id":"`...)
	if len(id) == 0 {
		dst = append(dst, "chatcmpl-"...)
		dst = wire.AppendInt(dst, created)
	}
	dst = append(dst, id...)
	dst = append(dst, `","object":"`...)
	dst = append(dst, object...)
	dst = append(dst, `","created":`...)
	dst = wire.AppendInt(dst, created)
	dst = append(dst, `,"model":`...)
	dst = dialect.AppendRaw(dst, model)
	return append(dst, `,"choices":[{"index":0,`...)
}

// appendSaid joins the texts of one kind; without any it appends null.
func appendSaid(dst []byte, blocks []dialect.Block, kind abi.Part) []byte {
	found := false
	for i := range blocks {
		if b := &blocks[i]; b.Kind == kind && b.Text != nil {
			if !found {
				dst = append(dst, '"')
			}
			found = true
			dst = append(dst, b.Text...)
		}
	}
	if !found {
		return append(dst, "null"...)
	}
	return append(dst, '"')
}

// appendReasoning appends the reasoning as text, and its signed blocks, which a client that sends them back
// keeps valid over the next turn.
func appendReasoning(dst []byte, blocks []dialect.Block) []byte {
	texts, n := 0, 0
	for i := range blocks {
		if b := &blocks[i]; b.Kind == abi.PartReasoning && len(b.Text) > 0 {
			texts++
		}
	}
	if texts > 0 {
		dst = append(dst, `,"reasoning_content":`...)
		dst = appendSaid(dst, blocks, abi.PartReasoning)
	}
	for i := range blocks {
		if b := &blocks[i]; b.Signed != nil {
			dst = append(dst, separator(n, `,"thinking_blocks":[`)...)
			dst = append(dst, b.Signed...)
			n++
		}
	}
	if n > 0 {
		dst = append(dst, ']')
	}
	return dst
}

func finishWord(f dialect.Finish) string {
	if f == dialect.FinishNone {
		return "stop"
	}
	return f.String()
}

// appendUsage appends a usage object; counts that are unknown are 0 or left out.
func appendUsage(dst []byte, u dialect.Usage) []byte {
	in, out := max(u.Input, 0), max(u.Output, 0)
	dst = wire.AppendInt(append(dst, `{"prompt_tokens":`...), in)
	dst = wire.AppendInt(append(dst, `,"completion_tokens":`...), out)
	dst = wire.AppendInt(append(dst, `,"total_tokens":`...), in+out)
	if u.CacheRead >= 0 || u.CacheWrite >= 0 {
		dst = wire.AppendInt(append(dst, `,"prompt_tokens_details":{"cached_tokens":`...), max(u.CacheRead, 0))
		if u.CacheWrite >= 0 {
			dst = wire.AppendInt(append(dst, `,"cache_write_tokens":`...), u.CacheWrite)
		}
		dst = append(dst, '}')
	}
	if u.Reasoning >= 0 {
		dst = wire.AppendInt(append(dst, `,"completion_tokens_details":{"reasoning_tokens":`...), u.Reasoning)
		dst = append(dst, '}')
	}
	return append(dst, '}')
}

package anthropic

import (
	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/wire"
	"github.com/yett-gateway/yett/sdk/abi"
)

// defaultMaxTokens is the output limit where neither client nor target says one; the API demands it.
const defaultMaxTokens = 4096

// EncodeRequest appends a messages request from the neutral form.
func (Messages) EncodeRequest(dst []byte, r *dialect.Request, t *dialect.Target) ([]byte, *fault.Error) {
	limit := r.MaxTokens
	if limit < 0 {
		limit = t.MaxTokens
	}
	if limit <= 0 {
		limit = defaultMaxTokens
	}
	dst = append(dst, `{"model":`...)
	dst = dialect.AppendString(dst, t.Model)
	dst = wire.AppendInt(append(dst, `,"max_tokens":`...), limit)
	system := leadingSystem(r)
	dst = appendSystem(dst, r, r.Turns[:system])
	dst = append(dst, `,"messages":[`...)
	w := turnWriter{dst: dst, r: r}
	if e := w.turns(r.Turns[system:]); e != nil {
		return dst, e
	}
	dst = w.close()
	dst = appendTools(dst, r)
	thinks := false
	dst, thinks = appendThinking(dst, r, t, limit)
	dst = appendSampling(dst, r, t, thinks)
	if r.Stream {
		dst = append(dst, `,"stream":true`...)
	}
	return append(dst, '}'), nil
}

// leadingSystem is how many system messages the conversation begins with. If there is nothing else, the
// last of them is the question and not counted.
func leadingSystem(r *dialect.Request) int {
	n := 0
	for n < len(r.Turns) && r.Turns[n].Role == dialect.RoleSystem {
		n++
	}
	if n == len(r.Turns) && n > 0 {
		n--
		r.Turns[n].Role = dialect.RoleUser
	}
	return n
}

// appendSystem appends the member "system": a string if there is one text, else blocks.
func appendSystem(dst []byte, r *dialect.Request, turns []dialect.Turn) []byte {
	n := 0
	var only []byte
	for i := range turns {
		for _, b := range r.BlocksOf(&turns[i]) {
			if b.Kind == abi.PartText && !dialect.RawBlank(b.Text) {
				only = b.Text
				n++
			}
		}
	}
	switch n {
	case 0:
		return dst
	case 1:
		return dialect.AppendRaw(append(dst, `,"system":`...), only)
	}
	opening := `,"system":[`
	for i := range turns {
		for _, b := range r.BlocksOf(&turns[i]) {
			if b.Kind == abi.PartText && !dialect.RawBlank(b.Text) {
				dst = append(dst, opening...)
				opening = ","
				dst = dialect.AppendRaw(append(dst, `{"type":"text","text":`...), b.Text)
				dst = append(dst, '}')
			}
		}
	}
	return append(dst, ']')
}

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
		t := &r.Tools[i]
		dst = append(dst, separator(i, `,"tools":[`)...)
		dst = dialect.AppendRaw(append(dst, `{"name":`...), t.Name)
		if t.Description != nil {
			dst = dialect.AppendRaw(append(dst, `,"description":`...), t.Description)
		}
		dst = append(dst, `,"input_schema":`...)
		if t.Schema != nil {
			dst = append(dst, t.Schema...)
		} else {
			dst = append(dst, `{"type":"object","properties":{}}`...)
		}
		if t.Strict {
			dst = append(dst, `,"strict":true`...)
		}
		dst = append(dst, '}')
	}
	dst = append(dst, ']')
	return appendChoice(dst, r)
}

func appendChoice(dst []byte, r *dialect.Request) []byte {
	word := ""
	switch r.Choice {
	case dialect.ChoiceUnset:
		if !r.NoParallel {
			return dst
		}
		word = "auto"
	case dialect.ChoiceAuto:
		word = "auto"
	case dialect.ChoiceNone:
		return append(dst, `,"tool_choice":{"type":"none"}`...)
	case dialect.ChoiceAny:
		word = "any"
	case dialect.ChoiceNamed:
		word = "tool"
	}
	dst = append(dst, `,"tool_choice":{"type":"`...)
	dst = append(dst, word...)
	dst = append(dst, '"')
	if r.Choice == dialect.ChoiceNamed {
		dst = dialect.AppendRaw(append(dst, `,"name":`...), r.ChoiceName)
	}
	if r.NoParallel {
		dst = append(dst, `,"disable_parallel_tool_use":true`...)
	}
	return append(dst, '}')
}

// minBudget is the least that Anthropic takes as a budget to think with, in tokens.
const minBudget = 1024

var budgets = [...]int64{
	dialect.EffortMinimal: minBudget, dialect.EffortLow: 2048, dialect.EffortMedium: 8192,
	dialect.EffortHigh: 16384, dialect.EffortXHigh: 32768, dialect.EffortMax: 32768,
}

// appendThinking asks for reasoning if the client wants some and the model and the conversation allow it,
// and for the output's schema, which shares a member with the effort. thinks tells whether it was asked for.
func appendThinking(dst []byte, r *dialect.Request, t *dialect.Target, limit int64) (out []byte, thinks bool) {
	way := reasoningOf(t)
	wanted := r.Effort > dialect.EffortNone
	if wanted && !mayThink(r, way, limit) {
		r.Drop(r.EffortField)
		wanted = false
	}
	effort := ""
	switch {
	case !wanted:
	case way == dialect.ReasoningBudget:
		budget := min(budgets[r.Effort], limit-1)
		dst = wire.AppendInt(append(dst, `,"thinking":{"type":"enabled","budget_tokens":`...), budget)
		dst = append(dst, '}')
	default:
		dst = append(dst, `,"thinking":{"type":"adaptive"}`...)
		effort = effortWord(r.Effort)
	}
	return appendOutput(dst, r, effort), wanted
}

func appendOutput(dst []byte, r *dialect.Request, effort string) []byte {
	if effort == "" && r.Schema == nil {
		return dst
	}
	dst = append(dst, `,"output_config":{`...)
	if effort != "" {
		dst = append(append(append(dst, `"effort":"`...), effort...), '"')
	}
	if r.Schema != nil {
		if effort != "" {
			dst = append(dst, ',')
		}
		dst = append(append(dst, `"format":{"type":"json_schema","schema":`...), r.Schema...)
		dst = append(dst, '}')
	}
	return append(dst, '}')
}

func effortWord(e dialect.Effort) string {
	switch e {
	case dialect.EffortMinimal, dialect.EffortLow:
		return "low"
	case dialect.EffortMedium:
		return "medium"
	case dialect.EffortXHigh, dialect.EffortMax:
		return "max"
	}
	return "high"
}

// mayThink tells whether reasoning can be asked for. Anthropic refuses it together with a forced tool, with a
// limit below the least budget, and where a tool loop goes on without the signed thinking it began with.
func mayThink(r *dialect.Request, way dialect.Reasoning, limit int64) bool {
	switch {
	case way == dialect.ReasoningOff:
		return false
	case r.Choice == dialect.ChoiceAny, r.Choice == dialect.ChoiceNamed:
		return false
	case way == dialect.ReasoningBudget && limit <= minBudget:
		return false
	}
	return !inUnsignedLoop(r)
}

// inUnsignedLoop tells whether the last assistant message called tools without signed reasoning before.
func inUnsignedLoop(r *dialect.Request) bool {
	for i := len(r.Turns) - 1; i >= 0; i-- {
		if r.Turns[i].Role != dialect.RoleAssistant {
			continue
		}
		calls := false
		for _, b := range r.BlocksOf(&r.Turns[i]) {
			if b.Signed != nil {
				return false
			}
			calls = calls || b.Kind == abi.PartToolCall
		}
		return calls
	}
	return false
}

// appendSampling appends what steers the choice of tokens. Anthropic's temperature ends at 1, and thinking
// goes with none.
func appendSampling(dst []byte, r *dialect.Request, t *dialect.Target, thinks bool) []byte {
	refused := noSampling(t)
	for _, x := range [...]struct {
		name  string
		value []byte
	}{{"temperature", r.Temperature}, {"top_p", r.TopP}, {"top_k", r.TopK}} {
		switch {
		case x.value == nil:
		case refused || thinks:
			r.Drop(x.name)
		default:
			dst = append(dst, `,"`...)
			dst = append(dst, x.name...)
			dst = append(dst, `":`...)
			if x.name == "temperature" && aboveOne(x.value) {
				dst = append(dst, '1')
				continue
			}
			dst = append(dst, x.value...)
		}
	}
	return appendStops(dst, r)
}

func aboveOne(number []byte) bool {
	f, ok := wire.Float(number, wire.Span{End: int32(len(number))})
	return ok && f > 1
}

// appendStops appends the stop sequences; Anthropic refuses those of white space only.
func appendStops(dst []byte, r *dialect.Request) []byte {
	n := 0
	for _, s := range r.Stop {
		if dialect.RawBlank(s) {
			r.Drop("stop")
			continue
		}
		dst = append(dst, separator(n, `,"stop_sequences":[`)...)
		dst = dialect.AppendRaw(dst, s)
		n++
	}
	if n > 0 {
		dst = append(dst, ']')
	}
	if len(r.User) > 0 {
		dst = dialect.AppendRaw(append(dst, `,"metadata":{"user_id":`...), r.User)
		dst = append(dst, '}')
	}
	return dst
}

// EncodeAnswer appends a message from the neutral form.
func (Messages) EncodeAnswer(dst []byte, a *dialect.Reply) ([]byte, *fault.Error) {
	dst = appendMessage(dst, a.ID, a.Model)
	n, calls := 0, 0
	for i := range a.Blocks {
		b := &a.Blocks[i]
		mark := len(dst)
		if n > 0 {
			dst = append(dst, ',')
		}
		switch b.Kind {
		case abi.PartReasoning:
			dst = dialect.AppendRaw(append(dst, `{"type":"thinking","thinking":`...), b.Text)
			dst = append(dst, `,"signature":""}`...)
		case abi.PartToolCall:
			var ok bool
			if dst, ok = appendCall(dst, b, a.ID, calls); !ok {
				if a.Finish != dialect.FinishLength {
					return dst, notOurs(errArguments)
				}
				dst = dst[:mark] // the call was cut off by the limit, which stop_reason tells
				continue
			}
			calls++
		default:
			dst = dialect.AppendRaw(append(dst, `{"type":"text","text":`...), b.Text)
			dst = append(dst, '}')
		}
		n++
	}
	dst = append(dst, `],"stop_reason":"`...)
	dst = append(dst, stopWord(a.Finish, calls > 0, hasRefusal(a.Blocks))...)
	dst = append(dst, `","stop_sequence":null,"usage":`...)
	dst = appendUsage(dst, a.Usage)
	return append(dst, '}'), nil
}

const errArguments = shapeError("tool call arguments are not a JSON object")

// appendMessage appends a message up to the first of its content.
func appendMessage(dst, id, model []byte) []byte {
	dst = append(dst, `{"id":"`...)
	if len(id) == 0 {
		dst = append(dst, "msg_unnamed"...)
	}
	dst = append(dst, id...)
	dst = append(dst, `","type":"message","role":"assistant","model":`...)
	dst = dialect.AppendRaw(dst, model)
	return append(dst, `,"content":[`...)
}

// appendCall appends a tool_use block. id and index make an id where none is.
func appendCall(dst []byte, b *dialect.Block, id []byte, index int) (out []byte, ok bool) {
	dst = append(dst, `{"type":"tool_use","id":`...)
	dst = dialect.AppendToolID(dst, b.ID, id, index)
	dst = dialect.AppendRaw(append(dst, `,"name":`...), b.Name)
	dst = append(dst, `,"input":`...)
	if dst, ok = dialect.AppendArguments(dst, b); !ok {
		return dst, false
	}
	return append(dst, '}'), true
}

func hasRefusal(blocks []dialect.Block) bool {
	for i := range blocks {
		if blocks[i].Kind == abi.PartRefusal {
			return true
		}
	}
	return false
}

// stopWord is Anthropic's word for an end. Some providers say "stop" though tools are called.
func stopWord(f dialect.Finish, calls, refused bool) string {
	switch {
	case f == dialect.FinishLength:
		return "max_tokens"
	case f == dialect.FinishFilter || refused:
		return "refusal"
	case f == dialect.FinishTools || calls:
		return "tool_use"
	case f == dialect.FinishStopSeq:
		return "stop_sequence"
	}
	return "end_turn"
}

// appendUsage appends a usage object. Anthropic counts cached input apart.
func appendUsage(dst []byte, u dialect.Usage) []byte {
	read, write := max(u.CacheRead, 0), max(u.CacheWrite, 0)
	dst = wire.AppendInt(append(dst, `{"input_tokens":`...), max(u.Input-read-write, 0))
	dst = wire.AppendInt(append(dst, `,"cache_creation_input_tokens":`...), write)
	dst = wire.AppendInt(append(dst, `,"cache_read_input_tokens":`...), read)
	dst = wire.AppendInt(append(dst, `,"output_tokens":`...), max(u.Output, 0))
	if u.Reasoning >= 0 {
		dst = wire.AppendInt(append(dst, `,"output_tokens_details":{"thinking_tokens":`...), u.Reasoning)
		dst = append(dst, '}')
	}
	return append(dst, '}')
}

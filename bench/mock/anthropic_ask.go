package mock

import (
	"encoding/base64"
	"fmt"
	"hash/fnv"
	"strings"
)

// askAnthropic reads a Messages request as strictly as Anthropic does. counting is the token count
// endpoint, which needs no max_tokens.
func askAnthropic(d *document, counting bool) (*ask, *failure) {
	a := &ask{n: 1, schema: nothing, usage: true}
	r := &anthropicReader{d: d, a: a, counting: counting, open: map[string]bool{}}
	if d.kind(0) != object {
		return a, invalid("", "The request body is %s, not an object.", d.kind(0))
	}
	for _, step := range []func() *failure{r.names, r.system, r.messages, r.numbers, r.tools, r.thinking} {
		if f := step(); f != nil {
			return a, f
		}
	}
	a.direct()
	return a, nil
}

// anthropicReader fills an ask from a Messages request.
type anthropicReader struct {
	d        *document
	a        *ask
	counting bool
	open     map[string]bool // ids of calls that wait for their result
}

func (r *anthropicReader) names() (f *failure) {
	d, a := r.d, r.a
	model := d.get(0, "model")
	if model == nothing {
		return invalid("model", "model: Field required")
	}
	if a.model = d.string(model); a.model == "" {
		return invalid("model", "model: Input should be a valid string")
	}
	a.stream, f = d.checkBool(0, "stream")
	if f != nil {
		return invalid("stream", "stream: Input should be a valid boolean")
	}
	limit := d.get(0, "max_tokens")
	if limit == nothing {
		if r.counting {
			return nil
		}
		return invalid("max_tokens", "max_tokens: Field required")
	}
	n, ok := d.integer(limit)
	if !ok {
		return invalid("max_tokens", "max_tokens: Input should be a valid integer")
	}
	if n < 1 {
		return invalid("max_tokens", "max_tokens: must be greater than or equal to 1")
	}
	a.limit = n
	return nil
}

func (r *anthropicReader) system() *failure {
	d := r.d
	v := d.get(0, "system")
	switch d.kind(v) {
	case absent, null:
		return nil
	case text:
		r.a.textBytes += len(d.string(v))
		return nil
	case array:
	default:
		return invalid("system", "system: Input should be a valid string or list")
	}
	var f *failure
	i := 0
	d.each(v, func(_, b int) bool {
		if !d.is(d.get(b, "type"), "text") {
			f = invalid("system", "system.%d.type: Input should be 'text'", i)
			return false
		}
		s := d.string(d.get(b, "text"))
		if s == "" {
			f = invalid("system", "system: text content blocks must be non-empty")
			return false
		}
		r.a.textBytes += len(s)
		i++
		return true
	})
	return f
}

func (r *anthropicReader) messages() *failure {
	d := r.d
	all := d.get(0, "messages")
	switch {
	case all == nothing:
		return invalid("messages", "messages: Field required")
	case d.kind(all) != array:
		return invalid("messages", "messages: Input should be a valid list")
	case d.len(all) == 0:
		return invalid("messages", "messages: at least one message is required")
	}
	var f *failure
	i := 0
	d.each(all, func(_, m int) bool {
		f = r.message(m, i)
		i++
		return f == nil
	})
	if f == nil && len(r.open) > 0 {
		f = r.unanswered()
	}
	return f
}

func (r *anthropicReader) unanswered() *failure {
	return invalid("messages", "messages: `tool_use` ids were found without `tool_result` blocks immediately after. Each `tool_use` block must have a corresponding `tool_result` block in the next message.")
}

func (r *anthropicReader) message(m, i int) *failure {
	d, a := r.d, r.a
	at := fmt.Sprintf("messages.%d", i)
	role := d.string(d.get(m, "role"))
	if role != "user" && role != "assistant" && role != "system" {
		return invalid("messages", "%s.role: Input should be 'user', 'assistant' or 'system'", at)
	}
	if i == 0 && role == "assistant" {
		return invalid("messages", "messages: first message must use the \"user\" role")
	}
	if role != "user" && len(r.open) > 0 {
		return r.unanswered()
	}
	content := d.get(m, "content")
	a.answered, a.result, a.prefilled, a.prefill = false, "", false, ""
	turn := turn{role: role}
	var f *failure
	switch d.kind(content) {
	case absent:
		return invalid("messages", "%s.content: Field required", at)
	case text:
		if len(r.open) > 0 {
			return r.unanswered()
		}
		turn.text = d.string(content)
		a.textBytes += len(turn.text)
	case array:
		j := 0
		d.each(content, func(_, b int) bool {
			f = r.block(b, &turn, fmt.Sprintf("%s.content.%d", at, j))
			j++
			return f == nil
		})
	default:
		return invalid("messages", "%s.content: Input should be a valid string or list", at)
	}
	if f != nil {
		return f
	}
	return r.endTurn(&turn, at)
}

// turn is what a message's blocks add up to.
type turn struct {
	role, text string
	texts      int
	calls      int
	result     string
	answered   bool
}

func (r *anthropicReader) endTurn(t *turn, at string) *failure {
	a := r.a
	switch {
	case t.role == "user":
		if len(r.open) > 0 {
			return r.unanswered()
		}
		a.answered, a.result = t.answered, t.result
		if t.text != "" {
			a.user = t.text
		} else if !t.answered {
			return invalid("messages", "%s: user messages must have non-empty content", at)
		}
	case t.role == "assistant" && t.calls == 0:
		a.prefilled, a.prefill = true, t.text // unless another message follows
	}
	return nil
}

func (r *anthropicReader) block(b int, t *turn, at string) *failure {
	d, a := r.d, r.a
	kind := d.string(d.get(b, "type"))
	switch kind {
	case "text":
		s := d.get(b, "text")
		if d.kind(s) != text {
			return invalid("messages", "%s.text.text: Field required", at)
		}
		v := d.string(s)
		if v == "" {
			return invalid("messages", "messages: text content blocks must be non-empty")
		}
		if t.texts++; t.texts > 1 {
			t.text += "\n"
		}
		t.text += v
		a.textBytes += len(v)
	case "image", "document", "search_result", "container_upload":
		if kind != "container_upload" && d.get(b, "source") == nothing {
			return invalid("messages", "%s.%s.source: Field required", at, kind)
		}
	case "tool_use":
		return r.call(b, t, at)
	case "tool_result":
		return r.resultOf(b, t, at)
	case "thinking":
		if t.role != "assistant" {
			return invalid("messages", "%s: `thinking` blocks are only permitted in `assistant` messages", at)
		}
		thought := d.string(d.get(b, "thinking"))
		if d.string(d.get(b, "signature")) != sign(thought) {
			return invalid("messages", "%s: Invalid `signature` in `thinking` block", at)
		}
	case "redacted_thinking", "server_tool_use", "web_search_tool_result", "web_fetch_tool_result",
		"code_execution_tool_result", "mcp_tool_use", "mcp_tool_result":
	default:
		return invalid("messages", "%s: Input tag '%s' found using 'type' does not match any of the expected tags", at, kind)
	}
	return nil
}

func (r *anthropicReader) call(b int, t *turn, at string) *failure {
	d := r.d
	id := d.string(d.get(b, "id"))
	switch {
	case t.role != "assistant":
		return invalid("messages", "%s: `tool_use` blocks can only be in `assistant` messages", at)
	case !toolName(id, 256):
		return invalid("messages", "%s.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'", at)
	case d.string(d.get(b, "name")) == "":
		return invalid("messages", "%s.tool_use.name: Field required", at)
	case d.kind(d.get(b, "input")) != object:
		return invalid("messages", "%s.tool_use.input: Input should be a valid dictionary", at)
	case r.open[id]:
		return invalid("messages", "messages: `tool_use` ids must be unique")
	}
	t.calls++
	r.open[id] = true
	r.a.textBytes += len(d.raw(d.get(b, "input")))
	return nil
}

func (r *anthropicReader) resultOf(b int, t *turn, at string) *failure {
	d := r.d
	id := d.string(d.get(b, "tool_use_id"))
	switch {
	case t.role != "user":
		return invalid("messages", "%s: `tool_result` blocks can only be in `user` messages", at)
	case t.texts > 0:
		return invalid("messages", "%s: `tool_result` blocks must come before other content", at)
	case !r.open[id]:
		return invalid("messages", "%s: unexpected `tool_use_id` found in `tool_result` blocks: %s. Each `tool_result` block must have a corresponding `tool_use` block in the previous message.", at, id)
	}
	delete(r.open, id)
	t.answered = true
	content := d.get(b, "content")
	if d.kind(content) == text {
		t.result = d.string(content)
	} else {
		t.result = ""
		d.each(content, func(_, part int) bool { t.result += d.string(d.get(part, "text")); return true })
	}
	r.a.textBytes += len(t.result)
	return nil
}

func (r *anthropicReader) numbers() *failure {
	d, a := r.d, r.a
	if a.prefilled && a.prefill != strings.TrimRight(a.prefill, " \t\r\n") {
		return invalid("messages", "messages: final assistant content cannot end with trailing whitespace")
	}
	for _, name := range []string{"temperature", "top_p"} {
		v := d.get(0, name)
		if d.given(v) && (d.kind(v) != number || d.float(v) < 0 || d.float(v) > 1) {
			return invalid(name, "%s: range: 0..1", name)
		}
	}
	v := d.get(0, "stop_sequences")
	if d.given(v) && d.kind(v) != array {
		return invalid("stop_sequences", "stop_sequences: Input should be a valid list")
	}
	var f *failure
	d.each(v, func(_, s int) bool {
		if strings.TrimSpace(d.string(s)) == "" {
			f = invalid("stop_sequences", "stop_sequences: each stop sequence must contain non-whitespace")
			return false
		}
		a.stops = append(a.stops, d.string(s))
		return true
	})
	return f
}

func (r *anthropicReader) tools() (f *failure) {
	d, a := r.d, r.a
	list := d.get(0, "tools")
	if d.given(list) && d.kind(list) != array {
		return invalid("tools", "tools: Input should be a valid list")
	}
	i := 0
	d.each(list, func(_, t int) bool {
		name := d.string(d.get(t, "name"))
		kind := d.get(t, "type")
		if !toolName(name, 128) {
			f = invalid("tools", "tools.%d.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'", i)
			return false
		}
		if a.hasTool(name) {
			f = invalid("tools", "tools: Tool names must be unique.")
			return false
		}
		a.textBytes += int(d.nodes[t].end - d.nodes[t].start)
		i++
		if d.given(kind) && !d.is(kind, "custom") {
			return true // the provider's own tools bring their own schema
		}
		schema := d.get(t, "input_schema")
		if d.kind(schema) != object || !d.is(d.get(schema, "type"), "object") {
			f = invalid("tools", "tools.%d.custom.input_schema.type: Field required", i-1)
			return false
		}
		a.tools = append(a.tools, tool{name, schema})
		return true
	})
	if f != nil {
		return f
	}
	return r.choice(d.get(0, "tool_choice"))
}

func (r *anthropicReader) choice(v int) *failure {
	d, a := r.d, r.a
	if !d.given(v) {
		return nil
	}
	if d.get(0, "tools") == nothing {
		return invalid("tool_choice", "tool_choice: may only be specified while providing tools")
	}
	a.single = d.isTrue(d.get(v, "disable_parallel_tool_use"))
	switch kind := d.string(d.get(v, "type")); kind {
	case "auto":
	case "none":
		a.never = true
	case "any":
		a.must = true
	case "tool":
		a.must, a.only = true, d.string(d.get(v, "name"))
		if !a.hasTool(a.only) {
			return invalid("tool_choice", "tool_choice: Tool '%s' not found in provided tools", a.only)
		}
	default:
		return invalid("tool_choice", "tool_choice: Input tag '%s' found using 'type' does not match any of the expected tags: 'auto', 'any', 'tool', 'none'", kind)
	}
	return nil
}

func (r *anthropicReader) thinking() *failure {
	d, a := r.d, r.a
	if format := d.get(d.get(0, "output_config"), "format"); d.is(d.get(format, "type"), "json_schema") {
		a.json, a.schema = true, d.get(format, "schema")
	}
	v := d.get(0, "thinking")
	if !d.given(v) {
		return nil
	}
	switch d.string(d.get(v, "type")) {
	case "disabled":
	case "adaptive", "between_tools":
		a.think = true
	case "enabled":
		budget, ok := d.integer(d.get(v, "budget_tokens"))
		if !ok || budget < 1024 {
			return invalid("thinking", "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024")
		}
		if budget >= a.limit && !r.counting {
			return invalid("max_tokens", "`max_tokens` must be greater than `thinking.budget_tokens`")
		}
		a.think = true
	default:
		return invalid("thinking", "thinking: Input tag does not match any of the expected tags: 'enabled', 'adaptive', 'between_tools', 'disabled'")
	}
	if a.think && a.prefilled {
		return invalid("messages", "messages: the final block may not be an assistant prefill when `thinking` is enabled")
	}
	if a.think && a.must {
		return invalid("tool_choice", "Thinking may not be enabled when tool_choice forces tool use.")
	}
	return nil
}

// sign is the signature of a thought: whoever brings the thought back must bring it unchanged.
func sign(thought string) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(thought))
	sum := h.Sum([]byte("mock-signature:"))
	return base64.StdEncoding.EncodeToString(sum)
}

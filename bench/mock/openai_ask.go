package mock

import "fmt"

// askOpenAI reads a chat completion request as strictly as OpenAI does. c.doc holds the body.
func askOpenAI(d *document) (*ask, *failure) {
	a := &ask{n: 1, schema: nothing}
	r := &openAIReader{d: d, a: a, open: map[string]bool{}}
	if d.kind(0) != object {
		return a, invalid("", "We could not parse the JSON body of your request: it is %s, not an object.", d.kind(0))
	}
	for _, step := range []func() *failure{r.names, r.messages, r.numbers, r.tools, r.format} {
		if f := step(); f != nil {
			return a, f
		}
	}
	a.direct()
	return a, nil
}

// openAIReader fills an ask from a chat completion request.
type openAIReader struct {
	d    *document
	a    *ask
	open map[string]bool // ids of calls that wait for their result
}

func (r *openAIReader) names() (f *failure) {
	d, a := r.d, r.a
	model := d.get(0, "model")
	if d.kind(model) != text {
		return invalid("model", "you must provide a model parameter")
	}
	if a.model = d.string(model); a.model == "" {
		return invalid("model", "you must provide a model parameter")
	}
	if a.stream, f = d.checkBool(0, "stream"); f != nil {
		return f
	}
	if options := d.get(0, "stream_options"); d.given(options) {
		if !a.stream {
			return invalid("stream_options", "The 'stream_options' parameter is only allowed when 'stream' is enabled.")
		}
		if a.usage, f = d.checkBool(options, "include_usage"); f != nil {
			return f
		}
	}
	return nil
}

func (r *openAIReader) messages() *failure {
	d := r.d
	all := d.get(0, "messages")
	switch {
	case all == nothing:
		return invalid("messages", "Missing required parameter: 'messages'.")
	case d.kind(all) != array:
		return invalid("messages", "Invalid type for 'messages': expected an array of objects, but got %s instead.", d.kind(all))
	case d.len(all) == 0:
		return invalid("messages", "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.")
	}
	var f *failure
	i := 0
	d.each(all, func(_, m int) bool {
		f = r.message(m, fmt.Sprintf("messages[%d]", i))
		i++
		return f == nil
	})
	if f == nil && len(r.open) > 0 {
		f = r.unanswered()
	}
	return f
}

func (r *openAIReader) unanswered() *failure {
	return invalid("messages", "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. %d of them did not have response messages.", len(r.open))
}

func (r *openAIReader) message(m int, at string) *failure {
	d, a := r.d, r.a
	if d.kind(m) != object {
		return invalid(at, "Invalid type for '%s': expected an object, but got %s instead.", at, d.kind(m))
	}
	role := d.string(d.get(m, "role"))
	if role != "tool" && len(r.open) > 0 {
		return r.unanswered()
	}
	content := d.get(m, "content")
	s, f := r.content(content, at+".content")
	if f != nil {
		return f
	}
	a.textBytes += len(s)
	a.answered, a.result, a.prefilled, a.prefill = false, "", false, ""
	switch role {
	case "system", "developer", "user":
		if !d.given(content) {
			return invalid(at+".content", "Invalid type for '%s.content': expected one of a string or array of objects, but got null instead.", at)
		}
		if role == "user" {
			a.user = s
		}
	case "assistant":
		if f := r.calls(m, at); f != nil {
			return f
		}
		if len(r.open) == 0 {
			if !d.given(content) && !d.given(d.get(m, "refusal")) && !d.given(d.get(m, "function_call")) {
				return invalid(at, "Invalid value for 'content': expected a string, got null.")
			}
			a.prefilled, a.prefill = true, s
		}
	case "tool":
		id := d.string(d.get(m, "tool_call_id"))
		if id == "" {
			return invalid(at+".tool_call_id", "Missing required parameter: '%s.tool_call_id'.", at)
		}
		if !r.open[id] {
			return invalid(at+".role", "Invalid parameter: messages with role 'tool' must be a response to a preceding message with 'tool_calls'.")
		}
		delete(r.open, id)
		a.answered, a.result = true, s
	case "function":
		a.answered, a.result = true, s
	default:
		return &failure{
			status: 400, param: at + ".role", code: "invalid_value",
			message: fmt.Sprintf("Invalid value: '%s'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'.", role),
		}
	}
	return nil
}

// content joins a message's text, parts by newlines.
func (r *openAIReader) content(v int, at string) (string, *failure) {
	d := r.d
	switch d.kind(v) {
	case absent, null:
		return "", nil
	case text:
		return d.string(v), nil
	case array:
	default:
		return "", invalid(at, "Invalid type for '%s': expected one of a string or array of objects, but got %s instead.", at, d.kind(v))
	}
	var out string
	var f *failure
	i, texts := 0, 0
	d.each(v, func(_, part int) bool {
		where := fmt.Sprintf("%s[%d]", at, i)
		i++
		switch kind := d.string(d.get(part, "type")); kind {
		case "text", "refusal":
			s := d.get(part, kind)
			if d.kind(s) != text {
				f = invalid(where+"."+kind, "Invalid type for '%s.%s': expected a string, but got %s instead.", where, kind, d.kind(s))
				return false
			}
			if texts++; texts > 1 {
				out += "\n"
			}
			out += d.string(s)
		case "image_url", "input_audio", "file":
			if d.kind(d.get(part, kind)) != object {
				f = invalid(where, "Missing required parameter: '%s.%s'.", where, kind)
				return false
			}
		default:
			f = &failure{
				status: 400, param: where + ".type", code: "invalid_value",
				message: fmt.Sprintf("Invalid value: '%s'. Supported values are: 'text', 'image_url', 'input_audio', 'refusal', and 'file'.", kind),
			}
			return false
		}
		return true
	})
	return out, f
}

// calls reads the calls of an assistant's message.
func (r *openAIReader) calls(m int, at string) (f *failure) {
	d := r.d
	calls := d.get(m, "tool_calls")
	if !d.given(calls) {
		return nil
	}
	if d.kind(calls) != array || d.len(calls) == 0 {
		return invalid(at+".tool_calls", "Invalid '%s.tool_calls': expected a non-empty array.", at)
	}
	d.each(calls, func(_, call int) bool {
		id := d.string(d.get(call, "id"))
		function := d.get(call, "function")
		arguments := d.get(function, "arguments")
		switch {
		case id == "":
			f = invalid(at+".tool_calls", "Missing required parameter: '%s.tool_calls[].id'.", at)
		case d.is(d.get(call, "type"), "custom"):
			r.open[id] = true
		case d.kind(d.get(function, "name")) != text || d.kind(arguments) != text:
			f = invalid(at+".tool_calls", "Invalid type for '%s.tool_calls[].function': name and arguments are strings.", at)
		default:
			r.a.textBytes += len(d.string(arguments))
			r.open[id] = true
		}
		return f == nil
	})
	return f
}

func (r *openAIReader) numbers() *failure {
	d, a := r.d, r.a
	for _, b := range []struct {
		name      string
		low, high float64
	}{{"temperature", 0, 2}, {"top_p", 0, 1}, {"presence_penalty", -2, 2}, {"frequency_penalty", -2, 2}} {
		if f := d.checkNumber(0, b.name, b.low, b.high); f != nil {
			return f
		}
	}
	for _, name := range []string{"max_tokens", "max_completion_tokens"} {
		n, f := d.checkCount(0, name)
		if f != nil {
			return f
		}
		if n > 0 {
			a.limit = n
		}
	}
	n, f := d.checkCount(0, "n")
	if f != nil {
		return f
	}
	if n > 128 {
		return invalid("n", "Invalid 'n': integer above maximum value. Expected a value <= 128, but got %d instead.", n)
	}
	a.n = max(n, 1)
	if a.single, f = d.checkParallel(); f != nil {
		return f
	}
	return r.stops(d.get(0, "stop"))
}

// checkParallel tells whether parallel_tool_calls is false.
func (d *document) checkParallel() (bool, *failure) {
	on, f := d.checkBool(0, "parallel_tool_calls")
	return !on && d.given(d.get(0, "parallel_tool_calls")), f
}

func (r *openAIReader) stops(v int) *failure {
	d, a := r.d, r.a
	switch d.kind(v) {
	case absent, null:
	case text:
		a.stops = []string{d.string(v)}
	case array:
		if d.len(v) > 4 {
			return invalid("stop", "Invalid 'stop': array too long. Expected an array with maximum length 4.")
		}
		d.each(v, func(_, s int) bool { a.stops = append(a.stops, d.string(s)); return true })
	default:
		return invalid("stop", "Invalid type for 'stop': expected a string or an array of strings.")
	}
	return nil
}

func (r *openAIReader) tools() (f *failure) {
	d, a := r.d, r.a
	list := d.get(0, "tools")
	if d.given(list) && d.kind(list) != array {
		return invalid("tools", "Invalid type for 'tools': expected an array of objects, but got %s instead.", d.kind(list))
	}
	i := 0
	d.each(list, func(_, t int) bool {
		at := fmt.Sprintf("tools[%d]", i)
		i++
		kind := d.string(d.get(t, "type"))
		if kind != "function" && kind != "custom" {
			f = invalid(at+".type", "Invalid value: '%s'. Supported values are: 'function' and 'custom'.", kind)
			return false
		}
		body := d.get(t, kind)
		name := d.string(d.get(body, "name"))
		if !toolName(name, 64) {
			f = invalid(at+"."+kind+".name", "Invalid '%s.%s.name': expected a string that matches ^[a-zA-Z0-9_-]{1,64}$.", at, kind)
			return false
		}
		schema := d.get(body, "parameters")
		if d.given(schema) && d.kind(schema) != object {
			f = invalid(at+".function.parameters", "Invalid type for '%s.function.parameters': expected an object.", at)
			return false
		}
		a.textBytes += int(d.nodes[t].end - d.nodes[t].start)
		a.tools = append(a.tools, tool{name, schema})
		return true
	})
	if f != nil {
		return f
	}
	return r.choice(d.get(0, "tool_choice"))
}

func (r *openAIReader) choice(v int) *failure {
	d, a := r.d, r.a
	if !d.given(v) {
		return nil
	}
	if len(a.tools) == 0 {
		return invalid("tool_choice", "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.")
	}
	switch {
	case d.is(v, "auto"):
	case d.is(v, "none"):
		a.never = true
	case d.is(v, "required"):
		a.must = true
	case d.kind(v) == object && d.is(d.get(v, "type"), "allowed_tools"):
		a.must = d.is(d.get(d.get(v, "allowed_tools"), "mode"), "required")
	case d.kind(v) == object:
		a.must, a.only = true, d.string(d.get(d.get(v, d.string(d.get(v, "type"))), "name"))
		if !a.hasTool(a.only) {
			return invalid("tool_choice", "Invalid value for 'tool_choice': the tool '%s' is not among the tools.", a.only)
		}
	default:
		return invalid("tool_choice", "Invalid value for 'tool_choice': expected 'none', 'auto', 'required' or an object.")
	}
	return nil
}

func (r *openAIReader) format() *failure {
	d, a := r.d, r.a
	v := d.get(0, "response_format")
	if effort := d.get(0, "reasoning_effort"); d.given(effort) && d.kind(effort) != text {
		return invalid("reasoning_effort", "Invalid type for 'reasoning_effort': expected a string, but got %s instead.", d.kind(effort))
	}
	if !d.given(v) {
		return nil
	}
	switch d.string(d.get(v, "type")) {
	case "text":
	case "json_object":
		a.json = true
	case "json_schema":
		schema := d.get(v, "json_schema")
		if d.string(d.get(schema, "name")) == "" {
			return invalid("response_format.json_schema.name", "Missing required parameter: 'response_format.json_schema.name'.")
		}
		a.json, a.schema = true, d.get(schema, "schema")
	default:
		return invalid("response_format.type", "Invalid value for 'response_format.type'. Supported values are: 'json_object', 'json_schema', and 'text'.")
	}
	return nil
}

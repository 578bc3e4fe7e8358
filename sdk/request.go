package sdk

import (
	"iter"

	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/internal/host"
)

// Call is what every hook knows of its request.
type Call struct{}

// ID is the request's id, as answers and logs name it.
func (Call) ID() string { return text(abi.FieldRequestID, 0, 0) }

// Dialect is the client's API: "openai.chat", "anthropic.messages".
func (Call) Dialect() string { return text(abi.FieldDialect, 0, 0) }

// Route is the route's name.
func (Call) Route() string { return text(abi.FieldRoute, 0, 0) }

// Consumer is the consumer's name, "" if anonymous.
func (Call) Consumer() string { return text(abi.FieldConsumer, 0, 0) }

// Team is the consumer's team, "" if none.
func (Call) Team() string { return text(abi.FieldTeam, 0, 0) }

// ClientIP is the client's address.
func (Call) ClientIP() string { return text(abi.FieldClientIP, 0, 0) }

// Method is the HTTP method.
func (Call) Method() string { return text(abi.FieldMethod, 0, 0) }

// Path is the path, as sent.
func (Call) Path() string { return text(abi.FieldPath, 0, 0) }

// Stream tells whether the client asked for a stream.
func (Call) Stream() bool { return count(abi.FieldStream, 0, 0) == 1 }

// Provider is the provider, "openai.main"; "" before a target was chosen.
func (Call) Provider() string { return text(abi.FieldProvider, 0, 0) }

// UpstreamModel is the provider's own name of the model; "" before a target was chosen.
func (Call) UpstreamModel() string { return text(abi.FieldUpstream, 0, 0) }

// Attempt is 1 for the first attempt, 0 before it.
func (Call) Attempt() int { return count(abi.FieldAttempt, 0, 0) }

// Header is a request header, "" if absent. name is lower case. Credentials are never shown.
func (Call) Header(header string) string { return name(abi.NameHeader, header) }

// Tag is a tag of the consumer, "" if absent.
func (Call) Tag(tag string) string { return name(abi.NameTag, tag) }

// SetAnswerHeader adds a header to the answer. Its name is lower case, begins with "x-" and isn't the gateway's.
func (Call) SetAnswerHeader(header, value string) error {
	return done(host.SetNamed(abi.NameAnswerHeader, header, bytesOf(value)))
}

// State is what SetState left in an earlier hook of this request, nil if nothing. It is appended to dst.
func (Call) State(dst []byte) []byte {
	return appendRead(dst, func(buf []byte) int32 { return host.StateGet(buf) })
}

// SetState keeps b for the later hooks of this request, at most abi.MaxState bytes.
func (Call) SetState(b []byte) error { return statusError(host.StatePut(b)) }

// Request is the client's request. Edits are made after the hook returned; until then, methods give the
// values before.
type Request struct{ Call }

// Model is what the client asked for.
func (Request) Model() string { return text(abi.FieldModel, 0, 0) }

// SetModel asks for another model, in OnRequest.
func (Request) SetModel(model string) error {
	return edit(abi.Set1, abi.FieldModel, 0, 0, bytesOf(model))
}

// MaxTokens is the most tokens of the answer; ok is false if the client didn't say.
func (Request) MaxTokens() (n int64, ok bool) { return number(abi.FieldMaxTokens, 0, 0) }

// SetMaxTokens bounds the answer.
func (Request) SetMaxTokens(n int64) error {
	var digits [20]byte
	return edit(abi.Set1, abi.FieldMaxTokens, 0, 0, appendInt(digits[:0], n))
}

// Choices is how many answers are wanted; ok is false if the client didn't say.
func (Request) Choices() (n int64, ok bool) { return number(abi.FieldChoices, 0, 0) }

// SetChoices sets how many answers are wanted, where the API knows more than one.
func (Request) SetChoices(n int64) error {
	var digits [20]byte
	return edit(abi.Set1, abi.FieldChoices, 0, 0, appendInt(digits[:0], n))
}

// Temperature is the JSON number as text, "" if the client didn't say.
func (Request) Temperature() string { return text(abi.FieldTemperature, 0, 0) }

// SetTemperature sets the temperature, a JSON number as text.
func (Request) SetTemperature(number string) error {
	return edit(abi.Set1, abi.FieldTemperature, 0, 0, bytesOf(number))
}

// TopP is the JSON number as text, "" if the client didn't say.
func (Request) TopP() string { return text(abi.FieldTopP, 0, 0) }

// User is the client's end-user id, "" if none.
func (Request) User() string { return text(abi.FieldUser, 0, 0) }

// Param is a top-level member of the request body as JSON, "" if absent.
func (Request) Param(member string) string { return name(abi.NameParam, member) }

// SetParam sets a top-level member of the request body to a JSON value.
func (Request) SetParam(member, json string) error {
	return done(host.SetNamed(abi.NameParam, member, bytesOf(json)))
}

// RemoveParam takes a top-level member, which must be there, out of the request body.
func (Request) RemoveParam(member string) error {
	return done(host.SetNamed(abi.NameParam, member, nil))
}

// SetUpstreamHeader adds a header to the upstream request. Its name is lower case and begins with "x-".
func (Request) SetUpstreamHeader(header, value string) error {
	return done(host.SetNamed(abi.NameUpstreamHeader, header, bytesOf(value)))
}

// BodyLength is how many bytes the request's body has.
func (Request) BodyLength() int { return count(abi.FieldBodyLength, 0, 0) }

// System is all system text, joined by newlines.
func (Request) System() string { return text(abi.FieldSystem, 0, 0) }

// SetSystem replaces all system text.
func (Request) SetSystem(s string) error { return edit(abi.Set1, abi.FieldSystem, 0, 0, bytesOf(s)) }

// PrependSystem puts a text before all system text.
func (Request) PrependSystem(s string) error {
	return edit(abi.Prepend, abi.FieldSystem, 0, 0, bytesOf(s))
}

// AppendSystem puts a text after all system text.
func (Request) AppendSystem(s string) error {
	return edit(abi.Append, abi.FieldSystem, 0, 0, bytesOf(s))
}

// NumMessages is how many messages there are, the system prompt included.
func (Request) NumMessages() int { return count(abi.FieldMessages, 0, 0) }

// Message is message i.
func (Request) Message(i int) Message { return Message{int32(i)} }

// Messages are all messages, in order.
func (r Request) Messages() iter.Seq[Message] {
	return func(yield func(Message) bool) {
		for i := range r.NumMessages() {
			if !yield(Message{int32(i)}) {
				return
			}
		}
	}
}

// InsertMessage puts a message before message i; i = NumMessages() puts it at the end. role is abi.RoleSystem,
// abi.RoleUser or abi.RoleAssistant.
func (Request) InsertMessage(i, role int, s string) error {
	return edit(abi.Insert, abi.FieldMessages, i, role, bytesOf(s))
}

// NumTools is how many tools are declared.
func (Request) NumTools() int { return count(abi.FieldTools, 0, 0) }

// Tool is tool i.
func (Request) Tool(i int) Tool { return Tool{int32(i)} }

// Tools are all declared tools, in order.
func (r Request) Tools() iter.Seq[Tool] {
	return func(yield func(Tool) bool) {
		for i := range r.NumTools() {
			if !yield(Tool{int32(i)}) {
				return
			}
		}
	}
}

// Message is a message of the request.
type Message struct{ i int32 }

// Index is its place.
func (m Message) Index() int { return int(m.i) }

// Role is "system", "user", "assistant" or "tool".
func (m Message) Role() string {
	n := host.Get(abi.FieldRole, m.i, 0, buffer)
	if n <= 0 || int(n) > len(buffer) {
		return ""
	}
	switch string(buffer[:n]) { // no allocation for the usual ones
	case "user":
		return "user"
	case "assistant":
		return "assistant"
	case "system":
		return "system"
	case "tool":
		return "tool"
	}
	return string(buffer[:n])
}

// NumParts is how many parts it has.
func (m Message) NumParts() int { return count(abi.FieldParts, int(m.i), 0) }

// Part is part j.
func (m Message) Part(j int) Part { return Part{i: m.i, j: int32(j)} }

// Parts are its parts, in order.
func (m Message) Parts() iter.Seq[Part] {
	return func(yield func(Part) bool) {
		for j := range m.NumParts() {
			if !yield(Part{i: m.i, j: int32(j)}) {
				return
			}
		}
	}
}

// Text is all of its text parts, joined by newlines.
func (m Message) Text() string {
	var b []byte
	for j := range m.NumParts() {
		p := m.Part(j)
		if p.Kind() != abi.PartText {
			continue
		}
		if len(b) > 0 {
			b = append(b, '\n')
		}
		b = p.AppendText(b)
	}
	return string(b)
}

// Remove takes the message out.
func (m Message) Remove() error { return edit(abi.Remove, abi.FieldMessages, int(m.i), 0, nil) }

// Tool is a tool that the request declares.
type Tool struct{ i int32 }

// Name is the function's name.
func (t Tool) Name() string { return text(abi.FieldToolName, int(t.i), 0) }

// Field names the description to packages that work on a field without reading it.
func (t Tool) Field() (f abi.Field, i, j int) { return abi.FieldToolText, int(t.i), 0 }

// Description is what the model reads of it.
func (t Tool) Description() string { return text(abi.FieldToolText, int(t.i), 0) }

// AppendDescription appends the description to dst.
func (t Tool) AppendDescription(dst []byte) []byte {
	return appendText(dst, abi.FieldToolText, int(t.i), 0)
}

// SetDescription replaces the description.
func (t Tool) SetDescription(s string) error {
	return edit(abi.Set1, abi.FieldToolText, int(t.i), 0, bytesOf(s))
}

// Schema is the JSON schema of the parameters.
func (t Tool) Schema() string { return text(abi.FieldToolSchema, int(t.i), 0) }

// Part is a part of a message or of an answer.
type Part struct {
	i, j   int32
	answer bool
}

// of picks the field of the request or of the answer.
func (p Part) of(request, answer abi.Field) abi.Field {
	if p.answer {
		return answer
	}
	return request
}

// Kind is what the part is.
func (p Part) Kind() abi.Part {
	n, ok := number(p.of(abi.FieldPartKind, abi.FieldAnswerPartKind), int(p.i), int(p.j))
	if !ok {
		return abi.PartOther
	}
	return abi.Part(n)
}

// Field names the part's text to packages that work on a field without reading it.
func (p Part) Field() (f abi.Field, i, j int) {
	return p.of(abi.FieldPartText, abi.FieldAnswerPartText), int(p.i), int(p.j)
}

// Text is the part's text: a tool call's arguments (JSON), a tool result's text, reasoning.
func (p Part) Text() string {
	return text(p.of(abi.FieldPartText, abi.FieldAnswerPartText), int(p.i), int(p.j))
}

// AppendText appends the text to dst.
func (p Part) AppendText(dst []byte) []byte {
	return appendText(dst, p.of(abi.FieldPartText, abi.FieldAnswerPartText), int(p.i), int(p.j))
}

// SetText replaces the text. Arguments of a tool call must be JSON again.
func (p Part) SetText(s string) error { return p.SetBytes(bytesOf(s)) }

// SetBytes is SetText for bytes, which are copied.
func (p Part) SetBytes(b []byte) error {
	return edit(abi.Set1, p.of(abi.FieldPartText, abi.FieldAnswerPartText), int(p.i), int(p.j), b)
}

// Prepend puts a text before the part's.
func (p Part) Prepend(s string) error {
	return edit(abi.Prepend, p.of(abi.FieldPartText, abi.FieldAnswerPartText), int(p.i), int(p.j), bytesOf(s))
}

// Append puts a text after the part's.
func (p Part) Append(s string) error {
	return edit(abi.Append, p.of(abi.FieldPartText, abi.FieldAnswerPartText), int(p.i), int(p.j), bytesOf(s))
}

// Remove takes the part out of its message.
func (p Part) Remove() error {
	return edit(abi.Remove, p.of(abi.FieldPartText, abi.FieldAnswerPartText), int(p.i), int(p.j), nil)
}

// Name is a tool call's function.
func (p Part) Name() string {
	return text(p.of(abi.FieldPartName, abi.FieldAnswerPartName), int(p.i), int(p.j))
}

// ID is a tool call's or result's id.
func (p Part) ID() string {
	return text(p.of(abi.FieldPartID, abi.FieldAnswerPartID), int(p.i), int(p.j))
}

// Candidate is a target that OnRoute may choose.
type Candidate struct{ i int32 }

// Index is what Choose takes.
func (c Candidate) Index() int { return int(c.i) }

// Model is the provider's own name of the model.
func (c Candidate) Model() string { return text(abi.FieldCandidateModel, int(c.i), 0) }

// Provider is the provider: "openai.main".
func (c Candidate) Provider() string { return text(abi.FieldCandidateProvider, int(c.i), 0) }

// Weight is the target's weight.
func (c Candidate) Weight() int { return count(abi.FieldCandidateWeight, int(c.i), 0) }

// candidates are n candidates, in a slice that is used again.
func candidates(n int) []Candidate {
	for len(plugin.candidates) < n {
		plugin.candidates = append(plugin.candidates, Candidate{int32(len(plugin.candidates))})
	}
	return plugin.candidates[:n]
}

// appendInt is strconv.AppendInt for base 10, without the rest of that package.
func appendInt(dst []byte, n int64) []byte {
	if n < 0 {
		dst = append(dst, '-')
	}
	var digits [20]byte
	at := len(digits)
	for u := magnitude(n); ; u /= 10 {
		at--
		digits[at] = byte('0' + u%10)
		if u < 10 {
			break
		}
	}
	return append(dst, digits[at:]...)
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

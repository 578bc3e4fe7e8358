package sdktest

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/abi/table"
)

// Conversation is a request and, where a hook needs one, its answer. The plugin's edits change it. Zero fields
// are absent, or what NewConversation would set.
type Conversation struct {
	ID, Dialect, Route, Consumer, Team, ClientIP, Method, Path string
	Provider, Upstream                                         string
	Stream                                                     bool
	Attempt                                                    int

	Model, User       string
	MaxTokens         int64  // 0: not asked for
	Temperature, TopP string // JSON numbers
	Choices           int64  // 0: not asked for
	Messages          []Message
	Tools             []Tool
	Headers, Tags     map[string]string
	Params            map[string]string // JSON values

	Answers       []Message // choices; Role is "assistant"
	Finish        []string  // of each choice
	AnswerModel   string
	Usage         *Usage // nil: not known yet
	Candidates    []Candidate
	AnswerHeaders map[string]string // what the plugin set
	Upstreamed    map[string]string // headers that the plugin set for the upstream request

	Body, AnswerBody string // as package body reads them; "" is absent

	state []byte
}

// Message is a message of the request or a choice of the answer.
type Message struct {
	Role  string
	Parts []Part
}

// Part is a part of a message.
type Part struct {
	Kind     abi.Part
	Text     string
	Name, ID string
}

// Tool is a declared tool.
type Tool struct{ Name, Description, Schema string }

// Candidate is a target to choose.
type Candidate struct {
	Provider, Model string
	Weight          int
}

// Usage is what the answer cost, in tokens.
type Usage struct{ Input, Output, Cached, Reasoning int64 }

// NewConversation is a request in OpenAI's dialect with these messages.
func NewConversation(messages ...Message) *Conversation {
	return &Conversation{
		ID: "req-1", Dialect: "openai.chat", Route: "chat", ClientIP: "192.0.2.1", Method: "POST",
		Path: "/v1/chat/completions", Model: "gpt-4o", Messages: messages,
	}
}

// User is a message of the user with one text.
func User(text string) Message { return says("user", text) }

// System is a system message.
func System(text string) Message { return says("system", text) }

// Assistant is a message of the assistant, in a request or as a choice of an answer.
func Assistant(text string) Message { return says("assistant", text) }

func says(role, text string) Message {
	return Message{Role: role, Parts: []Part{{Kind: abi.PartText, Text: text}}}
}

// ToolCall is a message of the assistant that calls a tool. arguments is JSON.
func ToolCall(id, name, arguments string) Message {
	return Message{Role: "assistant", Parts: []Part{{Kind: abi.PartToolCall, ID: id, Name: name, Text: arguments}}}
}

// ToolResult is a tool's answer.
func ToolResult(id, text string) Message {
	return Message{Role: "tool", Parts: []Part{{Kind: abi.PartToolResult, ID: id, Text: text}}}
}

// Text is all of the message's texts, joined by newlines.
func (m Message) Text() string {
	var out []string
	for _, p := range m.Parts {
		out = append(out, p.Text)
	}
	return strings.Join(out, "\n")
}

// systemText is all system text.
func (c *Conversation) systemText() (string, bool) {
	var out []string
	for _, m := range c.Messages {
		if m.Role == "system" {
			out = append(out, m.Text())
		}
	}
	return strings.Join(out, "\n"), len(out) > 0
}

// part returns a part of a message, nil if there is none.
func part(list []Message, i, j int) *Part {
	if i < 0 || i >= len(list) || j < 0 || j >= len(list[i].Parts) {
		return nil
	}
	return &list[i].Parts[j]
}

// hasText tells whether a part of that kind has a text.
func hasText(k abi.Part) bool { return k != abi.PartImage && k != abi.PartFile && k != abi.PartOther }

// Get is a text field; ok is false if it is absent.
func (c *Conversation) Get(f abi.Field, i, j int) (text string, ok bool) {
	given := func(s string) (string, bool) { return s, s != "" }
	switch f {
	case abi.FieldRequestID:
		return c.ID, true
	case abi.FieldDialect:
		return c.Dialect, true
	case abi.FieldRoute:
		return c.Route, true
	case abi.FieldConsumer:
		return given(c.Consumer)
	case abi.FieldTeam:
		return given(c.Team)
	case abi.FieldClientIP:
		return c.ClientIP, true
	case abi.FieldMethod:
		return c.Method, true
	case abi.FieldPath:
		return c.Path, true
	case abi.FieldProvider:
		return given(c.Provider)
	case abi.FieldUpstream:
		return given(c.Upstream)
	case abi.FieldModel:
		return c.Model, true
	case abi.FieldTemperature:
		return given(c.Temperature)
	case abi.FieldTopP:
		return given(c.TopP)
	case abi.FieldUser:
		return given(c.User)
	case abi.FieldRole:
		if i < 0 || i >= len(c.Messages) {
			return "", false
		}
		return c.Messages[i].Role, true
	case abi.FieldPartText, abi.FieldPartName, abi.FieldPartID:
		return partField(part(c.Messages, i, j), f, abi.FieldPartText, abi.FieldPartName)
	case abi.FieldAnswerPartText, abi.FieldAnswerPartName, abi.FieldAnswerPartID:
		return partField(part(c.Answers, i, j), f, abi.FieldAnswerPartText, abi.FieldAnswerPartName)
	case abi.FieldToolName, abi.FieldToolText, abi.FieldToolSchema:
		if i < 0 || i >= len(c.Tools) {
			return "", false
		}
		t := &c.Tools[i]
		return given(map[abi.Field]string{abi.FieldToolName: t.Name, abi.FieldToolText: t.Description, abi.FieldToolSchema: t.Schema}[f])
	case abi.FieldSystem:
		return c.systemText()
	case abi.FieldFinish:
		if i < 0 || i >= len(c.Finish) {
			return "", false
		}
		return given(c.Finish[i])
	case abi.FieldAnswerModel:
		return given(c.AnswerModel)
	case abi.FieldCandidateModel, abi.FieldCandidateProvider:
		if i < 0 || i >= len(c.Candidates) {
			return "", false
		}
		if f == abi.FieldCandidateModel {
			return c.Candidates[i].Model, true
		}
		return c.Candidates[i].Provider, true
	}
	return "", false
}

func partField(p *Part, f, text, name abi.Field) (string, bool) {
	switch {
	case p == nil:
		return "", false
	case f == text:
		return p.Text, hasText(p.Kind)
	case f == name:
		return p.Name, p.Name != ""
	}
	return p.ID, p.ID != ""
}

// Num is a number field; ok is false if it is absent.
func (c *Conversation) Num(f abi.Field, i, j int) (n int64, ok bool) {
	switch f {
	case abi.FieldStream:
		if c.Stream {
			return 1, true
		}
		return 0, true
	case abi.FieldAttempt:
		return int64(c.Attempt), c.Attempt > 0
	case abi.FieldBodyLength:
		for _, m := range c.Messages {
			n += int64(len(m.Text()) + len(m.Role))
		}
		return n, true
	case abi.FieldMaxTokens:
		return c.MaxTokens, c.MaxTokens > 0
	case abi.FieldChoices:
		return c.Choices, c.Choices > 0
	case abi.FieldMessages:
		return int64(len(c.Messages)), true
	case abi.FieldParts:
		return parts(c.Messages, i)
	case abi.FieldPartKind:
		return partKind(part(c.Messages, i, j))
	case abi.FieldTools:
		return int64(len(c.Tools)), true
	case abi.FieldAnswers:
		return int64(len(c.Answers)), true
	case abi.FieldAnswerParts:
		return parts(c.Answers, i)
	case abi.FieldAnswerPartKind:
		return partKind(part(c.Answers, i, j))
	case abi.FieldInputTokens, abi.FieldOutputTokens, abi.FieldCachedTokens, abi.FieldReasonTokens:
		if c.Usage == nil {
			return 0, false
		}
		return map[abi.Field]int64{abi.FieldInputTokens: c.Usage.Input, abi.FieldOutputTokens: c.Usage.Output, abi.FieldCachedTokens: c.Usage.Cached, abi.FieldReasonTokens: c.Usage.Reasoning}[f], true
	case abi.FieldCandidates:
		return int64(len(c.Candidates)), true
	case abi.FieldCandidateWeight:
		if i < 0 || i >= len(c.Candidates) {
			return 0, false
		}
		return int64(c.Candidates[i].Weight), true
	}
	return 0, false
}

func parts(list []Message, i int) (int64, bool) {
	if i < 0 || i >= len(list) {
		return 0, false
	}
	return int64(len(list[i].Parts)), true
}

func partKind(p *Part) (int64, bool) {
	if p == nil {
		return 0, false
	}
	return int64(p.Kind), true
}

// Named is a value by its name; ok is false if it is absent.
func (c *Conversation) Named(family abi.Name, name string) (value string, ok bool) {
	switch family {
	case abi.NameHeader:
		value, ok = c.Headers[name]
	case abi.NameTag:
		value, ok = c.Tags[name]
	case abi.NameParam:
		value, ok = c.Params[name]
	}
	return value, ok
}

// fielded are members of a request that fields show, and that aren't set by their name.
var fielded = []string{"model", "messages", "system", "tools", "stream", "stream_options", "user", "n"}

// SetNamed sets a value by its name.
func (c *Conversation) SetNamed(family abi.Name, name, value string) abi.Status {
	set := func(m *map[string]string) abi.Status {
		if *m == nil {
			*m = map[string]string{}
		}
		(*m)[name] = value
		return abi.OK
	}
	switch family {
	case abi.NameParam:
		if slices.Contains(fielded, name) {
			return abi.ReadOnly
		}
		if value != "" {
			return set(&c.Params)
		}
		if _, ok := c.Params[name]; !ok {
			return abi.Absent
		}
		delete(c.Params, name)
		return abi.OK
	case abi.NameAnswerHeader, abi.NameUpstreamHeader:
		if !strings.HasPrefix(name, "x-") || name != strings.ToLower(name) {
			return abi.ReadOnly
		}
		if family == abi.NameAnswerHeader {
			return set(&c.AnswerHeaders)
		}
		return set(&c.Upstreamed)
	}
	return abi.ReadOnly
}

// Apply makes one edit. On any status but abi.OK nothing has changed.
func (c *Conversation) Apply(op abi.Edit, f abi.Field, i, j int, value string) abi.Status {
	if !utf8.ValidString(value) {
		return abi.Invalid
	}
	switch f {
	case abi.FieldMessages:
		return c.editMessages(op, i, j, value)
	case abi.FieldSystem:
		return c.editSystem(op, value)
	case abi.FieldPartText:
		return editPart(c.Messages, op, i, j, value)
	case abi.FieldAnswerPartText:
		return editPart(c.Answers, op, i, j, value)
	case abi.FieldToolText:
		if i < 0 || i >= len(c.Tools) {
			return abi.BadRange
		}
		return editText(&c.Tools[i].Description, op, value)
	}
	if op != abi.Set1 {
		return abi.Unsupported
	}
	switch f {
	case abi.FieldModel:
		c.Model = value
	case abi.FieldTemperature:
		c.Temperature = value
	case abi.FieldTopP:
		c.TopP = value
	case abi.FieldMaxTokens:
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil || n <= 0 {
			return abi.Invalid
		}
		c.MaxTokens = n
	case abi.FieldChoices:
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil || n <= 0 {
			return abi.Invalid
		}
		c.Choices = n
	default:
		return abi.ReadOnly
	}
	return abi.OK
}

func editText(s *string, op abi.Edit, value string) abi.Status {
	switch op {
	case abi.Set1:
		*s = value
	case abi.Prepend:
		*s = value + *s
	case abi.Append:
		*s += value
	default:
		return abi.Unsupported
	}
	return abi.OK
}

func editPart(list []Message, op abi.Edit, i, j int, value string) abi.Status {
	p := part(list, i, j)
	if p == nil {
		return abi.BadRange
	}
	if op == abi.Remove {
		list[i].Parts = slices.Delete(list[i].Parts, j, j+1)
		return abi.OK
	}
	if !hasText(p.Kind) {
		return abi.Unsupported
	}
	return editText(&p.Text, op, value)
}

func (c *Conversation) editMessages(op abi.Edit, i, role int, value string) abi.Status {
	switch op {
	case abi.Insert:
		if i < 0 || i > len(c.Messages) || role < 0 || role >= len(table.Roles) {
			return abi.BadRange
		}
		c.Messages = slices.Insert(c.Messages, i, says(table.Roles[role].Text, value))
	case abi.Remove:
		if i < 0 || i >= len(c.Messages) {
			return abi.BadRange
		}
		c.Messages = slices.Delete(c.Messages, i, i+1)
	default:
		return abi.Unsupported
	}
	return abi.OK
}

func (c *Conversation) editSystem(op abi.Edit, value string) abi.Status {
	first := slices.IndexFunc(c.Messages, func(m Message) bool { return m.Role == "system" })
	switch op {
	case abi.Set1:
		c.Messages = slices.DeleteFunc(c.Messages, func(m Message) bool { return m.Role == "system" })
		c.Messages = slices.Insert(c.Messages, 0, System(value))
	case abi.Prepend:
		if first < 0 {
			first = 0
		}
		c.Messages = slices.Insert(c.Messages, first, System(value))
	case abi.Append:
		last := 0
		for i, m := range c.Messages {
			if m.Role == "system" {
				last = i + 1
			}
		}
		c.Messages = slices.Insert(c.Messages, last, System(value))
	default:
		return abi.Unsupported
	}
	return abi.OK
}

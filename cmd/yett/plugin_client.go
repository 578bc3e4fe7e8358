package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/wire"
	"github.com/yett-gateway/yett/plugins/kit"
	"github.com/yett-gateway/yett/sdk/abi"
)

// ask writes a case's request as a client of the dialect does.
func (r *rig) ask(c *kit.Case, how *kit.Replay, w wired) ([]byte, error) {
	req := &dialect.Request{MaxTokens: -1, Stream: how.Stream}
	if c.MaxTokens > 0 {
		req.MaxTokens = int64(c.MaxTokens)
	}
	say := func(role dialect.Role, raw ...[]byte) {
		req.AddTurn(role, len(req.Turns))
		for _, text := range raw {
			req.AddBlock(dialect.Block{Kind: abi.PartText, Text: text})
		}
	}
	if c.System != "" {
		say(dialect.RoleSystem, inside(c.System))
	}
	for i := range c.Messages {
		addMessage(req, &c.Messages[i], say)
	}
	switch raw := c.RawUser(); {
	case raw != "":
		say(dialect.RoleUser, []byte(raw))
	case c.User != "":
		say(dialect.RoleUser, inside(c.User))
	case len(c.Messages) == 0:
		say(dialect.RoleUser, []byte("hi"))
	}
	for _, t := range c.Tools {
		tool := dialect.Tool{Name: inside(t.Name), Schema: t.Schema}
		if t.Description != "" {
			tool.Description = inside(t.Description)
		}
		req.Tools = append(req.Tools, tool)
	}
	body, e := r.set.Of(w.id).(dialect.Codec).EncodeRequest(nil, req, &dialect.Target{Model: modelOf(c)})
	if e != nil {
		return nil, fmt.Errorf("the conversation can't be said in %s: %w", w.id, e)
	}
	return body, nil
}

func addMessage(req *dialect.Request, m *kit.Message, say func(dialect.Role, ...[]byte)) {
	role := map[string]dialect.Role{
		"system": dialect.RoleSystem, "user": dialect.RoleUser, "assistant": dialect.RoleAssistant, "tool": dialect.RoleTool,
	}[m.Role]
	if m.Role == "tool" {
		req.AddTurn(role, len(req.Turns))
		req.AddBlock(dialect.Block{Kind: abi.PartToolResult, ID: inside(m.ID)})
		req.AddInner(dialect.Block{Kind: abi.PartText, Text: inside(m.Text)})
		return
	}
	var texts [][]byte
	for _, p := range m.Parts {
		texts = append(texts, inside(p))
	}
	if m.Text != "" || len(texts)+len(m.Calls) == 0 {
		texts = append(texts, inside(m.Text))
	}
	say(role, texts...)
	for i, call := range m.Calls {
		req.AddBlock(dialect.Block{Kind: abi.PartToolCall, ID: inside(callID(&call, i)), Name: inside(call.Name), Args: inside(call.Arguments)})
	}
}

func callID(c *kit.ToolCall, i int) string {
	if c.ID != "" {
		return c.ID
	}
	return fmt.Sprintf("call_%d", i)
}

// inside is a text as it stands between the quotes of a JSON string.
func inside(s string) []byte { return wire.AppendEscaped([]byte{}, []byte(s)) }

// read reads the client's answer into o.
func (r *rig) read(o *kit.Outcome, res *http.Response, id dialect.ID) error {
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	d := r.set.Of(id)
	switch {
	case res.StatusCode >= 400:
		o.Message = d.Failure(res.StatusCode, body).Public
		return nil
	case strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream"):
		return readStream(o, d, body)
	}
	v := &dialect.View{}
	if e := d.ViewAnswer(v, body); e != nil {
		return fmt.Errorf("the gateway's answer can't be read: %w", e)
	}
	var s said
	choices, _ := v.Num(abi.FieldAnswers, 0, 0)
	for i := range int(choices) {
		parts, _ := v.Num(abi.FieldAnswerParts, i, 0)
		for j := range int(parts) {
			kind, _ := v.Num(abi.FieldAnswerPartKind, i, j)
			text, _ := v.Get(abi.FieldAnswerPartText, i, j)
			s.add(abi.Part(kind), int32(i<<16|j), text)
		}
	}
	s.write(o)
	return nil
}

// said is an answer's texts by channel, in the order in which they began.
type said struct{ texts []*saidText }

type saidText struct {
	kind    abi.Part
	channel int32
	text    []byte
}

func (s *said) add(kind abi.Part, channel int32, text []byte) {
	for _, t := range s.texts {
		if t.kind == kind && t.channel == channel {
			t.text = append(t.text, text...)
			return
		}
	}
	s.texts = append(s.texts, &saidText{kind, channel, bytes.Clone(text)})
}

func (s *said) write(o *kit.Outcome) {
	var arguments []string
	for _, t := range s.texts {
		switch t.kind {
		case abi.PartToolCall:
			arguments = append(arguments, string(t.text))
		case abi.PartReasoning:
			o.Reasoning += string(t.text)
		default:
			o.Text += string(t.text)
		}
	}
	o.Arguments = strings.Join(arguments, "\n")
}

// readStream reads a stream as the dialect's clients do.
func readStream(o *kit.Outcome, d dialect.Dialect, body []byte) error {
	var events wire.Events
	var s said
	var event dialect.Event
	ended := false
	events.Reset(len(body) + 1)
	for rest := body; len(rest) > 0; {
		ev, n, err := events.Next(rest, true)
		if err != nil || n == 0 {
			return fmt.Errorf("the gateway's stream can't be read: %q", rest)
		}
		rest = rest[n:]
		if ev.Data == nil {
			continue
		}
		event.Reset()
		if e := d.Event(ev.Name, ev.Data, &event); e != nil {
			return fmt.Errorf("the gateway's stream has an event that can't be read: %w: %q", e, ev.Data)
		}
		for _, delta := range event.Deltas {
			s.add(delta.Kind, delta.Channel, wire.AppendText(nil, ev.Data, delta.Text))
		}
		if event.Err != nil {
			o.Cut, o.Message = true, event.Err.Public
		}
		ended = ended || event.Terminal
	}
	s.write(o)
	if !ended && !o.Cut {
		return fmt.Errorf("the gateway's stream has no end")
	}
	return nil
}

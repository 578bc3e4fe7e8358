package kit

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/yett-gateway/yett/hcl/table"
)

// Case is a conversation and what must come of it. CASES in the SDK's README describes the members to authors. A member
// for what outside systems reply to a plugin's calls has its place here once a capability makes some.
type Case struct {
	Name string `table:"name"`
	// Config is the plugin's configuration; nil: {}.
	Config json.RawMessage `table:"config"`

	// System is the system prompt, Messages what follows it, and User one last message of the user. A case without
	// a message has one that says "hi".
	System   string    `table:"system"`
	Messages []Message `table:"messages"`
	User     string    `table:"user"`
	Tools    []Tool    `table:"tools"`
	// Model is what the client asks for, by default "model". Models are what is served besides it.
	Model  string   `table:"model"`
	Models []string `table:"models"`
	// Candidates are the targets among which on_route chooses, by their models. With some the plugin is the model's router,
	// and no stage of a pipeline.
	Candidates []string `table:"candidates"`
	MaxTokens  int      `table:"max_tokens"`
	// Headers are the client's. Consumer, Team and Tags say who calls; nobody by default.
	Headers  map[string]string `table:"headers"`
	Consumer string            `table:"consumer"`
	Team     string            `table:"team"`
	Tags     map[string]string `table:"tags"`
	// Stream says that the case holds for streamed answers only, or for whole ones only; nil: for both.
	Stream *bool `table:"stream"`
	// Dialects are those of clients that the case holds for; none: all.
	Dialects []string `table:"dialects"`

	// Answer is what the provider says.
	Answer Answer `table:"answer"`
	Expect Expect `table:"expect"`

	// File and Line are where the case begins.
	File string
	Line int

	builtin bool
	// large says that plugins may have no budget for the prompt: that is a note and no failure.
	large bool
	// rawUser is the user's message as the inside of a JSON string, in place of User.
	rawUser string
}

// RawUser is the last message of the user as it stands between the quotes of a JSON string, "" if User says it: for what
// no text can hold, such as half of a surrogate pair.
func (c *Case) RawUser() string { return c.rawUser }

// Message is a message of the conversation: a text, tool calls of the assistant, or the result of one.
type Message struct {
	Role  string     `table:"role"` // "user", "assistant", "tool" or "system"
	Text  string     `table:"text"`
	Parts []string   `table:"parts"` // several texts in place of one
	Calls []ToolCall `table:"calls"`
	ID    string     `table:"id"` // of the call that Text is the result of
}

// ToolCall is a call of a tool.
type ToolCall struct {
	ID        string `table:"id"`
	Name      string `table:"name"`
	Arguments string `table:"arguments"` // JSON
}

// Tool is a tool that the client declares.
type Tool struct {
	Name        string          `table:"name"`
	Description string          `table:"description"`
	Schema      json.RawMessage `table:"schema"`
}

// Answer is what the provider says. In a table it may be a text alone.
type Answer struct {
	Reasoning string     `table:"reasoning"`
	Text      string     `table:"text"`
	Calls     []ToolCall `table:"calls"`
}

// FromNode reads an answer.
func (a *Answer) FromNode(n *table.Node) error {
	if n.Kind == table.String {
		a.Text = n.Text
		return nil
	}
	type plain Answer
	return table.Decode(n, (*plain)(a))
}

// texts are the answer's texts in the order in which they are streamed.
func (a *Answer) texts() []string {
	out := []string{a.Reasoning, a.Text}
	for _, c := range a.Calls {
		out = append(out, c.Arguments)
	}
	return out
}

// joined is all the answer says.
func (a *Answer) joined() string { return strings.Join(a.texts(), "") }

// Expect is what must come of a case. What isn't said isn't looked at.
type Expect struct {
	// Refused is a part of the reason for which the plugin refuses the configuration.
	Refused string `table:"refused"`
	// Verdict is on_request's: "continue", "block", "respond", "reroute" or "tag". Edits count as "continue".
	Verdict string `table:"verdict"`
	// Status and Reason are those of the block, of the request or of the answer; Reason is a part of it.
	Status int    `table:"status"`
	Reason string `table:"reason"`
	Tag    string `table:"tag"`
	// Model is what the provider is asked for.
	Model string `table:"model"`
	// Prompt is what the provider gets to read besides the system prompt, one text a line; System the system prompt.
	Prompt *Text `table:"prompt"`
	System *Text `table:"system"`
	// Answer is what the client sees.
	Answer *Seen `table:"answer"`
	// Headers are fields of the client's answer, UpstreamHeaders of the provider's request.
	Headers         map[string]string `table:"headers"`
	UpstreamHeaders map[string]string `table:"upstream_headers"`
}

// Seen is what a client sees of an answer. In a table it may be what is expected of the text alone.
type Seen struct {
	// Blocked says whether the client gets an error in the place of the answer, or in its middle.
	Blocked   *bool `table:"blocked"`
	Text      *Text `table:"text"`
	Reasoning *Text `table:"reasoning"`
	Arguments *Text `table:"arguments"` // of all tool calls, one a line
}

// FromNode reads what is seen.
func (s *Seen) FromNode(n *table.Node) error {
	if n.Kind == table.String {
		s.Text = &Text{Equals: &n.Text}
		return nil
	}
	for _, m := range n.Members {
		if slices.Contains([]string{"equals", "contains", "lacks"}, m.Name) {
			s.Text = &Text{}
			return s.Text.FromNode(n)
		}
	}
	type plain Seen
	return table.Decode(n, (*plain)(s))
}

// Text is what is expected of a text. In a table it may be a text alone, to be equal.
type Text struct {
	Equals   *string `table:"equals"`
	Contains Words   `table:"contains"`
	Lacks    Words   `table:"lacks"`
}

// FromNode reads an expectation.
func (t *Text) FromNode(n *table.Node) error {
	if n.Kind == table.String {
		t.Equals = &n.Text
		return nil
	}
	type plain Text
	return table.Decode(n, (*plain)(t))
}

// Words are texts. In a table one may stand alone.
type Words []string

// FromNode reads words.
func (w *Words) FromNode(n *table.Node) error {
	if n.Kind == table.String {
		*w = Words{n.Text}
		return nil
	}
	return table.Decode(n, (*[]string)(w))
}

// verdicts are the words that Expect.Verdict may be.
var verdicts = []string{"continue", "block", "respond", "reroute", "tag"}

// Cases reads the cases of a file.
//
// # Errors
//
// A *table.Error for each mistake, joined.
func Cases(path string) ([]*Case, error) {
	nodes, err := table.Read(path, "case")
	if err != nil {
		return nil, err
	}
	var out []*Case
	var errs []error
	names := map[string]bool{}
	for _, n := range nodes {
		c := &Case{File: n.File, Line: n.Line}
		if err := table.Decode(n, c); err != nil {
			errs = append(errs, err)
			continue
		}
		if err := c.check(n); err != nil {
			errs = append(errs, err)
		}
		if names[c.Name] {
			errs = append(errs, n.Errorf("a case %q is there already", c.Name))
		}
		names[c.Name] = true
		out = append(out, c)
	}
	return out, errors.Join(errs...)
}

// check finds what the types don't say.
func (c *Case) check(n *table.Node) error {
	if c.Name == "" {
		return n.Errorf("the case has no name")
	}
	if v := c.Expect.Verdict; v != "" && !slices.Contains(verdicts, v) {
		return n.Errorf("%s: there is no verdict %q; they are %s", c.Name, v, sentence(verdicts))
	}
	for _, m := range c.Messages {
		switch {
		case !slices.Contains([]string{"user", "assistant", "tool", "system"}, m.Role):
			return n.Errorf("%s: there is no role %q; they are user, assistant, tool and system", c.Name, m.Role)
		case m.Role == "tool" && m.ID == "":
			return n.Errorf("%s: a tool's result needs the id of its call", c.Name)
		case len(m.Calls) > 0 && m.Role != "assistant":
			return n.Errorf("%s: only the assistant calls tools", c.Name)
		}
		if err := checkCalls(n, c.Name, m.Calls); err != nil {
			return err
		}
	}
	return checkCalls(n, c.Name, c.Answer.Calls)
}

func checkCalls(n *table.Node, name string, calls []ToolCall) error {
	for _, call := range calls {
		if call.Name == "" {
			return n.Errorf("%s: a tool call has no name", name)
		}
		var object map[string]any
		if err := json.Unmarshal([]byte(call.Arguments), &object); err != nil {
			return n.Errorf("%s: the arguments of %s are no JSON object", name, call.Name)
		}
	}
	return nil
}

// CaseFiles are the files of cases in a plugin's folder: testdata/cases.hcl and testdata/cases.jsonl, and the same beside
// its manifest.
func CaseFiles(dir string) []string {
	var out []string
	for _, name := range []string{"testdata/cases.hcl", "testdata/cases.jsonl", "cases.hcl", "cases.jsonl"} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if _, err := os.Stat(path); err == nil {
			out = append(out, path)
		}
	}
	return out
}

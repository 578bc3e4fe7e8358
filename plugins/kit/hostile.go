package kit

import (
	"encoding/json"
	"fmt"
	"strings"
)

// hostile are conversations that a plugin must stand, with a configuration that it takes. It must have the budget for 64 KiB
// of words, and for 16 KiB of what is hard to scan; that it has none for more is said.
func hostile(config json.RawMessage) []*Case {
	words := strings.Repeat("The quick brown fox jumps over the lazy dog and runs far away from it, again and again. ", 12_000)[:1<<20]
	signs := strings.Repeat("4111-1111 @.1:", 5000)
	var many []Message
	for i := range 1000 {
		role := "user"
		if i%2 == 1 {
			role = "assistant"
		}
		many = append(many, Message{Role: role, Text: fmt.Sprintf("message %d", i)})
	}
	calls := []ToolCall{
		{ID: "call_1", Name: "look", Arguments: `{"at":"a \"thing\"","n":[1,2.50,-3e5],"deep":{"er":null}}`},
		{ID: "call_2", Name: "look", Arguments: `{}`},
	}
	tools := []Tool{{Name: "look", Description: "looks", Schema: json.RawMessage(`{"type":"object"}`)}}
	odd := "nul \x00, bell \a, \u202ereversed\u202c, e\u0301, \u200b, 👩‍👩‍👧, \ufeff, \U0010ffff, \\u0041, \", </script>, %s %n, \r\n\t end"
	answer := Answer{Text: "fine"}
	out := []*Case{
		{Name: "one letter", User: "x", Answer: Answer{Text: "y"}},
		{Name: "a prompt of 1 MiB", User: words, Answer: answer, large: true},
		{Name: "a prompt of 64 KiB", User: words[:64<<10], Answer: answer},
		{Name: "one word of 256 KiB", User: strings.Repeat("a", 256<<10), Answer: answer, large: true},
		{Name: "digits and signs, 16 KiB", User: signs[:16<<10], Answer: answer},
		{Name: "digits and signs, 64 KiB", User: signs[:64<<10], Answer: answer, large: true},
		{Name: "control characters, odd code points", User: odd, Answer: Answer{Text: odd}},
		{Name: "halves of surrogate pairs", rawUser: `a\ud83d b\ude00 c\ud83d\ude00`, Answer: answer},
		{Name: "1000 messages", Messages: many, User: "and now?", Answer: answer},
		{Name: "tool calls only", User: "look", Tools: tools, Messages: []Message{
			{Role: "user", Text: "look"},
			{Role: "assistant", Calls: calls},
			{Role: "tool", ID: "call_1", Text: `{"seen":true}`},
			{Role: "tool", ID: "call_2", Text: "nothing"},
		}, Answer: Answer{Calls: calls}},
		{Name: "reasoning, text and a tool call", Tools: tools, Answer: Answer{Reasoning: "let me see", Text: "I'll look.", Calls: calls[:1]}},
		{Name: "an answer of 4000 deltas", Answer: Answer{Text: strings.Repeat("one by one, ", 334)[:4000]}},
	}
	for _, c := range out {
		c.Name = "built in: " + c.Name
		c.Config, c.builtin = config, true
	}
	return out
}

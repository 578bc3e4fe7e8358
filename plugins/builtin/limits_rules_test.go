package builtin

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/sdktest"
)

func imageMessage() sdktest.Message {
	return sdktest.Message{Role: "user", Parts: []sdktest.Part{{Kind: abi.PartImage}, {Kind: abi.PartText, Text: "what is it?"}}}
}

func TestLimitsOfRequests(t *testing.T) {
	for _, c := range []struct {
		name, config string
		ask          func(c *sdktest.Conversation)
		status       int // 0: it passes
		says         string
	}{
		{"nothing is bounded", `{}`, nil, 0, ""},
		{"allowed model", `{"models":{"allow":["gpt-4*"]}}`, nil, 0, ""},
		{"other model", `{"models":{"allow":["claude-*","o3"]}}`, nil, 403, `the model "gpt-4o" isn't allowed here; allowed: claude-*, o3`},
		{"denied model", `{"models":{"allow":["*"],"deny":["*-4o"]}}`, nil, 403, `the model "gpt-4o" isn't allowed here; allowed: *`},
		{"own words", `{"models":{"deny":["gpt*"],"message":"use claude-haiku: see https://ai.example/models"}}`, nil, 403, "use claude-haiku: see https://ai.example/models"},
		{"allowed tool", `{"tools":{"allow":["get_*"]}}`, declares("get_weather"), 0, ""},
		{"other tool", `{"tools":{"allow":["get_*"]}}`, declares("get_weather", "shell"), 403, `the tool "shell" isn't allowed here; allowed: get_*; take it out of the request`},
		{"denied tool", `{"tools":{"deny":["shell"]}}`, declares("shell"), 403, `the tool "shell" isn't allowed here; take it out of the request`},
		{"characters", `{"prompt":{"characters":9}}`, asks("äöüäöüäöü"), 0, ""},
		{"more characters", `{"prompt":{"characters":9}}`, asks("äöüäöüäöü!"), 413, "the request has 10 characters, and 9 is the most; shorten it"},
		{"tokens", `{"prompt":{"tokens":11}}`, asks("one two three four"), 0, ""}, // 3 + 3 + a role + four words
		{"more tokens", `{"prompt":{"tokens":10}}`, asks("one two three four"), 413, "the request has 11 tokens, and 10 is the most; shorten it"},
		{"uncounted", `{"prompt":{"tokens":10}}`, asks(strings.Repeat("x", abi.MaxCounted+1)), 413, "the request has more tokens, and 10 is the most; shorten it"},
		{"bytes", `{"prompt":{"bytes":5}}`, nil, 413, "bytes, and 5 is the most; send less"},
		{"messages", `{"prompt":{"messages":1}}`, nil, 0, ""},
		{"more messages", `{"prompt":{"messages":2}}`, func(c *sdktest.Conversation) {
			c.Messages = []sdktest.Message{sdktest.User("a"), sdktest.Assistant("b"), sdktest.User("c")}
		}, 400, "the request has 3 messages, and 2 is the most; begin a new conversation, or send the last part of this one"},
		{"image", `{"prompt":{"images":1}}`, func(c *sdktest.Conversation) { c.Messages = []sdktest.Message{imageMessage()} }, 0, ""},
		{"more images", `{"prompt":{"images":1}}`, func(c *sdktest.Conversation) { c.Messages = []sdktest.Message{imageMessage(), imageMessage()} }, 400, "the request has 2 images, and 1 is the most; send fewer"},
		{"no image", `{"prompt":{"images":0,"message":"texts only"}}`, func(c *sdktest.Conversation) { c.Messages = []sdktest.Message{imageMessage()} }, 400, "texts only"},
		{"more tools", `{"prompt":{"tools":1}}`, declares("a", "b"), 400, "the request has 2 tools, and 1 is the most; declare fewer"},
		{"max_tokens", `{"max_tokens":{"most":100,"over":"block"}}`, func(c *sdktest.Conversation) { c.MaxTokens = 100 }, 0, ""},
		{"more max_tokens", `{"max_tokens":{"most":100,"over":"block"}}`, func(c *sdktest.Conversation) { c.MaxTokens = 101 }, 400, "max_tokens is 101, and 100 is the most; ask for less"},
		{"n", `{"choices":{"most":1,"over":"block"}}`, func(c *sdktest.Conversation) { c.Choices = 2 }, 400, "n is 2, and 1 is the most; ask for fewer answers"},
		{"hot", `{"temperature":{"most":1,"over":"block"}}`, func(c *sdktest.Conversation) { c.Temperature = "1.5" }, 400, "temperature is 1.5, and 1 is the most; lower it"},
		{"cold", `{"temperature":{"least":0.2,"over":"block"}}`, func(c *sdktest.Conversation) { c.Temperature = "0" }, 400, "temperature is 0, and 0.2 is the least; raise it"},
		{"the first rule", `{"models":{"deny":["*"]},"prompt":{"characters":0}}`, nil, 403, `the model "gpt-4o" isn't allowed here`},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newRig(t, "guard", "limits", c.config)
			conversation := sdktest.NewConversation(sdktest.User("hello"))
			if c.ask != nil {
				c.ask(conversation)
			}
			got := h.Request(conversation)
			if c.status == 0 {
				assert.Equal(t, abi.Continue, got.Action, got.Reason)
				return
			}
			require.Equal(t, abi.Block, got.Action)
			assert.Equal(t, c.status, got.Status)
			assert.Contains(t, got.Reason, c.says)
		})
	}
}

func asks(text string) func(*sdktest.Conversation) {
	return func(c *sdktest.Conversation) { c.Messages = []sdktest.Message{sdktest.User(text)} }
}

func declares(names ...string) func(*sdktest.Conversation) {
	return func(c *sdktest.Conversation) {
		for _, n := range names {
			c.Tools = append(c.Tools, sdktest.Tool{Name: n, Schema: "{}"})
		}
	}
}

func TestLimitsClamp(t *testing.T) {
	h := newRig(t, "guard", "limits", `{"max_tokens":{"most":100},"choices":{"most":2},"temperature":{"least":0.1,"most":1.25}}`)
	c := sdktest.NewConversation(sdktest.User("hi"))
	got := h.Request(c)
	assert.Empty(t, got.Tag, "nothing was asked for")
	assert.EqualValues(t, 100, c.MaxTokens)
	assert.Empty(t, c.Temperature)
	assert.Zero(t, c.Choices)

	c.MaxTokens, c.Temperature, c.Choices = 5000, "2", 7
	got = h.Request(c)
	assert.Equal(t, "limits=clamped", got.Tag)
	assert.EqualValues(t, 100, c.MaxTokens)
	assert.Equal(t, "1.25", c.Temperature)
	assert.EqualValues(t, 2, c.Choices)

	c.Temperature = "0.0"
	h.Request(c)
	assert.Equal(t, "0.1", c.Temperature)

	other := sdktest.NewConversation(sdktest.User("hi"))
	other.Dialect, other.Choices = "anthropic.messages", 7
	h.Request(other)
	assert.EqualValues(t, 100, other.MaxTokens)
	assert.EqualValues(t, 7, other.Choices, "that API has none")
	other = sdktest.NewConversation(sdktest.User("hi"))
	other.Dialect = "openai.embeddings"
	h.Request(other)
	assert.Zero(t, other.MaxTokens)
}

func longTalk() *sdktest.Conversation {
	return sdktest.NewConversation(
		sdktest.System("be brief"),
		sdktest.User("one one one"), sdktest.Assistant("eins"),
		sdktest.User("two two two"), sdktest.ToolCall("1", "f", "{}"), sdktest.ToolResult("1", "a b c"), sdktest.Assistant("zwei"),
		sdktest.User("three"), sdktest.Assistant("drei"), sdktest.User("last"),
	)
}

// TestLimitsTrim: the oldest turns go, whole; the system prompt and the last turn stay.
func TestLimitsTrim(t *testing.T) {
	first := func(c *sdktest.Conversation) string {
		require.Equal(t, "system", c.Messages[0].Role)
		return c.Messages[1].Text()
	}
	for _, c := range []struct {
		name, config, first string
		left                int
	}{
		{"fits", `{"prompt":{"messages":10,"over":"trim"}}`, "one one one", 10},
		{"one turn", `{"prompt":{"messages":9,"over":"trim"}}`, "two two two", 8},
		{"two turns", `{"prompt":{"messages":7,"over":"trim"}}`, "three", 4},
		{"all but the last", `{"prompt":{"messages":2,"over":"trim"}}`, "last", 2},
		{"characters", `{"prompt":{"characters":22,"over":"trim"}}`, "three", 4},
		{"tokens", `{"prompt":{"tokens":25,"over":"trim"}}`, "three", 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newRig(t, "guard", "limits", c.config)
			talk := longTalk()
			got := h.Request(talk)
			require.NotEqual(t, abi.Block, got.Action, got.Reason)
			assert.Equal(t, c.first, first(talk))
			assert.Len(t, talk.Messages, c.left)
			assert.Equal(t, c.left < 10, got.Tag == "limits=trimmed")
		})
	}
	h := newRig(t, "guard", "limits", `{"prompt":{"characters":5,"over":"trim"}}`)
	talk := longTalk()
	got := h.Request(talk)
	assert.Equal(t, abi.Block, got.Action, "what must stay is too long")
	assert.Len(t, talk.Messages, 10)
}

const fable = "Once upon a time — äh — there was a 🙂 fox."

func TestLimitsOfAnswers(t *testing.T) {
	for _, c := range []struct{ name, config, want string }{
		{"nothing is bounded", `{}`, fable},
		{"long enough", `{"answer":{"characters":43}}`, fable},
		{"characters", `{"answer":{"characters":21}}`, "Once upon a time — äh"},
		{"tokens", `{"answer":{"tokens":3}}`, "Once upon a"},
		{"both", `{"answer":{"tokens":3,"characters":6}}`, "Once u"},
		{"none", `{"answer":{"characters":0}}`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newRig(t, "guard", "limits", c.config)
			talk := sdktest.NewConversation(sdktest.User("hi"))
			two := sdktest.Message{Role: "assistant", Parts: []sdktest.Part{
				{Kind: abi.PartReasoning, Text: strings.Repeat("hmm ", 50)},
				{Kind: abi.PartText, Text: fable},
				{Kind: abi.PartToolCall, Name: "f", Text: `{"a":"a long argument of no interest here"}`},
			}}
			talk.Answers = []sdktest.Message{sdktest.Assistant(fable), two}
			got := h.Response(talk)
			assert.Equal(t, c.want, talk.Answers[0].Text())
			assert.Equal(t, c.want, talk.Answers[1].Parts[1].Text)
			assert.Len(t, talk.Answers[1].Parts[0].Text, 200)
			assert.Equal(t, c.want != fable, got.Tag == "limits=truncated")

			if strings.Contains(c.config, "tokens") {
				return // streams are counted piece by piece: see TestLimitsOfTokensInStreams
			}
			for cut := range len(fable) {
				for cut > 0 && fable[cut]&0xc0 == 0x80 {
					cut--
				}
				stream := h.Stream(sdktest.NewConversation(), abi.PartText, 0)
				out, _ := stream.SendAll(fable[:cut], fable[cut:])
				require.Equal(t, c.want, out, "cut at %d", cut)
			}
		})
	}
}

func TestLimitsOfTokensInStreams(t *testing.T) {
	h := newRig(t, "guard", "limits", `{"answer":{"tokens":4}}`)
	talk := sdktest.NewConversation()
	first, second := h.Stream(talk, abi.PartText, 0), h.Stream(talk, abi.PartText, 1<<16)
	thought := h.Stream(talk, abi.PartReasoning, 0)
	var a, b string
	for _, piece := range []string{"one", " two", " three", " four five", " six", " seven"} {
		out, _ := first.Send(piece)
		a += out
		out, _ = second.Send(piece + piece)
		b += out
		out, _ = thought.Send(piece)
		assert.Equal(t, piece, out)
	}
	assert.Equal(t, "one two three four", a)
	assert.Equal(t, "oneone two two", b, "each choice has its own")
	assert.Equal(t, "limits=truncated", h.StreamEnd(talk).Tag)
	talk = sdktest.NewConversation()
	_, _ = h.Stream(talk, abi.PartText, 0).SendAll("one", " two")
	assert.Empty(t, h.StreamEnd(talk).Tag)
}

func TestLimitsRefuseAnswers(t *testing.T) {
	h := newRig(t, "guard", "limits", `{"answer":{"characters":10,"tokens":50,"over":"block"}}`)
	talk := sdktest.NewConversation()
	talk.Answers = []sdktest.Message{sdktest.Assistant(fable)}
	got := h.Response(talk)
	assert.Equal(t, abi.Block, got.Action)
	assert.Equal(t, "the answer is longer than 10 characters or 50 tokens; ask for a shorter one", got.Reason)
	out, got := h.Stream(sdktest.NewConversation(), abi.PartText, 0).SendAll("Once ", "upon ", "a time")
	assert.Equal(t, "Once upon ", out)
	assert.Equal(t, abi.Block, got.Action)
}

func TestLimitsOfToolCalls(t *testing.T) {
	h := newRig(t, "guard", "limits", `{"tools":{"deny":["shell*"]}}`)
	talk := sdktest.NewConversation()
	talk.Answers = []sdktest.Message{{Role: "assistant", Parts: []sdktest.Part{
		{Kind: abi.PartToolCall, Name: "get_weather", Text: "{}"}, {Kind: abi.PartToolCall, Name: "shell_exec", Text: "{}"},
	}}}
	assert.Equal(t, abi.Continue, h.ToolCall(talk, 0, 0).Action)
	got := h.ToolCall(talk, 0, 1)
	assert.Equal(t, abi.Block, got.Action)
	assert.Equal(t, `the answer calls the tool "shell_exec", which isn't allowed here`, got.Reason)
	assert.Equal(t, abi.Continue, newRig(t, "guard", "limits", `{}`).ToolCall(talk, 0, 1).Action)
}

func TestLimitsRefusals(t *testing.T) {
	for _, bad := range []string{
		`{"prompt":{"over":"drop"}}`, `{"answer":{"over":"clamp"}}`, `{"temperature":{"least":1,"most":0.5}}`, `{"max_tokens":{"most":0}}`,
	} {
		assert.Error(t, refusal(t, "guard", "limits", bad), bad)
	}
}

// TestLimitsSpare: streams aren't kept back, nor anything called, for what there is no rule for.
func TestLimitsSpare(t *testing.T) {
	hooks := func(config string) abi.Set {
		return stage(t, "guard", "limits", config).Info().Hooks.Without(abi.Set(0).With(abi.OnInit))
	}
	assert.Zero(t, hooks(`{}`))
	assert.Equal(t, abi.Set(0).With(abi.OnRequest).With(abi.OnToolCall), hooks(`{"tools": {"deny": ["shell"]}}`))
	assert.Equal(t, abi.Set(0).With(abi.OnRequest), hooks(`{"max_tokens": {"most": 5}}`))
	assert.Equal(t, abi.Set(0).With(abi.OnResponse).With(abi.OnDelta).With(abi.OnStreamEnd), hooks(`{"answer": {"tokens": 5}}`))
}

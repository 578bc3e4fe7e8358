package sdktest_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/clock"
	"github.com/yett-gateway/yett/sdk/config"
	"github.com/yett-gateway/yett/sdk/kv"
	"github.com/yett-gateway/yett/sdk/log"
	"github.com/yett-gateway/yett/sdk/metrics"
	"github.com/yett-gateway/yett/sdk/random"
	"github.com/yett-gateway/yett/sdk/scan"
	"github.com/yett-gateway/yett/sdk/sdktest"
)

// all is a plugin with every hook.
type all struct {
	word string
	hits metrics.Counter
	do   func(r sdk.Request) sdk.Verdict
}

func (a *all) Init(c config.Value) error {
	if a.word = c.Text("word", "x"); a.word == "" {
		return errors.New("no word")
	}
	a.hits = metrics.NewCounter("hits")
	return nil
}

func (a *all) OnRequest(r sdk.Request) sdk.Verdict {
	if a.do != nil {
		return a.do(r)
	}
	return sdk.Continue
}

func (a *all) OnRoute(_ sdk.Request, c []sdk.Candidate) sdk.Verdict {
	for _, one := range c {
		if one.Model() == a.word {
			return sdk.Choose(one.Index())
		}
	}
	return sdk.Continue
}

func (a *all) OnUpstreamRequest(r sdk.Request) sdk.Verdict {
	_ = r.SetUpstreamHeader("x-provider", r.Provider())
	return sdk.Continue
}

func (a *all) OnResponse(r sdk.Response) sdk.Verdict {
	for c := range r.Choices() {
		for p := range c.Parts() {
			_ = p.SetText(strings.ToUpper(p.Text()))
		}
	}
	return sdk.Continue
}

// OnDelta replaces words whole.
func (a *all) OnDelta(d sdk.Delta) sdk.Verdict {
	w := string(d.Window())
	if d.Final() {
		return sdk.Replace([]byte(strings.ReplaceAll(w, a.word, "*")), 0)
	}
	hold := 0
	for n := 1; n < len(a.word) && n <= len(w); n++ {
		if strings.HasSuffix(w, a.word[:n]) {
			hold = n
		}
	}
	return sdk.Replace([]byte(strings.ReplaceAll(w[:len(w)-hold], a.word, "*")), hold)
}

func (a *all) OnStreamEnd(r sdk.Response) sdk.Verdict { return sdk.Tag("finish", r.Choice(0).Finish()) }

func (a *all) OnToolCall(_ sdk.Response, call sdk.Part) sdk.Verdict {
	return sdk.Block(402, "no "+call.Name()+call.Text())
}

func (a *all) OnError(_ sdk.Call, kind abi.Failure) sdk.Verdict {
	return sdk.Retry(kind == abi.FailTimeout)
}

func (a *all) OnLog(r sdk.Response) sdk.Verdict {
	log.Info(r.ID())
	a.hits.Inc()
	return sdk.Continue
}

func TestHooks(t *testing.T) {
	h := sdktest.New(t, &all{}, `{"word": "secret"}`)
	assert.Equal(t, abi.Set(1<<abi.Hooks-1), h.Hooks())
	c := sdktest.NewConversation(sdktest.User("hi"))
	c.Provider = "openai.main"
	c.Candidates = []sdktest.Candidate{{Model: "open"}, {Model: "secret"}}
	c.Answers, c.Finish = []sdktest.Message{sdktest.Assistant("quiet")}, []string{"stop"}

	assert.Equal(t, 1, h.Route(c).Choice)
	h.UpstreamRequest(c)
	assert.Equal(t, "openai.main", c.Upstreamed["x-provider"])
	h.Response(c)
	assert.Equal(t, "QUIET", c.Answers[0].Text())
	assert.Equal(t, "finish=stop", h.StreamEnd(c).Tag)
	c.Answers = append(c.Answers, sdktest.ToolCall("1", "rm", `{"f":"/"}`))
	assert.Equal(t, `no rm{"f":"/"}`, h.ToolCall(c, 1, 0).Reason)
	assert.True(t, h.Error(c, abi.FailTimeout).Same)
	assert.False(t, h.Error(c, abi.FailAuth).Same)
	h.Log(c)
	assert.Equal(t, []string{"info: req-1"}, h.Lines)
	assert.Equal(t, 1.0, h.Metrics["hits"])

	out, _ := h.Stream(c, abi.PartText, 0).SendAll("a se", "cr", "et", " sec", "ond")
	assert.Equal(t, "a * second", out)

	_, err := sdktest.Try(t, &all{}, `{"word": ""}`)
	assert.ErrorContains(t, err, "no word")
	_, err = sdktest.Try(t, &all{}, `{"word": `)
	assert.ErrorContains(t, err, "isn't JSON")
}

func TestRequestMethods(t *testing.T) {
	a := &all{}
	h := sdktest.New(t, a, "")
	h.Now = func() time.Time { return time.Unix(1e9, 0) }
	c := sdktest.NewConversation(
		sdktest.System("be nice"), sdktest.User("one"), sdktest.ToolCall("t1", "f", `{"a":1}`), sdktest.ToolResult("t1", "42"),
		sdktest.Message{Role: "user", Parts: []sdktest.Part{{Kind: abi.PartImage}, {Kind: abi.PartText, Text: "two"}, {Kind: abi.PartText, Text: "three"}}},
	)
	c.Consumer, c.Team, c.User, c.Temperature, c.TopP, c.MaxTokens, c.Stream = "acme", "red", "u1", "0.5", "0.9", 100, true
	c.Headers, c.Tags, c.Params = map[string]string{"x-a": "1"}, map[string]string{"tier": "gold"}, map[string]string{"seed": "7"}
	c.Tools = []sdktest.Tool{{Name: "f", Description: "does f", Schema: `{}`}}
	a.do = func(r sdk.Request) sdk.Verdict {
		assert.Equal(t, []string{"req-1", "openai.chat", "chat", "acme", "red", "192.0.2.1", "POST", "/v1/chat/completions", "u1", "0.5", "0.9", "1", "gold", "7", ""},
			[]string{r.ID(), r.Dialect(), r.Route(), r.Consumer(), r.Team(), r.ClientIP(), r.Method(), r.Path(), r.User(), r.Temperature(), r.TopP(), r.Header("x-a"), r.Tag("tier"), r.Param("seed"), r.Header("x-b")})
		n, ok := r.MaxTokens()
		assert.True(t, r.Stream() && ok && n == 100)
		assert.Equal(t, "be nice", r.System())
		var roles, texts []string
		for m := range r.Messages() {
			roles = append(roles, m.Role())
			texts = append(texts, m.Text())
		}
		assert.Equal(t, []string{"system", "user", "assistant", "tool", "user"}, roles)
		assert.Equal(t, []string{"be nice", "one", "", "", "two\nthree"}, texts)
		tool := r.Message(2).Part(0)
		assert.Equal(t, []string{"f", "t1", `{"a":1}`}, []string{tool.Name(), tool.ID(), tool.Text()})
		for tool := range r.Tools() {
			assert.Equal(t, []string{"f", "does f", "{}"}, []string{tool.Name(), tool.Description(), tool.Schema()})
			require.NoError(t, tool.SetDescription("does g"))
		}
		require.NoError(t, r.SetMaxTokens(-5_000_000_000+5_000_000_007))
		require.NoError(t, r.SetTemperature("0"))
		require.NoError(t, r.SetParam("seed", "8"))
		require.NoError(t, r.SetAnswerHeader("x-note", "n"))
		require.NoError(t, r.PrependSystem("first"))
		require.NoError(t, r.InsertMessage(1, abi.RoleUser, "zero"))
		require.NoError(t, r.Message(4).Part(1).Remove())
		require.NoError(t, r.Message(4).Part(2).Append("!"))
		require.NoError(t, r.Message(1).Part(0).Prepend("the "))
		require.NoError(t, r.Message(3).Remove())
		return sdk.Continue
	}
	assert.Equal(t, abi.Edited, h.Request(c).Action)
	var have []string
	for _, m := range c.Messages {
		have = append(have, m.Role+": "+m.Text())
	}
	assert.Equal(t, []string{"system: first", "system: be nice", "user: zero", "user: the one", `assistant: {"a":1}`, "user: \nthree!"}, have)
	assert.Equal(t, int64(7), c.MaxTokens)
	assert.Equal(t, "8", c.Params["seed"])
	assert.Equal(t, "does g", c.Tools[0].Description)

	a.do = func(r sdk.Request) sdk.Verdict {
		require.NoError(t, r.RemoveParam("seed"))
		return sdk.Continue
	}
	assert.Equal(t, abi.Edited, h.Request(c).Action)
	assert.NotContains(t, c.Params, "seed")

	a.do = func(r sdk.Request) sdk.Verdict {
		_ = r.SetModel("other")
		return sdk.Discard()
	}
	assert.Equal(t, abi.Continue, h.Request(c).Action)
	assert.Equal(t, "gpt-4o", c.Model)

	a.do = func(r sdk.Request) sdk.Verdict {
		assert.ErrorIs(t, sdk.Response{}.Choice(0).Part(0).SetText("x"), sdk.ErrReadOnly)
		assert.Equal(t, int64(1e12), clock.UnixMilli())
		var b [4]byte
		require.NoError(t, random.Read(b[:]))
		s := kv.Space("s")
		require.NoError(t, s.Put("k", []byte("v"), 0))
		v, ok := s.Get("k", nil)
		assert.True(t, ok && string(v) == "v")
		assert.ErrorIs(t, s.CompareAndSet("k", []byte("w"), nil, 0), sdk.ErrMismatch)
		n, ok := s.Incr("n", 3, 0)
		assert.True(t, ok && n == 3)
		s.Delete("k")
		_, ok = s.Get("k", nil)
		assert.False(t, ok)
		require.NoError(t, r.SetState([]byte("kept")))
		return sdk.Respond("done")
	}
	assert.Equal(t, "done", h.Request(c).Body)
	a.do = func(r sdk.Request) sdk.Verdict { return sdk.Reroute(string(r.State(nil))) }
	assert.Equal(t, "kept", h.Request(c).Model)
}

func TestRunNeedsHooks(t *testing.T) {
	assert.Panics(t, func() { _, _ = sdktest.Try(t, struct{}{}, "") })
}

// finder is a plugin that scans.
type finder struct {
	set  scan.Set
	hits []scan.Hit
}

func (f *finder) Init(c config.Value) (err error) {
	f.set, err = scan.Compile(c.Texts("patterns")...)
	return err
}

func (f *finder) OnRequest(r sdk.Request) sdk.Verdict {
	f.hits, _ = f.set.MatchPart(r.Message(0).Part(0), f.hits[:0])
	return sdk.Respond(fmt.Sprint(f.hits))
}

// OnDelta marks what it finds.
func (f *finder) OnDelta(d sdk.Delta) sdk.Verdict {
	var open int
	f.hits, open, _ = f.set.Window(d, f.hits[:0])
	text, from := d.Window(), 0
	var out []byte
	for _, h := range f.hits {
		if int(h.Start) < open {
			out = append(append(out, text[from:h.Start]...), '*')
			from = int(h.End)
		}
	}
	return sdk.Replace(append(out, text[from:open]...), len(text)-open)
}

func TestScan(t *testing.T) {
	h := sdktest.New(t, &finder{}, `{"patterns": ["\\bsecret\\b", "[0-9]{3,}"]}`)
	assert.Equal(t, "[{0 2 8} {1 9 13}]", h.Request(sdktest.NewConversation(sdktest.User("a secret 1234"))).Body)
	out, _ := h.Stream(sdktest.NewConversation(), abi.PartText, 0).SendAll("a secretive sec", "ret, 12", "34 12")
	assert.Equal(t, "a secretive *, * 12", out)

	_, err := sdktest.Try(t, &finder{}, `{"patterns": ["a", "b["]}`)
	assert.ErrorContains(t, err, "pattern 1: missing closing ]: `[`")
	_, err = sdktest.Try(t, &finder{}, `{"patterns": ["a\nb"]}`)
	assert.ErrorContains(t, err, "line break")

	var none scan.Set
	hits, err := none.Match([]byte("text"), 0, nil)
	assert.NoError(t, err)
	assert.Empty(t, hits)
	assert.Equal(t, 4, none.Open([]byte("text"), 0))
}

// shout repeats what it sees.
type shout struct{ times int }

func (s *shout) Init(c config.Value) error { s.times = c.Int("times", 1); return nil }

func (s *shout) OnDelta(d sdk.Delta) sdk.Verdict {
	return sdk.Replace(bytes.Repeat(d.Window(), s.times), 0)
}

// TestLongReplacements: what replaces a long window may be long.
func TestLongReplacements(t *testing.T) {
	long := strings.Repeat("long ", 40_000)
	h := sdktest.New(t, &shout{}, `{"times": 2}`)
	out, got := h.Stream(sdktest.NewConversation(), abi.PartText, 0).Send(long)
	assert.Equal(t, long+long, out)
	assert.Equal(t, abi.Continue, got.Action)
}

// sparing has no use for the hooks in its set.
type sparing struct {
	all
	set abi.Set
}

func (s *sparing) Spare() abi.Set { return s.set }

func TestSparedHooksAreNotCalled(t *testing.T) {
	p := &sparing{set: abi.Set(0).With(abi.OnRequest).With(abi.OnInit)}
	p.do = func(sdk.Request) sdk.Verdict { return sdk.Block(403, "called") }
	h := sdktest.New(t, p, "")
	assert.False(t, h.Hooks().Has(abi.OnRequest))
	assert.True(t, h.Hooks().Has(abi.OnUpstreamRequest))
	assert.Equal(t, abi.Continue, h.Request(sdktest.NewConversation(sdktest.User("hi"))).Action)
	p.set = 0
	assert.Equal(t, abi.Block, sdktest.New(t, p, "").Request(sdktest.NewConversation(sdktest.User("hi"))).Action)
}

package host

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/meter"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/plugins/host/tokens"
	"github.com/yett-gateway/yett/sdk/abi"
)

// judging is a plugin that was granted tokens and the models "judge" and "gone".
func judging(p *spec.Plugin) {
	p.Grant = spec.Grant{Tokens: true, LLM: &spec.LLMGrant{
		Models: []*spec.Model{{Name: "judge"}, {Name: "gone"}}, Timeout: 2 * time.Second, MaxTokens: 100,
	}}
	p.Limit.Wall = 2 * time.Second
}

func judgeGuest(t testing.TB) []byte {
	return withManifest(t, goGuest(t, "testdata/judge"), Manifest{Hooks: []string{"on_init", "on_request"}})
}

// asker is a proxy that answers as the test says.
type asker func(q *hook.Question) error

func (a asker) Ask(q *hook.Question) error {
	q.Input, q.Output = -1, -1
	return a(q)
}

func TestTokens(t *testing.T) {
	h, _ := newHost(t, Options{})
	s := load(t, h, judgeGuest(t), plugin(judging))
	c := &hook.Call{}
	assert.Equal(t, "2", ask(t, s, c, "count hello world"))
	assert.Equal(t, "0", ask(t, s, c, "count "))
	assert.Equal(t, "-1", ask(t, s, c, "count-more"))
	text := "field " + strings.Repeat("Donaudampfschifffahrt ", 20)
	assert.Equal(t, strconv.Itoa(tokens.O200K.Count([]byte(text)))+" -1 -1", ask(t, s, c, text))
	assert.NotEmpty(t, c.Counts)

	t.Run("the model decides", func(t *testing.T) {
		x := prompt("count 漢字漢字")
		x.texts[place{abi.FieldModel, 0, 0}] = "gpt-4"
		c := &hook.Call{Exchange: x, Hook: abi.OnRequest, State: new([]byte)}
		require.NoError(t, s.Call(c))
		assert.Equal(t, strconv.Itoa(tokens.CL100K.Count([]byte("漢字漢字"))), string(c.Body))
		assert.NotEqual(t, strconv.Itoa(tokens.O200K.Count([]byte("漢字漢字"))), string(c.Body))
	})
	t.Run("prompt", func(t *testing.T) {
		x := prompt("You are a helpful, pattern-following assistant.")
		x.numbers[place{abi.FieldMessages, 0, 0}] = 2
		x.numbers[place{abi.FieldParts, 1, 0}] = 1
		x.numbers[place{abi.FieldPartKind, 1, 0}] = int64(abi.PartText)
		x.texts[place{abi.FieldRole, 0, 0}], x.texts[place{abi.FieldRole, 1, 0}] = "system", "user"
		x.texts[place{abi.FieldPartText, 1, 0}] = "prompt"
		c := &hook.Call{Exchange: x, Hook: abi.OnRequest, State: new([]byte)}
		require.NoError(t, s.Call(c))
		want := 3 + 3 + 1 + tokens.O200K.Count([]byte(x.texts[place{abi.FieldPartText, 0, 0}])) + 3 + 1 + 1
		assert.Equal(t, strconv.Itoa(want), string(c.Body))
		x.numbers[place{abi.FieldTools, 0, 0}] = 1
		x.texts[place{abi.FieldToolName, 0, 0}] = "weather"
		x.texts[place{abi.FieldToolSchema, 0, 0}] = `{"type":"object"}`
		require.NoError(t, s.Call(c))
		assert.Equal(t, strconv.Itoa(want+12+7+tokens.O200K.Count([]byte("weather"))+tokens.O200K.Count([]byte(`{"type":"object"}`))), string(c.Body))
	})
	t.Run("edits", func(t *testing.T) {
		c := &hook.Call{}
		long := ask(t, s, c, "field "+strings.Repeat("one two three four five six ", 50))
		assert.NotEqual(t, long, ask(t, s, c, "field "+strings.Repeat("one two three four five six ", 49)), "another text")
	})
	t.Run("once", func(t *testing.T) {
		c := &hook.Call{}
		text := "field " + strings.Repeat("Donaudampfschifffahrtsgesellschaft ", 2000)
		first := fuelOf(t, s, c, text)
		again := fuelOf(t, s, c, text)
		assert.Greater(t, first, again+int64(len(text))*countUnits, "counting is paid for once")
	})
	t.Run("fuel", func(t *testing.T) {
		s := load(t, h, judgeGuest(t), plugin(func(p *spec.Plugin) {
			judging(p)
			p.Limit.Fuel = 20_000_000
		}))
		err := s.Call(&hook.Call{Exchange: prompt("count-a"), Hook: abi.OnRequest, State: new([]byte)})
		assert.ErrorContains(t, err, "fuel")
	})
}

// fuelOf is what a call costs.
func fuelOf(t *testing.T, s *Stage, c *hook.Call, deed string) int64 {
	ask(t, s, c, deed)
	s.pool.mu.Lock()
	defer s.pool.mu.Unlock()
	require.Len(t, s.pool.idle, 1)
	return s.pool.idle[0].spent
}

func TestAsk(t *testing.T) {
	set := meter.New()
	h, _ := newHost(t, Options{Meter: set})
	asked := 0
	p := plugin(judging)
	s := load(t, h, judgeGuest(t), p)
	assert.Zero(t, asked, "the trial asks nobody")
	var got hook.Question
	c := &hook.Call{Asker: asker(func(q *hook.Question) error {
		asked++
		got = *q
		switch string(q.Prompt) {
		case "slow":
			return fault.New(fault.UpstreamTimeout, "late")
		case "unknown":
			return fault.New(fault.UnknownModel, "no")
		case "down":
			return fault.New(fault.UpstreamServer, "500")
		case "left":
			return fault.New(fault.ClientGone, "left")
		case "long":
			return fault.New(fault.ContextLength, "long")
		case "odd":
			return errors.New("odd")
		case "panic":
			panic("a bug")
		case "huge":
			q.Text = append(q.Text, strings.Repeat("x", maxAnswer+1)...)
			return nil
		case "broken":
			q.Text = append(q.Text, "\xff"...)
			return nil
		}
		q.Text = append(append(q.Text, "It is "...), q.Prompt...)
		q.Input, q.Output = 20, 5
		return nil
	})}
	assert.Equal(t, "It is fine|<nil>", ask(t, s, c, "ask judge fine"))
	assert.Equal(t, "judge", got.Model)
	assert.Equal(t, "guard.test", got.Asker)
	assert.Equal(t, "be brief", string(got.System))
	assert.Equal(t, 40, got.MaxTokens)
	assert.InDelta(t, 1.5, time.Until(got.Deadline).Seconds(), 0.5)
	for _, d := range []struct{ deed, want string }{
		{"ask other fine", "|this isn't granted"},
		{"ask judge unknown", "|this isn't granted"},
		{"ask judge slow", "|a call to the outside took too long"},
		{"ask judge down", "|a call to the outside failed"},
		{"ask judge left", "|a call to the outside failed"},
		{"ask judge odd", "|a call to the outside failed"},
		{"ask judge broken", "|a call to the outside failed"},
		{"ask judge long", "|a bound of the host is reached"},
		{"ask judge huge", "|a bound of the host is reached"},
		{"ask judge ", "It is |<nil>"},
		{"long", "a bound of the host is reached"},
	} {
		assert.Equal(t, d.want, ask(t, s, c, d.deed), d.deed)
	}
	assert.ErrorContains(t, s.Call(&hook.Call{Exchange: prompt("ask judge panic"), Hook: abi.OnRequest, Asker: c.Asker, State: new([]byte)}), "a bug")
	assert.Equal(t, "|a call to the outside failed", ask(t, s, &hook.Call{}, "ask judge fine"), "nobody can be asked")

	c.Deadline = time.Now().Add(200 * time.Millisecond)
	ask(t, s, c, "ask judge fine")
	assert.Equal(t, c.Deadline, got.Deadline, "the request's deadline bounds it")

	var page strings.Builder
	set.Write(&page)
	assert.Contains(t, page.String(), `yett_plugin_questions_total{plugin="guard.test",outcome="ok"} 3`)
	assert.Regexp(t, `yett_plugin_questions_total\{plugin="guard.test",outcome="error"\} [89]`, page.String())
	assert.Contains(t, page.String(), `yett_plugin_question_tokens_total{plugin="guard.test",direction="input"} 60`)
	assert.Contains(t, page.String(), `yett_plugin_question_tokens_total{plugin="guard.test",direction="output"} 15`)
}

// TestAskGrantBounds: a guest gets no more than its grant, whatever it asks for.
func TestAskGrantBounds(t *testing.T) {
	assert.Equal(t, 100, atMost(100, 0))
	assert.Equal(t, 100, atMost(100, -5))
	assert.Equal(t, 100, atMost(100, 1000))
	assert.Equal(t, 7, atMost(100, 7))
	assert.Equal(t, time.Second, atMost(time.Second, time.Hour))
}

// TestAskWaits: waiting for a model is no wall time of the plugin, and others of it are served meanwhile.
func TestAskWaits(t *testing.T) {
	h, _ := newHost(t, Options{})
	s := load(t, h, judgeGuest(t), plugin(func(p *spec.Plugin) {
		judging(p)
		p.Limit.Wall, p.Limit.Fuel = 250*time.Millisecond, 5_000_000_000
	}))
	assert.Equal(t, outcalls, s.pool.most)
	release := make(chan struct{})
	var all sync.WaitGroup
	all.Add(20)
	waits := asker(func(q *hook.Question) error {
		all.Done()
		<-release
		q.Text = append(q.Text, "at last"...)
		return nil
	})
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			c := &hook.Call{Exchange: prompt("ask judge x"), Hook: abi.OnRequest, Asker: waits, State: new([]byte)}
			if assert.NoError(t, s.Call(c)) {
				assert.Equal(t, "at last|<nil>", string(c.Body))
			}
		})
	}
	all.Wait() // all at once
	close(release)
	wg.Wait()
	c := &hook.Call{Asker: asker(func(q *hook.Question) error {
		time.Sleep(2600 * time.Millisecond) // more than farOver times the limit
		q.Text = append(q.Text, "ok"...)
		return nil
	})}
	assert.Equal(t, "ok|<nil>", ask(t, s, c, "wait x"))
}

// TestAskBudget: the grant's tokens are one budget for all instances, and reloading gives no new one.
func TestAskBudget(t *testing.T) {
	now := time.Date(2031, 2, 3, 4, 5, 6, 0, time.UTC)
	var mu sync.Mutex
	h, _ := newHost(t, Options{Now: func() time.Time { mu.Lock(); defer mu.Unlock(); return now }})
	p := plugin(func(p *spec.Plugin) {
		judging(p)
		p.Grant.LLM.Tokens = spec.Rate{Count: 1000, Per: time.Hour}
	})
	s := load(t, h, judgeGuest(t), p)
	asked := 0
	c := &hook.Call{Asker: asker(func(q *hook.Question) error {
		if asked++; string(q.Prompt) == "down" {
			return fault.New(fault.UpstreamConnect, "down")
		}
		q.Input, q.Output = 200, 100
		q.Text = append(q.Text, "ok"...)
		return nil
	})}
	for range 5 {
		assert.Equal(t, "|a call to the outside failed", ask(t, s, c, "ask judge down"), "costs nothing")
	}
	for range 3 {
		assert.Equal(t, "ok|<nil>", ask(t, s, c, "ask judge x"))
	}
	assert.Equal(t, "ok|<nil>", ask(t, s, c, "ask judge x"), "what was reserved fits, what is used is a debt")
	assert.Equal(t, "|what the grant allows is used up", ask(t, s, c, "ask judge x"))
	again, err := h.load(context.Background(), p, judgeGuest(t))
	require.NoError(t, err)
	defer again.Close()
	s2, err := again.Stage(context.Background(), "again", nil)
	require.NoError(t, err)
	defer s2.Close()
	assert.Equal(t, "|what the grant allows is used up", ask(t, s2, c, "ask judge x"), "a reload is no way out")
	assert.Equal(t, 9, asked)
	mu.Lock()
	now = now.Add(30 * time.Minute)
	mu.Unlock()
	assert.Equal(t, "ok|<nil>", ask(t, s2, c, "ask judge x"))
}

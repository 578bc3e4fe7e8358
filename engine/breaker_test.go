package engine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/bench/mock"
	"github.com/yett-gateway/yett/engine/spec"
)

// TestOutage is S15: while the primary is out every call is answered, and few of them ask it.
func TestOutage(t *testing.T) {
	g, p, _ := pair(t)
	const script = "[[mock model=up-p status=503 for=20s]] hi"
	for range 20 {
		require.Equal(t, 200, g.post("/v1/chat/completions", chat("m", script)).status)
	}
	assert.LessOrEqual(t, p.Requests(), int64(3), "the breaker keeps calls away")
}

// TestRecovery: after its breaker's time a target is asked once, and used again when that went well.
func TestRecovery(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for a breaker, 10 s")
	}
	t.Parallel()
	g, p, _ := pair(t)
	const script = "[[mock model=up-p status=503 for=12s]] hi"
	ask := func() string {
		a := g.post("/v1/chat/completions", chat("m", script), "x-yett-info", "1")
		require.Equal(t, 200, a.status)
		return a.header.Get("X-Yett-Provider")
	}
	began := time.Now()
	for time.Since(began) < 25*time.Second {
		if ask() == "openai.p" {
			break
		}
		time.Sleep(200 * time.Millisecond)
	}
	assert.InDelta(t, 20, time.Since(began).Seconds(), 2, "the second probe succeeds")
	assert.LessOrEqual(t, p.Requests(), int64(6), "three tries, and one a probe")
	assert.Equal(t, "openai.p", ask())
}

// TestOpenBreakersAreNoExcuse: when every breaker is open the targets are asked all the same.
func TestOpenBreakersAreNoExcuse(t *testing.T) {
	g, p, f := pair(t)
	for range 3 {
		assert.Equal(t, 502, g.post("/v1/chat/completions", chat("m", "[[mock status=503]]")).status)
	}
	assert.Equal(t, 200, g.post("/v1/chat/completions", chat("m", "hi")).status)
	assert.Positive(t, p.Requests()*f.Requests())
}

// TestFallbackModels: another model's targets are tried on the failures that the fallback names.
func TestFallbackModels(t *testing.T) {
	_, a := startMock(t, mock.Options{})
	other, b := startMock(t, mock.Options{})
	pa, pb := provider(spec.OpenAI, "a", a), provider(spec.Anthropic, "b", b)
	first, second := model("m", pa), model("second", pb)
	first.Fallback = &spec.Fallback{On: []spec.Failure{spec.FailContextLength}, To: []*spec.Model{second}}
	g := start(t, config([]*spec.Provider{pa, pb}, first, second), nil)
	res := g.post("/v1/chat/completions", chat("m", "[[mock model=up-a code=context_length_exceeded]] hi"), "x-yett-info", "1")
	assert.Equal(t, 200, res.status, res.body)
	assert.Equal(t, "anthropic.b", res.header.Get("X-Yett-Provider"))
	assert.Contains(t, res.body, `"model":"up-b"`)
	res = g.post("/v1/chat/completions", chat("m", "[[mock model=up-a status=500]] hi"))
	assert.Equal(t, 502, res.status)
	assert.EqualValues(t, 1, other.Requests())
}

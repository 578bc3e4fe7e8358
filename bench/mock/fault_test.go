package mock

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTimes(t *testing.T) {
	_, url := start(t, Options{})
	url += "/chat/completions"
	ask := func(script string) reply { return post(t, url, chat("hi", ""), "X-Mock", script) }
	for _, c := range []struct {
		script string
		want   []int
	}{
		{"status=429 times=1 key=a", []int{429, 200, 200}},
		{"status=503 after=1 times=1 key=b", []int{200, 503, 200}},
		{"status=500 every=2 key=c", []int{200, 500, 200, 500}},
		{"status=500 times=1; status=429 times=1; chunks=2", []int{500, 429, 200}},
		{"model=gpt-y status=500; model=gpt-* status=503", []int{503, 503}},
		{"server=other status=500", []int{200}},
		{"stream=true status=500", []int{200}},
		{"path=*/chat/* status=500", []int{500}},
		{"code=context_length_exceeded", []int{400}},
	} {
		for i, want := range c.want {
			assert.Equal(t, want, ask(c.script).status, "%s, request %d", c.script, i)
		}
	}
	assert.Equal(t, 503, ask("status=503 for=80ms").status)
	time.Sleep(100 * time.Millisecond)
	assert.Equal(t, 200, ask("status=503 for=80ms").status)
}

func TestScriptSources(t *testing.T) {
	_, url := start(t, Options{Script: "status=500"})
	url += "/chat/completions"
	assert.Equal(t, 500, post(t, url, chat("a", "")).status)
	assert.Equal(t, 429, post(t, url, chat("a", ""), "X-Mock", "status=429").status)
	assert.Equal(t, 503, post(t, url, chat("a [[mock status=503]] b", ""), "X-Mock", "status=429").status)
	r := post(t, url, chat("a [[mock echo]] b", ""))
	assert.Equal(t, "a b", at(t, decode(t, r.body), "choices", 0, "message", "content"))
}

func TestScriptedErrors(t *testing.T) {
	_, url := start(t, Options{})
	r := post(t, url+"/chat/completions", chat("a", ""), "X-Mock", `status=429 retry-after=2 retry-after-ms=1500 should-retry=true code=insufficient_quota type=tokens message="slow down" header="x-extra: 1"`)
	assert.Equal(t, 429, r.status)
	assert.Equal(t, "2", r.head.Get("Retry-After"))
	assert.Equal(t, "1500", r.head.Get("Retry-After-Ms"))
	assert.Equal(t, "true", r.head.Get("X-Should-Retry"))
	assert.Equal(t, "1", r.head.Get("X-Extra"))
	assert.JSONEq(t, `{"error":{"message":"slow down","type":"tokens","param":null,"code":"insufficient_quota"}}`, r.body)

	r = post(t, url+"/chat/completions", chat("a", ""), "X-Mock", "status=503 retry-after=date:2s")
	date, err := http.ParseTime(r.head.Get("Retry-After"))
	require.NoError(t, err)
	assert.InDelta(t, 2500, time.Until(date).Milliseconds(), 1000)

	r = post(t, url+"/messages", msgs("a", `,"stream":true`), "X-Mock", "status=529")
	assert.Equal(t, 529, r.status)
	assert.Equal(t, "overloaded_error", at(t, decode(t, r.body), "error", "type"))

	r = post(t, url+"/chat/completions", chat("a", ""), "X-Mock", "code=context_length_exceeded")
	assert.Equal(t, "messages", at(t, decode(t, r.body), "error", "param"))
	r = post(t, url+"/chat/completions", chat("a", ""), "X-Mock", "html status=502")
	assert.Equal(t, 502, r.status)
	assert.Contains(t, r.body, "<html>")
	r = post(t, url+"/chat/completions", chat("a", ""), "X-Mock", "empty")
	assert.Equal(t, 200, r.status)
	assert.Empty(t, r.body)
}

// TestStreamFaults looks at a stream of 6 deltas with a fault in it.
func TestStreamFaults(t *testing.T) {
	_, url := start(t, Options{Chunks: 6})
	const all = "You said: hi w4 w5 w6"
	for _, c := range []struct {
		script, text, finish string
		done, cut            bool
	}{
		{"", all, "stop", true, false},
		{"cut=2", "You said:", "", false, true},
		{"cut=0", "", "", false, true},
		{"cut=6", all, "", false, true},
		{"cut=7", all, "stop", true, false},
		{"cut=2 framing=close", "You said:", "", false, false},
		{"stall=2:20ms cut=2", "You said:", "", false, true},
		{"stall=2:20ms", all, "stop", true, false},
		{"rst=3", "You said: hi", "", false, true},
		{"garbage=3", all, "stop", true, false},
		{"nodone", all, "stop", false, false},
		{"nofinish", all, "", false, false},
		{"error-event=2", "You said:", "", false, false},
		{"badchunk", "You said: hi", "", false, true},
		{"hugechunk", "You said: hi", "", false, true},
		{"crlf nospace comments", all, "stop", true, false},
		{"split=7", all, "stop", true, false},
		{"batch=4", all, "stop", true, false},
		{"framing=length", all, "stop", true, false},
		{"framing=close", all, "stop", true, false},
		{"drip=20000b/s", all, "stop", true, false},
		{"first=20ms gap=1ms 1xx=3", all, "stop", true, false},
		{"head=3000 extra=100", all, "stop", true, false},
		{"slam=1ms", all, "stop", true, false},
	} {
		for _, api := range []string{"openai", "anthropic"} {
			t.Run(c.script+"/"+api, func(t *testing.T) {
				t.Parallel()
				if api == "openai" {
					r := post(t, url+"/chat/completions", chat("hi", `,"stream":true`), "X-Mock", c.script)
					text, finish, _, done := chatText(t, r.body, "content")
					assert.Equal(t, c.text, text)
					assert.Equal(t, c.finish, finish)
					assert.Equal(t, c.done, done)
					assert.Equal(t, c.cut, r.err != nil, "%v", r.err)
					return
				}
				r := post(t, url+"/messages", msgs("hi", `,"stream":true`), "X-Mock", c.script)
				text := ""
				for _, e := range parseEvents(r.body) {
					if _, after, ok := strings.Cut(e.data, `"text_delta","text":"`); ok {
						text += strings.TrimSuffix(after, `"}}`)
					}
				}
				assert.Equal(t, c.text, text)
				assert.Equal(t, c.finish != "", strings.Contains(r.body, `"stop_reason":"end_turn"`))
				assert.Equal(t, c.done, strings.Contains(r.body, "event:message_stop") || strings.Contains(r.body, "event: message_stop"))
				assert.Equal(t, c.cut, r.err != nil, "%v", r.err)
			})
		}
	}
}

func TestErrorEvent(t *testing.T) {
	_, url := start(t, Options{})
	r := post(t, url+"/chat/completions", chat("a", `,"stream":true`), "X-Mock", "error-event=1 code=overloaded status=529")
	require.Equal(t, 200, r.status)
	evs := parseEvents(r.body)
	assert.Equal(t, "overloaded", at(t, decode(t, evs[len(evs)-1].data), "error", "code"))
	r = post(t, url+"/messages", msgs("a", `,"stream":true`), "X-Mock", "error-event=0 status=529")
	evs = parseEvents(r.body)
	assert.Equal(t, "error", evs[len(evs)-1].name)
	assert.Equal(t, "overloaded_error", at(t, decode(t, evs[len(evs)-1].data), "error", "type"))
	r = post(t, url+"/chat/completions", chat("a", ""), "X-Mock", "error-event=1")
	assert.Equal(t, 500, r.status)
}

func TestWholeFaults(t *testing.T) {
	_, url := start(t, Options{Chunks: 10})
	url += "/chat/completions"
	whole := len(post(t, url, chat("hi", "")).body)
	for _, script := range []string{"cut=4", "cut=4 framing=chunked", "rst=4", "stall=2:10ms cut=4"} {
		r := post(t, url, chat("hi", ""), "X-Mock", script)
		require.Error(t, r.err, script)
		assert.Equal(t, 4*whole/10, len(r.body), script)
	}
	for _, script := range []string{"framing=chunked", "framing=close", "stall=3:10ms", "first=10ms"} {
		r := post(t, url, chat("hi", ""), "X-Mock", script)
		require.NoError(t, r.err, script)
		assert.Len(t, r.body, whole, script)
	}
	r := post(t, url, chat("hi", ""), "X-Mock", "garbage=1")
	require.NoError(t, r.err)
	assert.Len(t, r.body, whole/2)
	r = post(t, url, chat("hi", ""), "X-Mock", "size=100 chunks=30")
	assert.Len(t, at(t, decode(t, r.body), "choices", 0, "message", "content"), 3000)
}

// TestBrokenAnswers: what no HTTP client can read.
func TestBrokenAnswers(t *testing.T) {
	s, url := start(t, Options{})
	url += "/chat/completions"
	for _, script := range append([]string{"rst", "fin"}, heads...) {
		t.Run(script, func(t *testing.T) {
			t.Parallel()
			r, err := tryPost(t, url, chat("hi", ""), "X-Mock", script)
			switch script {
			case "rst":
				assert.True(t, errors.Is(err, syscall.ECONNRESET), "%v", err)
			case "hugelen", "tecl": // net/http reads these heads
				assert.True(t, err != nil || r.err != nil || r.body == "{}")
			default:
				assert.Error(t, err)
			}
		})
	}
	t.Cleanup(func() { assert.Eventually(t, func() bool { return s.Live() == 0 }, 5*time.Second, time.Millisecond) })
}

// TestDeparture: a client that leaves is noticed in every phase.
func TestDeparture(t *testing.T) {
	s, url := start(t, Options{})
	scripts := []string{
		"latency=1h", "headers=1h", "first=1h", "stall=1:1h", "gap=1h", "chunks=3 nodone noclose", "cut=2 noclose",
		"infinite", "gap=5ms chunks=100000", "drip=1b/s", "infinite-head",
	}
	var wg sync.WaitGroup
	for _, script := range scripts {
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
			defer cancel()
			req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/chat/completions", strings.NewReader(chat("x", `,"stream":true`)))
			if !assert.NoError(t, err) {
				return
			}
			req.Header.Set("X-Mock", script)
			if resp, err := http.DefaultClient.Do(req); err == nil {
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
			}
		})
	}
	require.Eventually(t, func() bool { return s.Live() == int64(len(scripts)) || s.Cancelled() > 0 }, 5*time.Second, time.Millisecond)
	wg.Wait()
	assert.Eventually(t, func() bool { return s.Live() == 0 && s.Open() == 0 }, 5*time.Second, time.Millisecond)
	// infinite-head ends by the client's own limit, which is no departure.
	assert.GreaterOrEqual(t, s.Cancelled(), int64(len(scripts)-1))
}

func TestCloseEndsEverything(t *testing.T) {
	s := New(Options{})
	addr, err := s.Start()
	require.NoError(t, err)
	done := make(chan error)
	go func() {
		resp, err := http.Post("http://"+addr+"/v1/chat/completions", "application/json", strings.NewReader(chat("x [[mock latency=1h]]", "")))
		if err == nil {
			_ = resp.Body.Close()
		}
		done <- err
	}()
	require.Eventually(t, func() bool { return s.Live() == 1 }, 5*time.Second, time.Millisecond)
	s.Close()
	assert.Error(t, <-done)
	assert.Zero(t, s.Live())
}

// TestIdleClose: the connection is closed in silence, so that a client can meet it stale.
func TestIdleClose(t *testing.T) {
	s, url := start(t, Options{Idle: 30 * time.Millisecond})
	resp, err := http.Post(url+"/chat/completions", "application/json", strings.NewReader(chat("x", "")))
	require.NoError(t, err)
	_, err = io.Copy(io.Discard, resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.False(t, resp.Close)
	assert.Eventually(t, func() bool { return s.Open() == 0 }, 5*time.Second, time.Millisecond)
}

func TestSeenKeepsTheLast(t *testing.T) {
	s, url := start(t, Options{Keep: 2})
	for _, body := range []string{"a", "b", "c"} {
		post(t, url+"/echo?q=1", body, "X-Tag", "t-"+body)
	}
	seen := s.Last(10)
	require.Len(t, seen, 2)
	assert.Equal(t, "b", string(seen[0].Body))
	assert.Equal(t, "t-c", seen[1].Get("x-tag"))
	assert.Equal(t, "/v1/echo?q=1", seen[1].Path)
	s.Reset()
	assert.Empty(t, s.Last(1))
}

func TestCheckScript(t *testing.T) {
	for _, good := range []string{"", " ; ", "chunks=3", `message="a b;c" status=400;;echo`, "stall=3:2s", "drip=10b/s", "slam", "slam=5ms"} {
		assert.NoError(t, CheckScript(good), "%s", good)
	}
	for bad, says := range map[string]string{
		"chunk=3": "unknown word", "chunks": "needs a value", "echo=1": "takes no value", "chunks=-1": "number",
		"latency=fast": "duration", "stall=3": "20:30s", `message="a`: "quotes", "status=42": "status",
		"framing=odd": "one of", "header=x": "field", "drip=0": "rate", "latency=25h": "duration", "chunks=2000000": "above",
		strings.Repeat("x", maxScript+1): "longer",
	} {
		err := CheckScript(bad)
		require.Error(t, err, "%.50s", bad)
		assert.Contains(t, err.Error(), says)
	}
}

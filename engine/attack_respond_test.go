package engine_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/bench/mock"
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
)

// TestRespondsWithAnyStatus: a stage's own answer of any status, those that HTTP allows no body for included, and of any
// text leaves the connection in order for the next request.
func TestRespondsWithAnyStatus(t *testing.T) {
	code, text := uint16(0), ""
	g, _ := oneStaged(t, spec.OpenAI, mock.Options{}, stage("answers", abi.Observe, func(c *hook.Call) error {
		c.Body = append(c.Body, text...)
		c.Verdict = abi.Pack(abi.Respond, code, 0, 0)
		return nil
	}, abi.OnRequest))
	tr := &http.Transport{MaxConnsPerHost: 1, DisableCompression: true}
	defer tr.CloseIdleConnections()
	c := &http.Client{Transport: tr, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, text = range []string{"", "hi", strings.Repeat("\x01\"\\\u2028</script>\r\n\r\ndata: [DONE]\n\n", 2000)} {
		for _, code = range []uint16{0, 200, 201, 204, 205, 299, 300, 301, 304, 307, 399, 400, 401, 418, 500, 503, 599} {
			for _, d := range []struct{ path, body string }{
				{"/v1/chat/completions", chat("m", "hi")},
				{"/v1/chat/completions", chat("m", "hi", streamed)},
				{"/v1/messages", messages("m", "hi")},
				{"/v1/messages", messages("m", "hi", streamed)},
			} {
				res, err := c.Post(g.url+d.path, "application/json", strings.NewReader(d.body))
				require.NoError(t, err, "%d %s", code, d.body)
				b, err := io.ReadAll(res.Body)
				res.Body.Close()
				require.NoError(t, err)
				want := int(max(code, 200))
				require.Equal(t, want, res.StatusCode, "%s", b)
				if want == 204 || want == 304 {
					assert.Empty(t, b)
					continue
				}
				assert.Equal(t, fmt.Sprint(len(b)), res.Header.Get("Content-Length"))
				if strings.Contains(d.body, "stream") {
					done := "data: [DONE]\n\n"
					if strings.Contains(d.path, "messages") {
						done = "event: message_stop\n"
					}
					assert.Equal(t, 1, strings.Count(string(b), done), "%d", code)
				}
			}
		}
	}
	a := g.post("/v1/embeddings", `{"model":"m","input":"a"}`)
	assert.Equal(t, 500, a.status, a.body)
}

package barefast_test

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/bench/barefast"
	"github.com/yett-gateway/yett/bench/mock"
)

func TestYardsticks(t *testing.T) {
	m := mock.New(mock.Options{})
	upstream, err := m.Start()
	require.NoError(t, err)
	defer m.Close()
	for name, program := range map[string]func(net.Listener, string) error{"proxy": barefast.Proxy, "hit": barefast.Hit} {
		t.Run(name, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			go func() { _ = program(l, upstream) }()
			defer func() { _ = l.Close() }()
			post := func(stream string) string {
				body := `{"model":"m","messages":[{"role":"user","content":"hello [[mock gap=30ms]]"}]` + stream + `}`
				req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+l.Addr().String()+"/v1/chat/completions", strings.NewReader(body))
				require.NoError(t, err)
				if stream != "" {
					req.Header.Set("Accept", "text/event-stream")
				}
				resp, err := http.DefaultClient.Do(req)
				require.NoError(t, err)
				defer func() { _ = resp.Body.Close() }()
				assert.Equal(t, 200, resp.StatusCode)
				if stream != "" {
					start := time.Now()
					_, err = io.ReadFull(resp.Body, make([]byte, 10))
					require.NoError(t, err)
					assert.Less(t, time.Since(start), 200*time.Millisecond, "events aren't held back")
				}
				b, err := io.ReadAll(resp.Body)
				require.NoError(t, err)
				return string(b)
			}
			before := m.Requests()
			first, second := post(""), post("")
			assert.Contains(t, first, "You said: hello")
			if name == "hit" {
				assert.Equal(t, first, second)
				assert.Equal(t, before+1, m.Requests())
				return
			}
			assert.NotEqual(t, first, second, "each answer has its own id")
			assert.Contains(t, post(`,"stream":true`), "[DONE]")
		})
	}
}

package admin

import (
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/meter"
)

func TestAdmin(t *testing.T) {
	set := meter.New()
	set.Error(fault.UpstreamCut).Inc()
	set.Route("chat", "openai.chat").Done(200, 1)
	set.Build("1.2.3")
	var unready error
	s, err := Listen("127.0.0.1:0", set, func() error { return unready })
	require.NoError(t, err)
	t.Cleanup(s.Close)
	get := func(path string) (int, string) {
		res, err := http.Get("http://" + s.Address() + path)
		require.NoError(t, err)
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		return res.StatusCode, string(body)
	}

	status, body := get("/metrics")
	assert.Equal(t, 200, status)
	assert.Contains(t, body, `yett_errors_total{error="upstream_cut"} 1`)
	assert.Contains(t, body, `yett_requests_total{route="chat",dialect="openai.chat",status="2xx"} 1`)
	assert.Contains(t, body, `yett_build_info{version="1.2.3"} 1`)
	assert.Contains(t, body, "go_memstats_mallocs_total")
	assert.Contains(t, body, "process_cpu_seconds_total")

	status, body = get("/readyz")
	assert.Equal(t, 200, status)
	assert.Equal(t, "ok\n", body)
	unready = errors.New("shutting down")
	status, body = get("/readyz")
	assert.Equal(t, 503, status)
	assert.Equal(t, "shutting down\n", body)
	status, _ = get("/healthz")
	assert.Equal(t, 200, status)
	status, _ = get("/debug/pprof/cmdline")
	assert.Equal(t, 200, status)
	status, _ = get("/nothing")
	assert.Equal(t, 404, status)

	_, err = Listen(s.Address(), set, nil)
	assert.Error(t, err, "an address in use")
}

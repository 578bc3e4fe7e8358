package meter

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/yett-gateway/yett/engine/fault"
)

func written(s *Set) string {
	var b bytes.Buffer
	s.Write(&b)
	return b.String()
}

func TestHandlesOfOneNameAreOne(t *testing.T) {
	s := New()
	s.Route("r", "d").CacheHit.Inc()
	s.Route("r", "d").CacheHit.Inc()
	s.Upstream("p").Outcome(fault.UpstreamCut, false).Inc()
	s.Upstream("p").Outcome(0, true).Inc()
	s.Plugin("guard.pii", []string{"on_request"}, []string{"block"}, []string{"fuel"}).Traps["fuel"].Inc()
	out := written(s)
	assert.Contains(t, out, `yett_cache_total{route="r",dialect="d",result="hit"} 2`)
	assert.Contains(t, out, `yett_upstream_attempts_total{provider="p",outcome="upstream_cut"} 1`)
	assert.Contains(t, out, `yett_upstream_attempts_total{provider="p",outcome="ok"} 1`)
	assert.Contains(t, out, `yett_plugin_traps_total{plugin="guard.pii",reason="fuel"} 1`)
}

func TestGaugeIsReplaced(t *testing.T) {
	s := New()
	s.Gauge("g", func() float64 { return 1 })
	s.Gauge("g", func() float64 { return 2 })
	assert.True(t, strings.HasPrefix(written(s), "g 2\n"))
}

func TestStatusClasses(t *testing.T) {
	s := New()
	r := s.Route("r", "d")
	for _, status := range []int{200, 204, 302, 404, 499, 503, 99, 700} {
		r.Done(status, 1)
	}
	out := written(s)
	for class, want := range map[string]string{"2xx": "2", "3xx": "1", "4xx": "2", "5xx": "3"} {
		assert.Contains(t, out, `yett_requests_total{route="r",dialect="d",status="`+class+`"} `+want)
	}
}

func TestCountingDoesNotAllocate(t *testing.T) {
	r := New().Route("r", "d")
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		r.Done(200, 5)
		r.InputTokens.AddInt64(3)
		r.InFlight.Inc()
		r.InFlight.Dec()
	}))
}

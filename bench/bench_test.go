package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/bench/mock"
	"github.com/yett-gateway/yett/hcl"
)

// TestMain lets the test's own program be the roles that enter starts.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "role" {
		if err := run(context.Background(), os.Args[1:]); err != nil {
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func TestConfigurations(t *testing.T) {
	files, err := filepath.Glob("testdata/*.hcl")
	require.NoError(t, err)
	require.Len(t, files, 6)
	for _, f := range files {
		s, diags := hcl.Load(f, hcl.Options{
			Env: func(name string) (string, bool) {
				v, ok := map[string]string{"BENCH_UPSTREAM_KEY": upstreamKey, "BENCH_CONSUMER_KEY": consumerKey}[name]
				return v, ok
			},
			Variables: map[string]string{"listen": "127.0.0.1:1", "admin": "127.0.0.1:2", "upstream": "http://127.0.0.1:3/v1"},
		})
		assert.Empty(t, diags, f)
		assert.Len(t, s.Consumers, 1, f)
		assert.Equal(t, filepath.Base(f) == "cache.hcl", s.Routes[0].Cache != nil, f)
		src, err := os.ReadFile(f)
		require.NoError(t, err)
		formatted, _ := hcl.Format(src, f)
		assert.Equal(t, string(formatted), string(src), "run yett fmt on %s", f)
	}
}

// TestRun measures for a moment all that needs no yett, and a peer.
func TestRun(t *testing.T) {
	peer := mock.New(mock.Options{})
	addr, err := peer.Start()
	require.NoError(t, err)
	defer peer.Close()
	out := filepath.Join(t.TempDir(), "out.json")
	c := runCmd{
		Rounds: 2, Duration: 150 * time.Millisecond, Rate: 100, Conns: 4, Contenders: []string{proxy, hit}, Mock: "127.0.0.1:0", Out: out,
		Targets: map[string]string{"peer": "http://" + addr + "/v1/"}, TargetKey: "k", Scenarios: []string{"chat", "hit", "burst", "paced"},
	}
	require.NoError(t, c.Run(t.Context()))
	var got report
	b, err := os.ReadFile(out)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &got))
	require.Len(t, got.Sections, 4)
	for _, s := range got.Sections {
		assert.Equal(t, map[bool]int{true: 2, false: 3}[s.Name == "hit"], len(s.Rows), "%s", s.Name)
		for _, r := range s.Rows {
			assert.Len(t, r.Rounds, 2)
			assert.Positive(t, r.Median.PerSecond, "%s %s", s.Name, r.Name)
			assert.Equal(t, r.Name == "peer", r.Median.CPU < 0, "%s %s", s.Name, r.Name)
			assert.Equal(t, s.Name == "burst", r.Median.P50 < 0)
			assert.Equal(t, s.Name == "paced", r.Median.Relay >= 0)
		}
	}
	assert.Positive(t, peer.Requests())
}

func TestRunReportsWhatFails(t *testing.T) {
	peer := mock.New(mock.Options{Script: "status=500"})
	addr, err := peer.Start()
	require.NoError(t, err)
	defer peer.Close()
	broken := httptest.NewServer(http.NotFoundHandler())
	defer broken.Close()
	f := &field{absent: map[string]string{}}
	p := &contender{name: "peer", base: broken.URL, key: "k", ended: make(chan struct{})}
	close(p.ended)
	require.ErrorIs(t, p.ready(t.Context()), errEnded)
	assert.Equal(t, errEnded.Error(), f.why(p, errEnded))

	c := runCmd{Duration: 100 * time.Millisecond, Conns: 1, Rate: 50}
	s := scenario{name: "chat", prompt: 300, busy: "status=500", yardstick: proxy}
	m, err := measure(t.Context(), &c, &s, &contender{name: "peer", base: "http://" + addr + "/v1", key: "k"})
	require.NoError(t, err)
	r := newReport(&c)
	r.add(&s, "peer", m)
	assert.True(t, r.failed())
	var b bytes.Buffer
	r.print(&b)
	assert.Contains(t, b.String(), "× status 500")

	c = runCmd{Scenarios: []string{"chatt"}}
	require.ErrorContains(t, c.Run(t.Context()), "no scenario")
	c = runCmd{Yett: "/nowhere/yett", Scenarios: []string{"hit"}, Contenders: []string{cached}, Mock: "127.0.0.1:0", Duration: 50 * time.Millisecond, Rounds: 1, Conns: 1, Rate: 50}
	require.ErrorIs(t, c.Run(t.Context()), errFailed)
}

func TestMedian(t *testing.T) {
	m := median([]*measurement{{CPU: 3, P50: -1}, {CPU: 1, P50: -1, Errors: map[string]int64{"a": 2}}, {CPU: 2, P50: 4, Errors: map[string]int64{"a": 1}}})
	assert.InDelta(t, 2, m.CPU, 0)
	assert.InDelta(t, 4, m.P50, 0)
	assert.Equal(t, map[string]int64{"a": 3}, m.Errors)
	assert.InDelta(t, 1.5, median([]*measurement{{CPU: 1}, {CPU: 2}}).CPU, 0)
}

func TestMallocs(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("go_memstats_mallocs_total_other 1\ngo_memstats_mallocs_total 1.5e+06\n"))
	}))
	defer s.Close()
	n, err := mallocs(s.URL)
	require.NoError(t, err)
	assert.Equal(t, uint64(1_500_000), n)
}

func TestProse(t *testing.T) {
	for _, n := range []int{50, 300, 1000, 10_000} {
		s := prose(n)
		assert.InDelta(t, n, len(s), 20)
		assert.True(t, json.Valid([]byte(`"`+s+`"`)), "%s", s)
	}
}

// The ratio is the median of those of the rounds, with the lowest and the highest beside it.
func TestRatio(t *testing.T) {
	r := newReport(&runCmd{Rounds: 3, Duration: time.Second})
	s := scenario{name: "chat", yardstick: proxy}
	for _, round := range [][2]float64{{10, 15}, {20, 24}, {10, 20}} {
		r.add(&s, proxy, &measurement{PerSecond: 1, CPU: round[0]})
		r.add(&s, pass, &measurement{PerSecond: 1, CPU: round[1]})
	}
	row := r.Sections[0].Rows[1]
	assert.InDelta(t, 1.5, row.Ratio, 1e-9)
	assert.InDelta(t, 1.2, row.Lowest, 1e-9)
	assert.InDelta(t, 2, row.Highest, 1e-9)
	var b bytes.Buffer
	r.print(&b)
	assert.Contains(t, b.String(), "1.20–2.00")
}

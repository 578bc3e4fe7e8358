package engine_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/yett-gateway/yett/bench/mock"
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
)

// environment is a condition: the header x-env has a value.
type environment string

func (e environment) True(f spec.Facts) bool { return string(f.Header("x-env")) == string(e) }
func (e environment) Source() string         { return `request.header["x-env"] == "` + string(e) + `"` }

// TestCacheKnowsWhichStagesTookPart: two requests with the same body are not the same request if a stage's
// condition tells them apart.
func TestCacheKnowsWhichStagesTookPart(t *testing.T) {
	shout := stage("shout", abi.Observe, func(c *hook.Call) error {
		c.Verdict = abi.Pack(abi.Edited, 0, 0, 0)
		c.Exchange.Apply(&hook.Edit{Op: abi.Append, Field: abi.FieldSystem, Value: []byte("Shout.")})
		return nil
	}, abi.OnRequest)
	m, addr := startMock(t, mock.Options{})
	p := provider(spec.Mock, "p", addr)
	s := config([]*spec.Provider{p}, model("m", p))
	cached()(s)
	fs := staged(s, shout)
	s.Pipelines[0].Stages[0].When = environment("test")
	g := start(t, s, fs)
	ask := func(env string) string {
		return g.post("/v1/chat/completions", chat("m", "hi"), "X-Env", env).header.Get("X-Yett-Cache")
	}
	assert.Equal(t, []string{"miss", "miss", "hit", "hit"}, []string{ask("test"), ask("prod"), ask("test"), ask("dev")})
	assert.EqualValues(t, 2, m.Requests())
}

// TestCacheLeavesOutWhatIsPersonal: an answer is only stored if no stage looked at something about the
// caller that the key doesn't hold.
func TestCacheLeavesOutWhatIsPersonal(t *testing.T) {
	get := func(f abi.Field) func(x hook.Exchange) { return func(x hook.Exchange) { x.Get(f, 0, 0) } }
	named := func(n abi.Name, name string) func(x hook.Exchange) {
		return func(x hook.Exchange) { x.Named(n, []byte(name)) }
	}
	for _, tc := range []struct {
		name      string
		look      func(hook.Exchange)
		partition string
		want      string
	}{
		{"the prompt", get(abi.FieldPartText), spec.PartitionRoute, "hit"},
		{"its consumer's name", get(abi.FieldConsumer), spec.PartitionConsumer, "hit"},
		{"its consumer's team", get(abi.FieldTeam), spec.PartitionConsumer, "hit"},
		{"its consumer's tag", named(abi.NameTag, "tier"), spec.PartitionConsumer, "hit"},
		{"its team", get(abi.FieldTeam), spec.PartitionTeam, "hit"},
		{"a name in a team", get(abi.FieldConsumer), spec.PartitionTeam, "miss"},
		{"a name on a route", get(abi.FieldConsumer), spec.PartitionRoute, "miss"},
		{"a team on a route", get(abi.FieldTeam), spec.PartitionRoute, "miss"},
		{"a header", named(abi.NameHeader, "x-env"), spec.PartitionConsumer, "miss"},
		{"an address", get(abi.FieldClientIP), spec.PartitionConsumer, "miss"},
		{"the request's id", get(abi.FieldRequestID), spec.PartitionConsumer, "miss"},
	} {
		for _, streaming := range []bool{false, true} {
			look := stage("look", abi.Observe, func(c *hook.Call) error { tc.look(c.Exchange); return nil }, abi.OnRequest)
			_, addr := startMock(t, mock.Options{})
			p := provider(spec.Mock, "p", addr)
			s := config([]*spec.Provider{p}, model("m", p))
			cached(func(c *spec.Cache) { c.Partition = tc.partition })(s)
			a := consumer("a", "ka")
			a.Team = "x"
			s.Consumers = []*spec.Consumer{a}
			g := start(t, s, staged(s, look))
			body := chat("m", "hi")
			if streaming {
				body = chat("m", "hi", streamed)
			}
			g.post("/v1/chat/completions", body, bearer("ka")...)
			got := g.post("/v1/chat/completions", body, bearer("ka")...).header.Get("X-Yett-Cache")
			assert.Equal(t, tc.want, got, "a stage looks at %s, streamed %v", tc.name, streaming)
		}
	}
}

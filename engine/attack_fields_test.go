package engine_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/bench/mock"
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
)

// TestFieldsOfStages: no value that a stage sets carries a byte that ends a line, or that servers disagree about, and no
// name is one of the gateway's or of a credential.
func TestFieldsOfStages(t *testing.T) {
	var said []abi.Status
	set := func(c *hook.Call, family abi.Name, name, value string) {
		said = append(said, c.Exchange.Apply(&hook.Edit{Op: abi.Set1, Family: family, Name: []byte(name), Value: []byte(value)}))
	}
	g, m := oneStaged(t, spec.OpenAI, mock.Options{}, stage("fields", abi.Observe, func(c *hook.Call) error {
		said = said[:0]
		for _, family := range []abi.Name{abi.NameAnswerHeader, abi.NameUpstreamHeader} {
			set(c, family, "x-good", "a\tb é")
			for b := range 0x20 {
				if b != '\t' {
					set(c, family, fmt.Sprintf("x-bad-%d", b), "a"+string(rune(b))+"b")
				}
			}
			set(c, family, "x-bad-127", "a\x7fb")
			set(c, family, "x-bad-utf8", "\xff")
			for _, name := range []string{
				"x-", "X-Upper", "x-a:b", "x-a b", "x-\r\nhost", "x-api-key", "x-goog-api-key", "x-amz-security-token", "x-yett-tenant",
				"x-request-id", "host", "content-length", "transfer-encoding", "authorization", "x_a", "xa",
			} {
				set(c, family, name, "v")
			}
		}
		c.Verdict = abi.Pack(abi.Edited, 0, 0, 0)
		return nil
	}, abi.OnRequest))
	a := g.post("/v1/chat/completions", chat("m", "hi"))
	require.Equal(t, 200, a.status, a.body)
	good := 0
	for _, s := range said {
		if s == abi.OK {
			good++
		}
	}
	assert.Equal(t, 2, good)
	assert.Equal(t, "a\tb é", a.header.Get("X-Good"))
	for name := range a.header {
		assert.NotContains(t, name, "X-Bad")
	}
	assert.Contains(t, m.Last(1)[0].Fields, mock.Field{Name: "x-good", Value: "a\tb é"})
	for _, f := range m.Last(1)[0].Fields {
		assert.NotContains(t, f.Name, "x-bad")
	}
}

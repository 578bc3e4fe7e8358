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

// TestRawBodies: a stage that may see bodies sees them as they were sent, whatever other stages changed and whichever
// dialect the provider speaks; where no stage may, answers aren't kept.
func TestRawBodies(t *testing.T) {
	for _, typ := range []spec.ProviderType{spec.OpenAI, spec.Anthropic} {
		for _, may := range []bool{true, false} {
			t.Run(fmt.Sprint(typ, " ", may), func(t *testing.T) {
				var request, answer []string
				said := func(b []byte, ok bool) string { return fmt.Sprint(string(b), " ", ok) }
				writer := stage("writer", abi.Observe, func(c *hook.Call) error {
					f := abi.FieldPartText
					if c.Hook == abi.OnResponse {
						f = abi.FieldAnswerPartText
					}
					set(c, f, 0, 0, "changed")
					c.Verdict = abi.Pack(abi.Edited, 0, 0, 0)
					return nil
				}, abi.OnRequest, abi.OnResponse)
				reader := stage("reader", abi.Observe, func(c *hook.Call) error {
					raw := c.Exchange.(hook.Raw)
					request = append(request, said(raw.RequestBody()))
					answer = append(answer, said(raw.AnswerBody()))
					return nil
				}, abi.OnRequest, abi.OnUpstreamRequest, abi.OnResponse, abi.OnStreamEnd)
				reader.info.Raw = may
				g, _ := oneStaged(t, typ, mock.Options{}, writer, reader)

				body := chat("m", "hi", `,"odd":[1, 2]`)
				for _, sent := range []struct{ body, encoding string }{{body, ""}, {gzipped([]byte(body)), "gzip"}} {
					request, answer = nil, nil
					a := g.post("/v1/chat/completions", sent.body, "Content-Encoding", sent.encoding)
					require.Equal(t, 200, a.status, a.body)
					assert.Contains(t, a.body, "changed")
					assert.Equal(t, []string{body + " true", body + " true", body + " true"}, request)
					require.Len(t, answer, 3)
					assert.Equal(t, []string{" false", " false"}, answer[:2])
					if !may {
						assert.Equal(t, " false", answer[2])
						continue
					}
					assert.Contains(t, answer[2], "You said: changed")
					assert.Contains(t, answer[2], map[spec.ProviderType]string{spec.OpenAI: `"choices"`, spec.Anthropic: `"stop_reason"`}[typ])
				}

				request, answer = nil, nil
				streaming := chat("m", "hi", streamed)
				a := g.post("/v1/chat/completions", streaming)
				require.Equal(t, 200, a.status, a.body)
				assert.Equal(t, []string{streaming + " true", streaming + " true", streaming + " true"}, request)
				assert.Equal(t, []string{" false", " false", " false"}, answer, "a stream, and after a whole answer")
			})
		}
	}
}

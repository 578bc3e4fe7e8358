package sdktest

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/config"
)

// TestBench: a plugin's hooks are measured by their names, and its word against a configuration is told.
func TestBench(t *testing.T) {
	New(t, &refuser{}, "") // as sdk.Run would
	rows := `[{"hook": "on_request", "prompt": "a rosebud", "milliseconds": 1}, {"hook": "on_delta", "delta": "x", "milliseconds": 1},
		{"hook": "on_moon"}, {"hook": "on_request", "config": "{\"bad\": true}"}]`
	var out bytes.Buffer
	require.NoError(t, bench(strings.NewReader(rows), &out))
	var got []BenchResult
	require.NoError(t, json.Unmarshal(out.Bytes(), &got))
	require.Len(t, got, 4)
	assert.Positive(t, got[0].P50)
	assert.GreaterOrEqual(t, got[0].P99, got[0].P50)
	assert.Empty(t, got[1].Error)
	assert.Contains(t, got[2].Error, "no hook on_moon")
	assert.Equal(t, "the plugin refuses the configuration: bad is bad", got[3].Error)
	assert.Error(t, bench(strings.NewReader("x"), &out))
}

// refuser refuses prompts, and configurations that are bad.
type refuser struct{ seen int }

func (r *refuser) Init(c config.Value) error {
	if c.Bool("bad", false) {
		return errors.New("bad is bad")
	}
	return nil
}

func (r *refuser) OnRequest(q sdk.Request) sdk.Verdict {
	for m := range q.Messages() {
		for p := range m.Parts() {
			r.seen += len(p.Text())
		}
	}
	return sdk.Block(403, "no")
}

func (r *refuser) OnDelta(d sdk.Delta) sdk.Verdict { return sdk.Hold(len(d.Window())) }

package builtin

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/meter"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/plugins/host"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/sdktest"
)

// fuelOf is what a call costs when the plugin has seen its like before, in units of fuel. It is the same for every run of
// one build.
func fuelOf(t testing.TB, kind, name, config string, c *hook.Call) int {
	set := meter.New()
	base, err := os.UserCacheDir()
	if err != nil {
		base = os.TempDir()
	}
	h, err := host.New(context.Background(), host.Options{Modules: modules(t), CacheDir: filepath.Join(base, "yett-test", "plugins"), Meter: set})
	require.NoError(t, err)
	defer func() { require.NoError(t, h.Close()) }()
	limit := spec.DefaultPluginLimit
	limit.Fuel, limit.Wall = 1<<40, time.Minute
	p, err := h.Load(context.Background(), &spec.Plugin{Kind: kind, Name: name, Source: "builtin", OnError: "deny", Limit: limit})
	require.NoError(t, err)
	s, err := p.Stage(context.Background(), name, []byte(config))
	require.NoError(t, err)
	p.Close()
	defer s.Close()
	sum := func() int {
		var out bytes.Buffer
		set.Write(&out)
		_, rest, _ := strings.Cut(out.String(), `yett_plugin_fuel_sum{plugin="`+kind+"."+name+`"} `)
		line, _, _ := strings.Cut(rest, "\n")
		n, err := strconv.ParseFloat(line, 64)
		require.NoError(t, err, out.String())
		return int(n)
	}
	before := 0
	const warm = 8
	for n := range warm + 1 {
		if n == warm {
			before = sum()
		}
		require.NoError(t, s.Call(c))
	}
	return sum() - before
}

// TestFuel keeps the figures in the plugins' pages honest: what is said there is at most this much.
func TestFuel(t *testing.T) {
	asked := sdktest.NewConversation(sdktest.User("order pens"))
	asked.Answers = []sdktest.Message{sdktest.Assistant(orderOf(1 << 10))}
	big := sdktest.NewConversation(sdktest.User("order pens"))
	big.Answers = []sdktest.Message{sdktest.Assistant(orderOf(100 << 10))}
	own := sdktest.NewConversation(sdktest.User("order pens"))
	own.Answers = asked.Answers
	own.Params = map[string]string{"response_format": `{"type": "json_schema", "json_schema": {"name": "order", "schema": ` + order + `}}`}
	calls := sdktest.NewConversation(sdktest.User("order pens"))
	calls.Tools = []sdktest.Tool{{Name: "note", Schema: `{}`}, {Name: "buy", Schema: order}}
	calls.Answers = []sdktest.Message{sdktest.ToolCall("1", "buy", orderOf(1<<10))}
	prompt := sdktest.NewConversation(sdktest.User(strings.Repeat("The quick brown fox jumps over the lazy dog and runs far away from it, again. ", 20)[:1024]))
	prompt.Candidates = []sdktest.Candidate{{Model: "a"}, {Model: "b"}}
	fill := sdktest.NewConversation(sdktest.User("hi"))
	fill.Headers = map[string]string{"x-yett-template": "greet", "x-yett-variables": `{"who": "` + strings.Repeat("Ann and Bo and Cy ", 50) + `", "tone": "warm"}`}
	for _, test := range []struct {
		name, kind, plugin, config string
		x                          *sdktest.Conversation
		hook                       abi.Hook
		most                       int
	}{
		{"an answer of 1 KiB", "guard", "schema", `{"schema": ` + order + `}`, asked, abi.OnResponse, 95_000},
		{"an answer of 100 KiB", "guard", "schema", `{"schema": ` + order + `}`, big, abi.OnResponse, 8_200_000},
		{"an answer of 1 KiB, the request's schema", "guard", "schema", `{}`, own, abi.OnResponse, 97_000},
		{"a tool call of 1 KiB", "guard", "schema", `{}`, calls, abi.OnToolCall, 97_000},
		{"a prompt of 1 KiB", "guard", "injection", `{}`, prompt, abi.OnRequest, 67_000},
		{"a prompt of 1 KiB, 4 keywords", "router", "keywords", `{"rules": [{"any": ["python", "golang", "rust", "dog"], "model": 1}]}`, prompt, abi.OnRoute, 16_000},
		{"a prompt of 1 KiB, 1,000 keywords", "router", "keywords", `{"rules": [{"any": ` + keywords(1000) + `, "model": 1}]}`, prompt, abi.OnRoute, 10_000},
		{"1 KiB of template and variables", "transform", "template", greetings, fill, abi.OnRequest, 25_000},
		{"a request that names none", "transform", "template", greetings, prompt, abi.OnRequest, 600},
	} {
		t.Run(test.plugin+", "+test.name, func(t *testing.T) {
			c := newCall(test.x)
			c.Hook, c.Args = test.hook, [3]int32{int32(len(test.x.Candidates))}
			fuel := fuelOf(t, test.kind, test.plugin, test.config, c)
			t.Logf("%d units", fuel)
			assert.LessOrEqual(t, fuel, test.most)
		})
	}
}

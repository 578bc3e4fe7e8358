package builtin

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/meter"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/plugins/host"
	"github.com/yett-gateway/yett/plugins/kit"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/sdktest"
)

// needRust skips a test where modules can't be made of Rust. With YETT_RUST=1 it fails: the machine should have what
// sdk/rust/install-toolchain installs.
func needRust(t testing.TB) {
	err := kit.Ready(context.Background(), kit.Rust)
	if err != nil && os.Getenv("YETT_RUST") != "1" {
		t.Skipf("%v; %s", err, kit.Hint(err))
	}
	require.NoError(t, err, kit.Hint(err))
	t.Setenv("CARGO_NET_OFFLINE", "true")
	if os.Getenv("CARGO_TARGET_DIR") == "" {
		t.Setenv("CARGO_TARGET_DIR", t.TempDir()) // the source tree stays clean
	}
}

// guests is a host that logs and counts, for plugins that were built from a folder.
type guests struct {
	host *host.Host
	page *meter.Set
	log  bytes.Buffer
	now  time.Time
}

func newGuests(t testing.TB) *guests {
	g := &guests{page: meter.New(), now: time.Unix(1_700_000_000, 0)}
	h, err := host.New(context.Background(), host.Options{
		Log: slog.New(slog.NewTextHandler(&g.log, nil)), Now: func() time.Time { return g.now }, Meter: g.page,
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, h.Close()) })
	g.host = h
	return g
}

// stage builds the plugin in dir and configures it.
func (g *guests) stage(t testing.TB, dir, config string, grant spec.Grant) *host.Stage {
	r, err := kit.Build(context.Background(), kit.BuildOptions{Dir: dir, Out: filepath.Join(t.TempDir(), "p.wasm")})
	require.NoError(t, err, kit.Hint(err))
	p, err := g.host.Load(context.Background(), &spec.Plugin{
		Kind: "guard", Name: filepath.Base(dir), Source: r.Path, OnError: "deny", Limit: spec.DefaultPluginLimit, Grant: grant,
	})
	require.NoError(t, err)
	s, err := p.Stage(context.Background(), filepath.Base(dir), []byte(config))
	require.NoError(t, err)
	p.Close()
	t.Cleanup(s.Close)
	return s
}

// metric is the line of the metrics page that begins with the name, without it.
func (g *guests) metric(name string) string {
	var page strings.Builder
	g.page.Write(&page)
	_, rest, _ := strings.Cut(page.String(), "\n"+name)
	_, rest, _ = strings.Cut(rest, " ")
	line, _, _ := strings.Cut(rest, "\n")
	return line
}

const rustExamples = "../../sdk/rust/examples"

// TestRustKeyword runs the Rust SDK's first example in the host that runs the bundled guests.
func TestRustKeyword(t *testing.T) {
	needRust(t)
	g := newGuests(t)
	mask := g.stage(t, filepath.Join(rustExamples, "keyword"), `{"words": ["rose", "rosebud", "budapest"], "action": "mask", "mask": "*"}`, spec.Grant{})
	block := g.stage(t, filepath.Join(rustExamples, "keyword"), `{"words": ["rosebud"], "status": 451}`, spec.Grant{})
	assert.Equal(t, []abi.Hook{abi.OnInit, abi.OnRequest, abi.OnDelta}, hooks(mask.Info().Hooks))

	t.Run("request", func(t *testing.T) {
		conversation := sdktest.NewConversation(sdktest.User("my RoseBud"), sdktest.ToolResult("1", "none"))
		c := newCall(conversation)
		c.Hook = abi.OnRequest
		require.NoError(t, mask.Call(c))
		assert.Equal(t, abi.Edited, c.Verdict.Action())
		assert.Equal(t, "my *", conversation.Messages[0].Text())
		require.NoError(t, mask.Call(c))
		assert.Equal(t, abi.Continue, c.Verdict.Action(), "the edits of the call before are forgotten")

		c = newCall(sdktest.NewConversation(sdktest.User("my RoseBud")))
		c.Hook = abi.OnRequest
		require.NoError(t, block.Call(c))
		assert.Equal(t, abi.Block, c.Verdict.Action())
		assert.EqualValues(t, 451, c.Verdict.Code())
		assert.Equal(t, "a word in it isn't allowed here", string(c.Reason))
	})
	t.Run("stream", func(t *testing.T) {
		text := "a ROSEbud, roses; rosebudapest, é ro"
		for cut := range text { // windows are UTF-8, so a cut is between characters
			ch := &channel{s: mask, c: newCall(sdktest.NewConversation())}
			a, _ := ch.send(t, text[:cut], false)
			b, _ := ch.send(t, text[cut:], true)
			require.Equal(t, "a *, *s; *apest, é ro", a+b, "cut at %d", cut)

			ch = &channel{s: block, c: newCall(sdktest.NewConversation())}
			a, blocked := ch.send(t, text[:cut], false)
			if !blocked {
				_, blocked = ch.send(t, text[cut:], true)
			}
			require.True(t, blocked, "cut at %d", cut)
			require.True(t, strings.HasPrefix("a ", a), "cut at %d: %q was released", cut, a)
		}
	})
	t.Run("window above the buffer that the guest lends", func(t *testing.T) {
		long := strings.Repeat("no such word ", 5000)
		ch := &channel{s: mask, c: newCall(sdktest.NewConversation())}
		got, _ := ch.send(t, long+"rosebud", true)
		assert.Equal(t, long+"*", got)
	})
	t.Run("configuration", func(t *testing.T) {
		r, err := kit.Build(context.Background(), kit.BuildOptions{Dir: filepath.Join(rustExamples, "keyword"), Out: filepath.Join(t.TempDir(), "p.wasm")})
		require.NoError(t, err)
		p, err := g.host.Load(context.Background(), &spec.Plugin{Kind: "guard", Name: "bad", Source: r.Path, Limit: spec.DefaultPluginLimit})
		require.NoError(t, err)
		defer p.Close()
		_, err = p.Stage(context.Background(), "bad", []byte(`{"words": ["a"], "mask": "\""}`))
		require.ErrorContains(t, err, "mask may hold no quotes")
	})
}

// TestRustVisits runs the second example, with every capability that it wants.
func TestRustVisits(t *testing.T) {
	needRust(t)
	g := newGuests(t)
	s := g.stage(t, filepath.Join(rustExamples, "visits"), `{"most": 2, "window_s": 10, "sample": 1}`, spec.Grant{
		Log: true, Metrics: true, Time: true, Random: true, KV: []string{"visits"},
	})
	visit := func(who, tenant string) (*hook.Call, *sdktest.Conversation) {
		conversation := sdktest.NewConversation(sdktest.User("hello"))
		conversation.Consumer = who
		c := newCall(conversation)
		c.Hook, c.Tenant = abi.OnRequest, tenant
		require.NoError(t, s.Call(c))
		return c, conversation
	}
	for _, left := range []string{"1", "0"} {
		c, conversation := visit("ann", "a")
		assert.Equal(t, abi.Tag, c.Verdict.Action())
		assert.Equal(t, left, conversation.AnswerHeaders["x-visits-left"])
		c.Hook = abi.OnLog
		require.NoError(t, s.Call(c))
	}
	assert.Equal(t, "2", g.metric(`yett_plugin_custom_answer_seconds_count{plugin="guard.visits"}`), "state went from one hook to the other")

	c, conversation := visit("ann", "a")
	assert.Equal(t, abi.Block, c.Verdict.Action())
	assert.EqualValues(t, 429, c.Verdict.Code())
	assert.Empty(t, conversation.AnswerHeaders)
	assert.Equal(t, "1", g.metric(`yett_plugin_custom_refused{plugin="guard.visits"}`))
	assert.Contains(t, g.log.String(), "refused ann")
	assert.Contains(t, g.log.String(), "ann came")

	c, _ = visit("ann", "b")
	assert.Equal(t, "visits=1", string(c.Tag), "another tenant's number")
	g.now = g.now.Add(11 * time.Second)
	c, _ = visit("ann", "a")
	assert.Equal(t, "visits=1", string(c.Tag), "the window has ended")
}

// TestRustPanic looks for a panic's text in the log, and for a new instance after it.
func TestRustPanic(t *testing.T) {
	needRust(t)
	dir := t.TempDir()
	_, err := kit.InitLang(dir, "panics", kit.Rust)
	require.NoError(t, err)
	dir = filepath.Join(dir, "panics")
	replace(t, filepath.Join(dir, "Cargo.toml"), `".yett/sdk"`, `".yett/sdk", features = ["log"]`)
	replace(t, filepath.Join(dir, "plugin.json"), `"pure": true,`, `"wants": {"log": "tells panics"},`)
	replace(t, filepath.Join(dir, "src", "lib.rs"), `return Verdict::block(403, "the prompt holds a forbidden word");`, `panic!("help: {}", r.model());`)
	g := newGuests(t)
	s := g.stage(t, dir, `{"word": "rosebud"}`, spec.Grant{Log: true})

	c := newCall(sdktest.NewConversation(sdktest.User("rosebud")))
	c.Hook = abi.OnRequest
	var f *fault.Error
	require.ErrorAs(t, s.Call(c), &f)
	assert.Equal(t, fault.PluginFailed, f.Kind)
	assert.NotContains(t, f.Public, "help")
	assert.Contains(t, g.log.String(), "help: gpt-4o")
	c = newCall(sdktest.NewConversation(sdktest.User("hello")))
	c.Hook = abi.OnRequest
	require.NoError(t, s.Call(c))
}

func replace(t testing.TB, path, old, with string) {
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Contains(t, string(text), old)
	require.NoError(t, os.WriteFile(path, bytes.ReplaceAll(text, []byte(old), []byte(with)), 0o644))
}

func hooks(set abi.Set) (out []abi.Hook) {
	for h := range abi.Hook(abi.Hooks) {
		if set.Has(h) {
			out = append(out, h)
		}
	}
	return out
}

// TestRustRedact runs the third example, whose patterns the host runs.
func TestRustRedact(t *testing.T) {
	needRust(t)
	g := newGuests(t)
	s := g.stage(t, filepath.Join(rustExamples, "redact"),
		`{"patterns": {"CARD": "\\b4\\d{3}( ?\\d{4}){3}\\b", "MAIL": "[\\w.]+@[\\w.]+\\.(com|org)\\b"}}`, spec.Grant{Scan: true})
	text := "é 4111 1111 1111 1111 or a.b@c.org? 41111 x@y.comé z@z.com"
	want := "é [CARD] or [MAIL]? 41111 [MAIL]é [MAIL]"
	for cut := range text {
		ch := &channel{s: s, c: newCall(sdktest.NewConversation())}
		a, _ := ch.send(t, text[:cut], false)
		b, _ := ch.send(t, text[cut:], true)
		require.Equal(t, want, a+b, "cut at %d", cut)
	}
	conversation := sdktest.NewConversation(sdktest.System("clean"), sdktest.User(text))
	c := newCall(conversation)
	c.Hook = abi.OnRequest
	require.NoError(t, s.Call(c))
	assert.Equal(t, "clean", conversation.Messages[0].Text())
	assert.Equal(t, want, conversation.Messages[1].Text())

	r, err := kit.Build(context.Background(), kit.BuildOptions{Dir: filepath.Join(rustExamples, "redact"), Out: filepath.Join(t.TempDir(), "p.wasm")})
	require.NoError(t, err)
	p, err := g.host.Load(context.Background(), &spec.Plugin{Kind: "guard", Name: "bad", Source: r.Path, Limit: spec.DefaultPluginLimit, Grant: spec.Grant{Scan: true}})
	require.NoError(t, err)
	defer p.Close()
	_, err = p.Stage(context.Background(), "bad", []byte(`{"patterns": {"A": "a", "B": "("}}`))
	require.ErrorContains(t, err, "pattern 1: ")
}

package builtin

import (
	"context"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/meter"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/plugins/host"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/sdktest"
)

const regexRules = `{"rules": [
	{"name": "mail", "pattern": "[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}"},
	{"name": "card", "pattern": "\\b(?:[0-9][ -]?){13,19}\\b"},
	{"name": "ssn", "pattern": "\\b[0-9]{3}-[0-9]{2}-[0-9]{4}\\b"},
	{"name": "address", "pattern": "\\b(?:[0-9]{1,3}\\.){3}[0-9]{1,3}\\b"},
	{"name": "key", "pattern": "\\bsk-[A-Za-z0-9]{20,64}\\b"},
	{"name": "project", "words": ["Rosebud", "Xanadu"], "ignore_case": true, "action": "tag"}
]}`

func regexStage(t testing.TB, config string) *host.Stage {
	return stage(t, "guard", "regex", config)
}

// TestRegexStreams cuts a letter at every byte and sends it through the real host, as text and as a tool's arguments.
func TestRegexStreams(t *testing.T) {
	mask := regexStage(t, regexRules)
	block := regexStage(t, strings.Replace(regexRules, `{"rules"`, `{"action": "block", "rules"`, 1))
	const want = "Dear Ann, my card is [card], my IBAN DE89 [card]; call (555) 234-5678 or [address], or write to [mail]. SSN [ssn]. Bye — Jöe"
	for _, test := range []struct {
		kind       abi.Part
		text, want string
	}{
		{abi.PartText, letter, want},
		{abi.PartReasoning, letter, want},
		{abi.PartToolCall, `{"a":"` + letter + `","n":4111111111111111}`, `{"a":"` + want + `","n":"[card]"}`},
	} {
		t.Run(test.kind.String(), func(t *testing.T) {
			clean := test.text[:strings.Index(test.text, "4111")]
			for cut := range len(test.text) + 1 {
				ch := &channel{s: mask, c: newCall(sdktest.NewConversation()), kind: test.kind}
				a, _ := ch.send(t, test.text[:cut], false)
				b, _ := ch.send(t, test.text[cut:], true)
				require.Equal(t, test.want, a+b, "cut at %d", cut)

				ch = &channel{s: block, c: newCall(sdktest.NewConversation()), kind: test.kind}
				a, blocked := ch.send(t, test.text[:cut], false)
				if !blocked {
					_, blocked = ch.send(t, test.text[cut:], true)
				}
				require.True(t, blocked, "cut at %d", cut)
				require.True(t, strings.HasPrefix(clean, a), "cut at %d: %q was released", cut, a)
			}
			ch := &channel{s: mask, c: newCall(sdktest.NewConversation()), kind: test.kind}
			out := ""
			for n := range len(test.text) {
				released, _ := ch.send(t, test.text[n:n+1], false)
				out += released
				if n%16 == 0 {
					runtime.GC()
				}
			}
			released, _ := ch.send(t, "", true)
			assert.Equal(t, test.want, out+released)
		})
	}
}

func TestRegexRequests(t *testing.T) {
	s := regexStage(t, regexRules)
	conversation := sdktest.NewConversation(sdktest.User(letter), sdktest.ToolCall("1", "f", `{"a":"joe@example.com","n":4111111111111111}`), sdktest.User("xanadu"))
	c := newCall(conversation)
	c.Hook = abi.OnRequest
	require.NoError(t, s.Call(c))
	assert.Contains(t, conversation.Messages[0].Text(), "write to [mail]. SSN [ssn].")
	assert.Equal(t, `{"a":"[mail]","n":"[card]"}`, conversation.Messages[1].Text())
	assert.Equal(t, abi.Tag, c.Verdict.Action())
	assert.Equal(t, "regex=mail,card,ssn,address,project", string(c.Tag))

	ch := &channel{s: s, c: newCall(sdktest.NewConversation())}
	ch.send(t, "Rosebud", true)
	ch.c.Hook = abi.OnStreamEnd
	require.NoError(t, s.Call(ch.c))
	assert.Equal(t, "regex=project", string(ch.c.Tag))
}

// TestRegexRefused: the operator reads which pattern of which rule is wrong, and why.
func TestRegexRefused(t *testing.T) {
	h, err := host.New(context.Background(), host.Options{Modules: modules(t)})
	require.NoError(t, err)
	defer func() { require.NoError(t, h.Close()) }()
	at := spec.Pos{File: "gateway.hcl", Line: 12}
	p, err := h.Load(context.Background(), &spec.Plugin{Kind: "guard", Name: "regex", Limit: spec.DefaultPluginLimit, Grant: spec.Grant{Scan: true}, ConfigPos: at})
	require.NoError(t, err)
	defer p.Close()
	_, err = p.Stage(context.Background(), "regex", []byte(`{"rules": [{"name": "good", "pattern": "x"}, {"name": "bad", "patterns": ["y", "(z"]}]}`))
	var e *host.LoadError
	require.ErrorAs(t, err, &e)
	assert.Equal(t, at, e.Pos)
	assert.Equal(t, "the plugin refuses its configuration: rule \"bad\": pattern `(z`: missing closing ): `(z`", e.Reason)
	_, err = h.Load(context.Background(), &spec.Plugin{Kind: "guard", Name: "regex", Limit: spec.DefaultPluginLimit})
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "grant { scan = true }", e.Hint)
}

// masked is a request whose edits cost nothing.
type masked struct{ *still }

func (masked) Apply(*hook.Edit) abi.Status { return abi.OK }

func BenchmarkRegex(b *testing.B) {
	prose := strings.Repeat("The quick brown fox jumps over the lazy dog and runs far away from it, again and again. ", 50)
	for _, bench := range []struct {
		name string
		hook abi.Hook
		text string
	}{
		{"4KB prompt", abi.OnRequest, prose[:4096]},
		{"1KB prompt", abi.OnRequest, prose[:1024]},
		{"1KB prompt with hits", abi.OnRequest, prose[:900] + letter[:124]},
		{"40B delta", abi.OnDelta, "a piece of an answer with forty letters "},
		{"40B delta with a hit", abi.OnDelta, "a piece for joe.doe@example.com letters "},
	} {
		b.Run(bench.name, func(b *testing.B) {
			set := meter.New()
			h, err := host.New(context.Background(), host.Options{Modules: modules(b), Meter: set})
			require.NoError(b, err)
			defer func() { _ = h.Close() }() // nothing runs any more
			p, err := h.Load(context.Background(), &spec.Plugin{Kind: "guard", Name: "regex", OnError: "deny", Limit: spec.DefaultPluginLimit, Grant: spec.Grant{Scan: true}})
			require.NoError(b, err)
			defer p.Close()
			s, err := p.Stage(context.Background(), "regex", []byte(regexRules))
			require.NoError(b, err)
			defer s.Close()
			x := &still{id: []byte("1"), role: []byte("user"), text: []byte(bench.text)}
			c := &hook.Call{
				Exchange: masked{x}, Hook: bench.hook, Args: [3]int32{0, 0, int32(len(bench.text))}, Window: x.text, New: len(x.text),
				Before: []byte("the sixty-four letters that were there before the window, or so "), State: new([]byte),
			}
			b.ReportAllocs()
			for b.Loop() {
				if err := s.Call(c); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(fuel(set), "fuel/op")
		})
	}
}

// fuel is what a call of the only plugin cost on average.
func fuel(set *meter.Set) float64 {
	var page strings.Builder
	set.Write(&page)
	value := func(name string) float64 {
		m := regexp.MustCompile(name + `\{[^}]*\} (\S+)`).FindStringSubmatch(page.String())
		if m == nil {
			return 0
		}
		v, _ := strconv.ParseFloat(m[1], 64)
		return v
	}
	return value("yett_plugin_fuel_sum") / value("yett_plugin_fuel_count")
}

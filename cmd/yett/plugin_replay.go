package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/yett-gateway/yett/engine"
	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/plugins/host"
	"github.com/yett-gateway/yett/plugins/kit"
	"github.com/yett-gateway/yett/sdk/abi"
)

// wired is a dialect that cases are replayed in: where its clients ask, and what provider answers in it; "" where none does,
// so that its clients are always translated.
type wired struct {
	id       dialect.ID
	path     string
	provider spec.ProviderType
}

// wires has an entry for each dialect of the gateway that carries conversations; a test says which is missing.
var wires = []wired{
	{dialect.OpenAIChat, "/v1/chat/completions", spec.OpenAI},
	{dialect.AnthropicMessages, "/v1/messages", spec.Anthropic},
}

// rig plays cases through real gateways on loopback: one for each dialect of providers, all before one scripted origin.
// The plugin runs in the real host. It plays one case at a time.
type rig struct {
	logs   bool // the plugin has on_log
	set    *dialect.Set
	host   *host.Host
	plugin spec.Plugin  // without a configuration
	held   *host.Plugin // keeps the code from being compiled for each case
	watch  *witness
	origin *origin
	gates  []gate
	client http.Client
}

var _ kit.Replayer = (*rig)(nil)

// gate is a gateway before providers of one dialect.
type gate struct {
	wired
	gateway *engine.Gateway
}

// rigOptions say what the plugin may.
type rigOptions struct {
	wasm     []byte
	manifest *host.Manifest
	limit    spec.PluginLimit
	kv       []string
	log      *slog.Logger
}

// newRig starts the gateways. Close it after use.
func newRig(ctx context.Context, o rigOptions) (*rig, error) {
	kind, name := pluginName(o.manifest.Name)
	r := &rig{set: engine.Dialects(), watch: &witness{}, logs: slices.Contains(o.manifest.Hooks, abi.OnLog.String())}
	r.plugin = spec.Plugin{
		Kind: kind, Name: name, Source: "builtin", OnError: "deny", Limit: o.limit, Grant: grant(o.manifest.WantList(), o.kv),
	}
	var err error
	r.host, err = host.New(ctx, host.Options{
		Modules: map[string]func() []byte{kind + "/" + name: func() []byte { return o.wasm }}, CacheDir: cacheDir(), Watch: r.watch, Log: o.log,
	})
	if err != nil {
		return nil, err
	}
	if r.held, err = r.host.Load(ctx, &r.plugin); err != nil {
		return nil, errors.Join(err, r.host.Close())
	}
	if r.origin, err = newOrigin(r.set); err != nil {
		return nil, errors.Join(err, r.host.Close())
	}
	for _, w := range wires {
		if w.provider != "" {
			r.gates = append(r.gates, gate{w, engine.New(engine.Options{Plugins: direct{r.host}})})
		}
	}
	r.client.Transport = &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 4}
	return r, nil
}

// pluginName is how a plugin of that name is written in a configuration.
func pluginName(manifest string) (kind, name string) {
	kind, name, ok := strings.Cut(manifest, "/")
	if !ok || (kind != "guard" && kind != "transform" && kind != "router") {
		return "guard", strings.ReplaceAll(manifest, "/", "-")
	}
	return kind, name
}

// grant is all that a plugin wants. No outside system answers in a test: a plugin that calls others is granted that, and
// no address or model that it may call.
func grant(wants, spaces []string) spec.Grant {
	var g spec.Grant
	for _, c := range wants {
		switch c {
		case "log":
			g.Log = true
		case "metrics":
			g.Metrics = true
		case "kv":
			g.KV = spaces
		case "time":
			g.Time = true
		case "random":
			g.Random = true
		case "scan":
			g.Scan = true
		case "tokens":
			g.Tokens = true
		case "body":
			g.Body = true
		case "cache":
			g.CacheBytes = 1 << 20
		case "secret":
			g.Secrets = map[string]spec.Secret{"test": spec.NewSecret("secret-of-the-test")}
		case "http":
			g.HTTP = &spec.HTTPGrant{
				Timeout: spec.DefaultHTTPTimeout, RequestBytes: spec.DefaultHTTPRequestBytes, AnswerBytes: spec.DefaultHTTPAnswerBytes,
				Calls: spec.DefaultHTTPCalls,
			}
		case "llm":
			g.LLM = &spec.LLMGrant{Timeout: spec.DefaultLLMTimeout, MaxTokens: spec.DefaultLLMMaxTokens}
		}
	}
	return g
}

// direct joins the host to the engine and keeps the host's errors as they are.
type direct struct{ *host.Host }

// Ready implements engine.Plugins.
func (d direct) Ready(ctx context.Context, g *spec.Gateway) (engine.Stages, error) {
	stages, err := d.Host.Ready(ctx, g)
	if err != nil {
		return nil, err
	}
	return stages, nil
}

// Close ends all.
func (r *rig) Close() {
	r.client.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	for _, g := range r.gates {
		g.gateway.Shutdown(ctx, 0)
	}
	r.origin.close()
	r.held.Close()
	_ = r.host.Close() // its calls have ended with the gateways
}

// Clients are the dialects of clients that the rig plays.
func (r *rig) Clients() []string {
	var out []string
	for _, w := range wires {
		out = append(out, w.id.String())
	}
	return out
}

// Providers are the dialects of providers that it plays.
func (r *rig) Providers() []string {
	var out []string
	for _, g := range r.gates {
		out = append(out, g.id.String())
	}
	return out
}

// Open configures the gateways for a case.
func (r *rig) Open(ctx context.Context, c *kit.Case) error {
	for _, g := range r.gates {
		err := g.gateway.Load(ctx, r.config(c, g))
		var load *host.LoadError
		if errors.As(err, &load) && load.Refused {
			return &kit.Refusal{Reason: load.Reason}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// key is the consumer's.
const key = "a-key-of-the-test"

// config is a gateway with the plugin in its only pipeline, or as the model's router if the case has candidates: what a plugin that
// can be either chooses among isn't the same there.
func (r *rig) config(c *kit.Case, g gate) *spec.Gateway {
	plugin := r.plugin
	plugin.Config = []byte("{}")
	if len(c.Config) > 0 {
		plugin.Config = c.Config
	}
	p := &spec.Provider{
		Type: g.provider, Name: "origin", BaseURL: "http://" + r.origin.address + "/v1", APIKey: spec.NewSecret("none"),
		Deadline: spec.DefaultDeadline, Connections: 16,
	}
	s := &spec.Gateway{
		Listeners: []*spec.Listener{{Name: "test", Address: "127.0.0.1:0"}}, Providers: []*spec.Provider{p},
		Plugins: []*spec.Plugin{&plugin},
	}
	for _, name := range append([]string{modelOf(c)}, c.Models...) {
		s.Models = append(s.Models, &spec.Model{Name: name, Strategy: spec.Priority, Targets: []spec.Target{target(p, name)}})
	}
	line := &spec.Pipeline{Name: "test", Stages: []*spec.Stage{{Name: plugin.Name, Plugin: &plugin, Config: plugin.Config}}}
	if len(c.Candidates) > 0 {
		line.Stages = nil
		m := s.Models[0]
		m.Strategy, m.Router, m.Targets = spec.Router, &plugin, nil
		for _, name := range c.Candidates {
			m.Targets = append(m.Targets, target(p, name))
		}
	}
	s.Pipelines = []*spec.Pipeline{line}
	s.Routes = []*spec.Route{{Name: "test", Match: spec.Match{Path: "/*"}, Pipeline: line}}
	if c.Consumer != "" || c.Team != "" || len(c.Tags) > 0 {
		name := c.Consumer
		if name == "" {
			name = "somebody"
		}
		s.Consumers = []*spec.Consumer{{Name: name, Team: c.Team, Tags: c.Tags, KeySHA256: [][32]byte{sha256.Sum256([]byte(key))}}}
	}
	return s
}

func target(p *spec.Provider, model string) spec.Target {
	return spec.Target{Provider: p, Model: model, Weight: 1, MaxTokens: spec.DefaultMaxTokens}
}

func modelOf(c *kit.Case) string {
	if c.Model != "" {
		return c.Model
	}
	return "model"
}

// Play sends the case's request as a client would, and tells what came of it.
func (r *rig) Play(ctx context.Context, c *kit.Case, how *kit.Replay) (*kit.Outcome, error) {
	from, before := wireOf(how.Client), r.before(how.Provider)
	body, err := r.ask(c, how, from)
	if err != nil {
		return nil, err
	}
	r.watch.begin()
	r.origin.begin(c, how, before.wired)
	req, err := http.NewRequestWithContext(ctx, "POST", "http://"+before.gateway.Addresses()[0]+from.path, strings.NewReader(string(body)))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Api-Key", key)
	for name, value := range c.Headers {
		req.Header.Set(name, value)
	}
	res, err := r.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	o := &kit.Outcome{HTTPStatus: res.StatusCode, Headers: fields(res.Header)}
	if err := r.read(o, res, from.id); err != nil {
		return nil, err
	}
	r.watch.end(o, r.logs)
	if err := r.origin.end(o); err != nil {
		return nil, err
	}
	return o, judge(o)
}

// judge finds what can't be: an answer in spite of a block, or an error without one.
func judge(o *kit.Outcome) error {
	refused := o.HTTPStatus >= 400 || o.Cut
	switch {
	case o.Failed != "":
	case o.Blocked && !refused:
		return fmt.Errorf("%s blocks and the client gets an answer, which is a mistake of the gateway", o.Where)
	case !o.Blocked && refused:
		o.Failed = fmt.Sprintf("the client gets status %d: %s", o.HTTPStatus, o.Message)
	}
	return nil
}

// before is the gateway before providers of a dialect.
func (r *rig) before(name string) gate {
	for _, g := range r.gates {
		if g.id.String() == name {
			return g
		}
	}
	panic("no provider speaks " + name) // they come from Providers
}

func wireOf(name string) wired {
	for _, w := range wires {
		if w.id.String() == name {
			return w
		}
	}
	panic("no client speaks " + name) // they come from Clients
}

// fields are header fields by lower-case names.
func fields(h http.Header) map[string]string {
	out := map[string]string{}
	for name := range h {
		out[strings.ToLower(name)] = h.Get(name)
	}
	return out
}

// loopback listens on a free port of this machine.
func loopback() (net.Listener, error) { return net.Listen("tcp", "127.0.0.1:0") }

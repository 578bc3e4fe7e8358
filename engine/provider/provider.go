// Package provider is what the gateway knows of each upstream API: addresses, credentials, paths.
//
// One file per provider type. A Provider is built once per configuration and shared by all requests; the
// connections below it belong to package upstream.
package provider

import (
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/engine/upstream"
)

// Provider is one upstream account, ready to be called. It is safe for concurrent use.
type Provider struct {
	Spec *spec.Provider
	// Name is how records, metrics and references call it: "openai.main".
	Name string
	// Client owns the connections.
	Client *upstream.Client

	api      api
	basePath string
	fields   []byte

	streamed, whole, raw upstream.Deadlines
}

// api is what a provider type knows.
type api struct {
	base string
	// key renders the credential's header field.
	key func(secret string) (name, value string)
	// raw are the fields that a raw request gets unless it brings its own.
	raw []spec.Header
	// speaks says in which dialect a client's request goes out; dialect.None: not at all.
	speaks func(client dialect.ID) dialect.ID
}

var apis = map[spec.ProviderType]api{
	spec.OpenAI:           openAI,
	spec.OpenAICompatible: openAICompatible,
	spec.Gemini:           gemini,
	spec.Anthropic:        anthropic,
	spec.Mock:             mock,
}

// paths are below the base URL.
var paths = [dialect.IDs]string{
	dialect.OpenAIChat:        "/chat/completions",
	dialect.OpenAIEmbeddings:  "/embeddings",
	dialect.AnthropicMessages: "/messages",
	dialect.AnthropicCount:    "/messages/count_tokens",
}

// New builds a provider. base is its URL where the configuration gives none and the type has none of its
// own, as for the embedded mock.
//
// # Errors
//
// A base URL that isn't an absolute http or https URL, a key or header that can't be sent in a header field.
func New(s *spec.Provider, base string) (*Provider, error) {
	a, ok := apis[s.Type]
	if !ok {
		return nil, fmt.Errorf("provider type %q is unknown", s.Type)
	}
	for _, b := range []string{a.base, s.BaseURL} {
		if b != "" {
			base = b
		}
	}
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, fmt.Errorf("base_url %q is not an absolute http or https URL", base)
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("base_url %q has a user, a query or a fragment; give address and path alone", base)
	}
	p := &Provider{Spec: s, Name: string(s.Type) + "." + s.Name, api: a, basePath: strings.TrimSuffix(u.EscapedPath(), "/")}
	if p.fields, err = p.render(); err != nil {
		return nil, err
	}
	port := 443
	if u.Scheme == "http" {
		port = 80
	}
	if v := u.Port(); v != "" {
		port, _ = strconv.Atoi(v)
	}
	p.setDeadlines(s.Deadline)
	p.Client, err = upstream.NewClient(upstream.Options{
		Scheme:    u.Scheme,
		Host:      hostOf(u),
		Port:      port,
		Deadlines: p.streamed,
		Limits:    upstream.Limits{Conns: s.Connections},
	})
	if err != nil {
		return nil, fmt.Errorf("base_url %q: %w", base, err)
	}
	return p, nil
}

// setDeadlines fills in the wait for an answer's head: a stream's head comes before its first token, a
// whole answer's when it is ready.
func (p *Provider) setDeadlines(d spec.Deadline) {
	head := func(def time.Duration) time.Duration {
		if d.Headers > 0 {
			return d.Headers
		}
		return def
	}
	p.streamed = upstream.Deadlines{Connect: d.Connect, Headers: head(d.FirstToken), FirstToken: d.FirstToken, Idle: d.Idle}
	p.whole = upstream.Deadlines{Connect: d.Connect, Headers: head(d.Total), Total: d.Total}
	p.raw = upstream.Deadlines{Connect: d.Connect, Headers: head(d.Total), Idle: d.Idle}
}

// Deadlines are those of a streamed or a whole answer.
func (p *Provider) Deadlines(stream bool) *upstream.Deadlines {
	if stream {
		return &p.streamed
	}
	return &p.whole
}

// RawDeadlines are those of a request of which nothing is known: its answer may be a stream or a large
// file, so no total rules it, only the wait for its head and between its bytes.
func (p *Provider) RawDeadlines() *upstream.Deadlines { return &p.raw }

func hostOf(u *url.URL) string {
	h := u.Hostname()
	if net.ParseIP(h) == nil {
		return strings.ToLower(h)
	}
	return h
}

// render writes the fields that every request carries, once.
func (p *Provider) render() (dst []byte, err error) {
	add := func(name, value string) {
		if err == nil {
			if dst, err = upstream.AppendField(dst, name, value); err != nil {
				err = fmt.Errorf("header %s can't be sent: %w", name, err)
			}
		}
	}
	if p.Spec.APIKey.Present() {
		add(p.api.key(p.Spec.APIKey.Reveal()))
	}
	for _, h := range p.Spec.Headers {
		add(h.Name, h.Value)
	}
	return dst, err
}

// Speaks returns the dialect in which a client's request goes out; dialect.None if this provider can't serve it.
func (p *Provider) Speaks(client dialect.ID) dialect.ID { return p.api.speaks(client) }

// AppendPath appends the target of a request in dialect d.
func (p *Provider) AppendPath(dst []byte, d dialect.ID) []byte {
	dst = append(dst, p.basePath...)
	return append(dst, paths[d]...)
}

// AppendRest appends the target for a raw path below the provider's own prefix. A rest that repeats the
// base URL's path ("/v1/files" below ".../v1") isn't given it twice.
func (p *Provider) AppendRest(dst, rest []byte) []byte {
	if n := len(p.basePath); len(rest) < n || string(rest[:n]) != p.basePath || (len(rest) > n && rest[n] != '/') {
		dst = append(dst, p.basePath...)
	}
	return append(dst, rest...)
}

// AppendFields appends the credential and the configured fields.
func (p *Provider) AppendFields(dst []byte) []byte { return append(dst, p.fields...) }

// Defaults are the fields of a request in dialect d that doesn't bring its own, such as anthropic-version;
// dialect.None is a raw request.
func (p *Provider) Defaults(d dialect.ID) []spec.Header {
	switch d {
	case dialect.None:
		return p.api.raw
	case dialect.AnthropicMessages, dialect.AnthropicCount:
		return anthropicFields
	default:
		return nil
	}
}

func bearer(secret string) (name, value string) { return "Authorization", "Bearer " + secret }

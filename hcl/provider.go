package hcl

import (
	"fmt"
	"math"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/yett-gateway/yett/engine/spec"
)

// provider fills p, which was declared with type and name.
func (b *block) provider(p *spec.Provider) {
	known := slices.Contains(spec.ProviderTypes, p.Type)
	if !known {
		var names []string
		for _, t := range spec.ProviderTypes {
			names = append(names, string(t))
		}
		d := Diagnostic{
			Summary: "unknown provider type",
			Detail:  fmt.Sprintf("There is no provider type %q.", p.Type),
			Hint:    didYouMean(string(p.Type), names),
			Range:   at(b.syntax.LabelRanges[0]),
		}
		if nearest(string(p.Type), names) == "" {
			d.Hint += ` Most other services are reached with type "openai_compatible" and a base_url.`
		}
		b.report(d)
	}
	p.BaseURL = b.baseURL("base_url")
	key, from, _ := b.secret("api_key")
	p.APIKey, p.KeySource = spec.NewSecret(key), from
	if known {
		b.checkProviderNeeds(p)
	}
	p.Headers = b.headers("headers")
	p.Connections = int(b.integer("connections", defaultConnections, 1, math.MaxInt32))
	p.Deadline = spec.DefaultDeadline
	if d := b.block("deadline"); d != nil {
		p.Deadline = d.deadline()
	}
	p.Retry = spec.DefaultRetry
	if r := b.block("retry"); r != nil {
		p.Retry = r.retry()
	}
	if m := b.block("mock"); m != nil {
		p.Mock = m.mock()
	}
	if p.Type != spec.Mock {
		if m := b.block("mock"); m != nil && known {
			m.report(Diagnostic{
				Summary: "mock block in a real provider",
				Detail:  fmt.Sprintf("A provider of type %q answers by itself.", p.Type),
				Hint:    `Take the block out, or use provider "mock".`,
				Range:   m.header(),
			})
		}
		p.Mock = nil
	} else if p.Mock == nil {
		p.Mock = &spec.MockOptions{}
	}
}

// defaultConnections is Provider.Connections when nothing is said.
const defaultConnections = 1024

// keyVariables are where the providers' own tools look for a key, for hints.
var keyVariables = map[spec.ProviderType]string{
	spec.OpenAI: "OPENAI_API_KEY", spec.Anthropic: "ANTHROPIC_API_KEY", spec.Gemini: "GEMINI_API_KEY",
}

// checkProviderNeeds reports what a type can't do without.
func (b *block) checkProviderNeeds(p *spec.Provider) {
	variable, needsKey := keyVariables[p.Type]
	switch {
	case needsKey && !b.has("api_key"):
		b.report(Diagnostic{
			Summary: "missing api_key",
			Detail:  fmt.Sprintf("A provider of type %q needs a key.", p.Type),
			Hint:    fmt.Sprintf("Add api_key = env(%q)", variable),
			Range:   b.header(),
		})
	case p.Type == spec.OpenAICompatible && !b.has("base_url"):
		b.report(Diagnostic{
			Summary: "missing base_url",
			Detail:  `A provider of type "openai_compatible" has no address of its own.`,
			Hint:    `Add base_url = "http://127.0.0.1:11434/v1", with the service's address.`,
			Range:   b.header(),
		})
	}
	u, err := url.Parse(p.BaseURL)
	if err == nil && u.Scheme == "http" && p.APIKey.Present() && !loopback(net.JoinHostPort(u.Hostname(), "0")) {
		b.report(Diagnostic{
			Severity: Warning,
			Summary:  "key sent in the clear",
			Detail:   "The key goes over the network without TLS.",
			Hint:     "Use an https:// address.",
			Range:    b.at("base_url"),
		})
	}
}

// baseURL reads an API's root, without the slash at its end.
func (b *block) baseURL(name string) string {
	g, ok := b.given(name)
	if !ok {
		return ""
	}
	text := strings.TrimSuffix(b.text(name, ""), "/")
	u, err := url.Parse(text)
	why := ""
	switch {
	case err != nil:
		why = "It is not a URL."
	case u.Scheme != "http" && u.Scheme != "https":
		why = "It doesn't begin with http:// or https://."
	case u.Hostname() == "":
		why = "It has no host."
	case u.User != nil:
		why = "It has a user or a password in it."
	case u.RawQuery != "" || u.Fragment != "" || u.ForceQuery:
		why = "It has a query or a fragment."
	}
	if why == "" {
		return text
	}
	b.report(Diagnostic{
		Summary: "invalid " + name,
		Detail:  why,
		Hint:    `Write the API's root with its version path, such as "https://api.openai.com/v1".`,
		Range:   at(g.expr.Range()),
	})
	return ""
}

// reservedHeaders are the gateway's own: framing, addressing and credentials.
var reservedHeaders = []string{
	"host", "content-length", "transfer-encoding", "connection", "keep-alive", "upgrade", "te", "trailer", "expect",
	"proxy-authorization", "proxy-connection", "authorization", "x-api-key", "x-goog-api-key", "cookie",
	"content-type", "content-encoding", "accept-encoding",
}

// headers reads a map of header fields.
func (b *block) headers(name string) []spec.Header {
	var out []spec.Header
	for _, e := range b.textMap(name) {
		value := e.value.AsString()
		d := Diagnostic{Summary: "invalid header", Range: at(e.expr.Range())}
		switch {
		case !token(e.key):
			d.Detail = fmt.Sprintf("%q can't be the name of a header.", e.key)
			d.Hint = "Use letters, digits and dashes."
		case slices.Contains(reservedHeaders, strings.ToLower(e.key)):
			d.Detail = fmt.Sprintf("The header %s is the gateway's own.", e.key)
			d.Hint = "Take it out. Keys go into api_key."
		case strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }):
			d.Detail = fmt.Sprintf("The value of %s has a line break or another control character.", e.key)
			d.Hint = "For a value from a file: trimspace(file(\"path\"))."
		default:
			out = append(out, spec.Header{Name: e.key, Value: value})
			continue
		}
		b.report(d)
	}
	return out
}

// token tells whether a text can be the name of a header.
func token(s string) bool {
	for _, c := range []byte(s) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte("\"(),/:;<=>?@[\\]{}", c) >= 0 {
			return false
		}
	}
	return s != ""
}

// deadline reads the phases. None of them may be longer than the whole; defaults give way to a shorter whole.
func (b *block) deadline() spec.Deadline {
	d := spec.DefaultDeadline
	d.Total = b.duration("total", d.Total)
	d.Idle = b.duration("idle", d.Idle)
	d.Connect = b.duration("connect", min(d.Connect, d.Total))
	d.Headers = b.duration("headers", 0)
	d.FirstToken = b.duration("first_token", min(d.FirstToken, d.Total))
	for _, phase := range []struct {
		name string
		d    int64
	}{{"connect", int64(d.Connect)}, {"headers", int64(d.Headers)}, {"first_token", int64(d.FirstToken)}} {
		if phase.d > int64(d.Total) {
			b.report(Diagnostic{
				Summary: phase.name + " is longer than total",
				Detail:  fmt.Sprintf("A whole answer must end after %s, so this deadline would never be reached.", d.Total),
				Hint:    "Make it shorter, or total longer.",
				Range:   b.at(phase.name),
			})
		}
	}
	return d
}

func (b *block) retry() spec.Retry {
	return spec.Retry{
		Max:      int(b.integer("max", int64(spec.DefaultRetry.Max), 0, 5)),
		Backoff:  b.duration("backoff", spec.DefaultRetry.Backoff),
		AfterCap: b.delay("after_cap", spec.DefaultRetry.AfterCap),
	}
}

func (b *block) mock() *spec.MockOptions {
	return &spec.MockOptions{
		Latency: b.delay("latency", 0),
		Gap:     b.delay("gap", 0),
		Chunks:  int(b.integer("chunks", 0, 0, 1_000_000)),
		Script:  b.text("script", ""),
	}
}

var providerSchema = &schema{
	name:   "provider",
	labels: []string{"type", "name"},
	many:   true,
	doc: "An upstream account. Types are `openai`, `anthropic`, `gemini` (through its OpenAI-compatible address), " +
		"`openai_compatible` (any service that speaks OpenAI's chat API) and `mock` (embedded, needs no key).",
	attributes: []attribute{
		{name: "api_key", typ: "string", doc: "The key, sent in the type's own header. Required for openai, anthropic and gemini. Take it from `env(\"NAME\")`."},
		{name: "base_url", typ: "URL", def: "the type's own", doc: "The API's root with its version path. Required for openai_compatible."},
		{name: "headers", typ: "map of strings", doc: "Headers sent with every request. They can't name framing, Host or credentials."},
		{name: "connections", typ: "number", def: "1024", doc: "The most open connections to the provider."},
	},
	blocks: []*schema{deadlineSchema, retrySchema, mockSchema},
}

var deadlineSchema = &schema{
	name: "deadline",
	doc:  "How long each phase of a call may take. None of them cuts a stream that is alive.",
	attributes: []attribute{
		{name: "connect", typ: "duration", def: `"5s"`, doc: "TCP and TLS."},
		{name: "headers", typ: "duration", doc: "From the request sent to the head of the answer. Not said: `first_token` for a stream, `total` for a whole answer, whose head comes when it is ready."},
		{name: "first_token", typ: "duration", def: `"60s"`, doc: "From the request sent to the first content of a stream."},
		{name: "idle", typ: "duration", def: `"60s"`, doc: "Between two events of a stream."},
		{name: "total", typ: "duration", def: `"300s"`, doc: "A whole answer that isn't streamed."},
	},
}

var retrySchema = &schema{
	name: "retry",
	doc:  "How often the same target is asked again before the next one is. A missed deadline is never retried here.",
	attributes: []attribute{
		{name: "max", typ: "number", def: "2", doc: "Further tries on one target, at most 5."},
		{name: "backoff", typ: "duration", def: `"500ms"`, doc: "The wait before the first of them, doubled for each further one, with jitter."},
		{name: "after_cap", typ: "duration", def: `"5s"`, doc: "The longest Retry-After that is waited for; a longer one goes to the next target."},
	},
}

var mockSchema = &schema{
	name: "mock",
	doc:  "How the embedded mock provider answers.",
	attributes: []attribute{
		{name: "latency", typ: "duration", def: `"0s"`, doc: "Before the first byte."},
		{name: "gap", typ: "duration", def: `"0s"`, doc: "Between the events of a stream."},
		{name: "chunks", typ: "number", def: "0", doc: "Events in a stream; 0 is the mock's default."},
		{name: "script", typ: "string", doc: "Faults, in the mock's own grammar."},
	},
}

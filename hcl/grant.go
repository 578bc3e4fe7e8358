package hcl

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/yett-gateway/yett/engine/spec"
)

// grant reads what a plugin may use.
func (b *block) grant() spec.Grant {
	g := spec.Grant{
		Log:     b.flag("log", false),
		Metrics: b.flag("metrics", false),
		Time:    b.flag("time", false),
		Random:  b.flag("random", false),
		Scan:    b.flag("scan", false),
		Tokens:  b.flag("tokens", false),
		Body:    b.flag("body", false),
		KV:      b.namespaces(),
		Secrets: b.secrets(),
		Pos:     specPos(b.header()),
	}
	if b.has("cache") {
		g.CacheBytes = b.size("cache", 0, 64<<10, 1<<40)
	}
	if h := b.block("http"); h != nil {
		g.HTTP = h.httpGrant()
	}
	if l := b.block("llm"); l != nil {
		g.LLM = l.llmGrant()
	}
	if len(g.Secrets) > 0 && g.HTTP == nil {
		b.report(Diagnostic{
			Summary: "secrets without calls",
			Detail:  "Secrets are attached to the plugin's http calls, and it may make none.",
			Hint:    `Add a block http { allow = ["POST https://..."] }, or take secret out.`,
			Range:   b.at("secret"),
		})
	}
	return g
}

func (b *block) namespaces() (names []string) {
	for _, t := range b.texts("kv", cty.String) {
		if _, ok := checkLabel(t.text, "namespace", t.expr.Range()); !ok {
			b.report(Diagnostic{
				Summary: "invalid namespace", Detail: "A namespace of kv is a name.",
				Hint: "Use letters, digits and . _ - / : @", Range: t.at,
			})
			continue
		}
		names = append(names, t.text)
	}
	return names
}

// secrets reads names and values. Values go into headers, so they must be fit for that.
func (b *block) secrets() map[string]spec.Secret {
	out := map[string]spec.Secret{}
	literal := false
	if g, ok := b.given("secret"); ok {
		literal = !g.outside
	}
	for _, e := range b.textMap("secret") {
		value := e.value.AsString()
		if value == "" || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			b.report(Diagnostic{
				Summary: "secret that can't be sent",
				Detail:  fmt.Sprintf("The secret %q is empty or has control characters, and would be sent in a header.", e.key),
				Hint:    `For a secret from a file: trimspace(file("path")).`,
				Range:   at(e.expr.Range()),
			})
			continue
		}
		out[e.key] = spec.NewSecret(value)
	}
	if literal && len(out) > 0 {
		b.report(Diagnostic{
			Severity: Warning,
			Summary:  "key written in the file",
			Detail:   "Whoever reads the file can use the secrets.",
			Hint:     `Take them from the environment: secret = { NAME = env("NAME") }.`,
			Range:    b.at("secret"),
		})
	}
	return out
}

func (b *block) httpGrant() *spec.HTTPGrant {
	g := &spec.HTTPGrant{
		Timeout:      b.duration("timeout", spec.DefaultHTTPTimeout),
		RequestBytes: b.size("request_bytes", spec.DefaultHTTPRequestBytes, 1, 16<<20),
		AnswerBytes:  b.size("answer_bytes", spec.DefaultHTTPAnswerBytes, 1, 16<<20),
		Calls:        int(b.integer("calls", spec.DefaultHTTPCalls, 1, 1000)),
		Pos:          specPos(b.header()),
	}
	for _, t := range b.texts("allow", cty.String) {
		rule, why := httpRule(t.text)
		if why != "" {
			b.report(Diagnostic{
				Summary: "invalid rule of allow", Detail: why,
				Hint:  `Write a method and an address: "POST https://dlp.internal:8443/v1/*".`,
				Range: t.at,
			})
			continue
		}
		rule.Pos = specPos(t.at)
		g.Allow = append(g.Allow, rule)
	}
	b.emptyList("allow", "A grant of no calls grants nothing.", "Name what may be called, or leave the block out.")
	for _, t := range b.texts("private", cty.String) {
		p, ok := network(t.text)
		if !ok {
			b.report(Diagnostic{
				Summary: "invalid network", Detail: "A network is an address with the length of its prefix, or one address.",
				Hint: `Write "10.1.0.0/16" or "127.0.0.1".`, Range: t.at,
			})
			continue
		}
		g.Private = append(g.Private, p)
	}
	return g
}

func network(text string) (netip.Prefix, bool) {
	if a, err := netip.ParseAddr(text); err == nil && a.Zone() == "" {
		return netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()), true
	}
	p, err := netip.ParsePrefix(text)
	return p.Masked(), err == nil
}

// httpRule reads "METHOD scheme://host[:port][/path]". why says what is wrong with it, "" if nothing.
func httpRule(text string) (r spec.HTTPRule, why string) {
	method, address, ok := strings.Cut(text, " ")
	if !ok {
		return r, "It is a method, one space and an address."
	}
	if method != "*" && !slices.Contains(methods, method) {
		return r, fmt.Sprintf("There is no method %q; * is every method.", method)
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return r, "The address begins with http:// or https:// and a host."
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.ForceQuery {
		return r, "The address has no user, query or fragment."
	}
	if strings.ContainsAny(u.Host, "*?") {
		return r, "Hosts are named one by one, without stars."
	}
	r = spec.HTTPRule{Method: method, Scheme: u.Scheme, Host: strings.ToLower(u.Hostname()), Path: u.EscapedPath(), Port: 443}
	if u.Scheme == "http" {
		r.Port = 80
	}
	if p := u.Port(); p != "" {
		n, err := strconv.ParseUint(p, 10, 16)
		if err != nil || n == 0 {
			return r, "The port is a number from 1 to 65535."
		}
		r.Port = uint16(n)
	}
	if r.Path == "" {
		r.Path = "/*"
	}
	return r, pathFault(r.Path)
}

func (b *block) llmGrant() *spec.LLMGrant {
	g := &spec.LLMGrant{
		Timeout:   b.duration("timeout", spec.DefaultLLMTimeout),
		MaxTokens: int(b.integer("max_tokens", spec.DefaultLLMMaxTokens, 1, 1<<20)),
		Calls:     int(b.integer("calls", spec.DefaultLLMCalls, 1, 1000)),
		Pos:       specPos(b.header()),
	}
	g.Models, _ = referAll[*spec.Model](b, "models", "model")
	b.emptyList("models", "A grant of no models grants nothing.", "Name the models that may be asked, or leave the block out.")
	if b.has("tokens") {
		g.Tokens = b.rate("tokens")
	}
	return g
}

// granted tells whether a grant has a capability.
func granted(g *spec.Grant, capability string) bool {
	switch capability {
	case "log":
		return g.Log
	case "metrics":
		return g.Metrics
	case "time":
		return g.Time
	case "random":
		return g.Random
	case "scan":
		return g.Scan
	case "tokens":
		return g.Tokens
	case "body":
		return g.Body
	case "kv":
		return len(g.KV) > 0
	case "cache":
		return g.CacheBytes > 0
	case "http":
		return g.HTTP != nil
	case "secret":
		return len(g.Secrets) > 0
	case "llm":
		return g.LLM != nil
	}
	return false
}

// grantExample is how a capability is granted, for hints.
func grantExample(capability, plugin string) string {
	switch capability {
	case "kv":
		return fmt.Sprintf("kv = [%q]", plugin)
	case "cache":
		return `cache = "16MiB"`
	case "http":
		return `http { allow = ["POST https://..."] }`
	case "secret":
		return `secret = { NAME = env("NAME") }`
	case "llm":
		return `llm { models = [model.NAME] }`
	}
	return capability + " = true"
}

var grantSchema = &schema{
	name: "grant",
	doc:  "What the plugin may use. Without the block: nothing. What a plugin wants and isn't granted is an error.",
	attributes: []attribute{
		{name: "log", typ: "bool", def: "false", doc: "Write to the gateway's log."},
		{name: "metrics", typ: "bool", def: "false", doc: "Count and measure."},
		{name: "kv", typ: "list of strings", doc: "The namespaces of the key-value store it may read and write."},
		{name: "cache", typ: "size", doc: "Keep values in a cache of this size, kept apart by tenant. One tenant keeps at most half of it, one value takes at most an eighth."},
		{name: "scan", typ: "bool", def: "false", doc: "Search for regular expressions by the host, in linear time."},
		{name: "tokens", typ: "bool", def: "false", doc: "Count tokens."},
		{name: "time", typ: "bool", def: "false", doc: "Read the clock."},
		{name: "random", typ: "bool", def: "false", doc: "Draw random bytes."},
		{name: "body", typ: "bool", def: "false", doc: "Read bodies as they were sent, fields that yett doesn't know included."},
		{name: "secret", typ: "map of strings", doc: "Values by name that it may attach to its http calls, and never sees. Without TLS they go only to networks that `private` lists."},
	},
	blocks: []*schema{httpGrantSchema, llmGrantSchema},
}

var httpGrantSchema = &schema{
	name: "http",
	doc: "Call other servers. Redirects aren't followed, proxies of the environment aren't used. Addresses that aren't public " +
		"(loopback, private, link-local) are refused, whatever name leads there, unless `private` lists their network; a name with one " +
		"such address is refused as a whole. An address that can be read in two ways (dot segments, escaped slashes, `127.1`) is " +
		"refused too.",
	attributes: []attribute{
		{name: "allow", typ: "list of strings", required: true, doc: "What may be called: a method (or `*`) and an address, `POST https://dlp.internal:8443/v1/*`. A path that ends in `*` is a beginning; without a path: all. Queries aren't compared."},
		{name: "private", typ: "list of strings", def: "none", doc: "Networks or addresses that aren't public and may be reached, `10.1.0.0/16`."},
		{name: "timeout", typ: "duration", def: `"2s"`, doc: "The most that one call takes."},
		{name: "request_bytes", typ: "size", def: `"64KiB"`, doc: "The largest body that is sent."},
		{name: "answer_bytes", typ: "size", def: `"256KiB"`, doc: "The largest body that is read."},
		{name: "calls", typ: "number", def: "4", doc: "How many calls one hook may make."},
	},
}

var llmGrantSchema = &schema{
	name: "llm",
	doc:  "Ask models. A question passes no pipeline, so that guards can't call each other in circles.",
	attributes: []attribute{
		{name: "models", typ: "list of references to models", required: true, doc: "The models that may be asked."},
		{name: "tokens", typ: "rate", def: "no bound", doc: "How many tokens, of prompts and answers together, all its questions may use."},
		{name: "timeout", typ: "duration", def: `"10s"`, doc: "The most that one question takes."},
		{name: "max_tokens", typ: "number", def: "256", doc: "The longest answer."},
		{name: "calls", typ: "number", def: "4", doc: "How many questions one hook may ask."},
	},
}

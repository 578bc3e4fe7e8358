package hcl

import (
	"fmt"
	"strings"

	"github.com/yett-gateway/yett/engine/spec"
)

// route fills r, which was declared with its name.
func (b *block) route(r *spec.Route) {
	b.l.facts.routes[r] = b
	if m := b.block("match"); m != nil {
		r.Match = m.match()
	}
	r.Pipeline, _ = refer[*spec.Pipeline](b, "pipeline", "pipeline")
	r.Models, _ = referAll[*spec.Model](b, "models", "model")
	b.emptyList("models", "A route with no models serves nothing.", "Leave models out for all of them.")
	r.Passthrough, _ = referAll[*spec.Provider](b, "passthrough", "provider")
	r.Anonymous = b.flag("anonymous", false)
	b.flag("passthrough_unguarded", false)
	if c := b.block("cache"); c != nil {
		r.Cache = c.cache()
	}
}

// emptyList reports a list that is written with nothing in it.
func (b *block) emptyList(name, detail, hint string) {
	if g, ok := b.given(name); ok && (g.Type().IsTupleType() || g.Type().IsCollectionType()) && g.LengthInt() == 0 {
		b.report(Diagnostic{Summary: "empty " + name, Detail: detail, Hint: hint, Range: b.at(name)})
	}
}

func (b *block) match() spec.Match {
	m := spec.Match{Pos: specPos(b.header())}
	m.Path = b.text("path", "")
	if why := pathFault(m.Path); why != "" {
		b.report(Diagnostic{
			Summary: "invalid path",
			Detail:  why,
			Hint:    `Write a whole path, "/v1/chat/completions", or a beginning with a star, "/v1/*".`,
			Range:   b.at("path"),
		})
	}
	m.Method = b.choice("method", "")
	m.Host = strings.ToLower(b.text("host", ""))
	if m.Host != "" && !validHost(m.Host) {
		b.report(Diagnostic{
			Summary: "invalid host",
			Detail:  "A host to match is a name, without a port and without stars.",
			Hint:    `Write "ai.example.com".`,
			Range:   b.at("host"),
		})
	}
	m.When = b.condition("when", inMatch)
	return m
}

// pathFault tells what is wrong with a path to match, "" if nothing.
func pathFault(p string) string {
	switch star := strings.IndexByte(p, '*'); {
	case p == "" || p == "*":
		return ""
	case p[0] != '/':
		return "A path begins with a slash."
	case star >= 0 && star != len(p)-1:
		return "A star stands at the end only."
	case strings.ContainsAny(p, "?# \t"):
		return "A path has no query, fragment or white space."
	}
	return ""
}

var methods = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

func (b *block) cache() *spec.Cache {
	c := &spec.Cache{
		TTL:        b.duration("ttl", spec.DefaultCacheTTL),
		Partition:  b.choice("partition", spec.PartitionConsumer),
		Coalesce:   b.flag("coalesce", true),
		MaxBytes:   b.size("max_bytes", spec.DefaultCacheBytes, 1<<20, 1<<40),
		EntryBytes: b.size("entry_bytes", spec.DefaultCacheEntryBytes, 1<<10, 1<<30),
		Pos:        specPos(b.header()),
	}
	if c.EntryBytes > c.MaxBytes {
		b.report(Diagnostic{
			Summary: "entry_bytes is larger than max_bytes",
			Detail:  fmt.Sprintf("An answer of %s would not fit into the store.", sizeText(int64(c.EntryBytes))),
			Hint:    "Make entry_bytes smaller, or max_bytes larger.",
			Range:   b.at("entry_bytes"),
		})
	}
	return c
}

var routeSchema = &schema{
	name:   "route",
	labels: []string{"name"},
	many:   true,
	doc: "What happens to which requests. The first route in the order of the files that matches takes the request. Without any " +
		"route block there is one that serves every model.",
	attributes: []attribute{
		{name: "pipeline", typ: "reference to a pipeline", def: "none", doc: "The stages."},
		{name: "models", typ: "list of references to models", def: "every model", doc: "The models that are served."},
		{name: "passthrough", typ: "list of references to providers", def: "none", doc: "Open `/<provider>/...` for these providers' whole APIs. Bodies pass unseen by stages."},
		{name: "passthrough_unguarded", typ: "bool", def: "false", doc: "Allow passthrough beside guard stages, which don't see it."},
		{name: "anonymous", typ: "bool", def: "false", doc: "Admit requests without a consumer's key even where consumers are declared."},
	},
	blocks: []*schema{matchSchema, cacheSchema},
}

var matchSchema = &schema{
	name: "match",
	doc:  "Which requests the route takes. Without the block, or what isn't written in it: all.",
	attributes: []attribute{
		{name: "path", typ: "string", def: "any", doc: "A whole path, or a beginning that ends in `*`."},
		{name: "method", typ: "string", def: "any", choices: methods, doc: "The method."},
		{name: "host", typ: "string", def: "any", doc: "The host that the client asked for, without port."},
		{name: "when", typ: "condition", def: "always", doc: "A condition over request and consumer."},
	},
}

var cacheSchema = &schema{
	name: "cache",
	doc:  "Keep whole answers and give them again to equal requests. Without the block: no cache.",
	attributes: []attribute{
		{name: "ttl", typ: "duration", def: `"1h"`, doc: "How long an answer is good."},
		{name: "partition", typ: "string", def: `"consumer"`, choices: []string{"consumer", "team", "route"}, doc: "Who shares answers."},
		{name: "coalesce", typ: "bool", def: "true", doc: "Let equal requests at one time wait for the first's answer."},
		{name: "max_bytes", typ: "size", def: `"64MiB"`, doc: "Bounds the gateway's one store; the largest of all routes counts."},
		{name: "entry_bytes", typ: "size", def: `"1MiB"`, doc: "The largest answer that is kept."},
	},
}

package hcl

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"

	"github.com/zclconf/go-cty/cty"

	"github.com/yett-gateway/yett/engine/spec"
)

// minKeyLength is the shortest key that isn't called weak.
const minKeyLength = 16

// writtenKey is the hash of a consumer's key and where the key was written.
type writtenKey struct {
	hash     [32]byte
	consumer *spec.Consumer
	block    *block
	at       Range
}

// consumer fills c, which was declared with its name.
func (b *block) consumer(c *spec.Consumer) {
	b.keys(c)
	c.Team = b.text("team", "")
	for _, e := range b.textMap("tags") {
		if c.Tags == nil {
			c.Tags = map[string]string{}
		}
		c.Tags[e.key] = e.value.AsString()
	}
	c.Models, _ = referAll[*spec.Model](b, "models", "model")
	b.emptyList("models", "A consumer with no models can't ask for anything.", "Leave models out for all of the route's.")
	if l := b.block("limit"); l != nil {
		c.Limit = l.consumerLimit()
	}
}

// keys hashes the consumer's keys. The keys themselves go nowhere.
func (b *block) keys(c *spec.Consumer) {
	if !b.has("key") && !b.has("keys") && !b.has("key_sha256") {
		b.report(Diagnostic{
			Summary: "consumer without a key",
			Detail:  "Nobody could call as this consumer.",
			Hint:    `Add key = env("NAME"), or key_sha256 with the hash of a key.`,
			Range:   b.header(),
		})
	}
	if key, _, ok := b.secret("key"); ok {
		b.key(c, key, b.at("key"))
	}
	literal := false
	if g, ok := b.given("keys"); ok {
		literal = !g.outside
	}
	texts := b.texts("keys", cty.String)
	for _, t := range texts {
		b.key(c, t.text, t.at)
	}
	if literal && len(texts) > 0 {
		b.report(Diagnostic{
			Severity: Warning,
			Summary:  "key written in the file",
			Detail:   "Whoever reads the file can use the keys.",
			Hint:     `Take them from the environment, keys = [env("NAME")], or write their hashes into key_sha256.`,
			Range:    b.at("keys"),
		})
	}
	for _, t := range b.texts("key_sha256", cty.String) {
		raw, err := hex.DecodeString(t.text)
		if err != nil || len(raw) != sha256.Size {
			b.report(Diagnostic{
				Summary: "wrong value of key_sha256",
				Detail:  "A SHA-256 is 64 hexadecimal digits.",
				Hint:    `printf %s "$KEY" | sha256sum prints it.`,
				Range:   t.at,
			})
			continue
		}
		b.addKey(c, [32]byte(raw), t.at)
	}
}

// key takes one key.
func (b *block) key(c *spec.Consumer, key string, where Range) {
	switch {
	case key == "":
		b.report(Diagnostic{
			Summary: "empty key", Detail: "Everybody has the empty key.", Hint: "Give the consumer a key.", Range: where,
		})
		return
	case !sendable(key):
		b.report(Diagnostic{
			Summary: "key that can't be sent",
			Detail:  "A key is sent in a header, so it has no white space and no control or other than ASCII characters.",
			Hint:    `For a key from a file: trimspace(file("path")).`,
			Range:   where,
		})
		return
	case len(key) < minKeyLength:
		b.report(Diagnostic{
			Severity: Warning,
			Summary:  "weak key",
			Detail:   fmt.Sprintf("The key has fewer than %d characters and can be guessed.", minKeyLength),
			Hint:     "Make one with: openssl rand -hex 24",
			Range:    where,
		})
	}
	b.addKey(c, sha256.Sum256([]byte(key)), where)
}

func sendable(key string) bool {
	for _, c := range []byte(key) {
		if c <= ' ' || c >= 0x7f {
			return false
		}
	}
	return true
}

func (b *block) addKey(c *spec.Consumer, hash [32]byte, where Range) {
	c.KeySHA256 = append(c.KeySHA256, hash)
	b.l.facts.keys = append(b.l.facts.keys, writtenKey{hash, c, b, where})
}

// checkKeys finds keys that more than one consumer has, and reports them at both.
func (l *loader) checkKeys() {
	first := map[[32]byte]writtenKey{}
	for _, k := range l.facts.keys {
		f, twice := first[k.hash]
		switch {
		case !twice:
			first[k.hash] = k
		case f.consumer == k.consumer:
			k.block.report(Diagnostic{
				Severity: Warning, Summary: "same key twice", Detail: "The consumer has this key already.",
				Hint: "Take one of them out.", Range: k.at, Related: []Related{{"the first one", f.at}},
			})
		default:
			sameKey(f, k)
			sameKey(k, f)
		}
	}
}

func sameKey(k, other writtenKey) {
	k.block.report(Diagnostic{
		Summary: "two consumers with one key",
		Detail:  fmt.Sprintf("The consumer %q has the same key, so nobody could tell who calls.", other.consumer.Name),
		Hint:    "Give each consumer a key of its own.",
		Range:   k.at,
		Related: []Related{{"the other one", other.at}},
	})
}

func (b *block) consumerLimit() spec.Limit {
	return spec.Limit{
		Requests:   b.rate("requests"),
		Tokens:     b.rate("tokens"),
		Concurrent: int(b.integer("concurrent", 0, 0, math.MaxInt32)),
		Pos:        specPos(b.header()),
	}
}

var consumerSchema = &schema{
	name:   "consumer",
	labels: []string{"name"},
	many:   true,
	doc: "Who calls. As soon as one consumer is declared, requests need a key, but on routes with `anonymous = true`. Keys are " +
		"hashed when they are read and forgotten.",
	attributes: []attribute{
		{name: "key", typ: "string", doc: "The key. Take it from `env(\"NAME\")`."},
		{name: "keys", typ: "list of strings", doc: "Several keys, for changing one without a gap."},
		{name: "key_sha256", typ: "list of strings", doc: "SHA-256 of keys, as hexadecimal digits."},
		{name: "team", typ: "string", doc: "The team, for conditions and cache partitions."},
		{name: "tags", typ: "map of strings", doc: "Further words about the consumer, for conditions and plugins."},
		{name: "models", typ: "list of references to models", def: "all of the route's", doc: "The models the consumer may ask for."},
	},
	blocks: []*schema{consumerLimitSchema},
}

var consumerLimitSchema = &schema{
	name: "limit",
	doc:  "The consumer's rates.",
	attributes: []attribute{
		{name: "requests", typ: "rate", def: "none", doc: "Requests per span of time."},
		{name: "tokens", typ: "rate", def: "none", doc: "Tokens, in and out, per span of time."},
		{name: "concurrent", typ: "number", def: "0", doc: "The most requests at once; 0 is no limit."},
	},
}

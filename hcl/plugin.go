package hcl

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/yett-gateway/yett/engine/spec"
)

// pluginKinds are the folders under plugins/.
var pluginKinds = []string{"guard", "transform", "router"}

// maxPluginBytes is the size of the largest plugin file: 64 MiB.
const maxPluginBytes = 64 << 20

// pluginFacts are what checks need of a plugin besides its spec.
type pluginFacts struct {
	block    *block
	info     *PluginInfo // nil: not looked at
	config   map[string]json.RawMessage
	expr     hclsyntax.Expression // of config; nil if none
	sound    bool                 // the block has no errors
	secret   bool                 // config has values that mustn't be quoted
	grantAt  Range
	reported map[string]bool // faults of config said already
	nameable nameable        // what config can name in the use that is looked at
}

// plugin fills p, which was declared with kind and name.
func (b *block) plugin(p *spec.Plugin) {
	before := len(b.l.diags.list)
	f := &pluginFacts{block: b, grantAt: b.header(), reported: map[string]bool{}}
	b.l.facts.plugins[p] = f
	if !slices.Contains(pluginKinds, p.Kind) {
		b.report(Diagnostic{
			Summary: "unknown plugin kind",
			Detail:  fmt.Sprintf("There is no kind of plugins %q.", p.Kind),
			Hint:    didYouMean(p.Kind, pluginKinds),
			Range:   at(b.syntax.LabelRanges[0]),
		})
	}
	p.Source = b.source(p)
	p.OnError = b.choice("on_error", "deny")
	p.Isolate = b.choice("isolate", "pool")
	if l := b.block("limit"); l != nil {
		p.Limit = l.pluginLimit()
	}
	if g := b.block("grant"); g != nil {
		p.Grant = g.grant()
		f.grantAt = g.header()
	}
	f.config = b.json("config")
	if a, ok := b.syntax.Body.Attributes["config"]; ok {
		f.expr = a.Expr
		p.ConfigPos = b.pos("config")
		if g, ok := b.given("config"); ok {
			f.secret = g.secret
		}
	}
	p.Config = object(f.config)
	f.sound = !b.l.diags.list[before:].HasErrors()
}

// object writes members as a JSON object, "{}" for none. Members are sorted, so equal configurations are
// equal bytes.
func object(members map[string]json.RawMessage) []byte {
	if len(members) == 0 {
		return []byte("{}")
	}
	text, err := json.Marshal(members)
	if err != nil {
		panic("hcl: JSON that was read can't be written: " + err.Error())
	}
	return text
}

// source reads where the module is. A file is looked at: it must be there, and be the one that was pinned.
func (b *block) source(p *spec.Plugin) string {
	text := b.text("source", "builtin")
	pin := b.pin(p)
	scheme, _, remote := strings.Cut(text, "://")
	switch {
	case text == "builtin":
		if pin != "" {
			b.report(Diagnostic{
				Severity: Warning,
				Summary:  "pin of a builtin plugin",
				Detail:   "Builtin plugins are part of the program, and the pin is not looked at.",
				Hint:     "Take sha256 out.",
				Range:    b.at("sha256"),
			})
			p.SHA256 = ""
		}
		return text
	case remote && scheme == "oci":
		b.report(Diagnostic{
			Summary: "registries come in a later release",
			Detail:  "This release reads plugins from files.",
			Hint:    "Download the module and name its path.",
			Range:   b.at("source"),
		})
		return text
	case text == "" || remote:
		b.report(Diagnostic{
			Summary: "wrong value of source",
			Detail:  "A plugin's source is a file.",
			Hint:    `Write "builtin", or a path such as "./pii.wasm".`,
			Range:   b.at("source"),
		})
		return text
	}
	path := b.l.path(text)
	b.l.reference(path)
	module, err := readBounded(path, maxPluginBytes)
	if err != nil {
		b.report(Diagnostic{
			Summary: "can't read plugin",
			Detail:  fmt.Sprintf("Reading %s: %v.", text, err),
			Hint:    fmt.Sprintf("Relative paths start at the configuration's folder, so %s was looked for. Bundled plugins are \"builtin\".", path),
			Range:   b.at("source"),
		})
		return path
	}
	if sum := sha256.Sum256(module); pin != "" && pin != hex.EncodeToString(sum[:]) {
		b.report(Diagnostic{
			Summary: "plugin isn't the pinned one",
			Detail:  fmt.Sprintf("The SHA-256 of %s is %x.", text, sum),
			Hint:    "If the file is meant to have changed, write this into sha256. If not, find out who changed it.",
			Range:   b.at("sha256"),
		})
	}
	return path
}

// pin reads sha256 into p and returns it.
func (b *block) pin(p *spec.Plugin) string {
	text := strings.ToLower(b.text("sha256", ""))
	if text == "" {
		return ""
	}
	if raw, err := hex.DecodeString(text); err != nil || len(raw) != sha256.Size {
		b.report(Diagnostic{
			Summary: "wrong value of sha256",
			Detail:  "A SHA-256 is 64 hexadecimal digits.",
			Hint:    "sha256sum FILE prints it.",
			Range:   b.at("sha256"),
		})
		return ""
	}
	p.SHA256 = text
	return text
}

func (b *block) pluginLimit() spec.PluginLimit {
	return spec.PluginLimit{
		Memory:    b.size("memory", 0, 64<<10, 4<<30),
		Fuel:      b.integer("fuel", 0, 1, math.MaxInt64),
		Wall:      b.duration("wall", 0),
		Instances: int(b.integer("instances", 0, 1, 100_000)),
	}
}

var pluginSchema = &schema{
	name:   "plugin",
	labels: []string{"kind", "name"},
	many:   true,
	doc: "A Wasm module with what it may do. Kinds are `guard`, `transform` and `router`. A bundled plugin's kind and name are its " +
		"folder: `plugin \"guard\" \"pii\"` is plugins/guard/pii.",
	attributes: []attribute{
		{name: "source", typ: "string", def: `"builtin"`, doc: "`builtin`, or the path of a module."},
		{name: "sha256", typ: "string", doc: "The module's SHA-256, 64 hexadecimal digits. Another module is refused."},
		{name: "on_error", typ: "string", def: `"deny"`, choices: []string{"deny", "skip"}, doc: "What a failure of the plugin does to the request: refuse it, or go on without the plugin."},
		{
			name: "isolate", typ: "string", def: `"pool"`, choices: []string{"pool", "fresh", "tenant"},
			doc: "Who shares an instance: everybody, one request, or one consumer.",
		},
		{name: "config", typ: "object", def: "{}", doc: "The plugin's own configuration, checked against its schema. Stages may replace members."},
	},
	blocks: []*schema{grantSchema, pluginLimitSchema},
}

var pluginLimitSchema = &schema{
	name: "limit",
	doc: "What one call may take, and how many run at once. What isn't written is as the plugin's manifest has it, at most 64 MiB, " +
		"1000000000 and 250 ms, and where that says nothing the default.",
	attributes: []attribute{
		{name: "memory", typ: "size", def: `"16MiB"`, doc: "Linear memory of an instance."},
		{name: "fuel", typ: "number", def: "50000000", doc: "Steps of one call, for each 256 KiB begun of the body or answer that it is about, at most 32 times."},
		{name: "wall", typ: "duration", def: `"50ms"`, doc: "Wall time of one call, without what it waits for other servers."},
		{name: "instances", typ: "number", def: "2 × GOMAXPROCS, at least 32 for plugins that import http or llm", doc: "The most instances at once. An instance is held while its plugin waits for a call."},
	},
}

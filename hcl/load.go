package hcl

import (
	"os"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/yett-gateway/yett/engine/spec"
)

// Options are what a configuration depends on besides its files. The zero Options is the process's own
// environment, no variables given, and plugins that nobody looks into.
type Options struct {
	// Env looks up environment variables. Default os.LookupEnv.
	Env func(name string) (string, bool)
	// Variables are values given by name, as with --var. They win over YETT_VAR_name in the environment,
	// and that over a variable's default.
	Variables map[string]string
	// Plugins reads a plugin's manifest. nil: manifests aren't looked at, and what needs them isn't checked.
	// It is called once for each plugin whose block has no errors.
	Plugins func(p *spec.Plugin) (*PluginInfo, error)
}

// PluginInfo is what a plugin's manifest says.
type PluginInfo struct {
	Hooks        []string          // the hooks it exports: "on_request"
	Wants        []string          // the capabilities it can't do without: "kv"
	Reasons      map[string]string // why it wants them, in its author's words, where he gave one
	ConfigSchema []byte            // JSON Schema of its configuration; nil: any
	Stream       string            // "observe", "transform" or "buffer"
	Hold         int               // the most bytes of a streamed text that it holds back
	Asks         bool              // with buffer: it is asked whether a text must be collected
	Pure         bool              // its verdicts depend on request and configuration alone
}

// Load reads a configuration: a file, or all *.hcl of a folder, sorted by name and read as one.
//
// It returns all diagnostics at once, sorted by place. The gateway is never nil; if the diagnostics have
// errors it is what could be read, good for tools to look at and not for running. Files and References are
// complete either way, so that a watcher can wait for the cure.
//
// What isn't written is filled in: without a listener block there is one at spec.DefaultAddress; without
// model blocks each provider's models are reachable under the names that Default gives them; without route
// blocks one route serves every model.
//
// Load doesn't panic on any input, and is safe for concurrent use.
func Load(path string, o Options) (*spec.Gateway, Diagnostics) {
	if o.Env == nil {
		o.Env = os.LookupEnv
	}
	l := &loader{options: o, gateway: &spec.Gateway{Log: defaultLog}}
	l.sources = readSources(path, &l.diags)
	l.load()
	return l.gateway, l.diags.finish(l.sources)
}

// loadText loads a configuration that is in memory, as the file of that name.
func loadText(name string, text []byte, o Options) (*spec.Gateway, Diagnostics) {
	l := &loader{options: o, gateway: &spec.Gateway{Log: defaultLog}}
	f := &source{name: name}
	l.sources = &sources{folder: ".", files: []*source{f}, byName: map[string]*source{name: f}}
	f.parse(text, &l.diags)
	l.load()
	return l.gateway, l.diags.finish(l.sources)
}

// loader is one run of Load.
type loader struct {
	options Options
	sources *sources
	diags   reporter
	gateway *spec.Gateway

	effort     effort
	tired      bool // the diagnostic on spent effort was given
	dynamics   int  // blocks made by dynamic ones
	root       *scope
	variables  map[string]cty.Value // declared; DynamicVal if its value is faulty
	locals     map[string]cty.Value // as variables
	declared   map[string]*declaration
	ordered    []*declaration // cache of inOrder, once names are known
	namesKnown bool           // declareAll has run
	unparsed   bool           // a file has syntax errors, so blocks may be missing that were written
	broken     bool           // a block that would declare something couldn't be read: unknown names may be its fault
	blocks     map[string][]*block
	facts      facts
	references map[string]bool
	secrets    []string // what env and file returned, for keeping it out of the evaluator's texts
}

// load goes through the steps in order. Each goes on after errors of the one before, as far as what it
// works on was readable.
func (l *loader) load() {
	l.effort.limit = baseEffort
	for _, f := range l.sources.files {
		l.effort.limit += sourceEffort * len(f.text)
		l.gateway.Files = append(l.gateway.Files, f.name)
		l.broken = l.broken || f.body == nil
	}
	// A file that doesn't parse may have held any name: saying that the others miss it would be noise.
	l.unparsed = l.diags.list.HasErrors()
	l.broken = l.broken || l.unparsed
	l.root = &scope{context: &hcl.EvalContext{
		Variables: map[string]cty.Value{}, Functions: l.functions(),
	}}
	l.blocks = map[string][]*block{}
	l.declared = map[string]*declaration{}
	l.facts = facts{
		targets: map[*spec.Model]*block{}, fallbacks: map[*spec.Model]*block{}, plugins: map[*spec.Plugin]*pluginFacts{},
		routes: map[*spec.Route]*block{}, stages: map[*spec.Stage]*block{},
	}

	bodies := l.bodies()
	l.readVariables(bodies)
	l.readLocals(bodies)
	blocks := l.nameAll(bodies)
	l.declareAll()
	for _, b := range blocks {
		b.open()
	}
	l.decodeAll()
	l.fillIn()
	l.check()
}

// bodies are the top levels of the files, without attributes: there are none at the top.
func (l *loader) bodies() []*hclsyntax.Body {
	var out []*hclsyntax.Body
	for _, f := range l.sources.files {
		if f.body == nil {
			continue
		}
		for name, a := range f.body.Attributes {
			l.diags.add(Diagnostic{
				Summary: "attribute outside of a block",
				Detail:  "At the top of a file there are only blocks.",
				Hint:    "Put " + name + " into the block it belongs to, or into locals { ... }.",
				Range:   at(a.NameRange),
			})
		}
		out = append(out, f.body)
	}
	return out
}

// topBlocks are the blocks at the top of a file, in the order of the reference.
var topBlocks = []*schema{
	listenerSchema, adminSchema, logSchema, providerSchema, modelSchema, pluginSchema, pipelineSchema,
	routeSchema, consumerSchema, variableSchema, localsSchema,
}

func topSchema(name string) *schema {
	i := slices.IndexFunc(topBlocks, func(s *schema) bool { return s.name == name })
	if i < 0 {
		return nil
	}
	return topBlocks[i]
}

// nameAll expands dynamic blocks at the top, and reads the labels of all blocks but variables and locals.
// It returns all of them, those whose labels are wrong as well.
func (l *loader) nameAll(bodies []*hclsyntax.Body) (all []*block) {
	var names []string
	for _, s := range topBlocks {
		names = append(names, s.name)
	}
	for _, body := range bodies {
		for _, p := range l.expand(body.Blocks, l.root, "") {
			s := topSchema(p.syntax.Type)
			switch s {
			case nil:
				l.diags.add(unknownBlock(p.syntax, names))
				continue
			case variableSchema, localsSchema:
				if !slices.Contains(body.Blocks, p.syntax) {
					l.diags.add(Diagnostic{
						Summary: "dynamic " + s.name,
						Detail:  "Variables and locals are read before dynamic blocks are, which may use them.",
						Hint:    "Write the block itself.",
						Range:   at(p.syntax.DefRange()),
					})
				}
				continue
			}
			b, ok := l.named(s, p.syntax, p.scope, "")
			all = append(all, b)
			if ok {
				l.blocks[s.name] = append(l.blocks[s.name], b)
			} else {
				l.broken = true
			}
		}
	}
	return all
}

// decodeAll reads the blocks' values. References are resolved already, so the order is the reader's.
func (l *loader) decodeAll() {
	for _, b := range l.blocks["listener"] {
		l.gateway.Listeners = append(l.gateway.Listeners, b.listener())
	}
	l.decodeOnce("admin", func(b *block) { l.gateway.Admin = b.admin() })
	l.decodeOnce("log", func(b *block) { l.gateway.Log = b.log() })
	for _, d := range l.inOrder() {
		switch v := d.value.(type) {
		case *spec.Provider:
			d.block.provider(v)
			l.gateway.Providers = append(l.gateway.Providers, v)
		case *spec.Plugin:
			d.block.plugin(v)
			l.gateway.Plugins = append(l.gateway.Plugins, v)
		}
	}
	for _, d := range l.inOrder() {
		switch v := d.value.(type) {
		case *spec.Model:
			d.block.model(v)
			l.gateway.Models = append(l.gateway.Models, v)
		case *spec.Pipeline:
			d.block.pipeline(v)
			l.gateway.Pipelines = append(l.gateway.Pipelines, v)
		case *spec.Route:
			d.block.route(v)
			l.gateway.Routes = append(l.gateway.Routes, v)
		case *spec.Consumer:
			d.block.consumer(v)
			l.gateway.Consumers = append(l.gateway.Consumers, v)
		}
	}
}

// decodeOnce decodes a block that may stand only once in the whole configuration.
func (l *loader) decodeOnce(name string, decode func(*block)) {
	for i, b := range l.blocks[name] {
		if i == 0 {
			decode(b)
			continue
		}
		b.report(Diagnostic{
			Summary: "duplicate " + name,
			Detail:  "A configuration has one " + name + " block.",
			Hint:    "Put everything into the first one.",
			Range:   b.header(),
			Related: []Related{{"first written here", l.blocks[name][0].header()}},
		})
	}
}

// fillIn adds what a configuration has without saying so.
func (l *loader) fillIn() {
	g := l.gateway
	if len(l.blocks["listener"]) == 0 {
		g.Listeners = []*spec.Listener{newListener("default")}
	}
	if len(l.blocks["model"]) == 0 {
		g.Models = impliedModels(g.Providers)
	}
	if len(l.blocks["route"]) == 0 {
		g.Routes = []*spec.Route{{Name: "default"}}
	}
}

// check is everything that takes more than one block to see.
func (l *loader) check() {
	l.checkSomethingToServe()
	l.checkAddresses()
	l.checkModels()
	l.checkPlugins()
	l.checkDelays()
	l.checkRoutes()
	l.checkKeys()
}

// reference remembers a file that the configuration depends on.
func (l *loader) reference(path string) {
	if l.references == nil {
		l.references = map[string]bool{}
	}
	if !l.references[path] {
		l.references[path] = true
		l.gateway.References = append(l.gateway.References, path)
	}
}

// facts are what checks between blocks need besides the spec: where things were written.
type facts struct {
	targets   map[*spec.Model]*block
	fallbacks map[*spec.Model]*block
	plugins   map[*spec.Plugin]*pluginFacts
	routes    map[*spec.Route]*block
	stages    map[*spec.Stage]*block
	keys      []writtenKey
}

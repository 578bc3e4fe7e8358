package hcl

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"github.com/yett-gateway/yett/engine/spec"
)

// checkPlugins looks into manifests, and at whether plugins can do what they are used for.
func (l *loader) checkPlugins() {
	if l.options.Plugins == nil {
		return
	}
	schemas := map[*spec.Plugin]*jsonschema.Schema{}
	for _, p := range l.gateway.Plugins {
		f := l.facts.plugins[p]
		if !f.sound {
			continue
		}
		info, err := l.options.Plugins(p)
		if err != nil || info == nil {
			hint := "Bundled plugins have source \"builtin\"; others name their file."
			var adviser interface{ Advice() string }
			if errors.As(err, &adviser) && adviser.Advice() != "" {
				hint = adviser.Advice()
			}
			f.block.report(Diagnostic{
				Summary: "can't use plugin",
				Detail:  fmt.Sprintf("Reading plugin.%s: %v.", p.Ref(), err),
				Hint:    hint,
				Range:   f.block.at("source"),
			})
			continue
		}
		f.info = info
		f.checkWants(p)
		schemas[p] = f.schema()
	}
	l.checkUses(schemas)
}

// checkWants reports capabilities that the plugin can't do without and isn't granted.
func (f *pluginFacts) checkWants(p *spec.Plugin) {
	for _, want := range f.info.Wants {
		if granted(&p.Grant, want) {
			continue
		}
		detail := fmt.Sprintf("plugin.%s can't work without the capability %q.", p.Ref(), want)
		if why := f.info.Reasons[want]; why != "" {
			detail += fmt.Sprintf(" Its author says why: %q.", why)
		}
		f.block.report(Diagnostic{
			Summary: "capability not granted",
			Detail:  detail,
			Hint:    "If you trust it with that, add: grant { " + grantExample(want, p.Name) + " }",
			Range:   f.grantAt,
		})
	}
}

// stageHooks are the hooks that a stage of a pipeline is called for.
var stageHooks = []string{
	"on_request", "on_upstream_request", "on_response", "on_delta", "on_stream_end", "on_tool_call", "on_error", "on_log",
}

// checkUses looks at each use of a plugin: its hooks, and the configuration it is used with.
func (l *loader) checkUses(schemas map[*spec.Plugin]*jsonschema.Schema) {
	used := map[*spec.Plugin]bool{}
	inStage := l.namedInStage()
	for _, line := range l.gateway.Pipelines {
		for _, s := range line.Stages {
			if s.Plugin == nil || l.facts.plugins[s.Plugin].info == nil {
				continue
			}
			used[s.Plugin] = true
			f, b := l.facts.plugins[s.Plugin], l.facts.stages[s]
			if !slices.ContainsFunc(stageHooks, func(h string) bool { return slices.Contains(f.info.Hooks, h) }) {
				b.report(Diagnostic{
					Summary: "plugin can't be a stage",
					Detail:  fmt.Sprintf("plugin.%s has no hook that a stage is called for; it has %s.", s.Plugin.Ref(), list(f.info.Hooks, "and")),
					Hint:    "A router is named in a model: router = plugin." + s.Plugin.Ref(),
					Range:   b.at("use"),
				})
			}
			checkStreams(s, f.info, b)
			f.nameable = inStage
			own := hclsyntax.Expression(nil)
			if a, ok := b.syntax.Body.Attributes["config"]; ok {
				own = a.Expr
			}
			f.checkConfig(schemas[s.Plugin], s.Config, b, own)
		}
	}
	for _, m := range l.gateway.Models {
		if m.Router == nil || l.facts.plugins[m.Router].info == nil {
			continue
		}
		used[m.Router] = true
		f := l.facts.plugins[m.Router]
		if b := l.facts.targets[m]; m.Router.Kind == "router" && !slices.Contains(f.info.Hooks, "on_route") {
			b.report(Diagnostic{
				Summary: "not a router",
				Detail:  fmt.Sprintf("plugin.%s has no hook on_route; it has %s.", m.Router.Ref(), list(f.info.Hooks, "and")),
				Hint:    "Name a plugin that chooses among targets.",
				Range:   b.at("router"),
			})
		}
		f.nameable = l.namedInRouter(m.Router)
		f.checkConfig(schemas[m.Router], m.Router.Config, f.block, nil)
	}
	for _, p := range l.gateway.Plugins {
		if f := l.facts.plugins[p]; !used[p] && f.info != nil {
			f.nameable = nameable{}
			f.checkConfig(schemas[p], p.Config, f.block, nil)
		}
	}
}

// noNetwork keeps schemas from referring to anything outside of themselves.
type noNetwork struct{}

func (noNetwork) Load(url string) (any, error) {
	return nil, fmt.Errorf("a plugin's schema can't refer to %s", url)
}

// schema compiles the manifest's schema. It is nil if there is none, or it is faulty.
func (f *pluginFacts) schema() *jsonschema.Schema {
	if len(f.info.ConfigSchema) == 0 {
		return nil
	}
	const name = "manifest.json"
	c := jsonschema.NewCompiler()
	c.UseLoader(noNetwork{})
	c.RegisterVocabulary(names(&f.nameable))
	c.AssertVocabs()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(f.info.ConfigSchema))
	if err == nil {
		err = c.AddResource(name, doc)
	}
	var s *jsonschema.Schema
	if err == nil {
		s, err = c.Compile(name)
	}
	if err != nil {
		f.faultySchema(err.Error())
		return nil
	}
	return s
}

func (f *pluginFacts) faultySchema(why string) {
	f.block.report(Diagnostic{
		Summary: "plugin with a faulty schema",
		Detail:  "The schema in the plugin's manifest can't be used: " + why + ".",
		Hint:    "Tell the plugin's author.",
		Range:   f.block.header(),
	})
}

// checkConfig validates a configuration. Faults are shown in own, the stage's expression, if they are
// there, and else in the plugin's, once for all stages.
func (f *pluginFacts) checkConfig(s *jsonschema.Schema, config []byte, b *block, own hclsyntax.Expression) {
	if s == nil {
		return
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(config))
	if err != nil {
		return // it was written by us
	}
	if schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(f.info.ConfigSchema)); err == nil {
		if why := tooMuch(schema, depthOf(doc)); why != "" {
			f.faultySchema(why)
			return
		}
	}
	var invalid *jsonschema.ValidationError
	if err := s.Validate(doc); !errors.As(err, &invalid) {
		return
	}
	for _, leaf := range leaves(invalid) {
		f.configFault(leaf, b, own)
	}
}

// leaves are the faults at the bottom of a tree of faults. Of alternatives only the whole is a fault: none fits.
func leaves(e *jsonschema.ValidationError) []*jsonschema.ValidationError {
	switch e.ErrorKind.(type) {
	case *kind.AnyOf, *kind.OneOf, *kind.Not:
		return []*jsonschema.ValidationError{e}
	}
	if len(e.Causes) == 0 {
		return []*jsonschema.ValidationError{e}
	}
	var out []*jsonschema.ValidationError
	for _, c := range e.Causes {
		out = append(out, leaves(c)...)
	}
	return out
}

func (f *pluginFacts) configFault(e *jsonschema.ValidationError, b *block, own hclsyntax.Expression) {
	path := e.InstanceLocation
	why, hint := faultText(e.ErrorKind)
	if format, ok := e.ErrorKind.(*kind.Format); ok {
		if fault, ok := format.Err.(*unnamed); ok {
			why, hint = fault.text, fault.hint
		}
	}
	if names := oneOfRequired(e); len(names) > 0 {
		why = "expected " + quoteList(names, "or")
	}
	if unknown, ok := e.ErrorKind.(*kind.AdditionalProperties); ok && len(unknown.Properties) > 0 {
		path = append(slices.Clone(path), unknown.Properties[0])
		hint = didYouMean(unknown.Properties[0], f.configNames(e.InstanceLocation))
	}
	if len(path) > 0 && hasMember(own, path[0]) {
		f.sayConfig(b, configAt(own, path), path, why, hint)
		return
	}
	if _, missing := e.ErrorKind.(*kind.Required); missing && len(path) == 0 && own != nil {
		f.sayConfig(b, at(own.Range()), path, why, hint)
		return
	}
	key := strings.Join(path, "/") + why
	if f.reported[key] {
		return
	}
	f.reported[key] = true
	if f.expr == nil {
		f.sayConfig(f.block, f.block.header(), path, why, hint)
		return
	}
	f.sayConfig(f.block, configAt(f.expr, path), path, why, hint)
}

func (f *pluginFacts) sayConfig(b *block, where Range, path []string, why, hint string) {
	name := "config"
	for _, p := range path {
		if strings.Trim(p, "0123456789") == "" && p != "" {
			name += "[" + p + "]"
		} else {
			name += "." + p
		}
	}
	b.report(Diagnostic{
		Summary: "configuration the plugin refuses",
		Detail:  fmt.Sprintf("plugin.%s on %s: %s.", f.block.labels[0]+"."+f.block.labels[1], name, why),
		Hint:    hint,
		Range:   where,
	})
}

// oneOfRequired are the members of which an object needs one; nil if alternatives demand something else.
func oneOfRequired(e *jsonschema.ValidationError) []string {
	if _, ok := e.ErrorKind.(*kind.AnyOf); !ok {
		return nil
	}
	var names []string
	for _, c := range e.Causes {
		r, ok := c.ErrorKind.(*kind.Required)
		if !ok || len(r.Missing) != 1 || len(c.InstanceLocation) != len(e.InstanceLocation) {
			return nil
		}
		names = append(names, r.Missing[0])
	}
	return names
}

// faultText says what a schema wants. Values aren't quoted: they may be secrets.
func faultText(k jsonschema.ErrorKind) (why, hint string) {
	switch k := k.(type) {
	case *kind.Type:
		want := make([]string, len(k.Want))
		for i, w := range k.Want {
			want[i] = jsonType(w)
		}
		return fmt.Sprintf("expected %s, got %s", list(want, "or"), jsonType(k.Got)), ""
	case *kind.Enum:
		return "expected one of " + jsonList(k.Want), ""
	case *kind.Const:
		return "expected " + jsonList([]any{k.Want}), ""
	case *kind.Required:
		return "missing " + quoteList(k.Missing, "and"), ""
	case *kind.AdditionalProperties:
		return "unknown " + quoteList(k.Properties, "and"), ""
	case *kind.Minimum:
		want, _ := k.Want.Float64()
		return fmt.Sprintf("expected at least %v", want), ""
	case *kind.Maximum:
		want, _ := k.Want.Float64()
		return fmt.Sprintf("expected at most %v", want), ""
	case *kind.ExclusiveMinimum:
		want, _ := k.Want.Float64()
		return fmt.Sprintf("expected more than %v", want), ""
	case *kind.ExclusiveMaximum:
		want, _ := k.Want.Float64()
		return fmt.Sprintf("expected less than %v", want), ""
	case *kind.MinLength:
		return fmt.Sprintf("expected at least %s, got %d", count(k.Want, "character"), k.Got), ""
	case *kind.MaxLength:
		return fmt.Sprintf("expected at most %s, got %d", count(k.Want, "character"), k.Got), ""
	case *kind.MinItems:
		return fmt.Sprintf("expected at least %s, got %d", count(k.Want, "element"), k.Got), ""
	case *kind.MaxItems:
		return fmt.Sprintf("expected at most %s, got %d", count(k.Want, "element"), k.Got), ""
	case *kind.UniqueItems:
		return "an element is there twice", ""
	case *kind.Pattern:
		return fmt.Sprintf("it doesn't match the pattern %q", k.Want), ""
	case *kind.Format:
		return fmt.Sprintf("it isn't of the form %q", k.Want), ""
	}
	return fmt.Sprintf("it breaks the rule %q of the plugin's schema", strings.Join(k.KeywordPath(), "/")), ""
}

// count is a number of things.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// jsonType names a type of JSON in the words of HCL.
func jsonType(name string) string {
	if n, ok := map[string]string{
		"array": "a list", "object": "an object", "string": "a string", "number": "a number",
		"integer": "a whole number", "boolean": "true or false",
	}[name]; ok {
		return n
	}
	return name
}

func jsonList(values []any) string {
	out := make([]string, 0, len(values))
	for _, v := range values {
		text, _ := json.Marshal(v)
		out = append(out, string(text))
	}
	return list(out, "or")
}

// configNames are the members that the schema names at a place, for suggestions.
func (f *pluginFacts) configNames(path []string) []string {
	var doc map[string]any
	if json.Unmarshal(f.info.ConfigSchema, &doc) != nil {
		return nil
	}
	for _, p := range path {
		next, _ := doc["properties"].(map[string]any)
		if doc, _ = next[p].(map[string]any); doc == nil {
			return nil
		}
	}
	properties, _ := doc["properties"].(map[string]any)
	var names []string
	for n := range properties {
		names = append(names, n)
	}
	return names
}

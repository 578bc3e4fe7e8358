package hcl

import (
	"slices"
	"strings"

	"github.com/yett-gateway/yett/engine/spec"
)

// discovery is a provider that is found by a key in the environment.
type discovery struct {
	typ       spec.ProviderType
	name      string
	variables []string // the first that is set wins
	baseURL   string   // "" is the type's own
}

// discoveries are the providers that Default looks for, in order.
var discoveries = []discovery{
	{spec.OpenAI, "openai", []string{"OPENAI_API_KEY"}, ""},
	{spec.Anthropic, "anthropic", []string{"ANTHROPIC_API_KEY"}, ""},
	{spec.Gemini, "gemini", []string{"GEMINI_API_KEY", "GOOGLE_API_KEY"}, ""},
	{spec.OpenAICompatible, "groq", []string{"GROQ_API_KEY"}, "https://api.groq.com/openai/v1"},
	{spec.OpenAICompatible, "mistral", []string{"MISTRAL_API_KEY"}, "https://api.mistral.ai/v1"},
	{spec.OpenAICompatible, "deepseek", []string{"DEEPSEEK_API_KEY"}, "https://api.deepseek.com/v1"},
	{spec.OpenAICompatible, "xai", []string{"XAI_API_KEY"}, "https://api.x.ai/v1"},
	{spec.OpenAICompatible, "openrouter", []string{"OPENROUTER_API_KEY"}, "https://openrouter.ai/api/v1"},
	{spec.OpenAICompatible, "together", []string{"TOGETHER_API_KEY"}, "https://api.together.xyz/v1"},
	{spec.OpenAICompatible, "fireworks", []string{"FIREWORKS_API_KEY"}, "https://api.fireworks.ai/inference/v1"},
	{spec.OpenAICompatible, "cerebras", []string{"CEREBRAS_API_KEY"}, "https://api.cerebras.ai/v1"},
	{spec.OpenAICompatible, "perplexity", []string{"PERPLEXITY_API_KEY"}, "https://api.perplexity.ai"},
	{spec.OpenAICompatible, "nvidia", []string{"NVIDIA_API_KEY"}, "https://integrate.api.nvidia.com/v1"},
}

// families are the model names by which a type's first provider is known without a prefix.
var families = map[spec.ProviderType][]string{
	spec.OpenAI: {
		"gpt-*", "chatgpt-*", "codex-*", "o1", "o1-*", "o3", "o3-*", "o4-*", "text-embedding-*",
	},
	spec.Anthropic: {"claude-*"},
	spec.Gemini:    {"gemini-*", "gemma-*"},
}

// Default is the gateway without any file: what `yett serve` runs. It listens on loopback, has every
// provider whose key is in the environment (api keys by their usual names, see discoveries) and the mock
// provider, serves `<provider>/<model>` and the usual names of the big families, and opens every
// provider's own API below its name.
//
// env looks up one variable; keys of second accounts, which it can't guess, are found by DefaultEnviron.
func Default(env func(string) (string, bool)) *spec.Gateway {
	return defaultGateway(env, nil)
}

// DefaultEnviron is Default with the environment as os.Environ gives it. It finds second accounts too:
// OPENAI_EAST_API_KEY makes the provider "openai-east" of type openai, whose models are asked for as
// "openai-east/gpt-4o".
func DefaultEnviron(environ []string) *spec.Gateway {
	values := make(map[string]string, len(environ))
	names := make([]string, 0, len(environ))
	for _, e := range environ {
		if name, value, ok := strings.Cut(e, "="); ok {
			values[name] = value
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return defaultGateway(func(name string) (string, bool) { v, ok := values[name]; return v, ok }, names)
}

func defaultGateway(env func(string) (string, bool), names []string) *spec.Gateway {
	g := &spec.Gateway{
		Listeners: []*spec.Listener{newListener("default")},
		Admin:     &spec.Admin{Address: spec.DefaultAdminAddress},
		Log:       defaultLog,
	}
	for _, d := range discoveries {
		g.Providers = append(g.Providers, d.find(env, names)...)
	}
	g.Providers = append(g.Providers, newProvider(spec.Mock, "mock"))
	g.Models = impliedModels(g.Providers)
	g.Routes = []*spec.Route{{Name: "default", Passthrough: g.Providers}}
	return g
}

// find returns the provider of the usual variable, then those of second accounts, by name.
func (d discovery) find(env func(string) (string, bool), names []string) []*spec.Provider {
	var out []*spec.Provider
	for _, v := range d.variables {
		if key, ok := env(v); ok && usable(key) {
			out = append(out, d.provider(d.name, key, v))
			break
		}
	}
	for _, name := range names {
		suffix, ok := d.instance(name)
		if key, _ := env(name); ok && usable(key) {
			p := d.provider(d.name+"-"+suffix, key, name)
			if !slices.ContainsFunc(out, func(o *spec.Provider) bool { return o.Name == p.Name }) {
				out = append(out, p)
			}
		}
	}
	return out
}

// instance is "east" for OPENAI_EAST_API_KEY.
func (d discovery) instance(name string) (string, bool) {
	for _, v := range d.variables {
		prefix := strings.TrimSuffix(v, "API_KEY")
		middle, ok := strings.CutPrefix(name, prefix)
		if !ok {
			continue
		}
		middle, ok = strings.CutSuffix(middle, "_API_KEY")
		if ok && middle != "" && strings.Trim(middle, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == "" {
			return strings.ToLower(strings.ReplaceAll(middle, "_", "-")), true
		}
	}
	return "", false
}

func (d discovery) provider(name, key, variable string) *spec.Provider {
	p := newProvider(d.typ, name)
	p.APIKey, p.KeySource, p.BaseURL = spec.NewSecret(key), variable, d.baseURL
	return p
}

// usable tells whether a value can be a key: empty ones and ones with white space are somebody's mistake.
func usable(key string) bool { return key != "" && sendable(key) }

// newProvider is a provider with nothing but defaults.
func newProvider(typ spec.ProviderType, name string) *spec.Provider {
	p := &spec.Provider{
		Type: typ, Name: name, Deadline: spec.DefaultDeadline, Retry: spec.DefaultRetry, Connections: defaultConnections,
	}
	if typ == spec.Mock {
		p.Mock = &spec.MockOptions{}
	}
	return p
}

// impliedModels are the models of a configuration that declares none: for each provider
// "<name>/<anything>", and for a type's first provider its usual names.
func impliedModels(providers []*spec.Provider) []*spec.Model {
	var out []*spec.Model
	first, taken := map[spec.ProviderType]bool{}, map[string]bool{}
	for _, p := range providers {
		name := p.Name
		if taken[name] {
			name = string(p.Type) + "." + p.Name
		}
		taken[name] = true
		prefix := name + "/"
		m := &spec.Model{
			Name:     prefix + "*",
			Aliases:  []string{prefix + "*"},
			Strategy: spec.Priority,
			Targets:  []spec.Target{{Provider: p, Model: "*", TrimPrefix: prefix, Weight: 1, MaxTokens: spec.DefaultMaxTokens, Pos: p.Pos}},
			Pos:      p.Pos,
		}
		if !first[p.Type] {
			first[p.Type] = true
			m.Aliases = append(m.Aliases, families[p.Type]...)
			if p.Type == spec.Mock {
				m.Name = "mock"
				m.Aliases = append(m.Aliases, "mock-*")
			}
		}
		out = append(out, m)
	}
	return out
}

package hcl

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/spec"
)

var update = flag.Bool("update", false, "write REFERENCE.md anew")

func noEnv(string) (string, bool) { return "", false }

func mustLoad(t *testing.T, text string, o Options) *spec.Gateway {
	t.Helper()
	if o.Env == nil {
		o.Env = noEnv
	}
	g, diags := loadText("gateway.hcl", []byte(text), o)
	require.Empty(t, diags, diags.Error())
	return g
}

// TestReference compares REFERENCE.md with the schemas; -update writes it.
func TestReference(t *testing.T) {
	want := Reference()
	if *update {
		require.NoError(t, os.WriteFile("REFERENCE.md", want, 0o644))
	}
	got, err := os.ReadFile("REFERENCE.md")
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got), "go test ./hcl -run TestReference -update writes it anew")
}

func TestLoadEverything(t *testing.T) {
	g := mustLoad(t, `
listener "public" {
  address    = ":8080"
  body_bytes = "1MiB"
  head_time  = "3s"
}
admin {}
log {
  level  = "debug"
  access = false
}
provider "openai" "main" {
  api_key  = env("K")
  base_url = "https://example.com/v1/"
  headers  = { x-a = "1" }
  deadline { total = "10s" }
  retry { max = 0 }
}
provider "mock" "m" {
  mock {
    latency = "20ms"
    chunks  = 7
  }
}
plugin "guard" "pii" {
  grant {
    kv     = ["a"]
    log    = true
    cache  = "8MiB"
    secret = { dlp = env("K") }
    http {
      allow   = ["POST https://DLP.internal:8443/v1/*", "* http://[::1]"]
      private = ["10.1.2.3/16", "::1"]
      calls   = 2
    }
    llm {
      models = [model.judge]
      tokens = "100k/h"
    }
  }
  limit { fuel = 9 }
  config = { action = "mask", entities = ["A"] }
}
plugin "router" "complexity" {}
pipeline "p" {
  stage "s" {
    use    = plugin.guard.pii
    when   = request.stream
    config = { action = "block" }
  }
}
model "smart" {
  aliases = ["gpt-*"]
  router  = plugin.router.complexity
  target {
    provider = provider.openai.main
    model    = "gpt-4o"
    weight   = 3
  }
  dynamic "target" {
    for_each = { a = 1, b = 2 }
    content {
      provider = provider.mock.m
      model    = target.key
      weight   = target.value
    }
  }
  dynamic "target" {
    for_each = [provider.mock.m]
    iterator = each
    content {
      provider = each.value
    }
  }
  fallback { to = [model.cheap] }
}
model "judge" {
  target { provider = provider.mock.m }
}
model "cheap" {
  target { provider = true ? provider.mock.m : provider.openai.main }
}
route "r" {
  match {
    path   = "/v1/*"
    method = "POST"
    host   = "AI.example.com"
    when   = consumer.team == "x"
  }
  pipeline    = pipeline.p
  models      = values(model)
  passthrough = [provider.mock.m]
  passthrough_unguarded = true
  anonymous   = true
  cache { partition = "route" }
}
consumer "c" {
  key    = env("K")
  team   = "x"
  tags   = { a = "b" }
  models = [for m in [model.cheap] : m]
  limit {
    requests   = "2/s"
    tokens     = "1k/min"
    concurrent = 4
  }
}
`, Options{Env: func(n string) (string, bool) { return "a-long-enough-secret", n == "K" }})

	require.Len(t, g.Listeners, 1)
	l := g.Listeners[0]
	assert.Equal(t, ":8080", l.Address)
	assert.Equal(t, 1<<20, l.BodyBytes)
	assert.Equal(t, spec.DefaultHeadBytes, l.HeadBytes)
	assert.Equal(t, 3*time.Second, l.HeadTime)
	assert.Equal(t, spec.Pos{File: "gateway.hcl", Line: 3, Column: 16}, l.Pos)
	assert.Equal(t, spec.DefaultAdminAddress, g.Admin.Address)
	assert.Equal(t, "debug", g.Log.Level)
	assert.False(t, g.Log.Access)

	p := g.Provider(spec.OpenAI, "main")
	require.NotNil(t, p)
	assert.Equal(t, "a-long-enough-secret", p.APIKey.Reveal())
	assert.Equal(t, "K", p.KeySource)
	assert.Equal(t, "https://example.com/v1", p.BaseURL)
	assert.Equal(t, []spec.Header{{Name: "x-a", Value: "1"}}, p.Headers)
	assert.Equal(t, spec.Deadline{
		Connect: 5 * time.Second, FirstToken: 10 * time.Second, Idle: time.Minute, Total: 10 * time.Second,
	}, p.Deadline)
	assert.Zero(t, p.Retry.Max)
	assert.Equal(t, 1024, p.Connections)
	assert.Nil(t, p.Mock)
	mock := g.Provider(spec.Mock, "m")
	assert.Equal(t, &spec.MockOptions{Latency: 20 * time.Millisecond, Chunks: 7}, mock.Mock)

	pii := g.Plugins[0]
	assert.Equal(t, "builtin", pii.Source)
	assert.Equal(t, "deny", pii.OnError)
	assert.Equal(t, "pool", pii.Isolate)
	assert.Equal(t, []string{"a"}, pii.Grant.KV)
	assert.True(t, pii.Grant.Log)
	assert.Equal(t, []spec.HTTPRule{
		{Method: "POST", Scheme: "https", Host: "dlp.internal", Port: 8443, Path: "/v1/*", Pos: pii.Grant.HTTP.Allow[0].Pos},
		{Method: "*", Scheme: "http", Host: "::1", Port: 80, Path: "/*", Pos: pii.Grant.HTTP.Allow[1].Pos},
	}, pii.Grant.HTTP.Allow)
	assert.Equal(t, []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("::1/128")}, pii.Grant.HTTP.Private)
	assert.Equal(t, spec.DefaultHTTPTimeout, pii.Grant.HTTP.Timeout)
	assert.Equal(t, 2, pii.Grant.HTTP.Calls)
	assert.Equal(t, 8<<20, pii.Grant.CacheBytes)
	assert.Equal(t, "a-long-enough-secret", pii.Grant.Secrets["dlp"].Reveal())
	assert.Equal(t, []*spec.Model{g.Model("judge")}, pii.Grant.LLM.Models)
	assert.Equal(t, int64(100_000), pii.Grant.LLM.Tokens.Count)
	assert.Equal(t, spec.DefaultLLMMaxTokens, pii.Grant.LLM.MaxTokens)
	assert.Equal(t, int64(9), pii.Limit.Fuel)
	assert.Zero(t, pii.Limit.Memory, "the manifest's or the default")
	assert.JSONEq(t, `{"action": "mask", "entities": ["A"]}`, string(pii.Config))
	stage := g.Pipelines[0].Stages[0]
	assert.Same(t, pii, stage.Plugin)
	assert.JSONEq(t, `{"action": "block", "entities": ["A"]}`, string(stage.Config))
	assert.Equal(t, "request.stream", stage.When.Source())
	assert.Equal(t, "{}", string(g.Plugins[1].Config))

	smart := g.Model("smart")
	assert.Equal(t, spec.Router, smart.Strategy)
	assert.Same(t, g.Plugins[1], smart.Router)
	require.Len(t, smart.Targets, 4)
	assert.Same(t, mock, smart.Targets[3].Provider)
	assert.Equal(t, "gpt-4o", smart.Targets[0].Model)
	assert.Equal(t, 3, smart.Targets[0].Weight)
	assert.Equal(t, spec.DefaultMaxTokens, smart.Targets[0].MaxTokens)
	assert.Equal(t, "b", smart.Targets[2].Model)
	assert.Equal(t, 2, smart.Targets[2].Weight)
	assert.Equal(t, spec.DefaultFailures, smart.Fallback.On)
	assert.Equal(t, []*spec.Model{g.Model("cheap")}, smart.Fallback.To)
	assert.Same(t, mock, g.Model("cheap").Targets[0].Provider)

	r := g.Routes[0]
	assert.Equal(t, "/v1/*", r.Match.Path)
	assert.Equal(t, "POST", r.Match.Method)
	assert.Equal(t, "ai.example.com", r.Match.Host)
	assert.Equal(t, `consumer.team == "x"`, r.Match.When.Source())
	assert.ElementsMatch(t, g.Models, r.Models)
	assert.True(t, r.Anonymous)
	assert.Equal(t, spec.Cache{
		TTL: time.Hour, Partition: "route", Coalesce: true, MaxBytes: spec.DefaultCacheBytes,
		EntryBytes: spec.DefaultCacheEntryBytes, Pos: r.Cache.Pos,
	}, *r.Cache)

	c := g.Consumers[0]
	assert.Equal(t, [][32]byte{sha256.Sum256([]byte("a-long-enough-secret"))}, c.KeySHA256)
	assert.Equal(t, map[string]string{"a": "b"}, c.Tags)
	assert.Equal(t, []*spec.Model{g.Model("cheap")}, c.Models)
	assert.Equal(t, int64(2), c.Limit.Requests.Count)
	assert.Equal(t, int64(1000), c.Limit.Tokens.Count)
	assert.Equal(t, time.Minute, c.Limit.Tokens.Per)
	assert.Equal(t, 4, c.Limit.Concurrent)
	assert.Equal(t, []string{"gateway.hcl"}, g.Files)
}

// TestLoadImplied looks at what a configuration has without saying so.
func TestLoadImplied(t *testing.T) {
	g := mustLoad(t, `
provider "openai_compatible" "groq" { base_url = "https://x/v1" }
provider "openai_compatible" "local" { base_url = "http://127.0.0.1:1/v1" }
provider "mock" "mock" {}
`, Options{})
	require.Len(t, g.Listeners, 1)
	assert.Equal(t, spec.DefaultAddress, g.Listeners[0].Address)
	assert.Nil(t, g.Admin)
	require.Len(t, g.Routes, 1)
	assert.Empty(t, g.Routes[0].Models)
	assert.Empty(t, g.Routes[0].Passthrough)
	require.Len(t, g.Models, 3)
	assert.Equal(t, []string{"groq/*"}, g.Models[0].Aliases)
	assert.Equal(t, "local/", g.Models[1].Targets[0].TrimPrefix)
	assert.Equal(t, "mock", g.Models[2].Name)
}

func TestVariables(t *testing.T) {
	const text = `
variable "n" { type = number }
variable "s" { default = "def" }
variable "l" {
  type    = list(string)
  default = []
}
provider "mock" "m" { connections = var.n }
consumer "c" {
  key_sha256 = "` + "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" + `"
  team       = var.s
  tags       = { for x in var.l : x => x }
}
`
	env := func(n string) (string, bool) {
		v, ok := map[string]string{"YETT_VAR_n": "7", "YETT_VAR_s": "env"}[n]
		return v, ok
	}
	g := mustLoad(t, text, Options{Env: env})
	assert.Equal(t, 7, g.Providers[0].Connections)
	assert.Equal(t, "env", g.Consumers[0].Team)

	g = mustLoad(t, text, Options{Env: env, Variables: map[string]string{"n": "9", "s": "flag", "l": `["a", "b"]`}})
	assert.Equal(t, 9, g.Providers[0].Connections)
	assert.Equal(t, "flag", g.Consumers[0].Team)
	assert.Equal(t, map[string]string{"a": "a", "b": "b"}, g.Consumers[0].Tags)

	_, diags := loadText("x.hcl", []byte(text), Options{Env: env, Variables: map[string]string{"n": "many", "sx": "1", "l": "[["}})
	var got []string
	for _, d := range diags {
		got = append(got, fmt.Sprintf("%d %s", d.Range.Start.Line, d.Summary))
	}
	assert.Equal(t, []string{"0 unknown variable", "2 wrong value of variable", "4 wrong value of variable"}, got)
}

// TestSecretsDontPrint makes every function fail on a secret, and looks for it in all that is said.
func TestSecretsDontPrint(t *testing.T) {
	const secret = "sesame-open-sesame"
	for _, expr := range []string{
		`tonumber(env("K"))`, `tobool(env("K"))`, `jsondecode(env("K"))`, `{ a = 1 }[env("K")]`, `[1, 2][env("K")]`,
		`lookup({ a = 1 }, env("K"))`, `tonumber(file("secret.txt"))`, `local.o[env("K")]`, `format("%d", env("K"))`,
		`env(env("K"))`, `tolist([env("K"), {}])`, `env("K") + 1`, `!env("K")`, `env("K") ? 1 : 2`, `upper([env("K")])`,
		`var.given`, `tonumber(var.hidden)`, `try(tonumber(env("K")))`, `element([1], env("K"))`, `{ for x in [env("K"), env("K")] : x => 1 }`,
		`[for x in env("K") : x]`, `env("K")[0]`, `env("K").a`, `zipmap([env("K")], [])`, `merge(env("K"), {})`, `file(env("K"))`,
	} {
		folder := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(folder, "secret.txt"), []byte(secret+"\n"), 0o600))
		path := filepath.Join(folder, "gateway.hcl")
		require.NoError(t, os.WriteFile(path, fmt.Appendf(nil, `
			variable "given" { default = env("K") }
			variable "hidden" { sensitive = true }
			locals { o = { a = 1 } }
			provider "mock" "m" { connections = %s }
			log { level = %s }
			dynamic "log" {
				for_each = env("K")
				labels   = env("K")
				content {}
			}
			dynamic "log" {
				for_each = [1]
				labels   = env("K")
				content {}
			}
			listener "l" { address = tostring(%s) }
			route "r" { models = %s }
			plugin "guard" "pii" { config = %s }
			`, expr, expr, expr, expr, expr), 0o600))
		g, diags := Load(path, Options{Env: func(n string) (string, bool) { return secret, n == "K" || n == "YETT_VAR_hidden" }})
		require.NotEmpty(t, diags, expr)
		assert.NotContains(t, fmt.Sprintf("%v", diags), secret, expr)
		assert.NotNil(t, g)
	}
}

// TestLiteralSecretsAreStarred looks that a key written into the file isn't shown with its line.
func TestLiteralSecretsAreStarred(t *testing.T) {
	_, diags := loadText("x.hcl", []byte(`
		provider "openai" "a" { api_key = "literal-key-1", }
		provider "openai" "b" { api_key = true ? "literal-key-2" : 1 }
		provider "openai" "c" {
			api_key = ["literal-key-3"]
			headers = { x-key = "literal-key-4 `+"\\n"+`" }
		}
		consumer "d" { keys = ["literal-key-5", env("NOT_THERE")] }
		variable "e" {
			sensitive = true
			type      = number
			default   = "literal-key-6"
		}
	`), Options{Env: noEnv})
	require.GreaterOrEqual(t, len(diags), 5)
	assert.NotContains(t, fmt.Sprintf("%v", diags), "literal-key")
	assert.Contains(t, fmt.Sprintf("%v", diags), "NOT_THERE")
}

func TestFiles(t *testing.T) {
	write := func(t *testing.T, files map[string]string) string {
		folder := t.TempDir()
		for name, text := range files {
			require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
		}
		return folder
	}
	summaries := func(d Diagnostics) (out []string) {
		for _, d := range d {
			out = append(out, d.Range.String()+" "+d.Summary)
		}
		return out
	}
	t.Run("missing", func(t *testing.T) {
		g, diags := Load("/nowhere/gateway.hcl", Options{})
		require.NotNil(t, g)
		assert.Equal(t, []string{"/nowhere/gateway.hcl can't read configuration"}, summaries(diags))
	})
	t.Run("empty folder", func(t *testing.T) {
		folder := t.TempDir()
		_, diags := Load(folder, Options{})
		assert.Equal(t, []string{folder + " no configuration files"}, summaries(diags))
	})
	t.Run("folder", func(t *testing.T) {
		folder := write(t, map[string]string{
			"b.hcl": `provider "mock" "b" {}`, "a.hcl": `provider "mock" "a" {}`, "c.txt": "junk", ".hidden.hcl": "junk",
		})
		require.NoError(t, os.Symlink(filepath.Join(folder, "a.hcl"), filepath.Join(folder, "z.hcl")))
		require.NoError(t, os.Mkdir(filepath.Join(folder, "d.hcl"), 0o700))
		g, diags := Load(folder, Options{})
		assert.Equal(t, []string{filepath.Join(folder, "z.hcl") + ":1 duplicate provider"}, summaries(diags))
		require.Len(t, diags[0].Related, 1)
		assert.Equal(t, filepath.Join(folder, "a.hcl"), diags[0].Related[0].Range.File)
		require.Len(t, g.Files, 3)
		assert.Equal(t, "a", g.Providers[0].Name)
	})
	t.Run("one file of several is broken", func(t *testing.T) {
		folder := write(t, map[string]string{"a.hcl": `provider "mock" {`, "b.hcl": `log { level = "loud" }`})
		_, diags := Load(folder, Options{})
		assert.Equal(t, []string{
			filepath.Join(folder, "a.hcl") + ":1 missing label", filepath.Join(folder, "a.hcl") + ":1 unclosed configuration block",
			filepath.Join(folder, "b.hcl") + ":1 wrong value of level",
		}, summaries(diags))
	})
	t.Run("byte order mark and carriage returns", func(t *testing.T) {
		folder := write(t, map[string]string{"a.hcl": "\uFEFFprovider \"mock\" \"m\" {}\r\nlog {\r\n  level = 1\r\n}\r\n"})
		_, diags := Load(folder, Options{})
		require.Equal(t, []string{filepath.Join(folder, "a.hcl") + ":3 wrong value of level"}, summaries(diags))
		assert.Equal(t, []Line{{3, "  level = 1"}}, diags[0].Lines)
	})
	t.Run("not UTF-8", func(t *testing.T) {
		folder := write(t, map[string]string{"a.hcl": "log {}\n# \xff\n"})
		_, diags := Load(folder, Options{})
		require.Equal(t, []string{filepath.Join(folder, "a.hcl") + ":2 not UTF-8"}, summaries(diags))
		assert.Equal(t, Position{2, 3, 9}, diags[0].Range.Start)
	})
	t.Run("large", func(t *testing.T) {
		folder := write(t, map[string]string{"a.hcl": strings.Repeat("#\n", MaxFileBytes/2+1)})
		_, diags := Load(folder, Options{})
		assert.Equal(t, []string{filepath.Join(folder, "a.hcl") + " can't read configuration"}, summaries(diags))
	})
	t.Run("many", func(t *testing.T) {
		files := map[string]string{}
		for i := range MaxFiles + 1 {
			files[fmt.Sprintf("%d.hcl", i)] = ""
		}
		folder := write(t, files)
		_, diags := Load(folder, Options{})
		assert.Equal(t, []string{folder + " too many configuration files"}, summaries(diags))
	})
	t.Run("references", func(t *testing.T) {
		folder := write(t, map[string]string{
			"a.hcl": `
				locals { x = file("x.txt") }
				provider "mock" "m" {}
				plugin "guard" "y" {
					source = "y.wasm"
					sha256 = "` + fmt.Sprintf("%X", sha256.Sum256([]byte("wasm"))) + `"
					config = { x = local.x }
				}`,
			"x.txt": "text", "y.wasm": "wasm",
		})
		g, diags := Load(folder, Options{})
		require.Empty(t, diags, diags.Error())
		assert.Equal(t, []string{filepath.Join(folder, "x.txt"), filepath.Join(folder, "y.wasm")}, g.References)
		assert.Equal(t, filepath.Join(folder, "y.wasm"), g.Plugins[0].Source)
		assert.JSONEq(t, `{"x": "text"}`, string(g.Plugins[0].Config))
	})
}

// TestPluginsAreReadOnce looks that manifests of faulty blocks aren't asked for.
func TestPluginsAreReadOnce(t *testing.T) {
	asked := map[string]int{}
	o := Options{Env: noEnv, Plugins: func(p *spec.Plugin) (*PluginInfo, error) {
		asked[p.Ref()]++
		if p.Name == "bad" {
			return nil, errors.New("no such plugin")
		}
		return &PluginInfo{Hooks: []string{"on_request"}, ConfigSchema: []byte(`{"type": "objekt"}`), Pure: true}, nil
	}}
	_, diags := loadText("x.hcl", []byte(`
		provider "mock" "m" {}
		plugin "guard" "good" {}
		plugin "guard" "bad" {}
		plugin "guard" "faulty" { on_error = 1 }
	`), o)
	assert.Equal(t, map[string]int{"guard.good": 1, "guard.bad": 1}, asked)
	var got []string
	for _, d := range diags {
		got = append(got, d.Summary)
	}
	assert.Equal(t, []string{"plugin with a faulty schema", "can't use plugin", "wrong value of on_error"}, got)
}

// TestStreamsThatWait looks which stages a pipeline is said to hold streams back for.
func TestStreamsThatWait(t *testing.T) {
	infos := map[string]PluginInfo{
		"guard.sees":   {Hooks: []string{"on_request", "on_delta"}, Stream: "observe"},
		"guard.masks":  {Hooks: []string{"on_delta"}, Stream: "transform", Hold: 64},
		"guard.whole":  {Hooks: []string{"on_delta"}, Stream: "buffer", Hold: 64},
		"guard.asked":  {Hooks: []string{"on_delta", "on_tool_call"}, Stream: "buffer", Hold: 64, Asks: true},
		"guard.silent": {Hooks: []string{"on_request"}, Asks: true},
	}
	text := "provider \"mock\" \"m\" {}\npipeline \"all\" {\n"
	plugins := ""
	for _, name := range []string{"sees", "masks", "whole", "asked", "silent"} {
		plugins += "plugin \"guard\" \"" + name + "\" { on_error = \"deny\" }\n"
		text += "stage \"" + name + "\" { use = plugin.guard." + name + " }\n"
	}
	g, diags := loadText("x.hcl", []byte(plugins+text+"}\nroute \"all\" { pipeline = pipeline.all }\n"), Options{Env: noEnv, Plugins: func(p *spec.Plugin) (*PluginInfo, error) {
		i := infos[p.Ref()]
		return &i, nil
	}})
	require.False(t, diags.HasErrors(), diags.Error())
	names := func(list []*spec.Stage) (out []string) {
		for _, s := range list {
			out = append(out, s.Name)
		}
		return out
	}
	d := g.Pipelines[0].Delay
	assert.Equal(t, 64, d.Bytes)
	assert.Equal(t, []string{"whole"}, names(d.Whole))
	assert.Equal(t, []string{"asked"}, names(d.Asked))
	assert.Equal(t, []string{"asked"}, names(d.Calls))
}

func FuzzLoad(f *testing.F) {
	for _, glob := range []string{"examples/*.hcl", "examples/folder/*.hcl", "testdata/errors/*.hcl"} {
		files, err := filepath.Glob(glob)
		require.NoError(f, err)
		for _, path := range files {
			text, err := os.ReadFile(path)
			require.NoError(f, err)
			if len(text) <= 4<<10 {
				f.Add(text)
			}
		}
	}
	const secret = "canary-in-the-environment"
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 4<<10 {
			return
		}
		began := time.Now()
		g, diags := loadText("fuzz.hcl", text, Options{
			Env: func(n string) (string, bool) { return secret, !strings.HasPrefix(n, VariablePrefix) },
			Plugins: func(*spec.Plugin) (*PluginInfo, error) {
				return &PluginInfo{Hooks: []string{"on_request", "on_route"}, Wants: []string{"kv"}}, nil
			},
		})
		if took := time.Since(began); took > 10*time.Second {
			t.Fatalf("took %s", took)
		}
		if g == nil {
			t.Fatal("no gateway")
		}
		if strings.Contains(fmt.Sprint(diags), secret) {
			t.Fatalf("the secret is shown: %v", diags)
		}
		facts := newSample()
		for _, r := range g.Routes {
			if r.Match.When != nil {
				r.Match.When.True(facts)
			}
		}
		if formatted, diags := Format(text, "fuzz.hcl"); !diags.HasErrors() {
			again, _ := Format(formatted, "fuzz.hcl")
			if !bytes.Equal(formatted, again) {
				t.Logf("formatting twice differs")
			}
		}
	})
}

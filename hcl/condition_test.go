package hcl

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/spec"
)

// sampleFacts are the facts of one request. They count how often each is asked.
type sampleFacts struct {
	texts   map[spec.Fact][]byte
	numbers map[spec.Fact]int64
	headers map[string][]byte
	tags    map[string]string
	asked   int
}

func (f *sampleFacts) Fact(n spec.Fact) []byte   { f.asked++; return f.texts[n] }
func (f *sampleFacts) Header(name string) []byte { f.asked++; return f.headers[name] }
func (f *sampleFacts) Tag(name string) string    { f.asked++; return f.tags[name] }
func (f *sampleFacts) Number(n spec.Fact) int64  { f.asked++; return f.numbers[n] }

func newSample() *sampleFacts {
	return &sampleFacts{
		texts: map[spec.Fact][]byte{
			spec.FactMethod: []byte("POST"), spec.FactPath: []byte("/v1/chat/completions"),
			spec.FactModel: []byte("gpt-4o-mini"), spec.FactDialect: []byte("openai.chat"),
			spec.FactClientIP: []byte("10.1.2.3"), spec.FactConsumer: []byte("acme"), spec.FactTeam: []byte("research"),
			spec.FactRoute: []byte("chat"),
		},
		numbers: map[spec.Fact]int64{spec.FactStream: 1, spec.FactBodyBytes: 2048},
		headers: map[string][]byte{"x-env": []byte("staging"), "x-team": []byte("research"), "x-empty": {}},
		tags:    map[string]string{"env": "prod"},
	}
}

// compileWhen compiles a condition in a stage.
func compileWhen(t testing.TB, when string) (spec.Predicate, Diagnostics) {
	t.Helper()
	g, diags := loadText("when.hcl", fmt.Appendf(nil, `
		provider "mock" "m" {}
		variable "team" { default = "research" }
		locals {
			teams  = ["research", "support"]
			header = "X-Env"
		}
		plugin "guard" "pii" {}
		pipeline "p" {
			stage "s" {
				use  = plugin.guard.pii
				when = %s
			}
		}`, when), Options{Env: func(name string) (string, bool) { return "hidden-value", name == "SECRET" }})
	if diags.HasErrors() || len(g.Pipelines) == 0 {
		return nil, diags
	}
	return g.Pipelines[0].Stages[0].When, diags
}

var conditionTests = []struct {
	when   string
	want   bool
	source string
}{
	{`request.method == "POST"`, true, `request.method == "POST"`},
	{`request.method != "POST"`, false, `!(request.method == "POST")`},
	{`"POST" == request.method`, true, `"POST" == request.method`},
	{`!(request.method == "GET")`, true, `!(request.method == "GET")`},
	{`!!(request.method == "GET")`, false, `request.method == "GET"`},
	{`request.stream`, true, `request.stream`},
	{`!request.stream`, false, `!(request.stream)`},
	{`request.stream == true`, true, `request.stream`},
	{`request.stream == false`, false, `!(request.stream)`},
	{`request.stream != false`, true, `request.stream`},
	{`request.body_bytes > 2047`, true, `request.body_bytes > 2047`},
	{`request.body_bytes > 2 * 1024`, false, `request.body_bytes > 2048`},
	{`request.body_bytes >= 2048`, true, `request.body_bytes >= 2048`},
	{`request.body_bytes < 2048`, false, `request.body_bytes < 2048`},
	{`2048 <= request.body_bytes`, true, `2048 <= request.body_bytes`},
	{`request.body_bytes == 2048`, true, `request.body_bytes == 2048`},
	{`request.body_bytes != 2048`, false, `!(request.body_bytes == 2048)`},
	{`request.header["x-env"] == "staging"`, true, `request.header["x-env"] == "staging"`},
	{`request.header["X-Env"] == "staging"`, true, `request.header["x-env"] == "staging"`},
	{`request.header.x-env == "staging"`, true, `request.header["x-env"] == "staging"`},
	{`request.header[local.header] == "staging"`, true, `request.header["x-env"] == "staging"`},
	{`request.header["x-none"] == null`, true, `request.header["x-none"] == null`},
	{`request.header["x-none"] == ""`, true, `request.header["x-none"] == ""`},
	{`request.header["x-env"] != null`, true, `!(request.header["x-env"] == null)`},
	{`request.header["x-empty"] == null`, false, `request.header["x-empty"] == null`},
	{`null == consumer.tag["none"]`, true, `consumer.tag["none"] == null`},
	{`consumer.tag["env"] == "prod"`, true, `consumer.tag["env"] == "prod"`},
	{`consumer.tag.env == "test"`, false, `consumer.tag["env"] == "test"`},
	{`consumer.team == request.header["x-team"]`, true, `consumer.team == request.header["x-team"]`},
	{`consumer.team == var.team`, true, `consumer.team == "research"`},
	{`contains(local.teams, consumer.team)`, true, `contains(["research", "support"], consumer.team)`},
	{`contains([], consumer.team) || request.stream`, true, `request.stream`},
	{`!contains(concat(local.teams, ["a"]), consumer.name)`, true, `!(contains(["a", "research", "support"], consumer.name))`},
	{`contains(request.path, "chat")`, true, `contains(request.path, "chat")`},
	{`startswith(request.model, "gpt-")`, true, `startswith(request.model, "gpt-")`},
	{`endswith(request.model, upper("mini"))`, false, `endswith(request.model, "MINI")`},
	{`glob(request.model, "gpt-*-mini")`, true, `glob(request.model, "gpt-*-mini")`},
	{`glob(request.model, "gpt-*-max")`, false, `glob(request.model, "gpt-*-max")`},
	{`matches(request.model, "(?i)^GPT-[0-9]o")`, true, `matches(request.model, "(?i)^GPT-[0-9]o")`},
	{`route.name == "chat" && consumer.name == "acme"`, true, `(route.name == "chat" && consumer.name == "acme")`},
	{`route.name == "x" || consumer.name == "acme"`, true, `(route.name == "x" || consumer.name == "acme")`},
	{`(request.stream == (consumer.name == "acme"))`, true, `(request.stream == consumer.name == "acme")`},
	{`true && request.stream`, true, `request.stream`},
	{`"${consumer.team}" == "research"`, true, `consumer.team == "research"`},
	{`startswith(request.client_ip, "10.") && request.dialect == "openai.chat"`, true, `(startswith(request.client_ip, "10.") && request.dialect == "openai.chat")`},
}

func TestConditions(t *testing.T) {
	for _, tt := range conditionTests {
		t.Run(tt.when, func(t *testing.T) {
			p, diags := compileWhen(t, tt.when)
			require.Empty(t, diags, diags.Error())
			require.NotNil(t, p)
			assert.Equal(t, tt.want, p.True(newSample()))
			assert.Equal(t, tt.source, p.Source())
		})
	}
}

// TestConditionsShortCircuit counts the facts that a condition asks for.
func TestConditionsShortCircuit(t *testing.T) {
	for _, tt := range []struct {
		when  string
		asked int
	}{
		{`request.method == "GET" && request.model == "x"`, 1},
		{`request.method == "POST" && request.model == "x"`, 2},
		{`request.method == "POST" || request.model == "x"`, 1},
		{`request.method == "GET" || request.model == "x"`, 2},
		{`false && request.method == "GET"`, 0},
	} {
		p, _ := compileWhen(t, tt.when)
		require.NotNil(t, p, tt.when)
		f := newSample()
		p.True(f)
		assert.Equal(t, tt.asked, f.asked, tt.when)
	}
}

func TestConditionsDontAllocate(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	f := newSample()
	for _, tt := range conditionTests {
		p, _ := compileWhen(t, tt.when)
		require.NotNil(t, p, tt.when)
		assert.Zero(t, testing.AllocsPerRun(100, func() { p.True(f) }), tt.when)
	}
}

// TestConditionsTellSecretsApart looks that a condition's source has no secret, and yet differs by it.
func TestConditionsTellSecretsApart(t *testing.T) {
	p, diags := compileWhen(t, `request.header["x-token"] == env("SECRET")`)
	require.Empty(t, diags)
	assert.NotContains(t, p.Source(), "hidden-value")
	assert.Regexp(t, `^request\.header\["x-token"\] == \(secret [0-9a-f]{8}\)$`, p.Source())
}

func BenchmarkCondition(b *testing.B) {
	p, _ := compileWhen(b, `startswith(request.model, "gpt-") && (contains(local.teams, consumer.team) || request.header["x-env"] == "test")`)
	require.NotNil(b, p)
	f := newSample()
	b.ReportAllocs()
	for b.Loop() {
		p.True(f)
	}
}

package hcl

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/spec"
)

// TestDiagnosticsAreBounded loads a file of nothing but mistakes.
func TestDiagnosticsAreBounded(t *testing.T) {
	var w bytes.Buffer
	for i := range 5000 {
		fmt.Fprintf(&w, "nonsense%d {}\n", i)
	}
	_, diags := loadText("x.hcl", w.Bytes(), Options{Env: noEnv})
	require.Len(t, diags, maxDiagnostics+1)
	assert.Equal(t, "too many diagnostics", diags[maxDiagnostics].Summary)
}

// TestDeepNesting loads what would run a recursive parser out of its stack.
func TestDeepNesting(t *testing.T) {
	const n = 1 << 17
	for name, text := range map[string]string{
		"brackets":       "locals {\n a = " + strings.Repeat("[", n),
		"parentheses":    "locals {\n a = " + strings.Repeat("(", n),
		"blocks":         strings.Repeat("a {\n", n),
		"not":            "locals {\n a = " + strings.Repeat("!", n) + "true\n}",
		"minus":          "locals {\n a = " + strings.Repeat("-", n) + "1\n}",
		"plus":           "locals {\n a = 1" + strings.Repeat("+1", n) + "\n}",
		"plus in for":    "locals {\n a = { for x in [] : x => 1" + strings.Repeat("+\n1", n) + " }\n}",
		"plus, comments": "locals {\n a = 1" + strings.Repeat("/* */+1", n/4) + "\n}",
		"choice":         "locals {\n a = " + strings.Repeat("true ? 1 : ", n/4) + "1\n}",
		"dots":           "locals {\n a = a" + strings.Repeat(".a", n) + "\n}",
		"indices":        "locals {\n a = a" + strings.Repeat("[0]", n) + "\n}",
		"splats":         "locals {\n a = a" + strings.Repeat("[*]", n) + "\n}",
		"templates":      "locals {\n a = " + strings.Repeat(`"${`, n),
		"template ifs":   "locals {\n a = \"" + strings.Repeat(`%{ if true }`, n/8) + "\"\n}",
		"heredoc ifs":    "locals {\n a = <<X\n" + strings.Repeat("%{ if true }\n", n/8) + "X\n}",
		"calls":          "locals {\n a = " + strings.Repeat("a(", n),
		"objects":        "locals {\n a = " + strings.Repeat("{a=", n),
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			_, diags := loadText("x.hcl", []byte(text), Options{Env: noEnv})
			assert.True(t, diags.HasErrors())
			assert.Less(t, time.Since(began), 20*time.Second)
		})
	}
}

// TestEffort evaluates what would take hours or gigabytes.
func TestEffort(t *testing.T) {
	for name, text := range map[string]string{
		"nested try":     `a = ` + strings.Repeat("try(", 60) + `1 + "x"` + strings.Repeat(")", 60),
		"product":        `a = 1e300` + strings.Repeat("\nb = 1", 0) + "\n" + doubling("b", "a", 40, "%s * %s"),
		"list of lists":  "a = [1]\n" + doubling("b", "a", 40, "[%s, %s]"),
		"concat":         "a = [1]\n" + doubling("b", "a", 40, "concat(%s, %s)"),
		"merge":          "a = \"x\"\n" + doubling("b", "a", 40, "\"%[1]s-${%[1]s}${%[2]s}\""),
		"jsonencode":     "a = \"\\\"\"\n" + doubling("b", "a", 40, "jsonencode([%s, %s])"),
		"replace":        `a = replace(replace(replace("` + strings.Repeat("a", 500) + `", "a", "` + strings.Repeat("a", 500) + `"), "a", "` + strings.Repeat("a", 500) + `"), "a", "bb")`,
		"splat":          "l = [for x in split(\",\", \"" + strings.Repeat(",", 1000) + "\") : [1, 2]]\na = local.l[*][length(jsonencode([for y in local.l : local.l])) - 4]",
		"loop of loops":  "l = split(\",\", \"" + strings.Repeat(",", 1000) + "\")\na = [for a in local.l : [for b in local.l : [for c in local.l : 1]]]",
		"template loops": "l = split(\",\", \"" + strings.Repeat(",", 1000) + "\")\na = \"%{ for a in local.l }%{ for b in local.l }%{ for c in local.l }x%{ endfor }%{ endfor }%{ endfor }\"",
		"huge exponent":  `a = "${1e99999999}"`,
		"tonumber":       `a = tostring(tonumber("1e99999999"))`,
		"jsondecode":     `a = jsonencode(jsondecode("1e99999999"))`,
		"index":          `a = [1, 2][1e999999999]`,
		"modulo":         `a = 1e999999999 % 7`,
		"key":            `a = { (1e99999999) = 1 }`,
		"substr":         `a = substr("abc", 1e999999999, 2)`,
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			_, diags := loadText("x.hcl", []byte("provider \"mock\" \"m\" {}\nlocals {\n"+text+"\n}\n"), Options{Env: noEnv})
			assert.True(t, diags.HasErrors())
			assert.Less(t, time.Since(began), 20*time.Second)
		})
	}
}

// doubling is n locals, each made of the one before twice.
func doubling(name, first string, n int, format string) string {
	var w strings.Builder
	before := "local." + first
	for i := range n {
		fmt.Fprintf(&w, "%s%d = "+format+"\n", name, i, before, before)
		before = fmt.Sprintf("local.%s%d", name, i)
	}
	return w.String()
}

// TestLargeConfigurations looks that bounds are far from what people write, and that time grows in proportion.
func TestLargeConfigurations(t *testing.T) {
	const n = 2000
	var w bytes.Buffer
	w.WriteString("provider \"mock\" \"m\" {}\nlocals {\n  teams = {\n")
	for i := range n {
		fmt.Fprintf(&w, "    team%d = { name = \"team %d\", rate = \"%d/s\", tags = { a = \"b\", c = \"d\" } }\n", i, i, i+1)
	}
	w.WriteString("  }\n}\ndynamic \"consumer\" {\n  for_each = local.teams\n  labels = [consumer.key]\n  content {\n")
	w.WriteString("    key_sha256 = sha256(consumer.key)\n    team = lookup(local.teams, consumer.key).name\n    tags = local.teams[consumer.key].tags\n")
	w.WriteString("    limit { requests = consumer.value.rate }\n  }\n}\n")
	aliases := make([]string, n)
	for i := range n {
		aliases[i] = fmt.Sprintf("%q", fmt.Sprintf("alias-%d", i))
		fmt.Fprintf(&w, "route \"r%d\" {\n  match { path = \"/r%d/*\" }\n  models = [model.m]\n}\n", i, i)
	}
	fmt.Fprintf(&w, "model \"m\" {\n  aliases = [%s]\n  target { provider = provider.mock.m }\n}\n", strings.Join(aliases, ", "))
	began := time.Now()
	g := mustLoad(t, w.String(), Options{})
	assert.Less(t, time.Since(began), 30*time.Second)
	assert.Len(t, g.Consumers, n)
	assert.Len(t, g.Routes, n)
	assert.Len(t, g.Models[0].Aliases, n)
	assert.Equal(t, "team 7", g.Consumers[slices.IndexFunc(g.Consumers, func(c *spec.Consumer) bool { return c.Name == "team7" })].Team)
}

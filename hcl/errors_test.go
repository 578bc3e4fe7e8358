package hcl_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/hcl"
	"github.com/yett-gateway/yett/hcl/render"
)

// errorEnv is the environment of testdata/errors.
func errorEnv(name string) (string, bool) {
	v, ok := map[string]string{
		"KEY_A": "a-key-that-is-long-enough", "KEY_B": "b-key-that-is-long-enough", "SHORT": "hunter2", "EMPTY": "",
	}[name]
	return v, ok
}

const piiSchema = `{
	"type": "object",
	"properties": {
		"entities": {"type": "array", "items": {"enum": ["EMAIL_ADDRESS", "CREDIT_CARD"]}},
		"action": {"enum": ["mask", "block", "hash"]},
		"restore": {"type": "boolean"}
	},
	"additionalProperties": false
}`

// wordsSchema has values that name targets and models.
const wordsSchema = `{
	"type": "object",
	"properties": {
		"rules": {"type": "array", "items": {"type": "object", "properties": {"model": {"$ref": "#/$defs/to"}}}},
		"default": {"$ref": "#/$defs/to"},
		"simple": {"type": ["string", "integer"], "x-names": "target"},
		"reroute": {"type": "string", "x-names": "model"}
	},
	"$defs": {"to": {"type": ["string", "integer"], "x-names": "target or model"}}
}`

// manifests are the plugins that testdata/errors uses.
var manifests = map[string]*hcl.PluginInfo{
	"guard.pii":          {Hooks: []string{"on_request", "on_response", "on_delta"}, ConfigSchema: []byte(piiSchema), Stream: "transform", Pure: true},
	"guard.memory":       {Hooks: []string{"on_request"}, Wants: []string{"kv"}, Reasons: map[string]string{"kv": "remembers who asked"}, Stream: "observe"},
	"guard.whole":        {Hooks: []string{"on_request", "on_response"}, Pure: true},
	"guard.deep":         {Hooks: []string{"on_delta"}, Stream: "transform", Hold: 64 << 10, Pure: true},
	"guard.blind":        {Hooks: []string{"on_request"}, Stream: "buffer", Pure: true},
	"transform.whole":    {Hooks: []string{"on_response"}, Pure: true},
	"guard.x":            {Hooks: []string{"on_request"}, Pure: true},
	"router.complexity":  {Hooks: []string{"on_route"}, Pure: true},
	"router.words":       {Hooks: []string{"on_request", "on_route"}, ConfigSchema: []byte(wordsSchema), Pure: true},
	"router.odd":         {Hooks: []string{"on_route"}, ConfigSchema: []byte(`{"x-names": "provider"}`), Pure: true},
	"router.idle":        {Hooks: []string{"on_request"}, Pure: true},
	"transform.choice":   {Hooks: []string{"on_request"}, ConfigSchema: []byte(`{"anyOf": [{"required": ["any"]}, {"required": ["all"]}]}`), Pure: true},
	"transform.template": {Hooks: []string{"on_request"}, ConfigSchema: []byte(`{"type": "object", "required": ["text"]}`), Pure: true},
}

func readManifest(p *spec.Plugin) (*hcl.PluginInfo, error) {
	if i := manifests[p.Ref()]; i != nil {
		return i, nil
	}
	return nil, errors.New("bad magic number")
}

var mark = regexp.MustCompile(`# (FILE )?(ERROR|WARNING): ([^#]*)`)

// marks are the diagnostics that a file says it has: "line severity summary", line 0 for the file as a whole.
func marks(text string) []string {
	var out []string
	for i, line := range strings.Split(text, "\n") {
		for _, m := range mark.FindAllStringSubmatch(line, -1) {
			n := i + 1
			if m[1] != "" {
				n = 0
			}
			out = append(out, fmt.Sprintf("%d %s %s", n, strings.ToLower(m[2]), strings.TrimSpace(m[3])))
		}
	}
	slices.Sort(out)
	return out
}

// TestErrors loads every broken file and compares what is found with what its comments say: each
// "# ERROR: summary" at its line, and nothing else.
func TestErrors(t *testing.T) {
	files, err := filepath.Glob("testdata/errors/*.hcl")
	require.NoError(t, err)
	require.Greater(t, len(files), 110)
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".hcl"), func(t *testing.T) {
			t.Parallel() // Load is safe for concurrent use
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			g, diags := hcl.Load(path, hcl.Options{Env: errorEnv, Plugins: readManifest})
			require.NotNil(t, g)

			var got []string
			for _, d := range diags {
				got = append(got, fmt.Sprintf("%d %s %s", d.Range.Start.Line, d.Severity, d.Summary))
				checkVoice(t, d)
			}
			slices.Sort(got)
			want := marks(string(text))
			require.NotEmpty(t, want, "the file marks nothing")
			assert.Equal(t, want, got, diags.Error())
			checkRendering(t, diags)
		})
	}
}

// checkVoice holds a diagnostic to the one voice: a summary without a capital and a full stop, sentences
// in the rest, and a place with its line.
func checkVoice(t *testing.T, d hcl.Diagnostic) {
	t.Helper()
	assert.NotEmpty(t, d.Summary)
	assert.Equal(t, strings.ToLower(d.Summary[:1]), d.Summary[:1], d.Summary)
	assert.NotRegexp(t, `[.!?]$`, d.Summary)
	assert.NotEmpty(t, d.Detail, d.Summary)
	assert.Regexp(t, `[.!?:"]$|\n$|\)$`, strings.TrimSpace(d.Detail))
	if d.Range.Known() {
		require.NotEmpty(t, d.Lines, d.Summary)
		assert.Equal(t, d.Range.Start.Line, d.Lines[0].Number)
	}
	for _, secret := range []string{"a-key-that-is", "b-key-that-is", "hunter2", "sk-abcdef", "0123456789abcdef"} {
		if d.Summary == "value too large" {
			continue // its text is made of such digits, and no secret
		}
		assert.NotContains(t, fmt.Sprint(d), secret)
	}
}

func checkRendering(t *testing.T, diags hcl.Diagnostics) {
	t.Helper()
	var plain, colored, machine bytes.Buffer
	require.NoError(t, render.Text(&plain, diags, false))
	require.NoError(t, render.Text(&colored, diags, true))
	require.NoError(t, render.JSON(&machine, diags))
	escapes := regexp.MustCompile("\x1b\\[[0-9;]*m")
	assert.Equal(t, plain.String(), escapes.ReplaceAllString(colored.String(), ""))
	var doc struct {
		FormatVersion int `json:"format_version"`
		Diagnostics   []struct{ Summary string }
	}
	require.NoError(t, json.Unmarshal(machine.Bytes(), &doc))
	assert.Equal(t, render.FormatVersion, doc.FormatVersion)
	require.Len(t, doc.Diagnostics, len(diags))
	for i, d := range diags {
		assert.Contains(t, plain.String(), d.Severity.String()+": "+d.Summary)
		assert.Equal(t, d.Summary, doc.Diagnostics[i].Summary)
	}
}

// What plugins say of themselves is told: the author's reason, and the members that alternatives want. What to do about two
// of one plugin is not what other names are told.
func TestPluginWords(t *testing.T) {
	for file, want := range map[string]string{
		"plugin_wants.hcl":              `without the capability "kv". Its author says why: "remembers who asked".`,
		"plugin_config_any.hcl":         `plugin.transform.choice on config: expected "any" or "all".`,
		"plugin_grant_http_missing.hcl": `An http block needs the attribute "allow"`,
		"duplicate_plugin.hcl":          "stages that use it may each have a config",
	} {
		_, diags := hcl.Load(filepath.Join("testdata/errors", file), hcl.Options{Env: errorEnv, Plugins: readManifest})
		require.Len(t, diags, 1, file)
		assert.Contains(t, diags[0].Detail+" "+diags[0].Hint, want, file)
	}
}

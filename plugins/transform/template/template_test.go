package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/sdktest"
)

const support = `{"templates": {
  "support": {
    "default": "2",
    "versions": {
      "1": {"system": "You help {{name}}."},
      "2": {
        "system": "You help {{name}} in a {{tone}} tone.{{#if orders}} They made {{orders}} orders.{{else}} They are new.{{/if}}{{#if vip}} Be quick.{{/if}}",
        "variables": {
          "name": {"required": true, "max": 20},
          "tone": {"type": "enum", "values": ["warm", "plain"], "default": "plain"},
          "orders": {"type": "integer", "min": 1, "max": 1000},
          "vip": {"type": "boolean", "default": false}
        }
      }
    }
  },
  "sum": {"versions": {"a": {"user": "Sum up in {{n}} words: {{text}}", "messages": "replace", "variables": {"text": {}, "n": {"type": "number", "default": 1.5e1, "max": 99.5}}}}}
}`

func withName(s string) string {
	return strings.Replace(s, `"1": {"system": "You help {{name}}."}`, `"1": {"system": "You help {{name}}.", "variables": {"name": {}}}`, 1)
}

// ask sends a request with these members and headers.
func send(t *testing.T, config string, params, headers map[string]string, messages ...sdktest.Message) (*sdktest.Conversation, sdktest.Result) {
	h := sdktest.New(t, &filler{}, config)
	c := sdktest.NewConversation(messages...)
	c.Params, c.Headers = params, headers
	return c, h.Request(c)
}

func texts(c *sdktest.Conversation) []string {
	var out []string
	for _, m := range c.Messages {
		out = append(out, m.Role+": "+m.Text())
	}
	return out
}

func TestFills(t *testing.T) {
	config := withName(support) + "}"
	prompt := func(s string) map[string]string { return map[string]string{"prompt": s, "seed": "7"} }
	for _, test := range []struct {
		name            string
		params, headers map[string]string
		want            []string
		tag             string
	}{
		{"nothing asked for", map[string]string{"seed": "7"}, nil, []string{"user: hi"}, ""},
		{"defaults", prompt(`{"id": "support", "variables": {"name": "Ann"}}`), nil, []string{"system: You help Ann in a plain tone. They are new.", "user: hi"}, "support@2"},
		{"all given", prompt(`{"id": "support", "version": "2", "variables": {"name": "Ann", "tone": "warm", "orders": 12, "vip": true}}`), nil, []string{"system: You help Ann in a warm tone. They made 12 orders. Be quick.", "user: hi"}, "support@2"},
		{"older version", prompt(`{"id": "support", "version": 1, "variables": {"name": "Ann"}}`), nil, []string{"system: You help Ann.", "user: hi"}, "support@1"},
		{"optional and not given", prompt(`{"id": "support@1"}`), nil, []string{"system: You help .", "user: hi"}, "support@1"},
		{"header", map[string]string{"prompt_variables": `{"name": "Bo"}`, "seed": "7"}, map[string]string{"x-yett-template": "support@1"}, []string{"system: You help Bo.", "user: hi"}, "support@1"},
		{"headers alone", map[string]string{"seed": "7"}, map[string]string{"x-yett-template": "support", "x-yett-variables": `{"name": "\u00c5sa"}`}, []string{"system: You help Åsa in a plain tone. They are new.", "user: hi"}, "support@2"},
		{"data isn't read again", prompt(`{"id": "support", "variables": {"name": "{{tone}}{{#if vip}}"}}`), nil, []string{"system: You help {{tone}}{{#if vip}} in a plain tone. They are new.", "user: hi"}, "support@2"},
		{"replaces", prompt(`{"id": "sum", "variables": {"text": "hello"}}`), nil, []string{"user: Sum up in 1.5e1 words: hello"}, "sum@a"},
		{"null", prompt(`{"id": "support", "version": null, "variables": {"name": ""}}`), nil, []string{"system: You help  in a plain tone. They are new.", "user: hi"}, "support@2"},
		{"a prompt that is a text", map[string]string{"prompt": `"Once"`, "seed": "7"}, nil, []string{"user: hi"}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, got := send(t, config, test.params, test.headers, sdktest.User("hi"))
			require.Empty(t, got.Reason)
			assert.Equal(t, test.want, texts(c))
			assert.Equal(t, "7", c.Params["seed"])
			if test.tag == "" {
				assert.Equal(t, abi.Continue, got.Action)
				return
			}
			assert.Equal(t, "template="+test.tag, got.Tag)
			assert.NotContains(t, c.Params, "prompt")
			assert.NotContains(t, c.Params, "prompt_variables")
		})
	}
	c, _ := send(t, config, prompt(`{"id": "sum", "variables": {"text": "x", "n": 3}}`), nil, sdktest.System("be nice"), sdktest.User("a"), sdktest.Assistant("b"))
	assert.Equal(t, []string{"system: be nice", "user: Sum up in 3 words: x"}, texts(c), "the system prompt stays")
}

func TestRefuses(t *testing.T) {
	config := withName(support) + "}"
	for _, test := range []struct {
		name, prompt string
		headers      map[string]string
		want         string
	}{
		{"missing", `{"id": "support"}`, nil, "prompt template support@2: variable name is missing"},
		{"unknown", `{"id": "support", "variables": {"nom": "x"}}`, nil, "prompt template support@2: there is no variable nom"},
		{"unknown, odd", `{"id": "support", "variables": {"a b": "x"}}`, nil, "prompt template support@2: there is no variable of that name"},
		{"ill-typed", `{"id": "support", "variables": {"name": 1}}`, nil, "prompt template support@2: variable name must be a text"},
		{"too long", `{"id": "support", "variables": {"name": "ééééééééééééééééééééé"}}`, nil, "prompt template support@2: variable name must be at most 20 characters"},
		{"no whole number", `{"id": "support", "variables": {"name": "a", "orders": 1.5}}`, nil, "prompt template support@2: variable orders must be a whole number"},
		{"too small", `{"id": "support", "variables": {"name": "a", "orders": 0}}`, nil, "prompt template support@2: variable orders must be at least 1"},
		{"too large", `{"id": "sum", "variables": {"n": 99.51}}`, nil, "prompt template sum@a: variable n must be at most 99.5"},
		{"out of range", `{"id": "sum", "variables": {"n": 1e999}}`, nil, "prompt template sum@a: variable n is out of range"},
		{"a text for a number", `{"id": "sum", "variables": {"n": "3"}}`, nil, "prompt template sum@a: variable n must be a number"},
		{"no boolean", `{"id": "support", "variables": {"name": "a", "vip": "yes"}}`, nil, "prompt template support@2: variable vip must be true or false"},
		{"not of the enum", `{"id": "support", "variables": {"name": "a", "tone": "loud"}}`, nil, "prompt template support@2: variable tone must be one of warm, plain"},
		{"twice", `{"id": "support", "variables": {"name": "a", "name": "b"}}`, nil, "prompt template support@2: variable name is given twice"},
		{"twice, header", `{"id": "support", "variables": {"name": "a"}}`, map[string]string{"x-yett-variables": `{"name": "b"}`}, "prompt template support@2: variable name is given twice"},
		{"no template", `{"id": "nope"}`, nil, "there is no prompt template nope"},
		{"no version", `{"id": "support", "version": "9"}`, nil, "prompt template support has no version 9"},
		{"two versions", `{"id": "support@1", "version": "2"}`, nil, "the request names two versions of a prompt template"},
		{"two templates", `{"id": "support"}`, map[string]string{"x-yett-template": "sum"}, "the request names two prompt templates: in the header x-yett-template and in prompt"},
		{"variables of no template", `{"variables": {"name": "a"}}`, nil, "the request gives variables and names no prompt template"},
		{"empty", `{}`, nil, "the request gives variables and names no prompt template"},
		{"id", `{"id": 1}`, nil, "prompt.id must be a template's name"},
		{"version", `{"id": "support", "version": []}`, nil, "prompt.version must be a text"},
		{"variables", `{"id": "support", "variables": []}`, nil, "prompt.variables must be an object"},
		{"another member", `{"id": "support", "vars": {}}`, nil, "prompt has a member that isn't id, version or variables"},
		{"too large", `{"id": "support", "variables": {"name": "` + strings.Repeat("x", 128<<10) + `"}}`, nil, "prompt is too large: at most 128 KiB and 3,000 commas are read"},
		{"too many", `{"id": "support", "variables": {"name": [` + strings.Repeat("1,", 9000) + `1]}}`, nil, "prompt is too large: at most 128 KiB and 3,000 commas are read"},
		{"unreadable", `{"id": `, nil, "prompt can't be read"},
		{"header", `{"id": "support"}`, map[string]string{"x-yett-variables": `name=a`}, "the header x-yett-variables must be a JSON object of variables"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, got := send(t, config, map[string]string{"prompt": test.prompt}, test.headers, sdktest.User("hi"))
			assert.Equal(t, 400, got.Status)
			assert.Equal(t, test.want, got.Reason)
			assert.Equal(t, []string{"user: hi"}, texts(c))
		})
	}
}

func TestFixed(t *testing.T) {
	config := withName(support) + `, "use": "support@1", "values": {"name": "Ann"}}`
	c, got := send(t, config, nil, nil, sdktest.User("hi"))
	require.Empty(t, got.Reason)
	assert.Equal(t, []string{"system: You help Ann.", "user: hi"}, texts(c))
	_, got = send(t, config, map[string]string{"prompt": `{"variables": {"name": "Bo"}}`}, nil, sdktest.User("hi"))
	assert.Equal(t, "prompt template support@1: variable name isn't the client's to set", got.Reason)
	_, got = send(t, config, nil, map[string]string{"x-yett-template": "support@2"}, sdktest.User("hi"))
	assert.Equal(t, "the prompt template is support@1 here, and isn't the client's to choose", got.Reason)
	_, got = send(t, config, nil, map[string]string{"x-yett-template": "support@1"}, sdktest.User("hi"))
	assert.Equal(t, "template=support@1", got.Tag)

	_, got = send(t, withName(support)+`, "required": true}`, nil, nil, sdktest.User("hi"))
	assert.Equal(t, "the request names no prompt template: send prompt with an id, or the header x-yett-template", got.Reason)
}

func TestSections(t *testing.T) {
	for _, test := range []struct{ name, text, vars, want string }{
		{"given", `{{#if a}}A{{/if}}`, `"a": "x"`, "A"},
		{"absent", `-{{#if a}}A{{/if}}-`, ``, "--"},
		{"empty", `-{{#if a}}A{{/if}}-`, `"a": ""`, "--"},
		{"else", `{{#if a}}A{{else}}E{{/if}}`, ``, "E"},
		{"else of what is given", `{{#if a}}A{{else}}E{{/if}}.`, `"a": "x"`, "A."},
		{"zero", `{{#if n}}{{n}}{{/if}}`, `"n": 0`, "0"},
		{"false", `{{#if f}}F{{else}}{{f}}{{/if}}`, `"f": false`, "false"},
		{"one in another", `{{#if a}}1{{#if f}}2{{else}}3{{/if}}4{{else}}5{{#if n}}6{{/if}}7{{/if}}8`, `"a": "x"`, "1348"},
		{"one in another, else", `{{#if a}}1{{#if f}}2{{else}}3{{/if}}4{{else}}5{{#if n}}6{{/if}}7{{/if}}8`, `"n": 1`, "5678"},
		{"side by side", `{{#if a}}{{/if}}{{#if  n }}N{{/if}}`, `"n": 1`, "N"},
		{"braces", `\{{a}} {{a}}`, `"a": "x"`, "{{a}} x"},
	} {
		t.Run(test.name, func(t *testing.T) {
			config := `{"templates": {"t": {"versions": {"1": {"system": "[` + strings.ReplaceAll(test.text, `\`, `\\`) + `]", "variables": {"a": {}, "n": {"type": "integer"}, "f": {"type": "boolean"}}}}}}}`
			c, got := send(t, config, map[string]string{"prompt": `{"id": "t", "variables": {` + test.vars + `}}`}, nil, sdktest.User("hi"))
			require.Empty(t, got.Reason)
			assert.Equal(t, "["+test.want+"]", c.Messages[0].Text())
		})
	}
}

func TestFilledTextsAreBounded(t *testing.T) {
	config := `{"templates": {"t": {"versions": {"1": {"system": "` + strings.Repeat("{{a}}", 1000) + `", "variables": {"a": {}}}}}}}`
	_, got := send(t, config, map[string]string{"prompt": `{"id": "t", "variables": {"a": "` + strings.Repeat("x", 10_000) + `"}}`}, nil, sdktest.User("hi"))
	assert.Equal(t, 400, got.Status)
	assert.Equal(t, "prompt template t@1: the filled text is longer than 1 MiB", got.Reason)
}

func TestRefusedConfigurations(t *testing.T) {
	version := func(s string) string { return `{"templates": {"t": {"versions": {"1": {` + s + `}}}}}` }
	for config, want := range map[string]string{
		`{}`: "templates is empty",
		`{"templates": {"a@b": {"versions": {"1": {"system": "x"}}}}}`:                     "a template's name is of letters",
		`{"templates": {"t": {"versions": {}}}}`:                                           "templates.t.versions: there is none",
		`{"templates": {"t": {"versions": {"1": {"system": "x"}, "2": {"system": "x"}}}}}`: "templates.t.default: there are several versions",
		`{"templates": {"t": {"default": "3", "versions": {"1": {"system": "x"}}}}}`:       "templates.t.default: there is no version 3",
		version(``):                       "templates.t.versions.1.system: neither system nor user",
		version(`"system": "a\nb {{x}}"`): "templates.t.versions.1.system: line 2, column 3: {{x}}: there is no such variable",
		version(`"user": "{{nmae}}", "variables": {"name": {}}`):                                                 "templates.t.versions.1.user: line 1, column 1: {{nmae}}: there is no such variable; did you mean name?",
		version(`"system": "{{#unless x}}"`):                                                                     "{{#unless x}} isn't known; there are",
		version(`"system": "{{}}"`):                                                                              "{{}} isn't known",
		version(`"system": "ab{{x"`):                                                                             "line 1, column 3: a {{ has no }}",
		version(`"system": "a{{#if x}}b", "variables": {"x": {}}`):                                               "line 1, column 2: {{#if x}} has no {{/if}}",
		version(`"system": "a{{/if}}b"`):                                                                         "line 1, column 2: {{/if}} belongs to no {{#if}}",
		version(`"system": "{{else}}"`):                                                                          "{{else}} belongs to no",
		version(`"system": "{{#if x}}{{else}}{{else}}{{/if}}", "variables": {"x": {}}`):                          "column 18: {{else}} belongs to no",
		version(`"system": "` + strings.Repeat("{{#if x}}", 17) + `", "variables": {"x": {}}`):                   "more than 16 sections",
		version(`"system": "x", "messages": "replace"`):                                                          "templates.t.versions.1.user: messages = \"replace\" needs one",
		version(`"system": "x", "messages": "drop"`):                                                             "it may be keep or replace",
		version(`"system": "x", "variables": {"1x": {}}`):                                                        "variables.1x: a variable's name",
		version(`"system": "x", "variables": {"x": {"type": "date"}}`):                                           "variables.x: type is date",
		version(`"system": "x", "variables": {"x": {"type": "enum"}}`):                                           "variables.x: values belong to",
		version(`"system": "x", "variables": {"x": {"values": ["a"]}}`):                                          "variables.x: values belong to",
		version(`"system": "x", "variables": {"x": {"type": "boolean", "min": 1}}`):                              "variables.x: min and max mean nothing",
		version(`"system": "x", "variables": {"x": {"type": "integer", "min": 2, "max": 1}}`):                    "variables.x: min is above max",
		version(`"system": "x", "variables": {"x": {"type": "integer", "default": 1.5}}`):                        "variables.x: default must be a whole number",
		version(`"system": "x", "variables": {"x": {"required": true, "default": "a"}}`):                         "variables.x: a variable that is required has no default",
		`{"templates": {"t": {"versions": {"1": {"system": "x"}}}}, "use": "t@2"}`:                               "use: prompt template t has no version 2",
		`{"templates": {"t": {"versions": {"1": {"system": "x"}}}}, "values": {"y": 1}}`:                         "values.y: no template has such a variable",
		`{"templates": {"t": {"versions": {"1": {"system": "x", "variables": {"y": {}}}}}}, "values": {"y": 1}}`: "values.y must be a text in t@1",
	} {
		_, err := sdktest.Try(t, &filler{}, config)
		assert.ErrorContains(t, err, want, config)
	}
}

func FuzzBody(f *testing.F) {
	f.Add("{{#if a}}x{{else}}{{b}}{{/if}} \\{{")
	vars := []variable{{name: "a"}, {name: "b"}}
	f.Fuzz(func(t *testing.T, text string) {
		b, err := readBody(text, vars)
		if err != nil {
			return
		}
		for _, given := range []bool{true, false} {
			v := filled{text: "{{a}}", given: given}
			out, ok := b.fill(nil, []filled{v, v})
			require.True(t, ok)
			if !strings.Contains(text, "{{") {
				require.Equal(t, text, string(out))
			}
		}
	})
}

package table

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type row struct {
	Name   string            `table:"name"`
	Config json.RawMessage   `table:"config"`
	Status int               `table:"status"`
	Stream *bool             `table:"stream"`
	Words  words             `table:"words"`
	Field  map[string]string `table:"field"`
	Inner  []struct {
		Text string `table:"text"`
	} `table:"inner"`
}

// words is a text or a list of them.
type words []string

func (w *words) FromNode(n *Node) error {
	if n.Kind == String {
		*w = words{n.Text}
		return nil
	}
	return Decode(n, (*[]string)(w))
}

func write(t *testing.T, name, text string) string {
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	return path
}

func TestRead(t *testing.T) {
	hcl := write(t, "t.hcl", `
case "one" {
  config = { a = [1, 2.5, -3, 5000000], "b c" = { d = null, e = true } }
  status = 403
  stream = false
  words  = "w"
  field  = { x = "y" }
  inner  = [{ text = "a\u00e9\"" }, { text = <<-END
    two
    END
  }]
}
case "two" {
  words = ["v", "w"]
}
`)
	lines := write(t, "t.jsonl", `
{"name": "one", "config": {"a": [1, 2.5, -3, 5000000], "b c": {"d": null, "e": true}}, "status": 403, "stream": false, "words": "w", "field": {"x": "y"}, "inner": [{"text": "a\u00e9\""}, {"text": "two\n"}]}

{"name": "two", "words": ["v", "w"]}
`)
	for _, path := range []string{hcl, lines} {
		t.Run(filepath.Ext(path), func(t *testing.T) {
			nodes, err := Read(path, "case")
			require.NoError(t, err)
			require.Len(t, nodes, 2)
			var one, two row
			require.NoError(t, Decode(nodes[0], &one))
			require.NoError(t, Decode(nodes[1], &two))
			assert.Equal(t, "one", one.Name)
			assert.JSONEq(t, `{"a": [1, 2.5, -3, 5000000], "b c": {"d": null, "e": true}}`, string(one.Config))
			assert.Equal(t, 403, one.Status)
			require.NotNil(t, one.Stream)
			assert.False(t, *one.Stream)
			assert.Equal(t, words{"w"}, one.Words)
			assert.Equal(t, map[string]string{"x": "y"}, one.Field)
			assert.Equal(t, "aé\"", one.Inner[0].Text)
			assert.Equal(t, "two\n", one.Inner[1].Text)
			assert.Equal(t, words{"v", "w"}, two.Words)
			assert.Nil(t, two.Stream)
		})
	}
}

func TestMistakes(t *testing.T) {
	for _, test := range []struct {
		name, file, text string
		want             []string // of each error
	}{
		{"near", "t.hcl", "case \"x\" {\n  sttaus = 1\n}", []string{"t.hcl line 2: there is no \"sttaus\" here"}},
		{"nested", "t.hcl", "case \"x\" {\n  inner = [\n    { txet = \"a\" },\n    { text = 1 },\n  ]\n}", []string{"line 3: there is no \"txet\"", "line 4: this must be a text, and is a number"}},
		{"another block", "t.hcl", "caes \"x\" {}", []string{`line 1: a table has no block "caes"`}},
		{"outside", "t.hcl", "\nname = 1", []string{`line 2: "name" stands outside`}},
		{"no label", "t.hcl", "case {}", []string{"one label"}},
		{"computed", "t.hcl", "case \"x\" {\n  name2 = upper(\"x\")\n}", []string{"line 2"}},
		{"twice", "t.hcl", "case \"x\" {\n  config { }\n  config { }\n}", []string{`line 3: "config" is there twice`}},
		{"syntax", "t.hcl", "case \"x\" {\n  = \n}", []string{"line 2"}},
		{"line", "t.jsonl", "{\"name\": \"x\"}\n{\"nmae\": \"x\"}", []string{`line 2: there is no "nmae" here`}},
		{"twice in a line", "t.jsonl", `{"name": "x", "name": "y"}`, []string{`"name" is there twice`}},
		{"no object", "t.jsonl", `"name"`, []string{"must be an object"}},
		{"two", "t.jsonl", `{} {}`, []string{"something after the object"}},
		{"open", "t.jsonl", "{\n}", []string{"line 1: the object doesn't end"}},
		{"deep", "t.jsonl", `{"config": ` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + "}", []string{"nested deeper"}},
		{"a fraction", "t.jsonl", `{"status": 1.5}`, []string{"whole number"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := write(t, test.file, test.text)
			nodes, err := Read(path, "case")
			for _, n := range nodes {
				if err == nil {
					err = Decode(n, &row{})
				}
			}
			require.Error(t, err)
			for _, want := range test.want {
				assert.ErrorContains(t, err, want)
			}
		})
	}
	_, err := Read(write(t, "t.txt", ""), "case")
	assert.ErrorContains(t, err, "neither an .hcl nor a .jsonl file")
}

func FuzzLines(f *testing.F) {
	f.Add([]byte(`{"name": "x", "config": [1, {"a": null}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		nodes, err := readLines("f.jsonl", text)
		for _, n := range nodes {
			if err == nil {
				assert.True(t, json.Valid(n.appendJSON(nil)))
			}
		}
	})
}

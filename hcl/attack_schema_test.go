package hcl

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/yett-gateway/yett/engine/spec"
)

// bomb is a schema of so many levels, each of which refers to the next three times; form is a level with a place for these.
func bomb(levels int, form string) string {
	var defs []string
	for n := range levels {
		next := fmt.Sprintf(`{"$ref":"#/%%24defs/l%d"}`, n+1)
		defs = append(defs, fmt.Sprintf(`"l%d":`, n)+strings.ReplaceAll(form, "NEXT", next+","+next+","+next))
	}
	return fmt.Sprintf(`{"$ref":"#/$defs/l0","$defs":{%s,"l%d":{"type":"object"}}}`, strings.Join(defs, ","), levels)
}

// TestSchemaBombs: a manifest can't keep the loading of a configuration busy.
func TestSchemaBombs(t *testing.T) {
	again := strings.TrimSuffix(strings.Repeat(`{"$ref":"#"},`, 200), ",")
	for _, c := range []struct{ name, schema, config, says string }{
		{"references", bomb(30, `{"allOf":[NEXT]}`), `{}`, "too much work"},
		{"references by name", bomb(30, `{"dependentSchemas":{"a":{"anyOf":[NEXT]}}}`), `{}`, "too much work"},
		{"references below a name that is a word", bomb(30, `{"properties":{"enum":{"oneOf":[NEXT]}}}`), `{ enum = {} }`, ""},
		{"references of values", `{"additionalProperties":{"allOf":[` + again + `]}}`, `{ a = { a = { a = { a = {} } } } }`, "too much work"},
		{"an anchor", `{"$anchor":"a"}`, `{}`, "$anchor"},
		{"a reference to an anchor", `{"allOf":[{"$ref":"#a"}]}`, `{}`, "#a"},
		{"another file", `{"$ref":"file:///etc/passwd"}`, `{}`, "can't refer to"},
		{"an id within", `{"properties":{"a":{"$id":"http://x/b"}}}`, `{ a = 1 }`, "$id"},
		{"an id of the whole", `{"$id":"http://x/a","properties":{"a":{"$ref":"#/$defs/b"}},"$defs":{"b":{"type":"object"}}}`, `{ a = {} }`, ""},
		{"itself", `{"$ref":"#"}`, `{}`, ""},
		{"ordinary", `{"properties":{"a":{"$ref":"#/$defs/b"}},"$defs":{"b":{"type":"object","additionalProperties":{"$ref":"#/$defs/b"}}}}`, `{ a = { b = { c = {} } } }`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			began := time.Now()
			_, diags := loadText("x.hcl", []byte(`
				provider "mock" "m" {}
				plugin "guard" "g" { config = `+c.config+` }
			`), Options{Env: noEnv, Plugins: func(*spec.Plugin) (*PluginInfo, error) {
				return &PluginInfo{Hooks: []string{"on_request"}, ConfigSchema: []byte(c.schema)}, nil
			}})
			assert.Less(t, time.Since(began), 5*time.Second)
			said := ""
			for _, d := range diags {
				if d.Summary == "plugin with a faulty schema" {
					said += d.Detail
				}
			}
			if c.says == "" {
				assert.Empty(t, said)
			} else {
				assert.Contains(t, said, c.says)
			}
		})
	}
}

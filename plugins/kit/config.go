package kit

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// checkConfig holds a configuration, nil for {}, against the manifest's schema, as "yett check" does. What it says is a
// *Refusal: an operator reads it just so.
func checkConfig(schema, config json.RawMessage) error {
	if len(schema) == 0 {
		return nil
	}
	s, err := compileSchema(schema)
	if err != nil {
		return err
	}
	if len(config) == 0 {
		config = json.RawMessage("{}")
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(config))
	if err != nil {
		return err
	}
	var invalid *jsonschema.ValidationError
	if err := s.Validate(doc); !errors.As(err, &invalid) {
		return err
	}
	var faults []string
	for _, line := range strings.Split(invalid.Error(), "\n")[1:] {
		line = strings.TrimPrefix(strings.TrimSpace(line), "- at '")
		path, what, _ := strings.Cut(line, "': ")
		if path != "" {
			what = strings.TrimPrefix(path, "/") + ": " + what
		}
		faults = append(faults, what)
	}
	return &Refusal{Reason: "the schema in plugin.json refuses it: " + strings.Join(faults, "; ")}
}

// Package kit is what the commands yett plugin init, build, inspect, test and bench do: it starts a plugin's folder, makes
// a module of it, tells what is in a module, plays conversations with it, and measures its hooks. The gateway that
// conversations are played through is the caller's, a Replayer.
package kit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/yett-gateway/yett/hcl"
	"github.com/yett-gateway/yett/plugins/host"
	"github.com/yett-gateway/yett/plugins/host/module"
)

// Error is a mistake that the author of a plugin can mend.
type Error struct {
	// What is wrong, and how to mend it; Hint may be empty.
	What, Hint string
	Cause      error
}

// Error gives what is wrong and the cause, without the hint.
func (e *Error) Error() string {
	if e.Cause != nil {
		return e.What + ": " + e.Cause.Error()
	}
	return e.What
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// ManifestFile is the manifest's name in a plugin's folder.
const ManifestFile = "plugin.json"

// readManifest reads plugin.json and refuses members that don't exist: a misspelt one would be ignored.
func readManifest(dir string) (*host.Manifest, error) {
	text, err := os.ReadFile(filepath.Join(dir, ManifestFile))
	if errors.Is(err, os.ErrNotExist) {
		return nil, &Error{What: "there is no " + ManifestFile + " in " + dir, Hint: "yett plugin init NAME starts a plugin with one"}
	}
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	m := &host.Manifest{}
	if err := d.Decode(m); err != nil {
		return nil, &Error{What: ManifestFile + " isn't valid", Cause: place(text, err), Hint: memberHint(err)}
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, &Error{What: ManifestFile + " has something after its end"}
	}
	return m, checkSchema(m.Config)
}

// place adds the line to an error of package json.
func place(text []byte, err error) error {
	var syntax *json.SyntaxError
	var typ *json.UnmarshalTypeError
	offset := int64(-1)
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &typ):
		offset = typ.Offset
		if typ.Field != "" {
			err = fmt.Errorf("%q can't be a JSON %s", typ.Field, typ.Value)
		}
	default:
		if name, ok := unknownMember(err); ok {
			offset = int64(bytes.Index(text, []byte(strconv.Quote(name))))
			err = fmt.Errorf("there is no member %q", name)
		}
	}
	if offset < 0 || offset > int64(len(text)) {
		return err
	}
	return fmt.Errorf("line %d: %w", 1+bytes.Count(text[:offset], []byte("\n")), err)
}

// unknownMember is the member that package json didn't know. It has no type for that error.
func unknownMember(err error) (name string, ok bool) {
	quoted, ok := strings.CutPrefix(err.Error(), "json: unknown field ")
	if !ok {
		return "", false
	}
	name, err = strconv.Unquote(quoted)
	return name, err == nil
}

// memberHint names what a member that doesn't exist may have been meant to be, "" for other errors.
func memberHint(err error) string {
	name, ok := unknownMember(err)
	if !ok {
		return ""
	}
	known := []string{"name", "version", "abi", "description", "licence", "source", "hooks", "wants", "pure", "stream", "limits", "config"}
	inside := []string{"mode", "hold", "memory", "fuel", "wall_ms"} // of stream and limits
	if near := hcl.Nearest(name, append(slices.Clone(known), inside...)); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return "the members are " + sentence(known)
}

// checkSchema demands that the configuration's schema is one.
func checkSchema(schema []byte) error {
	if schema == nil {
		return nil
	}
	if _, err := compileSchema(schema); err != nil {
		return &Error{What: `"config" of ` + ManifestFile + " is no JSON Schema", Cause: schemaFault(err), Hint: `write {"type": "object", "properties": {…}}`}
	}
	return nil
}

// schemaFault is what is wrong with a schema, by its deepest place, in the place of all that the schema of schemas says.
func schemaFault(err error) error {
	var faulty *jsonschema.SchemaValidationError
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &faulty) || !errors.As(faulty.Err, &invalid) {
		return err
	}
	for len(invalid.Causes) > 0 {
		invalid = invalid.Causes[0]
	}
	return errors.New(strings.TrimPrefix(invalid.Error(), "at "))
}

func compileSchema(schema []byte) (*jsonschema.Schema, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource(ManifestFile, doc); err != nil {
		return nil, err
	}
	return c.Compile(ManifestFile)
}

// sentence joins words as "a, b and c".
func sentence(words []string) string {
	switch len(words) {
	case 0:
		return "none"
	case 1:
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// Hint is what an error says to do, "" if it doesn't: the hint of an *Error, a *host.LoadError or a *module.Error.
func Hint(err error) string {
	var mine *Error
	var load *host.LoadError
	var mod *module.Error
	switch {
	case errors.As(err, &mine):
		return mine.Hint
	case errors.As(err, &load):
		return load.Hint
	case errors.As(err, &mod):
		return mod.Hint
	}
	return ""
}

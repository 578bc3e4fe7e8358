package host

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/yett-gateway/yett/plugins/host/module"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/abi/table"
)

// wasiModule is the import module of WASI preview 1.
const wasiModule = "wasi_snapshot_preview1"

// Foreign names the plugin system that a module was built for, "" if it is none that is known.
func Foreign(info *module.Info) string {
	for _, e := range info.Exports {
		switch {
		case strings.HasPrefix(e.Name, "proxy_abi_version_"):
			return "proxy-wasm"
		case e.Name == "opa_eval" || e.Name == "opa_wasm_abi_version":
			return "opa"
		}
	}
	for _, i := range info.Imports {
		switch {
		case i.Module == "http_handler":
			return "http-wasm"
		case strings.HasPrefix(i.Module, "extism:"):
			return "extism"
		case i.Module == "env" && strings.HasPrefix(i.Name, "proxy_"):
			return "proxy-wasm"
		}
	}
	return ""
}

// inspect checks a module against the contract, grants aside, and returns its manifest.
func inspect(info *module.Info) (*Manifest, error) {
	if _, ok := info.ExportFunc(abi.Marker); !ok {
		return nil, noMarker(info)
	}
	if e, ok := info.Export("memory"); !ok || e.Kind != module.KindMemory {
		return nil, &LoadError{Reason: `the module doesn't export its memory as "memory"`}
	}
	hooks, err := exportedHooks(info)
	if err != nil {
		return nil, err
	}
	if err := checkExport(info, abi.Marker, nil, nil); err != nil {
		return nil, err
	}
	if err := checkExport(info, abi.Scratch, nil, []module.ValueType{module.I64}); err != nil {
		return nil, err
	}
	if err := checkExport(info, abi.Initialize, nil, nil); err != nil {
		return nil, err
	}
	text, ok := info.CustomSection(abi.ManifestSection)
	if !ok {
		return nil, &LoadError{Reason: "the module has no manifest", Hint: "build it with yett plugin build, which adds plugin.json to the module"}
	}
	m, err := parseManifest(text, hooks)
	if err != nil {
		return nil, err
	}
	if err := checkImports(info); err != nil {
		return nil, err
	}
	return m, checkPure(m, imported(info))
}

// impure are the capabilities whose answers change from one call to the next.
var impure = []string{abi.CapKV.String(), abi.CapHTTP.String(), abi.CapCache.String(), abi.CapTime.String(), abi.CapLLM.String()}

// checkPure refuses a plugin that says that it depends on the request alone and uses what else it would depend on: its
// verdicts would be kept with cached answers.
func checkPure(m *Manifest, uses []string) error {
	if !m.Pure {
		return nil
	}
	for _, c := range uses {
		if slices.Contains(impure, c) {
			return &LoadError{
				Reason: `the manifest says "pure", and the module uses capability ` + c + `, whose answers may differ for equal requests`,
				Hint:   `write "pure": false into plugin.json, and build it again`,
			}
		}
	}
	return nil
}

func noMarker(info *module.Info) error {
	if kind := Foreign(info); kind != "" {
		return &LoadError{Reason: "this is a module for " + kind + ", not a plugin of yett", Hint: "this release runs modules that export " + abi.Marker}
	}
	for _, e := range info.Exports {
		if v, ok := strings.CutPrefix(e.Name, "yett_abi_"); ok {
			return &LoadError{Reason: "the plugin speaks ABI version " + v + ", and this program version 1"}
		}
	}
	return &LoadError{Reason: "the module isn't a plugin of yett: it doesn't export " + abi.Marker, Hint: "build it with the SDK and yett plugin build"}
}

// exportedHooks finds the hooks and checks their signatures.
func exportedHooks(info *module.Info) (abi.Set, error) {
	var set abi.Set
	for n, h := range table.Hooks {
		if _, ok := info.Export(h.Text); !ok {
			continue
		}
		params := make([]module.ValueType, len(h.Params))
		for i := range params {
			params[i] = module.I32
		}
		if err := checkExport(info, h.Text, params, []module.ValueType{module.I64}); err != nil {
			return 0, err
		}
		set = set.With(abi.Hook(n))
	}
	return set, nil
}

// checkExport demands that an export, if it is there, is a function of that signature.
func checkExport(info *module.Info, name string, params, results []module.ValueType) error {
	e, ok := info.Export(name)
	if !ok {
		return nil
	}
	want := module.FuncType{Params: params, Results: results}
	if e.Kind != module.KindFunc || !e.Func.Equal(want) {
		return &LoadError{Reason: fmt.Sprintf("export %s is %s; it must be func %s", name, exportText(e), want)}
	}
	return nil
}

func exportText(e module.Export) string {
	if e.Kind == module.KindFunc {
		return "func " + e.Func.String()
	}
	return e.Type
}

// checkImports demands that every import is a function that this host has.
func checkImports(info *module.Info) error {
	for _, i := range info.Imports {
		want, err := importType(i)
		if err != nil {
			return err
		}
		if !i.Func.Equal(want) {
			return &LoadError{Reason: fmt.Sprintf("import %s %s is func %s; the host's is func %s", i.Module, i.Name, i.Func, want)}
		}
	}
	return nil
}

func importType(i module.Import) (module.FuncType, error) {
	if i.Kind != module.KindFunc {
		return module.FuncType{}, &LoadError{Reason: fmt.Sprintf("the module imports a %s (%s %s); only functions can be imported", i.Kind, i.Module, i.Name), Hint: "link it so that memory and tables are its own"}
	}
	if i.Module == wasiModule {
		if f, ok := wasiTypes[i.Name]; ok {
			return f, nil
		}
		return module.FuncType{}, &LoadError{Reason: "the module imports an unknown function of WASI: " + i.Name}
	}
	for n := range table.Funcs {
		f := &table.Funcs[n]
		if f.Module() == i.Module && f.Name == i.Name {
			if _, ok := functions[key(f)]; !ok {
				return module.FuncType{}, &LoadError{Reason: "capability " + f.Capability + " isn't offered by this release"}
			}
			return funcType(f), nil
		}
	}
	return module.FuncType{}, &LoadError{Reason: fmt.Sprintf("the module imports %s %s, which this host doesn't have", i.Module, i.Name), Hint: "the functions are in sdk/abi/ABI.md"}
}

// imported are the capabilities whose functions a module imports.
func imported(info *module.Info) []string {
	var out []string
	for c := range abi.Capability(abi.Capabilities) {
		for _, i := range info.Imports {
			if i.Module == abi.Module+"."+c.String() {
				out = append(out, c.String())
				break
			}
		}
	}
	return out
}

// checkGrants demands that all that the plugin imports or wants is granted and offered.
func checkGrants(m *Manifest, uses []string, g *grants) error {
	need := map[string]string{}
	for _, name := range uses {
		need[name] = ""
	}
	for name, why := range m.Wants {
		need[name] = why
	}
	var errs []error
	for c := range abi.Capability(abi.Capabilities) {
		name := c.String()
		why, needed := need[name]
		if !needed || g.has(c) {
			continue
		}
		reason := "the plugin needs capability " + name + ", which isn't granted"
		if why != "" {
			reason += " (it says: " + clean(why) + ")"
		}
		errs = append(errs, &LoadError{Reason: reason, Hint: grantHints[c]})
	}
	return errors.Join(errs...)
}

// grantHints are how each family is granted.
var grantHints = [abi.Capabilities]string{
	abi.CapLog:     "grant { log = true }",
	abi.CapMetrics: "grant { metrics = true }",
	abi.CapKV:      `grant { kv = ["NAMESPACE"] }`,
	abi.CapTime:    "grant { time = true }",
	abi.CapRandom:  "grant { random = true }",
	abi.CapScan:    "grant { scan = true }",
	abi.CapTokens:  "grant { tokens = true }",
	abi.CapBody:    "grant { body = true }",
	abi.CapCache:   `grant { cache = "16MiB" }`,
	abi.CapSecret:  `grant { secret = { NAME = env("NAME") } }`,
	abi.CapHTTP:    `grant { http { allow = ["POST https://..."] } }`,
	abi.CapLLM:     "grant { llm { models = [model.NAME] } }",
}

// funcType is the signature of a function of the table.
func funcType(f *table.Func) module.FuncType {
	var t module.FuncType
	for _, p := range f.Params {
		_, typ, _ := strings.Cut(p, " ")
		t.Params = append(t.Params, valueTypes[typ])
	}
	t.Results = []module.ValueType{valueTypes[f.Result]}
	return t
}

var valueTypes = map[string]module.ValueType{"i32": module.I32, "i64": module.I64, "f64": module.F64}

func key(f *table.Func) string { return f.Module() + " " + f.Name }

package kit

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/yett-gateway/yett/plugins/host"
	"github.com/yett-gateway/yett/plugins/host/module"
	"github.com/yett-gateway/yett/sdk/abi"
)

// BuildOptions say what Build makes. The zero BuildOptions build the folder one is in.
type BuildOptions struct {
	// Dir is the plugin's folder, with plugin.json and a main package or a Cargo.toml. Default ".".
	Dir string
	// Out is the module's path. Default: the manifest's name, its last part, with .wasm, in Dir.
	Out string
	// Go is the go command. Default "go".
	Go string
	// Cargo is the cargo command for plugins in Rust. Default: "cargo", or the distribution's if that one has no
	// target for WebAssembly.
	Cargo string
}

// Report is what Build made.
type Report struct {
	Path     string
	Bytes    int
	SHA256   [sha256.Size]byte
	Manifest *host.Manifest
	// Notes are what the author might want to know.
	Notes []string
}

// Write writes the report as people read it.
func (r *Report) Write(w io.Writer) {
	fmt.Fprintf(w, "%s  %s %s, %s\n", r.Path, r.Manifest.Name, r.Manifest.Version, moduleSize(r.Bytes))
	fmt.Fprintf(w, "  hooks         %s\n", sentence(r.Manifest.Hooks))
	fmt.Fprintf(w, "  capabilities  %s\n", sentence(r.Manifest.WantList()))
	fmt.Fprintf(w, "  sha256        %x\n", r.SHA256)
	for _, n := range r.Notes {
		fmt.Fprintf(w, "  note: %s\n", n)
	}
}

// moduleSize is a number of bytes as people read it.
func moduleSize(n int) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d KiB", (n+1023)>>10)
	}
	return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
}

// Build compiles a plugin written in Go or Rust, finds its hooks, completes its manifest and appends it to the module.
// The same sources and toolchain make the same bytes.
//
// # Errors
//
// An *Error for what the author can mend: a manifest or schema that isn't valid, a program that doesn't compile, a
// capability that is used and not listed. No module is written then.
func Build(ctx context.Context, o BuildOptions) (*Report, error) {
	if o.Dir == "" {
		o.Dir = "."
	}
	if o.Go == "" {
		o.Go = "go"
	}
	m, err := readManifest(o.Dir)
	if err != nil {
		return nil, err
	}
	if m.ABI == 0 {
		m.ABI = abi.Version
	}
	lang := languageOf(o.Dir)
	wasm, err := compile(ctx, lang, o)
	if err != nil {
		return nil, err
	}
	wasm, m, notes, err := finish(ctx, lang, wasm, m)
	if err != nil {
		return nil, noHook(err, lang, o.Dir)
	}
	if lang == Go {
		notes = append(notes, uncalled(o.Dir, m.HookSet())...)
	}
	if o.Out == "" {
		o.Out = filepath.Join(o.Dir, filepath.Base(m.Name)+".wasm")
	}
	if err := write(o.Out, wasm); err != nil {
		return nil, err
	}
	return &Report{Path: o.Out, Bytes: len(wasm), SHA256: sha256.Sum256(wasm), Manifest: m, Notes: notes}, nil
}

// compile runs the language's toolchain.
func compile(ctx context.Context, lang Language, o BuildOptions) ([]byte, error) {
	if lang == Rust {
		return compileRust(ctx, o)
	}
	return compileGo(ctx, o)
}

func compileGo(ctx context.Context, o BuildOptions) ([]byte, error) {
	tmp, err := os.MkdirTemp("", "yett-plugin-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tmp) // a temporary folder that stays is no failure
	out := filepath.Join(tmp, "plugin.wasm")
	cmd := exec.CommandContext(ctx, o.Go, "build", "-buildmode=c-shared", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-o", out, ".")
	cmd.Dir = o.Dir
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0", "GOWASM=")
	text, err := cmd.CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) {
		return nil, errNoGo()
	}
	if err != nil {
		return nil, &Error{What: "the plugin doesn't compile", Cause: errors.New(strings.TrimSpace(string(text)))}
	}
	return os.ReadFile(out)
}

// noHook makes what the SDK says of a plugin without a hook an error that names the methods which look like hooks. The
// panic's text is all that a guest can say.
func noHook(err error, lang Language, dir string) error {
	if lang != Go || !strings.Contains(err.Error(), "sdk: the plugin has no hook") {
		return err
	}
	notes := uncalled(dir, 0)
	if len(notes) == 0 {
		notes = []string{"implement one, such as OnRequest" + parameters("OnRequest")}
	}
	return &Error{What: "the plugin has no hook", Hint: strings.Join(notes, "\nhint: ")}
}

// finish finds the hooks, checks the whole, and appends the manifest.
func finish(ctx context.Context, lang Language, wasm []byte, m *host.Manifest) ([]byte, *host.Manifest, []string, error) {
	info, err := module.Read(wasm, module.Limits{})
	if err != nil {
		return nil, nil, nil, err
	}
	if _, ok := info.ExportFunc(abi.Marker); !ok {
		return nil, nil, nil, &Error{What: "the program is no plugin", Hint: lang.start()}
	}
	if len(m.Hooks) == 0 {
		set, ok, err := host.Probe(ctx, wasm)
		if err != nil {
			return nil, nil, nil, err
		}
		if ok && set == 0 {
			return nil, nil, nil, &Error{What: "the program never calls sdk.Run", Hint: "add func init() { sdk.Run(&plugin{}) }"}
		}
		for h := range abi.Hook(abi.Hooks) {
			if ok && set.Has(h) {
				m.Hooks = append(m.Hooks, h.String())
			}
		}
	}
	notes, err := checkWants(info, m)
	if err != nil {
		return nil, nil, nil, err
	}
	text, err := json.Marshal(m)
	if err != nil {
		return nil, nil, nil, err
	}
	out, err := module.AppendCustomSection(wasm, abi.ManifestSection, text)
	if err != nil {
		return nil, nil, nil, err
	}
	// The host's own reading has the last word.
	final, err := (*host.Host)(nil).Manifest(out)
	if err != nil {
		return nil, nil, nil, err
	}
	return out, final, append(notes, streamNotes(final)...), nil
}

// checkWants compares what is imported with what the manifest wants.
func checkWants(info *module.Info, m *host.Manifest) (notes []string, err error) {
	var used []string
	for _, i := range info.Imports {
		if c, ok := strings.CutPrefix(i.Module, abi.Module+"."); ok && !slices.Contains(used, c) {
			used = append(used, c)
		}
	}
	sort.Strings(used)
	for _, c := range used {
		if m.Wants[c] == "" {
			return nil, &Error{
				What: "the plugin uses capability " + c + ", which " + ManifestFile + " doesn't list",
				Hint: fmt.Sprintf(`add "wants": {%q: "why an operator should grant it"}`, c),
			}
		}
	}
	for _, c := range m.WantList() {
		if !slices.Contains(used, c) {
			notes = append(notes, "plugin.json wants capability "+c+", which the plugin doesn't use")
		}
	}
	return notes, nil
}

func streamNotes(m *host.Manifest) []string {
	set := m.HookSet()
	switch {
	case set.Has(abi.OnResponse) && !set.Has(abi.OnDelta):
		return []string{"the plugin sees whole answers and no streams; implement OnDelta to see those"}
	case m.StreamMode() == abi.Transform && !set.Has(abi.OnDelta):
		return []string{`stream.mode is "transform", and the plugin has no OnDelta`}
	case m.StreamMode() == abi.Transform && m.Stream.Hold == 0:
		return []string{`stream.hold is 0: the plugin may replace pieces, and hold nothing back`}
	}
	return nil
}

// write puts a file in place at once, so that a running gateway never reads half of it.
func write(path string, b []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".yett-*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(b)
	err = errors.Join(err, tmp.Chmod(0o644), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return nil
}

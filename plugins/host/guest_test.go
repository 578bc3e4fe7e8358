package host

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/plugins/host/module"
	"github.com/yett-gateway/yett/sdk/abi"
)

// cacheDir is where the tests keep compiled code from one run to the next: compiling a Go guest takes seconds.
func cacheDir(t testing.TB) string {
	base, err := os.UserCacheDir()
	if err != nil {
		base = os.TempDir()
	}
	dir := filepath.Join(base, "yett-test", "plugins")
	require.NoError(t, os.MkdirAll(filepath.Dir(dir), 0o700))
	return dir
}

var guests struct {
	mu   sync.Mutex
	wasm map[string][]byte
}

// goGuest builds the guest in a folder, once for each run of the tests.
func goGuest(t testing.TB, dir string) []byte {
	guests.mu.Lock()
	defer guests.mu.Unlock()
	if wasm := guests.wasm[dir]; wasm != nil {
		return wasm
	}
	out := filepath.Join(t.TempDir(), "guest.wasm")
	cmd := exec.Command("go", "build", "-buildmode=c-shared", "-trimpath", "-ldflags=-s -w -buildid=", "-o", out, ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0")
	text, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", text)
	wasm, err := os.ReadFile(out)
	require.NoError(t, err)
	if guests.wasm == nil {
		guests.wasm = map[string][]byte{}
	}
	guests.wasm[dir] = wasm
	return wasm
}

// withManifest appends a manifest to a module.
func withManifest(t testing.TB, wasm []byte, m Manifest) []byte {
	if m.Name == "" {
		m.Name = "test/guest"
	}
	if m.Version == "" {
		m.Version = "1.0.0"
	}
	if m.ABI == 0 {
		m.ABI = abi.Version
	}
	text, err := json.Marshal(m)
	require.NoError(t, err)
	out, err := module.AppendCustomSection(wasm, abi.ManifestSection, text)
	require.NoError(t, err)
	return out
}

// logText collects what the host logs.
type logText struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logText) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logText) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// newHost returns a host that is closed with the test, and what it logs.
func newHost(t testing.TB, o Options) (*Host, *logText) {
	l := &logText{}
	if o.Log == nil {
		o.Log = slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	if o.CacheDir == "" {
		o.CacheDir = cacheDir(t)
	}
	h, err := New(context.Background(), o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, h.Close()) })
	return h, l
}

// plugin is a configuration with the defaults.
func plugin(change func(*spec.Plugin)) *spec.Plugin {
	p := &spec.Plugin{Kind: "guard", Name: "test", OnError: "deny", Isolate: "pool", Limit: spec.DefaultPluginLimit, Config: []byte("{}")}
	if change != nil {
		change(p)
	}
	return p
}

// load makes a stage of a module.
func load(t testing.TB, h *Host, wasm []byte, p *spec.Plugin) *Stage {
	pl, err := h.load(context.Background(), p, wasm)
	require.NoError(t, err)
	s, err := pl.Stage(context.Background(), "test", p.Config)
	require.NoError(t, err)
	pl.Close()
	t.Cleanup(s.Close)
	return s
}

// talk is an exchange for tests: fields by their numbers and indices.
type talk struct {
	texts   map[place]string
	numbers map[place]int64
	named   map[string]string // "header x-a"
	edits   []string
	refuse  func(e *hook.Edit) abi.Status
}

type place struct {
	f    abi.Field
	i, j int
}

var _ hook.Exchange = (*talk)(nil)

// prompt is a request with one message of a user.
func prompt(text string) *talk {
	return &talk{
		texts: map[place]string{
			{abi.FieldRequestID, 0, 0}: "req-1",
			{abi.FieldModel, 0, 0}:     "gpt-4o",
			{abi.FieldDialect, 0, 0}:   "openai.chat",
			{abi.FieldRole, 0, 0}:      "user",
			{abi.FieldPartText, 0, 0}:  text,
		},
		numbers: map[place]int64{
			{abi.FieldMessages, 0, 0}: 1,
			{abi.FieldParts, 0, 0}:    1,
			{abi.FieldPartKind, 0, 0}: int64(abi.PartText),
		},
		named: map[string]string{},
	}
}

func (x *talk) Get(f abi.Field, i, j int) ([]byte, bool) {
	s, ok := x.texts[place{f, i, j}]
	return []byte(s), ok
}

func (x *talk) Num(f abi.Field, i, j int) (int64, bool) {
	n, ok := x.numbers[place{f, i, j}]
	return n, ok
}

func (x *talk) Named(family abi.Name, name []byte) ([]byte, bool) {
	s, ok := x.named[[...]string{"header", "tag", "param"}[family]+" "+string(name)]
	return []byte(s), ok
}

func (x *talk) Apply(e *hook.Edit) abi.Status {
	if x.refuse != nil {
		if s := x.refuse(e); s != abi.OK {
			return s
		}
	}
	x.edits = append(x.edits, strings.TrimPrefix(describe(e), "")+": "+string(e.Value))
	if e.Op == abi.Set1 && e.Field != abi.FieldNone {
		x.texts[place{e.Field, e.I, e.J}] = string(e.Value)
	}
	return abi.OK
}

// still is an exchange that doesn't allocate.
type still struct{ id, model, header []byte }

func newStill() *still { return &still{[]byte("req-1"), []byte("gpt-4o"), []byte("blue")} }

func (x *still) Get(f abi.Field, _, _ int) ([]byte, bool) {
	switch f {
	case abi.FieldRequestID:
		return x.id, true
	case abi.FieldModel:
		return x.model, true
	}
	return nil, false
}
func (x *still) Num(abi.Field, int, int) (int64, bool) { return 0, false }
func (x *still) Named(abi.Name, []byte) ([]byte, bool) { return x.header, true }
func (x *still) Apply(*hook.Edit) abi.Status           { return abi.OK }
func (x *still) call(h abi.Hook) *hook.Call {
	return &hook.Call{Exchange: x, Hook: h, State: new([]byte)}
}

func writeFile(path string, b []byte) error { return os.WriteFile(path, b, 0o600) }

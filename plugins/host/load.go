package host

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/tetratelabs/wazero"

	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/plugins/host/module"
)

// codeKey names compiled code: the module's digest and what the rewriter was told.
type codeKey struct {
	digest [sha256.Size]byte
	pages  int
}

// code is a compiled module, shared by all plugins of the same bytes.
type code struct {
	once     sync.Once
	compiled wazero.CompiledModule
	manifest *Manifest
	uses     []string // capabilities whose functions are imported
	err      error
	refs     int // guarded by Host.mu
}

const pageBytes = 64 << 10

// pagesOf is a plugin's memory limit in pages.
func pagesOf(limit int) int { return max(1, limit/pageBytes) }

// Manifest reads and checks a module as far as that goes without compiling it: structure, exports, imports,
// manifest. It doesn't look at grants. It is safe for concurrent use, on a nil Host too.
func (h *Host) Manifest(wasm []byte) (*Manifest, error) {
	info, err := module.Read(wasm, module.Limits{})
	if err != nil {
		return nil, refused(err)
	}
	return inspect(info)
}

// refused makes a LoadError of what package module says.
func refused(err error) error {
	e := &LoadError{Reason: "the module was refused", Cause: err}
	var m *module.Error
	if errors.As(err, &m) {
		e.Hint = m.Hint
	}
	return e
}

// Read returns the bytes of a plugin: the bundled module or the file, the pinned one if it is pinned.
func (h *Host) Read(p *spec.Plugin) ([]byte, error) {
	if p.Source == "" || p.Source == "builtin" {
		read, ok := h.modules[p.Kind+"/"+p.Name]
		if !ok {
			return nil, named(p, &LoadError{Reason: "there is no bundled plugin of this name", Hint: `name a file with source = "./plugin.wasm"`})
		}
		return read(), nil
	}
	wasm, err := readFile(p.Source)
	if err != nil {
		return nil, named(p, &LoadError{Reason: "the module can't be read", Cause: err})
	}
	if sum := sha256.Sum256(wasm); p.SHA256 != "" && p.SHA256 != hex.EncodeToString(sum[:]) {
		return nil, named(p, &LoadError{
			Reason: fmt.Sprintf("the file isn't the pinned one: its SHA-256 is %x", sum),
			Hint:   "if the file is meant to have changed, write this into sha256",
		})
	}
	return wasm, nil
}

// readFile reads a module, and no more of it than a module may have.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()       // only read
	const most = 64 << 20 // the validator refuses smaller ones already, with a better reason
	wasm, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return nil, err
	}
	if len(wasm) > most {
		return nil, fmt.Errorf("%s is larger than %d MiB", path, most>>20)
	}
	return wasm, nil
}

// Load readies a plugin: read, validate, check grants, meter, compile. No instance is made; Stage does that.
// It takes seconds for a module that isn't in the disk cache, and nothing waits for it meanwhile.
//
// # Errors
//
// A *LoadError with plugin, place, reason and hint.
func (h *Host) Load(ctx context.Context, p *spec.Plugin) (*Plugin, error) {
	wasm, err := h.Read(p)
	if err != nil {
		return nil, err
	}
	return h.load(ctx, p, wasm)
}

func (h *Host) load(ctx context.Context, p *spec.Plugin, wasm []byte) (*Plugin, error) {
	own := limitsOf(wasm)
	limit := own.Limit(p.Limit)
	limits := module.Limits{MemoryPages: pagesOf(limit.Memory)}
	digest := sha256.Sum256(wasm)
	k := codeKey{digest, limits.MemoryPages}
	c, err := h.compile(ctx, k, wasm, limits)
	if err != nil {
		return nil, named(p, err)
	}
	g := newGrants(&p.Grant)
	if err := checkGrants(c.manifest, c.uses, g); err != nil {
		h.drop(k, c)
		var first *LoadError
		errors.As(err, &first)
		e := *first
		if p.Grant.Pos.Known() {
			e.Pos = p.Grant.Pos
		}
		return nil, named(p, &e)
	}
	out, err := h.newPlugin(p, limit, g, c, k)
	if err != nil {
		h.drop(k, c)
	}
	return out, err
}

// compile returns compiled code, made once for each key. The caller lets it go by drop.
func (h *Host) compile(ctx context.Context, k codeKey, wasm []byte, limits module.Limits) (*code, error) {
	h.mu.Lock()
	c := h.codes[k]
	if c == nil {
		c = &code{}
		h.codes[k] = c
	}
	c.refs++
	h.mu.Unlock()
	c.once.Do(func() { c.err = c.build(ctx, h, wasm, limits, true) })
	if c.err != nil {
		h.drop(k, c)
		return nil, c.err
	}
	return c, nil
}

// build validates, meters and compiles. inspected demands that the module is a plugin with a manifest.
func (c *code) build(ctx context.Context, h *Host, wasm []byte, limits module.Limits, inspected bool) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &LoadError{Reason: "the module can't be compiled", Cause: fmt.Errorf("%v", p)}
		}
	}()
	metered, err := module.Meter(wasm, limits, module.Metering{TickEvery: tickEvery, MaxDepth: maxDepth, ImportModule: meterModule, ImportName: meterName})
	if err != nil {
		return refused(err)
	}
	if inspected {
		if c.manifest, err = inspect(metered.Info); err != nil {
			return err
		}
		c.uses = imported(metered.Info)
	}
	// A reload that is called off must not leave the next one with half a module: context.WithoutCancel.
	if !h.unmetered {
		wasm = metered.Wasm
	}
	c.compiled, err = h.runtime.CompileModule(context.WithoutCancel(ctx), wasm)
	if err != nil {
		return &LoadError{Reason: "the module can't be compiled", Cause: err}
	}
	return nil
}

// drop lets code go; the last one closes it.
func (h *Host) drop(k codeKey, c *code) {
	h.mu.Lock()
	c.refs--
	last := c.refs == 0
	if last && h.codes[k] == c {
		delete(h.codes, k)
	}
	h.mu.Unlock()
	if last && c.compiled != nil {
		_ = c.compiled.Close(context.Background()) // frees memory; it can't fail
	}
}

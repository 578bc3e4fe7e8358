package host

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/plugins/host/module"
	"github.com/yett-gateway/yett/sdk/abi"
)

// Manifest is what a plugin says of itself, in the custom section abi.ManifestSection. ABI.md has the meaning
// and the default of each member.
type Manifest struct {
	Name        string `json:"name"`
	Version     string `json:"version"`
	ABI         int    `json:"abi"`
	Description string `json:"description,omitempty"`
	Licence     string `json:"licence,omitempty"`
	Source      string `json:"source,omitempty"`
	// Hooks are the exports that the host calls. After reading they are complete and in order.
	Hooks []string `json:"hooks,omitempty"`
	// Wants are the capabilities the plugin can't do without, with the reasons.
	Wants  map[string]string `json:"wants,omitempty"`
	Pure   bool              `json:"pure,omitempty"`
	Stream ManifestStream    `json:"stream,omitzero"`
	Limits ManifestLimits    `json:"limits,omitzero"`
	// Config is the JSON Schema of the configuration; nil: any object.
	Config json.RawMessage `json:"config,omitempty"`
}

// ManifestStream is how the plugin takes part in streamed answers.
type ManifestStream struct {
	Mode string `json:"mode,omitempty"` // "observe", "transform" or "buffer"
	Hold int    `json:"hold,omitempty"` // bytes
	// Ask shows the begin of a text to a plugin in buffer mode, which may let it go on uncollected.
	Ask bool `json:"ask,omitempty"`
}

// ManifestLimits are the limits that the plugin has where the operator says nothing; zero is the host's default.
type ManifestLimits struct {
	Memory int   `json:"memory,omitempty"` // bytes
	Fuel   int64 `json:"fuel,omitempty"`
	WallMS int   `json:"wall_ms,omitempty"`
}

// What a manifest may ask for. Only the operator gives more.
const (
	mostMemory = 64 << 20
	mostFuel   = 1_000_000_000
	mostWall   = 250 * time.Millisecond
)

// Limit is l with what it leaves open filled in: from the manifest, and where that says nothing from
// spec.DefaultPluginLimit.
func (m *ManifestLimits) Limit(l spec.PluginLimit) spec.PluginLimit {
	own := spec.PluginLimit{
		Memory: min(max(m.Memory, 0), mostMemory), Fuel: min(max(m.Fuel, 0), mostFuel),
		Wall: min(max(time.Duration(m.WallMS)*time.Millisecond, 0), mostWall),
	}
	d := spec.DefaultPluginLimit
	l.Memory = cmp.Or(l.Memory, own.Memory, d.Memory)
	l.Fuel = cmp.Or(l.Fuel, own.Fuel, d.Fuel)
	l.Wall = cmp.Or(l.Wall, own.Wall, d.Wall)
	return l
}

// limitsOf reads the limits of a module's manifest. One that isn't valid says nothing, and is refused later.
func limitsOf(wasm []byte) (m ManifestLimits) {
	var manifest struct{ Limits ManifestLimits }
	if text, ok := module.FindCustomSection(wasm, abi.ManifestSection); ok && len(text) <= maxManifest {
		if json.Unmarshal(text, &manifest) != nil {
			return ManifestLimits{}
		}
	}
	return manifest.Limits
}

// HookSet is Hooks as a set.
func (m *Manifest) HookSet() abi.Set {
	var s abi.Set
	for h := range abi.Hook(abi.Hooks) {
		if slices.Contains(m.Hooks, h.String()) {
			s = s.With(h)
		}
	}
	return s
}

// StreamMode is Stream.Mode as a number.
func (m *Manifest) StreamMode() abi.StreamMode {
	for _, mode := range []abi.StreamMode{abi.Transform, abi.Buffer} {
		if m.Stream.Mode == mode.String() {
			return mode
		}
	}
	return abi.Observe
}

// WantList are the capabilities in Wants, sorted.
func (m *Manifest) WantList() []string {
	out := make([]string, 0, len(m.Wants))
	for name := range m.Wants {
		out = append(out, name)
	}
	sort.Strings(out)
	return out
}

// maxManifest is the largest manifest, in bytes.
const maxManifest = 256 << 10

// parseManifest reads and checks the section's content. exported are the hooks that the module exports.
func parseManifest(text []byte, exported abi.Set) (*Manifest, error) {
	if len(text) > maxManifest {
		return nil, &LoadError{Reason: "the manifest is larger than 256 KiB"}
	}
	m := &Manifest{}
	if err := json.Unmarshal(text, m); err != nil {
		return nil, &LoadError{Reason: "the manifest isn't valid", Cause: err, Hint: "rebuild it with yett plugin build"}
	}
	switch {
	case m.Name == "":
		return nil, &LoadError{Reason: "the manifest has no name", Hint: `add "name": "you/plugin" to plugin.json`}
	case m.Version == "":
		return nil, &LoadError{Reason: "the manifest has no version", Hint: `add "version": "0.1.0" to plugin.json`}
	case m.ABI != abi.Version:
		return nil, &LoadError{Reason: fmt.Sprintf("the plugin speaks ABI version %d, and this program version %d", m.ABI, abi.Version), Hint: fmt.Sprintf(`"abi": %d is the only one that there is; a plugin of a later yett needs that`, abi.Version)}
	}
	if err := m.checkHooks(exported); err != nil {
		return nil, err
	}
	for name := range m.Wants {
		if !isCapability(name) {
			return nil, &LoadError{Reason: fmt.Sprintf("the manifest wants a capability %q that doesn't exist", name), Hint: "the capabilities are " + strings.Join(capabilities(), ", ")}
		}
	}
	return m, m.checkStream()
}

func (m *Manifest) checkHooks(exported abi.Set) error {
	listed := len(m.Hooks) > 0
	for _, name := range m.Hooks {
		h, ok := hookNamed(name)
		if !ok {
			return &LoadError{Reason: fmt.Sprintf("the manifest names a hook %q that doesn't exist", name)}
		}
		if !exported.Has(h) {
			return &LoadError{Reason: fmt.Sprintf("the manifest names hook %s, which the module doesn't export", name)}
		}
	}
	var hooks []string
	for h := range abi.Hook(abi.Hooks) {
		if exported.Has(h) && (!listed || h == abi.OnInit || slices.Contains(m.Hooks, h.String())) {
			hooks = append(hooks, h.String())
		}
	}
	m.Hooks = hooks
	return nil
}

func (m *Manifest) checkStream() error {
	switch m.Stream.Mode {
	case "", "observe", "transform", "buffer":
	default:
		return &LoadError{Reason: fmt.Sprintf("the manifest has a stream mode %q that doesn't exist", m.Stream.Mode), Hint: "the modes are observe, transform, buffer"}
	}
	if m.Stream.Mode == "" {
		m.Stream.Mode = "observe"
	}
	if m.Stream.Ask && m.Stream.Mode != "buffer" {
		return &LoadError{Reason: "the manifest's stream.ask is for the stream mode buffer, and this is " + m.Stream.Mode}
	}
	if m.Stream.Hold < 0 || m.Stream.Hold > abi.MaxHold {
		return &LoadError{Reason: fmt.Sprintf("the manifest's stream.hold is %d; it may be 0 to %d", m.Stream.Hold, abi.MaxHold)}
	}
	return nil
}

func hookNamed(name string) (abi.Hook, bool) {
	for h := range abi.Hook(abi.Hooks) {
		if h.String() == name {
			return h, true
		}
	}
	return 0, false
}

func capabilities() []string {
	out := make([]string, abi.Capabilities)
	for c := range out {
		out[c] = abi.Capability(c).String()
	}
	return out
}

func isCapability(name string) bool { return slices.Contains(capabilities(), name) }

package kit

import (
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
	"sort"
	"strings"
	"unicode"

	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/plugins/host"
	"github.com/yett-gateway/yett/plugins/host/module"
	"github.com/yett-gateway/yett/sdk/abi"
)

// Inspection is what is in a module, a plugin of yett or not.
type Inspection struct {
	Bytes  int    `json:"bytes"`
	SHA256 string `json:"sha256"`
	// ABI is "yett 1", another plugin system's name, or "" if it is none that is known.
	ABI string `json:"abi"`
	// Manifest is nil if there is none, or if Problem says why it isn't valid.
	Manifest *host.Manifest `json:"manifest,omitempty"`
	// Problem says why yett would refuse the module, "" if it wouldn't; Hint what to do.
	Problem string `json:"problem,omitempty"`
	Hint    string `json:"hint,omitempty"`
	// Imports are counted by import module.
	Imports map[string]int `json:"imports,omitempty"`
	// Uses are the capabilities whose functions are imported.
	Uses      []string    `json:"uses,omitempty"`
	Functions int         `json:"functions"`
	Memory    string      `json:"memory,omitempty"` // "memory 2..16", in pages of 64 KiB
	Peak      module.Peak `json:"peak"`
	// Metering is what the rewriter would do; nil if the module is refused.
	Metering  *module.Stats     `json:"metering,omitempty"`
	Producers []module.Producer `json:"producers,omitempty"`
	Custom    []string          `json:"custom,omitempty"`
	Exports   []string          `json:"exports,omitempty"`
}

// Inspect tells what is in a module. The error is for bytes that are no module that could be read at all.
func Inspect(wasm []byte) (*Inspection, error) {
	info, err := module.Read(wasm, module.Limits{})
	if err != nil {
		return nil, err
	}
	out := &Inspection{
		Bytes: len(wasm), SHA256: fmt.Sprintf("%x", sha256.Sum256(wasm)), ABI: host.Foreign(info), Imports: map[string]int{},
		Functions: info.Functions, Peak: info.Peak, Producers: info.Producers,
	}
	if _, ok := info.ExportFunc(abi.Marker); ok {
		out.ABI = fmt.Sprintf("yett %d", abi.Version)
	}
	if info.Memory != nil {
		out.Memory = info.Memory.String()
	}
	for _, i := range info.Imports {
		out.Imports[i.Module]++
		if c, ok := strings.CutPrefix(i.Module, abi.Module+"."); ok && !slices.Contains(out.Uses, c) {
			out.Uses = append(out.Uses, c)
		}
	}
	sort.Strings(out.Uses)
	for _, s := range info.Custom {
		out.Custom = append(out.Custom, fmt.Sprintf("%s (%d bytes)", s.Name, s.Bytes))
	}
	for _, e := range info.Exports {
		out.Exports = append(out.Exports, e.Name+" "+e.Type)
	}
	m, err := (*host.Host)(nil).Manifest(wasm)
	if err != nil {
		out.Problem, out.Hint = err.Error(), Hint(err)
	} else {
		out.Manifest = m
	}
	if metered, err := module.Meter(wasm, module.Limits{}, module.Metering{}); err == nil {
		out.Metering = &metered.Stats
	}
	return out, nil
}

// shown makes a text of a module's author fit for a terminal: no controls, and nothing that turns the text around it.
func shown(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

// Write writes the inspection as people read it.
func (i *Inspection) Write(w io.Writer) {
	line := func(name, format string, args ...any) {
		fmt.Fprintf(w, "%-13s %s\n", name, shown(fmt.Sprintf(format, args...)))
	}
	line("abi", "%s", or(i.ABI, "none that is known"))
	if m := i.Manifest; m != nil {
		line("plugin", "%s %s", m.Name, m.Version)
		if m.Description != "" {
			line("", "%s", m.Description)
		}
		line("hooks", "%s", sentence(m.Hooks))
		mode := m.Stream.Mode
		if m.Stream.Ask {
			mode += " unless it lets a text go on"
		}
		line("stream", "%s, holds at most %d bytes", mode, m.Stream.Hold)
		line("pure", "%t", m.Pure)
		limit := m.Limits.Limit(spec.PluginLimit{})
		line("limits", "%d fuel, %v and %d MiB for a call, unless the operator says otherwise", limit.Fuel, limit.Wall, limit.Memory>>20)
		for _, c := range m.WantList() {
			line("wants", "%s: %s", c, m.Wants[c])
		}
		line("config", "%s", or(string(m.Config), "any object"))
	}
	line("uses", "%s", sentence(i.Uses))
	line("imports", "%s", counts(i.Imports))
	line("size", "%d bytes, %d functions, the largest %d bytes", i.Bytes, i.Functions, i.Peak.BodyBytes)
	line("memory", "%s pages of 64 KiB", strings.TrimPrefix(or(i.Memory, "none"), "memory "))
	if s := i.Metering; s != nil {
		line("metering", "%d entries, %d loops, %d bulk operations, %d other charges; %+d bytes", s.Entries, s.LoopHeads, s.BulkOps, s.Charges, s.AddedBytes)
	}
	for _, p := range i.Producers {
		line("made by", "%s %s %s", p.Field, p.Name, p.Version)
	}
	line("sha256", "%s", i.SHA256)
	if i.Problem != "" {
		line("refused", "%s", i.Problem)
		if i.Hint != "" {
			line("hint", "%s", i.Hint)
		}
	}
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func counts(m map[string]int) string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	sort.Strings(names)
	for n, name := range names {
		names[n] = fmt.Sprintf("%s (%d)", name, m[name])
	}
	return sentence(names)
}

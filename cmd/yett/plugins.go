package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/yett-gateway/yett/engine"
	"github.com/yett-gateway/yett/engine/meter"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/hcl"
	"github.com/yett-gateway/yett/plugins/host"
)

// plugins joins the plugin host to the engine.
type plugins struct{ *host.Host }

var _ engine.Plugins = plugins{}

// newPlugins opens the host. Where no cache folder can be had, modules are compiled at every start.
func newPlugins(log *slog.Logger, set *meter.Set) (plugins, error) {
	o := host.Options{Log: log, Meter: set, Modules: bundled(), CacheDir: cacheDir()}
	h, err := host.New(context.Background(), o)
	if err != nil && o.CacheDir != "" {
		log.Warn("plugins are compiled at every start", "cause", err)
		o.CacheDir = ""
		h, err = host.New(context.Background(), o)
	}
	return plugins{h}, err
}

// cacheDir is where compiled plugins are kept: YETT_CACHE_DIR, or this user's cache folder. "" is none.
func cacheDir() string {
	if dir, ok := os.LookupEnv("YETT_CACHE_DIR"); ok {
		return dir
	}
	base, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(base, "yett", "plugins")
}

// Ready loads a configuration's plugins.
func (p plugins) Ready(ctx context.Context, g *spec.Gateway) (engine.Stages, error) {
	stages, err := p.Host.Ready(ctx, g)
	if err != nil {
		return nil, placeErrors(err)
	}
	return stages, nil
}

// placeErrors gives the host's errors the engine's form.
func placeErrors(err error) error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var out []error
		for _, e := range joined.Unwrap() {
			out = append(out, placeErrors(e))
		}
		return errors.Join(out...)
	}
	var e *host.LoadError
	if !errors.As(err, &e) {
		return err
	}
	return &engine.PlaceError{Pos: e.Pos, Summary: "plugin can't be used", Detail: sentence(e.Error()), Hint: e.Hint}
}

// sentence ends a text as a sentence does, if it doesn't yet.
func sentence(s string) string {
	if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "?") {
		return s
	}
	return s + "."
}

// digest is the beginning of the module's SHA-256, "" if it can't be read.
func (p plugins) digest(s *spec.Plugin) string {
	wasm, err := p.Read(s)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(wasm)
	return hex.EncodeToString(sum[:8])
}

// bundledHint names the bundled plugin that may have been meant.
func bundledHint(p *spec.Plugin, err error) error {
	var e *host.LoadError
	if !errors.As(err, &e) || (p.Source != "" && p.Source != "builtin") || bundled()[p.Kind+"/"+p.Name] != nil {
		return err
	}
	hint := "yett plugin list names the bundled plugins; others name a file: source = \"./plugin.wasm\""
	if near := hcl.Nearest(p.Kind+"/"+p.Name, slices.Collect(maps.Keys(bundled()))); near != "" {
		kind, name, _ := strings.Cut(near, "/")
		hint = fmt.Sprintf("Did you mean plugin %q %q? Plugins that aren't bundled name a file: source = \"./plugin.wasm\"", kind, name)
	}
	return &host.LoadError{Pos: e.Pos, Reason: e.Reason, Hint: hint, Cause: e.Cause}
}

// pluginInfo reads what check wants to know of a plugin, without compiling it.
func pluginInfo(p *spec.Plugin) (*hcl.PluginInfo, error) {
	reader, err := host.New(context.Background(), host.Options{Modules: bundled()})
	if err != nil {
		return nil, err
	}
	defer reader.Close() //nolint:errcheck // it held nothing
	wasm, err := reader.Read(p)
	if err != nil {
		return nil, bundledHint(p, err)
	}
	m, err := reader.Manifest(wasm)
	if err != nil {
		return nil, err
	}
	return &hcl.PluginInfo{Hooks: m.Hooks, Wants: m.WantList(), Reasons: m.Wants, ConfigSchema: m.Config, Stream: m.StreamMode().String(), Hold: m.Stream.Hold, Asks: m.Stream.Ask, Pure: m.Pure}, nil
}

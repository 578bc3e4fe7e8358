package host

import (
	"bytes"
	"context"
	"errors"
	"runtime/debug"
	"sync"
	"time"

	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/spec"
)

// Stages are the stages of one configuration.
type Stages struct {
	stages  map[*spec.Stage]*Stage
	routers map[*spec.Model]*Stage
	trials  []*Stage
	plugins []*Plugin
	once    sync.Once
}

// settled is when a configuration's plugins have been loaded for long enough: reading and compiling leaves more garbage
// than the plugins take, which the collector alone would give back to the system over many minutes.
const settled = 5 * time.Second

// Ready loads every plugin of g and makes its stages. Modules that an earlier configuration still holds aren't
// compiled again. Plugins that no stage uses are tried with their own configuration, so that their mistakes
// show as well. The old configuration's stages stay as they are.
//
// # Errors
//
// One *LoadError for each plugin or stage that can't be used, joined, each with its place.
func (h *Host) Ready(ctx context.Context, g *spec.Gateway) (*Stages, error) {
	out := &Stages{stages: map[*spec.Stage]*Stage{}, routers: map[*spec.Model]*Stage{}}
	loaded, errs := h.loadAll(ctx, g.Plugins)
	used := map[*spec.Plugin]bool{}
	make := func(p *spec.Plugin, name string, config []byte, pos spec.Pos) *Stage {
		used[p] = true
		plugin := loaded[p]
		if plugin == nil {
			return nil // its error is said
		}
		s, err := plugin.Stage(ctx, name, config)
		if err != nil {
			var e *LoadError
			if errors.As(err, &e) && pos.Known() {
				own := e.Refused && !bytes.Equal(config, p.Config) // the stage's members are laid over the plugin's
				if own || e.Pos == p.Pos {
					e.Pos = pos
				}
			}
			errs = append(errs, err)
			return nil
		}
		return s
	}
	for _, pipeline := range g.Pipelines {
		for _, st := range pipeline.Stages {
			if s := make(st.Plugin, st.Name, st.Config, st.Pos); s != nil {
				out.stages[st] = s
			}
		}
	}
	for _, m := range g.Models {
		if m.Router == nil {
			continue
		}
		if s := make(m.Router, m.Router.Name, m.Router.Config, m.Router.Pos); s != nil {
			out.routers[m] = s
		}
	}
	for _, p := range g.Plugins {
		if plugin := loaded[p]; plugin != nil {
			out.plugins = append(out.plugins, plugin)
		}
		if used[p] {
			continue
		}
		if s := make(p, p.Name, p.Config, p.Pos); s != nil {
			out.trials = append(out.trials, s)
		}
	}
	if err := errors.Join(errs...); err != nil {
		out.Close()
		return nil, err
	}
	for _, s := range out.trials {
		s.Close()
	}
	out.trials = nil
	if len(out.plugins) > 0 {
		time.AfterFunc(settled, debug.FreeOSMemory)
	}
	return out, nil
}

// loadAll loads plugins side by side: compiling takes seconds.
func (h *Host) loadAll(ctx context.Context, list []*spec.Plugin) (map[*spec.Plugin]*Plugin, []error) {
	loaded := make([]*Plugin, len(list))
	errs := make([]error, len(list))
	var wg sync.WaitGroup
	for n, p := range list {
		wg.Go(func() { loaded[n], errs[n] = h.Load(ctx, p) })
	}
	wg.Wait()
	out := map[*spec.Plugin]*Plugin{}
	var failed []error
	for n, p := range list {
		if errs[n] != nil {
			failed = append(failed, errs[n])
			continue
		}
		out[p] = loaded[n]
	}
	return out, failed
}

// Stage returns the stage made for s, nil if s isn't of the configuration.
func (s *Stages) Stage(of *spec.Stage) hook.Stage {
	if st := s.stages[of]; st != nil {
		return st
	}
	return nil
}

// Router returns the stage made for a model's router plugin, nil if it has none.
func (s *Stages) Router(of *spec.Model) hook.Stage {
	if st := s.routers[of]; st != nil {
		return st
	}
	return nil
}

// Close lets all stages and plugins go, once. Calls in flight finish.
func (s *Stages) Close() {
	s.once.Do(func() {
		for _, st := range s.stages {
			st.Close()
		}
		for _, st := range s.routers {
			st.Close()
		}
		for _, st := range s.trials {
			st.Close()
		}
		for _, p := range s.plugins {
			p.Close()
		}
	})
}

package host

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/limit"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/plugins/host/callout"
	"github.com/yett-gateway/yett/sdk/abi"
)

// Plugin is a plugin that is ready to make stages. It is safe for concurrent use.
//
// It is counted: who loaded it and each stage made of it hold it, and its code is let go after the last of them was
// closed and the last call has ended.
type Plugin struct {
	host     *Host
	spec     *spec.Plugin
	limit    spec.PluginLimit // the operator's, the manifest's or the default
	manifest *Manifest
	hooks    abi.Set
	grants   *grants
	spaces   []*space        // as grants.spaces
	cache    *cacheHold      // nil: not granted
	caller   *callout.Caller // nil: not granted
	budget   *limit.Handle   // of questions; nil: no bound
	code     *code
	key      codeKey
	digest   [sha256.Size]byte
	memory   *memory
	meters   *meters
	*instruments
	complaints pace // about calls that weren't answered

	loader sync.Once // gives up the loader's hold, once

	mu    sync.Mutex
	refs  int           // the loader and its pools
	gone  chan struct{} // closed when all is let go
	pools []*pool       // guarded by Host.mu
}

func (h *Host) newPlugin(p *spec.Plugin, limit spec.PluginLimit, g *grants, c *code, k codeKey) (*Plugin, error) {
	out := &Plugin{
		host: h, spec: p, limit: limit, manifest: c.manifest, hooks: c.manifest.HookSet(), grants: g, code: c, digest: k.digest,
		key: k, meters: newMeters(h.meter, p.Ref()), refs: 1, gone: make(chan struct{}),
	}
	out.memory = &memory{limit: uint64(pagesOf(limit.Memory)) * pageBytes, gauge: out.meters.memory}
	for _, name := range g.spaces {
		out.spaces = append(out.spaces, h.values.space(p.Ref(), name))
	}
	if p.Grant.LLM != nil {
		out.budget = h.asked.Handle(p.Ref(), spec.Limit{Tokens: p.Grant.LLM.Tokens})
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, named(p, &LoadError{Reason: "the plugin host is closed"})
	}
	var err error
	if out.caller, err = h.newCaller(&p.Grant); err != nil {
		return nil, named(p, err)
	}
	if out.caller != nil {
		out.meters.countCalls(h.meter, p.Ref())
	}
	if p.Grant.CacheBytes > 0 {
		out.cache = h.caches.hold(p.Ref(), p.Grant.CacheBytes)
	}
	out.instruments = h.instruments[p.Ref()]
	if out.instruments == nil {
		out.instruments = &instruments{plugin: p.Ref()}
		if h.meter != nil {
			out.gauge = h.meter.Gauge
		}
		h.instruments[p.Ref()] = out.instruments
	}
	h.plugins[out] = struct{}{}
	return out, nil
}

// Manifest is what the plugin says of itself. It must not be changed.
func (p *Plugin) Manifest() *Manifest { return p.manifest }

// Digest is the SHA-256 of the module.
func (p *Plugin) Digest() [sha256.Size]byte { return p.digest }

// Close lets the plugin go; further calls do nothing. Its stages go on until they are closed too, and calls in
// flight finish.
func (p *Plugin) Close() { p.loader.Do(p.letGo) }

// letGo gives up one hold on the plugin.
func (p *Plugin) letGo() {
	p.mu.Lock()
	p.refs--
	last := p.refs == 0
	p.mu.Unlock()
	if !last {
		return
	}
	p.host.mu.Lock()
	delete(p.host.plugins, p)
	p.host.mu.Unlock()
	p.host.drop(p.key, p.code)
	if p.caller != nil {
		p.caller.Close()
	}
	if p.cache != nil {
		p.host.caches.letGo(p.cache)
	}
	close(p.gone)
}

// shut closes all pools, whoever holds them, and gives up the loader's hold if the loader didn't: the host is closing.
// Pools that are draining keep theirs, so that nothing is freed under a call or a start.
func (p *Plugin) shut() {
	p.host.mu.Lock()
	pools := p.pools
	p.host.mu.Unlock()
	if p.caller != nil {
		p.caller.Close() // nobody waits for the answers any more
	}
	for _, pool := range pools {
		pool.close()
	}
	p.Close()
}

// Stage makes a stage of the plugin with a configuration, "" and nil meaning {}. Stages of equal
// configurations share their instances. One instance is made and called once for a trial, so that a plugin
// that can't work is found now. The caller closes the stage.
//
// # Errors
//
// A *LoadError: on_init failed or refused the configuration, or the trial call failed.
func (p *Plugin) Stage(_ context.Context, name string, config []byte) (*Stage, error) {
	if len(config) == 0 {
		config = []byte("{}")
	}
	pool, made, err := p.pool(config)
	if err != nil {
		return nil, err
	}
	if made {
		if err := pool.try(); err != nil {
			pool.letGo()
			var e *LoadError // of the trial call
			if !errors.As(err, &e) {
				e = &LoadError{Reason: "the plugin can't be started", Cause: err}
			}
			var refused *refusal
			if errors.As(err, &refused) {
				e = &LoadError{Reason: refused.Error(), Pos: p.spec.ConfigPos, Refused: true}
			}
			return nil, named(p.spec, e)
		}
	}
	s := &Stage{pool: pool, info: hook.Info{
		Name: name, Plugin: p.spec.Ref(), Hooks: pool.used(), Stream: p.manifest.StreamMode(),
		HoldMost: p.manifest.Stream.Hold, Asks: p.manifest.Stream.Ask, Pure: p.manifest.Pure, Raw: slices.Contains(p.code.uses, abi.CapBody.String()), Policy: pool.policy,
	}}
	return s, nil
}

// pool returns the pool of a configuration, and whether it was made just now. The caller holds it once more.
func (p *Plugin) pool(config []byte) (out *pool, made bool, err error) {
	p.host.mu.Lock()
	defer p.host.mu.Unlock()
	if p.host.closed {
		return nil, false, named(p.spec, &LoadError{Reason: "the plugin host is closed"})
	}
	for _, have := range p.pools {
		if bytes.Equal(have.config, config) {
			have.refs++
			return have, false, nil
		}
	}
	out = &pool{
		plugin: p, config: bytes.Clone(config), policy: p.policy(config), apart: apartNamed(p.spec.Isolate),
		most: p.limit.Instances, refs: 1, hooks: p.hooks, breaker: breaker{now: p.host.now},
	}
	if out.most <= 0 {
		out.most = 2 * runtime.GOMAXPROCS(0)
		if waits(p.code.uses) {
			out.most = max(out.most, outcalls)
		}
	}
	p.pools = append(p.pools, out)
	p.mu.Lock()
	p.refs++
	p.mu.Unlock()
	return out, true, nil
}

// letGo gives up one hold on the pool; the last one closes it.
func (p *pool) letGo() {
	h := p.plugin.host
	h.mu.Lock()
	p.refs--
	last := p.refs == 0
	if last {
		for n, other := range p.plugin.pools {
			if other == p {
				p.plugin.pools = append(p.plugin.pools[:n:n], p.plugin.pools[n+1:]...)
				break
			}
		}
	}
	h.mu.Unlock()
	if last {
		p.close()
	}
}

// policy hashes all that decides what the plugin does: code, configuration, contract, grants and limits.
func (p *Plugin) policy(config []byte) (sum [sha256.Size]byte) {
	h := sha256.New()
	h.Write(p.digest[:])
	var n [8]byte
	add := func(b []byte) {
		binary.LittleEndian.PutUint64(n[:], uint64(len(b)))
		h.Write(n[:])
		h.Write(b)
	}
	add(config)
	if g := p.spec.Grant.HTTP; g != nil {
		for _, r := range g.Allow {
			add(fmt.Appendf(nil, "http %s %s %s %d %s", r.Method, r.Scheme, r.Host, r.Port, r.Path))
		}
		add(fmt.Appendf(nil, "http private %v timeout %s bytes %d %d calls %d", g.Private, g.Timeout, g.RequestBytes, g.AnswerBytes, g.Calls))
	}
	if g := p.spec.Grant.LLM; g != nil {
		for _, m := range g.Models {
			add(append([]byte("llm "), m.Name...))
		}
	}
	add(fmt.Appendf(nil, "abi %d grants %x %q fuel %d memory %d on_error %s", abi.Version, p.grants.families, p.grants.spaces, p.limit.Fuel, p.memory.limit, p.spec.OnError))
	return [sha256.Size]byte(h.Sum(nil))
}

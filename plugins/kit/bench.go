package kit

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/plugins/host"
	"github.com/yett-gateway/yett/sdk/abi"
)

// BenchOptions say what Bench measures.
type BenchOptions struct {
	Wasm     []byte
	Manifest *host.Manifest
	// Plugin has the limits and the grants. Its kind, name and source are Bench's.
	Plugin spec.Plugin
	// Config is the configuration, nil for {}.
	Config json.RawMessage
	// PromptBytes are the sizes of prompts. Default 1, 4 and 64 KiB.
	PromptBytes []int
	// Cases are conversations to measure in the place of prompts of a size.
	Cases []*Case
	// Time is how long each hook is called. Default 300 ms.
	Time time.Duration
	// Dir is the folder of the plugin's sources, for the native baseline; "" for none.
	Dir string
	// Go is the go command. Default "go".
	Go string
	// Cargo is the cargo command, for a plugin in Rust. Default: as Build chooses it.
	Cargo string
}

// BenchReport is what Bench measured.
type BenchReport struct {
	Plugin  string `json:"plugin"`
	Version string `json:"version"`
	Bytes   int    `json:"bytes"`
	// Compile is loading with nothing in the disk cache, Cached with it, Start making an instance.
	Compile     time.Duration `json:"compile_ns"`
	Cached      time.Duration `json:"cached_ns"`
	Start       time.Duration `json:"start_ns"`
	StartFuel   int64         `json:"start_fuel"`
	StartMemory int           `json:"start_memory_bytes"`
	Rows        []*BenchRow   `json:"rows"`
	// NoNative is why there is no native baseline, NoUnmetered why none without metering; "" where there is one.
	NoNative    string `json:"no_native,omitempty"`
	NoUnmetered string `json:"no_unmetered,omitempty"`
}

// BenchRow is what one hook took with one text.
type BenchRow struct {
	Hook string `json:"hook"`
	What string `json:"what"` // "4 KiB prompt"
	Fuel int64  `json:"fuel"`
	// P50 and P99 are nanoseconds a call, Unmetered and Native the medians without metering and natively; 0 where there
	// is none.
	P50       int64 `json:"p50_ns"`
	P99       int64 `json:"p99_ns"`
	Unmetered int64 `json:"unmetered_p50_ns,omitempty"`
	Native    int64 `json:"native_p50_ns,omitempty"`
	// Allocs are the host's allocations a call. Memory is the instance's linear memory after all calls, in bytes, and
	// Instances how many were made for them: more than one where it grew too large.
	Allocs float64 `json:"allocs"`
	// NativeAllocs are those of the native program in Go; in Rust they aren't counted, as a plugin may have an allocator.
	NativeAllocs float64 `json:"native_allocs,omitempty"`
	Memory       int     `json:"memory_bytes"`
	Instances    int     `json:"instances"`
	Failed       string  `json:"failed,omitempty"`

	scene *scene
}

// Bench measures what the hooks of a plugin take in the real host: with metering, without, and natively.
//
// # Errors
//
// A *Refusal if the configuration isn't one by the manifest's schema; a *host.LoadError if the plugin can't be loaded, or
// refuses the configuration itself.
func Bench(ctx context.Context, o BenchOptions) (*BenchReport, error) {
	if len(o.PromptBytes) == 0 {
		o.PromptBytes = []int{1 << 10, 4 << 10, 64 << 10}
	}
	if o.Time <= 0 {
		o.Time = 300 * time.Millisecond
	}
	for _, row := range rows(&o) {
		if err := checkConfig(o.Manifest.Config, row.scene.config); err != nil {
			return nil, err
		}
	}
	dir, err := os.MkdirTemp("", "yett-bench-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) // a temporary folder that stays is no failure
	b := &bencher{o: &o, cache: filepath.Join(dir, "cache"), report: &BenchReport{Plugin: o.Manifest.Name, Version: o.Manifest.Version, Bytes: len(o.Wasm)}}
	b.o.Plugin.Kind, b.o.Plugin.Name, b.o.Plugin.Source, b.o.Plugin.OnError = "guard", "bench", "builtin", "deny"
	b.o.Plugin.Limit.Wall = 10 * time.Second // how long a call takes is what is to be found
	b.report.Rows = rows(&o)
	if err := b.count(ctx); err != nil {
		return nil, err
	}
	if err := b.time(ctx); err != nil {
		return nil, err
	}
	if err := b.native(ctx, dir); err != nil {
		b.report.NoNative = err.Error()
	}
	return b.report, nil
}

// rows are the hooks that the plugin has, with what each sees.
func rows(o *BenchOptions) (out []*BenchRow) {
	add := func(h abi.Hook, what string, s *scene) {
		if o.Manifest.HookSet().Has(h) {
			out = append(out, &BenchRow{Hook: h.String(), What: what, scene: s})
		}
	}
	if len(o.Cases) > 0 {
		for _, c := range o.Cases {
			if c.Expect.Refused != "" {
				continue
			}
			s := sceneOf(c)
			add(abi.OnRequest, c.Name, s)
			add(abi.OnRoute, c.Name, s)
			if c.Answer.Text != "" {
				add(abi.OnDelta, c.Name, s)
				add(abi.OnResponse, c.Name, s)
			}
		}
		return out
	}
	for _, n := range o.PromptBytes {
		add(abi.OnRequest, size(n)+" prompt", newScene(o.Config, prose(n), ""))
	}
	four := newScene(o.Config, prose(4<<10), prose(4<<10))
	add(abi.OnRoute, "4 KiB prompt", four)
	add(abi.OnUpstreamRequest, "4 KiB prompt", four)
	add(abi.OnDelta, "40 B delta", four)
	add(abi.OnResponse, "4 KiB answer", four)
	add(abi.OnStreamEnd, "4 KiB answer", four)
	return out
}

// prose is text of n bytes without anything in it.
func prose(n int) string {
	const line = "The quick brown fox jumps over the lazy dog and runs far away from it, again and again. "
	return strings.Repeat(line, n/len(line)+1)[:n]
}

func size(n int) string {
	if n >= 1<<10 && n%(1<<10) == 0 {
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d B", n)
}

type bencher struct {
	o      *BenchOptions
	cache  string
	report *BenchReport
}

// counter is a Watch that keeps the worst.
type counter struct {
	fuel   int64
	memory int
	starts []host.Used
	failed error
}

// Called implements host.Watch.
func (c *counter) Called(_ *hook.Call, u host.Used, failed error) {
	c.fuel, c.memory = max(c.fuel, u.Fuel), u.Memory
	if failed != nil && c.failed == nil {
		c.failed = failed
	}
}

// Started implements host.Watch.
func (c *counter) Started(u host.Used) { c.starts = append(c.starts, u) }

// open makes a host that has the plugin loaded. close it after use.
func (b *bencher) open(ctx context.Context, o host.Options, open func(context.Context, host.Options) (*host.Host, error)) (p *host.Plugin, took time.Duration, shut func(), err error) {
	o.Modules = map[string]func() []byte{"guard/bench": func() []byte { return b.o.Wasm }}
	h, err := open(ctx, o)
	if err != nil {
		return nil, 0, nil, err
	}
	began := time.Now()
	if p, err = h.Load(ctx, &b.o.Plugin); err != nil {
		_ = h.Close() // the load's error is the one to say
		return nil, 0, nil, err
	}
	return p, time.Since(began), func() {
		p.Close()
		_ = h.Close() // every call has ended
	}, nil
}

// counted is how many calls of a row are watched.
const counted = 300

// count finds what doesn't depend on the machine: fuel, memory, instances. Its load is the cold one.
func (b *bencher) count(ctx context.Context) error {
	w := &counter{}
	p, took, shut, err := b.open(ctx, host.Options{CacheDir: b.cache, Watch: w}, host.New)
	if err != nil {
		return err
	}
	defer shut()
	b.report.Compile = took
	for _, row := range b.report.Rows {
		*w = counter{}
		stage, err := p.Stage(ctx, "bench", row.scene.config)
		if err != nil {
			return err
		}
		if b.report.Start == 0 && len(w.starts) > 0 {
			u := w.starts[0]
			b.report.Start, b.report.StartFuel, b.report.StartMemory = u.Wall, u.Fuel, u.Memory
		}
		for range counted {
			if err := stage.Call(row.scene.call(row.Hook)); err != nil {
				row.Failed = w.failed.Error()
				break
			}
		}
		row.Fuel, row.Memory, row.Instances = w.fuel, w.memory, len(w.starts)
		stage.Close()
	}
	return nil
}

// rounds is how often each way of running a call has its turn: what the machine does meanwhile meets both.
const rounds = 9

// time measures calls in a host that nobody watches, and the same in one without metering. A plugin that fails with metering
// isn't called without it: nothing would stop it.
func (b *bencher) time(ctx context.Context) error {
	metered, took, shut, err := b.open(ctx, host.Options{CacheDir: b.cache}, host.New)
	if err != nil {
		return err
	}
	defer shut()
	b.report.Cached = took
	var free *host.Plugin
	if slices.ContainsFunc(b.report.Rows, func(r *BenchRow) bool { return r.Failed != "" }) {
		b.report.NoUnmetered = "a call failed, and nothing stops a plugin that isn't metered"
	} else {
		var shut func()
		if free, _, shut, err = b.open(ctx, host.Options{}, host.NewUnmetered); err != nil {
			b.report.NoUnmetered = err.Error()
		} else {
			defer shut()
		}
	}
	for _, row := range b.report.Rows {
		if row.Failed != "" {
			continue
		}
		if err := b.timeRow(ctx, row, metered, free); err != nil {
			return fmt.Errorf("%s, %s: %w", row.Hook, row.What, err)
		}
	}
	return nil
}

// timeRow takes the best of the rounds. free may be nil.
func (b *bencher) timeRow(ctx context.Context, row *BenchRow, metered, free *host.Plugin) error {
	for n := range rounds {
		t, err := b.measure(ctx, metered, row)
		if err != nil {
			return err
		}
		if n == 0 || t.p50 < row.P50 {
			row.P50, row.P99, row.Allocs = t.p50, t.p99, t.allocs
		}
		if free == nil {
			continue
		}
		if t, err = b.measure(ctx, free, row); err != nil {
			return err
		}
		if n == 0 || t.p50 < row.Unmetered {
			row.Unmetered = t.p50
		}
	}
	return nil
}

// measure calls a row's hook for one round.
func (b *bencher) measure(ctx context.Context, p *host.Plugin, row *BenchRow) (timing, error) {
	stage, err := p.Stage(ctx, "bench", row.scene.config)
	if err != nil {
		return timing{}, err
	}
	defer stage.Close()
	return measure(b.o.Time/rounds, func() error { return stage.Call(row.scene.call(row.Hook)) })
}

package kit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/plugins/host"
	"github.com/yett-gateway/yett/sdk/abi"
)

// TestOptions say what Test plays.
type TestOptions struct {
	Manifest *host.Manifest
	Limit    spec.PluginLimit
	// KV are the namespaces of the key-value store that the Replayer grants, for the report.
	KV       []string
	Replayer Replayer
	Cases    []*Case
	// NoHostile leaves out the conversations that every plugin must stand.
	NoHostile bool
	// Done is told of each case as it is done; nil: nobody is.
	Done func(*CaseResult)
}

// CaseResult is what came of a case.
type CaseResult struct {
	Name     string     `json:"name"`
	File     string     `json:"file,omitempty"`
	Line     int        `json:"line,omitempty"`
	Replays  int        `json:"replays"`
	Failures []*Failure `json:"failures,omitempty"`
}

// OK tells whether all was as it must be.
func (r *CaseResult) OK() bool { return len(r.Failures) == 0 }

// Worst is the most that any call of a hook used, and where.
type Worst struct {
	Hook     string `json:"hook"`
	Fuel     int64  `json:"fuel"`
	FuelAt   string `json:"fuel_at"`
	Wall     int64  `json:"wall_us"`
	WallAt   string `json:"wall_at"`
	Memory   int    `json:"memory_bytes"`
	MemoryAt string `json:"memory_at"`
}

// TestReport is what Test found.
type TestReport struct {
	Plugin  string           `json:"plugin"`
	Version string           `json:"version"`
	Granted []string         `json:"granted"`
	KV      []string         `json:"kv,omitempty"` // namespaces, where kv is granted
	Cases   []*CaseResult    `json:"cases"`
	Worst   []*Worst         `json:"worst"`
	Limit   spec.PluginLimit `json:"-"`
	Notes   []string         `json:"notes,omitempty"`
	Passed  int              `json:"passed"`
	Failed  int              `json:"failed"`
}

// NewTestReport is a report with nothing played.
func NewTestReport(o *TestOptions) *TestReport {
	r := &TestReport{Plugin: o.Manifest.Name, Version: o.Manifest.Version, Granted: o.Manifest.WantList(), Limit: o.Limit}
	if slices.Contains(r.Granted, abi.CapKV.String()) {
		r.KV = o.KV
	}
	return r
}

// Test plays cases in every dialect, whole and streamed, cut everywhere, and the conversations that every plugin must
// stand. It fails where an outcome isn't what its case expects, where outcomes of a case differ, where a call needs more
// than it may use, and where a plugin that says it is pure decides otherwise the second time.
//
// # Errors
//
// Those of the Replayer: what the author can't be blamed for.
func Test(ctx context.Context, o TestOptions) (*TestReport, error) {
	t := &tester{o: &o, report: NewTestReport(&o)}
	for _, c := range o.Cases {
		if err := t.try(ctx, c); err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name, err)
		}
	}
	if !o.NoHostile {
		if err := t.stand(ctx); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(t.report.Worst, func(a, b *Worst) int {
		return cmp.Compare(slices.Index(o.Manifest.Hooks, a.Hook), slices.Index(o.Manifest.Hooks, b.Hook))
	})
	t.notes()
	return t.report, nil
}

type tester struct {
	o      *TestOptions
	report *TestReport
	noted  map[string]bool
}

// stand plays the conversations that every plugin must stand, with the first configuration that it takes.
func (t *tester) stand(ctx context.Context) error {
	configs := []*Case{{}}
	for _, c := range t.o.Cases {
		if c.Expect.Refused == "" && len(c.Config) > 0 {
			configs = append(configs, c)
		}
	}
	var refusal *Refusal
	for _, c := range configs {
		err := checkConfig(t.o.Manifest.Config, c.Config)
		if err == nil {
			err = t.o.Replayer.Open(ctx, &Case{Config: c.Config})
		}
		if errors.As(err, &refusal) {
			continue
		}
		if err != nil {
			return err
		}
		for _, h := range hostile(c.Config) {
			if err := t.try(ctx, h); err != nil {
				return fmt.Errorf("%s: %w", h.Name, err)
			}
		}
		return nil
	}
	t.report.Notes = append(t.report.Notes, "the built-in conversations were not tried: the plugin takes no configuration that is known ("+refusal.Reason+"); write a case with one")
	return nil
}

// try plays one case in every way.
func (t *tester) try(ctx context.Context, c *Case) error {
	f := &failures{}
	replays := c.replays(t.o.Replayer.Clients(), t.o.Replayer.Providers())
	nowhere := &Replay{}
	switch refused, err := t.open(ctx, c, f, nowhere); {
	case err != nil:
		return err
	case refused:
		replays = nil
	case len(replays) == 0:
		f.add("dialects", sentence(c.Dialects), "one or more of "+sentence(t.o.Replayer.Clients()), nowhere)
	}
	played := 0
	seen := &baselines{streams: map[string]*baseline{}}
	for _, r := range replays {
		o, err := t.play(ctx, c, r, f)
		if err != nil {
			return fmt.Errorf("%s: %w", r, err)
		}
		played++
		if o.Failed != "" {
			if !t.excused(c, o) {
				f.expect(c, o, r)
			}
			break // a plugin that fails again and again is left alone by the host, and nothing more is seen of it
		}
		f.expect(c, o, r)
		f.same(seen.of(o, r), o, r)
	}
	t.hint(f)
	t.done(c, played, f)
	return nil
}

// excused tells whether a failure is one of a prompt that plugins may have no budget for.
func (t *tester) excused(c *Case, o *Outcome) bool {
	if c.large {
		t.note(c.Name, fmt.Sprintf("the plugin fails in %q: %s", c.Name, o.Failed))
	}
	return c.large
}

// open readies the plugin. A configuration that is refused is what the case expects, or its failure.
func (t *tester) open(ctx context.Context, c *Case, f *failures, at *Replay) (refused bool, err error) {
	if err = checkConfig(t.o.Manifest.Config, c.Config); err == nil {
		err = t.o.Replayer.Open(ctx, c)
	}
	var r *Refusal
	switch {
	case errors.As(err, &r):
		if want := c.Expect.Refused; want == "" {
			f.add("configuration", r.Reason, "one that the plugin takes", at)
		} else if !strings.Contains(r.Reason, want) {
			f.add("refusal of the configuration", quote(r.Reason), "a text with "+quote(want), at)
		}
		return true, nil
	case err != nil:
		return false, err
	case c.Expect.Refused != "":
		f.add("configuration", "taken", "refused with "+quote(c.Expect.Refused), at)
		return true, nil
	}
	return false, nil
}

// play plays a case once, or twice where the same must come of it.
func (t *tester) play(ctx context.Context, c *Case, r *Replay, f *failures) (*Outcome, error) {
	o, err := t.o.Replayer.Play(ctx, c, r)
	if err != nil {
		return nil, err
	}
	t.used(c, o, r, f)
	if o.Failed != "" || !t.o.Manifest.Pure || len(r.Cuts) == 1 {
		return o, nil // one cut in a thousand is as good as its neighbour
	}
	again, err := t.o.Replayer.Play(ctx, c, r)
	if err != nil {
		return nil, err
	}
	f.again(o, again, r)
	return o, nil
}

// used notes what the replay used, and fails what may not use so much.
func (t *tester) used(c *Case, o *Outcome, r *Replay, f *failures) {
	for hook, u := range o.Used {
		var w *Worst
		for _, have := range t.report.Worst {
			if have.Hook == hook {
				w = have
			}
		}
		if w == nil {
			w = &Worst{Hook: hook}
			t.report.Worst = append(t.report.Worst, w)
		}
		if u.Fuel > w.Fuel {
			w.Fuel, w.FuelAt = u.Fuel, c.Name
		}
		if us := u.Wall.Microseconds(); us > w.Wall {
			w.Wall, w.WallAt = us, c.Name
		}
		if u.Memory > w.Memory {
			w.Memory, w.MemoryAt = u.Memory, c.Name
		}
		if limit := t.o.Limit.Wall; limit > 0 && u.WallShare > limit {
			t.note("wall of "+hook, fmt.Sprintf("%s took %d ms here for each 256 KiB in %q, and may take %d: on a busy machine it would be stopped", hook, u.WallShare.Milliseconds(), c.Name, limit.Milliseconds()))
		}
		switch limit := t.o.Limit.Fuel; {
		case limit <= 0 || u.FuelShare <= limit:
		case c.large:
			t.note(c.Name+hook, fmt.Sprintf("%s needs %d fuel for each 256 KiB in %q and may use %d: such requests are refused, or go past the plugin, as on_error says", hook, u.FuelShare, c.Name, limit))
		default:
			f.add("fuel of "+hook, fmt.Sprint(u.FuelShare), fmt.Sprintf("at most %d", limit), r).Hint = "do less for each byte, look at less of the text, or ask for more with \"limits\": {\"fuel\": …} in plugin.json"
		}
	}
}

// note adds a note about something, once.
func (t *tester) note(about, text string) {
	if t.noted[about] {
		return
	}
	if t.noted == nil {
		t.noted = map[string]bool{}
	}
	t.noted[about] = true
	t.report.Notes = append(t.report.Notes, text)
}

// hint says what is most likely at fault. Of what the gateway refuses a text is all that its client sees.
func (t *tester) hint(f *failures) {
	hooks := t.o.Manifest.Hooks
	for _, x := range f.list {
		switch {
		case strings.Contains(x.Got, "only observes streams"):
			x.Hint = `a plugin that holds or replaces pieces says so in plugin.json: "stream": {"mode": "transform", "hold": …}`
		case strings.Contains(x.Got, "holds back more of the answer"):
			x.Hint = fmt.Sprintf("stream.hold of plugin.json is %d: it must be the most bytes that the plugin ever holds", t.o.Manifest.Stream.Hold)
		}
	}
	if slices.Contains(hooks, "on_delta") || !slices.Contains(hooks, "on_response") {
		return
	}
	for _, x := range f.list {
		if strings.HasSuffix(x.What, "whether the answer is streamed") || strings.Contains(x.Where, "streamed") {
			x.Hint = "the plugin has on_response and no on_delta: streamed answers go past it"
		}
	}
}

func (t *tester) done(c *Case, replays int, f *failures) {
	out := &CaseResult{Name: c.Name, File: c.File, Line: c.Line, Replays: replays, Failures: f.list}
	t.report.Cases = append(t.report.Cases, out)
	if out.OK() {
		t.report.Passed++
	} else {
		t.report.Failed++
	}
	if t.o.Done != nil {
		t.o.Done(out)
	}
}

// notes says what isn't wrong and should be known.
func (t *tester) notes() {
	if !t.o.Manifest.Pure {
		t.report.Notes = append(t.report.Notes, "plugin.json doesn't say \"pure\", so nothing was tried twice")
	}
}

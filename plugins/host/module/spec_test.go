package module

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// specLimits leave room for what the suite does on purpose.
var specLimits = Limits{
	Params: 1000, TableElements: 1 << 20, MemoryPages: pageLimit, Nesting: 2000, BrTable: 200_000, BodyBytes: 2 * mib,
	CompileTime: time.Hour,
}

// specDir finds the WebAssembly specification's test suite, which wazero's module carries in binary form. A missing
// suite is a failure, not a reason to skip: the rewriter is not to be trusted without it.
func specDir(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/tetratelabs/wazero").Output()
	require.NoError(t, err)
	dir := filepath.Join(strings.TrimSpace(string(out)), "internal", "integration_test", "spectest")
	require.DirExists(t, dir)
	return dir
}

// specDepth admits the deepest recursion of the suite that is meant to return.
const specDepth = 20_000

type specScript struct {
	Commands []specCommand `json:"commands"`
}

type specCommand struct {
	Type       string `json:"type"`
	Line       int    `json:"line"`
	Name       string `json:"name"`
	Filename   string `json:"filename"`
	As         string `json:"as"`
	ModuleType string `json:"module_type"`
	Action     struct {
		Type   string      `json:"type"`
		Field  string      `json:"field"`
		Module string      `json:"module"`
		Args   []specValue `json:"args"`
	} `json:"action"`
	Expected []specValue `json:"expected"`
}

type specValue struct {
	Type  string `json:"type"`
	Lane  string `json:"lane_type"`
	Value any    `json:"value"`
}

// bits returns the value as the engine passes it: one word, or two for a vector.
func (v specValue) bits(t *testing.T) []uint64 {
	t.Helper()
	if v.Type != "v128" {
		text, _ := v.Value.(string)
		return []uint64{scalar(t, v.Type, text)}
	}
	width, err := strconv.Atoi(v.Lane[1:])
	require.NoError(t, err)
	words := make([]uint64, 2)
	for i, lane := range v.Value.([]any) {
		at := i * width
		words[at/64] |= scalar(t, v.Lane, lane.(string)) << (at % 64)
	}
	return words
}

func scalar(t *testing.T, typ, text string) uint64 {
	t.Helper()
	switch {
	case text == "null" || text == "":
		return 0
	case strings.HasPrefix(text, "nan:") && strings.HasSuffix(typ, "32"):
		return 0x7fc00000
	case strings.HasPrefix(text, "nan:"):
		return 0x7ff8000000000000
	}
	n, err := strconv.ParseUint(text, 10, 64)
	require.NoError(t, err, "%s %q", typ, text)
	if typ == "externref" {
		n++ // 0 is null
	}
	return n
}

// specSide is one of the runtimes that go through a script side by side.
type specSide struct {
	host    *host
	runtime wazero.Runtime
	modules map[string]api.Module
	last    api.Module
	rewrite func(wasm []byte) ([]byte, error)
}

func newSpecSide(t *testing.T, file string, rewrite func([]byte) ([]byte, error)) *specSide {
	t.Helper()
	suite := filepath.Dir(filepath.Dir(file))
	features := api.CoreFeaturesV2
	if filepath.Base(suite) == "v1" {
		features = api.CoreFeaturesV1
	}
	h := &host{depth: specDepth}
	s := &specSide{host: h, runtime: engineOf(t, h, features), modules: map[string]api.Module{}, rewrite: rewrite}
	wasm, err := os.ReadFile(filepath.Join(filepath.Dir(suite), "testdata", "spectest.wasm"))
	require.NoError(t, err)
	_, err = s.runtime.InstantiateWithConfig(context.Background(), wasm, wazero.NewModuleConfig().WithName("spectest"))
	require.NoError(t, err)
	return s
}

// load instantiates a module, under a name where others import from it.
func (s *specSide) load(wasm []byte, as string) (api.Module, error) {
	if s.rewrite != nil {
		var err error
		if wasm, err = s.rewrite(wasm); err != nil {
			return nil, err
		}
	}
	return s.runtime.InstantiateWithConfig(context.Background(), wasm,
		wazero.NewModuleConfig().WithName(as).WithStartFunctions())
}

// act runs an action and returns its results.
func (s *specSide) act(t *testing.T, c specCommand) ([]uint64, error) {
	t.Helper()
	m := s.last
	if c.Action.Module != "" {
		m = s.modules[c.Action.Module]
	}
	require.NotNil(t, m, "line %d", c.Line)
	if c.Action.Type == "get" {
		return []uint64{m.ExportedGlobal(c.Action.Field).Get()}, nil
	}
	var args []uint64
	for _, a := range c.Action.Args {
		args = append(args, a.bits(t)...)
	}
	fn := m.ExportedFunction(c.Action.Field)
	require.NotNil(t, fn, "line %d: %s", c.Line, c.Action.Field)
	return fn.Call(context.Background(), args...)
}

// trap returns the first line of an error: what follows is a trace with numbers that a rewrite may change.
func trap(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// TestSpec runs the specification's tests of WebAssembly 1.0 and 2.0 on each module as it is, metered with a tick at
// nearly every place, and with every instruction counted one by one. Results must agree to the last bit, and the
// metered fuel must not be below the exact count, nor above it by more than the promised rounding.
func TestSpec(t *testing.T) {
	dir := specDir(t)
	compared := 0
	for _, version := range []string{"v1", "v2"} {
		files, err := filepath.Glob(filepath.Join(dir, version, "testdata", "*.json"))
		require.NoError(t, err)
		require.Greater(t, len(files), 70)
		for _, file := range files {
			t.Run(version+"/"+strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
				compared += runScript(t, file)
			})
		}
	}
	t.Logf("%d actions compared", compared)
	assert.Greater(t, compared, 40_000)
}

// runScript returns how many actions it compared.
func runScript(t *testing.T, file string) int {
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	var script specScript
	require.NoError(t, json.Unmarshal(raw, &script))
	r := &specRun{t: t, dir: filepath.Dir(file)}
	r.plain = newSpecSide(t, file, nil)
	r.metered = newSpecSide(t, file, func(wasm []byte) ([]byte, error) {
		m, err := Meter(wasm, specLimits, Metering{TickEvery: 1, MaxDepth: specDepth})
		if err != nil {
			return nil, err
		}
		r.bulk = r.bulk || m.Stats.BulkOps > 0
		return m.Wasm, nil
	})
	r.exact = newSpecSide(t, file, countExactly)
	for i, c := range script.Commands {
		as := ""
		if i+1 < len(script.Commands) && script.Commands[i+1].Type == "register" {
			as = script.Commands[i+1].As
		}
		r.command(c, as)
	}
	return r.compared
}

type specRun struct {
	t                     *testing.T
	dir                   string
	plain, metered, exact *specSide
	compared              int
	bulk                  bool // a module has operations that cost more than one unit
}

func (r *specRun) sides() []*specSide { return []*specSide{r.plain, r.metered, r.exact} }

func (r *specRun) command(c specCommand, as string) {
	t := r.t
	switch c.Type {
	case "module":
		wasm := r.read(c)
		for _, s := range r.sides() {
			m, err := s.load(wasm, as)
			require.NoError(t, err, "line %d: %s", c.Line, c.Filename)
			s.last = m
			if c.Name != "" {
				s.modules[c.Name] = m
			}
			if as != "" {
				s.modules[as] = m
			}
		}
	case "register":
		// Loaded under this name already, unless it renames an older module, which wazero can't do.
	case "assert_invalid", "assert_malformed", "assert_unlinkable", "assert_uninstantiable":
		if c.ModuleType == "text" {
			return // a mistake of the text format
		}
		wasm := r.read(c)
		_, plain := r.plain.load(wasm, "")
		_, metered := r.metered.load(wasm, "")
		_, _ = r.exact.load(wasm, "") // a module that fails late has written to what it imports
		assert.Equal(t, plain != nil, metered != nil, "line %d: %s: plain: %v, metered: %v", c.Line, c.Filename, plain, metered)
	case "assert_return", "assert_trap", "action":
		r.compare(c)
	case "assert_exhaustion":
		_, plain := r.plain.act(t, c)
		_, metered := r.metered.act(t, c)
		require.Error(t, plain)
		require.Error(t, metered)
		assert.Contains(t, trap(metered), "unreachable", "line %d", c.Line)
		assert.Negative(t, depthOf(r.metered.last), "line %d", c.Line)
		r.resetDepth()
	default:
		t.Fatalf("line %d: unknown command %q", c.Line, c.Type)
	}
}

// resetDepth makes the instances usable again, which only this suite wants after a trap.
func (r *specRun) resetDepth() {
	all := []api.Module{r.metered.last}
	for _, m := range r.metered.modules {
		all = append(all, m)
	}
	for _, m := range all {
		meterOf(m).Set(NewMeter(0, specDepth))
	}
}

func (r *specRun) read(c specCommand) []byte {
	wasm, err := os.ReadFile(filepath.Join(r.dir, c.Filename))
	require.NoError(r.t, err)
	return wasm
}

func (r *specRun) compare(c specCommand) {
	t := r.t
	module := func(s *specSide) api.Module {
		if c.Action.Module != "" {
			return s.modules[c.Action.Module]
		}
		return s.last
	}
	for _, s := range []*specSide{r.metered, r.exact} {
		s.host.begin(module(s))
	}
	r.compared++
	want, wantErr := r.plain.act(t, c)
	got, gotErr := r.metered.act(t, c)
	_, exactErr := r.exact.act(t, c)
	if c.Type == "assert_trap" {
		require.Error(t, wantErr, "line %d", c.Line)
	}
	if wantErr != nil {
		require.Error(t, gotErr, "line %d", c.Line)
		require.Error(t, exactErr, "line %d", c.Line)
		assert.Equal(t, trap(wantErr), trap(gotErr), "line %d", c.Line)
		r.resetDepth()
		return
	}
	require.NoError(t, gotErr, "line %d", c.Line)
	require.NoError(t, exactErr, "line %d", c.Line)
	if len(c.Expected) == 1 && c.Expected[0].Type == "funcref" {
		for i := range want { // pointers of the engine, which differ between two instances
			assert.Equal(t, want[i] == 0, got[i] == 0, "line %d", c.Line)
		}
	} else {
		assert.Equal(t, want, got, "line %d: %s", c.Line, c.Action.Field)
	}
	if c.Action.Type == "invoke" {
		r.compareFuel(c, module)
	}
}

func (r *specRun) compareFuel(c specCommand, module func(*specSide) api.Module) {
	exact := r.exact.host.used(module(r.exact))
	used := r.metered.host.used(module(r.metered))
	assert.GreaterOrEqual(r.t, used, exact, "line %d: fuel below the instructions run", c.Line)
	if !r.bulk {
		// Each call and each turn of a loop runs an instruction and rounds by no more than the promise.
		assert.LessOrEqual(r.t, used, int64(regionMax+2)*(exact+1), "line %d: fuel above the rounding", c.Line)
	}
	assert.Equal(r.t, int32(specDepth), depthOf(module(r.metered)), "line %d: depth after the call", c.Line)
}

// countExactly inserts a charge of one unit before each instruction that has a price, and nothing else: the slow
// and obvious way to count, as a measure for the fast one.
func countExactly(wasm []byte) ([]byte, error) {
	m, err := parse(wasm, specLimits, true)
	if err != nil {
		return nil, err
	}
	w := newRewriter(m, Metering{}.withDefaults())
	for i := range w.counted {
		w.counted[i] = false
	}
	w.exactly()
	return w.out, nil
}

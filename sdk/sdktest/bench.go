package sdktest

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"time"

	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/abi"
)

// BenchRow is a hook to be measured natively, with what it sees.
type BenchRow struct {
	Hook   string `json:"hook"`
	Config string `json:"config"` // JSON; "" for {}
	// Prompt is the user's message, Answer the one choice of a whole answer, Delta and Before a piece of a streamed one.
	Prompt string `json:"prompt"`
	Answer string `json:"answer"`
	Delta  string `json:"delta"`
	Before string `json:"before"`
	// Candidates are how many targets on_route may choose.
	Candidates int `json:"candidates"`
	// Milliseconds are how long it is called again and again.
	Milliseconds int `json:"milliseconds"`
}

// BenchResult is what a hook took natively.
type BenchResult struct {
	P50    int64   `json:"p50_ns"`
	P99    int64   `json:"p99_ns"`
	Allocs float64 `json:"allocs"` // for each call
	Error  string  `json:"error,omitempty"`
}

// Bench measures the plugin that sdk.Run was given: it reads a list of BenchRow from standard input, writes one of
// BenchResult to standard output, and ends the process. "yett plugin bench" has an init function call it, after the
// plugin's own, to set native code beside WebAssembly.
func Bench() {
	if err := bench(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func bench(in io.Reader, out io.Writer) error {
	var rows []BenchRow
	if err := json.NewDecoder(in).Decode(&rows); err != nil {
		return err
	}
	h := &still{}
	call, ok := sdk.Direct(h)
	if !ok {
		return fmt.Errorf("sdk.Run was not called in an init function")
	}
	results := make([]BenchResult, len(rows))
	for i := range rows {
		results[i] = h.measure(&rows[i], call)
	}
	return json.NewEncoder(out).Encode(results)
}

// measure calls a hook for as long as its row says.
func (h *still) measure(row *BenchRow, call func(abi.Hook, [3]int32) sdk.Verdict) (r BenchResult) {
	h.set(row)
	if v := call(abi.OnInit, [3]int32{}); v.Action() == abi.Block {
		return BenchResult{Error: "the plugin refuses the configuration: " + string(h.slots[abi.SlotReason])}
	}
	hook, found := hookNamed(row.Hook)
	if !found {
		return BenchResult{Error: "there is no hook " + row.Hook + " natively"}
	}
	var args [3]int32
	switch hook {
	case abi.OnDelta:
		args[2] = int32(len(h.delta))
	case abi.OnRoute:
		args[0] = int32(h.candidates)
	}
	for range 10 {
		call(hook, args)
	}
	times := make([]int64, 0, maxTimes)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	end := time.Now().Add(time.Duration(row.Milliseconds) * time.Millisecond)
	for len(times) < maxTimes {
		began := time.Now()
		call(hook, args)
		done := time.Now()
		times = append(times, int64(done.Sub(began)))
		if done.After(end) {
			break
		}
	}
	runtime.ReadMemStats(&after)
	slices.Sort(times)
	r.P50, r.P99 = times[len(times)/2], times[len(times)*99/100]
	r.Allocs = float64(after.Mallocs-before.Mallocs) / float64(len(times))
	return r
}

// maxTimes is how many calls of one hook are measured at most.
const maxTimes = 20_000

func hookNamed(name string) (abi.Hook, bool) {
	for h := range abi.Hook(abi.Hooks) {
		if h.String() == name {
			return h, true
		}
	}
	return 0, false
}

// still is a host that costs next to nothing: one message, one answer, one piece, and edits that nobody makes.
type still struct {
	run
	config, prompt, answer, delta, before []byte
	candidates                            int
	slots                                 [abi.Slots][]byte
	state                                 []byte
}

func (h *still) set(row *BenchRow) {
	h.run = run{h: &Host{Metrics: map[string]float64{}, values: map[string]string{}}}
	h.config, h.prompt, h.answer = []byte(row.Config), []byte(row.Prompt), []byte(row.Answer)
	if row.Config == "" {
		h.config = []byte("{}")
	}
	h.delta, h.before, h.candidates, h.state = []byte(row.Delta), []byte(row.Before), row.Candidates, nil
}

// fill is give for bytes.
func fill(text []byte, ok bool, buf []byte) int32 {
	if !ok {
		return int32(abi.Absent)
	}
	if len(text) <= len(buf) {
		copy(buf, text)
	}
	return int32(len(text))
}

var stillTexts = map[abi.Field][]byte{
	abi.FieldRequestID: []byte("bench"), abi.FieldDialect: []byte("openai.chat"), abi.FieldRoute: []byte("bench"),
	abi.FieldModel: []byte("model"), abi.FieldClientIP: []byte("192.0.2.1"), abi.FieldMethod: []byte("POST"),
	abi.FieldPath: []byte("/v1/chat/completions"), abi.FieldCandidateModel: []byte("model"), abi.FieldCandidateProvider: []byte("provider"),
	abi.FieldFinish: []byte("stop"),
}

// Config implements the SDK's host.
func (h *still) Config(buf []byte) int32 { return fill(h.config, true, buf) }

// Get implements the SDK's host.
func (h *still) Get(f abi.Field, i, j int32, buf []byte) int32 {
	first := i == 0 && j == 0
	switch f {
	case abi.FieldRole:
		return fill([]byte("user"), first, buf)
	case abi.FieldPartText:
		return fill(h.prompt, first, buf)
	case abi.FieldAnswerPartText:
		return fill(h.answer, first, buf)
	case abi.FieldDelta:
		return fill(h.delta, true, buf)
	case abi.FieldDeltaBefore:
		return fill(h.before, true, buf)
	}
	text, ok := stillTexts[f]
	return fill(text, ok, buf)
}

// Num implements the SDK's host.
func (h *still) Num(f abi.Field, i, j int32) int64 {
	switch f {
	case abi.FieldMessages, abi.FieldAnswers:
		return 1
	case abi.FieldParts, abi.FieldAnswerParts:
		if i == 0 {
			return 1
		}
	case abi.FieldPartKind, abi.FieldAnswerPartKind:
		if i == 0 && j == 0 {
			return int64(abi.PartText)
		}
	case abi.FieldDeltaNew:
		return int64(len(h.delta))
	case abi.FieldCandidates:
		return int64(h.candidates)
	case abi.FieldCandidateWeight:
		return 1
	case abi.FieldTools, abi.FieldStream, abi.FieldDeltaFinal:
		return 0
	}
	return abi.NumAbsent
}

// Named implements the SDK's host.
func (h *still) Named(abi.Name, string, []byte) int32 { return int32(abi.Absent) }

// Edit implements the SDK's host.
func (h *still) Edit(abi.Edit, abi.Field, int32, int32, []byte) abi.Status { return abi.OK }

// SetNamed implements the SDK's host.
func (h *still) SetNamed(abi.Name, string, []byte) abi.Status { return abi.OK }

// Stage implements the SDK's host.
func (h *still) Stage(s abi.Slot, text []byte) abi.Status {
	h.slots[s] = append(h.slots[s][:0], text...)
	return abi.OK
}

// StateGet implements the SDK's host.
func (h *still) StateGet(buf []byte) int32 { return fill(h.state, h.state != nil, buf) }

// StatePut implements the SDK's host.
func (h *still) StatePut(b []byte) abi.Status {
	h.state = append(h.state[:0], b...)
	return abi.OK
}

// Log implements the SDK's host, and keeps nothing.
func (h *still) Log(abi.Level, string) abi.Status { return abi.OK }

package kit

import (
	"encoding/json"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/sdk/abi"
)

// scene is what a hook sees in a benchmark: a request of one message, an answer of one text, a piece of it. Reading it
// costs nothing, and edits are taken and not made, so that every call is the same. It isn't safe for concurrent use.
type scene struct {
	config                        []byte
	prompt, answer, delta, before []byte
	candidates                    int

	it    hook.Call
	state []byte
}

var _ hook.Exchange = (*scene)(nil)

// deltaBytes is the length of a piece of a stream: about what providers send.
const deltaBytes = 40

func newScene(config json.RawMessage, prompt, answer string) *scene {
	s := &scene{config: config, prompt: []byte(prompt), answer: []byte(answer), candidates: 2}
	before := answer[:min(len(answer), abi.LookBehind)]
	delta := answer[len(before):]
	if delta == "" {
		before, delta = "", answer
	}
	s.before, s.delta = []byte(before), []byte(strings.ToValidUTF8(delta[:min(len(delta), deltaBytes)], ""))
	return s
}

// sceneOf is a case with its texts joined.
func sceneOf(c *Case) *scene {
	texts := []string{c.System}
	for _, m := range c.Messages {
		texts = append(append(texts, m.Text), m.Parts...)
	}
	s := newScene(c.Config, strings.TrimSpace(strings.Join(append(texts, c.User), "\n")), c.Answer.Text)
	s.before, s.delta = nil, s.answer
	if len(c.Candidates) > 0 {
		s.candidates = len(c.Candidates)
	}
	return s
}

// call is a call of a hook, as the proxy makes it: one value, used again and again.
func (s *scene) call(name string) *hook.Call {
	c := &s.it
	c.Exchange, c.State, c.Request = s, &s.state, benchID
	for h := range abi.Hook(abi.Hooks) {
		if h.String() == name {
			c.Hook = h
		}
	}
	switch c.Hook {
	case abi.OnDelta:
		c.Args = [3]int32{int32(abi.PartText), 0, int32(len(s.delta))}
		c.Window, c.Before, c.New = s.delta, s.before, len(s.delta)
	case abi.OnRoute:
		c.Args = [3]int32{int32(s.candidates)}
	}
	return c
}

var benchID = []byte("bench")

var sceneTexts = map[abi.Field][]byte{
	abi.FieldRequestID: benchID, abi.FieldDialect: []byte("openai.chat"), abi.FieldRoute: benchID,
	abi.FieldModel: []byte("model"), abi.FieldClientIP: []byte("192.0.2.1"), abi.FieldMethod: []byte("POST"),
	abi.FieldPath: []byte("/v1/chat/completions"), abi.FieldCandidateModel: []byte("model"), abi.FieldCandidateProvider: []byte("provider"),
	abi.FieldFinish: []byte("stop"),
}

var sceneRole = []byte("user")

// Get implements hook.Exchange.
func (s *scene) Get(f abi.Field, i, j int) ([]byte, bool) {
	first := i == 0 && j == 0
	switch f {
	case abi.FieldRole:
		return sceneRole, first
	case abi.FieldPartText:
		return s.prompt, first
	case abi.FieldAnswerPartText:
		return s.answer, first
	}
	text, ok := sceneTexts[f]
	return text, ok
}

// Num implements hook.Exchange.
func (s *scene) Num(f abi.Field, i, j int) (int64, bool) {
	switch f {
	case abi.FieldMessages, abi.FieldAnswers:
		return 1, true
	case abi.FieldParts, abi.FieldAnswerParts:
		return 1, i == 0
	case abi.FieldPartKind, abi.FieldAnswerPartKind:
		return int64(abi.PartText), i == 0 && j == 0
	case abi.FieldCandidates:
		return int64(s.candidates), true
	case abi.FieldCandidateWeight:
		return 1, true
	case abi.FieldTools, abi.FieldStream:
		return 0, true
	}
	return 0, false
}

// Named implements hook.Exchange.
func (*scene) Named(abi.Name, []byte) ([]byte, bool) { return nil, false }

// Apply implements hook.Exchange.
func (*scene) Apply(*hook.Edit) abi.Status { return abi.OK }

// timing is what calls took.
type timing struct {
	p50, p99 int64 // nanoseconds
	allocs   float64
}

// maxTimes is how many calls are measured at most.
const maxTimes = 20_000

// measure calls f again and again for a while.
func measure(span time.Duration, f func() error) (timing, error) {
	for range 10 {
		if err := f(); err != nil {
			return timing{}, err
		}
	}
	times := make([]int64, 0, maxTimes)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	end := time.Now().Add(span)
	for len(times) < maxTimes {
		began := time.Now()
		err := f()
		done := time.Now()
		if err != nil {
			return timing{}, err
		}
		times = append(times, int64(done.Sub(began)))
		if done.After(end) {
			break
		}
	}
	runtime.ReadMemStats(&after)
	slices.Sort(times)
	return timing{
		p50: times[len(times)/2], p99: times[len(times)*99/100],
		allocs: float64(after.Mallocs-before.Mallocs) / float64(len(times)),
	}, nil
}

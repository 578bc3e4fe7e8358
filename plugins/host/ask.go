package host

import (
	"cmp"
	"errors"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/limit"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
)

const (
	// maxQuestion bounds a question, system and prompt together, and maxAnswer its answer, in bytes.
	maxQuestion = 1 << 20
	maxAnswer   = 1 << 20
	// bytesPerToken turns a question's bytes into tokens before it is asked: below the usual 4, so that a budget isn't
	// overdrawn. wrapTokens is what an API adds.
	bytesPerToken = 3
	wrapTokens    = 16
	// askWork is what a question costs besides its bytes, as so many bytes: sending it takes as long, and the access log
	// gets a line.
	askWork = 65_536 * hostBytes
)

// callLLMAsk asks a model and waits. The guest holds its instance meanwhile and uses neither fuel nor wall time.
func callLLMAsk(i *instance, s []uint64) {
	i.answer, i.asked = i.answer[:0], false
	st := i.ask(s)
	if st != abi.OK {
		s[0] = status(st)
		return
	}
	i.asked = true
	i.charge(len(i.answer))
	s[0] = uint64(uint32(len(i.answer)))
}

func (i *instance) ask(s []uint64) abi.Status {
	i.charge(0)
	if i.call == nil {
		return abi.BadField
	}
	name, st := i.name(s[0], s[1])
	if st != abi.OK {
		return st
	}
	g := i.pool.plugin.spec.Grant.LLM
	if !slices.ContainsFunc(g.Models, func(m *spec.Model) bool { return m.Name == string(name) }) {
		return abi.NotGranted
	}
	system, st := i.text(s[2], s[3])
	if st != abi.OK {
		return st
	}
	prompt, st := i.text(s[4], s[5])
	switch {
	case st != abi.OK:
		return st
	case len(system)+len(prompt) > maxQuestion:
		return abi.TooLarge
	case i.smoke || i.call.Asker == nil:
		return abi.Unavailable
	case i.questions >= cmp.Or(g.Calls, spec.DefaultLLMCalls):
		return abi.Exhausted
	}
	i.questions++
	i.charge(askWork)
	q := &hook.Question{
		Asker: i.pool.plugin.spec.Ref(), Model: string(name), System: system, Prompt: prompt,
		MaxTokens: atMost(g.MaxTokens, int(int32(uint32(s[6])))), Text: i.answer,
	}
	q.Deadline = time.Now().Add(atMost(g.Timeout, time.Duration(int32(uint32(s[7])))*time.Millisecond))
	if d := i.call.Deadline; !d.IsZero() && d.Before(q.Deadline) {
		q.Deadline = d
	}
	st = i.askWithin(q)
	i.answer = q.Text
	return st
}

// atMost is what a guest asks for, bounded by its grant; 0 and below is all that is granted.
func atMost[T int | time.Duration](granted, asked T) T {
	if asked <= 0 {
		return granted
	}
	return min(granted, asked)
}

// askWithin asks if the plugin's budget allows the question at its longest, and charges the budget with what it used.
func (i *instance) askWithin(q *hook.Question) abi.Status {
	m := i.pool.plugin.meters
	input := int64((len(q.System)+len(q.Prompt))/bytesPerToken + wrapTokens)
	var reserved limit.Reservation
	if b := i.pool.plugin.budget; b != nil {
		if refusal := b.Admit(&reserved, input, int64(q.MaxTokens)); !refusal.OK {
			m.unanswered.Inc()
			return abi.Exhausted
		}
	}
	used := int64(0)
	defer func() { reserved.Settle(used) }() // a panic of the asker too
	began := time.Now()
	err := i.call.Asker.Ask(q)
	i.waited(time.Since(began))
	m.input.Add(int(max(q.Input, 0)))
	m.output.Add(int(max(q.Output, 0)))
	used = max(q.Input, 0) + max(q.Output, 0)
	st := askStatus(err)
	switch {
	case st == abi.TimedOut && used == 0:
		used = input // the provider may have read it
	case st == abi.OK && q.Input < 0:
		used = input + int64(len(q.Text)/bytesPerToken)
	}
	if st == abi.OK && len(q.Text) > maxAnswer {
		st, q.Text = abi.TooLarge, nil
	}
	if st == abi.OK && !utf8.Valid(q.Text) {
		st = abi.Unavailable
	}
	if st == abi.OK {
		m.asked.Inc()
	} else {
		m.unanswered.Inc()
	}
	return st
}

// askStatus is what a guest is told of a question that failed. The access log has the rest.
func askStatus(err error) abi.Status {
	var e *fault.Error
	switch {
	case err == nil:
		return abi.OK
	case !errors.As(err, &e):
		return abi.Unavailable
	}
	switch e.Kind {
	case fault.UnknownModel:
		return abi.NotGranted
	case fault.UpstreamTimeout:
		return abi.TimedOut
	case fault.ContextLength:
		return abi.TooLarge
	}
	return abi.Unavailable
}

func callLLMText(i *instance, s []uint64) {
	if !i.asked {
		i.charge(0)
		s[0] = status(abi.Absent)
		return
	}
	s[0] = i.give(i.answer, s[0], s[1])
}

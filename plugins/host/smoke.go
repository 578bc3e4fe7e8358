package host

import (
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/sdk/abi"
)

// try makes the pool's first instance and calls it once with a request that nobody sent, so that a plugin
// that can't work is refused before it meets traffic. Nothing the call does lasts: no value is stored, no metric
// counts, no line is logged, no server is called; its verdict only has to be one.
func (p *pool) try() error {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return errClosed
	}
	p.total++
	p.mu.Unlock()
	i, err := newInstance(p)
	if err != nil {
		p.leave()
		return err
	}
	if p.spare(i.spared).Has(abi.OnRequest) {
		i.smoke = true
		state := []byte(nil)
		f, _ := i.serve(&hook.Call{Exchange: &trial{}, Hook: abi.OnRequest, State: &state})
		i.smoke = false
		if f != nil {
			p.drop(i)
			return trialFailed(abi.OnRequest, f)
		}
	}
	if p.apart != together { // it served somebody: nobody else may have it
		p.drop(i)
		p.refill()
		return nil
	}
	p.put0(i)
	return nil
}

// spare takes out the hooks that a configuration has no use for, and returns those that are left.
func (p *pool) spare(hooks abi.Set) abi.Set {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hooks = p.plugin.hooks.Without(hooks)
	return p.hooks
}

// used are the hooks that are called.
func (p *pool) used() abi.Set {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.hooks
}

// trial is the request of try: one message of a user, in OpenAI's dialect.
type trial struct{}

var (
	_ hook.Exchange = (*trial)(nil)
	_ hook.Raw      = (*trial)(nil)
)

const trialBody = `{"model":"trial","messages":[{"role":"user","content":"ping"}]}`

// Get implements hook.Exchange.
func (*trial) Get(f abi.Field, i, j int) ([]byte, bool) {
	first := i == 0 && j == 0
	switch f {
	case abi.FieldRequestID, abi.FieldRoute, abi.FieldModel:
		return []byte("trial"), true
	case abi.FieldDialect:
		return []byte("openai.chat"), true
	case abi.FieldClientIP:
		return []byte("127.0.0.1"), true
	case abi.FieldMethod:
		return []byte("POST"), true
	case abi.FieldPath:
		return []byte("/v1/chat/completions"), true
	case abi.FieldRole:
		return []byte("user"), first
	case abi.FieldPartText:
		return []byte("ping"), first
	}
	return nil, false
}

// Num implements hook.Exchange.
func (*trial) Num(f abi.Field, i, j int) (int64, bool) {
	switch f {
	case abi.FieldStream, abi.FieldTools:
		return 0, true
	case abi.FieldMessages:
		return 1, true
	case abi.FieldParts:
		return 1, i == 0
	case abi.FieldPartKind:
		return int64(abi.PartText), i == 0 && j == 0
	case abi.FieldBodyLength:
		return int64(len(trialBody)), true
	}
	return 0, false
}

// RequestBody implements hook.Raw.
func (*trial) RequestBody() ([]byte, bool) { return []byte(trialBody), true }

// AnswerBody implements hook.Raw.
func (*trial) AnswerBody() ([]byte, bool) { return nil, false }

// Named implements hook.Exchange.
func (*trial) Named(abi.Name, []byte) ([]byte, bool) { return nil, false }

// Apply implements hook.Exchange: every edit is fine and none is made.
func (*trial) Apply(*hook.Edit) abi.Status { return abi.OK }

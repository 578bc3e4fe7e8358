package proxy

import (
	"net/http"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/edge"
	"github.com/yett-gateway/yett/engine/fault"
)

// Refused words the answer to a request that the listener refused: in the dialect that its path looks
// like, with a request id of its own. It is safe for concurrent use.
func (p *Proxy) Refused(f edge.Refusal) (fields, body []byte) {
	var id [idLength]byte
	newID(&id, clock())
	e := fault.New(refusedKind(f.Status), f.Text)
	e.Status, e.Code = f.Status, f.Code
	p.Meter.Error(e.Kind).Inc()
	d := p.Dialects.Of(dialect.OpenAIChat)
	fields = append(append(append(fields, "X-Request-Id: "...), id[:]...), "\r\n"...)
	if f.Messages {
		d = p.Dialects.Of(dialect.AnthropicMessages)
		fields = append(append(append(fields, "Request-Id: "...), id[:]...), "\r\n"...)
	}
	return fields, d.AppendError(nil, e, string(id[:]))
}

func refusedKind(status int) fault.Kind {
	switch status {
	case http.StatusRequestEntityTooLarge:
		return fault.TooLarge
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return fault.Overloaded
	default:
		return fault.BadRequest
	}
}

package proxy

import (
	"bytes"

	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/identity"
)

// credentialFields are where clients put their key. Every dialect accepts each of them, since SDK
// generations of one vendor differ.
var credentialFields = [...][]byte{[]byte("Authorization"), []byte("X-Api-Key"), []byte("Api-Key"), []byte("X-Goog-Api-Key")}

var bearer = []byte("Bearer ")

// identify finds the consumer by the presented key. Where no consumer is declared everybody is anonymous.
// Whether an anonymous request is admitted is the route's decision, in match.
func (r *request) identify() *fault.Error {
	if r.t.Consumers.Open() {
		return nil
	}
	presented := false
	for i, f := range credentialFields {
		v := r.field(f)
		if len(v) == 0 {
			continue
		}
		if i == 0 {
			if len(v) < len(bearer) || !bytes.EqualFold(v[:len(bearer)], bearer) {
				continue
			}
			v = v[len(bearer):]
		}
		presented = true
		if c := r.t.Consumers.Identify(v); c != nil {
			r.become(c)
			return nil
		}
	}
	if presented {
		return fault.New(fault.Unauthorized, "the API key is not known to this gateway; check the key, or ask the gateway's operator for one")
	}
	if !r.t.Anonymous {
		return r.requireConsumer()
	}
	return nil
}

func (r *request) become(c *identity.Consumer) {
	r.consumer = c
	r.limits = r.t.Limits[c.Index]
}

// requireConsumer is called where a route doesn't admit anonymous requests.
func (r *request) requireConsumer() *fault.Error {
	if r.consumer != nil || r.t.Consumers.Open() || (r.route != nil && r.route.Spec.Anonymous) {
		return nil
	}
	return fault.New(fault.Unauthorized, "an API key is required: send it as \"Authorization: Bearer KEY\" or as \"x-api-key: KEY\"")
}

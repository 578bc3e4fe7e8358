package proxy

import (
	"strings"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/route"
	"github.com/yett-gateway/yett/engine/spec"
)

// match finds the route, and the model where the body names one.
func (r *request) match() *fault.Error {
	r.route = r.t.Routes.Match((*facts)(r), r.ctx.Method(), r.ctx.URI().PathOriginal(), r.ctx.Host())
	if e := r.requireConsumer(); e != nil {
		return e
	}
	if r.endpoint == hello {
		return nil
	}
	if r.route == nil {
		return fault.New(fault.NotFound, "no route of this gateway takes "+clip(r.ctx.Method())+" "+clip(r.ctx.URI().PathOriginal()))
	}
	r.lane = &r.t.Lanes[r.route.Index]
	r.meter = r.lane.Meters[r.dialectID()]
	r.meter.InFlight.Inc()
	if r.client == nil {
		return nil
	}
	return r.choose(r.head.ModelName)
}

func (r *request) dialectID() dialect.ID {
	if r.client == nil {
		return dialect.None
	}
	return r.client.ID()
}

// choose finds the model by the name a client or a stage gave.
func (r *request) choose(name []byte) *fault.Error {
	if r.model = r.route.Model(name, r.allowed()); r.model == nil {
		return r.unknownModel(name)
	}
	return nil
}

// allowed are the models this consumer may ask for; nil for all.
func (r *request) allowed() route.Allowed {
	if r.consumer == nil {
		return nil
	}
	return r.t.Allowed[r.consumer.Index]
}

// unknownModel names what is near and what is served, but only what this consumer may use.
func (r *request) unknownModel(name []byte) *fault.Error {
	near, served := r.route.Nearest(name, r.allowed())
	text := "model \"" + clip(name) + "\" is not served by route \"" + r.route.Spec.Name + "\""
	if r.consumer != nil {
		text += " for consumer \"" + r.consumer.Spec.Name + "\""
	}
	if len(near) > 0 {
		text += "; did you mean " + strings.Join(near, ", ") + "?"
	} else {
		text += "."
	}
	if len(served) > 0 {
		text += " Served: " + strings.Join(served, ", ")
	}
	e := fault.New(fault.UnknownModel, text)
	e.Param, e.Code = "model", "model_not_found"
	return e
}

// facts shows a request to conditions.
type facts request

var _ spec.Facts = (*facts)(nil)

func (f *facts) Fact(k spec.Fact) []byte {
	switch k {
	case spec.FactMethod:
		return f.ctx.Method()
	case spec.FactPath:
		return f.ctx.URI().PathOriginal()
	case spec.FactModel:
		return f.head.ModelName
	case spec.FactDialect:
		return bytesOf((*request)(f).dialectID().String())
	case spec.FactClientIP:
		f.scratch = remoteIP(f.scratch[:0], f.ctx.RemoteAddr())
		return f.scratch
	case spec.FactConsumer:
		if f.consumer != nil {
			return bytesOf(f.consumer.Spec.Name)
		}
	case spec.FactTeam:
		if f.consumer != nil {
			return bytesOf(f.consumer.Spec.Team)
		}
	case spec.FactRoute:
		if f.route != nil {
			return bytesOf(f.route.Spec.Name)
		}
	}
	return nil
}

func (f *facts) Number(k spec.Fact) int64 {
	switch k {
	case spec.FactStream:
		if f.head.Stream {
			return 1
		}
	case spec.FactBodyBytes:
		return int64(len(f.body))
	}
	return 0
}

func (f *facts) Header(name string) []byte { return f.ctx.Request.Header.Peek(name) }

func (f *facts) Tag(name string) string {
	if f.consumer == nil {
		return ""
	}
	return f.consumer.Spec.Tags[name]
}

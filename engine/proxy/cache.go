package proxy

import (
	"bytes"
	"time"

	"github.com/yett-gateway/yett/engine/cache"
	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/spec"
)

// cacheStatus is what the cache did for a request, as the x-yett-cache field tells it.
type cacheStatus uint8

const (
	cacheOff    cacheStatus = iota // the route doesn't cache
	cacheHit                       // answered from the store
	cacheMiss                      // asked upstream, and stored if the answer may be
	cacheBypass                    // the client asked not to
	cacheShared                    // waited for an equal request that was under way
)

var cacheNames = [...]string{"off", "hit", "miss", "bypass", "shared"}

// directives are what a client's Cache-Control asks for.
type directives struct{ noStore, noCache bool }

func cacheControl(v []byte) (d directives) {
	for len(v) > 0 {
		var part []byte
		if i := bytes.IndexByte(v, ','); i >= 0 {
			part, v = v[:i], v[i+1:]
		} else {
			part, v = v, nil
		}
		switch part = bytes.TrimSpace(part); {
		case bytes.EqualFold(part, []byte("no-store")):
			d.noStore = true
		case bytes.EqualFold(part, []byte("no-cache")):
			d.noCache = true
		}
	}
	return d
}

// lookup answers from the cache. The key is the whole body as the client sent it, under the dialect, the
// model it resolved to, the tenant's partition and the policy: a hit is an answer to the same bytes that
// passed the same stages, so no stage runs again.
func (r *request) lookup() (done bool, e *fault.Error) {
	conf := r.route.Spec.Cache
	if conf == nil || r.client.ID() == dialect.AnthropicCount {
		return false, nil
	}
	d := cacheControl(r.field(fieldCacheControl))
	if d.noStore {
		r.cached = cacheBypass
		return false, nil
	}
	r.key(conf)
	if d.noCache { // ask anew, store the answer
		r.cached = cacheBypass
		return false, nil
	}
	if entry := r.p.Cache.Get(&r.material); entry != nil {
		r.replay(entry, cacheHit)
		return true, nil
	}
	r.cached = cacheMiss
	if !conf.Coalesce {
		return false, nil
	}
	return r.join()
}

func (r *request) key(conf *spec.Cache) {
	m := &r.material
	m.Reset()
	m.Add(r.lane.Policy[:])
	m.Add(bytesOf(r.client.ID().String()))
	m.Add(bytesOf(r.model.Spec.Name))
	m.Add(bytesOf(conf.Partition))
	m.Add(bytesOf(r.tenant()))
	m.Add(r.varying())
	m.Add(r.body)
}

// varying is what else may change an answer and so belongs to the key: header fields that go upstream, and
// which stages take part, since their conditions may ask about anything.
func (r *request) varying() []byte {
	r.scratch = r.scratch[:0]
	for _, on := range r.taking {
		if on {
			r.scratch = append(r.scratch, 1)
		} else {
			r.scratch = append(r.scratch, 0)
		}
	}
	for _, f := range forwarded {
		if f.varies {
			r.scratch = append(append(r.scratch, r.field(f.field)...), 0)
		}
	}
	return r.scratch
}

// tenant is whose data a request's is: the partition of cache, key-value store and instances.
func (r *request) tenant() string {
	partition := r.partition()
	if partition == spec.PartitionRoute || r.consumer == nil {
		return ""
	}
	t := &r.t.Tenants[r.consumer.Index]
	if partition == spec.PartitionTeam && t.Team != "" {
		return t.Team
	}
	return t.Consumer
}

// maxJoin bounds the wait for an equal request where the route has no deadline of its own.
const maxJoin = 5 * time.Minute

// join waits for an equal request under way. If that one has nothing to share, one of those who waited
// goes on in its place.
func (r *request) join() (done bool, e *fault.Error) {
	until := r.start.Add(maxJoin)
	for {
		flight, leader := r.p.Cache.Join(&r.material)
		if leader {
			r.flight = flight
			return false, nil
		}
		r.silent()
		entry, res := flight.Wait(r.wake, until)
		switch res {
		case cache.Shared:
			r.replay(entry, cacheShared)
			return true, nil
		case cache.Cancelled:
			return false, r.ended()
		case cache.Late:
			return false, nil
		}
	}
}

// replay answers with a stored entry. A stored stream goes out as the events it was.
func (r *request) replay(e *cache.Entry, how cacheStatus) {
	r.cached = how
	r.usage = dialect.Usage{Input: e.Input, Output: e.Output, CacheRead: e.CacheRead, CacheWrite: -1, Reasoning: e.Reasoning}
	r.status = e.Status
	res := &r.ctx.Response
	res.SetStatusCode(e.Status)
	res.Header.SetContentType(e.ContentType)
	if e.Stream {
		res.Header.Set("Cache-Control", "no-cache")
	}
	res.SetBodyRaw(e.Body)
	r.commonFields()
}

// storing tells whether this request's answer may go to the cache.
func (r *request) storing() bool {
	if r.personal {
		return false
	}
	return r.cached == cacheMiss || r.cached == cacheBypass && r.material.Len() > 0
}

// saw notes that a stage looked at something about the caller. If the cache's key doesn't hold it, the
// answer is this caller's own: another one with the same key might have got another answer.
func (r *request) saw(f callerFact) {
	switch {
	case f == callerTeam && r.consumer != nil && r.partition() == spec.PartitionTeam && r.consumer.Spec.Team != "":
	case f <= callerTags && r.consumer != nil && r.partition() == spec.PartitionConsumer:
	default:
		r.personal = true
	}
}

// callerFact is something about a caller that a stage can look at.
type callerFact uint8

const (
	callerName callerFact = iota
	callerTeam
	callerTags
	callerAddress
	callerHeader
	callerRequest // the request's own id
)

func (r *request) partition() string {
	if r.route != nil && r.route.Spec.Cache != nil {
		return r.route.Spec.Cache.Partition
	}
	return spec.PartitionConsumer
}

// store keeps a whole answer.
func (r *request) store() {
	if r.storing() && r.status == 200 {
		r.keepAnswer(r.whole, contentJSON, false)
	}
}

// keepAnswer stores an answer that is complete, unfailed and passed every stage.
func (r *request) keepAnswer(body []byte, contentType string, stream bool) {
	conf := r.route.Spec.Cache
	if len(body) > conf.EntryBytes || r.personal {
		r.land(nil)
		return
	}
	e := &cache.Entry{
		Status: 200, ContentType: contentType, Body: body, Stream: stream, Stored: clock(),
		Input: r.usage.Input, Output: r.usage.Output, CacheRead: r.usage.CacheRead, Reasoning: r.usage.Reasoning,
	}
	r.land(r.p.Cache.Put(&r.material, e, conf.TTL))
}

// land ends this request's leadership, if it has any: those who wait get the entry, or nil.
func (r *request) land(e *cache.Entry) {
	if r.flight != nil {
		r.flight.Done(e)
		r.flight = nil
	}
}

package host

import (
	"math"
	"sync"
	"sync/atomic"

	"github.com/yett-gateway/yett/sdk/abi"
)

// instruments are the metrics that a plugin defines: at most abi.MaxMetrics, over all of its instances and reloads.
type instruments struct {
	mu     sync.Mutex
	list   atomic.Pointer[[]*instrument]
	plugin string
	gauge  func(name string, f func() float64) // puts a value on the metrics page; nil: nowhere
}

// instrument is one metric: a sum or value, and for histograms how many there were.
type instrument struct {
	kind  abi.Instrument
	name  string
	value atomic.Uint64 // bits of a float64
	count atomic.Int64
}

func (m *instrument) add(v float64) {
	for {
		old := m.value.Load()
		if m.value.CompareAndSwap(old, math.Float64bits(math.Float64frombits(old)+v)) {
			return
		}
	}
}

func (m *instrument) load() float64 { return math.Float64frombits(m.value.Load()) }

// define returns the id of a metric, made if there is none of the name.
func (s *instruments) define(kind abi.Instrument, name string) (int, abi.Status) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.all()
	for id, m := range list {
		if m.name == name {
			if m.kind != kind {
				return 0, abi.Invalid
			}
			return id, abi.OK
		}
	}
	if len(list) >= abi.MaxMetrics {
		return 0, abi.TooLarge
	}
	m := &instrument{kind: kind, name: name}
	grown := append(list[:len(list):len(list)], m)
	s.list.Store(&grown)
	s.show(m)
	return len(list), abi.OK
}

func (s *instruments) all() []*instrument {
	if p := s.list.Load(); p != nil {
		return *p
	}
	return nil
}

// show puts the metric on the page as yett_plugin_custom_NAME{plugin}; a histogram as _sum and _count.
func (s *instruments) show(m *instrument) {
	if s.gauge == nil {
		return
	}
	name := func(suffix string) string {
		return "yett_plugin_custom_" + m.name + suffix + `{plugin="` + s.plugin + `"}`
	}
	if m.kind != abi.Histogram {
		s.gauge(name(""), m.load)
		return
	}
	s.gauge(name("_sum"), m.load)
	s.gauge(name("_count"), func() float64 { return float64(m.count.Load()) })
}

// instrument returns the metric of an id that a guest gives, nil if it isn't of that kind.
func (i *instance) instrument(id uint64, kind abi.Instrument) *instrument {
	i.charge(0)
	list := i.pool.plugin.instruments.all()
	if n := uint32(id); n < uint32(len(list)) && list[n].kind == kind {
		return list[n]
	}
	return nil
}

func callMetricsDefine(i *instance, s []uint64) {
	i.charge(0)
	kind := uint32(s[0])
	name, st := i.name(s[1], s[2])
	switch {
	case st != abi.OK:
	case i.call != nil:
		st = abi.BadField // only in on_init
	case kind >= uint32(abi.Instruments) || !metricName(name):
		st = abi.Invalid
	default:
		id, st := i.pool.plugin.instruments.define(abi.Instrument(kind), string(name))
		if st == abi.OK {
			s[0] = uint64(id)
			return
		}
		s[0] = status(st)
		return
	}
	s[0] = status(st)
}

func metricName(name []byte) bool {
	for n, c := range name {
		if !identifier(c) || n == 0 && c >= '0' && c <= '9' {
			return false
		}
	}
	return len(name) <= 64
}

func callMetricsAdd(i *instance, s []uint64) {
	m, n := i.instrument(s[0], abi.Counter), int64(s[1])
	switch {
	case m == nil:
		s[0] = status(abi.Absent)
	case n < 0:
		s[0] = status(abi.Invalid)
	default:
		if !i.smoke {
			m.add(float64(n))
		}
		s[0] = status(abi.OK)
	}
}

func callMetricsSet(i *instance, s []uint64) {
	m, v := i.instrument(s[0], abi.Gauge), math.Float64frombits(s[1])
	switch {
	case m == nil:
		s[0] = status(abi.Absent)
	case math.IsNaN(v):
		s[0] = status(abi.Invalid)
	default:
		if !i.smoke {
			m.value.Store(math.Float64bits(v))
		}
		s[0] = status(abi.OK)
	}
}

func callMetricsObserve(i *instance, s []uint64) {
	m, v := i.instrument(s[0], abi.Histogram), math.Float64frombits(s[1])
	switch {
	case m == nil:
		s[0] = status(abi.Absent)
	case math.IsNaN(v) || math.IsInf(v, 0):
		s[0] = status(abi.Invalid)
	default:
		if !i.smoke {
			m.add(v)
			m.count.Add(1)
		}
		s[0] = status(abi.OK)
	}
}

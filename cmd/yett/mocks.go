package main

import (
	"fmt"
	"net"
	"sync"

	"github.com/yett-gateway/yett/bench/mock"
	"github.com/yett-gateway/yett/engine/spec"
)

// mocks are the embedded mock providers that run, one for each set of options.
type mocks struct {
	mu   sync.Mutex
	open map[spec.MockOptions]*running
}

type running struct {
	server  *mock.Server
	address string
}

// address returns where the mock with p's options listens, and starts it the first time.
func (m *mocks) address(p *spec.Provider) (string, error) {
	var o spec.MockOptions
	if p.Mock != nil {
		o = *p.Mock
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if r := m.open[o]; r != nil {
		return r.address, nil
	}
	s := mock.New(mock.Options{Latency: o.Latency, ChunkGap: o.Gap, Chunks: o.Chunks, Script: o.Script, Keep: -1})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("start the mock provider: %w", err)
	}
	go s.Serve(l) //nolint:errcheck // it ends when it is closed, with the process
	if m.open == nil {
		m.open = map[spec.MockOptions]*running{}
	}
	m.open[o] = &running{s, l.Addr().String()}
	return l.Addr().String(), nil
}

// Close stops all of them.
func (m *mocks) Close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.open {
		r.server.Close()
	}
}

package engine

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"reflect"
	"syscall"
	"time"

	"github.com/yett-gateway/yett/engine/edge"
	"github.com/yett-gateway/yett/engine/spec"
)

// listener is one open address.
type listener struct {
	spec    *spec.Listener
	guard   *edge.Listener
	handler func(net.Listener) error
	ended   chan struct{}
}

// openListeners opens what s asks for and isn't open yet. kept are the open listeners that stay. On an
// error nothing stays open that wasn't.
func (g *Gateway) openListeners(s *spec.Gateway) (opened []*listener, kept map[*listener]bool, err error) {
	kept = map[*listener]bool{}
	var errs []error
	for _, want := range s.Listeners {
		if l := g.openAlready(want); l != nil {
			kept[l] = true
			continue
		}
		l, err := g.open(want)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		opened = append(opened, l)
	}
	if err := errors.Join(errs...); err != nil {
		for _, l := range opened {
			l.guard.Close()
		}
		return nil, nil, err
	}
	return opened, kept, nil
}

// openAlready returns the open listener that is just what want asks for. A certificate is read anew, so
// a listener with TLS is opened again.
func (g *Gateway) openAlready(want *spec.Listener) *listener {
	for _, l := range g.listeners {
		a, b := *l.spec, *want
		a.Pos, b.Pos = spec.Pos{}, spec.Pos{}
		a.TLS, b.TLS = nil, nil
		if reflect.DeepEqual(a, b) && l.spec.TLS == nil && want.TLS == nil {
			return l
		}
	}
	return nil
}

func (g *Gateway) open(s *spec.Listener) (*listener, error) {
	lc := net.ListenConfig{Control: reusePort}
	raw, err := lc.Listen(context.Background(), "tcp", s.Address)
	if err != nil {
		return nil, &PlaceError{Pos: s.Pos, Summary: "address can't be opened", Detail: openHint(s.Address, err)}
	}
	if s.TLS != nil {
		cert, err := tls.LoadX509KeyPair(s.TLS.Certificate, s.TLS.Key)
		if err != nil {
			raw.Close()
			return nil, &PlaceError{Pos: s.TLS.Pos, Summary: "certificate can't be used", Detail: err.Error()}
		}
		raw = tls.NewListener(raw, &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}})
	}
	limits := edge.Limits{
		HeadBytes: s.HeadBytes, HeadTime: s.HeadTime, IdleTime: s.IdleTime, BodyBytes: int64(s.BodyBytes),
		BodyIdle: s.BodyIdle, Conns: s.Connections,
	}
	guard := edge.NewListener(raw, limits, func(reason string) { g.meter.Refused(reason).Inc() })
	// fasthttp's own bounds lie above the guard's, which has answered already when they would count.
	server := g.proxy.Server(s.HeadBytes+1024, s.BodyBytes+1024)
	return &listener{spec: s, guard: guard, handler: server.Serve, ended: make(chan struct{})}, nil
}

// openHint says what to do about an address that can't be opened.
func openHint(address string, err error) string {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Sprintf("%s is in use by another process; stop it or choose another address", address)
	case errors.Is(err, syscall.EACCES):
		return fmt.Sprintf("this user may not listen on %s; choose a port above 1023", address)
	default:
		return err.Error()
	}
}

func (l *listener) address() string { return l.guard.Addr().String() }

func (l *listener) serve() error {
	defer close(l.ended)
	return l.handler(l.guard)
}

// drain closes the listener and waits for its connections.
func (l *listener) drain(most time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), most)
	defer cancel()
	l.drainContext(ctx, func() {})
}

// drainContext stops accepting, closes connections as their requests end, calls cut when ctx ends and
// closes what is left a moment later.
func (l *listener) drainContext(ctx context.Context, cut func()) {
	l.guard.Drain()
	l.guard.Close()
	l.guard.CloseIdle()
	<-l.ended
	if l.wait(ctx) {
		return
	}
	cut()
	last, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if !l.wait(last) {
		l.guard.Abort()
	}
}

// wait returns whether every connection closed before ctx ended.
func (l *listener) wait(ctx context.Context) bool {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		if l.guard.Stats().Open == 0 {
			return true
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return l.guard.Stats().Open == 0
		}
	}
}

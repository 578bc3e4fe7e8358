package engine

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"reflect"
	"slices"
	"syscall"
	"time"

	"github.com/yett-gateway/yett/engine/edge"
	"github.com/yett-gateway/yett/engine/spec"
)

// listener is one open address.
type listener struct {
	spec    *spec.Listener
	port    *port
	guard   *edge.Listener
	handler func(net.Listener) error
	ended   chan struct{}
}

// openListeners returns the listeners that s asks for, in its order: those that are open already and just so,
// and new ones. On an error the new ones among them are for closeUnused.
func (g *Gateway) openListeners(s *spec.Gateway) (all []*listener, err error) {
	var errs []error
	for _, want := range s.Listeners {
		l := g.openAlready(want)
		if l == nil {
			if l, err = g.open(want); err != nil {
				errs = append(errs, err)
				continue
			}
		}
		all = append(all, l)
	}
	return all, errors.Join(errs...)
}

// closeUnused closes those of all that don't serve.
func (g *Gateway) closeUnused(all []*listener) {
	for _, l := range all {
		if !slices.Contains(g.listeners, l) {
			l.guard.Close()
		}
	}
}

// serveOn makes all the gateway's listeners. Those that are not among them any more take no connection from
// now on; their requests go on for as long as they last.
func (g *Gateway) serveOn(all []*listener) {
	old := g.listeners
	g.listeners = all
	for _, l := range all {
		if !slices.Contains(old, l) {
			go g.serve(l)
		}
	}
	for _, l := range old {
		if !slices.Contains(all, l) {
			g.leaving = append(g.leaving, l)
			go g.retire(l)
		}
	}
}

// retire waits for the end of a listener's connections and forgets it. Each ends with its next answer, which
// says so, or with its idle time: closing idle ones at once would meet requests on their way.
func (g *Gateway) retire(l *listener) {
	l.guard.Drain()
	l.guard.Close()
	<-l.ended
	l.wait(context.Background())
	g.mu.Lock()
	defer g.mu.Unlock()
	g.leaving = slices.DeleteFunc(g.leaving, func(x *listener) bool { return x == l })
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
	config, err := tlsConfig(s.TLS)
	if err != nil {
		return nil, err
	}
	p, err := g.portFor(s)
	if err != nil {
		return nil, err
	}
	limits := edge.Limits{
		HeadBytes: s.HeadBytes, HeadTime: s.HeadTime, IdleTime: s.IdleTime, BodyBytes: int64(s.BodyBytes),
		BodyIdle: s.BodyIdle, Conns: s.Connections,
	}
	guard := edge.NewTLSListener(p.take(), config, limits, func(reason string) { g.meter.Refused(reason).Inc() })
	guard.Render = g.proxy.Refused
	limits = guard.Limits()
	// fasthttp's own bounds lie above the guard's, which has answered already when they would count.
	server := g.proxy.Server(limits.HeadBytes+1024, int(limits.BodyBytes)+1024)
	return &listener{spec: s, port: p, guard: guard, handler: server.Serve, ended: make(chan struct{})}, nil
}

// tlsConfig reads a certificate; nil for none.
func tlsConfig(t *spec.TLS) (*tls.Config, error) {
	if t == nil {
		return nil, nil
	}
	cert, err := tls.LoadX509KeyPair(t.Certificate, t.Key)
	if err != nil {
		return nil, &PlaceError{Pos: t.Pos, Summary: "certificate can't be used", Detail: err.Error()}
	}
	return &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}, nil
}

// portFor returns the open port that s listens on, or opens it. Port 0 is a new one for each name.
func (g *Gateway) portFor(s *spec.Listener) (*port, error) {
	_, number, _ := net.SplitHostPort(s.Address)
	for _, l := range g.listeners {
		if l.spec.Address == s.Address && (number != "0" || l.spec.Name == s.Name) {
			return l.port, nil
		}
	}
	raw, err := net.Listen("tcp", s.Address)
	if err != nil {
		return nil, &PlaceError{Pos: s.Pos, Summary: "address can't be opened", Detail: openHint(s.Address, err)}
	}
	return &port{socket: raw.(*net.TCPListener)}, nil // which "tcp" always makes
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

// drain stops accepting, closes connections as their requests end, calls cut when ctx ends and closes what
// is left a moment later. It may run again while it runs.
func (l *listener) drain(ctx context.Context, cut func()) {
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
		end, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		l.wait(end)
	}
}

// wait returns whether every connection closed before ctx ended.
func (l *listener) wait(ctx context.Context) bool {
	tick := time.NewTicker(20 * time.Millisecond)
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

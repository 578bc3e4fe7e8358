// Package admin is the operators' side of a running gateway: metrics and health, on an address of their
// own. It runs on net/http, apart from the request path, so that it answers when that one is busy.
package admin

import (
	"context"
	"net"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/yett-gateway/yett/engine/meter"
)

// Server is an open admin address.
type Server struct {
	asked string
	l     net.Listener
	http  *http.Server
}

// Listen opens address and serves:
//
//   - GET /metrics: all metrics, Prometheus text format
//   - GET /healthz: 200 while the process lives
//   - GET /readyz: 200 while it takes requests, 503 with the reason while not
//   - GET /debug/pprof/: the Go runtime's profiles
//
// ready returns why the gateway takes no requests, nil if it does.
func Listen(address string, m *meter.Set, ready func() error) (*Server, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		m.Write(w)
	})
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { answer(w, nil) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) { answer(w, ready()) })
	profiles(mux)
	s := &Server{asked: address, l: l, http: &http.Server{
		Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second,
		WriteTimeout: 2 * time.Minute, IdleTimeout: 60 * time.Second, MaxHeaderBytes: 16 << 10,
	}}
	go s.http.Serve(l) //nolint:errcheck // it ends with ErrServerClosed, or the process does without it
	return s, nil
}

func profiles(mux *http.ServeMux) {
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
}

func answer(w http.ResponseWriter, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	w.Write([]byte("ok\n")) //nolint:errcheck // the client may have left
}

// Asked is the address that was asked for, Address the one that is open.
func (s *Server) Asked() string { return s.asked }

// Address is the open address, with port 0 resolved.
func (s *Server) Address() string { return s.l.Addr().String() }

// Close ends the server; answers under way have a second.
func (s *Server) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if s.http.Shutdown(ctx) != nil {
		s.http.Close()
	}
}

package callout

import (
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
)

func TestNetworksAreChecked(t *testing.T) {
	var reached atomic.Int32
	base := serve(t, func(http.ResponseWriter, *http.Request) { reached.Add(1) })
	port := base[strings.LastIndexByte(base, ':'):]
	named := func(t *testing.T, private []netip.Prefix, answers ...[]string) (*Caller, *atomic.Int32) {
		var asked atomic.Int32
		resolve := func(context.Context, string) (out []netip.Addr, err error) {
			n := int(asked.Add(1)) - 1
			for _, a := range answers[min(n, len(answers)-1)] {
				out = append(out, netip.MustParseAddr(a))
			}
			return out, nil
		}
		return caller(t, base, func(g *spec.HTTPGrant) {
			g.Allow = []spec.HTTPRule{allow(t, base, "server.example")}
			g.Private = private
		}, nil, Options{Resolve: resolve}), &asked
	}
	only := func(p string) []netip.Prefix { return []netip.Prefix{netip.MustParsePrefix(p)} }
	for _, test := range []struct {
		name    string
		private []netip.Prefix
		answers []string
	}{
		{"loopback", nil, []string{"127.0.0.1"}},
		{"as the resolver gives it", nil, []string{"::ffff:127.0.0.1"}},
		{"metadata", nil, []string{"169.254.169.254"}},
		{"IPv6 loopback", loopback, []string{"::1"}},
		{"another private network", loopback, []string{"10.0.0.1"}},
		{"one of two", loopback, []string{"127.0.0.1", "10.0.0.1"}},
		{"one of two, the other first", loopback, []string{"192.168.0.1", "127.0.0.1"}},
		{"public and private", nil, []string{"8.8.8.8", "127.0.0.1"}},
		{"beside the listed one", only("127.0.0.2/32"), []string{"127.0.0.1"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, _ := named(t, test.private, test.answers)
			_, e := get(c, "http://server.example"+port+"/")
			refusedWith(t, abi.NotGranted, e)
		})
	}
	assert.Zero(t, reached.Load())

	t.Run("no address", func(t *testing.T) {
		c, _ := named(t, loopback, nil)
		_, e := get(c, "http://server.example"+port+"/")
		refusedWith(t, abi.Unavailable, e)
	})
	t.Run("rebinding", func(t *testing.T) {
		c, asked := named(t, loopback, []string{"127.0.0.1"}, []string{"169.254.169.254"})
		a, e := get(c, "http://server.example"+port+"/")
		require.Nil(t, e)
		assert.Equal(t, 200, a.Status)
		assert.EqualValues(t, 1, asked.Load(), "the address that was checked is the one that is dialled")
		assert.EqualValues(t, 1, reached.Load())
		c.open.CloseIdleConnections()
		_, e = get(c, "http://server.example"+port+"/")
		refusedWith(t, abi.NotGranted, e)
	})
	t.Run("the next address", func(t *testing.T) {
		c, _ := named(t, loopback, []string{"127.0.0.9", "127.0.0.1"})
		l, err := net.Listen("tcp", "127.0.0.9:0")
		require.NoError(t, err)
		require.NoError(t, l.Close())
		_, e := get(c, "http://server.example"+port+"/")
		require.Nil(t, e)
	})
}

func TestTLS(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.TLS.ServerName, r.Proto) }))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	resolve := func(context.Context, string) ([]netip.Addr, error) {
		return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
	}
	port := s.URL[strings.LastIndexByte(s.URL, ':'):]
	with := func(roots *x509.CertPool) *Caller {
		return caller(t, s.URL, func(g *spec.HTTPGrant) {
			g.Allow = append(g.Allow, allow(t, s.URL, "example.com"), allow(t, s.URL, "example.org"))
		}, nil, Options{Roots: roots, Resolve: resolve})
	}
	a, e := get(with(roots), "https://example.com"+port+"/")
	require.Nil(t, e)
	assert.Equal(t, "example.comHTTP/1.1", string(a.Body))
	_, e = get(with(roots), "https://example.org"+port+"/")
	refusedWith(t, abi.Unavailable, e)
	_, e = get(with(nil), "https://example.com"+port+"/")
	refusedWith(t, abi.Unavailable, e)
}

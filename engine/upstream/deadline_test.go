package upstream

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/fault"
)

// dripping writes s one byte at a time.
func dripping(p *peer, s string, gap time.Duration) {
	for i := range len(s) {
		if _, err := io.WriteString(p.Conn, s[i:i+1]); err != nil {
			return
		}
		time.Sleep(gap)
	}
}

// TestDeadlines has an upstream that stalls or drips in one phase each. Deadlines that aren't set are 0: no limit.
func TestDeadlines(t *testing.T) {
	const (
		limit = 80 * time.Millisecond
		gap   = 5 * time.Millisecond
		head  = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	)
	long := strings.Repeat("x", 10000)
	tests := []struct {
		name     string
		d        Deadlines
		stream   bool
		gotToken bool
		script   func(p *peer)
		want     error
	}{
		{"no answer", Deadlines{Headers: limit}, false, false, (*peer).untilGone, ErrHeadersDeadline},
		{"no answer to a stream", Deadlines{Headers: limit}, true, false, (*peer).untilGone, ErrHeadersDeadline},
		{"no answer, total", Deadlines{Total: limit}, false, false, (*peer).untilGone, ErrTotalDeadline},
		{"no answer, first token", Deadlines{FirstToken: limit}, true, false, (*peer).untilGone, ErrFirstTokenDeadline},
		{"head drips", Deadlines{Headers: limit}, false, false, func(p *peer) { dripping(p, "HTTP/1.1 200 OK\r\nA: "+long, gap) }, ErrHeadersDeadline},
		{"interim answers drip", Deadlines{Headers: limit}, false, false, func(p *peer) {
			dripping(p, strings.Repeat("HTTP/1.1 100 C\r\n\r\n", 5), gap)
		}, ErrHeadersDeadline},
		{"whole answer stalls", Deadlines{Total: limit}, false, false, func(p *peer) { p.say(head + "3\r\nab"); p.untilGone() }, ErrTotalDeadline},
		{"whole answer drips", Deadlines{Total: limit}, false, false, func(p *peer) {
			p.say("HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
			dripping(p, long, gap)
		}, ErrTotalDeadline},
		{"stream brings no token", Deadlines{FirstToken: limit}, true, false, func(p *peer) { p.say(head); p.untilGone() }, ErrFirstTokenDeadline},
		{"stream brings comments only", Deadlines{FirstToken: limit}, true, false, func(p *peer) {
			p.say(head)
			for range 100 {
				p.say(chunk(": ping\n\n"))
				time.Sleep(gap)
			}
		}, ErrFirstTokenDeadline},
		{"stream stalls", Deadlines{Idle: limit}, true, true, func(p *peer) { p.say(head + chunk("a")); p.untilGone() }, ErrIdleDeadline},
		{"stream drips framing", Deadlines{Idle: limit}, true, true, func(p *peer) {
			p.say(head + chunk("a") + "1;")
			dripping(p, strings.Repeat("e", 200), gap)
		}, ErrIdleDeadline},
		{"large request isn't read", Deadlines{Headers: limit}, false, false, func(p *peer) { time.Sleep(time.Second) }, ErrHeadersDeadline},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			closed := make(chan bool, 1)
			c := client(t, serve(t, func(p *peer) {
				p.readHead()
				tt.script(p)
				_ = p.SetReadDeadline(time.Now().Add(5 * time.Second))
				_, err := io.Copy(io.Discard, p.r)
				closed <- !errors.Is(err, os.ErrDeadlineExceeded)
			}))
			var x Exchange
			r := &Request{Method: "POST", Path: []byte("/"), Stream: tt.stream, Deadlines: &tt.d, Body: []byte("{}")}
			if strings.HasPrefix(tt.name, "large") {
				r.Body = make([]byte, 32<<20)
			}
			start := time.Now()
			err := c.Do(&x, r)
			if tt.gotToken {
				x.GotToken()
			}
			if err == nil {
				_, err = fillAll(&x)
			}
			took := time.Since(start)
			assertKind(t, fault.UpstreamTimeout, err)
			assert.ErrorIs(t, err, tt.want)
			assert.GreaterOrEqual(t, took, limit-5*time.Millisecond)
			assert.Less(t, took, limit+400*time.Millisecond)
			assert.True(t, <-closed, "the socket must close at once")
			assert.Equal(t, 0, c.Stats().Open)
			x.Close()
		})
	}
}

// TestLivingStream outlives every deadline as a total.
func TestLivingStream(t *testing.T) {
	const limit = 60 * time.Millisecond
	c := client(t, serve(t, func(p *peer) {
		p.request()
		p.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
		for range 40 {
			time.Sleep(10 * time.Millisecond)
			p.say(chunk("x"))
		}
		p.say("0\r\n\r\n")
	}), func(o *Options) {
		o.Deadlines = Deadlines{Headers: limit, FirstToken: limit, Idle: limit, Total: limit}
	})
	var x Exchange
	defer x.Close()
	require.NoError(t, c.Do(&x, stream()))
	require.NoError(t, x.Fill())
	x.GotToken()
	body, err := fillAll(&x)
	require.NoError(t, err)
	assert.Equal(t, strings.Repeat("x", 40), body)
	assert.Equal(t, 1, c.Stats().Idle)
}

// TestDeadlineOfOldExchange shows that what was armed for one exchange doesn't end the next on the same connection.
func TestDeadlineOfOldExchange(t *testing.T) {
	c := client(t, serve(t, func(p *peer) {
		for p.request() {
			if strings.Contains(p.head, "/slow") {
				time.Sleep(100 * time.Millisecond)
			}
			p.say(withLength("x"))
		}
	}))
	short := post("{}")
	short.Deadlines = &Deadlines{Headers: 50 * time.Millisecond, Total: 50 * time.Millisecond}
	slow := &Request{Method: "POST", Path: []byte("/slow"), Deadlines: &Deadlines{}}
	for range 3 {
		_, _, err := ask(c, short)
		require.NoError(t, err)
		_, _, err = ask(c, slow)
		require.NoError(t, err)
	}
	assert.Equal(t, Stats{Open: 1, Idle: 1, Dials: 1}, c.Stats())
}

func TestSilent(t *testing.T) {
	const d = 20 * time.Millisecond
	c := client(t, serve(t, func(p *peer) {
		for p.request() {
			pause := strings.Contains(p.head, "/pause")
			if strings.Contains(p.head, "/head") {
				time.Sleep(3 * d)
			}
			p.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
			for range 12 {
				p.say(chunk("x"))
				if pause {
					time.Sleep(3 * d)
				} else {
					time.Sleep(d / 8)
				}
			}
			p.say("0\r\n\r\n")
		}
	}))
	tests := []struct {
		name, path     string
		inDo, inStream int
	}{
		{"dial counts as silence", "/", 1, 0},
		{"bytes come sooner", "/", 0, 0},
		{"in the head", "/head/pause", 1, 0},
		{"in the body, once", "/pause", 0, 1},
	}
	var x Exchange
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			defer x.Close()
			calls := 0
			x.SetSilent(d, func() { calls++ })
			require.NoError(t, c.Do(&x, &Request{Method: "GET", Path: []byte(tt.path), Stream: true}))
			assert.Equal(t, tt.inDo, calls)
			x.GotToken()
			body, err := fillAll(&x)
			require.NoError(t, err)
			assert.Equal(t, strings.Repeat("x", 12), body)
			assert.Equal(t, tt.inDo+tt.inStream, calls)
		})
	}
	assert.Equal(t, uint64(1), c.Stats().Dials)
}

func TestSilentMayCancel(t *testing.T) {
	c := client(t, serve(t, func(p *peer) {
		for p.request() {
			p.say(withLength("x"))
		}
	}))
	var x Exchange
	x.SetSilent(time.Second, x.Cancel) // the dial
	assertKind(t, fault.ClientGone, c.Do(&x, post("{}")))
	x.Close()
	assert.Equal(t, 0, c.Stats().Open)
}

func TestConnectDeadline(t *testing.T) {
	stuck := func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	c, err := NewClient(Options{Scheme: "http", Host: "h", Dial: stuck, Deadlines: Deadlines{Connect: 30 * time.Millisecond}})
	require.NoError(t, err)
	_, _, err = ask(c, post("{}"))
	assertKind(t, fault.UpstreamTimeout, err)
	assert.ErrorIs(t, err, ErrConnectDeadline)
	assert.Equal(t, Stats{Dials: 1}, c.Stats())
}

func TestConnectErrors(t *testing.T) {
	s := serve(t, func(*peer) {})
	c := client(t, s)
	s.stop()
	_, _, err := ask(c, post("{}"))
	assertKind(t, fault.UpstreamConnect, err)

	nothing := func(context.Context, string, string) (net.Conn, error) { return nil, nil }
	c, err = NewClient(Options{Scheme: "http", Host: "h", Dial: nothing})
	require.NoError(t, err)
	_, _, err = ask(c, post("{}"))
	assertKind(t, fault.UpstreamConnect, err)
	assert.Equal(t, 0, c.Stats().Open)
}

// certificate makes a self-signed one for name.
func certificate(t *testing.T, name string) (tls.Certificate, *x509.CertPool) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

func serveTLS(t *testing.T, cert tls.Certificate, script func(p *peer)) *server {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	return serveOn(t, tls.NewListener(ln, &tls.Config{Certificates: []tls.Certificate{cert}}), script)
}

func overTLS(pool *x509.CertPool) func(*Options) {
	return func(o *Options) {
		o.Scheme, o.ServerName = "https", "provider.example"
		o.TLS = &tls.Config{RootCAs: pool}
	}
}

func TestTLS(t *testing.T) {
	cert, pool := certificate(t, "provider.example")
	large := strings.Repeat("0123456789", 300_000)
	s := serveTLS(t, cert, func(p *peer) {
		for p.request() {
			if strings.Contains(p.head, "/slow") {
				dripping(p, withLength("slow"), 3*time.Millisecond)
				continue
			}
			p.say(withLength(string(p.body)))
		}
	})
	c := client(t, s, overTLS(pool))
	for _, body := range []string{"{}", large, "{}", large} {
		_, got, err := ask(c, post(body))
		require.NoError(t, err)
		assert.True(t, body == got)
	}
	// The silence hook's short deadline must not break a TLS record that is half read.
	var x Exchange
	calls := 0
	x.SetSilent(time.Millisecond, func() { calls++ })
	require.NoError(t, c.Do(&x, &Request{Method: "GET", Path: []byte("/slow")}))
	got, err := x.ReadAll(nil, 0)
	require.NoError(t, err)
	assert.Equal(t, "slow", string(got))
	assert.Equal(t, 1, calls)
	x.Close()
	assert.Equal(t, Stats{Open: 1, Idle: 1, Dials: 1}, c.Stats())
}

func TestTLSFaults(t *testing.T) {
	cert, pool := certificate(t, "provider.example")
	t.Run("unknown certificate", func(t *testing.T) {
		c := client(t, serveTLS(t, cert, answering(withLength("x"))), overTLS(x509.NewCertPool()))
		_, _, err := ask(c, post("{}"))
		assertKind(t, fault.UpstreamConnect, err)
		assert.Equal(t, 0, c.Stats().Open)
	})
	t.Run("other name", func(t *testing.T) {
		c := client(t, serveTLS(t, cert, answering(withLength("x"))), overTLS(pool), func(o *Options) { o.ServerName = "other.example" })
		_, _, err := ask(c, post("{}"))
		assertKind(t, fault.UpstreamConnect, err)
	})
	t.Run("handshake stalls", func(t *testing.T) {
		c := client(t, serve(t, (*peer).untilGone), overTLS(pool), func(o *Options) { o.Deadlines.Connect = 40 * time.Millisecond })
		_, _, err := ask(c, post("{}"))
		assertKind(t, fault.UpstreamTimeout, err)
		assert.ErrorIs(t, err, ErrConnectDeadline)
	})
	t.Run("cut body", func(t *testing.T) {
		c := client(t, serveTLS(t, cert, func(p *peer) {
			p.request()
			p.say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
		}), overTLS(pool))
		_, _, err := ask(c, post("{}"))
		assertKind(t, fault.UpstreamCut, err)
	})
	t.Run("early answer", func(t *testing.T) {
		c := client(t, serveTLS(t, cert, func(p *peer) {
			p.readHead()
			p.say("HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno")
			time.Sleep(20 * time.Millisecond)
		}), overTLS(pool))
		status, body, err := ask(c, post(strings.Repeat("b", 32<<20)))
		require.NoError(t, err)
		assert.Equal(t, 401, status)
		assert.Equal(t, "no", body)
		assertNoneOut(t, c)
	})
	t.Run("idle close", func(t *testing.T) {
		c := client(t, serveTLS(t, cert, func(p *peer) {
			p.request()
			p.say(withLength("x"))
		}), overTLS(pool))
		for range 30 {
			_, _, err := ask(c, post("{}"))
			require.NoError(t, err)
		}
	})
}

// TestPipe runs over connections that are no sockets: no probe, no writev.
func TestPipe(t *testing.T) {
	var wg sync.WaitGroup
	defer wg.Wait()
	c, err := NewClient(Options{Scheme: "http", Host: "inside", Dial: func(context.Context, string, string) (net.Conn, error) {
		near, far := net.Pipe()
		wg.Add(1)
		go func() {
			defer wg.Done()
			defer func() { _ = far.Close() }()
			answering(chunked("a", "b"))(newPeer(far))
		}()
		return near, nil
	}})
	require.NoError(t, err)
	defer c.Close()
	for _, body := range []string{"{}", strings.Repeat("b", 1<<20), "{}"} {
		_, got, err := ask(c, post(body))
		require.NoError(t, err)
		assert.Equal(t, "ab", got)
	}
	assert.Equal(t, uint64(1), c.Stats().Dials)
}

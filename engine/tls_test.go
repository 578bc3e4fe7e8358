package engine_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/bench/mock"
	"github.com/yett-gateway/yett/engine/spec"
)

// certificate writes a certificate for localhost.
func certificate(t testing.TB, serial int64) *spec.TLS {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	c := &x509.Certificate{
		SerialNumber: big.NewInt(serial), DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	require.NoError(t, err)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	dir := t.TempDir()
	out := &spec.TLS{Certificate: filepath.Join(dir, "c.pem"), Key: filepath.Join(dir, "k.pem")}
	require.NoError(t, os.WriteFile(out.Certificate, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	require.NoError(t, os.WriteFile(out.Key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}), 0o600))
	return out
}

// TestTLS: streams arrive, a client who leaves is noticed, and a reload serves the new certificate on the
// same port.
func TestTLS(t *testing.T) {
	m, addr := startMock(t, mock.Options{})
	p := provider(spec.OpenAI, "p", addr)
	s := config([]*spec.Provider{p}, model("m", p))
	s.Listeners[0].TLS = certificate(t, 1)
	g := start(t, s, nil)
	g.url = strings.Replace(g.url, "http:", "https:", 1)
	var serial int64
	tr := &http.Transport{TLSClientConfig: &tls.Config{
		InsecureSkipVerify: true, // the test looks at the serial itself
		VerifyConnection: func(cs tls.ConnectionState) error {
			serial = cs.PeerCertificates[0].SerialNumber.Int64()
			return nil
		},
	}}
	defer tr.CloseIdleConnections()
	g.http.Transport = tr

	a := g.post("/v1/chat/completions", chat("m", "hi", streamed))
	assert.Equal(t, 200, a.status)
	assert.True(t, strings.HasSuffix(a.body, "data: [DONE]\n\n"))
	assert.EqualValues(t, 1, serial)

	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	g.try(ctx, "POST", "/v1/chat/completions", chat("m", "[[mock first=400ms]]", streamed))
	eventually(t, 250*time.Millisecond, "upstream call ends", func() bool { return m.Live() == 0 })

	before := g.Addresses()
	next := *s
	next.Listeners = []*spec.Listener{{Name: "main", Address: "127.0.0.1:0", TLS: certificate(t, 2)}}
	require.NoError(t, g.Load(context.Background(), &next))
	assert.Equal(t, before, g.Addresses())
	tr.CloseIdleConnections()
	eventually(t, time.Second, "the new certificate", func() bool {
		tr.CloseIdleConnections()
		return g.post("/v1/chat/completions", chat("m", "hi")).status == 200 && serial == 2
	})
}

package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/hcl"
)

// TestExamples checks every example as `yett check` does: with the bundled plugins, their manifests and
// schemas. Every environment variable is there, each with a value of its own.
func TestExamples(t *testing.T) {
	if len(bundled()) == 0 {
		t.Skip("the bundled plugins aren't built; make test builds them first")
	}
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS("../../hcl/examples")))
	selfSigned(t, filepath.Join(dir, "certificate.pem"), filepath.Join(dir, "key.pem"))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	checked := 0
	for _, e := range entries {
		if !e.IsDir() && filepath.Ext(e.Name()) != ".hcl" {
			continue
		}
		checked++
		_, diags := hcl.Load(filepath.Join(dir, e.Name()), hcl.Options{
			Env: func(name string) (string, bool) {
				return "value-of-" + name + "-0123456789", !strings.HasPrefix(name, "YETT_VAR_")
			},
			Plugins: pluginInfo,
		})
		for _, d := range diags {
			if d.Severity == hcl.Error {
				assert.Fail(t, e.Name(), d.Error())
			}
		}
	}
	assert.GreaterOrEqual(t, checked, 13)
}

// selfSigned writes a certificate for localhost and its key.
func selfSigned(t *testing.T, certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	require.NoError(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	require.NoError(t, err)
	for path, block := range map[string]*pem.Block{
		certificate: {Type: "CERTIFICATE", Bytes: der},
		key:         {Type: "PRIVATE KEY", Bytes: secret},
	} {
		require.NoError(t, os.WriteFile(path, pem.EncodeToMemory(block), 0o600))
	}
}

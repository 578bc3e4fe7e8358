package hcl_test

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

// anyEnv has every variable that looks like one for keys. Each has a value of its own.
func anyEnv(name string) (string, bool) {
	if strings.HasPrefix(name, hcl.VariablePrefix) {
		return "", false
	}
	return "value-of-" + strings.ToLower(name), true
}

// writeCertificate makes the files that examples with TLS name.
func writeCertificate(t *testing.T, folder string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"localhost"}}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	for name, block := range map[string]*pem.Block{
		"certificate.pem": {Type: "CERTIFICATE", Bytes: cert},
		"key.pem":         {Type: "PRIVATE KEY", Bytes: secret},
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), pem.EncodeToMemory(block), 0o600))
	}
}

// TestExamples loads every example, and looks that formatting would leave it alone.
func TestExamples(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.CopyFS(folder, os.DirFS("examples")))
	writeCertificate(t, folder)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "dlp.wasm"), []byte("\x00asm\x01\x00\x00\x00"), 0o600)) // the reader's own plugin
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	seen := 0
	for _, e := range entries {
		path := filepath.Join(folder, e.Name())
		if !e.IsDir() && filepath.Ext(path) != ".hcl" {
			continue
		}
		seen++
		t.Run(e.Name(), func(t *testing.T) {
			g, diags := hcl.Load(path, hcl.Options{Env: anyEnv})
			assert.Empty(t, diags, diags.Error())
			assert.NotEmpty(t, g.Providers)
			assert.NotEmpty(t, g.Models)
			assert.NotEmpty(t, g.Routes)
			for _, f := range g.Files {
				text, err := os.ReadFile(f)
				require.NoError(t, err)
				formatted, diags := hcl.Format(text, f)
				assert.Empty(t, diags)
				assert.Equal(t, string(formatted), string(text), "not in the one layout: %s", f)
			}
		})
	}
	assert.GreaterOrEqual(t, seen, 14)
}

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
	"github.com/yett-gateway/yett/plugins/host/module"
	"github.com/yett-gateway/yett/sdk/abi"
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
	outward(t, filepath.Join(dir, "dlp.wasm"))
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

// outward writes a plugin that wants what the readers' own plugin of callout.hcl does: on_request, which goes on.
func outward(t *testing.T, path string) {
	t.Helper()
	wasm := []byte("\x00asm\x01\x00\x00\x00" +
		"\x01\x08\x02\x60\x00\x00\x60\x00\x01\x7e" + // types: () -> (), () -> i64
		"\x03\x03\x02\x00\x01" + "\x05\x03\x01\x00\x01" + // two functions, one page
		"\x07\x24\x03\x06memory\x02\x00\x0ayett_abi_1\x00\x00\x0aon_request\x00\x01" +
		"\x0a\x09\x02\x02\x00\x0b\x04\x00\x42\x00\x0b") // nothing; i64.const 0
	wasm, err := module.AppendCustomSection(wasm, abi.ManifestSection, []byte(`{
		"name": "example/dlp", "version": "0.1.0", "abi": 1, "hooks": ["on_request"],
		"wants": {"log": "says who didn't answer", "cache": "keeps answers", "secret": "its token", "http": "asks a server"}
	}`))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, wasm, 0o600))
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

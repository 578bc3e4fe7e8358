package builtin

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/plugins/kit"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/sdktest"
)

// rawTalk has the request's body too.
type rawTalk struct{ talk }

var _ hook.Raw = rawTalk{}

func (rawTalk) RequestBody() ([]byte, bool) { return []byte(`{"model": "m"}`), true }
func (rawTalk) AnswerBody() ([]byte, bool)  { return nil, false }

// TestRustAsks runs a guest in Rust that reads the body, calls a server with a secret, and keeps the answer.
func TestRustAsks(t *testing.T) {
	needRust(t)
	calls := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls++
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		assert.Equal(t, "Bearer rosebud", r.Header.Get("Authorization"))
		assert.Equal(t, "text/plain", r.Header.Get("Content-Type"))
		w.Header().Set("X-Kind", "echo")
		w.WriteHeader(http.StatusCreated)
		_, err = w.Write([]byte(r.Header.Get("Authorization") + string(body)))
		assert.NoError(t, err)
	}))
	defer server.Close()
	at, err := url.Parse(server.URL)
	require.NoError(t, err)
	port, err := strconv.ParseUint(at.Port(), 10, 16)
	require.NoError(t, err)

	dir := t.TempDir()
	_, err = kit.InitLang(dir, "asks", kit.Rust)
	require.NoError(t, err)
	dir = filepath.Join(dir, "asks")
	replace(t, filepath.Join(dir, "Cargo.toml"), `".yett/sdk"`, `".yett/sdk", features = ["http", "secret", "cache", "body"]`)
	replace(t, filepath.Join(dir, "plugin.json"), `"pure": true,`, `"wants": {"http": "asks", "secret": "asks", "cache": "asks", "body": "asks"},`)
	program, err := os.ReadFile(filepath.Join("testdata", "asks.rs"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "src", "lib.rs"), program, 0o644))
	g := newGuests(t)
	s := g.stage(t, dir, `{"word": "`+server.URL+`/v1"}`, spec.Grant{
		CacheBytes: 1 << 20, Body: true, Secrets: map[string]spec.Secret{"key": spec.NewSecret("rosebud")},
		HTTP: &spec.HTTPGrant{
			Allow:   []spec.HTTPRule{{Method: "POST", Scheme: "http", Host: at.Hostname(), Port: uint16(port), Path: "/*"}},
			Private: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
			Timeout: 10 * spec.DefaultHTTPTimeout, RequestBytes: 1 << 16, AnswerBytes: 1 << 16, Calls: 2,
		},
	})

	conversation := sdktest.NewConversation(sdktest.User("hello"))
	c := newCall(conversation)
	c.Exchange, c.Hook = rawTalk{talk{conversation}}, abi.OnRequest
	require.NoError(t, s.Call(c))
	require.Equal(t, abi.Respond, c.Verdict.Action(), "%s", c.Reason)
	const answer = `201 echo Bearer *******{"model": "m"}`
	assert.Equal(t, answer, string(c.Body), "the plugin doesn't see the secret")
	require.NoError(t, s.Call(c))
	assert.Equal(t, "known: "+answer, string(c.Body))
	assert.Equal(t, 1, calls)
}

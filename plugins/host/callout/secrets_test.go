package callout

import (
	"context"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
)

const hidden = `s3cret/"value"+<with>&signs=`

func TestSecretsAreTakenOut(t *testing.T) {
	secrets := map[string]spec.Secret{"T": spec.NewSecret(hidden), "U": spec.NewSecret("signs=and more")}
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got := r.Header.Get("Authorization")
		w.Header().Set("X-Echo", got)
		w.Header()["X-Lines"] = []string{"a", got}
		switch r.URL.Path {
		case "/plain":
			fmt.Fprint(w, got, got)
		case "/base64":
			for n := range 3 {
				fmt.Fprintln(w, base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", n)+got+"tail")))
				fmt.Fprintln(w, base64.RawURLEncoding.EncodeToString([]byte(strings.Repeat("x", n)+got)))
			}
		case "/escaped":
			fmt.Fprintln(w, url.QueryEscape(got), url.PathEscape(got), strings.ToLower(url.QueryEscape(got)))
		case "/json":
			fmt.Fprintf(w, `{"a":"Bearer s3cret/\"value\"+\u003cwith\u003e\u0026signs="}{"a":"s3cret/\"value\"+<with>&signs="}`)
		case "/html":
			fmt.Fprint(w, "s3cret/&#34;value&#34;+&lt;with&gt;&amp;signs=")
		case "/hex":
			fmt.Fprintf(w, "%x %X", hidden, hidden)
		case "/both":
			fmt.Fprint(w, hidden+"and more")
		}
	})
	c := caller(t, base, nil, secrets, Options{})
	for _, path := range []string{"/plain", "/base64", "/escaped", "/json", "/html", "/hex", "/both"} {
		t.Run(path, func(t *testing.T) {
			attached, e := c.Attach(nil, "T", "authorization", "Bearer ")
			require.Nil(t, e)
			req, e := c.Prepare(&Call{Method: "GET", URL: base + path, Attached: attached})
			require.Nil(t, e)
			a, e := req.Send(0, time.Time{})
			require.Nil(t, e)
			said := string(a.Body)
			for _, name := range []string{"x-echo", "x-lines"} {
				v, ok := a.Header(nil, name)
				require.True(t, ok)
				said += string(v)
			}
			assert.Contains(t, said, "*****")
			for _, form := range forms(hidden) {
				assert.NotContains(t, said, string(form))
			}
			if path == "/base64" {
				for line := range strings.Lines(string(a.Body)) {
					covered := strings.Count(line, "*")
					assert.Less(t, covered, len(strings.TrimSpace(line)), "what isn't secret stays")
					assert.GreaterOrEqual(t, covered, len(hidden)*8/6-2, "all but the digits that are shared with what isn't")
				}
			}
			for _, piece := range []string{"s3cret", "value", "signs=", "and more", "c2VjcmV0"} {
				assert.NotContains(t, said, piece)
			}
		})
	}
	t.Run("in errors", func(t *testing.T) {
		bad := raw(t, func(c net.Conn) { fmt.Fprintf(c, "HTTP/1.1 %s\r\n\r\n", hidden) })
		c := caller(t, bad, nil, secrets, Options{})
		_, e := get(c, bad+"/")
		refusedWith(t, abi.Unavailable, e)
		assert.Contains(t, e.Error(), "***")
		assert.NotContains(t, e.Error(), "s3cret")
	})
}

func TestSecretsNeedTLS(t *testing.T) {
	var reached atomic.Int32
	base := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Token") == "s3cret" {
			reached.Add(1)
		}
	})
	secrets := map[string]spec.Secret{"T": spec.NewSecret("s3cret")}
	send := func(c *Caller, url string) *Error {
		attached, e := c.Attach(nil, "T", "x-token", "")
		require.Nil(t, e)
		req, e := c.Prepare(&Call{Method: "GET", URL: url, Attached: attached})
		require.Nil(t, e)
		_, e = req.Send(0, time.Time{})
		return e
	}
	require.Nil(t, send(caller(t, base, nil, secrets, Options{}), base+"/"))
	assert.EqualValues(t, 1, reached.Load(), "a private network of the operator's")
	c := caller(t, base, func(g *spec.HTTPGrant) { g.Allow = []spec.HTTPRule{allow(t, base, "server.example")} }, secrets,
		Options{Resolve: func(context.Context, string) ([]netip.Addr, error) {
			return []netip.Addr{netip.MustParseAddr("8.8.8.8")}, nil
		}})
	e := send(c, strings.Replace(base, "127.0.0.1", "server.example", 1)+"/")
	refusedWith(t, abi.NotGranted, e)
	assert.ErrorContains(t, e, "without TLS")
}

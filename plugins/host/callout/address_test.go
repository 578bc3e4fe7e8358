package callout

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
)

// granted is a caller with a rule for each scheme.
func granted(t testing.TB, change func(*spec.HTTPGrant), secrets map[string]spec.Secret, o Options) *Caller {
	g := &spec.HTTPGrant{Allow: []spec.HTTPRule{
		{Method: "POST", Scheme: "https", Host: "dlp.internal", Port: 8443, Path: "/v1/*"},
		{Method: "GET", Scheme: "https", Host: "dlp.internal", Port: 443, Path: "/whole"},
		{Method: "*", Scheme: "http", Host: "2001:db8:0::1", Port: 80, Path: "/*"},
		{Method: "GET", Scheme: "http", Host: "caf.example", Port: 80, Path: "/caf%C3%A9/*"},
	}, Private: []netip.Prefix{netip.MustParsePrefix("2001:db8::/32")}}
	if change != nil {
		change(g)
	}
	c, err := New(g, secrets, o)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

// TestAddresses holds addresses against the rules of granted, before any name is looked up.
func TestAddresses(t *testing.T) {
	c := granted(t, nil, nil, Options{})
	for _, test := range []struct {
		name, method, url string
		want              abi.Status
	}{
		{"below the beginning", "POST", "https://dlp.internal:8443/v1/check", abi.OK},
		{"the beginning itself", "POST", "https://dlp.internal:8443/v1/", abi.OK},
		{"with a query", "POST", "https://dlp.internal:8443/v1/check?a=../../b&c=%2e", abi.OK},
		{"a whole path", "GET", "https://dlp.internal/whole", abi.OK},
		{"a whole path, the port written", "GET", "https://dlp.internal:443/whole", abi.OK},
		{"IPv6", "DELETE", "http://[2001:db8::1]/x", abi.OK},
		{"a dot in a name", "POST", "https://dlp.internal:8443/v1/.well-known/a.b..c", abi.OK},
		{"an escape that must be", "GET", "http://caf.example/caf%c3%a9/%20x", abi.OK},
		{"parameters", "POST", "https://dlp.internal:8443/v1/a;b=c", abi.OK},

		{"another method", "GET", "https://dlp.internal:8443/v1/check", abi.NotGranted},
		{"another scheme", "POST", "http://dlp.internal:8443/v1/check", abi.NotGranted},
		{"another host", "POST", "https://dlp.internal.evil.example:8443/v1/check", abi.NotGranted},
		{"a host below", "POST", "https://x.dlp.internal:8443/v1/check", abi.NotGranted},
		{"another port", "POST", "https://dlp.internal/v1/check", abi.NotGranted},
		{"another path", "POST", "https://dlp.internal:8443/v2/check", abi.NotGranted},
		{"above the beginning", "POST", "https://dlp.internal:8443/v1", abi.NotGranted},
		{"below a whole path", "GET", "https://dlp.internal/whole/x", abi.NotGranted},
		{"no path", "GET", "https://dlp.internal", abi.NotGranted},
		{"only a query", "GET", "https://dlp.internal?/whole", abi.NotGranted},
		{"case of the path", "GET", "https://dlp.internal/Whole", abi.NotGranted},
		{"another address", "GET", "http://[2001:db8::2]/", abi.NotGranted},

		{"dot segment", "POST", "https://dlp.internal:8443/v1/../admin", abi.Invalid},
		{"single dot", "POST", "https://dlp.internal:8443/v1/./x", abi.Invalid},
		{"dot segment at the end", "POST", "https://dlp.internal:8443/v1/..", abi.Invalid},
		{"escaped dots", "POST", "https://dlp.internal:8443/v1/%2e%2e/admin", abi.Invalid},
		{"half escaped dots", "POST", "https://dlp.internal:8443/v1/.%2E/admin", abi.Invalid},
		{"dots with parameters", "POST", "https://dlp.internal:8443/v1/..;x/admin", abi.Invalid},
		{"dots with an escaped semicolon", "POST", "https://dlp.internal:8443/v1/..%3bx/admin", abi.Invalid},
		{"escaped slash", "POST", "https://dlp.internal:8443/v1%2fcheck", abi.Invalid},
		{"escaped twice", "POST", "https://dlp.internal:8443/v1/%252e%252e/admin", abi.Invalid},
		{"escaped letter", "POST", "https://dlp.internal:8443/v1/%61dmin", abi.Invalid},
		{"overlong dot", "POST", "https://dlp.internal:8443/v1/%c0%ae%c0%ae/admin", abi.Invalid},
		{"escaped NUL", "POST", "https://dlp.internal:8443/v1/x%00", abi.Invalid},
		{"escaped line", "POST", "https://dlp.internal:8443/v1/x%0d%0aHost:%20evil", abi.Invalid},
		{"half an escape", "POST", "https://dlp.internal:8443/v1/%2", abi.Invalid},
		{"no escape", "POST", "https://dlp.internal:8443/v1/%zz", abi.Invalid},
		{"signed escape", "POST", "https://dlp.internal:8443/v1/%+f", abi.Invalid},
		{"backslash", "POST", `https://dlp.internal:8443/v1/..\admin`, abi.Invalid},
		{"escaped backslash", "POST", "https://dlp.internal:8443/v1/..%5cadmin", abi.Invalid},
		{"empty segment", "POST", "https://dlp.internal:8443//v1/check", abi.Invalid},
		{"empty segment below", "POST", "https://dlp.internal:8443/v1//check", abi.Invalid},
		{"segment of parameters alone", "POST", "https://dlp.internal:8443/v1/;/check", abi.Invalid},
		{"user", "POST", "https://dlp.internal:8443@evil.example/v1/check", abi.Invalid},
		{"user and password", "POST", "https://a:b@dlp.internal:8443/v1/check", abi.Invalid},
		{"fragment", "POST", "https://dlp.internal:8443/v1/check#x", abi.Invalid},
		{"backslash in the host", "POST", `https://evil.example\@dlp.internal:8443/v1/check`, abi.Invalid},
		{"escaped host", "POST", "https://dlp%2einternal:8443/v1/check", abi.Invalid},
		{"upper case host", "POST", "https://DLP.internal:8443/v1/check", abi.Invalid},
		{"dot at the host's end", "POST", "https://dlp.internal.:8443/v1/check", abi.Invalid},
		{"letters beyond ASCII", "POST", "https://dlp。internal:8443/v1/check", abi.Invalid},
		{"upper case scheme", "POST", "HTTPS://dlp.internal:8443/v1/check", abi.Invalid},
		{"no scheme", "POST", "//dlp.internal:8443/v1/check", abi.Invalid},
		{"another protocol", "GET", "file:///etc/passwd", abi.Invalid},
		{"gopher", "GET", "gopher://dlp.internal/1", abi.Invalid},
		{"no host", "GET", "https:///whole", abi.Invalid},
		{"empty port", "GET", "https://dlp.internal:/whole", abi.Invalid},
		{"port 0", "GET", "https://dlp.internal:0/whole", abi.Invalid},
		{"port with zeros", "POST", "https://dlp.internal:08443/v1/check", abi.Invalid},
		{"port too high", "GET", "https://dlp.internal:65979/whole", abi.Invalid},
		{"two ports", "GET", "https://dlp.internal:443:443/whole", abi.Invalid},
		{"space", "GET", "https://dlp.internal/whole x", abi.Invalid},
		{"line", "GET", "https://dlp.internal/whole\r\nX: y", abi.Invalid},
		{"decimal address", "GET", "http://2130706433/", abi.Invalid},
		{"octal address", "GET", "http://0177.0.0.1/", abi.Invalid},
		{"hexadecimal address", "GET", "http://0x7f000001/", abi.Invalid},
		{"hexadecimal part", "GET", "http://127.0.0.0x1/", abi.Invalid},
		{"short address", "GET", "http://127.1/", abi.Invalid},
		{"long IPv6", "GET", "http://[2001:db8:0:0::1]/", abi.Invalid},
		{"IPv6 zone", "GET", "http://[fe80::1%25eth0]/", abi.Invalid},
		{"open bracket", "GET", "http://[2001:db8::1/", abi.Invalid},
		{"text after a bracket", "GET", "http://[2001:db8::1]x/", abi.Invalid},
		{"IPv4 in brackets", "GET", "http://[127.0.0.1]/", abi.Invalid},
		{"tunnel", "CONNECT", "http://[2001:db8::1]/", abi.Invalid},
		{"trace", "TRACE", "http://[2001:db8::1]/", abi.Invalid},
		{"lower case method", "post", "https://dlp.internal:8443/v1/check", abi.Invalid},
		{"method with a line", "GET /\r\n", "https://dlp.internal/whole", abi.Invalid},
		{"no method", "", "https://dlp.internal/whole", abi.Invalid},
		{"too long", "GET", "https://dlp.internal/" + strings.Repeat("x", maxAddress), abi.TooLarge},
	} {
		t.Run(test.name, func(t *testing.T) {
			req, err := c.Prepare(&Call{Method: test.method, URL: test.url})
			if test.want == abi.OK {
				require.Nil(t, err)
				assert.Contains(t, []string{test.url, strings.Replace(test.url, ":443/", "/", 1)}, req.req.URL.String(), "it goes out as it was checked")
				return
			}
			require.NotNil(t, err)
			assert.Equal(t, test.want.String(), err.Status.String(), err.Error())
		})
	}
}

func TestRules(t *testing.T) {
	good := spec.HTTPRule{Method: "POST", Scheme: "https", Host: "dlp.internal", Port: 8443, Path: "/v1/*"}
	for _, test := range []struct {
		name   string
		change func(*spec.HTTPRule)
		want   string
	}{
		{"good", func(*spec.HTTPRule) {}, ""},
		{"the begin of a name with a dot", func(r *spec.HTTPRule) { r.Path = "/.*" }, ""},
		{"every path", func(r *spec.HTTPRule) { r.Path = "*" }, ""},
		{"every method", func(r *spec.HTTPRule) { r.Method = "*" }, ""},
		{"long IPv6", func(r *spec.HTTPRule) { r.Host = "2606:4700:0::1" }, ""},
		{"dot segment", func(r *spec.HTTPRule) { r.Path = "/a/../b" }, "dot segments"},
		{"escaped slash", func(r *spec.HTTPRule) { r.Path = "/a%2Fb" }, "may not escape"},
		{"empty segment", func(r *spec.HTTPRule) { r.Path = "/a//*" }, "empty segments"},
		{"short address", func(r *spec.HTTPRule) { r.Host = "127.1" }, "ends in a number"},
		{"dot at the host's end", func(r *spec.HTTPRule) { r.Host = "dlp.internal." }, "labels"},
		{"private address", func(r *spec.HTTPRule) { r.Host = "10.0.0.1" }, "isn't a public address"},
		{"IPv6 loopback", func(r *spec.HTTPRule) { r.Host = "::1" }, "isn't a public address"},
		{"mapped address", func(r *spec.HTTPRule) { r.Host = "::ffff:8.8.8.8" }, "isn't a public address"},
		{"trace", func(r *spec.HTTPRule) { r.Method = "TRACE" }, "TRACE"},
		{"another scheme", func(r *spec.HTTPRule) { r.Scheme = "ftp" }, "begins with"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := good
			test.change(&r)
			c, err := New(&spec.HTTPGrant{Allow: []spec.HTTPRule{good, r}}, nil, Options{})
			if test.want == "" {
				require.NoError(t, err)
				c.Close()
				return
			}
			var e *RuleError
			require.ErrorAs(t, err, &e)
			assert.Contains(t, e.Error(), test.want)
			assert.Equal(t, r, e.Rule)
			assert.NotEmpty(t, e.Hint)
		})
	}
}

func FuzzAddress(f *testing.F) {
	for _, text := range []string{"https://dlp.internal:8443/v1/x?y", "http://[::1]/", "http://127.0.0.1:80/%20", "https://a/..;/"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, why := parseAddress(text)
		if why != "" {
			return
		}
		u := a.url()
		if u.EscapedPath() != a.path || u.Path != a.plain {
			t.Fatalf("%q is sent as %q", a.path, u.EscapedPath())
		}
		again, why := parseAddress(u.String())
		if why != "" || again != a {
			t.Fatalf("%q is read as %+v, and as %+v %s when it is written again", text, a, again, why)
		}
		if strings.Contains(a.plain, "//") || strings.Contains(a.plain+"/", "/../") || u.User != nil || u.Fragment != "" {
			t.Fatalf("%q passed", text)
		}
	})
}

func TestNetworks(t *testing.T) {
	for _, test := range []struct {
		addr string
		want bool
	}{
		{"8.8.8.8", true},
		{"1.1.1.1", true},
		{"172.32.0.1", true},
		{"172.15.255.255", true},
		{"100.128.0.1", true},
		{"192.0.1.1", true},
		{"223.255.255.255", true},
		{"2606:4700:4700::1111", true},
		{"2a00:1450:4001:81b::200e", true},
		{"2001:4860:4860::8888", true},

		{"0.0.0.0", false},
		{"0.1.2.3", false},
		{"10.0.0.1", false},
		{"100.64.0.1", false},
		{"100.100.100.200", false},
		{"127.0.0.1", false},
		{"127.255.0.1", false},
		{"169.254.169.254", false},
		{"172.16.0.1", false},
		{"172.31.255.255", false},
		{"192.0.0.8", false},
		{"192.0.2.1", false},
		{"192.88.99.1", false},
		{"192.168.1.1", false},
		{"198.18.0.1", false},
		{"198.51.100.1", false},
		{"203.0.113.1", false},
		{"224.0.0.1", false},
		{"240.0.0.1", false},
		{"255.255.255.255", false},
		{"::", false},
		{"::1", false},
		{"::7f00:1", false},
		{"::ffff:127.0.0.1", false},
		{"::ffff:8.8.8.8", false},
		{"64:ff9b::7f00:1", false},
		{"64:ff9b:1::7f00:1", false},
		{"100::1", false},
		{"2001::1", false},
		{"2001:10::1", false},
		{"2001:db8::1", false},
		{"2002:7f00:1::1", false},
		{"3fff::1", false},
		{"5f00::1", false},
		{"fc00::1", false},
		{"fd00:ec2::254", false},
		{"fe80::1", false},
		{"fe80::1%eth0", false},
		{"fec0::1", false},
		{"ff02::1", false},
	} {
		t.Run(test.addr, func(t *testing.T) {
			assert.Equal(t, test.want, public(netip.MustParseAddr(test.addr)))
		})
	}
}

func TestHeaders(t *testing.T) {
	c := granted(t, nil, map[string]spec.Secret{"T": spec.NewSecret("s3cret-value")}, Options{})
	for _, test := range []struct {
		name, headers string
		want          abi.Status
	}{
		{"none", "", abi.OK},
		{"two", "content-type: text/plain\nX-A:b\n", abi.OK},
		{"without the last line's end", "x-a: b", abi.OK},
		{"twice", "x-a: b\nx-a: c\n", abi.OK},
		{"cookie", "cookie: a=b\n", abi.OK},
		{"no colon", "x-a\n", abi.Invalid},
		{"empty line", "x-a: b\n\nx-b: c\n", abi.Invalid},
		{"space in the name", "x a: b\n", abi.Invalid},
		{"space before the colon", "x-a : b\n", abi.Invalid},
		{"folded", "x-a: b\n c: d\n", abi.Invalid},
		{"carriage return", "x-a: b\r\nx-b: c\r\n", abi.Invalid},
		{"NUL", "x-a: b\x00\n", abi.Invalid},
		{"no name", ": b\n", abi.Invalid},
		{"host", "Host: evil\n", abi.Invalid},
		{"length", "content-length: 5\n", abi.Invalid},
		{"framing", "Transfer-Encoding: chunked\n", abi.Invalid},
		{"connection", "connection: x-a\n", abi.Invalid},
		{"upgrade", "upgrade: h2c\n", abi.Invalid},
		{"expect", "expect: 100-continue\n", abi.Invalid},
		{"proxy", "proxy-authorization: x\n", abi.Invalid},
		{"compression", "accept-encoding: gzip\n", abi.Invalid},
		{"ranges", "range: bytes=0-3\n", abi.Invalid},
		{"where a secret goes", "X-TOKEN: mine\n", abi.Invalid},
		{"too many", strings.Repeat("x-a: b\n", maxLines+1), abi.TooLarge},
		{"too long", "x-a: " + strings.Repeat("x", abi.MaxHeaders) + "\n", abi.TooLarge},
	} {
		t.Run(test.name, func(t *testing.T) {
			attached, err := c.Attach(nil, "T", "x-token", "Bearer ")
			require.Nil(t, err)
			req, err := c.Prepare(&Call{Method: "GET", URL: "https://dlp.internal/whole", Headers: test.headers, Attached: attached})
			if test.want == abi.OK {
				require.Nil(t, err)
				assert.Equal(t, "Bearer s3cret-value", req.req.Header.Get("x-token"))
				return
			}
			require.NotNil(t, err)
			assert.Equal(t, test.want.String(), err.Status.String(), err.Error())
			assert.NotContains(t, err.Error(), "s3cret")
		})
	}
}

func TestAttach(t *testing.T) {
	c := granted(t, nil, map[string]spec.Secret{"T": spec.NewSecret("v")}, Options{})
	one := []Attached{{"T", "X-A", ""}}
	for _, test := range []struct {
		name, secret, header, prefix string
		list                         []Attached
		want                         abi.Status
	}{
		{"a second header", "T", "x-b", "Bearer ", one, abi.OK},
		{"an unknown secret", "U", "x-b", "", nil, abi.NotGranted},
		{"the header of another", "T", "x-a", "", one, abi.Invalid},
		{"a reserved header", "T", "host", "", nil, abi.Invalid},
		{"a line in the prefix", "T", "x-b", "a\r\nx-c: ", nil, abi.Invalid},
		{"a line in the header", "T", "x-b: 1\r\nx-c", "", nil, abi.Invalid},
		{"a long prefix", "T", "x-b", strings.Repeat("x", 257), nil, abi.TooLarge},
		{"too many", "T", "x-b", "", make([]Attached, maxAttached), abi.TooLarge},
	} {
		t.Run(test.name, func(t *testing.T) {
			list, err := c.Attach(test.list, test.secret, test.header, test.prefix)
			if test.want == abi.OK {
				require.Nil(t, err)
				assert.Len(t, list, len(test.list)+1)
				return
			}
			require.NotNil(t, err)
			assert.Equal(t, test.want.String(), err.Status.String())
			assert.Len(t, list, len(test.list))
		})
	}
}

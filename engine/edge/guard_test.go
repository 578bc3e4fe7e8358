package edge

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type refused struct {
	name string
	raw  string
	want Reason
}

const (
	post  = "POST /v1/chat/completions HTTP/1.1\r\nHost: gw\r\n"
	get   = "GET /v1/models HTTP/1.1\r\nHost: gw\r\n"
	chunk = post + "Transfer-Encoding: chunked\r\n\r\n"
	// smuggled is what an attacker hides behind an ambiguity; it must never be seen.
	smuggled = "GET /smuggled HTTP/1.1\r\nHost: gw\r\n\r\n"
)

// refusedRequests is one table of malformed, ambiguous and oversized requests, most of them generated.
func refusedRequests() []refused {
	var t []refused
	add := func(want Reason, name, raw string) { t = append(t, refused{name, raw, want}) }

	for _, c := range []struct {
		want Reason
		line string
	}{
		{BadRequestLine, "GET /"},
		{BadRequestLine, "GET"},
		{BadRequestLine, "GET  / HTTP/1.1"},
		{BadRequestLine, "GET /  HTTP/1.1"},
		{BadRequestLine, "GET / HTTP/1.1 "},
		{BadTarget, "GET /\tHTTP/1.1"},
		{BadMethod, "GET\t/ HTTP/1.1"},
		{BadRequestLine, " GET / HTTP/1.1"},
		{BadRequestLine, "\tGET / HTTP/1.1"},
		{BadRequestLine, "\x00GET / HTTP/1.1"},
		{BadMethod, "GE\x00T / HTTP/1.1"},
		{BadMethod, "GÈT / HTTP/1.1"},
		{BadRequestLine, "get / HTTP/1.1"},
		{BadMethod, "GeT / HTTP/1.1"},
		{BadMethod, "G:T / HTTP/1.1"},
		{BadMethod, strings.Repeat("A", 33) + " / HTTP/1.1"},
		{BadMethod, "CONNECT gw:443 HTTP/1.1"},
		{BadMethod, "CONNECT / HTTP/1.1"},
		{BadTarget, "GET gw:80 HTTP/1.1"},
		{BadTarget, "OPTIONS * HTTP/1.1"},
		{BadTarget, "GET * HTTP/1.1"},
		{BadVersion, "PRI * HTTP/2.0"},
		{BadTarget, "GET http://gw/ HTTP/1.1"},
		{BadTarget, "GET http://u:p@gw/ HTTP/1.1"},
		{BadTarget, "GET https://other/ HTTP/1.1"},
		{BadTarget, "GET ?a=b HTTP/1.1"},
		{BadTarget, "GET a/b HTTP/1.1"},
		{BadTarget, "GET /a#b HTTP/1.1"},
		{BadTarget, "GET /a?b#c HTTP/1.1"},
		{BadTarget, "GET /é HTTP/1.1"},
		{BadTarget, "GET /a?é HTTP/1.1"},
		{BadTarget, "GET /a\x00 HTTP/1.1"},
		{BadTarget, "GET /a\x7f HTTP/1.1"},
		{BadTarget, "GET /a\x01b HTTP/1.1"},
		{BadTarget, "GET /a?\x0b HTTP/1.1"},
		{BadTarget, "GET /<a> HTTP/1.1"},
		{BadTarget, "GET /a?%00 HTTP/1.1"},
		{BadTarget, "GET /a?%zz HTTP/1.1"},
		{BadTarget, "GET /a?% HTTP/1.1"},
		{BadTarget, "GET /a?%4 HTTP/1.1"},
		{BadTarget, "GET /a\tb HTTP/1.1"},
		{BadRequestLine, "GET / HTTP/1.1x"},
		{BadRequestLine, "GET / HTTP/1"},
		{BadRequestLine, "GET / HTTP/1.11"},
		{BadRequestLine, "GET / http/1.1"},
		{BadRequestLine, "GET / HTTP/a.b"},
		{BadRequestLine, "GET / FTP/1.1"},
		{BadRequestLine, "GET / HTTP/1.1\x00"},
		{BadRequestLine, "GET /a b HTTP/1.1"},
		{BadVersion, "GET / HTTP/2.0"},
		{BadVersion, "GET / HTTP/1.2"},
		{BadVersion, "GET / HTTP/0.9"},
		{BadVersion, "GET / HTTP/3.0"},
		{BadVersion, "GET / HTTP/9.9"},
		{TargetTooLong, "GET /" + strings.Repeat("a", 8<<10) + " HTTP/1.1"},
		{TargetTooLong, "GET /?" + strings.Repeat("a", 8<<10) + " HTTP/1.1"},
		{TargetTooLong, "GET " + strings.Repeat("/a", 5<<10) + " HTTP/1.1"},
	} {
		add(c.want, "line/"+clip(c.line), c.line+"\r\nHost: gw\r\n\r\n"+smuggled)
	}
	for _, p := range []string{
		"/..", "/.", "/../", "/./", "/a/..", "/a/.", "/a/../b", "/a/./b", "//", "//a", "/a//b", "/a//", "/v1/..?x", "/..;/a",
		"/.;x", "/a/..;", "/%2e", "/%2E%2e/", "/.%2e/a", "/%2e./a", "/a/%2e", "/a/%2e%2e/b", "/a/%2e%2e?x", "/%2e%2e;/b",
		"/%2f", "/a%2Fb", "/a%5cb", "/a%5C", "/a\\b", "/\\..\\a", "/%00", "/a%00b", "/a%0d%0ab", "/a%0A", "/a%09", "/a%1f", "/a%7f",
		"/%", "/%4", "/%g0", "/%0g", "/a%", "/a%2", "/%%41", "/a%u0041", "/%252e%252e/", "/a%25", "/%c0%ae", "/%C1%81", "/%f5a", "/%ff",
	} {
		add(BadPath, "path/"+p, "GET "+p+" HTTP/1.1\r\nHost: gw\r\n\r\n"+smuggled)
	}

	add(BadLineEnd, "lf/line", "GET / HTTP/1.1\nHost: gw\r\n\r\n"+smuggled)
	add(BadLineEnd, "lf/field", "GET / HTTP/1.1\r\nHost: gw\n\r\n"+smuggled)
	add(BadLineEnd, "lf/plain field", get+"X-A: b\n\r\n"+smuggled)
	add(BadLineEnd, "lf/end", get+"\n"+smuggled)
	add(BadLineEnd, "lf/all", "GET / HTTP/1.1\nHost: gw\n\n"+smuggled)
	add(BadLineEnd, "lf/name", get+"X-A\n: b\r\n\r\n")
	add(BadLineEnd, "cr/line", "GET / HTTP/1.1\rHost: gw\r\n\r\n"+smuggled)
	add(BadLineEnd, "cr/field", "GET / HTTP/1.1\r\nHost: gw\rX: y\r\n\r\n")
	add(BadLineEnd, "cr/plain field", get+"X-A: b\rContent-Length: 5\r\n\r\n")
	add(BadLineEnd, "cr/end", get+"\r\r\n")
	add(BadLineEnd, "cr/end other", get+"\rX")
	add(BadLineEnd, "cr/two", "GET / HTTP/1.1\r\r\nHost: gw\r\n\r\n")
	add(BadFieldName, "cr/name", get+"X-A\r: b\r\n\r\n")
	add(BadLineEnd, "lead/lf", "\nGET / HTTP/1.1\r\nHost: gw\r\n\r\n")
	add(BadLineEnd, "lead/cr", "\rGET / HTTP/1.1\r\nHost: gw\r\n\r\n")
	add(BadRequestLine, "lead/two lines", "\r\n\r\n"+get+"\r\n")
	add(BadRequestLine, "lead/line and space", "\r\n "+get+"\r\n")
	add(FoldedLine, "fold/space", get+"X-A: b\r\n c\r\n\r\n")
	add(FoldedLine, "fold/tab", get+"X-A: b\r\n\tc\r\n\r\n")
	add(FoldedLine, "fold/first", "GET / HTTP/1.1\r\n Host: gw\r\n\r\n")
	add(FoldedLine, "fold/te", post+"X-A: b\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
	add(FoldedLine, "fold/length", post+"Content-Length: 5\r\n 5\r\n\r\n")

	for c := range 256 {
		b := byte(c)
		if lower[b] == 0 && b != ':' && b != '\n' && b != '\r' {
			add(BadFieldName, fmt.Sprintf("name/within %#02x", c), get+"X"+string([]byte{b})+"Y: z\r\n\r\n")
			if b != ' ' && b != '\t' {
				add(BadFieldName, fmt.Sprintf("name/first %#02x", c), get+string([]byte{b})+"Y: z\r\n\r\n")
			}
		}
		if (b < ' ' || b == 0x7f) && b != '\t' && b != '\r' && b != '\n' {
			add(BadFieldValue, fmt.Sprintf("value/%#02x", c), get+"X: a"+string([]byte{b})+"b\r\n\r\n")
			add(BadTarget, fmt.Sprintf("target/%#02x", c), "GET /a"+string([]byte{b})+" HTTP/1.1\r\nHost: gw\r\n\r\n")
		}
		if class[b]&isHost == 0 && b != ':' && b != '\r' && b != '\n' {
			add(BadHost, fmt.Sprintf("host/%#02x", c), "GET / HTTP/1.1\r\nHost: g"+string([]byte{b})+"w\r\n\r\n")
		}
	}
	add(BadFieldName, "name/empty", get+": b\r\n\r\n")
	add(BadFieldName, "name/no colon", get+"X-A\r\n\r\n")
	for _, n := range []string{"Content-Length", "Transfer-Encoding", "Host", "X-A", "Expect"} {
		for _, ws := range []string{" ", "\t", "  ", " \t", "\x0b", "\x00"} {
			add(BadFieldName, fmt.Sprintf("name/%s then %q", n, ws), post+n+ws+": 5\r\n\r\nhello"+smuggled)
		}
	}
	add(FieldNameTooLong, "name/long", get+strings.Repeat("a", 257)+": b\r\n\r\n")
	for _, n := range []string{
		"Content_Length", "content_length", "_Content-Length", "Content-Length_", "Transfer_Encoding", "transfer_encoding",
		"TRANSFER_ENCODING", "Host_", "_host", "HTTP_HOST", "x_api_key", "X_Api-Key", "api_key", "x_goog_api_key", "proxy_authorization",
		"authorization_", "content_type", "content_encoding", "x_forwarded_for", "X_Forwarded_Host", "_connection_", "proxy_connection", "x_real_ip",
	} {
		add(AliasField, "alias/"+n, post+n+": 5\r\n\r\nhello"+smuggled)
	}

	for _, v := range []string{
		"", " ", "+5", "-5", "0x5", "5 ", " 5\t", "\t5", "5,5", "5, 5", "5,", ",5", "5;5", "5 5", "05", "005", "5.0", "5e0", "1/", "1//", "1_0", "a", "\"5\"",
		"9999999999999999999", "18446744073709551621", "4294967296000000000000", "5\x0b", "5\x00", "５", strings.Repeat("0", 30) + "5",
	} {
		if strings.ContainsAny(v, "\r\n") {
			continue
		}
		add(BadContentLength, fmt.Sprintf("length/%q", v), post+"Content-Length:"+v+"\r\n\r\nhello"+smuggled)
	}
	add(DuplicateContentLength, "length/twice", post+"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello")
	add(DuplicateContentLength, "length/differing", post+"Content-Length: 5\r\ncontent-length: 6\r\n\r\nhello!")
	add(DuplicateContentLength, "length/zero and other", post+"Content-Length: 0\r\nContent-Length: 44\r\n\r\n"+smuggled)
	add(BodyTooLarge, "length/over", post+"Content-Length: 33554433\r\n\r\nhello")
	add(BodyTooLarge, "length/far over", post+"Content-Length: 461168601842738790\r\n\r\nhello")
	add(BodyTooLarge, "length/expect", post+"Expect: 100-continue\r\nContent-Length: 33554433\r\n\r\n")

	for _, v := range []string{
		"", " ", "identity", "gzip", "gzip, chunked", "chunked, gzip", "chunked, chunked", "chunked,", ",chunked", "chunked ", "chunked\t", "\tchunked",
		"x-chunked", "chunkedx", "chunke", "\"chunked\"", "'chunked'", "chunked;q=1", "chunked; a", "\x0bchunked", "chunked\x00", "chunKed, identity",
		"xchunked", "Chunked-", "\xffchunked", "chunked\x0c", "chunked\x7f",
	} {
		add(BadTransferEncoding, fmt.Sprintf("coding/%q", v), post+"Transfer-Encoding:"+v+"\r\n\r\n0\r\n\r\n"+smuggled)
	}
	add(BadTransferEncoding, "coding/twice", post+"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
	add(BadTransferEncoding, "coding/twice differing", post+"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n")
	add(LengthAndTransferEncoding, "both/length first", post+"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"+smuggled)
	add(LengthAndTransferEncoding, "both/coding first", post+"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"+smuggled)
	add(LengthAndTransferEncoding, "both/zero length", post+"Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\n")
	add(OldTransferEncoding, "coding/1.0", "POST / HTTP/1.0\r\nHost: gw\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")

	add(MissingHost, "host/missing", "GET / HTTP/1.1\r\nX: y\r\n\r\n"+smuggled)
	add(MissingHost, "host/none at all", "GET / HTTP/1.1\r\n\r\n"+smuggled)
	add(DuplicateField, "host/two", get+"Host: other\r\n\r\n")
	add(DuplicateField, "host/same twice", get+"host: gw\r\n\r\n")
	for _, v := range []string{
		"", " ", "u@gw", "u:p@gw", "gw/", "gw/path", "gw, other", "gw other", "gw ", "gw\t", "\tgw", "gw:", "gw:x", "gw:80:80", "gw:123456", ":80", "[::1", "::1",
		"[::1]x", "[gw]", "[::1]:", "gw?x", "gw#x", "gw%2f", "http://gw", "gw\\x", "[", "[]x", "[]", "[:]", "[1.2.3.4]", "[::1::]", "[12345::]", "[::1%25eth0]", "[" + strings.Repeat("0:", 40) + "]", strings.Repeat("a", 257),
	} {
		add(BadHost, fmt.Sprintf("host/%q", clip(v)), "GET / HTTP/1.1\r\nHost:"+v+"\r\n\r\n"+smuggled)
	}
	for _, v := range []string{"", "100", "101-continue", "100-continue, x", "100-continue ", "x", "100-continue;a", "200-ok", "100-continue\t"} {
		add(BadExpect, fmt.Sprintf("expect/%q", v), post+"Expect:"+v+"\r\nContent-Length: 5\r\n\r\nhello")
	}
	add(BadExpect, "expect/1.0", "POST / HTTP/1.0\r\nHost: gw\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello")
	add(BadExpect, "expect/twice", post+"Expect: 100-continue\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello")
	for _, n := range []string{
		"Authorization", "Proxy-Authorization", "Content-Type", "Content-Encoding", "api-key", "x-api-key", "x-goog-api-key",
	} {
		add(DuplicateField, "twice/"+n, post+n+": a\r\nX: y\r\n"+strings.ToUpper(n)+": a\r\nContent-Length: 0\r\n\r\n")
	}
	add(TooManyFields, "fields/101", get+strings.Repeat("X: y\r\n", 100)+"\r\n")
	add(HeadTooLarge, "head/value", get+"X: "+strings.Repeat("y", 32<<10)+"\r\n\r\n")
	add(HeadTooLarge, "head/exact", get+"X: "+strings.Repeat("y", 32<<10-len(get)-6)+"\r\n\r\n")
	add(HeadTooLarge, "head/values", get+strings.Repeat("X: "+strings.Repeat("y", 400)+"\r\n", 90)+"\r\n")

	for _, s := range []string{
		"", " 5", "5 ", "+5", "-5", "0x5", "0X5", "x", "g", "5g", "5\t", "\t5", "\x005", "5\x00", ";a", "5 ;a", "5; a", "5;a ", "5;\ta", "5;a=\"b", "5;a=\"b\\", "5;a\x00", "5;a\x7f", "5;é",
		"5;a=\"\x01\"", "5,5", "5_", "05h", "0000000000000005", strings.Repeat("0", 17), "ffffffffffffffff", "8000000000000005", "5;a(b", "5\x0b",
	} {
		add(BadChunk, fmt.Sprintf("chunk/size %q", s), chunk+s+"\r\nhello\r\n0\r\n\r\n"+smuggled)
	}
	add(BodyTooLarge, "chunk/size max", chunk+"fffffffffffffff\r\nhello")
	add(BodyTooLarge, "chunk/size negative", chunk+"80000000\r\nhello")
	add(BodyTooLarge, "chunk/over", chunk+"2000001\r\nhello")
	add(BodyTooLarge, "chunk/sum over", chunk+"1\r\na\r\n2000000\r\nhello")
	add(BodyTooLarge, "chunk/sum wraps", chunk+"5\r\nhello\r\nffffffffffffffb\r\nhello")
	add(BadChunk, "chunk/bare lf", chunk+"5\nhello\r\n0\r\n\r\n")
	add(BadChunk, "chunk/bare cr", chunk+"5\rhello\r\n0\r\n\r\n")
	add(BadChunk, "chunk/lf in extension", chunk+"5;a\nhello\r\n0\r\n\r\n")
	add(BadChunk, "chunk/cr in extension", chunk+"5;a\rb\r\nhello\r\n0\r\n\r\n")
	add(BadChunk, "chunk/lf in quotes", chunk+"5;a=\"\n\"\r\nhello\r\n0\r\n\r\n")
	add(BadChunk, "chunk/data longer", chunk+"5\r\nhello!\r\n0\r\n\r\n")
	add(BadChunk, "chunk/data shorter", chunk+"6\r\nhello\r\n0\r\n\r\n")
	add(BadChunk, "chunk/data lf", chunk+"5\r\nhello\n0\r\n\r\n")
	add(BadChunk, "chunk/data cr", chunk+"5\r\nhello\r0\r\n\r\n")
	add(BadChunk, "chunk/data none", chunk+"5\r\nhello0\r\n\r\n")
	add(BadLineEnd, "chunk/last lf", chunk+"0\r\n\n"+smuggled)
	add(BadChunk, "chunk/last bare lf", chunk+"0\n\r\n"+smuggled)
	add(ChunkExtensionTooLong, "chunk/extension", chunk+"5;"+strings.Repeat("a", 256)+"\r\nhello\r\n0\r\n\r\n")
	add(ChunkExtensionTooLong, "chunk/extensions", chunk+strings.Repeat("1;aaaaaaaaa\r\nx\r\n", 26)+"0\r\n\r\n")
	for _, n := range []string{
		"Content-Length", "Transfer-Encoding", "Host", "Authorization", "X-Api-Key", "api-key", "Connection", "TE", "Trailer", "Content-Type", "Content-Encoding",
		"Content-Range", "Content-MD5", "Cookie", "Set-Cookie", "Expect", "Proxy-Authorization", "Proxy-Connection", "If-Match", "X-Forwarded-For", "X-Real-IP",
		"Upgrade", "Keep-Alive", "Range", "Max-Forwards", "WWW-Authenticate", "Location", "Cache-Control",
	} {
		add(BadTrailer, "trailer/"+n, chunk+"0\r\n"+n+": 5\r\n\r\nhello"+smuggled)
	}
	add(AliasField, "trailer/alias", chunk+"0\r\nContent_Length: 5\r\n\r\n")
	add(FoldedLine, "trailer/fold", chunk+"0\r\nX: y\r\n z\r\n\r\n")
	add(FoldedLine, "trailer/lead", chunk+"0\r\n X: y\r\n\r\n")
	add(BadFieldName, "trailer/space", chunk+"0\r\nX : y\r\n\r\n")
	add(BadFieldName, "trailer/empty", chunk+"0\r\n: y\r\n\r\n")
	add(BadLineEnd, "trailer/lf", chunk+"0\r\nX: y\n\r\n")
	add(BadFieldValue, "trailer/value", chunk+"0\r\nX: \x00\r\n\r\n")
	add(TooManyFields, "trailer/flood", chunk+"0\r\n"+strings.Repeat("X: y\r\n", 101)+"\r\n")
	add(TrailerTooLarge, "trailer/large", chunk+"0\r\nX: "+strings.Repeat("y", 8<<10)+"\r\n\r\n")
	return t
}

func clip(s string) string { return s[:min(len(s), 40)] }

func TestRefused(t *testing.T) {
	table := refusedRequests()
	require.Greater(t, len(table), 500)
	b := newBench(t, Limits{})
	for _, c := range table {
		try := func(pieces ...[]byte) {
			out := b.run(t, pieces...)
			assert.Empty(t, b.seen, "%s reached the handler", c.name)
			assert.Equal(t, []string{c.want.String()}, b.codes, c.name)
			assert.Equal(t, string(answers[c.want]), out, "%s: not exactly our answer", c.name)
		}
		if len(c.raw) > 1000 {
			try([]byte(c.raw))
			try([]byte(c.raw[:700]), []byte(c.raw[700:]))
		} else {
			splits([]byte(c.raw), try)
		}
		if t.Failed() {
			t.Fatalf("%s: %q", c.name, c.raw)
		}
	}
}

// A refusal comes behind the answers to the requests before it, and leaves those alone.
func TestRefusedBehindGood(t *testing.T) {
	b := newBench(t, Limits{})
	good := post + "Content-Length: 5\r\n\r\nhello"
	for _, c := range refusedRequests() {
		if c.name == "lead/line and space" || strings.HasPrefix(c.name, "lead/") {
			continue
		}
		out := b.run(t, []byte(good+c.raw))
		require.Len(t, b.seen, 1, c.name)
		require.Equal(t, "hello", b.seen[0].body, c.name)
		require.True(t, strings.HasPrefix(out, "HTTP/1.1 200 OK\r\n"), c.name)
		require.True(t, strings.HasSuffix(out, "\r\n\r\nok"+string(answers[c.want])), "%s: %q", c.name, out)
	}
}

type passed struct {
	name string
	raw  string
	want []seen
}

func passedRequests() []passed {
	const path = "/v1/chat/completions"
	one := func(method, uri, host, body string) []seen { return []seen{{method, uri, host, body}} }
	hello := one("POST", path, "gw", "hello")
	t := []passed{
		{"get", get + "\r\n", one("GET", "/v1/models", "gw", "")},
		{"head", "HEAD / HTTP/1.1\r\nHost: gw\r\n\r\n", one("HEAD", "/", "gw", "")},
		{"delete", "DELETE /v1/files/a HTTP/1.1\r\nHost: gw\r\n\r\n", one("DELETE", "/v1/files/a", "gw", "")},
		{"hyphen", "M-SEARCH / HTTP/1.1\r\nHost: gw\r\n\r\n", one("M-SEARCH", "/", "gw", "")},
		{"post", post + "Content-Length: 5\r\n\r\nhello", hello},
		{"post without length", post + "\r\n", one("POST", path, "gw", "")},
		{"post of nothing", post + "Content-Length: 0\r\n\r\n", one("POST", path, "gw", "")},
		{"get with body", get + "Content-Length: 5\r\n\r\nhello", one("GET", "/v1/models", "gw", "hello")},
		{"head with body", "HEAD / HTTP/1.1\r\nHost: gw\r\nContent-Length: 5\r\n\r\nhello", one("HEAD", "/", "gw", "hello")},
		{"get chunked", get + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", one("GET", "/v1/models", "gw", "hello")},
		{"length case", post + "cOnTeNt-LeNgTh:5\r\n\r\nhello", hello},
		{"length spaces", post + "Content-Length:    5\r\n\r\nhello", hello},
		{"old", "POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello", one("POST", "/", "", "hello")},
		{"old get", "GET / HTTP/1.0\r\n\r\n", one("GET", "/", "", "")},
		{"expect", post + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello", hello},
		{"expect case", post + "expect: 100-Continue\r\nContent-Length: 5\r\n\r\nhello", hello},
		{"empty line first", "\r\n" + get + "\r\n", one("GET", "/v1/models", "gw", "")},
		{"chunked", chunk + "5\r\nhello\r\n0\r\n\r\n", hello},
		{"chunked case", post + "transfer-encoding: ChUnKeD\r\n\r\n5\r\nhello\r\n0\r\n\r\n", hello},
		{"chunked two", chunk + "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", hello},
		{"chunked hex", chunk + "A\r\n0123456789\r\n0b\r\nabcdefghijk\r\n00\r\n\r\n", one("POST", path, "gw", "0123456789abcdefghijk")},
		{"chunked longest size", chunk + "000000000000005\r\nhello\r\n0\r\n\r\n", hello},
		{"chunked extension", chunk + "5;a\r\nhello\r\n0;b=c\r\n\r\n", hello},
		{"chunked quoted extension", chunk + "5;a=\"b \\\"c\\\\;\"\r\nhello\r\n0\r\n\r\n", hello},
		{"chunked of nothing", chunk + "0\r\n\r\n", one("POST", path, "gw", "")},
		{"chunked crlf data", chunk + "4\r\n\r\n\r\n\r\n0\r\n\r\n", one("POST", path, "gw", "\r\n\r\n")},
		{"chunked trailer", chunk + "5\r\nhello\r\n0\r\nX-Sum: abc\r\nY:\r\n\r\n", hello},
		{"announced trailer", post + "Trailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: abc\r\n\r\n", hello},
		{"obs-text", get + "X-Name: caf\xe9 \xff\r\n\r\n", one("GET", "/v1/models", "gw", "")},
		{"empty value", get + "X-Name:\r\nX-B: \t \r\n\r\n", one("GET", "/v1/models", "gw", "")},
		{"underscore", get + "x_trace_id: a\r\n\r\n", one("GET", "/v1/models", "gw", "")},
		{"upgrade", get + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n", one("GET", "/v1/models", "gw", "")},
		{"100 fields", get + strings.Repeat("X: y\r\n", 99) + "\r\n", one("GET", "/v1/models", "gw", "")},
		{"long name", get + strings.Repeat("a", 256) + ": b\r\n\r\n", one("GET", "/v1/models", "gw", "")},
		{"name of 32", get + strings.Repeat("a", 32) + ": b\r\n" + strings.Repeat("a", 33) + ": b\r\n\r\n", one("GET", "/v1/models", "gw", "")},
		{"big body", post + "Content-Length: 200000\r\n\r\n" + strings.Repeat("0123456789", 20000), one("POST", path, "gw", strings.Repeat("0123456789", 20000))},
		{"big chunk", chunk + "30d40\r\n" + strings.Repeat("0123456789", 20000) + "\r\n0\r\n\r\n", one("POST", path, "gw", strings.Repeat("0123456789", 20000))},
		{"pipelined", get + "\r\n" + post + "Content-Length: 5\r\n\r\nhello" + get + "\r\n", []seen{
			{"GET", "/v1/models", "gw", ""}, {"POST", path, "gw", "hello"}, {"GET", "/v1/models", "gw", ""},
		}},
		{"pipelined chunked", chunk + "5\r\nhello\r\n0\r\n\r\n" + chunk + "1\r\na\r\n0\r\nX: y\r\n\r\n" + get + "\r\n", []seen{
			{"POST", path, "gw", "hello"}, {"POST", path, "gw", "a"}, {"GET", "/v1/models", "gw", ""},
		}},
		{"pipelined with empty lines", post + "Content-Length: 5\r\n\r\nhello\r\n" + get + "\r\n\r\n" + get + "\r\n", []seen{
			{"POST", path, "gw", "hello"}, {"GET", "/v1/models", "gw", ""}, {"GET", "/v1/models", "gw", ""},
		}},
		{"request in a body", post + fmt.Sprintf("Content-Length: %d\r\n\r\n", len(smuggled)) + smuggled, one("POST", path, "gw", smuggled)},
	}
	for _, uri := range []string{
		"/", "/a", "/a/", "/a/b", "/...", "/..a", "/.a", "/a..", "/a.b/", "/a;b", "/a?", "/a?b=../..", "/a?b=//c", "/a?b=%2F%0A", "/a?{}|\\", "/a?b=%25",
		"/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse", "/model/anthropic.claude-v2%3A0/converse", "/a%20b", "/%E2%82%AC", "/a%2Eb", "/%2e%2e%2e",
		"/~u/$a,b'(c)*+!@&=", "/openai/deployments/x/chat/completions?api-version=2024-10-21",
	} {
		t = append(t, passed{"uri " + uri, "GET " + uri + " HTTP/1.1\r\nHost: gw\r\n\r\n", one("GET", uri, "gw", "")})
	}
	for _, host := range []string{"gw", "GW.example.com", "gw:80", "127.0.0.1:8080", "[::1]", "[fe80::1]:443", "a_b", "xn--bcher-kva.example", "localhost:65535", "a."} {
		t = append(t, passed{"host " + host, "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n", one("GET", "/", strings.ToLower(host), "")})
	}
	return t
}

func TestPassed(t *testing.T) {
	b := newBench(t, Limits{})
	for _, c := range passedRequests() {
		try := func(pieces ...[]byte) {
			out := b.run(t, pieces...)
			assert.Equal(t, c.want, b.seen, c.name)
			assert.Empty(t, b.codes, c.name)
			assert.Equal(t, len(c.want), strings.Count(out, "HTTP/1.1 200 OK\r\n"), c.name)
		}
		if len(c.raw) > 1000 {
			try([]byte(c.raw))
			try([]byte(c.raw[:700]), []byte(c.raw[700:]))
		} else {
			splits([]byte(c.raw), try)
		}
		if t.Failed() {
			t.Fatalf("%s: %q", c.name, clip(c.raw))
		}
	}
}

// A request cut at any byte never reaches the handler, and gets no answer that could be taken for one.
func TestCut(t *testing.T) {
	b := newBench(t, Limits{})
	for _, c := range passedRequests() {
		if len(c.raw) > 1000 || len(c.want) > 1 {
			continue
		}
		first := 0
		if strings.HasPrefix(c.raw, "\r\n") {
			first = 2
		}
		for i := 0; i < len(c.raw); i++ {
			out := b.run(t, []byte(c.raw[:i]))
			require.Empty(t, b.seen, "%s at %d", c.name, i)
			require.NotContains(t, out, "HTTP/1.1 200")
			if i > first {
				require.Equal(t, []string{"cut"}, b.codes, "%s at %d", c.name, i)
			} else {
				require.Empty(t, b.codes)
			}
		}
	}
}

func TestCutIsUnexpectedEOF(t *testing.T) {
	b := newBench(t, Limits{})
	for _, raw := range []string{post, post + "Content-Length: 5\r\n\r\nhell", chunk, chunk + "5\r\nhel", chunk + "5\r\nhello\r\n", chunk + "0\r\n"} {
		c := b.l.guard(&scripted{pieces: [][]byte{[]byte(raw)}})
		_, err := io.ReadAll(c)
		require.Equal(t, io.ErrUnexpectedEOF, err, raw)
		_, err = c.Read(make([]byte, 1))
		require.Equal(t, io.ErrUnexpectedEOF, err, "again")
		_, err = c.Write([]byte("x"))
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		require.NoError(t, c.Close())
	}
}

// A Read never goes past the end of a request.
func TestReadEndsWithRequest(t *testing.T) {
	b := newBench(t, Limits{})
	reqs := []string{get + "\r\n", post + "Content-Length: 5\r\n\r\nhello", chunk + "5\r\nhello\r\n0\r\nX: y\r\n\r\n", get + "\r\n"}
	for size := 1; size < 300; size++ {
		c := b.l.guard(&scripted{pieces: [][]byte{[]byte(strings.Join(reqs, ""))}})
		buf := make([]byte, size)
		for _, want := range reqs {
			got := ""
			for len(got) < len(want) {
				n, err := c.Read(buf)
				require.NoError(t, err)
				got += string(buf[:n])
			}
			require.Equal(t, want, got, "buffer of %d", size)
		}
		_, err := c.Read(buf)
		require.Equal(t, io.EOF, err)
		require.NoError(t, c.Close())
	}
}

func TestAnswers(t *testing.T) {
	seenCodes := map[string]bool{}
	for _, r := range Reasons() {
		require.NotEmpty(t, r.String())
		require.False(t, seenCodes[r.String()], r)
		seenCodes[r.String()] = true
		if r.Status() == 0 {
			require.Nil(t, answers[r])
			continue
		}
		resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(answers[r])), nil)
		require.NoError(t, err)
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.Equal(t, r.Status(), resp.StatusCode)
		require.NotEqual(t, "", phrases[r.Status()])
		require.True(t, resp.Close)
		require.Equal(t, "application/json", resp.Header.Get("Content-Type"))
		var doc struct {
			Error map[string]any `json:"error"`
		}
		require.NoError(t, json.Unmarshal(body, &doc))
		require.Equal(t, r.String(), doc.Error["code"])
		require.NotEmpty(t, doc.Error["message"])
		require.NotEmpty(t, doc.Error["type"])
		require.Contains(t, doc.Error, "param")
		require.Nil(t, doc.Error["param"])
	}
}

func BenchmarkMachine(b *testing.B) {
	req := []byte(post + "User-Agent: OpenAI/Python 1.99.9\r\nAccept: application/json\r\nAccept-Encoding: gzip, deflate\r\n" +
		"Content-Type: application/json\r\nAuthorization: Bearer sk-0123456789abcdef0123456789abcdef\r\nX-Stainless-Lang: python\r\n" +
		"X-Stainless-Package-Version: 1.99.9\r\nX-Stainless-OS: Linux\r\nX-Stainless-Arch: x64\r\nContent-Length: 1000\r\n\r\n")
	req = append(req, make([]byte, 1000)...)
	lim := Limits{}.filled()
	m := machine{lim: &lim}
	b.SetBytes(int64(len(req)))
	b.ReportAllocs()
	for b.Loop() {
		m.reset()
		if n, r := m.feed(req); n != len(req) || r != None {
			b.Fatal(n, r)
		}
	}
}

// TestRecognize: the segment /messages is found wherever it is whole.
func TestRecognize(t *testing.T) {
	for path, want := range map[string]bool{
		"/v1/messages": true, "/messages": true, "/v1/messages/count_tokens": true, "/v1/messages?beta=true": true,
		"/a/m/messages": true, "/mess/messages": true,
		"/v1/chat/completions": false, "/v1/messagesx": false, "/v1/xmessages": false, "/v1/message": false, "/messag/es": false,
	} {
		m := machine{lim: &Limits{}}
		*m.lim = m.lim.filled()
		_, r := m.feed([]byte("POST " + path + " HTTP/1.1\r\nHost: a\r\n\r\n"))
		assert.Equal(t, None, r, path)
		assert.Equal(t, want, m.vendor, path)
	}
}

// Package barefast is the yardstick: the least a fasthttp program can do to the same bytes. A reverse proxy
// and a cache hit, without authentication, limits, metrics or a look at the body. What a gateway costs is
// told as a multiple of these, measured in the same run on the same machine.
package barefast

import (
	"io"
	"net"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"
)

// bodyBytes is the largest body either program takes.
const bodyBytes = 64 << 20

// Proxy answers on l by asking the server at upstream (host:port), until l fails. Requests that accept
// text/event-stream get the answer's body as a stream, so that events go on when they come; for the
// others the answer is read whole, which is cheaper.
//
// # Errors
//
// Why l stopped accepting.
func Proxy(l net.Listener, upstream string) error {
	whole, streams := hostClient(upstream), hostClient(upstream)
	streams.StreamResponseBody = true
	s := &fasthttp.Server{
		MaxRequestBodySize: bodyBytes,
		Handler: func(ctx *fasthttp.RequestCtx) {
			ctx.Request.SetHost(upstream)
			if string(ctx.Request.Header.Peek(fasthttp.HeaderAccept)) == "text/event-stream" {
				relay(ctx, streams)
				return
			}
			if err := whole.Do(&ctx.Request, &ctx.Response); err != nil {
				ctx.Error(err.Error(), fasthttp.StatusBadGateway)
			}
		},
	}
	return s.Serve(l)
}

func hostClient(upstream string) *fasthttp.HostClient {
	return &fasthttp.HostClient{
		Addr: upstream, MaxConns: 4096, MaxIdleConnDuration: time.Minute, NoDefaultUserAgentHeader: true,
		DisableHeaderNamesNormalizing: true, DisablePathNormalizing: true, MaxResponseBodySize: bodyBytes,
	}
}

// relay hands the upstream's answer to the client as it comes. It is released when the body was sent.
func relay(ctx *fasthttp.RequestCtx, client *fasthttp.HostClient) {
	resp := fasthttp.AcquireResponse()
	if err := client.Do(&ctx.Request, resp); err != nil {
		fasthttp.ReleaseResponse(resp)
		ctx.Error(err.Error(), fasthttp.StatusBadGateway)
		return
	}
	out := &ctx.Response
	out.SetStatusCode(resp.StatusCode())
	out.Header.SetContentTypeBytes(resp.Header.ContentType())
	out.SetBodyStream(&stream{resp, resp.BodyStream()}, -1)
}

// stream is an answer's body that gives the answer back when it is closed.
type stream struct {
	resp *fasthttp.Response
	io.Reader
}

// Close ends the relay.
func (s *stream) Close() error {
	err := s.resp.CloseBodyStream()
	fasthttp.ReleaseResponse(s.resp)
	return err
}

// Hit answers everything on l with the first answer that upstream gave, until l fails: what a cache could
// do at best.
//
// # Errors
//
// Why l stopped accepting.
func Hit(l net.Listener, upstream string) error {
	client := hostClient(upstream)
	var kept atomic.Pointer[answer]
	s := &fasthttp.Server{
		MaxRequestBodySize: bodyBytes,
		Handler: func(ctx *fasthttp.RequestCtx) {
			a := kept.Load()
			if a == nil {
				resp := fasthttp.AcquireResponse()
				defer fasthttp.ReleaseResponse(resp)
				ctx.Request.SetHost(upstream)
				if err := client.Do(&ctx.Request, resp); err != nil {
					ctx.Error(err.Error(), fasthttp.StatusBadGateway)
					return
				}
				a = &answer{string(resp.Header.ContentType()), append([]byte(nil), resp.Body()...)}
				kept.Store(a)
			}
			ctx.Response.Header.SetContentType(a.contentType)
			ctx.Response.SetBodyRaw(a.body)
		},
	}
	return s.Serve(l)
}

type answer struct {
	contentType string
	body        []byte
}

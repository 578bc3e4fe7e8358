package engine

import "github.com/yett-gateway/yett/engine/proxy"

// Proxy shows the request path to tests.
func (g *Gateway) Proxy() *proxy.Proxy { return g.proxy }

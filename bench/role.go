package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"

	"github.com/yett-gateway/yett/bench/barefast"
	"github.com/yett-gateway/yett/bench/mock"
)

// roleCmd is one of the bench's own contenders: the bench runs itself as such. It ends with its standard
// input, so that no process outlives the one that measures it.
type roleCmd struct {
	Kind     string `arg:"" enum:"mock,proxy,hit"`
	Listen   string `default:"127.0.0.1:0"`
	Upstream string `help:"host:port of the mock."`
}

// Run serves, after a line with the address on standard output.
func (c *roleCmd) Run(ctx context.Context) error {
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return err
	}
	fmt.Println(l.Addr())
	failed := make(chan error, 1)
	go func() { failed <- c.serve(l) }()
	gone := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		close(gone)
	}()
	select {
	case err := <-failed:
		return err
	case <-gone:
	case <-ctx.Done():
	}
	return nil
}

func (c *roleCmd) serve(l net.Listener) error {
	switch c.Kind {
	case "proxy":
		return barefast.Proxy(l, c.Upstream)
	case "hit":
		return barefast.Hit(l, c.Upstream)
	}
	return mock.New(mock.Options{Keep: -1}).Serve(l)
}

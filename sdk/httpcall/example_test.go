package httpcall_test

import (
	"time"

	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/cache"
	"github.com/yett-gateway/yett/sdk/config"
	"github.com/yett-gateway/yett/sdk/httpcall"
	"github.com/yett-gateway/yett/sdk/log"
	"github.com/yett-gateway/yett/sdk/secret"
)

// dlp asks a server whether a prompt may leave, and remembers the answer for a while. The gateway file is
// hcl/examples/callout.hcl.
type dlp struct{ url string }

// Init implements sdk.Initer.
func (d *dlp) Init(c config.Value) error {
	d.url = c.Text("url", "https://dlp.internal:8443/v1/check")
	return nil
}

// OnRequest implements sdk.Requester.
func (d *dlp) OnRequest(r sdk.Request) sdk.Verdict {
	for m := range r.Messages() {
		for p := range m.Parts() {
			if v := d.check(p.Text()); v != sdk.Continue {
				return v
			}
		}
	}
	return sdk.Continue
}

func (d *dlp) check(text string) sdk.Verdict {
	if len(text) <= abi.MaxKey {
		if _, ok := cache.Get(text, nil); ok {
			return sdk.Continue
		}
	}
	if err := secret.Attach("DLP_TOKEN", "authorization", "Bearer "); err != nil {
		return sdk.Block(503, "the prompt can't be checked")
	}
	res, err := httpcall.Request{
		Method: "POST", URL: d.url, Header: []httpcall.Field{{Name: "content-type", Value: "text/plain"}},
		Body: []byte(text), Timeout: 500 * time.Millisecond,
	}.Do()
	switch {
	case err != nil || res.Status != 200:
		log.Warn("no answer from " + d.url)
		return sdk.Block(503, "the prompt can't be checked")
	case string(res.Body()) != "clean":
		return sdk.Block(403, "the prompt holds what must not leave: "+res.Header("x-reason"))
	}
	_ = cache.Put(text, []byte{1}, 5*time.Minute) // what is too long is asked again
	return sdk.Continue
}

// A plugin that asks another server. It sends a secret that it never sees, keeps what it was told in the cache, and blocks
// where nobody answers.
func Example() {
	sdk.Run(&dlp{}) // in an init function of package main
}

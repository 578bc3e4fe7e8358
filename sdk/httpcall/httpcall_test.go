package httpcall_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/sdktest"
)

func TestDLP(t *testing.T) {
	h := sdktest.New(t, &dlp{}, "")
	ask := func(text string) sdktest.Result { return h.Request(sdktest.NewConversation(sdktest.User(text))) }
	h.Secrets = map[string]string{"DLP_TOKEN": "s3cret"}

	assert.Equal(t, 503, ask("hello").Status, "nobody answers")
	h.HTTP = func(c sdktest.Call) sdktest.Reply {
		if c.Body == "rosebud" {
			return sdktest.Reply{Body: "found by s3cret", Header: map[string]string{"X-Reason": "a word"}}
		}
		return sdktest.Reply{Body: "clean"}
	}
	h.Calls = nil
	assert.Equal(t, abi.Continue, ask("hello").Action)
	assert.Equal(t, abi.Continue, ask("hello").Action)
	assert.Equal(t, []sdktest.Call{{
		Method: "POST", URL: "https://dlp.internal:8443/v1/check", Body: "hello", Timeout: 500,
		Header: map[string]string{"content-type": "text/plain", "authorization": "Bearer s3cret"},
	}}, h.Calls, "the second time it is remembered")
	assert.Equal(t, "the prompt holds what must not leave: a word", ask("rosebud").Reason)
	h.HTTP = func(sdktest.Call) sdktest.Reply { return sdktest.Reply{Fail: abi.TimedOut} }
	assert.Equal(t, 503, ask("other").Status)
}

package sdktest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/body"
	"github.com/yett-gateway/yett/sdk/cache"
	"github.com/yett-gateway/yett/sdk/httpcall"
	"github.com/yett-gateway/yett/sdk/sdktest"
	"github.com/yett-gateway/yett/sdk/secret"
)

// in runs f as a hook of a request.
func in(t *testing.T, h *sdktest.Host, a *all, c *sdktest.Conversation, f func()) {
	t.Helper()
	ran := false
	a.do = func(sdk.Request) sdk.Verdict {
		ran = true
		f()
		return sdk.Continue
	}
	h.Request(c)
	require.True(t, ran)
}

func TestCalls(t *testing.T) {
	a := &all{}
	h := sdktest.New(t, a, "")
	c := sdktest.NewConversation()
	get := httpcall.Request{Method: "GET", URL: "https://a.example/"}
	in(t, h, a, c, func() {
		_, err := get.Do()
		assert.ErrorIs(t, err, sdk.ErrUnavailable, "nobody answers")
	})
	h.Secrets = map[string]string{"T": "s3cret"}
	h.HTTP = func(c sdktest.Call) sdktest.Reply {
		return sdktest.Reply{Status: 418, Header: map[string]string{"X-Got": c.Header["x-a"]}, Body: strings.Repeat(c.Header["x-token"]+".", 3)}
	}
	h.Calls = nil
	in(t, h, a, c, func() {
		assert.Empty(t, httpcall.Response{}.Body(), "before the first answer")
		require.NoError(t, secret.Attach("T", "X-Token", "is "))
		assert.ErrorIs(t, secret.Attach("T", "x-token", ""), sdk.ErrInvalid)
		assert.ErrorIs(t, secret.Attach("U", "x-other", ""), sdk.ErrNotGranted)
		res, err := httpcall.Request{
			Method: "PUT", URL: "https://a.example/", Header: []httpcall.Field{{Name: "X-A", Value: "1"}}, Body: []byte("b"), Timeout: time.Microsecond,
		}.Do()
		require.NoError(t, err)
		assert.Equal(t, 418, res.Status)
		assert.Equal(t, "is ******.is ******.is ******.", string(res.Body()))
		assert.Equal(t, "so: is ******.is ******.is ******.", string(res.AppendBody([]byte("so: "))))
		assert.Equal(t, "1", res.Header("x-got"))
		assert.Empty(t, res.Header("x-none"))

		_, err = httpcall.Request{Method: "GET", URL: "https://a.example/", Header: []httpcall.Field{{Name: "x-a", Value: "1\nx-b: 2"}}}.Do()
		assert.ErrorIs(t, err, sdk.ErrInvalid, "one header that would be two")
		require.NoError(t, secret.Attach("T", "x-a", ""))
		_, err = httpcall.Request{Method: "GET", URL: "https://a.example/", Header: []httpcall.Field{{Name: "X-A", Value: "mine"}}}.Do()
		assert.ErrorIs(t, err, sdk.ErrInvalid)
	})
	require.Len(t, h.Calls, 1)
	assert.Equal(t, sdktest.Call{
		Method: "PUT", URL: "https://a.example/", Header: map[string]string{"x-a": "1", "x-token": "is s3cret"}, Body: "b", Timeout: 1,
	}, h.Calls[0], "less than a millisecond is one")
	in(t, h, a, c, func() { assert.Empty(t, httpcall.Response{}.Body(), "another hook's") })
	for status, want := range map[abi.Status]error{abi.TimedOut: sdk.ErrTimedOut, abi.Exhausted: sdk.ErrExhausted, abi.NotGranted: sdk.ErrNotGranted} {
		h.HTTP = func(sdktest.Call) sdktest.Reply { return sdktest.Reply{Fail: status} }
		in(t, h, a, c, func() {
			_, err := get.Do()
			assert.ErrorIs(t, err, want)
		})
	}
}

func TestCacheAndBodies(t *testing.T) {
	a := &all{}
	h := sdktest.New(t, a, "")
	c := sdktest.NewConversation()
	c.Body = `{"odd": 1}`
	in(t, h, a, c, func() {
		_, ok := cache.Get("k", nil)
		assert.False(t, ok)
		require.NoError(t, cache.Put("k", []byte("value"), time.Minute))
		v, ok := cache.Get("k", []byte("the "))
		assert.True(t, ok)
		assert.Equal(t, "the value", string(v))
		assert.ErrorIs(t, cache.Put(strings.Repeat("k", abi.MaxKey+1), nil, 0), sdk.ErrTooLarge)

		b, ok := body.Request([]byte("so: "))
		assert.True(t, ok)
		assert.Equal(t, `so: {"odd": 1}`, string(b))
		var buf [4]byte
		n, length, err := body.ReadRequest(8, buf[:])
		require.NoError(t, err)
		assert.Equal(t, []any{"1}", 10}, []any{string(buf[:n]), length})
		_, _, err = body.ReadRequest(11, buf[:])
		assert.ErrorIs(t, err, sdk.ErrBadRange)
		_, _, err = body.ReadAnswer(0, buf[:])
		assert.ErrorIs(t, err, sdk.ErrBadField, "there is no answer yet")
	})
	h.Tenant = "other"
	in(t, h, a, c, func() {
		_, ok := cache.Get("k", nil)
		assert.False(t, ok, "another tenant's")
	})
	h.Tenant = ""
	c.Body = ""
	in(t, h, a, c, func() {
		_, ok := cache.Get("k", nil)
		assert.True(t, ok)
		_, ok = body.Request(nil)
		assert.False(t, ok)
	})
}

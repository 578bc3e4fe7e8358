package dialect_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/dialect/anthropic"
	"github.com/yett-gateway/yett/engine/dialect/openai"
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/sdk/abi"
)

// TestLargeBodiesOfManyParts makes the edits that one call of a stage may make, in a body that consists of its smallest
// pieces: neither time nor memory may grow with their product.
func TestLargeBodiesOfManyParts(t *testing.T) {
	const pieces = 50_000
	list := func(one string) string { return strings.TrimSuffix(strings.Repeat(one+",", pieces), ",") }
	system := `{"model":"m","max_tokens":1,"system":[` + list(`{"type":"text","text":""}`) + `],"messages":[{"role":"user","content":"a"}]}`
	turns := `{"model":"m","messages":[` + list(`{"role":"system","content":""},{"role":"user","content":""}`) + `]}`
	for _, c := range []struct {
		name string
		d    dialect.Dialect
		body string
		edit hook.Edit
		n    int
	}{
		{"append to a system prompt of blocks", anthropic.Messages{}, system, edit(abi.Append, abi.FieldSystem, 0, 0, "x"), abi.MaxEdits},
		{"prepend to a system prompt of blocks", anthropic.Messages{}, system, edit(abi.Prepend, abi.FieldSystem, 0, 0, "x"), abi.MaxEdits},
		{"remove from a system prompt of blocks", anthropic.Messages{}, system, edit(abi.Remove, abi.FieldPartText, 0, 0, ""), abi.MaxEdits},
		{"set the system prompt", openai.Chat{}, turns, edit(abi.Set1, abi.FieldSystem, 0, 0, "x"), 1},
		{"append to the system prompt", openai.Chat{}, turns, edit(abi.Append, abi.FieldSystem, 0, 0, "x"), abi.MaxEdits},
		{"insert messages", openai.Chat{}, turns, edit(abi.Insert, abi.FieldMessages, 0, abi.RoleUser, "x"), abi.MaxEdits},
		{"remove messages", openai.Chat{}, turns, edit(abi.Remove, abi.FieldMessages, 0, 0, ""), abi.MaxEdits},
	} {
		t.Run(c.name, func(t *testing.T) {
			var v dialect.View
			require.Nil(t, c.d.ViewRequest(&v, []byte(c.body)))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			began := time.Now()
			for range c.n {
				if s := v.Apply(&c.edit); s != abi.OK {
					t.Fatal(s)
				}
			}
			took := time.Since(began)
			runtime.ReadMemStats(&after)
			assert.Less(t, took, 5*time.Second)
			assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(64<<20))
		})
	}
}

// TestLargeBodiesOfManyMembers sets as many members as one call of a stage may, in a body of many.
func TestLargeBodiesOfManyMembers(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"model":"m","messages":[{"role":"user","content":"a"}]`)
	for n := range 200_000 {
		fmt.Fprintf(&b, `,"m%d":1`, n)
	}
	b.WriteString("}")
	var v dialect.View
	require.Nil(t, openai.Chat{}.ViewRequest(&v, []byte(b.String())))
	began := time.Now()
	for n := range abi.MaxEdits {
		e := param(abi.Set1, fmt.Sprint("m", 200_000-abi.MaxEdits/2+n), "2")
		require.Equal(t, abi.OK, v.Apply(&e))
	}
	out := v.Render(nil)
	assert.Less(t, time.Since(began), 2*time.Second)
	assert.Equal(t, abi.MaxEdits, bytes.Count(out, []byte(":2")))
	assert.True(t, json.Valid(out))
}

// TestMembersSaidTwice: an edit of a member that the client said twice, once in escapes, leaves no other value in the body.
func TestMembersSaidTwice(t *testing.T) {
	var v dialect.View
	require.Nil(t, openai.Chat{}.ViewRequest(&v, []byte(`{"seed":1,"model":"m","s\u0065ed":2,"messages":[{"role":"user","content":"a"}],"seed":3}`)))
	e := param(abi.Set1, "seed", "7")
	require.Equal(t, abi.OK, v.Apply(&e))
	require.Equal(t, `{"seed":7,"model":"m","s\u0065ed":7,"messages":[{"role":"user","content":"a"}],"seed":7}`, string(v.Render(nil)))
	require.Equal(t, string(v.Render(nil)), string(v.Render(nil)), "rendering changes nothing")
}

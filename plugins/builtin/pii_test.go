package builtin

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/plugins/host"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/sdktest"
)

// masking is a text with what guard/pii makes of it.
type masking struct{ Name, Text, Want string }

// maskings are the texts that the plugin's own tests read too.
func maskings(t testing.TB) (out []masking) {
	text, err := os.ReadFile("../guard/pii/testdata/masked.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &out))
	require.NotEmpty(t, out)
	return out
}

// asked is what a request with one text becomes.
func asked(t testing.TB, s *host.Stage, text string) (string, *hook.Call) {
	conversation := sdktest.NewConversation(sdktest.User(text))
	c := newCall(conversation)
	c.Hook = abi.OnRequest
	require.NoError(t, s.Call(c))
	return conversation.Messages[0].Text(), c
}

// streamed is what a reader sees of a stream that comes in pieces.
func streamed(t testing.TB, s *host.Stage, kind abi.Part, pieces ...string) (released string, blocked bool) {
	ch := &channel{s: s, c: newCall(sdktest.NewConversation()), kind: kind}
	for n, piece := range pieces {
		out, blocked := ch.send(t, piece, n == len(pieces)-1)
		if blocked {
			return released, true
		}
		released += out
	}
	return released, false
}

// TestPIIMasks sends each text whole, cut everywhere, and in single characters.
func TestPIIMasks(t *testing.T) {
	mask := stage(t, "guard", "pii", `{}`)
	block := stage(t, "guard", "pii", `{"action":"block","status":451}`)
	for _, m := range maskings(t) {
		t.Run(m.Name, func(t *testing.T) {
			got, _ := asked(t, mask, m.Text)
			assert.Equal(t, m.Want, got)
			_, c := asked(t, block, m.Text)
			if m.Text == m.Want {
				assert.Equal(t, abi.Continue, c.Verdict.Action())
			} else {
				assert.Equal(t, abi.Block, c.Verdict.Action())
				assert.EqualValues(t, 451, c.Verdict.Code())
				assert.Contains(t, string(c.Reason), "personal data")
			}
			text, want := "Well, "+m.Text+" and so on", "Well, "+m.Want+" and so on"
			cuts := [][]string{strings.Split(text, "")}
			for n := range text {
				cuts = append(cuts, []string{text[:n], text[n:]})
			}
			for _, pieces := range cuts {
				got, _ := streamed(t, mask, abi.PartText, pieces...)
				require.Equal(t, want, got, "%q", pieces)
				got, blocked := streamed(t, block, abi.PartText, pieces...)
				require.Equal(t, m.Text != m.Want, blocked, "%q", pieces)
				if blocked {
					require.True(t, strings.HasPrefix(want, got), "%q released %q", pieces, got)
				}
			}
		})
	}
}

// TestPIIPlaces puts an address and a number anywhere into texts of many lengths: no place is passed over.
func TestPIIPlaces(t *testing.T) {
	s := stage(t, "guard", "pii", `{}`)
	for _, test := range []struct{ text, want string }{
		{"a@b.de", "[EMAIL_ADDRESS]"},
		{"4111111111111111", "[CREDIT_CARD]"},
		{"４111111111111111", "[CREDIT_CARD]"},
		{"1::", "[IP_ADDRESS]"},
	} {
		for _, fill := range []string{"x", "é", "—", "👋", "ａ", "ह"} {
			for before := range 80 {
				for _, after := range []int{0, 1, 15, 70} {
					a, b := strings.Repeat(fill, before)+" ", " "+strings.Repeat(fill, after)
					got, _ := asked(t, s, a+test.text+b)
					require.Equal(t, a+test.want+b, got)
				}
			}
		}
	}
}

// TestPIIToolCalls cuts arguments at every byte, escapes included: they stay JSON, and nothing of a match leaves.
func TestPIIToolCalls(t *testing.T) {
	s := stage(t, "guard", "pii", `{}`)
	text := `{"a":"x\"joe@x.com\\","n":4111111111111111,"u":"\u006aoe\u0040x\u002ecom","m":"1\n2"}`
	want := `{"a":"x\"[EMAIL_ADDRESS]\\","n":"[CREDIT_CARD]","u":"[EMAIL_ADDRESS]","m":"1\n2"}`
	require.True(t, json.Valid([]byte(text)) && json.Valid([]byte(want)))
	for n := range text {
		got, _ := streamed(t, s, abi.PartToolCall, text[:n], text[n:])
		require.Equal(t, want, got, "cut at %d", n)
	}
	got, _ := streamed(t, s, abi.PartToolCall, strings.Split(text, "")...)
	require.Equal(t, want, got)
}

// FuzzPIICuts compares a text that is streamed in three pieces with the same text masked as a whole.
func FuzzPIICuts(f *testing.F) {
	for _, m := range maskings(f) {
		f.Add("a "+m.Text+" b", uint8(3), uint8(9), false)
	}
	f.Add(`{"a":"joe\u0040x.com"}`, uint8(8), uint8(3), true)
	s := stage(f, "guard", "pii", `{}`)
	f.Fuzz(func(t *testing.T, text string, a, b uint8, tool bool) {
		text = strings.ToValidUTF8(text, "?")
		if len(text) == 0 || len(text) > 300 {
			t.Skip("a text of at most 300 bytes is asked for")
		}
		kind := abi.PartText
		if tool {
			kind = abi.PartToolCall
		}
		runes := []rune(text)
		x := int(a) % (len(runes) + 1)
		y := x + int(b)%(len(runes)-x+1)
		whole, _ := streamed(t, s, kind, text)
		got, _ := streamed(t, s, kind, string(runes[:x]), string(runes[x:y]), string(runes[y:]))
		if got != whole {
			t.Fatalf("cut at %d and %d: got %q, want %q", x, y, got, whole)
		}
	})
}

package main

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/sdktest"
)

// masked are texts with what they become.
var masked = []struct{ name, text, want string }{
	{"clean", "The quick brown fox, 3 times in 2024.", ""},
	{"e-mail", "write to joe.doe+x@mail.example.co.uk, please", "write to [EMAIL_ADDRESS], please"},
	{"e-mail at the end of a sentence", "It is joe@example.com.", "It is [EMAIL_ADDRESS]."},
	{"e-mail in brackets", "<joe@example.com>", "<[EMAIL_ADDRESS]>"},
	{"two e-mails", "a@b.de,c@d.fr", "[EMAIL_ADDRESS],[EMAIL_ADDRESS]"},
	{"no top level", "joe@localhost", ""},
	{"at sign alone", "see you @ 5", ""},
	{"handle", "@joe said so", ""},
	{"full-width e-mail", "ｊoe＠example．com", "[EMAIL_ADDRESS]"},
	{"zero-width e-mail", "joe\u200b@exa\u200bmple.com", "[EMAIL_ADDRESS]"},
	{"accented e-mail", "an müller@bücher.de!", "an [EMAIL_ADDRESS]!"},

	{"card", "card 4111 1111 1111 1111 exp 12/26", "card [CREDIT_CARD] exp 12/26"},
	{"card in one run", "4111111111111111", "[CREDIT_CARD]"},
	{"card with dashes", "5500-0000-0000-0004.", "[CREDIT_CARD]."},
	{"Amex", "3782 822463 10005", "[CREDIT_CARD]"},
	{"card with thin spaces", "4111\u20091111\u20091111\u20091111", "[CREDIT_CARD]"},
	{"wrong check digit", "4111 1111 1111 1112", ""},
	{"no issuer", "1234567812345670", ""},
	{"order number", "order 1000000000000008", ""},
	{"timestamp", "at 1717171717171", ""},
	{"hash", "4111111111111111abc", ""},

	{"IBAN", "DE89 3704 0044 0532 0130 00 is mine", "[IBAN_CODE] is mine"},
	{"IBAN in one run", "GB82WEST12345698765432", "[IBAN_CODE]"},
	{"IBAN of 31", "MT84MALT011000012345MTLCAST001S", "[IBAN_CODE]"},
	{"wrong IBAN", "GB83WEST12345698765432", ""},

	{"SSN", "my ssn: 536-90-4399", "my ssn: [US_SSN]"},
	{"SSN in one run", "social security number 536904399", "social security number [US_SSN]"},
	{"nine digits", "part 536904399", ""},
	{"impossible SSN", "000-12-3456", ""},

	{"phone +", "call +49 30 901820 now", "call [PHONE_NUMBER] now"},
	{"phone NANP", "(555) 234-5678", "[PHONE_NUMBER]"},
	{"phone dots", "555.234.5678", "[PHONE_NUMBER]"},
	{"phone with 1", "1-800-555-1234", "[PHONE_NUMBER]"},
	{"phone with extension", "001-555-234-5678x123", "[PHONE_NUMBER]"},
	{"phone with ext.", "555-234-5678 ext. 12", "[PHONE_NUMBER]"},
	{"phone UK", "020 7946 0958", "[PHONE_NUMBER]"},
	{"phone FR", "06 12 34 56 78", "[PHONE_NUMBER]"},
	{"phone by its word", "phone: 5552345678", "phone: [PHONE_NUMBER]"},
	{"ten digits", "id 5552345678", ""},
	{"date", "2024-01-15", ""},
	{"date DE", "03.10.2024", ""},
	{"date and time", "2024-01-15 10:30:00", ""},
	{"amount", "1,234,567.89", ""},
	{"version", "v1.2.3", ""},

	{"IPv4", "from 192.168.10.200:8080", "from [IP_ADDRESS]:8080"},
	{"too large", "192.168.300.1", ""},
	{"five numbers", "1.2.3.4.5", ""},
	{"IPv6", "at 2001:db8::8a2e:370:7334.", "at [IP_ADDRESS]."},
	{"loopback", "[::1]:80", "[[IP_ADDRESS]]:80"},
	{"mapped", "::ffff:192.0.2.1 said", "[IP_ADDRESS] said"},
	{"time", "12:30:45", ""},
	{"MAC", "aa:bb:cc:dd:ee:ff", ""},
	{"scope", "std::vector and a::b", ""},

	{"several", "joe@x.com 4111111111111111 10.0.0.1", "[EMAIL_ADDRESS] [CREDIT_CARD] [IP_ADDRESS]"},
}

// mark is what stands for a match.
var mark = regexp.MustCompile(`\[[A-Z_]{5,}\]`)

func want(text, masked string) string {
	if masked == "" {
		return text
	}
	return masked
}

func TestMaskRequest(t *testing.T) {
	h := sdktest.New(t, &guard{}, "")
	for _, test := range masked {
		t.Run(test.name, func(t *testing.T) {
			c := sdktest.NewConversation(sdktest.System("be nice"), sdktest.User(test.text))
			got := h.Request(c)
			assert.Equal(t, want(test.text, test.want), c.Messages[1].Text())
			if test.want == "" {
				assert.Equal(t, abi.Continue, got.Action)
			} else {
				assert.Equal(t, abi.Edited, got.Action)
			}
		})
	}
}

func TestBlockRequest(t *testing.T) {
	h := sdktest.New(t, &guard{}, `{"action": "block", "status": 451}`)
	for _, test := range masked {
		t.Run(test.name, func(t *testing.T) {
			got := h.Request(sdktest.NewConversation(sdktest.User(test.text)))
			if test.want == "" {
				assert.Equal(t, abi.Continue, got.Action)
				return
			}
			assert.Equal(t, abi.Block, got.Action)
			assert.Equal(t, 451, got.Status)
			assert.Contains(t, got.Reason, "personal data")
		})
	}
}

// TestStreamCuts cuts each text in two at every byte, and into single bytes: what a reader sees is what
// masking the whole would have made, and with block nothing of a match was released.
func TestStreamCuts(t *testing.T) {
	mask := sdktest.New(t, &guard{}, "")
	block := sdktest.New(t, &guard{}, `{"action": "block"}`)
	for _, test := range masked {
		t.Run(test.name, func(t *testing.T) {
			text := "Well, " + test.text + " and so on"
			whole := want(text, strings.Replace(text, test.text, want(test.text, test.want), 1))
			var cuts [][]string
			for n := 1; n < len(text); n++ {
				cuts = append(cuts, []string{text[:n], text[n:]})
			}
			cuts = append(cuts, strings.Split(text, ""))
			for _, pieces := range cuts {
				s := mask.Stream(sdktest.NewConversation(), abi.PartText, 0)
				got, _ := s.SendAll(pieces...)
				require.Equal(t, whole, got, "%q", pieces)

				b := block.Stream(sdktest.NewConversation(), abi.PartText, 0)
				got, r := b.SendAll(pieces...)
				if test.want == "" {
					require.Equal(t, text, got)
					continue
				}
				require.Equal(t, abi.Block, r.Action, "%q", pieces)
				clean := whole[:mark.FindStringIndex(whole)[0]]
				require.LessOrEqual(t, len(got), len(clean), "%q released %q", pieces, got)
			}
		})
	}
}

// TestCleanFlows tells that only what could be the begin of a match is held.
func TestCleanFlows(t *testing.T) {
	h := sdktest.New(t, &guard{}, "")
	s := h.Stream(sdktest.NewConversation(), abi.PartText, 0)
	var out string
	for _, test := range []struct{ piece, want string }{
		{"Hello, ", "Hello, "},
		{"wor", ""},
		{"ld\n", "world\n"},
		{"I have 3 ", "I have "},
		{"apples. ", "3 apples. "},
		{"日本語です", "日本語です"},
	} {
		got, _ := s.Send(test.piece)
		assert.Equal(t, test.want, got, test.piece)
		out += got
	}
	got, _ := s.End()
	assert.Equal(t, "Hello, world\nI have 3 apples. 日本語です", out+got)
}

func TestOnlyChosenEntities(t *testing.T) {
	h := sdktest.New(t, &guard{}, `{"entities": ["CREDIT_CARD"]}`)
	c := sdktest.NewConversation(sdktest.User("joe@x.com 4111111111111111"))
	h.Request(c)
	assert.Equal(t, "joe@x.com [CREDIT_CARD]", c.Messages[0].Text())
	s := h.Stream(c, abi.PartText, 0)
	got, _ := s.Send("no word is held")
	assert.Equal(t, "no word is held", got)
}

func TestEverywhere(t *testing.T) {
	h := sdktest.New(t, &guard{}, "")
	c := sdktest.NewConversation(
		sdktest.ToolCall("1", "mail", `{"to":"joe@x.com","card":4111111111111111,"t":"a\njoe@x.com","u":"joe\u0040x.com"}`),
		sdktest.ToolResult("1", "sent to joe@x.com"),
	)
	c.Tools = []sdktest.Tool{{Name: "mail", Description: "Ask joe@x.com."}}
	h.Request(c)
	args := c.Messages[0].Parts[0].Text
	assert.True(t, json.Valid([]byte(args)), args)
	assert.Equal(t, `{"to":"[EMAIL_ADDRESS]","card":"[CREDIT_CARD]","t":"a\n[EMAIL_ADDRESS]","u":"[EMAIL_ADDRESS]"}`, args)
	assert.Equal(t, "sent to [EMAIL_ADDRESS]", c.Messages[1].Text())
	assert.Equal(t, "Ask [EMAIL_ADDRESS].", c.Tools[0].Description)

	a := sdktest.NewConversation()
	a.Answers = []sdktest.Message{sdktest.Assistant("joe@x.com"), sdktest.ToolCall("1", "f", `{"n":4111111111111111}`)}
	h.Response(a)
	assert.Equal(t, "[EMAIL_ADDRESS]", a.Answers[0].Text())
	assert.Equal(t, `{"n":"[CREDIT_CARD]"}`, a.Answers[1].Text())
}

// TestToolCallCuts cuts arguments at every byte, escapes included: they stay JSON, and nothing of a match leaves.
func TestToolCallCuts(t *testing.T) {
	h := sdktest.New(t, &guard{}, "")
	text := `{"a":"x\"joe@x.com\\","n":4111111111111111,"u":"\u006aoe\u0040x\u002ecom","m":"1\n2"}`
	whole := `{"a":"x\"[EMAIL_ADDRESS]\\","n":"[CREDIT_CARD]","u":"[EMAIL_ADDRESS]","m":"1\n2"}`
	require.True(t, json.Valid([]byte(text)))
	for n := 1; n < len(text); n++ {
		c := sdktest.NewConversation()
		got, _ := h.Stream(c, abi.PartToolCall, 7).SendAll(text[:n], text[n:])
		require.Equal(t, whole, got, "cut at %d", n)
	}
	got, _ := h.Stream(sdktest.NewConversation(), abi.PartToolCall, 7).SendAll(strings.Split(text, "")...)
	require.Equal(t, whole, got)
}

func TestRestore(t *testing.T) {
	h := sdktest.New(t, &guard{}, `{"restore": true}`)
	c := sdktest.NewConversation(sdktest.User("I am joe@x.com, not ann@y.org; joe@x.com."))
	h.Request(c)
	require.Equal(t, "I am [EMAIL_ADDRESS_1], not [EMAIL_ADDRESS_2]; [EMAIL_ADDRESS_1].", c.Messages[0].Text())

	c.Answers = []sdktest.Message{sdktest.Assistant("Hi [EMAIL_ADDRESS_1]! [EMAIL_ADDRESS_3] [EMAIL_ADDRESS_2] and eve@z.net")}
	h.Response(c)
	assert.Equal(t, "Hi joe@x.com! [EMAIL_ADDRESS_3] ann@y.org and [EMAIL_ADDRESS]", c.Answers[0].Text())

	text := "Hi [EMAIL_ADDRESS_1], [not] [EMAIL [EMAIL_ADDRESS_2]! eve@z.net"
	whole := "Hi joe@x.com, [not] [EMAIL ann@y.org! [EMAIL_ADDRESS]"
	for n := 1; n < len(text); n++ {
		got, _ := h.Stream(c, abi.PartText, 0).SendAll(text[:n], text[n:])
		require.Equal(t, whole, got, "cut at %d", n)
	}
	args := `{"to":"[EMAIL_ADDRESS_1]","n":1}`
	for n := 1; n < len(args); n++ {
		got, _ := h.Stream(c, abi.PartToolCall, n).SendAll(args[:n], args[n:])
		require.Equal(t, `{"to":"joe@x.com","n":1}`, got, "cut at %d", n)
	}
	got, _ := h.Stream(c, abi.PartText, 0).SendAll(strings.Split(text, "")...)
	require.Equal(t, whole, got, "after tool calls kept their state beside the originals")

	fresh := sdktest.NewConversation()
	fresh.Answers = []sdktest.Message{sdktest.Assistant("Hi [EMAIL_ADDRESS_1]!")}
	h.Response(fresh)
	assert.Equal(t, "Hi [EMAIL_ADDRESS_1]!", fresh.Answers[0].Text(), "another request's originals stay there")
}

func TestHash(t *testing.T) {
	h := sdktest.New(t, &guard{}, `{"action": "hash", "key": "0123456789abcdef"}`)
	c := sdktest.NewConversation(sdktest.User("joe@x.com"), sdktest.User("joe@x.com"), sdktest.User("ann@x.com"))
	h.Request(c)
	first := c.Messages[0].Text()
	assert.Regexp(t, `^\[EMAIL_ADDRESS:[0-9a-f]{16}\]$`, first)
	assert.Equal(t, first, c.Messages[1].Text())
	assert.NotEqual(t, first, c.Messages[2].Text())
}

// SipHash's own test vector: key 00…0f, message 00…0e.
func TestSipHash(t *testing.T) {
	b := make([]byte, 15)
	for n := range b {
		b[n] = byte(n)
	}
	assert.Equal(t, uint64(0xa129ca6149be45e5), siphash([2]uint64{0x0706050403020100, 0x0f0e0d0c0b0a0908}, b))
}

func TestRefusedConfigurations(t *testing.T) {
	for _, c := range []string{
		`{"action": "burn"}`, `{"status": 200}`, `{"entities": ["SHOE_SIZE"]}`,
		`{"action": "hash"}`, `{"action": "hash", "key": "short"}`, `{"action": "block", "restore": true}`,
	} {
		_, err := sdktest.Try(t, &guard{}, c)
		assert.Error(t, err, c)
	}
}

// FuzzCuts compares a text that is streamed in three pieces with the same text masked as a whole.
func FuzzCuts(f *testing.F) {
	for _, test := range masked {
		f.Add("a "+test.text+" b", uint8(3), uint8(9), false)
	}
	f.Add(`{"a":"joe\u0040x.com"}`, uint8(8), uint8(3), true)
	f.Fuzz(func(t *testing.T, text string, a, b uint8, tool bool) {
		text = strings.ToValidUTF8(text, "?")
		if len(text) == 0 || len(text) > 300 {
			return
		}
		kind := abi.PartText
		if tool {
			kind = abi.PartToolCall
		}
		h := sdktest.New(t, &guard{}, "")
		whole, _ := h.Stream(sdktest.NewConversation(), kind, 0).SendAll(text)
		x := int(a) % (len(text) + 1)
		y := x + int(b)%(len(text)-x+1)
		got, _ := h.Stream(sdktest.NewConversation(), kind, 0).SendAll(text[:x], text[x:y], text[y:])
		if got != whole {
			t.Fatalf("cut at %d and %d: got %q, want %q", x, y, got, whole)
		}
	})
}

func BenchmarkScan4K(b *testing.B) {
	text := []byte(strings.Repeat("The quick brown fox jumps over the lazy dog; call 555-234-5678 or write to joe@example.com, in 2024. ", 41))[:4096]
	s := &scanner{}
	s.look([entities]bool{true, true, true, true, true, true}, nil)
	b.SetBytes(4096)
	b.ReportAllocs()
	for b.Loop() {
		s.view.read(text, false)
		s.scan(0, true)
	}
}

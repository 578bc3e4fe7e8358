package callout

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/yett-gateway/yett/engine/spec"
)

func TestScrub(t *testing.T) {
	for _, test := range []struct {
		name      string
		secrets   []string
		text, out string
	}{
		{"none", []string{"abc123"}, "nothing here", "nothing here"},
		{"the whole text", []string{"abc123"}, "abc123", "******"},
		{"twice", []string{"abc123"}, "abc123abc123.", "************."},
		{"over itself", []string{"aXaXa"}, "-aXaXaXa-", "-*******-"},
		{"two that share bytes", []string{"abcdef", "defghi"}, "abcdefghi", "*********"},
		{"one in the other", []string{"abcdef", "cd"}, "abcdef cd", "****** **"},
		{"cut", []string{"abc123"}, "abc12", "abc12"},
		{"white space around it", []string{" abc123 "}, "<abc123>", "<******>"},
		{"hexadecimal", []string{"abc123"}, "616263313233", "************"},
		{"beyond ASCII", []string{"clé-secrète"}, `"cl\u00e9-secr\u00e8te" cl%C3%A9-secr%C3%A8te`, `"` + strings.Repeat("*", 21) + `" ` + strings.Repeat("*", 21)},
	} {
		t.Run(test.name, func(t *testing.T) {
			given := map[string]spec.Secret{}
			for _, s := range test.secrets {
				given[s] = spec.NewSecret(s)
			}
			s := newSecrets(given)
			b := []byte(test.text)
			s.scrub(b)
			assert.Equal(t, test.out, string(b))
		})
	}
}

// FuzzScrub looks for every form of a secret in what is left of a text that has one in the middle.
func FuzzScrub(f *testing.F) {
	f.Add("s3cret-value", "Bearer ", " and more", uint8(0))
	f.Add("aa", "a", "aaa", uint8(3))
	f.Add("\"/<é>&", "%", "\\", uint8(9))
	f.Fuzz(func(t *testing.T, secret, before, after string, which uint8) {
		if secret == "" || strings.Contains(secret, "*") {
			return // a secret of asterisks is seen in what covers it
		}
		s := newSecrets(map[string]spec.Secret{"T": spec.NewSecret(secret)})
		form := s.forms[int(which)%len(s.forms)]
		b := []byte(before + string(form) + after)
		s.scrub(b)
		for _, form := range s.forms {
			if !bytes.Contains(form, []byte("*")) && bytes.Contains(b, form) {
				t.Fatalf("%q is in %q", form, b)
			}
		}
		if len(b) != len(before)+len(form)+len(after) {
			t.Fatalf("%q has another length", b)
		}
	})
}

// BenchmarkScrub looks through the longest answer that a grant allows by default, for two secrets.
func BenchmarkScrub(b *testing.B) {
	s := newSecrets(map[string]spec.Secret{"A": spec.NewSecret("sk-0123456789abcdef0123456789abcdef"), "B": spec.NewSecret("dlp-token/with+signs=")})
	text := bytes.Repeat([]byte(`{"category": "person", "score": 0.93, "text": "some words of an answer"}`+"\n"), 256<<10/72)
	b.SetBytes(int64(len(text)))
	b.ReportMetric(float64(len(s.forms)), "forms")
	b.ReportAllocs()
	for b.Loop() {
		s.scrub(text)
	}
}

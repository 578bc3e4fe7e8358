package dialect

import (
	"bytes"
	"unicode/utf8"
)

// Masked returns a provider's text as clients and logs may see it: one line of valid UTF-8, at most
// maxPublic bytes, with what looks like a credential replaced by "***".
//
// A credential is a word with a known beginning ("sk-", "AIza", …), the word after "Bearer" or "Basic", a
// word after "key" and a colon or equals sign, or a word in which 20 letters and digits stand in a row.
// Words that begin like the id of a request, message or call are kept: support needs them.
func Masked(text []byte) string {
	truncated := len(text) > 4*maxPublic
	if truncated {
		text = text[:4*maxPublic]
	}
	out := make([]byte, 0, min(len(text), maxPublic)+8)
	secretNext := false
	for len(text) > 0 && len(out) < maxPublic {
		n := wordLen(text)
		if n == 0 {
			out, text = appendVisible(out, text)
			continue
		}
		word := text[:n]
		text = text[n:]
		if secretNext && !isFiller(word) || isCredential(word) {
			out = append(out, "***"...)
		} else {
			out = append(out, word...)
		}
		secretNext = announcesSecret(word, text) || secretNext && isFiller(word)
	}
	if len(text) > 0 || truncated {
		out = append(trimRune(out), "…"...)
	}
	return string(out)
}

// appendVisible moves one rune that belongs to no word; control characters become spaces.
func appendVisible(out, text []byte) (grown, rest []byte) {
	r, n := utf8.DecodeRune(text)
	if r < ' ' || r == 0x7f {
		return append(out, ' '), text[n:]
	}
	return utf8.AppendRune(out, r), text[n:]
}

// trimRune cuts what goes over the bound, at a rune's start.
func trimRune(out []byte) []byte {
	if len(out) <= maxPublic {
		return out
	}
	n := maxPublic
	for n > 0 && !utf8.RuneStart(out[n]) {
		n--
	}
	return out[:n]
}

// wordLen is the length of the word that text begins with. Stars belong to words: providers mask with them.
func wordLen(text []byte) int {
	n := 0
	for n < len(text) && (isWordByte(text[n]) || n > 0 && (text[n] == '.' || text[n] == '*' || text[n] == '+' || text[n] == '/')) {
		n++
	}
	return n
}

func isWordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || isDigit(c) || c == '_' || c == '-'
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

var (
	secretStarts = [...]string{
		"sk-", "sk_", "pk-", "rk-", "gsk_", "xai-", "AIza", "AKIA", "ASIA", "ghp_", "hf_", "nvapi-", "pplx-",
		"fw_", "r8_", "ya29.", "eyJ", "key-", "csk-",
	}
	idStarts = [...]string{"req_", "req-", "call_", "toolu_", "msg_", "chatcmpl-", "resp_", "gen-", "run_"}
)

func isCredential(word []byte) bool {
	for _, s := range secretStarts {
		if len(word) > len(s)+4 && string(word[:len(s)]) == s {
			return true
		}
	}
	for _, s := range idStarts {
		if bytes.HasPrefix(word, []byte(s)) {
			return false
		}
	}
	return bytes.Contains(word, []byte("****")) || isRandom(word)
}

// isRandom tells whether 20 letters and digits, some of each, stand in a row.
func isRandom(word []byte) bool {
	run, digits := 0, 0
	for _, c := range word {
		switch {
		case isDigit(c):
			run++
			digits++
		case isWordByte(c) && c != '-' && c != '_':
			run++
		default:
			run, digits = 0, 0
		}
		if run >= 20 && digits > 0 && digits < run {
			return true
		}
	}
	return false
}

// announcesSecret tells whether what follows word is a credential: "Bearer x", "key: x", "token=x".
func announcesSecret(word, rest []byte) bool {
	if bytes.EqualFold(word, []byte("bearer")) || bytes.EqualFold(word, []byte("basic")) {
		return len(rest) > 0 && rest[0] == ' '
	}
	n := len(word)
	for _, s := range [...]string{"key", "token", "secret", "password", "provided"} {
		if n >= len(s) && bytes.EqualFold(word[n-len(s):], []byte(s)) {
			return len(rest) > 0 && (rest[0] == ':' || rest[0] == '=')
		}
	}
	return false
}

// isFiller tells whether the word stands between an announcement and the secret.
func isFiller(word []byte) bool {
	return bytes.EqualFold(word, []byte("bearer")) || bytes.EqualFold(word, []byte("basic"))
}

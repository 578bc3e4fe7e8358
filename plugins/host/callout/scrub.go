package callout

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"net/url"
	"strconv"
	"strings"
)

// minCoded is the shortest piece of a coded secret that is looked for: shorter ones are in many texts.
const minCoded = 8

// forms are the ways in which servers repeat a value: as it is, escaped for addresses, JSON, HTML or Go, in
// hexadecimal, and in base64 at whichever place of the coded text it begins.
func forms(value string) [][]byte {
	out := [][]byte{[]byte(value)}
	add := func(text string) {
		if text != value {
			out = append(out, []byte(text))
		}
	}
	for _, escaped := range []string{url.QueryEscape(value), url.PathEscape(value)} {
		add(escaped)
		add(lowerEscapes(escaped))
	}
	for _, safe := range []bool{true, false} {
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(safe)
		if e.Encode(value) == nil {
			text := strings.TrimSpace(b.String())
			add(text[1 : len(text)-1])
		}
	}
	add(strings.ReplaceAll(value, "/", `\/`)) // PHP's JSON
	for _, quoted := range []string{strconv.Quote(value), strconv.QuoteToASCII(value)} {
		add(quoted[1 : len(quoted)-1])
	}
	add(html.EscapeString(value))
	if digits := hex.EncodeToString([]byte(value)); len(digits) >= minCoded {
		add(digits)
		add(strings.ToUpper(digits))
	}
	for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for before := range 3 {
			if core := base64Core(e, value, before); len(core) >= minCoded {
				add(core)
			}
		}
	}
	return out
}

// base64Core is what the base64 of any text has of value, where value begins before bytes after a multiple of three.
// The digits at its ends that depend on the neighbours are left out: they hold less than 6 bits of the value.
func base64Core(e *base64.Encoding, value string, before int) string {
	coded := e.EncodeToString(append(make([]byte, before), value...))
	return coded[(before*8+5)/6 : (before+len(value))*8/6]
}

// lowerEscapes writes %2F as %2f.
func lowerEscapes(text string) string {
	b := []byte(text)
	for n := 0; n+2 < len(b); n++ {
		if b[n] == '%' {
			copy(b[n+1:n+3], bytes.ToLower(b[n+1:n+3]))
			n += 2
		}
	}
	return string(b)
}

// scrub puts asterisks over every secret in b, in place. What two secrets share is found first and covered then, so
// that covering one doesn't hide the other.
func (s *secrets) scrub(b []byte) {
	type span struct{ from, to int }
	var found []span
	for _, form := range s.forms {
		for at := 0; ; at++ {
			n := bytes.Index(b[at:], form)
			if n < 0 {
				break
			}
			at += n
			if last := len(found) - 1; last >= 0 && found[last].from <= at && at <= found[last].to {
				found[last].to = max(found[last].to, at+len(form))
			} else {
				found = append(found, span{at, at + len(form)})
			}
		}
	}
	for _, f := range found {
		for n := f.from; n < f.to; n++ {
			b[n] = '*'
		}
	}
}

// Scrub is text without the values of secrets.
func (c *Caller) Scrub(text string) string {
	b := []byte(text)
	c.secrets.scrub(b)
	return string(b)
}

// ScrubCost is how many times an answer is looked through for secrets.
func (c *Caller) ScrubCost() int { return len(c.secrets.forms) }

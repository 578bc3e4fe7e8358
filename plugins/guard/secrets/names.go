package main

// strength is how much a name tells of its value.
type strength uint8

const (
	notSecret strength = iota
	pattern            // a vendor's name: values of keys are long and random
	key                // token, secret, API key
	password           // anything may be one
)

// named is what the name before the separator at n tells.
func (s *scanner) named(n int) strength {
	k := n
	for k > 0 && n-k < 6 && beforeNames[s.u[k-1]] {
		k--
	}
	end := k
	for k > 0 && end-k < maxName && in(s.u[k-1], name|dot) {
		k--
	}
	if k == end {
		return notSecret
	}
	var room [2 * maxName]byte
	compact := lowerLetters(room[:0], s.u[k:end])
	if len(compact) == 0 {
		return notSecret
	}
	if isType(compact) && k > 1 {
		return s.typed(k)
	}
	if got := strengthOf(compact); got != notSecret {
		return got
	}
	// "API key: …" in prose
	if len(keyEnds[compact[len(compact)-1]]) == 0 {
		return notSecret
	}
	before := k
	for before > 0 && s.u[before-1] == ' ' && k-before < 2 {
		before--
	}
	first := before
	for first > 0 && before-first < maxName && in(s.u[first-1], name) {
		first--
	}
	if before == k || first == before {
		return notSecret
	}
	both := lowerLetters(room[:0], s.u[first:before])
	return spoken(lowerLetters(both, s.u[k:end]))
}

const maxName = 40

// typed is what a name tells that has a type between it and the separator, as in `password: str = "…"`.
func (s *scanner) typed(k int) strength {
	for begin := k; k > 0 && begin-k < 3 && (s.u[k-1] == ' ' || s.u[k-1] == ':'); {
		k--
	}
	if k == 0 || s.u[k] != ':' {
		return notSecret
	}
	end := k
	for k > 0 && end-k < maxName && in(s.u[k-1], name|dot) {
		k--
	}
	var room [maxName]byte
	return strengthOf(lowerLetters(room[:0], s.u[k:end]))
}

func isType(compact []byte) bool {
	switch string(compact) {
	case "str", "string", "text", "conststring", "char":
		return true
	}
	return false
}

// lowerLetters appends the letters and digits of u in lower case.
func lowerLetters(dst, u []byte) []byte {
	for _, c := range u {
		k := classes[c]
		if k&alnum == 0 {
			continue
		}
		if k&upper != 0 {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return dst
}

// Names of secrets, without what stands between their words.
var (
	passwordNames = []string{"password", "passwd", "passwort", "passphrase", "contrasena", "motdepasse", "senha", "kennwort", "parola", "passcode", "userpass", "dbpass", "adminpass", "rootpass"}
	keyNames      = []string{
		"secret", "token", "apikey", "accesskey", "privatekey", "authkey", "accountkey", "sharedkey", "sharedaccesskey", "masterkey",
		"encryptionkey", "encryptkey", "signingkey", "signaturekey", "licensekey", "servicekey", "subscriptionkey", "credential",
		"clientkey", "consumerkey", "appkey", "authorization", "cookiesalt", "sessionkey", "webhookkey", "serverkey", "adminkey", "sshkey", "hmackey", "aeskey", "cryptkey",
	}
	vendorNames = []string{
		"adafruit", "adobe", "airtable", "algolia", "alibaba", "asana", "atlassian", "jira", "confluence", "aws", "azure", "beamer",
		"bitbucket", "bittrex", "cloudflare", "codecov", "cohere", "coinbase", "confluent", "contentful", "databricks", "datadog",
		"discord", "droneci", "dropbox", "etsy", "facebook", "fastly", "finnhub", "flickr", "freshbooks", "gitter", "gocardless",
		"heroku", "hubspot", "intercom", "artifactory", "bintray", "kraken", "kucoin", "launchdarkly", "linear", "linkedin",
		"lob", "looker", "mailchimp", "mailgun", "mapbox", "mattermost", "meraki", "messagebird", "mistral", "deepseek", "netlify", "newrelic", "nytimes",
		"okta", "openai", "plaid", "rapidapi", "sendbird", "sentry", "snyk", "sonar", "squarespace", "sumologic", "sumo", "telegram", "travis", "trello", "twilio",
		"twitch", "twitter", "typeform", "yandex", "zendesk", "sidekiq", "finicity", "etherscan", "infura", "alchemy", "auth0", "gitlabsession", "nytimes", "newyorktimes", "privateai", "sidekiq", "contribsys", "jfrog", "dnkey", "pagerduty", "segment", "amplitude",
	}
	// harmless are the ends of names whose values aren't secrets.
	harmless = []string{
		"name", "path", "file", "filename", "url", "uri", "type", "length", "size", "count", "field", "label", "hint", "policy", "regex",
		"expires", "expiresin", "expiry", "ttl", "limit", "limits", "prefix", "version", "region", "arn", "endpoint", "host", "env", "var", "header", "placeholder", "tokens", "budget", "usage", "column", "at", "date", "time",
	}
)

// strengthOf is what a name tells, given without what stands between its words and in lower case.
func strengthOf(compact []byte) strength {
	switch {
	case len(compact) < 2:
		return notSecret
	case string(compact) == "pass" || string(compact) == "pw" || len(compact) > 2 && string(compact[len(compact)-3:]) == "pwd":
		return password
	}
	best := nameIn(compact)
	if best == notSecret {
		if string(compact) == "auth" || string(compact) == "sig" {
			return key
		}
		return notSecret
	}
	if end := endIn(compact, &harmlessEnds); end != "" && len(end) < len(compact) {
		return notSecret
	}
	if best != password && (contains(compact, "public") || contains(compact, "tokeniz") || contains(compact, "tokentype")) {
		return notSecret
	}
	return best
}

// namedStrength is a name and what it tells.
type namedStrength struct {
	name     string
	strength strength
}

// byLetter are all names by their first letter or digit, nameStarts the first three units of each, and of types.
var (
	byLetter   [256][]namedStrength
	nameStarts heads
)

func init() {
	for strength, list := range map[strength][]string{password: passwordNames, key: keyNames, pattern: vendorNames} {
		for _, n := range list {
			byLetter[n[0]] = append(byLetter[n[0]], namedStrength{n, strength})
			nameStarts.add(three(uint64(n[0]) | uint64(n[1])<<8 | uint64(n[2])<<16))
		}
	}
	for _, n := range []string{"pas", "pwd", "aut", "sig", "str", "tex", "con", "cha"} {
		nameStarts.add(three(uint64(n[0]) | uint64(n[1])<<8 | uint64(n[2])<<16))
	}
}

// nameIn is the most that any name within u tells.
func nameIn(u []byte) (best strength) {
	last := uint64(0) // three units
	for n, c := range u {
		last = last>>8 | uint64(c)<<16
		if n < 2 || nameStarts.bit(three(last)) == 0 {
			continue
		}
		rest := u[n-2:]
		for _, e := range byLetter[rest[0]] {
			if e.strength > best && len(rest) >= len(e.name) && rest[1] == e.name[1] && rest[2] == e.name[2] && string(rest[:len(e.name)]) == e.name {
				best = e.strength
			}
		}
	}
	return best
}

// ends are words by their last units.
type ends [256][]string

func endsOf(words []string) (t ends) {
	for _, w := range words {
		c := w[len(w)-1]
		t[c] = append(t[c], w)
	}
	return t
}

var keyEnds, harmlessEnds = endsOf(keyNames), endsOf(harmless)

// endIn is the first word of those that u ends with, "" if it ends with none.
func endIn(u []byte, words *ends) string {
	for _, w := range words[u[len(u)-1]] {
		if n := len(u) - len(w); n >= 0 && u[n] == w[0] && string(u[n:]) == w {
			return w
		}
	}
	return ""
}

// spoken is what two words together tell.
func spoken(both []byte) strength {
	if endIn(both, &keyEnds) != "" {
		return key
	}
	return notSecret
}

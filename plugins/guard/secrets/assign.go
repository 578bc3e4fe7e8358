package main

// assignment looks for a secret that a separator at n gives a name to, as in `password = "…"`, `"token": "…"` or
// `API_KEY=…`. The match is the value alone.
func (s *scanner) assignment(n int) (match, outcome) {
	k := valueAt(s.u, n)
	if k < 0 {
		return match{}, no
	}
	strength := s.named(n)
	if strength == notSecret {
		return match{}, no
	}
	return s.value(k, strength)
}

// valueUnit is what a unit is behind a separator.
type valueUnit uint8

const (
	begun  valueUnit = iota // of a value
	goesOn                  // of the separator: => := ||
	blank                   // of what stands before a value
	vain                    // of what can't be a secret
)

var values = func() (t [256]valueUnit) {
	for units, v := range map[string]valueUnit{"=:>|": goesOn, "\t": blank, "${[<(%,\r\n": vain} {
		for _, c := range []byte(units) {
			t[c] = v
		}
	}
	t[' '], t['*'] = blank, blank
	return t
}()

// valueAt is where the value begins whose separator is at n, -1 if none does that could be a secret.
func valueAt(u []byte, n int) int {
	k := n + 1
	if u[n] != ',' {
		for k < len(u) && k < n+3 && values[u[k]] == goesOn {
			k++
		}
	}
	for begin := k; k < len(u) && k < begin+4 && values[u[k]] == blank; {
		k++
	}
	if k == len(u) || values[u[k]] >= blank {
		return -1
	}
	return k
}

// hopeless tells whether what begins with a unit can't be a secret, so that it isn't held.
func hopeless(c byte) bool { return values[c] >= blank && c >= ' ' }

// beforeNames are units that may stand between a name and its separator.
var beforeNames = func() (t [256]bool) {
	for c := range t {
		t[c] = in(byte(c), white|quote) || c == ']' || c == ')' || c == '*' || c == '?'
	}
	return t
}()

// nameUnits are the units of names: letters in lower case and digits are themselves, others 1, and what ends a name is 0.
var nameUnits = func() (t [256]byte) {
	for c := range t {
		switch {
		case in(byte(c), upper):
			t[c] = byte(c) + 'a' - 'A'
		case in(byte(c), alnum):
			t[c] = byte(c)
		case in(byte(c), name|dot):
			t[c] = 1
		}
	}
	return t
}()

// mayName tells, of most names that tell nothing, that named needn't look at the one before the separator at n. It is a
// leaf, since most separators are of that kind.
func mayName(u []byte, n int) bool {
	k := n - 1
	for k >= 0 && n-k <= 6 && beforeNames[u[k]] {
		k--
	}
	if k < 0 {
		return false
	}
	end, last := k, uint64(0) // three units
	for stop := max(-1, k-maxName); k > stop; k-- {
		c := nameUnits[u[k]]
		if c > 1 {
			if last = last<<8 | uint64(c); nameStarts.bit(three(last)) != 0 {
				return true
			}
		} else if c == 0 {
			break
		}
	}
	if last == 'w'<<8|'p' || last == 'p'<<8|'w' {
		return true // pw
	}
	for end > k && nameUnits[u[end]] == 1 {
		end--
	}
	return end > k && k >= 0 && u[k] == ' ' && keyEnds[nameUnits[u[end]]] != nil
}

// value reads the value of a name from k on.
func (s *scanner) value(k int, strength strength) (match, outcome) {
	closing := byte(0)
	if in(s.u[k], quote) {
		closing = s.u[k]
		k++
	}
	if k >= len(s.u) {
		return match{}, no
	}
	if !s.on[generic] && !s.on[cloudKey] {
		return match{}, no
	}
	if m, out := s.specific(k); out != no {
		return m, out
	}
	r := s.valueReach(k, closing)
	end := r.end
	if end-k > maxValue {
		return match{}, no
	}
	if s.ended(end) {
		if hopeless(s.u[k]) {
			return match{}, no
		}
		return match{from: k}, more
	}
	if closing != 0 && (end >= len(s.u) || s.u[end] != closing) {
		closing = 0 // a quote that never closes
	}
	if closing == 0 {
		for end > k && in(s.u[end-1], dot) {
			end-- // of the sentence
		}
	}
	if !r.try() || !s.secret(k, end, closing != 0, strength) {
		return match{}, no
	}
	return match{from: k, to: end, entity: generic}, yes
}

// maxValue is the longest value that a name gives.
const maxValue = 512

// specific looks for a secret of a known format at k.
func (s *scanner) specific(k int) (match, outcome) {
	switch {
	case k+8 <= len(s.u) && s.u[k] != '-' && starts(eight(s.u, k)) == 0:
	case in(s.u[k], alnum):
		if m, out := s.prefixed(k); out != no {
			return m, out
		}
		if m, out := s.jwt(k); out != no {
			return m, out
		}
		return s.header(k)
	case s.u[k] == '-':
		return s.pem(k)
	}
	return match{}, no
}

// valueReach is how far a value goes that begins at k.
func (s *scanner) valueReach(k int, closing byte) *reach {
	r := &s.values[0]
	switch closing {
	case '"':
		r = &s.values[1]
	case '\'':
		r = &s.values[2]
	case '`':
		r = &s.values[3]
	}
	if r.has(k) {
		return r
	}
	end := k
	for ; end < len(s.u); end++ {
		c := s.u[end]
		if closing != 0 {
			if c == closing || c == '\n' || c == '\r' {
				break
			}
		} else if in(c, white|quote|punctuation) || c == other {
			break
		}
	}
	*r = reachOf(k, end)
	return r
}

// secret tells whether the value from k to end is one.
func (s *scanner) secret(k, end int, quoted bool, strength strength) bool {
	v := s.u[k:end]
	if !s.on[generic] || len(v) < 6 || hopeless(s.u[k]) {
		return false
	}
	if !quoted && end < len(s.u) && (s.u[end] == '(' || s.u[end] == '[') {
		return false // a call in a program
	}
	if strength != password && (len(v) < 10 || strength == pattern && len(v) < 16) {
		return false
	}
	if spaces(v) > 0 {
		return false
	}
	m := mix(v)
	letters := m.lowers + m.uppers
	likely := false
	switch {
	case strength != password:
		likely = m.varied() && entropy(v) >= 290 && (quoted || !chain(v)) && !wordy(v) && !contains(v, "://")
	case quoted:
		likely = m.digits > 0 && letters > 0 || m.others > 0 && letters > 0 && !wordy(v) || m.digits == len(v) || entropy(v) >= 350 && !wordy(v)
	default:
		likely = letters > 0 && (m.digits > 0 || m.others-dots(v) > 1 && entropy(v) >= 280) && !chain(v)
	}
	return likely && !placeholder(v)
}

// spaces counts spaces.
func spaces(u []byte) (n int) {
	for _, c := range u {
		if c == ' ' || c == '\t' {
			n++
		}
	}
	return n
}

func dots(u []byte) (n int) {
	for _, c := range u {
		if c == '.' || c == '_' {
			n++
		}
	}
	return n
}

// chain tells whether units are names of a program with dots between: settings.API_KEY.
func chain(u []byte) bool {
	dotted, from := false, 0
	for n := 0; n <= len(u); n++ {
		if n < len(u) && u[n] != '.' {
			if !in(u[n], word) {
				return false
			}
			continue
		}
		if n == from || !in(u[from], letter|underscore) {
			return false
		}
		dotted = dotted || n < len(u)
		from = n + 1
	}
	return dotted
}

// placeholders are what stands in examples where a secret would. They are in lower case.
var placeholders = []string{
	"your", "xxxx", "****", "....", "placeholder", "redacted", "changeme", "change_me", "change-me", "insert", "replace",
	"dummy", "process.env", "os.environ", "getenv", "secrets.", "vault.", "env.", "${", "{{", "<", "_here", "-here", "undefined",
	"12345678", "abcdefgh",
}

// placeholdersBy are placeholders by their first units.
var placeholdersBy = func() (t [256][]string) {
	for _, p := range placeholders {
		t[p[0]] = append(t[p[0]], p)
	}
	return t
}()

// placeholder tells whether a value only stands for a secret.
func placeholder(v []byte) bool {
	var room [64]byte
	low := room[:copy(room[:], v)]
	for n, c := range low {
		if classes[c]&upper != 0 {
			low[n] = c + 'a' - 'A'
		}
	}
	for n, c := range low {
		for _, p := range placeholdersBy[c] {
			if len(low)-n >= len(p) && low[n+len(p)-1] == p[len(p)-1] && string(low[n:n+len(p)]) == p {
				return true
			}
		}
	}
	for _, c := range v {
		if c != v[0] {
			return false
		}
	}
	return true
}

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

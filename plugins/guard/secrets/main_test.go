package main

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/sdktest"
)

// Alphabets of random keys.
const (
	digits36 = "0123456789abcdefghijklmnopqrstuvwxyz"
	hex16    = "0123456789abcdef"
	alnum62  = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	url64    = alnum62 + "-_"
	std64    = alnum62 + "+/"
	upper36  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	base32   = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	decimal  = "0123456789"
)

// keys makes random keys, the same ones in every run.
type keys struct{ r *rand.Rand }

func newKeys(seed uint64) keys { return keys{rand.New(rand.NewPCG(seed, 7))} }

// of is n random units of an alphabet. It neither begins nor ends with a dash, which a sentence's mark could be.
func (k keys) of(alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[k.r.IntN(len(alphabet))]
		for (i == 0 || i == n-1) && (b[i] == '-' || b[i] == '_' || b[i] == '+' || b[i] == '/') {
			b[i] = alphabet[k.r.IntN(len(alphabet))]
		}
	}
	return string(b)
}

// sample is a text around a secret: before + secret + after.
type sample struct {
	kind                  string
	before, secret, after string
	entity                entity
}

func (s sample) text() string { return s.before + s.secret + s.after }

// samples are secrets of all formats, each as it is found in programs, logs and chats.
func samples(k keys) []sample {
	plain := func(kind string, e entity, secret string) sample {
		return sample{kind, "I use ", secret, " for it, is that safe?", e}
	}
	named := func(kind, before, secret, after string) sample { return sample{kind, before, secret, after, generic} }
	return []sample{
		plain("aws", cloudKey, "AKIA"+k.of(base32, 16)),
		plain("aws session", cloudKey, "ASIA"+k.of(base32, 16)),
		{"aws secret", "aws_secret_access_key = ", k.of(std64, 40), "\n", cloudKey},
		{"aws secret in prose", "our aws secret is ", k.of(std64, 40), "\n", cloudKey},
		plain("google", cloudKey, "AIza"+k.of(url64, 35)),
		plain("google client", cloudKey, "GOCSPX-"+k.of(url64, 28)),
		plain("digitalocean", cloudKey, "dop_v1_"+k.of(hex16, 64)),
		plain("vault", cloudKey, "hvs."+k.of(url64, 95)),
		plain("alibaba", cloudKey, "LTAI"+k.of(alnum62, 20)),
		plain("github", forgeToken, "ghp_"+k.of(alnum62, 36)),
		plain("github oauth", forgeToken, "gho_"+k.of(alnum62, 36)),
		plain("github app", forgeToken, "ghs_"+k.of(alnum62, 36)),
		plain("github fine-grained", forgeToken, "github_pat_"+k.of(alnum62, 22)+"_"+k.of(alnum62, 59)),
		plain("gitlab", forgeToken, "glpat-"+k.of(alnum62, 20)),
		plain("gitlab runner", forgeToken, "glrt-"+k.of(alnum62, 20)),
		plain("atlassian", forgeToken, "ATATT3"+k.of(url64, 186)),
		plain("linear", forgeToken, "lin_api_"+k.of(alnum62, 40)),
		plain("slack bot", chatToken, "xoxb-"+k.of(decimal, 12)+"-"+k.of(decimal, 12)+"-"+k.of(alnum62, 24)),
		plain("slack user", chatToken, "xoxp-"+k.of(decimal, 12)+"-"+k.of(decimal, 12)+"-"+k.of(decimal, 12)+"-"+k.of(hex16, 32)),
		plain("slack app", chatToken, "xapp-1-"+k.of(upper36, 11)+"-"+k.of(decimal, 13)+"-"+k.of(hex16, 64)),
		plain("slack webhook", webhook, "hooks.slack.com/services/T"+k.of(upper36, 8)+"/B"+k.of(upper36, 8)+"/"+k.of(alnum62, 24)),
		{"discord webhook", "https://", "discord.com/api/webhooks/" + k.of(decimal, 18) + "/" + k.of(url64, 68), "\n", webhook},
		plain("discord bot", chatToken, "MT"+k.of(alnum62, 22)+"."+k.of(url64, 6)+"."+k.of(url64, 38)),
		{"telegram", "bot 123456789:", "AA" + k.of(url64, 33), " started", chatToken},
		plain("openai", aiKey, "sk-"+k.of(alnum62, 20)+"T3BlbkFJ"+k.of(alnum62, 20)),
		plain("openai project", aiKey, "sk-proj-"+k.of(url64, 74)+"T3BlbkFJ"+k.of(url64, 74)),
		plain("anthropic", aiKey, "sk-ant-api03-"+k.of(url64, 93)+"AA"),
		plain("openrouter", aiKey, "sk-or-v1-"+k.of(hex16, 64)),
		plain("hugging face", aiKey, "hf_"+k.of(alnum62, 34)),
		plain("groq", aiKey, "gsk_"+k.of(alnum62, 52)),
		plain("replicate", aiKey, "r8_"+k.of(alnum62, 37)),
		plain("stripe", paymentKey, "sk_live_"+k.of(alnum62, 24)),
		plain("stripe restricted", paymentKey, "rk_live_"+k.of(alnum62, 24)),
		plain("square", paymentKey, "sq0atp-"+k.of(url64, 22)),
		plain("shopify", paymentKey, "shpat_"+k.of(hex16, 32)),
		plain("sendgrid", mailKey, "SG."+k.of(url64, 22)+"."+k.of(url64, 43)),
		plain("twilio", mailKey, "SK"+k.of(hex16, 32)),
		plain("mailgun", mailKey, "key-"+k.of(hex16, 32)),
		plain("brevo", mailKey, "xkeysib-"+k.of(hex16, 64)+"-"+k.of(alnum62, 16)),
		plain("npm", registryToken, "npm_"+k.of(alnum62, 36)),
		plain("pypi", registryToken, "pypi-AgEIcHlwaS5vcmc"+k.of(url64, 120)),
		plain("rubygems", registryToken, "rubygems_"+k.of(hex16, 48)),
		plain("docker", registryToken, "dckr_pat_"+k.of(url64, 27)),
		plain("databricks", serviceToken, "dapi"+k.of(hex16, 32)),
		plain("grafana", serviceToken, "glsa_"+k.of(alnum62, 32)+"_"+k.of(hex16, 8)),
		plain("postman", serviceToken, "PMAK-"+k.of(hex16, 24)+"-"+k.of(hex16, 34)),
		plain("new relic", serviceToken, "NRAK-"+k.of(upper36, 27)),
		plain("doppler", serviceToken, "dp.pt."+k.of(alnum62, 43)),
		plain("jwt", jwt, "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."+"eyJzdWIi"+k.of(url64, 60)+"."+k.of(url64, 43)),
		plain("rsa key", privateKey, "-----BEGIN RSA PRIVATE KEY-----\n"+lines(k.of(std64, 800))+"-----END RSA PRIVATE KEY-----"),
		plain("pkcs8 key", privateKey, "-----BEGIN PRIVATE KEY-----\n"+lines(k.of(std64, 160))+"-----END PRIVATE KEY-----"),
		plain("ssh key", privateKey, "-----BEGIN OPENSSH PRIVATE KEY-----\n"+lines(k.of(std64, 400))+"-----END OPENSSH PRIVATE KEY-----"),
		plain("pgp key", privateKey, "-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: GnuPG v2\n\n"+lines(k.of(std64, 400))+"-----END PGP PRIVATE KEY BLOCK-----"),
		plain("age", privateKey, "AGE-SECRET-KEY-1"+k.of("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58)),
		{"postgres", "DATABASE_URL=postgres://app:", "s3cr3t" + k.of(alnum62, 8), "@db.internal:5432/app", connection},
		{"mongodb", "mongodb+srv://admin:", k.of(alnum62, 12), "@cluster0.mongodb.net/", connection},
		{"redis", "redis://:", k.of(alnum62, 12), "@cache:6379/0", connection},
		{"amqp", `url: "amqp://guest:`, "gu%40st" + k.of(alnum62, 5), `@mq/"`, connection},
		{"curl user", "curl -u admin:", k.of(alnum62, 12), " https://example.org", connection},
		{"bearer", "Authorization: Bearer ", k.of(alnum62, 40), "\r\n", authHeader},
		{"basic", "authorization: Basic ", "YWRtaW46aHVudGVyMjI=", "\n", authHeader},
		named("azure storage", "DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=", k.of(std64, 86)+"==", ";EndpointSuffix=core.windows.net"),
		named("password in code", `password = "`, "Tr0ub4dor&3", `"`),
		named("password in json", `{"user": "ann", "password": "`, "hunter2!x", `"}`),
		named("password in yaml", "db:\n  password: ", "Winter2024!", "\n"),
		named("password in env", "DB_PASSWORD=", "pa55"+k.of(alnum62, 8), "\nDB_HOST=x"),
		named("password in chat", "my password: ", "correct7Horse!", " and I can't log in"),
		named("german password", "Das Passwort: ", "Geheim#1987", "\n"),
		named("typed", `api_secret: str = "`, k.of(alnum62, 24), `"`),
		named("api key", "api_key='", k.of(hex16, 32), "'"),
		named("api key header", "X-API-Key: ", k.of(alnum62, 32), "\n"),
		named("spoken key", "the access key: ", k.of(alnum62, 24), "\n"),
		named("client secret", `"client_secret" : "`, k.of(url64, 40), `"`),
		named("token", `const TOKEN = "`, k.of(digits36, 32), `";`),
		named("ruby", `:secret_key => "`, k.of(hex16, 40), `"`),
		named("go", `secretKey := "`, k.of(alnum62, 32), `"`),
		named("datadog", "DATADOG_KEY=", k.of(hex16, 40), "\n"),
		named("heroku", `heroku_id = "`, k.of(hex16, 8)+"-"+k.of(hex16, 4)+"-4"+k.of(hex16, 3)+"-a"+k.of(hex16, 3)+"-"+k.of(hex16, 12), `"`),
		named("pair", `os.setenv("AUTH_TOKEN", "`, k.of(alnum62, 32), `")`),
		{"azure client", "the id abc8Q~", k.of(alnum62, 34), "\n", cloudKey},
		named("ado", "Server=db;User Id=sa;Password=", "P4ssw0rd"+k.of(alnum62, 4), ";Encrypt=true"),
	}
}

// lines cuts a key into lines of 64.
func lines(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		n := min(64, len(s))
		b.WriteString(s[:n] + "\n")
		s = s[n:]
	}
	return b.String()
}

// clean are texts that look a bit like secrets, and hold none.
var clean = []string{
	"My task-list has sk-learn and sk-image in it; see the ghp_ prefix of GitHub tokens and AKIA of Amazon's.",
	"commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 fixes it",
	"id 7c9e6679-7425-40de-944b-e07fc1f90ae7, sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
	"password: string", "password = getPassword()", `password = os.environ["DB_PASSWORD"]`, `"password": "string"`,
	"password: ${DB_PASSWORD}", "token = self.tokens.next_token", "max_tokens: 4096", "token_type=bearer", "secret_name: my-database-secret-01",
	"The secret of success: hard work", "API key: see the docs", "Basic authentication is simple", "Bearer of bad news",
	"-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJ\n-----END CERTIFICATE-----",
	"A file begins with -----BEGIN RSA PRIVATE KEY----- and ends with -----END RSA PRIVATE KEY-----.",
	"https://example.org:8080/path@home", "see http://localhost:3000/user@example.org", "git@github.com:owner/repo.git", "postgres://localhost:5432/app",
	"postgres://user:${PASSWORD}@host/db", "mysql://root:<password>@host",
	"aGVsbG8gd29ybGQsIHRoaXMgaXMgYSB0ZXh0", "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
	"func TestPasswordHashingIsConstantTime(t *testing.T) {}", "passwordResetTokenExpirationInMinutes: 30", "primary_key: id",
	"the author: J.R.R. Tolkien 1937", "[FORGE_TOKEN] and password = [SECRET]", `api_key = "YOUR_API_KEY_HERE_1234"`, "password: ********",
	"curl -u user https://example.org", "docker run -u 1000:1000 alpine", "MTA is the Metropolitan Transportation Authority. Many. NTFS.",
	`for (let token = 0; token < tokens.length; token++) { key = keys[token2]; }`, "secret sauce: 2 tablespoons ketchup, 1 tsp mustard",
	"keyboard: QWERTY", `("token", "password", "secret")`, `{"required": ["api_key", "user_name_1"]}`, "a || b, ~5 cm", "x-request-id: 4f9a2c7b1d", "the cookie was: delicious", "version: v1.0-alpha", "Authorization: Bearer <token>", "Authorization: Bearer $TOKEN",
}

// request masks a request with one user's text, and returns what is sent.
func request(t *testing.T, config, text string) (string, sdktest.Result) {
	t.Helper()
	h := sdktest.New(t, &secrets{}, config)
	c := sdktest.NewConversation(sdktest.User(text))
	got := h.Request(c)
	return c.Messages[0].Text(), got
}

func TestSamples(t *testing.T) {
	t.Parallel()
	for seed := range uint64(5) {
		for _, s := range samples(newKeys(seed)) {
			got, r := request(t, "", s.text())
			assert.Equalf(t, abi.Tag, r.Action, "%s: %q was taken for clean", s.kind, s.text())
			assert.Truef(t, strings.HasPrefix(got, s.before+"["), "%s: of %q came %q", s.kind, s.text(), got)
			assert.Truef(t, strings.HasSuffix(got, "]"+s.after), "%s: of %q came %q", s.kind, s.text(), got)
			assert.NotContainsf(t, got, s.secret, "%s", s.kind)
		}
	}
}

func TestEntities(t *testing.T) {
	t.Parallel()
	for _, s := range samples(newKeys(11)) {
		if s.kind == "aws secret" {
			continue // its name is enough to find it, so it is a SECRET
		}
		got, _ := request(t, `{"entities": ["`+s.entity.String()+`"]}`, s.text())
		assert.Equalf(t, s.before+"["+s.entity.String()+"]"+s.after, got, "%s", s.kind)
	}
}

func TestClean(t *testing.T) {
	t.Parallel()
	for _, text := range clean {
		got, r := request(t, "", text)
		assert.Equal(t, abi.Continue, r.Action, "%q became %q", text, got)
		assert.Equal(t, text, got)
	}
}

// TestStreams cuts every sample at every byte and asks that no byte of a secret leaves, and that the rest does.
func TestStreams(t *testing.T) {
	t.Parallel()
	for _, kind := range []abi.Part{abi.PartText, abi.PartReasoning, abi.PartToolCall} {
		for _, s := range samples(newKeys(3)) {
			h := sdktest.New(t, &secrets{}, "")
			text := s.text()
			want, _ := h.Stream(sdktest.NewConversation(), kind, 0).SendAll(text)
			require.NotContains(t, want, s.secret, s.kind)
			step := 1 + len(text)/120
			for cut := 1; cut < len(text); cut += step {
				got, _ := h.Stream(sdktest.NewConversation(), kind, 0).SendAll(text[:cut], text[cut:])
				require.Equalf(t, want, got, "%s cut at %d", s.kind, cut)
			}
			pieces := strings.Split(text, "")
			got, _ := h.Stream(sdktest.NewConversation(), kind, 0).SendAll(pieces...)
			require.Equalf(t, want, got, "%s byte by byte", s.kind)
		}
	}
}

// TestBlockedStreams asks that with block not one byte of a secret has left when it is found.
func TestBlockedStreams(t *testing.T) {
	t.Parallel()
	for _, s := range samples(newKeys(5)) {
		h := sdktest.New(t, &secrets{}, `{"action": "block"}`)
		released, r := h.Stream(sdktest.NewConversation(), abi.PartText, 0).SendAll(strings.Split(s.text(), "")...)
		require.Equal(t, abi.Block, r.Action, s.kind)
		require.Equal(t, s.before, released, s.kind)
		require.NotContains(t, r.Reason, s.secret)
	}
}

// TestCleanFlows asks that clean text isn't held back: at most the begin of a word is.
func TestCleanFlows(t *testing.T) {
	t.Parallel()
	h := sdktest.New(t, &secrets{}, "")
	text := "The quick brown fox jumps over the lazy dog, and 42 other animals: cats = cute. Nothing is held here, is it? "
	s := h.Stream(sdktest.NewConversation(), abi.PartText, 0)
	held := 0
	for n, word := range strings.SplitAfter(text, " ") {
		released, _ := s.Send(word)
		if len(released) < len(word) {
			held++
		}
		assert.Equal(t, word, released, "word %d", n)
	}
	assert.Zero(t, held)
	for _, text := range clean {
		got, _ := h.Stream(sdktest.NewConversation(), abi.PartText, 0).SendAll(strings.Split(text, "")...)
		assert.Equal(t, text, got)
	}
}

// TestLongSecrets asks that a secret that doesn't end is neither held without bound nor let out.
func TestLongSecrets(t *testing.T) {
	t.Parallel()
	h := sdktest.New(t, &secrets{}, "")
	k := newKeys(9)
	for _, begin := range []string{"ghp_", "eyJhbGciOiJIUzI1NiJ9.eyJ", "-----BEGIN PRIVATE KEY-----\n"} {
		s := h.Stream(sdktest.NewConversation(), abi.PartText, 1)
		var got strings.Builder
		out, _ := s.Send("x " + begin)
		got.WriteString(out)
		for range 40 {
			out, _ = s.Send(k.of(alnum62, 1000))
			got.WriteString(out)
		}
		out, _ = s.Send("\x00 and more ")
		got.WriteString(out)
		out, _ = s.Send("text")
		got.WriteString(out)
		out, _ = s.End()
		got.WriteString(out)
		assert.Regexp(t, `^x \[[A-Z_]+\].{0,3} and more text$`, got.String())
	}
}

// TestRunsBeforeWindows asks that an encoded key that has left, masked, is no match in what follows it.
func TestRunsBeforeWindows(t *testing.T) {
	t.Parallel()
	h := sdktest.New(t, &secrets{}, "")
	got, _ := h.Stream(sdktest.NewConversation(), abi.PartText, 0).SendAll("see "+encode64("AKIA"+newKeys(6).of(base32, 16))+" there", " and", " here")
	assert.Equal(t, "see [CLOUD_KEY] there and here", got)
}

// TestInvisibleFlood asks that characters that can't be seen neither hide a secret nor make the plugin hold without bound.
func TestInvisibleFlood(t *testing.T) {
	t.Parallel()
	h := sdktest.New(t, &secrets{}, "")
	s := h.Stream(sdktest.NewConversation(), abi.PartText, 0)
	var got strings.Builder
	for n := range 50 {
		out, r := s.Send("ghp_"[min(n, 4):min(n+1, 4)] + strings.Repeat("\u200b", 500))
		got.WriteString(out)
		assert.NotEqual(t, abi.Block, r.Action)
	}
	out, _ := s.Send(" done")
	got.WriteString(out)
	assert.True(t, strings.Contains(got.String(), "[SECRET]"))
	assert.True(t, strings.HasSuffix(got.String(), " done"))
}

func TestEvasions(t *testing.T) {
	t.Parallel()
	k := newKeys(21)
	secret := "ghp_" + k.of(alnum62, 36)
	for name, text := range map[string]string{
		"zero width":    strings.Join(strings.Split(secret, ""), "\u200b"),
		"tags":          secret[:10] + "\U000e0041" + secret[10:],
		"full width":    "ｇｈｐ＿" + secret[4:],
		"look-alike":    "ghр_" + secret[4:],
		"json escapes":  `\u0067\u0068\u0070_` + secret[4:],
		"hex escapes":   `\x67hp_` + secret[4:],
		"base64":        encode64(secret),
		"base64 inside": encode64("here it is: " + secret),
		"hex":           encode16(secret),
		"rot13":         rot13(secret),
		"data url":      "data:text/plain;base64," + encode64("token is "+secret),
		"after a line":  `first\n` + secret,
		"in a word":     "key_" + secret,
	} {
		got, r := request(t, "", "see "+text+" here")
		assert.Equal(t, abi.Tag, r.Action, "%s: %q", name, text)
		assert.Contains(t, got, "[FORGE_TOKEN]", name)
		assert.NotContains(t, got, text[len(text)/2:], name)
	}
}

func TestSplitOverMessages(t *testing.T) {
	t.Parallel()
	k := newKeys(22)
	secret := "ghp_" + k.of(alnum62, 36)
	for cut := 3; cut < len(secret)-1; cut++ {
		h := sdktest.New(t, &secrets{}, "")
		c := sdktest.NewConversation(sdktest.User("first half: "+secret[:cut]), sdktest.User(secret[cut:]+" is the rest"))
		got := h.Request(c)
		require.Equal(t, abi.Tag, got.Action, "cut at %d", cut)
		require.Equal(t, "first half: [FORGE_TOKEN]", c.Messages[0].Text())
		require.Equal(t, "[FORGE_TOKEN] is the rest", c.Messages[1].Text())
	}
}

func TestEverywhereInRequests(t *testing.T) {
	t.Parallel()
	secret := "ghp_" + newKeys(23).of(alnum62, 36)
	h := sdktest.New(t, &secrets{}, "")
	c := sdktest.NewConversation(
		sdktest.System("use "+secret), sdktest.User(secret),
		sdktest.ToolCall("1", "push", `{"token": "`+secret+`", "n": 1}`), sdktest.ToolResult("1", "pushed with "+secret),
	)
	c.Tools = []sdktest.Tool{{Name: "push", Description: "uses " + secret}}
	got := h.Request(c)
	assert.Equal(t, abi.Tag, got.Action)
	assert.Equal(t, "secrets=masked", got.Tag)
	for _, m := range c.Messages {
		assert.NotContains(t, m.Text(), secret)
	}
	assert.Equal(t, `{"token": "[FORGE_TOKEN]", "n": 1}`, c.Messages[2].Text())
	assert.Equal(t, "uses [FORGE_TOKEN]", c.Tools[0].Description)
}

func TestToolArguments(t *testing.T) {
	t.Parallel()
	h := sdktest.New(t, &secrets{}, "")
	text := `{"cmd": "export PASSWORD=\"hunter2x!\" \u0026\u0026 deploy", "n": 1}`
	got, _ := h.Stream(sdktest.NewConversation(), abi.PartToolCall, 0).SendAll(strings.Split(text, "")...)
	assert.Equal(t, `{"cmd": "export PASSWORD=\"[SECRET]\" \u0026\u0026 deploy", "n": 1}`, got)
}

func TestActions(t *testing.T) {
	t.Parallel()
	secret := "npm_" + newKeys(4).of(alnum62, 36)
	got, _ := request(t, `{"action": "hash"}`, secret)
	assert.Regexp(t, `^\[REGISTRY_TOKEN:[0-9a-f]{8}\]$`, got)
	again, _ := request(t, `{"action": "hash"}`, "x "+secret)
	assert.Equal(t, "x "+got, again, "the same secret has the same hash")
	salted, _ := request(t, `{"action": "hash", "salt": "acme"}`, secret)
	assert.NotEqual(t, got, salted)

	got, r := request(t, `{"action": "block", "status": 451}`, secret)
	assert.Equal(t, secret, got)
	assert.Equal(t, abi.Block, r.Action)
	assert.Equal(t, 451, r.Status)
	assert.Equal(t, "the request holds a secret: REGISTRY_TOKEN", r.Reason)

	got, _ = request(t, `{"allow": ["`+secret[:8]+`*"]}`, secret)
	assert.Equal(t, secret, got)
	got, _ = request(t, `{"allow": ["`+secret+`"]}`, secret)
	assert.Equal(t, secret, got)
	got, _ = request(t, `{"direction": "answer"}`, secret)
	assert.Equal(t, secret, got)
	got, _ = request(t, `{"entities": ["JWT"]}`, secret)
	assert.Equal(t, secret, got)
	h := sdktest.New(t, &secrets{}, `{"direction": "request"}`)
	out, _ := h.Stream(sdktest.NewConversation(), abi.PartText, 0).SendAll(secret)
	assert.Equal(t, secret, out)
}

func TestInitRefuses(t *testing.T) {
	t.Parallel()
	for _, config := range []string{`{"action": "burn"}`, `{"direction": "up"}`, `{"entities": ["CAT"]}`, `{"allow": ["*"]}`} {
		_, err := sdktest.Try(t, &secrets{}, config)
		assert.Error(t, err, config)
	}
}

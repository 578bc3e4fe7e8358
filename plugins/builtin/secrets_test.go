package builtin

import (
	"encoding/base64"
	"encoding/hex"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/plugins/host"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/sdktest"
)

// Alphabets of random keys.
const (
	secretDigits  = "0123456789abcdefghijklmnopqrstuvwxyz"
	secretHex     = "0123456789abcdef"
	secretAlnum   = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	secretURL     = secretAlnum + "-_"
	secretStd     = secretAlnum + "+/"
	secretUpper   = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	secretBase32  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	secretDecimal = "0123456789"
)

// secretKeys makes random keys, the same ones in every run.
type secretKeys struct{ r *rand.Rand }

func newSecretKeys(seed uint64) secretKeys { return secretKeys{rand.New(rand.NewPCG(seed, 7))} }

// of is n random units of an alphabet. It neither begins nor ends with a dash, which a sentence's mark could be.
func (k secretKeys) of(alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[k.r.IntN(len(alphabet))]
		for (i == 0 || i == n-1) && (b[i] == '-' || b[i] == '_' || b[i] == '+' || b[i] == '/') {
			b[i] = alphabet[k.r.IntN(len(alphabet))]
		}
	}
	return string(b)
}

// secretSample is a text around a secret: before + secret + after.
type secretSample struct {
	kind                  string
	before, secret, after string
	entity                string
}

func (s secretSample) text() string { return s.before + s.secret + s.after }

// secretSamples are secrets of all formats, each as it is found in programs, logs and chats.
func secretSamples(k secretKeys) []secretSample {
	plain := func(kind, e, secret string) secretSample {
		return secretSample{kind, "I use ", secret, " for it, is that safe?", e}
	}
	named := func(kind, before, secret, after string) secretSample {
		return secretSample{kind, before, secret, after, "SECRET"}
	}
	return []secretSample{
		plain("aws", "CLOUD_KEY", "AKIA"+k.of(secretBase32, 16)),
		plain("aws session", "CLOUD_KEY", "ASIA"+k.of(secretBase32, 16)),
		{"aws secret", "aws_secret_access_key = ", k.of(secretStd, 40), "\n", "CLOUD_KEY"},
		{"aws secret in prose", "our aws secret is ", k.of(secretStd, 40), "\n", "CLOUD_KEY"},
		plain("google", "CLOUD_KEY", "AIza"+k.of(secretURL, 35)),
		plain("google client", "CLOUD_KEY", "GOCSPX-"+k.of(secretURL, 28)),
		plain("digitalocean", "CLOUD_KEY", "dop_v1_"+k.of(secretHex, 64)),
		plain("vault", "CLOUD_KEY", "hvs."+k.of(secretURL, 95)),
		plain("alibaba", "CLOUD_KEY", "LTAI"+k.of(secretAlnum, 20)),
		plain("github", "FORGE_TOKEN", "ghp_"+k.of(secretAlnum, 36)),
		plain("github oauth", "FORGE_TOKEN", "gho_"+k.of(secretAlnum, 36)),
		plain("github app", "FORGE_TOKEN", "ghs_"+k.of(secretAlnum, 36)),
		plain("github fine-grained", "FORGE_TOKEN", "github_pat_"+k.of(secretAlnum, 22)+"_"+k.of(secretAlnum, 59)),
		plain("gitlab", "FORGE_TOKEN", "glpat-"+k.of(secretAlnum, 20)),
		plain("gitlab runner", "FORGE_TOKEN", "glrt-"+k.of(secretAlnum, 20)),
		plain("atlassian", "FORGE_TOKEN", "ATATT3"+k.of(secretURL, 186)),
		plain("linear", "FORGE_TOKEN", "lin_api_"+k.of(secretAlnum, 40)),
		plain("slack bot", "CHAT_TOKEN", "xoxb-"+k.of(secretDecimal, 12)+"-"+k.of(secretDecimal, 12)+"-"+k.of(secretAlnum, 24)),
		plain("slack user", "CHAT_TOKEN", "xoxp-"+k.of(secretDecimal, 12)+"-"+k.of(secretDecimal, 12)+"-"+k.of(secretDecimal, 12)+"-"+k.of(secretHex, 32)),
		plain("slack app", "CHAT_TOKEN", "xapp-1-"+k.of(secretUpper, 11)+"-"+k.of(secretDecimal, 13)+"-"+k.of(secretHex, 64)),
		plain("slack webhook", "WEBHOOK", "hooks.slack.com/services/T"+k.of(secretUpper, 8)+"/B"+k.of(secretUpper, 8)+"/"+k.of(secretAlnum, 24)),
		{"discord webhook", "https://", "discord.com/api/webhooks/" + k.of(secretDecimal, 18) + "/" + k.of(secretURL, 68), "\n", "WEBHOOK"},
		plain("discord bot", "CHAT_TOKEN", "MT"+k.of(secretAlnum, 22)+"."+k.of(secretURL, 6)+"."+k.of(secretURL, 38)),
		{"telegram", "bot 123456789:", "AA" + k.of(secretURL, 33), " started", "CHAT_TOKEN"},
		plain("openai", "AI_KEY", "sk-"+k.of(secretAlnum, 20)+"T3BlbkFJ"+k.of(secretAlnum, 20)),
		plain("openai project", "AI_KEY", "sk-proj-"+k.of(secretURL, 74)+"T3BlbkFJ"+k.of(secretURL, 74)),
		plain("anthropic", "AI_KEY", "sk-ant-api03-"+k.of(secretURL, 93)+"AA"),
		plain("openrouter", "AI_KEY", "sk-or-v1-"+k.of(secretHex, 64)),
		plain("hugging face", "AI_KEY", "hf_"+k.of(secretAlnum, 34)),
		plain("groq", "AI_KEY", "gsk_"+k.of(secretAlnum, 52)),
		plain("replicate", "AI_KEY", "r8_"+k.of(secretAlnum, 37)),
		plain("stripe", "PAYMENT_KEY", "sk_live_"+k.of(secretAlnum, 24)),
		plain("stripe restricted", "PAYMENT_KEY", "rk_live_"+k.of(secretAlnum, 24)),
		plain("square", "PAYMENT_KEY", "sq0atp-"+k.of(secretURL, 22)),
		plain("shopify", "PAYMENT_KEY", "shpat_"+k.of(secretHex, 32)),
		plain("sendgrid", "MAIL_KEY", "SG."+k.of(secretURL, 22)+"."+k.of(secretURL, 43)),
		plain("twilio", "MAIL_KEY", "SK"+k.of(secretHex, 32)),
		plain("mailgun", "MAIL_KEY", "key-"+k.of(secretHex, 32)),
		plain("brevo", "MAIL_KEY", "xkeysib-"+k.of(secretHex, 64)+"-"+k.of(secretAlnum, 16)),
		plain("npm", "REGISTRY_TOKEN", "npm_"+k.of(secretAlnum, 36)),
		plain("pypi", "REGISTRY_TOKEN", "pypi-AgEIcHlwaS5vcmc"+k.of(secretURL, 120)),
		plain("rubygems", "REGISTRY_TOKEN", "rubygems_"+k.of(secretHex, 48)),
		plain("docker", "REGISTRY_TOKEN", "dckr_pat_"+k.of(secretURL, 27)),
		plain("databricks", "SERVICE_TOKEN", "dapi"+k.of(secretHex, 32)),
		plain("grafana", "SERVICE_TOKEN", "glsa_"+k.of(secretAlnum, 32)+"_"+k.of(secretHex, 8)),
		plain("postman", "SERVICE_TOKEN", "PMAK-"+k.of(secretHex, 24)+"-"+k.of(secretHex, 34)),
		plain("new relic", "SERVICE_TOKEN", "NRAK-"+k.of(secretUpper, 27)),
		plain("doppler", "SERVICE_TOKEN", "dp.pt."+k.of(secretAlnum, 43)),
		plain("jwt", "JWT", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."+"eyJzdWIi"+k.of(secretURL, 60)+"."+k.of(secretURL, 43)),
		plain("rsa key", "PRIVATE_KEY", "-----BEGIN RSA PRIVATE KEY-----\n"+keyLines(k.of(secretStd, 800))+"-----END RSA PRIVATE KEY-----"),
		plain("pkcs8 key", "PRIVATE_KEY", "-----BEGIN PRIVATE KEY-----\n"+keyLines(k.of(secretStd, 160))+"-----END PRIVATE KEY-----"),
		plain("ssh key", "PRIVATE_KEY", "-----BEGIN OPENSSH PRIVATE KEY-----\n"+keyLines(k.of(secretStd, 400))+"-----END OPENSSH PRIVATE KEY-----"),
		plain("pgp key", "PRIVATE_KEY", "-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: GnuPG v2\n\n"+keyLines(k.of(secretStd, 400))+"-----END PGP PRIVATE KEY BLOCK-----"),
		plain("age", "PRIVATE_KEY", "AGE-SECRET-KEY-1"+k.of("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58)),
		{"postgres", "DATABASE_URL=postgres://app:", "s3cr3t" + k.of(secretAlnum, 8), "@db.internal:5432/app", "CONNECTION_PASSWORD"},
		{"mongodb", "mongodb+srv://admin:", k.of(secretAlnum, 12), "@cluster0.mongodb.net/", "CONNECTION_PASSWORD"},
		{"redis", "redis://:", k.of(secretAlnum, 12), "@cache:6379/0", "CONNECTION_PASSWORD"},
		{"amqp", `url: "amqp://guest:`, "gu%40st" + k.of(secretAlnum, 5), `@mq/"`, "CONNECTION_PASSWORD"},
		{"curl user", "curl -u admin:", k.of(secretAlnum, 12), " https://example.org", "CONNECTION_PASSWORD"},
		{"bearer", "Authorization: Bearer ", k.of(secretAlnum, 40), "\r\n", "AUTH_HEADER"},
		{"basic", "authorization: Basic ", "YWRtaW46aHVudGVyMjI=", "\n", "AUTH_HEADER"},
		named("azure storage", "DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=", k.of(secretStd, 86)+"==", ";EndpointSuffix=core.windows.net"),
		named("password in code", `password = "`, "Tr0ub4dor&3", `"`),
		named("password in json", `{"user": "ann", "password": "`, "hunter2!x", `"}`),
		named("password in yaml", "db:\n  password: ", "Winter2024!", "\n"),
		named("password in env", "DB_PASSWORD=", "pa55"+k.of(secretAlnum, 8), "\nDB_HOST=x"),
		named("password in chat", "my password: ", "correct7Horse!", " and I can't log in"),
		named("german password", "Das Passwort: ", "Geheim#1987", "\n"),
		named("typed", `api_secret: str = "`, k.of(secretAlnum, 24), `"`),
		named("api key", "api_key='", k.of(secretHex, 32), "'"),
		named("api key header", "X-API-Key: ", k.of(secretAlnum, 32), "\n"),
		named("spoken key", "the access key: ", k.of(secretAlnum, 24), "\n"),
		named("client secret", `"client_secret" : "`, k.of(secretURL, 40), `"`),
		named("token", `const TOKEN = "`, k.of(secretDigits, 32), `";`),
		named("ruby", `:secret_key => "`, k.of(secretHex, 40), `"`),
		named("go", `secretKey := "`, k.of(secretAlnum, 32), `"`),
		named("datadog", "DATADOG_KEY=", k.of(secretHex, 40), "\n"),
		named("heroku", `heroku_id = "`, k.of(secretHex, 8)+"-"+k.of(secretHex, 4)+"-4"+k.of(secretHex, 3)+"-a"+k.of(secretHex, 3)+"-"+k.of(secretHex, 12), `"`),
		named("pair", `os.setenv("AUTH_TOKEN", "`, k.of(secretAlnum, 32), `")`),
		{"azure client", "the id abc8Q~", k.of(secretAlnum, 34), "\n", "CLOUD_KEY"},
		named("ado", "Server=db;User Id=sa;Password=", "P4ssw0rd"+k.of(secretAlnum, 4), ";Encrypt=true"),
	}
}

// keyLines cuts a key into lines of 64.
func keyLines(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		n := min(64, len(s))
		b.WriteString(s[:n] + "\n")
		s = s[n:]
	}
	return b.String()
}

// secretFree are texts that look a bit like secrets, and hold none.
var secretFree = []string{
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

// askSecrets sends a request through a stage, with its edits made.
func askSecrets(t testing.TB, s *host.Stage, c *sdktest.Conversation) *hook.Call {
	t.Helper()
	call := newCall(c)
	call.Hook = abi.OnRequest
	require.NoError(t, s.Call(call))
	return call
}

// maskedPrompt masks a request with one user's text, and returns what is sent.
func maskedPrompt(t testing.TB, s *host.Stage, text string) (string, *hook.Call) {
	t.Helper()
	c := sdktest.NewConversation(sdktest.User(text))
	call := askSecrets(t, s, c)
	return c.Messages[0].Text(), call
}

// maskedStream streams pieces, and returns what is released and whether the stream was blocked.
func maskedStream(t testing.TB, s *host.Stage, kind abi.Part, pieces ...string) (string, *hook.Call) {
	t.Helper()
	ch := &channel{s: s, c: newCall(sdktest.NewConversation()), kind: kind}
	var out strings.Builder
	for n, piece := range pieces {
		released, blocked := ch.send(t, piece, n == len(pieces)-1)
		out.WriteString(released)
		if blocked {
			break
		}
	}
	return out.String(), ch.c
}

func TestSecretsSamples(t *testing.T) {
	s := stage(t, "guard", "secrets", `{}`)
	for seed := range uint64(5) {
		for _, x := range secretSamples(newSecretKeys(seed)) {
			got, c := maskedPrompt(t, s, x.text())
			assert.Equalf(t, abi.Tag, c.Verdict.Action(), "%s: %q was taken for clean", x.kind, x.text())
			assert.Truef(t, strings.HasPrefix(got, x.before+"["), "%s: of %q came %q", x.kind, x.text(), got)
			assert.Truef(t, strings.HasSuffix(got, "]"+x.after), "%s: of %q came %q", x.kind, x.text(), got)
			assert.NotContainsf(t, got, x.secret, "%s", x.kind)
		}
	}
}

func TestSecretsEntities(t *testing.T) {
	stages := map[string]*host.Stage{}
	for _, x := range secretSamples(newSecretKeys(11)) {
		if x.kind == "aws secret" {
			continue // its name is enough to find it, so it is a SECRET
		}
		if stages[x.entity] == nil {
			stages[x.entity] = stage(t, "guard", "secrets", `{"entities": ["`+x.entity+`"]}`)
		}
		got, _ := maskedPrompt(t, stages[x.entity], x.text())
		assert.Equalf(t, x.before+"["+x.entity+"]"+x.after, got, "%s", x.kind)
	}
	assert.Len(t, stages, 14)
}

func TestSecretsClean(t *testing.T) {
	s := stage(t, "guard", "secrets", `{}`)
	for _, text := range secretFree {
		got, c := maskedPrompt(t, s, text)
		assert.Equal(t, abi.Continue, c.Verdict.Action(), "%q became %q", text, got)
		assert.Equal(t, text, got)
	}
}

// TestSecretsCut cuts every sample at every byte and asks that no byte of a secret leaves, and that the rest does.
func TestSecretsCut(t *testing.T) {
	s := stage(t, "guard", "secrets", `{}`)
	for _, kind := range []abi.Part{abi.PartText, abi.PartReasoning, abi.PartToolCall} {
		for _, x := range secretSamples(newSecretKeys(3)) {
			text := x.text()
			want, _ := maskedStream(t, s, kind, text)
			require.NotContains(t, want, x.secret, x.kind)
			step := 1 + len(text)/120
			for cut := 1; cut < len(text); cut += step {
				got, _ := maskedStream(t, s, kind, text[:cut], text[cut:])
				require.Equalf(t, want, got, "%s cut at %d", x.kind, cut)
			}
			got, _ := maskedStream(t, s, kind, strings.Split(text, "")...)
			require.Equalf(t, want, got, "%s byte by byte", x.kind)
		}
	}
}

// TestSecretsBlocked asks that with block not one byte of a secret has left when it is found.
func TestSecretsBlocked(t *testing.T) {
	s := stage(t, "guard", "secrets", `{"action": "block"}`)
	for _, x := range secretSamples(newSecretKeys(5)) {
		released, c := maskedStream(t, s, abi.PartText, strings.Split(x.text(), "")...)
		require.Equal(t, abi.Block, c.Verdict.Action(), x.kind)
		require.Equal(t, x.before, released, x.kind)
		require.NotContains(t, string(c.Reason), x.secret)
	}
}

// TestSecretsFlow asks that clean text isn't held back: at most the begin of a word is.
func TestSecretsFlow(t *testing.T) {
	s := stage(t, "guard", "secrets", `{}`)
	text := "The quick brown fox jumps over the lazy dog, and 42 other animals: cats = cute. Nothing is held here, is it? "
	ch := &channel{s: s, c: newCall(sdktest.NewConversation())}
	for n, word := range strings.SplitAfter(text, " ") {
		released, _ := ch.send(t, word, false)
		assert.Equal(t, word, released, "word %d", n)
	}
	for _, text := range secretFree {
		got, _ := maskedStream(t, s, abi.PartText, strings.Split(text, "")...)
		assert.Equal(t, text, got)
	}
}

// TestSecretsLong asks that a secret that doesn't end is neither held without bound nor let out.
func TestSecretsLong(t *testing.T) {
	s := stage(t, "guard", "secrets", `{}`)
	k := newSecretKeys(9)
	for _, begin := range []string{"ghp_", "eyJhbGciOiJIUzI1NiJ9.eyJ", "-----BEGIN PRIVATE KEY-----\n"} {
		pieces := []string{"x " + begin}
		for range 40 {
			pieces = append(pieces, k.of(secretAlnum, 1000))
		}
		got, _ := maskedStream(t, s, abi.PartText, append(pieces, "\x00 and more ", "text", "")...)
		assert.Regexp(t, `^x \[[A-Z_]+\].{0,3} and more text$`, got)
	}
}

// TestSecretsBeforeWindows asks that an encoded key that has left, masked, is no match in what follows it.
func TestSecretsBeforeWindows(t *testing.T) {
	s := stage(t, "guard", "secrets", `{}`)
	got, _ := maskedStream(t, s, abi.PartText, "see "+inBase64("AKIA"+newSecretKeys(6).of(secretBase32, 16))+" there", " and", " here")
	assert.Equal(t, "see [CLOUD_KEY] there and here", got)
}

// TestSecretsInvisible asks that characters that can't be seen neither hide a secret nor make the plugin hold without
// bound.
func TestSecretsInvisible(t *testing.T) {
	s := stage(t, "guard", "secrets", `{}`)
	var pieces []string
	for n := range 50 {
		pieces = append(pieces, "ghp_"[min(n, 4):min(n+1, 4)]+strings.Repeat("\u200b", 500))
	}
	got, c := maskedStream(t, s, abi.PartText, append(pieces, " done")...)
	assert.NotEqual(t, abi.Block, c.Verdict.Action())
	assert.Contains(t, got, "[SECRET]")
	assert.True(t, strings.HasSuffix(got, " done"))
}

func TestSecretsEvasions(t *testing.T) {
	s := stage(t, "guard", "secrets", `{}`)
	secret := "ghp_" + newSecretKeys(21).of(secretAlnum, 36)
	for name, text := range map[string]string{
		"zero width":    strings.Join(strings.Split(secret, ""), "\u200b"),
		"tags":          secret[:10] + "\U000e0041" + secret[10:],
		"full width":    "ｇｈｐ＿" + secret[4:],
		"look-alike":    "ghр_" + secret[4:],
		"json escapes":  `\u0067\u0068\u0070_` + secret[4:],
		"hex escapes":   `\x67hp_` + secret[4:],
		"base64":        inBase64(secret),
		"base64 inside": inBase64("here it is: " + secret),
		"hex":           hex.EncodeToString([]byte(secret)),
		"rot13":         inROT13(secret),
		"data url":      "data:text/plain;base64," + inBase64("token is "+secret),
		"after a line":  `first\n` + secret,
		"in a word":     "key_" + secret,
	} {
		got, c := maskedPrompt(t, s, "see "+text+" here")
		assert.Equal(t, abi.Tag, c.Verdict.Action(), "%s: %q", name, text)
		assert.Contains(t, got, "[FORGE_TOKEN]", name)
		assert.NotContains(t, got, text[len(text)/2:], name)
	}
}

func inBase64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func inROT13(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return (r-'a'+13)%26 + 'a'
		case r >= 'A' && r <= 'Z':
			return (r-'A'+13)%26 + 'A'
		}
		return r
	}, s)
}

func TestSecretsOverMessages(t *testing.T) {
	s := stage(t, "guard", "secrets", `{}`)
	secret := "ghp_" + newSecretKeys(22).of(secretAlnum, 36)
	for cut := 3; cut < len(secret)-1; cut++ {
		c := sdktest.NewConversation(sdktest.User("first half: "+secret[:cut]), sdktest.User(secret[cut:]+" is the rest"))
		require.Equal(t, abi.Tag, askSecrets(t, s, c).Verdict.Action(), "cut at %d", cut)
		require.Equal(t, "first half: [FORGE_TOKEN]", c.Messages[0].Text())
		require.Equal(t, "[FORGE_TOKEN] is the rest", c.Messages[1].Text())
	}
}

func TestSecretsEverywhere(t *testing.T) {
	s := stage(t, "guard", "secrets", `{}`)
	secret := "ghp_" + newSecretKeys(23).of(secretAlnum, 36)
	c := sdktest.NewConversation(
		sdktest.System("use "+secret), sdktest.User(secret),
		sdktest.ToolCall("1", "push", `{"token": "`+secret+`", "n": 1}`), sdktest.ToolResult("1", "pushed with "+secret),
	)
	c.Tools = []sdktest.Tool{{Name: "push", Description: "uses " + secret}}
	got := askSecrets(t, s, c)
	assert.Equal(t, abi.Tag, got.Verdict.Action())
	assert.Equal(t, "secrets=masked", string(got.Tag))
	for _, m := range c.Messages {
		assert.NotContains(t, m.Text(), secret)
	}
	assert.Equal(t, `{"token": "[FORGE_TOKEN]", "n": 1}`, c.Messages[2].Text())
	assert.Equal(t, "uses [FORGE_TOKEN]", c.Tools[0].Description)
}

func TestSecretsToolArguments(t *testing.T) {
	s := stage(t, "guard", "secrets", `{}`)
	text := `{"cmd": "export PASSWORD=\"hunter2x!\" \u0026\u0026 deploy", "n": 1}`
	got, _ := maskedStream(t, s, abi.PartToolCall, strings.Split(text, "")...)
	assert.Equal(t, `{"cmd": "export PASSWORD=\"[SECRET]\" \u0026\u0026 deploy", "n": 1}`, got)
}

func TestSecretsActions(t *testing.T) {
	secret := "npm_" + newSecretKeys(4).of(secretAlnum, 36)
	hashing := stage(t, "guard", "secrets", `{"action": "hash"}`)
	got, _ := maskedPrompt(t, hashing, secret)
	assert.Regexp(t, `^\[REGISTRY_TOKEN:[0-9a-f]{8}\]$`, got)
	again, _ := maskedPrompt(t, hashing, "x "+secret)
	assert.Equal(t, "x "+got, again, "the same secret has the same hash")
	salted, _ := maskedPrompt(t, stage(t, "guard", "secrets", `{"action": "hash", "salt": "acme"}`), secret)
	assert.NotEqual(t, got, salted)

	got, c := maskedPrompt(t, stage(t, "guard", "secrets", `{"action": "block", "status": 451}`), secret)
	assert.Equal(t, secret, got)
	assert.Equal(t, abi.Block, c.Verdict.Action())
	assert.Equal(t, uint16(451), c.Verdict.Code())
	assert.Equal(t, "the request holds a secret: REGISTRY_TOKEN", string(c.Reason))

	for _, config := range []string{`{"allow": ["` + secret[:8] + `*"]}`, `{"allow": ["` + secret + `"]}`, `{"direction": "answer"}`, `{"entities": ["JWT"]}`} {
		got, _ = maskedPrompt(t, stage(t, "guard", "secrets", config), secret)
		assert.Equal(t, secret, got, config)
	}
	out, _ := maskedStream(t, stage(t, "guard", "secrets", `{"direction": "request"}`), abi.PartText, secret)
	assert.Equal(t, secret, out)
}

// FuzzSecretsStream asks that a text in pieces is treated as it is whole, and that nothing traps.
func FuzzSecretsStream(f *testing.F) {
	for _, s := range secretSamples(newSecretKeys(1)) {
		f.Add(s.text(), uint8(len(s.before)+3), false)
	}
	for _, s := range secretFree {
		f.Add(s, uint8(5), true)
	}
	f.Add("password = \"\\u0061b1c2d3!\" ｇｈｐ＿\u200b", uint8(14), true)
	s := stage(f, "guard", "secrets", `{}`)
	f.Fuzz(func(t *testing.T, text string, at uint8, json bool) {
		if !utf8.ValidString(text) || len(text) < 2 || len(text) > 2000 {
			t.Skip() // texts are UTF-8, and long ones are slow to cut
		}
		kind := abi.PartText
		if json {
			kind = abi.PartToolCall
		}
		want, _ := maskedStream(t, s, kind, text)
		cut := 1 + int(at)%(len(text)-1)
		for cut < len(text) && !utf8.RuneStart(text[cut]) {
			cut++
		}
		got, _ := maskedStream(t, s, kind, text[:cut], text[cut:])
		require.True(t, utf8.ValidString(got))
		if cut < 60 && !strings.ContainsAny(text, "\\") { // all context is seen, so the same is found
			require.Equal(t, want, got)
		}
	})
}

package main

// entity is a kind of secret.
type entity uint8

const (
	cloudKey entity = iota
	forgeToken
	chatToken
	aiKey
	paymentKey
	mailKey
	registryToken
	serviceToken
	webhook
	jwt
	privateKey
	connection
	authHeader
	generic
	entities
)

// entityNames are the names of entities in the configuration and in masks.
var entityNames = [entities]string{
	"CLOUD_KEY", "FORGE_TOKEN", "CHAT_TOKEN", "AI_KEY", "PAYMENT_KEY", "MAIL_KEY", "REGISTRY_TOKEN", "SERVICE_TOKEN",
	"WEBHOOK", "JWT", "PRIVATE_KEY", "CONNECTION_PASSWORD", "AUTH_HEADER", "SECRET",
}

func (e entity) String() string { return entityNames[e] }

// rule is a format that begins with a prefix: after it come at least min units of the class.
type rule struct {
	prefix string
	entity entity
	set    class
	min    int
	max    int // 0: no more than min are required, and more may follow
	// loose says that the prefix alone is weak, so that what follows must look random.
	loose bool

	head, mask uint64 // the first eight units of the prefix
	run        int    // the number of set
}

// rules are the formats of keys that vendors have documented, or that public scanners know.
var rules = []rule{
	// Clouds.
	{prefix: "AKIA", entity: cloudKey, set: upper | digit, min: 16, max: 16},
	{prefix: "ASIA", entity: cloudKey, set: upper | digit, min: 16, max: 16},
	{prefix: "ABIA", entity: cloudKey, set: upper | digit, min: 16, max: 16},
	{prefix: "ACCA", entity: cloudKey, set: upper | digit, min: 16, max: 16},
	{prefix: "A3T", entity: cloudKey, set: upper | digit, min: 17, max: 17, loose: true},
	{prefix: "ABSK", entity: cloudKey, set: base64, min: 100},
	{prefix: "LTAI", entity: cloudKey, set: alnum, min: 12, loose: true},
	{prefix: "AKID", entity: cloudKey, set: alnum, min: 32, loose: true},
	{prefix: "AIza", entity: cloudKey, set: name, min: 35},
	{prefix: "GOCSPX-", entity: cloudKey, set: name, min: 28},
	{prefix: "ya29.", entity: cloudKey, set: name, min: 20},
	{prefix: "1//0", entity: cloudKey, set: name, min: 40},
	{prefix: "dop_v1_", entity: cloudKey, set: hexLower, min: 64},
	{prefix: "doo_v1_", entity: cloudKey, set: hexLower, min: 64},
	{prefix: "dor_v1_", entity: cloudKey, set: hexLower, min: 64},
	{prefix: "HRKU-", entity: cloudKey, set: name, min: 36},
	{prefix: "fo1_", entity: cloudKey, set: name, min: 43},
	{prefix: "fm1r_", entity: cloudKey, set: base64, min: 100},
	{prefix: "fm1a_", entity: cloudKey, set: base64, min: 100},
	{prefix: "fm2_", entity: cloudKey, set: base64, min: 100},
	{prefix: "v1.0-", entity: cloudKey, set: hexLower | dash, min: 171},
	{prefix: "AGE-SECRET-KEY-1", entity: privateKey, set: upper | digit, min: 58},
	{prefix: "hvs.", entity: cloudKey, set: name, min: 24},
	{prefix: "hvb.", entity: cloudKey, set: name, min: 90},
	{prefix: "s.", entity: cloudKey, set: alnum, min: 24, max: 24, loose: true},
	{prefix: "hvr.", entity: cloudKey, set: name, min: 24},
	{prefix: "atlasv1.", entity: cloudKey, set: name | equals, min: 60},
	{prefix: "ops_eyJ", entity: serviceToken, set: base64, min: 200},
	{prefix: "A3-", entity: serviceToken, set: upper | digit | dash, min: 29, loose: true},
	{prefix: "pul-", entity: cloudKey, set: hexLower, min: 40},
	{prefix: "tskey-", entity: cloudKey, set: name, min: 16, loose: true},
	{prefix: "nfp_", entity: cloudKey, set: alnum, min: 36},
	{prefix: "sbp_", entity: cloudKey, set: hexLower, min: 40},
	{prefix: "pscale_tkn_", entity: cloudKey, set: name | dot | equals, min: 32},
	{prefix: "pscale_oauth_", entity: cloudKey, set: name | dot | equals, min: 32},
	{prefix: "pscale_pw_", entity: cloudKey, set: name | dot | equals, min: 32},
	{prefix: "sha256~", entity: cloudKey, set: name, min: 43},
	{prefix: "4b1d", entity: cloudKey, set: alnum, min: 38, max: 38, loose: true},
	{prefix: "YC", entity: cloudKey, set: name, min: 38, max: 38, loose: true},
	{prefix: "AQVN", entity: cloudKey, set: name, min: 35, max: 38, loose: true},

	// Forges.
	{prefix: "ghp_", entity: forgeToken, set: alnum, min: 36},
	{prefix: "gho_", entity: forgeToken, set: alnum, min: 36},
	{prefix: "ghu_", entity: forgeToken, set: alnum, min: 36},
	{prefix: "ghs_", entity: forgeToken, set: alnum, min: 36},
	{prefix: "ghr_", entity: forgeToken, set: alnum, min: 36},
	{prefix: "github_pat_", entity: forgeToken, set: word, min: 50},
	{prefix: "glpat-", entity: forgeToken, set: name | dot, min: 20},
	{prefix: "gldt-", entity: forgeToken, set: name, min: 20},
	{prefix: "glft-", entity: forgeToken, set: name, min: 20},
	{prefix: "glsoat-", entity: forgeToken, set: name, min: 20},
	{prefix: "glrt-", entity: forgeToken, set: name | dot, min: 20},
	{prefix: "glcbt-", entity: forgeToken, set: name, min: 20},
	{prefix: "glptt-", entity: forgeToken, set: hexLower, min: 40},
	{prefix: "glimt-", entity: forgeToken, set: name, min: 25},
	{prefix: "glffct-", entity: forgeToken, set: name, min: 20},
	{prefix: "glagent-", entity: forgeToken, set: name, min: 50},
	{prefix: "gloas-", entity: forgeToken, set: name, min: 64},
	{prefix: "GR1348941", entity: forgeToken, set: name, min: 20},
	{prefix: "ATATT3", entity: forgeToken, set: name | equals, min: 100},
	{prefix: "ATBB", entity: forgeToken, set: alnum, min: 28, loose: true},
	{prefix: "sgp_", entity: forgeToken, set: word, min: 40},
	{prefix: "lin_api_", entity: forgeToken, set: alnum, min: 40},
	{prefix: "lin_oauth_", entity: forgeToken, set: alnum, min: 40},
	{prefix: "figd_", entity: forgeToken, set: name, min: 36},

	// Chats.
	{prefix: "xoxb-", entity: chatToken, set: alnum | dash, min: 24},
	{prefix: "xoxp-", entity: chatToken, set: alnum | dash, min: 24},
	{prefix: "xoxa-", entity: chatToken, set: alnum | dash, min: 8},
	{prefix: "xoxr-", entity: chatToken, set: alnum | dash, min: 8},
	{prefix: "xoxo-", entity: chatToken, set: alnum | dash, min: 20},
	{prefix: "xoxs-", entity: chatToken, set: alnum | dash, min: 20},
	{prefix: "xoxe-", entity: chatToken, set: alnum | dash, min: 24},
	{prefix: "xoxe.xox", entity: chatToken, set: alnum | dash, min: 30},
	{prefix: "xoxc-", entity: chatToken, set: alnum | dash, min: 20},
	{prefix: "xoxd-", entity: chatToken, set: alnum | dash | tilde, min: 20},
	{prefix: "xapp-", entity: chatToken, set: alnum | dash, min: 12},

	// Providers of models.
	{prefix: "sk-ant-", entity: aiKey, set: name, min: 24},
	{prefix: "sk-proj-", entity: aiKey, set: name, min: 20},
	{prefix: "sk-svcacct-", entity: aiKey, set: name, min: 20},
	{prefix: "sk-admin-", entity: aiKey, set: name, min: 20},
	{prefix: "sk-or-v1-", entity: aiKey, set: hexLower, min: 40},
	{prefix: "sk-", entity: aiKey, set: name, min: 20, loose: true},
	{prefix: "sess-", entity: aiKey, set: alnum, min: 40, loose: true},
	{prefix: "hf_", entity: aiKey, set: alnum, min: 30},
	{prefix: "api_org_", entity: aiKey, set: alnum, min: 34},
	{prefix: "gsk_", entity: aiKey, set: alnum, min: 40},
	{prefix: "xai-", entity: aiKey, set: alnum, min: 60},
	{prefix: "pplx-", entity: aiKey, set: alnum, min: 40},
	{prefix: "r8_", entity: aiKey, set: alnum, min: 36},
	{prefix: "nvapi-", entity: aiKey, set: name, min: 40},
	{prefix: "lsv2_pt_", entity: aiKey, set: word, min: 32},
	{prefix: "lsv2_sk_", entity: aiKey, set: word, min: 32},
	{prefix: "csk-", entity: aiKey, set: alnum, min: 40},
	{prefix: "tgp_v1_", entity: aiKey, set: name, min: 40},
	{prefix: "fw_", entity: aiKey, set: alnum, min: 22, loose: true},
	{prefix: "pcsk_", entity: aiKey, set: word, min: 50},

	// Payments.
	{prefix: "sk_live_", entity: paymentKey, set: alnum, min: 10},
	{prefix: "sk_test_", entity: paymentKey, set: alnum, min: 10},
	{prefix: "sk_prod_", entity: paymentKey, set: alnum, min: 10},
	{prefix: "rk_live_", entity: paymentKey, set: alnum, min: 10},
	{prefix: "rk_test_", entity: paymentKey, set: alnum, min: 10},
	{prefix: "rk_prod_", entity: paymentKey, set: alnum, min: 10},
	{prefix: "whsec_", entity: paymentKey, set: base64, min: 24},
	{prefix: "sq0atp-", entity: paymentKey, set: name, min: 22},
	{prefix: "sq0csp-", entity: paymentKey, set: name, min: 22},
	{prefix: "EAAA", entity: paymentKey, set: name, min: 56, loose: true},
	{prefix: "FLWSECK_TEST-", entity: paymentKey, set: name, min: 12},
	{prefix: "FLWPUBK_TEST-", entity: paymentKey, set: name, min: 32},
	{prefix: "FLWSECK-", entity: paymentKey, set: name, min: 12},
	{prefix: "access_token$production$", entity: paymentKey, set: alnum | tilde, min: 16},
	{prefix: "shippo_live_", entity: paymentKey, set: hexAny, min: 40},
	{prefix: "shippo_test_", entity: paymentKey, set: hexAny, min: 40},
	{prefix: "EZAK", entity: paymentKey, set: alnum, min: 54},
	{prefix: "EZTK", entity: paymentKey, set: alnum, min: 54},
	{prefix: "duffel_live_", entity: paymentKey, set: name | equals, min: 43},
	{prefix: "duffel_test_", entity: paymentKey, set: name | equals, min: 43},
	{prefix: "shpat_", entity: paymentKey, set: hexAny, min: 32},
	{prefix: "shpca_", entity: paymentKey, set: hexAny, min: 32},
	{prefix: "shppa_", entity: paymentKey, set: hexAny, min: 32},
	{prefix: "shpss_", entity: paymentKey, set: hexAny, min: 32},

	// Mail and telephone.
	{prefix: "SG.", entity: mailKey, set: name | dot | equals, min: 60},
	{prefix: "SK", entity: mailKey, set: hexAny, min: 32, max: 32},
	{prefix: "key-", entity: mailKey, set: hexLower, min: 32, max: 32},
	{prefix: "xkeysib-", entity: mailKey, set: alnum | dash, min: 64},
	{prefix: "xsmtpsib-", entity: mailKey, set: alnum | dash, min: 64},
	{prefix: "re_", entity: mailKey, set: word, min: 30, loose: true},
	{prefix: "EAAM", entity: mailKey, set: alnum, min: 100},
	{prefix: "EAAC", entity: mailKey, set: alnum, min: 100},

	// Registries of packages.
	{prefix: "npm_", entity: registryToken, set: alnum, min: 36},
	{prefix: "pypi-", entity: registryToken, set: name, min: 50},
	{prefix: "rubygems_", entity: registryToken, set: hexLower, min: 48},
	{prefix: "dckr_pat_", entity: registryToken, set: name, min: 24},
	{prefix: "dckr_oat_", entity: registryToken, set: name, min: 24},
	{prefix: "CLOJARS_", entity: registryToken, set: alnum, min: 60},
	{prefix: "AKCp", entity: registryToken, set: alnum, min: 69},
	{prefix: "cmVmd", entity: registryToken, set: alnum, min: 59},
	{prefix: "oy2", entity: registryToken, set: lower | digit, min: 43, max: 43, loose: true},

	// Services.
	{prefix: "dapi", entity: serviceToken, set: hexLower, min: 32},
	{prefix: "dp.pt.", entity: serviceToken, set: alnum, min: 40},
	{prefix: "dp.st.", entity: serviceToken, set: alnum | dot | dash, min: 40},
	{prefix: "dt0c01.", entity: serviceToken, set: alnum | dot, min: 80},
	{prefix: "glc_", entity: serviceToken, set: base64, min: 32},
	{prefix: "glsa_", entity: serviceToken, set: word, min: 41},
	{prefix: "eyJrIjoi", entity: serviceToken, set: base64, min: 70},
	{prefix: "ntn_", entity: serviceToken, set: alnum, min: 40},
	{prefix: "secret_", entity: serviceToken, set: alnum, min: 43, max: 43},
	{prefix: "PMAK-", entity: serviceToken, set: hexLower | dash, min: 55},
	{prefix: "pnu_", entity: serviceToken, set: alnum, min: 36},
	{prefix: "rdme_", entity: serviceToken, set: lower | digit, min: 70},
	{prefix: "sntrys_", entity: serviceToken, set: base64 | underscore, min: 60},
	{prefix: "sntryu_", entity: serviceToken, set: hexLower, min: 64},
	{prefix: "NRAK-", entity: serviceToken, set: alnum, min: 27},
	{prefix: "NRJS-", entity: serviceToken, set: hexLower, min: 19},
	{prefix: "NRII-", entity: serviceToken, set: name, min: 32},
	{prefix: "phc_", entity: serviceToken, set: alnum, min: 40},
	{prefix: "phx_", entity: serviceToken, set: alnum, min: 40},
	{prefix: "tfp_", entity: serviceToken, set: name | dot | equals, min: 40},
	{prefix: "pat-na1-", entity: serviceToken, set: hexAny | dash, min: 36},
	{prefix: "pat-eu1-", entity: serviceToken, set: hexAny | dash, min: 36},
	{prefix: "p8e-", entity: serviceToken, set: alnum, min: 32},
	{prefix: "ico-", entity: serviceToken, set: alnum, min: 32},
	{prefix: "fio-u-", entity: serviceToken, set: name | equals, min: 64},
	{prefix: "s-s4t2ud-", entity: serviceToken, set: hexLower, min: 64},
	{prefix: "s-s4t2af-", entity: serviceToken, set: hexLower, min: 64},
	{prefix: "tk-us-", entity: serviceToken, set: name, min: 48},
	{prefix: "sm_aat_", entity: serviceToken, set: alnum, min: 16},
	{prefix: "sm_pat_", entity: serviceToken, set: alnum, min: 16},
	{prefix: "sm_sat_", entity: serviceToken, set: alnum, min: 16},
	{prefix: "API-", entity: serviceToken, set: upper | digit, min: 26, max: 26, loose: true},
	{prefix: "pat.", entity: serviceToken, set: name | dot, min: 60, loose: true},
	{prefix: "sat.", entity: serviceToken, set: name | dot, min: 60, loose: true},
	{prefix: "sl.", entity: serviceToken, set: name | equals, min: 130, loose: true},
	{prefix: "pk.eyJ", entity: serviceToken, set: name | dot, min: 60},
	{prefix: "sk.eyJ", entity: serviceToken, set: name | dot, min: 60},
	{prefix: "sdk-", entity: serviceToken, set: hexLower | dash, min: 36, loose: true},
	{prefix: "ATCTT3", entity: serviceToken, set: name | equals, min: 100},
	{prefix: "patr", entity: serviceToken, set: alnum | dot, min: 70, loose: true},
	{prefix: "dnkey-", entity: serviceToken, set: name | equals, min: 60},
	{prefix: "pubkey-", entity: mailKey, set: hexLower, min: 32, max: 32},
	{prefix: "access-sandbox-", entity: paymentKey, set: hexAny | dash, min: 36},
	{prefix: "access-production-", entity: paymentKey, set: hexAny | dash, min: 36},
	{prefix: "squ_", entity: serviceToken, set: name | equals, min: 40},
	{prefix: "sqp_", entity: serviceToken, set: name | equals, min: 40},
	{prefix: "sqa_", entity: serviceToken, set: name | equals, min: 40},
	{prefix: "bedrock-api-key-", entity: aiKey, set: base64, min: 28},
	{prefix: "t1.", entity: cloudKey, set: name | dot | equals, min: 86, loose: true},
	{prefix: "xau_", entity: serviceToken, set: alnum, min: 40},
	{prefix: "neo4j_", entity: serviceToken, set: alnum, min: 40, loose: true},

	// Addresses that are secrets.
	{prefix: "hooks.slack.com/services/", entity: webhook, set: alnum | slash, min: 24},
	{prefix: "hooks.slack.com/workflows/", entity: webhook, set: alnum | slash, min: 24},
	{prefix: "hooks.slack.com/triggers/", entity: webhook, set: alnum | slash, min: 24},
	{prefix: "discord.com/api/webhooks/", entity: webhook, set: name | slash, min: 60},
	{prefix: "discordapp.com/api/webhooks/", entity: webhook, set: name | slash, min: 60},
	{prefix: "webhook.office.com/webhookb2/", entity: webhook, set: name | slash | tilde, min: 80},
}

// byFirst are the rules by the first unit of their prefix, longer prefixes first where one begins with another. Rules of
// letters and digits are there in ROT13 as well: it costs nothing to look.
var byFirst = func() (t [256][]rule) {
	add := func(r rule) {
		b := t[r.prefix[0]]
		at := len(b)
		for at > 0 && len(b[at-1].prefix) < len(r.prefix) {
			at--
		}
		b = append(b, rule{})
		copy(b[at+1:], b[at:])
		r.run = setOf(r.set)
		r.head, r.mask = packed(r.prefix), ^uint64(0)>>(64-8*min(8, len(r.prefix)))
		b[at] = r
		t[r.prefix[0]] = b
	}
	for _, r := range rules {
		add(r)
		if r.set&letter == letter && r.entity != webhook && !r.loose && len(r.prefix) > 3 {
			turned := r
			turned.prefix = rot13(r.prefix)
			turned.loose = true
			add(turned)
		}
	}
	return t
}()

// byTwo are the same rules by the two units that their prefixes begin with.
var byTwo = func() (t [1 << twoBits][]*rule) {
	for first := range byFirst {
		for n := range byFirst[first] {
			r := &byFirst[first][n]
			k := two(r.head)
			t[k] = append(t[k], r)
		}
	}
	return t
}()

const twoBits = 10

// two is a number for the first two of eight units, which few others share.
func two(x uint64) uint64 { return x << 48 * 0x9e3779b97f4a7c15 >> (64 - twoBits) }

// rot13 turns letters by half the alphabet.
func rot13(s string) string {
	b := []byte(s)
	for n, c := range b {
		switch {
		case c >= 'a' && c <= 'z':
			b[n] = (c-'a'+13)%26 + 'a'
		case c >= 'A' && c <= 'Z':
			b[n] = (c-'A'+13)%26 + 'A'
		}
	}
	return string(b)
}

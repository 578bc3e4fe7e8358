//! The formats of keys: a prefix, and what comes after it.

use crate::class::{
    Class, ALNUM, BASE64, DASH, DIGIT, DOT, EQUALS, HEX_ANY, HEX_LOWER, LETTER, LOWER, NAME, SLASH, TILDE, UNDERSCORE,
    UPPER, WORD,
};
use crate::entity::Entity::{
    self, AiKey, ChatToken, CloudKey, ForgeToken, MailKey, PaymentKey, PrivateKey, RegistryToken, ServiceToken, Webhook,
};

/// A format that begins with a prefix: after it come at least `min` units of the class.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    pub prefix: &'static [u8],
    /// The prefix stands in ROT13.
    pub turned: bool,
    pub entity: Entity,
    pub set: Class,
    pub min: u8,
    /// 0: no more than `min` are required, and more may follow.
    pub max: u8,
    /// The prefix alone is weak, so that what follows must look random.
    pub loose: bool,
}

const fn rule(prefix: &'static str, entity: Entity, set: Class, min: u8) -> Rule {
    Rule { prefix: prefix.as_bytes(), turned: false, entity, set, min, max: 0, loose: false }
}

impl Rule {
    const fn most(self, max: u8) -> Rule {
        Rule { max, ..self }
    }

    const fn loose(self) -> Rule {
        Rule { loose: true, ..self }
    }

    /// The same in ROT13, if that is looked for: it costs nothing to look for letters and digits.
    pub const fn turned(self) -> Option<Rule> {
        if self.set & LETTER == LETTER && self.entity as u8 != Webhook as u8 && !self.loose && self.prefix.len() > 3 {
            return Some(Rule { turned: true, loose: true, ..self });
        }
        None
    }

    /// Unit n of the prefix as it stands in a text.
    pub const fn unit(&self, n: usize) -> u8 {
        if self.turned {
            return rot13(self.prefix[n]);
        }
        self.prefix[n]
    }

    /// The first eight units of the prefix, the first one lowest, and a mask of as many as there are.
    pub const fn head(&self) -> (u64, u64) {
        let (mut x, mut mask, mut n) = (0, 0, 0);
        while n < self.prefix.len() && n < 8 {
            x |= (self.unit(n) as u64) << (8 * n);
            mask |= 0xff << (8 * n);
            n += 1;
        }
        (x, mask)
    }
}

/// Turns a letter by half the alphabet.
pub const fn rot13(c: u8) -> u8 {
    match c {
        b'a'..=b'z' => (c - b'a' + 13) % 26 + b'a',
        b'A'..=b'Z' => (c - b'A' + 13) % 26 + b'A',
        _ => c,
    }
}

/// The formats of keys that vendors have documented, or that public scanners know.
pub const FORMATS: &[Rule] = &[
    // Clouds.
    rule("AKIA", CloudKey, UPPER | DIGIT, 16).most(16),
    rule("ASIA", CloudKey, UPPER | DIGIT, 16).most(16),
    rule("ABIA", CloudKey, UPPER | DIGIT, 16).most(16),
    rule("ACCA", CloudKey, UPPER | DIGIT, 16).most(16),
    rule("A3T", CloudKey, UPPER | DIGIT, 17).most(17).loose(),
    rule("ABSK", CloudKey, BASE64, 100),
    rule("LTAI", CloudKey, ALNUM, 12).loose(),
    rule("AKID", CloudKey, ALNUM, 32).loose(),
    rule("AIza", CloudKey, NAME, 35),
    rule("GOCSPX-", CloudKey, NAME, 28),
    rule("ya29.", CloudKey, NAME, 20),
    rule("1//0", CloudKey, NAME, 40),
    rule("dop_v1_", CloudKey, HEX_LOWER, 64),
    rule("doo_v1_", CloudKey, HEX_LOWER, 64),
    rule("dor_v1_", CloudKey, HEX_LOWER, 64),
    rule("HRKU-", CloudKey, NAME, 36),
    rule("fo1_", CloudKey, NAME, 43),
    rule("fm1r_", CloudKey, BASE64, 100),
    rule("fm1a_", CloudKey, BASE64, 100),
    rule("fm2_", CloudKey, BASE64, 100),
    rule("v1.0-", CloudKey, HEX_LOWER | DASH, 171),
    rule("AGE-SECRET-KEY-1", PrivateKey, UPPER | DIGIT, 58),
    rule("hvs.", CloudKey, NAME, 24),
    rule("hvb.", CloudKey, NAME, 90),
    rule("s.", CloudKey, ALNUM, 24).most(24).loose(),
    rule("hvr.", CloudKey, NAME, 24),
    rule("atlasv1.", CloudKey, NAME | EQUALS, 60),
    rule("ops_eyJ", ServiceToken, BASE64, 200),
    rule("A3-", ServiceToken, UPPER | DIGIT | DASH, 29).loose(),
    rule("pul-", CloudKey, HEX_LOWER, 40),
    rule("tskey-", CloudKey, NAME, 16).loose(),
    rule("nfp_", CloudKey, ALNUM, 36),
    rule("sbp_", CloudKey, HEX_LOWER, 40),
    rule("pscale_tkn_", CloudKey, NAME | DOT | EQUALS, 32),
    rule("pscale_oauth_", CloudKey, NAME | DOT | EQUALS, 32),
    rule("pscale_pw_", CloudKey, NAME | DOT | EQUALS, 32),
    rule("sha256~", CloudKey, NAME, 43),
    rule("4b1d", CloudKey, ALNUM, 38).most(38).loose(),
    rule("YC", CloudKey, NAME, 38).most(38).loose(),
    rule("AQVN", CloudKey, NAME, 35).most(38).loose(),
    // Forges.
    rule("ghp_", ForgeToken, ALNUM, 36),
    rule("gho_", ForgeToken, ALNUM, 36),
    rule("ghu_", ForgeToken, ALNUM, 36),
    rule("ghs_", ForgeToken, ALNUM, 36),
    rule("ghr_", ForgeToken, ALNUM, 36),
    rule("github_pat_", ForgeToken, WORD, 50),
    rule("glpat-", ForgeToken, NAME | DOT, 20),
    rule("gldt-", ForgeToken, NAME, 20),
    rule("glft-", ForgeToken, NAME, 20),
    rule("glsoat-", ForgeToken, NAME, 20),
    rule("glrt-", ForgeToken, NAME | DOT, 20),
    rule("glcbt-", ForgeToken, NAME, 20),
    rule("glptt-", ForgeToken, HEX_LOWER, 40),
    rule("glimt-", ForgeToken, NAME, 25),
    rule("glffct-", ForgeToken, NAME, 20),
    rule("glagent-", ForgeToken, NAME, 50),
    rule("gloas-", ForgeToken, NAME, 64),
    rule("GR1348941", ForgeToken, NAME, 20),
    rule("ATATT3", ForgeToken, NAME | EQUALS, 100),
    rule("ATBB", ForgeToken, ALNUM, 28).loose(),
    rule("sgp_", ForgeToken, WORD, 40),
    rule("lin_api_", ForgeToken, ALNUM, 40),
    rule("lin_oauth_", ForgeToken, ALNUM, 40),
    rule("figd_", ForgeToken, NAME, 36),
    // Chats.
    rule("xoxb-", ChatToken, ALNUM | DASH, 24),
    rule("xoxp-", ChatToken, ALNUM | DASH, 24),
    rule("xoxa-", ChatToken, ALNUM | DASH, 8),
    rule("xoxr-", ChatToken, ALNUM | DASH, 8),
    rule("xoxo-", ChatToken, ALNUM | DASH, 20),
    rule("xoxs-", ChatToken, ALNUM | DASH, 20),
    rule("xoxe-", ChatToken, ALNUM | DASH, 24),
    rule("xoxe.xox", ChatToken, ALNUM | DASH, 30),
    rule("xoxc-", ChatToken, ALNUM | DASH, 20),
    rule("xoxd-", ChatToken, ALNUM | DASH | TILDE, 20),
    rule("xapp-", ChatToken, ALNUM | DASH, 12),
    // Providers of models.
    rule("sk-ant-", AiKey, NAME, 24),
    rule("sk-proj-", AiKey, NAME, 20),
    rule("sk-svcacct-", AiKey, NAME, 20),
    rule("sk-admin-", AiKey, NAME, 20),
    rule("sk-or-v1-", AiKey, HEX_LOWER, 40),
    rule("sk-", AiKey, NAME, 20).loose(),
    rule("sess-", AiKey, ALNUM, 40).loose(),
    rule("hf_", AiKey, ALNUM, 30),
    rule("api_org_", AiKey, ALNUM, 34),
    rule("gsk_", AiKey, ALNUM, 40),
    rule("xai-", AiKey, ALNUM, 60),
    rule("pplx-", AiKey, ALNUM, 40),
    rule("r8_", AiKey, ALNUM, 36),
    rule("nvapi-", AiKey, NAME, 40),
    rule("lsv2_pt_", AiKey, WORD, 32),
    rule("lsv2_sk_", AiKey, WORD, 32),
    rule("csk-", AiKey, ALNUM, 40),
    rule("tgp_v1_", AiKey, NAME, 40),
    rule("fw_", AiKey, ALNUM, 22).loose(),
    rule("pcsk_", AiKey, WORD, 50),
    // Payments.
    rule("sk_live_", PaymentKey, ALNUM, 10),
    rule("sk_test_", PaymentKey, ALNUM, 10),
    rule("sk_prod_", PaymentKey, ALNUM, 10),
    rule("rk_live_", PaymentKey, ALNUM, 10),
    rule("rk_test_", PaymentKey, ALNUM, 10),
    rule("rk_prod_", PaymentKey, ALNUM, 10),
    rule("whsec_", PaymentKey, BASE64, 24),
    rule("sq0atp-", PaymentKey, NAME, 22),
    rule("sq0csp-", PaymentKey, NAME, 22),
    rule("EAAA", PaymentKey, NAME, 56).loose(),
    rule("FLWSECK_TEST-", PaymentKey, NAME, 12),
    rule("FLWPUBK_TEST-", PaymentKey, NAME, 32),
    rule("FLWSECK-", PaymentKey, NAME, 12),
    rule("access_token$production$", PaymentKey, ALNUM | TILDE, 16),
    rule("shippo_live_", PaymentKey, HEX_ANY, 40),
    rule("shippo_test_", PaymentKey, HEX_ANY, 40),
    rule("EZAK", PaymentKey, ALNUM, 54),
    rule("EZTK", PaymentKey, ALNUM, 54),
    rule("duffel_live_", PaymentKey, NAME | EQUALS, 43),
    rule("duffel_test_", PaymentKey, NAME | EQUALS, 43),
    rule("shpat_", PaymentKey, HEX_ANY, 32),
    rule("shpca_", PaymentKey, HEX_ANY, 32),
    rule("shppa_", PaymentKey, HEX_ANY, 32),
    rule("shpss_", PaymentKey, HEX_ANY, 32),
    // Mail and telephone.
    rule("SG.", MailKey, NAME | DOT | EQUALS, 60),
    rule("SK", MailKey, HEX_ANY, 32).most(32),
    rule("key-", MailKey, HEX_LOWER, 32).most(32),
    rule("xkeysib-", MailKey, ALNUM | DASH, 64),
    rule("xsmtpsib-", MailKey, ALNUM | DASH, 64),
    rule("re_", MailKey, WORD, 30).loose(),
    rule("EAAM", MailKey, ALNUM, 100),
    rule("EAAC", MailKey, ALNUM, 100),
    // Registries of packages.
    rule("npm_", RegistryToken, ALNUM, 36),
    rule("pypi-", RegistryToken, NAME, 50),
    rule("rubygems_", RegistryToken, HEX_LOWER, 48),
    rule("dckr_pat_", RegistryToken, NAME, 24),
    rule("dckr_oat_", RegistryToken, NAME, 24),
    rule("CLOJARS_", RegistryToken, ALNUM, 60),
    rule("AKCp", RegistryToken, ALNUM, 69),
    rule("cmVmd", RegistryToken, ALNUM, 59),
    rule("oy2", RegistryToken, LOWER | DIGIT, 43).most(43).loose(),
    // Services.
    rule("dapi", ServiceToken, HEX_LOWER, 32),
    rule("dp.pt.", ServiceToken, ALNUM, 40),
    rule("dp.st.", ServiceToken, ALNUM | DOT | DASH, 40),
    rule("dt0c01.", ServiceToken, ALNUM | DOT, 80),
    rule("glc_", ServiceToken, BASE64, 32),
    rule("glsa_", ServiceToken, WORD, 41),
    rule("eyJrIjoi", ServiceToken, BASE64, 70),
    rule("ntn_", ServiceToken, ALNUM, 40),
    rule("secret_", ServiceToken, ALNUM, 43).most(43),
    rule("PMAK-", ServiceToken, HEX_LOWER | DASH, 55),
    rule("pnu_", ServiceToken, ALNUM, 36),
    rule("rdme_", ServiceToken, LOWER | DIGIT, 70),
    rule("sntrys_", ServiceToken, BASE64 | UNDERSCORE, 60),
    rule("sntryu_", ServiceToken, HEX_LOWER, 64),
    rule("NRAK-", ServiceToken, ALNUM, 27),
    rule("NRJS-", ServiceToken, HEX_LOWER, 19),
    rule("NRII-", ServiceToken, NAME, 32),
    rule("phc_", ServiceToken, ALNUM, 40),
    rule("phx_", ServiceToken, ALNUM, 40),
    rule("tfp_", ServiceToken, NAME | DOT | EQUALS, 40),
    rule("pat-na1-", ServiceToken, HEX_ANY | DASH, 36),
    rule("pat-eu1-", ServiceToken, HEX_ANY | DASH, 36),
    rule("p8e-", ServiceToken, ALNUM, 32),
    rule("ico-", ServiceToken, ALNUM, 32),
    rule("fio-u-", ServiceToken, NAME | EQUALS, 64),
    rule("s-s4t2ud-", ServiceToken, HEX_LOWER, 64),
    rule("s-s4t2af-", ServiceToken, HEX_LOWER, 64),
    rule("tk-us-", ServiceToken, NAME, 48),
    rule("sm_aat_", ServiceToken, ALNUM, 16),
    rule("sm_pat_", ServiceToken, ALNUM, 16),
    rule("sm_sat_", ServiceToken, ALNUM, 16),
    rule("API-", ServiceToken, UPPER | DIGIT, 26).most(26).loose(),
    rule("pat.", ServiceToken, NAME | DOT, 60).loose(),
    rule("sat.", ServiceToken, NAME | DOT, 60).loose(),
    rule("sl.", ServiceToken, NAME | EQUALS, 130).loose(),
    rule("pk.eyJ", ServiceToken, NAME | DOT, 60),
    rule("sk.eyJ", ServiceToken, NAME | DOT, 60),
    rule("sdk-", ServiceToken, HEX_LOWER | DASH, 36).loose(),
    rule("ATCTT3", ServiceToken, NAME | EQUALS, 100),
    rule("patr", ServiceToken, ALNUM | DOT, 70).loose(),
    rule("dnkey-", ServiceToken, NAME | EQUALS, 60),
    rule("pubkey-", MailKey, HEX_LOWER, 32).most(32),
    rule("access-sandbox-", PaymentKey, HEX_ANY | DASH, 36),
    rule("access-production-", PaymentKey, HEX_ANY | DASH, 36),
    rule("squ_", ServiceToken, NAME | EQUALS, 40),
    rule("sqp_", ServiceToken, NAME | EQUALS, 40),
    rule("sqa_", ServiceToken, NAME | EQUALS, 40),
    rule("bedrock-api-key-", AiKey, BASE64, 28),
    rule("t1.", CloudKey, NAME | DOT | EQUALS, 86).loose(),
    rule("xau_", ServiceToken, ALNUM, 40),
    rule("neo4j_", ServiceToken, ALNUM, 40).loose(),
    // Addresses that are secrets.
    rule("hooks.slack.com/services/", Webhook, ALNUM | SLASH, 24),
    rule("hooks.slack.com/workflows/", Webhook, ALNUM | SLASH, 24),
    rule("hooks.slack.com/triggers/", Webhook, ALNUM | SLASH, 24),
    rule("discord.com/api/webhooks/", Webhook, NAME | SLASH, 60),
    rule("discordapp.com/api/webhooks/", Webhook, NAME | SLASH, 60),
    rule("webhook.office.com/webhookb2/", Webhook, NAME | SLASH | TILDE, 80),
];

use super::*;
use crate::encoded::tests::{base16, base64};
use crate::rules::{rot13, FORMATS};
use yett::testing::{Action, Conversation, Host, Message, Tool};

/// A text around a secret.
pub struct Sample {
    pub before: String,
    pub secret: String,
    pub after: &'static str,
    pub entity: &'static str,
}

impl Sample {
    pub fn text(&self) -> String {
        [&self.before, &self.secret[..], self.after].concat()
    }
}

/// Units that look random, the same ones in every run.
fn random(seed: &mut u32, set: class::Class, n: usize) -> String {
    let units: Vec<u8> = (0..128u8).filter(|c| c.is_ascii_alphanumeric() && class::is(*c, set)).collect();
    let next = |_| {
        *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        units[(*seed >> 16) as usize % units.len()] as char
    };
    (0..n).map(next).collect()
}

/// A secret of each format, and others as they are found in programs, logs and chats.
pub fn samples() -> Vec<Sample> {
    let (mut seed, mut out) = (7, Vec::new());
    for r in FORMATS {
        let n = if r.max == 0 { r.min.max(24) } else { r.min }.into();
        let secret = [std::str::from_utf8(r.prefix).unwrap(), &random(&mut seed, r.set, n)].concat();
        out.push(Sample { before: "I use ".into(), secret, after: " for it, is that safe?", entity: r.entity.name() });
    }
    let mut add = |entity, before: &str, secret: &str, after| {
        out.push(Sample { before: before.into(), secret: secret.into(), after, entity });
    };
    let jwt = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P";
    add("JWT", "I use ", jwt, " for it");
    let key = format!(
        "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----",
        "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n".repeat(4)
    );
    add("PRIVATE_KEY", "This:\n", &key, "\nIs it safe?");
    add("CLOUD_KEY", "our aws secret is ", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzq8Rv3xK1d", "\n");
    add("CLOUD_KEY", "the id abc8Q~", "x7Kq2mZt9Lw4Rb8Nc3Vd6Yf1Hj5Gp0Ss2U", "\n");
    add("CHAT_TOKEN", "bot 123456789:", "AAx7Kq2mZt9Lw4Rb8Nc3Vd6Yf1Hj5Gp0Ss2", " started");
    add("CHAT_TOKEN", "", "MTx7Kq2mZt9Lw4Rb8Nc3Vd6Y.f1Hj5G.p0Ss2Ua4x7Kq2mZt9Lw4Rb8Nc3Vd6Yf1", " it is");
    add("CONNECTION_PASSWORD", "DATABASE_URL=postgres://app:", "s3cr3tPa55", "@db.internal:5432/app");
    add("CONNECTION_PASSWORD", "redis://:", "x7Kq2mZt9Lw4", "@cache:6379/0");
    add("CONNECTION_PASSWORD", "curl -u admin:", "x7Kq2mZt9Lw4", " https://example.org");
    add("AUTH_HEADER", "Authorization: Bearer ", "x7Kq2mZt9Lw4Rb8Nc3Vd6Yf1Hj5", "\r\n");
    add("AUTH_HEADER", "authorization: Basic ", "YWRtaW46aHVudGVyMjI=", "\n");
    add("AUTH_HEADER", "with basic ", "dXNlcjpwdzE=", " it works");
    add("SECRET", "password = \"", "Tr0ub4dor&3", "\"");
    add("SECRET", "{\"user\": \"ann\", \"password\": \"", "hunter2!x", "\"}");
    add("SECRET", "DB_PASSWORD=", "pa55x7Kq2mZt", "\nDB_HOST=x");
    add("SECRET", "my password: ", "correct7Horse!", " and I can't log in");
    add("SECRET", "api_secret: str = '", "x7Kq2mZt9Lw4Rb8Nc3Vd6Yf1", "'");
    add("SECRET", "the access key: ", "x7Kq2mZt9Lw4Rb8Nc3Vd6Yf1", "\n");
    add("SECRET", "os.setenv(\"AUTH_TOKEN\", \"", "x7Kq2mZt9Lw4Rb8Nc3Vd6Yf1Hj5Gp0Ss", "\")");
    add("SECRET", ":secret_key => \"", "9f86d081884c7d659a2feaa0c55ad0159f86d081", "\"");
    out
}

/// Texts that look a bit like secrets, and hold none.
pub const CLEAN: [&str; 16] = [
    "My task-list has sk-learn and sk-image in it; see the ghp_ prefix of GitHub tokens and AKIA of Amazon's.",
    "commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 fixes it",
    "id 7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "password = getPassword(), token = self.tokens.next_token, max_tokens: 4096",
    "password: ${DB_PASSWORD}, secret_name: my-database-secret-01",
    "API key: see the docs. Basic authentication is simple, Bearer of bad news",
    "A file begins with -----BEGIN RSA PRIVATE KEY----- and ends with -----END RSA PRIVATE KEY-----.",
    "https://example.org:8080/path@home and http://localhost:3000/user@example.org",
    "mysql://root:<password>@host and postgres://user:${PASSWORD}@host/db",
    "aGVsbG8gd29ybGQsIHRoaXMgaXMgYSB0ZXh0",
    "func TestPasswordHashingIsConstantTime(t *testing.T) {}",
    "api_key = \"YOUR_API_KEY_HERE_1234\", password: ********",
    "curl -u user https://example.org; docker run -u 1000:1000 alpine",
    "MTA is the Metropolitan Transportation Authority. Many. NTFS.",
    "(\"token\", \"password\", \"secret\") a || b, ~5 cm",
    "Authorization: Bearer $TOKEN, x-request-id: 4f9a2c7b1d",
];

/// Masks a request with one text of the user's.
fn request(config: &str, text: &str) -> (String, yett::testing::Outcome) {
    let mut h = Host::<Secrets>::new(config);
    let mut c = Conversation::new(vec![Message::user(text)]);
    let got = h.request(&mut c);
    (c.messages[0].text(), got)
}

/// Streams pieces, and returns what is released.
fn stream(config: &str, kind: Kind, pieces: &[&str]) -> (String, yett::testing::Outcome) {
    let mut h = Host::<Secrets>::new(config);
    h.stream(&mut Conversation::default(), kind, 0).send_all(pieces)
}

fn each_char(text: &str) -> Vec<&str> {
    text.split_inclusive(|_| true).collect()
}

#[test]
fn secrets_of_all_formats_are_masked() {
    for s in samples() {
        let (text, got) = request("", &s.text());
        assert_eq!(text, [&s.before, "[", s.entity, "]", s.after].concat());
        assert_eq!((got.action, &got.tag[..]), (Action::Tag, "secrets=masked"));
    }
}

#[test]
fn clean_texts_stay() {
    for text in CLEAN {
        let (after, got) = request("", text);
        assert_eq!((&after[..], got.action), (text, Action::Continue));
        assert_eq!(stream("", Kind::Text, &each_char(text)).0, text);
    }
}

#[test]
fn streams_are_masked_wherever_they_are_cut() {
    for s in samples() {
        let text = s.text();
        for kind in [Kind::Text, Kind::Reasoning, Kind::ToolCall] {
            let want = stream("", kind, &[&text]).0;
            assert!(!want.contains(&s.secret));
            assert_eq!(stream("", kind, &each_char(&text)).0, want);
            for cut in (1..text.len()).step_by(1 + text.len() / 8) {
                assert_eq!(stream("", kind, &[&text[..cut], &text[cut..]]).0, want, "cut at {cut}");
            }
        }
    }
}

#[test]
fn blocked_streams_show_nothing_of_a_secret() {
    for s in samples() {
        let (released, got) = stream(r#"{"action": "block"}"#, Kind::Text, &each_char(&s.text()));
        assert_eq!((released, got.action), (s.before, Action::Block));
        assert_eq!(got.reason, format!("the answer holds a secret: {}", s.entity));
    }
}

#[test]
fn a_secret_without_end_is_swallowed() {
    let more = "x7Kq2mZt9Lw4Rb8Nc3Vd".repeat(50);
    for begin in ["ghp_", "eyJhbGciOiJIUzI1NiJ9.eyJ", "-----BEGIN PRIVATE KEY-----\n"] {
        let begin = format!("x {begin}");
        let mut pieces = vec![&begin[..]];
        pieces.extend([&more[..]; 40]);
        pieces.extend(["\0 and more ", "text"]);
        let got = stream("", Kind::Text, &pieces).0;
        assert!(got.starts_with("x [") && got.ends_with(" and more text") && got.len() < 40, "{got}");
    }
}

#[test]
fn disguises_are_seen_through() {
    let secret = "ghp_x7Kq2mZt9Lw4Rb8Nc3Vd6Yf1Hj5Gp0Ss2Ua4";
    let turned: String = secret.bytes().map(|c| rot13(c) as char).collect();
    for text in [
        each_char(secret).join("\u{200b}"),
        format!("ｇｈｐ＿{}", &secret[4..]),
        format!("ghр_{}", &secret[4..]),
        format!("\\u0067\\x68p_{}", &secret[4..]),
        base64(secret.as_bytes()),
        base64(format!("here it is: {secret}").as_bytes()),
        base16(secret.as_bytes()),
        turned,
        format!("first\\n{secret}"),
        format!("key_{secret}"),
    ] {
        let got = request("", &format!("see {text} here")).0;
        assert!(got.contains("[FORGE_TOKEN]") && !got.contains(&text[text.len() - 20..]), "{text}: {got}");
    }
}

#[test]
fn texts_of_all_kinds_are_masked() {
    let secret = "ghp_x7Kq2mZt9Lw4Rb8Nc3Vd6Yf1Hj5Gp0Ss2Ua4";
    let mut h = Host::<Secrets>::new("");
    let mut c = Conversation::new(vec![
        Message::system(&format!("use {secret}")),
        Message::tool_call("1", "push", &format!(r#"{{"token": "{secret}", "n": 1}}"#)),
        Message::tool_result("1", &format!("pushed with {secret}")),
        Message::user(&secret[..20]),
        Message::user(&secret[20..]),
    ]);
    c.tools = vec![Tool { name: "push".into(), description: Some(format!("uses {secret}")), schema: None }];
    assert_eq!(h.request(&mut c).action, Action::Tag);
    let texts: Vec<String> = c.messages.iter().map(|m| m.text()).collect();
    assert_eq!(
        texts,
        [
            "use [FORGE_TOKEN]",
            r#"{"token": "[FORGE_TOKEN]", "n": 1}"#,
            "pushed with [FORGE_TOKEN]",
            "[FORGE_TOKEN]",
            "[FORGE_TOKEN]"
        ]
    );
    assert_eq!(c.tools[0].description.as_deref(), Some("uses [FORGE_TOKEN]"));
}

#[test]
fn arguments_stay_json() {
    let text = r#"{"cmd": "export PASSWORD=\"hunter2x!\" \u0026\u0026 deploy", "n": 1}"#;
    let got = stream("", Kind::ToolCall, &each_char(text)).0;
    assert_eq!(got, r#"{"cmd": "export PASSWORD=\"[SECRET]\" \u0026\u0026 deploy", "n": 1}"#);
}

#[test]
fn the_configuration_chooses() {
    let secret = "npm_x7Kq2mZt9Lw4Rb8Nc3Vd6Yf1Hj5Gp0Ss2Ua4";
    let hashed = request(r#"{"action": "hash"}"#, secret).0;
    assert!(hashed.starts_with("[REGISTRY_TOKEN:") && hashed.len() == 25, "{hashed}");
    assert_eq!(request(r#"{"action": "hash"}"#, &format!("x {secret}")).0, format!("x {hashed}"));
    assert_ne!(request(r#"{"action": "hash", "salt": "acme"}"#, secret).0, hashed);

    let (text, got) = request(r#"{"action": "block", "status": 451}"#, secret);
    assert_eq!((&text[..], got.action, got.status), (secret, Action::Block, 451));
    assert_eq!(got.reason, "the request holds a secret: REGISTRY_TOKEN");

    for config in [
        r#"{"allow": ["npm_x7Kq*"]}"#,
        r#"{"allow": ["npm_x7Kq2mZt9Lw4Rb8Nc3Vd6Yf1Hj5Gp0Ss2Ua4"]}"#,
        r#"{"direction": "answer"}"#,
        r#"{"entities": ["JWT"]}"#,
    ] {
        assert_eq!(request(config, secret).0, secret, "{config}");
    }
    assert_eq!(stream(r#"{"direction": "request"}"#, Kind::Text, &[secret]).0, secret);
    assert_eq!(request(r#"{"allow": ["npm_x7Kq"], "entities": ["REGISTRY_TOKEN"]}"#, secret).0, "[REGISTRY_TOKEN]");
}

#[test]
fn bad_configurations_are_refused() {
    for (config, reason) in [
        (r#"{"action": "burn"}"#, r#"action is "mask", "hash" or "block""#),
        (r#"{"direction": "up"}"#, r#"direction is "request", "answer" or "both""#),
        (r#"{"entities": ["CAT"]}"#, "entities has CAT, which isn't one"),
        (r#"{"allow": ["*"]}"#, "allow has an entry that allows everything"),
    ] {
        assert_eq!(Host::<Secrets>::try_new(config).err().as_deref(), Some(reason));
    }
}

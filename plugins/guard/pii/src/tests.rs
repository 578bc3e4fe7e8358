use super::*;
use crate::pass::{Set, Triggers};
use yett::testing::{Action, Conversation, Host, Message, Outcome, Tool};

/// A text with what it becomes.
struct Masked {
    name: String,
    text: String,
    want: String,
}

/// The texts of testdata/masked.json, which the tests of the built module read too.
fn masked() -> Vec<Masked> {
    let all = Value::parse(concat!("{\"all\": ", include_str!("../testdata/masked.json"), "}").as_bytes()).unwrap();
    let all = all.list("all");
    assert!(!all.is_empty());
    let text = |v: &Value, name: &str| v.get(name).as_str().unwrap().to_string();
    all.iter().map(|v| Masked { name: text(v, "name"), text: text(v, "text"), want: text(v, "want") }).collect()
}

fn stream(h: &mut Host<Guard>, kind: Kind, pieces: &[&str]) -> (String, Outcome) {
    h.stream(&mut Conversation::new(vec![]), kind, 7).send_all(pieces)
}

/// Single characters.
fn letters(text: &str) -> Vec<&str> {
    text.split("").filter(|s| !s.is_empty()).collect()
}

/// Places between characters.
fn places(text: &str) -> impl Iterator<Item = usize> + '_ {
    (0..=text.len()).filter(|n| text.is_char_boundary(*n))
}

#[test]
fn masks_requests() {
    let mut h = Host::<Guard>::new("");
    for m in masked() {
        let mut c = Conversation::new(vec![Message::system("be nice"), Message::user(&m.text)]);
        let got = h.request(&mut c);
        assert_eq!(c.messages[1].text(), m.want, "{}", m.name);
        let action = if m.text == m.want { Action::Continue } else { Action::Edited };
        assert_eq!(got.action, action, "{}", m.name);
    }
}

#[test]
fn blocks_requests() {
    let mut h = Host::<Guard>::new(r#"{"action": "block", "status": 451}"#);
    for m in masked() {
        let got = h.request(&mut Conversation::new(vec![Message::user(&m.text)]));
        assert_eq!(got.is_block(), m.text != m.want, "{}", m.name);
        if got.is_block() {
            assert_eq!(got.status, 451);
            assert!(got.reason.starts_with("the request holds personal data ("), "{}", got.reason);
        }
    }
}

/// Cuts each text in two everywhere, and into single characters: what a reader sees is what masking the whole would have
/// made, and with block nothing of a match was released.
#[test]
fn streams_cut_anywhere() {
    let mut mask = Host::<Guard>::new("");
    let mut block = Host::<Guard>::new(r#"{"action": "block"}"#);
    for m in masked() {
        let text = format!("Well, {} and so on", m.text);
        let want = format!("Well, {} and so on", m.want);
        let clean = want.bytes().zip(text.bytes()).take_while(|(a, b)| a == b).count();
        let mut cuts: Vec<Vec<&str>> = places(&text).map(|n| vec![&text[..n], &text[n..]]).collect();
        cuts.push(letters(&text));
        for pieces in cuts {
            assert_eq!(stream(&mut mask, Kind::Text, &pieces).0, want, "{pieces:?}");
            let (got, last) = stream(&mut block, Kind::Text, &pieces);
            assert_eq!(last.is_block(), m.text != m.want, "{pieces:?}");
            if last.is_block() {
                assert!(got.len() <= clean, "{pieces:?} released {got:?}");
            } else {
                assert_eq!(got, text);
            }
        }
    }
}

/// Cuts texts that are put together by chance, some as arguments of tool calls.
#[test]
fn streams_cut_by_chance() {
    let mut h = Host::<Guard>::new("");
    let parts: Vec<String> = masked().into_iter().map(|m| m.text).collect();
    let more = [" ", ".", "1", "@", ":", "+1", "\"", "\\u0040", "\\n", "é", "\u{200b}", "１", "x"];
    let mut seed: usize = 1;
    let mut chance = |n: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005_u64 as usize).wrapping_add(1_442_695_041);
        (seed >> 16) % n
    };
    for _ in 0..3000 {
        let mut text = String::new();
        for _ in 0..=chance(4) {
            match chance(2) {
                0 => text.push_str(&parts[chance(parts.len())]),
                _ => text.push_str(more[chance(more.len())]),
            }
        }
        let kind = if chance(2) == 0 { Kind::Text } else { Kind::ToolCall };
        let all: Vec<usize> = places(&text).collect();
        let (a, b) = (all[chance(all.len())], all[chance(all.len())]);
        let (a, b) = (a.min(b), a.max(b));
        let whole = stream(&mut h, kind, &[&text]).0;
        let got = stream(&mut h, kind, &[&text[..a], &text[a..b], &text[b..]]).0;
        assert_eq!(got, whole, "{text:?} cut at {a} and {b}");
    }
}

#[test]
fn holds_only_what_could_begin_a_match() {
    let mut h = Host::<Guard>::new("");
    let mut c = Conversation::new(vec![]);
    let mut s = h.stream(&mut c, Kind::Text, 0);
    for (piece, want) in [
        ("Hello, ", "Hello, "),
        ("wor", ""),
        ("ld\n", "world\n"),
        ("I have 3 ", "I have "),
        ("apples. ", "3 apples. "),
        ("日本語です", "日本語です"),
    ] {
        assert_eq!(s.send(piece).0, want, "{piece}");
    }
    assert_eq!(s.end().0, "");
}

#[test]
fn looks_for_chosen_entities_only() {
    let mut h = Host::<Guard>::new(r#"{"entities": ["CREDIT_CARD"]}"#);
    let mut c = Conversation::new(vec![Message::user("joe@x.com 4111111111111111")]);
    h.request(&mut c);
    assert_eq!(c.messages[0].text(), "joe@x.com [CREDIT_CARD]");
    assert_eq!(h.stream(&mut c, Kind::Text, 0).send("no word is held").0, "no word is held");
}

#[test]
fn looks_everywhere() {
    let mut h = Host::<Guard>::new("");
    let arguments = r#"{"to":"joe@x.com","card":4111111111111111,"t":"a\njoe@x.com","u":"joe\u0040x.com"}"#;
    let mut c = Conversation::new(vec![
        Message::tool_call("1", "mail", arguments),
        Message::tool_result("1", "sent to joe@x.com"),
    ]);
    c.tools.push(Tool { name: "mail".into(), description: Some("Ask joe@x.com.".into()), schema: None });
    h.request(&mut c);
    let want = r#"{"to":"[EMAIL_ADDRESS]","card":"[CREDIT_CARD]","t":"a\n[EMAIL_ADDRESS]","u":"[EMAIL_ADDRESS]"}"#;
    assert_eq!(c.messages[0].text(), want);
    assert_eq!(c.messages[1].text(), "sent to [EMAIL_ADDRESS]");
    assert_eq!(c.tools[0].description.as_deref(), Some("Ask [EMAIL_ADDRESS]."));

    let mut a = Conversation::new(vec![]);
    a.answers = vec![Message::assistant("joe@x.com"), Message::tool_call("1", "f", r#"{"n":4111111111111111}"#)];
    h.response(&mut a);
    assert_eq!(a.answers[0].text(), "[EMAIL_ADDRESS]");
    assert_eq!(a.answers[1].text(), r#"{"n":"[CREDIT_CARD]"}"#);
}

/// Cuts arguments everywhere, escapes included: they stay JSON, and nothing of a match leaves.
#[test]
fn tool_calls_cut_anywhere() {
    let mut h = Host::<Guard>::new("");
    let text = r#"{"a":"x\"joe@x.com\\","n":4111111111111111,"u":"\u006aoe\u0040x\u002ecom","m":"1\n2"}"#;
    let want = r#"{"a":"x\"[EMAIL_ADDRESS]\\","n":"[CREDIT_CARD]","u":"[EMAIL_ADDRESS]","m":"1\n2"}"#;
    for n in 0..=text.len() {
        assert_eq!(stream(&mut h, Kind::ToolCall, &[&text[..n], &text[n..]]).0, want, "cut at {n}");
    }
    assert_eq!(stream(&mut h, Kind::ToolCall, &letters(text)).0, want);
}

#[test]
fn restores() {
    let mut h = Host::<Guard>::new(r#"{"restore": true}"#);
    let mut c = Conversation::new(vec![Message::user("I am joe@x.com, not ann@y.org; joe@x.com.")]);
    h.request(&mut c);
    assert_eq!(c.messages[0].text(), "I am [EMAIL_ADDRESS_1], not [EMAIL_ADDRESS_2]; [EMAIL_ADDRESS_1].");

    let answer = "Hi [EMAIL_ADDRESS_1]! [EMAIL_ADDRESS_3] [EMAIL_ADDRESS_2] and eve@z.net";
    c.answers = vec![Message::assistant(answer)];
    h.response(&mut c);
    assert_eq!(c.answers[0].text(), "Hi joe@x.com! [EMAIL_ADDRESS_3] ann@y.org and [EMAIL_ADDRESS]");

    let text = "Hi [EMAIL_ADDRESS_1], [not] [EMAIL [EMAIL_ADDRESS_2]! eve@z.net";
    let want = "Hi joe@x.com, [not] [EMAIL ann@y.org! [EMAIL_ADDRESS]";
    for n in 0..=text.len() {
        assert_eq!(h.stream(&mut c, Kind::Text, 0).send_all(&[&text[..n], &text[n..]]).0, want, "cut at {n}");
    }
    let arguments = r#"{"to":"[EMAIL_ADDRESS_1]","n":1}"#;
    for n in 0..=arguments.len() {
        let (got, _) = h.stream(&mut c, Kind::ToolCall, n as u32).send_all(&[&arguments[..n], &arguments[n..]]);
        assert_eq!(got, r#"{"to":"joe@x.com","n":1}"#, "cut at {n}");
    }
    let (got, _) = h.stream(&mut c, Kind::Text, 0).send_all(&letters(text));
    assert_eq!(got, want, "after tool calls kept their state beside the originals");

    let mut fresh = Conversation::new(vec![]);
    fresh.answers = vec![Message::assistant("Hi [EMAIL_ADDRESS_1]!")];
    h.response(&mut fresh);
    assert_eq!(fresh.answers[0].text(), "Hi [EMAIL_ADDRESS_1]!", "another request's originals stay there");
}

#[test]
fn hashes() {
    let mut h = Host::<Guard>::new(r#"{"action": "hash", "key": "0123456789abcdef"}"#);
    let texts = ["joe@x.com", "joe@x.com", "ann@x.com"];
    let mut c = Conversation::new(texts.iter().map(|t| Message::user(t)).collect());
    h.request(&mut c);
    let got: Vec<String> = c.messages.iter().map(Message::text).collect();
    let sum = got[0].strip_prefix("[EMAIL_ADDRESS:").and_then(|s| s.strip_suffix(']')).unwrap();
    assert!(sum.len() == 16 && sum.bytes().all(|c| c.is_ascii_digit() || (b'a'..=b'f').contains(&c)), "{sum}");
    assert_eq!(got[0], got[1]);
    assert_ne!(got[0], got[2]);
}

/// SipHash's own test vector: key 00…0f, message 00…0e.
#[test]
fn siphash_is_siphash() {
    let message: Vec<u8> = (0..15).collect();
    let got = hash::siphash([0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908], &message);
    assert_eq!(got, 0xa129_ca61_49be_45e5);
}

#[test]
fn refuses_configurations() {
    for (config, why) in [
        (r#"{"action": "burn"}"#, "action is burn; it may be mask, block or hash"),
        (r#"{"status": 200}"#, "status must be 400 to 599"),
        (r#"{"entities": ["SHOE_SIZE"]}"#, "there is no entity SHOE_SIZE"),
        (r#"{"action": "hash"}"#, "action = \"hash\" needs a key of at least 16 characters"),
        (r#"{"action": "hash", "key": "short"}"#, "action = \"hash\" needs a key of at least 16 characters"),
        (r#"{"action": "block", "restore": true}"#, "restore needs action = \"mask\""),
    ] {
        let got = Host::<Guard>::try_new(config).err().unwrap();
        assert!(got.starts_with(why), "{config}: {got}");
    }
}

#[test]
fn spares_what_is_off() {
    for (config, request, answer) in [
        ("{}", false, false),
        (r#"{"requests": false}"#, true, false),
        (r#"{"answers": false}"#, false, true),
        (r#"{"answers": false, "restore": true}"#, false, false),
        (r#"{"answers": false, "requests": false, "restore": true}"#, true, true),
    ] {
        let spared = Host::<Guard>::new(config).plugin().spare();
        let got = [Hook::OnRequest, Hook::OnResponse, Hook::OnDelta].map(|h| spared.has(h));
        assert_eq!(got, [request, answer, answer], "{config}");
    }
}

/// A vault keeps what it has room for, reads its bytes back, and takes no others.
#[test]
fn vaults_are_bounded() {
    let mut v = Vault::default();
    for n in 0..600 {
        let number = v.add(Entity::Email, format!("{n}@x.com").as_bytes());
        assert_eq!(number, if n < 512 { n + 1 } else { 0 });
    }
    assert_eq!(v.add(Entity::Email, b"7@x.com"), 8);
    let mut read = Vault::default();
    read.load(&v.bytes);
    assert_eq!(read.value(7), b"7@x.com");
    assert_eq!(read.add(Entity::Email, b"11@x.com"), 12);
    for bad in [&v.bytes[..v.bytes.len() - 1], &[9, 0, 1, 0, 0], &[0, 0, 1, 0, 9]] {
        read.load(bad);
        assert!(read.is_empty(), "{bad:?}");
    }
    let mut full = Vault::default();
    assert_eq!(full.add(Entity::Iban, &[b'1'; 48 << 10]), 0);
}

/// The set's tables tell its bytes from all others, at every place of a text.
#[test]
fn sets_are_exact() {
    let set = Set::NONE.with(b'0').with(b'9').with(b':').with(b'@').with(b'\\').with(b'[').with(0xd9).with(0xf0);
    let members: Vec<u8> = (0..=255).filter(|c| set.has(*c)).collect();
    assert_eq!(members, [b'0', b'9', b':', b'@', b'[', b'\\', 0xd9, 0xf0]);
    for c in 0..=255 {
        assert_eq!(pass::letters(&[c], 0), u64::from(c.is_ascii_alphabetic()), "{c}");
    }
    for len in 0..200 {
        for at in 0..len {
            let mut text = vec![b'a'; len];
            text[at] = b'@';
            assert_eq!(set.first(&text, 0), at);
            assert_eq!(set.first(&text, at + 1), len);
            assert_eq!(set.mask(&text, 0), if at < 64 { 1 << at } else { 0 });
        }
    }
}

/// Every character that is read as a trigger stops the first pass, and no other.
#[test]
fn clean_texts_hold_no_trigger() {
    let triggers = Triggers::new(b"0123456789+(@:");
    for c in '\u{1}'..=char::MAX {
        let mut room = [0; 4];
        let text = c.encode_utf8(&mut room).as_bytes();
        let (u, size) = fold::unit(text, false).unwrap();
        assert_eq!(size, text.len(), "{c:?}");
        let stops = b"0123456789+(@:".contains(&u);
        assert_eq!(triggers.clean(text, false), if stops { 0 } else { text.len() }, "{c:?}");
    }
    assert_eq!(triggers.clean(br"a\n", false), 3);
    assert_eq!(triggers.clean(br"a\n", true), 1);
}

use super::*;
use crate::compile::compile;
use crate::settings::MAX_CONFIGURED;

fn schema(s: &str, lenient: bool) -> Schema {
    match compile(s.as_bytes(), lenient, MAX_CONFIGURED).0 {
        Ok(s) => s,
        Err(fault) => panic!("{s}: {fault:?}"),
    }
}

fn value(s: &str) -> Doc {
    let mut d = Doc { src: s.as_bytes().to_vec(), most: 100_000, ..Doc::default() };
    d.read().unwrap_or_else(|bad| panic!("{s}: {bad:?}"));
    d
}

fn fits(schema: &Schema, v: &str) -> bool {
    let mut c = Checker { left: 1 << 40, ..Checker::default() };
    c.fits(schema, &value(v))
}

/// A schema as structured outputs have them.
const INVOICE: &str = r##"{
  "type": "object", "additionalProperties": false, "required": ["number", "lines", "due"],
  "properties": {
    "number": {"type": "string", "pattern": "^[A-Z]{2}-\\d{4,}$"},
    "due": {"type": ["string", "null"], "format": "date"},
    "currency": {"enum": ["EUR", "USD"]},
    "notes": {"type": "object", "additionalProperties": {"type": "string", "maxLength": 3}},
    "lines": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/line"}},
    "tree": {"$ref": "#/$defs/node"}
  },
  "$defs": {
    "line": {"type": "object", "required": ["text", "price"], "properties": {"text": {"type": "string", "minLength": 1}, "price": {"type": "number", "exclusiveMinimum": 0, "multipleOf": 0.01}}},
    "node": {"anyOf": [{"type": "null"}, {"type": "object", "required": ["left"], "properties": {"left": {"$ref": "#/$defs/node"}}}]}
  }
}"##;

#[test]
fn faults_say_where() {
    let s = schema(INVOICE, false);
    let mut c = Checker { left: 1 << 40, ..Checker::default() };
    let cases = [
        (
            r#"{"number": "AB-1234", "due": null, "lines": [{"text": "x", "price": 1.10}], "tree": {"left": {"left": null}}}"#,
            ["", "", ""],
        ),
        ("[]", ["", "type", ""]),
        (r#"{"number": "AB-1234", "lines": [{"text": "x", "price": 1}]}"#, ["", "required", "due"]),
        (
            r#"{"number": "AB-1234", "due": null, "lines": [{"text": "x", "price": 1}, {"text": "x"}]}"#,
            ["/lines/1", "required", "price"],
        ),
        (r#"{"number": "secret"}"#, ["/number", "pattern", ""]),
        (r#"{"currency": "secret"}"#, ["/currency", "enum", ""]),
        (r#"{"secret": 1}"#, ["/*", "additionalProperties", ""]),
        (r#"{"notes": {"secret": "four"}}"#, ["/notes/*", "maxLength", ""]),
        (r#"{"lines": []}"#, ["/lines", "minItems", ""]),
        (r#"{"lines": [{"text": "x", "price": 1.001}]}"#, ["/lines/0/price", "multipleOf", ""]),
        (r#"{"lines": [{"text": "x", "price": 0}]}"#, ["/lines/0/price", "exclusiveMinimum", ""]),
        (r#"{"tree": {"left": {"left": 1}}}"#, ["/tree", "anyOf", ""]),
    ];
    for (v, [pointer, rule, missing]) in cases {
        assert_eq!(c.fits(&s, &value(v)), rule.is_empty(), "{v}");
        assert_eq!(c.fault, Fault { pointer: pointer.into(), rule, missing: missing.into() }, "{v}");
    }
}

/// Neither compiling nor checking recurses as deep as a schema's references are long.
#[test]
fn long_ways() {
    let mut s = String::from(r##"{"$ref": "#/$defs/d0", "$defs": {"##);
    for n in 0..1500 {
        s += &format!(r##""d{n}": {{"items": {{"$ref": "#/$defs/d{}"}}}},"##, n + 1);
    }
    let s = schema(&(s + r#""d1500": {}}}"#), false);
    let nested = |n| value(&("[".repeat(n) + &"]".repeat(n)));
    let mut c = Checker { left: 1 << 40, ..Checker::default() };
    assert!(c.fits(&s, &nested(100)));
    assert!(!c.fits(&s, &nested(127)), "deeper than a check goes");
    assert_eq!(c.fault.rule, SPENT);
}

/// What multiplies by itself ends, and doesn't pass.
#[test]
fn bounds() {
    let s = schema(
        r##"{"$defs": {"x": {"not": {"allOf": [{"not": {"$ref": "#/$defs/y"}}, {"$ref": "#/$defs/y"}]}}, "y": {"items": {"allOf": [{"$ref": "#/$defs/x"}, {"$ref": "#/$defs/x"}]}}}, "$ref": "#/$defs/x"}"##,
        false,
    );
    let mut c = Checker { left: 200_000, ..Checker::default() };
    assert!(!c.fits(&s, &value(&("[".repeat(30) + &"]".repeat(30)))));
    assert_eq!(c.fault.rule, SPENT);
    assert!(c.left > -100);

    let s = schema(r#"{"pattern": "^(([a-z])+.)+[A-Z]([a-z])+$"}"#, false);
    c.left = 200_000;
    assert!(!c.fits(&s, &value(&format!("\"{}\"", "a".repeat(10_000)))));
    assert_eq!(c.fault.rule, "pattern", "linear where others take for ever");

    let s = schema(r#"{"uniqueItems": true}"#, false);
    let list: String = (0..30_000).map(|n| format!("{n},")).collect();
    c.left = 200_000;
    assert!(c.fits(&s, &value(&format!("[{list}-1]"))));
    assert!(!c.fits(&s, &value(&format!("[{list}17.0]"))));
    assert_eq!(c.fault.rule, "uniqueItems");
}

/// Values of which one is large and written in another order are the same.
#[test]
fn large_objects_in_another_order() {
    let members = |order: &mut dyn Iterator<Item = usize>| {
        let all: Vec<String> = order.map(|n| format!("\"m{n}\": [{n}, {{\"a\": 1, \"b\": {n}}}]")).collect();
        format!("{{{}}}", all.join(","))
    };
    for size in [1, 2, 7, 8, 9, 40, 5_000] {
        let (up, down) = (members(&mut (0..size)), members(&mut (0..size).rev()));
        let s = schema(r#"{"uniqueItems": true}"#, false);
        assert!(!fits(&s, &format!("[{up},{down}]")), "{size}");
        assert!(fits(&s, &format!("[{up},{}]", down.replacen("\"b\": 0}", "\"b\": -1}", 1))), "{size}");
        assert!(fits(&s, &format!("[{up},{}]", down.replacen("\"m0\"", "\"n0\"", 1))), "{size}");
        let many = format!("[1,2,3,4,5,6,7,8,9,{up},{down}]");
        assert!(!fits(&s, &many), "{size}");
    }
}

#[test]
fn lenient() {
    let s = schema(
        r#"{"type": "object", "patternProperties": {"^(?!x)": {"type": "string"}}, "additionalProperties": false, "properties": {"a": {"pattern": "(?=b)", "type": "string", "multipleOf": 1.0000000000000000001}}, "unevaluatedProperties": false}"#,
        true,
    );
    for (v, want) in [(r#"{"a": "c"}"#, true), (r#"{"z": 1}"#, true), (r#"{"a": 1}"#, false), ("[]", false)] {
        assert_eq!(fits(&s, v), want, "{v}");
    }
    assert!(compile(br#"{"type": "text"}"#, true, MAX_CONFIGURED).0.is_err(), "a fault is one all the same");
}

/// What earlier drafts and OpenAPI write otherwise.
#[test]
fn older_drafts() {
    let cases = [
        (r#"{"items": [{"type": "string"}], "additionalItems": {"type": "null"}}"#, r#"["a", null]"#, true),
        (r#"{"items": [{"type": "string"}], "additionalItems": {"type": "null"}}"#, r#"["a", 1]"#, false),
        (r#"{"items": {"type": "string"}, "additionalItems": false}"#, r#"["a", "b"]"#, true),
        (r##"{"definitions": {"a": {"const": 1}}, "$ref": "#/definitions/a"}"##, "1", true),
        (r#"{"dependencies": {"a": ["b"], "c": {"required": ["d"]}}}"#, r#"{"a": 1}"#, false),
        (r#"{"dependencies": {"a": ["b"], "c": {"required": ["d"]}}}"#, r#"{"a": 1, "b": 1, "c": 1, "d": 1}"#, true),
        (r#"{"type": "string", "nullable": true}"#, "null", true),
        (r#"{"type": "string", "nullable": false}"#, "null", false),
        (r##"{"$ref": "#/x/a%20b~1c/0", "x": {"a b/c": [{"const": 1}]}}"##, "1", true),
        (
            r#"{"$id": "https://example.com/s", "$schema": "https://json-schema.org/draft/2020-12/schema", "x-mine": 1, "format": "email"}"#,
            r#""no address""#,
            true,
        ),
    ];
    for (s, v, want) in cases {
        assert_eq!(fits(&schema(s, false), v), want, "{s} {v}");
    }
}

/// Members are joined whatever the order in which a schema speaks of them, and found among many.
#[test]
fn members_of_schemas() {
    let names: Vec<String> = (0..50).map(|n| format!("\"m{n}\"")).collect();
    let said: Vec<String> = names.iter().rev().map(|n| format!("{n}: {{\"type\": \"integer\"}}")).collect();
    let (required, properties) = (names.join(","), said.join(","));
    let full = said.join(",").replace("{\"type\": \"integer\"}", "1");
    for s in [
        format!(
            "{{\"required\": [{required},\"m7\"], \"properties\": {{{properties}}}, \"additionalProperties\": false}}"
        ),
        format!("{{\"properties\": {{{properties}}}, \"additionalProperties\": false, \"required\": [{required}]}}"),
    ] {
        let s = schema(&s, false);
        assert!(fits(&s, &format!("{{{full}}}")));
        assert!(!fits(&s, &format!("{{{}}}", full.replace("\"m31\": 1", "\"m31\": true"))));
        assert!(!fits(&s, &format!("{{{full}, \"m50\": 1}}")));
        let mut c = Checker { left: 1 << 40, ..Checker::default() };
        assert!(!c.fits(&s, &value(&format!("{{{}}}", full.replace("\"m31\": 1,", "")))));
        assert_eq!((c.fault.rule, &c.fault.missing[..]), ("required", &b"m31"[..]));
    }
}

/// Counts what a thread allocates.
struct Counting;

std::thread_local! {
    static ALLOCATIONS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

// SAFETY: all is done by the system's allocator; beside it a number is changed.
unsafe impl std::alloc::GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: std::alloc::Layout) -> *mut u8 {
        ALLOCATIONS.with(|n| n.set(n.get() + 1));
        unsafe { std::alloc::System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: std::alloc::Layout) {
        unsafe { std::alloc::System.dealloc(at, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Once buffers have grown and patterns are known, reading and checking allocate nothing.
#[test]
fn checks_do_not_allocate() {
    let s = schema(INVOICE, false);
    let (mut c, mut d) = (Checker { left: 1 << 40, ..Checker::default() }, Doc::default());
    let members: Vec<String> = (0..20).map(|n| format!("\"m{n}\": \"é\"")).collect();
    let text = format!(
        r#"{{"number": "AB-1234", "due": "2026\u002d01", "lines": [{{"text": "x", "price": 1.10}}, {{"text": "y", "price": 2e0}}], "tree": {{"left": {{"left": null}}}}, "notes": {{{}}}}}"#,
        members.join(",")
    );
    let mut once = || {
        d.src.clear();
        d.src.extend_from_slice(text.as_bytes());
        d.most = 100_000;
        assert_eq!(d.read(), Ok(()));
        assert!(c.fits(&s, &d), "{:?}", c.fault);
    };
    once();
    let before = ALLOCATIONS.with(std::cell::Cell::get);
    assert!(before > 0);
    for _ in 0..100 {
        once();
    }
    assert_eq!(ALLOCATIONS.with(std::cell::Cell::get), before);
}

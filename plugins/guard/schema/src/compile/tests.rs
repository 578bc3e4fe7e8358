use super::*;
use crate::settings::MAX_CONFIGURED;

#[test]
fn refused_schemas() {
    let deep = r#"{"not":"#.repeat(80) + "true" + &"}".repeat(80);
    let many = format!(r#"{{"allOf": [{}{{}}]}}"#, "{},".repeat(30_000));
    let cases = [
        (r#"{"type": }"#, "no JSON at byte 9"),
        (r#"{"properties": {"a": 1}}"#, "/properties/a: a schema is an object"),
        (r#"{"items": {"type": "text"}}"#, "/items/type: there is no such type"),
        (r#"{"properties": {"a/b": {"minLength": -1}}}"#, "/properties/a~1b/minLength: it isn't a whole number"),
        (r#"{"$ref": "https://example.com/x"}"#, "/$ref: it may point into this schema only"),
        (r##"{"$ref": "#/$defs/x"}"##, "/$ref: it points at nothing"),
        (r##"{"$ref": "#"}"##, "leads back to itself"),
        (
            r##"{"anyOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": {"allOf": [{"$ref": "#/$defs/b"}]}, "b": {"not": {"$ref": "#/$defs/a"}}}}"##,
            "leads back to itself",
        ),
        (r##"{"properties": {"a": {"$ref": "#/properties/a"}}}"##, "leads back to itself"),
        (r#"{"pattern": "^(?=a)"}"#, "/pattern: this plugin knows patterns without look-around"),
        (r#"{"patternProperties": {"[": true}}"#, "isn't a regular expression"),
        (r#"{"pattern": "(a{1000}){1000}"}"#, "more than 2,000 steps"),
        (r#"{"unevaluatedProperties": false}"#, "/unevaluatedProperties: this plugin can't check it"),
        (r#"{"multipleOf": 0}"#, "/multipleOf: it isn't above 0"),
        (r#"{"multipleOf": -0.5}"#, "/multipleOf: it isn't above 0"),
        (r#"{"$defs": {"x": {"minimum": "1"}}}"#, "/$defs/x/minimum: it isn't a number"),
        (r##"{"$ref": "#/x", "x": {"enum": 1}}"##, "/x/enum: it isn't a list"),
        (&deep, "more than 64 schemas"),
        (&many, "it is too large"),
    ];
    for (s, want) in cases {
        let fault = compile(s.as_bytes(), false, MAX_CONFIGURED).0.unwrap_err();
        assert!(fault.text().contains(want), "{s:.80}: {fault:?}");
    }
}

#[test]
fn what_is_left() {
    let (s, left) = compile(br#"{"type": "string", "pattern": "a{32}"}"#, false, 1_000);
    // Two texts of members and their values, the whole, 37 bytes; a schema, and 33 steps of a pattern as two.
    assert_eq!(s.unwrap().size, 5 + 2 + 3 * 3);
    assert_eq!(left, 1_000 - 5 - 2 - 3 * 3);
    assert!(matches!(compile(b"{}", false, 0), (Err(Fault::TooLarge), 0)));
    assert!(matches!(compile(b"[1,]", false, 100), (Err(Fault::Wrong(_)), 98)));
}

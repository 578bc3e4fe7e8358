//! A value as JSON again.

use super::Value;
use alloc::vec::Vec;

impl Value {
    /// Appends the value as JSON to `dst`: members in their order, numbers as they were written, no spaces.
    pub fn append_json(&self, dst: &mut Vec<u8>) {
        match self {
            Value::Null => dst.extend_from_slice(b"null"),
            Value::Bool(false) => dst.extend_from_slice(b"false"),
            Value::Bool(true) => dst.extend_from_slice(b"true"),
            Value::Number(n) => dst.extend_from_slice(n.as_bytes()),
            Value::Text(s) => quote(s, dst),
            Value::List(list) => {
                dst.push(b'[');
                for (n, v) in list.iter().enumerate() {
                    if n > 0 {
                        dst.push(b',');
                    }
                    v.append_json(dst);
                }
                dst.push(b']');
            }
            Value::Object(members) => {
                dst.push(b'{');
                for (n, (name, v)) in members.iter().enumerate() {
                    if n > 0 {
                        dst.push(b',');
                    }
                    quote(name, dst);
                    dst.push(b':');
                    v.append_json(dst);
                }
                dst.push(b'}');
            }
        }
    }
}

fn quote(s: &str, dst: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    dst.push(b'"');
    for &c in s.as_bytes() {
        match c {
            b'"' | b'\\' => dst.extend_from_slice(&[b'\\', c]),
            0..=0x1f => {
                dst.extend_from_slice(b"\\u00");
                dst.extend_from_slice(&[DIGITS[usize::from(c >> 4)], DIGITS[usize::from(c & 15)]]);
            }
            _ => dst.push(c),
        }
    }
    dst.push(b'"');
}

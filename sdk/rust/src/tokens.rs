//! How many tokens texts have for the model that was asked for: exact where its encoding is known, else those of
//! o200k_base. Needs capability `tokens`. Not in [`Plugin::new`](crate::Plugin::new).

use crate::abi::Field;
use crate::{error, host, Error, Part};

/// How many tokens a text has.
///
/// # Errors
///
/// [`Error::TooLarge`] for more than [`MAX_COUNTED`](crate::abi::MAX_COUNTED) bytes.
pub fn count(text: &str) -> Result<usize, Error> {
    count_bytes(text.as_bytes())
}

/// Is `count` for bytes that may not be UTF-8, such as a text that was cut within a character.
///
/// # Errors
///
/// Those of [`count`].
pub fn count_bytes(text: &[u8]) -> Result<usize, Error> {
    number(host::tokens_count(text))
}

/// How many tokens a part's text has. They are counted once for a request, and the text isn't read for it.
///
/// # Errors
///
/// [`Error::Absent`] if the part has no text.
pub fn of_part(part: Part<'_>) -> Result<usize, Error> {
    let (f, i, j) = part.place();
    of_field(f, i, j)
}

/// How many tokens a text field has. They are counted once for a request, and the text isn't read for it.
///
/// # Errors
///
/// [`Error::Absent`] if it is absent, [`Error::BadField`] if it is no text.
pub fn of_field(f: Field, i: u32, j: u32) -> Result<usize, Error> {
    number(host::tokens_field(f, i, j))
}

/// How many tokens the whole request has, roles and tools included. They are counted once for a request.
///
/// # Errors
///
/// Those of the host.
pub fn of_prompt() -> Result<usize, Error> {
    number(host::tokens_prompt())
}

fn number(n: i32) -> Result<usize, Error> {
    error::number(n).map(|n| n as usize)
}

//! How many tokens texts have for the model that was asked for: exact where its encoding is known, else those of
//! o200k_base. Needs capability `tokens`. Not in [`Plugin::new`](crate::Plugin::new).

use crate::{error, host, Error, Part};

/// How many tokens a text has.
///
/// # Errors
///
/// [`Error::TooLarge`] for more than [`MAX_COUNTED`](crate::abi::MAX_COUNTED) bytes.
pub fn count(text: &str) -> Result<usize, Error> {
    number(host::tokens_count(text))
}

/// How many tokens a part's text has. They are counted once for a request, and the text isn't read for it.
///
/// # Errors
///
/// [`Error::Absent`] if the part has no text.
pub fn of_part(part: Part<'_>) -> Result<usize, Error> {
    let (f, i, j) = part.place();
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

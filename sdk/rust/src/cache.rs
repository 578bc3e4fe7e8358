//! Answers kept for later. Needs capability `cache`.
//!
//! Values are kept apart by plugin and tenant. The room is bounded by the grant, and the oldest go when it is full. Keys
//! have at most [`MAX_KEY`](crate::abi::MAX_KEY) bytes, values [`MAX_CACHED`](crate::abi::MAX_CACHED) and an eighth of the
//! room. Not in [`Plugin::new`](crate::Plugin::new).

use crate::read::millis;
use crate::{error, host, read, Error};
use alloc::vec::Vec;
use core::time::Duration;

/// The value of a key, `None` if there is none any more.
#[must_use]
pub fn get(key: &str) -> Option<Vec<u8>> {
    let mut b = Vec::new();
    append(key, &mut b).then_some(b)
}

/// Appends the value of a key to `dst`, and tells whether there is one.
pub fn append(key: &str, dst: &mut Vec<u8>) -> bool {
    read::append(dst, |b| host::cache_get(key, b))
}

/// Keeps a value for `ttl`, zero: as long as there is room.
///
/// # Errors
///
/// [`Error::TooLarge`] for a key or a value above the bounds.
pub fn put(key: &str, value: &[u8], ttl: Duration) -> Result<(), Error> {
    error::check(host::cache_put(key, value, millis(ttl)))
}

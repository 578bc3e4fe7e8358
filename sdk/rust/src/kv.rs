//! Small values kept across requests. Needs capability `kv` with the namespaces that are used.
//!
//! Values are kept apart by plugin, namespace and tenant: a plugin never sees what it stored for another tenant. The
//! store is bounded; what doesn't fit is refused with [`Error::TooLarge`]. Keys have at most
//! [`MAX_KEY`](crate::abi::MAX_KEY) bytes, values [`MAX_VALUE`](crate::abi::MAX_VALUE).

use crate::abi::NUM_ABSENT;
use crate::read::millis;
use crate::{error, host, read, Error};
use alloc::vec::Vec;
use core::time::Duration;

/// A namespace, by its name.
///
/// ```
/// const SEEN: yett::kv::Space = yett::kv::Space("seen");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space(pub &'static str);

impl Space {
    /// The value of a key.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Vec<u8>> {
        let mut b = Vec::new();
        self.append(key, &mut b).then_some(b)
    }

    /// Appends the value of a key to `dst`, and tells whether there is one.
    pub fn append(self, key: &str, dst: &mut Vec<u8>) -> bool {
        read::append(dst, |b| host::kv_get(self.0, key, b))
    }

    /// Stores a value for `ttl`, zero: as long as there is room.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] where it doesn't fit, [`Error::NotGranted`] for another namespace.
    pub fn put(self, key: &str, value: &[u8], ttl: Duration) -> Result<(), Error> {
        error::check(host::kv_put(self.0, key, value, millis(ttl)))
    }

    /// Stores a value if the present one is `old`, `None` standing for no value.
    ///
    /// # Errors
    ///
    /// [`Error::Mismatch`] if it isn't; those of [`Space::put`].
    pub fn compare_and_set(self, key: &str, old: Option<&[u8]>, value: &[u8], ttl: Duration) -> Result<(), Error> {
        error::check(host::kv_cas(self.0, key, old, value, millis(ttl)))
    }

    /// Adds to a number, which begins at 0 and then lasts for `ttl`, and returns the sum. `None` if the value isn't a
    /// number or there is no room.
    pub fn incr(self, key: &str, by: i64, ttl: Duration) -> Option<i64> {
        Some(host::kv_incr(self.0, key, by, millis(ttl))).filter(|sum| *sum != NUM_ABSENT)
    }

    /// Forgets a value, and tells whether there was one.
    pub fn delete(self, key: &str) -> bool {
        host::kv_delete(self.0, key) >= 0
    }
}

//! The time. Needs capability `time`.

use crate::host;
use core::time::Duration;

/// The wall clock as the time since 1970-01-01 UTC, to the millisecond.
#[must_use]
pub fn since_epoch() -> Duration {
    Duration::from_millis(unix_millis())
}

/// The wall clock in milliseconds since 1970-01-01 UTC.
#[must_use]
pub fn unix_millis() -> u64 {
    u64::try_from(host::now()).unwrap_or(0)
}

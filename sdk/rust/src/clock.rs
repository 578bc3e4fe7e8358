//! The time. Needs capability `time`.

use crate::host;
use core::time::Duration;

/// The wall clock as the time since 1970-01-01 UTC, to the millisecond.
#[cfg(feature = "clock")]
#[must_use]
pub fn since_epoch() -> Duration {
    Duration::from_millis(unix_millis())
}

/// The wall clock in milliseconds since 1970-01-01 UTC.
#[cfg(feature = "clock")]
#[must_use]
pub fn unix_millis() -> u64 {
    u64::try_from(host::now()).unwrap_or(0)
}

/// The wall clock as the time since 1970-01-01 UTC, `None` if capability `time` isn't granted.
///
/// It is for plugins that need the time in some configurations only: feature `optional-clock` adds no line to the
/// manifest, and the plugin loads without the grant. It asks WASI's clock, which stands at a fixed date then, so that a
/// time within a day of that date is taken for none.
#[cfg(feature = "optional-clock")]
#[must_use]
pub fn if_granted() -> Option<Duration> {
    running(Duration::from_nanos(host::wall_clock()))
}

/// 2024-01-01 UTC, where a clock stands that isn't granted; see ABI.md.
#[cfg(feature = "optional-clock")]
const STANDS: Duration = Duration::from_secs(1_704_067_200);

#[cfg(feature = "optional-clock")]
fn running(now: Duration) -> Option<Duration> {
    const DAY: Duration = Duration::from_secs(86_400);
    (now > STANDS + DAY || now + DAY < STANDS).then_some(now)
}

#[cfg(all(test, feature = "optional-clock"))]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_stands_is_none() {
        let millisecond = Duration::from_millis(1);
        let day = Duration::from_secs(86_400);
        for stands in [STANDS, STANDS + millisecond, STANDS - millisecond, STANDS + day, STANDS - day] {
            assert_eq!(running(stands), None);
        }
        for runs in [Duration::ZERO, STANDS - day - millisecond, STANDS + day + millisecond, 2 * STANDS] {
            assert_eq!(running(runs), Some(runs));
        }
    }
}

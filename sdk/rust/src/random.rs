//! Random bytes for secrets. Needs capability `random`.

use crate::{error, host, Error};

/// Fills `b`.
///
/// # Errors
///
/// [`Error::TooLarge`] for more than [`MAX_SLOT`](crate::abi::MAX_SLOT) bytes; then nothing is written.
pub fn fill(b: &mut [u8]) -> Result<(), Error> {
    error::check(host::random(b))
}

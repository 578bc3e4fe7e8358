//! Secrets in the headers of calls. Needs capability `secret` with the names that are used.
//!
//! The value never enters the plugin's memory: the host adds it to the call, and takes it out of the answer.

use crate::{error, host, Error};

/// Adds a header to the hook's next call of [`http`](crate::http): `prefix` and the secret of that name. For example
/// `attach("key", "authorization", "Bearer ")`.
///
/// # Errors
///
/// [`Error::NotGranted`] for a name that the operator didn't give, [`Error::Invalid`] for a header that isn't one. A call
/// without TLS is then [`Error::NotGranted`] too, unless it stays in a network that the operator listed as private.
pub fn attach(name: &str, header: &str, prefix: &str) -> Result<(), Error> {
    error::check(host::secret_attach(name, header, prefix))
}

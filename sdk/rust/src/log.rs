//! Lines in the gateway's log. Needs capability `log`.
//!
//! The host puts the plugin's name first, escapes what a terminal would obey, and drops what is more than
//! [`MAX_LOG_LINES`](crate::abi::MAX_LOG_LINES) lines or [`MAX_LOG_BYTES`](crate::abi::MAX_LOG_BYTES) bytes for one
//! request. With this feature the text of a panic is logged too.

use crate::abi::Level;
use crate::host;

/// Logs a line that only a developer wants.
pub fn debug(line: &str) {
    host::log(Level::Debug, line);
}

/// Logs a line.
pub fn info(line: &str) {
    host::log(Level::Info, line);
}

/// Logs a line about something that shouldn't be.
pub fn warn(line: &str) {
    host::log(Level::Warn, line);
}

/// Logs a line about something that must be seen to.
pub fn error(line: &str) {
    host::log(Level::Error, line);
}

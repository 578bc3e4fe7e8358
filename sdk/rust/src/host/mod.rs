//! The functions of yett as the SDK calls them: imports of the module where the plugin is WebAssembly, the test host
//! where it is native. Nothing here allocates or keeps what it is given.
//!
//! Functions that give a text take a buffer, return the length of the whole text or a status below 0, and have
//! written the text if it fits.

#[cfg(target_arch = "wasm32")]
mod guest;
#[cfg(not(target_arch = "wasm32"))]
mod native;

#[cfg(target_arch = "wasm32")]
pub(crate) use guest::*;
#[cfg(not(target_arch = "wasm32"))]
pub(crate) use native::*;

//! The raw bytes of request and answer. Needs capability `body`; a plugin that gets along with the typed fields works with
//! every dialect and costs no copy. Not in [`Plugin::new`](crate::Plugin::new).

use crate::{error, host, Error};
use alloc::vec::Vec;
use core::mem::MaybeUninit;

/// The request's body, as the client sent it.
///
/// # Errors
///
/// Those of the host.
pub fn request() -> Result<Vec<u8>, Error> {
    whole(host::body_request)
}

/// A whole answer, as the provider sent it. Only in `on_response`, `on_tool_call` and `on_log`.
///
/// # Errors
///
/// [`Error::Absent`] for a stream, [`Error::BadField`] in other hooks.
pub fn answer() -> Result<Vec<u8>, Error> {
    whole(host::body_answer)
}

/// Fills `buf` from byte `offset` of the request's body on, and returns how many bytes are left from there.
///
/// # Errors
///
/// [`Error::BadRange`] beyond the end.
pub fn read_request(offset: usize, buf: &mut [u8]) -> Result<usize, Error> {
    read(host::body_request, offset, buf)
}

/// Is `read_request` for a whole answer.
///
/// # Errors
///
/// [`Error::BadRange`] beyond the end, and those of [`answer`].
pub fn read_answer(offset: usize, buf: &mut [u8]) -> Result<usize, Error> {
    read(host::body_answer, offset, buf)
}

type Read = fn(u32, &mut [MaybeUninit<u8>]) -> i32;

fn read(host: Read, offset: usize, buf: &mut [u8]) -> Result<usize, Error> {
    let at = u32::try_from(offset).map_err(|_| Error::BadRange)?;
    let mut room = Vec::with_capacity(buf.len());
    let len = error::number(host(at, &mut room.spare_capacity_mut()[..buf.len()]))? as usize;
    let left = len.saturating_sub(offset);
    // SAFETY: the host has written what is left, as far as there was room.
    unsafe { room.set_len(left.min(buf.len())) };
    buf[..room.len()].copy_from_slice(&room);
    Ok(left)
}

fn whole(host: Read) -> Result<Vec<u8>, Error> {
    let len = error::number(host(0, &mut []))? as usize;
    let mut b = Vec::with_capacity(len);
    error::number(host(0, &mut b.spare_capacity_mut()[..len]))?;
    // SAFETY: the host has written the whole body, which had room.
    unsafe { b.set_len(len) };
    Ok(b)
}

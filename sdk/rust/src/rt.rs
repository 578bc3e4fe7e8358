//! What [`crate::plugin!`] expands to. Nothing here is for plugins.

use crate::abi::{Action, Hook};
use crate::config::Value;
use crate::{
    host, read, Call, Candidates, Delta, Deltaer, ErrorHandler, Failure, Kind, Logger, Part, Plugin, Request,
    Requester, Responder, Response, Router, StreamEnder, ToolCaller, UpstreamRequester, Verdict,
};
use alloc::string::String;
use alloc::vec::Vec;
use core::marker::PhantomData;

/// A plugin with its hooks, as the macro found them.
pub trait Hooks: Plugin {
    /// The hooks: bit h is hook h. For example on_init, on_request and on_delta are 1 | 1<<1 | 1<<5 = 0x23.
    const SET: u16;
    /// `plugin.json`.
    const MANIFEST: &'static [u8];
    /// Calls a hook that is in the set; `CONTINUE` for another.
    fn call(&mut self, hook: Hook, args: [i32; 3]) -> Verdict;
}

/// Has constants for the hooks whose traits `P` has.
pub struct With<P>(PhantomData<P>);

/// Has the constants of [`With`] for the hooks whose traits a type hasn't.
pub trait Without {
    const REQUESTER: u16 = 0;
    const ROUTER: u16 = 0;
    const UPSTREAM_REQUESTER: u16 = 0;
    const RESPONDER: u16 = 0;
    const DELTAER: u16 = 0;
    const STREAM_ENDER: u16 = 0;
    const TOOL_CALLER: u16 = 0;
    const ERROR_HANDLER: u16 = 0;
    const LOGGER: u16 = 0;
}

impl<P> Without for With<P> {}

macro_rules! with {
    ($($hook:ident $name:ident $number:ident,)*) => {
        $(impl<P: $hook> With<P> {
            pub const $name: u16 = 1 << Hook::$number as u16;
        })*
    };
}

with! {
    Requester REQUESTER OnRequest,
    Router ROUTER OnRoute,
    UpstreamRequester UPSTREAM_REQUESTER OnUpstreamRequest,
    Responder RESPONDER OnResponse,
    Deltaer DELTAER OnDelta,
    StreamEnder STREAM_ENDER OnStreamEnd,
    ToolCaller TOOL_CALLER OnToolCall,
    ErrorHandler ERROR_HANDLER OnError,
    Logger LOGGER OnLog,
}

pub fn request<P: Requester>(p: &mut P) -> Verdict {
    p.on_request(&Request::new())
}

pub fn route<P: Router>(p: &mut P, args: [i32; 3]) -> Verdict {
    p.on_route(&Request::new(), &Candidates::new(args[0] as u32))
}

pub fn upstream_request<P: UpstreamRequester>(p: &mut P) -> Verdict {
    p.on_upstream_request(&Request::new())
}

pub fn response<P: Responder>(p: &mut P) -> Verdict {
    p.on_response(&Response::new())
}

pub fn delta<P: Deltaer>(p: &mut P, args: [i32; 3]) -> Verdict {
    let kind = Kind::from_number(args[0].into()).unwrap_or(Kind::Other);
    let large;
    let window = match host::lent(args[2] as u32 as usize) {
        Some(window) => window,
        None => {
            large = read_window(args[2] as u32 as usize);
            &large
        }
    };
    p.on_delta(&Delta::new(kind, args[1] as u32, window))
}

/// Reads a window that the host couldn't lay down.
#[cold]
fn read_window(len: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(len);
    read::append(&mut out, |b| host::get(crate::abi::Field::Delta, 0, 0, b));
    out
}

pub fn stream_end<P: StreamEnder>(p: &mut P) -> Verdict {
    p.on_stream_end(&Response::new())
}

pub fn tool_call<P: ToolCaller>(p: &mut P, args: [i32; 3]) -> Verdict {
    let channel = args[0] as u32; // for example 0x00010002 is part 2 of choice 1
    p.on_tool_call(&Response::new(), Part::of_answer(channel >> 16, (channel & 0xffff) as usize))
}

pub fn error<P: ErrorHandler>(p: &mut P, args: [i32; 3]) -> Verdict {
    let kind = Failure::from_number(args[0].into()).unwrap_or(Failure::Other);
    p.on_error(&Call::new(), kind)
}

pub fn log<P: Logger>(p: &mut P) -> Verdict {
    p.on_log(&Response::new())
}

/// Pads a hook's parameters to three.
#[inline]
pub fn arguments(given: &[i32]) -> [i32; 3] {
    let mut out = [0; 3];
    for (to, from) in out.iter_mut().zip(given) {
        *to = *from;
    }
    out
}

/// Makes a plugin of its configuration.
pub fn start<P: Plugin>() -> Result<P, String> {
    let mut text = Vec::with_capacity(512);
    read::append(&mut text, host::config);
    let config = Value::parse(&text).map_err(|e| String::from(e.text()))?;
    P::new(&config)
}

/// Calls a hook. Edits that were recorded turn `CONTINUE` into the verdict that keeps them.
#[inline]
pub fn run<P: Hooks>(p: &mut P, hook: Hook, args: [i32; 3]) -> Verdict {
    host::set_edited(false);
    let v = p.call(hook, args);
    if v == Verdict::CONTINUE && host::edited() {
        return Verdict::pack(Action::Edited, 0, 0, 0);
    }
    v
}

#[cfg(target_arch = "wasm32")]
pub use guest::{scratch, Instance};

#[cfg(target_arch = "wasm32")]
mod guest {
    use super::{run, start, Hooks};
    use crate::abi::{Action, Hook};
    use crate::{host, Verdict};
    use core::cell::RefCell;

    /// The plugin of a module.
    pub struct Instance<P>(RefCell<Option<P>>);

    // SAFETY: a plugin's module has no threads, the contract forbids them, and the host runs one hook at a time.
    unsafe impl<P> Sync for Instance<P> {}

    impl<P: Hooks> Instance<P> {
        pub const fn new() -> Self {
            Instance(RefCell::new(None))
        }

        /// Is on_init.
        pub fn init(&self) -> i64 {
            tell_panics();
            match start::<P>() {
                Ok(p) => {
                    let spared = p.spare();
                    *self.0.borrow_mut() = Some(p);
                    Verdict::pack(Action::Continue, 0, 0, spared.bits()).into_number()
                }
                Err(reason) => Verdict::block(0, &reason).into_number(),
            }
        }

        /// Is every other hook. It traps before on_init. Each export has its own copy, so that none pays for the others.
        #[inline(always)]
        pub fn call(&self, hook: Hook, args: [i32; 3]) -> i64 {
            match self.0.borrow_mut().as_mut() {
                Some(p) => run(p, hook, args).into_number(),
                None => panic!("yett: the host called a hook before on_init"),
            }
        }
    }

    impl<P: Hooks> Default for Instance<P> {
        fn default() -> Self {
            Self::new()
        }
    }

    /// Is the buffer that the host writes windows to: pointer<<32 | capacity.
    pub fn scratch() -> i64 {
        host::scratch()
    }

    /// Sends the text of panics to the log: a module without WASI has no standard error, and a trap has no text.
    #[cfg(all(feature = "std", feature = "log", target_os = "unknown"))]
    fn tell_panics() {
        std::panic::set_hook(std::boxed::Box::new(|info| {
            crate::log::error(&std::string::ToString::to_string(info));
        }));
    }

    #[cfg(not(all(feature = "std", feature = "log", target_os = "unknown")))]
    fn tell_panics() {}
}

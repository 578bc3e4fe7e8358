//! The hooks, and the macro that exports those that a plugin has.

use crate::abi::Hook;
use crate::config::Value;
use crate::{Call, Candidates, Delta, Failure, Part, Request, Response, Verdict};
use alloc::string::String;

/// A plugin, made once per instance from its configuration.
///
/// 1. `new` is called before anything else. An `Err` refuses the configuration: the gateway doesn't start, or goes on
///    with the configuration it has, and shows the text with the line.
/// 2. Hooks are called one at a time, and must return. An instance serves many requests, and the next hook of a
///    request may run in another instance.
/// 3. A panic ends the call and the instance; `on_error` of the configuration decides what becomes of the request.
pub trait Plugin: Sized {
    /// Makes the plugin. The host has checked the configuration against the schema in the manifest.
    ///
    /// # Errors
    ///
    /// What is wrong with the configuration, for the person who wrote it.
    fn new(config: &Value) -> Result<Self, String>;

    /// Tells, after `new`, which hooks the configuration has no use for, so that requests don't wait for them and streams
    /// aren't held back. The host needn't call those. The default is none.
    fn spare(&self) -> HookSet {
        HookSet::NONE
    }
}

/// A set of hooks: bit h is hook h. For example on_request and on_delta are 1<<1 | 1<<5 = 0x22.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HookSet(u32);

impl HookSet {
    /// No hook.
    pub const NONE: HookSet = HookSet(0);

    /// The set with a hook.
    #[must_use]
    pub const fn with(self, h: Hook) -> HookSet {
        HookSet(self.0 | 1 << h as u32)
    }

    /// The set with a hook if `on`.
    #[must_use]
    pub const fn with_if(self, on: bool, h: Hook) -> HookSet {
        if on {
            self.with(h)
        } else {
            self
        }
    }

    /// Tells whether a hook is in the set.
    #[must_use]
    pub const fn has(self, h: Hook) -> bool {
        self.0 & 1 << h as u32 != 0
    }

    /// The bits, as the contract has them.
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }
}

/// Sees the client's request before a target is chosen.
pub trait Requester {
    /// May return `CONTINUE`, `block`, `respond`, `reroute`, `tag`.
    fn on_request(&mut self, r: &Request) -> Verdict;
}

/// Chooses among targets, for a model with `strategy = "router"`.
pub trait Router {
    /// May return `choose`, `block`, `tag`, and `CONTINUE` for the order they have.
    fn on_route(&mut self, r: &Request, candidates: &Candidates) -> Verdict;
}

/// Sees the request after a target was chosen.
pub trait UpstreamRequester {
    /// May return `CONTINUE`, `block`, `tag`.
    fn on_upstream_request(&mut self, r: &Request) -> Verdict;
}

/// Sees a whole answer.
pub trait Responder {
    /// May return `CONTINUE`, `block`, `tag`.
    fn on_response(&mut self, r: &Response) -> Verdict;
}

/// Sees a streamed answer piece by piece. A whole answer is shown to it as well, as one piece for each text, if the
/// plugin isn't a [`Responder`].
pub trait Deltaer {
    /// May return `CONTINUE`, `hold`, `replace`, `drop_window`, `block`, `tag`.
    fn on_delta(&mut self, d: &Delta) -> Verdict;
}

/// Is called when a streamed answer has ended well.
pub trait StreamEnder {
    /// May return `CONTINUE`, `block`, `tag`.
    fn on_stream_end(&mut self, r: &Response) -> Verdict;
}

/// Sees each tool call of an answer once it is whole. Of a streamed answer the call's name, id and arguments are all that
/// can be read of the answer, and the arguments are kept from the client until then.
pub trait ToolCaller {
    /// May return `CONTINUE`, `block`, `tag`.
    fn on_tool_call(&mut self, r: &Response, call: Part<'_>) -> Verdict;
}

/// Advises after an upstream attempt failed.
pub trait ErrorHandler {
    /// May return `CONTINUE`, `retry`, `tag`.
    fn on_error(&mut self, c: &Call, kind: Failure) -> Verdict;
}

/// Is called after the answer, off the request's path.
pub trait Logger {
    /// May return `CONTINUE`, `tag`.
    fn on_log(&mut self, r: &Response) -> Verdict;
}

/// Makes a type the plugin of this module: exports the hooks that are listed, no others, and puts `plugin.json` beside
/// `Cargo.toml` into the module as its manifest.
///
/// ```ignore
/// yett::plugin!(Keyword: Requester, Deltaer);
/// ```
///
/// The type is a [`Plugin`] and has the listed traits, [`Requester`], [`Router`], [`UpstreamRequester`],
/// [`Responder`], [`Deltaer`], [`StreamEnder`], [`ToolCaller`], [`ErrorHandler`], [`Logger`]. A trait that is
/// implemented and not listed doesn't compile: it would never be called.
///
/// The macro stands once in a crate of type `cdylib`.
#[macro_export]
macro_rules! plugin {
    ($plugin:ty: $($hook:ident),+ $(,)?) => {
        impl $crate::rt::Hooks for $plugin {
            const SET: u16 = 1 $(| 1 << $crate::__hook!(@number $hook) as u16)+;
            const MANIFEST: &'static [u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/plugin.json"));

            #[inline(always)]
            fn call(&mut self, hook: $crate::abi::Hook, args: [i32; 3]) -> $crate::Verdict {
                $(if hook == $crate::__hook!(@number $hook) {
                    return $crate::__hook!(@call $hook, self, args);
                })+
                $crate::Verdict::CONTINUE
            }
        }

        const _: () = {
            use $crate::rt::{Hooks, Without};
            assert!(
                <$plugin as Hooks>::SET == 1 | $crate::__implemented!($plugin),
                "yett::plugin!: the type implements a hook's trait that isn't listed, so it would never be called"
            );
        };

        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Instance = $crate::rt::Instance<$plugin>;

            static INSTANCE: Instance = Instance::new();

            #[link_section = "yett.manifest"]
            #[used]
            static MANIFEST: [u8; <$plugin as $crate::rt::Hooks>::MANIFEST.len()] =
                *include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/plugin.json"));

            #[no_mangle]
            pub extern "C" fn yett_abi_1() {}

            #[no_mangle]
            pub extern "C" fn yett_scratch() -> i64 {
                $crate::rt::scratch()
            }

            #[no_mangle]
            pub extern "C" fn on_init() -> i64 {
                INSTANCE.init()
            }

            $($crate::__hook!(@export $hook);)+
        };

        $crate::__bench!($plugin);
    };
    ($($other:tt)*) => {
        compile_error!("write yett::plugin!(Type: Requester, Deltaer), with the hooks that the type has");
    };
}

/// What [`plugin!`] needs of one hook: its number, a call of it, its export.
#[doc(hidden)]
#[macro_export]
macro_rules! __hook {
    (@number Requester) => { $crate::abi::Hook::OnRequest };
    (@number Router) => { $crate::abi::Hook::OnRoute };
    (@number UpstreamRequester) => { $crate::abi::Hook::OnUpstreamRequest };
    (@number Responder) => { $crate::abi::Hook::OnResponse };
    (@number Deltaer) => { $crate::abi::Hook::OnDelta };
    (@number StreamEnder) => { $crate::abi::Hook::OnStreamEnd };
    (@number ToolCaller) => { $crate::abi::Hook::OnToolCall };
    (@number ErrorHandler) => { $crate::abi::Hook::OnError };
    (@number Logger) => { $crate::abi::Hook::OnLog };
    (@number $other:ident) => {
        compile_error!(concat!(
            stringify!($other),
            " is no hook; the hooks are Requester, Router, UpstreamRequester, Responder, Deltaer, StreamEnder, ",
            "ToolCaller, ErrorHandler, Logger"
        ))
    };

    (@call Requester, $p:expr, $args:ident) => { $crate::rt::request($p) };
    (@call Router, $p:expr, $args:ident) => { $crate::rt::route($p, $args) };
    (@call UpstreamRequester, $p:expr, $args:ident) => { $crate::rt::upstream_request($p) };
    (@call Responder, $p:expr, $args:ident) => { $crate::rt::response($p) };
    (@call Deltaer, $p:expr, $args:ident) => { $crate::rt::delta($p, $args) };
    (@call StreamEnder, $p:expr, $args:ident) => { $crate::rt::stream_end($p) };
    (@call ToolCaller, $p:expr, $args:ident) => { $crate::rt::tool_call($p, $args) };
    (@call ErrorHandler, $p:expr, $args:ident) => { $crate::rt::error($p, $args) };
    (@call Logger, $p:expr, $args:ident) => { $crate::rt::log($p) };
    (@call $other:ident, $p:expr, $args:ident) => { $crate::Verdict::CONTINUE };

    (@export Requester) => { $crate::__hook!(@fn on_request, Requester); };
    (@export Router) => { $crate::__hook!(@fn on_route, Router, candidates); };
    (@export UpstreamRequester) => { $crate::__hook!(@fn on_upstream_request, UpstreamRequester); };
    (@export Responder) => { $crate::__hook!(@fn on_response, Responder); };
    (@export Deltaer) => { $crate::__hook!(@fn on_delta, Deltaer, kind, channel, length); };
    (@export StreamEnder) => { $crate::__hook!(@fn on_stream_end, StreamEnder); };
    (@export ToolCaller) => { $crate::__hook!(@fn on_tool_call, ToolCaller, channel); };
    (@export ErrorHandler) => { $crate::__hook!(@fn on_error, ErrorHandler, kind); };
    (@export Logger) => { $crate::__hook!(@fn on_log, Logger); };
    (@export $other:ident) => {};

    (@fn $name:ident, $hook:ident $(, $arg:ident)*) => {
        #[no_mangle]
        pub extern "C" fn $name($($arg: i32),*) -> i64 {
            INSTANCE.call($crate::__hook!(@number $hook), $crate::rt::arguments(&[$($arg),*]))
        }
    };
}

/// The set of hooks whose traits a type has. Where a bound doesn't hold, the constants of `Without` stand in for those
/// of `With`, and are 0.
#[doc(hidden)]
#[macro_export]
macro_rules! __implemented {
    ($plugin:ty) => {
        <$crate::rt::With<$plugin>>::REQUESTER
            | <$crate::rt::With<$plugin>>::ROUTER
            | <$crate::rt::With<$plugin>>::UPSTREAM_REQUESTER
            | <$crate::rt::With<$plugin>>::RESPONDER
            | <$crate::rt::With<$plugin>>::DELTAER
            | <$crate::rt::With<$plugin>>::STREAM_ENDER
            | <$crate::rt::With<$plugin>>::TOOL_CALLER
            | <$crate::rt::With<$plugin>>::ERROR_HANDLER
            | <$crate::rt::With<$plugin>>::LOGGER
    };
}

/// The test that "yett plugin bench" runs to measure the plugin natively.
#[cfg(feature = "bench")]
#[doc(hidden)]
#[macro_export]
macro_rules! __bench {
    ($plugin:ty) => {
        #[cfg(all(test, not(target_arch = "wasm32")))]
        #[test]
        fn yett_bench() {
            $crate::testing::bench::<$plugin>();
        }
    };
}

/// Nothing: plugins are measured with feature `bench`.
#[cfg(not(feature = "bench"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __bench {
    ($plugin:ty) => {};
}

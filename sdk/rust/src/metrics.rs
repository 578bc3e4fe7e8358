//! Counts on the gateway's metrics page. Needs capability `metrics`.
//!
//! Metrics are made in [`Plugin::new`](crate::Plugin::new), and appear as `yett_plugin_custom_NAME{plugin="…"}`. Names
//! are of a–z, 0–9 and _. There are at most [`MAX_METRICS`](crate::abi::MAX_METRICS) for a plugin, and no labels: a
//! client can't make new series.

use crate::abi::Instrument;
use crate::host;

/// Only grows. The default counts nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counter(Option<i32>);

/// Goes up and down. The default shows nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Gauge(Option<i32>);

/// Counts values; its sum and count are shown. The default counts nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Histogram(Option<i32>);

fn define(kind: Instrument, name: &str) -> Option<i32> {
    Some(host::metrics_define(kind, name)).filter(|id| *id >= 0)
}

impl Counter {
    /// Makes a counter. One that can't be made counts nothing.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Counter(define(Instrument::Counter, name))
    }

    /// Adds n.
    pub fn add(self, n: u32) {
        if let Some(id) = self.0 {
            host::metrics_add(id, n.into());
        }
    }

    /// Adds 1.
    pub fn inc(self) {
        self.add(1);
    }
}

impl Gauge {
    /// Makes a gauge. One that can't be made shows nothing.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Gauge(define(Instrument::Gauge, name))
    }

    /// Sets the value.
    pub fn set(self, v: f64) {
        if let Some(id) = self.0 {
            host::metrics_set(id, v);
        }
    }
}

impl Histogram {
    /// Makes a histogram. One that can't be made counts nothing.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Histogram(define(Instrument::Histogram, name))
    }

    /// Counts a value.
    pub fn observe(self, v: f64) {
        if let Some(id) = self.0 {
            host::metrics_observe(id, v);
        }
    }
}

//! Repetitions of patterns.

use super::{Fault, Reader, Step, MAX_REPEAT};

impl Reader<'_> {
    /// Reads what says how often the element from a place on is there, and writes the repetitions out.
    pub(super) fn repeat(&mut self, from: usize, repeats: bool) {
        let (least, most) = match self.bounds() {
            Some(bounds) if self.fault.is_none() => bounds,
            _ => return,
        };
        if self.first() == Some(b'?') {
            self.skip(1); // lazy: the same texts match
        }
        if !repeats || matches!(self.first(), Some(b'*' | b'+' | b'?')) {
            return self.fail(Fault::Wrong);
        }
        let unit = self.p.steps.split_off(from);
        for _ in 0..least {
            self.copy(&unit, from);
        }
        match most {
            None => {
                // split out; unit; jump back
                let at = self.emit(Step::Split(0));
                self.copy(&unit, from);
                self.emit(Step::Jump(at as u32));
                self.lead_here(at);
            }
            Some(most) => {
                let mut outs = Vec::new();
                for _ in least..most {
                    outs.push(self.emit(Step::Split(0)));
                    self.copy(&unit, from);
                    if self.fault.is_some() {
                        return;
                    }
                }
                for at in outs {
                    self.lead_here(at);
                }
            }
        }
    }

    /// Appends steps that were made for a place.
    fn copy(&mut self, unit: &[Step], from: usize) {
        let by = (self.here() - from) as u32;
        for s in unit {
            self.emit(match *s {
                Step::Split(to) => Step::Split(to + by),
                Step::Jump(to) => Step::Jump(to + by),
                s => s,
            });
            if self.fault.is_some() {
                return;
            }
        }
    }

    /// Reads *, +, ?, {n}, {n,} or {n,m}. A most of `None` is no bound.
    fn bounds(&mut self) -> Option<(usize, Option<usize>)> {
        let bounds = match self.first()? {
            b'*' => (0, None),
            b'+' => (1, None),
            b'?' => (0, Some(1)),
            b'{' => return self.counted(),
            _ => return None,
        };
        self.skip(1);
        Some(bounds)
    }

    fn counted(&mut self) -> Option<(usize, Option<usize>)> {
        let (s, mut at) = (self.rest, 1);
        let read = |at: &mut usize| {
            let (mut n, mut given) = (0, 0);
            while let (Some(c @ b'0'..=b'9'), 0..=5) = (s.get(*at), given) {
                n = n * 10 + usize::from(c - b'0');
                *at += 1;
                given += 1;
            }
            (given > 0).then_some(n)
        };
        let least = read(&mut at);
        let mut most = least;
        if least.is_some() && s.get(at) == Some(&b',') {
            at += 1;
            most = read(&mut at);
        }
        let least = match least {
            Some(least) if s.get(at) == Some(&b'}') && most.map_or(true, |most| most >= least) => least,
            _ => {
                self.fail(Fault::Wrong);
                return None;
            }
        };
        if least > MAX_REPEAT || most > Some(MAX_REPEAT) {
            self.fail(Fault::Steps);
            return None;
        }
        self.skip(at + 1);
        Some((least, most))
    }
}

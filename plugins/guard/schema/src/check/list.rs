//! What is demanded of lists.

use super::{Check, Hop};
use crate::compile::STEP_BYTES;
use crate::equal::{equal, hash_value};
use crate::json::{runs, FEW};
use crate::rules::ListRules;

impl<'a> Check<'a> {
    pub(super) fn list(&mut self, r: &'a ListRules, at: u32) -> bool {
        let (doc, size) = (self.doc, self.doc.size(at));
        if size < r.least {
            return self.fail("minItems");
        }
        if matches!(r.most, Some(most) if size > most) {
            return self.fail("maxItems");
        }
        if r.unique && !self.unique(at) {
            return self.fail("uniqueItems");
        }
        let (mut e, end) = (at + 1, doc.next(at));
        let (mut found, mut place) = (0, 0);
        while e < end {
            if !self.check_any(r.prefix.get(place).copied().or(r.rest), e) {
                return self.from(Hop::Element(place as u32));
            }
            found += usize::from(self.tries_one(r.contains, e));
            place += 1;
            e = doc.next(e);
        }
        if r.contains.is_none() {
            return true;
        }
        if found < r.few {
            return self.fail("contains");
        }
        if matches!(r.many, Some(many) if found > many) {
            return self.fail("maxContains");
        }
        true
    }

    /// Tells whether all elements are different.
    #[inline(never)]
    fn unique(&mut self, at: u32) -> bool {
        let d = self.doc;
        let (x, end) = (&d.nodes[at as usize], d.next(at));
        if x.size() <= FEW {
            let mut a = at + 1;
            while a < end {
                let mut b = d.next(a);
                while b < end {
                    if equal(d, a, d, b) {
                        return false;
                    }
                    b = d.next(b);
                }
                a = d.next(a);
            }
            return true;
        }
        if !self.pays(i64::from(x.to - x.from) / STEP_BYTES * 2) {
            return false;
        }
        let mut hashes = core::mem::take(&mut self.to.hashes);
        hashes.clear();
        hashes.extend(d.elements(at).map(|e| hash_value(d, e) << 32 | u64::from(e)));
        hashes.sort_unstable();
        let unique = runs(&hashes).all(|run| self.differ(run));
        self.to.hashes = hashes;
        unique
    }

    /// Tells whether the elements of a run of equal hashes are all different. Hashes are easy to collide: it pays for each
    /// comparison, and ends with the steps.
    #[cold]
    fn differ(&mut self, run: &[u64]) -> bool {
        for (n, &b) in run.iter().enumerate() {
            for &a in &run[..n] {
                if !self.pays(1) || equal(self.doc, a as u32, self.doc, b as u32) {
                    return false;
                }
            }
        }
        true
    }
}

//! How far runs of units go.

/// How far a run of units goes, which is the same from each place in it. Texts that begin something anew within what
/// has begun, such as sk-sk-sk-…, would else be read again and again to their end.
#[derive(Debug, Clone, Copy)]
pub struct Reach {
    from: u32,
    end: u32,
    tries: u32,
}

/// How many candidates that end at the same place are looked into. A text with more of them plays with us.
const MAX_TRIES: u32 = 4;

impl Reach {
    /// That of no place.
    pub const NONE: Reach = Reach { from: u32::MAX, end: 0, tries: 0 };

    pub fn new(from: usize, end: usize) -> Reach {
        Reach { from: from as u32, end: end as u32, tries: 0 }
    }

    pub fn end(&self) -> usize {
        self.end as usize
    }

    /// Tells whether n is a place in it.
    pub fn has(&self, n: usize) -> bool {
        self.from as usize <= n && n <= self.end as usize
    }

    /// Tells whether no more candidates that end there may be looked into.
    pub fn spent(&self) -> bool {
        self.tries >= MAX_TRIES
    }

    /// Tells whether one more candidate that ends there may be looked into.
    pub fn attempt(&mut self) -> bool {
        self.tries += 1;
        self.tries <= MAX_TRIES
    }
}

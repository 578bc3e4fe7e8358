//! Sets of numbers that answer most questions with one look at a bit.

/// Numbers of 32 bits, well spread, with their places. They are in 32 buckets for each of the N words of `bits`; a
/// bucket is the high bits of its numbers.
pub struct Index<const N: usize> {
    /// A bit for each bucket that has a number.
    pub bits: [u32; N],
    /// How many buckets before those of a word have one.
    pub before: [u16; N],
    /// The low bits of the numbers, bucket for bucket, and after them those of shared buckets.
    ///
    /// Where several numbers share a bucket, its entry is SHARED | how many they are<<16 | the place of the first.
    pub entries: &'static [u32],
}

/// Marks the entry of a bucket that several numbers share.
pub const SHARED: u32 = 1 << 31;

impl<const N: usize> Index<N> {
    /// How many low bits of a number aren't its bucket's.
    pub const LOW: u32 = 27 - N.trailing_zeros();
    const MASK: u32 = (1 << Self::LOW) - 1;

    /// The entry of a number.
    pub fn entry(number: u32) -> u32 {
        number & Self::MASK
    }

    /// The place of a number, if it is there.
    #[inline(always)]
    pub fn find(&self, number: u32) -> Option<usize> {
        let word = (number >> (Self::LOW + 5)) as usize;
        if self.bits[word % N] >> (number >> Self::LOW & 31) & 1 == 0 {
            return None;
        }
        self.search(number)
    }

    /// Is `find` where the number's bucket has one.
    #[inline(never)]
    fn search(&self, number: u32) -> Option<usize> {
        let word = (number >> (Self::LOW + 5)) as usize;
        let bit = number >> Self::LOW & 31;
        let below = self.bits[word % N] & ((1 << bit) - 1);
        let at = usize::from(self.before[word % N]) + below.count_ones() as usize;
        let e = self.entries[at];
        if e & SHARED != 0 {
            return self.shared(e, number);
        }
        if e == Self::entry(number) {
            Some(at)
        } else {
            None
        }
    }

    /// Is `find` in a bucket that several numbers share.
    #[cold]
    #[inline(never)]
    fn shared(&self, e: u32, number: u32) -> Option<usize> {
        let from = (e & 0xffff) as usize;
        let to = from + (e >> 16 & 0xff) as usize;
        (from..to).find(|at| self.entries[*at] == Self::entry(number))
    }
}

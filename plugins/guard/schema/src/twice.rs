//! Finds members that an object names twice: readers differ in which one they take.

use crate::bytes::{hash, same, sort_by_name};
use crate::json::{runs, Node, FEW};

/// How many members are looked at each with each at once: with two, that is one comparison.
const EACH: u32 = 3;

/// Tells whether an object of at least two members names one twice.
#[inline(always)]
pub(crate) fn twice(nodes: &[Node], src: &[u8], plain: &[u8], hashes: &mut Vec<u64>, of: usize) -> bool {
    let it = Names { nodes, src, plain, first: of as u32 + 1, end: nodes[of].next };
    match nodes[of].size() {
        size if size > FEW => it.twice_in_many(hashes),
        size if size > EACH => it.alike() && it.twice_in_few(),
        _ => it.twice_in_few(),
    }
}

/// The names of an object.
struct Names<'d> {
    nodes: &'d [Node],
    src: &'d [u8],
    plain: &'d [u8],
    first: u32,
    end: u32,
}

impl Names<'_> {
    #[inline(always)]
    fn name(&self, n: u32) -> &[u8] {
        self.nodes[n as usize].spelled(self.src, self.plain)
    }

    /// The name after one.
    #[inline(always)]
    fn next(&self, n: u32) -> u32 {
        self.nodes[n as usize + 1].next
    }

    #[inline(never)]
    fn twice_in_few(&self) -> bool {
        let mut a = self.first;
        while a < self.end {
            let name = self.name(a);
            let mut b = self.next(a);
            a = b;
            while b < self.end {
                if same(name, self.name(b)) {
                    return true;
                }
                b = self.next(b);
            }
        }
        false
    }

    /// Tells whether two names have the same sum of some of their bytes and their length. Most objects have no such.
    #[inline(never)]
    fn alike(&self) -> bool {
        let (mut seen, mut a) = (0_u64, self.first);
        while a < self.end {
            let name = self.name(a);
            let sum = match *name {
                [] => 0,
                [.., last] => {
                    u32::from(name[0]) * 5 + u32::from(name[name.len() / 2]) * 3 + u32::from(last) + name.len() as u32
                }
            };
            let bit = 1 << (sum % 64);
            if seen & bit != 0 {
                return true;
            }
            seen |= bit;
            a = self.next(a);
        }
        false
    }

    #[inline(never)]
    fn twice_in_many(&self, hashes: &mut Vec<u64>) -> bool {
        hashes.clear();
        let mut a = self.first;
        while a < self.end {
            hashes.push(hash(self.name(a)) << 32 | u64::from(a));
            a = self.next(a);
        }
        hashes.sort_unstable();
        runs(hashes).any(|run| self.repeats(run))
    }

    /// Tells whether two texts of a run of equal hashes are the same. Hashes are easy to collide, so it must stay cheap for
    /// many.
    #[cold]
    fn repeats(&self, run: &[u64]) -> bool {
        let mut names: Vec<u32> = run.iter().map(|&h| h as u32).collect();
        sort_by_name(&mut names, &|n| self.name(n));
        names.windows(2).any(|two| same(self.name(two[0]), self.name(two[1])))
    }
}

//! Numbers that are the same in each run: the generator PCG-DXSM, as in Go's math/rand/v2, whose numbers the committed
//! weights were made with.

pub struct Random(u128);

impl Random {
    pub fn new(high: u64, low: u64) -> Random {
        Random(u128::from(high) << 64 | u128::from(low))
    }

    fn next(&mut self) -> u64 {
        const FACTOR: u128 = 2_549_297_995_355_413_924 << 64 | 4_865_540_595_714_422_341;
        const MORE: u128 = 6_364_136_223_846_793_005 << 64 | 1_442_695_040_888_963_407;
        self.0 = self.0.wrapping_mul(FACTOR).wrapping_add(MORE);
        let (mut high, low) = ((self.0 >> 64) as u64, self.0 as u64);
        high ^= high >> 32;
        high = high.wrapping_mul(0xda94_2042_e4dd_58b5);
        high ^= high >> 48;
        high.wrapping_mul(low | 1)
    }

    /// A number below n.
    pub fn below(&mut self, n: usize) -> usize {
        let n = n as u64;
        if n & (n - 1) == 0 {
            return (self.next() & (n - 1)) as usize;
        }
        loop {
            let product = u128::from(self.next()) * u128::from(n);
            if product as u64 >= n.wrapping_neg() % n {
                return (product >> 64) as usize;
            }
        }
    }

    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for n in (1..list.len()).rev() {
            list.swap(n, self.below(n + 1));
        }
    }
}

//! A text as the matchers read it.

use crate::fold::unit;
use crate::pass;

/// A text as the matchers read it: one byte, a unit, for each character that counts. What only looks like another
/// character is that character (full-width digits, typographic dashes and spaces), what can't be seen is left out
/// (zero-width characters), and in JSON an escape is what it stands for.
#[derive(Debug, Default)]
pub struct View {
    /// The units, if they aren't the text itself, and how many there are.
    room: Vec<u8>,
    count: usize,
    own: bool,
    shifts: Vec<Shift>,
    /// The text ends within a character or an escape, which is no unit; the units' end is where it begins.
    pub open: bool,
}

/// Says that units from `unit` on begin `by` bytes behind their own number in the text.
#[derive(Debug, Clone, Copy)]
struct Shift {
    unit: u32,
    by: u32,
}

impl View {
    /// Makes the view of a text. `json` says that the text is JSON.
    pub fn read(&mut self, text: &[u8], json: bool) {
        self.open = false;
        self.shifts.clear();
        let mut n = pass::usual(text, json);
        self.own = n < text.len();
        if !self.own {
            return;
        }
        if self.room.len() < text.len() {
            self.room.resize(text.len(), 0);
        }
        let room = &mut self.room[..];
        room[..n].copy_from_slice(&text[..n]);
        let mut count = n;
        while n < text.len() {
            let (u, size) = match unit(&text[n..], json) {
                Some(read) => read,
                None => {
                    self.open = true;
                    break;
                }
            };
            if u != 0 {
                room[count] = u;
                count += 1;
            }
            n += size;
            if size != 1 || u == 0 {
                shift(&mut self.shifts, count, n);
            }
            if n < text.len() && text[n] < 0x80 {
                let k = pass::copy(&mut room[count..], &text[n..], json);
                count += k;
                n += k;
            }
        }
        self.count = count;
    }

    /// The units of the text that was read.
    pub fn units<'a>(&'a self, text: &'a [u8]) -> &'a [u8] {
        if self.own {
            &self.room[..self.count]
        } else {
            text
        }
    }

    /// Tells whether the units are the text itself.
    pub fn is_text(&self) -> bool {
        !self.own
    }

    /// Where unit n begins in the text.
    pub fn place(&self, n: usize) -> usize {
        match self.shifts.partition_point(|s| s.unit as usize <= n) {
            0 => n,
            k => n + self.shifts[k - 1].by as usize,
        }
    }

    /// The first unit that begins at or after a place.
    pub fn unit_at(&self, place: usize) -> usize {
        if !self.own {
            return place;
        }
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let mid = (low + high) / 2;
            if self.place(mid) < place {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        low
    }
}

/// Notes that unit n begins at a place.
#[inline]
fn shift(shifts: &mut Vec<Shift>, n: usize, place: usize) {
    let s = Shift { unit: n as u32, by: (place - n) as u32 };
    match shifts.last_mut() {
        Some(last) if last.unit == s.unit => *last = s,
        _ => shifts.push(s),
    }
}

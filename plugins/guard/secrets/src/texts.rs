//! The texts of a request, one after another in one buffer.

use crate::class::{is, QUOTE, WHITE};
use crate::entity::Entity;
use crate::find::Finder;

/// A secret in a text: bytes from `from` to `to`.
#[derive(Debug, Clone, Copy)]
pub struct Spot {
    pub from: usize,
    pub to: usize,
    pub entity: Entity,
}

/// Where a text stands in the request.
#[derive(Debug, Clone, Copy)]
pub enum Place {
    /// A message and its part.
    Part(usize, usize),
    /// A tool's description.
    Tool(usize),
}

/// One text.
pub struct Piece {
    from: usize,
    to: usize,
    pub json: bool,
    pub place: Place,
    pub spots: Vec<Spot>,
}

/// The texts. Buffers are used again from request to request.
#[derive(Default)]
pub struct Texts {
    all: Vec<u8>,
    list: Vec<Piece>,
    len: usize,
    room: Vec<u8>,
}

/// How much of two neighbouring texts is looked at together.
const MAX_JOINT: usize = 256;

impl Texts {
    /// Forgets the texts of the last request.
    pub fn reset(&mut self) {
        self.all.clear();
        self.len = 0;
    }

    /// Adds a text, which `read` appends to a buffer.
    pub fn add(&mut self, place: Place, json: bool, read: impl FnOnce(&mut Vec<u8>) -> bool) {
        let from = self.all.len();
        read(&mut self.all);
        let to = self.all.len();
        match self.list.get_mut(self.len) {
            None => self.list.push(Piece { from, to, json, place, spots: Vec::new() }),
            Some(p) => {
                p.spots.clear();
                *p = Piece { from, to, json, place, spots: core::mem::take(&mut p.spots) };
            }
        }
        self.len += 1;
    }

    /// The pieces with their texts.
    pub fn each(&mut self) -> impl Iterator<Item = (&mut Piece, &[u8])> {
        let all = &self.all;
        self.list[..self.len].iter_mut().map(move |p| {
            let text = &all[p.from..p.to];
            (p, text)
        })
    }

    /// Looks for secrets that begin at the end of one text and go on at the begin of the next: somebody cut them. Only
    /// formats that are sure count: a name at the end of one message says nothing of the next.
    pub fn joints(&mut self, f: &mut Finder) {
        let wanted = f.scanner.wanted;
        f.scanner.wanted = wanted.without(Entity::Generic).without(Entity::AuthHeader).without(Entity::Connection);
        for n in 1..self.len {
            let (before, after) = self.list.split_at_mut(n);
            joint(f, &self.all, &mut self.room, &mut before[n - 1], &mut after[0]);
        }
        f.scanner.wanted = wanted;
    }
}

/// Looks at the end of a text and the begin of the next.
fn joint(f: &mut Finder, all: &[u8], room: &mut Vec<u8>, first: &mut Piece, second: &mut Piece) {
    let outside = |c: &u8| !is(*c, WHITE | QUOTE);
    let (a, b) = (&all[first.from..first.to], &all[second.from..second.to]);
    let left = a.iter().rposition(outside).map_or(0, |n| n + 1);
    let right = b.iter().position(outside).unwrap_or(b.len());
    let tail = &a[left.saturating_sub(MAX_JOINT)..left];
    let head = &b[right..b.len().min(right + MAX_JOINT)];
    if tail.is_empty() || head.is_empty() || first.json || second.json {
        return;
    }
    room.clear();
    room.extend_from_slice(tail);
    room.extend_from_slice(head);
    f.find(room, 0, false, true);
    let cut = tail.len();
    for m in &f.scanner.found {
        let (from, to) = (f.view.place(m.from), f.view.place(m.to));
        if from >= cut || to <= cut {
            continue;
        }
        let (from, to) = (left - cut + from, right + to - cut);
        if matches!(first.spots.last(), Some(s) if s.to > from)
            || matches!(second.spots.first(), Some(s) if s.from < to)
        {
            return; // one of them was whole already, and something stands next to it
        }
        first.spots.push(Spot { from, to: left, entity: m.entity });
        second.spots.insert(0, Spot { from: right, to, entity: m.entity });
        return;
    }
}

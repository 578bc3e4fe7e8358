//! When two values are the same.

use crate::bytes::{hash, mix, same, sort_by_name};
use crate::json::{Doc, Kind, FEW};
use crate::number::{Decimal, Number};

/// Tells whether two values are the same as JSON has it: numbers by what they are worth, objects without order.
pub(crate) fn equal(a: &Doc, i: u32, b: &Doc, j: u32) -> bool {
    let (x, y) = (&a.nodes[i as usize], &b.nodes[j as usize]);
    if x.kind() != y.kind() || x.size() != y.size() {
        return false;
    }
    match x.kind() {
        Kind::Null | Kind::False | Kind::True => true,
        Kind::Number => Number::of(a.text(i)).compare(&Number::of(b.text(j))).is_eq(),
        Kind::Text => same(a.text(i), b.text(j)),
        Kind::List => {
            let (mut i, mut j) = (i + 1, j + 1);
            while i < x.next {
                if !equal(a, i, b, j) {
                    return false;
                }
                i = a.next(i);
                j = b.next(j);
            }
            true
        }
        Kind::Object => same_members(a, i, b, j),
    }
}

/// Is equal for objects of as many members, where no name is there twice. Most have the same order.
fn same_members(a: &Doc, i: u32, b: &Doc, j: u32) -> bool {
    let end = a.next(i);
    let (mut m, mut n) = (i + 1, j + 1);
    while m < end && same(a.text(m), b.text(n)) {
        if !equal(a, m + 1, b, n + 1) {
            return false;
        }
        m = a.next(m + 1);
        n = b.next(n + 1);
    }
    if m == end {
        return true;
    }
    if a.size(i) as u32 > FEW {
        return sorted_members(a, i, b, j);
    }
    let rest = n;
    while m < end {
        let mut n = rest;
        while n < b.next(j) && !same(a.text(m), b.text(n)) {
            n = b.next(n + 1);
        }
        if n >= b.next(j) || !equal(a, m + 1, b, n + 1) {
            return false;
        }
        m = a.next(m + 1);
    }
    true
}

/// Is same_members for many, which would take the square of their number.
#[inline(never)]
fn sorted_members(a: &Doc, i: u32, b: &Doc, j: u32) -> bool {
    let sorted = |d: &Doc, n: u32| {
        let mut members: Vec<u32> = d.members(n).collect();
        sort_by_name(&mut members, &|m| d.text(m));
        members
    };
    let (x, y) = (sorted(a, i), sorted(b, j));
    x.iter().zip(&y).all(|(m, n)| same(a.text(*m), b.text(*n)) && equal(a, m + 1, b, n + 1))
}

/// A hash that is the same for equal values.
pub(crate) fn hash_value(d: &Doc, i: u32) -> u64 {
    let x = &d.nodes[i as usize];
    let h = mix(x.kind() as u64, x.size().into());
    match x.kind() {
        Kind::Null | Kind::False | Kind::True => h,
        Kind::Number => mix(h, Decimal::of(d.text(i)).hash()),
        Kind::Text => mix(h, hash(d.text(i))),
        Kind::List => d.elements(i).fold(h, |h, e| mix(h, hash_value(d, e))),
        Kind::Object => {
            let sum = d.members(i).fold(0u64, |sum, m| sum.wrapping_add(mix(hash(d.text(m)), hash_value(d, m + 1))));
            mix(h, sum)
        }
    }
}

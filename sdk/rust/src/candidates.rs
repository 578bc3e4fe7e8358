//! The targets that a router chooses from.

use crate::abi::Field;
use crate::read::{count, plain};
use alloc::string::String;
use core::marker::PhantomData;

/// The targets that `on_route` may choose from.
#[derive(Debug)]
pub struct Candidates(u32);

impl Candidates {
    pub(crate) const fn new(n: u32) -> Self {
        Candidates(n)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0 as usize
    }

    /// Tells whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0 == 0
    }

    /// Candidate i, `None` if there are fewer.
    #[must_use]
    pub fn get(&self, i: usize) -> Option<Candidate<'_>> {
        let i = u32::try_from(i).ok()?;
        (i < self.0).then_some(Candidate { i, of: PhantomData })
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Candidate<'_>> + ExactSizeIterator {
        (0..self.0).map(|i| Candidate { i, of: PhantomData })
    }
}

/// A target that `on_route` may choose.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'r> {
    i: u32,
    of: PhantomData<&'r Candidates>,
}

impl Candidate<'_> {
    /// What [`Verdict::choose`](crate::Verdict::choose) takes.
    #[must_use]
    pub fn index(self) -> usize {
        self.i as usize
    }

    /// The provider's own name of the model.
    #[must_use]
    pub fn model(self) -> String {
        plain(Field::CandidateModel, self.i, 0)
    }

    /// The provider: "openai.main".
    #[must_use]
    pub fn provider(self) -> String {
        plain(Field::CandidateProvider, self.i, 0)
    }

    /// The target's weight.
    #[must_use]
    pub fn weight(self) -> u32 {
        count(Field::CandidateWeight, self.i, 0)
    }
}

//! The kinds of personal data, and places in a text where one was found.

/// A kind of personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entity {
    Email,
    Phone,
    Card,
    Iban,
    Ssn,
    Ip,
}

/// How many kinds there are.
pub const ENTITIES: usize = 6;

impl Entity {
    /// All kinds, by their numbers.
    pub const ALL: [Entity; ENTITIES] =
        [Entity::Email, Entity::Phone, Entity::Card, Entity::Iban, Entity::Ssn, Entity::Ip];

    /// Its name, as in Presidio.
    pub const fn name(self) -> &'static str {
        match self {
            Entity::Email => "EMAIL_ADDRESS",
            Entity::Phone => "PHONE_NUMBER",
            Entity::Card => "CREDIT_CARD",
            Entity::Iban => "IBAN_CODE",
            Entity::Ssn => "US_SSN",
            Entity::Ip => "IP_ADDRESS",
        }
    }
}

/// A set of kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kinds(u8);

impl Kinds {
    /// Every kind.
    pub const ALL: Kinds = Kinds((1 << ENTITIES) - 1);

    /// Puts a kind into the set.
    pub fn add(&mut self, e: Entity) {
        self.0 |= 1 << e as u8;
    }

    /// Tells whether a kind is in the set.
    #[inline(always)]
    pub const fn has(self, e: Entity) -> bool {
        self.0 & (1 << e as u8) != 0
    }
}

/// What a match is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Personal data.
    Data(Entity),
    /// A placeholder of ours, to be replaced by what it stands for: the original of that number in the vault.
    Placeholder(usize),
}

/// A span of units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    pub from: usize,
    pub to: usize,
    pub what: What,
}

/// What a matcher says of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// No match.
    No,
    /// A match that nothing that follows could change.
    Yes(Match),
    /// The text ends where what begins here could still be, or become another, match.
    More(usize),
}

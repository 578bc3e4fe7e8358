//! The kinds of secrets.

/// A kind of secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Entity {
    CloudKey,
    ForgeToken,
    ChatToken,
    AiKey,
    PaymentKey,
    MailKey,
    RegistryToken,
    ServiceToken,
    Webhook,
    Jwt,
    PrivateKey,
    Connection,
    AuthHeader,
    Generic,
}

/// How many kinds there are.
pub const ENTITIES: usize = 14;

/// Their names in the configuration and in masks.
pub const NAMES: [&str; ENTITIES] = [
    "CLOUD_KEY",
    "FORGE_TOKEN",
    "CHAT_TOKEN",
    "AI_KEY",
    "PAYMENT_KEY",
    "MAIL_KEY",
    "REGISTRY_TOKEN",
    "SERVICE_TOKEN",
    "WEBHOOK",
    "JWT",
    "PRIVATE_KEY",
    "CONNECTION_PASSWORD",
    "AUTH_HEADER",
    "SECRET",
];

impl Entity {
    pub const fn name(self) -> &'static str {
        NAMES[self as usize]
    }
}

/// The kinds that are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted(u16);

impl Wanted {
    pub const NONE: Wanted = Wanted(0);
    pub const ALL: Wanted = Wanted((1 << ENTITIES) - 1);

    #[inline]
    pub const fn has(self, e: Entity) -> bool {
        self.0 >> e as u16 & 1 != 0
    }

    pub const fn without(self, e: Entity) -> Wanted {
        Wanted(self.0 & !(1 << e as u16))
    }

    /// These and the one of a name; `None` if nothing has that name.
    pub fn with(self, name: &str) -> Option<Wanted> {
        NAMES.iter().position(|n| *n == name).map(|e| Wanted(self.0 | 1 << e))
    }
}

//! What the plugin is configured to do.

use crate::entity::{Entity, Kinds};
use crate::hash;
use yett::config::Value;

/// What is done with a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Mask,
    Block,
    Hash,
}

/// The configuration.
#[derive(Debug)]
pub struct Config {
    pub action: Action,
    pub status: u16,
    pub restore: bool,
    pub requests: bool,
    pub answers: bool,
    pub key: [u64; 2],
    pub kinds: Kinds,
}

impl Config {
    /// Reads the configuration.
    pub fn read(c: &Value) -> Result<Config, String> {
        let action = match c.text("action", "mask") {
            "mask" => Action::Mask,
            "block" => Action::Block,
            "hash" => Action::Hash,
            other => return Err(["action is ", other, "; it may be mask, block or hash"].concat()),
        };
        let status = match c.int("status", 403) {
            status @ 400..=599 => status as u16,
            _ => return Err("status must be 400 to 599".into()),
        };
        let restore = c.bool("restore", false);
        if restore && action != Action::Mask {
            return Err("restore needs action = \"mask\": nothing else can be put back".into());
        }
        let key = c.text("key", "");
        if action == Action::Hash && key.len() < 16 {
            return Err("action = \"hash\" needs a key of at least 16 characters: without one, short numbers can be \
                guessed from their hash"
                .into());
        }
        Ok(Config {
            action,
            status,
            restore,
            requests: c.bool("requests", true),
            answers: c.bool("answers", true),
            key: hash::fold(key),
            kinds: kinds(c)?,
        })
    }
}

/// Reads what to look for. Default: all.
fn kinds(c: &Value) -> Result<Kinds, String> {
    if !c.has("entities") {
        return Ok(Kinds::ALL);
    }
    let mut kinds = Kinds::default();
    for name in c.texts("entities") {
        match Entity::ALL.iter().find(|e| e.name() == name) {
            Some(e) => kinds.add(*e),
            None => return Err(["there is no entity ", name].concat()),
        }
    }
    Ok(kinds)
}

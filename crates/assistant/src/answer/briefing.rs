//! What an answer is told beside the question and the ledger.

use std::collections::BTreeSet;

use domain::{Persona, UserId};

/// What an answer is told beside the question and the ledger.
#[derive(Debug, Clone)]
pub struct Briefing {
    /// The person who asks.
    pub user: UserId,
    /// How the answer sounds; it never changes a figure.
    pub persona: Persona,
    /// What the assistant remembers of the person.
    pub remembered: Vec<String>,
    /// What the chat said before its last messages, in short.
    pub summary: Option<String>,
    /// Names of tools that the person has switched off.
    pub switched_off: BTreeSet<String>,
}

impl Briefing {
    /// Nothing but who asks.
    pub fn of(user: UserId) -> Self {
        Self {
            user,
            persona: Persona::default(),
            remembered: Vec::new(),
            summary: None,
            switched_off: BTreeSet::new(),
        }
    }
}

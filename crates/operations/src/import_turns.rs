//! Imports of one person take turns, so that each is planned on what the one before it has added.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, Weak},
};

use domain::UserId;
use tokio::sync::Mutex;

/// The turns of this process. An import that another one wrote meanwhile makes this one's plan outdated when
/// it is written.
#[derive(Debug, Default)]
pub(crate) struct ImportTurns(std::sync::Mutex<HashMap<UserId, Weak<Mutex<()>>>>);

impl ImportTurns {
    /// What the person's imports hold while they plan and write.
    pub(crate) fn of(&self, user: &UserId) -> Arc<Mutex<()>> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turn) = turns.get(user).and_then(Weak::upgrade) {
            return turn;
        }
        turns.retain(|_, turn| turn.strong_count() > 0);
        let turn = Arc::new(Mutex::new(()));
        turns.insert(user.clone(), Arc::downgrade(&turn));
        turn
    }
}

//! What a person, or a rule of theirs, changes on rows that are there.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use domain::{
    Category, CategoryChoice, CategorySource, Feedback, MessageId, ToolWriteId, ToolWriteStatus, Transaction,
    TransactionEdit, TransactionId,
};
use jiff::Timestamp;

use super::user::UserState;
use crate::{
    RuleResult,
    text::{storable, storable_edit},
};

impl UserState {
    pub(super) fn categorise(&mut self, ids: Vec<TransactionId>, category: Category, at: Timestamp) {
        let chosen: HashSet<_> = ids.into_iter().collect();
        let choice = CategoryChoice { category, source: CategorySource::Person };
        let edit = TransactionEdit { category: Some(choice), ..TransactionEdit::default() };
        for row in self.rows_mut().filter(|row| chosen.contains(&row.id)) {
            row.apply_edit(&edit, at);
        }
    }

    pub(super) fn edit_transaction(&mut self, id: TransactionId, edit: TransactionEdit, at: Timestamp) {
        let edit = storable_edit(edit);
        if let Some(row) = self.rows_mut().find(|row| row.id == id) {
            row.apply_edit(&edit, at);
        }
    }

    pub(super) fn apply_rules(&mut self, results: Vec<RuleResult>, at: Timestamp) {
        let mut chosen = HashMap::new();
        let results: Vec<_> =
            results.into_iter().map(|it| (it.transaction_ids, it.category, it.payee.map(storable))).collect();
        for (ids, category, payee) in &results {
            chosen.extend(ids.iter().map(|id| (*id, (category, payee.as_deref()))));
        }
        for row in self.rows_mut() {
            if let Some((category, payee)) = chosen.get(&row.id) {
                row.apply_rule(category, *payee, at);
            }
        }
    }

    pub(super) fn give_feedback(&mut self, id: MessageId, feedback: Option<Feedback>) {
        let key = self.chat_of_message.get(&id).map(|chat| (*chat, id));
        if let Some(message) = key.and_then(|key| self.messages.get_mut(&key)) {
            message.feedback = feedback.map(Box::new);
        }
    }

    pub(super) fn decide_tool_write(
        &mut self,
        id: ToolWriteId,
        status: ToolWriteStatus,
        outcome: Option<String>,
        at: Timestamp,
    ) {
        let there = self.tool_writes.get_mut(&id).filter(|there| there.status.may_become(status));
        if let Some(write) = there {
            write.status = status;
            write.outcome = outcome.map(storable).or_else(|| write.outcome.take());
            write.decided_at = Some(at);
        }
    }

    fn rows_mut(&mut self) -> impl Iterator<Item = &mut Transaction> {
        Arc::make_mut(&mut self.ledger).transactions.iter_mut()
    }
}

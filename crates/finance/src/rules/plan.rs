//! What rules would change of the past.

use domain::{Category, CategorySource, Rule, Transaction};

use super::{RuleFacts, RuleSet};

/// A transaction that a rule would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedChange<'a> {
    /// The transaction as it is.
    pub transaction: &'a Transaction,
    /// The rule that decides it.
    pub rule: &'a Rule,
}

impl PlannedChange<'_> {
    /// The category that it would have.
    pub fn category(&self) -> &Category {
        &self.rule.category
    }

    /// The payee that it would have.
    pub fn payee(&self) -> &str {
        self.rule.payee.as_deref().unwrap_or(&self.transaction.payee)
    }
}

/// The transactions whose category or payee the rules would change, in the order given. A person's own
/// choice is never overwritten.
pub fn plan<'a>(rules: &'a [Rule], transactions: &'a [Transaction]) -> Vec<PlannedChange<'a>> {
    let set = RuleSet::new(rules);
    let changed = |transaction: &'a Transaction| {
        if transaction.category_source == CategorySource::Person {
            return None;
        }
        let rule = set.decide(&RuleFacts::from(transaction))?;
        let change = PlannedChange { transaction, rule };
        // Of a split one the parts have the categories.
        let is_one = (transaction.category != rule.category && !transaction.is_split())
            || change.payee() != &*transaction.payee;
        is_one.then_some(change)
    };
    transactions.iter().filter_map(changed).collect()
}

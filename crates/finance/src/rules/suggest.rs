//! Rules that a person's corrections ask for.

use std::collections::HashMap;

use domain::{Category, CategorySource, Rule, Transaction, TransactionId};

use super::{RuleFacts, RuleSet};

/// Corrections of one payee that make a suggestion; one alone may be an exception.
const EVIDENCE_MIN: usize = 2;

/// A rule that a person's corrections ask for: the payee is this, so the category is that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSuggestion {
    /// The payee, as its newest transaction writes it.
    pub payee: String,
    /// The category that the person gave each time.
    pub category: Category,
    /// The transactions that they gave it to, oldest first.
    pub evidence: Vec<TransactionId>,
    /// Transactions of the payee that the rule would change.
    pub would_change: usize,
}

#[derive(Default)]
struct Payee<'a> {
    corrections: Vec<&'a Transaction>,
    others: Vec<&'a Transaction>,
}

/// Suggests a rule for each payee that the person put into one category at least twice and into no other,
/// where no rule of theirs says so already: those that would change most first, then by payee.
/// `transactions` are in ascending order of day.
pub fn suggest(rules: &[Rule], transactions: &[Transaction]) -> Vec<RuleSuggestion> {
    let set = RuleSet::new(rules);
    let mut payees: HashMap<String, Payee<'_>> = HashMap::new();
    let of_person =
        |row: &&Transaction| row.category_source == CategorySource::Person && !row.payee.is_empty();
    for row in transactions.iter().filter(of_person) {
        payees.entry(row.payee.to_lowercase()).or_default().corrections.push(row);
    }
    payees.retain(|_, payee| is_consistent(&payee.corrections));
    if payees.is_empty() {
        return Vec::new();
    }
    for row in transactions.iter().filter(|row| row.category_source != CategorySource::Person) {
        if let Some(payee) = payees.get_mut(&row.payee.to_lowercase()) {
            payee.others.push(row);
        }
    }
    let mut suggestions: Vec<RuleSuggestion> =
        payees.into_values().filter_map(|payee| payee.suggestion(&set)).collect();
    suggestions.sort_by(|a, b| b.would_change.cmp(&a.would_change).then_with(|| a.payee.cmp(&b.payee)));
    suggestions
}

fn is_consistent(corrections: &[&Transaction]) -> bool {
    corrections.len() >= EVIDENCE_MIN
        && corrections.windows(2).all(|pair| pair[0].category == pair[1].category)
}

impl Payee<'_> {
    fn suggestion(&self, set: &RuleSet<'_>) -> Option<RuleSuggestion> {
        let newest = self.corrections.last()?;
        let says_so = |row: &&&Transaction| {
            set.decide(&RuleFacts::from(**row)).is_some_and(|rule| rule.category == newest.category)
        };
        if self.corrections.iter().filter(says_so).count() == self.corrections.len() {
            return None;
        }
        Some(RuleSuggestion {
            payee: newest.payee.to_string(),
            category: newest.category.clone(),
            evidence: self.corrections.iter().map(|row| row.id).collect(),
            would_change: self.others.iter().filter(|row| row.category != newest.category).count(),
        })
    }
}

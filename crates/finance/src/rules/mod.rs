//! A person's rules: which one decides a transaction, what they would change, and which are missing.

mod plan;
mod suggest;

use std::collections::HashMap;

use domain::{AccountId, Rule, RuleCondition, Side, Transaction};
use memchr::memmem::Finder;
use rust_decimal::Decimal;

pub use plan::{PlannedChange, plan};
pub use suggest::{RuleSuggestion, suggest};

/// What a rule's conditions are held against.
#[derive(Debug, Clone, Copy)]
pub struct RuleFacts<'a> {
    /// Who was paid or who paid.
    pub payee: &'a str,
    /// The payee as it was imported, where a person or a rule gave it another name since: a rule that
    /// gives names would otherwise not know its own work again.
    pub booked_payee: Option<&'a str>,
    /// The bank's text beside it.
    pub description: &'a str,
    /// Signed; negative is money out.
    pub amount: Decimal,
    /// The account it is booked on.
    pub account_id: AccountId,
    /// The merchant's category code (ISO 18245).
    pub mcc: Option<u16>,
}

impl<'a> From<&'a Transaction> for RuleFacts<'a> {
    fn from(row: &'a Transaction) -> Self {
        let booked = row.booked_payee();
        Self {
            payee: &row.payee,
            booked_payee: (booked != &*row.payee).then_some(booked),
            description: &row.description,
            amount: row.amount.amount(),
            account_id: row.account_id,
            mcc: row.details.as_ref().and_then(|details| details.mcc),
        }
    }
}

/// Rules made ready to be held against many transactions.
#[derive(Debug)]
pub struct RuleSet<'a> {
    rules: Vec<Compiled<'a>>,
    /// Places of rules that ask for a whole payee, by that payee: most rules are such, and most
    /// payees have none.
    by_payee: HashMap<String, Vec<usize>>,
    /// Places of all other rules.
    others: Vec<usize>,
    reads_descriptions: bool,
}

#[derive(Debug)]
struct Compiled<'a> {
    rule: &'a Rule,
    conditions: Vec<Condition>,
}

#[derive(Debug)]
enum Condition {
    PayeeIs(String),
    PayeeContains(Finder<'static>),
    TextContains(Finder<'static>),
    Other(RuleCondition),
}

/// A row's texts in lower case.
struct Texts {
    payee: String,
    booked_payee: Option<String>,
    description: String,
}

impl<'a> RuleSet<'a> {
    /// Rules in the order in which they are tried.
    pub fn new(rules: &'a [Rule]) -> Self {
        let rules: Vec<Compiled<'a>> = rules.iter().map(Compiled::new).collect();
        let mut by_payee: HashMap<String, Vec<usize>> = HashMap::new();
        let mut others = Vec::new();
        for (place, compiled) in rules.iter().enumerate() {
            match compiled.whole_payee() {
                Some(payee) => by_payee.entry(payee.to_owned()).or_default().push(place),
                None => others.push(place),
            }
        }
        let conditions = rules.iter().flat_map(|compiled| &compiled.conditions);
        let reads_descriptions =
            conditions.into_iter().any(|condition| matches!(condition, Condition::TextContains(_)));
        Self { rules, by_payee, others, reads_descriptions }
    }

    /// There are no rules.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The first rule of which every condition is true.
    pub fn decide(&self, facts: &RuleFacts<'_>) -> Option<&'a Rule> {
        if self.is_empty() {
            return None;
        }
        let texts = Texts {
            payee: facts.payee.to_lowercase(),
            booked_payee: facts.booked_payee.map(str::to_lowercase),
            description: if self.reads_descriptions {
                facts.description.to_lowercase()
            } else {
                String::new()
            },
        };
        let named = |payee: &String| self.by_payee.get(payee).map_or(&[][..], Vec::as_slice);
        let whole = named(&texts.payee);
        let booked = texts.booked_payee.as_ref().map_or(&[][..], named);
        let holds = |place: &&usize| self.rules[**place].holds(facts, &texts);
        let firsts = [whole, booked, &self.others].map(|places| places.iter().find(holds));
        let first = firsts.into_iter().flatten().min()?;
        Some(self.rules[*first].rule)
    }
}

impl<'a> Compiled<'a> {
    fn new(rule: &'a Rule) -> Self {
        let finder = |text: &str| Finder::new(text.to_lowercase().as_bytes()).into_owned();
        let conditions = rule.conditions.iter().map(|condition| match condition {
            RuleCondition::PayeeIs { text } => Condition::PayeeIs(text.to_lowercase()),
            RuleCondition::PayeeContains { text } => Condition::PayeeContains(finder(text)),
            RuleCondition::TextContains { text } => Condition::TextContains(finder(text)),
            other => Condition::Other(other.clone()),
        });
        Self { rule, conditions: conditions.collect() }
    }

    fn whole_payee(&self) -> Option<&str> {
        self.conditions.iter().find_map(|condition| match condition {
            Condition::PayeeIs(payee) => Some(payee.as_str()),
            Condition::PayeeContains(_) | Condition::TextContains(_) | Condition::Other(_) => None,
        })
    }

    fn holds(&self, facts: &RuleFacts<'_>, texts: &Texts) -> bool {
        let payees = || [Some(&texts.payee), texts.booked_payee.as_ref()].into_iter().flatten();
        let contains = |part: &Finder<'_>, text: &str| part.find(text.as_bytes()).is_some();
        self.conditions.iter().all(|condition| match condition {
            Condition::PayeeIs(text) => payees().any(|payee| payee == text),
            Condition::PayeeContains(part) => payees().any(|payee| contains(part, payee)),
            Condition::TextContains(part) => {
                payees().any(|payee| contains(part, payee)) || contains(part, &texts.description)
            }
            Condition::Other(condition) => holds_otherwise(condition, facts),
        })
    }
}

fn holds_otherwise(condition: &RuleCondition, facts: &RuleFacts<'_>) -> bool {
    match condition {
        RuleCondition::AmountAtLeast { amount } => facts.amount.abs() >= *amount,
        RuleCondition::AmountAtMost { amount } => facts.amount.abs() <= *amount,
        RuleCondition::SideIs { side: Side::Spending } => facts.amount < Decimal::ZERO,
        RuleCondition::SideIs { side: Side::Income } => facts.amount > Decimal::ZERO,
        RuleCondition::AccountIs { account_id } => facts.account_id == *account_id,
        RuleCondition::MccIs { code } => facts.mcc == Some(*code),
        // Compiled into conditions of their own.
        RuleCondition::PayeeIs { .. }
        | RuleCondition::PayeeContains { .. }
        | RuleCondition::TextContains { .. } => false,
    }
}

//! A person's rules: which category a transaction gets, tried on the past before they are applied to it.

use std::{collections::BTreeMap, sync::Arc};

use domain::{Category, InvalidRule, Ledger, Rule, RuleCondition, Setting, SettingId, TransactionId, UserId};
use finance::rules::{PlannedChange, RuleSuggestion};
use serde::{Deserialize, Serialize};
use storage::{ChangeKind, RuleResult};

use super::{parse_category, required};
use crate::{EditPlan, OperationError, Operations, json::given, transactions::planned};

/// Longest name that a rule may give a payee, in characters.
const PAYEE_MAX: usize = 120;
/// Rules that one person may have; each is held against every row of an import.
pub(crate) const RULES_MAX: usize = 1_000;

/// A rule as sent: to make one, or to change some fields of one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RuleDraft {
    /// All must be true; at least one.
    pub conditions: Option<Vec<RuleCondition>>,
    /// The category that it gives.
    pub category: Option<String>,
    /// The payee's name that it gives; null gives none.
    #[serde(deserialize_with = "given")]
    pub payee: Option<Option<String>>,
    /// Its place among the rules, from 1; a new one comes last when it names none.
    pub position: Option<u32>,
}

impl Operations {
    /// Every rule, in the order in which they are tried.
    pub async fn list_rules(&self, user: &UserId) -> Result<Vec<Rule>, OperationError> {
        Ok(self.settings(user).await?.rules.clone())
    }

    /// Makes a rule. With a `key` a repeat is [`OperationError::AlreadyDone`].
    pub async fn create_rule(
        &self,
        user: &UserId,
        draft: &RuleDraft,
        key: Option<SettingId>,
    ) -> Result<Rule, OperationError> {
        let id = self.setting_id(key);
        let rule = new_rule(id, draft)?;
        let rules = self.list_rules(user).await?;
        if rules.len() >= RULES_MAX {
            return Err(OperationError::Full);
        }
        let changed = placed(&rules, &rule, draft.position);
        self.add_settings(user, id, changed).await?;
        self.get_rule(user, id).await
    }

    /// Changes the fields given of a rule; another position moves it there.
    pub async fn update_rule(
        &self,
        user: &UserId,
        id: SettingId,
        draft: &RuleDraft,
    ) -> Result<Rule, OperationError> {
        let rules = self.list_rules(user).await?;
        let there = rules.iter().position(|rule| rule.id == id).ok_or(OperationError::NotFound)?;
        let mut rule = rules[there].clone();
        if let Some(conditions) = &draft.conditions {
            rule.conditions.clone_from(conditions);
        }
        if let Some(category) = &draft.category {
            rule.category = parse_category(category)?;
        }
        if let Some(payee) = &draft.payee {
            rule.payee.clone_from(payee);
        }
        let rule = checked(rule)?;
        let position = draft.position.unwrap_or(there as u32 + 1);
        self.save_settings(user, placed(&rules, &rule, Some(position))).await?;
        self.get_rule(user, id).await
    }

    /// Takes a rule away; what it gave to transactions stays.
    pub async fn delete_rule(&self, user: &UserId, id: SettingId) -> Result<(), OperationError> {
        self.get_rule(user, id).await?;
        self.delete_setting(user, id).await
    }

    /// What a rule that is not saved would change by itself; of an empty draft, what all saved rules
    /// would.
    pub async fn test_rules(&self, user: &UserId, draft: &RuleDraft) -> Result<EditPlan, OperationError> {
        let rules = if *draft == RuleDraft::default() {
            self.list_rules(user).await?
        } else {
            vec![new_rule(self.setting_id(None), draft)?]
        };
        let ledger = self.ledger(user).await?;
        Ok(on_ledger(ledger, rules, summed).await)
    }

    /// Gives every transaction what the saved rules say, as one change; those whose category the person
    /// chose stay. A preview changes nothing.
    pub async fn apply_rules(&self, user: &UserId, preview: bool) -> Result<EditPlan, OperationError> {
        let rules = self.list_rules(user).await?;
        let ledger = self.ledger(user).await?;
        let (plan, results) = on_ledger(ledger, rules, |changes| (summed(changes), results(changes))).await;
        if !preview && plan.count > 0 {
            self.write(user, ChangeKind::RulesApplied { results }).await?;
        }
        Ok(plan)
    }

    /// Rules that the person's own corrections ask for.
    pub async fn suggest_rules(&self, user: &UserId) -> Result<Vec<RuleSuggestion>, OperationError> {
        let rules = self.list_rules(user).await?;
        let ledger = self.ledger(user).await?;
        Ok(blocking(move || finance::rules::suggest(&rules, &ledger.transactions)).await)
    }

    async fn get_rule(&self, user: &UserId, id: SettingId) -> Result<Rule, OperationError> {
        let settings = self.settings(user).await?;
        settings.rules.iter().find(|rule| rule.id == id).cloned().ok_or(OperationError::NotFound)
    }
}

pub(crate) fn new_rule(id: SettingId, draft: &RuleDraft) -> Result<Rule, OperationError> {
    checked(Rule {
        id,
        position: 0,
        conditions: required("conditions", draft.conditions.clone())?,
        category: parse_category(&required("category", draft.category.clone())?)?,
        payee: draft.payee.clone().flatten(),
    })
}

fn checked(rule: Rule) -> Result<Rule, OperationError> {
    let rule = rule.validate().map_err(|error| {
        let field = match error {
            InvalidRule::NoCondition => "conditions".to_owned(),
            InvalidRule::Text { at } => format!("conditions.{at}.text"),
            InvalidRule::Amount { at } => format!("conditions.{at}.amount"),
        };
        OperationError::field(&field, error.to_string())
    })?;
    match &rule.payee {
        Some(payee) if payee.chars().count() > PAYEE_MAX || payee.chars().any(char::is_control) => {
            Err(OperationError::field("payee", format!("must be at most {PAYEE_MAX} characters")))
        }
        Some(_) | None => Ok(rule),
    }
}

/// The rule at its place, from 1, and the others that move for it: positions count 1, 2, 3.
pub(crate) fn placed(rules: &[Rule], rule: &Rule, position: Option<u32>) -> Vec<Setting> {
    let mut order: Vec<&Rule> = rules.iter().filter(|other| other.id != rule.id).collect();
    let place = position.map_or(order.len(), |position| (position.max(1) as usize - 1).min(order.len()));
    order.insert(place, rule);
    let numbered = (1..).zip(order).filter(|(position, it)| it.id == rule.id || it.position != *position);
    numbered.map(|(position, it)| Setting::Rule(Rule { position, ..it.clone() })).collect()
}

/// Holds rules against a ledger, on a thread for blocking work.
async fn on_ledger<T: Send + 'static>(
    ledger: Arc<Ledger>,
    rules: Vec<Rule>,
    with: impl FnOnce(&[PlannedChange<'_>]) -> T + Send + 'static,
) -> T {
    blocking(move || with(&finance::rules::plan(&rules, &ledger.transactions))).await
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    }
}

fn summed(changes: &[PlannedChange<'_>]) -> EditPlan {
    let edit = |change: &PlannedChange<'_>| planned(change.transaction, change.category(), change.payee());
    EditPlan::of(changes.iter().map(edit).collect())
}

/// The changes by what they give, so that a change of 100,000 transactions names each category once.
fn results(changes: &[PlannedChange<'_>]) -> Vec<RuleResult> {
    let mut groups: BTreeMap<(&Category, Option<&str>), Vec<TransactionId>> = BTreeMap::new();
    for change in changes {
        let given = (change.category(), change.rule.payee.as_deref());
        groups.entry(given).or_default().push(change.transaction.id);
    }
    let result = |((category, payee), transaction_ids): ((&Category, Option<&str>), _)| RuleResult {
        transaction_ids,
        category: category.clone(),
        payee: payee.map(str::to_owned),
    };
    groups.into_iter().map(result).collect()
}

//! What each writing tool would change: one change, told in words for the person.
//!
//! The words are plain text and are shown as such: payees come from bank files.

use std::fmt::Write;

use domain::{
    Budget, CategorySource, RuleCondition, Setting, SettingId, ToolWriteId, ToolWriteOrigin, Transaction,
    TransactionFilter, UserId,
};
use serde_json::{Map, Value, json};
use storage::ChangeKind;

use super::{
    input::{AddRule, Forget, Remember, SetBudget, SetCategory, SetGoal, read},
    tools::profile_fields,
};
use crate::{
    OperationError, Operations, RuleDraft, Selection, goals,
    profile::patched,
    settings::{
        SETTINGS_MAX,
        budgets::{money, parse_month},
        parse_category, parse_currency, rules,
    },
    transactions::selected,
};

/// Rows that a preview names one by one.
const ROWS_SHOWN: usize = 5;

/// What a tool would change.
pub(super) struct Plan {
    /// What will change.
    pub(super) preview: String,
    /// What has changed, once it is done.
    pub(super) outcome: String,
    /// The change.
    pub(super) kind: ChangeKind,
}

impl Operations {
    /// What a tool would change. New settings get the id of the write, so that a repeat plans the same.
    pub(super) async fn plan_tool_write(
        &self,
        user: &UserId,
        id: ToolWriteId,
        tool: &str,
        input: &Value,
        origin: Option<&ToolWriteOrigin>,
    ) -> Result<Plan, OperationError> {
        if !self.settings(user).await?.tool_is_enabled(tool) {
            return Err(OperationError::field("tool", "is switched off"));
        }
        let setting_id = SettingId::from(id.as_uuid());
        match tool {
            "set_category" => self.plan_category(user, input).await,
            "set_budget" => self.plan_budget(user, setting_id, input).await,
            "set_goal" => self.plan_goal(user, input).await,
            "set_profile" => self.plan_profile(user, input).await,
            "add_rule" => self.plan_rule(user, setting_id, input).await,
            "remember" => self.plan_memory(user, setting_id, input, origin).await,
            "forget" => self.plan_forgetting(user, input).await,
            _ => Err(OperationError::field("tool", "is no tool that writes")),
        }
    }

    async fn plan_category(&self, user: &UserId, input: &Value) -> Result<Plan, OperationError> {
        let input: SetCategory = read(input)?;
        let category = parse_category(&input.category)?;
        let selection = match (input.transaction_ids, input.filter) {
            (Some(ids), None) => Selection::Ids(ids),
            (None, Some(filter)) if *filter == TransactionFilter::default() => {
                return Err(OperationError::field("filter", "needs at least one condition"));
            }
            (None, Some(filter)) => Selection::Filter(filter),
            (Some(_), Some(_)) | (None, None) => {
                return Err(OperationError::field("filter", "or transaction_ids must be given, one of them"));
            }
        };
        let ledger = self.ledger(user).await?;
        let rows = selected(&ledger, &selection)?;
        if rows.is_empty() {
            return Err(OperationError::field("filter", "meets no transaction"));
        }
        let differs =
            |row: &&Transaction| row.category != category || row.category_source != CategorySource::Person;
        let rows: Vec<&Transaction> = rows.into_iter().filter(differs).collect();
        if rows.is_empty() {
            return Err(OperationError::field("category", "is the person's choice for all of these already"));
        }
        let transaction_ids = rows.iter().map(|row| row.id).collect();
        Ok(Plan {
            preview: format!("Put {} into {}: {}", counted(rows.len()), category.path(), listed(&rows)),
            outcome: format!("{} now in {}.", counted(rows.len()), category.path()),
            kind: ChangeKind::TransactionsCategorised { transaction_ids, category },
        })
    }

    async fn plan_budget(
        &self,
        user: &UserId,
        new_id: SettingId,
        input: &Value,
    ) -> Result<Plan, OperationError> {
        let input: SetBudget = read(input)?;
        let category = parse_category(&input.category)?;
        let currency = match &input.currency {
            Some(code) => parse_currency("currency", code)?,
            None => self.main_currency(user).await?,
        };
        let amount = money(input.amount, currency)?;
        let month = input
            .month
            .as_deref()
            .map_or_else(|| Ok(self.clock.today().first_of_month()), |month| parse_month("month", month))?;
        let settings = self.settings(user).await?;
        let of_category = |it: &&Budget| it.category == category && it.amount.currency() == currency;
        let there = settings.budgets.iter().filter(of_category).find(|it| it.from == month).cloned();
        let before = there.as_ref().map(|it| it.amount);
        let budget = match there {
            Some(there) => Budget { amount, rollover: input.rollover.unwrap_or(there.rollover), ..there },
            None => Budget {
                id: new_id,
                category,
                amount,
                from: month,
                until: None,
                rollover: input.rollover.unwrap_or_default(),
            },
        };
        let budget = self.checked_budget(user, budget).await?;
        let mut preview = format!("Set the budget for {} to {amount} a month", budget.category.name());
        let _ = write!(preview, ", from {} on", month.strftime("%B %Y"));
        if budget.rollover {
            preview.push_str(", what is left carried over");
        }
        if let Some(before) = before {
            let _ = write!(preview, " (it is {before} now)");
        }
        preview.push('.');
        Ok(Plan {
            preview,
            outcome: format!("The budget for {} is {amount} a month.", budget.category.name()),
            kind: ChangeKind::SettingsSaved { settings: vec![Setting::Budget(budget)] },
        })
    }

    async fn plan_goal(&self, user: &UserId, input: &Value) -> Result<Plan, OperationError> {
        read::<SetGoal>(input)?;
        let given = fields_of(input)?;
        let name = given.get("name").and_then(Value::as_str).unwrap_or_default();
        let profile = self.get_profile(user).await?;
        let there = goals::index_of(&profile, name);
        let index = there.unwrap_or(profile.financial_goals.len());
        let mut merged = there
            .and_then(|at| serde_json::to_value(&profile.financial_goals[at]).ok())
            .unwrap_or_else(|| json!({}));
        if let Value::Object(fields) = &mut merged {
            fields.extend(given.iter().map(|(name, value)| (name.clone(), value.clone())));
        }
        let (goal, draft) = self.placed_goal(user, &profile, index, &merged).await?;
        let currency = self.main_currency(user).await?;
        let mut preview = match there {
            Some(_) => format!("Change the goal {}:", goal.name),
            None => format!("Add the goal {}:", goal.name),
        };
        let _ = write!(preview, " {} {currency}", goal.target_amount);
        if let Some(date) = goal.target_date {
            let _ = write!(preview, " by {date}");
        }
        if let Some(saved) = goal.saved_amount {
            let _ = write!(preview, ", {saved} {currency} saved");
        }
        preview.push('.');
        let outcome = format!("The goal {} is set.", goal.name);
        Ok(Plan { preview, outcome, kind: self.profile_change(&draft, profile)?.1 })
    }

    async fn plan_profile(&self, user: &UserId, input: &Value) -> Result<Plan, OperationError> {
        let given = fields_of(input)?;
        let known = profile_fields();
        if let Some(unknown) = given.keys().find(|name| !known.contains(name)) {
            return Err(OperationError::field(unknown, "is not a field that this tool sets"));
        }
        if given.is_empty() {
            return Err(OperationError::field("input", "needs at least one field"));
        }
        let profile = self.get_profile(user).await?;
        let draft = patched(&profile, input)?;
        let (changed, kind) = self.profile_change(&draft, profile)?;
        let values = serde_json::to_value(&changed).unwrap_or_default();
        let says = given.keys().map(|name| match &values[name] {
            Value::Null => format!("forget {}", name.replace('_', " ")),
            Value::String(text) => format!("{} is {text}", name.replace('_', " ")),
            value => format!("{} is {value}", name.replace('_', " ")),
        });
        let says = says.collect::<Vec<_>>().join("; ");
        Ok(Plan {
            preview: format!("Change your profile: {says}."),
            outcome: format!("Your profile: {says}."),
            kind,
        })
    }

    async fn plan_rule(&self, user: &UserId, id: SettingId, input: &Value) -> Result<Plan, OperationError> {
        let input: AddRule = read(input)?;
        let (condition, says) = match (input.payee, input.text) {
            (Some(text), None) => {
                (RuleCondition::PayeeContains { text: text.clone() }, format!("payee has “{text}”"))
            }
            (None, Some(text)) => (
                RuleCondition::TextContains { text: text.clone() },
                format!("payee or description has “{text}”"),
            ),
            (Some(_), Some(_)) | (None, None) => {
                return Err(OperationError::field("payee", "or text must be given, one of them"));
            }
        };
        let draft = RuleDraft {
            conditions: Some(vec![condition]),
            category: Some(input.category),
            ..RuleDraft::default()
        };
        let rule = rules::new_rule(id, &draft).map_err(unnested)?;
        let there = self.list_rules(user).await?;
        if there
            .iter()
            .any(|it| it.conditions == rule.conditions && it.category == rule.category && it.id != id)
        {
            return Err(OperationError::field("payee", "has this rule already"));
        }
        if there.len() >= rules::RULES_MAX {
            return Err(OperationError::Full);
        }
        let past = self.test_rules(user, &draft).await?.count;
        let category = rule.category.path();
        Ok(Plan {
            preview: format!(
                "Add a rule: when the {says}, the category is {category}. It holds for what is imported from \
                 now on; {} here would be changed if you apply your rules.",
                counted(past)
            ),
            outcome: format!("The rule is added: when the {says}, the category is {category}."),
            kind: ChangeKind::SettingsSaved { settings: rules::placed(&there, &rule, None) },
        })
    }

    async fn plan_memory(
        &self,
        user: &UserId,
        id: SettingId,
        input: &Value,
        origin: Option<&ToolWriteOrigin>,
    ) -> Result<Plan, OperationError> {
        let input: Remember = read(input)?;
        let source = origin.and_then(super::source);
        let memory = self.checked_memory(user, id, &input.text, source).await?;
        if self.settings(user).await?.len() >= SETTINGS_MAX {
            return Err(OperationError::Full);
        }
        Ok(Plan {
            preview: format!("Remember: {}", memory.text),
            outcome: format!("Remembered: {}", memory.text),
            kind: ChangeKind::SettingsSaved { settings: vec![Setting::Remembered(memory)] },
        })
    }

    async fn plan_forgetting(&self, user: &UserId, input: &Value) -> Result<Plan, OperationError> {
        let input: Forget = read(input)?;
        let settings = self.settings(user).await?;
        let (field, found) = match (input.id, input.text) {
            (Some(id), None) => ("id", settings.remembered.iter().find(|memory| memory.id == id)),
            (None, Some(text)) => {
                let text = text.trim().to_lowercase();
                ("text", settings.remembered.iter().find(|memory| memory.text.to_lowercase() == text))
            }
            (Some(_), Some(_)) | (None, None) => {
                return Err(OperationError::field("text", "or id must be given, one of them"));
            }
        };
        let memory = found.ok_or_else(|| OperationError::field(field, "is not remembered"))?;
        Ok(Plan {
            preview: format!("Forget: {}", memory.text),
            outcome: format!("Forgotten: {}", memory.text),
            kind: ChangeKind::SettingDeleted { setting_id: memory.id },
        })
    }
}

fn fields_of(input: &Value) -> Result<&Map<String, Value>, OperationError> {
    input.as_object().ok_or_else(|| OperationError::field("input", "must be a JSON object"))
}

fn counted(count: usize) -> String {
    match count {
        1 => "1 transaction".to_owned(),
        count => format!("{count} transactions"),
    }
}

/// The newest rows, and how many more there are.
fn listed(rows: &[&Transaction]) -> String {
    let shown = rows.iter().rev().take(ROWS_SHOWN);
    let row =
        |row: &&Transaction| format!("{} {} {} ({})", row.date, row.payee, row.amount, row.category.path());
    let mut text = shown.map(row).collect::<Vec<_>>().join("; ");
    match rows.len().saturating_sub(ROWS_SHOWN) {
        0 => text.push('.'),
        more => {
            let _ = write!(text, "; and {more} more.");
        }
    }
    text
}

/// A rule's one condition is an input of its own here.
fn unnested(error: OperationError) -> OperationError {
    match error {
        OperationError::Invalid(mut errors) => {
            for error in errors.iter_mut().filter(|error| error.field.starts_with("conditions")) {
                "text".clone_into(&mut error.field);
            }
            OperationError::Invalid(errors)
        }
        other => other,
    }
}

//! A person's rules for categories.

use axum::{
    extract::{Form, Path},
    response::Response,
};
use domain::{NumberReader, RuleCondition, SettingId, Side};
use operations::{OperationError, RuleDraft};

use super::{
    fields::{Fields, refused, wrong},
    reply::Sender,
};

const PAGE: &str = "/money/rules";

/// The conditions that were filled in; together they are the rule's.
fn conditions(fields: &Fields, amounts: NumberReader) -> Result<Vec<RuleCondition>, OperationError> {
    let amount = |name: &str| fields.number(name, amounts).map_err(wrong);
    let mut conditions = Vec::new();
    if let Some(text) = fields.filled("text") {
        conditions.push(match fields.text("where") {
            "payee_is" => RuleCondition::PayeeIs { text },
            "payee" => RuleCondition::PayeeContains { text },
            _ => RuleCondition::TextContains { text },
        });
    }
    conditions.extend(amount("min")?.map(|amount| RuleCondition::AmountAtLeast { amount }));
    conditions.extend(amount("max")?.map(|amount| RuleCondition::AmountAtMost { amount }));
    match fields.text("side") {
        "spending" => conditions.push(RuleCondition::SideIs { side: Side::Spending }),
        "income" => conditions.push(RuleCondition::SideIs { side: Side::Income }),
        _ => {}
    }
    if let Some(account) = fields.filled("account") {
        let account_id = account.parse().map_err(|_| refused("account", "is not one of your accounts"))?;
        conditions.push(RuleCondition::AccountIs { account_id });
    }
    if let Some(code) = fields.filled("mcc") {
        let code = code.parse().map_err(|_| refused("mcc", "must be a code of four digits"))?;
        conditions.push(RuleCondition::MccIs { code });
    }
    if conditions.is_empty() {
        return Err(refused("text", "or another condition must be filled in"));
    }
    Ok(conditions)
}

/// A new rule.
pub(super) async fn create(sender: Sender, Form(fields): Form<Vec<(String, String)>>) -> Response {
    let fields = Fields(fields);
    let typed = match sender.amounts(&fields).await {
        Ok(amounts) => conditions(&fields, amounts),
        Err(error) => Err(error),
    };
    let outcome = match typed {
        Ok(conditions) => {
            let draft = RuleDraft {
                conditions: Some(conditions),
                category: fields.filled("category"),
                payee: fields.filled("payee").map(Some),
                position: None,
            };
            sender.state.operations.create_rule(&sender.person.user, &draft, None).await
        }
        Err(error) => Err(error),
    };
    sender.done_or_again(outcome, PAGE, "new", fields).await
}

/// Another place for a rule, or its end.
pub(super) async fn change(
    sender: Sender,
    Path(id): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let Ok(id) = id.parse::<SettingId>() else { return sender.refuse(&OperationError::NotFound).await };
    let fields = Fields(fields);
    let (operations, user) = (&sender.state.operations, &sender.person.user);
    let outcome = match (fields.text("action"), fields.text("position").parse()) {
        ("delete", _) => operations.delete_rule(user, id).await,
        (_, Ok(position)) => {
            let draft = RuleDraft { position: Some(position), ..RuleDraft::default() };
            operations.update_rule(user, id, &draft).await.map(drop)
        }
        (_, Err(_)) => Err(refused("position", "must be a number from 1")),
    };
    sender.done_or_again(outcome, PAGE, "change", fields).await
}

/// Gives every rule its say on the transactions that are there.
pub(super) async fn apply(sender: Sender) -> Response {
    let outcome = sender.state.operations.apply_rules(&sender.person.user, false).await;
    sender.done(outcome, "/money/rules?applied").await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(fields: &[(&str, &str)]) -> Result<Vec<RuleCondition>, OperationError> {
        let fields = fields.iter().map(|(name, text)| ((*name).into(), (*text).into()));
        conditions(&Fields(fields.collect()), NumberReader::of_amounts(None, 2))
    }

    #[test]
    fn what_is_filled_in_becomes_a_condition_and_nothing_is_none() {
        let read_back =
            read(&[("text", " rent "), ("where", "payee"), ("min", "12,50"), ("side", "")]).unwrap();
        let amount = "12.50".parse().unwrap();
        let text = "rent".to_owned();
        assert_eq!(
            read_back,
            [RuleCondition::PayeeContains { text }, RuleCondition::AmountAtLeast { amount }]
        );
        assert!(read(&[("text", " ")]).is_err());
        assert!(read(&[("min", "much")]).is_err());
        assert!(read(&[("min", "1,000")]).is_err());
    }
}

//! `/money/rules`: which category a transaction gets, in the person's own words.

mod parts;

use domain::{Account, Rule};
use finance::rules::RuleSuggestion;
use leptos::prelude::*;
use operations::{EditPlan, OperationError};

use super::{FormAttempt, category_paths, has_query};
use crate::{
    components::{ErrorSummary, Frame, FrameModel, MoneyPlace, MoneyPlaces, Section, page},
    visit::Visit,
};

use parts::{Outcome, RuleForm, RuleList, RuleSuggestions};

struct RulesModel {
    frame: FrameModel,
    rules: Vec<Rule>,
    accounts: Vec<Account>,
    categories: Vec<String>,
    suggestions: Vec<RuleSuggestion>,
    /// What the rules would change on what is there.
    plan: EditPlan,
    is_applied: bool,
    attempt: Option<FormAttempt>,
}

async fn load(
    visit: Visit,
    is_applied: bool,
    attempt: Option<FormAttempt>,
) -> Result<RulesModel, OperationError> {
    let frame = FrameModel::load(&visit, Section::Money).await?;
    let (operations, user) = (visit.operations(), visit.user());
    let ledger = operations.ledger(user).await?;
    Ok(RulesModel {
        frame,
        rules: operations.list_rules(user).await?,
        accounts: ledger.accounts.clone(),
        categories: category_paths(&ledger),
        suggestions: operations.suggest_rules(user).await?,
        plan: operations.apply_rules(user, true).await?,
        is_applied,
        attempt,
    })
}

/// `/money/rules`: which category a transaction gets, in the person's own words.
#[component]
pub(crate) fn RulesPage() -> impl IntoView {
    page(load(Visit::of_request(), has_query("applied"), FormAttempt::of_request()), |model| {
        let locale = model.frame.locale;
        let errors = model.attempt.as_ref().map(|attempt| attempt.errors.clone()).unwrap_or_default();
        let has_rules = !model.rules.is_empty();
        let options =
            model.categories.into_iter().map(|path| view! { <option value=path></option> }).collect_view();
        view! {
            <Frame model=model.frame title="Rules">
                <h1>"Rules"</h1>
                <MoneyPlaces here=MoneyPlace::Rules />
                <p class="hint">
                    "The first rule that fits decides. What you categorised by hand is never changed by a rule."
                </p>
                <datalist id="categories">{options}</datalist>
                <ErrorSummary errors />
                {model.is_applied.then(|| view! { <p class="notice" data-level="info" role="status">"The rules were applied."</p> })}
                {if has_rules {
                    view! {
                        <RuleList rules=model.rules accounts=model.accounts.clone() />
                        <Outcome plan=model.plan locale />
                    }
                        .into_any()
                } else {
                    view! { <p class="empty">"No rule yet. Write one below."</p> }.into_any()
                }}
                <RuleSuggestions suggestions=model.suggestions />
                <RuleForm attempt=model.attempt.filter(|attempt| attempt.form == "new") accounts=model.accounts />
            </Frame>
        }
    })
}

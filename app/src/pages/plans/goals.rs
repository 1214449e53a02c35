//! `/money/goals`: what the person saves for, and how far it has come.

use domain::{Account, NumberReader};
use finance::insight::goals::GoalProgress;
use leptos::prelude::*;
use operations::OperationError;

use super::{
    FormAttempt,
    goal_parts::{GoalCard, GoalFields, slug},
};
use crate::{
    components::{ErrorSummary, Frame, FrameModel, MoneyPlace, MoneyPlaces, Section, page},
    visit::Visit,
};

struct GoalsModel {
    frame: FrameModel,
    goals: Vec<GoalProgress>,
    accounts: Vec<Account>,
    amounts: NumberReader,
    attempt: Option<FormAttempt>,
}

async fn load(visit: Visit, attempt: Option<FormAttempt>) -> Result<GoalsModel, OperationError> {
    let frame = FrameModel::load(&visit, Section::Money).await?;
    let (operations, user) = (visit.operations(), visit.user());
    let accounts = operations.ledger(user).await?.accounts.clone();
    let goals = operations.goals(user, visit.today()).await?;
    let amounts = frame.locale.amounts(operations.main_currency(user).await?);
    Ok(GoalsModel { frame, goals, accounts, amounts, attempt })
}

/// `/money/goals`: what the person saves for, and how far it has come.
#[component]
pub(crate) fn GoalsPage() -> impl IntoView {
    page(load(Visit::of_request(), FormAttempt::of_request()), |model| {
        let locale = model.frame.locale;
        let errors = model.attempt.as_ref().map(|attempt| attempt.errors.clone()).unwrap_or_default();
        let is_empty = model.goals.is_empty();
        let changed = model.attempt.clone().filter(|attempt| attempt.form == "change");
        let id_prefix = changed.as_ref().map(|attempt| slug(&attempt.text("goal"))).unwrap_or_default();
        let attempt = model.attempt.filter(|attempt| attempt.form == "new");
        let (accounts, amounts) = (model.accounts.clone(), model.amounts);
        let cards = model
            .goals
            .into_iter()
            .map(|goal| {
                let changed = changed.clone().filter(|it| it.is_of("change", "goal", &goal.goal.name));
                view! { <GoalCard progress=goal attempt=changed accounts=accounts.clone() locale /> }
            })
            .collect_view();
        view! {
            <Frame model=model.frame title="Goals">
                <h1>"Goals"</h1>
                <MoneyPlaces here=MoneyPlace::Goals />
                <ErrorSummary errors id_prefix />
                {if is_empty {
                    view! { <p class="empty">"No goal yet. Say below what you save for."</p> }.into_any()
                } else {
                    view! { <ul class="goals">{cards}</ul> }.into_any()
                }}
                <section class="card" aria-labelledby="new-goal-title">
                    <h2 id="new-goal-title">"Add a goal"</h2>
                    <form method="post" action="/money/goals">
                        <GoalFields attempt goal=None accounts=model.accounts amounts />
                        <button class="button" data-kind="primary">"Add goal"</button>
                    </form>
                </section>
            </Frame>
        }
    })
}

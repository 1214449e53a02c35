//! `/money/recategorise`: what another category for everything that meets a filter changes.

use domain::{Category, FieldError, TransactionFilter};
use leptos::prelude::*;
use operations::{EditPlan, OperationError, Selection};

use super::{FilterFields, ListAddress};
use crate::{
    components::{ErrorSummary, Frame, FrameModel, MoneyPlace, MoneyPlaces, Section, page},
    format::{self, Locale},
    pages::{category_paths, query},
    visit::Visit,
};

struct RecategoriseModel {
    frame: FrameModel,
    fields: FilterFields,
    list: String,
    category: String,
    errors: Vec<FieldError>,
    plan: EditPlan,
    categories: Vec<String>,
}

/// The address of the preview.
pub(super) fn preview_href(filter: &TransactionFilter, category: &Category) -> String {
    // A category is a filter's value too, and encoded as one.
    let encoded = TransactionFilter { category: Some(category.clone()), ..TransactionFilter::default() };
    let pair = encoded.href().replace("/money?category=", "new_category=");
    ListAddress::of(filter).with(0, &pair).replacen("/money?", "/money/recategorise?", 1)
}

async fn load(
    visit: Visit,
    fields: FilterFields,
    category: String,
) -> Result<RecategoriseModel, OperationError> {
    let frame = FrameModel::load(&visit, Section::Money).await?;
    let (operations, user) = (visit.operations(), visit.user());
    let (filter, mut errors) = fields.check();
    let list = ListAddress::of(&filter).at(0);
    let mut plan = EditPlan { count: 0, edits: Vec::new(), split: 0 };
    if errors.is_empty() && filter != TransactionFilter::default() {
        let selection = Selection::Filter(Box::new(filter));
        match operations.recategorise_transactions(user, &selection, &category, true).await {
            Ok(found) => plan = found,
            Err(OperationError::Invalid(refused)) => errors.extend(refused),
            Err(error) => return Err(error),
        }
    }
    let categories = category_paths(&*operations.ledger(user).await?);
    Ok(RecategoriseModel { frame, fields, list, category, errors, plan, categories })
}

/// `/money/recategorise`: what another category for everything that meets a filter changes.
#[component]
pub(crate) fn RecategorisePage() -> impl IntoView {
    let category = query("new_category").unwrap_or_default();
    page(load(Visit::of_request(), FilterFields::read(query), category), |model| {
        let locale = model.frame.locale;
        let RecategoriseModel { frame, fields, list, category, errors, plan, categories } = model;
        let name = category.replace(':', " · ");
        let words = match plan.count {
            0 if plan.split > 0 => "Nothing would move.".to_owned(),
            0 => format!("Everything there is in {name} already."),
            1 => format!("1 transaction would move to {name}. Nothing has changed yet."),
            n => format!(
                "{} transactions would move to {name}. Nothing has changed yet.",
                format::count(n as u64, locale)
            ),
        };
        let split = match plan.split {
            0 => None,
            1 => Some("1 split transaction stays as it is: its parts have their own categories.".to_owned()),
            n => Some(format!(
                "{} split transactions stay as they are: their parts have their own categories.",
                format::count(n as u64, locale)
            )),
        };
        let is_refused = !errors.is_empty();
        let options =
            categories.into_iter().map(|path| view! { <option value=path></option> }).collect_view();
        view! {
            <Frame model=frame title="Change categories">
                <h1>"Change categories"</h1>
                <MoneyPlaces here=MoneyPlace::Transactions />
                <datalist id="categories">{options}</datalist>
                <ErrorSummary errors=errors />
                {(!is_refused).then(|| view! { <p class="lead">{words}</p> })}
                {split.map(|words| view! { <p class="hint">{words}</p> })}
                <OtherCategory fields=fields.clone() category=category.clone() />
                {(plan.count > 0).then(|| view! { <Planned plan=plan fields category list=list.clone() locale /> })}
                <p><a href=list>"Back to the transactions"</a></p>
            </Frame>
        }
    })
}

fn hidden(fields: &FilterFields) -> impl IntoView + use<> {
    let pairs = fields.pairs().into_iter();
    pairs.map(|(name, value)| view! { <input type="hidden" name=name value=value /> }).collect_view()
}

#[component]
fn OtherCategory(fields: FilterFields, category: String) -> impl IntoView {
    view! {
        <form class="other-category" method="get" action="/money/recategorise">
            {hidden(&fields)}
            <label for="field-category">"Into"</label>
            <input
                id="field-category"
                name="new_category"
                list="categories"
                value=category
                required
                maxlength="60"
                autocomplete="off"
            />
            <button class="button">"Preview again"</button>
        </form>
    }
    .into_any()
}

/// What would change, and the button that does it.
#[component]
fn Planned(
    plan: EditPlan,
    fields: FilterFields,
    category: String,
    list: String,
    locale: Locale,
) -> impl IntoView {
    let count = plan.count;
    let shown = plan.edits.len();
    let rows = plan
        .edits
        .into_iter()
        .map(|edit| {
            view! {
                <tr>
                    <th scope="row">{edit.payee}</th>
                    <td class="date-cell">{format::day(edit.date, locale)}</td>
                    <td>{edit.category.to_string()} " → " {edit.new_category.to_string()}</td>
                    <td class="figure-cell">{format::money(edit.amount, locale)}</td>
                </tr>
            }
        })
        .collect_view();
    let button = if count == 1 {
        "Change 1 transaction".to_owned()
    } else {
        format!("Change {} transactions", format::count(count as u64, locale))
    };
    view! {
        <form class="import-actions" method="post" action="/money/recategorise">
            {hidden(&fields)}
            <input type="hidden" name="new_category" value=category />
            <button class="button" data-kind="primary">{button}</button>
            <a class="button" href=list>"Cancel"</a>
        </form>
        <div class="table-scroll card" role="region" aria-label="What would change" tabindex="0">
            <table class="table">
                <caption>
                    {if shown < count { format!("The newest {shown}") } else { "What would change".to_owned() }}
                </caption>
                <thead>
                    <tr>
                        <th scope="col">"Payee"</th>
                        <th scope="col">"Date"</th>
                        <th scope="col">"Category"</th>
                        <th scope="col" class="figure-cell">"Amount"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preview_is_addressed_by_filter_and_category() {
        let filter = TransactionFilter { payee: Some("A & B".into()), ..TransactionFilter::default() };
        let href = preview_href(&filter, &Category::known("Food:Coffee"));
        assert_eq!(href, "/money/recategorise?payee=A%20%26%20B&new_category=Food%3ACoffee");
    }
}

//! The parts of a transaction, each with a category of its own.

use domain::{Money, NumberReader, Split, Transaction};
use leptos::prelude::*;
use rust_decimal::Decimal;

use crate::{
    components::error_for,
    format::{self, Locale},
    pages::FormAttempt,
};

/// Empty parts after those that are there.
const BLANK: usize = 2;
/// More of them, when they were not enough.
const MORE: usize = 5;

/// One part as it stands in the form; its amount without the sign of the whole.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct PartFields {
    pub(crate) amount: String,
    pub(crate) category: String,
    pub(crate) note: String,
}

impl PartFields {
    /// The parts of a submitted form that have something filled in.
    pub(crate) fn read(fields: &[(String, String)]) -> Vec<Self> {
        let all = |name: &'static str| {
            fields.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.trim().to_owned())
        };
        let rest = all("part_category").zip(all("part_note"));
        let parts = all("part_amount").zip(rest);
        let parts = parts.map(|(amount, (category, note))| Self { amount, category, note });
        parts.filter(|part| *part != Self::default()).collect()
    }

    fn of(part: &Split, is_outflow: bool, amounts: NumberReader) -> Self {
        let mut amount = part.amount.amount().normalize();
        amount.rescale(amount.scale().max(part.amount.currency().minor_digits()));
        Self {
            amount: amounts.written(if is_outflow { -amount } else { amount }),
            category: part.category.path().to_owned(),
            note: part.note.clone(),
        }
    }
}

/// The sum of what reads as an amount, and what it leaves of the whole.
fn left_over(parts: &[PartFields], whole: Decimal, amounts: NumberReader) -> (Decimal, Decimal) {
    let amounts = parts.iter().filter_map(|part| amounts.read(&part.amount).ok());
    let sum = amounts.fold(Decimal::ZERO, |sum, amount| sum.checked_add(amount).unwrap_or(sum));
    (sum, whole - sum)
}

/// The form of the parts.
#[component]
pub(super) fn Parts(row: Transaction, attempt: Option<FormAttempt>, locale: Locale) -> impl IntoView {
    let amounts = locale.amounts(row.amount.currency());
    let there = row.details.as_ref().map(|details| details.splits.clone()).unwrap_or_default();
    let is_split = !there.is_empty();
    let is_more = attempt.as_ref().is_some_and(|attempt| attempt.errors.is_empty());
    let errors = attempt.as_ref().map(|attempt| attempt.errors.clone()).unwrap_or_default();
    let mut parts = match &attempt {
        Some(attempt) => PartFields::read(&attempt.fields),
        None => there.iter().map(|part| PartFields::of(part, row.amount.is_outflow(), amounts)).collect(),
    };
    let filled = parts.len();
    let whole = row.amount.amount().abs();
    let (_, left) = left_over(&parts, whole, amounts);
    let blank = if is_more { MORE } else { BLANK.max(3usize.saturating_sub(filled)) };
    parts.resize((filled + blank).min(Split::MAX_PARTS.max(filled)), PartFields::default());
    let items = parts
        .into_iter()
        .enumerate()
        .map(|(at, part)| {
            let error = |name: &str| error_for(&errors, &format!("splits.{at}.{name}"));
            let errors = [error("amount"), error("category"), error("note")];
            view! { <Part at part errors /> }
        })
        .collect_view();
    let said = |amount: Decimal| {
        Money::new(amount, row.amount.currency())
            .map_or_else(|_| amount.to_string(), |amount| format::money(amount, locale))
    };
    let state = (filled > 0 && !left.is_zero()).then(|| format!("{} is left to place.", said(left)));
    let sum_error = error_for(&errors, "splits");
    view! {
        <section class="card" id="parts" aria-labelledby="parts-title">
            <h2 id="parts-title">"Parts"</h2>
            <p class="hint" id="parts-hint">
                "Split the " {said(whole)} " over several categories. The parts add up to it; a negative one is money back."
            </p>
            <form class="sheet-form" method="post" action=format!("/money/transactions/{}/parts", row.id)>
                <ol class="parts" id="field-splits">{items}</ol>
                {sum_error.map(|error| view! { <p class="field-error">"The parts " {error} "."</p> })}
                {state.map(|state| view! { <p class="hint">{state}</p> })}
                <div class="form-row">
                    <button class="button" data-kind="primary">"Save the parts"</button>
                    <button class="button" name="action" value="more">"More parts"</button>
                    {is_split
                        .then(|| view! {
                            <button class="button" data-kind="quiet" name="action" value="whole">"Make it whole"</button>
                        })}
                </div>
            </form>
        </section>
    }
    .into_any()
}

#[component]
fn Part(at: usize, part: PartFields, errors: [Option<String>; 3]) -> impl IntoView {
    let number = at + 1;
    let [amount, category, note] = errors.clone().map(|error| error.map(|_| "true"));
    let error_id = format!("part-{number}-error");
    let texts: Vec<String> = errors.into_iter().flatten().collect();
    let described = (!texts.is_empty()).then(|| error_id.clone());
    view! {
        <li>
            <span class="part-number" aria-hidden="true">{number}</span>
            <input
                id=format!("field-splits-{at}-amount")
                name="part_amount"
                value=part.amount
                inputmode="decimal"
                autocomplete="off"
                placeholder="Amount"
                aria-label=format!("Amount of part {number}")
                aria-invalid=amount
                aria-describedby=described.clone()
            />
            <input
                id=format!("field-splits-{at}-category")
                name="part_category"
                value=part.category
                list="categories"
                maxlength="60"
                autocomplete="off"
                placeholder="Category"
                aria-label=format!("Category of part {number}")
                aria-invalid=category
                aria-describedby=described
            />
            <input
                id=format!("field-splits-{at}-note")
                name="part_note"
                value=part.note
                maxlength="500"
                autocomplete="off"
                placeholder="Note"
                aria-label=format!("Note of part {number}")
                aria-invalid=note
            />
            {(!texts.is_empty())
                .then(|| view! { <p class="field-error" id=error_id>"Part " {number} " " {texts.join("; ")} "."</p> })}
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(parts: &[(&str, &str)]) -> Vec<(String, String)> {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        parts
            .iter()
            .flat_map(|(amount, category)| {
                [pair("part_amount", amount), pair("part_category", category), pair("part_note", "")]
            })
            .collect()
    }

    #[test]
    fn parts_that_are_left_empty_are_none() {
        let read = PartFields::read(&fields(&[("10", "Food"), ("", ""), (" 2.50 ", "Gifts")]));
        let amounts: Vec<&str> = read.iter().map(|part| part.amount.as_str()).collect();
        assert_eq!(amounts, ["10", "2.50"]);
    }

    #[test]
    fn what_is_left_to_place_is_told() {
        let parts = PartFields::read(&fields(&[("10", "Food"), ("1,50", "Gifts"), ("much", "Food")]));
        let amounts = NumberReader::of_amounts(None, 2);
        assert_eq!(left_over(&parts, Decimal::new(1250, 2), amounts), (Decimal::new(1150, 2), Decimal::ONE));
    }
}

//! `/money/budgets` and `/money/goals`: what may be spent, and what is saved for.

mod budget_parts;
mod budgets;
mod goal_parts;
mod goals;

use domain::FieldError;
use leptos::prelude::*;

pub(crate) use budgets::BudgetsPage;
pub(crate) use goals::GoalsPage;

/// A form that was refused, for the page that shows it again.
#[derive(Debug, Clone)]
pub(crate) struct FormAttempt {
    /// Which of the page's forms.
    pub(crate) form: &'static str,
    /// What was typed.
    pub(crate) fields: Vec<(String, String)>,
    /// What was refused.
    pub(crate) errors: Vec<FieldError>,
}

impl FormAttempt {
    /// The refused form that this page shows again, if it does.
    pub(crate) fn of_request() -> Option<Self> {
        use_context()
    }

    /// Whether it is the form that a page has for each thing, and of this one.
    pub(crate) fn is_of(&self, form: &str, field: &str, value: &str) -> bool {
        self.form == form && self.fields.iter().any(|(key, it)| key == field && it == value)
    }

    /// What was typed into a field; empty where nothing was.
    pub(crate) fn text(&self, name: &str) -> String {
        let field = self.fields.iter().find(|(key, _)| key == name);
        field.map(|(_, value)| value.clone()).unwrap_or_default()
    }
}

/// How much of a whole, as a bar; what is beyond the whole shows as full.
#[component]
fn Meter(percent: rust_decimal::Decimal, is_over: bool) -> impl IntoView {
    let width = percent.clamp(rust_decimal::Decimal::ZERO, rust_decimal::Decimal::ONE_HUNDRED);
    view! {
        <svg class="bar" aria-hidden="true" focusable="false">
            <rect class="bar-track" width="100%" height="100%" rx="3" />
            <rect class="bar-fill" data-negative=is_over.then_some("") width=format!("{width}%") height="100%" rx="3" />
        </svg>
    }
    .into_any()
}

//! What follows from a category that a person changed: a rule, or the same for the payee's others.

use domain::{Category, TransactionFilter, TransactionId, UserId};
use leptos::prelude::*;
use operations::{OperationError, Operations};

use super::recategorise::preview_href;
use crate::format::{self, Locale};

/// What is offered after a change of category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Offer {
    payee: String,
    category: Category,
    /// Times that the person put this payee into the category; a rule is offered when it is one of those
    /// that their corrections ask for.
    corrections: Option<usize>,
    /// Transactions of the payee that are in another category.
    others: usize,
}

impl Offer {
    /// What to offer after the category of a transaction was changed; none when it is gone.
    pub(crate) async fn find(
        operations: &Operations,
        user: &UserId,
        id: TransactionId,
    ) -> Result<Option<Self>, OperationError> {
        let ledger = operations.ledger(user).await?;
        let Some(row) = ledger.transactions.iter().find(|row| row.id == id) else { return Ok(None) };
        let suggested = operations.suggest_rules(user).await?;
        let payee = row.payee.to_lowercase();
        let suggested = suggested.iter().find(|it| it.payee.to_lowercase() == payee);
        let filter = TransactionFilter { payee: Some(row.payee.to_string()), ..TransactionFilter::default() };
        let others = finance::matching(&ledger, &filter).filter(|it| it.category != row.category).count();
        Ok(Some(Self {
            payee: row.payee.to_string(),
            category: row.category.clone(),
            corrections: suggested.filter(|it| it.category == row.category).map(|it| it.evidence.len()),
            others,
        }))
    }
}

/// The offer as HTML, for a change that was made while the page stayed open.
pub(crate) fn offer_html(offer: Offer, locale: Locale) -> String {
    Owner::new().with(|| view! { <RuleOffer offer locale /> }.to_html())
}

/// Says what was changed, and offers what follows from it.
#[component]
pub(super) fn RuleOffer(offer: Offer, locale: Locale) -> impl IntoView {
    let Offer { payee, category, corrections, others } = offer;
    let name = category.path().replace(':', " · ");
    let filter = TransactionFilter { payee: Some(payee.clone()), ..TransactionFilter::default() };
    let review = (others > 0).then(|| {
        let words = if others == 1 {
            "Change the other one too".to_owned()
        } else {
            format!("Change the other {} too", format::count(others as u64, locale))
        };
        view! { <a class="button" href=preview_href(&filter, &category)>{words}</a> }
    });
    let times = corrections.map(|times| format!(" You chose this {times} times."));
    let rule = corrections.map(|_| {
        view! {
            <form method="post" action="/money/rules">
                <input type="hidden" name="where" value="payee_is" />
                <input type="hidden" name="text" value=payee.clone() />
                <input type="hidden" name="category" value=category.path().to_owned() />
                <button class="button" data-kind="primary">"Make a rule"</button>
            </form>
        }
    });
    view! {
        <div class="toast" role="status">
            <p>{payee.clone()} " is in " <strong>{name}</strong> "." {times}</p>
            {rule}
            {review}
        </div>
    }
    .into_any()
}

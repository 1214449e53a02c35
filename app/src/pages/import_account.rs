//! Which account a file is booked on that names none.

use domain::AccountId;
use leptos::prelude::*;
use operations::AccountOptions;

use crate::components::SelectField;

/// The choice of an account. It belongs to the form that imports the file; `shown_account` tells whether
/// another one was chosen than the preview is about.
#[component]
pub(super) fn AccountSelect(options: AccountOptions, planned: Option<AccountId>) -> impl IntoView {
    let shown = planned.map_or_else(|| "new".to_owned(), |id| id.to_string());
    let new = ("new".to_owned(), format!("A new account: {}", options.new_name));
    let existing = options.existing.into_iter().map(|account| (account.id.to_string(), account.name));
    let choices: Vec<(String, String)> = std::iter::once(new).chain(existing).collect();
    view! {
        <div class="import-account">
            <SelectField name="into_account" label="Into account" value=shown.clone() options=choices form="decide" />
            <input type="hidden" name="shown_account" value=shown form="decide" />
            <button class="button" form="decide" name="action" value="account">"Use this account"</button>
        </div>
    }
    .into_any()
}

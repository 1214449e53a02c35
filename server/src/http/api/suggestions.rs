//! Questions that can be answered on the caller's own data.

use axum::{Json, extract::State};

use super::{
    super::{HttpState, Problem, identity::Caller},
    List, schema,
};

/// How many are offered: one row of the empty page.
const SUGGESTIONS: usize = 6;

/// Questions that can be answered on the caller's own data.
#[utoipa::path(get, path = "/api/v1/suggestions", tag = "chats",
    responses((status = 200, body = schema::SuggestionListSchema)))]
pub(super) async fn list_suggestions(
    State(state): State<HttpState>,
    Caller(person): Caller,
) -> Result<Json<List<String>>, Problem> {
    let operations = state.operations();
    let ledger = operations.ledger(&person.user).await?;
    let profile = operations.get_profile(&person.user).await?;
    let today = person.today(operations.clock());
    Ok(List::whole(assistant::suggestions(&ledger, &profile, today, SUGGESTIONS)))
}

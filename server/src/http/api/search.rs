//! Search over the caller's chats.

use axum::{Json, extract::State};
use domain::{ChatId, Role};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use storage::{SearchHit, SearchQuery};
use utoipa::{IntoParams, ToSchema};

use super::{
    super::{HttpState, Problem, extract::PagedQuery, identity::Caller},
    schema,
};

/// What is searched for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchParams {
    /// Words: all must be found, the last one by its beginning; `"in quotes"` in that order; `-word` must not
    /// be found. At most 500 characters.
    q: String,
    /// Only what they wrote; titles are then left out.
    #[param(value_type = Option<schema::RoleSchema>)]
    #[serde(default)]
    role: Option<Role>,
    /// Only in this chat.
    #[param(value_type = Option<uuid::Uuid>)]
    #[serde(default)]
    chat: Option<ChatId>,
    /// Only from this day on, in UTC.
    #[serde(default)]
    from: Option<Date>,
    /// Only until this day, in UTC.
    #[serde(default)]
    to: Option<Date>,
}

/// What was found, the best first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SearchAnswer {
    /// The hits.
    #[schema(value_type = Vec<schema::SearchHitSchema>)]
    items: Vec<SearchHit>,
    /// Where the next hits start.
    #[schema(required)]
    next_cursor: Option<String>,
    /// The database is away: only what is remembered here was searched.
    partial: bool,
}

/// Searches titles and messages; chats in the trash are left out.
#[utoipa::path(get, path = "/api/v1/search", tag = "chats", params(SearchParams, schema::PageParams),
    responses((status = 200, body = SearchAnswer), (status = 400, body = schema::ProblemSchema),
        (status = 422, body = schema::ProblemSchema)))]
pub(super) async fn search(
    State(state): State<HttpState>,
    Caller(person): Caller,
    PagedQuery { page, rest: params }: PagedQuery<SearchParams>,
) -> Result<Json<SearchAnswer>, Problem> {
    let SearchParams { q, role, chat, from, to } = params;
    let query = SearchQuery { text: q, role, chat_id: chat, from, to };
    let found = state.operations().search(&person.user, &query, &page).await?;
    Ok(Json(SearchAnswer { items: found.items, next_cursor: found.next_cursor, partial: found.is_partial }))
}

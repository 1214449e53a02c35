//! What tools want to change: the person decides, and sees what came of it.

use axum::{Json, extract::State};
use domain::{ChatId, ToolWrite, ToolWriteId, ToolWriteStatus};
use serde::Deserialize;
use storage::ToolWriteFilter;
use utoipa::{IntoParams, ToSchema};

use super::{
    super::{
        HttpState, Problem,
        extract::{Id, JsonBody, PagedQuery},
        identity::Caller,
    },
    List, schema,
};

/// Which ones.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ToolWriteQuery {
    /// Only those of this status.
    #[param(value_type = Option<schema::ToolWriteStatusSchema>)]
    status: Option<ToolWriteStatus>,
    /// Only those asked for in this chat.
    #[param(value_type = Option<uuid::Uuid>)]
    chat: Option<ChatId>,
}

/// What tools wanted to change, newest first: undecided ones, and the record of the others.
#[utoipa::path(get, path = "/api/v1/tool-writes", tag = "tools", params(ToolWriteQuery, schema::PageParams),
    responses((status = 200, body = schema::ToolWriteListSchema)))]
pub(super) async fn list_tool_writes(
    State(state): State<HttpState>,
    Caller(person): Caller,
    PagedQuery { page, rest: query }: PagedQuery<ToolWriteQuery>,
) -> Result<Json<List<ToolWrite>>, Problem> {
    let filter = ToolWriteFilter { status: query.status, chat_id: query.chat };
    Ok(Json(state.operations().list_tool_writes(&person.user, &filter, &page).await?.into()))
}

/// One of them.
#[utoipa::path(get, path = "/api/v1/tool-writes/{id}", tag = "tools", params(schema::IdParam),
    responses((status = 200, body = schema::ToolWriteSchema), (status = 404, body = schema::ProblemSchema)))]
pub(super) async fn get_tool_write(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Id(id): Id<ToolWriteId>,
) -> Result<Json<ToolWrite>, Problem> {
    Ok(Json(state.operations().get_tool_write(&person.user, id).await?))
}

/// What the person decides.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Decision {
    /// True: it is done now, once; what came of it is in the answer. False: it is never done.
    approve: bool,
}

/// Decides; a second decision is a 409.
#[utoipa::path(post, path = "/api/v1/tool-writes/{id}/decision", tag = "tools", params(schema::IdParam),
    request_body = Decision,
    responses((status = 200, body = schema::ToolWriteSchema), (status = 404, body = schema::ProblemSchema),
        (status = 409, body = schema::ProblemSchema)))]
pub(super) async fn decide_tool_write(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Id(id): Id<ToolWriteId>,
    JsonBody(body): JsonBody<Decision>,
) -> Result<Json<ToolWrite>, Problem> {
    Ok(Json(state.operations().decide_tool_write(&person.user, id, body.approve).await?))
}

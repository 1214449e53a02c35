//! Chats: the history.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use domain::{Chat, ChatId, MessageId, Persona};
use serde::Deserialize;
use storage::ChatFilter;
use utoipa::{IntoParams, ToSchema};

use super::{
    super::{
        HttpState, Problem,
        extract::{Id, JsonBody, PagedQuery, Query},
        identity::Caller,
    },
    List, schema,
};

/// Which chats.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ChatQuery {
    /// Text in the title, whatever its case.
    search: Option<String>,
    /// Those in the trash instead of those that are not.
    deleted: bool,
}

/// The history, newest first.
#[utoipa::path(get, path = "/api/v1/chats", tag = "chats", params(ChatQuery, schema::PageParams),
    responses((status = 200, body = schema::ChatListSchema)))]
pub(super) async fn list_chats(
    State(state): State<HttpState>,
    Caller(person): Caller,
    PagedQuery { page, rest: query }: PagedQuery<ChatQuery>,
) -> Result<Json<List<Chat>>, Problem> {
    let search = query.search.filter(|text| !text.trim().is_empty());
    let filter = ChatFilter { search, deleted: query.deleted, ..ChatFilter::default() };
    Ok(Json(state.operations().list_chats(&person.user, &filter, &page).await?.into()))
}

/// A new chat.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewChat {
    /// Its title; `New chat` when left out.
    title: Option<String>,
}

/// Makes a new, empty chat.
#[utoipa::path(post, path = "/api/v1/chats", tag = "chats", request_body = NewChat,
    responses((status = 201, body = schema::ChatSchema), (status = 422, body = schema::ProblemSchema)))]
pub(super) async fn create_chat(
    State(state): State<HttpState>,
    Caller(person): Caller,
    JsonBody(body): JsonBody<NewChat>,
) -> Result<impl IntoResponse, Problem> {
    let chat = state.operations().create_chat(&person.user, body.title.as_deref()).await?;
    let location = [(header::LOCATION, format!("/api/v1/chats/{}", chat.id))];
    Ok((StatusCode::CREATED, location, Json(chat)))
}

/// A chat that is not in the trash.
#[utoipa::path(get, path = "/api/v1/chats/{id}", tag = "chats", params(schema::IdParam),
    responses((status = 200, body = schema::ChatSchema), (status = 404, body = schema::ProblemSchema)))]
pub(super) async fn get_chat(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Id(id): Id<ChatId>,
) -> Result<Json<Chat>, Problem> {
    Ok(Json(state.operations().get_chat(&person.user, id).await?))
}

/// What changes about a chat; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChatPatch {
    /// 1 to 120 characters.
    title: Option<String>,
    /// How answers sound from now on.
    #[schema(value_type = Option<schema::PersonaSchema>)]
    persona: Option<Persona>,
}

/// Gives a chat a new title or persona.
#[utoipa::path(patch, path = "/api/v1/chats/{id}", tag = "chats", params(schema::IdParam), request_body = ChatPatch,
    responses((status = 200, body = schema::ChatSchema), (status = 404, body = schema::ProblemSchema),
        (status = 422, body = schema::ProblemSchema)))]
pub(super) async fn patch_chat(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Id(id): Id<ChatId>,
    JsonBody(patch): JsonBody<ChatPatch>,
) -> Result<Json<Chat>, Problem> {
    let operations = state.operations();
    if let Some(title) = &patch.title {
        operations.rename_chat(&person.user, id, title).await?;
    }
    if let Some(persona) = patch.persona {
        operations.choose_persona(&person.user, id, persona).await?;
    }
    Ok(Json(operations.get_chat(&person.user, id).await?))
}

/// Which branch is shown.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BranchChoice {
    /// A message of the branch: what follows it is shown, the newest where that parts again.
    #[schema(value_type = uuid::Uuid)]
    message_id: MessageId,
}

/// Shows another branch of a chat.
#[utoipa::path(post, path = "/api/v1/chats/{id}/branch", tag = "chats", params(schema::IdParam),
    request_body = BranchChoice,
    responses((status = 200, body = schema::ChatSchema), (status = 404, body = schema::ProblemSchema)))]
pub(super) async fn choose_branch(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Id(id): Id<ChatId>,
    JsonBody(choice): JsonBody<BranchChoice>,
) -> Result<Json<Chat>, Problem> {
    Ok(Json(state.operations().choose_branch(&person.user, id, choice.message_id).await?))
}

/// Forgets the summary of a chat's older messages. A chat that goes on is summed up again.
#[utoipa::path(delete, path = "/api/v1/chats/{id}/summary", tag = "chats", params(schema::IdParam),
    responses((status = 204), (status = 404, body = schema::ProblemSchema)))]
pub(super) async fn forget_summary(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Id(id): Id<ChatId>,
) -> Result<StatusCode, Problem> {
    state.operations().forget_summary(&person.user, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How to delete.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Deletion {
    /// For good, with everything in it, from the trash too: it cannot be undone.
    forever: bool,
}

/// Puts a chat into the trash, or deletes it for good.
#[utoipa::path(delete, path = "/api/v1/chats/{id}", tag = "chats", params(schema::IdParam, Deletion),
    responses((status = 204), (status = 404, body = schema::ProblemSchema)))]
pub(super) async fn delete_chat(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Id(id): Id<ChatId>,
    Query(Deletion { forever }): Query<Deletion>,
) -> Result<StatusCode, Problem> {
    if forever {
        state.operations().purge_chat(&person.user, id).await?;
    } else {
        state.operations().delete_chat(&person.user, id).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a chat out of the trash.
#[utoipa::path(post, path = "/api/v1/chats/{id}/restore", tag = "chats", params(schema::IdParam),
    responses((status = 200, body = schema::ChatSchema), (status = 404, body = schema::ProblemSchema)))]
pub(super) async fn restore_chat(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Id(id): Id<ChatId>,
) -> Result<Json<Chat>, Problem> {
    Ok(Json(state.operations().restore_chat(&person.user, id).await?))
}

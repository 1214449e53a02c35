//! Everything that is kept about the caller, as one JSON document.

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, header},
    response::IntoResponse,
};
use domain::{Account, Chat, Import, Message, Profile, Settings, Transaction, UserId};
use operations::{OperationError, Operations};
use serde::Serialize;
use storage::{ChatFilter, PageRequest};
use utoipa::ToSchema;

use super::{
    super::{HttpState, Problem, identity::Caller},
    schema,
};

/// Rows that are read at once.
const PAGE: u16 = 500;

/// Everything that is kept about the caller.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Export {
    /// The profile.
    #[schema(value_type = schema::ProfileSchema)]
    profile: Profile,
    /// What is set beside it.
    #[schema(value_type = schema::SettingsSchema)]
    settings: Settings,
    /// Chats with their messages, those in the trash too.
    chats: Vec<ExportedChat>,
    /// Accounts.
    #[schema(value_type = Vec<schema::AccountSchema>)]
    accounts: Vec<Account>,
    /// Transactions, oldest first.
    #[schema(value_type = Vec<schema::TransactionSchema>)]
    transactions: Vec<Transaction>,
    /// Imports, newest first.
    #[schema(value_type = Vec<schema::ImportSchema>)]
    imports: Vec<Import>,
}

/// A chat with its messages.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ExportedChat {
    /// The chat.
    #[schema(value_type = schema::ChatSchema)]
    chat: Chat,
    /// Its messages, oldest first; none of a chat in the trash.
    #[schema(value_type = Vec<schema::MessageSchema>)]
    messages: Vec<Message>,
}

/// Everything that is kept about the caller.
#[utoipa::path(get, path = "/api/v1/export", tag = "status", responses((status = 200, body = Export)))]
pub(super) async fn export(
    State(state): State<HttpState>,
    Caller(person): Caller,
) -> Result<impl IntoResponse, Problem> {
    let operations = state.operations();
    let user = &person.user;
    let ledger = operations.ledger(user).await?;
    let export = Export {
        profile: operations.get_profile(user).await?,
        settings: (*operations.settings(user).await?).clone(),
        chats: chats(operations, user).await?,
        accounts: ledger.accounts.clone(),
        transactions: ledger.transactions.to_vec(),
        imports: operations.list_imports(user).await?,
    };
    let attachment = HeaderValue::from_static("attachment; filename=\"lakeledger.json\"");
    Ok(([(header::CONTENT_DISPOSITION, attachment)], Json(export)))
}

async fn chats(operations: &Operations, user: &UserId) -> Result<Vec<ExportedChat>, OperationError> {
    let mut exported = Vec::new();
    for deleted in [false, true] {
        let filter = ChatFilter { search: None, deleted };
        let mut request = Some(PageRequest::first(PAGE));
        while let Some(wanted) = request.take() {
            let page = operations.list_chats(user, &filter, &wanted).await?;
            for chat in page.items {
                let messages = if deleted { Vec::new() } else { messages(operations, user, &chat).await? };
                exported.push(ExportedChat { chat, messages });
            }
            request = page.next_cursor.map(|cursor| PageRequest { limit: PAGE, cursor: Some(cursor) });
        }
    }
    Ok(exported)
}

/// Pages of messages lead backwards, each in ascending order.
async fn messages(
    operations: &Operations,
    user: &UserId,
    chat: &Chat,
) -> Result<Vec<Message>, OperationError> {
    let mut pages = Vec::new();
    let mut request = Some(PageRequest::first(PAGE));
    while let Some(wanted) = request.take() {
        let page = operations.list_messages(user, chat.id, &wanted).await?;
        pages.push(page.items);
        request = page.next_cursor.map(|cursor| PageRequest { limit: PAGE, cursor: Some(cursor) });
    }
    Ok(pages.into_iter().rev().flatten().collect())
}

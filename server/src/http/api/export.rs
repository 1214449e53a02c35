//! Everything that is kept about the caller as one JSON document, or their ledger as another program's file.

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use domain::{
    Account, Chat, Import, Ledger, Message, Profile, RunId, RunRecord, Settings, ToolWrite, Transaction,
    TransactionFilter, UserId,
};
use finance::export::ExportFormat;
use jiff::civil::Date;
use operations::{OperationError, Operations};
use serde::{Deserialize, Serialize};
use storage::{ChatFilter, PageRequest, ToolWriteFilter};
use utoipa::{IntoParams, ToSchema};

use super::{
    super::{HttpState, Problem, extract::Query, identity::Caller},
    schema,
    usage::UsageItem,
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
    /// What tools wanted to change, newest first.
    #[schema(value_type = Vec<schema::ToolWriteSchema>)]
    tool_writes: Vec<ToolWrite>,
    /// What answers took, by month and chat, the newest month first.
    usage: Vec<UsageItem>,
}

/// A chat with its messages.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ExportedChat {
    /// The chat.
    #[schema(value_type = schema::ChatSchema)]
    chat: Chat,
    /// Its messages of every branch, oldest first; `parent_id` names the one before.
    #[schema(value_type = Vec<schema::MessageSchema>)]
    messages: Vec<Message>,
    /// What models were sent for its answers.
    records: Vec<ExportedRecord>,
}

/// What a model was sent for an answer.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ExportedRecord {
    /// The answer's run.
    #[schema(value_type = uuid::Uuid)]
    run_id: RunId,
    /// What was sent.
    #[schema(value_type = schema::RunRecordSchema)]
    record: RunRecord,
}

/// What to export.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ExportQuery {
    /// How it is written.
    #[param(inline)]
    format: Format,
}

/// How an export is written.
#[derive(Debug, Default, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Format {
    /// Everything that is kept about the caller.
    #[default]
    Json,
    /// The ledger as an hledger journal.
    Hledger,
    /// The ledger as a beancount file.
    Beancount,
    /// The ledger for spreadsheets.
    Csv,
    /// The ledger as OFX 2.2.
    Ofx,
}

/// Everything that is kept about the caller; in another format than JSON, their accounts and transactions.
#[utoipa::path(get, path = "/api/v1/export", tag = "status", params(ExportQuery),
    responses((status = 200, body = Export), (status = 400, body = schema::ProblemSchema)))]
pub(super) async fn export(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Query(ExportQuery { format }): Query<ExportQuery>,
) -> Result<Response, Problem> {
    let operations = state.operations();
    let user = &person.user;
    let ledger = operations.ledger(user).await?;
    let format = match format {
        Format::Json => None,
        Format::Hledger => Some(ExportFormat::Hledger),
        Format::Beancount => Some(ExportFormat::Beancount),
        Format::Csv => Some(ExportFormat::Csv),
        Format::Ofx => Some(ExportFormat::Ofx),
    };
    if let Some(format) = format {
        return Ok(written(&ledger, format));
    }
    let usage = operations.list_monthly_usage(user, Date::constant(1970, 1, 1)).await?;
    let export = Export {
        profile: operations.get_profile(user).await?,
        settings: (*operations.settings(user).await?).clone(),
        chats: chats(operations, user).await?,
        accounts: ledger.accounts.clone(),
        transactions: ledger.transactions.to_vec(),
        imports: operations.list_imports(user).await?,
        tool_writes: tool_writes(operations, user).await?,
        usage: usage.into_iter().map(UsageItem::from).collect(),
    };
    Ok((attachment("lakeledger.json"), Json(export)).into_response())
}

fn written(ledger: &Ledger, format: ExportFormat) -> Response {
    let mut text = String::new();
    finance::export::export(ledger, &TransactionFilter::default(), format, &mut text)
        .expect("a string takes everything that is written to it");
    let kind = [(header::CONTENT_TYPE, format.media_type())];
    (attachment(format.file_name()), kind, text).into_response()
}

fn attachment(file_name: &str) -> [(header::HeaderName, String); 1] {
    [(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{file_name}\""))]
}

async fn chats(operations: &Operations, user: &UserId) -> Result<Vec<ExportedChat>, OperationError> {
    let mut exported = Vec::new();
    for deleted in [false, true] {
        let filter = ChatFilter { deleted, ..ChatFilter::default() };
        let mut request = Some(PageRequest::first(PAGE));
        while let Some(wanted) = request.take() {
            let page = operations.list_chats(user, &filter, &wanted).await?;
            for chat in page.items {
                let messages = operations.list_every_message(user, chat.id).await?;
                let records = operations.list_run_records(user, &messages).await?;
                let records =
                    records.into_iter().map(|(run_id, record)| ExportedRecord { run_id, record }).collect();
                exported.push(ExportedChat { chat, messages, records });
            }
            request = page.next_cursor.map(|cursor| PageRequest { limit: PAGE, cursor: Some(cursor) });
        }
    }
    Ok(exported)
}

async fn tool_writes(operations: &Operations, user: &UserId) -> Result<Vec<ToolWrite>, OperationError> {
    let mut writes = Vec::new();
    let mut request = Some(PageRequest::first(PAGE));
    while let Some(wanted) = request.take() {
        let page = operations.list_tool_writes(user, &ToolWriteFilter::default(), &wanted).await?;
        writes.extend(page.items);
        request = page.next_cursor.map(|cursor| PageRequest { limit: PAGE, cursor: Some(cursor) });
    }
    Ok(writes)
}

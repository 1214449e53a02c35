//! Rows as the database gives them, and the entities they stand for.

use domain::{
    Account, AccountId, Aside, BalanceAnchor, Category, Chat, ChatId, ChatSummary, Currency, Feedback,
    Import, ImportId, Message, MessageId, Money, Part, Persona, Role, Run, RunId, RunRecord, SeenStep,
    SkippedRow, Title, ToolWrite, ToolWriteId, ToolWriteOrigin, Transaction, TransactionDetails,
    TransactionId,
};
use jiff_sqlx::{Date, Timestamp};
use rust_decimal::Decimal;
use sqlx::types::Json;
use uuid::Uuid;

use crate::{PgError, words::from_word};

fn malformed(table: &'static str, column: &'static str) -> PgError {
    PgError::RowMalformed { table, column }
}

pub(crate) struct ChatRow {
    pub(crate) id: Uuid,
    pub(crate) title: String,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) deleted_at: Option<Timestamp>,
    pub(crate) head_id: Option<Uuid>,
    pub(crate) persona: String,
    pub(crate) titled_by_person: bool,
    pub(crate) summary: Option<Json<ChatSummary>>,
}

impl TryFrom<ChatRow> for Chat {
    type Error = PgError;

    fn try_from(row: ChatRow) -> Result<Self, PgError> {
        Ok(Self {
            id: ChatId::from(row.id),
            title: Title::try_from(row.title).map_err(|_| malformed("chat", "title"))?,
            created_at: row.created_at.to_jiff(),
            updated_at: row.updated_at.to_jiff(),
            deleted_at: row.deleted_at.map(Timestamp::to_jiff),
            head_id: row.head_id.map(MessageId::from),
            persona: from_word::<Persona>(&row.persona, "chat", "persona")?,
            titled_by_person: row.titled_by_person,
            summary: row.summary.map(|Json(summary)| summary),
        })
    }
}

pub(crate) struct MessageRow {
    pub(crate) id: Uuid,
    pub(crate) chat_id: Uuid,
    pub(crate) parent_id: Option<Uuid>,
    pub(crate) role: String,
    pub(crate) parts: Json<Vec<Part>>,
    pub(crate) status: String,
    pub(crate) run_id: Option<Uuid>,
    pub(crate) created_at: Timestamp,
    pub(crate) feedback: Option<Json<Feedback>>,
}

impl TryFrom<MessageRow> for Message {
    type Error = PgError;

    fn try_from(row: MessageRow) -> Result<Self, PgError> {
        Ok(Self {
            id: MessageId::from(row.id),
            chat_id: ChatId::from(row.chat_id),
            parent_id: row.parent_id.map(MessageId::from),
            role: from_word::<Role>(&row.role, "message", "role")?,
            parts: row.parts.0.into(),
            status: from_word(&row.status, "message", "status")?,
            run_id: row.run_id.map(RunId::from),
            created_at: row.created_at.to_jiff(),
            feedback: row.feedback.map(|feedback| Box::new(feedback.0)),
        })
    }
}

pub(crate) struct RunRow {
    pub(crate) id: Uuid,
    pub(crate) chat_id: Uuid,
    pub(crate) message_id: Uuid,
    pub(crate) status: String,
    pub(crate) started_at: Timestamp,
    pub(crate) owner: String,
    pub(crate) epoch: i64,
    pub(crate) heartbeat_at: Timestamp,
    pub(crate) today: Option<Date>,
}

impl TryFrom<RunRow> for Run {
    type Error = PgError;

    fn try_from(row: RunRow) -> Result<Self, PgError> {
        Ok(Self {
            id: RunId::from(row.id),
            chat_id: ChatId::from(row.chat_id),
            message_id: MessageId::from(row.message_id),
            status: from_word(&row.status, "run", "status")?,
            started_at: row.started_at.to_jiff(),
            owner: row.owner,
            epoch: count(row.epoch),
            heartbeat_at: row.heartbeat_at.to_jiff(),
            today: row.today.map(Date::to_jiff),
        })
    }
}

pub(crate) struct RunRecordRow {
    pub(crate) model: String,
    pub(crate) input_tokens: i64,
    pub(crate) output_tokens: i64,
    pub(crate) steps: Json<Vec<SeenStep>>,
    pub(crate) is_cut: bool,
    pub(crate) asides: Json<Vec<Aside>>,
}

impl TryFrom<RunRecordRow> for RunRecord {
    type Error = PgError;

    fn try_from(row: RunRecordRow) -> Result<Self, PgError> {
        Ok(Self {
            model: row.model,
            input_tokens: u64::try_from(row.input_tokens).unwrap_or_default(),
            output_tokens: u64::try_from(row.output_tokens).unwrap_or_default(),
            steps: row.steps.0,
            is_cut: row.is_cut,
            asides: row.asides.0,
        })
    }
}

pub(crate) struct ToolWriteRow {
    pub(crate) id: Uuid,
    pub(crate) tool: String,
    pub(crate) input: String,
    pub(crate) preview: String,
    pub(crate) origin: Json<ToolWriteOrigin>,
    pub(crate) status: String,
    pub(crate) outcome: Option<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) decided_at: Option<Timestamp>,
}

impl TryFrom<ToolWriteRow> for ToolWrite {
    type Error = PgError;

    fn try_from(row: ToolWriteRow) -> Result<Self, PgError> {
        Ok(Self {
            id: ToolWriteId::from(row.id),
            tool: row.tool,
            input: row.input,
            preview: row.preview,
            origin: row.origin.0,
            status: from_word(&row.status, "tool_write", "status")?,
            outcome: row.outcome,
            created_at: row.created_at.to_jiff(),
            decided_at: row.decided_at.map(Timestamp::to_jiff),
        })
    }
}

pub(crate) struct AccountRow {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) currency: String,
    pub(crate) number: Option<String>,
    pub(crate) anchor_date: Option<Date>,
    pub(crate) anchor_balance: Option<Decimal>,
    pub(crate) anchor_currency: Option<String>,
    pub(crate) import_id: Uuid,
}

impl TryFrom<AccountRow> for Account {
    type Error = PgError;

    fn try_from(row: AccountRow) -> Result<Self, PgError> {
        Ok(Self {
            id: AccountId::from(row.id),
            name: row.name,
            kind: from_word(&row.kind, "account", "kind")?,
            currency: currency(&row.currency).ok_or_else(|| malformed("account", "currency"))?,
            number: row.number,
            anchor: anchor_of(row.anchor_date, row.anchor_balance, row.anchor_currency)?,
            import_id: ImportId::from(row.import_id),
        })
    }
}

pub(crate) fn anchor_of(
    date: Option<Date>,
    balance: Option<Decimal>,
    currency: Option<String>,
) -> Result<Option<BalanceAnchor>, PgError> {
    let (Some(date), Some(balance), Some(currency)) = (date, balance, currency) else { return Ok(None) };
    let balance = money(balance, &currency).ok_or_else(|| malformed("account", "anchor_balance"))?;
    Ok(Some(BalanceAnchor { date: date.to_jiff(), balance }))
}

pub(crate) struct TransactionRow {
    pub(crate) id: Uuid,
    pub(crate) account_id: Uuid,
    pub(crate) import_id: Uuid,
    pub(crate) date: Date,
    pub(crate) amount: Decimal,
    pub(crate) currency: String,
    pub(crate) payee: String,
    pub(crate) description: String,
    pub(crate) category: String,
    pub(crate) category_source: String,
    pub(crate) external_id: Option<String>,
    pub(crate) line: i64,
    pub(crate) details: Option<Json<TransactionDetails>>,
}

impl TryFrom<TransactionRow> for Transaction {
    type Error = PgError;

    fn try_from(row: TransactionRow) -> Result<Self, PgError> {
        Ok(Self {
            id: TransactionId::from(row.id),
            account_id: AccountId::from(row.account_id),
            import_id: ImportId::from(row.import_id),
            date: row.date.to_jiff(),
            amount: money(row.amount, &row.currency).ok_or_else(|| malformed("transaction", "amount"))?,
            payee: row.payee.into(),
            description: row.description.into(),
            category: Category::try_from(row.category).map_err(|_| malformed("transaction", "category"))?,
            category_source: from_word(&row.category_source, "transaction", "category_source")?,
            external_id: row.external_id,
            line: count(row.line),
            details: row.details.map(|details| Box::new(details.0)),
        })
    }
}

pub(crate) struct ImportRow {
    pub(crate) id: Uuid,
    pub(crate) source: String,
    pub(crate) file_name: String,
    pub(crate) format: String,
    pub(crate) account_ids: Vec<Uuid>,
    pub(crate) imported: i64,
    pub(crate) duplicates: i64,
    pub(crate) skipped: i64,
    pub(crate) skipped_rows: Json<Vec<SkippedRow>>,
    pub(crate) created_at: Timestamp,
    pub(crate) undone_at: Option<Timestamp>,
}

impl TryFrom<ImportRow> for Import {
    type Error = PgError;

    fn try_from(row: ImportRow) -> Result<Self, PgError> {
        Ok(Self {
            id: ImportId::from(row.id),
            source: from_word(&row.source, "import", "source")?,
            file_name: row.file_name,
            format: row.format,
            account_ids: row.account_ids.into_iter().map(AccountId::from).collect(),
            imported: count(row.imported),
            duplicates: count(row.duplicates),
            skipped: count(row.skipped),
            skipped_rows: row.skipped_rows.0,
            created_at: row.created_at.to_jiff(),
            undone_at: row.undone_at.map(Timestamp::to_jiff),
        })
    }
}

/// A count that was a `u32` when it was written.
fn count(written: i64) -> u32 {
    u32::try_from(written).unwrap_or_default()
}

pub(crate) fn currency(code: &str) -> Option<Currency> {
    code.parse().ok()
}

fn money(amount: Decimal, code: &str) -> Option<Money> {
    Money::new(amount, currency(code)?).ok()
}

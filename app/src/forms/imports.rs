//! Statements: read, checked, imported, taken back.

use std::sync::Arc;

use axum::{
    extract::{Form, Multipart, Path, multipart::MultipartError},
    http::StatusCode,
    response::Response,
};
use domain::{FieldError, ImportId, SettingId};
use finance::statement::{AmountColumns, CsvMapping, DateOrder};
use operations::{AccountChoice, OperationError, Upload};

use super::{
    fields::{Fields, refused, wrong},
    reply::Sender,
};
use crate::pages::Problem;

/// Reads a statement and leads to what importing it would do.
pub(super) async fn upload(
    sender: Sender,
    multipart: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Response {
    let (name, bytes) = match multipart {
        Ok(multipart) => match file(multipart).await {
            Ok(Some(file)) => file,
            Ok(None) => return sender.problem(no_file()).await,
            Err(error) => return sender.problem(upload_failed(&error)).await,
        },
        Err(_) => return sender.problem(no_file()).await,
    };
    let operations = Arc::clone(&sender.state.operations);
    let upload = Upload::new(operations.clock(), &name, bytes);
    let (id, user) = (upload.id, sender.person.user.clone());
    let outcome = async {
        operations.stage_upload(&user, upload)?;
        let upload = operations.staged_upload(&user, id)?;
        // A file that cannot be read is refused here, where another can be chosen.
        let preview = operations.preview_import(&user, upload).await;
        if preview.is_err() {
            operations.discard_upload(&user, id);
        }
        preview
    };
    let outcome = outcome.await;
    sender.done(outcome, &format!("/money/imports/{id}")).await
}

/// The first file of the form: its name and content.
async fn file(mut multipart: Multipart) -> Result<Option<(String, Vec<u8>)>, MultipartError> {
    while let Some(field) = multipart.next_field().await? {
        if field.name() == Some("file") {
            let name = field.file_name().unwrap_or_default().to_owned();
            let bytes = field.bytes().await?;
            // A form without a choice sends an empty file without a name.
            return Ok((!name.is_empty() || !bytes.is_empty()).then(|| (name, bytes.to_vec())));
        }
    }
    Ok(None)
}

fn no_file() -> Problem {
    Problem {
        way_out: ("/money/imports".to_owned(), "Choose a file"),
        ..Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "No file was chosen", "Choose a statement first.")
    }
}

fn upload_failed(error: &MultipartError) -> Problem {
    let way_out = ("/money/imports".to_owned(), "Choose another file");
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        let text = "Ask your bank for a shorter period, and import the parts one after another.";
        return Problem { way_out, ..Problem::new(error.status(), "This file is too large", text) };
    }
    Problem {
        way_out,
        ..Problem::new(StatusCode::BAD_REQUEST, "The upload was not whole", "Try it once more.")
    }
}

/// Imports a file that was read, or reads it again into another account or with corrected columns.
pub(super) async fn decide(
    sender: Sender,
    Path(id): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let Ok(id) = id.parse::<ImportId>() else { return sender.refuse(&OperationError::NotFound).await };
    let (operations, user) = (Arc::clone(&sender.state.operations), sender.person.user.clone());
    let here = format!("/money/imports/{id}");
    let upload = match operations.staged_upload(&user, id) {
        Ok(upload) => upload,
        // The same form again, or one whose file was forgotten: the page tells which.
        Err(error) => {
            return sender.done(operations.get_import(&user, id).await.map_err(|_| error), &here).await;
        }
    };
    let fields = Fields(fields);
    if fields.text("into_account") != fields.text("shown_account") {
        return choose_account(sender, &upload, fields.text("into_account")).await;
    }
    let keep: Vec<u32> = fields.all("keep").filter_map(|row| row.parse().ok()).collect();
    if matches!(fields.text("action"), "keep" | "account") {
        let kept = Upload { keep, ..Upload::clone(&upload) };
        return sender.done(operations.stage_upload(&user, kept), &here).await;
    }
    if fields.text("action") == "commit" {
        let upload = Arc::new(Upload { keep, ..Upload::clone(&upload) });
        let outcome = match operations.commit_import(&user, upload).await {
            Err(OperationError::AlreadyDone) => operations.get_import(&user, id).await,
            outcome => outcome,
        };
        return sender.done(outcome, &here).await;
    }
    let mapping = match mapping(&fields) {
        Ok(mapping) => mapping,
        Err(error) => {
            return sender.done_or_again(Err::<(), _>(wrong(error)), &here, "columns", fields).await;
        }
    };
    // Other columns can make other rows, and with them other numbers of rows.
    let corrected = Upload { mapping: Some(mapping), keep: Vec::new(), ..Upload::clone(&upload) };
    match operations.preview_import(&user, Arc::new(corrected.clone())).await {
        Ok(_) => sender.done(operations.stage_upload(&user, corrected), &here).await,
        Err(OperationError::StatementUnreadable(error)) => {
            let refused = Err::<(), _>(refused("columns", &format!("do not fit the file: {error}")));
            sender.done_or_again(refused, &here, "columns", fields).await
        }
        Err(error) => sender.refuse(&error).await,
    }
}

/// Shows what importing into another account would do, whichever button was pressed: nobody imports into an
/// account without having seen that. What was kept was so beside the rows of the one before.
async fn choose_account(sender: Sender, upload: &Upload, account: &str) -> Response {
    let (operations, user) = (Arc::clone(&sender.state.operations), sender.person.user.clone());
    let Ok(account) = account.parse::<AccountChoice>() else {
        return sender.refuse(&refused("account", "is not one of yours")).await;
    };
    let chosen = Upload { account, keep: Vec::new(), ..upload.clone() };
    let outcome = match operations.preview_import(&user, Arc::new(chosen.clone())).await {
        Ok(_) => operations.stage_upload(&user, chosen),
        Err(error) => Err(error),
    };
    sender.done(outcome, &format!("/money/imports/{}", upload.id)).await
}

/// Reads the form of the columns.
fn mapping(fields: &Fields) -> Result<CsvMapping, FieldError> {
    let wrong =
        |name: &str, message: &str| FieldError { field: name.to_owned(), message: message.to_owned() };
    let optional = |name: &str| match fields.text(name) {
        "" => Ok(None),
        text => text.parse::<usize>().map(Some).map_err(|_| wrong(name, "must be a column")),
    };
    let column = |name: &str| optional(name)?.ok_or_else(|| wrong(name, "must be a column"));
    let mark = |name: &str, marks: &[char]| {
        let mut letters = fields.text(name).chars();
        let first = letters.next().filter(|mark| marks.contains(mark) && letters.next().is_none());
        first.ok_or_else(|| wrong(name, "is not one of the choices"))
    };
    let date_order = match fields.text("date_order") {
        "year_month_day" => DateOrder::YearMonthDay,
        "day_month_year" => DateOrder::DayMonthYear,
        "month_day_year" => DateOrder::MonthDayYear,
        _ => return Err(wrong("date_order", "is not one of the choices")),
    };
    let amount = match fields.text("amount_kind") {
        "signed" => AmountColumns::Signed { column: column("amount")?, positive_is_out: false },
        "signed_out" => AmountColumns::Signed { column: column("amount")?, positive_is_out: true },
        "debit_credit" => AmountColumns::DebitCredit { debit: column("debit")?, credit: column("credit")? },
        "directed" => AmountColumns::Directed { column: column("amount")?, direction: column("direction")? },
        _ => return Err(wrong("amount_kind", "is not one of the choices")),
    };
    let header_line = match fields.text("header_line").trim() {
        "" => None,
        text => {
            let line = text.parse::<u32>().ok().filter(|line| *line > 0);
            Some(line.ok_or_else(|| wrong("header_line", "must be a line's number"))?)
        }
    };
    Ok(CsvMapping {
        delimiter: mark("delimiter", &[',', ';', '\t', '|'])?,
        header_line,
        date: column("date")?,
        date_order,
        amount,
        decimal_mark: mark("decimal_mark", &['.', ','])?,
        payee: optional("payee")?,
        description: optional("description")?,
        category: optional("category")?,
        account: optional("account")?,
        currency: optional("currency")?,
        balance: optional("balance")?,
        external_id: optional("external_id")?,
    })
}

/// Takes an import back.
pub(super) async fn undo(sender: Sender, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse::<ImportId>() else { return sender.refuse(&OperationError::NotFound).await };
    let (operations, user) = (Arc::clone(&sender.state.operations), sender.person.user.clone());
    let outcome = match operations.undo_import(&user, id).await {
        Err(OperationError::AlreadyDone) => operations.get_import(&user, id).await,
        outcome => outcome,
    };
    sender.done(outcome, &format!("/money/imports/{id}")).await
}

/// Forgets how the files of a header are read.
pub(super) async fn forget_columns(sender: Sender, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse::<SettingId>() else { return sender.refuse(&OperationError::NotFound).await };
    let outcome = match sender.state.operations.delete_csv_mapping(&sender.person.user, id).await {
        // The same form again: they are forgotten.
        Err(OperationError::NotFound) => Ok(()),
        outcome => outcome,
    };
    sender.done(outcome, "/money/imports").await
}

/// Fills in the sample household.
pub(super) async fn add_sample(sender: Sender) -> Response {
    let outcome = sender.state.operations.add_sample(&sender.person.user).await;
    sender.done(outcome, "/").await
}

/// Takes the sample household out.
pub(super) async fn remove_sample(sender: Sender) -> Response {
    let outcome = match sender.state.operations.remove_sample(&sender.person.user).await {
        // The same form again: it is gone.
        Err(OperationError::NotFound) => Ok(()),
        outcome => outcome,
    };
    sender.done(outcome, "/").await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(amount_kind: &str) -> Fields {
        let pairs = [
            ("date", "0"),
            ("date_order", "day_month_year"),
            ("amount_kind", amount_kind),
            ("amount", "2"),
            ("debit", "3"),
            ("decimal_mark", ","),
            ("delimiter", "\t"),
            ("header_line", "4"),
            ("payee", "1"),
        ];
        Fields(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn corrected_columns_are_read_from_the_form() {
        let mapping = mapping(&fields("signed_out")).unwrap();
        assert_eq!(mapping.amount, AmountColumns::Signed { column: 2, positive_is_out: true });
        assert_eq!((mapping.delimiter, mapping.header_line, mapping.payee), ('\t', Some(4), Some(1)));
        assert_eq!(mapping.category, None);
    }

    #[test]
    fn a_missing_column_is_named() {
        assert_eq!(mapping(&fields("debit_credit")).unwrap_err().field, "credit");
        assert_eq!(mapping(&fields("sideways")).unwrap_err().field, "amount_kind");
    }
}

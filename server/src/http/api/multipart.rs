//! Uploads: a multipart body, read as it arrives and never beyond its bound.

use axum::{
    extract::{Multipart, multipart::Field},
    http::StatusCode,
};
use domain::Clock;
use operations::Upload;

use super::super::Problem;

/// Bytes of a field that is not the file.
const FIELD_MAX_BYTES: usize = 16 * 1024;

/// Reads `file`, and `account`, `mapping` and `keep` where they are sent.
pub(super) async fn read_upload(
    clock: &dyn Clock,
    limit_bytes: usize,
    mut multipart: Multipart,
) -> Result<Upload, Problem> {
    let (mut file, mut account, mut mapping, mut keep) = (None, None, None, None);
    while let Some(field) =
        multipart.next_field().await.map_err(|error| unread(error.status(), limit_bytes))?
    {
        let name = field.name().unwrap_or_default().to_owned();
        let is_repeated = match name.as_str() {
            "file" => {
                let file_name = field.file_name().unwrap_or_default().to_owned();
                file.replace((file_name, bytes(field, limit_bytes).await?)).is_some()
            }
            "account" => {
                let text = text(field).await?;
                let parsed = text
                    .trim()
                    .parse()
                    .map_err(|_| Problem::invalid("account", "is neither a UUID nor `new`"));
                account.replace((!text.trim().is_empty()).then_some(parsed).transpose()?).is_some()
            }
            "mapping" => {
                let text = text(field).await?;
                let parsed = serde_json::from_str(&text)
                    .map_err(|error| Problem::invalid("mapping", format!("is refused: {error}")));
                mapping.replace((!text.trim().is_empty()).then_some(parsed).transpose()?).is_some()
            }
            "keep" => {
                let text = text(field).await?;
                let rows = text.split([',', ' ']).filter(|row| !row.is_empty()).map(str::parse::<u32>);
                let rows: Result<Vec<u32>, _> = rows.collect();
                keep.replace(
                    rows.map_err(|_| Problem::invalid("keep", "must be numbers, with commas between"))?,
                )
                .is_some()
            }
            _ => return Err(Problem::invalid(&name, "is not a field of an import")),
        };
        if is_repeated {
            return Err(Problem::invalid(&name, "must not be sent twice"));
        }
    }
    let (file_name, bytes) = file.ok_or_else(|| Problem::invalid("file", "must be given"))?;
    let mut upload = Upload::new(clock, &file_name, bytes);
    upload.account = account.flatten().unwrap_or_default();
    upload.mapping = mapping.flatten();
    upload.keep = keep.unwrap_or_default();
    Ok(upload)
}

async fn bytes(mut field: Field<'_>, limit_bytes: usize) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| unread(error.status(), limit_bytes))? {
        if bytes.len() + chunk.len() > limit_bytes {
            return Err(Problem::too_large(limit_bytes));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

async fn text(field: Field<'_>) -> Result<String, Problem> {
    let name = field.name().unwrap_or_default().to_owned();
    let bytes = bytes(field, FIELD_MAX_BYTES).await?;
    String::from_utf8(bytes).map_err(|_| Problem::invalid(&name, "is not UTF-8"))
}

fn unread(status: StatusCode, limit_bytes: usize) -> Problem {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large(limit_bytes),
        _ => Problem::malformed("body", "is no multipart/form-data, or ended before it was whole"),
    }
}

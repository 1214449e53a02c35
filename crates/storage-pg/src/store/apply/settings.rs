//! Writes of what a person sets beside the profile.

use domain::{Setting, SettingId};
use jiff_sqlx::ToSqlx;
use sqlx::{Postgres, Transaction as Work};
use storage::{Applied, Change};
use uuid::Uuid;

use super::{Outcome, found};
use crate::words::json;

pub(super) async fn save(work: &mut Work<'_, Postgres>, change: &Change, settings: &[Setting]) -> Outcome {
    let ids: Vec<Uuid> = settings.iter().map(|setting| setting.id().as_uuid()).collect();
    let kinds: Vec<&str> = settings.iter().map(Setting::kind).collect();
    let bodies = settings.iter().map(json).collect::<Result<Vec<String>, _>>()?;
    sqlx::query!(
        r#"
        insert into setting (user_id, id, kind, body, saved_at)
        select $1, given.id, given.kind, given.body::json, $5
        from unnest($2::uuid[], $3::text[], $4::text[]) as given (id, kind, body)
        on conflict (user_id, id) do update
        set kind = excluded.kind, body = excluded.body, saved_at = excluded.saved_at
        "#,
        change.user.as_str(),
        &ids,
        &kinds as _,
        &bodies,
        change.at.to_sqlx() as _
    )
    .execute(&mut **work)
    .await?;
    Ok(Applied::Now)
}

pub(super) async fn delete(work: &mut Work<'_, Postgres>, change: &Change, id: SettingId) -> Outcome {
    let deleted = sqlx::query!(
        "delete from setting where user_id = $1 and id = $2",
        change.user.as_str(),
        id.as_uuid()
    )
    .execute(&mut **work)
    .await?;
    found(deleted.rows_affected())
}

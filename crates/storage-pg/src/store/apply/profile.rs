//! Writes of the profile.

use domain::Profile;
use jiff_sqlx::ToSqlx;
use sqlx::{Postgres, Transaction as Work, types::Json};
use storage::{Applied, Change, FieldTimes, StoredProfile};

use super::Outcome;
use crate::words::json;

/// Merges the edit into what is there; who edits the same profile at the same time waits.
pub(super) async fn save(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    profile: &Profile,
    based_on: Option<&Profile>,
) -> Outcome {
    let row = sqlx::query!(
        r#"
        select profile as "profile: Json<Profile>", field_times as "field_times: Json<FieldTimes>"
        from profile where user_id = $1
        for update
        "#,
        change.user.as_str()
    )
    .fetch_optional(&mut **work)
    .await?;
    let stored = row.map_or_else(StoredProfile::default, |row| StoredProfile {
        profile: row.profile.0,
        times: row.field_times.0,
    });
    let merged = stored.merge(profile, based_on, change.at);
    sqlx::query!(
        r#"
        insert into profile (user_id, profile, field_times, saved_at)
        values ($1, $2::text::json, $3::text::json, $4)
        on conflict (user_id) do update
        set profile = excluded.profile, field_times = excluded.field_times, saved_at = excluded.saved_at
        "#,
        change.user.as_str(),
        json(&merged.profile)?,
        json(&merged.times)?,
        change.at.to_sqlx() as _
    )
    .execute(&mut **work)
    .await?;
    Ok(Applied::Now)
}

//! Reads of what models took, and of runs that nobody seems to write.

use domain::{ChatId, DailyUsage, RunId, Title, Usage, UserId};
use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;

use super::{PgStore, read};
use crate::PgError;

fn malformed(table: &'static str, column: &'static str) -> PgError {
    PgError::RowMalformed { table, column }
}

impl PgStore {
    pub(super) async fn select_usage(&self, user: &UserId, from: Date) -> Result<Vec<DailyUsage>, PgError> {
        let query = sqlx::query!(
            r#"
            with me as materialized (select set_config('app.user_id', $1, true) as user_id)
            select
                found.day as "day: jiff_sqlx::Date",
                found.chat_id,
                found.title as "title?",
                found.answers,
                found.input_tokens,
                found.output_tokens
            from me cross join lateral (
                select used.day, used.chat_id, chat.title, used.answers, used.input_tokens, used.output_tokens
                from model_usage as used
                left join chat on chat.user_id = used.user_id and chat.id = used.chat_id
                where used.user_id = me.user_id and used.day >= $2
                offset 0
            ) as found
            order by found.day, found.chat_id
            "#,
            user.as_str(),
            from.to_sqlx() as _
        );
        let rows = read!(self, query, fetch_all).into_iter().map(|row| {
            let title = row.title.map(Title::try_from).transpose();
            Ok(DailyUsage {
                day: row.day.to_jiff(),
                chat_id: ChatId::from(row.chat_id),
                chat_title: title.map_err(|_| malformed("chat", "title"))?,
                usage: Usage {
                    answers: row.answers.cast_unsigned(),
                    input_tokens: row.input_tokens.cast_unsigned(),
                    output_tokens: row.output_tokens.cast_unsigned(),
                },
            })
        });
        rows.collect()
    }

    pub(super) async fn select_silent_runs(
        &self,
        heard_before: Timestamp,
        limit: u16,
    ) -> Result<Vec<(UserId, RunId)>, PgError> {
        let query = sqlx::query!(
            r#"select user_id as "user_id!", run_id as "run_id!" from silent_runs($1, $2)"#,
            heard_before.to_sqlx() as _,
            i32::from(limit)
        );
        let rows = read!(self, query, fetch_all).into_iter().map(|row| {
            let user = UserId::try_from(row.user_id).map_err(|_| malformed("run", "user_id"))?;
            Ok((user, RunId::from(row.run_id)))
        });
        rows.collect()
    }

    pub(super) async fn select_retaining_users(&self) -> Result<Vec<UserId>, PgError> {
        let query = sqlx::query_scalar!(r#"select user_id as "user_id!" from retaining_users() as user_id"#);
        let users = read!(self, query, fetch_all).into_iter();
        users.map(|user| UserId::try_from(user).map_err(|_| malformed("setting", "user_id"))).collect()
    }
}

//! Reads of what a person sets beside the profile.

use std::sync::Arc;

use domain::{Setting, Settings, UserId};
use sqlx::types::Json;

use super::{PgStore, read};
use crate::PgError;

impl PgStore {
    pub(super) async fn select_settings(&self, user: &UserId) -> Result<Arc<Settings>, PgError> {
        let query = sqlx::query_scalar!(
            r#"
            with me as materialized (select set_config('app.user_id', $1, true) as user_id)
            select found.body as "body: Json<Setting>"
            from me cross join lateral (
                select body from setting where user_id = me.user_id offset 0
            ) as found
            "#,
            user.as_str()
        );
        let settings = read!(self, query, fetch_all).into_iter().map(|body| body.0);
        Ok(Arc::new(Settings::from_list(settings)))
    }
}

//! The pool as the status page and the API show it.

use std::sync::Arc;

use app::{CredentialStatus, DatabaseStatus, LookAtDatabase};
use lakebase::{Pool, PoolStatus};

pub(crate) fn look_at(pool: Pool) -> LookAtDatabase {
    Arc::new(move || shown(pool.status()))
}

fn shown(status: PoolStatus) -> DatabaseStatus {
    DatabaseStatus {
        connection: status.mode,
        host: status.host,
        connections_max: status.max_connections,
        connections: status.connections,
        idle: status.idle,
        waiting: status.waiting,
        failure: status.failure.map(|failure| failure.to_string()),
        credential: status.credential.map(|credential| CredentialStatus {
            age_s: credential.age_seconds,
            expires_in_s: credential.expires_in_seconds,
            mints: credential.mints,
            failed_mints: credential.failed_mints,
            last_failure: credential.last_failure.map(|failure| failure.to_string()),
        }),
    }
}

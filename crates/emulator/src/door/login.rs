//! Who may come in: the rules of a log-in, and their wording.

use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;

use super::wire::Refusal;
use crate::{
    faults::{LoginErrors, PgFaults, TooMany, WakeSymptom},
    shared::{Compute, Shared},
    tokens::{Purpose, TokenError},
};

/// Checks a password for the role `user`.
pub(super) fn check(shared: &Shared, user: &str, password: &SecretString) -> Result<(), Refusal> {
    let faults = shared.faults().pg;
    if let Some(rejection) = faults.reject_logins {
        return Err(Refusal {
            severity: rejection.severity,
            code: rejection.code,
            message: rejection.message,
            reason: "rejected",
        });
    }
    let refusal = match shared.check_token(password.expose_secret(), Purpose::Database) {
        Ok(subject) if subject == user => return Ok(()),
        Ok(_) => Refusal::proxy("wrong_user", password_failed(user)),
        Err(TokenError::NotJwt) => {
            Refusal::proxy("not_a_jwt", "Provided authentication token is not a valid JWT encoding")
        }
        Err(TokenError::Signature) => Refusal::proxy("signature", "signature error: signature error"),
        Err(TokenError::Audience) => Refusal::proxy("audience", "invalid JWT token audience"),
        Err(TokenError::Revoked) => Refusal::proxy("revoked", password_failed(user)),
        Err(TokenError::Expired { exp }) => {
            Refusal::proxy("expired", format!("JWT token has expired (exp={exp})"))
        }
    };
    Err(match faults.login_errors {
        LoginErrors::Autoscaling => refusal,
        LoginErrors::Provisioned => Refusal::postgres(
            refusal.reason,
            "28P01",
            format!("password authentication failed for user \"{user}\""),
        ),
    })
}

/// Single quotes are the proxy's, PostgreSQL's own are double.
fn password_failed(user: &str) -> String {
    format!("password authentication failed for user '{user}'")
}

pub(super) fn insecure() -> Refusal {
    Refusal::proxy("insecure", "connection is insecure (try using `sslmode=require`)")
}

pub(super) fn no_sni() -> Refusal {
    Refusal::proxy(
        "no_sni",
        "Endpoint ID is not specified. Either please upgrade the postgres client library (libpq) for SNI support or pass the \
         endpoint ID (first part of the domain name) as a parameter: '?options=endpoint%3D<endpoint-id>'. \
         See more at https://neon.tech/sni",
    )
}

pub(super) fn too_many(error: TooMany) -> Refusal {
    let reason = "too_many_connections";
    match error {
        TooMany::Postgres => Refusal::postgres(reason, "53300", "sorry, too many clients already"),
        TooMany::Proxy => {
            Refusal::proxy(reason, "Too many connections to this endpoint. Please try again later.")
        }
    }
}

pub(super) fn unreachable() -> Refusal {
    Refusal::proxy("backend", "Couldn't connect to compute node")
}

pub(super) fn shut_down() -> Refusal {
    Refusal::postgres("shutdown", "57P01", "terminating connection due to administrator command")
}

/// Wakes the compute if it sleeps; returns once it is awake, or with what a log-in meets until then.
pub(super) async fn wake(shared: &Shared, faults: &PgFaults, user: &str) -> Result<(), Refusal> {
    let now = Instant::now();
    let until = {
        let mut compute = shared.compute();
        let until = match *compute {
            Compute::Active => return Ok(()),
            Compute::Suspended => now + std::time::Duration::from_millis(faults.wake.delay_ms),
            Compute::Waking { until } => until,
        };
        *compute = if until <= now { Compute::Active } else { Compute::Waking { until } };
        until
    };
    if until > now {
        match faults.wake.symptom {
            WakeSymptom::Slow => tokio::time::sleep_until(until).await,
            WakeSymptom::StartingUp => {
                return Err(Refusal::postgres("waking", "57P03", "the database system is starting up"));
            }
            WakeSymptom::PasswordFailed => return Err(Refusal::proxy("waking", password_failed(user))),
        }
    }
    // Somebody may have put it to sleep again.
    let mut compute = shared.compute();
    if matches!(*compute, Compute::Waking { .. }) {
        *compute = Compute::Active;
    }
    Ok(())
}

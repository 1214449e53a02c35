//! `lakeledger doctor`.

mod model;

use std::{path::Path, time::Duration};

use lakebase::{
    PgConnection,
    doctor::{Diagnosis, Doctor, Finding, Outcome, Step, Trouble, schema},
};
use serde::Serialize;
use storage_pg::{MigrationState, SchemaName};
use tokio::time::timeout;

use self::model::ModelFinding;
use super::{print, print_json};
use crate::{
    configuration::{self, Configuration, ConfigurationError, DatabaseConfiguration, Environment},
    database::Database,
};

/// What fixes call this program.
pub(super) const PROGRAM: &str = "lakeledger";
/// One question to the database.
const STEP_LIMIT: Duration = Duration::from_secs(5);
const OF_THE_SCHEMA: [Step; 3] = [Step::Schema, Step::Migrations, Step::RoundTrip];

#[derive(Serialize)]
struct Report {
    ok: bool,
    steps: Vec<Entry>,
}

/// A step of the way to the database, or the model's endpoint.
#[derive(Serialize)]
#[serde(untagged)]
enum Entry {
    Database(Finding),
    Model(ModelFinding),
}

impl Entry {
    fn outcome(&self) -> Outcome {
        match self {
            Self::Database(finding) => finding.outcome,
            Self::Model(finding) => finding.outcome,
        }
    }

    fn line(&self) -> String {
        match self {
            Self::Database(it) => {
                line(it.step.title(), it.outcome, &it.what, it.fix.as_deref(), it.detail.as_deref())
            }
            Self::Model(it) => {
                line(ModelFinding::TITLE, it.outcome, &it.what, it.fix.as_deref(), it.detail.as_deref())
            }
        }
    }
}

/// Looks at everything between the configuration and a write, and tells what is wrong and the fix.
pub(super) async fn doctor(
    environment: Result<Environment, ConfigurationError>,
    json: bool,
    asks: bool,
) -> anyhow::Result<()> {
    let steps = match environment {
        Ok(environment) => {
            let mut steps: Vec<_> = examine(&environment).await.into_iter().map(Entry::Database).collect();
            if let Ok(Some(model)) = configuration::model(&environment) {
                steps.push(Entry::Model(model::examine(&model, asks).await));
            }
            steps
        }
        Err(error) => vec![Entry::Database(Finding::failed(Step::Configuration, misconfigured(&error)))],
    };
    let failed = steps.iter().filter(|entry| entry.outcome() == Outcome::Failed).count();
    let report = Report { ok: failed == 0, steps };
    if json {
        print_json(&report)?;
    } else {
        for entry in &report.steps {
            print(&entry.line())?;
        }
    }
    match failed {
        0 => Ok(()),
        1 => anyhow::bail!("one step failed"),
        _ => anyhow::bail!("{failed} steps failed"),
    }
}

async fn examine(environment: &Environment) -> Vec<Finding> {
    let lookup = |name: &str| environment.get(name).map(str::to_owned);
    let home = environment.get("HOME").map(Path::new);
    let Diagnosis { mut findings, connection, is_configured } =
        Doctor::new(&lookup, home, PROGRAM).examine().await;
    let is_misconfigured =
        findings.iter().any(|it| it.step == Step::Configuration && it.outcome == Outcome::Failed);
    // The walk knows more about the variables of the database; the rest is looked at here.
    if !is_misconfigured && let Err(error) = Configuration::from_environment(environment) {
        findings.insert(0, Finding::failed(Step::Configuration, misconfigured(&error)));
    }
    let schema = configuration::schema(environment);
    match (connection, schema) {
        (Some(connection), Ok(schema)) => findings.extend(look_inside(environment, connection, schema).await),
        (Some(_), Err(_)) => findings.extend(skipped("the configuration cannot be used")),
        (None, _) if is_configured => findings.extend(skipped("there is no login")),
        (None, _) => findings.extend(skipped("no database is configured")),
    }
    findings
}

/// Schema, migrations and round trip.
async fn look_inside(
    environment: &Environment,
    mut connection: PgConnection,
    schema: SchemaName,
) -> Vec<Finding> {
    let report = match timeout(STEP_LIMIT, schema::report(&mut connection, schema.as_str())).await {
        Ok(Ok(report)) => report,
        Ok(Err(error)) => {
            let trouble = schema::trouble_of(&error, PROGRAM, "", "");
            return after_failure(Finding::failed(Step::Schema, trouble), "the schema cannot be read");
        }
        Err(_) => {
            return after_failure(Finding::failed(Step::Schema, silent()), "the database does not answer");
        }
    };
    let judged = schema::judge(&report, PROGRAM);
    if judged.outcome == Outcome::Failed {
        return after_failure(judged, "the schema cannot be used");
    }
    let migrations = match migrations(environment, &schema, &report.failed_migrations).await {
        Ok(what) => Finding::ok(Step::Migrations, what),
        Err(trouble) => Finding::failed(Step::Migrations, trouble),
    };
    let round_trip = match timeout(STEP_LIMIT, schema::round_trip(&mut connection)).await {
        Ok(Ok((elapsed, note))) => {
            let what =
                format!("written, read and rolled back; a query takes {:.1} ms", elapsed.as_secs_f64() * 1e3);
            Finding::ok(Step::RoundTrip, what).with_detail(note)
        }
        Ok(Err(error)) => {
            let trouble = schema::trouble_of(&error, PROGRAM, &report.role, &report.database);
            Finding::failed(Step::RoundTrip, trouble)
        }
        Err(_) => Finding::failed(Step::RoundTrip, silent()),
    };
    vec![judged, migrations, round_trip]
}

async fn migrations(
    environment: &Environment,
    schema: &SchemaName,
    failed: &[i64],
) -> Result<String, Trouble> {
    let configured =
        DatabaseConfiguration::from_environment(environment).map_err(|error| misconfigured(&error))?;
    let unmade = || Trouble::new("the pool cannot be made", "see the steps above");
    let configured = configured.ok_or_else(unmade)?;
    let database = Database::new(&configured, schema.clone())
        .map_err(|error| unmade().with_detail(error.to_string()))?;
    let states =
        timeout(STEP_LIMIT, storage_pg::migrations(database.connections.as_ref(), &database.config)).await;
    database.connections.close().await;
    let states =
        states.map_err(|_| silent())?.map_err(|error| schema::trouble_of(&error, PROGRAM, "", ""))?;
    judge_migrations(&states, failed, schema)
}

fn judge_migrations(
    states: &[MigrationState],
    failed: &[i64],
    schema: &SchemaName,
) -> Result<String, Trouble> {
    let names = |states: &[&MigrationState]| {
        states
            .iter()
            .map(|state| format!("{} {}", state.version, state.description))
            .collect::<Vec<_>>()
            .join(", ")
    };
    if !failed.is_empty() {
        let versions: Vec<String> = failed.iter().map(ToString::to_string).collect();
        let versions = versions.join(", ");
        return Err(Trouble::new(
            format!("migration {versions} began and did not end"),
            format!(
                "undo what it left behind, `delete from {schema}._sqlx_migrations where version in ({versions})`, then `{PROGRAM} migrate up`"
            ),
        ));
    }
    let edited: Vec<&MigrationState> = states.iter().filter(|state| !state.matches).collect();
    if !edited.is_empty() {
        return Err(Trouble::new(
            "the database has migrations that are not this program's: edited after they were applied, or a newer version's",
            "deploy the version that applied them; if a file under migrations/ was edited, restore it (`git checkout -- migrations`) and \
             put the change into a new one",
        )
        .with_detail(names(&edited)));
    }
    let waiting: Vec<&MigrationState> = states.iter().filter(|state| state.applied_at.is_none()).collect();
    if !waiting.is_empty() {
        return Err(Trouble::new(
            format!("{} of {} migrations wait", waiting.len(), states.len()),
            format!("`{PROGRAM} migrate up` (the server does it at start, too); it tells why when one fails"),
        )
        .with_detail(names(&waiting)));
    }
    Ok(format!("all {} are applied", states.len()))
}

fn misconfigured(error: &ConfigurationError) -> Trouble {
    Trouble::new(
        error.to_string(),
        format!("correct or unset {}; docs/configuration.md lists what it may hold", error.variable),
    )
}

fn silent() -> Trouble {
    Trouble::new(
        format!("the database does not answer within {} s", STEP_LIMIT.as_secs()),
        format!(
            "wait a minute, then run `{PROGRAM} doctor` again; look for locks: `select * from pg_stat_activity`"
        ),
    )
}

fn skipped(why: &str) -> impl Iterator<Item = Finding> {
    OF_THE_SCHEMA.map(|step| Finding::skipped(step, why)).into_iter()
}

/// A finding about the schema; the rest needs it.
fn after_failure(finding: Finding, why: &str) -> Vec<Finding> {
    std::iter::once(finding).chain(skipped(why).skip(1)).collect()
}

fn line(title: &str, outcome: Outcome, what: &str, fix: Option<&str>, detail: Option<&str>) -> String {
    let label = if outcome == Outcome::Failed { "fix" } else { "hint" };
    let outcome = match outcome {
        Outcome::Ok => "ok",
        Outcome::Failed => "FAILED",
        Outcome::Skipped => "skipped",
    };
    let mut line = format!("{outcome:<8} {title:<16} {what}");
    let more = [(label, fix), ("detail", detail)];
    for (label, text) in more.iter().filter_map(|(label, text)| Some((label, (*text)?))) {
        line = format!("{line}\n{:26}{label}: {text}", "");
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(version: i64, is_applied: bool, matches: bool) -> MigrationState {
        MigrationState {
            version,
            description: "chats".to_owned(),
            applied_at: is_applied.then(|| jiff::Timestamp::from_second(version).unwrap()),
            duration_ms: None,
            matches,
        }
    }

    #[test]
    fn migrations_that_wait_were_edited_or_failed_are_told_apart() {
        let schema = SchemaName::default();
        let judge = |states: &[MigrationState], failed: &[i64]| judge_migrations(states, failed, &schema);
        assert_eq!(judge(&[state(1, true, true)], &[]).as_deref(), Ok("all 1 are applied"));
        let waiting = judge(&[state(1, true, true), state(2, false, true)], &[]).unwrap_err();
        assert_eq!(waiting.what, "1 of 2 migrations wait");
        assert!(waiting.fix.starts_with("`lakeledger migrate up`"));
        let edited = judge(&[state(1, true, false)], &[]).unwrap_err();
        assert!(edited.what.contains("edited after they were applied"));
        assert_eq!(edited.detail.as_deref(), Some("1 chats"));
        let failed = judge(&[state(1, true, true), state(2, false, true)], &[2]).unwrap_err();
        assert!(failed.fix.contains("delete from app_data._sqlx_migrations where version in (2)"));
    }

    #[test]
    fn a_failure_is_printed_with_its_fix() {
        let finding = Finding::failed(Step::Dns, Trouble::new("the name x is not known", "check PGHOST"));
        let printed = Entry::Database(finding).line();
        assert_eq!(
            printed,
            "FAILED   DNS              the name x is not known\n                          fix: check PGHOST"
        );
    }
}

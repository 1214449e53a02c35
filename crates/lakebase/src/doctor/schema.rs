//! A schema as a role sees it: who owns it, what is in it, and what the role may do there.

use std::error::Error as StdError;
use std::time::Duration;

use serde::Serialize;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tokio::time::Instant;

use super::login::{login_trouble, of_statement};
use super::network::unreachable;
use super::{Finding, Scene, Step, Trouble};
use crate::failure::ConnectFailure;

/// A schema, as the role of the session sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the catalogue's answers to independent questions")]
pub struct SchemaReport {
    /// The schema.
    pub schema: String,
    /// The database.
    pub database: String,
    /// The role of the session.
    pub role: String,
    /// Who owns the schema; none when there is no such schema.
    pub owner: Option<String>,
    /// The role is the owner, or a member of it.
    pub owns: bool,
    /// The role may use what is in it.
    pub may_use: bool,
    /// The role may make tables in it.
    pub may_create: bool,
    /// The role may make schemas in the database.
    pub may_create_schema: bool,
    /// Row-level security does not hold for the role: a superuser, or one that bypasses it.
    pub bypasses_row_security: bool,
    /// Its tables and views, by name.
    pub tables: Vec<TableReport>,
    /// Its sequences that the role may not use.
    pub denied_sequences: Vec<String>,
    /// Migrations that began and did not end (`_sqlx_migrations`).
    pub failed_migrations: Vec<i64>,
}

/// A table or view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableReport {
    /// The name.
    pub name: String,
    /// `table`, `view` or `materialized view`.
    pub kind: String,
    /// Who owns it.
    pub owner: String,
    /// Rows, as the planner estimates them.
    pub rows: i64,
    /// Bytes on disk, indexes included.
    pub size_bytes: i64,
    /// The rights that the role lacks: `select`, `insert`, `update`, `delete`.
    pub denied: Vec<String>,
}

const SCHEMA: &str = "select current_user::text, current_database()::text, pg_get_userbyid(n.nspowner)::text, \
    coalesce(pg_has_role(n.nspowner, 'usage'), false), \
    coalesce(has_schema_privilege(n.oid, 'usage'), false), coalesce(has_schema_privilege(n.oid, 'create'), false), \
    has_database_privilege(current_database(), 'create'), r.rolsuper or r.rolbypassrls \
    from pg_roles r left join pg_namespace n on n.nspname = $1 where r.rolname = current_user";

const TABLES: &str = "select c.relname::text, \
    case c.relkind when 'v' then 'view' when 'm' then 'materialized view' else 'table' end, \
    pg_get_userbyid(c.relowner)::text, \
    case when c.reltuples < 0 then pg_stat_get_live_tuples(c.oid) else c.reltuples::bigint end, \
    coalesce(pg_total_relation_size(c.oid), 0), \
    array(select p from unnest(array['select', 'insert', 'update', 'delete']) p \
          where not has_table_privilege(c.oid, p) and (c.relkind in ('r', 'p') or p = 'select')) \
    from pg_class c join pg_namespace n on n.oid = c.relnamespace \
    where n.nspname = $1 and c.relkind in ('r', 'p', 'v', 'm') order by c.relname";

/// The planner may ask about the right before the kind, and there is no such right of a table: hence the `case`.
const DENIED_SEQUENCES: &str = "select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace \
    where n.nspname = $1 and case when c.relkind = 'S' then not has_sequence_privilege(c.oid, 'usage') else false end \
    order by c.relname";

type SchemaRow = (String, String, Option<String>, bool, bool, bool, bool, bool);
type TableRow = (String, String, String, i64, i64, Vec<String>);

/// Looks at a schema; changes nothing.
pub async fn report(connection: &mut PgConnection, schema: &str) -> Result<SchemaReport, sqlx::Error> {
    let (role, database, owner, owns, may_use, may_create, may_create_schema, bypasses_row_security): SchemaRow =
        sqlx::query_as(SCHEMA).bind(schema).fetch_one(&mut *connection).await?;
    let tables: Vec<TableRow> = sqlx::query_as(TABLES).bind(schema).fetch_all(&mut *connection).await?;
    let denied_sequences =
        sqlx::query_scalar(DENIED_SEQUENCES).bind(schema).fetch_all(&mut *connection).await?;
    let tables: Vec<TableReport> = tables
        .into_iter()
        .map(|(name, kind, owner, rows, size_bytes, denied)| TableReport {
            name,
            kind,
            owner,
            rows,
            size_bytes,
            denied,
        })
        .collect();
    let may_read = |table: &TableReport| !table.denied.iter().any(|right| right == "select");
    let failed_migrations = if may_use
        && tables.iter().any(|it| it.name == "_sqlx_migrations" && may_read(it))
    {
        let quoted = schema.replace('"', "\"\"");
        let sql =
            format!("select version from \"{quoted}\"._sqlx_migrations where not success order by version");
        sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(connection).await?
    } else {
        Vec::new()
    };
    Ok(SchemaReport {
        schema: schema.to_owned(),
        database,
        role,
        owner,
        owns,
        may_use,
        may_create,
        may_create_schema,
        bypasses_row_security,
        tables,
        denied_sequences,
        failed_migrations,
    })
}

/// What a schema means for an application that keeps its tables there and makes them itself.
pub fn judge(report: &SchemaReport, program: &str) -> Finding {
    let SchemaReport { schema, role, database, .. } = report;
    let grant = format!("`{program} lakebase grant '{role}'`");
    let failed = |what: String, fix: String| Finding::failed(Step::Schema, Trouble::new(what, fix));
    let Some(owner) = &report.owner else {
        return if report.may_create_schema {
            Finding::ok(Step::Schema, format!("{schema} does not exist yet; {role} may make it"))
        } else {
            failed(
                format!("the schema {schema} does not exist, and {role} may not make it"),
                format!(
                    "as the database's owner: `grant create on database \"{database}\" to \"{role}\"` (for an app: attach the database with \
                     \"Can connect and create\" and deploy it again), then `{program} migrate up`"
                ),
            )
        };
    };
    if !report.may_use {
        return failed(
            format!(
                "permission denied for schema {schema}: it is owned by {owner}, and {role} may not use it"
            ),
            format!("run {grant} as {owner}, or set LAKEBASE_SCHEMA to a schema of {role}'s own"),
        );
    }
    let denied: Vec<&str> = report
        .tables
        .iter()
        .filter(|table| !table.denied.is_empty())
        .map(|table| table.name.as_str())
        .collect();
    if !denied.is_empty() {
        return failed(
            format!(
                "permission denied for table {} ({} of {}): {role} lacks rights",
                denied[0],
                denied.len(),
                report.tables.len()
            ),
            format!("run {grant} as {owner}"),
        );
    }
    if let Some(sequence) = report.denied_sequences.first() {
        return failed(
            format!("permission denied for sequence {sequence}: {role} lacks the right to use it"),
            format!("run {grant} as {owner}"),
        );
    }
    if !report.may_create && !report.owns {
        return failed(
            format!(
                "the schema {schema} is owned by {owner}, and {role} may not make tables in it: migrations would fail"
            ),
            format!("run {grant} as {owner}, or run `{program} migrate up` as {owner}"),
        );
    }
    let whose =
        if report.owns { format!("owned by {owner}") } else { format!("owned by {owner}, open to {role}") };
    let finding = Finding::ok(Step::Schema, format!("{schema}, {whose}, {} tables", report.tables.len()));
    let note =
        "is a superuser or bypasses row-level security: users' rows are kept apart by the queries alone";
    finding.with_detail(report.bypasses_row_security.then(|| format!("{role} {note}")))
}

/// Who and what answered, for people.
pub(super) async fn session(connection: &mut PgConnection) -> Result<String, sqlx::Error> {
    let (user, database, version, only_reads): (String, String, String, bool) = sqlx::query_as(
        "select current_user::text, current_database()::text, current_setting('server_version'), pg_is_in_recovery()",
    )
    .fetch_one(connection)
    .await?;
    let only_reads = if only_reads { "; a secondary, which only reads" } else { "" };
    Ok(format!("{user} in the database {database}, PostgreSQL {version}{only_reads}"))
}

/// Writes and reads in a transaction that is rolled back. How long a query took, and what is worth knowing.
pub async fn round_trip(connection: &mut PgConnection) -> Result<(Duration, Option<String>), sqlx::Error> {
    let started = Instant::now();
    sqlx::query_scalar::<_, i32>("select 1").fetch_one(&mut *connection).await?;
    let elapsed = started.elapsed();
    let mut transaction = connection.begin().await?;
    let written = sqlx::raw_sql(
        "create temporary table lakebase_doctor (number integer) on commit drop; insert into lakebase_doctor values (1)",
    )
    .execute(&mut *transaction)
    .await;
    let note = match written {
        Ok(_) => None,
        // Temporary tables are a right of their own, and nobody else needs it.
        Err(error) if is_temporary_denied(&error) => {
            Some("not written: the role may make no temporary tables".to_owned())
        }
        Err(error) => return Err(error),
    };
    transaction.rollback().await?;
    Ok((elapsed, note))
}

fn is_temporary_denied(error: &sqlx::Error) -> bool {
    let database = error.as_database_error();
    database.is_some_and(|it| it.code().as_deref() == Some("42501") && it.message().contains("temporary"))
}

/// What an error of a statement means: `error`, or what caused it, as the driver gave it.
pub fn trouble_of(error: &(dyn StdError + 'static), program: &str, role: &str, database: &str) -> Trouble {
    let scene = Scene {
        program: program.to_owned(),
        user: (!role.is_empty()).then(|| role.to_owned()),
        database: database.to_owned(),
        host: "the database".to_owned(),
        port: 5432,
        ..Scene::default()
    };
    let mut cause = Some(error);
    while let Some(error) = cause {
        match error.downcast_ref::<sqlx::Error>() {
            Some(sqlx::Error::Database(said)) => {
                let code = said.code().unwrap_or_default();
                let known = of_statement(&code, &said.message().to_ascii_lowercase(), &scene);
                return match known {
                    Some(trouble) => {
                        trouble.with_detail(format!("{} ({code})", super::scrub::scrub(said.message(), &[])))
                    }
                    None => refused(&code, said.message(), &scene),
                };
            }
            Some(sqlx::Error::Io(io)) => return unreachable(io.kind(), &scene),
            _ => cause = error.source(),
        }
    }
    Trouble::new("the database did not do what it was asked", format!("run `{program} doctor` again"))
        .with_detail(super::scrub::scrub(&error.to_string(), &[]))
}

/// A statement that was refused, or a connection that ended under it.
fn refused(code: &str, message: &str, scene: &Scene) -> Trouble {
    if ConnectFailure::classify_message(code, message) != ConnectFailure::Other {
        return login_trouble(code, message, scene);
    }
    Trouble::new(
        "the database refused a statement",
        format!("see what it said below, then run `{} doctor` again", scene.program),
    )
    .with_detail(format!("{} ({code})", super::scrub::scrub(message, &[])))
}

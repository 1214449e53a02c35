//! `lakeledger lakebase grant`.

use anyhow::Context;
use lakebase::{
    doctor::schema,
    grants::{Access, Grants},
};

use super::{super::print, connect};
use crate::{cli::doctor::PROGRAM, configuration::StorageConfiguration};

/// Prints what would be run.
pub(super) fn show(grants: &Grants) -> anyhow::Result<()> {
    print("-- where the role is missing:")?;
    for statement in grants.create_role() {
        print(&format!("-- {statement};"))?;
    }
    print("begin;")?;
    for statement in grants.statements() {
        print(&format!("{statement};"))?;
    }
    print("commit;")
}

/// Makes the role where it is missing, and gives it its rights: all or nothing. Where the schema is missing, the
/// right to make it.
pub(super) async fn grant(storage: StorageConfiguration, grants: &Grants) -> anyhow::Result<()> {
    let (database, mut connection) = connect(storage).await?;
    let schema_name = &database.config.schema;
    let report = schema::report(&mut connection, schema_name.as_str()).await;
    let report = report.context("the schema cannot be read")?;
    let mut statements = Vec::new();
    let exists = grants.role_exists(&mut connection).await.context("the roles cannot be read")?;
    if !exists {
        let can_create =
            Grants::can_create_role(&mut connection).await.context("the extensions cannot be read")?;
        anyhow::ensure!(
            can_create,
            "there is no such role, and this PostgreSQL cannot make it (it has no databricks_auth): `create role` it first"
        );
        statements.extend(grants.create_role());
    }
    let whose = match &report.owner {
        Some(owner) => {
            statements.extend(grants.statements());
            format!("{owner}, who owns the schema {schema_name}")
        }
        None if grants.access() == Access::ReadOnly => {
            anyhow::bail!("the schema {schema_name} does not exist yet: `lakeledger migrate up` makes it")
        }
        None => {
            statements.push(grants.to_make_the_schema(&report.database));
            format!("the owner of the database {}", report.database)
        }
    };
    if let Err(error) = Grants::apply(&mut connection, &statements).await {
        let trouble = schema::trouble_of(&error, PROGRAM, &report.role, &report.database);
        let detail = trouble.detail.unwrap_or_default();
        anyhow::bail!("nothing was granted: {detail}; run this as {whose}, not as {}", report.role);
    }
    let took = match &report.owner {
        Some(_) => grants.took(&mut connection).await,
        None => grants.may_make_the_schema(&mut connection).await,
    };
    anyhow::ensure!(
        took.context("the privileges cannot be read")?,
        "nothing was granted: {} may not pass its rights on; run this as {whose}",
        report.role
    );
    for statement in &statements {
        print(&format!("{statement};"))?;
    }
    match &report.owner {
        Some(_) if report.owns => {}
        Some(owner) => print(&format!(
            "note: tables that {owner} makes later are not included: run this as {owner}, too"
        ))?,
        None => print(&format!(
            "note: the schema {schema_name} does not exist yet: the role makes it and owns it, as the app does at its start"
        ))?,
    }
    database.connections.close().await;
    Ok(())
}

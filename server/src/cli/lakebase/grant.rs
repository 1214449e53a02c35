//! `lakeledger lakebase grant`.

use anyhow::Context;
use lakebase::{doctor::schema, grants::Grants};

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

/// Makes the role where it is missing, and gives it its rights: all or nothing.
pub(super) async fn grant(storage: StorageConfiguration, grants: &Grants) -> anyhow::Result<()> {
    let (database, mut connection) = connect(storage).await?;
    let schema_name = &database.config.schema;
    let report = schema::report(&mut connection, schema_name.as_str()).await;
    let report = report.context("the schema cannot be read")?;
    let Some(owner) = report.owner else {
        anyhow::bail!("the schema {schema_name} does not exist yet: `lakeledger migrate up` makes it");
    };
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
    statements.extend(grants.statements());
    if let Err(error) = Grants::apply(&mut connection, &statements).await {
        let trouble = schema::trouble_of(&error, PROGRAM, &report.role, &report.database);
        let detail = trouble.detail.unwrap_or_default();
        anyhow::bail!(
            "nothing was granted: {detail}; run this as {owner}, who owns the schema {schema_name}, not as {}",
            report.role
        );
    }
    let took = grants.took(&mut connection).await.context("the privileges cannot be read")?;
    anyhow::ensure!(
        took,
        "nothing was granted: {} may not pass its rights on; run this as {owner}, who owns the schema {schema_name}",
        report.role
    );
    for statement in &statements {
        print(&format!("{statement};"))?;
    }
    if !report.owns {
        print(&format!("note: tables that {owner} makes later are not included: run this as {owner}, too"))?;
    }
    database.connections.close().await;
    Ok(())
}

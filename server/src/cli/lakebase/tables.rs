//! `lakeledger lakebase tables`.

use anyhow::Context;
use lakebase::doctor::{SchemaReport, schema};

use super::{super::print, connect};
use crate::configuration::StorageConfiguration;

pub(super) async fn tables(storage: StorageConfiguration) -> anyhow::Result<()> {
    let (database, mut connection) = connect(storage).await?;
    let report = schema::report(&mut connection, database.config.schema.as_str()).await;
    let report = report.context("the schema cannot be read (`lakeledger doctor` tells why)")?;
    for line in lines(&report) {
        print(&line)?;
    }
    if report.owner.is_some() && report.may_use {
        let states = storage_pg::migrations(database.connections.as_ref(), &database.config).await;
        let states = states.context("the migrations cannot be read")?;
        let waiting = states.iter().filter(|state| state.applied_at.is_none()).count();
        let foreign = states.iter().filter(|state| !state.matches).count();
        let applied = states.len() - waiting;
        let foreign = if foreign == 0 { String::new() } else { format!(", {foreign} not this program's") };
        print(&format!("migrations: {applied} applied, {waiting} waiting{foreign}"))?;
    }
    database.connections.close().await;
    Ok(())
}

fn lines(report: &SchemaReport) -> Vec<String> {
    let SchemaReport { schema, database, role, .. } = report;
    let Some(owner) = &report.owner else {
        return vec![format!(
            "The schema {schema} does not exist in {database}: `lakeledger migrate up` makes it."
        )];
    };
    let mut lines = vec![format!("schema {schema} in {database}, owned by {owner}, seen as {role}")];
    let width = |of: fn(&lakebase::doctor::TableReport) -> &str, least: usize| {
        report.tables.iter().map(|table| of(table).chars().count()).max().unwrap_or(0).max(least)
    };
    let (name, who) = (width(|table| &table.name, 5), width(|table| &table.owner, 5));
    lines
        .push(format!("{:<name$}  {:<who$}  {:>12}  {:>10}  kind", "table", "owner", "rows (about)", "size"));
    for table in &report.tables {
        let denied = if table.denied.is_empty() {
            String::new()
        } else {
            format!("; denied: {}", table.denied.join(", "))
        };
        lines.push(format!(
            "{:<name$}  {:<who$}  {:>12}  {:>10}  {}{denied}",
            table.name,
            table.owner,
            table.rows,
            size(table.size_bytes),
            table.kind
        ));
    }
    lines
}

fn size(bytes: i64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut amount = bytes as f64 / 1024.0;
    let mut unit = 0;
    while amount >= 1024.0 && unit + 1 < UNITS.len() {
        amount /= 1024.0;
        unit += 1;
    }
    format!("{amount:.1} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_for_people() {
        for (bytes, text) in [(0, "0 B"), (8192, "8.0 kB"), (1_500_000, "1.4 MB"), (1 << 45, "32.0 TB")] {
            assert_eq!(size(bytes), text);
        }
    }
}

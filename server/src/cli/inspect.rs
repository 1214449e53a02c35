//! `lakeledger inspect`.

use std::{fmt::Write, path::Path};

use anyhow::Context;
use finance::Inspection;

use super::{print, print_json};

pub(super) fn inspect(file: &Path, json: bool) -> anyhow::Result<()> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let inspection = finance::inspect(&bytes, &name);
    if json {
        print_json(&inspection)?;
    } else if inspection.error.is_none() {
        print(&text(&inspection)?)?;
    }
    match &inspection.error {
        None => Ok(()),
        Some(error) => anyhow::bail!("{}: {}", file.display(), error.message),
    }
}

fn text(inspection: &Inspection) -> anyhow::Result<String> {
    let value = serde_json::to_value(inspection)?;
    let field = |value: &serde_json::Value, name: &str| match &value[name] {
        serde_json::Value::Null => "-".to_owned(),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut text = format!("{}, {}\n", field(&value, "format"), field(&value, "encoding"));
    for account in value["accounts"].as_array().into_iter().flatten() {
        writeln!(
            text,
            "{} ({}): {} transactions, {} to {}, sum {}, from {} to {}",
            field(account, "account"),
            field(account, "currency"),
            field(account, "transactions"),
            field(account, "first"),
            field(account, "last"),
            field(account, "sum"),
            field(account, "opening_balance"),
            field(account, "closing_balance"),
        )?;
    }
    for row in value["skipped"].as_array().into_iter().flatten() {
        writeln!(text, "skipped line {}: {}", field(row, "line"), field(row, "reason"))?;
    }
    Ok(text.trim_end().to_owned())
}

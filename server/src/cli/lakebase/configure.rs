//! `lakeledger lakebase configure`.

mod choose;
mod git;

use std::{collections::BTreeMap, fs, io, path::Path, time::Duration};

use anyhow::Context;
use databricks::{Client, RetryPolicy};

use self::choose::Choice;
use super::{
    super::{WrongUsage, print},
    env_file,
};
use crate::configuration::{self, Environment};

/// Longer helps nobody who waits at a terminal.
const PATIENCE: Duration = Duration::from_secs(20);
/// They name the database, in the order in which they are read.
const NAMES: [&str; 6] = [
    "LAKEBASE_ENDPOINT",
    "PGENDPOINT",
    "ENDPOINT_NAME",
    "LAKEBASE_AUTOSCALING_ENDPOINT",
    "LAKEBASE_INSTANCE_NAME",
    "LAKEBASE_INSTANCE",
];
/// They win over what is written.
const WINNERS: [&str; 3] = ["LAKEBASE_PG_URL", "DATABASE_URL", "PGPASSWORD"];

/// What is set: by the process, which wins, or else by the file.
struct Set<'a> {
    environment: &'a Environment,
    file: BTreeMap<String, String>,
}

impl Set<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.environment.of_the_process(name).or_else(|| self.file.get(name).map(String::as_str))
    }
}

/// Looks the database up and writes how to reach it into `file`, or tells what would be written.
pub(super) async fn configure(
    environment: &Environment,
    name: Option<&str>,
    check_only: bool,
    file: &Path,
) -> anyhow::Result<()> {
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", file.display())),
    };
    let values = env_file::values(&text).with_context(|| format!("{} cannot be changed", file.display()))?;
    let set = Set { environment, file: values };
    if !check_only {
        git::refuse_a_tracked_file(file)?;
    }
    let workspace = configuration::workspace(environment).context("the configuration is wrong")?;
    let Some(mut workspace) = workspace else {
        report(&set, &[], file)?;
        anyhow::bail!(
            "there is no login to a Databricks workspace: set DATABRICKS_HOST and DATABRICKS_TOKEN, or \
             DATABRICKS_CONFIG_PROFILE (`databricks configure --token` makes a profile)"
        );
    };
    workspace.timeouts.request = PATIENCE;
    let profile = profile_of(environment, workspace.source());
    let client = Client::new(workspace)?
        .with_retry_policy(RetryPolicy { deadline: PATIENCE, ..RetryPolicy::default() });
    let named = name.or_else(|| NAMES.iter().find_map(|variable| environment.get(variable)));
    let choice = match choose::choose(&client, named).await? {
        Ok(choice) => choice,
        Err(names) => {
            for name in &names {
                print(name)?;
            }
            let usage = if names.is_empty() {
                "this login sees no database in the workspace: create one (`databricks bundle deploy`)"
            } else {
                "name one of these databases: lakeledger lakebase configure NAME"
            };
            return Err(WrongUsage(usage.to_owned()).into());
        }
    };
    let wanted = wanted(&choice, profile, &set);
    if check_only {
        return check(&set, &wanted, file);
    }
    write(&text, &wanted, &choice, file)?;
    for line in notes(&set, &wanted, file) {
        print(&line)?;
    }
    Ok(())
}

fn write(text: &str, wanted: &[(&'static str, String)], choice: &Choice, file: &Path) -> anyhow::Result<()> {
    // Another of the names would be read first, or name another database.
    let superseded: Vec<&str> = NAMES.into_iter().filter(|name| *name != choice.variable).collect();
    let edited = env_file::edited(text, wanted, &superseded);
    if edited == text {
        return print(&format!("{} says so already", file.display()));
    }
    env_file::replace(file, &edited)?;
    for (name, value) in wanted {
        print(&format!("{name}={value}"))?;
    }
    print(&format!("written to {}; `lakeledger doctor` tries it", file.display()))
}

/// The variables that lead to the database. What is set already and as good is kept.
fn wanted(choice: &Choice, profile: Option<String>, set: &Set<'_>) -> Vec<(&'static str, String)> {
    // Lakebase always listens there; what is on this machine (an emulator) may listen anywhere.
    let is_local = choice.host == "localhost" || choice.host.starts_with("127.");
    let port = set.get("PGPORT").filter(|_| is_local).unwrap_or("5432").to_owned();
    let ssl_mode =
        set.get("PGSSLMODE").filter(|mode| mode.starts_with("verify-")).unwrap_or("require").to_owned();
    let is_there = |name: &&str| choice.databases.is_empty() || choice.databases.iter().any(|it| it == name);
    let database = match (set.get("PGDATABASE").filter(is_there), choice.databases.as_slice()) {
        (Some(database), _) => database.to_owned(),
        (None, [only]) => only.clone(),
        (None, _) => "databricks_postgres".to_owned(),
    };
    let mut wanted = vec![
        ("PGHOST", choice.host.clone()),
        ("PGPORT", port),
        ("PGDATABASE", database),
        ("PGSSLMODE", ssl_mode),
        (choice.variable, choice.name.clone()),
    ];
    wanted.extend(profile.map(|profile| ("DATABRICKS_CONFIG_PROFILE", profile)));
    wanted
}

/// The profile that the login came from.
fn profile_of(environment: &Environment, source: &str) -> Option<String> {
    if let Some(profile) = environment.get("DATABRICKS_CONFIG_PROFILE") {
        return Some(profile.to_owned());
    }
    let (name, _file) = source.strip_prefix("profile ")?.split_once(" of ")?;
    Some(name.to_owned())
}

fn check(set: &Set<'_>, wanted: &[(&'static str, String)], file: &Path) -> anyhow::Result<()> {
    let lacking = report(set, wanted, file)?;
    match lacking {
        0 => print("Everything is set."),
        1 => anyhow::bail!("1 variable is missing or differs; without --check-only it is written"),
        _ => {
            anyhow::bail!("{lacking} variables are missing or differ; without --check-only they are written")
        }
    }
}

/// What is set and what would change. How many are missing or differ.
fn report(set: &Set<'_>, wanted: &[(&'static str, String)], file: &Path) -> anyhow::Result<usize> {
    print(&format!("set: {}", configuration::variables_line(set.environment)))?;
    let mut lacking = 0;
    for (name, value) in wanted {
        let is = set.get(name);
        let line = match is {
            Some(is) if is == value => format!("ok       {name}={value}"),
            Some(is) => format!("differs  {name}={}, would be {value}", configuration::shown(name, is)),
            None => format!("missing  {name}={value}"),
        };
        lacking += usize::from(is != Some(value));
        print(&line)?;
    }
    for line in notes(set, wanted, file) {
        print(&line)?;
    }
    Ok(lacking)
}

/// What stands in the way of what is written.
fn notes(set: &Set<'_>, wanted: &[(&'static str, String)], file: &Path) -> Vec<String> {
    let winners = WINNERS.iter().filter(|name| set.get(name).is_some());
    let mut notes: Vec<String> = winners
        .map(|name| format!("note: {name} is set, and wins over what is written: remove it"))
        .collect();
    // The file cannot change what the process has, nor take away another name of the database.
    let is_wanted = |name: &str| wanted.iter().any(|(wanted, _)| *wanted == name);
    let named = NAMES.into_iter().filter(|name| !wanted.is_empty() && !is_wanted(name));
    let named = named.filter(|name| set.environment.of_the_process(name).is_some());
    let other = wanted
        .iter()
        .filter(|(name, value)| set.environment.of_the_process(name).is_some_and(|is| is != value));
    notes.extend(
        named
            .chain(other.map(|(name, _)| *name))
            .map(|name| format!("note: {name} is set in the environment, and wins over the file: unset it")),
    );
    if set.environment.get("DATABRICKS_APP_NAME").is_some() {
        notes.push(format!(
            "note: a Databricks App does not read {}: attach the database to it",
            file.display()
        ));
    }
    if git::is_exposed(file) {
        notes.push(format!("note: git does not ignore {0}: `echo {0} >> .gitignore`", file.display()));
    }
    notes
}

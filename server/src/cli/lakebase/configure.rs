//! `lakeledger lakebase configure`.

mod choose;

use std::{
    collections::BTreeMap,
    fs, io,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

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
    let held = env_file::values(&text).with_context(|| format!("{} cannot be changed", file.display()))?;
    if !check_only {
        refuse_a_tracked_file(file)?;
    }
    let workspace = configuration::workspace(environment).context("the configuration is wrong")?;
    let Some(mut workspace) = workspace else {
        report(&held, &[], environment, file)?;
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
    let wanted = wanted(&choice, profile, &held, environment);
    if check_only {
        return check(&held, &wanted, environment, file);
    }
    write(&text, &wanted, &choice, file)?;
    for line in notes(&held, environment, file) {
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
fn wanted(
    choice: &Choice,
    profile: Option<String>,
    held: &BTreeMap<String, String>,
    environment: &Environment,
) -> Vec<(&'static str, String)> {
    let set = |name: &str| held.get(name).map(String::as_str).or_else(|| environment.get(name));
    // Lakebase always listens there; what is on this machine (an emulator) may listen anywhere.
    let is_local = choice.host == "localhost" || choice.host.starts_with("127.");
    let port = set("PGPORT").filter(|_| is_local).unwrap_or("5432").to_owned();
    let ssl_mode =
        set("PGSSLMODE").filter(|mode| mode.starts_with("verify-")).unwrap_or("require").to_owned();
    let is_there = |name: &&str| choice.databases.is_empty() || choice.databases.iter().any(|it| it == name);
    let database = match (set("PGDATABASE").filter(is_there), choice.databases.as_slice()) {
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

fn check(
    held: &BTreeMap<String, String>,
    wanted: &[(&'static str, String)],
    environment: &Environment,
    file: &Path,
) -> anyhow::Result<()> {
    let lacking = report(held, wanted, environment, file)?;
    match lacking {
        0 => print("Everything is set."),
        1 => anyhow::bail!("1 variable is missing or differs; without --check-only it is written"),
        _ => {
            anyhow::bail!("{lacking} variables are missing or differ; without --check-only they are written")
        }
    }
}

/// What is set and what would change. How many are missing or differ.
fn report(
    held: &BTreeMap<String, String>,
    wanted: &[(&'static str, String)],
    environment: &Environment,
    file: &Path,
) -> anyhow::Result<usize> {
    print(&format!("set: {}", configuration::variables_line(environment)))?;
    let mut lacking = 0;
    for (name, value) in wanted {
        let set = held.get(*name).map(String::as_str).or_else(|| environment.get(name));
        let line = match set {
            Some(set) if set == value => format!("ok       {name}={value}"),
            Some(set) => format!("differs  {name}={}, would be {value}", configuration::shown(name, set)),
            None => format!("missing  {name}={value}"),
        };
        lacking += usize::from(set != Some(value));
        print(&line)?;
    }
    for line in notes(held, environment, file) {
        print(&line)?;
    }
    Ok(lacking)
}

/// What stands in the way of what is written.
fn notes(held: &BTreeMap<String, String>, environment: &Environment, file: &Path) -> Vec<String> {
    let is_set = |name: &&str| held.contains_key(*name) || environment.get(name).is_some();
    let winners = WINNERS.iter().filter(|name| is_set(name));
    let mut notes: Vec<String> = winners
        .map(|name| format!("note: {name} is set, and wins over what is written: remove it"))
        .collect();
    if environment.get("DATABRICKS_APP_NAME").is_some() {
        notes.push(format!(
            "note: a Databricks App does not read {}: attach the database to it",
            file.display()
        ));
    }
    if git(file, &["check-ignore", "--quiet"]) == Some(false) && git_folder(file) {
        notes.push(format!("note: git does not ignore {0}: `echo {0} >> .gitignore`", file.display()));
    }
    notes
}

fn refuse_a_tracked_file(file: &Path) -> anyhow::Result<()> {
    let is_tracked = git(file, &["ls-files", "--error-unmatch"]) == Some(true);
    anyhow::ensure!(
        !is_tracked,
        "git tracks {0}: what it holds would be published; `git rm --cached {0}` and add it to .gitignore, or name another with --file",
        file.display()
    );
    Ok(())
}

/// Whether git says yes about a file; none without git.
fn git(file: &Path, arguments: &[&str]) -> Option<bool> {
    let name = file.file_name()?;
    let status = in_folder_of(file).args(arguments).arg("--").arg(name).status().ok()?;
    Some(status.success())
}

fn git_folder(file: &Path) -> bool {
    in_folder_of(file).args(["rev-parse", "--git-dir"]).status().is_ok_and(|status| status.success())
}

fn in_folder_of(file: &Path) -> Command {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

//! The command line. Answers go to standard output, reasons to standard error; exit code 0 is
//! done, 1 failed, 2 wrong usage.

mod ask;
mod doctor;
mod import;
mod inspect;
mod journal;
mod lakebase;
mod migrate;
mod offline;
mod reach;
mod sample;
mod tool;

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Context;
use clap::{Parser, Subcommand};
use domain::UserId;
use jiff::civil::Date;
use tokio::runtime;

use crate::{
    configuration::{Configuration, Environment},
    serve, telemetry,
};

/// Personal finance, answered from your own transactions.
#[derive(Debug, Parser)]
#[command(name = "lakeledger", version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the pages and the API (what happens without a command).
    Serve,
    /// Look after the database's schema.
    Migrate {
        #[command(subcommand)]
        action: migrate::Action,
    },
    /// Look at everything between the configuration and a write, and tell what is wrong and the fix; exit
    /// code 1 when something is.
    Doctor {
        /// As JSON.
        #[arg(long)]
        json: bool,
        /// Ask the serving endpoint for one word, too; that costs a few tokens.
        #[arg(long)]
        ask: bool,
    },
    /// Set up the Lakebase database.
    Lakebase {
        #[command(subcommand)]
        action: lakebase::Action,
    },
    /// Tell how many changes the journal holds, and which of them the database has refused. Not while the
    /// server runs.
    Journal {
        /// As JSON, the refused changes whole.
        #[arg(long)]
        json: bool,
    },
    /// Import statements into the store that is configured.
    Import {
        /// Statements: CSV, XLSX, OFX, QIF, CAMT or MT940.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Whose ledger.
        #[arg(long, default_value = "local", value_parser = user)]
        user: UserId,
    },
    /// Tell what importing a statement would do.
    Inspect {
        /// A statement: CSV, XLSX, OFX, QIF, CAMT or MT940.
        file: PathBuf,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Add the sample household to the store that is configured, or remove it.
    Sample {
        /// Whose ledger.
        #[arg(long, default_value = "local", value_parser = user)]
        user: UserId,
        /// Remove it.
        #[arg(long)]
        remove: bool,
    },
    /// Use the assistant's tools.
    Tool {
        #[command(subcommand)]
        action: tool::Action,
    },
    /// Answer a question about statements; no server and no store needed.
    Ask {
        /// The question.
        question: String,
        /// A statement to answer from; may be given more than once.
        #[arg(long = "file", value_name = "FILE")]
        files: Vec<PathBuf>,
        /// The day that "last month" and the like are counted from [default: today].
        #[arg(long, value_name = "DATE")]
        as_of: Option<Date>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
}

/// The mistake is in the command's words, not in what it does.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct WrongUsage(String);

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Nothing is left to do when the terminal is gone.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match run(arguments.command.unwrap_or(Command::Serve)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {}", reason(&error));
            ExitCode::from(if error.is::<WrongUsage>() { 2 } else { 1 })
        }
    }
}

/// The chain of causes in one line.
fn reason(error: &anyhow::Error) -> String {
    let mut causes: Vec<String> = error.chain().map(ToString::to_string).collect();
    causes.dedup();
    causes.join(": ")
}

fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Serve => {
            let configuration = start()?;
            runtime::Builder::new_multi_thread().enable_all().build()?.block_on(serve::serve(configuration))
        }
        Command::Migrate { action } => wait_for(migrate::migrate(start()?, action)),
        Command::Doctor { json, ask } => wait_for(doctor::doctor(Environment::of_process(), json, ask)),
        Command::Lakebase { action } => {
            let environment = Environment::of_process().context("the configuration is wrong")?;
            wait_for(lakebase::lakebase(&environment, action))
        }
        Command::Journal { json } => journal::journal(&start()?.storage, json),
        Command::Import { files, user } => wait_for(import::import(start()?, &files, &user)),
        Command::Inspect { file, json } => inspect::inspect(&file, json),
        Command::Sample { user, remove } => wait_for(sample::sample(start()?, &user, remove)),
        Command::Tool { action } => wait_for(tool::tool(action)),
        Command::Ask { question, files, as_of, json } => wait_for(ask::ask(question, &files, as_of, json)),
    }
}

/// Reads the configuration and starts logging.
fn start() -> anyhow::Result<Configuration> {
    let configuration = Configuration::from_env().context("the configuration is wrong")?;
    telemetry::start(&configuration.log);
    Ok(configuration)
}

fn wait_for(work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

fn user(text: &str) -> Result<UserId, domain::InvalidId> {
    UserId::try_from(text.to_owned())
}

/// Writes a command's answer. A reader that went away (`| head`) is no failure.
fn print(text: &str) -> anyhow::Result<()> {
    match writeln!(io::stdout().lock(), "{text}") {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("cannot write the answer"),
    }
}

fn print_json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    print(&serde_json::to_string_pretty(value)?)
}

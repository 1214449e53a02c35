//! `lakeledger tool`.

use std::path::PathBuf;

use assistant::Toolbox;
use clap::Subcommand;
use domain::{Clock, SystemClock};
use jiff::civil::Date;
use serde_json::Value;

use super::{WrongUsage, offline, print, print_json};

#[derive(Debug, Subcommand)]
pub(super) enum Action {
    /// Name every tool and what it takes.
    List,
    /// Run a tool and print what it answers.
    Run {
        /// Its name.
        name: String,
        /// Its input, a JSON object.
        #[arg(default_value = "{}")]
        input: String,
        /// A statement to answer from; may be given more than once.
        #[arg(long = "file", value_name = "FILE")]
        files: Vec<PathBuf>,
        /// The day that "last month" and the like are counted from [default: today].
        #[arg(long, value_name = "DATE")]
        as_of: Option<Date>,
    },
}

pub(super) async fn tool(action: Action) -> anyhow::Result<()> {
    match action {
        Action::List => print_json(&Toolbox::list()),
        Action::Run { name, input, files, as_of } => {
            if !Toolbox::list().iter().any(|tool| tool.name == name) {
                let names: Vec<_> = Toolbox::list().iter().map(|tool| tool.name.to_string()).collect();
                return Err(WrongUsage(format!("no tool {name}; there are {}", names.join(", "))).into());
            }
            let input: Value = serde_json::from_str(&input)
                .map_err(|error| WrongUsage(format!("the input is not JSON: {error}")))?;
            let toolbox = offline::toolbox(&files, as_of.unwrap_or_else(|| SystemClock.today())).await?;
            print(&serde_json::to_string_pretty(&toolbox.run(&name, &input)?)?)
        }
    }
}

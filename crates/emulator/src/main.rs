//! Runs the emulator until it is told to stop, or for as long as a command runs.

use std::{
    ffi::OsString,
    io::{self, Write},
    net::IpAddr,
    path::{Path, PathBuf},
    process::{ExitCode, ExitStatus},
};

use anyhow::Context;
use clap::Parser;
use emulator::{Emulator, Options, Products};
use secrecy::SecretString;
use tokio::{
    process::{Child, Command},
    signal::unix::{SignalKind, signal},
};

/// A Databricks workspace and its Lakebase on loopback.
#[derive(Parser)]
#[command(name = "emulator")]
struct Arguments {
    /// The real PostgreSQL: `postgres://USER[:PASSWORD]@HOST:PORT/DATABASE`; without it there is no database
    #[arg(long, value_name = "URL")]
    postgres: Option<SecretString>,
    /// Where the certificates are written
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    /// The workspace's port; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    http_port: u16,
    /// The front door's address, on loopback
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pg_host: IpAddr,
    /// The front door's port; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pg_port: u16,
    /// The real database behind the name `databricks_postgres`
    #[arg(long, value_name = "NAME")]
    database: Option<String>,
    /// Which of the two PostgreSQL products the workspace has
    #[arg(long, value_enum, default_value_t = Products::Both)]
    products: Products,
    /// Draws which calls fail where a fault has a probability
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// Also writes the environment to this file, for its owner's eyes only
    #[arg(long, value_name = "FILE")]
    env_file: Option<PathBuf>,
    /// Runs this command with the environment and ends with it
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let filter = tracing_subscriber::EnvFilter::new("emulator=info");
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();
    let arguments = Arguments::parse();
    let options = Options {
        database: arguments.database,
        http_port: arguments.http_port,
        pg_host: arguments.pg_host,
        pg_port: arguments.pg_port,
        products: arguments.products,
        seed: arguments.seed,
        postgres_url: arguments.postgres,
        ..Options::workspace_only(std::path::absolute(&arguments.dir)?)
    };
    // From here on a signal ends it in good order.
    let mut signals = Signals::new()?;
    let emulator = Emulator::start(options).await?;
    if let Some(file) = &arguments.env_file {
        write_env_file(file, &emulator)?;
    }
    let code = if let Some((program, rest)) = arguments.command.split_first() {
        let mut command = Command::new(program);
        command.args(rest).envs(emulator.environment()).kill_on_drop(true);
        let child = command.spawn().with_context(|| format!("cannot run {}", program.display()))?;
        exit_code(wait(child, &mut signals).await?)
    } else {
        io::stdout().write_all(exports(&emulator).as_bytes())?;
        io::stdout().flush()?;
        signals.next().await;
        ExitCode::SUCCESS
    };
    emulator.stop().await;
    Ok(code)
}

struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Waits for the command; a signal asks it to end too, so that it can do so in good order.
async fn wait(mut child: Child, signals: &mut Signals) -> io::Result<ExitStatus> {
    loop {
        tokio::select! {
            status = child.wait() => return status,
            () = signals.next() => if let Some(id) = child.id() {
                Command::new("kill").arg("-TERM").arg(id.to_string()).status().await?;
            },
        }
    }
}

fn exit_code(status: ExitStatus) -> ExitCode {
    // Ended by a signal: what a shell says of it is 128 and more.
    status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::from(143), ExitCode::from)
}

fn exports(emulator: &Emulator) -> String {
    let line = |(name, value): (&str, String)| format!("export {name}='{}'\n", value.replace('\'', "'\\''"));
    emulator.environment().into_iter().map(line).collect()
}

fn write_env_file(file: &Path, emulator: &Emulator) -> anyhow::Result<()> {
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};

    let mut open = std::fs::OpenOptions::new();
    open.write(true).create(true).truncate(true).mode(0o600);
    let mut file = open.open(file).with_context(|| format!("cannot write {}", file.display()))?;
    // A file that was there keeps the rights it had.
    file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    file.write_all(exports(emulator).as_bytes())?;
    Ok(())
}

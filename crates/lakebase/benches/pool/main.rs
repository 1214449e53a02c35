//! The Rust pools under the load of `scripts/bench-pool.sh`: this crate's, a default sqlx pool, and deadpool over
//! tokio-postgres as the yardstick.
//!
//! Reads one JSON object a line: first the [`Setup`], then [`Command`]s. Answers each with one line. Ends with its input.

mod contestant;
mod load;

use std::io::{self, BufRead as _, Write as _};
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::mpsc;

use contestant::{Contestant, Failure, Setup};
use load::{Closed, Paced};

/// As the packaged server has it; for every pool here.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(serde::Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
enum Command {
    /// As fast as it goes, for so long.
    Run(Closed),
    /// At a steady pace, until it is stopped.
    Start { tasks: usize, every_ms: u64 },
    /// When the first request that began after `since` has succeeded.
    Peek { since: f64 },
    /// Ends the load at once; every request since its start.
    Stop,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut lines = lines();
    let setup: Setup = serde_json::from_str(&lines.recv().await.ok_or("no setup")?)?;
    let contestant = Arc::new(Contestant::open(&setup).await?);
    answer(&json!({"ready": true}))?;

    let mut paced = None;
    while let Some(line) = lines.recv().await {
        let value = match serde_json::from_str(&line)? {
            Command::Run(closed) => load::run(&contestant, &closed, setup.chats).await,
            Command::Start { tasks, every_ms } => {
                paced = Some(Paced::start(&contestant, tasks, every_ms, setup.chats));
                json!({})
            }
            Command::Peek { since } => paced.as_ref().ok_or("nothing was started")?.first_success(since),
            Command::Stop => paced.take().ok_or("nothing was started")?.stop(),
        };
        answer(&value)?;
    }
    Ok(())
}

/// Standard input, read in a thread of its own: a read blocks.
fn lines() -> mpsc::UnboundedReceiver<String> {
    let (sender, receiver) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

fn answer(value: &Value) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{value}")?;
    stdout.flush()
}

//! Lakeledger with a model that takes its time: what event streams cost is measured with it, and what becomes of an answer
//! when its instance goes away in the middle. Everything else is the program's own.
//!
//! `slow_answers PORT [EVERY_MS WORDS [DATA_DIR [DATABASE_URL SCHEMA]]]`: a word every so many milliseconds (2,000), so many
//! words (without an end), a paragraph after each 20. A word is the time at which it was said, in microseconds since 1970, its
//! digits as the letters a to j behind a t: no figure of an answer is looked for in it.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use assistant::{ChatModel, ModelError, ModelEvent, ModelRequest, Models, Runs};
use futures::{StreamExt, stream, stream::BoxStream};
use lakeledger::{
    configuration::{Configuration, Environment},
    serve_with,
};

struct SlowModel {
    every: Duration,
    words: u64,
}

impl ChatModel for SlowModel {
    fn name(&self) -> &'static str {
        "slow"
    }

    fn respond(&self, _request: ModelRequest) -> BoxStream<'static, Result<ModelEvent, ModelError>> {
        let (every, words) = (self.every, self.words);
        stream::unfold(0, move |said| async move {
            if said >= words {
                return None;
            }
            tokio::time::sleep(every).await;
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_micros();
            let letter = |digit: char| digit.to_digit(10).and_then(|digit| char::from_digit(digit + 10, 36));
            let word: String = now.to_string().chars().filter_map(letter).collect();
            let end = if said % 20 == 19 { "\n\n" } else { " " };
            Some((Ok(ModelEvent::Text { delta: format!("t{word}{end}") }), said + 1))
        })
        .boxed()
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument = |index: usize| arguments.get(index).map(String::as_str);
    let Some(port) = argument(0) else {
        anyhow::bail!("usage: slow_answers PORT [EVERY_MS WORDS [DATA_DIR [DATABASE_URL SCHEMA]]]")
    };
    let address = format!("127.0.0.1:{port}");
    let folder = std::env::temp_dir().join(format!("slow-answers-{port}"));
    let folder = folder.to_string_lossy();
    let mut variables = vec![
        ("LEPTOS_SITE_ADDR", address.as_str()),
        ("LAKELEDGER_DATA_DIR", argument(3).unwrap_or(&folder)),
        ("LAKELEDGER_CHAT_RATE_PER_MINUTE", "100000"),
    ];
    if let (Some(url), Some(schema)) = (argument(4), argument(5)) {
        variables.extend([("DATABASE_URL", url), ("LAKEBASE_SCHEMA", schema)]);
    }
    let configuration = Configuration::from_environment(&Environment::of(&variables))?;
    let model = SlowModel {
        every: Duration::from_millis(argument(1).map_or(Ok(2_000), str::parse)?),
        words: argument(2).map_or(Ok(u64::MAX), str::parse)?,
    };
    serve_with(configuration, |app| {
        let models = Models::only(Arc::new(model));
        app.runs = Arc::new(Runs::new(Arc::clone(&app.operations), models, app::render::part_html));
    })
    .await
}

//! What the program adds to a serving endpoint's own first words: one question straight over a socket, and through the
//! model that the assistant asks, in turns.
//!
//! `scripts/bench-model.sh` starts an emulated endpoint and runs it.

use std::{io::Write, sync::Arc, time::Duration};

use anyhow::Context;
use assistant::{ChatModel, ModelContext, ModelEvent, ModelMessage, ModelRequest};
use domain::UserId;
use futures::StreamExt;
use lakeledger::{configuration::Configuration, model::ServingModel};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::Instant,
};

const ROUNDS: usize = 60;
/// The personal access token that the emulator takes.
const TOKEN: &str = "dapi-emulator";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let configuration = Configuration::from_env()?.model.context("SERVING_ENDPOINT names no endpoint")?;
    let host = configuration.workspace.host.as_str().trim_start_matches("http://").to_owned();
    let client = databricks::Client::new(configuration.workspace.clone())?;
    let model = ServingModel::new(&client, &configuration, None);
    // The login and the endpoint's description are paid once, by the first question after the start.
    let first = through_model(&model).await?;
    let (mut straight, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        straight.push(over_socket(&host, &configuration.endpoint).await?);
        ours.push(through_model(&model).await?);
    }
    straight.sort_unstable();
    ours.sort_unstable();
    let ms = |duration: Duration| duration.as_secs_f64() * 1e3;
    let mut out = std::io::stdout().lock();
    for (name, at) in [("p50", ROUNDS / 2), ("p95", ROUNDS * 95 / 100), ("max", ROUNDS - 1)] {
        let (straight, ours) = (ms(straight[at]), ms(ours[at]));
        writeln!(
            out,
            "{name}: endpoint {straight:.1} ms, through the program {ours:.1} ms, added {:.1} ms",
            ours - straight
        )?;
    }
    writeln!(out, "the first question after the start, with login: {:.1} ms", ms(first))?;
    Ok(())
}

/// From the question to the first words.
async fn through_model(model: &ServingModel) -> anyhow::Result<Duration> {
    let request = ModelRequest {
        user: UserId::try_from("bench".to_owned())?,
        system: "Be brief.".into(),
        messages: vec![ModelMessage::User("Hello?".into())],
        tools: Arc::new([]),
        context: ModelContext { as_of: jiff::civil::date(2026, 11, 21), locale: None, base_currency: None },
        output_tokens_max: None,
    };
    let began = Instant::now();
    let mut stream = model.respond(request);
    while let Some(event) = stream.next().await {
        if let ModelEvent::Text { .. } = event? {
            return Ok(began.elapsed());
        }
    }
    anyhow::bail!("the model said nothing")
}

/// The same on a bare connection, a new one each time.
async fn over_socket(host: &str, endpoint: &str) -> anyhow::Result<Duration> {
    let body = r#"{"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hello?"}],"stream":true}"#;
    let request = format!(
        "POST /serving-endpoints/{endpoint}/invocations HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {TOKEN}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    let began = Instant::now();
    let mut socket = TcpStream::connect(host).await?;
    socket.write_all(request.as_bytes()).await?;
    let (mut seen, mut buffer) = (String::new(), [0; 4096]);
    loop {
        let length = socket.read(&mut buffer).await?;
        anyhow::ensure!(length > 0, "the endpoint said nothing: {seen}");
        seen.push_str(&String::from_utf8_lossy(&buffer[..length]));
        // The first chunk has an empty text.
        let said = seen
            .match_indices("\"content\":\"")
            .any(|(at, found)| !seen[at + found.len()..].starts_with('"'));
        if said {
            return Ok(began.elapsed());
        }
    }
}

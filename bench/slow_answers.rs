//! Lakeledger with a model that writes a word every two seconds and never ends: it keeps event streams open, so that
//! what they cost can be measured. Everything else is the program's own.
//!
//! `slow_answers PORT`

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use app::AppState;
use assistant::{ChatModel, ModelError, ModelEvent, ModelRequest, Models, Runs};
use domain::{Clock, SystemClock};
use futures::{StreamExt, stream, stream::BoxStream};
use lakeledger::{
    configuration::{Configuration, Environment},
    http,
};
use operations::Operations;
use storage::{EmbeddedStore, Standing, Store};
use tokio_util::sync::CancellationToken;

struct SlowModel;

impl ChatModel for SlowModel {
    fn name(&self) -> &'static str {
        "slow"
    }

    fn respond(&self, _request: ModelRequest) -> BoxStream<'static, Result<ModelEvent, ModelError>> {
        stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_secs(2)).await;
            Some((Ok(ModelEvent::Text { delta: "word ".to_owned() }), ()))
        })
        .boxed()
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Some(port) = std::env::args().nth(1) else { anyhow::bail!("usage: slow_answers PORT") };
    let configuration = Configuration::from_environment(&Environment::of(&[]))?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let standing = Standing { degraded: false, reason: "Kept in memory.".to_owned() };
    let store: Arc<dyn Store> = Arc::new(EmbeddedStore::in_memory(clock.as_ref(), standing));
    let operations = Arc::new(Operations::new(Arc::clone(&store), Arc::clone(&clock)));
    let state = AppState {
        runs: Arc::new(Runs::new(
            Arc::clone(&operations),
            Models::only(Arc::new(SlowModel)),
            app::render::part_html,
        )),
        operations,
        store,
        database: None,
        keep_token: None,
        leptos_options: configuration.leptos_options(),
        started_at: clock.now(),
        version: env!("CARGO_PKG_VERSION"),
    };
    let router = http::router(&configuration, state, clock, CancellationToken::new());
    let listener =
        tokio::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port.parse()?))).await?;
    axum::serve(listener, router.into_make_service()).await?;
    Ok(())
}

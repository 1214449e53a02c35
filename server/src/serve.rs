//! The server's life: open, listen, serve, stop.

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use app::AppState;
use assistant::{Desk, Runs};
use axum::serve::ListenerExt;
use domain::{Clock, SystemClock};
use operations::Operations;
use tokio::{net::TcpListener, signal::unix, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::{
    assessments, configuration::Configuration, database::look_at, http, model, remote_tools,
    store::open_store,
};

/// How long requests may take to finish once the process is told to stop. It, and the runs' time with
/// what a handover takes, must stay below the 15 s after which Databricks Apps kills the process.
const REQUESTS_FINISH_WITHIN: Duration = Duration::from_secs(5);
/// How long answers in the making may take to finish before they are handed over.
const RUNS_FINISH_WITHIN: Duration = Duration::from_secs(5);
/// How long requests are held back at start until it is known whether the database answers. A
/// database that refuses is known at once; only one that says nothing takes so long.
const DATABASE_AWAITED_FOR: Duration = Duration::from_secs(2);

/// Serves until the process is told to stop.
pub(crate) async fn serve(configuration: Configuration) -> anyhow::Result<()> {
    serve_with(configuration, |_| {}).await
}

/// The same with another part in place of one of the program's own: what tests and measurements
/// serve with a model of theirs.
pub async fn serve_with(
    configuration: Configuration,
    replace: impl FnOnce(&mut AppState),
) -> anyhow::Result<()> {
    // Before the first answer: whoever has one may stop the process.
    let stopped = stop_signal()?;
    let listener = TcpListener::bind(configuration.address)
        .await
        .with_context(|| format!("cannot listen on {}", configuration.address))?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let open = open_store(&configuration.storage, Arc::clone(&clock))?;
    open.connect_at_once(DATABASE_AWAITED_FOR).await;
    let look = open.pool.clone().map(look_at);
    let mut app =
        AppState { database: look, ..app_state(&configuration, Arc::clone(&open.store), Arc::clone(&clock)) };
    replace(&mut app);
    let runs = Arc::clone(&app.runs);
    if let Some(remote) = &app.remote {
        // What a server lends to everybody is asked for before the first question.
        let _ = remote.definitions(&domain::UserId::local());
    }

    let watched = Arc::clone(&runs);
    let watching = tokio::spawn(async move { watched.watch().await });
    let shutdown = CancellationToken::new();
    let router = http::router(&configuration, app, clock, shutdown.clone());
    tracing::info!(address = %listener.local_addr()?, version = env!("CARGO_PKG_VERSION"), "listening");
    // An event would wait up to 40 ms for the other side to acknowledge the one before it.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "small writes may wait");
        }
    });
    let served = tokio::spawn(
        // A bare router would be copied whole, every route of it, for each connection.
        axum::serve(listener, router.into_make_service())
            .with_graceful_shutdown(shutdown.clone().cancelled_owned())
            .into_future(),
    );
    stopped.await;
    tracing::info!("stopping");
    shutdown.cancel();
    finish(served, runs).await;
    if let Err(error) = watching.await {
        tracing::error!(%error, "silent runs were not looked for");
    }
    open.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// What the pages, the API and the tests of both work with.
pub fn app_state(
    configuration: &Configuration,
    store: Arc<dyn storage::Store>,
    clock: Arc<dyn Clock>,
) -> AppState {
    let started_at = clock.now();
    let (models, tokens) = model::models(configuration);
    let (remote, tokens) = remote_tools::open(&configuration.mcp, tokens);
    let mut operations = Operations::new(Arc::clone(&store), clock);
    if let Some(remote) = &remote {
        operations = operations.with_remote_writes(Arc::<remote_tools::RemoteServers>::clone(remote));
    }
    let assessed = assessments::open(configuration.mlflow.as_ref());
    if let Some((heard, _)) = &assessed {
        operations = operations.with_feedback_heard_by(Arc::<assessments::Assessments>::clone(heard));
    }
    let operations = Arc::new(operations);
    if let Some((_, teller)) = assessed {
        // It ends by itself when the operations go; what it has not told by then is kept all the same.
        drop(tokio::spawn(teller.run(Arc::downgrade(&operations))));
    }
    let lent = remote.clone().map(|remote| -> Arc<dyn assistant::RemoteTools> { remote });
    let desk = Desk::new(Arc::clone(&operations), models)
        .with_remote_tools(lent.clone())
        .with_limits(configuration.answers.limits)
        .with_tokens_per_day(configuration.answers.tokens_per_day);
    let runs = Arc::new(Runs::at(desk, app::render::part_html));
    AppState {
        operations,
        runs,
        store,
        database: None,
        keep_token: tokens
            .map(|tokens| -> app::KeepToken { Arc::new(move |user, token| tokens.keep(user, token)) }),
        remote: lent,
        questions_per_minute: configuration.limits.chat_per_minute,
        leptos_options: configuration.leptos_options(),
        started_at,
        version: env!("CARGO_PKG_VERSION"),
    }
}

/// SIGTERM is how a platform stops a process, SIGINT how a person does. Both are listened for from the call on.
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    let mut terminate = unix::signal(unix::SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let mut interrupt = unix::signal(unix::SignalKind::interrupt()).context("cannot listen for SIGINT")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Requests and runs end side by side: streams are cut at once, and whoever listened to a run is
/// already attached to it again elsewhere while it is finished here or handed over.
async fn finish(mut served: JoinHandle<std::io::Result<()>>, runs: Arc<Runs>) {
    let requests = async {
        if tokio::time::timeout(REQUESTS_FINISH_WITHIN, &mut served).await.is_err() {
            tracing::warn!("some requests did not finish in time and were cut");
            served.abort();
        }
    };
    tokio::join!(requests, runs.shutdown(RUNS_FINISH_WITHIN));
}

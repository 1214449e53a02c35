//! `/status`: where changes go, and what runs here.

mod usage;

use leptos::prelude::*;
use operations::{OperationError, if_known};
use storage::{StorageMode, StorageStatus};

use self::usage::{UsageCard, UsageModel};
use crate::{
    CredentialStatus, DatabaseStatus,
    components::{Frame, FrameModel, Section, page},
    format::{self, Locale},
    visit::Visit,
};

struct StatusModel {
    frame: FrameModel,
    storage: StorageStatus,
    database: Option<DatabaseStatus>,
    started: String,
    version: &'static str,
    /// None while it is in a database that is away.
    data: Option<DataCounts>,
    usage: UsageModel,
}

#[derive(Clone, Copy)]
struct DataCounts {
    accounts: usize,
    transactions: usize,
    imports: usize,
}

async fn load(visit: Visit) -> Result<StatusModel, OperationError> {
    let frame = FrameModel::load(&visit, Section::Status).await?;
    let ledger = if_known(visit.operations().ledger(visit.user()).await)?;
    let imports = if_known(visit.operations().list_imports(visit.user()).await)?;
    let data = ledger.zip(imports).map(|(ledger, imports)| DataCounts {
        accounts: ledger.accounts.len(),
        transactions: ledger.transactions.len(),
        imports: imports.iter().filter(|import| import.undone_at.is_none()).count(),
    });
    Ok(StatusModel {
        usage: UsageModel::load(&visit).await?,
        started: format::moment(visit.state.started_at, frame.locale),
        storage: visit.state.store.status(),
        database: visit.state.database.as_ref().map(|look| look()),
        version: visit.state.version,
        data,
        frame,
    })
}

fn mode_words(mode: StorageMode) -> &'static str {
    match mode {
        StorageMode::Postgres => "PostgreSQL",
        StorageMode::Memory => "On this machine",
        StorageMode::Recovering => "Moving back to PostgreSQL",
        StorageMode::Unavailable => "Unavailable",
    }
}

/// `/status`: where changes go, and what runs here.
#[component]
pub(crate) fn StatusPage() -> impl IntoView {
    page(load(Visit::of_request()), |model| {
        let StatusModel { frame, storage, database, started, version, data, usage } = model;
        let locale = frame.locale;
        let health =
            if storage.degraded || storage.mode == StorageMode::Unavailable { "degraded" } else { "good" };
        let count = move |value: usize| format::count(value, locale);
        view! {
            <Frame model=frame title="Status">
                <h1>"Status"</h1>
                <section class="card" aria-labelledby="status-storage">
                    <h2 id="status-storage">"Storage"</h2>
                    <p class="status-line" data-health=health>{mode_words(storage.mode)}</p>
                    <p>{storage.reason}</p>
                    <dl class="facts">
                        <div><dt>"Since"</dt><dd>{format::moment(storage.since, locale)}</dd></div>
                        <div>
                            <dt>"Changes waiting for the database"</dt>
                            <dd>{format::count(storage.pending_changes, locale)}</dd>
                        </div>
                    </dl>
                </section>
                {database.map(|database| view! { <DatabaseCard database locale /> })}
                <section class="card" aria-labelledby="status-data">
                    <h2 id="status-data">"Your data"</h2>
                    {match data {
                        Some(DataCounts { accounts, transactions, imports }) => view! {
                            <dl class="facts">
                                <div><dt>"Accounts"</dt><dd>{count(accounts)}</dd></div>
                                <div><dt>"Transactions"</dt><dd>{count(transactions)}</dd></div>
                                <div><dt>"Imports"</dt><dd>{count(imports)}</dd></div>
                            </dl>
                        }
                        .into_any(),
                        None => view! { <p>"It is in the database, which cannot be reached at the moment."</p> }
                            .into_any(),
                    }}
                </section>
                <UsageCard model=usage locale />
                <section class="card" aria-labelledby="status-program">
                    <h2 id="status-program">"Program"</h2>
                    <dl class="facts">
                        <div><dt>"Version"</dt><dd>{version}</dd></div>
                        <div><dt>"Started"</dt><dd>{started}</dd></div>
                    </dl>
                </section>
            </Frame>
        }
    })
}

/// The pool and the credential behind it.
#[component]
fn DatabaseCard(database: DatabaseStatus, locale: Locale) -> impl IntoView {
    let DatabaseStatus { connection, host, connections_max, connections, idle, waiting, failure, credential } =
        database;
    let count = move |value: usize| format::count(value, locale);
    let open = format!("{} of {}, {} idle", count(connections), count(connections_max), count(idle));
    view! {
        <section class="card" aria-labelledby="status-database">
            <h2 id="status-database">"Database"</h2>
            <p>{connection}</p>
            <dl class="facts">
                {host.map(|host| view! { <div><dt>"Host"</dt><dd>{host}</dd></div> })}
                <div><dt>"Open connections"</dt><dd>{open}</dd></div>
                <div><dt>"Requests that wait for one"</dt><dd>{count(waiting)}</dd></div>
                {failure.map(|failure| view! { <div><dt>"Last failure"</dt><dd>{failure}</dd></div> })}
                {credential.map(|credential| view! { <CredentialFacts credential locale /> })}
            </dl>
        </section>
    }
}

#[component]
fn CredentialFacts(credential: CredentialStatus, locale: Locale) -> impl IntoView {
    let CredentialStatus { age_s, expires_in_s, mints, failed_mints, last_failure } = credential;
    let credential = match (age_s, expires_in_s) {
        (Some(age), Some(left)) => {
            format!("{} old, good for another {}", duration_words(age), duration_words(left))
        }
        _ => "none yet".to_owned(),
    };
    let minted = format!("{}, {} failed", format::count(mints, locale), format::count(failed_mints, locale));
    view! {
        <div><dt>"Credential"</dt><dd>{credential}</dd></div>
        <div><dt>"Credentials minted"</dt><dd>{minted}</dd></div>
        {last_failure.map(|failure| view! { <div><dt>"Minting"</dt><dd>{failure}</dd></div> })}
    }
}

fn duration_words(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        _ => format!("{} h", seconds / 3600),
    }
}

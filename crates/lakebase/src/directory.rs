//! Finds what the settings leave open: which database, on which host, as which user.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::{Instant, error::Elapsed, timeout};

use crate::credential::{Credential, MintError, MintFailure, Minter};
use crate::mode::{Mode, Target};
use crate::settings::Settings;

/// A host that was looked up is not looked up again sooner, however often connects fail. Each look-up that
/// does not find it elsewhere doubles this.
const LOOKUP_SOONEST: Duration = Duration::from_millis(250);
const LOOKUP_LATEST: Duration = Duration::from_secs(5);
/// After so long without one, what makes connects fail is something new.
const LOOKUPS_FORGOTTEN: Duration = Duration::from_mins(1);
/// A look-up that takes longer leaves the address as it was.
const LOOKUP_PATIENCE: Duration = Duration::from_secs(1);
/// One without which nobody can connect is given up sooner than a connect is: its call may be lost. Each
/// next one is waited for twice as long, for the workspace may be slow rather than silent.
const FIRST_PATIENCE: Duration = Duration::from_millis(1_500);
const FIRST_PATIENCE_DOUBLINGS: u32 = 3;

/// A search that takes longer is begun anew.
const SEARCH_PATIENCE: Duration = Duration::from_mins(1);

/// What the workspace's API answers. One call each, without retries.
pub(crate) trait Directory: Send + Sync + 'static {
    /// Mints for an endpoint or an instance.
    fn mint(&self, target: &Target) -> impl Future<Output = Result<Credential, MintError>> + Send;
    fn instance(&self, name: &str) -> impl Future<Output = Result<Found, MintError>> + Send;
    fn instances(&self) -> impl Future<Output = Result<Vec<Found>, MintError>> + Send;
    fn endpoint(&self, name: &str) -> impl Future<Output = Result<Found, MintError>> + Send;
    /// The endpoints of a branch, those for reading and writing first.
    fn endpoints(&self, branch: &str) -> impl Future<Output = Result<Vec<Found>, MintError>> + Send;
    fn projects(&self) -> impl Future<Output = Result<Vec<String>, MintError>> + Send;
    fn branches(&self, project: &str) -> impl Future<Output = Result<Vec<String>, MintError>> + Send;
    /// The databases attached to an app: instances and branches.
    fn app_databases(&self, app: &str) -> impl Future<Output = Result<Vec<Target>, MintError>> + Send;
    fn user_name(&self) -> impl Future<Output = Result<String, MintError>> + Send;
}

/// An endpoint or an instance, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) target: Target,
    pub(crate) host: Option<String>,
}

impl Found {
    fn is_at(&self, host: &str) -> bool {
        self.host.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(host.trim_end_matches('.')))
    }
}

/// Remembers what was found. Mints, too: what for is a question to it.
pub(crate) struct Resolver<D> {
    directory: D,
    settings: Settings,
    known: Mutex<Known>,
    /// One look-up at a time.
    looking: tokio::sync::Mutex<()>,
    /// The search by host, which may take longer than a mint may: the next mint goes on with it.
    searching: tokio::sync::Mutex<Option<JoinHandle<Result<Target, MintError>>>>,
}

#[derive(Default)]
struct Known {
    target: Option<Target>,
    host: Option<String>,
    user: Option<String>,
    moved: bool,
    looked_up: Option<Instant>,
    /// How long to wait after that.
    rest: Duration,
    /// Look-ups given up since the last answer, while nothing was known.
    given_up: u32,
}

impl Known {
    fn is_rested(&self) -> bool {
        self.looked_up.is_none_or(|at| at.elapsed() >= self.rest)
    }

    /// Notes that a host is looked up.
    fn look_up(&mut self) {
        let is_new = self.looked_up.is_none_or(|at| at.elapsed() >= LOOKUPS_FORGOTTEN);
        self.rest = if is_new { LOOKUP_SOONEST } else { (self.rest * 2).min(LOOKUP_LATEST) };
        self.looked_up = Some(Instant::now());
    }

    fn found(&mut self, host: &str) {
        self.moved = false;
        if self.host.as_deref() != Some(host) {
            self.rest = LOOKUP_SOONEST;
            self.host = Some(host.to_owned());
        }
    }
}

impl<D: Directory> Resolver<D> {
    pub(crate) fn new(directory: D, settings: Settings) -> Self {
        let (looking, searching) = (tokio::sync::Mutex::default(), tokio::sync::Mutex::default());
        Self { directory, settings, known: Mutex::default(), looking, searching }
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The host, as last found.
    pub(crate) fn known_host(&self) -> Option<String> {
        self.settings.host().map(str::to_owned).or_else(|| self.known().host.clone())
    }

    /// A connect failed as it does when the host has moved.
    pub(crate) fn mark_moved(&self) {
        self.known().moved = true;
    }

    /// Where to connect.
    pub(crate) async fn host(&self) -> Result<String, MintError> {
        if let Some(host) = self.settings.host() {
            return Ok(host.to_owned());
        }
        let _one = self.looking.lock().await;
        let (old, due) = {
            let known = self.known();
            (known.host.clone(), known.host.is_none() || (known.moved && known.is_rested()))
        };
        if let (Some(host), false) = (&old, due) {
            return Ok(host.clone());
        }
        self.known().look_up();
        let found = match &old {
            // Nobody waits for a workspace that hangs while an address is known.
            Some(_) => timeout(LOOKUP_PATIENCE, self.look_up_host()).await.unwrap_or_else(timed_out),
            None => self.patiently(self.look_up_host()).await,
        };
        match (found, old) {
            (Ok(host), _) => {
                self.known().found(&host);
                Ok(host)
            }
            // The old address may still be good.
            (Err(_), Some(old)) => Ok(old),
            (Err(error), None) => Err(error),
        }
    }

    /// Whom to connect as, where neither `PGUSER` nor the credential says it.
    pub(crate) async fn user(&self) -> Result<String, MintError> {
        if let Some(user) = self.known().user.clone() {
            return Ok(user);
        }
        let _one = self.looking.lock().await;
        if let Some(user) = self.known().user.clone() {
            return Ok(user);
        }
        let user = self.patiently(self.directory.user_name()).await?;
        self.known().user = Some(user.clone());
        Ok(user)
    }

    /// Waits for what nobody can connect without.
    async fn patiently<T>(&self, answer: impl Future<Output = Result<T, MintError>>) -> Result<T, MintError> {
        let patience = FIRST_PATIENCE * 2_u32.pow(self.known().given_up.min(FIRST_PATIENCE_DOUBLINGS));
        let answer = timeout(patience, answer).await;
        let mut known = self.known();
        known.given_up = if answer.is_ok() { 0 } else { known.given_up + 1 };
        drop(known);
        answer.unwrap_or_else(timed_out)
    }

    /// [`target`](Self::target), in a task that outlives its caller.
    async fn target_in_time(self: &Arc<Self>) -> Result<Target, MintError> {
        let mut searching = self.searching.lock().await;
        // Nobody waited for its answer, which may no longer be so.
        if searching.as_ref().is_some_and(JoinHandle::is_finished) {
            *searching = None;
        }
        if let Some(target) = self.known().target.clone() {
            return Ok(target);
        }
        let search = searching.get_or_insert_with(|| {
            let resolver = Arc::clone(self);
            tokio::spawn(async move {
                timeout(SEARCH_PATIENCE, resolver.target()).await.unwrap_or_else(timed_out)
            })
        });
        let found = search.await;
        *searching = None;
        found.unwrap_or(Err(MintError::new(MintFailure::Unavailable)))
    }

    /// What a credential is minted for.
    pub(crate) async fn target(&self) -> Result<Target, MintError> {
        if let Some(target) = self.known().target.clone() {
            return Ok(target);
        }
        let target = match self.settings.mode() {
            Mode::App { target: Target::ByHost, host, .. } => self.find_by_host(host).await?,
            Mode::App { target: Target::Branch(branch), .. }
            | Mode::Lookup { target: Target::Branch(branch), .. } => {
                self.first_endpoint(branch).await?.target
            }
            Mode::App { target, .. } | Mode::Lookup { target, .. } => target.clone(),
            // Neither mints.
            Mode::Url { .. } | Mode::Static { .. } => return Err(MintError::new(MintFailure::TargetMissing)),
        };
        tracing::info!(database = %target, "credentials are minted for this");
        self.known().target = Some(target.clone());
        Ok(target)
    }

    async fn look_up_host(&self) -> Result<String, MintError> {
        let found = match self.target().await? {
            Target::Instance(name) => self.directory.instance(&name).await?,
            Target::Endpoint(name) => self.directory.endpoint(&name).await?,
            Target::Branch(name) => self.first_endpoint(&name).await?,
            Target::ByHost => return Err(MintError::new(MintFailure::TargetMissing)),
        };
        // An instance that is being created has no host yet.
        found.host.ok_or(MintError::new(MintFailure::Unavailable))
    }

    async fn first_endpoint(&self, branch: &str) -> Result<Found, MintError> {
        let endpoints = self.directory.endpoints(branch).await?;
        endpoints.into_iter().next().ok_or(MintError::new(MintFailure::TargetMissing))
    }

    /// The app's own resources first: that is one call, and an app may see nothing else. What it may not
    /// see is skipped; a failure counts only when nothing is found.
    async fn find_by_host(&self, host: &str) -> Result<Target, MintError> {
        let mut failure = None;
        let mut note = |error: MintError| {
            if !error.failure.is_permanent() {
                failure = Some(error);
            }
        };
        if let Some(app) = &self.settings.app_name {
            match self.directory.app_databases(app).await {
                Ok(databases) => {
                    for database in databases {
                        match self.match_resource(database, host).await {
                            Ok(Some(target)) => return Ok(target),
                            Ok(None) => {}
                            Err(error) => note(error),
                        }
                    }
                }
                Err(error) => note(error),
            }
        }
        match self.directory.instances().await {
            Ok(instances) => {
                if let Some(found) = instances.into_iter().find(|found| found.is_at(host)) {
                    return Ok(found.target);
                }
            }
            Err(error) => note(error),
        }
        match self.find_endpoint(host).await {
            Ok(Some(target)) => return Ok(target),
            Ok(None) => {}
            Err(error) => note(error),
        }
        Err(failure.unwrap_or(MintError::new(MintFailure::TargetMissing)))
    }

    async fn match_resource(&self, resource: Target, host: &str) -> Result<Option<Target>, MintError> {
        let candidates = match resource {
            Target::Instance(name) => vec![self.directory.instance(&name).await?],
            Target::Endpoint(name) => vec![self.directory.endpoint(&name).await?],
            Target::Branch(name) => self.directory.endpoints(&name).await?,
            Target::ByHost => Vec::new(),
        };
        Ok(candidates.into_iter().find(|found| found.is_at(host)).map(|found| found.target))
    }

    async fn find_endpoint(&self, host: &str) -> Result<Option<Target>, MintError> {
        for project in self.directory.projects().await? {
            for branch in self.directory.branches(&project).await? {
                let endpoints = self.directory.endpoints(&branch).await?;
                if let Some(found) = endpoints.into_iter().find(|found| found.is_at(host)) {
                    return Ok(Some(found.target));
                }
            }
        }
        Ok(None)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn timed_out<T>(_: Elapsed) -> Result<T, MintError> {
    Err(MintError::new(MintFailure::Timeout))
}

impl<D: Directory> Minter for Arc<Resolver<D>> {
    async fn mint(&self) -> Result<Credential, MintError> {
        let target = self.target_in_time().await?;
        let minted = self.directory.mint(&target).await;
        if let (Err(error), Mode::App { target: Target::ByHost, .. }) = (&minted, self.settings.mode())
            && error.failure == MintFailure::TargetMissing
        {
            // Deleted and made anew under another name.
            self.known().target = None;
        }
        minted
    }
}

#[cfg(test)]
#[path = "directory_tests.rs"]
mod directory_tests;

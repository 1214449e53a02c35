//! Runs the machine: a task per mint, callers that wait for it, time from tokio.

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rand_chacha::ChaCha8Rng;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::machine::MachineView;
use super::{Answer, Credential, CredentialMachine, Lease, MintError, MintFailure, Minter, Policy};
use crate::connector::Blocked;

/// One credential, shared by everything that connects. Cheap to clone.
pub(crate) struct Credentials<M> {
    inner: Arc<Inner<M>>,
}

struct Inner<M> {
    minter: M,
    epoch: Instant,
    machine: Mutex<CredentialMachine>,
    /// Counts the machine's changes: a receiver that subscribes before it looks misses none.
    changed: watch::Sender<u64>,
}

impl<M> Clone for Credentials<M> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

impl<M: Minter> Credentials<M> {
    pub(crate) fn new(minter: M, policy: Policy, mint_timeout: Duration, rng: ChaCha8Rng) -> Self {
        let policy = Policy { mint_timeout, ..policy };
        Self {
            inner: Arc::new(Inner {
                minter,
                epoch: Instant::now(),
                machine: Mutex::new(CredentialMachine::new(policy, rng)),
                changed: watch::Sender::new(0),
            }),
        }
    }

    /// A token that is good for a login, waiting at most `patience`. Fails at once when none may be
    /// minted within it, or when only a person can mend why none was: who asks later tries again. What is under way goes on when the caller stops waiting.
    pub(crate) async fn get(&self, patience: Duration) -> Result<Lease, Blocked<MintFailure>> {
        let deadline = Instant::now() + patience;
        let mut changed = self.inner.changed.subscribe();
        loop {
            changed.mark_unchanged();
            let now = self.now();
            self.refresh_if_due();
            let answer = self.machine().want(now);
            match answer {
                Answer::Use(lease) => return Ok(lease),
                Answer::Mint => self.spawn_mint(),
                Answer::InFlight => {
                    if timeout_at(deadline, changed.changed()).await.is_err() {
                        return Err(Blocked::Patience(MintFailure::Timeout));
                    }
                }
                Answer::Later { at, failure } => {
                    let at = self.inner.epoch + at;
                    if failure.is_permanent() || at > Instant::now() + patience {
                        return Err(Blocked::Far(failure));
                    }
                    if Instant::now() >= deadline {
                        return Err(Blocked::Patience(failure));
                    }
                    // Either the time comes, or somebody else's mint does.
                    let _ = timeout_at(at, changed.changed()).await;
                }
            }
        }
    }

    /// A login was refused with this generation.
    pub(crate) fn invalidate(&self, generation: u64) -> bool {
        let acted = self.machine().invalidate(self.now(), generation);
        if acted {
            tracing::warn!(generation, "lakebase refused the credential; minting another");
            self.notify();
        }
        acted
    }

    /// A login went well with this generation.
    pub(crate) fn accepted(&self, generation: u64) {
        self.machine().accepted(generation);
    }

    /// Whether a login with this generation still makes sense.
    pub(crate) fn is_usable(&self, generation: u64) -> bool {
        self.machine().is_usable(self.now(), generation)
    }

    /// Hears of every change; who subscribes before they look misses none.
    pub(crate) fn subscribe(&self) -> watch::Receiver<u64> {
        self.inner.changed.subscribe()
    }

    pub(crate) fn view(&self) -> MachineView {
        self.machine().view(self.now())
    }

    /// Refreshes for ever; runs beside the pool.
    pub(crate) async fn keep_fresh(&self) {
        let mut changed = self.inner.changed.subscribe();
        loop {
            changed.mark_unchanged();
            self.refresh_if_due();
            let wake = self.machine().next_wake();
            match wake {
                Some(at) => {
                    let at = self.inner.epoch + at;
                    let _ = timeout_at(at, changed.changed()).await;
                }
                None => {
                    let _ = changed.changed().await;
                }
            }
        }
    }

    /// How long no mint may be started for somebody who waits.
    #[cfg(test)]
    pub(crate) fn blocked_for(&self) -> Duration {
        let now = self.now();
        self.machine().blocked_until(now).saturating_sub(now)
    }

    fn refresh_if_due(&self) {
        let due = self.machine().refresh(self.now());
        if due {
            self.spawn_mint();
        }
    }

    /// In a task of its own: the caller who started it may go away, those who wait with it must not pay.
    fn spawn_mint(&self) {
        let shell = self.clone();
        tokio::spawn(async move {
            let pending = Pending { shell: &shell, done: false };
            let minted = shell.mint().await;
            pending.finish(minted);
        });
    }

    /// One call, given up when the machine says so.
    async fn mint(&self) -> Result<Credential, MintError> {
        let mut changed = self.inner.changed.subscribe();
        let mut minted = pin!(self.inner.minter.mint());
        loop {
            changed.mark_unchanged();
            let give_up_at = self.inner.epoch + self.machine().give_up_at();
            tokio::select! {
                biased;
                minted = &mut minted => return minted,
                () = sleep_until(give_up_at) => return Err(MintError::new(MintFailure::Timeout)),
                // The token held may have been refused: less patience is left.
                _ = changed.changed() => {}
            }
        }
    }

    fn now(&self) -> Duration {
        self.inner.epoch.elapsed()
    }

    fn notify(&self) {
        self.inner.changed.send_modify(|count| *count += 1);
    }

    fn machine(&self) -> MutexGuard<'_, CredentialMachine> {
        self.inner.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A mint that reports even when its task is dropped: else nobody would ever mint again.
struct Pending<'a, M: Minter> {
    shell: &'a Credentials<M>,
    done: bool,
}

impl<M: Minter> Pending<'_, M> {
    fn finish(mut self, minted: Result<Credential, MintError>) {
        self.done = true;
        let now = self.shell.now();
        match minted {
            Ok(credential) => {
                tracing::info!(?credential, "minted a lakebase credential");
                self.shell.machine().minted(now, credential);
            }
            Err(error) => {
                tracing::warn!(failure = %error, retry_after = ?error.retry_after, "could not mint a credential");
                self.shell.machine().failed(now, error);
            }
        }
        self.shell.notify();
    }
}

impl<M: Minter> Drop for Pending<'_, M> {
    fn drop(&mut self) {
        if !self.done {
            self.shell.machine().failed(self.shell.now(), MintError::new(MintFailure::Unavailable));
            self.shell.notify();
        }
    }
}

//! The second half of the walk: from a host and a password to a session.

use std::io::ErrorKind;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{Connection as _, PgConnection};
use tokio::time::{Instant, sleep, timeout};

use super::configuration::settings_trouble;
use super::login::login_trouble;
use super::network::{reach, resolve, unreachable, untrusted};
use super::walk::{Minted, Plan, Walk};
use super::{Finding, Step, Trouble};
use crate::failure::ConnectFailure;

/// Between two tries of a login to an endpoint that wakes up.
const WAKING_PAUSE: Duration = Duration::from_millis(500);

/// Why a login failed, and whether that is a matter of encryption.
enum LoginFailure {
    Tls(Trouble),
    Refused(Trouble),
}

impl Walk<'_> {
    pub(super) async fn connect(&mut self, plan: &Plan, minted: Option<Minted>) -> Option<PgConnection> {
        const REST: [Step; 3] = [Step::Dns, Step::Tls, Step::Login];
        if !plan.is_usable {
            self.skip(&REST, "the configuration cannot be used");
            return None;
        }
        if self.scene.is_minted && self.scene.host.is_empty() {
            self.skip(&REST, "the database's host is not known");
            return None;
        }
        let token = minted.as_ref().map(|minted| &minted.token);
        let user = self.scene.user.clone();
        let user = user.as_deref().filter(|_| self.scene.is_minted);
        let options = match plan.settings.options(&self.scene.host, user, token) {
            Ok(options) => options,
            Err(error) => {
                self.fail(Step::Dns, settings_trouble(&error, self.doctor.lookup, &self.scene));
                self.skip(&REST[1..], "the configuration cannot be used");
                return None;
            }
        };
        if self.scene.url_variable.is_some() {
            options.get_host().clone_into(&mut self.scene.host);
            self.scene.port = options.get_port();
            options.get_database().unwrap_or_default().clone_into(&mut self.scene.database);
        }
        if !self.scene.is_minted {
            self.scene.user = Some(options.get_username().to_owned());
        }
        if !self.reach(&options).await {
            return None;
        }
        if self.scene.is_minted && minted.is_none() {
            self.skip(&[Step::Login], "there is no credential");
            return None;
        }
        self.log_in(&options, minted.is_some_and(|minted| minted.is_idle)).await
    }

    /// DNS and TLS.
    async fn reach(&mut self, options: &PgConnectOptions) -> bool {
        if options.get_socket().is_some() {
            self.skip(&[Step::Dns, Step::Tls], "not needed: a socket of this machine");
            return true;
        }
        match resolve(&self.scene, self.within(self.limits().step)).await {
            Ok(addresses) => {
                let addresses: Vec<String> = addresses.iter().take(4).map(ToString::to_string).collect();
                let what = match addresses.as_slice() {
                    [address] if *address == self.scene.host => {
                        format!("{address} is an address, not a name")
                    }
                    _ => format!("{} is {}", self.scene.host, addresses.join(", ")),
                };
                self.findings.push(Finding::ok(Step::Dns, what));
            }
            Err(trouble) => {
                self.fail(Step::Dns, trouble);
                self.skip(&[Step::Tls, Step::Login], "the host's name is not known");
                return false;
            }
        }
        match reach(&self.scene, options.get_ssl_mode(), self.within(self.limits().step)).await {
            Ok(what) => {
                self.findings.push(Finding::ok(Step::Tls, what));
                true
            }
            Err(trouble) => {
                self.fail(Step::Tls, trouble);
                self.skip(&[Step::Login], "there is no connection");
                false
            }
        }
    }

    /// The certificate is looked at here: the handshake is the driver's.
    async fn log_in(&mut self, options: &PgConnectOptions, is_idle: bool) -> Option<PgConnection> {
        let started = Instant::now();
        let budget = self.within(self.limits().waking);
        let failure = loop {
            let limit = self.within(self.limits().step);
            let connected = timeout(limit, PgConnection::connect_with(options)).await;
            let error = match connected {
                Ok(Ok(connection)) => return self.welcome(connection, options).await,
                Ok(Err(error)) => Some(error),
                Err(_) => None,
            };
            let may_wake = match error.as_ref().map(ConnectFailure::classify) {
                None | Some(ConnectFailure::Timeout) => self.scene.is_minted,
                Some(ConnectFailure::Waking) => true,
                // Class 08: said by a server that is there.
                Some(ConnectFailure::Refused) => matches!(error, Some(sqlx::Error::Database(_))),
                // Seen while an endpoint wakes.
                Some(failure) => is_idle && failure.is_auth(),
            };
            if !may_wake || started.elapsed() + WAKING_PAUSE >= budget {
                break self.login_failure(error.as_ref());
            }
            sleep(WAKING_PAUSE).await;
        };
        match failure {
            LoginFailure::Refused(trouble) => self.fail(Step::Login, trouble),
            LoginFailure::Tls(trouble) => {
                self.findings.retain(|finding| finding.step != Step::Tls);
                self.fail(Step::Tls, trouble);
                self.skip(&[Step::Login], "there is no trusted connection");
            }
        }
        None
    }

    fn login_failure(&self, error: Option<&sqlx::Error>) -> LoginFailure {
        let scene = &self.scene;
        let Some(error) = error else {
            return LoginFailure::Refused(unreachable(ErrorKind::TimedOut, scene));
        };
        match error {
            sqlx::Error::Database(database) => {
                let code = database.code().unwrap_or_default();
                LoginFailure::Refused(login_trouble(&code, database.message(), scene))
            }
            _ if ConnectFailure::classify(error) == ConnectFailure::Tls => {
                LoginFailure::Tls(untrusted(&error.to_string(), scene))
            }
            sqlx::Error::Io(io) => {
                LoginFailure::Refused(unreachable(io.kind(), scene).with_detail(io.to_string()))
            }
            sqlx::Error::Protocol(text) if text.contains("unexpected EOF") => {
                LoginFailure::Refused(unreachable(ErrorKind::UnexpectedEof, scene))
            }
            _ => LoginFailure::Refused(
                Trouble::new("the login failed", format!("check {}", scene.host_setting()))
                    .with_detail(super::scrub::scrub(&error.to_string(), &[])),
            ),
        }
    }

    async fn welcome(
        &mut self,
        mut connection: PgConnection,
        options: &PgConnectOptions,
    ) -> Option<PgConnection> {
        if options.get_socket().is_none()
            && let Some(tls) = self.findings.iter_mut().find(|finding| finding.step == Step::Tls)
            && matches!(options.get_ssl_mode(), PgSslMode::VerifyCa | PgSslMode::VerifyFull)
        {
            tls.what.push_str(", and its certificate is trusted");
        }
        let limit = self.within(self.limits().step);
        match timeout(limit, super::schema::session(&mut connection)).await {
            Ok(Ok(session)) => {
                self.findings.push(Finding::ok(Step::Login, session));
                Some(connection)
            }
            Ok(Err(error)) => {
                let trouble =
                    super::schema::trouble_of(&error, &self.scene.program, "", &self.scene.database);
                self.fail(Step::Login, trouble);
                None
            }
            Err(_) => {
                self.fail(Step::Login, unreachable(ErrorKind::TimedOut, &self.scene));
                None
            }
        }
    }
}

//! The steps, in order: which one needs which.

use std::time::{Duration, SystemTime};

use databricks::{Client, RetryPolicy};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::{Instant, timeout};

use super::configuration::{
    checks, foreign_variables, no_workspace, settings_trouble, unconfigured, workspace_trouble,
};
use super::credential::{locate, mint};
use super::workspace::{login_trouble as workspace_login_trouble, silent};
use super::{Diagnosis, Doctor, Finding, Limits, Scene, Step, Trouble};
use crate::credential::Claims;
use crate::settings::Settings;

const AFTER_CONFIGURATION: [Step; 5] =
    [Step::WorkspaceLogin, Step::Credential, Step::Dns, Step::Tls, Step::Login];

pub(super) struct Walk<'a> {
    pub(super) doctor: &'a Doctor<'a>,
    pub(super) scene: Scene,
    pub(super) findings: Vec<Finding>,
    deadline: Instant,
}

/// Settings that can be read, and what they lead to.
pub(super) struct Plan {
    pub(super) settings: Settings,
    /// None where nothing is minted, or the login cannot be read.
    workspace: Option<databricks::Config>,
    /// The address and the password can be right.
    pub(super) is_usable: bool,
}

pub(super) struct Minted {
    pub(super) token: SecretString,
    pub(super) is_idle: bool,
}

pub(super) async fn walk(doctor: &Doctor<'_>) -> Diagnosis {
    let mut walk = Walk {
        doctor,
        scene: Scene { program: doctor.program.to_owned(), ..Scene::default() },
        findings: Vec::new(),
        deadline: Instant::now() + doctor.limits.whole,
    };
    let app_name = (doctor.lookup)("DATABRICKS_APP_NAME");
    walk.scene.is_app = app_name.is_some_and(|name| !name.trim().is_empty());
    let settings = match Settings::from_lookup(doctor.lookup) {
        Ok(Some(settings)) => settings,
        Ok(None) => {
            let (what, fix) = unconfigured(&walk.scene);
            let detail = foreign_variables(doctor.lookup);
            let finding = Finding { fix: Some(fix), ..Finding::ok(Step::Configuration, what) };
            walk.findings.push(finding.with_detail(detail));
            walk.skip(&AFTER_CONFIGURATION, "no database is configured");
            return Diagnosis { findings: walk.findings, connection: None, is_configured: false };
        }
        Err(error) => {
            let trouble = settings_trouble(&error, doctor.lookup, &walk.scene);
            walk.findings.push(Finding::failed(Step::Configuration, trouble));
            walk.skip(&AFTER_CONFIGURATION, "the configuration cannot be used");
            return Diagnosis { findings: walk.findings, connection: None, is_configured: true };
        }
    };
    let plan = walk.plan(settings);
    let client = walk.log_in_to_workspace(&plan).await;
    let minted = walk.mint(&plan, client.as_ref()).await;
    let connection = walk.connect(&plan, minted).await;
    Diagnosis { findings: walk.findings, connection, is_configured: true }
}

impl Walk<'_> {
    pub(super) fn skip(&mut self, steps: &[Step], why: &str) {
        self.findings.extend(steps.iter().map(|step| Finding::skipped(*step, why)));
    }

    pub(super) fn fail(&mut self, step: Step, trouble: Trouble) {
        self.findings.push(Finding::failed(step, trouble));
    }

    /// What is left of the walk's time, at most `limit`.
    pub(super) fn within(&self, limit: Duration) -> Duration {
        limit.min(self.deadline.saturating_duration_since(Instant::now()))
    }

    pub(super) fn limits(&self) -> Limits {
        self.doctor.limits
    }

    fn plan(&mut self, settings: Settings) -> Plan {
        let mode = settings.mode().clone();
        let lookup = self.doctor.lookup;
        self.scene.is_minted = mode.is_minted();
        settings.host().unwrap_or_default().clone_into(&mut self.scene.host);
        self.scene.port = settings.port();
        settings.database().clone_into(&mut self.scene.database);
        self.scene.user = settings.user().map(str::to_owned);
        if let crate::mode::Mode::Url { variable } = mode {
            self.scene.url_variable = Some(variable);
        }
        let troubles = checks(&settings, lookup, &self.scene, SystemTime::now());
        let is_usable = troubles.is_empty();
        let mut details: Vec<String> = foreign_variables(lookup).into_iter().collect();
        let workspace = match mode.is_minted().then(|| databricks::Config::resolve(lookup, self.doctor.home))
        {
            None => None,
            Some(Ok(Some(config))) => {
                details.push(format!("workspace {} ({})", config.host, config.source()));
                let host = lookup("DATABRICKS_HOST").unwrap_or_default();
                if !host.trim().is_empty() && !host.contains("://") {
                    details.push("DATABRICKS_HOST has no https://; it is taken as if it had".to_owned());
                }
                if !config.host.is_https() && !config.host.is_loopback() {
                    let secure = config.host.as_str().replacen("http://", "https://", 1);
                    let what =
                        "the workspace's host starts with http://: secrets would be sent without encryption";
                    self.fail(
                        Step::Configuration,
                        Trouble::new(what, format!("set DATABRICKS_HOST={secure}")),
                    );
                    None
                } else {
                    self.scene.workspace = Some(config.host.to_string());
                    Some(config)
                }
            }
            Some(Ok(None)) => {
                let trouble = no_workspace(&self.scene);
                self.fail(Step::Configuration, trouble);
                None
            }
            Some(Err(error)) => {
                self.fail(Step::Configuration, workspace_trouble(&error));
                None
            }
        };
        for trouble in troubles {
            self.fail(Step::Configuration, trouble);
        }
        if self.findings.is_empty() {
            let detail = (!details.is_empty()).then(|| details.join("; "));
            self.findings.push(Finding::ok(Step::Configuration, mode.to_string()).with_detail(detail));
        }
        Plan { settings, workspace, is_usable }
    }

    async fn log_in_to_workspace(&mut self, plan: &Plan) -> Option<Client> {
        if !self.scene.is_minted {
            self.skip(&[Step::WorkspaceLogin], "not needed: the password is configured");
            return None;
        }
        let Some(mut config) = plan.workspace.clone() else {
            self.skip(&[Step::WorkspaceLogin], "the workspace is not configured");
            return None;
        };
        let limit = self.within(self.limits().step);
        config.timeouts.request = limit;
        let (auth_type, source) = (config.auth_type(), config.source().to_owned());
        let client = match Client::new(config) {
            Ok(client) => client.with_retry_policy(RetryPolicy::none()),
            Err(error) => {
                let fix = "correct what it names: a token has no line break, a root certificate is PEM";
                self.fail(Step::WorkspaceLogin, Trouble::new(error.to_string(), fix));
                return None;
            }
        };
        let me = async {
            client.log_in().await?;
            client.current_user().me().await
        };
        let trouble = match timeout(limit, me).await {
            Ok(Ok(me)) if me.active == Some(false) => Trouble::new(
                format!("{} is deactivated in the workspace", me.user_name),
                "an admin activates it: Settings > Identity and access",
            ),
            Ok(Ok(me)) => {
                let name = me.display_name.filter(|name| *name != me.user_name);
                let name = name.map(|name| format!(" ({name})")).unwrap_or_default();
                let what = format!("logged in as {}{name} with {auth_type}", me.user_name);
                self.findings.push(Finding::ok(Step::WorkspaceLogin, what));
                self.scene.identity = Some(me.user_name);
                return Some(client);
            }
            Ok(Err(error)) => workspace_login_trouble(&error, auth_type, &source, &self.scene),
            Err(_) => silent(&self.scene, limit),
        };
        self.fail(Step::WorkspaceLogin, trouble);
        None
    }

    async fn mint(&mut self, plan: &Plan, client: Option<&Client>) -> Option<Minted> {
        if !self.scene.is_minted {
            self.skip(&[Step::Credential], "not needed: the password is configured");
            return None;
        }
        let Some(client) = client else {
            self.skip(&[Step::Credential], "there is no login to the workspace");
            return None;
        };
        let limit = self.within(self.limits().search);
        let located = timeout(limit, locate(client, &plan.settings, &self.scene)).await;
        let located = match located.unwrap_or_else(|_| Err(silent(&self.scene, limit))) {
            Ok(located) => located,
            Err(trouble) => {
                self.fail(Step::Credential, trouble);
                return None;
            }
        };
        self.scene.target = Some(located.target.to_string());
        self.scene.target_host.clone_from(&located.host);
        if self.scene.host.is_empty() {
            self.scene.host = located.host.unwrap_or_default();
        }
        let limit = self.within(self.limits().step);
        let minted = timeout(limit, mint(client, &located.target, &self.scene)).await;
        match minted.unwrap_or_else(|_| Err(silent(&self.scene, limit))) {
            Ok(credential) => {
                let subject = Claims::read(credential.token.expose_secret()).and_then(|claims| claims.sub);
                let user = plan.settings.user().map(str::to_owned).or(subject);
                self.scene.user = user.or_else(|| self.scene.identity.clone());
                let what = format!("minted for {}, valid until {}", located.target, credential.expires_at);
                let misplaced = self
                    .scene
                    .misplaced()
                    .map(|host| format!("the workspace says that it is at {host}, PGHOST differs"));
                let detail =
                    [located.note, misplaced].into_iter().flatten().reduce(|a, b| format!("{a}; {b}"));
                self.findings.push(Finding::ok(Step::Credential, what).with_detail(detail));
                Some(Minted { token: credential.token, is_idle: located.is_idle })
            }
            Err(trouble) => {
                self.fail(Step::Credential, trouble);
                None
            }
        }
    }
}

//! The database as the workspace knows it, and a credential for it.

use databricks::database::{DatabaseInstance, DatabaseInstanceState};
use databricks::postgres::{Endpoint, EndpointState, EndpointType};
use databricks::{Client, DatabaseCredential, Error};

use super::workspace::{call_trouble, mint_trouble};
use super::{Scene, Trouble};
use crate::credential::MintFailure;
use crate::directory::Resolver;
use crate::mode::{Mode, Target};
use crate::settings::Settings;
use crate::workspace::Workspace;

/// The database that a credential is to be minted for.
pub(super) struct Located {
    pub(super) target: Target,
    /// Where it is, as the workspace says; none where this identity may not look.
    pub(super) host: Option<String>,
    /// It is suspended, and wakes at the next connection.
    pub(super) is_idle: bool,
    pub(super) note: Option<String>,
}

impl Located {
    fn unseen(target: Target, error: &Error) -> Self {
        Self { target, host: None, is_idle: false, note: Some(format!("not looked at: {error}")) }
    }
}

/// Finds the database, and looks whether it can be used.
pub(super) async fn locate(client: &Client, settings: &Settings, scene: &Scene) -> Result<Located, Trouble> {
    let target = match settings.mode() {
        Mode::App { target: Target::ByHost, host, .. } => by_host(client, settings, host, scene).await?,
        Mode::App { target, .. } | Mode::Lookup { target, .. } => target.clone(),
        Mode::Url { .. } | Mode::Static { .. } => Target::ByHost,
    };
    let scene = &Scene { target: Some(target.to_string()), ..scene.clone() };
    match target {
        Target::Instance(name) => match client.database().get_database_instance(&name).await {
            Ok(instance) => of_instance(instance, scene),
            Err(error) if error.is_not_found() => Err(missing(client, &name, scene).await),
            Err(error) if is_unseen(&error) => Ok(Located::unseen(Target::Instance(name), &error)),
            Err(error) => Err(call_trouble(&error, scene)),
        },
        Target::Endpoint(name) => match client.postgres().get_endpoint(&name).await {
            Ok(endpoint) => of_endpoint(&endpoint, scene),
            Err(error) if error.is_not_found() => Err(missing(client, &name, scene).await),
            Err(error) if is_unseen(&error) => Ok(Located::unseen(Target::Endpoint(name), &error)),
            Err(error) => Err(call_trouble(&error, scene)),
        },
        Target::Branch(name) => match client.postgres().list_endpoints(&name).await {
            Ok(mut endpoints) => {
                endpoints.sort_by_key(|it| it.status.endpoint_type != Some(EndpointType::ReadWrite));
                let first = endpoints.first().ok_or_else(|| {
                    let fix = format!(
                        "`databricks postgres create-endpoint {name} primary`, or name another branch"
                    );
                    Trouble::new(format!("branch {name} has no endpoint"), fix)
                })?;
                of_endpoint(first, scene)
            }
            Err(error) if error.is_not_found() => Err(missing(client, &name, scene).await),
            Err(error) => Err(call_trouble(&error, scene)),
        },
        Target::ByHost => Err(nowhere(settings.host().unwrap_or_default(), scene)),
    }
}

/// Mints one credential.
pub(super) async fn mint(
    client: &Client,
    target: &Target,
    scene: &Scene,
) -> Result<DatabaseCredential, Trouble> {
    let minted = match target {
        Target::Instance(name) => client.database().generate_database_credential(&[name]).await,
        Target::Endpoint(name) => client.postgres().generate_database_credential(name).await,
        Target::Branch(_) | Target::ByHost => return Err(nowhere(&scene.host, scene)),
    };
    match minted {
        Ok(credential) => Ok(credential),
        Err(error) if error.is_not_found() => {
            let name = match target {
                Target::Instance(name) | Target::Endpoint(name) | Target::Branch(name) => name.as_str(),
                Target::ByHost => "",
            };
            Err(missing(client, name, scene).await)
        }
        Err(error) => Err(mint_trouble(&error, scene)),
    }
}

/// The right to mint and the right to look are two: without the second, the mint still tells.
fn is_unseen(error: &Error) -> bool {
    error.status() == Some(403)
}

async fn by_host(client: &Client, settings: &Settings, host: &str, scene: &Scene) -> Result<Target, Trouble> {
    let resolver = Resolver::new(Workspace::new(Some(client)), settings.clone());
    resolver.target().await.map_err(|error| match error.failure {
        MintFailure::TargetMissing | MintFailure::Forbidden => nowhere(host, scene),
        failure => Trouble::new(
            format!("the database that has the host {host} could not be looked up: {failure}"),
            "set LAKEBASE_ENDPOINT or LAKEBASE_INSTANCE_NAME: nothing has to be looked up then (in app.yaml: `name: LAKEBASE_ENDPOINT`, \
             `valueFrom: postgres`)",
        ),
    })
}

fn nowhere(host: &str, scene: &Scene) -> Trouble {
    let workspace = scene.workspace.as_deref().unwrap_or("this workspace");
    Trouble::new(
        format!(
            "no database of {workspace} that this identity may see has the host {host}: PGHOST is of another workspace, or out of date"
        ),
        format!(
            "set LAKEBASE_ENDPOINT or LAKEBASE_INSTANCE_NAME to the database's name (in app.yaml a Provisioned instance's as \
             text: its `valueFrom` is the host), or DATABRICKS_HOST to the workspace that has it; {} writes all of it",
            scene.configure()
        ),
    )
}

/// A name that the workspace does not know, and those that it does.
async fn missing(client: &Client, name: &str, scene: &Scene) -> Trouble {
    let names = names(client).await;
    let what = format!("the workspace knows no {}", scene.target.as_deref().unwrap_or(name));
    let near = names.iter().find(|known| known.eq_ignore_ascii_case(name));
    let variable = if name.contains('/') { "LAKEBASE_ENDPOINT" } else { "LAKEBASE_INSTANCE_NAME" };
    let fix = match near {
        Some(near) => format!("set {variable}={near} (upper and lower case count)"),
        None if names.is_empty() => format!(
            "create it (`databricks bundle deploy`), or check that DATABRICKS_HOST is the workspace that has it; {} sets the name",
            scene.configure()
        ),
        None => format!("set {variable} to one that exists, or run {}", scene.configure()),
    };
    let detail = if names.is_empty() {
        "this identity sees no database at all in this workspace".to_owned()
    } else {
        format!("there are: {}", names.join(", "))
    };
    Trouble::new(what, fix).with_detail(detail)
}

/// Instances, and the endpoints of the first projects.
async fn names(client: &Client) -> Vec<String> {
    const PROJECTS: usize = 10;
    let instances = client.database().list_database_instances().await.unwrap_or_default();
    let mut names: Vec<String> = instances.into_iter().map(|instance| instance.name).collect();
    let projects = client.postgres().list_projects().await.unwrap_or_default();
    for project in projects.iter().take(PROJECTS) {
        for branch in client.postgres().list_branches(&project.name).await.unwrap_or_default() {
            let endpoints = client.postgres().list_endpoints(&branch.name).await.unwrap_or_default();
            names.extend(endpoints.into_iter().map(|endpoint| endpoint.name));
        }
    }
    names
}

pub(super) fn of_instance(instance: DatabaseInstance, scene: &Scene) -> Result<Located, Trouble> {
    use DatabaseInstanceState as State;
    let name = &instance.name;
    let again = format!("run `{} doctor` again", scene.program);
    let unusable = |what: &str, fix: String| Err(Trouble::new(format!("instance {name} {what}"), fix));
    match instance.state {
        Some(State::Stopped) => unusable(
            "is stopped",
            format!(
                "start it: `databricks database update-database-instance {name} stopped --json '{{\"stopped\": false}}'`, then {again}"
            ),
        ),
        Some(State::Starting) => {
            unusable("is starting", format!("wait: it takes 2 to 3 minutes after it was made; then {again}"))
        }
        Some(State::FailingOver) => unusable(
            "is failing over to another node",
            format!("wait: it takes a minute or two, the host stays the same; then {again}"),
        ),
        Some(State::Deleting) => {
            unusable("is being deleted", format!("choose another one with {}", scene.configure()))
        }
        Some(_) | None => {
            let host = instance.read_write_dns.clone();
            let read_only = instance.read_only_dns.as_deref();
            Ok(Located {
                note: read_only_note(read_only, scene),
                target: Target::Instance(instance.name),
                host,
                is_idle: false,
            })
        }
    }
}

pub(super) fn of_endpoint(endpoint: &Endpoint, scene: &Scene) -> Result<Located, Trouble> {
    let (name, status) = (&endpoint.name, &endpoint.status);
    let again = format!("run `{} doctor` again", scene.program);
    if status.disabled == Some(true) {
        return Err(Trouble::new(
            format!("endpoint {name} is disabled"),
            format!(
                "enable it: `databricks postgres update-endpoint {name} spec.disabled --json '{{\"spec\": {{\"disabled\": false}}}}'`, then {again}"
            ),
        ));
    }
    if status.current_state == Some(EndpointState::Init) {
        return Err(Trouble::new(
            format!("endpoint {name} is starting for the first time"),
            format!("wait: it takes a minute or two; then {again}"),
        ));
    }
    let state = match status.current_state {
        Some(EndpointState::Idle) => Some("it is suspended, and wakes at the next connection".to_owned()),
        Some(EndpointState::Degraded) => Some("it is degraded: not all of it runs".to_owned()),
        _ => None,
    };
    let read_only = read_only_note(status.hosts.read_only_host.as_deref(), scene);
    let only_reads = (status.endpoint_type == Some(EndpointType::ReadOnly))
        .then(|| "it only reads: name the branch's read-write endpoint".to_owned());
    Ok(Located {
        target: Target::Endpoint(endpoint.name.clone()),
        host: endpoint.host().map(str::to_owned),
        is_idle: status.current_state == Some(EndpointState::Idle),
        note: [state, only_reads, read_only].into_iter().flatten().reduce(|a, b| format!("{a}; {b}")),
    })
}

fn read_only_note(read_only_host: Option<&str>, scene: &Scene) -> Option<String> {
    let is_it = read_only_host.is_some_and(|host| host.eq_ignore_ascii_case(&scene.host));
    is_it.then(|| "PGHOST is the host of the readable secondaries, which take no writes".to_owned())
}

//! A running emulator.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, ensure};
use secrecy::{ExposeSecret, SecretString};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    admin::Admin,
    door::{Backend, Door},
    inventory::{CLIENT_ID, DATABASE_NAME, ENDPOINT_NAME, INSTANCE_NAME, Inventory},
    options::{Options, Products},
    shared::Shared,
    tls, workspace,
};

/// A workspace and a front door on loopback. Ends when it is dropped; [`Emulator::stop`] waits for that.
pub struct Emulator {
    admin: Admin,
    workspace_url: String,
    pg_address: SocketAddr,
    has_database: bool,
    ca_pem_path: PathBuf,
    products: Products,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Emulator {
    /// Prepares the real server, writes the certificates and listens. Needs a Tokio runtime and stays on it.
    pub async fn start(options: Options) -> anyhow::Result<Self> {
        ensure!(options.pg_host.is_loopback(), "the emulator stays on loopback; {} is not", options.pg_host);
        let backend = match &options.postgres_url {
            Some(url) => {
                Some(Backend::prepare(&options, url).await.context("cannot prepare the real PostgreSQL")?)
            }
            None => None,
        };
        let identity = tls::identity(&options.dir, options.pg_host)?;
        let http = bind(IpAddr::V4(Ipv4Addr::LOCALHOST), options.http_port).await?;
        let pg = bind(options.pg_host, options.pg_port).await?;
        let pg_address = pg.local_addr()?;
        let workspace_url = format!("http://{}", http.local_addr()?);

        let inventory = Inventory::new(workspace_url.clone(), options.pg_host, options.products);
        let shared = Arc::new(Shared::new(inventory, options.client_secret, options.seed));
        let admin = Admin::new(Arc::clone(&shared));
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());

        let router = workspace::router(&admin);
        let stopped = stop.clone();
        tasks.spawn(async move {
            // Calls that hang on purpose would keep a graceful shutdown waiting.
            let served = stopped.run_until_cancelled(async { axum::serve(http, router).await }).await;
            if let Some(Err(error)) = served {
                tracing::error!(%error, "the workspace has ended");
            }
        });
        let has_database = backend.is_some();
        // Without a database behind it nobody listens at the door, and its port is free again.
        if let Some(backend) = backend {
            let tls = TlsAcceptor::from(identity.server);
            let door = Arc::new(Door { admin: admin.clone(), backend, tls });
            let stopped = stop.clone();
            tasks.spawn(async move {
                if let Err(error) = door.listen(pg, stopped).await {
                    tracing::error!(%error, "the door has ended");
                }
            });
        }
        let stopped = stop.clone();
        tasks.spawn(async move {
            stopped.run_until_cancelled(shared.suspend_when_idle()).await;
        });
        tasks.close();
        Ok(Self {
            admin,
            workspace_url,
            pg_address,
            has_database,
            ca_pem_path: identity.ca_pem_path,
            products: options.products,
            stop,
            tasks,
        })
    }

    /// `http://127.0.0.1:PORT`, the value of `DATABRICKS_HOST`.
    pub fn workspace_url(&self) -> &str {
        &self.workspace_url
    }

    /// The front door's address, as the workspace names it.
    pub fn pg_host(&self) -> String {
        self.pg_address.ip().to_string()
    }

    /// The front door's port.
    pub fn pg_port(&self) -> u16 {
        self.pg_address.port()
    }

    /// The certificate authority that the front door's certificate comes from. The certificate names `localhost`,
    /// `127.0.0.1` to `127.0.0.9` and [`Emulator::pg_host`].
    pub fn ca_pem_path(&self) -> &Path {
        &self.ca_pem_path
    }

    /// The OAuth secret of the service principal [`CLIENT_ID`].
    pub fn client_secret(&self) -> &SecretString {
        &self.admin.shared().client_secret
    }

    /// The switches and counters.
    pub fn admin(&self) -> &Admin {
        &self.admin
    }

    /// A credential for the front door without a call to the workspace. Not counted as a mint.
    pub fn mint(&self, user_name: &str, lifetime_seconds: u32) -> SecretString {
        let minted = self.admin.shared().mint_credential(user_name, Some(lifetime_seconds), false);
        SecretString::from(minted.token)
    }

    /// The environment that Databricks Apps gives an app, with a database where there is one. One value is secret.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let name = match self.products {
            Products::Both | Products::Autoscaling => ("LAKEBASE_ENDPOINT", ENDPOINT_NAME),
            Products::Provisioned => ("LAKEBASE_INSTANCE_NAME", INSTANCE_NAME),
        };
        let mut environment = vec![
            ("DATABRICKS_HOST", self.workspace_url.clone()),
            ("DATABRICKS_CLIENT_ID", CLIENT_ID.to_owned()),
            ("DATABRICKS_CLIENT_SECRET", self.client_secret().expose_secret().to_owned()),
        ];
        if !self.has_database {
            return environment;
        }
        environment.extend([
            ("PGHOST", self.pg_host()),
            ("PGPORT", self.pg_port().to_string()),
            ("PGUSER", CLIENT_ID.to_owned()),
            ("PGDATABASE", DATABASE_NAME.to_owned()),
            ("PGSSLMODE", "verify-full".to_owned()),
            ("PGSSLROOTCERT", self.ca_pem_path.display().to_string()),
            (name.0, name.1.to_owned()),
        ]);
        environment
    }

    /// Ends every connection and waits until the ports are free. The certificates go, and their folder if it is empty.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tasks.wait().await;
        tls::remove(&self.ca_pem_path);
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn bind(host: IpAddr, port: u16) -> anyhow::Result<TcpListener> {
    TcpListener::bind((host, port)).await.with_context(|| format!("cannot listen on {host} port {port}"))
}

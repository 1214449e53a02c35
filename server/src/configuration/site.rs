//! Where the built pages' files are, in the words of cargo-leptos.

use std::{net::SocketAddr, path::Path};

use leptos::config::{Env, LeptosOptions};

use super::{ConfigurationError, Environment};

/// Where the built pages' files are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// The folder that is served.
    pub root: String,
    /// The folder in it that holds the bundle.
    pub pkg_dir: String,
    /// The bundle's name.
    pub output_name: String,
    /// The bundle's files carry their content's hash in their names.
    pub hash_files: bool,
    /// Where the hashes are listed, beside the program.
    pub hash_file: String,
    /// The port of cargo-leptos' reload socket, while it watches.
    pub reload_port: Option<u32>,
    /// A build for people to use.
    pub is_production: bool,
}

impl Site {
    pub(super) fn from_environment(environment: &Environment) -> Result<Self, ConfigurationError> {
        let text = |name: &str, default: &str| environment.get(name).unwrap_or(default).to_owned();
        let root = environment.get("LEPTOS_SITE_ROOT").map(str::to_owned);
        let port = environment.parsed("LEPTOS_RELOAD_PORT", "must be a port number")?.unwrap_or(3001);
        let is_watched = environment.get("LEPTOS_WATCH").is_some();
        Ok(Self {
            root: root.or_else(packaged_root).unwrap_or_else(|| "target/site".to_owned()),
            pkg_dir: text("LEPTOS_SITE_PKG_DIR", "pkg"),
            output_name: text(
                "LEPTOS_OUTPUT_NAME",
                option_env!("LEPTOS_OUTPUT_NAME").unwrap_or("lakeledger"),
            ),
            hash_files: match environment.get("LEPTOS_HASH_FILES") {
                Some(_) => environment.flag("LEPTOS_HASH_FILES")?,
                None => option_env!("LEPTOS_HASH_FILES") == Some("true"),
            },
            hash_file: text("LEPTOS_HASH_FILE_NAME", "hash.txt"),
            reload_port: is_watched.then_some(port),
            is_production: environment.get("LEPTOS_ENV").is_some_and(|env| env.eq_ignore_ascii_case("prod")),
        })
    }

    pub(super) fn leptos_options(&self, address: SocketAddr) -> LeptosOptions {
        LeptosOptions::builder()
            .output_name(self.output_name.clone())
            .site_root(self.root.clone())
            .site_pkg_dir(self.pkg_dir.clone())
            .env(if self.is_production { Env::PROD } else { Env::DEV })
            .site_addr(address)
            .reload_port(self.reload_port.unwrap_or(3001))
            .hash_file(self.hash_file.clone().into())
            .hash_files(self.hash_files)
            .build()
    }
}

/// A packaged program lies beside its `site` folder and starts from any working folder.
fn packaged_root() -> Option<String> {
    let program = std::env::current_exe().ok()?;
    let site = program.parent().map(|folder: &Path| folder.join("site"))?;
    if site.is_dir() { site.to_str().map(str::to_owned) } else { None }
}

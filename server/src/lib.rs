//! The `lakeledger` program: configuration, wiring, the HTTP surface, the command line.
//!
//! A library so that its tests drive the real router; nothing else may depend on it. The one home
//! of the environment, of `anyhow`, and of every choice between implementations.

mod assessments;
pub mod cli;
pub mod configuration;
mod database;
pub mod http;
pub mod model;
pub mod remote_tools;
mod serve;
mod store;
mod telemetry;

pub use database::Database;
pub use serve::{app_state, serve_with};
pub use store::{OpenStore, open_store};

//! Logs: to standard error, so that standard output is the command's answer alone.

use std::io;

use tracing_subscriber::{EnvFilter, fmt};

use crate::configuration::{LogConfiguration, LogFormat};

/// Starts logging for the rest of the process. A second start changes nothing.
pub(crate) fn start(configuration: &LogConfiguration) {
    let filter = EnvFilter::new(&configuration.filter);
    let builder = fmt().with_env_filter(filter).with_writer(io::stderr).with_target(true);
    // Tests start it more than once in a process.
    let _ = match configuration.format {
        LogFormat::Json => {
            builder.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init()
        }
        LogFormat::Text => builder.compact().try_init(),
    };
}

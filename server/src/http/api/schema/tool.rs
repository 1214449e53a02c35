//! The assistant's tools.

use utoipa::{IntoParams, ToSchema};

/// The name in the path.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ToolNameParam {
    /// The tool's name.
    name: String,
}

/// Every tool.
#[derive(ToSchema)]
#[schema(as = ToolList)]
pub struct ToolListSchema {
    /// Ours, then those of remote servers.
    items: Vec<ToolSchema>,
    /// Always null: the list is whole.
    #[schema(required)]
    next_cursor: Option<String>,
    /// Remote servers whose tools are not there.
    unavailable: Vec<UnavailableServerSchema>,
}

/// A tool that the assistant may call.
#[derive(ToSchema)]
#[schema(as = Tool)]
pub struct ToolSchema {
    /// Its name; a remote one is called `server__tool`.
    name: String,
    /// Its name for people.
    title: String,
    /// What it does; a remote server's in its own words.
    description: String,
    /// It changes something, and waits for the person's yes before it does.
    writes: bool,
    /// Whose it is.
    source: ToolSourceSchema,
    /// The person has not switched it off.
    enabled: bool,
}

/// Whose a tool is.
#[derive(ToSchema)]
#[schema(as = ToolSource)]
pub struct ToolSourceSchema {
    /// `own` or `remote`.
    r#type: String,
    /// The remote server's name in the configuration.
    server: Option<String>,
}

/// A remote server whose tools are not there.
#[derive(ToSchema)]
#[schema(as = UnavailableServer)]
pub struct UnavailableServerSchema {
    /// Its name in the configuration.
    server: String,
    /// Why, in words for a person.
    reason: String,
}

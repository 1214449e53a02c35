//! The assistant's tools, each with its nature and its switch.

use app::ToolCatalogue;
use assistant::{CatalogueTool, ToolSource};
use axum::{
    Json,
    extract::{Path, State},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    super::{HttpState, Problem, extract::JsonBody, identity::Caller},
    schema,
};

/// Every tool, and the servers whose tools are not there.
#[derive(Debug, Serialize)]
pub(super) struct Tools {
    items: Vec<Tool>,
    next_cursor: Option<String>,
    unavailable: Vec<Unavailable>,
}

#[derive(Debug, Serialize)]
pub(super) struct Tool {
    name: String,
    title: String,
    description: String,
    writes: bool,
    source: ToolSource,
    enabled: bool,
}

#[derive(Debug, Serialize)]
struct Unavailable {
    server: String,
    reason: String,
}

/// Every tool that the assistant may call: ours and those of remote servers.
#[utoipa::path(get, path = "/api/v1/tools", tag = "tools",
    responses((status = 200, body = schema::ToolListSchema)))]
pub(super) async fn list_tools(
    State(state): State<HttpState>,
    Caller(person): Caller,
) -> Result<Json<Tools>, Problem> {
    let ToolCatalogue { tools, unavailable } = state.app.tools(&person.user).await?;
    let unavailable =
        unavailable.into_iter().map(|(server, reason)| Unavailable { server, reason }).collect();
    Ok(Json(Tools { items: tools.into_iter().map(Tool::from).collect(), next_cursor: None, unavailable }))
}

/// Which way a switch goes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ToolSwitched {
    /// False: the tool is offered to nobody and refused when it is called.
    enabled: bool,
}

/// Switches a tool on or off, for the assistant and for other agents alike.
#[utoipa::path(put, path = "/api/v1/tools/{name}", tag = "tools", params(schema::ToolNameParam),
    request_body = ToolSwitched,
    responses((status = 200, body = schema::ToolSchema), (status = 404, body = schema::ProblemSchema)))]
pub(super) async fn switch_tool(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Path(name): Path<String>,
    JsonBody(body): JsonBody<ToolSwitched>,
) -> Result<Json<Tool>, Problem> {
    Ok(Json(state.app.switch_tool(&person.user, &name, body.enabled).await?.into()))
}

impl From<CatalogueTool> for Tool {
    fn from(tool: CatalogueTool) -> Self {
        let CatalogueTool { definition, title, enabled } = tool;
        Self {
            name: definition.name.into_owned(),
            title,
            description: definition.description.into_owned(),
            writes: definition.writes,
            source: definition.source,
            enabled,
        }
    }
}

//! The endpoints of the workspace, their scripts and what they were asked.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Value, json};

use super::script::{ServingScript, ServingTurn};
use crate::inventory::USER_NAME;

/// Requests of each endpoint that are kept.
const REQUESTS_KEPT: usize = 200;

/// The endpoints, by name.
pub(crate) struct Endpoints {
    endpoints: BTreeMap<String, Endpoint>,
}

struct Endpoint {
    script: ServingScript,
    requests: VecDeque<Value>,
}

impl Default for Endpoints {
    /// One of each kind that chats, and one that does not.
    fn default() -> Self {
        let of = |task: &str| ServingScript { task: task.to_owned(), ..ServingScript::default() };
        let chat = ServingScript { piece_ms: 15, first_byte_ms: 80, ..of("llm/v1/chat") };
        let endpoints = [
            (crate::inventory::SERVING_ENDPOINT_NAME, chat),
            ("lakeledger-agent", of("agent/v1/responses")),
            ("lakeledger-chat-agent", of("agent/v2/chat")),
            ("lakeledger-embeddings", of("llm/v1/embeddings")),
        ];
        let endpoints = endpoints.map(|(name, script)| (name.to_owned(), Endpoint::new(script)));
        Self { endpoints: endpoints.into() }
    }
}

impl Endpoint {
    fn new(script: ServingScript) -> Self {
        Self { script, requests: VecDeque::new() }
    }
}

impl Endpoints {
    /// Makes an endpoint, or gives one another script.
    pub(crate) fn set(&mut self, name: &str, script: ServingScript) {
        match self.endpoints.get_mut(name) {
            Some(endpoint) => endpoint.script = script,
            None => {
                self.endpoints.insert(name.to_owned(), Endpoint::new(script));
            }
        }
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.endpoints.remove(name);
    }

    /// The bodies that the endpoint was asked with, oldest first; none where there is no endpoint.
    pub(crate) fn requests(&self, name: &str) -> Option<Vec<Value>> {
        Some(self.endpoints.get(name)?.requests.iter().cloned().collect())
    }

    /// The endpoint's script, and its next turn, which it takes. Keeps the request.
    pub(super) fn take_turn(
        &mut self,
        name: &str,
        request: &Value,
    ) -> Option<(ServingScript, Option<ServingTurn>)> {
        let endpoint = self.endpoints.get_mut(name)?;
        endpoint.requests.push_back(request.clone());
        if endpoint.requests.len() > REQUESTS_KEPT {
            endpoint.requests.pop_front();
        }
        let turns = &mut endpoint.script.turns;
        let stays = endpoint.script.repeat && turns.len() == 1;
        let turn = if stays { turns.first().cloned() } else { (!turns.is_empty()).then(|| turns.remove(0)) };
        let script = ServingScript { turns: Vec::new(), ..endpoint.script.clone() };
        Some((script, turn))
    }

    pub(super) fn list(&self) -> Vec<Value> {
        self.endpoints.iter().map(|(name, endpoint)| described(name, &endpoint.script)).collect()
    }

    pub(super) fn get(&self, name: &str) -> Option<Value> {
        self.endpoints.get(name).map(|endpoint| described(name, &endpoint.script))
    }
}

fn described(name: &str, script: &ServingScript) -> Value {
    let entity = if script.task.starts_with("agent/") {
        json!({"name": name, "entity_name": format!("main.agents.{}", script.model), "entity_version": "1",
            "scale_to_zero_enabled": true, "workload_size": "Small"})
    } else {
        json!({"name": name, "foundation_model": {"name": script.model, "display_name": script.model}})
    };
    json!({
        "name": name, "id": format!("{:032x}", name.len()), "task": script.task, "creator": USER_NAME,
        "creation_timestamp": 1_768_467_600_000_u64, "last_updated_timestamp": 1_768_467_600_000_u64,
        "state": {
            "ready": if script.ready { "READY" } else { "NOT_READY" }, "config_update": "NOT_UPDATING",
        },
        "config": {"served_entities": [entity]},
        "permission_level": "CAN_QUERY", "route_optimized": false, "tags": [],
    })
}

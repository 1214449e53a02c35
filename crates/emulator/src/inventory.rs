//! The workspace's objects: who may log in and which databases there are.

use std::net::IpAddr;

use serde_json::{Value, json};

use crate::options::Products;

/// The service principal's client id, its user name and its PostgreSQL role.
pub const CLIENT_ID: &str = "00000000-0000-4000-8000-0000000000aa";
/// The person's user name.
pub const USER_NAME: &str = "dev@example.com";
/// The person's personal access token.
pub const PERSONAL_ACCESS_TOKEN: &str = "dapi-emulator";
/// The Provisioned instance behind the door.
pub const INSTANCE_NAME: &str = "lakeledger-db";
/// The Autoscaling endpoint behind the door.
pub const ENDPOINT_NAME: &str = "projects/lakeledger/branches/production/endpoints/primary";
/// The serving endpoint that chats.
pub const SERVING_ENDPOINT_NAME: &str = "lakeledger-chat";
/// The database's name at the door.
pub const DATABASE_NAME: &str = "databricks_postgres";
/// The workspace's id, the audience of credentials.
pub const WORKSPACE_ID: &str = "1234567890123456";

/// Instances beside [`INSTANCE_NAME`], so that lists have several pages. Nothing answers at their hosts.
const OTHER_INSTANCES: [(&str, &str); 2] = [
    ("reporting-db", "00000000-0000-4000-8000-0000000000b2"),
    ("staging-db", "00000000-0000-4000-8000-0000000000b3"),
];
const INSTANCE_UID: &str = "00000000-0000-4000-8000-0000000000b1";
const CREATED: &str = "2026-01-15T09:00:00Z";

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) user_name: String,
}

pub(crate) struct Inventory {
    pub(crate) workspace_id: String,
    /// The workspace's URL.
    pub(crate) host: String,
    /// Where the door is unless it has moved.
    pub(crate) pg_host: IpAddr,
    products: Products,
}

impl Inventory {
    pub(crate) fn new(host: String, pg_host: IpAddr, products: Products) -> Self {
        Self { workspace_id: WORKSPACE_ID.to_owned(), host, pg_host, products }
    }

    pub(crate) fn caller(user_name: &str) -> Option<Caller> {
        [CLIENT_ID, USER_NAME].contains(&user_name).then(|| Caller { user_name: user_name.to_owned() })
    }

    pub(crate) fn me(caller: &Caller) -> Value {
        let groups = json!([{"display": "users", "type": "direct", "value": "300", "$ref": "Groups/300"}]);
        let schemas = json!(["urn:ietf:params:scim:schemas:core:2.0:User"]);
        if caller.user_name == CLIENT_ID {
            return json!({
                "id": "4000000000000001", "userName": CLIENT_ID, "displayName": "lakeledger-app",
                "active": true, "groups": groups, "schemas": schemas,
            });
        }
        json!({
            "id": "4000000000000002", "userName": USER_NAME, "displayName": "Dev Example",
            "name": {"givenName": "Dev", "familyName": "Example"}, "active": true,
            "emails": [{"type": "work", "value": USER_NAME, "primary": true}],
            "entitlements": [{"value": "workspace-access"}], "groups": groups, "schemas": schemas,
        })
    }

    /// `pg_host` is where the door is now.
    pub(crate) fn instances(&self, pg_host: IpAddr) -> Vec<Value> {
        if self.products == Products::Autoscaling {
            return Vec::new();
        }
        let own = instance(INSTANCE_NAME, INSTANCE_UID, &pg_host.to_string());
        let others = OTHER_INSTANCES
            .iter()
            .map(|(name, uid)| instance(name, uid, &format!("instance-{uid}.database.emulator.invalid")));
        std::iter::once(own).chain(others).collect()
    }

    pub(crate) fn projects(&self) -> Vec<Value> {
        if self.products == Products::Provisioned {
            return Vec::new();
        }
        ["lakeledger", "sandbox", "staging"]
            .iter()
            .map(|id| {
                json!({
                    "name": format!("projects/{id}"), "uid": format!("proj-{id}"),
                    "create_time": CREATED, "update_time": CREATED,
                    "status": {
                        "display_name": id, "pg_version": 17, "owner": USER_NAME, "branch_logical_size_limit_bytes": 0,
                        "history_retention_duration": "604800s", "enable_pg_native_login": true,
                    },
                })
            })
            .collect()
    }

    pub(crate) fn branches(project: &str) -> Vec<Value> {
        let ids: &[&str] =
            if project == "projects/lakeledger" { &["production", "dev"] } else { &["production"] };
        ids.iter()
            .map(|id| {
                json!({
                    "name": format!("{project}/branches/{id}"), "uid": format!("br-{id}"), "parent": project,
                    "create_time": CREATED, "update_time": CREATED,
                    "status": {"current_state": "READY", "default": *id == "production", "is_protected": *id == "production"},
                })
            })
            .collect()
    }

    /// `state` is that of the compute behind the door, `pg_host` where that is now.
    pub(crate) fn endpoints(branch: &str, state: &str, pg_host: IpAddr) -> Vec<Value> {
        let name = format!("{branch}/endpoints/primary");
        let (host, state) = if name == ENDPOINT_NAME {
            (pg_host.to_string(), state)
        } else {
            let label = branch.replace("projects/", "").replace("/branches/", "-");
            (format!("ep-{label}.database.emulator.invalid"), "IDLE")
        };
        vec![json!({
            "name": name, "uid": format!("ep-{}", branch.replace('/', "-")), "endpoint_id": "primary", "parent": branch,
            "create_time": CREATED, "update_time": CREATED,
            "status": {
                "endpoint_type": "ENDPOINT_TYPE_READ_WRITE", "current_state": state, "disabled": false,
                "autoscaling_limit_min_cu": 0.5, "autoscaling_limit_max_cu": 2.0, "suspend_timeout_duration": "300s",
                "hosts": {"host": host}, "settings": {},
            },
        })]
    }

    pub(crate) fn databases(branch: &str) -> Vec<Value> {
        vec![json!({
            "name": format!("{branch}/databases/databricks-postgres"), "database_id": "databricks-postgres", "parent": branch,
            "create_time": CREATED, "update_time": CREATED,
            "status": {"postgres_database": DATABASE_NAME, "role": format!("{branch}/roles/app")},
        })]
    }

    pub(crate) fn roles(branch: &str) -> Vec<Value> {
        [("app", CLIENT_ID, "SERVICE_PRINCIPAL"), ("dev", USER_NAME, "USER")]
            .iter()
            .map(|(id, role, identity)| {
                json!({
                    "name": format!("{branch}/roles/{id}"), "role_id": id, "parent": branch,
                    "create_time": CREATED, "update_time": CREATED,
                    "status": {
                        "postgres_role": role, "identity_type": identity, "auth_method": "LAKEBASE_OAUTH_V1",
                        "membership_roles": [], "attributes": {"bypassrls": false, "createdb": false, "createrole": false},
                    },
                })
            })
            .collect()
    }

    /// One app for each product: `lakeledger` with a project's database, `lakeledger-provisioned` with an instance.
    pub(crate) fn app(&self, name: &str) -> Option<Value> {
        let branch = "projects/lakeledger/branches/production";
        let resource = match (name, self.products) {
            ("lakeledger", Products::Both | Products::Autoscaling) => {
                json!({"name": "postgres", "postgres": {
                    "branch": branch, "database": format!("{branch}/databases/databricks-postgres"),
                    "permission": "CAN_CONNECT_AND_CREATE",
                }})
            }
            ("lakeledger", Products::Provisioned)
            | ("lakeledger-provisioned", Products::Both | Products::Provisioned) => {
                json!({"name": "database", "database": {
                    "instance_name": INSTANCE_NAME, "database_name": DATABASE_NAME,
                    "permission": "CAN_CONNECT_AND_CREATE",
                }})
            }
            (_, Products::Both | Products::Provisioned | Products::Autoscaling) => return None,
        };
        Some(json!({
            "name": name, "id": "00000000-0000-4000-8000-0000000000c1", "url": "http://127.0.0.1:8000",
            "service_principal_client_id": CLIENT_ID, "service_principal_id": 4_000_000_000_000_001_u64,
            "service_principal_name": "lakeledger-app", "creator": USER_NAME, "create_time": CREATED,
            "app_status": {"state": "RUNNING", "message": "App is running"},
            "compute_status": {"state": "ACTIVE", "message": "App compute is running"}, "compute_size": "MEDIUM",
            "resources": [resource],
        }))
    }
}

fn instance(name: &str, uid: &str, host: &str) -> Value {
    json!({
        "name": name, "uid": uid, "state": "AVAILABLE", "creator": USER_NAME, "creation_time": CREATED,
        "capacity": "CU_1", "effective_capacity": "CU_1", "node_count": 1, "effective_node_count": 1,
        "pg_version": "PG_VERSION_16", "read_write_dns": host, "read_only_dns": host, "stopped": false,
        "effective_stopped": false, "enable_pg_native_login": false, "effective_enable_pg_native_login": false,
        "enable_readable_secondaries": false, "effective_enable_readable_secondaries": false,
        "retention_window_in_days": 7, "effective_retention_window_in_days": 7,
    })
}

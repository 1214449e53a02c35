use databricks::database::DatabaseInstanceState;
use databricks::postgres::{BranchState, EndpointState, EndpointType};
use databricks::{Client, Error};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::server::{Reply, Server};
use crate::{client, pat};

const ENDPOINT: &str = "projects/shop/branches/production/endpoints/primary";

async fn answering(line: &str, body: Value) -> (Server, Client) {
    let server = Server::start().await;
    server.on(line, [Reply::ok(body.to_string())]);
    let client = client(&server, pat());
    (server, client)
}

#[tokio::test]
async fn a_provisioned_credential_is_minted_for_instances() {
    let answer = json!({ "token": "eyJ.secret.jwt", "expiration_time": "2026-11-21T01:32:39Z", "new": 1 });
    let (server, client) = answering("POST /api/2.0/database/credentials", answer).await;
    let credential = client.database().generate_database_credential(&["shop-db", "b"]).await.unwrap();
    assert_eq!(credential.token.expose_secret(), "eyJ.secret.jwt");
    assert_eq!(credential.expires_at, "2026-11-21T01:32:39Z".parse().unwrap());
    assert_eq!(
        format!("{credential:?}"),
        "DatabaseCredential { token: len:14, expires_at: 2026-11-21T01:32:39Z }"
    );
    let request = server.last();
    assert_eq!(request.header("content-type"), Some("application/json"));
    let body: Value = serde_json::from_str(&request.body).unwrap();
    assert_eq!(body["instance_names"], json!(["shop-db", "b"]));
    let id: uuid::Uuid = body["request_id"].as_str().unwrap().parse().unwrap();
    assert_eq!(id.get_version_num(), 4);
}

#[tokio::test]
async fn an_autoscaling_credential_is_minted_for_an_endpoint() {
    let answer = json!({ "token": "t", "expire_time": "2026-11-21T01:32:39.5Z" });
    let (server, client) = answering("POST /api/2.0/postgres/credentials", answer).await;
    let credential = client.postgres().generate_database_credential(ENDPOINT).await.unwrap();
    assert_eq!(credential.expires_at, "2026-11-21T01:32:39.5Z".parse().unwrap());
    assert_eq!(serde_json::from_str::<Value>(&server.last().body).unwrap(), json!({ "endpoint": ENDPOINT }));
}

#[tokio::test]
async fn a_credential_without_a_token_or_an_expiry_is_unreadable() {
    for answer in [
        json!({ "token": "", "expire_time": "2026-11-21T01:32:39Z" }),
        json!({ "token": "t" }),
        json!({ "token": "t", "expire_time": "soon" }),
        json!({ "expire_time": "2026-11-21T01:32:39Z" }),
    ] {
        let (_server, client) = answering("POST /api/2.0/postgres/credentials", answer).await;
        let error = client.postgres().generate_database_credential(ENDPOINT).await.unwrap_err();
        assert!(matches!(error, Error::Unreadable { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn an_instance_is_read_by_name_and_by_uid() {
    let instance = json!({
        "name": "shop-db", "uid": "u-1", "state": "AVAILABLE", "stopped": null, "capacity": "CU_1",
        "read_write_dns": "instance-u-1.database.cloud.databricks.com", "custom_tags": [],
    });
    let (server, client) = answering("GET /api/2.0/database/instances/shop-db", instance.clone()).await;
    let read = client.database().get_database_instance("shop-db").await.unwrap();
    assert_eq!(read.state, Some(DatabaseInstanceState::Available));
    assert_eq!(read.read_write_dns.as_deref(), Some("instance-u-1.database.cloud.databricks.com"));

    server.on("GET /api/2.0/database/instances:findByUid", [Reply::ok(instance.to_string())]);
    assert_eq!(client.database().find_database_instance_by_uid("u-1&x").await.unwrap(), read);
    assert_eq!(server.last().line, "GET /api/2.0/database/instances:findByUid?uid=u-1%26x");
}

#[tokio::test]
async fn a_list_is_read_to_its_last_page() {
    let server = Server::start().await;
    let line = "GET /api/2.0/database/instances";
    let page = |names: &[&str], next: Value| {
        let instances: Vec<_> =
            names.iter().map(|name| json!({ "name": name, "state": "NEW_STATE" })).collect();
        Reply::ok(json!({ "database_instances": instances, "next_page_token": next }).to_string())
    };
    server.on(line, [page(&["a", "b"], json!("t 2")), page(&[], json!("t3")), page(&["c"], json!(""))]);
    let instances = client(&server, pat()).database().list_database_instances().await.unwrap();
    let names: Vec<_> = instances.iter().map(|instance| instance.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "c"]);
    assert_eq!(instances[0].state, Some(DatabaseInstanceState::Unknown));
    let tokens = format!("{line} {line}?page_token=t+2 {line}?page_token=t3");
    assert_eq!(server.lines().join(" "), tokens);
}

#[tokio::test]
async fn a_list_that_does_not_end_is_given_up() {
    let answer = json!({ "projects": null, "next_page_token": "again" });
    let (server, client) = answering("GET /api/2.0/postgres/projects", answer).await;
    let error = client.postgres().list_projects().await.unwrap_err();
    assert_eq!(error.to_string(), "could not list projects: the list does not end");
    assert_eq!(server.lines().len(), 2);
}

#[tokio::test]
async fn an_endpoint_tells_its_host_and_state() {
    let answer = json!({ "name": ENDPOINT, "uid": "ep-1", "spec": {}, "status": {
        "current_state": "IDLE", "endpoint_type": "ENDPOINT_TYPE_READ_WRITE",
        "hosts": { "host": "ep-1.database.us-east-1.cloud.databricks.com" }, "suspend_timeout_duration": "300s",
    } });
    let (_server, client) = answering(&format!("GET /api/2.0/postgres/{ENDPOINT}"), answer).await;
    let endpoint = client.postgres().get_endpoint(ENDPOINT).await.unwrap();
    assert_eq!(endpoint.host(), Some("ep-1.database.us-east-1.cloud.databricks.com"));
    assert_eq!(endpoint.status.current_state, Some(EndpointState::Idle));
    assert_eq!(endpoint.status.endpoint_type, Some(EndpointType::ReadWrite));
    let json = serde_json::to_value(&endpoint).unwrap();
    assert_eq!(json["status"]["current_state"], "IDLE");
}

#[tokio::test]
async fn the_parts_of_a_project_are_listed() {
    let server = Server::start().await;
    let on = |path: &str, body: Value| {
        server.on(&format!("GET /api/2.0/postgres/{path}"), [Reply::ok(body.to_string())]);
    };
    let branch = "projects/shop/branches/production";
    on("projects", json!({ "projects": [{ "name": "projects/shop", "status": { "pg_version": 17 } }] }));
    on(
        "projects/shop/branches",
        json!({ "branches": [{ "name": branch, "status": { "current_state": "READY", "default": true } }] }),
    );
    on(&format!("{branch}/endpoints"), json!({ "endpoints": [{ "name": ENDPOINT, "status": null }] }));
    on(
        &format!("{branch}/databases"),
        json!({ "databases": [{ "name": "d", "status": { "postgres_database": "databricks_postgres" } }] }),
    );
    on(
        &format!("{branch}/roles"),
        json!({ "roles": [{ "name": "r", "status": { "postgres_role": "me@x.com" } }] }),
    );

    let postgres = client(&server, pat()).postgres();
    assert_eq!(postgres.list_projects().await.unwrap()[0].status.pg_version.as_deref(), Some("17"));
    let branches = postgres.list_branches("projects/shop").await.unwrap();
    assert_eq!(branches[0].status.current_state, Some(BranchState::Ready));
    assert_eq!(postgres.list_endpoints(branch).await.unwrap()[0].host(), None);
    let databases = postgres.list_databases(branch).await.unwrap();
    assert_eq!(databases[0].status.postgres_database.as_deref(), Some("databricks_postgres"));
    assert_eq!(
        postgres.list_roles(branch).await.unwrap()[0].status.postgres_role.as_deref(),
        Some("me@x.com")
    );
}

#[tokio::test]
async fn a_name_that_would_lead_elsewhere_is_not_sent() {
    let server = Server::start().await;
    let client = client(&server, pat());
    for name in ["", "projects/../../x", "projects//x", "/projects/x", "projects/x/"] {
        let error = client.postgres().get_endpoint(name).await.unwrap_err();
        assert!(matches!(&error, Error::InvalidName { name: named, .. } if named == name), "{error:?}");
    }
    assert!(client.apps().get("..").await.is_err() && server.lines().is_empty());
    client.apps().get("a/b?c d").await.unwrap_err();
    assert_eq!(server.last().line, "GET /api/2.0/apps/a%2Fb%3Fc%20d");
}

#[tokio::test]
async fn the_current_user_comes_with_the_workspace() {
    let server = Server::start().await;
    let body = json!({ "id": "1", "userName": "me@x.com", "displayName": "Me", "active": true,
        "emails": [{ "value": "me@x.com", "type": "work", "primary": true }], "groups": [] });
    let reply = Reply::ok(body.to_string()).header("x-databricks-org-id", "123");
    server.on("GET /api/2.0/preview/scim/v2/Me", [reply]);
    let me = client(&server, pat()).current_user().me().await.unwrap();
    assert_eq!((me.user_name.as_str(), me.workspace_id.as_deref()), ("me@x.com", Some("123")));
    let json = serde_json::to_value(&me).unwrap();
    assert_eq!((&json["display_name"], &json["emails"][0]["primary"]), (&json!("Me"), &json!(true)));
}

#[tokio::test]
async fn an_app_lists_its_databases_of_both_products() {
    let answer = json!({ "name": "shop", "url": "https://shop.databricksapps.com", "resources": [
        { "name": "db", "database": { "instance_name": "shop-db", "database_name": "d", "permission": "CAN_CONNECT_AND_CREATE" } },
        { "name": "postgres", "postgres": { "branch": "projects/shop/branches/production", "database": "x" } },
        { "name": "secret", "secret": { "scope": "s", "key": "k" } },
    ] });
    let (_server, client) = answering("GET /api/2.0/apps/shop", answer).await;
    let app = client.apps().get("shop").await.unwrap();
    let instance = app.resources[0].database.as_ref().unwrap().instance_name.as_deref();
    let branch = app.resources[1].postgres.as_ref().unwrap().branch.as_deref();
    assert_eq!((instance, branch), (Some("shop-db"), Some("projects/shop/branches/production")));
    assert_eq!((app.resources[2].name.as_str(), &app.resources[2].database), ("secret", &None));
}

#[test]
fn calls_can_be_made_from_any_task() {
    fn sendable<T: Send + 'static>(_: T) {}
    fn check(client: &Client) {
        let client = client.clone();
        sendable(async move {
            client.log_in().await.ok();
            client.postgres().list_projects().await.ok();
            client.database().generate_database_credential(&["a"]).await.ok();
        });
    }
    let _ = check;
}

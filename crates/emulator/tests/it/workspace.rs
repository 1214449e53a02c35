//! The HTTP workspace: answers, refusals and faults.

use emulator::{
    CLIENT_ID, DATABASE_NAME, ENDPOINT_NAME, HttpAction, HttpFault, INSTANCE_NAME, Products, RetryAfter,
    USER_NAME, WORKSPACE_ID,
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use crate::{
    Harness,
    http::{Answer, exchange, get, post, request},
    pg::{Client, Failure},
};

const AUTOSCALING: &str = "/api/2.0/postgres/credentials";
const PROVISIONED: &str = "/api/2.0/database/credentials";

async fn log_in(harness: &Harness, secret: &str, form: &str) -> Answer {
    use base64::{Engine, engine::general_purpose::STANDARD};

    let basic = format!("Basic {}", STANDARD.encode(format!("{CLIENT_ID}:{secret}")));
    let headers = [("authorization", basic.as_str()), ("content-type", "application/x-www-form-urlencoded")];
    request(harness, "POST", "/oidc/v1/token", &headers, form).await
}

const FORM: &str = "grant_type=client_credentials&scope=all-apis";

async fn mint(harness: &Harness) -> Answer {
    post(harness, AUTOSCALING, &json!({"endpoint": ENDPOINT_NAME})).await
}

fn status(code: u16) -> HttpAction {
    HttpAction::Status { code, retry_after: None, error_code: None, message: None }
}

#[tokio::test]
async fn a_machine_logs_in_and_its_credential_opens_the_door() {
    let harness = Harness::start().await;
    let config = get(&harness, "/.well-known/databricks-config").await.json();
    assert_eq!(config["oidc_endpoint"], format!("{}/oidc", harness.workspace_url()));
    let discovery = get(&harness, "/oidc/.well-known/oauth-authorization-server").await.json();
    assert_eq!(discovery["token_endpoint"], format!("{}/oidc/v1/token", harness.workspace_url()));

    let token = log_in(&harness, harness.client_secret().expose_secret(), FORM).await.json();
    assert_eq!(token["expires_in"], 3600);
    let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap());
    let headers = [("authorization", bearer.as_str())];
    let me = request(&harness, "GET", "/api/2.0/preview/scim/v2/Me", &headers, "").await;
    assert_eq!(me.json()["userName"], CLIENT_ID);
    assert_eq!(me.header("x-databricks-org-id"), Some(WORKSPACE_ID));

    let body = json!({"instance_names": [INSTANCE_NAME], "request_id": "1"}).to_string();
    let credential = request(&harness, "POST", PROVISIONED, &headers, &body).await.json();
    let password = SecretString::from(credential["token"].as_str().unwrap());
    assert!(credential["expiration_time"].as_str().unwrap().ends_with('Z'));
    Client::connect(&harness, &password).await.unwrap();

    // A workspace token is no credential.
    let token = SecretString::from(token["access_token"].as_str().unwrap());
    let refused = Client::connect(&harness, &token).await.err();
    assert_eq!(refused, Some(Failure::server("ERROR", "XX000", "invalid JWT token audience")));

    harness.admin().revoke_workspace_tokens();
    let me = request(&harness, "GET", "/api/2.0/preview/scim/v2/Me", &headers, "").await;
    assert_eq!((me.status, me.json()["error_code"].clone()), (401, json!(401)));
    let state = harness.admin().state();
    assert_eq!((state.token_calls, state.mint_calls, state.mints.provisioned), (1, 1, 1));
    assert_eq!(state.requests["GET /api/2.0/preview/scim/v2/Me"], 2);
}

#[tokio::test]
async fn wrong_log_ins_are_refused_in_oauths_words() {
    let harness = Harness::start().await;
    let secret = harness.client_secret().expose_secret();
    for (secret, form, status, error) in [
        ("wrong", FORM, 401, "invalid_client"),
        (secret, "grant_type=password&scope=all-apis", 400, "unsupported_grant_type"),
        (secret, "grant_type=client_credentials&scope=moon", 400, "invalid_scope"),
    ] {
        let answer = log_in(&harness, secret, form).await;
        assert_eq!((answer.status, answer.json()["error"].clone()), (status, json!(error)));
    }
}

#[tokio::test]
async fn calls_without_a_good_token_are_refused() {
    let harness = Harness::start().await;
    let none = request(&harness, "GET", "/api/2.0/database/instances", &[], "").await;
    assert_eq!(none.status, 401);
    let text = "Credential was not sent or was of an unsupported type for this API.";
    assert!(none.json()["message"].as_str().unwrap().starts_with(text));
    let headers = [("authorization", "Bearer dapi-wrong")];
    let wrong = request(&harness, "GET", "/api/2.0/database/instances", &headers, "").await;
    assert_eq!(wrong.status, 403);
    assert!(wrong.json()["message"].as_str().unwrap().starts_with("Invalid access token."));
}

#[tokio::test]
async fn objects_are_found_by_name_by_uid_and_in_pages() {
    let harness = Harness::start().await;
    let first = get(&harness, "/api/2.0/database/instances?page_size=2").await.json();
    assert_eq!(first["database_instances"].as_array().unwrap().len(), 2);
    let token = first["next_page_token"].as_str().unwrap();
    let last =
        get(&harness, &format!("/api/2.0/database/instances?page_size=2&page_token={token}")).await.json();
    assert_eq!(
        (last["database_instances"].as_array().unwrap().len(), last["next_page_token"].clone()),
        (1, json!(""))
    );

    let instance = get(&harness, &format!("/api/2.0/database/instances/{INSTANCE_NAME}")).await.json();
    assert_eq!(instance["read_write_dns"], harness.pg_host());
    let uid = instance["uid"].as_str().unwrap();
    let found = get(&harness, &format!("/api/2.0/database/instances:findByUid?uid={uid}")).await.json();
    assert_eq!(found["name"], INSTANCE_NAME);

    let postgres = |name: &str| format!("/api/2.0/postgres/{name}");
    let endpoint = get(&harness, &postgres(ENDPOINT_NAME)).await.json();
    assert_eq!(endpoint["status"]["hosts"]["host"], harness.pg_host());
    let branch = "projects/lakeledger/branches/production";
    for (list, key, field, value) in [
        ("projects".to_owned(), "projects", "name", "projects/lakeledger"),
        ("projects/lakeledger/branches".to_owned(), "branches", "name", branch),
        (format!("{branch}/endpoints"), "endpoints", "name", ENDPOINT_NAME),
        (format!("{branch}/databases"), "databases", "database_id", "databricks-postgres"),
        (format!("{branch}/roles"), "roles", "role_id", "app"),
    ] {
        let found = get(&harness, &postgres(&list)).await.json();
        assert_eq!(found[key][0][field], value, "{list}");
    }
    let database = get(&harness, &postgres(&format!("{branch}/databases/databricks-postgres"))).await.json();
    assert_eq!(database["status"]["postgres_database"], DATABASE_NAME);
    let app = get(&harness, "/api/2.0/apps/lakeledger").await.json();
    assert_eq!(app["resources"][0]["postgres"]["branch"], branch);
}

#[tokio::test]
async fn what_is_missing_or_malformed_is_told_in_each_surfaces_shape() {
    let harness = Harness::start().await;
    let unknown = get(&harness, "/api/2.0/database/instances/nowhere").await;
    assert_eq!(
        (unknown.status, unknown.json()),
        (404, json!({"message": "DatabaseInstance not found: nowhere"}))
    );
    let unknown = get(&harness, "/api/2.0/postgres/projects/nowhere/branches").await;
    assert_eq!((unknown.status, unknown.json()["error_code"].clone()), (404, json!("NOT_FOUND")));
    assert!(unknown.json()["message"].as_str().unwrap().starts_with("project id not found [TraceId: "));
    assert_eq!(get(&harness, "/api/2.0/apps/nowhere").await.json()["error_code"], "RESOURCE_DOES_NOT_EXIST");
    assert_eq!(get(&harness, "/api/2.0/moon").await.json()["error_code"], "ENDPOINT_NOT_FOUND");

    for (path, body, message) in [
        (AUTOSCALING, json!({}), "Field 'endpoint' is required, expected non-default value (not \"\")!"),
        (
            AUTOSCALING,
            json!({"endpoint": ENDPOINT_NAME, "ttl": "60s"}),
            "Field 'ttl' must be between 300s and 3600s",
        ),
        (
            PROVISIONED,
            json!({}),
            "Field 'instance_names' is required, expected non-default value (not \"\")!",
        ),
    ] {
        let answer = post(&harness, path, &body).await;
        assert_eq!((answer.status, answer.json()["message"].clone()), (400, json!(message)));
    }
}

#[tokio::test]
async fn a_workspace_may_have_one_product_only() {
    let harness = Harness::start_with(|options| options.products = Products::Provisioned).await;
    assert_eq!(mint(&harness).await.status, 404);
    assert_eq!(get(&harness, "/api/2.0/postgres/projects").await.json()["projects"], json!([]));
    assert_eq!(
        get(&harness, "/api/2.0/apps/lakeledger").await.json()["resources"][0]["database"]["instance_name"],
        INSTANCE_NAME
    );
    assert!(harness.environment().iter().any(|(name, _)| *name == "LAKEBASE_INSTANCE_NAME"));
}

#[tokio::test]
async fn a_person_gets_credentials_of_the_life_that_was_asked_for() {
    let harness = Harness::start().await;
    let body = json!({"endpoint": ENDPOINT_NAME, "ttl": "300s"});
    let answer = post(&harness, AUTOSCALING, &body).await.json();
    let claims = claims(&answer);
    assert_eq!((claims["sub"].clone(), claims["aud"].clone()), (json!(USER_NAME), json!(WORKSPACE_ID)));
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 300);
    let expiry: jiff::Timestamp = answer["expire_time"].as_str().unwrap().parse().unwrap();
    assert_eq!(expiry.as_second(), claims["exp"].as_i64().unwrap());
}

fn claims(answer: &Value) -> Value {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

    let payload = answer["token"].as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

#[tokio::test]
async fn a_skewed_clock_moves_every_date_and_no_life() {
    let harness = Harness::start().await;
    let iat = |answer: Answer| claims(&answer.json())["iat"].as_i64().unwrap();
    let before = iat(mint(&harness).await);
    harness.admin().change_faults(|faults| faults.clock_skew_seconds = -600);
    let answer = mint(&harness).await.json();
    let moved = claims(&answer)["iat"].as_i64().unwrap();
    assert!((-600..-590).contains(&(moved - before)), "{moved} {before}");
    let password = SecretString::from(answer["token"].as_str().unwrap());
    Client::connect_as(&harness, "localhost", USER_NAME, &password).await.unwrap();
}

#[tokio::test]
async fn every_http_fault_looks_as_it_is_called() {
    let harness = Harness::start().await;
    let set = |action: HttpAction| {
        harness.admin().change_faults(|faults| faults.http.credentials = Some(action.into()));
    };
    set(status(500));
    let answer = mint(&harness).await;
    assert_eq!((answer.status, answer.json()["error_code"].clone()), (500, json!("INTERNAL_ERROR")));
    set(status(403));
    assert_eq!(mint(&harness).await.json()["error_code"], "PERMISSION_DENIED");
    let limited = |retry_after| HttpAction::Status {
        code: 429,
        retry_after: Some(retry_after),
        error_code: None,
        message: None,
    };
    set(limited(RetryAfter::Seconds(2)));
    let answer = mint(&harness).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("2")));
    set(limited(RetryAfter::DateInSeconds(2)));
    assert!(mint(&harness).await.header("retry-after").unwrap().ends_with(" GMT"));

    set(HttpAction::Garbage);
    assert!(serde_json::from_slice::<Value>(&mint(&harness).await.body).is_err());
    set(HttpAction::Html);
    assert!(mint(&harness).await.header("content-type").unwrap().starts_with("text/html"));
    set(HttpAction::Empty);
    assert!(mint(&harness).await.body.is_empty());
    set(HttpAction::LargeBody);
    assert!(mint(&harness).await.body.len() > 10_000_000);
    set(HttpAction::NoToken);
    assert_eq!(mint(&harness).await.json().get("token"), None);
    set(HttpAction::BadDate);
    let answer = mint(&harness).await.json();
    assert!(answer["expire_time"].as_str().unwrap().parse::<jiff::Timestamp>().is_err());
    set(HttpAction::Dead);
    let dead = SecretString::from(mint(&harness).await.json()["token"].as_str().unwrap());
    let refused = Client::connect_as(&harness, "localhost", USER_NAME, &dead).await.err().unwrap();
    let text = format!("password authentication failed for user '{USER_NAME}'");
    assert_eq!(refused, Failure::server("ERROR", "XX000", &text));
    set(HttpAction::Delay { ms: 1 });
    assert_eq!(mint(&harness).await.status, 200);
}

#[tokio::test]
async fn a_call_that_hangs_is_not_answered_when_the_fault_is_lifted_and_later_ones_are() {
    let harness = Harness::start().await;
    harness.admin().change_faults(|faults| faults.http.credentials = Some(HttpAction::Hang.into()));
    let mut lost = std::pin::pin!(mint(&harness));
    tokio::select! {
        answer = &mut lost => panic!("{answer:?}"),
        () = harness.admin().wait_for(|state| state.mint_calls == 1) => {}
    }
    harness.admin().reset();
    for _ in 0..3 {
        tokio::select! {
            answer = &mut lost => panic!("{answer:?}"),
            later = mint(&harness) => assert_eq!(later.status, 200),
        }
    }
}

#[tokio::test]
async fn a_broken_connection_ends_without_an_answer() {
    let harness = Harness::start().await;
    harness.admin().change_faults(|faults| faults.http.credentials = Some(HttpAction::Disconnect.into()));
    let bytes = exchange(&harness, "POST", AUTOSCALING, &[], "{}").await;
    assert!(bytes.is_empty(), "{}", String::from_utf8_lossy(&bytes));
    assert_eq!(harness.admin().state().mint_calls, 1);
}

#[tokio::test]
async fn a_fault_may_hit_a_share_of_the_calls_or_the_first_few() {
    let harness = Harness::start().await;
    let fault = |probability, times| Some(HttpFault { action: status(500), probability, times });
    harness.admin().change_faults(|faults| faults.http.credentials = fault(1.0, Some(2)));
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(mint(&harness).await.status);
    }
    assert_eq!(statuses, [500, 500, 200]);

    harness.admin().change_faults(|faults| faults.http.credentials = fault(0.3, None));
    let mut failed = 0;
    for _ in 0..100 {
        failed += u32::from(mint(&harness).await.status == 500);
    }
    assert!((15..=45).contains(&failed), "{failed} of 100");
}

#[tokio::test]
async fn faults_are_switched_over_http_and_no_secret_is_shown() {
    let harness = Harness::start().await;
    mint(&harness).await;
    let patch = json!({"http": {"credentials": {"action": {"status": {"code": 503}}, "times": 5}}, "token_lifetime_seconds": 3});
    let answer = post(&harness, "/_emulator/faults", &patch).await;
    assert_eq!((answer.status, answer.json()["token_lifetime_seconds"].clone()), (200, json!(3)));
    assert_eq!(mint(&harness).await.status, 503);
    assert_eq!(post(&harness, "/_emulator/faults", &json!({"nonsense": 1})).await.status, 400);

    let state = get(&harness, "/_emulator/state").await;
    assert_eq!(
        (state.json()["mint_calls"].clone(), state.json()["mints"]["autoscaling"].clone()),
        (json!(2), json!(1))
    );
    let text = String::from_utf8(state.body).unwrap();
    assert!(!text.contains(harness.client_secret().expose_secret()) && !text.contains("eyJ"));

    for path in ["/_emulator/revoke", "/_emulator/kill-connections", "/_emulator/suspend", "/_emulator/reset"]
    {
        assert_eq!(request(&harness, "POST", path, &[], "").await.status, 200, "{path}");
    }
    assert_eq!(mint(&harness).await.status, 200);
}

#[tokio::test]
async fn a_workspace_alone_names_no_database_and_listens_at_no_door() {
    let harness = Harness::start_with(|options| options.postgres_url = None).await;
    assert!(harness.environment().iter().all(|(name, _)| name.starts_with("DATABRICKS_")));
    let door = (harness.pg_host(), harness.pg_port());
    assert!(tokio::net::TcpStream::connect(door).await.is_err());
    assert_eq!(log_in(&harness, harness.client_secret().expose_secret(), FORM).await.status, 200);
}

use databricks::{Client, Error, RetryPolicy};

use crate::server::{Reply, Server, token};
use crate::{CLIENT_SECRET, PAT, client, config, impatient_client, pat, service_principal};

const ME: &str = "GET /api/2.0/preview/scim/v2/Me";
const TOKEN: &str = "POST /oidc/v1/token";
const CONFIG: &str = "GET /.well-known/databricks-config";
const DISCOVERY: &str = "GET /oidc/.well-known/oauth-authorization-server";

/// A workspace whose `/Me` answers.
async fn workspace() -> Server {
    let server = Server::workspace().await;
    server.on(ME, [Reply::ok(r#"{"userName":"app"}"#)]);
    server
}

#[tokio::test]
async fn a_personal_access_token_is_sent_as_it_is() {
    let server = workspace().await;
    client(&server, pat()).current_user().me().await.unwrap();
    assert_eq!(server.lines(), [ME]);
    let request = server.last();
    assert_eq!(request.header("authorization"), Some(format!("Bearer {PAT}").as_str()));
    assert!(request.header("user-agent").unwrap().starts_with("databricks-rust/"));
}

#[tokio::test]
async fn a_service_principal_exchanges_its_secret_for_a_token() {
    let server = workspace().await;
    let client = client(&server, service_principal());
    client.log_in().await.unwrap();
    assert_eq!(server.lines(), [CONFIG, DISCOVERY, TOKEN]);
    let request = server.last();
    // base64 of the client id, a colon and the secret.
    let basic = "Basic MDAwMDAwMDAtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMGFhOmNsaWVudC1zZWNyZXQtMDEyMzQ1Njc4OQ==";
    assert_eq!(request.header("authorization"), Some(basic));
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(request.body, "grant_type=client_credentials&scope=all-apis");

    client.current_user().me().await.unwrap();
    let request = server.last();
    assert_eq!(request.header("authorization"), Some("Bearer workspace-token-1"));
    assert_eq!(request.header("x-databricks-workspace-id"), Some("77"));
    assert_eq!(client.workspace_id().as_deref(), Some("77"));
}

#[tokio::test]
async fn a_host_that_does_not_describe_itself_has_the_address_of_old() {
    let server = workspace().await;
    for reply in [Reply::new(404, "{}"), Reply::ok("<html>"), Reply::ok("{}"), Reply::new(302, "")] {
        server.on(CONFIG, [reply]);
        client(&server, service_principal()).log_in().await.unwrap();
    }
    assert_eq!(server.count(DISCOVERY), 4);
}

#[tokio::test]
async fn the_account_stands_where_the_host_leaves_room_for_it() {
    let server = workspace().await;
    let url = server.url();
    let metadata = format!(r#"{{"oidc_endpoint":"{url}/oidc/accounts/{{account_id}}/","account_id":"acc"}}"#);
    server.on(CONFIG, [Reply::ok(metadata)]);
    let discovery = "/oidc/accounts/acc/.well-known/oauth-authorization-server";
    server.on(
        &format!("GET {discovery}"),
        [Reply::ok(format!(r#"{{"token_endpoint":"{url}/oidc/v1/token"}}"#))],
    );
    client(&server, service_principal()).log_in().await.unwrap();
    assert_eq!(server.count(&format!("GET {discovery}")), 1);
}

#[tokio::test]
async fn a_configured_discovery_address_is_used_at_once() {
    let server = workspace().await;
    let mut config = config(&server, service_principal());
    config.discovery_url = Some(format!("{}/oidc/.well-known/oauth-authorization-server", server.url()));
    Client::new(config).unwrap().log_in().await.unwrap();
    assert_eq!(server.lines(), [DISCOVERY, TOKEN]);
}

#[tokio::test]
async fn a_life_in_seconds_may_be_a_number_or_a_text() {
    for life in ["3600", "\"3600\"", "3600.0", "-1"] {
        let server = workspace().await;
        server.on(TOKEN, [Reply::ok(format!(r#"{{"access_token":"t","expires_in":{life}}}"#))]);
        client(&server, service_principal()).current_user().me().await.unwrap();
        assert_eq!(server.last().header("authorization"), Some("Bearer t"));
    }
}

#[tokio::test]
async fn concurrent_callers_cause_one_token_request() {
    let server = workspace().await;
    let client = client(&server, service_principal());
    let callers: Vec<_> = (0..50)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.current_user().me().await })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap().unwrap();
    }
    assert_eq!((server.count(TOKEN), server.count(CONFIG), server.count(ME)), (1, 1, 50));
}

#[tokio::test]
async fn concurrent_callers_share_one_refusal() {
    let server = workspace().await;
    server.on(TOKEN, [Reply::hang()]);
    let client = impatient_client(&server, service_principal());
    let me = || async { client.log_in().await };
    let results = tokio::join!(me(), me(), me(), me());
    for result in [results.0, results.1, results.2, results.3] {
        assert!(matches!(result, Err(Error::Timeout { operation: "log in to the workspace", .. })));
    }
    assert_eq!(server.count(TOKEN), 1);
}

#[tokio::test]
async fn refusals_are_read_in_either_spelling_and_are_not_repeated() {
    let bodies = [
        r#"{"error":"invalid_client","error_description":"Client authentication failed"}"#,
        r#"{"errorCode":"invalid_client","errorSummary":"Client authentication failed"}"#,
    ];
    for body in bodies {
        let server = workspace().await;
        server.on(TOKEN, [Reply::new(401, body)]);
        let error = client(&server, service_principal()).current_user().me().await.unwrap_err();
        assert!(matches!(&error, Error::Login(_)) && error.is_auth() && !error.is_transient(), "{error:?}");
        assert_eq!(
            error.to_string(),
            "could not log in to the workspace: Client authentication failed (HTTP 401, invalid_client)"
        );
        assert_eq!((server.count(TOKEN), server.count(ME)), (1, 0));
    }
}

#[tokio::test]
async fn unreadable_tokens_are_errors_and_not_tokens() {
    let bodies = [
        "",
        "{}",
        "<html></html>",
        "not json",
        r#"{"access_token":"","expires_in":1}"#,
        r#"{"access_token":"t"}"#,
    ];
    for body in bodies {
        let server = workspace().await;
        server.on(TOKEN, [Reply::ok(body)]);
        let error = client(&server, service_principal()).log_in().await.unwrap_err();
        assert!(matches!(error, Error::Unreadable { .. }), "{body}: {error:?}");
    }
}

#[tokio::test]
async fn a_token_that_was_revoked_is_replaced_once() {
    let server = workspace().await;
    server.on(TOKEN, [token("first"), token("second"), token("third")]);
    let client = client(&server, service_principal()).with_retry_policy(RetryPolicy::none());
    client.current_user().me().await.unwrap();
    server
        .on(ME, [Reply::new(401, r#"{"error_code":"UNAUTHENTICATED"}"#), Reply::ok(r#"{"userName":"app"}"#)]);
    client.current_user().me().await.unwrap();
    assert_eq!(server.last().header("authorization"), Some("Bearer second"));

    server.on(ME, [Reply::new(401, "")]);
    let error = client.current_user().me().await.unwrap_err();
    assert!(error.is_auth());
    assert_eq!(server.count(TOKEN), 3);
}

#[tokio::test]
async fn a_host_that_hangs_at_its_description_leaves_time_for_the_log_in() {
    let server = workspace().await;
    server.on(CONFIG, [Reply::hang()]);
    let mut config = config(&server, service_principal());
    config.timeouts.token = std::time::Duration::from_secs(4);
    Client::new(config).unwrap().log_in().await.unwrap();
}

#[tokio::test]
async fn no_secret_shows_in_debug_or_in_an_error_that_repeats_it() {
    let server = workspace().await;
    let echo = format!(r#"{{"error":"invalid_client","error_description":"secret {CLIENT_SECRET} of x"}}"#);
    server.on(TOKEN, [Reply::new(401, echo)]);
    let m2m = client(&server, service_principal());
    let error = m2m.log_in().await.unwrap_err();
    assert_eq!(error.message(), Some("secret [redacted] of x"));

    server.on(ME, [Reply::new(403, format!("bad token {PAT}"))]);
    let pat = client(&server, pat());
    let refused = pat.current_user().me().await.unwrap_err();
    let shown = format!("{m2m:?} {pat:?} {:?} {error:?} {error} {refused:?} {refused}", pat.database());
    assert!(!shown.contains(CLIENT_SECRET) && !shown.contains(PAT) && shown.contains("len:"), "{shown}");
}

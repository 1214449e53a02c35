//! Log-ins at the front door: who gets in, and what the others are told.

use emulator::{CLIENT_ID, LoginErrors, MaxConnections, Rejection, TooMany, USER_NAME, Wake, WakeSymptom};
use secrecy::SecretString;
use tokio::{io::AsyncReadExt, io::AsyncWriteExt, net::TcpStream};

use crate::{
    Harness,
    pg::{Client, Failure, failure, read_message, startup},
};

fn proxy(message: &str) -> Failure {
    Failure::server("ERROR", "XX000", message)
}

async fn refused(harness: &Harness, password: &SecretString) -> Failure {
    Client::connect(harness, password).await.err().expect("the log-in is refused")
}

#[tokio::test]
async fn a_good_credential_opens_a_session_on_the_real_server() {
    let harness = Harness::start().await;
    let credential = harness.mint(CLIENT_ID, 60);
    let mut client = Client::connect(&harness, &credential).await.unwrap();
    assert_eq!(client.query("select 1").await.unwrap(), ["1"]);
    let name = "select current_setting('application_name')";
    assert_eq!(client.query(name).await.unwrap(), ["emulator-test"]);
    let role = "select rolsuper or rolbypassrls from pg_roles where rolname = current_user";
    assert_eq!(client.query(role).await.unwrap(), ["f"]);
    assert_eq!(client.query("select nothing").await.unwrap_err().code(), "42703");
    assert_eq!(client.query("select repeat('x', 300000)").await.unwrap()[0].len(), 300_000);

    let state = harness.admin().state();
    assert_eq!((state.logins_ok, state.logins_refused, state.open_connections), (1, 0, 1));
    drop(client);
    harness.admin().wait_for(|state| state.open_connections == 0 && state.open_sockets == 0).await;
}

#[tokio::test]
async fn several_credentials_are_good_at_once_and_each_for_its_own_user() {
    let harness = Harness::start().await;
    let (first, second) = (harness.mint(CLIENT_ID, 60), harness.mint(CLIENT_ID, 60));
    let person = harness.mint(USER_NAME, 60);
    let mut clients = vec![
        Client::connect(&harness, &first).await.unwrap(),
        Client::connect(&harness, &second).await.unwrap(),
        Client::connect_as(&harness, "localhost", USER_NAME, &person).await.unwrap(),
    ];
    for client in &mut clients {
        assert_eq!(client.query("select 1").await.unwrap(), ["1"]);
    }
    let text = format!("password authentication failed for user '{CLIENT_ID}'");
    assert_eq!(refused(&harness, &person).await, proxy(&text));
    assert_eq!(harness.admin().state().max_open_connections, 3);
}

#[tokio::test]
async fn an_expired_credential_is_refused_and_an_open_session_outlives_its_own() {
    let harness = Harness::start().await;
    let credential = harness.mint(CLIENT_ID, 60);
    let mut open = Client::connect(&harness, &credential).await.unwrap();
    harness.admin().change_faults(|faults| faults.token_lifetime_seconds = Some(0));
    let expired = harness.mint(CLIENT_ID, 60);
    let Failure::Server { severity, code, message } = refused(&harness, &expired).await else {
        panic!("no error message")
    };
    assert_eq!((severity.as_str(), code.as_str()), ("ERROR", "XX000"));
    assert!(message.starts_with("JWT token has expired (exp="), "{message}");

    harness.admin().revoke_credentials();
    assert_eq!(open.query("select 1").await.unwrap(), ["1"]);
}

#[tokio::test]
async fn a_revoked_credential_is_refused_and_a_new_one_works() {
    let harness = Harness::start().await;
    let revoked = harness.mint(CLIENT_ID, 60);
    harness.admin().revoke_credentials();
    let text = format!("password authentication failed for user '{CLIENT_ID}'");
    assert_eq!(refused(&harness, &revoked).await, proxy(&text));
    Client::connect(&harness, &harness.mint(CLIENT_ID, 60)).await.unwrap();
    assert_eq!(harness.admin().state().logins_refused_by.get("revoked"), Some(&1));
}

#[tokio::test]
async fn what_is_no_credential_is_refused_by_name() {
    let harness = Harness::start().await;
    let token = SecretString::from("dapi-emulator");
    let text = "Provided authentication token is not a valid JWT encoding";
    assert_eq!(refused(&harness, &token).await, proxy(text));

    let other = Harness::start().await;
    let foreign = other.mint(CLIENT_ID, 60);
    assert_eq!(refused(&harness, &foreign).await, proxy("signature error: signature error"));
}

#[tokio::test]
async fn provisioned_words_every_refusal_as_postgresql_does() {
    let harness = Harness::start().await;
    harness.admin().change_faults(|faults| faults.pg.login_errors = LoginErrors::Provisioned);
    let text = format!("password authentication failed for user \"{CLIENT_ID}\"");
    let token = SecretString::from("dapi-emulator");
    assert_eq!(refused(&harness, &token).await, Failure::server("FATAL", "28P01", &text));
}

#[tokio::test]
async fn plain_text_is_refused() {
    let harness = Harness::start().await;
    let mut socket = TcpStream::connect((harness.pg_host(), harness.pg_port())).await.unwrap();
    socket.write_all(&startup(CLIENT_ID)).await.unwrap();
    let (tag, body) = read_message(&mut socket).await.unwrap();
    assert_eq!(tag, b'E');
    assert_eq!(failure(&body), proxy("connection is insecure (try using `sslmode=require`)"));
    assert_eq!(socket.read(&mut [0; 1]).await.unwrap(), 0);
}

#[tokio::test]
async fn a_host_name_in_the_handshake_is_demanded_only_when_asked_for() {
    let harness = Harness::start().await;
    let credential = harness.mint(CLIENT_ID, 60);
    harness.admin().change_faults(|faults| faults.pg.require_sni = true);
    let Failure::Server { code, message, .. } = refused(&harness, &credential).await else {
        panic!("no error")
    };
    assert_eq!(code, "XX000");
    assert!(message.starts_with("Endpoint ID is not specified."), "{message}");
    Client::connect_as(&harness, "localhost", CLIENT_ID, &credential).await.unwrap();
}

#[tokio::test]
async fn one_session_too_many_is_refused_in_either_wording() {
    let harness = Harness::start().await;
    let credential = harness.mint(CLIENT_ID, 60);
    let limit = |error| Some(MaxConnections { limit: 1, error });
    harness.admin().change_faults(|faults| faults.pg.max_connections = limit(TooMany::Postgres));
    let only = Client::connect(&harness, &credential).await.unwrap();
    let text = "sorry, too many clients already";
    assert_eq!(refused(&harness, &credential).await, Failure::server("FATAL", "53300", text));
    harness.admin().change_faults(|faults| faults.pg.max_connections = limit(TooMany::Proxy));
    let text = "Too many connections to this endpoint. Please try again later.";
    assert_eq!(refused(&harness, &credential).await, proxy(text));

    drop(only);
    harness.admin().wait_for(|state| state.open_connections == 0).await;
    Client::connect(&harness, &credential).await.unwrap();
}

#[tokio::test]
async fn a_sleeping_compute_says_so_until_it_is_awake() {
    let harness = Harness::start().await;
    let credential = harness.mint(CLIENT_ID, 60);
    let mut open = Client::connect(&harness, &credential).await.unwrap();
    harness.admin().change_faults(|faults| {
        faults.pg.wake = Wake { delay_ms: 3_600_000, symptom: WakeSymptom::StartingUp };
    });
    harness.admin().suspend();
    assert_eq!(open.end().await.code(), "57P01");
    assert!(harness.admin().state().suspended);

    let text = "the database system is starting up";
    assert_eq!(refused(&harness, &credential).await, Failure::server("FATAL", "57P03", text));
    harness.admin().change_faults(|faults| faults.pg.wake.symptom = WakeSymptom::PasswordFailed);
    let text = format!("password authentication failed for user '{CLIENT_ID}'");
    assert_eq!(refused(&harness, &credential).await, proxy(&text));

    harness
        .admin()
        .change_faults(|faults| faults.pg.wake = Wake { delay_ms: 20, symptom: WakeSymptom::Slow });
    harness.admin().suspend();
    let mut awake = Client::connect(&harness, &credential).await.unwrap();
    assert_eq!(awake.query("select 1").await.unwrap(), ["1"]);
    assert!(!harness.admin().state().suspended);
}

#[tokio::test]
async fn an_idle_compute_falls_asleep_by_itself() {
    let harness = Harness::start().await;
    let mut open = Client::connect(&harness, &harness.mint(CLIENT_ID, 60)).await.unwrap();
    harness.admin().change_faults(|faults| faults.pg.suspend_after_idle_ms = Some(1));
    assert_eq!(open.end().await.code(), "57P01");
    assert!(harness.admin().state().suspended);
}

#[tokio::test]
async fn any_refusal_can_be_staged() {
    let harness = Harness::start().await;
    let message = "Control plane request failed: endpoint cannot be found";
    harness.admin().change_faults(|faults| {
        faults.pg.reject_logins =
            Some(Rejection { severity: "ERROR".into(), code: "XX000".into(), message: message.into() });
    });
    assert_eq!(refused(&harness, &harness.mint(CLIENT_ID, 60)).await, proxy(message));
}

#[tokio::test]
async fn a_cancel_request_reaches_the_statement_it_means() {
    let harness = Harness::start().await;
    let credential = harness.mint(CLIENT_ID, 60);
    let mut client = Client::connect(&harness, &credential).await.unwrap();
    let mut watcher = Client::connect(&harness, &credential).await.unwrap();
    client.ask("select pg_sleep(600)").await.unwrap();
    let pid = i32::from_be_bytes(client.key[..4].try_into().unwrap());
    let running = format!("select count(*) from pg_stat_activity where pid = {pid} and state = 'active'");
    while watcher.query(&running).await.unwrap() != ["1"] {}

    let mut packet = vec![0, 0, 0, 16, 4, 210, 22, 46];
    packet.extend(&client.key);
    let mut socket = TcpStream::connect((harness.pg_host(), harness.pg_port())).await.unwrap();
    socket.write_all(&packet).await.unwrap();
    assert_eq!(client.answer().await.unwrap_err().code(), "57014");
    assert_eq!(client.query("select 1").await.unwrap(), ["1"]);
    assert_eq!(harness.admin().state().cancel_requests, 1);
}

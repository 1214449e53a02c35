use std::io::ErrorKind;

use databricks::database::DatabaseInstance;
use databricks::postgres::Endpoint;
use serde_json::{Value, json};

use super::credential::{of_endpoint, of_instance};
use super::network::{unreachable, untrusted};
use super::schema::{judge, trouble_of};
use super::workspace::silent;
use super::*;

fn scene(host: &str) -> Scene {
    Scene {
        program: "app".to_owned(),
        host: host.to_owned(),
        port: 5432,
        is_minted: true,
        ..Scene::default()
    }
}

#[track_caller]
fn says(trouble: &Trouble, what: &str, fix: &str) {
    assert!(trouble.what.contains(what), "{}", trouble.what);
    assert!(trouble.fix.contains(fix), "{}", trouble.fix);
}

#[test]
fn who_let_the_login_in_is_slow_and_not_out_of_reach() {
    let limit = std::time::Duration::from_secs(10);
    let mut scene = scene("h");
    says(&silent(&scene, limit), "does not answer within 10 s", "firewall");
    scene.identity = Some("app".to_owned());
    let slow = silent(&scene, limit);
    says(&slow, "let the login in", "LAKEBASE_ENDPOINT");
    assert!(!slow.fix.contains("firewall"));
}

#[test]
fn the_states_of_an_instance_are_told_apart() {
    let located = |state: &str| {
        let instance: DatabaseInstance = serde_json::from_value(
            json!({"name": "shop-db", "state": state, "read_write_dns": "h", "read_only_dns": "h-ro"}),
        )
        .unwrap();
        of_instance(instance, &scene("h-ro"))
    };
    for (state, what, fix) in [
        ("STOPPED", "is stopped", "databricks database update-database-instance shop-db stopped"),
        ("STARTING", "is starting", "2 to 3 minutes"),
        ("FAILING_OVER", "failing over", "wait"),
        ("DELETING", "being deleted", "`app lakebase configure`"),
    ] {
        says(&located(state).err().unwrap(), what, fix);
    }
    for state in ["AVAILABLE", "UPDATING", "SOMETHING_NEW"] {
        let located = located(state).unwrap_or_else(|trouble| panic!("{state}: {trouble:?}"));
        assert!(located.note.unwrap().contains("readable secondaries"));
    }
}

#[test]
fn the_states_of_an_endpoint_are_told_apart() {
    let located = |status: Value| {
        let name = "projects/a/branches/b/endpoints/c";
        let endpoint: Endpoint = serde_json::from_value(json!({"name": name, "status": status})).unwrap();
        of_endpoint(&endpoint, &scene("h"))
    };
    let disabled = located(json!({"disabled": true})).err().unwrap();
    says(&disabled, "is disabled", "update-endpoint projects/a/branches/b/endpoints/c spec.disabled");
    says(&located(json!({"current_state": "INIT"})).err().unwrap(), "first time", "wait");
    let idle = located(json!({"current_state": "IDLE", "hosts": {"host": "h"}})).ok().unwrap();
    assert!(idle.is_idle && idle.note.unwrap().contains("suspended"));
    let reads = located(json!({"endpoint_type": "ENDPOINT_TYPE_READ_ONLY"})).ok().unwrap();
    assert!(reads.note.unwrap().contains("only reads"));
}

#[test]
fn a_connection_that_does_not_come_about_has_its_reason() {
    let remote = scene("ep-a.databricks.com");
    says(&unreachable(ErrorKind::ConnectionRefused, &remote), "refuses", "2 to 3 minutes");
    says(&unreachable(ErrorKind::TimedOut, &remote), "does not answer", "firewall");
    says(&unreachable(ErrorKind::UnexpectedEof, &remote), "hangs up", "check PGHOST");
    says(&unreachable(ErrorKind::HostUnreachable, &remote), "cannot be reached", "check PGHOST");
    let moved = Scene { target_host: Some("ep-b.databricks.com".to_owned()), ..remote };
    says(&unreachable(ErrorKind::ConnectionRefused, &moved), "refuses", "set PGHOST=ep-b.databricks.com");
    let local = Scene { url_variable: Some("DATABASE_URL"), ..scene("localhost") };
    says(&unreachable(ErrorKind::ConnectionRefused, &local), "nothing listens", "remove DATABASE_URL");
    let app = Scene { is_app: true, ..scene("localhost") };
    says(&unreachable(ErrorKind::ConnectionRefused, &app), "nothing listens", "attach the database");
}

#[test]
fn a_certificate_that_does_not_fit_has_its_reason() {
    for (text, what, fix) in [
        ("invalid peer certificate: UnknownIssuer", "not trusted", "PGSSLROOTCERT=PATH"),
        ("invalid peer certificate: NotValidForName", "for another host", "set PGHOST"),
        ("invalid peer certificate: certificate not valid for name \"a\"", "for another host", "set PGHOST"),
        ("invalid peer certificate: Expired", "expired", "timedatectl"),
        ("server does not support TLS", "does not speak TLS", "check PGHOST"),
        ("No such file or directory (os error 2)", "cannot be read", "PGSSLROOTCERT"),
    ] {
        says(&untrusted(text, &scene("ep-a")), what, fix);
    }
}

fn report() -> SchemaReport {
    SchemaReport {
        schema: "app_data".to_owned(),
        database: "d".to_owned(),
        role: "app-id".to_owned(),
        owner: Some("dev@example.com".to_owned()),
        owns: false,
        may_use: true,
        may_create: true,
        may_create_schema: true,
        bypasses_row_security: false,
        tables: Vec::new(),
        denied_sequences: Vec::new(),
        failed_migrations: Vec::new(),
    }
}

#[test]
fn what_a_role_lacks_in_a_schema_is_named_with_the_grant() {
    let table = TableReport {
        name: "chat".to_owned(),
        kind: "table".to_owned(),
        owner: "dev@example.com".to_owned(),
        rows: 0,
        size_bytes: 0,
        denied: vec!["insert".to_owned()],
    };
    let grant = "run `app lakebase grant 'app-id'` as dev@example.com";
    for (report, what, fix) in [
        (
            SchemaReport { owner: None, may_create_schema: false, ..report() },
            "does not exist",
            "grant create on database \"d\"",
        ),
        (
            SchemaReport { may_use: false, ..report() },
            "permission denied for schema app_data: it is owned by dev@",
            grant,
        ),
        (SchemaReport { tables: vec![table], ..report() }, "permission denied for table chat", grant),
        (
            SchemaReport { denied_sequences: vec!["s".to_owned()], ..report() },
            "permission denied for sequence s",
            grant,
        ),
        (
            SchemaReport { may_create: false, ..report() },
            "owned by dev@example.com",
            "`app migrate up` as dev@example.com",
        ),
    ] {
        let finding = judge(&report, "app");
        assert_eq!(finding.outcome, Outcome::Failed, "{finding:?}");
        assert!(finding.what.contains(what), "{}", finding.what);
        assert!(finding.fix.as_deref().unwrap().contains(fix), "{finding:?}");
    }
}

#[test]
fn a_schema_that_works_or_can_be_made_is_well() {
    assert_eq!(judge(&report(), "app").what, "app_data, owned by dev@example.com, open to app-id, 0 tables");
    assert_eq!(judge(&SchemaReport { owner: None, ..report() }, "app").outcome, Outcome::Ok);
    let admin = judge(&SchemaReport { bypasses_row_security: true, ..report() }, "app");
    assert!(admin.outcome == Outcome::Ok && admin.detail.unwrap().contains("row-level security"));
}

#[test]
fn the_drivers_error_is_found_under_others() {
    #[derive(Debug, thiserror::Error)]
    #[error("a query failed")]
    struct Wrapped(#[source] sqlx::Error);
    let lost = Wrapped(sqlx::Error::Io(ErrorKind::ConnectionReset.into()));
    says(&trouble_of(&lost, "app", "", ""), "hangs up", "5432");
    says(&trouble_of(&Wrapped(sqlx::Error::RowNotFound), "app", "", ""), "did not do", "`app doctor`");
}

#[test]
fn a_finding_is_plain_json() {
    let finding = Finding::failed(Step::WorkspaceLogin, Trouble::new("a", "b").with_detail("c"));
    let expected =
        json!({"step": "workspace_login", "outcome": "failed", "what": "a", "fix": "b", "detail": "c"});
    assert_eq!(serde_json::to_value(finding).unwrap(), expected);
}

//! `lakebase configure` and `lakebase grant` against the emulated workspace.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use emulator::{
    CLIENT_ID, DATABASE_NAME, ENDPOINT_NAME, INSTANCE_NAME, PERSONAL_ACCESS_TOKEN, Wake, WakeSymptom,
};

use crate::lab::{Lab, text};

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn configure_writes_what_leads_to_the_database_and_no_secret() {
    let lab = Lab::start().await;
    let laptop = lab.laptop();
    let file = lab.folder.path().join(".env.local");

    let unnamed = lab.run(&laptop, &["lakebase", "configure"]).await;
    assert_eq!(unnamed.status.code(), Some(2), "{}", text(&unnamed));
    assert!(text(&unnamed).contains(ENDPOINT_NAME) && text(&unnamed).contains(INSTANCE_NAME));
    let unknown = text(&lab.run(&laptop, &["lakebase", "configure", "nowhere"]).await);
    assert!(unknown.contains("knows no database nowhere") && unknown.contains(INSTANCE_NAME), "{unknown}");

    fs::write(&file, "# mine\nOTHER=hunter2\nLAKEBASE_INSTANCE_NAME=old\n").unwrap();
    let check = lab.run(&laptop, &["lakebase", "configure", ENDPOINT_NAME, "--check-only"]).await;
    assert_eq!(check.status.code(), Some(1), "{}", text(&check));
    assert!(text(&check).contains("missing  PGHOST=127.0.0.1"), "{}", text(&check));
    assert!(!text(&check).contains(PERSONAL_ACCESS_TOKEN));
    assert_eq!(read(&file).lines().count(), 3, "a check changes nothing");

    let written = lab.run(&laptop, &["lakebase", "configure", ENDPOINT_NAME]).await;
    assert!(written.status.success(), "{}", text(&written));
    let expected = format!(
        "# mine\nOTHER=hunter2\n# LAKEBASE_INSTANCE_NAME=old\nPGHOST=127.0.0.1\nPGPORT={}\n\
         PGDATABASE={DATABASE_NAME}\nPGSSLMODE=require\nLAKEBASE_ENDPOINT={ENDPOINT_NAME}\n",
        lab.emulator.pg_port()
    );
    assert_eq!(read(&file), expected);
    let check = lab.run(&laptop, &["lakebase", "configure", "--check-only"]).await;
    assert!(check.status.success(), "{}", text(&check));
    let again = lab.run(&laptop, &["lakebase", "configure"]).await;
    assert!(text(&again).contains("says so already"), "{}", text(&again));
    assert_eq!(read(&file), expected);

    let mut working = laptop.clone();
    working.insert("LAKEBASE_SCHEMA", lab.schema.clone());
    let steps = lab.doctor(&working).await;
    assert_eq!(steps[5]["outcome"], "ok", "{steps:?}");

    let project = ENDPOINT_NAME.split("/branches/").next().unwrap();
    let by_project = lab.run(&laptop, &["lakebase", "configure", project]).await;
    assert!(text(&by_project).contains("says so already"), "{}", text(&by_project));
    let other_project = text(&lab.run(&laptop, &["lakebase", "configure", "projects/nowhere"]).await);
    assert!(other_project.contains("knows no database projects/nowhere"), "{other_project}");
    let other = lab.run(&laptop, &["lakebase", "configure", INSTANCE_NAME]).await;
    assert!(other.status.success(), "{}", text(&other));
    assert!(
        read(&file).contains(&format!(
            "# LAKEBASE_ENDPOINT={ENDPOINT_NAME}\nLAKEBASE_INSTANCE_NAME={INSTANCE_NAME}"
        ))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn configure_writes_the_profile_that_it_logged_in_with() {
    let lab = Lab::start().await;
    let profile =
        format!("[dev]\nhost = {}\ntoken = {PERSONAL_ACCESS_TOKEN}\n", lab.emulator.workspace_url());
    fs::write(lab.folder.path().join(".databrickscfg"), profile).unwrap();
    let home = lab.folder.path().display().to_string();
    let variables = BTreeMap::from([("HOME", home), ("DATABRICKS_CONFIG_PROFILE", "dev".to_owned())]);
    let written = lab.run(&variables, &["lakebase", "configure", INSTANCE_NAME]).await;
    assert!(written.status.success(), "{}", text(&written));
    let file = read(&lab.folder.path().join(".env.local"));
    assert!(file.ends_with("DATABRICKS_CONFIG_PROFILE=dev\n") && !file.contains("dapi"), "{file}");
}

#[tokio::test(flavor = "multi_thread")]
async fn configure_refuses_a_file_that_git_tracks() {
    let lab = Lab::start().await;
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.args(arguments).current_dir(lab.folder.path()).output().unwrap()
    };
    git(&["init", "--quiet"]);
    let file = lab.folder.path().join(".env.local");
    fs::write(&file, "A=1\n").unwrap();
    let untracked = text(&lab.run(&lab.laptop(), &["lakebase", "configure", INSTANCE_NAME]).await);
    assert!(untracked.contains("git does not ignore .env.local"), "{untracked}");
    fs::write(&file, "A=1\n").unwrap();
    git(&["add", ".env.local"]);
    let tracked = lab.run(&lab.laptop(), &["lakebase", "configure", INSTANCE_NAME]).await;
    assert_eq!(tracked.status.code(), Some(1));
    assert!(text(&tracked).contains("git tracks .env.local"), "{}", text(&tracked));
    assert_eq!(read(&file), "A=1\n");
    let link = lab.folder.path().join("link");
    std::os::unix::fs::symlink(&file, &link).unwrap();
    let linked = lab.run(&lab.laptop(), &["lakebase", "configure", INSTANCE_NAME, "--file", "link"]).await;
    assert!(text(&linked).contains("git tracks link"), "{}", text(&linked));
    fs::write(lab.folder.path().join(".git").join("HEAD"), "").unwrap();
    let broken = lab.run(&lab.laptop(), &["lakebase", "configure", INSTANCE_NAME]).await;
    assert!(text(&broken).contains("git does not tell"), "{}", text(&broken));
    assert_eq!(read(&file), "A=1\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn configure_says_what_the_process_sets_against_the_file() {
    let lab = Lab::start().await;
    let mut laptop = lab.laptop();
    assert!(lab.run(&laptop, &["lakebase", "configure", ENDPOINT_NAME]).await.status.success());
    let check = ["lakebase", "configure", ENDPOINT_NAME, "--check-only"];
    assert!(lab.run(&laptop, &check).await.status.success());
    laptop.insert("PGHOST", "elsewhere.example".to_owned());
    laptop.insert("PGENDPOINT", "projects/a/branches/b/endpoints/c".to_owned());
    let differs = lab.run(&laptop, &check).await;
    assert_eq!(differs.status.code(), Some(1));
    let said = text(&differs);
    assert!(said.contains("differs  PGHOST=elsewhere.example, would be 127.0.0.1"), "{said}");
    assert!(said.contains("note: PGHOST is set in the environment, and wins over the file"), "{said}");
    assert!(said.contains("note: PGENDPOINT is set in the environment"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn grants_are_shown_and_given() {
    let lab = Lab::start().await;
    let app = lab.app();
    let shown = text(&lab.run(&app, &["lakebase", "grant", CLIENT_ID, "--dry-run"]).await);
    assert!(
        shown.contains(&format!("grant usage, create on schema \"{}\" to \"{CLIENT_ID}\";", lab.schema)),
        "{shown}"
    );
    assert!(shown.contains("databricks_create_role"), "{shown}");
    let early = text(&lab.run(&app, &["lakebase", "grant", "pg_monitor", "--read-only"]).await);
    assert!(early.contains("does not exist yet"), "{early}");
    let making = lab.run(&app, &["lakebase", "grant", "pg_monitor"]).await;
    assert!(making.status.success(), "{}", text(&making));
    assert!(text(&making).contains("grant connect, create on database"), "{}", text(&making));
    assert!(text(&making).contains("the role makes it and owns it"), "{}", text(&making));
    assert!(lab.run(&app, &["migrate", "up"]).await.status.success());
    let given = lab.run(&app, &["lakebase", "grant", "pg_monitor", "--read-only"]).await;
    assert!(given.status.success(), "{}", text(&given));
    let missing = text(&lab.run(&app, &["lakebase", "grant", "nobody@example.com"]).await);
    assert!(missing.contains("there is no such role"), "{missing}");
    let everybody = lab.run(&app, &["lakebase", "grant", "public"]).await;
    assert_eq!(everybody.status.code(), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn rights_that_somebody_else_holds_are_not_granted() {
    let lab = Lab::start().await;
    // A schema that is there in every database, and is the superuser's.
    let mut app = lab.app();
    app.insert("LAKEBASE_SCHEMA", "information_schema".to_owned());
    for access in [["pg_monitor"].as_slice(), &["pg_monitor", "--read-only"]] {
        let refused = lab.run(&app, &[&["lakebase", "grant"], access].concat()).await;
        assert_eq!(refused.status.code(), Some(1), "{}", text(&refused));
        let said = text(&refused);
        assert!(said.contains("nothing was granted") && said.contains("who owns the schema"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_wakes_is_waited_for() {
    let lab = Lab::start().await;
    lab.emulator.admin().change_faults(|faults| {
        faults.pg.wake = Wake { delay_ms: 2_500, symptom: WakeSymptom::StartingUp };
    });
    for command in
        [["migrate", "up"].as_slice(), &["lakebase", "tables"], &["lakebase", "grant", "pg_monitor"]]
    {
        lab.emulator.admin().suspend();
        let output = lab.run(&lab.app(), command).await;
        assert!(output.status.success(), "{command:?}: {}", text(&output));
        assert!(text(&output).contains("it is waited for, up to 60 s"), "{command:?}: {}", text(&output));
    }
}

//! The binary: what it prints, and how it ends.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::{Value, json};

use crate::support::CSV;

fn lakeledger(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lakeledger"));
    command.args(arguments).current_dir(folder).env_clear().env("LAKELEDGER_LOG", "error");
    command.output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[track_caller]
fn done(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", stderr(output));
    stdout(output)
}

#[track_caller]
fn fails(output: &Output, code: i32, reason: &str) {
    assert_eq!(output.status.code(), Some(code), "{}{}", stdout(output), stderr(output));
    assert!(stderr(output).contains(reason), "{}", stderr(output));
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("bank.csv"), CSV).unwrap();
    fs::write(folder.path().join("empty.csv"), "").unwrap();
    folder
}

#[test]
fn ask_answers_from_files_as_of_a_day() {
    let folder = folder();
    let arguments = [
        "ask",
        "How much did I spend in March 2024?",
        "--file",
        "bank.csv",
        "--as-of",
        "2024-03-31",
        "--json",
    ];
    let answer: Value = serde_json::from_str(&done(&lakeledger(folder.path(), &arguments))).unwrap();
    assert_eq!(answer["as_of"], "2024-03-31");
    assert_eq!(answer["figures"][0]["value"], "16.70");
    assert_eq!(answer["figures"][0]["currency"], "USD");
    assert_eq!(answer["transaction_ids"].as_array().unwrap().len(), 2);
    let mut names: Vec<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        ["answer_markdown", "as_of", "figures", "intent", "tables", "tools", "transaction_ids"]
    );
    assert!(answer["tools"][0]["name"].is_string() && answer["tools"][0]["input"].is_object());
    let text = done(&lakeledger(folder.path(), &arguments[..6]));
    assert!(text.contains("16.70"), "{text}");
}

#[test]
fn ask_refuses_a_day_that_does_not_exist_and_a_file_that_is_none() {
    let folder = folder();
    fails(&lakeledger(folder.path(), &["ask", "?", "--as-of", "2024-02-30"]), 2, "--as-of");
    fails(&lakeledger(folder.path(), &["ask"]), 2, "QUESTION");
    fails(&lakeledger(folder.path(), &["ask", "?", "--file", "none.csv"]), 1, "none.csv");
    fails(&lakeledger(folder.path(), &["ask", "?", "--file", "empty.csv"]), 1, "the file is empty");
}

#[test]
fn inspect_tells_what_an_import_would_do() {
    let folder = folder();
    let inspected = done(&lakeledger(folder.path(), &["inspect", "bank.csv", "--json"]));
    let inspected: Value = serde_json::from_str(&inspected).unwrap();
    assert_eq!(inspected["format"], "CSV");
    assert_eq!(inspected["accounts"][0]["transactions"], 3);
    assert_eq!(inspected["accounts"][0]["sum"], "2483.30");
    assert_eq!(inspected["error"], json!(null));
    assert!(done(&lakeledger(folder.path(), &["inspect", "bank.csv"])).contains("3 transactions"));
    let unreadable = lakeledger(folder.path(), &["inspect", "empty.csv", "--json"]);
    fails(&unreadable, 1, "the file is empty");
    let unreadable: Value = serde_json::from_str(&stdout(&unreadable)).unwrap();
    assert_eq!(unreadable["error"]["message"], "the file is empty");
}

#[test]
fn the_journal_tells_what_it_holds() {
    let folder = folder();
    fails(&lakeledger(folder.path(), &["journal"]), 1, "there is no journal data/journal.redb");
    done(&lakeledger(folder.path(), &["import", "bank.csv"]));
    assert!(
        done(&lakeledger(folder.path(), &["journal"])).contains(": changes 1, refused by the database 0")
    );
    let told: Value =
        serde_json::from_str(&done(&lakeledger(folder.path(), &["journal", "--json"]))).unwrap();
    assert_eq!(told, json!({ "changes": 1, "refused": [] }));
    fs::write(folder.path().join("data/journal.redb"), "cut off").unwrap();
    let damaged = lakeledger(folder.path(), &["journal"]);
    fails(&damaged, 1, "is damaged");
    assert!(!stderr(&damaged).contains("already running"));
}

#[test]
fn tools_are_listed_and_run() {
    let folder = folder();
    let tools: Value = serde_json::from_str(&done(&lakeledger(folder.path(), &["tool", "list"]))).unwrap();
    let tools = tools.as_array().unwrap();
    assert!(!tools.is_empty());
    assert!(tools.iter().all(|tool| tool["name"].is_string() && tool["input_schema"].is_object()));
    fails(&lakeledger(folder.path(), &["tool", "run", "no_such_tool", "{}"]), 2, "no tool no_such_tool");
    let name = tools[0]["name"].as_str().unwrap();
    fails(&lakeledger(folder.path(), &["tool", "run", name, "{"]), 2, "not JSON");
    let unknown =
        lakeledger(folder.path(), &["tool", "run", name, r#"{"no_such_field":1}"#, "--file", "bank.csv"]);
    assert_eq!(unknown.status.code(), Some(1), "{}", stdout(&unknown));
}

#[test]
fn calculators_answer_without_a_file() {
    let folder = folder();
    let run = |name, input| lakeledger(folder.path(), &["tool", "run", name, input]);
    let answer = |name, input| serde_json::from_str::<Value>(&done(&run(name, input))).unwrap();
    let loan = answer("loan", r#"{"annual_rate":0.05,"n_months":360,"principal":250000}"#);
    assert_eq!((&loan["payment"], &loan["total_paid"]), (&json!("1342.05"), &json!("483139.46")));
    assert_eq!(loan["total_interest"], "233139.46");
    assert_eq!(loan["schedule"].as_array().unwrap().len(), 360);
    let payoff = answer("payoff", r#"{"annual_rate":"0.2249","balance":"500","monthly_payment":"100"}"#);
    assert!((payoff["months"].as_f64().unwrap() - 5.299_063_306_5).abs() < 1e-9);
    let savings = r#"{"annual_rate":0.06,"n_months":12,"start":1000,"monthly_deposit":100,"when":"begin"}"#;
    assert_eq!(answer("savings", savings)["future_value"], "2301.40");
    let flows = r#"{"flows":[{"date":"2023-01-01","amount":-100},{"date":"2024-01-01","amount":"110"}]}"#;
    assert_eq!(answer("xirr", flows)["rate"], 0.1);
    let never = run("payoff", r#"{"annual_rate":0.1799,"balance":8000,"monthly_payment":100}"#);
    fails(&never, 1, "never pays it off");
    fails(&run("loan", r#"{"annual_rate":0.05,"n_months":0,"principal":1}"#), 1, "n_months");
}

#[test]
fn imports_and_samples_go_into_the_journal_and_stay() {
    let folder = folder();
    let first = done(&lakeledger(folder.path(), &["import", "bank.csv", "--user", "ada"]));
    assert!(first.contains("3 imported, 0 duplicates"), "{first}");
    let second = done(&lakeledger(folder.path(), &["import", "bank.csv", "--user", "ada"]));
    assert!(second.contains("0 imported, 3 duplicates"), "{second}");
    let other = done(&lakeledger(folder.path(), &["import", "bank.csv"]));
    assert!(other.contains("3 imported, 0 duplicates"), "{other}");
    fails(&lakeledger(folder.path(), &["sample", "--remove"]), 1, "not found");
    done(&lakeledger(folder.path(), &["sample"]));
    done(&lakeledger(folder.path(), &["sample", "--remove"]));
    fails(&lakeledger(folder.path(), &["import"]), 2, "FILES");
    fails(&lakeledger(folder.path(), &["import", "bank.csv", "--user", "a,b"]), 2, "--user");
}

#[test]
fn a_wrong_configuration_is_named_and_a_missing_database_too() {
    let folder = folder();
    let mut command = Command::new(env!("CARGO_BIN_EXE_lakeledger"));
    command.current_dir(folder.path()).env_clear().env("DATABRICKS_APP_PORT", "http");
    fails(&command.output().unwrap(), 1, "DATABRICKS_APP_PORT must be a port number");
    fails(&lakeledger(folder.path(), &["migrate", "status"]), 1, "no database is configured");
    fails(&lakeledger(folder.path(), &["migrate"]), 2, "Usage");
    fails(&lakeledger(folder.path(), &["dance"]), 2, "dance");
}

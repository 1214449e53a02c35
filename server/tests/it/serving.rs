//! The process: it starts, listens, stops when told, and loses nothing when killed.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, ChildStderr, Command, Stdio},
};

use serde_json::{Value, json};

struct Process {
    child: Child,
    address: String,
    /// What was logged before it listened.
    early_log: String,
    log: BufReader<ChildStderr>,
}

impl Drop for Process {
    /// A test that fails leaves no process behind.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    /// Starts the server on a free port and waits until it says that it listens.
    fn start(folder: &Path, variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lakeledger"));
        command.current_dir(folder).env_clear().envs(variables.iter().copied());
        command.env("LEPTOS_SITE_ADDR", "127.0.0.1:0").stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let mut process = Self { child, address: String::new(), early_log: String::new(), log };
        while process.address.is_empty() {
            let mut line = String::new();
            assert!(process.log.read_line(&mut line).unwrap() > 0, "the server ended before it listened");
            let event: Value = serde_json::from_str(&line).unwrap();
            if event["message"] == "listening" {
                event["address"].as_str().unwrap().clone_into(&mut process.address);
            }
            process.early_log.push_str(&line);
        }
        process
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let body = body.to_string();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        )
        .unwrap();
        stream
    }

    /// The answer's status line and body.
    fn answer(&self, method: &str, path: &str, body: &Value) -> (String, String) {
        let mut text = String::new();
        self.send(method, path, body).read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        (head.lines().next().unwrap().to_owned(), body.to_owned())
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }
}

#[test]
fn what_was_acknowledged_outlives_the_process_however_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    for (signal, title) in [("KILL", "First"), ("TERM", "Second"), ("INT", "Third")] {
        let mut process = Process::start(folder.path(), &[]);
        let (status, _) = process.answer("POST", "/api/v1/chats", &json!({ "title": title }));
        assert_eq!(status, "HTTP/1.1 201 Created");
        process.signal(signal);
        let ended = process.child.wait().unwrap();
        assert_eq!(ended.success(), signal != "KILL", "{signal}: {ended}");
    }
    let mut process = Process::start(folder.path(), &[]);
    let (_, chats) = process.answer("GET", "/api/v1/chats", &Value::Null);
    for title in ["First", "Second", "Third"] {
        assert!(chats.contains(title), "{chats}");
    }
    process.signal("TERM");
    process.child.wait().unwrap();
}

#[test]
fn the_log_tells_each_request_and_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let url = "postgres://lakeledger:hunter2@127.0.0.1:1/none";
    let mut process = Process::start(folder.path(), &[("DATABASE_URL", url)]);
    let (_, status) = process.answer("GET", "/api/v1/status?token=hunter3", &Value::Null);
    let (status_line, _) = process.answer("POST", "/api/v1/chats", &json!({ "title": "hunter4" }));
    assert_eq!(status_line, "HTTP/1.1 201 Created");
    process.signal("TERM");
    process.child.wait().unwrap();
    let mut log = process.early_log.clone();
    process.log.read_to_string(&mut log).unwrap();
    assert!(status.contains(r#""degraded":true"#), "{status}");
    assert!(log.contains(r#""http.route":"/api/v1/chats""#) && log.contains(r#""http.status":201"#), "{log}");
    assert!(!log.contains("hunter"), "{log}");
    assert!(log.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{log}");
}

#[test]
fn a_port_that_is_taken_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_lakeledger"));
    command.current_dir(folder.path()).env_clear();
    command.env("LEPTOS_SITE_ADDR", taken.local_addr().unwrap().to_string());
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot listen on 127.0.0.1:"));
}

//! Several instances on one database: an answer outlives the one that writes it.
//!
//! The instances are processes: the program with a model that takes its time (`bench/slow_answers.rs`).

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;

fn variable(wanted: &str) -> Option<String> {
    std::env::vars().find_map(|(name, value)| (name == wanted).then_some(value))
}

/// A database of the test's own, and how fast its instances' model writes.
struct Site {
    url: String,
    schema: String,
    every_ms: u32,
    words: u32,
}

impl Site {
    fn new(every_ms: u32, words: u32) -> Self {
        let url = variable("TEST_DATABASE_URL");
        let url =
            url.expect("TEST_DATABASE_URL must name a PostgreSQL database for tests; `make test` sets it");
        let id = domain::RunId::generate(&domain::SystemClock).as_uuid().simple().to_string();
        Self { url, schema: format!("instances_{id}"), every_ms, words }
    }

    fn start(&self) -> Instance {
        let folder = TempDir::new().unwrap();
        // Beside the tests' own folder.
        let program = std::env::current_exe().unwrap();
        let program = program.parent().unwrap().with_file_name("examples").join("slow_answers");
        assert!(program.exists(), "{} is missing: `cargo test` builds it", program.display());
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut command = Command::new(program);
        command.arg(address.port().to_string());
        command.args([self.every_ms, self.words].map(|number| number.to_string()));
        command.arg(folder.path()).args([&self.url, &self.schema]).current_dir(folder.path());
        let child = command.env_clear().stderr(Stdio::null()).spawn().unwrap();
        let mut instance = Instance { child, address, _folder: folder };
        while TcpStream::connect(address).is_err() {
            assert!(instance.child.try_wait().unwrap().is_none(), "the instance ended before it listened");
            thread::sleep(Duration::from_millis(20));
        }
        instance
    }
}

struct Instance {
    child: Child,
    address: SocketAddr,
    _folder: TempDir,
}

impl Drop for Instance {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Instance {
    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }
}

/// Asks in a new chat.
fn ask(address: SocketAddr) -> Sent {
    let chat = call(address, "POST", "/api/v1/chats", &json!({}));
    ask_in(address, chat["id"].as_str().unwrap())
}

fn ask_in(address: SocketAddr, chat: &str) -> Sent {
    let path = format!("/api/v1/chats/{chat}/messages");
    let sent = call(address, "POST", &path, &json!({ "text": "How much did I spend?" }));
    let text = |name: &str| sent[name].as_str().unwrap().to_owned();
    Sent { chat: chat.to_owned(), answer: text("answer_id"), run: text("run_id") }
}

struct Sent {
    chat: String,
    answer: String,
    run: String,
}

fn send(address: SocketAddr, method: &str, path: &str, body: &str, after: u64) -> std::io::Result<TcpStream> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    // HTTP/1.0: the body ends with the connection, and has no chunks to take apart.
    write!(
        stream,
        "{method} {path} HTTP/1.0\r\nhost: {address}\r\ncontent-type: application/json\r\n\
         last-event-id: {after}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )?;
    Ok(stream)
}

fn call(address: SocketAddr, method: &str, path: &str, body: &Value) -> Value {
    let mut text = String::new();
    let body = if body.is_null() { String::new() } else { body.to_string() };
    send(address, method, path, &body, 0).unwrap().read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.0 20") || head.starts_with("HTTP/1.1 20"), "{method} {path}: {text}");
    if body.is_empty() { Value::Null } else { serde_json::from_str(body).unwrap() }
}

/// What a page knows of a run.
#[derive(Default)]
struct Heard {
    /// The number of the last event.
    last: u64,
    /// The text that is shown.
    text: String,
    /// The unfinished block.
    unfinished: String,
    restarts: usize,
    is_done: bool,
}

impl Heard {
    /// Takes an event as a page does, and fails where one was lost or comes twice.
    fn take(&mut self, event: &Value) {
        assert_eq!(event["number"], self.last + 1, "an event was lost or doubled: {event}");
        assert!(!self.is_done, "an event behind the last: {event}");
        self.last += 1;
        let text = |name: &str| event[name].as_str().unwrap();
        match text("type") {
            "text" => self.unfinished.push_str(text("delta")),
            "block" => {
                self.unfinished.clear();
                if let Some(markdown) = event["part"]["markdown"].as_str() {
                    self.text.push_str(markdown.trim_end());
                    self.text.push('\n');
                }
            }
            "restarted" => {
                self.restarts += 1;
                self.text.clear();
                self.unfinished.clear();
            }
            "done" => self.is_done = true,
            _ => {}
        }
    }

    /// Listens for so long, or until the stream ends, whoever ends it. False: there was no stream.
    fn listen(&mut self, address: SocketAddr, run: &str, within: Duration) -> bool {
        self.listen_until(address, run, within, u64::MAX)
    }

    fn listen_until(&mut self, address: SocketAddr, run: &str, within: Duration, number: u64) -> bool {
        let end = Instant::now() + within;
        let Ok(stream) = send(address, "GET", &format!("/api/v1/runs/{run}/events"), "", self.last) else {
            return false;
        };
        let mut lines = BufReader::new(stream);
        let mut line = Vec::new();
        let mut is_events = false;
        while self.last < number && !self.is_done {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() || lines.get_ref().set_read_timeout(Some(left)).is_err() {
                break;
            }
            match lines.read_until(b'\n', &mut line) {
                Ok(length) if length > 0 && line.ends_with(b"\n") => {}
                Ok(_) | Err(_) => break,
            }
            let text = String::from_utf8_lossy(&line).into_owned();
            line.clear();
            is_events |= text.starts_with("content-type: text/event-stream");
            if let Some(data) = text.strip_prefix("data: ") {
                self.take(&serde_json::from_str(data).unwrap());
            }
        }
        is_events
    }

    /// Listens, again and again, until the last event.
    fn listen_to_the_end(&mut self, address: SocketAddr, run: &str) {
        let end = Instant::now() + Duration::from_mins(2);
        while !self.is_done {
            assert!(Instant::now() < end, "the answer does not end; {} events came", self.last);
            if !self.listen(address, run, Duration::from_secs(30)) {
                thread::sleep(Duration::from_millis(50));
            }
        }
    }

    /// What was heard is what is kept.
    fn assert_kept(&self, address: SocketAddr, sent: &Sent, words: u32) {
        let page = call(address, "GET", &format!("/api/v1/chats/{}/messages", sent.chat), &Value::Null);
        let answer = page["items"].as_array().unwrap().iter().find(|message| message["id"] == *sent.answer);
        let answer = answer.expect("the answer is listed");
        assert_eq!(answer["status"], "complete", "{answer}");
        let parts = answer["parts"].as_array().unwrap().iter();
        let kept: Vec<_> = parts.filter_map(|part| part["markdown"].as_str()).map(str::trim_end).collect();
        assert_eq!(self.text.lines().collect::<Vec<_>>(), kept.join("\n").lines().collect::<Vec<_>>());
        assert_eq!(self.text.matches('t').count(), words as usize);
    }
}

const LONG: Duration = Duration::from_secs(30);

#[test]
fn an_answer_is_heard_to_its_end_on_another_instance() {
    let site = Site::new(20, 100);
    let (here, there) = (site.start(), site.start());
    let sent = ask(here.address);
    let mut heard = Heard::default();
    heard.listen_until(here.address, &sent.run, LONG, 20);
    heard.listen_to_the_end(there.address, &sent.run);
    assert_eq!(heard.restarts, 0, "its owner lives");
    heard.assert_kept(there.address, &sent, site.words);
    let mut late = Heard::default();
    late.listen_to_the_end(there.address, &sent.run);
    assert_eq!((late.last, late.text), (heard.last, heard.text));
}

#[test]
fn an_answer_whose_instance_is_killed_is_written_by_another() {
    let site = Site::new(30, 60);
    let (here, there) = (site.start(), site.start());
    let sent = ask(here.address);
    let mut heard = Heard::default();
    heard.listen_until(here.address, &sent.run, LONG, 10);
    here.signal("KILL");
    let killed_at = Instant::now();
    heard.listen_to_the_end(there.address, &sent.run);
    let took = killed_at.elapsed();
    assert!(took < Duration::from_secs(15), "{took:?}");
    assert!(heard.restarts > 0);
    heard.assert_kept(there.address, &sent, site.words);
}

#[test]
fn an_answer_whose_instance_is_killed_is_written_by_another_that_nobody_asks() {
    let site = Site::new(30, 60);
    let (here, there) = (site.start(), site.start());
    let sent = ask(here.address);
    let mut heard = Heard::default();
    heard.listen_until(here.address, &sent.run, LONG, 10);
    here.signal("KILL");
    let killed_at = Instant::now();
    // To look at a run is not to ask for it: nothing is taken on by that.
    let run = || call(there.address, "GET", &format!("/api/v1/runs/{}", sent.run), &Value::Null);
    while run()["status"] != "ended" {
        assert!(killed_at.elapsed() < LONG, "{}", run());
        thread::sleep(Duration::from_millis(100));
    }
    let took = killed_at.elapsed();
    assert!(took < Duration::from_secs(17), "{took:?}: 15 s to take it on, 2 s to write it");
    heard.listen_to_the_end(there.address, &sent.run);
    assert!(heard.restarts > 0);
    heard.assert_kept(there.address, &sent, site.words);
}

#[test]
fn an_answer_is_handed_over_when_its_instance_stops() {
    let site = Site::new(100, 90);
    let (mut here, there) = (site.start(), site.start());
    let sent = ask(here.address);
    let mut heard = Heard::default();
    heard.listen_until(here.address, &sent.run, LONG, 10);
    here.signal("TERM");
    heard.listen(here.address, &sent.run, LONG);
    heard.listen_to_the_end(there.address, &sent.run);
    // After a lease that ran out there would be as many as events that may have been shown unstored.
    assert_eq!(heard.restarts, 1, "it was let go of with everything stored");
    assert!(here.child.wait().unwrap().success());
    heard.assert_kept(there.address, &sent, site.words);
}

#[test]
fn a_run_is_stopped_on_another_instance() {
    let site = Site::new(50, 2_000);
    let (here, there) = (site.start(), site.start());
    let sent = ask(here.address);
    let mut heard = Heard::default();
    heard.listen_until(here.address, &sent.run, LONG, 10);
    call(there.address, "POST", &format!("/api/v1/runs/{}/cancel", sent.run), &Value::Null);
    heard.listen(here.address, &sent.run, LONG);
    assert!(heard.is_done, "its owner learns of it");
    let run = call(here.address, "GET", &format!("/api/v1/runs/{}", sent.run), &Value::Null);
    assert_eq!(run["status"], "ended");
    let page = call(here.address, "GET", &format!("/api/v1/chats/{}/messages", sent.chat), &Value::Null);
    assert_eq!(page["items"][1]["status"], "stopped");
    assert!(page["items"][1]["parts"][0]["markdown"].as_str().unwrap().contains('t'));
}

#[test]
fn a_question_waits_for_the_answer_before_it_on_any_instance() {
    let site = Site::new(30, 60);
    let (here, there) = (site.start(), site.start());
    let first = ask(here.address);
    let second = ask_in(there.address, &first.chat);
    let third = ask_in(there.address, &first.chat);
    call(there.address, "POST", &format!("/api/v1/runs/{}/cancel", third.run), &Value::Null);
    let mut heard = Heard::default();
    heard.listen_until(there.address, &second.run, LONG, 1);
    let run = call(there.address, "GET", &format!("/api/v1/runs/{}", first.run), &Value::Null);
    assert_eq!(run["status"], "ended", "the second answer begins when the first has ended");
    heard.listen_to_the_end(here.address, &second.run);
    heard.assert_kept(here.address, &second, site.words);
    let page = call(here.address, "GET", &format!("/api/v1/chats/{}/messages", first.chat), &Value::Null);
    let stopped = &page["items"][5];
    assert_eq!((&stopped["status"], &stopped["parts"]), (&json!("stopped"), &json!([])), "it never began");
}

/// Forwards each connection to the instance that is next, and cuts it after 3 s.
fn cutting_proxy(instances: Arc<Mutex<Vec<SocketAddr>>>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for (number, client) in listener.incoming().enumerate() {
            let Ok(client) = client else { continue };
            let target = {
                let instances = instances.lock().unwrap();
                instances[number % instances.len()]
            };
            let Ok(server) = TcpStream::connect(target) else { continue };
            let pipe = |mut from: TcpStream, mut to: TcpStream| {
                thread::spawn(move || {
                    let _ = std::io::copy(&mut from, &mut to);
                    let _ = to.shutdown(std::net::Shutdown::Both);
                })
            };
            pipe(client.try_clone().unwrap(), server.try_clone().unwrap());
            pipe(server.try_clone().unwrap(), client.try_clone().unwrap());
            thread::spawn(move || {
                thread::sleep(Duration::from_secs(3));
                let _ = client.shutdown(std::net::Shutdown::Both);
                let _ = server.shutdown(std::net::Shutdown::Both);
            });
        }
    });
    address
}

/// Whoever reattaches at random points, on whichever instance, through a proxy that cuts each stream
/// after 3 s, while one instance is replaced by another, hears each event once. 1,000 times with
/// `LAKELEDGER_REATTACHES=1000`.
#[test]
fn no_event_is_lost_or_doubled_by_reattaching_across_a_redeploy() {
    let wanted = variable("LAKELEDGER_REATTACHES").map_or(60, |count| count.parse().unwrap());
    // Longer than an instance that stops may take to finish.
    let site = Site::new(25, 300);
    let (mut old, kept) = (site.start(), site.start());
    let (first, second) = (old.address, kept.address);
    let instances = Arc::new(Mutex::new(vec![first, second]));
    let proxy = cutting_proxy(Arc::clone(&instances));
    let (reattached, restarts) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let begun = Instant::now();
    let mut new = None;
    thread::scope(|scope| {
        for number in 0..8 {
            let (reattached, restarts, site) = (&reattached, &restarts, &site);
            scope.spawn(move || {
                let mut dice = number;
                let mut asked_of = if number % 2 == 0 { first } else { second };
                while reattached.load(Ordering::Relaxed) < wanted || asked_of == first {
                    let sent = ask(asked_of);
                    let mut heard = Heard::default();
                    while !heard.is_done {
                        if heard.listen(proxy, &sent.run, roll(&mut dice)) {
                            reattached.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                    restarts.fetch_add(heard.restarts, Ordering::Relaxed);
                    heard.assert_kept(second, &sent, site.words);
                    // The old instance takes no questions any more.
                    asked_of = second;
                }
            });
        }
        thread::sleep(Duration::from_secs(1));
        let started = site.start();
        *instances.lock().unwrap() = vec![started.address, second];
        old.signal("TERM");
        new = Some(started);
    });
    assert!(old.child.wait().unwrap().success());
    let (reattached, restarts) = (reattached.into_inner(), restarts.into_inner());
    assert!(restarts > 0, "answers were handed over");
    let told = format!(
        "{reattached} reattaches in {:?}, {restarts} restarts, nothing lost or doubled\n",
        begun.elapsed()
    );
    std::io::stderr().write_all(told.as_bytes()).unwrap();
}

/// For how long a listener stays: mostly short, now and then longer than the proxy lets a stream live.
fn roll(dice: &mut u64) -> Duration {
    *dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    let rolled = *dice >> 33;
    Duration::from_millis(if rolled.is_multiple_of(16) { 3_500 } else { rolled % 400 })
}

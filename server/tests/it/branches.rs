//! Questions asked in other words, answers written again, and which branch of a chat is shown.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Server, json as json_request, request};

struct Chat {
    server: Server,
    id: String,
}

impl Chat {
    async fn start(question: &str) -> Self {
        let server = Server::start();
        let (id, sent) = server.ask(None, question).await;
        let chat = Self { server, id };
        chat.ended(&sent).await;
        chat
    }

    /// Waits until an answer has ended.
    async fn ended(&self, sent: &Value) {
        let path = format!("/api/v1/runs/{}/events", sent["run_id"].as_str().unwrap());
        assert!(self.server.get(&path).await.text().contains("event: done"));
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        let answer = self.server.answer(json_request(Method::POST, path, None, body)).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.text());
        answer.json()
    }

    async fn again(&self, message: &Value, how: &str, body: &Value) -> Value {
        let path = format!("/api/v1/messages/{}/{how}", message["id"].as_str().unwrap());
        let sent = self.post(&path, body).await;
        self.ended(&sent).await;
        sent
    }

    async fn shown(&self) -> Vec<Value> {
        let page = self.server.get(&format!("/api/v1/chats/{}/messages", self.id)).await.json();
        page["items"].as_array().unwrap().clone()
    }
}

fn texts(messages: &[Value]) -> Vec<&str> {
    let questions = messages.iter().filter(|message| message["role"] == "user");
    questions.map(|message| message["parts"][0]["markdown"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_edited_question_begins_a_branch_and_both_can_be_shown() {
    let chat = Chat::start("What can you do?").await;
    let first = chat.shown().await;
    let branch = json!({ "position": 1, "count": 1, "previous_id": null, "next_id": null });
    assert_eq!((&first[0]["branch"], &first[0]["parent_id"]), (&branch, &Value::Null));
    assert_eq!(first[1]["parent_id"], first[0]["id"]);

    let sent = chat.again(&first[0], "edit", &json!({ "text": "What else can you do?" })).await;
    let second = chat.shown().await;
    assert_eq!(texts(&second), ["What else can you do?"]);
    assert_eq!(second[0]["id"], sent["message_id"]);
    let branch = json!({ "position": 2, "count": 2, "previous_id": first[0]["id"], "next_id": null });
    assert_eq!(second[0]["branch"], branch);

    let path = format!("/api/v1/chats/{}/branch", chat.id);
    let shown = chat.post(&path, &json!({ "message_id": first[0]["id"] })).await;
    assert_eq!(shown["head_id"], first[1]["id"]);
    assert_eq!(texts(&chat.shown().await), ["What can you do?"]);
    let elsewhere = Chat::start("Hello").await;
    let foreign =
        json_request(Method::POST, &path, None, &json!({ "message_id": elsewhere.shown().await[0]["id"] }));
    chat.server.answer(foreign).await.refuses(404, "NOT_FOUND", None);
}

#[tokio::test]
async fn an_answer_is_written_again_beside_the_first() {
    let chat = Chat::start("What can you do?").await;
    let first = chat.shown().await;
    let sent = chat.again(&first[1], "regenerate", &Value::Null).await;
    let second = chat.shown().await;
    assert_eq!(second[0]["id"], first[0]["id"]);
    assert_eq!((&second[1]["id"], &second[1]["status"]), (&sent["answer_id"], &json!("complete")));
    assert_eq!(second[1]["branch"]["position"], 2);
    let question = request(
        Method::POST,
        &format!("/api/v1/messages/{}/regenerate", first[0]["id"].as_str().unwrap()),
        None,
    );
    chat.server.answer(question).await.refuses(422, "INVALID_FIELDS", Some("id"));
    let answer = format!("/api/v1/messages/{}/edit", first[1]["id"].as_str().unwrap());
    let edit = json_request(Method::POST, &answer, None, &json!({ "text": "No question" }));
    chat.server.answer(edit).await.refuses(422, "INVALID_FIELDS", Some("id"));
}

#[tokio::test]
async fn what_was_stopped_is_gone_on_with_and_what_is_whole_is_not() {
    let server = Server::with_silent_model();
    let (id, sent) = server.ask(None, "Are you there?").await;
    let answer = format!("/api/v1/messages/{}", sent["answer_id"].as_str().unwrap());
    let again = request(Method::POST, &format!("{answer}/regenerate"), None);
    server.answer(again).await.refuses(409, "ANSWER_IN_PROGRESS", None);
    let run = format!("/api/v1/runs/{}", sent["run_id"].as_str().unwrap());
    assert_eq!(server.answer(request(Method::POST, &format!("{run}/cancel"), None)).await.status, 204);
    assert!(server.get(&format!("{run}/events")).await.text().contains("stopped"));
    let went_on = server.answer(request(Method::POST, &format!("{answer}/continue"), None)).await;
    assert_eq!(went_on.status, 202, "{}", went_on.text());
    let page = server.get(&format!("/api/v1/chats/{id}/messages")).await.json();
    let items = page["items"].as_array().unwrap();
    assert_eq!((items.len(), &items[2]["parent_id"]), (4, &sent["answer_id"]));

    let chat = Chat::start("What can you do?").await;
    let whole = format!("/api/v1/messages/{}/continue", chat.shown().await[1]["id"].as_str().unwrap());
    let whole = chat.server.answer(request(Method::POST, &whole, None)).await;
    whole.refuses(422, "INVALID_FIELDS", Some("id"));
}

#[tokio::test]
async fn a_chat_keeps_its_persona() {
    let chat = Chat::start("What can you do?").await;
    let path = format!("/api/v1/chats/{}", chat.id);
    let patched = chat.server.call(Method::PATCH, &path, &json!({ "persona": "coach" })).await.json();
    assert_eq!((&patched["persona"], &patched["titled_by_person"]), (&json!("coach"), &json!(false)));
    let renamed = chat.server.call(Method::PATCH, &path, &json!({ "title": "Mine" })).await.json();
    assert_eq!((&renamed["persona"], &renamed["titled_by_person"]), (&json!("coach"), &json!(true)));
}

#[tokio::test]
async fn an_export_holds_every_branch_once() {
    let server = Server::start();
    let (chat, sent) = server.ask(None, "How much did I spend?").await;
    let ended = async |run: &Value| {
        let run: domain::RunId = run.as_str().unwrap().parse().unwrap();
        server.runs.wait(run, std::time::Duration::from_secs(20)).await;
    };
    ended(&sent["run_id"]).await;
    let question = sent["message_id"].as_str().unwrap();
    let answer = sent["answer_id"].as_str().unwrap();
    let again = server.call(Method::POST, &format!("/api/v1/messages/{answer}/regenerate"), &json!({})).await;
    ended(&again.json()["run_id"]).await;
    let path = format!("/api/v1/messages/{question}/edit");
    let edited = server.call(Method::POST, &path, &json!({ "text": "And last year?" })).await;
    ended(&edited.json()["run_id"]).await;
    let path = format!("/api/v1/chats/{chat}/messages");
    let next = server.call(Method::POST, &path, &json!({ "text": "Before that?" })).await;
    ended(&next.json()["run_id"]).await;

    let export = server.get("/api/v1/export").await.json();
    let messages = export["chats"][0]["messages"].as_array().unwrap();
    let ids: std::collections::BTreeSet<&str> =
        messages.iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert_eq!((messages.len(), ids.len()), (7, 7), "two questions, three answers, and one more exchange");
    for id in [&again.json()["answer_id"], &edited.json()["answer_id"], &next.json()["message_id"]] {
        assert!(ids.contains(id.as_str().unwrap()), "{id}");
    }
    let records = export["chats"][0]["records"].as_array().unwrap();
    let answers = messages.iter().filter(|it| it["role"] == "assistant").map(|it| &it["run_id"]);
    assert!(
        records.iter().map(|it| &it["run_id"]).eq(answers),
        "what each answer's model was sent: {records:?}"
    );
    assert_eq!(records[0]["record"]["model"], "built-in");
}

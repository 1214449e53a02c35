//! Somebody else's id is a 404 on every method and route, before the row exists and after.

use axum::http::Method;
use domain::{ToolWriteOrigin, UserId};
use serde_json::{Value, json};

use crate::support::{Answer, CSV, Server, json as json_request, multipart, request};

const ABSENT: &str = "01970000-0000-7000-8000-00000000dead";

/// What one person has.
struct Things {
    chat: String,
    question: String,
    run: String,
    import: String,
    account: String,
    transaction: String,
    budget: String,
    rule: String,
    rate: String,
    answer: String,
    memory: String,
    tool_write: String,
    columns: String,
}

/// Imports a file with its columns as they were understood; gives what is remembered of it.
async fn remembered_columns(server: &Server, user: &str) -> String {
    let path = "/api/v1/imports?dry_run=true";
    let file = ("file", Some("bank.csv"), CSV.as_bytes());
    let preview = server.answer(multipart(path, Some(user), &[file])).await.json();
    let mapping = preview["csv"]["mapping"].to_string();
    let fields = [file, ("mapping", None, mapping.as_bytes())];
    server.answer(multipart("/api/v1/imports", Some(user), &fields)).await;
    let list = server.answer(request(Method::GET, "/api/v1/csv-mappings", Some(user))).await.json();
    list["items"][0]["id"].as_str().unwrap().to_owned()
}

async fn things_of(server: &Server, user: &str) -> Things {
    let imported = server.import(Some(user), "bank.csv", CSV.as_bytes()).await.json();
    let (chat, sent) = server.ask(Some(user), "How much did I spend in March 2024?").await;
    let run = sent["run_id"].as_str().unwrap().to_owned();
    // Until its end, so that the answer is sealed.
    server.answer(request(Method::GET, &format!("/api/v1/runs/{run}/events"), Some(user))).await;
    let rows = server.answer(request(Method::GET, "/api/v1/transactions", Some(user))).await.json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let make = async |path: &str, body: Value| {
        let path = format!("/api/v1/{path}");
        let made = server.answer(json_request(Method::POST, &path, Some(user), &body)).await;
        assert_eq!(made.status, 201, "{path}: {}", made.text());
        made.json()
    };
    let budget = make("budgets", json!({ "category": "Food", "amount": "400" })).await;
    let conditions = json!([{ "type": "payee_is", "text": "Corner Market" }]);
    let rule = make("rules", json!({ "conditions": conditions, "category": "Treats" })).await;
    let rate = json!({ "date": "2024-03-01", "from": "EUR", "to": "USD", "rate": "1.08" });
    let rate = make("exchange-rates", rate).await;
    let answer = text(&sent["answer_id"]);
    let memory = make("memories", json!({ "text": "Saves for a house" })).await;
    let origin = ToolWriteOrigin::Mcp { client: "an agent".to_owned() };
    let id = UserId::try_from(user.to_owned()).unwrap();
    let input = json!({ "text": "Likes tea" });
    let write = server.operations.propose_tool_write(&id, "remember", &input, origin).await.unwrap();
    let columns = remembered_columns(server, user).await;
    make("goals", json!({ "name": "House", "target_amount": "50000" })).await;
    Things {
        budget: text(&budget["id"]),
        rule: text(&rule["id"]),
        rate: text(&rate["id"]),
        memory: text(&memory["id"]),
        answer,
        question: text(&sent["message_id"]),
        tool_write: write.id.to_string(),
        columns,
        chat,
        run,
        import: text(&imported["id"]),
        account: text(&rows["items"][0]["account_id"]),
        transaction: text(&rows["items"][0]["id"]),
    }
}

/// Every route that names something, and what to send there.
fn matrix(things: &Things) -> Vec<(Method, String, Option<Value>)> {
    let Things {
        chat,
        question,
        run,
        import,
        account,
        transaction,
        budget,
        rule,
        rate,
        columns,
        answer,
        memory,
        tool_write,
    } = things;
    let api = |path: String| format!("/api/v1/{path}");
    vec![
        (Method::GET, api(format!("chats/{chat}")), None),
        (Method::PUT, api(format!("messages/{answer}/feedback")), Some(json!({ "rating": "up" }))),
        (Method::DELETE, api(format!("messages/{answer}/feedback")), None),
        (Method::DELETE, api(format!("memories/{memory}")), None),
        (Method::GET, api(format!("tool-writes/{tool_write}")), None),
        (Method::POST, api(format!("tool-writes/{tool_write}/decision")), Some(json!({ "approve": true }))),
        (Method::PATCH, api(format!("chats/{chat}")), Some(json!({ "title": "Mine" }))),
        (Method::DELETE, api(format!("chats/{chat}")), None),
        (Method::POST, api(format!("chats/{chat}/restore")), None),
        (Method::GET, api(format!("chats/{chat}/messages")), None),
        (Method::POST, api(format!("chats/{chat}/messages")), Some(json!({ "text": "Hello" }))),
        (Method::POST, api(format!("chats/{chat}/branch")), Some(json!({ "message_id": question }))),
        (Method::POST, api(format!("messages/{question}/edit")), Some(json!({ "text": "Hello" }))),
        (Method::POST, api(format!("messages/{answer}/regenerate")), None),
        (Method::POST, api(format!("messages/{answer}/continue")), None),
        (Method::GET, api(format!("runs/{run}")), None),
        (Method::GET, api(format!("runs/{run}/record")), None),
        (Method::GET, api(format!("runs/{run}/events")), None),
        (Method::GET, api(format!("runs/{run}/events?after=1")), None),
        (Method::POST, api(format!("runs/{run}/cancel")), None),
        (Method::GET, api(format!("imports/{import}")), None),
        (Method::DELETE, api(format!("imports/{import}")), None),
        (Method::PATCH, api(format!("accounts/{account}")), Some(json!({ "name": "Mine" }))),
        (
            Method::POST,
            api("transactions/categorise".to_owned()),
            Some(json!({ "transaction_ids": [transaction], "category": "Gifts" })),
        ),
        (
            Method::POST,
            api("transactions/categorise".to_owned()),
            Some(json!({ "transaction_ids": [transaction], "category": "Gifts", "preview": true })),
        ),
        (Method::GET, api(format!("transactions/{transaction}")), None),
        (Method::PATCH, api(format!("transactions/{transaction}")), Some(json!({ "note": "Mine" }))),
        (Method::PATCH, api(format!("budgets/{budget}")), Some(json!({ "amount": "1" }))),
        (Method::DELETE, api(format!("budgets/{budget}")), None),
        (Method::PATCH, api(format!("rules/{rule}")), Some(json!({ "category": "Gifts" }))),
        (Method::DELETE, api(format!("rules/{rule}")), None),
        (Method::DELETE, api(format!("exchange-rates/{rate}")), None),
        (Method::DELETE, api(format!("csv-mappings/{columns}")), None),
        (Method::PATCH, api("goals/House".to_owned()), Some(json!({ "priority": 1 }))),
        (Method::DELETE, api("goals/House".to_owned()), None),
    ]
}

async fn send(server: &Server, user: &str, (method, path, body): (Method, String, Option<Value>)) -> Answer {
    let request = match body {
        Some(body) => json_request(method, &path, Some(user), &body),
        None => request(method, &path, Some(user)),
    };
    server.answer(request).await
}

async fn export_of(server: &Server, user: &str) -> Value {
    server.answer(request(Method::GET, "/api/v1/export", Some(user))).await.json()
}

/// The matrix, on whatever store the server has.
pub async fn nobody_reaches_what_is_not_theirs(server: &Server) {
    let absent = Things {
        chat: ABSENT.to_owned(),
        question: ABSENT.to_owned(),
        run: ABSENT.to_owned(),
        import: ABSENT.to_owned(),
        account: ABSENT.to_owned(),
        transaction: ABSENT.to_owned(),
        budget: ABSENT.to_owned(),
        rule: ABSENT.to_owned(),
        rate: ABSENT.to_owned(),
        answer: ABSENT.to_owned(),
        memory: ABSENT.to_owned(),
        tool_write: ABSENT.to_owned(),
        columns: ABSENT.to_owned(),
    };
    for call in matrix(&absent) {
        let name = format!("{} {}", call.0, call.1);
        let answer = send(server, "mallory", call).await;
        assert_eq!(answer.status, 404, "{name} of nobody: {}", answer.text());
    }
    let things = things_of(server, "ada").await;
    let before = export_of(server, "ada").await;
    for call in matrix(&things) {
        let name = format!("{} {}", call.0, call.1);
        let answer = send(server, "mallory", call).await;
        answer.refuses(404, "NOT_FOUND", None);
        assert!(!answer.text().contains("Corner Market"), "{name}");
    }
    // Filters by a foreign id find nothing, and do not tell that it exists.
    for query in [format!("account={}", things.account), format!("import={}", things.import)] {
        let path = format!("/api/v1/transactions?{query}");
        let answer = server.answer(request(Method::GET, &path, Some("mallory"))).await;
        assert_eq!(answer.json()["items"], json!([]), "{query}");
    }
    assert_eq!(export_of(server, "ada").await, before, "nothing of Ada's was changed");
    let mallory = export_of(server, "mallory").await;
    assert_eq!(mallory["transactions"], json!([]));
    assert_eq!(mallory["chats"], json!([]));
    for list in ["rules", "budgets", "exchange_rates"] {
        assert_eq!(mallory["settings"][list], json!([]));
    }
}

#[tokio::test]
async fn nobody_reaches_what_is_not_theirs_in_memory() {
    nobody_reaches_what_is_not_theirs(&Server::for_people()).await;
}

#[tokio::test]
async fn pages_and_forms_of_somebody_else_are_not_found() {
    let server = Server::for_people();
    let things = things_of(&server, "ada").await;
    let before = export_of(&server, "ada").await;
    for path in [
        format!("/chats/{}", things.chat),
        format!("/money/imports/{}", things.import),
        format!("/money/transactions/{}", things.transaction),
    ] {
        let answer = server.answer(request(Method::GET, &path, Some("mallory"))).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(!answer.text().contains("How much did I spend"), "{path}");
    }
    for path in [
        format!("/chats/{}/messages", things.chat),
        format!("/chats/{}/rename", things.chat),
        format!("/chats/{}/delete", things.chat),
        format!("/chats/{}/restore", things.chat),
        format!("/runs/{}/cancel", things.run),
        format!("/money/imports/{}", things.import),
        format!("/money/imports/{}/undo", things.import),
        format!("/money/transactions/{}", things.transaction),
        format!("/money/transactions/{}/category", things.transaction),
        format!("/money/transactions/{}/parts", things.transaction),
        format!("/money/transactions/{}/transfer", things.transaction),
        format!("/accounts/{}/rename", things.account),
    ] {
        let mut form = request(Method::POST, &path, Some("mallory"));
        let content_type = "application/x-www-form-urlencoded".parse().unwrap();
        form.headers_mut().insert("content-type", content_type);
        *form.body_mut() = "text=Hello&title=Mine&name=Mine&action=commit&category=Gifts&payee=Mine".into();
        let answer = server.answer(form).await;
        assert_eq!(answer.status, 404, "{path}: {}", answer.text());
    }
    assert_eq!(export_of(&server, "ada").await, before);
}

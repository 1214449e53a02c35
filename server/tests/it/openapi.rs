//! The API's description of itself: complete, and true of what is answered.

use std::collections::BTreeSet;

use axum::{
    body::Body,
    http::{Method, Request},
};
use domain::{ToolWriteOrigin, UserId};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::support::{CSV, Server, json as json_request, multipart, request, upload};

/// Checks a value against a schema of the document, as far as the document goes: types, required
/// and unknown properties, choices.
fn check(document: &Value, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document.pointer(reference.trim_start_matches('#'));
        return check(document, target.ok_or(format!("{reference} is missing"))?, value, at);
    }
    if let Some(choices) = schema["oneOf"].as_array().or(schema["anyOf"].as_array()) {
        let errors: Vec<_> = choices.iter().map(|choice| check(document, choice, value, at)).collect();
        if errors.iter().any(Result::is_ok) {
            return Ok(());
        }
        return Err(format!("{at}: fits no choice: {errors:?}"));
    }
    let allowed: Vec<&str> = match &schema["type"] {
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let found = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if !allowed.is_empty() && !allowed.contains(&found) {
        return Err(format!("{at}: {found}, not {allowed:?}"));
    }
    if let Some(choices) = schema["enum"].as_array()
        && !choices.contains(value)
    {
        return Err(format!("{at}: {value} is none of {choices:?}"));
    }
    if let Some(parts) = schema["allOf"].as_array() {
        // What the parts say together.
        let mut whole = json!({ "type": "object", "properties": {}, "required": [] });
        for part in parts {
            let part = part["$ref"]
                .as_str()
                .map_or(Some(part), |reference| document.pointer(reference.trim_start_matches('#')))
                .ok_or("a part is missing")?;
            let properties = part["properties"].as_object().cloned().unwrap_or_default();
            whole["properties"].as_object_mut().unwrap().extend(properties);
            let required = part["required"].as_array().cloned().unwrap_or_default();
            whole["required"].as_array_mut().unwrap().extend(required);
        }
        return check(document, &whole, value, at);
    }
    if let Value::Array(items) = value {
        for (index, item) in items.iter().enumerate() {
            check(document, &schema["items"], item, &format!("{at}[{index}]"))?;
        }
    }
    if let Value::Object(fields) = value {
        let known = schema["properties"].as_object().cloned().unwrap_or_default();
        for (name, field) in fields {
            let schema = known.get(name).ok_or(format!("{at}.{name} is not described"))?;
            check(document, schema, field, &format!("{at}.{name}"))?;
        }
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            fields.get(name).ok_or(format!("{at}.{name} is required and missing"))?;
        }
    }
    Ok(())
}

struct Described {
    server: Server,
    document: Value,
    seen: BTreeSet<(String, String)>,
}

impl Described {
    /// Sends a request and holds its answer against what the document says about `route`.
    async fn send(&mut self, route: &str, request: Request<Body>) -> Value {
        let method = request.method().as_str().to_lowercase();
        let answer = self.server.answer(request).await;
        let name = format!("{method} {route}");
        let operation = &self.document["paths"][format!("/api/v1{route}")][&method];
        let described = &operation["responses"][answer.status.as_str()];
        assert!(described.is_object(), "{name} -> {} is not described: {}", answer.status, answer.text());
        self.seen.insert((method, format!("/api/v1{route}")));
        let Some(content) = described["content"].as_object() else {
            assert!(answer.body.is_empty(), "{name}");
            return Value::Null;
        };
        let schema = &content.values().next().unwrap()["schema"];
        if answer.header("content-type") == "text/event-stream" {
            let text = answer.text();
            for line in text.lines().filter_map(|line| line.strip_prefix("data: ")) {
                let event = serde_json::from_str(line).unwrap();
                check(&self.document, schema, &event, "event")
                    .unwrap_or_else(|error| panic!("{name}: {error}"));
            }
            return Value::Null;
        }
        let body = answer.json();
        check(&self.document, schema, &body, "body")
            .unwrap_or_else(|error| panic!("{name}: {error}\n{body:#}"));
        body
    }
}

fn get(path: &str) -> Request<Body> {
    request(Method::GET, &format!("/api/v1{path}"), None)
}

fn delete(path: &str) -> Request<Body> {
    request(Method::DELETE, &format!("/api/v1{path}"), None)
}

fn post(path: &str) -> Request<Body> {
    request(Method::POST, &format!("/api/v1{path}"), None)
}

fn with_body(method: Method, path: &str, body: Value) -> Request<Body> {
    json_request(method, &format!("/api/v1{path}"), None, &body)
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

/// Other branches, each answered to its end.
async fn ask_again(api: &mut Described, chat: &str, sent: &Value) {
    let path = |message: &Value, how: &str| format!("/messages/{}/{how}", message.as_str().unwrap());
    let edit = with_body(Method::POST, &path(&sent["message_id"], "edit"), json!({ "text": "Hello" }));
    let edited = api.send("/messages/{id}/edit", edit).await;
    let run = format!("/runs/{}/events", edited["run_id"].as_str().unwrap());
    api.send("/runs/{id}/events", get(&run)).await;
    for how in ["regenerate", "continue"] {
        api.send(&format!("/messages/{{id}}/{how}"), post(&path(&edited["answer_id"], how))).await;
    }
    let branch = json!({ "message_id": sent["message_id"] });
    let branch = with_body(Method::POST, &format!("/chats/{chat}/branch"), branch);
    api.send("/chats/{id}/branch", branch).await;
}

async fn edit_transactions(api: &mut Described, rows: &Value) {
    let transaction = format!("/transactions/{}", id(&rows["items"][0]));
    let half = |amount: &str| json!({ "amount": amount, "category": "Gifts" });
    let amount: Decimal = rows["items"][0]["amount"]["amount"].as_str().unwrap().parse().unwrap();
    let splits = json!([half(&(amount - Decimal::ONE).to_string()), half("1.00")]);
    let changes = json!({ "payee": "Shop", "note": "party", "splits": splits, "transfer": { "type": "no" } });
    api.send("/transactions/{id}", with_body(Method::PATCH, &transaction, changes)).await;
    let whole = json!({ "splits": null, "transfer": null, "category": "Treats" });
    let edited = api.send("/transactions/{id}", with_body(Method::PATCH, &transaction, whole)).await;
    assert_eq!(edited["details"]["history"].as_array().unwrap().len(), 3, "with the categorisation before");
    api.send("/transactions/{id}", with_body(Method::PATCH, &transaction, json!({ "payee": "" }))).await;
    api.send("/transactions/{id}", get(&transaction)).await;
    let body = json!({ "filter": { "side": "spending" }, "category": "Treats", "preview": true });
    api.send("/transactions/categorise", with_body(Method::POST, "/transactions/categorise", body)).await;
}

async fn switch_tools(api: &mut Described) {
    api.send("/tools", get("/tools")).await;
    let switched =
        api.send("/tools/{name}", with_body(Method::PUT, "/tools/loan", json!({ "enabled": false }))).await;
    assert_eq!(switched["enabled"], false);
    api.send("/tools/{name}", with_body(Method::PUT, "/tools/rm", json!({ "enabled": false }))).await;
}

async fn ask_for_insights(api: &mut Described) {
    for name in
        ["recurring", "income", "cash-flow", "net-worth", "anomalies", "forecast", "safe-to-spend", "goals"]
    {
        let route = format!("/insights/{name}");
        api.send(&route, get(&route)).await;
    }
    api.send("/insights/cash-flow", get("/insights/cash-flow?per=quarter&from=2023-01-01")).await;
    api.send("/insights/cash-flow", get("/insights/cash-flow?per=decade")).await;
    api.send("/insights/forecast", get("/insights/forecast?currency=JPY&days=30")).await;
}

/// Sets one thing of each kind; gives the route and the path of each.
async fn set_everything(
    api: &mut Described,
    rows: &Value,
    account_id: &Value,
) -> [(&'static str, String); 4] {
    let body = json!({ "category": "Food", "amount": "400", "from": "2024-01", "rollover": true });
    let budget = api.send("/budgets", with_body(Method::POST, "/budgets", body.clone())).await;
    api.send("/budgets", with_body(Method::POST, "/budgets", body)).await;
    api.send("/budgets", get("/budgets?month=2024-03")).await;
    let budget = format!("/budgets/{}", id(&budget));
    api.send("/budgets/{id}", with_body(Method::PATCH, &budget, json!({ "until": "2024-12" }))).await;
    let goal = json!({ "name": "New house", "target_amount": 50000, "account_id": account_id });
    api.send("/goals", with_body(Method::POST, "/goals", goal.clone())).await;
    api.send("/goals", with_body(Method::POST, "/goals", goal)).await;
    api.send("/goals", get("/goals")).await;
    let goal = "/goals/new%20house";
    api.send("/goals/{name}", with_body(Method::PATCH, goal, json!({ "saved_amount": "1200.50" }))).await;
    let conditions = json!([
        { "type": "text_contains", "text": "market" }, { "type": "amount_at_most", "amount": "1000" },
        { "type": "side_is", "side": "spending" }, { "type": "account_is", "account_id": account_id },
    ]);
    let body = json!({ "conditions": conditions, "category": "Food:Market", "payee": "The market" });
    api.send("/rules/test", with_body(Method::POST, "/rules/test", body.clone())).await;
    let rule = api.send("/rules", with_body(Method::POST, "/rules", body)).await;
    api.send("/rules", with_body(Method::POST, "/rules", json!({}))).await;
    api.send("/rules", get("/rules")).await;
    let rule = format!("/rules/{}", id(&rule));
    api.send("/rules/{id}", with_body(Method::PATCH, &rule, json!({ "payee": null }))).await;
    api.send("/rules/apply", with_body(Method::POST, "/rules/apply", json!({ "preview": true }))).await;
    api.send("/rules/apply", with_body(Method::POST, "/rules/apply", json!({}))).await;
    let same_payee = |row: &&Value| row["payee"] == rows["items"][5]["payee"];
    let ids: Vec<_> =
        rows["items"].as_array().unwrap().iter().filter(same_payee).map(|row| &row["id"]).collect();
    let body = json!({ "ids": ids[..2], "category": "Corrected" });
    api.send("/transactions/categorise", with_body(Method::POST, "/transactions/categorise", body)).await;
    let suggested = api.send("/rules/suggestions", get("/rules/suggestions")).await;
    assert_eq!(suggested["items"][0]["category"], "Corrected");
    let rate = json!({ "date": "2024-03-01", "from": "EUR", "to": "USD", "rate": "1.08" });
    let rate = api.send("/exchange-rates", with_body(Method::POST, "/exchange-rates", rate)).await;
    let rates = b"date,from,to,rate\n2024-03-02,EUR,USD,1.0845\n";
    api.send("/exchange-rates/csv", upload("/api/v1/exchange-rates/csv", None, "rates.csv", rates)).await;
    api.send("/exchange-rates", get("/exchange-rates")).await;
    let rate = format!("/exchange-rates/{}", id(&rate));
    let goal = goal.to_owned();
    [
        ("/exchange-rates/{id}", rate),
        ("/rules/{id}", rule),
        ("/goals/{name}", goal),
        ("/budgets/{id}", budget),
    ]
}

async fn search(api: &mut Described) {
    let found = api.send("/search", get("/search?q=groceries+month&role=user&limit=1")).await;
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    assert_eq!(found["partial"], false);
    api.send("/search", get("/search?q=groc&from=2024-03-01&to=2024-03-31")).await;
    api.send("/search", get("/search?q=a&from=2024-03-02&to=2024-03-01")).await;
    api.send("/search", get("/search?q=a&role=nobody")).await;
}

/// Says how long chats stay, and has a chat and then everything deleted.
async fn leave(api: &mut Described, chat: &str) {
    let put = |days: Value| with_body(Method::PUT, "/privacy", json!({ "retention_days": days }));
    api.send("/privacy", put(json!(90))).await;
    api.send("/privacy", put(json!(0))).await;
    let kept = api.send("/privacy", get("/privacy")).await;
    assert_eq!(kept["retention_days"], 90);
    let forever = delete(&format!("{chat}?forever=true"));
    api.send("/chats/{id}", forever).await;
    api.send("/chats/{id}", get(chat)).await;
    let erase = |words: &str| with_body(Method::DELETE, "/me", json!({ "confirm": words }));
    api.send("/me", erase("delete something")).await;
    api.send("/me", erase("delete everything")).await;
    let left = api.send("/export", get("/export")).await;
    assert_eq!((&left["chats"], &left["tool_writes"]), (&json!([]), &json!([])));
    assert_eq!(left["settings"]["privacy"], Value::Null);
}

/// Says something of an answer, has something remembered, and decides on what a tool wants to change.
async fn judge_and_decide(api: &mut Described, chat: &str, rows: &Value) {
    let messages = api.send("/chats/{id}/messages", get(&format!("{chat}/messages"))).await;
    let answer = format!("/messages/{}/feedback", id(&messages["items"][1]));
    let route = "/messages/{id}/feedback";
    let down = json!({ "rating": "down", "reason": "the wrong month" });
    let rated = api.send(route, with_body(Method::PUT, &answer, down)).await;
    assert_eq!(rated["feedback"]["rating"], "down");
    let question = format!("/messages/{}/feedback", id(&messages["items"][0]));
    api.send(route, with_body(Method::PUT, &question, json!({ "rating": "up" }))).await;
    let withdrawn = api.send(route, delete(&answer)).await;
    assert_eq!(withdrawn["feedback"], Value::Null);

    let text = json!({ "text": "Saves for a house" });
    let memory = api.send("/memories", with_body(Method::POST, "/memories", text.clone())).await;
    api.send("/memories", with_body(Method::POST, "/memories", text)).await;
    api.send("/memories", get("/memories")).await;
    api.send("/memories/{id}", delete(&format!("/memories/{}", id(&memory)))).await;
    api.send("/memories/{id}", delete(&format!("/memories/{}", id(&memory)))).await;

    let input = json!({ "transaction_ids": [rows["items"][0]["id"]], "category": "Gifts:Given" });
    let origin = ToolWriteOrigin::Mcp { client: "an agent".to_owned() };
    let operations = &api.server.operations;
    let write =
        operations.propose_tool_write(&UserId::local(), "set_category", &input, origin).await.unwrap();
    let path = format!("/tool-writes/{}", write.id);
    api.send("/tool-writes/{id}", get(&path)).await;
    let decision = format!("{path}/decision");
    let yes = json!({ "approve": true });
    let route = "/tool-writes/{id}/decision";
    let decided = api.send(route, with_body(Method::POST, &decision, yes.clone())).await;
    assert_eq!(
        (&decided["status"], &decided["outcome"]),
        (&json!("done"), &json!("1 transaction now in Gifts:Given."))
    );
    let again = api.send(route, with_body(Method::POST, &decision, yes)).await;
    assert_eq!(again["error_code"], "ALREADY_DONE");
    let listed = api.send("/tool-writes", get("/tool-writes?status=done")).await;
    assert_eq!(listed["items"][0], decided);
}

#[tokio::test]
async fn every_answer_is_as_the_document_says_and_every_route_is_described() {
    let server = Server::start();
    let document = server.get("/api/v1/openapi.json").await.json();
    assert_eq!(document["openapi"].as_str().map(|version| &version[..3]), Some("3.1"));
    let mut api = Described { server, document, seen: BTreeSet::new() };
    for route in ["/status", "/me", "/profile", "/suggestions"] {
        api.send(route, get(route)).await;
    }
    let sample = api.send("/sample", post("/sample")).await;
    assert_eq!(sample["source"], "sample");
    api.send("/suggestions", get("/suggestions")).await;
    let csv = CSV.as_bytes();
    let previewed = api.send("/imports", upload("/api/v1/imports?dry_run=true", None, "a.csv", csv)).await;
    let import = api.send("/imports", upload("/api/v1/imports", None, "a.csv", csv)).await;
    api.send("/imports", multipart("/api/v1/imports", None, &[])).await;
    let mapping = previewed["csv"]["mapping"].to_string();
    let fields = [("file", Some("b.csv"), csv), ("mapping", None, mapping.as_bytes())];
    api.send("/imports", multipart("/api/v1/imports", None, &fields)).await;
    let mappings = api.send("/csv-mappings", get("/csv-mappings")).await;
    let mapping = format!("/csv-mappings/{}", id(&mappings["items"][0]));
    api.send("/csv-mappings/{id}", delete(&mapping)).await;
    api.send("/csv-mappings/{id}", delete(&mapping)).await;
    api.send("/imports", get("/imports")).await;
    let import = format!("/imports/{}", id(&import));
    api.send("/imports/{id}", get(&import)).await;
    let accounts = api.send("/accounts", get("/accounts")).await;
    let account = format!("/accounts/{}", id(&accounts["items"][0]["account"]));
    api.send("/accounts/{id}", with_body(Method::PATCH, &account, json!({ "name": "Everyday" }))).await;
    let rows = api.send("/transactions", get("/transactions?limit=500")).await;
    api.send("/transactions/count", get("/transactions/count?side=spending")).await;
    let body = json!({ "transaction_ids": [rows["items"][0]["id"]], "category": "Gifts" });
    api.send("/transactions/categorise", with_body(Method::POST, "/transactions/categorise", body)).await;
    edit_transactions(&mut api, &rows).await;
    switch_tools(&mut api).await;
    ask_for_insights(&mut api).await;
    let set = set_everything(&mut api, &rows, &accounts["items"][0]["account"]["id"]).await;

    let chat = api.send("/chats", with_body(Method::POST, "/chats", json!({}))).await;
    let chat = format!("/chats/{}", id(&chat));
    for question in [
        "How much did I spend on groceries by month in the last 6 months?",
        "What are my largest transactions this year?",
        "What is my balance?",
        "What changed since last month?",
        "How many months would my savings last?",
        "asdf",
    ] {
        let path = format!("{chat}/messages");
        let sent = api
            .send("/chats/{id}/messages", with_body(Method::POST, &path, json!({ "text": question })))
            .await;
        let run = format!("/runs/{}", sent["run_id"].as_str().unwrap());
        api.send("/runs/{id}/events", get(&format!("{run}/events"))).await;
        api.send("/runs/{id}", get(&run)).await;
        api.send("/runs/{id}/cancel", post(&format!("{run}/cancel"))).await;
        api.send("/runs/{id}/record", get(&format!("{run}/record"))).await;
        ask_again(&mut api, chat.trim_start_matches("/chats/"), &sent).await;
    }
    api.send("/chats/{id}/messages", get(&format!("{chat}/messages"))).await;
    api.send("/chats", get("/chats")).await;
    api.send("/chats/{id}", get(&chat)).await;
    api.send("/chats/{id}", with_body(Method::PATCH, &chat, json!({ "title": "Food" }))).await;
    judge_and_decide(&mut api, &chat, &rows).await;
    search(&mut api).await;
    api.send("/export", get("/export")).await;
    for (route, path) in set {
        api.send(route, delete(&path)).await;
        api.send(route, delete(&path)).await;
    }
    // A short chat has none.
    api.send("/chats/{id}/summary", delete(&format!("{chat}/summary"))).await;
    api.send("/chats/{id}", delete(&chat)).await;
    api.send("/chats/{id}", get(&chat)).await;
    api.send("/chats/{id}/restore", post(&format!("{chat}/restore"))).await;
    let profile = json!({
        "display_name": "Ada", "date_of_birth": "1990-12-01", "annual_income": "85000", "risk_tolerance": "moderate",
        "financial_goals": [{ "name": "House", "target_amount": "50000" }],
    });
    api.send("/profile", with_body(Method::PUT, "/profile", profile)).await;
    api.send("/profile", with_body(Method::PATCH, "/profile", json!({ "country": "DE" }))).await;
    api.send("/profile", with_body(Method::PATCH, "/profile", json!({ "country": "Germany" }))).await;
    api.send("/profile", get("/profile")).await;
    api.send("/profile", delete("/profile")).await;
    api.send("/usage", get("/usage")).await;
    api.send("/usage", get("/usage?from=soon")).await;
    api.send("/imports/{id}", delete(&import)).await;
    api.send("/sample", delete("/sample")).await;
    leave(&mut api, &chat).await;

    let described: BTreeSet<_> = api.document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            methods.as_object().unwrap().keys().map(|method| (method.clone(), path.clone()))
        })
        .collect();
    assert_eq!(described, api.seen, "described and tried");
}

//! The shape of every response.

use axum::http::{Method, StatusCode};
use insta::assert_json_snapshot;
use serde_json::json;

use crate::support::{CSV, Server, multipart, request, stable};

#[tokio::test]
async fn health_is_ok_and_says_nothing_else() {
    let health = Server::start().get("/health").await;
    assert_eq!(health.text(), r#"{"status":"ok"}"#);
}

#[tokio::test]
async fn a_store_that_answers_is_ready() {
    assert_json_snapshot!("ready", Server::start().get("/ready").await.json());
}

#[tokio::test]
async fn status_tells_where_data_is_kept() {
    let mut status = Server::start().get("/api/v1/status").await.json();
    assert!(status["tasks"].is_u64(), "{status}");
    // As many as the test's own runtime has.
    status["tasks"] = json!(0);
    assert_json_snapshot!("status", status);
}

#[tokio::test]
async fn me_is_the_local_user_without_a_proxy() {
    assert_json_snapshot!("me", Server::start().get("/api/v1/me").await.json());
}

#[tokio::test]
async fn a_profile_is_put_patched_and_deleted() {
    let server = Server::start();
    let body = json!({
        "display_name": "Ada", "date_of_birth": "1990-12-01", "annual_income": 85000, "base_currency": "EUR",
        "financial_goals": [{ "name": "House", "target_amount": "50000", "target_date": "2030-01-01", "priority": 1 }],
    });
    let put = server.call(Method::PUT, "/api/v1/profile", &body).await;
    assert_eq!(put.status, StatusCode::OK, "{}", put.text());
    let patch = json!({ "annual_income": null, "country": "de" });
    let patched = server.call(Method::PATCH, "/api/v1/profile", &patch).await;
    assert_json_snapshot!("profile", patched.json());
    assert_eq!(server.get("/api/v1/profile").await.json(), patched.json());
    let deleted = server.answer(request(Method::DELETE, "/api/v1/profile", None)).await;
    assert_eq!(deleted.status, StatusCode::NO_CONTENT);
    assert_eq!(server.get("/api/v1/profile").await.json()["display_name"], json!(null));
}

#[tokio::test]
async fn a_chat_is_made_renamed_deleted_and_restored() {
    let server = Server::start();
    let made = server.call(Method::POST, "/api/v1/chats", &json!({ "title": "  Rent \n and food " })).await;
    assert_eq!(made.status, StatusCode::CREATED);
    assert_json_snapshot!("chat", stable(made.json()));
    let path = made.header("location").to_owned();
    let renamed = server.call(Method::PATCH, &path, &json!({ "title": "Food" })).await;
    assert_eq!(renamed.json()["title"], "Food");
    assert_eq!(server.answer(request(Method::DELETE, &path, None)).await.status, StatusCode::NO_CONTENT);
    server.get(&path).await.refuses(404, "NOT_FOUND", None);
    assert_eq!(server.get("/api/v1/chats?deleted=true").await.json()["items"].as_array().unwrap().len(), 1);
    let restored = server.answer(request(Method::POST, &format!("{path}/restore"), None)).await;
    assert_eq!(restored.json(), renamed.json());
    assert_eq!(server.get(&path).await.json(), renamed.json());
}

#[tokio::test]
async fn the_history_is_searched_and_paged() {
    let server = Server::start();
    for title in ["One", "Two", "Three"] {
        server.call(Method::POST, "/api/v1/chats", &json!({ "title": title })).await;
    }
    let first = server.get("/api/v1/chats?limit=2").await.json();
    assert_json_snapshot!("chat_list", stable(first.clone()));
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = server.get(&format!("/api/v1/chats?limit=2&cursor={cursor}")).await.json();
    assert_eq!(second["items"].as_array().unwrap().len(), 1);
    assert_eq!(second["next_cursor"], json!(null));
    let found = server.get("/api/v1/chats?search=tHr").await.json();
    assert_eq!(found["items"][0]["title"], "Three");
}

#[tokio::test]
async fn a_question_is_accepted_and_its_answer_is_listed() {
    let server = Server::start();
    let (chat, sent) = server.ask(None, "How much did I spend on groceries?").await;
    assert_json_snapshot!("sent_message", stable(sent.clone()));
    let run = sent["run_id"].as_str().unwrap().to_owned();
    // Reading the events to their end waits for the answer.
    server.get(&format!("/api/v1/runs/{run}/events")).await;
    let messages = server.get(&format!("/api/v1/chats/{chat}/messages")).await.json();
    assert_eq!(messages["items"][0]["id"], sent["message_id"]);
    assert_eq!(messages["items"][1]["id"], sent["answer_id"]);
    assert_eq!(messages["items"][1]["status"], "complete");
    assert_json_snapshot!("run", stable(server.get(&format!("/api/v1/runs/{run}")).await.json()));
}

#[tokio::test]
async fn a_statement_is_previewed_imported_listed_and_undone() {
    let server = Server::start();
    let file = || multipart("/api/v1/imports", None, &[("file", Some("bank.csv"), CSV.as_bytes())]);
    let mut dry_run = file();
    *dry_run.uri_mut() = "/api/v1/imports?dry_run=true".parse().unwrap();
    let preview = server.answer(dry_run).await;
    assert_eq!(preview.status, StatusCode::OK, "{}", preview.text());
    assert_json_snapshot!("import_preview", stable(preview.json()));
    assert_eq!(server.get("/api/v1/imports").await.json()["items"], json!([]));

    let made = server.answer(file()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    assert_json_snapshot!("import", stable(made.json()));
    let again = server.answer(file()).await.json();
    assert_eq!((again["imported"].as_u64(), again["duplicates"].as_u64()), (Some(0), Some(3)));

    assert_json_snapshot!("account_list", stable(server.get("/api/v1/accounts").await.json()));
    let page = server.get("/api/v1/transactions?limit=2").await.json();
    assert_json_snapshot!("transaction_list", stable(page));
    let count = server.get("/api/v1/transactions/count?from=2024-03-02").await.json();
    assert_json_snapshot!("transaction_count", count);

    let undone = server.answer(request(Method::DELETE, made.header("location"), None)).await;
    assert_json_snapshot!("import_undone", stable(undone.json()));
    let repeated = server.answer(request(Method::DELETE, made.header("location"), None)).await;
    repeated.refuses(409, "ALREADY_DONE", None);
    assert_eq!(server.get("/api/v1/transactions").await.json()["items"], json!([]));
}

#[tokio::test]
async fn transactions_are_categorised_and_accounts_renamed() {
    let server = Server::start();
    server.import(None, "bank.csv", CSV.as_bytes()).await;
    let rows = server.get("/api/v1/transactions").await.json();
    let row = &rows["items"][0];
    let body = json!({ "transaction_ids": [row["id"]], "category": "Gifts:Family" });
    let done = server.call(Method::POST, "/api/v1/transactions/categorise", &body).await;
    assert_eq!(done.status, StatusCode::NO_CONTENT, "{}", done.text());
    let found = server.get("/api/v1/transactions?category=Gifts").await.json();
    assert_eq!(found["items"][0]["id"], row["id"]);
    assert_eq!(found["items"][0]["category_source"], "person");
    let path = format!("/api/v1/accounts/{}", row["account_id"].as_str().unwrap());
    let renamed = server.call(Method::PATCH, &path, &json!({ "name": "Everyday" })).await;
    assert_eq!(renamed.json()["name"], "Everyday");
}

#[tokio::test]
async fn a_transaction_is_edited_and_keeps_its_history() {
    let server = Server::start();
    server.import(None, "bank.csv", CSV.as_bytes()).await;
    let rows = server.get("/api/v1/transactions").await.json();
    let path = format!("/api/v1/transactions/{}", rows["items"][2]["id"].as_str().unwrap());
    let changes = json!({
        "payee": "The market", "note": "for the party", "category": "Food:Party",
        "splits": [
            { "amount": "-10", "category": "Food" },
            { "amount": { "amount": "-2.50", "currency": "USD" }, "category": "Gifts", "note": "flowers" },
        ],
    });
    let edited = server.call(Method::PATCH, &path, &changes).await;
    assert_json_snapshot!("edited_transaction", stable(edited.json()));
    assert_eq!(server.get(&path).await.json(), edited.json());
    for (changes, field) in [
        (
            json!({ "splits": [{ "amount": "-1", "category": "Food" }, { "amount": "-2", "category": "Food" }] }),
            "splits",
        ),
        (json!({ "category": "a:b:c" }), "category"),
        (json!({ "colour": "red" }), "colour"),
        (json!({ "transfer": { "type": "with", "transaction_id": rows["items"][2]["id"] } }), "transfer"),
    ] {
        server.call(Method::PATCH, &path, &changes).await.refuses(422, "INVALID_FIELDS", Some(field));
    }
    assert_eq!(server.get(&path).await.json(), edited.json(), "a refused change changes nothing");
}

#[tokio::test]
async fn a_transfer_may_go_from_one_currency_to_another() {
    let server = Server::start();
    let csv = "Date,Payee,Amount,Currency,Account\n\
        2024-03-04,Changed,-100.00,EUR,Euros\n2024-03-05,Landed,108.20,USD,Dollars\n";
    server.import(None, "bank.csv", csv.as_bytes()).await;
    let count = async |side: &str| {
        server.get(&format!("/api/v1/transactions/count?side={side}")).await.json()["count"].clone()
    };
    assert_eq!((count("spending").await, count("income").await), (json!(1), json!(1)));
    let rows = server.get("/api/v1/transactions").await.json();
    let path = format!("/api/v1/transactions/{}", rows["items"][1]["id"].as_str().unwrap());
    let changes = json!({ "transfer": { "type": "with", "transaction_id": rows["items"][0]["id"] } });
    let paired = server.call(Method::PATCH, &path, &changes).await;
    assert_eq!(paired.status, StatusCode::OK, "{}", paired.text());
    assert_eq!((count("spending").await, count("income").await), (json!(0), json!(0)));
}

#[tokio::test]
async fn many_transactions_are_categorised_as_their_preview_shows() {
    let server = Server::start();
    server.import(None, "bank.csv", CSV.as_bytes()).await;
    let path = "/api/v1/transactions/categorise";
    let body = json!({ "filter": { "to": "2024-03-02" }, "category": "Treats", "preview": true });
    let preview = server.call(Method::POST, path, &body).await.json();
    assert_json_snapshot!("categorise_preview", stable(preview));
    let body = json!({ "filter": { "to": "2024-03-02" }, "category": "Treats" });
    assert_eq!(server.call(Method::POST, path, &body).await.status, StatusCode::NO_CONTENT);
    let count = server.get("/api/v1/transactions/count?category=Treats").await.json();
    assert_eq!(count["count"], 2);
    let everything = json!({ "filter": {}, "category": "Treats" });
    server.call(Method::POST, path, &everything).await.refuses(422, "INVALID_FIELDS", Some("filter"));
    let nothing = json!({ "category": "Treats" });
    server.call(Method::POST, path, &nothing).await.refuses(422, "INVALID_FIELDS", Some("transaction_ids"));
}

#[tokio::test]
async fn rules_are_ordered_tried_and_applied() {
    let server = Server::start();
    server.import(None, "bank.csv", CSV.as_bytes()).await;
    let rule = |text: &str, category: &str| json!({ "conditions": [{ "type": "payee_contains", "text": text }], "category": category });
    let path = "/api/v1/rules";
    let first = server.call(Method::POST, path, &rule("market", "Treats")).await;
    assert_json_snapshot!("rule", stable(first.json()));
    let second = server.call(Method::POST, path, &rule("corner", "Gifts")).await;
    let moved = server.call(Method::PATCH, second.header("location"), &json!({ "position": 1 })).await;
    assert_eq!(moved.json()["position"], 1);
    let listed = server.get(path).await.json();
    assert_eq!(listed["items"][1]["id"], first.json()["id"]);
    let preview = server.call(Method::POST, "/api/v1/rules/apply", &json!({ "preview": true })).await.json();
    assert_eq!((&preview["count"], &preview["items"][0]["new_category"]), (&json!(1), &json!("Gifts")));
    assert_eq!(server.call(Method::POST, "/api/v1/rules/apply", &json!({})).await.json(), preview);
    let found = server.get("/api/v1/transactions?category=Gifts").await.json();
    assert_eq!(found["items"][0]["category_source"], "person_rule");
    let wrong =
        json!({ "conditions": [{ "type": "amount_at_least", "amount": "-1" }], "category": "Treats" });
    let field = Some("conditions.0.amount");
    server.call(Method::POST, "/api/v1/rules/test", &wrong).await.refuses(422, "INVALID_FIELDS", field);
}

#[tokio::test]
async fn a_budget_is_sent_once_and_holds_in_its_months() {
    let server = Server::start();
    let key = "01930000-0000-7000-8000-000000000001";
    let make = async || {
        let body = json!({ "category": "Food", "amount": 400, "currency": "eur", "until": "2024-06" });
        let mut request = crate::support::json(Method::POST, "/api/v1/budgets", None, &body);
        request.headers_mut().insert("idempotency-key", key.parse().unwrap());
        server.answer(request).await
    };
    assert_json_snapshot!("budget", stable(make().await.json()));
    make().await.refuses(409, "ALREADY_DONE", None);
    let in_month = async |month: &str| {
        let listed = server.get(&format!("/api/v1/budgets?month={month}")).await.json();
        listed["items"].as_array().unwrap().len()
    };
    let body = json!({ "category": "Food:Groceries", "amount": "10" });
    server.call(Method::POST, "/api/v1/budgets", &body).await;
    server.import(None, "bank.csv", CSV.as_bytes()).await;
    let march = server.get("/api/v1/budgets?month=2024-03").await.json();
    assert_json_snapshot!("budget_in_month", stable(march["items"][1].clone()));
    let added = march["items"][1]["id"].as_str().unwrap();
    server.answer(request(Method::DELETE, &format!("/api/v1/budgets/{added}"), None)).await;
    assert_eq!((in_month("2024-02").await, in_month("2024-03").await, in_month("2024-07").await), (0, 1, 0));
    let path = format!("/api/v1/budgets/{key}");
    let changed = server.call(Method::PATCH, &path, &json!({ "until": null, "amount": "12.5" })).await.json();
    assert_eq!((&changed["until"], &changed["amount"]), (&json!(null), &json!("12.50")));
    for (body, field) in [
        (json!({ "category": "Income:Salary" }), "category"),
        (json!({ "amount": 0 }), "amount"),
        (json!({ "from": "soon" }), "from"),
        (json!({ "until": "2024-01" }), "until"),
        (json!({ "currency": "EURO" }), "currency"),
    ] {
        server.call(Method::PATCH, &path, &body).await.refuses(422, "INVALID_FIELDS", Some(field));
    }
    let wrong = server.get("/api/v1/budgets?month=May").await;
    wrong.refuses(422, "INVALID_FIELDS", Some("month"));
}

#[tokio::test]
async fn the_sample_household_comes_once_and_goes() {
    let server = Server::start();
    let made = server.answer(request(Method::POST, "/api/v1/sample", None)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let again = server.answer(request(Method::POST, "/api/v1/sample", None)).await;
    assert_eq!(again.json(), made.json());
    let suggestions = server.get("/api/v1/suggestions").await.json();
    assert!(!suggestions["items"].as_array().unwrap().is_empty());
    let gone = server.answer(request(Method::DELETE, "/api/v1/sample", None)).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    server.answer(request(Method::DELETE, "/api/v1/sample", None)).await.refuses(404, "NOT_FOUND", None);
    assert_eq!(server.get("/api/v1/transactions").await.json()["items"], json!([]));
}

#[tokio::test]
async fn an_export_holds_everything_and_is_a_download() {
    let server = Server::start();
    server.import(None, "bank.csv", CSV.as_bytes()).await;
    server.call(Method::POST, "/api/v1/chats", &json!({ "title": "Kept" })).await;
    let export = server.get("/api/v1/export").await;
    assert_eq!(export.header("content-disposition"), "attachment; filename=\"lakeledger.json\"");
    let export = export.json();
    assert_eq!(export["transactions"].as_array().unwrap().len(), 3);
    assert_eq!(export["chats"][0]["chat"]["title"], "Kept");
}

#[tokio::test]
async fn a_ledger_is_exported_as_other_programs_read_it() {
    let server = Server::start();
    server.import(None, "bank.csv", CSV.as_bytes()).await;
    for (format, file, kind, part) in [
        ("hledger", "lakeledger.journal", "text/plain; charset=utf-8", "Northwind Payroll"),
        ("beancount", "lakeledger.beancount", "text/plain; charset=utf-8", "Northwind Payroll"),
        ("csv", "lakeledger.csv", "text/csv; charset=utf-8", "Northwind Payroll"),
        ("ofx", "lakeledger.ofx", "application/x-ofx", "<STMTTRN>"),
    ] {
        let export = server.get(&format!("/api/v1/export?format={format}")).await;
        assert_eq!(export.header("content-disposition"), format!("attachment; filename=\"{file}\""));
        assert_eq!(export.header("content-type"), kind);
        let text = String::from_utf8(export.body.clone()).unwrap();
        assert!(text.contains(part), "{format}: {text}");
    }
    let refused = server.get("/api/v1/export?format=pdf").await;
    refused.refuses(400, "MALFORMED_REQUEST", None);
}

use axum::http::StatusCode;

use crate::browser::{Browser, Site};

/// Three hundred rows, the newest `Payee 299`; and the id of one.
async fn with_rows() -> Browser {
    let line = |row| format!("2024-{:02}-{:02},Payee {row},-{}.50", row / 28 + 1, row % 28 + 1, row + 1);
    let lines: Vec<String> = (0..300).map(line).collect();
    with(&format!("Date,Payee,Amount\n{}\n", lines.join("\n"))).await
}

async fn with(csv: &str) -> Browser {
    let browser = Site::new().browser("ada");
    let address = browser.upload("march.csv", csv).await.location().to_owned();
    browser.post_and_follow(&address, &[("action", "commit")]).await;
    browser
}

/// The id of the first row of a list.
async fn first_id(browser: &Browser, list: &str) -> String {
    browser.get(list).await.attribute("id=\"t-").trim_start_matches("t-").to_owned()
}

#[tokio::test]
async fn a_list_is_read_page_by_page() {
    let browser = with_rows().await;
    let first = browser.get("/money").await;
    first.shows("aria-rowcount=\"301\"");
    first.shows("aria-rowindex=\"101\"");
    first.shows_not("aria-rowindex=\"102\"");
    first.shows("href=\"/money?offset=100\"");
    let last = browser.get("/money?offset=200").await;
    last.shows("aria-rowindex=\"301\"");
    last.shows("Payee 0<");
    last.shows_not("Older transactions");
}

#[tokio::test]
async fn a_part_of_the_list_is_rows_and_nothing_else() {
    let browser = with_rows().await;
    let part = browser.get("/money/rows?text=payee&offset=290&limit=50").await;
    assert_eq!(part.status, StatusCode::OK);
    assert!(part.html.starts_with("<tr"), "{}", part.html);
    assert_eq!(part.html.matches("<tr").count(), 10);
    assert_eq!(part.headers["x-total-count"], "300");
    part.shows("aria-rowindex=\"301\"");
    let beyond = browser.get("/money/rows?offset=5000&limit=9999999").await;
    assert_eq!((beyond.status, beyond.html.as_str()), (StatusCode::OK, ""));
}

#[tokio::test]
async fn a_category_is_changed_in_its_row() {
    let browser = with(
        "Date,Payee,Amount\n2024-03-01,Corner,-3.00\n2024-03-02,Corner,-4.00\n2024-03-03,Corner,-5.00\n",
    )
    .await;
    let id = first_id(&browser, "/money").await;
    let action = format!("/money/transactions/{id}/category");
    browser.get(&format!("/money?edit={id}")).await.shows(&action);

    let refused = browser.post(&action, &[("category", "a:b:c"), ("return_to", "/money")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.shows("value=\"a:b:c\"");
    refused.shows("field-error");

    let fields = [("category", "Food:Coffee"), ("return_to", "/money")];
    let once = browser.post_and_follow(&action, &fields).await;
    once.shows("Change the other 2 too");
    once.shows_not("Make a rule");

    let other = browser.get("/money?category=Uncategorised").await.attribute("id=\"t-").to_owned();
    let other = other.trim_start_matches("t-");
    let twice = browser.post_and_follow(&format!("/money/transactions/{other}/category"), &fields).await;
    twice.shows("You chose this 2 times.");
    twice.shows("Make a rule");

    let foreign = format!("/money/transactions/{}/category", "01900000-0000-7000-8000-000000000000");
    assert_eq!(browser.post(&foreign, &fields).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_script_gets_the_row_and_what_follows() {
    let browser = with("Date,Payee,Amount\n2024-03-01,Corner,-3.00\n2024-03-02,Corner,-4.00\n").await;
    let id = first_id(&browser, "/money").await;
    let action = format!("/money/transactions/{id}/category");
    let fields = [("category", "Food:Coffee"), ("return_to", "/money?text=corner"), ("place", "7")];
    let reply = browser.post_accepting("application/json", &action, &fields).await;
    reply.shows("aria-rowindex=\\\"9\\\"");
    reply.shows("Change the other one too");
    let fields = [("category", "Food:Coffee"), ("return_to", "/money?category=Leisure"), ("place", "7")];
    browser.post_accepting("application/json", &action, &fields).await.shows("\"row\":null");
}

#[tokio::test]
async fn everything_that_meets_a_filter_is_changed_after_a_preview() {
    let browser = with_rows().await;
    let preview = browser.get("/money/recategorise?text=payee&new_category=Leisure:Games").await;
    preview.shows("300 transactions would move to Leisure · Games. Nothing has changed yet.");
    browser.get("/money?category=Leisure").await.shows("No transaction meets this filter.");
    browser.get("/money/recategorise?text=payee&new_category=a:b:c").await.shows("error-summary");

    let fields = [("text", "payee"), ("new_category", "Leisure:Games")];
    browser.post_and_follow("/money/recategorise", &fields).await.shows("300 transactions");
    browser.get("/money?category=Leisure").await.shows("300 transactions");
    let all = browser.post("/money/recategorise", &[("new_category", "Leisure:Games")]).await;
    assert_eq!(all.status, StatusCode::UNPROCESSABLE_ENTITY, "a filter is needed");
}

#[tokio::test]
async fn a_transaction_is_split_and_what_does_not_add_up_names_its_part() {
    let browser = with("Date,Payee,Amount\n2024-03-01,Corner,-12.50\n").await;
    let id = first_id(&browser, "/money").await;
    let page = format!("/money/transactions/{id}");
    let parts = |first: &'static str, second: &'static str| {
        [
            ("part_amount", first),
            ("part_category", "Food:Groceries"),
            ("part_note", ""),
            ("part_amount", second),
            ("part_category", "Gifts"),
            ("part_note", "for Kim"),
        ]
    };
    let action = format!("{page}/parts");
    let refused = browser.post(&action, &parts("10", "much")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.shows("Part 2: amount");
    refused.shows("value=\"much\"");
    let off = browser.post(&action, &parts("10", "2")).await;
    off.shows("makes the parts 12, the transaction is 12.50: 2.50 here would fit");
    let back = browser.post(&action, &parts("17.50", "-2")).await;
    back.shows("makes the parts 15.50, the transaction is 12.50: -5.00 here would fit");
    browser.get("/money").await.shows_not("2 parts");

    let saved = browser.post_and_follow(&action, &parts("10", "2,50")).await;
    saved.shows("value=\"10.00\"");
    saved.shows("split into 2 parts");
    browser.get("/money").await.shows("2<!> parts");
    browser.post_and_follow(&action, &[("action", "whole")]).await.shows("made whole");
    browser.get("/money").await.shows_not("parts");
}

#[tokio::test]
async fn an_edit_is_kept_with_what_was_there() {
    let browser = with("Date,Payee,Amount\n2024-03-01,Corner,-12.50\n").await;
    let id = first_id(&browser, "/money").await;
    let page = format!("/money/transactions/{id}");
    let there = browser.get(&page).await;
    there.shows("march.csv");
    there.shows("Booked");
    let fields = [("payee", "The Shop"), ("category", "Uncategorised"), ("note", "party")];
    let saved = browser.post_and_follow(&page, &fields).await;
    saved.shows("payee: Corner → The Shop; note: party");
    saved.shows_not("category kept");
    let refused = browser.post(&page, &[("payee", " "), ("category", "Food"), ("note", "")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.shows("must be 1 to 120 characters");
}

use axum::http::StatusCode;

use crate::browser::Site;

const CSV: &str = "Date,Description,Amount\n\
    2024-03-01,Corner Market,-12.50\n\
    2024-03-02,Corner Market,-7.25\n\
    2024-02-30,Nowhere,-1.00\n\
    2024-03-29,Acme Payroll,2500.00\n";

#[tokio::test]
async fn a_statement_is_shown_before_it_is_imported() {
    let browser = Site::new().browser("ada");
    let upload = browser.upload("march.csv", CSV).await;
    assert_eq!(upload.status, StatusCode::SEE_OTHER, "{}", upload.html);
    let address = upload.location().to_owned();
    let preview = browser.get(&address).await;
    preview.shows("Import 3 transactions");
    preview.shows("1 row is skipped");
    preview.shows("<td class=\"figure-cell\">4</td>");
    browser.get("/money").await.shows("No accounts yet");

    let result = browser.post_and_follow(&address, &[("action", "commit")]).await;
    result.shows("3 transactions were imported.");
    browser.get("/money?text=corner").await.shows("2 transactions");
    // The same form again changes nothing.
    browser.post_and_follow(&address, &[("action", "commit")]).await.shows("3 transactions were imported.");
    browser.get("/money").await.shows("3 transactions");
}

#[tokio::test]
async fn the_same_file_again_is_all_duplicates_and_undo_empties_the_ledger() {
    let browser = Site::new().browser("ada");
    let first = browser.upload("march.csv", CSV).await.location().to_owned();
    browser.post_and_follow(&first, &[("action", "commit")]).await;
    let again = browser.upload("march.csv", CSV).await.location().to_owned();
    browser.get(&again).await.shows("Nothing new to import");
    browser.post_and_follow(&format!("{first}/undo"), &[]).await.shows("This import was undone.");
    browser.get("/money").await.shows("No accounts yet");
}

#[tokio::test]
async fn corrected_columns_lead_to_the_preview_again() {
    let browser = Site::new().browser("ada");
    let address = browser.upload("march.csv", CSV).await.location().to_owned();
    let fields = [
        ("action", "preview"),
        ("date", "0"),
        ("date_order", "year_month_day"),
        ("amount_kind", "signed_out"),
        ("amount", "2"),
        ("decimal_mark", "."),
        ("delimiter", ","),
        ("header_line", "1"),
        ("payee", "1"),
    ];
    let preview = browser.post_and_follow(&address, &fields).await;
    preview.shows("−$2,500.00");
}

#[tokio::test]
async fn refused_columns_are_shown_again_as_they_were_chosen() {
    let browser = Site::new().browser("ada");
    let address = browser.upload("march.csv", CSV).await.location().to_owned();
    let fields = |date: &'static str, line: &'static str| {
        [
            ("action", "preview"),
            ("date", date),
            ("date_order", "day_month_year"),
            ("amount_kind", "signed_out"),
            ("amount", "2"),
            ("decimal_mark", "."),
            ("delimiter", ","),
            ("header_line", line),
            ("payee", "1"),
        ]
    };
    let refused = browser.post(&address, &fields("0", "first")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.shows("href=\"#field-header_line\"");
    refused.shows("value=\"first\"");
    refused.shows("value=\"signed_out\" selected");
    refused.shows("id=\"field-columns\" open");
    let unreadable = browser.post(&address, &fields("1", "1")).await;
    assert_eq!(unreadable.status, StatusCode::UNPROCESSABLE_ENTITY);
    unreadable.shows("href=\"#field-columns\"");
    unreadable.shows("do not fit the file");
    unreadable.shows("value=\"signed_out\" selected");
    browser.get(&address).await.shows("Import 3 transactions");
}

#[tokio::test]
async fn what_is_no_statement_is_refused_with_a_readable_page() {
    let browser = Site::new().browser("ada");
    for content in ["", "\u{0}\u{1}\u{2}", "hello"] {
        let page = browser.upload("x.csv", content).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{content:?}");
        page.shows("Nothing was imported.");
        page.shows("Choose another file");
    }
    let page = browser.post("/money/imports", &[("file", "x")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn the_sample_household_comes_and_goes() {
    let browser = Site::new().browser("ada");
    browser.post_and_follow("/sample", &[]).await.shows_not("Try with sample data");
    let money = browser.get("/money").await;
    money.shows("Remove the sample data");
    money.shows("Older transactions");
    browser.post_and_follow("/sample/remove", &[]).await.shows("Try with sample data");
}

#[tokio::test]
async fn selected_transactions_change_their_category() {
    let browser = Site::new().browser("ada");
    let address = browser.upload("march.csv", CSV).await.location().to_owned();
    browser.post_and_follow(&address, &[("action", "commit")]).await;
    let money = browser.get("/money?text=payroll").await;
    let id = money.attribute("name=\"transaction_ids\" value=\"").to_owned();
    let fields = [
        ("transaction_ids", id.as_str()),
        ("category", "Income:Bonus"),
        ("return_to", "/money?text=payroll"),
    ];
    browser.post_and_follow("/money/categorise", &fields).await.shows("Bonus");
    let nobody = Site::new().browser("bob").post("/money/categorise", &fields).await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_wrong_filter_is_named_and_filters_nothing() {
    let browser = Site::new().browser("ada");
    browser.post_and_follow("/sample", &[]).await;
    let page = browser.get("/money?from=2024-02-30&account=x").await;
    assert_eq!(page.status, StatusCode::OK);
    page.shows("2 fields need another look");
}

//! Amounts as people type them into the forms.

use axum::http::StatusCode;

use crate::browser::{Browser, Site};

async fn with_locale(locale: &str) -> Browser {
    let browser = Site::new().browser("ada");
    browser.post_and_follow("/profile", &[("locale", locale), ("base_currency", "EUR")]).await;
    browser
}

fn budget(amount: &'static str) -> [(&'static str, &'static str); 2] {
    [("category", "Food:Groceries"), ("amount", amount)]
}

#[tokio::test]
async fn a_thousand_is_a_thousand_in_each_language() {
    for (locale, typed, shown) in [
        ("en-US", "1,250", "€1,250.00"),
        ("de-DE", "1.250", "1.250,00\u{a0}€"),
        ("fr-FR", "1 250", "1\u{202f}250,00\u{a0}€"),
        ("de-CH", "1’250", "€\u{a0}1’250.00"),
    ] {
        let browser = with_locale(locale).await;
        browser.post_and_follow("/money/budgets", &budget(typed)).await.shows(shown);
        let goal = [("name", "House"), ("target_amount", typed), ("saved_amount", "12,50")];
        let goals = browser.post_and_follow("/money/goals", &goal).await;
        goals.shows(shown);
        goals.shows_not(&shown.replace("250", "249"));
        let rule = [("text", "shop"), ("min", typed), ("category", "Food")];
        browser.post_and_follow("/money/rules", &rule).await.shows("1250");
    }
}

#[tokio::test]
async fn an_amount_with_two_meanings_is_refused_with_both() {
    for (locale, typed, readings) in [
        ("en-US", "1.250", "1250 or 1.25"),
        ("de-DE", "1,250", "1250 or 1,25"),
        ("fr-FR", "1,250", "1250 or 1,25"),
        ("de-CH", "1,250", "1250 or 1.25"),
        ("", "1,250", "1250 or 1.25"),
    ] {
        let browser = with_locale(locale).await;
        let forms = [
            ("/money/budgets", "Amount", budget(typed).to_vec()),
            ("/money/goals", "Target amount", vec![("name", "House"), ("target_amount", typed)]),
            ("/money/goals", "Saved amount", vec![("name", "House"), ("saved_amount", typed)]),
            ("/money/rules", "Min", vec![("min", typed), ("category", "Food")]),
            ("/profile", "Annual income", vec![("annual_income", typed), ("locale", locale)]),
        ];
        for (path, field, fields) in forms {
            let page = browser.post(path, &fields).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{locale} {path}");
            page.shows(&format!("may mean {readings}: write the one you mean"));
            page.shows(&format!("{field}</a>"));
            page.shows(&format!("value=\"{typed}\""));
        }
    }
}

#[tokio::test]
async fn a_rate_with_two_meanings_is_refused_too() {
    let browser = with_locale("de-DE").await;
    let rate = |rate: &'static str| [("date", "2026-11-20"), ("from", "EUR"), ("to", "USD"), ("rate", rate)];
    let refused = browser.post("/money/rates", &rate("1.082")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.shows("may mean 1082 or 1,082");
    browser.post_and_follow("/money/rates", &rate("1,082")).await.shows("1,082");
}

#[tokio::test]
async fn what_a_form_is_filled_with_can_be_sent_back() {
    let browser = with_locale("de-DE").await;
    let page = browser.post_and_follow("/money/budgets", &budget("1.250,5")).await;
    page.shows("name=\"amount\"");
    page.shows("value=\"1250,50\"");
    let action = page.attribute("action=\"/money/budgets/0").to_owned();
    let again = browser.post_and_follow(&action, &[("amount", "1250,50")]).await;
    again.shows("1.250,50\u{a0}€");
}

#[tokio::test]
async fn a_budget_is_in_the_currency_of_the_accounts() {
    let browser = Site::new().browser("ada");
    let rows: Vec<String> =
        (1..=10).map(|month| format!("2026-{month:02}-05,Corner Shop,-300.00,EUR,Food:Groceries")).collect();
    let csv = format!("Date,Payee,Amount,Currency,Category\n{}\n", rows.join("\n"));
    let address = browser.upload("year.csv", &csv).await.location().to_owned();
    browser.post_and_follow(&address, &[("action", "commit")]).await;
    let page = browser.get("/money/budgets").await;
    page.shows("Set €300.00 for Groceries");
    assert!(page.html.matches("name=\"currency\" value=\"EUR\"").count() >= 2, "{}", page.html);
    browser.post_and_follow("/money/budgets", &budget("300")).await.shows("€300.00</dd>");
}

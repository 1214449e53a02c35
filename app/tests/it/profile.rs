use axum::http::StatusCode;

use crate::browser::Site;

#[tokio::test]
async fn a_refused_profile_keeps_what_was_typed() {
    let browser = Site::new().browser("ada");
    let fields = [
        ("display_name", "Ada"),
        ("date_of_birth", "1990-02-29"),
        ("base_currency", "EURO"),
        ("financial_goals.0.name", "House"),
    ];
    let page = browser.post("/profile", &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows("3 fields need another look");
    page.shows("value=\"EURO\"");
    page.shows("value=\"House\"");
    page.shows("aria-describedby=\"field-base_currency-hint field-base_currency-error\"");
    page.shows("href=\"#field-financial_goals-0-target_amount\"");
    browser.get("/profile").await.shows_not("EURO");
}

#[tokio::test]
async fn a_saved_profile_comes_back_with_the_age() {
    let browser = Site::new().browser("ada");
    let fields = [
        ("display_name", "Ada"),
        ("date_of_birth", "1990-12-01"),
        ("locale", "de-DE"),
        ("base_currency", "eur"),
        ("financial_goals.0.name", "House"),
        ("financial_goals.0.target_amount", "50.000"),
        ("financial_goals.0.priority", "1"),
    ];
    let page = browser.post_and_follow("/profile", &fields).await;
    page.shows("Saved.");
    page.shows("Age 35");
    page.shows("value=\"50000\"");
    page.shows("Another goal");
}

#[tokio::test]
async fn amounts_follow_the_profiles_locale() {
    let browser = Site::new().browser("ada");
    browser.post_and_follow("/sample", &[]).await;
    browser.post_and_follow("/profile", &[("locale", "de-DE")]).await;
    let page = browser.get("/money").await;
    page.shows("\u{a0}$");
}

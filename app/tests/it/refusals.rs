//! Forms that are refused: shown again where they were, as they were typed.

use axum::http::StatusCode;

use crate::browser::Site;

#[tokio::test]
async fn a_refused_change_of_a_budget_is_open_and_led_to() {
    let browser = Site::new().browser("ada");
    for category in ["Food:Groceries", "Gifts"] {
        browser.post_and_follow("/money/budgets", &[("category", category), ("amount", "250")]).await;
    }
    let action = browser.get("/money/budgets").await.attribute("action=\"/money/budgets/0").to_owned();
    let id = action.rsplit('/').next().unwrap();
    let page = browser.post(&action, &[("amount", "much"), ("rollover", "yes")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows(&format!("href=\"#field-budget-{id}-amount\""));
    page.shows(&format!("id=\"field-budget-{id}-amount\""));
    assert_eq!(page.html.matches("value=\"much\"").count(), 1);
    assert_eq!(page.html.matches("<details open class=\"chart-data\"").count(), 1);
    page.shows("aria-invalid=\"true\"");
}

#[tokio::test]
async fn a_refused_change_of_a_goal_is_open_and_led_to() {
    let browser = Site::new().browser("ada");
    for name in ["House", "Car"] {
        browser.post_and_follow("/money/goals", &[("name", name), ("target_amount", "5000")]).await;
    }
    let fields = [("goal", "Car"), ("name", "A faster car"), ("target_amount", "much")];
    let page = browser.post("/money/goals/change", &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let id = page.attribute("href=\"#field-car-").trim_start_matches('#').to_owned();
    assert!(id.ends_with("-target_amount"), "{id}");
    page.shows(&format!("id=\"{id}\""));
    page.shows("value=\"A faster car\"");
    assert_eq!(page.html.matches("value=\"much\"").count(), 1);
    assert_eq!(page.html.matches("<details open class=\"chart-data\"").count(), 1);
}

#[tokio::test]
async fn what_is_refused_about_the_assistant_leads_to_its_field() {
    let browser = Site::new().browser("ada");
    for (path, name, typed, id) in [
        ("/assistant/memories", "text", " ", "field-text"),
        ("/assistant/retention", "days", "40000", "field-retention_days"),
        ("/assistant/retention", "days", "soon", "field-retention_days"),
        ("/assistant/erase", "confirm", "something", "field-confirm"),
    ] {
        let page = browser.post(path, &[(name, typed)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        page.shows(&format!("href=\"#{id}\""));
        page.shows(&format!("id=\"{id}\""));
        page.shows(&format!("id=\"{id}-error\""));
        page.shows(&format!("value=\"{typed}\""));
    }
    browser.post("/assistant/erase", &[("confirm", "no")]).await.shows("<details open class=\"erase\"");
    browser.get("/assistant").await.shows("max=\"36500\"");
}

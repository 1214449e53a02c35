use axum::http::{StatusCode, header};

use crate::browser::Site;

#[tokio::test]
async fn an_empty_app_offers_a_file_and_sample_data() {
    let page = Site::new().browser("ada").get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    page.shows("action=\"/money/imports\"");
    page.shows("Try with sample data");
}

#[tokio::test]
async fn a_question_without_javascript_leads_to_its_answer() {
    let browser = Site::new().browser("ada");
    browser.post_and_follow("/sample", &[]).await;
    let page = browser
        .post_and_follow("/chats", &[("text", "How much did I spend on groceries last month?"), ("key", "")])
        .await;
    assert_eq!(page.status, StatusCode::OK);
    page.shows("data-status=\"complete\"");
    page.shows("href=\"/money?");
    // Once in the messages, once as the chat's title in heading, field, history and document.
    assert_eq!(page.html.matches("class=\"question\"").count(), 1);
    // Nothing is sent a second time as data.
    page.shows("__RESOLVED_RESOURCES=[];");
}

#[tokio::test]
async fn suggestions_of_the_sample_data_can_be_asked() {
    let browser = Site::new().browser("ada");
    let page = browser.post_and_follow("/sample", &[]).await;
    let question = page.attribute("value=\"How").to_owned();
    let page = browser.post_and_follow("/chats", &[("text", &question), ("key", "")]).await;
    page.shows("data-status=\"complete\"");
}

#[tokio::test]
async fn a_question_that_is_too_long_is_shown_again() {
    let browser = Site::new().browser("ada");
    let text = "why ".repeat(8_000);
    let page = browser.post("/chats", &[("text", &text)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows("aria-describedby=\"composer-error\"");
    page.shows("why why why");
}

#[tokio::test]
async fn a_replayed_question_is_asked_once() {
    let browser = Site::new().browser("ada");
    let home = browser.get("/").await;
    let key = home.attribute("name=\"key\" value=\"").to_owned();
    let fields = [("text", "What did I spend?"), ("key", key.as_str())];
    let chat = browser.post("/chats", &fields).await.location().to_owned();
    assert_eq!(browser.post("/chats", &fields).await.location(), chat);
    let page = browser.get(&chat).await;
    assert_eq!(page.html.matches("class=\"question\"").count(), 1);
}

#[tokio::test]
async fn a_script_whose_reply_got_lost_is_led_to_its_question() {
    let browser = Site::new().browser("ada");
    let chat = browser.post("/chats", &[("text", "First?")]).await.location().to_owned();
    for path in ["/chats".to_owned(), format!("{}/messages", chat.split('#').next().unwrap())] {
        let key = browser.get("/").await.attribute("name=\"key\" value=\"").to_owned();
        let fields = [("text", "What did I spend?"), ("key", key.as_str())];
        let first = browser.post_accepting("application/json", &path, &fields).await;
        assert_eq!(first.status, StatusCode::ACCEPTED);
        let again = browser.post_accepting("application/json", &path, &fields).await;
        assert_eq!(again.status, StatusCode::OK, "{}", again.html);
        again.shows("\"href\":\"/chats/");
        again.shows_not(&key);
        again.shows("\"key\":\"");
        again.shows_not("\"messages\"");
    }
}

#[tokio::test]
async fn a_form_that_was_gone_back_to_and_edited_asks_again() {
    let browser = Site::new().browser("ada");
    let chat = browser.post("/chats", &[("text", "First?")]).await.location().to_owned();
    let chat = chat.split('#').next().unwrap();
    let key = browser.get(chat).await.attribute("name=\"key\" value=\"").to_owned();
    for text in ["How much in March?", "How much in May?", "How much in May?"] {
        browser.post_and_follow(&format!("{chat}/messages"), &[("text", text), ("key", &key)]).await;
    }
    let page = browser.get(chat).await;
    assert_eq!(page.html.matches("class=\"question\"").count(), 3);
    page.shows("How much in May?");
    let key = browser.get("/").await.attribute("name=\"key\" value=\"").to_owned();
    let places = ["Rent?", "Food?"].map(|text| [("text", text), ("key", key.as_str())]);
    let first = browser.post("/chats", &places[0]).await.location().to_owned();
    let second = browser.post("/chats", &places[1]).await.location().to_owned();
    assert_ne!(first.split('#').next(), second.split('#').next());
}

#[tokio::test]
async fn a_chat_deleted_from_a_long_trash_comes_back_by_undo() {
    let browser = Site::new().browser("ada");
    let mut last = String::new();
    for number in 0..52 {
        let question = browser.post_accepting("application/json", "/chats", &[("text", "Where?")]).await;
        let chat = question.html.split("\"href\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        browser.post(&format!("{chat}/delete"), &[]).await;
        if number == 0 {
            last = chat;
        }
    }
    browser.get(&format!("/?deleted={}", last.trim_start_matches("/chats/"))).await.shows("Deleted “");
}

#[tokio::test]
async fn a_deleted_chat_comes_back_by_undo() {
    let browser = Site::new().browser("ada");
    let question = browser.post("/chats", &[("text", "Where did it go?")]).await;
    let chat = question.location().split('#').next().unwrap().to_owned();
    let home = browser.post_and_follow(&format!("{chat}/delete"), &[]).await;
    home.shows("Deleted “");
    assert_eq!(browser.get(&chat).await.status, StatusCode::NOT_FOUND);
    let restore = home.attribute("action=\"/chats/0").to_owned();
    let page = browser.post_and_follow(&restore, &[]).await;
    page.shows("Where did it go?");
}

#[tokio::test]
async fn a_renamed_chat_is_found_by_its_title() {
    let browser = Site::new().browser("ada");
    let question = browser.post("/chats", &[("text", "Where did it go?")]).await;
    let chat = question.location().split('#').next().unwrap().to_owned();
    browser
        .post_and_follow(&format!("{chat}/rename"), &[("title", "Holiday plans")])
        .await
        .shows("Holiday plans");
    browser.get("/?q=holiday").await.shows(&format!("href=\"{chat}\""));
    browser.get("/?q=winter").await.shows("Nothing found.");
}

#[tokio::test]
async fn somebody_elses_chat_is_not_there() {
    let site = Site::new();
    let (ada, bob) = (site.browser("ada"), site.browser("bob"));
    let question = ada.post("/chats", &[("text", "My secret salary")]).await;
    let chat = question.location().split('#').next().unwrap().to_owned();
    let run = {
        let reply =
            ada.post_accepting("application/json", &format!("{chat}/messages"), &[("text", "And?")]).await;
        reply.html.split("\"run\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    assert_eq!(bob.get(&chat).await.status, StatusCode::NOT_FOUND);
    bob.get("/?q=secret").await.shows_not(&chat);
    for path in ["messages", "rename", "delete", "restore"] {
        let page = bob.post(&format!("{chat}/{path}"), &[("text", "x"), ("title", "x")]).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(bob.post(&format!("/runs/{run}/cancel"), &[]).await.status, StatusCode::NOT_FOUND);
    ada.get(&chat).await.shows("My secret salary");
}

#[tokio::test]
async fn an_address_that_names_nothing_is_a_readable_404() {
    let browser = Site::new().browser("ada");
    for path in ["/chats/not-a-uuid", "/nowhere", "/money/imports/0"] {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        page.shows("Nothing is here");
        page.shows("id=\"side-bar\"");
    }
}

#[tokio::test]
async fn the_island_gets_the_new_chat_as_html() {
    let browser = Site::new().browser("ada");
    let reply = browser.post_accepting("application/json", "/chats", &[("text", "How much?")]).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED);
    for member in ["\"href\":\"/chats/", "\"header\":\"<header", "\"history\":\"<section", "data-run="] {
        reply.shows(member);
    }
    let refused = browser.post_accepting("application/json", "/chats", &[("text", " ")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.shows("\"detail\":");
}

#[tokio::test]
async fn a_theme_is_remembered_and_leads_back_into_the_app_only() {
    let browser = Site::new().browser("ada");
    let chosen = browser.post("/theme", &[("theme", "dark"), ("return_to", "/money?text=a")]).await;
    assert_eq!(chosen.location(), "/money?text=a");
    let cookie = chosen.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("theme=dark;") && cookie.contains("HttpOnly"), "{cookie}");
    let astray = browser.post("/theme", &[("theme", "dark"), ("return_to", "//evil.example")]).await;
    assert_eq!(astray.location(), "/");
}

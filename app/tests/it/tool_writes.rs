use axum::http::StatusCode;
use domain::{ChatId, MessageId, ToolWriteOrigin, ToolWriteStatus, UserId};
use serde_json::json;

use crate::browser::Site;

#[tokio::test]
async fn only_the_word_true_is_a_yes_and_a_form_sent_twice_is_decided_once() {
    let site = Site::new();
    let ada = UserId::try_from("ada".to_owned()).unwrap();
    for (number, said, status) in [
        (1, "true", ToolWriteStatus::Done),
        (2, "false", ToolWriteStatus::Refused),
        (3, "", ToolWriteStatus::Refused),
        (4, "TRUE", ToolWriteStatus::Refused),
    ] {
        let clock = site.operations().clock();
        let (chat_id, message_id) = (ChatId::generate(clock), MessageId::generate(clock));
        let origin = ToolWriteOrigin::Chat { chat_id, message_id };
        let input = json!({ "text": format!("Fact {number}") });
        let write = site.operations().propose_tool_write(&ada, "remember", &input, origin).await.unwrap();
        let path = format!("/tool-writes/{}", write.id);
        let foreign = site.browser("eve").post(&path, &[("approve", "true")]).await;
        assert_eq!(foreign.status, StatusCode::NOT_FOUND);
        for again in [said, "true"] {
            let page = site.browser("ada").post(&path, &[("approve", again)]).await;
            assert_eq!(page.status, StatusCode::SEE_OTHER);
            assert_eq!(page.location(), format!("/chats/{chat_id}#m-{message_id}"));
            let decided = site.operations().get_tool_write(&ada, write.id).await.unwrap();
            assert_eq!(decided.status, status, "{said:?}, then {again:?}");
        }
    }
}

#[tokio::test]
async fn what_a_program_asked_for_leads_back_to_the_page_of_such_questions() {
    let site = Site::new();
    let ada = UserId::try_from("ada".to_owned()).unwrap();
    let origin = ToolWriteOrigin::Mcp { client: "desk".to_owned() };
    let input = json!({ "text": "Likes tea" });
    let write = site.operations().propose_tool_write(&ada, "remember", &input, origin).await.unwrap();
    let page = site.browser("ada").post(&format!("/tool-writes/{}", write.id), &[("approve", "false")]).await;
    assert_eq!(page.location(), "/assistant");
}

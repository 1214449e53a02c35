use axum::http::StatusCode;

use crate::browser::{Page, Site};

const HOSTILE: [&str; 6] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'-alert(1)-'",
    "</textarea></title><script>alert(1)</script>",
    "javascript:alert(1)",
    "![x](https://evil.example/p.png)",
];

/// A page that can run nothing of a person's: no handler, no style, no script without a nonce,
/// no image.
#[track_caller]
fn assert_inert(page: &Page) {
    // Leptos' own script, which holds `<` too, ends before the page's content.
    let (head, body) = page.html.split_once("<body").expect("a body");
    assert_eq!(head.matches("<script").count(), 1, "{head}");
    let tags = body.split('<').skip(1).filter_map(|rest| rest.split('>').next());
    for tag in tags.filter(|tag| !tag.starts_with(['!', '/'])) {
        let name = tag.split([' ', '/']).find(|part| !part.is_empty()).unwrap_or_default();
        assert!(!matches!(name, "img" | "iframe" | "style"), "<{tag}>");
        assert!(name != "script" || tag.contains("nonce="), "<{tag}>");
        // Values are quoted: what is left outside the quotes are the attributes' names.
        for attribute in tag.split('"').step_by(2).flat_map(str::split_whitespace) {
            assert!(!attribute.starts_with("on") && !attribute.starts_with("style="), "<{tag}>");
        }
        assert!(!tag.contains("href=\"javascript:") && !tag.contains("src=\"http"), "<{tag}>");
    }
}

#[tokio::test]
async fn no_page_runs_what_a_person_or_a_file_says() {
    let site = Site::new();
    for (index, text) in HOSTILE.into_iter().enumerate() {
        let browser = site.browser(&format!("person {index}"));
        let rows = format!("Date,Description,Amount\n2024-03-01,\"{}\",-12.50\n", text.replace('"', "\"\""));
        let upload = browser.upload(&format!("{}.csv", text.replace('"', "'")), &rows).await;
        assert_eq!(upload.status, StatusCode::SEE_OTHER, "{}", upload.html);
        let import = upload.location().to_owned();
        assert_inert(&browser.get(&import).await);
        assert_inert(&browser.post_and_follow(&import, &[("action", "commit")]).await);

        let chat = browser.post("/chats", &[("text", text)]).await.location().to_owned();
        let asked = browser.get(&chat).await;
        assert_eq!(asked.status, StatusCode::OK);
        assert_inert(&asked);
        assert_inert(&browser.post("/profile", &[("display_name", text), ("locale", text)]).await);
        assert_inert(&browser.post_and_follow("/profile", &[("display_name", text), ("notes", text)]).await);
        for path in [
            "/",
            "/money",
            "/money/imports",
            "/status",
            "/nowhere",
            "/?q=%3Cscript%3E",
            "/money?text=%22%3E%3Cscript%3E&from=%3Cb%3E",
        ] {
            assert_inert(&browser.get(path).await);
        }
    }
}

//! A browser without JavaScript: follows links and redirects, keeps no state but the address.

use std::sync::Arc;

use app::{App, AppState};
use assistant::{BuiltinModel, Models, Runs};
use axum::{
    Extension, Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use domain::{Clock, FixedClock, UserId};
use jiff::civil::date;
use leptos::config::LeptosOptions;
use leptos_axum::{LeptosRoutes, generate_route_list};
use operations::{Operations, Person};
use storage::{MemoryLimits, MemoryStore};
use tower::ServiceExt;

/// What came back.
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) html: String,
}

impl Page {
    /// Where a redirect leads.
    pub(crate) fn location(&self) -> &str {
        self.headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).expect("a redirect")
    }

    /// The value of the attribute that the first occurrence of `start` ends in:
    /// `name="key" value="`, with the value's own beginning where there are several.
    pub(crate) fn attribute(&self, start: &str) -> &str {
        let before_value = start.rfind('"').expect("an attribute's opening quote") + 1;
        let at = self.html.find(start).unwrap_or_else(|| panic!("{start} in {}", self.html)) + before_value;
        self.html[at..].split('"').next().unwrap_or_default()
    }

    #[track_caller]
    pub(crate) fn shows(&self, text: &str) {
        assert!(self.html.contains(text), "{text} in {}", self.html);
    }

    #[track_caller]
    pub(crate) fn shows_not(&self, text: &str) {
        assert!(!self.html.contains(text), "{text} not in {}", self.html);
    }
}

/// The app with an empty store.
pub(crate) struct Site {
    state: AppState,
}

impl Site {
    pub(crate) fn new() -> Self {
        let clock: Arc<dyn Clock> = Arc::new(FixedClock::on(date(2026, 11, 21)));
        let store = Arc::new(MemoryStore::new(MemoryLimits::default()));
        let operations = Arc::new(Operations::new(store.clone(), Arc::clone(&clock)));
        let models = Models::only(Arc::new(BuiltinModel));
        let runs = Arc::new(Runs::new(Arc::clone(&operations), models, app::render::part_html));
        let leptos_options = LeptosOptions::builder().output_name("lakeledger").build();
        let started_at = clock.now();
        Self {
            state: AppState {
                operations,
                runs,
                store,
                database: None,
                keep_token: None,
                remote: None,
                questions_per_minute: 60,
                leptos_options,
                started_at,
                version: "0.0.0",
            },
        }
    }

    /// What a person can do on it.
    pub(crate) fn operations(&self) -> &Operations {
        &self.state.operations
    }

    /// A person's browser.
    pub(crate) fn browser(&self, user: &str) -> Browser {
        let user = UserId::try_from(user.to_owned()).expect("a user's key");
        let person = Person::from(user);
        let router = Router::new()
            .leptos_routes_with_handler(generate_route_list(App), page)
            .merge(app::forms::router())
            .fallback(page)
            .with_state(self.state.clone())
            .layer(Extension(person));
        Browser { router }
    }
}

async fn page(
    State(state): State<AppState>,
    Extension(person): Extension<Person>,
    request: Request,
) -> Response {
    app::render_page(state, person, request, || {}).await
}

pub(crate) struct Browser {
    router: Router,
}

impl Browser {
    async fn send(&self, request: Request) -> Page {
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a whole body");
        let html = String::from_utf8(bytes.to_vec()).expect("text");
        Page { status: parts.status, headers: parts.headers, html }
    }

    pub(crate) async fn get(&self, path: &str) -> Page {
        let path = path.split('#').next().unwrap_or_default();
        self.send(Request::get(path).body(Body::empty()).expect("a request")).await
    }

    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.post_accepting("text/html", path, fields).await
    }

    pub(crate) async fn post_accepting(&self, accept: &str, path: &str, fields: &[(&str, &str)]) -> Page {
        let encode = |text: &str| {
            let bytes: Vec<String> = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
            bytes.concat()
        };
        let pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, accept)
            .body(Body::from(pairs.join("&")))
            .expect("a request");
        self.send(request).await
    }

    pub(crate) async fn upload(&self, name: &str, content: &str) -> Page {
        let body = format!(
            "--edge\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{content}\r\n--edge--\r\n"
        );
        let request = Request::post("/money/imports")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge")
            .body(Body::from(body))
            .expect("a request");
        self.send(request).await
    }

    /// Sends a form and follows its redirect.
    pub(crate) async fn post_and_follow(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let answer = self.post(path, fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.html);
        self.get(answer.location()).await
    }
}

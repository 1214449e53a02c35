//! Pages that say what went wrong.

use axum::http::{StatusCode, request::Parts};
use finance::statement::StatementError;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use leptos_meta::Title;
use operations::OperationError;

use crate::{
    components::{Frame, FrameModel, Section},
    render::document_title_html,
    visit::Visit,
};

/// What went wrong, in words for the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) title: String,
    pub(crate) text: String,
    /// Where to go on: an address and the words for it.
    pub(crate) way_out: (String, &'static str),
}

impl Problem {
    pub(crate) fn new(status: StatusCode, title: &str, text: impl Into<String>) -> Self {
        Self {
            status,
            title: title.to_owned(),
            text: text.into(),
            way_out: ("/".to_owned(), "Start a new chat"),
        }
    }

    pub(crate) fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "Nothing is here",
            "This page does not exist, or it was deleted, or it belongs to somebody else.",
        )
    }

    /// A file that is no statement.
    pub(crate) fn unreadable(error: &StatementError) -> Self {
        let text = format!("{error}. Nothing was imported.");
        let mut letters = text.chars();
        let text = letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>());
        Self {
            way_out: ("/money/imports".to_owned(), "Choose another file"),
            ..Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "This file could not be read",
                text.unwrap_or_default(),
            )
        }
    }
}

impl From<&OperationError> for Problem {
    fn from(error: &OperationError) -> Self {
        match error {
            OperationError::NotFound => Self::not_found(),
            OperationError::Invalid(_) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "That was not accepted", format!("{error}."))
            }
            OperationError::StatementUnreadable(error) => Self::unreadable(error),
            OperationError::AlreadyDone => Self::new(
                StatusCode::CONFLICT,
                "This was already done",
                "The form was sent before, and its change stands.",
            ),
            OperationError::Outdated => Self::new(
                StatusCode::CONFLICT,
                "Something else was changed at the same moment",
                "Nothing was written. Send it again.",
            ),
            OperationError::StillRunning => Self::new(
                StatusCode::CONFLICT,
                "The answer is still being written",
                "Stop it, or wait until it has ended.",
            ),
            OperationError::Full => Self::new(
                StatusCode::INSUFFICIENT_STORAGE,
                "There is no room for more",
                "Nothing was changed. Finish or undo an import, then try again.",
            ),
            OperationError::Storage(source) => {
                tracing::error!(error = ?source, "the store failed under a page");
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "The storage cannot be reached",
                    "Nothing was changed. Try again in a moment.",
                )
            }
        }
    }
}

/// An operation's error as a page of its own.
pub(crate) async fn problem_view(error: &OperationError) -> AnyView {
    framed(Problem::from(error)).await
}

async fn framed(problem: Problem) -> AnyView {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(problem.status);
    }
    match FrameModel::load(&Visit::of_request(), Section::Elsewhere).await {
        Ok(frame) => view! {
            <Frame model=frame title=problem.title.clone()>
                <ProblemText problem />
            </Frame>
        }
        .into_any(),
        // The store is away altogether: the page stands alone.
        Err(_) => view! {
            <Title text=document_title_html(&problem.title) />
            <main class="alone">
                <ProblemText problem />
            </main>
        }
        .into_any(),
    }
}

#[component]
fn ProblemText(problem: Problem) -> impl IntoView {
    let (href, words) = problem.way_out;
    let request_id = use_context::<Parts>()
        .and_then(|parts| Some(parts.headers.get("x-request-id")?.to_str().ok()?.to_owned()));
    view! {
        <section class="problem">
            <h1>{problem.title}</h1>
            <p>{problem.text}</p>
            {request_id
                .filter(|_| problem.status.is_server_error())
                .map(|id| view! { <p class="hint">"Request " <code>{id}</code></p> })}
            <p>
                <a class="button" data-kind="primary" href=href>{words}</a>
            </p>
        </section>
    }
    .into_any()
}

/// A problem that a form ran into, as a page.
#[component]
pub(crate) fn ProblemPage(problem: Problem) -> impl IntoView {
    Suspend::new(framed(problem))
}

/// An address that names no page.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    Suspend::new(framed(Problem::not_found()))
}

//! How a form is answered: a redirect, a page that says what was refused, or JSON for the
//! islands, which send the same forms.

use axum::{
    Json,
    body::Body,
    extract::{FromRequestParts, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use domain::NumberReader;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use operations::{OperationError, Person};
use serde_json::json;

use super::{fields::Fields, render_page};
use crate::{
    AppState,
    format::Locale,
    pages::{FormAttempt, Problem},
    visit::locale_of,
};

/// The request that sent a form, without its body: enough to answer with a page.
pub(super) struct Sender {
    pub(super) state: AppState,
    pub(super) person: Person,
    parts: Parts,
}

impl FromRequestParts<AppState> for Sender {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, StatusCode> {
        // Forms stand behind the identity layer; without it nobody is meant.
        let person = parts.extensions.get::<Person>().cloned().ok_or(StatusCode::UNAUTHORIZED)?;
        Ok(Self { state: state.clone(), person, parts: parts.clone() })
    }
}

impl Sender {
    /// Whether an island asks, which shows the outcome by itself.
    pub(super) fn wants_json(&self) -> bool {
        accepts_json(&self.parts.headers)
    }

    /// How the person reads and types numbers.
    pub(super) async fn locale(&self) -> Result<Locale, OperationError> {
        Ok(locale_of(&self.state.operations.get_profile(&self.person.user).await?))
    }

    /// How the person types amounts: in the currency that a form names, else in their main one.
    pub(super) async fn amounts(&self, fields: &Fields) -> Result<NumberReader, OperationError> {
        let named = fields.filled("currency").and_then(|code| code.parse().ok());
        let currency = match named {
            Some(currency) => currency,
            None => self.state.operations.main_currency(&self.person.user).await?,
        };
        Ok(self.locale().await?.amounts(currency))
    }

    /// The page at `path` with a status, and what `context` provides.
    pub(super) async fn page(
        self,
        path: &str,
        status: StatusCode,
        context: impl Fn() + Clone + Send + Sync + 'static,
    ) -> Response {
        let Self { state, person, mut parts } = self;
        parts.uri = path.parse().unwrap_or_default();
        let provide = move || {
            expect_context::<ResponseOptions>().set_status(status);
            context();
        };
        render_page(state, person, Request::from_parts(parts, Body::empty()), provide).await
    }

    /// What went wrong, as a page of its own or as JSON.
    pub(super) async fn problem(self, problem: Problem) -> Response {
        if self.wants_json() {
            let body = json!({ "title": problem.title, "detail": problem.text });
            return (problem.status, Json(body)).into_response();
        }
        let path = self.parts.uri.path().to_owned();
        let status = problem.status;
        self.page(&path, status, move || provide_context(problem.clone())).await
    }

    /// An operation's error, as a page of its own or as JSON.
    pub(super) async fn refuse(self, error: &OperationError) -> Response {
        self.problem(Problem::from(error)).await
    }

    /// A redirect, or the error.
    pub(super) async fn done<T>(self, outcome: Result<T, OperationError>, to: &str) -> Response {
        match outcome {
            Ok(_) if self.wants_json() => Json(json!({ "href": to })).into_response(),
            Ok(_) => Redirect::to(to).into_response(),
            Err(error) => self.refuse(&error).await,
        }
    }

    /// As [`Sender::done`]; but a refused form is shown again on its page, as it was typed.
    pub(super) async fn done_or_again<T>(
        self,
        outcome: Result<T, OperationError>,
        page: &str,
        form: &'static str,
        fields: Fields,
    ) -> Response {
        match outcome {
            Err(OperationError::Invalid(errors)) if !self.wants_json() => {
                let attempt = FormAttempt { form, fields: fields.0, errors };
                let provide = move || provide_context(attempt.clone());
                self.page(page, StatusCode::UNPROCESSABLE_ENTITY, provide).await
            }
            outcome => self.done(outcome, page).await,
        }
    }
}

fn accepts_json(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).is_some_and(|value| value.as_bytes().starts_with(b"application/json"))
}

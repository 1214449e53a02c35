//! The request that a page answers: who asks, and how they like to read.

use axum::http::{HeaderMap, header, request::Parts};
use domain::{Profile, UserId};
use jiff::civil::Date;
use leptos::prelude::*;
use operations::{OperationError, Operations, Person};
use std::sync::Arc;

use crate::{AppState, format::Locale};

/// The cookie that remembers a theme.
pub(crate) const THEME_COOKIE: &str = "theme";

/// Light or dark, as the person chose or as the system says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub(crate) const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.as_str() == text)
    }

    /// The theme that the request's cookie names.
    pub(crate) fn of_request() -> Self {
        let Some(parts) = use_context::<Parts>() else { return Self::default() };
        cookie(&parts.headers, THEME_COOKIE).and_then(Self::parse).unwrap_or_default()
    }
}

/// What a cookie says.
pub(crate) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// Who asks for a page, and what it may be made of.
#[derive(Clone)]
pub(crate) struct Visit {
    pub(crate) state: AppState,
    pub(crate) person: Person,
}

impl Visit {
    /// The visit of the request that is being answered.
    pub(crate) fn of_request() -> Self {
        Self { state: expect_context(), person: expect_context() }
    }

    pub(crate) fn operations(&self) -> &Arc<Operations> {
        &self.state.operations
    }

    pub(crate) fn user(&self) -> &UserId {
        &self.person.user
    }

    /// The present day where the person is.
    pub(crate) fn today(&self) -> Date {
        self.person.today(self.operations().clock())
    }

    pub(crate) async fn profile(&self) -> Result<Profile, OperationError> {
        self.operations().get_profile(self.user()).await
    }
}

/// How the person of a profile reads numbers and days.
pub(crate) fn locale_of<'p>(profile: impl Into<Option<&'p Profile>>) -> Locale {
    Locale::of(profile.into().and_then(|profile| profile.locale.as_deref()))
}

/// The path and query of the page that is being made: forms lead back to it.
pub(crate) fn here() -> String {
    use_context::<Parts>()
        .and_then(|parts| parts.uri.path_and_query().map(ToString::to_string))
        .unwrap_or_else(|| "/".to_owned())
}

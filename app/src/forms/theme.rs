//! The theme: remembered in a cookie, so that the first paint of the next page is right.

use axum::{
    extract::Form,
    http::header,
    response::{IntoResponse, Redirect, Response},
};

use super::fields::{Fields, own_path};
use crate::visit::{THEME_COOKIE, Theme};

/// A year.
const MAX_AGE_SECONDS: u32 = 31_536_000;

/// Remembers a theme and goes back to the page.
pub(super) async fn choose(Form(fields): Form<Vec<(String, String)>>) -> Response {
    let fields = Fields(fields);
    let theme = Theme::parse(fields.text("theme")).unwrap_or_default();
    let cookie = format!(
        "{THEME_COOKIE}={}; Path=/; Max-Age={MAX_AGE_SECONDS}; SameSite=Lax; HttpOnly",
        theme.as_str()
    );
    let to = own_path(fields.text("return_to"), "/");
    ([(header::SET_COOKIE, cookie)], Redirect::to(to)).into_response()
}

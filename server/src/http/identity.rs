//! Who sends a request: the identity that the proxy in front vouches for, or the one local user.

use app::KeepToken;
use axum::{
    Extension,
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, HeaderName, StatusCode, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::UserId;
use operations::Person;

use super::Problem;
use crate::configuration::IdentityPolicy;

const USER: HeaderName = HeaderName::from_static("x-forwarded-user");
const EMAIL: HeaderName = HeaderName::from_static("x-forwarded-email");
const NAME: HeaderName = HeaderName::from_static("x-forwarded-preferred-username");
const ACCESS_TOKEN: HeaderName = HeaderName::from_static("x-forwarded-access-token");

/// Longest name that is shown, in bytes.
const NAME_MAX_BYTES: usize = 256;

/// Puts the [`Person`] into the request, or refuses it.
pub(super) async fn identify(
    State(policy): State<IdentityPolicy>,
    mut request: Request,
    next: Next,
) -> Response {
    match person(policy, request.headers()) {
        Ok(mut person) => {
            person.utc_offset = app::utc_offset::of_request(request.headers());
            request.extensions_mut().insert(person);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

/// Keeps the person's token where answers are made on their behalf; elsewhere the header means nothing. One that is sent
/// twice, or holds what no token holds, is nobody's.
pub(super) async fn keep_token(
    State(keep): State<Option<KeepToken>>,
    Extension(person): Extension<Person>,
    request: Request,
    next: Next,
) -> Response {
    if let Some(keep) = keep {
        let mut values = request.headers().get_all(&ACCESS_TOKEN).iter();
        if let (Some(value), None) = (values.next(), values.next())
            && let Ok(token) = value.to_str()
            && token.bytes().all(|byte| byte.is_ascii_graphic())
            && !token.is_empty()
        {
            keep(&person.user, token);
        }
    }
    next.run(request).await
}

/// Rows are keyed by the provider's stable id, else by the e-mail.
fn person(policy: IdentityPolicy, headers: &HeaderMap) -> Result<Person, Problem> {
    match policy {
        IdentityPolicy::Local => Ok(Person::local()),
        IdentityPolicy::Forwarded => Ok(forwarded(headers)?.unwrap_or_else(Person::local)),
        IdentityPolicy::ForwardedRequired => forwarded(headers)?.ok_or_else(|| {
            Problem::new(
                StatusCode::UNAUTHORIZED,
                "IDENTITY_MISSING",
                "The request does not say who you are.",
                "Open the app at its Databricks address, so that its proxy signs you in.",
            )
        }),
    }
}

fn forwarded(headers: &HeaderMap) -> Result<Option<Person>, Problem> {
    refuse_look_alikes(headers)?;
    let user = single(headers, &USER)?.map(|text| key(&USER, text)).transpose()?;
    let email = single(headers, &EMAIL)?;
    if let Some(email) = email
        && !is_email(email)
    {
        return Err(refused(&EMAIL, "is not an e-mail address"));
    }
    let name = display_name(headers)?;
    // One mailbox, however its owner's provider writes it.
    let by_email = || email.map(|email| key(&EMAIL, &email.to_ascii_lowercase())).transpose();
    let Some(user) = user.map_or_else(by_email, |user| Ok(Some(user)))? else { return Ok(None) };
    Ok(Some(Person { name, email: email.map(str::to_owned), ..Person::from(user) }))
}

/// `X_Forwarded_User` and the like: some proxies turn underscores into hyphens, and would let a
/// person's own header through as the proxy's.
fn refuse_look_alikes(headers: &HeaderMap) -> Result<(), Problem> {
    let identity = [&USER, &EMAIL, &NAME];
    for name in headers.keys().filter(|name| name.as_str().contains('_')) {
        let plain = name.as_str().replace('_', "-");
        if let Some(meant) = identity.iter().find(|header| header.as_str() == plain) {
            return Err(refused(meant, "must not be written with underscores"));
        }
    }
    Ok(())
}

/// The one value of a header; none, when it is not there.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a [u8]>, Problem> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(refused(name, "must not be sent twice"));
    }
    if value.as_bytes().trim_ascii().is_empty() {
        return Err(refused(name, "must not be empty"));
    }
    Ok(Some(value.as_bytes()))
}

fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Problem> {
    let Some(value) = only(headers, name)? else { return Ok(None) };
    let text = std::str::from_utf8(value).ok().filter(|text| text.bytes().all(|b| b.is_ascii_graphic()));
    let text = text.ok_or_else(|| refused(name, "must be printable ASCII without spaces"))?;
    if text.contains(',') {
        return Err(refused(name, "must be one value, not a list"));
    }
    Ok(Some(text))
}

fn key(name: &HeaderName, text: &str) -> Result<UserId, Problem> {
    UserId::try_from(text.to_owned()).map_err(|_| refused(name, "is too long"))
}

/// A name is only shown, so letters of every script and commas are fine.
fn display_name(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = only(headers, &NAME)? else { return Ok(None) };
    let text = std::str::from_utf8(value).ok();
    let text = text.filter(|text| text.len() <= NAME_MAX_BYTES && !text.chars().any(char::is_control));
    text.map(|text| Some(text.trim().to_owned())).ok_or_else(|| refused(&NAME, "is malformed"))
}

fn is_email(text: &str) -> bool {
    let sides = text.split_once('@');
    text.len() <= 254
        && sides.is_some_and(|(local, host)| !local.is_empty() && !host.is_empty() && !host.contains('@'))
}

fn refused(name: &HeaderName, message: &str) -> Problem {
    Problem::malformed(name.as_str(), message)
}

/// The person whom [`identify`] put into the request.
#[derive(Debug, Clone)]
pub(super) struct Caller(pub(super) Person);

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        // A route outside the identity layer is a mistake of ours, never a person's.
        parts.extensions.get::<Person>().cloned().map(Self).ok_or_else(Problem::internal)
    }
}

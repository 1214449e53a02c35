//! Names under which the program may be reached: a page of another site can give its own name this
//! machine's address (DNS rebinding), and is then of the same origin for its browser.

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, Uri, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::UserId;
use operations::Person;

use super::Problem;
use crate::configuration::IdentityPolicy;

/// Names that the configuration adds to those of this machine.
#[derive(Debug)]
pub(super) struct Hosts {
    named: Vec<String>,
}

impl Hosts {
    pub(super) fn new(named: Vec<String>) -> Self {
        Self { named }
    }

    /// Whether a request may be answered.
    ///
    /// A person whom a proxy vouches for comes through that proxy. Where nobody does, everybody who
    /// reaches the port is the local user, and only names that nobody else can own are good. What names no
    /// host at all is no browser, and no page drives it.
    fn check(&self, request: &Request) -> Result<(), Problem> {
        let person = request.extensions().get::<Person>();
        let is_vouched_for = person.is_some_and(|person| person.user != UserId::local());
        let is_named = request.headers().contains_key(header::HOST) || request.uri().authority().is_some();
        let host = authority(request.headers(), request.uri());
        if is_vouched_for || !is_named || host.is_some_and(|host| self.is_good(host.host())) {
            return Ok(());
        }
        Err(Problem::new(
            StatusCode::FORBIDDEN,
            "HOST_NOT_ALLOWED",
            "The app is not served under this name.",
            "Use localhost or the machine's address, or add the name to LAKELEDGER_HOSTS.",
        ))
    }

    fn is_good(&self, host: &str) -> bool {
        let host = host.trim_matches(['[', ']']).trim_end_matches('.').to_ascii_lowercase();
        host == "localhost"
            || host.ends_with(".localhost")
            || host.parse::<IpAddr>().is_ok()
            || self.named.contains(&host)
    }
}

/// Refuses what comes under another name. Stands behind the identity layer.
pub(super) async fn require_good_host(
    State(hosts): State<Arc<Hosts>>,
    request: Request,
    next: Next,
) -> Response {
    match hosts.check(&request) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

fn authority(headers: &HeaderMap, uri: &Uri) -> Option<Authority> {
    let mut hosts = headers.get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => Authority::try_from(host.as_bytes()).ok(),
        (None, _) => uri.authority().cloned(),
        (Some(_), Some(_)) => None,
    }
}

/// Where the person's browser finds the pages, without a slash at the end: `https://app.example`.
pub(super) fn base_address(headers: &HeaderMap, uri: &Uri, policy: IdentityPolicy) -> Option<String> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let forwarded = match policy {
        IdentityPolicy::Local => None,
        IdentityPolicy::Forwarded | IdentityPolicy::ForwardedRequired => {
            let host = text("x-forwarded-host").and_then(|host| Authority::try_from(host).ok());
            let scheme = if text("x-forwarded-proto") == Some("http") { "http" } else { "https" };
            host.map(|host| format!("{scheme}://{host}"))
        }
    };
    let own_scheme = if policy == IdentityPolicy::ForwardedRequired { "https" } else { "http" };
    forwarded.or_else(|| authority(headers, uri).map(|host| format!("{own_scheme}://{host}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_nobody_else_can_own_are_good() {
        let hosts = Hosts::new(vec!["ledger.internal".to_owned()]);
        for good in
            ["localhost", "LOCALHOST", "app.localhost", "127.0.0.1", "[::1]", "10.0.0.7", "ledger.internal"]
        {
            assert!(hosts.is_good(good), "{good}");
        }
        for bad in ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "ledger.internal.evil", ""]
        {
            assert!(!hosts.is_good(bad), "{bad}");
        }
    }

    #[test]
    fn links_lead_to_where_the_browser_is() {
        let mut headers = HeaderMap::new();
        headers.insert("host", "127.0.0.1:3000".parse().unwrap());
        headers.insert("x-forwarded-host", "me.databricksapps.com".parse().unwrap());
        let uri = Uri::from_static("/mcp");
        let base = |policy| base_address(&headers, &uri, policy).unwrap();
        assert_eq!(base(IdentityPolicy::Local), "http://127.0.0.1:3000");
        assert_eq!(base(IdentityPolicy::ForwardedRequired), "https://me.databricksapps.com");
    }
}

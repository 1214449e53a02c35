//! How far a person's clocks are ahead of UTC: their browser says it in a cookie, so that their day is
//! theirs and not that of UTC. An offset and not a time zone: it is told anew as time goes on, and needs no tables.

#[cfg(feature = "ssr")]
use {axum::http::HeaderMap, jiff::tz::Offset};

/// Minutes ahead of UTC: `-480`.
const COOKIE: &str = "utc_offset";

/// Tells the server by a cookie of the site, now and whenever the page is looked at again: a page outlives a
/// journey and a change of the clocks. Without cookies days are those of UTC.
#[cfg(feature = "hydrate")]
pub fn tell() {
    use leptos::prelude::window_event_listener;
    set_cookie();
    // Kept as long as the page.
    let _ = window_event_listener(leptos::ev::visibilitychange, |_| set_cookie());
}

#[cfg(feature = "hydrate")]
fn set_cookie() {
    use wasm_bindgen::JsCast;
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    // JavaScript counts from the place to UTC.
    let minutes = -js_sys::Date::new_0().get_timezone_offset();
    let cookie = format!("{COOKIE}={minutes}; Path=/; Max-Age=31536000; SameSite=Lax");
    let _ = document.unchecked_into::<web_sys::HtmlDocument>().set_cookie(&cookie);
}

/// What a request's cookie says; UTC where it says nothing that any place on Earth has.
#[cfg(feature = "ssr")]
pub fn of_request(headers: &HeaderMap) -> Offset {
    /// The Line Islands and Baker Island.
    const ON_EARTH: std::ops::RangeInclusive<i32> = -12 * 60..=14 * 60;
    crate::visit::cookie(headers, COOKIE)
        .and_then(|minutes| minutes.parse().ok())
        .filter(|minutes| ON_EARTH.contains(minutes))
        .and_then(|minutes| Offset::from_seconds(minutes * 60).ok())
        .unwrap_or(Offset::UTC)
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};
    use jiff::tz::Offset;

    fn told(cookies: &'static str) -> Offset {
        let cookies = (header::COOKIE, HeaderValue::from_static(cookies));
        super::of_request(&HeaderMap::from_iter([cookies]))
    }

    #[test]
    fn the_cookie_tells_the_offset() {
        assert_eq!(told("theme=dark; utc_offset=-480"), Offset::constant(-8));
        assert_eq!(told("utc_offset=840"), Offset::constant(14));
        assert_eq!(told("utc_offset=345").seconds(), 20_700);
    }

    #[test]
    fn what_no_place_has_is_utc() {
        for cookies in
            ["", "theme=dark", "utc_offset=", "utc_offset=841", "utc_offset=-721", "utc_offset=9e9"]
        {
            assert_eq!(told(cookies), Offset::UTC, "{cookies}");
        }
    }
}

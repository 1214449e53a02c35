//! The query of a PostgreSQL URL.

/// What sqlx reads there (sqlx-postgres 0.9, `options/parse.rs`), beside `options[…]`.
const KNOWN: &[&str] = &[
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "statement-cache-capacity",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
];

/// The URL without the parameters that sqlx does not know, and their names: it would log them with their
/// values at every connect.
pub(crate) fn without_unknown_parameters(url: &str) -> (String, Vec<String>) {
    // As everywhere, what follows `#` is no part of the query.
    let (whole, fragment) = url.split_at(url.find('#').unwrap_or(url.len()));
    let Some((start, query)) = whole.split_once('?') else { return (url.to_owned(), Vec::new()) };
    let mut kept = Vec::new();
    let mut unknown = Vec::new();
    for pair in query.split('&') {
        let name = name_of(pair);
        if pair.is_empty() || KNOWN.contains(&name.as_str()) || name.starts_with("options[") {
            kept.push(pair);
        } else {
            unknown.push(name);
        }
    }
    if unknown.is_empty() {
        return (url.to_owned(), unknown);
    }
    let mark = if kept.is_empty() { "" } else { "?" };
    (format!("{start}{mark}{}{fragment}", kept.join("&")), unknown)
}

/// A parameter's name, percent-decoded as sqlx does it.
fn name_of(pair: &str) -> String {
    let name = pair.split('=').next().unwrap_or_default();
    let mut parts = name.split('%');
    let mut decoded = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let byte = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        decoded.push(byte.unwrap_or(b'%'));
        let rest = if byte.is_some() { &part[2..] } else { part };
        decoded.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn leaves(url: &str, left: &str, unknown: &[&str]) {
        let (found, names) = without_unknown_parameters(url);
        assert_eq!(found, left);
        assert_eq!(names, unknown, "{url}");
    }

    #[test]
    fn what_sqlx_knows_stays() {
        for url in [
            "postgres://a@h/d",
            "postgres://a:%3F%26%23@h/d",
            "postgres://a@h/d?",
            "postgres://a@h/d?sslmode=require",
            "postgres://a:p%40%26x@h/d?sslmode=require&application_name=a%26b",
            "postgres:///d?host=/tmp&options[search_path]=x&options%5Bjit%5D=off&ssl%6Dode=require",
            "postgres://a@h/d#?x=y",
        ] {
            leaves(url, url, &[]);
        }
    }

    #[test]
    fn what_it_does_not_know_is_dropped_and_named_without_its_value() {
        leaves("postgres://a@h/d?channel_binding=require", "postgres://a@h/d", &["channel_binding"]);
        leaves(
            "postgres://a:p%26q@h/d?channel_binding=require&sslmode=require&geheim%5B=x=y&target#f",
            "postgres://a:p%26q@h/d?sslmode=require#f",
            &["channel_binding", "geheim[", "target"],
        );
    }
}

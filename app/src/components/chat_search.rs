//! What chats are searched for: the fields of the search, from the address and as part of a form.

use std::str::FromStr;

use domain::{FieldError, Role};
use jiff::civil::Date;
use leptos::prelude::*;
use storage::SearchQuery;

use super::{SelectField, TextField, error_for};

/// The search as it stands in the address; text until it is checked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct SearchFields {
    pub(crate) q: String,
    role: String,
    from: String,
    to: String,
}

impl SearchFields {
    /// Reads each field of an address by its name.
    pub(crate) fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        let field = |name: &str| get(name).unwrap_or_default();
        Self { q: field("q"), role: field("role"), from: field("from"), to: field("to") }
    }

    /// The fields as a form sends them; filters only where they are filled in.
    pub(crate) fn pairs(&self) -> Vec<(&'static str, String)> {
        let Self { q, role, from, to } = self.clone();
        let filters = [("role", role), ("from", from), ("to", to)];
        let filters = filters.into_iter().filter(|(_, value)| !value.is_empty());
        std::iter::once(("q", q)).chain(filters).collect()
    }

    /// The query, and what in it was refused; a refused field filters nothing.
    pub(crate) fn check(&self) -> (SearchQuery, Vec<FieldError>) {
        let mut errors = Vec::new();
        let role = match self.role.as_str() {
            "" => None,
            "user" => Some(Role::User),
            "assistant" => Some(Role::Assistant),
            _ => {
                errors.push(refused("role", "is not one of the choices"));
                None
            }
        };
        let from = day(&self.from, "from", &mut errors);
        let to = day(&self.to, "to", &mut errors);
        (SearchQuery { text: self.q.clone(), role, from, to, ..SearchQuery::default() }, errors)
    }
}

fn refused(field: &str, message: &str) -> FieldError {
    FieldError { field: field.to_owned(), message: message.to_owned() }
}

fn day(text: &str, field: &str, errors: &mut Vec<FieldError>) -> Option<Date> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let read = Date::from_str(text);
    read.map_err(|_| errors.push(refused(field, "must be a date written as YYYY-MM-DD"))).ok()
}

/// What narrows a search, beside its words; `id_prefix` tells two on a page apart.
#[component]
pub(crate) fn SearchFilters(
    fields: SearchFields,
    errors: Vec<FieldError>,
    id_prefix: &'static str,
) -> impl IntoView {
    let roles = [("user", "You"), ("assistant", "The assistant")]
        .map(|(value, words)| (value.to_owned(), words.to_owned()))
        .to_vec();
    let prefix = || id_prefix.to_owned();
    view! {
        <SelectField
            name="role"
            label="Written by"
            value=fields.role
            options=roles
            empty="Anyone"
            error=error_for(&errors, "role")
            id_prefix=prefix()
        />
        <TextField name="from" label="From" kind="date" value=fields.from error=error_for(&errors, "from") id_prefix=prefix() />
        <TextField name="to" label="To" kind="date" value=fields.to error=error_for(&errors, "to") id_prefix=prefix() />
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> SearchFields {
        SearchFields::read(|name| {
            pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_search_says_what_it_looks_for_and_what_it_cannot() {
        let given = fields(&[("q", "car"), ("role", "assistant"), ("from", "2024-03-01"), ("to", "")]);
        let (query, errors) = given.check();
        assert_eq!((query.text.as_str(), query.role), ("car", Some(Role::Assistant)));
        assert_eq!((query.from, query.to), (Some(jiff::civil::date(2024, 3, 1)), None));
        assert_eq!(errors, []);
        assert_eq!(
            given.pairs(),
            [("q", "car"), ("role", "assistant"), ("from", "2024-03-01")]
                .map(|(name, value)| (name, value.to_owned()))
        );

        let (query, errors) = fields(&[("q", "car"), ("role", "bank"), ("to", "2024-02-30")]).check();
        let names: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(names, ["role", "to"]);
        assert_eq!((query.role, query.to), (None, None));
    }
}

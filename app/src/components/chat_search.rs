//! What chats are searched for: the fields of the search, from the address and as part of a form.

use domain::{FieldError, Role};
use leptos::prelude::*;
use storage::SearchQuery;

use super::{DATE_WRITTEN, SelectField, TextField, error_for, parsed, refused};

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
        let from = parsed(&self.from, "from", DATE_WRITTEN, &mut errors);
        let to = parsed(&self.to, "to", DATE_WRITTEN, &mut errors);
        (SearchQuery { text: self.q.clone(), role, from, to, ..SearchQuery::default() }, errors)
    }
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

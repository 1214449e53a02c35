//! Form fields with their errors.

use std::str::FromStr;

use domain::FieldError;
use jiff::civil::Date;
use leptos::prelude::*;

/// What is wrong with a day that cannot be read.
pub(crate) const DATE_WRITTEN: &str = "must be a date written as YYYY-MM-DD";

/// The error of a field.
pub(crate) fn refused(field: &str, message: &str) -> FieldError {
    FieldError { field: field.to_owned(), message: message.to_owned() }
}

/// A field's value; none where it is empty, and where it is refused, which is noted.
pub(crate) fn parsed<T: FromStr>(
    text: &str,
    field: &str,
    message: &str,
    errors: &mut Vec<FieldError>,
) -> Option<T> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    text.parse().map_err(|_| errors.push(refused(field, message))).ok()
}

/// The error of a field, if it has one.
pub(crate) fn error_for(errors: &[FieldError], field: &str) -> Option<String> {
    errors.iter().find(|error| error.field == field).map(|error| error.message.clone())
}

/// `name` as an element id: goals have dots in theirs.
fn element_id(name: &str) -> String {
    format!("field-{}", name.replace('.', "-"))
}

fn described_by(id: &str, has_hint: bool, has_error: bool) -> Option<String> {
    let hint = has_hint.then(|| format!("{id}-hint"));
    let error = has_error.then(|| format!("{id}-error"));
    let ids: Vec<String> = hint.into_iter().chain(error).collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

/// A labelled input with its hint and error.
#[component]
pub(crate) fn TextField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(into)] value: String,
    error: Option<String>,
    #[prop(optional)] hint: Option<&'static str>,
    /// `text`, `date`; amounts and counts are text with a keyboard of figures.
    #[prop(default = "text")]
    kind: &'static str,
    #[prop(optional)] input_mode: Option<&'static str>,
    #[prop(optional)] autocomplete: Option<&'static str>,
    #[prop(optional)] list: Option<&'static str>,
    #[prop(optional)] required: bool,
    /// Before the element's id, where a page has several fields of one name.
    #[prop(optional)]
    id_prefix: String,
) -> impl IntoView {
    let id = element_id(&format!("{id_prefix}{name}"));
    // A date field shows nothing but dates, and the browser warns of anything else.
    let value = if kind == "date" && value.parse::<Date>().is_err() { String::new() } else { value };
    let described = described_by(&id, hint.is_some(), error.is_some());
    let invalid = error.is_some().then_some("true");
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input
                id=id.clone()
                name=name
                type=kind
                value=value
                inputmode=input_mode
                autocomplete=autocomplete.unwrap_or("off")
                list=list
                required=required
                aria-invalid=invalid
                aria-describedby=described
            />
            {hint.map(|hint| view! { <p class="hint" id=format!("{id}-hint")>{hint}</p> })}
            {error.map(|error| view! { <p class="field-error" id=format!("{id}-error")>{sentence(&error)}</p> })}
        </div>
    }
    .into_any()
}

/// A labelled choice; the empty one means unknown.
#[component]
pub(crate) fn SelectField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(into)] value: String,
    /// Values and the words for them.
    options: Vec<(String, String)>,
    /// The words for the empty choice; none when there must be one.
    #[prop(optional)]
    empty: Option<&'static str>,
    /// The id of the form that it belongs to, where it stands outside of it.
    #[prop(optional)]
    form: Option<&'static str>,
    #[prop(optional_no_strip)] error: Option<String>,
    /// Before the element's id, where a page has several fields of one name.
    #[prop(optional)]
    id_prefix: String,
) -> impl IntoView {
    let id = element_id(&format!("{id_prefix}{name}"));
    let described = described_by(&id, false, error.is_some());
    let invalid = error.is_some().then_some("true");
    let options = options
        .into_iter()
        .map(|(option, words)| {
            let selected = option == value;
            view! { <option value=option selected=selected>{words}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select id=id.clone() name=name form=form aria-invalid=invalid aria-describedby=described>
                {empty.map(|words| view! { <option value="">{words}</option> })}
                {options}
            </select>
            {error.map(|error| view! { <p class="field-error" id=format!("{id}-error")>{sentence(&error)}</p> })}
        </div>
    }
    .into_any()
}

/// What is wrong with a field, beside it.
#[component]
pub(crate) fn FieldProblem(id: &'static str, error: Option<String>) -> impl IntoView {
    error.map(|error| view! { <p class="field-error" id=id>{sentence(&error)}</p> })
}

/// Every error at the top of a form, each leading to its field.
#[component]
pub(crate) fn ErrorSummary(
    errors: Vec<FieldError>,
    /// Before the elements' ids, where a page has several fields of one name.
    #[prop(optional)]
    id_prefix: String,
) -> impl IntoView {
    (!errors.is_empty()).then(move || {
        let count = errors.len();
        let items = errors
            .iter()
            .map(|error| {
                let href = format!("#{}", element_id(&format!("{id_prefix}{}", error.field)));
                view! {
                    <li>
                        <a href=href>{field_words(&error.field)}</a>
                        " "
                        {error.message.clone()}
                    </li>
                }
            })
            .collect_view();
        view! {
            <section class="error-summary" role="alert" aria-labelledby="error-summary-title">
                <h2 id="error-summary-title">
                    {if count == 1 { "One field needs another look".to_owned() } else { format!("{count} fields need another look") }}
                </h2>
                <ul>{items}</ul>
            </section>
        }
    })
}

/// A field's name in words: `financial_goals.0.target_amount` is `Goal 1: target amount`.
fn field_words(field: &str) -> String {
    let words = |name: &str| name.replace('_', " ");
    let text = match field.split('.').collect::<Vec<_>>().as_slice() {
        ["financial_goals", index, name] => {
            let number = index.parse::<usize>().map_or(1, |index| index + 1);
            return format!("Goal {number}: {}", words(name));
        }
        ["splits", index, name] => {
            let number = index.parse::<usize>().map_or(1, |index| index + 1);
            return format!("Part {number}: {}", words(name));
        }
        ["splits"] => "parts".to_owned(),
        [name, ..] => words(name),
        [] => String::new(),
    };
    capitalised(&text)
}

/// `must not be empty` as a sentence beside its field.
fn sentence(message: &str) -> String {
    format!("{}.", capitalised(message))
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goals_field_is_named_by_its_number() {
        assert_eq!(field_words("financial_goals.0.target_amount"), "Goal 1: target amount");
        assert_eq!(field_words("date_of_birth"), "Date of birth");
    }

    #[test]
    fn hint_and_error_both_describe_a_field() {
        assert_eq!(described_by("f", true, true).unwrap(), "f-hint f-error");
        assert_eq!(described_by("f", false, false), None);
    }
}

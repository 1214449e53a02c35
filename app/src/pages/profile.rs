//! `/profile`: what the assistant may count with besides transactions.

use std::sync::Arc;

use domain::{EmploymentStatus, FieldError, MaritalStatus, ProfileDraft, RiskTolerance, TaxFilingStatus};
use leptos::prelude::*;
use operations::OperationError;

use super::{has_query, profile_goals::Goals};
use crate::{
    components::{ErrorSummary, Frame, FrameModel, Section, SelectField, TextField, error_for, page},
    render::text_area_html,
    visit::Visit,
};

/// A profile that was refused, for the page that shows it again.
#[derive(Debug, Clone)]
pub(crate) struct ProfileAttempt {
    pub(crate) draft: ProfileDraft,
    pub(crate) errors: Vec<FieldError>,
}

struct ProfileModel {
    frame: FrameModel,
    draft: ProfileDraft,
    errors: Vec<FieldError>,
    age: Option<i16>,
    is_saved: bool,
}

async fn load(visit: Visit, is_saved: bool) -> Result<ProfileModel, OperationError> {
    let attempt = use_context::<ProfileAttempt>();
    let frame = FrameModel::load(&visit, Section::Profile).await?;
    // Without the one that is there, the form would be saved over it.
    let profile = match &frame.profile {
        Some(profile) => Arc::clone(profile),
        None => Arc::new(visit.profile().await?),
    };
    let age = profile.age_on(visit.today());
    let (draft, errors) = match attempt {
        Some(attempt) => (attempt.draft, attempt.errors),
        None => (ProfileDraft::from(profile.as_ref()), Vec::new()),
    };
    Ok(ProfileModel { frame, draft, errors, age, is_saved })
}

macro_rules! options {
    ($choice:ident) => {
        $choice::ALL.iter().map(|it| (it.as_str().to_owned(), it.label().to_owned())).collect::<Vec<_>>()
    };
}

/// Locales that numbers and dates can be written in; others may be typed into the API.
const LOCALES: [(&str, &str); 16] = [
    ("en-US", "English, United States"),
    ("en-GB", "English, United Kingdom"),
    ("en-CA", "English, Canada"),
    ("en-AU", "English, Australia"),
    ("de-DE", "German, Germany"),
    ("de-AT", "German, Austria"),
    ("de-CH", "German, Switzerland"),
    ("fr-FR", "French, France"),
    ("es-ES", "Spanish, Spain"),
    ("es-MX", "Spanish, Mexico"),
    ("it-IT", "Italian, Italy"),
    ("nl-NL", "Dutch, Netherlands"),
    ("pl-PL", "Polish, Poland"),
    ("pt-BR", "Portuguese, Brazil"),
    ("sv-SE", "Swedish, Sweden"),
    ("ja-JP", "Japanese, Japan"),
];

/// The locales, with the profile's own among them when it is another.
fn locale_options(current: &str) -> Vec<(String, String)> {
    let mut options: Vec<(String, String)> =
        LOCALES.iter().map(|(tag, words)| ((*tag).to_owned(), (*words).to_owned())).collect();
    if !current.is_empty() && !LOCALES.iter().any(|(tag, _)| *tag == current) {
        options.push((current.to_owned(), current.to_owned()));
    }
    options
}

/// `/profile`: what the assistant may count with besides transactions.
#[component]
pub(crate) fn ProfilePage() -> impl IntoView {
    page(load(Visit::of_request(), has_query("saved")), |model| {
        let ProfileModel { frame, draft, errors, age, is_saved } = model;
        let has_errors = !errors.is_empty();
        view! {
            <Frame model=frame title=if has_errors { "Error: Profile" } else { "Profile" }>
                <h1>"Profile"</h1>
                <p class="lead">"What the assistant may count with. Every field can stay empty."</p>
                {(is_saved && !has_errors).then(|| view! { <p class="notice" data-level="good" role="status">"Saved."</p> })}
                <ErrorSummary errors=errors.clone() />
                <form class="profile" method="post" action="/profile" novalidate>
                    <AboutYou draft=draft.clone() errors=errors.clone() age />
                    <Work draft=draft.clone() errors=errors.clone() />
                    <Planning draft=draft.clone() errors=errors.clone() />
                    <section class="card" aria-labelledby="goals-title">
                        <h2 id="goals-title">"Goals"</h2>
                        <Goals goals=draft.financial_goals.clone() errors=errors.clone() />
                    </section>
                    <Reading draft=draft.clone() errors=errors.clone() />
                    <Notes notes=draft.notes error=error_for(&errors, "notes") />
                    <div class="form-actions">
                        <button class="button" data-kind="primary">"Save profile"</button>
                    </div>
                </form>
            </Frame>
        }
    })
}

#[component]
fn AboutYou(draft: ProfileDraft, errors: Vec<FieldError>, age: Option<i16>) -> impl IntoView {
    let error = |field: &str| error_for(&errors, field);
    view! {
        <section class="card" aria-labelledby="about-title">
            <h2 id="about-title">"About you"</h2>
            <div class="fields">
                <TextField name="display_name" label="Name" value=draft.display_name autocomplete="name" error=error("display_name") />
                <div class="field-with-note">
                    <TextField
                        name="date_of_birth"
                        label="Date of birth"
                        kind="date"
                        value=draft.date_of_birth
                        autocomplete="bday"
                        error=error("date_of_birth")
                    />
                    {age.map(|age| view! { <p class="hint">{format!("Age {age}")}</p> })}
                </div>
                <SelectField
                    name="marital_status"
                    label="Marital status"
                    value=draft.marital_status
                    options=options!(MaritalStatus)
                    empty="Not said"
                />
                <TextField
                    name="number_of_dependents"
                    label="Dependents"
                    value=draft.number_of_dependents
                    input_mode="numeric"
                    error=error("number_of_dependents")
                />
                <TextField
                    name="household_size"
                    label="People in the household"
                    value=draft.household_size
                    input_mode="numeric"
                    error=error("household_size")
                />
                <TextField
                    name="country"
                    label="Country"
                    value=draft.country
                    hint="Two letters: US, DE"
                    autocomplete="country"
                    error=error("country")
                />
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Work(draft: ProfileDraft, errors: Vec<FieldError>) -> impl IntoView {
    let error = |field: &str| error_for(&errors, field);
    view! {
        <section class="card" aria-labelledby="work-title">
            <h2 id="work-title">"Work and income"</h2>
            <div class="fields">
                <SelectField
                    name="employment_status"
                    label="Employment"
                    value=draft.employment_status
                    options=options!(EmploymentStatus)
                    empty="Not said"
                />
                <TextField name="employer_name" label="Employer" value=draft.employer_name autocomplete="organization" error=error("employer_name") />
                <TextField name="job_title" label="Job title" value=draft.job_title autocomplete="organization-title" error=error("job_title") />
                <TextField
                    name="years_employed"
                    label="Years with this employer"
                    value=draft.years_employed
                    input_mode="numeric"
                    error=error("years_employed")
                />
                <TextField
                    name="annual_income"
                    label="Annual income"
                    value=draft.annual_income
                    input_mode="decimal"
                    hint="Before taxes, in your base currency"
                    error=error("annual_income")
                />
                <SelectField
                    name="tax_filing_status"
                    label="Tax filing status"
                    value=draft.tax_filing_status
                    options=options!(TaxFilingStatus)
                    empty="Not said"
                />
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Planning(draft: ProfileDraft, errors: Vec<FieldError>) -> impl IntoView {
    let error = |field: &str| error_for(&errors, field);
    view! {
        <section class="card" aria-labelledby="planning-title">
            <h2 id="planning-title">"Planning"</h2>
            <div class="fields">
                <TextField
                    name="fixed_monthly_costs"
                    label="Fixed monthly costs"
                    value=draft.fixed_monthly_costs
                    input_mode="decimal"
                    hint="Rent, insurance and the like"
                    error=error("fixed_monthly_costs")
                />
                <TextField
                    name="emergency_fund_months"
                    label="Emergency fund, in months"
                    value=draft.emergency_fund_months
                    input_mode="numeric"
                    hint="How long your savings should last"
                    error=error("emergency_fund_months")
                />
                <SelectField
                    name="risk_tolerance"
                    label="Risk tolerance"
                    value=draft.risk_tolerance
                    options=options!(RiskTolerance)
                    empty="Not said"
                />
                <TextField
                    name="investment_experience_years"
                    label="Years of investing"
                    value=draft.investment_experience_years
                    input_mode="numeric"
                    error=error("investment_experience_years")
                />
                <TextField
                    name="retirement_age_target"
                    label="Retirement age"
                    value=draft.retirement_age_target
                    input_mode="numeric"
                    error=error("retirement_age_target")
                />
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Reading(draft: ProfileDraft, errors: Vec<FieldError>) -> impl IntoView {
    let options = locale_options(&draft.locale);
    view! {
        <section class="card" aria-labelledby="reading-title">
            <h2 id="reading-title">"Currency and formats"</h2>
            <div class="fields">
                <TextField
                    name="base_currency"
                    label="Base currency"
                    value=draft.base_currency
                    hint="Three letters: USD, EUR"
                    error=error_for(&errors, "base_currency")
                />
                <SelectField name="locale" label="Numbers and dates" value=draft.locale options empty="English, United States" />
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Notes(notes: String, error: Option<String>) -> impl IntoView {
    let invalid = error.is_some().then_some("true");
    let described = if error.is_some() { "field-notes-hint field-notes-error" } else { "field-notes-hint" };
    view! {
        <section class="card" aria-labelledby="notes-title">
            <h2 id="notes-title">"Notes"</h2>
            <div class="field">
                <label for="field-notes">"Anything else the assistant should know"</label>
                <textarea
                    id="field-notes"
                    name="notes"
                    rows="4"
                    aria-invalid=invalid
                    aria-describedby=described
                    inner_html=text_area_html(&notes)
                ></textarea>
                <p class="hint" id="field-notes-hint">"At most 4,000 characters."</p>
                {error.map(|error| view! { <p class="field-error" id="field-notes-error">{error}</p> })}
            </div>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_that_is_not_offered_is_kept() {
        assert!(locale_options("fi-FI").iter().any(|(tag, _)| tag == "fi-FI"));
        assert_eq!(locale_options("de-DE").len(), LOCALES.len());
    }
}

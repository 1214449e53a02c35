//! A profile as typed, and its validation.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    EmploymentStatus, FinancialGoal, MaritalStatus, Profile, RiskTolerance, TaxFilingStatus,
    check::{Check, GOALS_MAX, LINE_MAX, NOTES_MAX},
};
use crate::Currency;

/// A field that was refused, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's name; goals as `financial_goals.0.target_amount`.
    pub field: String,
    /// Why, in words for the person.
    pub message: String,
}

/// A goal as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GoalDraft {
    /// See [`FinancialGoal::name`].
    pub name: String,
    /// See [`FinancialGoal::target_amount`].
    pub target_amount: String,
    /// See [`FinancialGoal::target_date`].
    pub target_date: String,
    /// See [`FinancialGoal::priority`]; empty is 3.
    pub priority: String,
    /// See [`FinancialGoal::saved_amount`].
    pub saved_amount: String,
    /// See [`FinancialGoal::account_id`].
    pub account_id: String,
}

/// A profile as typed into a form or sent as JSON: every field is text, empty means unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is the text of the Profile field of its name")]
pub struct ProfileDraft {
    pub display_name: String,
    pub date_of_birth: String,
    pub marital_status: String,
    pub number_of_dependents: String,
    pub household_size: String,
    pub employment_status: String,
    pub employer_name: String,
    pub job_title: String,
    pub years_employed: String,
    pub annual_income: String,
    pub fixed_monthly_costs: String,
    pub emergency_fund_months: String,
    pub risk_tolerance: String,
    pub investment_experience_years: String,
    pub retirement_age_target: String,
    pub tax_filing_status: String,
    pub financial_goals: Vec<GoalDraft>,
    pub base_currency: String,
    pub locale: String,
    pub country: String,
    pub notes: String,
}

impl ProfileDraft {
    /// Checks every field; on failure names all that are wrong. `today` bounds the birth date.
    pub fn validate(&self, today: Date) -> Result<Profile, Vec<FieldError>> {
        let mut check = Check { errors: Vec::new() };
        let date_of_birth = check.date("date_of_birth", &self.date_of_birth);
        if let Some(born) = date_of_birth
            && (born > today || born.year() < today.year() - 130)
        {
            check.fail("date_of_birth", "must lie in the past 130 years");
        }
        let country = check.text("country", &self.country, 2).map(|code| code.to_ascii_uppercase());
        if let Some(code) = &country
            && !(code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()))
        {
            check.fail("country", "must be a two-letter country code such as DE");
        }
        let locale = check.text("locale", &self.locale, 35);
        if let Some(tag) = &locale
            && !is_language_tag(tag)
        {
            check.fail("locale", "must be a language tag such as en-US");
        }
        let base_currency = match self.base_currency.trim() {
            "" => None,
            code => {
                let currency = code.parse::<Currency>().ok();
                if currency.is_none() {
                    check.fail("base_currency", "must be a three-letter currency code such as EUR");
                }
                currency
            }
        };
        if self.financial_goals.len() > GOALS_MAX {
            check.fail("financial_goals", format!("must be at most {GOALS_MAX} goals"));
        }
        let financial_goals = self
            .financial_goals
            .iter()
            .take(GOALS_MAX)
            .enumerate()
            .filter_map(|(index, goal)| check.goal(index, goal))
            .collect();
        let profile = Profile {
            display_name: check.text("display_name", &self.display_name, LINE_MAX),
            date_of_birth,
            marital_status: check.choice("marital_status", &self.marital_status, MaritalStatus::parse),
            number_of_dependents: check.whole("number_of_dependents", &self.number_of_dependents, 0, 30),
            household_size: check.whole("household_size", &self.household_size, 1, 30),
            employment_status: check.choice(
                "employment_status",
                &self.employment_status,
                EmploymentStatus::parse,
            ),
            employer_name: check.text("employer_name", &self.employer_name, LINE_MAX),
            job_title: check.text("job_title", &self.job_title, LINE_MAX),
            years_employed: check.whole("years_employed", &self.years_employed, 0, 80),
            annual_income: check.amount("annual_income", &self.annual_income),
            fixed_monthly_costs: check.amount("fixed_monthly_costs", &self.fixed_monthly_costs),
            emergency_fund_months: check.whole("emergency_fund_months", &self.emergency_fund_months, 0, 60),
            risk_tolerance: check.choice("risk_tolerance", &self.risk_tolerance, RiskTolerance::parse),
            investment_experience_years: check.whole(
                "investment_experience_years",
                &self.investment_experience_years,
                0,
                80,
            ),
            retirement_age_target: check.whole("retirement_age_target", &self.retirement_age_target, 18, 100),
            tax_filing_status: check.choice(
                "tax_filing_status",
                &self.tax_filing_status,
                TaxFilingStatus::parse,
            ),
            financial_goals,
            base_currency,
            locale,
            country,
            notes: check.text("notes", &self.notes, NOTES_MAX),
        };
        if check.errors.is_empty() { Ok(profile) } else { Err(check.errors) }
    }
}

/// The shape of a BCP 47 tag: subtags of 1 to 8 letters or digits, the first of 2 or 3 letters.
fn is_language_tag(tag: &str) -> bool {
    let mut subtags = tag.split('-');
    let language = subtags.next().unwrap_or_default();
    (2..=3).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_alphabetic())
        && subtags.all(|subtag| {
            (1..=8).contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

fn text<T: ToString>(value: Option<&T>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

impl From<&FinancialGoal> for GoalDraft {
    fn from(goal: &FinancialGoal) -> Self {
        Self {
            name: goal.name.clone(),
            target_amount: goal.target_amount.to_string(),
            target_date: text(goal.target_date.as_ref()),
            priority: goal.priority.to_string(),
            saved_amount: text(goal.saved_amount.as_ref()),
            account_id: text(goal.account_id.as_ref()),
        }
    }
}

impl From<&Profile> for ProfileDraft {
    fn from(profile: &Profile) -> Self {
        Self {
            display_name: text(profile.display_name.as_ref()),
            date_of_birth: text(profile.date_of_birth.as_ref()),
            marital_status: profile.marital_status.map(MaritalStatus::as_str).unwrap_or_default().to_owned(),
            number_of_dependents: text(profile.number_of_dependents.as_ref()),
            household_size: text(profile.household_size.as_ref()),
            employment_status: profile
                .employment_status
                .map(EmploymentStatus::as_str)
                .unwrap_or_default()
                .to_owned(),
            employer_name: text(profile.employer_name.as_ref()),
            job_title: text(profile.job_title.as_ref()),
            years_employed: text(profile.years_employed.as_ref()),
            annual_income: text(profile.annual_income.as_ref()),
            fixed_monthly_costs: text(profile.fixed_monthly_costs.as_ref()),
            emergency_fund_months: text(profile.emergency_fund_months.as_ref()),
            risk_tolerance: profile.risk_tolerance.map(RiskTolerance::as_str).unwrap_or_default().to_owned(),
            investment_experience_years: text(profile.investment_experience_years.as_ref()),
            retirement_age_target: text(profile.retirement_age_target.as_ref()),
            tax_filing_status: profile
                .tax_filing_status
                .map(TaxFilingStatus::as_str)
                .unwrap_or_default()
                .to_owned(),
            financial_goals: profile.financial_goals.iter().map(GoalDraft::from).collect(),
            base_currency: text(profile.base_currency.as_ref()),
            locale: text(profile.locale.as_ref()),
            country: text(profile.country.as_ref()),
            notes: text(profile.notes.as_ref()),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn draft() -> ProfileDraft {
        ProfileDraft {
            display_name: "Ada".into(),
            date_of_birth: "1990-02-29".into(),
            annual_income: "85000".into(),
            ..ProfileDraft::default()
        }
    }

    #[test]
    fn a_date_that_does_not_exist_names_its_field() {
        let errors = draft().validate(date(2026, 11, 21)).unwrap_err();
        assert_eq!(errors.len(), 1);
        assert_eq!(errors[0].field, "date_of_birth");
    }

    #[test]
    fn age_counts_whole_years() {
        let profile = ProfileDraft { date_of_birth: "1990-12-01".into(), ..draft() };
        let profile = profile.validate(date(2026, 11, 21)).unwrap();
        assert_eq!(profile.age_on(date(2026, 11, 30)), Some(35));
        assert_eq!(profile.age_on(date(2026, 12, 1)), Some(36));
    }

    #[test]
    fn a_draft_of_a_profile_validates_to_the_same_profile() {
        let draft = ProfileDraft {
            date_of_birth: "1990-12-01".into(),
            base_currency: "eur".into(),
            locale: "de-DE".into(),
            country: "de".into(),
            financial_goals: vec![GoalDraft {
                name: "House".into(),
                target_amount: "50000".into(),
                target_date: "2030-01-01".into(),
                priority: "1".into(),
                saved_amount: "1200.50".into(),
                account_id: "01930000-0000-7000-8000-000000000001".into(),
            }],
            ..draft()
        };
        let today = date(2026, 11, 21);
        let profile = draft.validate(today).unwrap();
        assert_eq!(ProfileDraft::from(&profile).validate(today).unwrap(), profile);
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let draft = ProfileDraft {
            date_of_birth: "1990-12-01".into(),
            retirement_age_target: "17".into(),
            base_currency: "EURO".into(),
            financial_goals: vec![GoalDraft { name: "House".into(), ..GoalDraft::default() }],
            ..draft()
        };
        let fields: Vec<_> =
            draft.validate(date(2026, 11, 21)).unwrap_err().into_iter().map(|e| e.field).collect();
        assert_eq!(fields, ["base_currency", "financial_goals.0.target_amount", "retirement_age_target"]);
    }
}

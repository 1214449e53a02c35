//! The profile of the person whose household the sample is.

use domain::{GoalDraft, Profile, ProfileDraft};
use jiff::{ToSpan, civil::Date};

/// The profile as of a day; its figures fit the accounts.
pub(super) fn profile(until: Date) -> Profile {
    let goal = |name: &str, amount: &str, months: i32, priority: &str| GoalDraft {
        name: name.to_owned(),
        target_amount: amount.to_owned(),
        target_date: until.saturating_add(months.months()).first_of_month().to_string(),
        priority: priority.to_owned(),
        ..GoalDraft::default()
    };
    let born = until.saturating_sub(36.years()).saturating_sub(5.months()).first_of_month();
    let draft = ProfileDraft {
        display_name: "Alex Rivers".to_owned(),
        date_of_birth: born.to_string(),
        marital_status: "married".to_owned(),
        number_of_dependents: "1".to_owned(),
        household_size: "3".to_owned(),
        employment_status: "employed_full_time".to_owned(),
        employer_name: "Fernhill Studio".to_owned(),
        job_title: "Designer".to_owned(),
        years_employed: "6".to_owned(),
        annual_income: "98000".to_owned(),
        fixed_monthly_costs: "3210".to_owned(),
        emergency_fund_months: "6".to_owned(),
        risk_tolerance: "moderate".to_owned(),
        investment_experience_years: "5".to_owned(),
        retirement_age_target: "64".to_owned(),
        tax_filing_status: "married_filing_jointly".to_owned(),
        financial_goals: vec![
            goal("Emergency fund", "36000", 14, "1"),
            goal("Home down payment", "75000", 54, "2"),
            goal("Summer in Portugal", "6500", 9, "3"),
        ],
        base_currency: "USD".to_owned(),
        locale: "en-US".to_owned(),
        country: "US".to_owned(),
        notes: "A sample household: two earners, one child, a cat, a rented flat and one car.".to_owned(),
    };
    draft.validate(until).expect("the sample's profile is valid on any day")
}

//! A person's profile: what the assistant may count with besides transactions.

mod check;
mod choices;
mod draft;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{AccountId, Currency};

pub use choices::{EmploymentStatus, MaritalStatus, RiskTolerance, TaxFilingStatus};
pub use draft::{FieldError, GoalDraft, ProfileDraft};

/// Investment experience, in whole years.
pub type InvestmentExperience = u8;

/// Something the person saves for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FinancialGoal {
    /// Its name.
    pub name: String,
    /// How much is needed, in the base currency.
    pub target_amount: Decimal,
    /// By when.
    pub target_date: Option<Date>,
    /// 1 (most urgent) to 5.
    pub priority: u8,
    /// How much is saved for it, in the base currency; not given where an account tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saved_amount: Option<Decimal>,
    /// The account whose balance is saved for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
}

/// A person's profile. Every field may be unknown. Made only by [`ProfileDraft::validate`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    /// What the app calls the person.
    pub display_name: Option<String>,
    /// Birth date; the age is computed from it.
    pub date_of_birth: Option<Date>,
    /// Marital status.
    pub marital_status: Option<MaritalStatus>,
    /// People who live on the person's income.
    pub number_of_dependents: Option<u8>,
    /// People in the household, the person included.
    pub household_size: Option<u8>,
    /// Employment.
    pub employment_status: Option<EmploymentStatus>,
    /// Who employs them.
    pub employer_name: Option<String>,
    /// What they do.
    pub job_title: Option<String>,
    /// Years with this employer.
    pub years_employed: Option<u8>,
    /// Gross income a year, in the base currency.
    pub annual_income: Option<Decimal>,
    /// Rent, insurance and the like a month, in the base currency.
    pub fixed_monthly_costs: Option<Decimal>,
    /// How many months of spending the emergency fund should cover.
    pub emergency_fund_months: Option<u8>,
    /// How much loss they can bear.
    pub risk_tolerance: Option<RiskTolerance>,
    /// Years of investing.
    pub investment_experience_years: Option<InvestmentExperience>,
    /// Age at which they mean to retire.
    pub retirement_age_target: Option<u8>,
    /// United States tax filing status.
    pub tax_filing_status: Option<TaxFilingStatus>,
    /// What they save for.
    pub financial_goals: Vec<FinancialGoal>,
    /// The currency of amounts in this profile and of totals, where it is known.
    pub base_currency: Option<Currency>,
    /// BCP 47 tag that numbers and dates are formatted for: `en-US`, `de-DE`.
    pub locale: Option<String>,
    /// ISO 3166-1 alpha-2 country code.
    pub country: Option<String>,
    /// Anything else the assistant should know.
    pub notes: Option<String>,
}

impl Profile {
    /// Age in whole years on a day.
    pub fn age_on(&self, today: Date) -> Option<i16> {
        let born = self.date_of_birth?;
        let birthday_is_ahead = (today.month(), today.day()) < (born.month(), born.day());
        Some(today.year() - born.year() - i16::from(birthday_is_ahead))
    }

    /// Nothing is filled in.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

//! The profile.

use jiff::civil::Date;
use rust_decimal::Decimal;
use utoipa::ToSchema;
use uuid::Uuid;

/// A person's profile; what is unknown is null.
#[derive(ToSchema)]
#[schema(as = Profile)]
pub struct ProfileSchema {
    display_name: Option<String>,
    date_of_birth: Option<Date>,
    /// `single`, `married`, `divorced`, `widowed` or `separated`.
    marital_status: Option<String>,
    number_of_dependents: Option<u8>,
    household_size: Option<u8>,
    /// `employed_full_time`, `employed_part_time`, `self_employed`, `unemployed`, `retired` or `student`.
    employment_status: Option<String>,
    employer_name: Option<String>,
    job_title: Option<String>,
    years_employed: Option<u8>,
    /// Gross, a year, in the base currency.
    annual_income: Option<Decimal>,
    /// Rent, insurance and the like a month, in the base currency.
    fixed_monthly_costs: Option<Decimal>,
    /// How many months of spending the emergency fund should cover.
    emergency_fund_months: Option<u8>,
    /// `conservative`, `moderately_conservative`, `moderate`, `moderately_aggressive` or `aggressive`.
    risk_tolerance: Option<String>,
    investment_experience_years: Option<u8>,
    retirement_age_target: Option<u8>,
    /// `single`, `married_filing_jointly`, `married_filing_separately`, `head_of_household` or
    /// `qualifying_widow`.
    tax_filing_status: Option<String>,
    financial_goals: Option<Vec<FinancialGoalSchema>>,
    /// ISO 4217.
    base_currency: Option<String>,
    /// BCP 47.
    locale: Option<String>,
    /// ISO 3166-1 alpha-2.
    country: Option<String>,
    notes: Option<String>,
}

/// Something the person saves for.
#[derive(ToSchema)]
#[schema(as = FinancialGoal)]
pub struct FinancialGoalSchema {
    name: String,
    /// In the base currency.
    target_amount: Decimal,
    /// By when.
    target_date: Option<Date>,
    /// 1 (most urgent) to 5.
    priority: u8,
    /// How much is saved for it, in the base currency.
    saved_amount: Option<Decimal>,
    /// The account whose balance is saved for it.
    account_id: Option<Uuid>,
}

//! Questions that a calculator answers: loans, debts, saving, currencies.

mod changing;
mod compounding;
mod plans;
mod read;

use finance::calculate::{SavingsPlan, When, future_value};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use compounding::Compounding;
pub(super) use read::{read, update};

/// Months in which a target is to be reached. More are no plan.
const MONTHS_MAX: u32 = 1_200;

/// A calculator and what the question gives it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Calculation {
    pub tool: Calculator,
    /// What is borrowed, owed, saved for or converted.
    pub amount: Option<Decimal>,
    /// A year's, as a fraction.
    pub rate: Option<Decimal>,
    pub n_months: Option<i64>,
    /// Paid or put aside every month.
    pub monthly: Option<Decimal>,
    /// Paid every month beside a loan's payment.
    pub extra: Option<Decimal>,
    /// What is there already.
    pub start: Option<Decimal>,
    /// Deposits at the beginning of a month.
    pub is_begin: bool,
    pub currency: Option<&'static str>,
    pub to: Option<&'static str>,
    /// The day whose exchange rate counts.
    pub day: Option<Date>,
    /// Months after which the rate of a loan changes, and what it is from then on.
    pub rate_changes: Vec<(i64, Decimal)>,
    /// How often a year interest is added, where it is said.
    pub compounding: Option<Compounding>,
    /// Several amounts, rates or spans could be meant.
    pub is_ambiguous: bool,
    /// The input of a calculator that takes lists.
    pub given: Map<String, Value>,
    /// What it lacks, in words.
    pub lacks: Vec<&'static str>,
}

/// The calculators that questions reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Calculator {
    Loan,
    Payoff,
    Savings,
    /// In how many months regular saving reaches an amount.
    SavingTime,
    RequiredSaving,
    EmergencyFund,
    Inflation,
    Convert,
    Debts,
    Retirement,
    MonteCarlo,
    Xirr,
    Twr,
}

impl Calculator {
    /// Its tool.
    pub fn name(self) -> &'static str {
        match self {
            Self::Loan => "loan",
            Self::Payoff => "payoff",
            Self::Savings | Self::SavingTime => "savings",
            Self::RequiredSaving => "required_saving",
            Self::EmergencyFund => "emergency_fund",
            Self::Inflation => "inflation",
            Self::Convert => "convert",
            Self::Debts => "debts",
            Self::Retirement => "retirement",
            Self::MonteCarlo => "monte_carlo",
            Self::Xirr => "xirr",
            Self::Twr => "twr",
        }
    }
}

impl Calculation {
    /// With nothing given.
    fn of(tool: Calculator) -> Self {
        Self {
            tool,
            amount: None,
            rate: None,
            n_months: None,
            monthly: None,
            extra: None,
            start: None,
            is_begin: false,
            currency: None,
            to: None,
            day: None,
            rate_changes: Vec::new(),
            compounding: None,
            is_ambiguous: false,
            given: Map::new(),
            lacks: Vec::new(),
        }
    }

    /// The changes of a loan's rate, each with the first payment at it.
    fn rate_changes(&self) -> Option<Value> {
        let changes = self.rate_changes.iter().map(
            |(months, rate)| json!({ "period": months + 1, "annual_rate": rate.normalize().to_string() }),
        );
        (!self.rate_changes.is_empty()).then(|| changes.collect())
    }

    /// The rate as the calculators take it, with interest added every month.
    fn monthly_rate(&self) -> Result<Option<Decimal>, String> {
        let (Some(rate), Some(compounding)) = (self.rate, self.compounding) else { return Ok(self.rate) };
        let converted = match self.tool {
            Calculator::Savings => compounding.monthly(rate, self.n_months, self.monthly.is_some()),
            Calculator::SavingTime | Calculator::RequiredSaving | Calculator::Loan | Calculator::Payoff => {
                compounding.monthly(rate, self.n_months, true)
            }
            // Prices rise by the year.
            Calculator::Inflation => {
                matches!(compounding, Compounding::Times(1) | Compounding::Effective).then_some(rate)
            }
            Calculator::EmergencyFund
            | Calculator::Convert
            | Calculator::Debts
            | Calculator::Retirement
            | Calculator::MonteCarlo
            | Calculator::Xirr
            | Calculator::Twr => Some(rate),
        };
        converted.map(Some).ok_or_else(|| {
            "I can work that out with interest that is added every month; another compounding is missing in my calculators there. Ask again without it.".to_owned()
        })
    }

    /// The first month at whose end regular saving has reached the amount.
    fn months_to_amount(&self, rate: Option<Decimal>) -> Option<u32> {
        let (target, monthly_deposit) = (self.amount?, self.monthly?);
        let plan = SavingsPlan {
            start: self.start.unwrap_or_default(),
            monthly_deposit,
            annual_rate: rate.unwrap_or_default(),
            n_months: 1,
            when: if self.is_begin { When::Begin } else { When::End },
        };
        (1..=MONTHS_MAX).find(|n_months| {
            let value = future_value(&SavingsPlan { n_months: *n_months, ..plan });
            value.is_ok_and(|value| value >= target)
        })
    }

    /// The tool's input, or what is missing for it, in words.
    pub fn input(&self) -> Result<Value, String> {
        if self.is_ambiguous {
            return Err("There is more than one amount, rate or time in that, and I can't tell which is which. Ask for one at a time.".to_owned());
        }
        let annual_rate = self.monthly_rate()?;
        let mut input = self.given.clone();
        let mut missing: Vec<&str> = self.lacks.clone();
        let mut set = |key: &str, value: Option<Value>, lack: Option<&'static str>| match (value, lack) {
            (Some(value), _) => {
                input.insert(key.to_owned(), value);
            }
            (None, Some(lack)) => missing.push(lack),
            (None, None) => {}
        };
        let number = |value: Option<Decimal>| value.map(|value| json!(value.normalize().to_string()));
        let months = self.n_months.map(|months| json!(months));
        let (rate, monthly) = (number(annual_rate), number(self.monthly));
        let when = self.is_begin.then(|| json!("begin"));
        match self.tool {
            Calculator::Loan => {
                set("principal", number(self.amount), Some("the amount of the loan"));
                set("annual_rate", rate, Some("the interest rate a year"));
                set("n_months", months, Some("how long it runs"));
                set("extra_monthly", number(self.extra), None);
                set("rate_changes", self.rate_changes(), None);
            }
            Calculator::Payoff => {
                set("balance", number(self.amount), Some("what you owe"));
                set("annual_rate", rate, Some("the interest rate a year"));
                set("monthly_payment", monthly, Some("what you pay a month"));
            }
            Calculator::Savings => {
                set("annual_rate", Some(rate.unwrap_or_else(|| json!("0"))), None);
                set("n_months", months, Some("for how long"));
                set("start", number(self.start.or(self.amount)), None);
                set("monthly_deposit", monthly, None);
                set("when", when, None);
            }
            Calculator::SavingTime => {
                let months = self.months_to_amount(annual_rate).map(|months| json!(months));
                set("annual_rate", Some(rate.unwrap_or_else(|| json!("0"))), None);
                set(
                    "n_months",
                    months,
                    Some("an amount that what you put aside reaches within a hundred years"),
                );
                set("start", number(self.start), None);
                set("monthly_deposit", monthly, None);
                set("when", when, None);
            }
            Calculator::RequiredSaving => {
                set("target", number(self.amount), Some("the amount to reach"));
                set("n_months", months, Some("until when"));
                set("annual_rate", rate, None);
                set("start", number(self.start), None);
                set("when", when, None);
            }
            Calculator::EmergencyFund => {
                set("n_months", months, None);
                set("monthly_expenses", monthly, None);
            }
            Calculator::Inflation => {
                set("amount", number(self.amount), Some("the amount"));
                set("annual_inflation", rate, Some("the inflation a year"));
                set("n_months", months, Some("over how many years"));
            }
            Calculator::Convert => {
                set("amount", number(self.amount), Some("the amount"));
                set("from", self.currency.map(|code| json!(code)), Some("the currency to convert from"));
                set("to", self.to.map(|code| json!(code)), Some("the currency to convert to"));
                set("date", self.day.map(|day| json!(day)), None);
            }
            Calculator::Debts
            | Calculator::Retirement
            | Calculator::MonteCarlo
            | Calculator::Xirr
            | Calculator::Twr => {}
        }
        let has_currency = self.given.is_empty() && self.lacks.is_empty();
        if has_currency && !matches!(self.tool, Calculator::Convert | Calculator::EmergencyFund) {
            set("currency", self.currency.map(|code| json!(code)), None);
        }
        if missing.is_empty() {
            return Ok(Value::Object(input));
        }
        Err(format!(
            "I can work that out, but something is missing: {}. Ask again with it.",
            missing.join(", and ")
        ))
    }
}

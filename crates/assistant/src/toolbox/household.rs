//! The household as a whole: what is saved, how long it would last, the profile beside the facts.

use domain::{Account, AccountKind, Cell, Ledger, Profile, Side, Table, TransactionFilter};
use finance::proof::Term;
use jiff::{ToSpan, civil::Date};
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Value, json};

use super::{
    Input, ToolError, ToolFigure, ToolOutput, Toolbox,
    balances::balance_of,
    output::{figures, money, percent, rounded, text, words},
    scope::{Scope, end_of_whole_months, in_currency, main_currency},
};
use crate::when::{Period, months_between, months_spanned};

/// Months that "usual spending" looks back on. Fewer follow single bills, more are out of date.
const USUAL_MONTHS: i32 = 6;

/// The formula of what the person said.
const STATED: &str = "what the profile states";

impl Toolbox {
    /// Income less spending, and its share of income.
    pub(super) fn savings_rate(&self, input: &Input) -> Result<ToolOutput, ToolError> {
        if let Some(per) = input.per {
            return self.saved_per(input, per);
        }
        let scope = self.scope(input)?;
        if let Some(details) = self.nothing(&scope) {
            return Ok(ToolOutput { summary: "no rows".to_owned(), details, ..ToolOutput::default() });
        }
        let (income, spending) = (scope.on(Side::Income), scope.on(Side::Spending));
        let mut output = ToolOutput { summary: "income and spending".to_owned(), ..ToolOutput::default() };
        let label = scope.described.label();
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        for currency in self.currencies_of([&income, &spending]) {
            let of = |side: &Scope| {
                let totals = finance::total(&self.ledger, &in_currency(&side.filter, currency));
                totals.first().map_or(Decimal::ZERO, |total| total.total)
            };
            let (earned, spent) = (of(&income), Decimal::ZERO - of(&spending));
            let saved = earned - spent;
            let figure = |name: &str, word: &str, value, part: &Scope| {
                ToolFigure::money(
                    name,
                    format!("{word}: {label}"),
                    value,
                    currency,
                    Some(in_currency(&part.filter, currency)),
                )
            };
            let both =
                || [&income, &spending].map(|part| Term::Sum(in_currency(&part.filter, currency))).to_vec();
            let saved_figure = ToolFigure::money("saved", format!("Saved: {label}"), saved, currency, None);
            output.figures.push(saved_figure.worked_out("income less spending", both(), "v[1] - v[2]"));
            if let Some(rate) = percent(saved, earned) {
                let figure = ToolFigure::plain("rate", format!("Savings rate: {label}"), rate, None);
                output.figures.push(figure.worked_out(
                    "income less spending, divided by income, times 100",
                    both(),
                    "(v[1] - v[2]) / v[1] * 100",
                ));
            }
            output.figures.push(figure("income", "Income", earned, &income));
            output.figures.push(figure("spending", "Spending", spent, &spending));
            for (word, value, part) in [("Income", earned, &income), ("Spending", -spent, &spending)] {
                rows.push(vec![
                    text(word),
                    money(value, currency, Some(in_currency(&part.filter, currency))),
                ]);
            }
            rows.push(vec![text("Saved"), money(saved, currency, None)]);
        }
        let has_total = rows.len() == 3;
        output.tables.push(Table {
            title: format!("Income and spending: {label}"),
            columns: vec![words(""), figures("Amount")],
            rows,
            has_total,
        });
        if input.headline.as_deref() == Some("rate") {
            output.figures.sort_by_key(|figure| figure.name != "rate");
        }
        output.details = json!({ "scope": scope.described });
        let behind = self.matching(&income.filter).chain(self.matching(&spending.filter));
        output.ids = Some(behind.map(|row| row.id).collect());
        Ok(output)
    }

    /// How many months the money at hand would last.
    pub(super) fn runway(&self, input: &Input) -> Result<ToolOutput, ToolError> {
        let date = input.date.unwrap_or(self.as_of);
        let because = |reason: &str| {
            let (first, last) = self.coverage().unzip();
            let details = json!({ "nothing": reason, "scope": { "first": first, "last": last } });
            Ok(ToolOutput { summary: "no data".to_owned(), details, ..ToolOutput::default() })
        };
        if self.ledger.transactions.is_empty() {
            return because("no_data");
        }
        let is_at_hand = |account: &&Account| {
            matches!(
                account.kind,
                AccountKind::Checking | AccountKind::Savings | AccountKind::Cash | AccountKind::Other
            )
        };
        let currency = self.main_currency();
        let accounts: Vec<&Account> = self
            .ledger
            .accounts
            .iter()
            .filter(is_at_hand)
            .filter(|account| account.currency == currency)
            .collect();
        if accounts.is_empty() {
            return because("no_savings");
        }
        let Some(usual) = usual_spending(&self.ledger, &self.profile, date) else {
            return because("no_spending");
        };
        let money_at_hand = self.sums(&accounts, date).first().map_or(Decimal::ZERO, |(_, sum)| *sum);
        let lasts = |per_month: Decimal| {
            let months = money_at_hand.max(Decimal::ZERO) / per_month;
            months.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero)
        };
        let monthly_of = usual.monthly_of("v[2]");
        let UsualSpending { period, months, monthly, filter } = usual;
        let at_hand = balance_of(&accounts, currency, date);
        let mut output = ToolOutput {
            summary: "months that the money at hand lasts".to_owned(),
            figures: vec![
                ToolFigure::plain("months", "Months that the money at hand lasts", lasts(monthly), None)
                    .worked_out(
                        "money at hand divided by the average spending per month",
                        vec![at_hand.clone(), Term::Sum(filter.clone())],
                        format!("v[1] < 0 ? 0 : v[1] / {monthly_of}"),
                    ),
                ToolFigure::money("at_hand", "Money at hand", money_at_hand, currency, None)
                    .of(at_hand.clone()),
                ToolFigure::money(
                    "monthly",
                    format!("Average spending per month, {}", period.label()),
                    monthly,
                    currency,
                    Some(filter.clone()),
                )
                .worked_out(
                    format!("what was spent, less refunds, divided by {months} months"),
                    vec![Term::Sum(filter.clone())],
                    format!("v[1] / {}", months.max(1)),
                ),
            ],
            details: json!({
                "date": date,
                "is_today": date == self.as_of,
                "period": period,
                "months": months,
                "target_months": self.profile.emergency_fund_months,
            }),
            ..ToolOutput::default()
        };
        if let Some(fixed) = self.profile.fixed_monthly_costs.filter(|fixed| *fixed > Decimal::ZERO) {
            let label = "Months at the profile's fixed costs only";
            output.figures.push(ToolFigure::plain("fixed_months", label, lasts(fixed), None).worked_out(
                "money at hand divided by the fixed monthly costs of the profile",
                vec![at_hand],
                format!("v[1] < 0 ? 0 : v[1] / {fixed}"),
            ));
        }
        let mut rows: Vec<Vec<Cell>> = accounts
            .iter()
            .map(|account| {
                let rows = TransactionFilter {
                    to: Some(date),
                    account: Some(account.id),
                    ..TransactionFilter::default()
                };
                let balance = finance::balance_on(&self.ledger, account.id, date).amount();
                vec![text(&account.name), money(balance, currency, Some(rows))]
            })
            .collect();
        rows.push(vec![text("Money at hand"), money(money_at_hand, currency, None)]);
        output.tables.push(Table {
            title: "Money at hand".to_owned(),
            columns: vec![words("Account"), figures("Balance")],
            rows,
            has_total: true,
        });
        output.ids = Some(self.matching(&filter).map(|row| row.id).collect());
        Ok(output)
    }

    /// The profile's income beside what came in.
    pub(super) fn income_check(&self, input: &Input) -> Result<ToolOutput, ToolError> {
        let mut scope = self.scope(input)?.on(Side::Income);
        let Some(annual) = self.profile.annual_income else {
            let details = json!({ "nothing": "no_profile_income", "scope": scope.described });
            return Ok(ToolOutput {
                summary: "no income in the profile".to_owned(),
                details,
                ..ToolOutput::default()
            });
        };
        if scope.described.covers_all {
            let year = self.as_of.checked_sub(1.year()).and_then(Date::tomorrow);
            let from = year.unwrap_or(self.as_of);
            scope = scope.within(Period::between(from, self.as_of));
        }
        if let Some(details) = self.nothing(&scope) {
            return Ok(ToolOutput { summary: "no rows".to_owned(), details, ..ToolOutput::default() });
        }
        let currency = self.profile.base_currency.unwrap_or_else(|| self.main_currency());
        let filter = in_currency(&scope.filter, currency);
        let seen = finance::total(&self.ledger, &filter).first().map_or(Decimal::ZERO, |total| total.total);
        let (months, of) =
            scope.described.period().bounds().map_or((12, 1), |(from, to)| months_spanned(from, to));
        let expected = rounded(annual * Decimal::from(months) / Decimal::from(of * 12), currency);
        let months = (Decimal::from(months) / Decimal::from(of)).round_dp(1).normalize();
        let label = scope.described.label();
        Ok(ToolOutput {
            summary: "profile beside transactions".to_owned(),
            figures: vec![
                ToolFigure::money("seen", format!("Income: {label}"), seen, currency, Some(filter)),
                ToolFigure::money(
                    "expected",
                    format!("Income by the profile, gross: {label}"),
                    expected,
                    currency,
                    None,
                )
                .by(format!("the profile's annual income times {months} months, divided by 12")),
                ToolFigure::money("annual", "Annual income in the profile, gross", annual, currency, None)
                    .by(STATED),
            ],
            details: json!({ "scope": scope.described, "months": months, "percent": percent(seen, expected) }),
            ..ToolOutput::default()
        })
    }

    /// What the profile says.
    pub(super) fn show_profile(&self) -> ToolOutput {
        let rows = facts(&self.profile, self.as_of);
        let mut details = json!({ "is_empty": rows.is_empty(), "facts": rows.len() });
        for (name, value) in &rows {
            details["profile"][name] = Value::String(value.clone());
        }
        let currency = self.profile.base_currency.unwrap_or_else(|| self.main_currency());
        let mut output =
            ToolOutput { summary: format!("{} facts", rows.len()), details, ..ToolOutput::default() };
        if let Some(annual) = self.profile.annual_income {
            output.figures.push(
                ToolFigure::money("annual_income", "Annual income in the profile", annual, currency, None)
                    .by(STATED),
            );
        }
        for goal in &self.profile.financial_goals {
            let figure = ToolFigure::money("goal", &goal.name, goal.target_amount, currency, None);
            output.figures.push(figure.by(STATED));
        }
        if !rows.is_empty() {
            output.tables.push(Table {
                title: "Profile".to_owned(),
                columns: vec![words("Field"), words("Value")],
                rows: rows.into_iter().map(|(name, value)| vec![text(name), text(value)]).collect(),
                has_total: false,
            });
        }
        output
    }
}

/// What a usual month costs.
pub(crate) struct UsualSpending {
    period: Period,
    months: i32,
    pub(crate) monthly: Decimal,
    pub(crate) filter: TransactionFilter,
}

impl UsualSpending {
    /// The filter's sum divided by the months, of `sum` in awk's words.
    pub(crate) fn monthly_of(&self, sum: &str) -> String {
        format!("sprintf(\"%.{}f\", {sum} / {} + 1e-9)", self.monthly.scale(), self.months.max(1))
    }
}

/// What a month costs on average, over the last whole months; none without spending in them.
pub(crate) fn usual_spending(ledger: &Ledger, profile: &Profile, today: Date) -> Option<UsualSpending> {
    let rows = &ledger.transactions;
    let until = &rows[..rows.partition_point(|row| row.date <= today)];
    let (first, last) = (until.first()?.date, until.last()?.date);
    let whole = end_of_whole_months(last, today);
    let end = if whole < first { last } else { whole };
    let start = end.first_of_month().checked_sub((USUAL_MONTHS - 1).months()).unwrap_or(first);
    let start = start.max(first.first_of_month());
    let months = months_between(start, end);
    let currency = main_currency(ledger, profile);
    let filter = TransactionFilter {
        from: Some(start),
        to: Some(end),
        side: Some(Side::Spending),
        currency: Some(currency),
        ..TransactionFilter::default()
    };
    let spent = Decimal::ZERO - finance::total(ledger, &filter).first()?.total;
    let monthly = rounded(spent / Decimal::from(months.max(1)), currency);
    (monthly > Decimal::ZERO).then_some(UsualSpending {
        period: Period::between(start, end),
        months,
        monthly,
        filter,
    })
}

/// The profile's filled fields, as a person reads them.
fn facts(profile: &Profile, as_of: Date) -> Vec<(&'static str, String)> {
    fn push(facts: &mut Vec<(&'static str, String)>, name: &'static str, value: Option<String>) {
        facts.extend(value.map(|value| (name, value)));
    }
    let number = |value: Option<u8>| value.map(|value| value.to_string());
    let amount = |value: Option<Decimal>| {
        value.map(|value| {
            profile.base_currency.map_or_else(|| value.to_string(), |currency| format!("{value} {currency}"))
        })
    };
    let mut facts = Vec::new();
    push(&mut facts, "Name", profile.display_name.clone());
    push(&mut facts, "Age", profile.age_on(as_of).map(|age| age.to_string()));
    push(&mut facts, "Marital status", profile.marital_status.map(|it| it.label().to_owned()));
    push(&mut facts, "Dependents", number(profile.number_of_dependents));
    push(&mut facts, "Household", number(profile.household_size));
    push(&mut facts, "Employment", profile.employment_status.map(|it| it.label().to_owned()));
    push(&mut facts, "Employer", profile.employer_name.clone());
    push(&mut facts, "Job", profile.job_title.clone());
    push(&mut facts, "Years employed", number(profile.years_employed));
    push(&mut facts, "Annual income", amount(profile.annual_income));
    push(&mut facts, "Fixed monthly costs", amount(profile.fixed_monthly_costs));
    push(&mut facts, "Emergency fund, months", number(profile.emergency_fund_months));
    push(&mut facts, "Risk tolerance", profile.risk_tolerance.map(|it| it.label().to_owned()));
    push(&mut facts, "Years of investing", number(profile.investment_experience_years));
    push(&mut facts, "Retirement age", number(profile.retirement_age_target));
    push(&mut facts, "Tax filing status", profile.tax_filing_status.map(|it| it.label().to_owned()));
    for goal in &profile.financial_goals {
        let by = goal.target_date.map_or_else(String::new, |date| format!(" by {date}"));
        let value = format!("{} {}{by}", goal.name, amount(Some(goal.target_amount)).unwrap_or_default());
        push(&mut facts, "Goal", Some(value));
    }
    push(&mut facts, "Base currency", profile.base_currency.map(|currency| currency.to_string()));
    push(&mut facts, "Country", profile.country.clone());
    facts
}

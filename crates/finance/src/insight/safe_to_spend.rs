//! What can be spent until the next pay: what is there, less what is sure to go.

use domain::{Account, AccountId, AccountKind, Ledger, Money, Profile, TransactionFilter};
use jiff::{ToSpan, civil::Date};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    Proof,
    forecast::{ForecastItem, Model, moving_rows},
    goals::{self, GoalStanding},
    income::{next_pay_day, streams_of},
    own::{ahead, other_halves},
    proof::{days_between, money},
    recurring::RecurringKind,
};
use crate::{
    balance_on,
    proof::{Term, Working},
};

/// What a part of the figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SafePartKind {
    /// What an everyday account holds.
    Balance,
    /// What a card owes.
    Owed,
    /// A bill or subscription that is due.
    Bill,
    /// Money that is regularly put aside.
    PutAside,
    /// What goals need until then beyond that.
    Goals,
    /// What is kept for surprises.
    Cushion,
}

/// A part of the figure; the parts add up to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SafePart {
    /// What it is.
    pub kind: SafePartKind,
    /// The account, the payee, or a word.
    pub label: String,
    /// When it is due.
    pub date: Option<Date>,
    /// Signed: what goes is negative.
    pub amount: Money,
    /// How it came about, and its rows.
    pub proof: Proof,
}

/// What can be spent until the next pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SafeToSpend {
    /// The sum of the parts; below zero, the money does not last.
    pub amount: Money,
    /// The amount by the days until then; nothing where it is below zero.
    pub a_day: Money,
    /// The next pay day, else the first day of the next month.
    pub until: Date,
    /// Who pays then; none where no pay is known.
    pub payer: Option<String>,
    /// Days from tomorrow to the day before.
    pub days: i32,
    /// The parts.
    pub parts: Vec<SafePart>,
    /// How it came about.
    pub proof: Proof,
    /// The same of the journal.
    #[serde(skip)]
    pub working: Working,
}

const FORMULA: &str = "everyday balances, less what cards owe, bills due before the next pay, what goals need until \
                       then, and a cushion; a day: by the days until the next pay";

/// What can be spent until the next pay in the profile's currency. `cushion` is what to keep for
/// surprises; without one, a week's ordinary spending. None without an everyday account.
pub fn safe_to_spend(
    ledger: &Ledger,
    profile: &Profile,
    cushion: Option<Decimal>,
    day: Date,
) -> Option<SafeToSpend> {
    let currency = everyday_currency(ledger, profile)?;
    let accounts: Vec<&Account> =
        ledger.accounts.iter().filter(|it| it.currency == currency && is_everyday(it.kind)).collect();
    let ids: Vec<AccountId> = accounts.iter().map(|account| account.id).collect();
    let rows = moving_rows(ledger, &ids, &other_halves(ledger), day);
    let ahead = ahead(ledger, &ids, day);
    let model = ahead.model.as_ref();
    let streams = streams_of(ahead.recurring.clone(), profile);
    let pay = next_pay_day(&streams, day);
    let until = pay.map_or_else(|| day.last_of_month().saturating_add(1.day()), |(date, _)| date);
    let days = days_between(day, until);
    let mut parts: Vec<SafePart> =
        accounts.iter().filter_map(|account| balance(ledger, account, day)).collect();
    let mut due: Vec<ForecastItem> = Vec::new();
    if let Some(model) = model {
        let has_card = accounts.iter().any(|account| account.kind == AccountKind::CreditCard);
        due = model.items(day, until.saturating_sub(1.day()));
        due.retain(|item| is_due(model, item, has_card));
        parts.extend(due.iter().map(|item| due_part(model, item)));
    }
    let goals_currency = goals::currency(ledger, profile);
    let goals_need =
        if goals_currency == currency { goals_need(ledger, profile, day) } else { Decimal::ZERO };
    parts.extend(goals_part(goals_need, &parts, days, currency));
    parts.extend(cushion_part(model, &rows, cushion, currency));
    let working =
        Workings { ids: &ids, model, rows: &rows, due: &due, day, until_pay: goals_until(goals_need, days) }
            .of(&parts, cushion);
    let sum: Decimal = parts.iter().map(|part| part.amount.amount()).sum();
    let a_day = sum.max(Decimal::ZERO) / Decimal::from(days.max(1));
    Some(SafeToSpend {
        amount: money(sum, currency),
        a_day: money(
            a_day.round_dp_with_strategy(currency.minor_digits(), rust_decimal::RoundingStrategy::ToZero),
            currency,
        ),
        until,
        working,
        payer: pay.map(|(_, stream)| stream.recurring.payee.clone()),
        days,
        parts,
        proof: Proof::of_figures(if goals_currency == currency {
            FORMULA.to_owned()
        } else {
            format!("{FORMULA}; goals are in {goals_currency} and left out")
        }),
    })
}

/// Accounts that everyday money is spent from.
const fn is_everyday(kind: AccountKind) -> bool {
    matches!(kind, AccountKind::Checking | AccountKind::Cash | AccountKind::CreditCard | AccountKind::Other)
}

/// The profile's currency where an everyday account has it, else that of the first such account.
fn everyday_currency(ledger: &Ledger, profile: &Profile) -> Option<domain::Currency> {
    let everyday = || ledger.accounts.iter().filter(|account| is_everyday(account.kind));
    let base = goals::currency(ledger, profile);
    let own = everyday().find(|account| account.currency == base).or_else(|| everyday().next());
    own.map(|account| account.currency)
}

fn balance(ledger: &Ledger, account: &Account, day: Date) -> Option<SafePart> {
    let amount = balance_on(ledger, account.id, day);
    let is_card = account.kind == AccountKind::CreditCard;
    // What a card holds beyond what it owes cannot be spent elsewhere.
    if is_card && !amount.is_outflow() {
        return None;
    }
    let filter =
        TransactionFilter { account: Some(account.id), to: Some(day), ..TransactionFilter::default() };
    Some(SafePart {
        kind: if is_card { SafePartKind::Owed } else { SafePartKind::Balance },
        label: account.name.clone(),
        date: None,
        amount,
        proof: Proof::of_filter("balance at the end of the day", filter),
    })
}

fn is_due(model: &Model, item: &ForecastItem, has_card: bool) -> bool {
    let category = &model.recurring()[item.recurring].category;
    // What a card owes is counted already.
    let pays_card = has_card && item.kind == RecurringKind::Transfer && category.name() == "Card payment";
    item.amount.is_outflow() && !pays_card
}

fn due_part(model: &Model, item: &ForecastItem) -> SafePart {
    let kind = if item.kind == RecurringKind::Transfer { SafePartKind::PutAside } else { SafePartKind::Bill };
    SafePart {
        kind,
        label: item.payee.clone(),
        date: Some(item.date),
        amount: item.amount,
        proof: model.recurring()[item.recurring].proof.clone(),
    }
}

/// What goals need a month.
fn goals_need(ledger: &Ledger, profile: &Profile, day: Date) -> Decimal {
    let goals = goals::goals(ledger, profile, day);
    let open = goals.iter().filter(|goal| {
        matches!(goal.standing, GoalStanding::OnTrack | GoalStanding::Behind | GoalStanding::Open)
    });
    open.filter_map(|goal| goal.needed_a_month).map(Money::amount).sum()
}

/// What goals need in some days.
fn goals_until(needed: Decimal, days: i32) -> Decimal {
    /// Days of an average month, in tenths.
    const MONTH_TENTHS: i64 = 304;
    needed * Decimal::from(days * 10) / Decimal::from(MONTH_TENTHS)
}

/// What goals need until then, beyond what is put aside anyway.
fn goals_part(
    needed: Decimal,
    parts: &[SafePart],
    days: i32,
    currency: domain::Currency,
) -> Option<SafePart> {
    let aside = parts.iter().filter(|part| part.kind == SafePartKind::PutAside);
    let aside: Decimal = aside.map(|part| part.amount.amount()).sum();
    let rest = goals_until(needed, days) + aside;
    (rest > Decimal::ZERO).then(|| SafePart {
        kind: SafePartKind::Goals,
        label: "Goals".to_owned(),
        date: None,
        amount: money(-rest, currency),
        proof: Proof::of_figures(format!(
            "what goals need a month ({needed}), by 30.4 days, times {days} days, less what is put aside anyway"
        )),
    })
}

fn cushion_part(
    model: Option<&Model>,
    rows: &[&domain::Transaction],
    cushion: Option<Decimal>,
    currency: domain::Currency,
) -> Option<SafePart> {
    let (amount, proof) = match (cushion, model) {
        (Some(amount), _) => (amount, Proof::of_figures("as set")),
        (None, Some(model)) => {
            let week = model.week();
            let formula = "a week of what ordinary days cost";
            (-week, Proof::of_rows(formula, model.ordinary_rows(rows)))
        }
        (None, None) => return None,
    };
    (amount > Decimal::ZERO).then(|| SafePart {
        kind: SafePartKind::Cushion,
        label: "Cushion".to_owned(),
        date: None,
        amount: money(-amount, currency),
        proof,
    })
}

/// What the parts are worked out of.
struct Workings<'a> {
    ids: &'a [AccountId],
    model: Option<&'a Model>,
    rows: &'a [&'a domain::Transaction],
    /// One for each bill and each sum put aside, in their order.
    due: &'a [ForecastItem],
    day: Date,
    /// What goals need until the next pay.
    until_pay: Decimal,
}

impl Workings<'_> {
    /// The parts' sum in terms of the journal.
    fn of(&self, parts: &[SafePart], cushion: Option<Decimal>) -> Working {
        let mut working = Working::default();
        let mut due = self.due.iter();
        let mut expressions: Vec<String> = Vec::new();
        let mut aside: Vec<String> = Vec::new();
        for part in parts {
            expressions.push(match part.kind {
                SafePartKind::Balance | SafePartKind::Owed => {
                    let account = part.proof.filter.as_ref().and_then(|filter| filter.account);
                    let currency = part.amount.currency();
                    let accounts = account.into_iter().collect();
                    working.name(Term::Balance { accounts, currency, day: self.day })
                }
                SafePartKind::Bill | SafePartKind::PutAside => {
                    let recurring = self.model.zip(due.next());
                    let recurring = recurring.map(|(model, item)| &model.recurring()[item.recurring]);
                    let rows = recurring.map_or(&[][..], |recurring| recurring.usual_rows());
                    let usual = format!("r({})", working.name(Term::Median(rows.to_vec())));
                    aside.extend((part.kind == SafePartKind::PutAside).then(|| usual.clone()));
                    usual
                }
                SafePartKind::Goals => {
                    let needed: Vec<String> =
                        std::iter::once(self.until_pay.to_string()).chain(aside.iter().cloned()).collect();
                    format!("-r({})", needed.join(" + "))
                }
                SafePartKind::Cushion => match (cushion, self.model) {
                    (None, Some(model)) => {
                        let rows: Vec<_> = model.ordinary_rows(self.rows).map(|row| row.id).collect();
                        let (from, to) = model.ordinary_span(self.day).unwrap_or((self.day, self.day));
                        let accounts = self.ids.to_vec();
                        let week = Term::Weekdays { accounts, from, to, rows, times: [1; 7] };
                        format!("r({})", working.name(week))
                    }
                    _ => part.amount.amount().to_string(),
                },
            });
        }
        working.expression = expressions.join(" + ");
        working
    }
}

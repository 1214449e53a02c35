//! A household of fifteen months, small enough to check by hand.
//!
//! Every month of January 2023 to March 2024: rent 1200.00 on the 1st, City Power 60.00 on the
//! 10th, a salary of 3000.00 on the 25th and 300.00 to savings on the 28th, all on Checking; Green
//! Grocer 40.00 and the month's number on the 5th, Kin Thai 30.00 on the 12th, Blue Cup 4.50 on the
//! 16th, Corner Market 50.00 on the 19th, all on the Visa. Besides: a bonus of 1500.00 on 22
//! December 2023, 20.00 back from Green Grocer on 21 February 2024, Pixel Electronics 899.00 on 20
//! March 2024, and a hotel in Lisbon for 180.00 EUR on 8 March 2024.

use std::sync::Arc;

use domain::{
    Account, AccountId, AccountKind, BalanceAnchor, Category, CategorySource, Currency, ImportId, Ledger,
    Money, Profile, ProfileDraft, Transaction, TransactionId,
};
use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use uuid::Uuid;

/// The day that counts as today.
pub const TODAY: Date = date(2024, 3, 31);

pub const CHECKING: u128 = 1;
const SAVINGS: u128 = 2;
const VISA: u128 = 3;
const EURO: u128 = 4;

fn account(id: u128, name: &str, kind: AccountKind, currency: Currency) -> Account {
    Account {
        id: AccountId::from(Uuid::from_u128(id)),
        name: name.to_owned(),
        kind,
        currency,
        number: Some(format!("00{id}{id}{id}{id}")),
        anchor: None,
        import_id: ImportId::from(Uuid::nil()),
    }
}

struct Rows(Vec<Transaction>);

impl Rows {
    fn add(&mut self, account: u128, day: Date, cents: i64, payee: &str, category: &'static str) {
        let id = TransactionId::from(Uuid::from_u128(1_000 + self.0.len() as u128));
        let currency = if account == EURO { Currency::EUR } else { Currency::USD };
        self.0.push(Transaction {
            id,
            account_id: AccountId::from(Uuid::from_u128(account)),
            import_id: ImportId::from(Uuid::nil()),
            date: day,
            amount: Money::new(Decimal::new(cents, 2), currency).unwrap(),
            payee: payee.into(),
            description: "".into(),
            category: Category::known(category),
            category_source: CategorySource::Statement,
            external_id: None,
            line: u32::try_from(self.0.len()).unwrap() + 1,
            details: None,
        });
    }

    fn month(&mut self, year: i16, month: i8) {
        let on = |day| date(year, month, day);
        self.add(CHECKING, on(1), -120_000, "Riverside Homes", "Housing:Rent");
        self.add(VISA, on(5), -(4_000 + i64::from(month) * 100), "Green Grocer", "Food:Groceries");
        self.add(CHECKING, on(10), -6_000, "City Power", "Utilities:Electricity");
        self.add(VISA, on(12), -3_000, "Kin Thai", "Food:Restaurants");
        self.add(VISA, on(16), -450, "Blue Cup", "Food:Coffee");
        self.add(VISA, on(19), -5_000, "Corner Market", "Food:Groceries");
        self.add(CHECKING, on(25), 300_000, "Acme Corp", "Income:Salary");
        self.add(CHECKING, on(28), -30_000, "Own Savings", "Transfer");
        self.add(SAVINGS, on(28), 30_000, "Own Checking", "Transfer");
    }
}

pub fn ledger() -> Arc<Ledger> {
    let mut rows = Rows(Vec::new());
    for month in 1..=12 {
        rows.month(2023, month);
    }
    rows.add(CHECKING, date(2023, 12, 22), 150_000, "Acme Corp", "Income:Bonus");
    for month in 1..=3 {
        rows.month(2024, month);
    }
    rows.add(VISA, date(2024, 2, 21), 2_000, "Green Grocer", "Food:Groceries");
    rows.add(EURO, date(2024, 3, 8), -18_000, "Hotel Lisboa", "Travel:Hotels");
    rows.add(VISA, date(2024, 3, 20), -89_900, "Pixel Electronics", "Shopping:Electronics");
    let mut transactions = rows.0;
    transactions.sort_by_key(|row| (row.date, row.id));
    let mut savings = account(SAVINGS, "Rainy Day Savings", AccountKind::Savings, Currency::USD);
    let balance = Money::new(Decimal::new(1_000_000, 2), Currency::USD).unwrap();
    savings.anchor = Some(BalanceAnchor { date: TODAY, balance });
    let accounts = vec![
        account(CHECKING, "Everyday Checking", AccountKind::Checking, Currency::USD),
        account(EURO, "Euro Account", AccountKind::Other, Currency::EUR),
        savings,
        account(VISA, "Visa Gold", AccountKind::CreditCard, Currency::USD),
    ];
    Arc::new(Ledger { accounts, transactions: transactions.into() })
}

pub fn profile() -> Profile {
    let draft = ProfileDraft {
        display_name: "Ada".into(),
        annual_income: "48000".into(),
        fixed_monthly_costs: "1260".into(),
        emergency_fund_months: "6".into(),
        base_currency: "USD".into(),
        locale: "en-US".into(),
        ..ProfileDraft::default()
    };
    draft.validate(TODAY).unwrap()
}

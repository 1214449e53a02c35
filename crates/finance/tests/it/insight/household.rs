//! The sample household as a ledger, and what its author knows of it.

use domain::{Account, BalanceAnchor, Category, Currency, Ledger, Money, Transaction};
use finance::{insight::recurring::Cadence, sample_household};
use jiff::civil::Date;

use crate::ledgers::{account, ledger, row};

/// Two years of the sample household.
pub fn household(seed: u64, until: Date) -> Ledger {
    let mut accounts: Vec<Account> = Vec::new();
    let mut rows: Vec<Transaction> = Vec::new();
    for (number, stated) in (1..).zip(sample_household(seed, until).statement.accounts) {
        let mut own = account(number, &stated.name, Currency::USD);
        own.kind = stated.kind;
        own.anchor = stated.closing_balance.map(|balance| BalanceAnchor {
            date: until,
            balance: Money::new(balance, Currency::USD).unwrap(),
        });
        for read in stated.rows {
            let id = number * 100_000 + u64::from(read.line);
            let mut made = row(id, &own, read.date, 0, &read.payee, "Uncategorised");
            made.amount = Money::new(read.amount, Currency::USD).unwrap();
            made.category = Category::new(&read.category.unwrap()).unwrap();
            made.description = read.description.into();
            rows.push(made);
        }
        accounts.push(own);
    }
    ledger(accounts, rows)
}

/// What comes again in the household: payee, category, money out, cadence, how many of them.
pub const RECURRING: &[(&str, &str, bool, Cadence, usize)] = &[
    ("Maple Court Apartments", "Housing:Rent", true, Cadence::Monthly, 1),
    ("Little Otters Daycare", "Family:Childcare", true, Cadence::Monthly, 1),
    ("Harbor Mutual", "Insurance:Car insurance", true, Cadence::Monthly, 1),
    ("Harbor Mutual", "Insurance:Home insurance", true, Cadence::Monthly, 1),
    ("Lantern Life", "Insurance:Life insurance", true, Cadence::Monthly, 1),
    ("Skylark Fiber", "Utilities:Internet", true, Cadence::Monthly, 1),
    ("Pebble Mobile", "Utilities:Phone", true, Cadence::Monthly, 1),
    ("Keystone Student Loans", "Debt:Student loan", true, Cadence::Monthly, 1),
    ("Riverside Food Bank", "Giving:Donations", true, Cadence::Monthly, 1),
    // In the middle and at the end of each month.
    ("Fernhill Studio", "Income:Salary", false, Cadence::Monthly, 2),
    ("Alderbrook School", "Income:Salary", false, Cadence::Monthly, 1),
    ("Fernhill Studio", "Income:Bonus", false, Cadence::Yearly, 1),
    ("Brightwater Electric", "Utilities:Electricity", true, Cadence::Monthly, 1),
    ("Northgate Gas", "Utilities:Gas & heating", true, Cadence::Monthly, 1),
    ("City Waterworks", "Utilities:Water", true, Cadence::Quarterly, 1),
    ("Streamloft", "Subscriptions:Streaming", true, Cadence::Monthly, 1),
    ("Tunewave", "Subscriptions:Streaming", true, Cadence::Monthly, 1),
    ("Cloudnest", "Subscriptions:Software", true, Cadence::Monthly, 1),
    ("The Daily Harbor", "Subscriptions:News", true, Cadence::Monthly, 1),
    ("Ironwood Gym", "Health:Fitness", true, Cadence::Monthly, 1),
    ("County Vehicle Office", "Transport:Car", true, Cadence::Yearly, 1),
    ("Harbor Card", "Transfer:Card payment", true, Cadence::Monthly, 1),
    ("Harbor Card", "Transfer:Card payment", false, Cadence::Monthly, 1),
    ("Rainy Day Savings", "Transfer:Savings", true, Cadence::Monthly, 1),
    ("Rainy Day Savings", "Transfer:Savings", false, Cadence::Monthly, 1),
    ("Lakeside Bank", "Income:Interest", false, Cadence::Monthly, 1),
    ("Harbor Card", "Income:Cashback", false, Cadence::HalfYearly, 1),
];

/// What comes each year or half-year on a day of its own for a price of its own: finding it is right,
/// and so is not finding it.
pub const EITHER: &[&str] = &[
    "Molar & Sons Dental",
    "Bayview Clinic",
    "Wheelhouse Auto",
    "Paws & Claws Vet",
    "Voltage Electronics",
    "Petal Post",
    "Meridian Airways",
    "Hotel Belvedere",
    "Coastline Car Hire",
    "Trattoria del Porto",
    "Osteria Bella",
    "Island Ferries",
    "Pinecrest Lodge",
    "State Treasury",
    "Oak & Linen",
];

//! Random ledgers whose recurring payments are known.

use domain::{Currency, Ledger, Transaction};
use finance::insight::recurring::Cadence;
use jiff::{
    ToSpan,
    civil::{Date, Weekday, date},
};

use crate::ledgers::{account, ledger, row};

/// What was put into a ledger.
#[derive(Debug, Clone)]
pub struct Known {
    pub payee: String,
    pub cadence: Cadence,
    pub is_ended: bool,
    pub rises: usize,
}

/// The last day of generated ledgers.
pub const UNTIL: Date = date(2026, 11, 21);
const FROM: Date = date(2023, 11, 22);

/// SplitMix64: the same numbers on every machine.
pub struct Draws(pub u64);

impl Draws {
    pub fn whole(&mut self, low: i64, high: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        low + ((z ^ (z >> 31)) % (high - low + 1) as u64) as i64
    }

    fn chance(&mut self, percent: i64) -> bool {
        self.whole(1, 100) <= percent
    }
}

const MONTHS: [(Cadence, i32); 5] = [
    (Cadence::Monthly, 1),
    (Cadence::Bimonthly, 2),
    (Cadence::Quarterly, 3),
    (Cadence::HalfYearly, 6),
    (Cadence::Yearly, 12),
];

fn slot(cadence: Cadence, start: Date, at: i32) -> Date {
    let days = |days: i32| start.saturating_add((days * at).days());
    match cadence {
        Cadence::Weekly => days(7),
        Cadence::Fortnightly => days(14),
        Cadence::FourWeekly => days(28),
        other => {
            let months = MONTHS.iter().find(|(cadence, _)| *cadence == other).unwrap().1;
            start.saturating_add((months * at).months())
        }
    }
}

/// The day, or the Monday after it where it falls on a weekend.
fn working(day: Date) -> Date {
    match day.weekday() {
        Weekday::Saturday => day.saturating_add(2.days()),
        Weekday::Sunday => day.saturating_add(1.day()),
        _ => day,
    }
}

/// Three years with a dozen recurring payments of every cadence (weekends, holidays, a missed one,
/// amounts that vary, rises, ends, early starts) among everyday payees whose visits are chance.
pub fn labelled(seed: u64) -> (Ledger, Vec<Known>) {
    let draws = &mut Draws(seed);
    let own = account(1, "Checking", Currency::EUR);
    let mut rows: Vec<Transaction> = Vec::new();
    let mut known = Vec::new();
    let mut enter = |day: Date, cents: i64, payee: &str, category: &str| {
        if (FROM..=UNTIL).contains(&day) && cents != 0 {
            let number = 10 + rows.len() as u64;
            rows.push(row(number, &own, day, cents, payee, category));
        }
    };
    for number in 0..14 {
        let (one, dates) = recurring(draws, number);
        for (day, cents, category) in dates {
            enter(day, cents, &one.payee, category);
        }
        known.push(one);
    }
    for number in 0..40 {
        everyday(draws, number, &mut enter);
    }
    (ledger(vec![own], rows), known)
}

/// A recurring payment and its rows.
fn recurring(draws: &mut Draws, number: usize) -> (Known, Vec<(Date, i64, &'static str)>) {
    // Monthly is what most are.
    let cadence = if number < 8 { Cadence::ALL[number] } else { Cadence::Monthly };
    let payee = format!("Regular {}", char::from(b'A' + number as u8));
    let is_short =
        matches!(cadence, Cadence::Weekly | Cadence::Fortnightly | Cadence::FourWeekly | Cadence::Monthly);
    let varies = draws.chance(35);
    let base = draws.whole(5_00, 900_00);
    let rises = usize::from(!varies && is_short && draws.chance(40));
    let is_ended = is_short && draws.chance(15);
    let (from, to) = (
        FROM.saturating_add(draws.whole(0, 60).days()),
        UNTIL.saturating_sub(if is_ended { 200 } else { 0 }.days()),
    );
    let rise_on = from.saturating_add(draws.whole(300, 600).days());
    let missed = if is_short && draws.chance(30) { draws.whole(3, 8) as i32 } else { -1 };
    let category = match draws.whole(0, 3) {
        0 => "Uncategorised",
        1 => "Utilities:Electricity",
        2 => "Subscriptions:Software",
        _ => "Insurance:Car insurance",
    };
    let category = if varies && category.starts_with("Subs") { "Utilities:Phone" } else { category };
    let mut dates = Vec::new();
    for at in 0..170 {
        let due = slot(cadence, from, at);
        if due > to {
            break;
        }
        if at == missed {
            continue;
        }
        let mut day = working(due);
        if draws.chance(6) {
            day = day.saturating_add(1.day());
        }
        let cents = if varies { base * draws.whole(75, 130) / 100 } else { base };
        let cents = if rises == 1 && due >= rise_on { cents * 112 / 100 } else { cents };
        dates.push((day, -cents, category));
    }
    (Known { payee, cadence, is_ended, rises }, dates)
}

/// A payee that is visited by chance, from twice a week to twice a year.
fn everyday(draws: &mut Draws, number: usize, enter: &mut impl FnMut(Date, i64, &str, &str)) {
    let payee = format!("Shop {number}");
    let gap = [3, 6, 12, 25, 45, 90, 180][draws.whole(0, 6) as usize];
    let (low, high) = (draws.whole(3_00, 20_00), draws.whole(25_00, 150_00));
    let category = ["Food:Groceries", "Uncategorised", "Shopping:Clothing", "Food:Coffee", "Uncategorised"]
        [draws.whole(0, 4) as usize];
    let has_list_price = draws.chance(25);
    let mut day = FROM.saturating_add(draws.whole(0, gap * 2).days());
    while day <= UNTIL {
        let cents = if has_list_price {
            [low, low * 2, high][draws.whole(0, 2) as usize]
        } else {
            draws.whole(low, high)
        };
        enter(day, -cents, &payee, category);
        day = day.saturating_add(draws.whole(1, gap * 2 - 1).days());
    }
}

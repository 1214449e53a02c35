//! Income and standing costs of the household, on its checking account.

use super::{
    book::{Book, Draws, Entry, Ledgered},
    months::Month,
};

/// Typical electricity a month, January first, in cents: heating fans in winter, cooling in summer.
const ELECTRICITY: [i64; 12] =
    [118_00, 109_00, 92_00, 78_00, 74_00, 96_00, 128_00, 131_00, 99_00, 79_00, 88_00, 112_00];
/// Typical gas a month, January first, in cents.
const GAS: [i64; 12] = [104_00, 98_00, 74_00, 46_00, 27_00, 19_00, 17_00, 17_00, 21_00, 39_00, 68_00, 94_00];

/// Costs that come every month: day, price from which month on, payee, text, category.
type Standing = (i8, &'static [(u32, i64)], &'static str, &'static str, &'static str);

const STANDING: &[Standing] = &[
    (1, &[(0, 1_780_00), (13, 1_840_00)], "Maple Court Apartments", "Rent", "Housing:Rent"),
    (3, &[(0, 620_00), (9, 655_00)], "Little Otters Daycare", "", "Family:Childcare"),
    (5, &[(0, 96_40), (11, 102_15)], "Harbor Mutual", "Car policy", "Insurance:Car insurance"),
    (5, &[(0, 18_20)], "Harbor Mutual", "Renters policy", "Insurance:Home insurance"),
    (7, &[(0, 31_00)], "Lantern Life", "", "Insurance:Life insurance"),
    (8, &[(0, 59_99), (12, 64_99)], "Skylark Fiber", "", "Utilities:Internet"),
    (16, &[(0, 78_00), (18, 82_00)], "Pebble Mobile", "Two lines", "Utilities:Phone"),
    (18, &[(0, 214_37)], "Keystone Student Loans", "", "Debt:Student loan"),
    (22, &[(0, 25_00)], "Riverside Food Bank", "Monthly gift", "Giving:Donations"),
];

/// Enters one month of the checking account, but for transfers.
pub(super) fn enter(book: &mut Book, draws: &mut Draws, month: Month) {
    let mut row = |day: jiff::civil::Date, cents: i64, payee, description, category| {
        book.enter(Entry { account: Ledgered::Checking, date: day, cents, payee, description, category });
    };
    let pay = month.price(&[(0, 2_284_15), (14, 2_392_60)]);
    row(month.working_day(15), pay, "Fernhill Studio", "Payroll", "Income:Salary");
    row(month.working_day(31), pay, "Fernhill Studio", "Payroll", "Income:Salary");
    let second_pay = month.price(&[(0, 1_510_40), (10, 1_548_20)]);
    row(month.working_day(28), second_pay, "Alderbrook School", "Payroll", "Income:Salary");
    match month.number() {
        12 => row(month.working_day(15), 3_200_00, "Fernhill Studio", "Year-end bonus", "Income:Bonus"),
        4 => row(
            month.working_day(draws.whole(9, 24) as i8),
            draws.whole(940_00, 1_480_00),
            "State Treasury",
            "Tax refund",
            "Income:Tax refund",
        ),
        _ => {}
    }
    for (day, steps, payee, description, category) in STANDING {
        row(month.day(*day), -month.price(steps), payee, description, category);
    }
    let season = usize::from(month.number().unsigned_abs()) - 1;
    let mut metered = |typical: i64| typical * draws.whole(88, 112) / 100;
    row(month.day(11), -metered(ELECTRICITY[season]), "Brightwater Electric", "", "Utilities:Electricity");
    row(month.day(14), -metered(GAS[season]), "Northgate Gas", "", "Utilities:Gas & heating");
    if month.number() % 3 == 0 {
        row(month.day(20), -metered(94_00), "City Waterworks", "Quarter", "Utilities:Water");
    }
    for _ in 0..draws.whole(1, 2) {
        let cents = -draws.pick(&[40_00, 60_00, 60_00, 80_00, 100_00]);
        row(month.day(draws.day()), cents, "Cash withdrawal", "ATM", "Cash withdrawals");
    }
    if draws.chance(8) {
        row(month.day(draws.day()), -3_50, "Cash withdrawal", "Fee of another bank's ATM", "Fees:ATM fees");
    }
}

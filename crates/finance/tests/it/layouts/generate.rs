//! A small file in a layout, with what reading it must give.

use jiff::civil::{Date, date};
use rust_decimal::Decimal;

use super::{php_date, words};

/// Columns of a bank's file.
pub struct Layout {
    pub path: String,
    pub delimiter: char,
    pub has_header: bool,
    pub date_format: String,
    pub roles: Vec<String>,
}

/// How the columns are headed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heads {
    /// The roles' own names.
    Roles,
    English,
    Language,
    /// As the bank heads them.
    Bank,
}

/// One row as it must be read.
pub struct Expected {
    pub date: Date,
    pub amount: Decimal,
    /// Must be the payee.
    pub payee: Option<String>,
    /// Must stand in payee or description.
    pub text: Option<String>,
}

pub struct Sample {
    pub text: String,
    pub rows: Vec<Expected>,
    pub accounts: Vec<String>,
    pub currency: Option<&'static str>,
}

pub const IBAN: &str = "DE02120300000000202051";
const NUMBER: &str = "20205142";
const NAME: &str = "Main account";

/// Payee, text, cents, category; days run down from the end of March.
const BOOKINGS: [(&str, &str, i64, &str); 16] = [
    ("ACME Industries", "Salary March", 2_345_67, "Income"),
    ("REWE Markt", "Groceries for the week", -54_35, "Groceries"),
    ("Shell", "Fuel 1234", -61_05, "Car"),
    ("Netflix", "Monthly subscription", -12_99, "Entertainment"),
    ("City Power", "Electricity bill", -1_087_40, "Utilities"),
    ("Starbucks", "Coffee", -4_50, "Dining"),
    ("Amazon", "Order 302-118", -23_00, "Shopping"),
    ("Miller Property", "Rent April", -950_00, "Housing"),
    ("Amazon", "Refund 302-118", 23_00, "Shopping"),
    ("Lidl", "Supermarket", -31_17, "Groceries"),
    ("Jane Example", "Dinner shared", 15_00, "Dining"),
    ("Spotify", "Premium", -9_99, "Entertainment"),
    ("McDonald's", "Restaurant", -8_40, "Dining"),
    ("Uber", "Trip", -17_25, "Transport"),
    ("Pharmacy am Markt", "Medicine", -11_11, "Health"),
    ("Ikea", "Furniture", -129_00, "Household"),
];

/// What stands in a column that the layout ignores.
fn ignored(head: &str, place: usize, cell: &Cell) -> String {
    let head = head.to_lowercase();
    let names = |words: &[&str]| words.iter().any(|word| head.contains(word));
    if names(&["saldo", "balance", "solde", "zůstatek"]) && !names(&["umsatz", "(-)"]) {
        return cell.money(cell.balance);
    }
    if names(&["currency", "währung", "devise"]) {
        return "EUR".to_owned();
    }
    if names(&["gross", "net amount", "local amount", "ursprünglich"]) || head == "amount" {
        return cell.money(cell.cents);
    }
    if names(&["commission", "conversioncharge"]) {
        return cell.money(0);
    }
    if names(&["date", "datum", "data ", "fecha", "value dat", "valor"]) {
        return php_date::written(cell.day, cell.date_format);
    }
    if head == "status" || !head.is_empty() && head != "_ignore" {
        return ["", "POS"][place % 2].to_owned();
    }
    match place % 4 {
        0 => cell.money(cell.balance),
        1 => String::new(),
        2 => "POS".to_owned(),
        _ => format!("R{:05}", 40_000 + cell.index * 37),
    }
}

struct Cell<'c> {
    index: usize,
    day: Date,
    date_format: &'c str,
    cents: i64,
    balance: i64,
    comma: bool,
    groups: bool,
}

impl Cell<'_> {
    fn money(&self, cents: i64) -> String {
        let (whole, fraction) = (cents.abs() / 100, cents.abs() % 100);
        let (mark, group) = if self.comma { (',', ".") } else { ('.', ",") };
        let whole = match (self.groups, whole >= 1000) {
            (true, true) => format!("{}{group}{:03}", whole / 1000, whole % 1000),
            _ => whole.to_string(),
        };
        format!("{}{whole}{mark}{fraction:02}", if cents < 0 { "-" } else { "" })
    }

    fn side(&self, out: bool, zero: bool) -> String {
        if (self.cents < 0) == out {
            self.money(self.cents.abs())
        } else if zero {
            self.money(0)
        } else {
            String::new()
        }
    }
}

/// A file in the layout. `variant` chooses decimal mark, grouping, and the rows' direction.
pub fn sample(layout: &Layout, heads: Heads, bank: Option<&str>, variant: usize) -> Option<Sample> {
    let names: Vec<String> = match heads {
        Heads::Roles => layout.roles.clone(),
        Heads::English | Heads::Language => {
            layout.roles.iter().map(|role| words::head(role, &layout.path, heads == Heads::English)).collect()
        }
        Heads::Bank => bank?.split(layout.delimiter).map(|name| name.trim().to_owned()).collect(),
    };
    let has = |role: &str| layout.roles.iter().any(|known| known == role);
    let only_out = has("amount_debit") && !has("amount_credit");
    let mut balance = 1_000_00;
    let mut rows = Vec::new();
    for (index, (payee, text, cents, category)) in BOOKINGS.iter().enumerate() {
        let cents = if only_out { -cents.abs() } else { *cents };
        balance += cents;
        let day = date(2024, 3, 1 + 2 * index as i8 - i8::from(index == 15));
        let cell = Cell {
            index,
            day,
            date_format: &layout.date_format,
            cents,
            balance,
            comma: variant & 1 == 1,
            groups: variant & 2 == 2,
        };
        let cells =
            layout.roles.iter().enumerate().map(|(place, role)| {
                value(layout, heads, &cell, (role, place, &names), (payee, text, category))
            });
        let line: Vec<String> = cells.collect();
        let named =
            |role: &str| layout.roles.iter().position(|known| known == role).map(|at| line[at].clone());
        rows.push((
            line.clone(),
            Expected {
                date: day,
                amount: Decimal::new(cents, 2),
                payee: named("opposing-name"),
                text: named("description").or_else(|| named("narration")),
            },
        ));
    }
    if variant & 4 == 4 {
        rows.reverse();
    }
    let mut text = String::new();
    if layout.has_header {
        text += &line(&names, layout.delimiter);
    }
    for (cells, _) in &rows {
        text += &line(cells, layout.delimiter);
    }
    let own = layout.roles.iter().filter(|role| role.starts_with("account-n") || *role == "account-iban");
    let accounts = match own.clone().filter(|role| *role == "account-number").count() {
        0 | 1 => own.filter_map(|role| account(role)).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let currency = layout.roles.iter().any(|role| role.starts_with("currency-")).then_some("EUR");
    Some(Sample { text, rows: rows.into_iter().map(|(_, expected)| expected).collect(), accounts, currency })
}

fn account(role: &str) -> Option<&'static str> {
    match role {
        "account-iban" => Some(IBAN),
        "account-number" => Some(NUMBER),
        "account-name" => Some(NAME),
        _ => None,
    }
}

fn value(
    layout: &Layout,
    heads: Heads,
    cell: &Cell<'_>,
    (role, place, names): (&str, usize, &[String]),
    (payee, text, category): (&str, &str, &str),
) -> String {
    let has = |role: &str| layout.roles.iter().any(|known| known == role);
    let later = |days: i64| {
        // A bank's own words for a date may stand for either of two days, and so may no words.
        let days =
            if (heads == Heads::Bank || !layout.has_header) && role != "date_interest" { 0 } else { days };
        let day = cell.day.checked_add(jiff::Span::new().days(days)).unwrap();
        php_date::written(day, &layout.date_format)
    };
    let first = layout.roles.iter().position(|known| known == role) == Some(place);
    let directed = layout.roles.iter().any(|role| role.ends_with("debit-credit"));
    let two_amounts = layout.roles.iter().filter(|role| *role == "amount").count() == 2;
    match role {
        "date_transaction" | "date" => later(0),
        "date_book" => later(i64::from(has("date_transaction"))),
        "date_interest" | "date_process" | "date_payment" | "date_invoice" | "value_dat" => later(2),
        "amount" if directed => cell.money(cell.cents.abs()),
        "amount" if two_amounts => cell.side(!first, false),
        "amount" => cell.money(cell.cents),
        "amount_negated" => cell.money(-cell.cents),
        "amount_debit" => cell.side(true, false),
        "amount_credit" => cell.side(false, false),
        "debit_amount" => cell.side(true, true),
        "credit_amount" => cell.side(false, true),
        "closing_balance" => cell.money(cell.balance),
        "rabo-debit-credit" => if cell.cents < 0 { "D" } else { "C" }.to_owned(),
        "ing-debit-credit" => if cell.cents < 0 { "Af" } else { "Bij" }.to_owned(),
        "generic-debit-credit" => if cell.cents < 0 { "D" } else { "C" }.to_owned(),
        "currency-code" | "currency-name" => "EUR".to_owned(),
        "opposing-name" => payee.to_owned(),
        "opposing-iban" => format!("NL{:02}BANK{:010}", 10 + cell.index, 417_164_300 + cell.index),
        "opposing-number" => format!("{}", 417_164_300 + cell.index),
        "opposing-bic" => "BANKNL2A".to_owned(),
        "account-bic" => "BYLADEM1001".to_owned(),
        "description" | "narration" if first && has("opposing-name") => text.to_owned(),
        "description" | "narration" if first => format!("{payee} {text}"),
        "description" if layout.roles[place - 1] != "description" => "Card 1234".to_owned(),
        "category-name" => category.to_owned(),
        "tags-comma" | "tags-space" => "Card payment".to_owned(),
        "external-id" | "internal_reference" | "chq/ref_number" => format!("{}", 7_000_123 + cell.index),
        "_ignore" => {
            ignored(if heads == Heads::Bank && layout.has_header { &names[place] } else { "" }, place, cell)
        }
        other => account(other).unwrap_or_default().to_owned(),
    }
}

fn line(cells: &[String], delimiter: char) -> String {
    let cells = cells.iter().map(|cell| {
        let quoted = cell.contains([delimiter, '"', '\'']);
        if quoted { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() }
    });
    cells.collect::<Vec<_>>().join(&delimiter.to_string()) + "\n"
}

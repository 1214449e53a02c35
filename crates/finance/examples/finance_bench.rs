//! Times the CSV reader on a file: `finance_bench generate FILE ROWS`, then `loop FILE`,
//! `import FILE`, `statement FILE` or `totals FILE`. Prints milliseconds, the most memory in megabytes, and what was
//! read.

#![expect(clippy::unwrap_used, reason = "a benchmark may fail loudly")]

use std::{
    fs::File,
    io::{BufWriter, Write},
    sync::Arc,
    time::Instant,
};

use domain::{AccountId, AccountKind, Currency, ImportId, Money, Transaction, TransactionId};
use finance::{
    BookingCache, RowFacts, reconcile,
    statement::{ReadOptions, ReadRow, RowRef, read, read_rows},
    statement_category,
};
use rand::{RngExt, SeedableRng};
use rust_decimal::Decimal;
use uuid::Uuid;

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Payees and the file's category of each.
const PAYEES: [(&str, &str); 16] = [
    ("WHOLEFDS MKT", "Groceries"),
    ("TRADER JOES", "Groceries"),
    ("SHELL OIL", "Fuel"),
    ("NETFLIX.COM", "Entertainment"),
    ("SQ *BLUE BOTTLE", "Coffee Shops"),
    ("UBER TRIP", "Transport"),
    ("AMZN Mktp US", "Shopping"),
    ("CITY POWER LIGHT", "Utilities"),
    ("CVS/PHARMACY", "Pharmacy"),
    ("STARBUCKS STORE", "Coffee Shops"),
    ("TARGET", "Shopping"),
    ("SPOTIFY USA", "Entertainment"),
    ("DELTA AIR", "Travel"),
    ("ACME PAYROLL", "Salary"),
    ("OAK STREET RENT", "Rent"),
    ("CHIPOTLE", "Restaurants"),
];

fn generate(path: &str, rows: u32) {
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(7);
    let mut file = BufWriter::new(File::create(path).unwrap());
    writeln!(file, "Date,Description,Amount,Category,Account").unwrap();
    for row in 0..rows {
        let day = jiff::civil::date(2015, 1, 1)
            .checked_add(jiff::Span::new().days(i64::from(row) * 3_650 / i64::from(rows)))
            .unwrap();
        let (payee, category) = PAYEES[random.random_range(0..PAYEES.len())];
        let cents = random.random_range(100..20_000);
        let (sign, cents) = if category == "Salary" { ("", cents * 20) } else { ("-", cents) };
        // Every other text carries a store's number.
        let store = match random.random_range(0..2) {
            0 => String::new(),
            _ => format!(" #{:05}", random.random_range(0..300)),
        };
        let account = ["checking", "visa card"][random.random_range(0..2)];
        writeln!(file, "{day},{payee}{store},{sign}{}.{:02},{category},{account}", cents / 100, cents % 100)
            .unwrap();
    }
}

fn bare_loop(path: &str) -> String {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let (mut record, mut fields) = (csv::StringRecord::new(), 0);
    while reader.read_record(&mut record).unwrap() {
        fields += record.len();
    }
    format!("{fields} fields")
}

/// A ledger's rows out of a file, row by row; the ledger holds nothing yet.
fn import(path: &str) -> Vec<Transaction> {
    let mut file = File::open(path).unwrap();
    let mut cache = BookingCache::default();
    let bytes = file.metadata().unwrap().len() as usize;
    let mut ledger: Vec<Transaction> = Vec::with_capacity(bytes / 48);
    let import_id = ImportId::from(Uuid::nil());
    read_rows(&mut file, &ReadOptions::default(), &mut |read| {
        let ReadRow::Row(row) = read else { return };
        let booked = cache.booked(&RowFacts {
            payee: &row.payee,
            description: &row.description,
            amount: row.amount,
            statement_category: Some(&*row.category).filter(|text| !text.is_empty()),
            account_kind: AccountKind::Checking,
        });
        ledger.push(Transaction {
            id: TransactionId::from(Uuid::from_u128(ledger.len() as u128)),
            account_id: AccountId::from(Uuid::from_u128(row.account as u128)),
            import_id,
            date: row.date,
            amount: Money::new(row.amount, Currency::USD).unwrap(),
            payee: Arc::clone(booked.payee),
            description: Arc::clone(booked.description),
            category: booked.category.clone(),
            category_source: booked.category_source,
            external_id: Some(row.external_id.into_owned()).filter(|id| !id.is_empty()),
            line: row.line,
            details: None,
        });
    })
    .unwrap();
    ledger
}

/// The file read into memory as the pages do, with duplicates told from new rows.
fn statement(path: &str) -> String {
    let bytes = std::fs::read(path).unwrap();
    let statement = read(&bytes, &ReadOptions::default()).unwrap();
    let new: usize = statement.accounts.iter().map(|account| reconcile(&[], &account.rows).new.len()).sum();
    format!("{new} rows")
}

/// The totals of months, by category.
#[derive(Default)]
struct Totals {
    numbers: foldhash::HashMap<String, usize>,
    months: Vec<Vec<Option<Decimal>>>,
}

impl Totals {
    fn add(&mut self, row: &RowRef<'_>) {
        let number = self.numbers.get(&*row.category).copied().unwrap_or_else(|| {
            assert!(statement_category(&row.category, row.amount).is_some());
            self.numbers.insert(row.category.to_string(), self.months.len());
            self.months.push(vec![None; 12 * 300]);
            self.months.len() - 1
        });
        let month = (i32::from(row.date.year()) - 1900) * 12 + i32::from(row.date.month()) - 1;
        *self.months[number][month as usize].get_or_insert_default() += row.amount;
    }
}

fn totals(path: &str) -> String {
    let mut file = File::open(path).unwrap();
    let mut totals = Totals::default();
    let read = read_rows(&mut file, &ReadOptions::default(), &mut |read| {
        if let ReadRow::Row(row) = read {
            totals.add(&row);
        }
    })
    .unwrap();
    let groups: Vec<Decimal> = totals.months.iter().flatten().filter_map(|total| *total).collect();
    format!("{} rows, {} groups, sum {}", read.rows, groups.len(), groups.iter().sum::<Decimal>())
}

fn memory_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().split(' ').next()?.parse::<u64>().ok()).unwrap_or_default() / 1024
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let path = arguments[1].as_str();
    let start = Instant::now();
    let mut elapsed = None;
    let said = match arguments[0].as_str() {
        "generate" => {
            generate(path, arguments[2].parse().unwrap());
            String::new()
        }
        "loop" => bare_loop(path),
        "import" => {
            // It ends when the rows are there; that they are the file's is checked after it.
            let ledger = import(path);
            elapsed = Some(start.elapsed());
            let sum: Decimal = ledger.iter().map(|row| row.amount.amount()).sum();
            format!("{} rows, sum {sum}", ledger.len())
        }
        "statement" => statement(path),
        _ => totals(path),
    };
    let elapsed = elapsed.unwrap_or_else(|| start.elapsed()).as_secs_f64() * 1_000.0;
    let mut out = std::io::stdout();
    writeln!(out, "{elapsed:.1} ms {} MB {said}", memory_mb()).unwrap();
}

//! How a CSV file is laid out: delimiter, preamble, header, and what each column means.

use std::collections::HashSet;

use domain::Currency;

use super::{
    super::{AmountColumns, CsvLayout, CsvMapping, StatementError},
    fee::{self, Fee},
    money, no_statement, order,
    preamble::{self, StatedBalances},
    sample::{self, Column, SampleRecord},
    settled, sign, texts, unsigned,
    words::Role,
};

/// Delimiters, the likelier first.
pub(super) const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];
/// A header stands among the first records or nowhere.
const HEADER_WITHIN: usize = 60;
/// Words in headers of banks and programs that write the day first, all in English.
const DAY_FIRST: [&str; 10] = [
    "converted amount",
    "sort code",
    "paid in",
    "paid out",
    "cheque",
    "bsb",
    "narration",
    "particulars",
    "counter party",
    "transaction remarks",
];
/// Headers of days on which rows began, folded.
const STARTED: [&str; 7] = [
    "started date",
    "created on",
    "date de debut",
    "datum des beginns",
    "data di inizio",
    "fecha de inicio",
    "data rozpoczecia",
];
/// Rows that a person sees when correcting a mapping.
const SAMPLES: usize = 8;

/// A layout, with what reading needs beside it.
#[derive(Debug)]
pub(super) struct Detected {
    pub(super) layout: CsvLayout,
    /// The account's number, where one stands above the table.
    pub(super) number: Option<String>,
    /// A column with names for the account column's numbers.
    pub(super) account_name: Option<usize>,
    /// The day on which a row began that the bank has not booked yet, and gives no other day.
    pub(super) started: Option<usize>,
    /// A column with fees that are not in the amounts.
    pub(super) fee: Option<Fee>,
    /// A column with the booking's state: declined ones are no bookings.
    pub(super) status: Option<usize>,
    /// A column that says of each booking whether it is pending.
    pub(super) pending: Option<usize>,
    /// A column with the merchants' category codes.
    pub(super) mcc: Option<usize>,
    /// The currency of the whole file, where a header or the amounts name it.
    pub(super) currency: Option<Currency>,
    /// Columns of amounts in other currencies, which stand there instead of in the amount's column.
    pub(super) other_currencies: Vec<(usize, Currency)>,
    /// Amounts have no sign: the running balance alone tells it.
    pub(super) is_told_by_balance: bool,
    /// What a minus means in the debit and in the credit column.
    pub(super) minus: [Minus; 2],
    /// The header's fields, where half the rows have no more.
    pub(super) width: Option<usize>,
    /// Who paid, where the payee's column names who was paid.
    pub(super) payer: Option<usize>,
    /// The file looks like a card's.
    pub(super) is_card: bool,
    /// Day and month could be the other way round as well.
    pub(super) order_is_a_guess: bool,
    /// The line below the header; rows start there.
    pub(super) first_line: u32,
    /// Balances that stand above the table or in columns of the whole statement.
    pub(super) stated: StatedBalances,
}

/// What a minus means in a column that holds one side only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Minus {
    Nothing,
    /// It turns a row round: most amounts have none.
    Turns,
    /// It is the side's own sign: most amounts have one, and those without are turned round.
    IsOut,
}

impl Minus {
    fn of(column: &Column) -> Self {
        match 2 * column.negative {
            _ if column.nonzero == 0 => Self::Nothing,
            negative if negative < column.nonzero => Self::Turns,
            _ => Self::IsOut,
        }
    }
}

/// Finds the layout, or keeps to the person's `mapping`.
pub(super) fn detect(text: &str, mapping: Option<&CsvMapping>) -> Result<Detected, StatementError> {
    if let Some(mapping) = mapping {
        return mapped(text, mapping);
    }
    // Spreadsheets are told the delimiter by a first line `sep=;`.
    let named =
        text.get(..4).filter(|head| head.eq_ignore_ascii_case("sep=")).and_then(|_| text[4..].chars().next());
    let mut best: Option<(usize, Detected)> = None;
    let mut error: Option<(usize, StatementError)> = None;
    for delimiter in DELIMITERS.into_iter().filter(|delimiter| named.is_none_or(|named| named == *delimiter))
    {
        let read = sample::take(text, delimiter as u8);
        // A bound that is passed says more of a file than a column that is missed.
        let width = read
            .as_ref()
            .map_or(usize::MAX, |sample| sample.iter().map(|record| record.fields.len()).max().unwrap_or(0));
        match read.and_then(|sample| layout_of(&sample, delimiter)) {
            Ok((score, detected)) if best.as_ref().is_none_or(|(most, _)| score > *most) => {
                best = Some((score, detected));
            }
            Err(found) if error.as_ref().is_none_or(|(widest, _)| width > *widest) => {
                error = Some((width, found));
            }
            Ok(_) | Err(_) => {}
        }
    }
    match (best, error) {
        (Some((_, detected)), _) => Ok(detected),
        (None, Some((_, error))) => Err(error),
        (None, None) => Err(StatementError::Empty),
    }
}

/// Parts of a sample: where the header is and which records are bookings.
pub(super) struct Table<'s> {
    pub(super) header: Option<&'s SampleRecord>,
    pub(super) bookings: Vec<&'s SampleRecord>,
    pub(super) body: &'s [SampleRecord],
    /// What stands above the first row, the header included.
    pub(super) preamble: &'s [SampleRecord],
    /// Rows start there. Without a header nothing above the first booking is known to be preamble.
    first_line: u32,
    pub(super) width: usize,
}

fn table(sample: &[SampleRecord]) -> Result<Table<'_>, StatementError> {
    let first_line = sample.first().map(|record| record.line).ok_or(StatementError::Empty)?;
    let scored =
        sample.iter().take(HEADER_WITHIN).enumerate().map(|(index, record)| (index, record.header_score()));
    let mut named: Option<(usize, usize)> = None;
    for (index, score) in scored {
        if score > 0 && named.is_none_or(|(_, most)| score > most) && !sample[index].is_booking() {
            named = Some((index, score));
        }
    }
    let first_booking = first_booking(sample);
    let header = named.map(|(index, _)| index).or_else(|| {
        let above = first_booking?.checked_sub(1)?;
        let same_width = sample[above].fields.len() == sample[above + 1].fields.len();
        let words = sample[above].fields.iter().filter(|field| !field.is_empty()).count();
        (same_width && words >= 2 && sample[above].has_no_data()).then_some(above)
    });
    let start = match (header, first_booking) {
        (Some(header), _) => header + 1,
        (None, Some(first)) => first,
        (None, None) => {
            let has_date =
                sample.iter().any(|record| record.fields.iter().any(|field| sample::is_date_like(field)));
            return Err(if has_date {
                StatementError::NoAmountColumn { line: first_line }
            } else {
                StatementError::NoDateColumn { line: first_line }
            });
        }
    };
    let body = &sample[start..];
    let header = header.map(|index| &sample[index]);
    if let (Some(header), true) = (header, body.is_empty()) {
        return Err(StatementError::NoRows { line: header.line });
    }
    let bookings: Vec<_> = body.iter().filter(|record| record.is_booking()).collect();
    let width = header.map_or(0, |header| header.fields.len());
    let width = bookings.iter().map(|record| record.fields.len()).max().unwrap_or(0).max(width);
    let first_line = header.map_or(1, |header| header.line + 1);
    Ok(Table { header, bookings, body, preamble: &sample[..start], first_line, width })
}

/// The first booking whose day stands where most have theirs: what tells of the whole statement above them has
/// days and amounts too.
fn first_booking(sample: &[SampleRecord]) -> Option<usize> {
    let days: Vec<(usize, usize)> = sample
        .iter()
        .enumerate()
        .filter(|(_, record)| record.is_booking())
        .filter_map(|(index, record)| {
            Some((index, record.fields.iter().position(|field| sample::is_date_like(field))?))
        })
        .collect();
    let (first, _) = days.first()?;
    let count = |column: usize| days.iter().filter(|(_, of)| *of == column).count();
    let usual = days.iter().find(|(_, column)| count(*column) * 2 > days.len());
    Some(usual.map_or(*first, |(index, _)| *index))
}

fn layout_of(sample: &[SampleRecord], delimiter: char) -> Result<(usize, Detected), StatementError> {
    let mut table = table(sample)?;
    leave_out_the_account(sample, &mut table);
    leave_out_balances(&mut table);
    let found = layout_of_table(&table, delimiter);
    if !matches!(found, Err(StatementError::NoAmountColumn { .. })) {
        return found;
    }
    // In a short file the lines that state balances and totals hide what the columns of the others hold.
    table.bookings.retain(|record| !record.states_balance());
    if table.bookings.is_empty() { found } else { layout_of_table(&table, delimiter) }
}

/// Takes a first row out that tells of the account, above rows without a header: with its currency, where no other row
/// has one, and a long number.
fn leave_out_the_account<'s>(sample: &'s [SampleRecord], table: &mut Table<'s>) {
    let (None, [first, others @ ..]) = (table.header, table.bookings.as_slice()) else { return };
    let is_code = |field: &str| {
        field.len() == 3
            && field.bytes().all(|byte| byte.is_ascii_uppercase())
            && field.parse::<Currency>().is_ok()
    };
    let names_currency = (0..first.fields.len())
        .any(|column| is_code(first.field(column)) && !others.iter().any(|row| is_code(row.field(column))));
    let is_number = |field: &String| {
        field.len() < 60
            && field.chars().filter(char::is_ascii_digit).count() >= 16
            && !field.contains(['.', ','])
    };
    if others.len() < 2 || !names_currency || !first.fields.iter().any(is_number) {
        return;
    }
    let Some(below) = sample.iter().position(|record| record.line > first.line) else { return };
    table.bookings.remove(0);
    (table.preamble, table.body) = sample.split_at(below);
    table.first_line = table.body[0].line;
}

/// Takes rows that state a balance and no amount out of the bookings: they would hide what the others hold.
fn leave_out_balances(table: &mut Table<'_>) {
    let columns = sample::columns(table.header, &table.bookings, table.width);
    let Some(balance) = money::balance(&columns) else { return };
    let is_amount = |column: &Column| {
        [Role::Amount, Role::Debit, Role::Credit].iter().any(|role| column.weight(*role) >= 40)
    };
    let amounts: Vec<usize> =
        (0..columns.len()).filter(|index| *index != balance && is_amount(&columns[*index])).collect();
    let fee = fee::column(&columns);
    let books = |row: &&SampleRecord| {
        row.field(balance).is_empty()
            || amounts.iter().chain(&fee).any(|column| !row.field(*column).is_empty())
    };
    if !amounts.is_empty() && table.bookings.iter().any(books) {
        table.bookings.retain(books);
    }
}

fn layout_of_table(table: &Table<'_>, delimiter: char) -> Result<(usize, Detected), StatementError> {
    let columns = sample::columns(table.header, &table.bookings, table.width);
    let line = table.header.map_or(table.body[0].line, |header| header.line);
    no_statement::refuse(&columns, line)?;
    let date = date_column(&columns).ok_or(StatementError::NoDateColumn { line })?;
    let mut money =
        money::choose(&columns, &table.bookings, date).ok_or(StatementError::NoAmountColumn { line })?;
    let mut settled_currency = None;
    if let AmountColumns::Signed { column, .. } = &mut money.amount {
        let texts = table.bookings.iter().map(|row| row.field(*column));
        let pair = settled::pair(&columns, &table.bookings, *column, order::decimal_mark(texts));
        if let Some((paid, currency)) = pair {
            (*column, settled_currency) = (paid, Some(currency));
        }
    }
    let amount_columns = columns_of(money.amount);
    let direction = match money.amount {
        AmountColumns::Directed { direction, .. } => Some(direction),
        _ => None,
    };
    let mut taken = amount_columns.clone();
    taken.push(date);
    taken.extend(money.balance);
    let mut words = texts::choose(&columns, &taken, direction);
    words.currency = settled_currency.or(words.currency);
    let money_texts = table
        .bookings
        .iter()
        .flat_map(|row| amount_columns.iter().chain(&money.balance).map(|column| row.field(*column)));
    let decimal_mark = order::decimal_mark(money_texts.clone());
    let named = preamble::currency(table, &amount_columns, money_texts.clone(), decimal_mark)
        .or_else(|| currency_of_rows(table, words.currency));
    // What would be thousands elsewhere is `12.500` dinars.
    let has_three = named.is_some_and(|currency| currency.minor_digits() == 3);
    let by_currency =
        || money_texts.clone().filter(|_| has_three).find_map(super::super::amount::ambiguous_separator);
    let is_proven = money_texts.clone().any(|text| super::super::amount::proven_decimal_mark(text).is_some());
    let decimal_mark = by_currency().filter(|_| !is_proven).unwrap_or(decimal_mark);
    let currency = preamble::currency(table, &amount_columns, money_texts, decimal_mark);
    let own = match (money.amount, words.currency) {
        (AmountColumns::Signed { column, .. }, Some(of)) => {
            settled::own_currency(&columns, &table.bookings, (column, of), decimal_mark)
        }
        _ => None,
    };
    if own.is_some() {
        words.currency = None;
    }
    let currency = own.or(currency);
    let habits = order::Habits {
        delimiter,
        decimal_mark,
        english_headers: columns[date]
            .header
            .split(' ')
            .any(|word| ["date", "posted", "time"].contains(&word))
            || table.header.is_none(),
        currency: currency.or_else(|| currency_of_rows(table, words.currency)),
        known_day_first: columns
            .iter()
            .any(|column| DAY_FIRST.iter().any(|word| column.header.contains(word))),
        is_varied: is_varied(&table.bookings),
    };
    let dated = table.body.iter().filter(|record| record.is_booking());
    let dates: Vec<&str> = dated.map(|row| row.field(date)).collect();
    let (date_order, order_is_a_guess) = order::date_order(&dates, habits);
    let mut mapping = CsvMapping {
        delimiter,
        header_line: table.header.map(|header| header.line),
        date,
        date_order,
        amount: money.amount,
        decimal_mark,
        payee: words.payee,
        description: words.description,
        category: words.category,
        account: words.account,
        currency: words.currency,
        balance: money.balance,
        external_id: words.external_id,
    };
    if !unsigned::is_told_by_balance(&mapping, &table.bookings)
        && let AmountColumns::Signed { column, positive_is_out } = &mut mapping.amount
    {
        *positive_is_out = *positive_is_out
            || sign::positive_is_out(*column, mapping.balance, decimal_mark, &columns, &table.bookings);
    }
    let roles =
        columns.iter().filter(|column| column.meanings.iter().any(|(_, weight)| *weight >= 50)).count();
    let score = table.bookings.len() * 1_000 + roles * 10 + table.width.min(9);
    Ok((score, finish(mapping, &columns, table, currency, order_is_a_guess)))
}

/// The same with a person's mapping; only what it does not say is found out.
fn mapped(text: &str, mapping: &CsvMapping) -> Result<Detected, StatementError> {
    if !mapping.delimiter.is_ascii() || matches!(mapping.delimiter, '"' | '\n' | '\r') {
        return Err(StatementError::MappingDoesNotFit { field: "delimiter" });
    }
    if !matches!(mapping.decimal_mark, '.' | ',') {
        return Err(StatementError::MappingDoesNotFit { field: "decimal_mark" });
    }
    let sample = sample::take(text, mapping.delimiter as u8)?;
    if sample.is_empty() {
        return Err(StatementError::Empty);
    }
    let header = match mapping.header_line {
        None => None,
        Some(line) => Some(
            sample
                .iter()
                .position(|record| record.line == line)
                .ok_or(StatementError::MappingDoesNotFit { field: "header_line" })?,
        ),
    };
    let start = header.map_or(0, |header| header + 1);
    let body = &sample[start..];
    if body.is_empty() {
        return Err(StatementError::NoRows { line: sample[start - 1].line });
    }
    let width = sample.iter().map(|record| record.fields.len()).max().unwrap_or(0);
    if let Some(field) = column_beyond(mapping, width) {
        return Err(StatementError::MappingDoesNotFit { field });
    }
    let table = Table {
        header: header.map(|header| &sample[header]),
        bookings: body.iter().filter(|record| record.is_booking()).collect(),
        body,
        preamble: &sample[..start],
        first_line: header.map_or(1, |header| sample[header].line + 1),
        width,
    };
    let columns = sample::columns(table.header, &table.bookings, width);
    let amounts = columns_of(mapping.amount);
    let texts = table.bookings.iter().flat_map(|row| amounts.iter().map(|column| row.field(*column)));
    let currency = preamble::currency(&table, &amounts, texts, mapping.decimal_mark);
    Ok(finish(mapping.clone(), &columns, &table, currency, false))
}

fn column_beyond(mapping: &CsvMapping, width: usize) -> Option<&'static str> {
    let optional = [
        ("payee", mapping.payee),
        ("description", mapping.description),
        ("category", mapping.category),
        ("account", mapping.account),
        ("currency", mapping.currency),
        ("balance", mapping.balance),
        ("external_id", mapping.external_id),
    ];
    let amounts = columns_of(mapping.amount).into_iter().map(|column| ("amount", Some(column)));
    std::iter::once(("date", Some(mapping.date)))
        .chain(amounts)
        .chain(optional)
        .find(|(_, column)| column.is_some_and(|column| column >= width))
        .map(|(field, _)| field)
}

fn finish(
    mapping: CsvMapping,
    columns: &[Column],
    table: &Table<'_>,
    currency: Option<Currency>,
    order_is_a_guess: bool,
) -> Detected {
    let names = (0..table.width).map(|index| {
        let name = table.header.map(|header| header.field(index)).unwrap_or_default();
        if name.is_empty() { format!("Column {}", index + 1) } else { name.chars().take(80).collect() }
    });
    let shorten = |field: &String| field.chars().take(80).collect();
    let samples = table.body.iter().take(SAMPLES).map(|record| record.fields.iter().map(shorten).collect());
    let used = |index: usize| Some(index) == mapping.account || Some(index) == mapping.payee;
    let units = preamble::units(table, &columns_of(mapping.amount)).map(|(record, _)| record);
    let is_card = columns.iter().any(|column| column.header.starts_with("card member"))
        || matches!(mapping.amount, AmountColumns::Signed { positive_is_out: true, .. });
    Detected {
        number: preamble::iban(table).filter(|_| mapping.account.is_none()),
        account_name: mapping.account.and_then(|_| {
            money::best(columns, Role::AccountName, |index, column| !used(index) && column.is_text())
        }),
        started: started(columns, mapping.date),
        fee: fee::find(columns, &table.bookings, &mapping)
            .or_else(|| fee::taken_off(table.header?, columns, columns_of(mapping.amount)[0])),
        status: money::best(columns, Role::Status, |_, _| true),
        pending: money::best(columns, Role::Pending, |_, _| true),
        mcc: money::best(columns, Role::Mcc, |_, column| column.is_numeric() || column.rows == 0),
        currency,
        other_currencies: other_currencies(mapping.amount, columns, &table.bookings),
        minus: match mapping.amount {
            AmountColumns::DebitCredit { debit, credit } => {
                [debit, credit].map(|column| columns.get(column).map_or(Minus::Nothing, Minus::of))
            }
            AmountColumns::Signed { .. } | AmountColumns::Directed { .. } => [Minus::Nothing; 2],
        },
        width: table.header.map(|header| header.fields.len()).filter(|width| {
            if has_parted_decimals(&mapping, table, *width) {
                return true;
            }
            let surplus = table
                .bookings
                .iter()
                .filter(|row| row.fields.iter().skip(*width).any(|field| !field.is_empty()));
            surplus.count() * 2 <= table.bookings.len()
        }),
        payer: mapping.payee.and_then(|payee| texts::payer(columns, payee)),
        is_card,
        is_told_by_balance: unsigned::is_told_by_balance(&mapping, &table.bookings),
        order_is_a_guess,
        first_line: units.map_or(table.first_line, |units| units.line + 1),
        stated: preamble::balances(table, columns, &mapping),
        layout: CsvLayout { columns: names.collect(), samples: samples.collect(), mapping },
    }
}

/// Whether nearly every row has a text of its own, whatever numbers are in it.
fn is_varied(bookings: &[&SampleRecord]) -> bool {
    let letters = |row: &&SampleRecord| -> String {
        row.fields.iter().flat_map(|field| field.chars()).filter(|c| c.is_alphabetic()).collect()
    };
    let texts: HashSet<String> = bookings.iter().map(letters).collect();
    texts.len() >= 3 && texts.len() * 10 >= bookings.len() * 8
}

/// Whether each row has one field more than the header, two digits behind the amount: `-5,50` without quotation
/// marks between commas.
fn has_parted_decimals(mapping: &CsvMapping, table: &Table<'_>, width: usize) -> bool {
    let AmountColumns::Signed { column, .. } = mapping.amount else { return false };
    let is_parted = |row: &&SampleRecord| {
        let (whole, cents) = (row.field(column), row.field(column + 1));
        row.fields.len() == width + 1
            && whole.trim_start_matches(['-', '+']).bytes().all(|byte| byte.is_ascii_digit())
            && cents.len() == 2
            && cents.bytes().all(|byte| byte.is_ascii_digit())
    };
    mapping.delimiter == ',' && !table.bookings.is_empty() && table.bookings.iter().all(is_parted)
}

fn other_currencies(
    amount: AmountColumns,
    columns: &[Column],
    bookings: &[&SampleRecord],
) -> Vec<(usize, Currency)> {
    let AmountColumns::Signed { column, .. } = amount else { return Vec::new() };
    let all = money::by_currency(columns, bookings);
    let others = all.iter().filter(|other| all.contains(&column) && **other != column);
    others.filter_map(|other| Some((*other, columns[*other].header.parse().ok()?))).collect()
}

fn date_column(columns: &[Column]) -> Option<usize> {
    let by_header = |percent: usize| {
        let fits = |column: &Column| column.rows == 0 || column.covers(column.dates, percent);
        // The day on which a row began is its day where there is no other.
        let booked = |_, column: &Column| fits(column) && !STARTED.contains(&column.header.as_str());
        money::best(columns, Role::Date, booked)
            .or_else(|| money::best(columns, Role::Date, |_, column| fits(column)))
    };
    let by_values = |varied: bool| {
        (0..columns.len()).find(|index| {
            let column = &columns[*index];
            let one_number = column.rows >= 3 && column.distinct == 1;
            column.rows > 0 && column.covers(column.dates, 80) && !(varied && one_number)
        })
    };
    // A number of eight digits in every row is an account's rather than a day.
    by_header(40).or_else(|| by_values(true)).or_else(|| by_values(false))
}

/// Beside the days of booking, those on which rows began: `Started Date` beside `Completed Date`.
fn started(columns: &[Column], date: usize) -> Option<usize> {
    let is_start = |(index, column): (usize, &Column)| {
        let is_named = index != date && STARTED.contains(&column.header.as_str());
        is_named && column.rows > 0 && column.covers(column.dates, 90)
    };
    columns.iter().enumerate().position(is_start)
}

/// The columns that an amount is made of.
pub(super) fn columns_of(amount: AmountColumns) -> Vec<usize> {
    match amount {
        AmountColumns::Signed { column, .. } => vec![column],
        AmountColumns::DebitCredit { debit, credit } => vec![debit, credit],
        AmountColumns::Directed { column, direction } => vec![column, direction],
    }
}

fn currency_of_rows(table: &Table<'_>, column: Option<usize>) -> Option<Currency> {
    table.bookings.first()?.field(column?).parse().ok()
}

//! Accounts and rows from fields.

use domain::{Currency, SkippedRow};

use super::{
    super::{
        ACCOUNTS_MAX, RowDetails, StatementAccount, StatementError, StatementRow, amount,
        joined::{Balance, Head, Joined, Sheet},
        lines::line_of,
        text::{account_number, quoted},
    },
    details::{self, Texts},
    fields::{Field, Part, parts},
    line::{self, StatementLine},
};

/// The walk's state.
pub(super) struct Reader<'t> {
    text: &'t str,
    open: Option<Message<'t>>,
    joined: Joined,
    skipped: Vec<SkippedRow>,
    first_unreadable: Option<SkippedRow>,
    /// What the last field was, for what a cut file lacks.
    last: Last,
    rows: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Whole,
    /// A statement line or a closing balance that can't be read.
    Unreadable,
}

/// A message while its fields are read.
#[derive(Default)]
struct Message<'t> {
    line: u32,
    number: Option<String>,
    sheet: Sheet,
    booking: Option<Booking<'t>>,
    has_opening: bool,
    has_closing: bool,
    has_end: bool,
    no_currency: Option<StatementError>,
}

struct Booking<'t> {
    line: u32,
    read: StatementLine,
    details: Vec<Vec<&'t str>>,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            open: None,
            joined: Joined::default(),
            skipped: Vec::new(),
            first_unreadable: None,
            last: Last::Whole,
            rows: 0,
        }
    }

    /// The accounts and skipped rows of the whole file.
    pub(super) fn read(mut self) -> Result<(Vec<StatementAccount>, Vec<SkippedRow>), StatementError> {
        for part in parts(self.text) {
            match part {
                Part::End => {
                    if let Some(message) = &mut self.open {
                        message.has_end = true;
                    }
                }
                Part::Field(field) => self.field(field)?,
            }
        }
        if let Some(message) = self.open.as_ref().filter(|message| !message.has_end)
            && (self.last == Last::Unreadable || message.has_opening && !message.has_closing)
        {
            return Err(StatementError::truncated(self.text));
        }
        self.end()?;
        let accounts = self.joined.into_accounts();
        if accounts.is_empty() {
            return Err(StatementError::NoAccount { line: line_of(self.text, self.text.trim_end().len()) });
        }
        if self.rows == 0
            && let Some(first) = self.first_unreadable
        {
            return Err(StatementError::NothingReadable { first });
        }
        self.skipped.sort_by_key(|row| row.line);
        Ok((accounts, self.skipped))
    }

    fn field(&mut self, field: Field<'t>) -> Result<(), StatementError> {
        let text = field.text();
        let closed = self.open.as_ref().is_some_and(|message| message.has_closing);
        let begins = match field.tag {
            "20" => true,
            "25" | "25P" | "60" | "60F" | "60M" | "61" => closed,
            _ => false,
        };
        if begins {
            // A message without `:25:` goes on about the same account.
            let number = self.end()?.filter(|_| field.tag != "20");
            self.open = Some(Message { line: field.line, number, ..Message::default() });
        }
        let message = self.open.get_or_insert_with(|| Message { line: field.line, ..Message::default() });
        self.last = Last::Whole;
        match field.tag {
            "25" | "25P" => message.number = account_number(text),
            "60" | "60F" | "60M" => {
                message.has_opening = true;
                if let Some(balance) = self.balance(&field, "opening")
                    && let Some(message) = &mut self.open
                {
                    message.sheet.opening = Some(balance);
                }
            }
            "62" | "62F" | "62M" => {
                message.has_closing = true;
                self.flush();
                let balance = self.balance(&field, "closing");
                let Some(message) = &mut self.open else { return Ok(()) };
                message.sheet.closing = balance;
                // An amount has a comma; one without was cut where nothing follows.
                if balance.is_none() && message.no_currency.is_none() || !text.contains([',', '.']) {
                    self.last = Last::Unreadable;
                }
            }
            "61" => self.line(&field),
            // Without an open statement line it is about the statement, or about a line left out.
            "86" => {
                if let Some(booking) = &mut message.booking {
                    booking.details.push(field.lines);
                }
            }
            // A floor limit, sums, the available balance: they tell the currency.
            "34F" => message.tells_currency(text.get(..3)),
            "64" | "65" => message.tells_currency(text.get(7..10)),
            "90C" | "90D" => {
                message.tells_currency(text.trim_start_matches(|c: char| c.is_ascii_digit()).get(..3));
            }
            _ => {}
        }
        Ok(())
    }

    fn line(&mut self, field: &Field<'t>) {
        self.flush();
        let read = line::parse(&field.lines);
        let Some(message) = &mut self.open else { return };
        match read {
            Ok(read) => message.booking = Some(Booking { line: field.line, read, details: Vec::new() }),
            Err((before, reason)) => {
                let column =
                    field.text().get(..before).map(|text| (text.chars().count() + ":61:".len() + 1) as u32);
                let skipped = SkippedRow { line: field.line, column, reason };
                self.first_unreadable.get_or_insert_with(|| skipped.clone());
                self.skipped.push(skipped);
                self.last = Last::Unreadable;
            }
        }
    }

    /// Books the open statement line with its details.
    fn flush(&mut self) {
        let Some(message) = &mut self.open else { return };
        let Some(Booking { line, read, details }) = message.booking.take() else { return };
        let Texts { payee, description } =
            details::read(&details, &read.supplementary, read.amount.is_sign_negative());
        let details =
            read.is_pending.then(|| Box::new(RowDetails { is_pending: true, ..RowDetails::default() }));
        message.sheet.rows.push(StatementRow {
            line,
            date: read.date,
            amount: read.amount,
            payee,
            description,
            category: None,
            external_id: read.reference,
            balance: None,
            details,
        });
        self.rows += 1;
    }

    /// Direction, day, currency, amount: `C110522EUR3236,28`.
    fn balance(&mut self, field: &Field<'_>, what: &str) -> Option<Balance> {
        let text = field.text().trim();
        let message = self.open.as_mut()?;
        match parse_balance(text) {
            Ok((currency, balance)) => {
                message.sheet.currency = message.sheet.currency.or(Some(currency));
                Some(balance)
            }
            Err(BalanceProblem { place, currency, reason }) => {
                let column = (text.get(..place)?.chars().count() + field.tag.len() + 3) as u32;
                if let Some(code) = currency {
                    let error = StatementError::UnknownCurrency { line: field.line, column, code };
                    message.no_currency.get_or_insert(error);
                }
                let reason = format!("the {what} balance: {reason}");
                self.skipped.push(SkippedRow { line: field.line, column: Some(column), reason });
                None
            }
        }
    }

    /// Ends the open message and gives its account.
    fn end(&mut self) -> Result<Option<String>, StatementError> {
        self.flush();
        let Some(mut message) = self.open.take() else { return Ok(None) };
        let currency = message.sheet.currency;
        if let (None, Some(error)) = (currency, message.no_currency) {
            return Err(error);
        }
        if message.has_opening && !message.has_closing {
            let reason = "the statement has no closing balance; rows may be missing".to_owned();
            self.skipped.push(SkippedRow::new(message.line, reason));
        }
        let number = message.number.as_deref().map(|number| without_currency(number, currency));
        let is_empty = number.is_none() && message.sheet.rows.is_empty() && !message.has_opening;
        if !is_empty {
            let head = Head { number: number.clone(), name: String::new(), kind: None };
            message.sheet.rows.shrink_to_fit();
            if self.joined.add(&head, message.sheet).is_err() {
                return Err(StatementError::TooManyAccounts { line: message.line, limit: ACCOUNTS_MAX });
            }
        }
        Ok(number)
    }
}

impl Message<'_> {
    fn tells_currency(&mut self, code: Option<&str>) {
        self.sheet.currency = self.sheet.currency.or_else(|| code?.parse().ok());
    }
}

/// `1291.99.348EUR` names the currency behind the number.
fn without_currency(number: &str, currency: Option<Currency>) -> String {
    let bare = currency.and_then(|currency| number.strip_suffix(currency.code())).map(str::trim_end);
    bare.filter(|bare| bare.ends_with(|c: char| c.is_ascii_digit())).unwrap_or(number).to_owned()
}

struct BalanceProblem {
    /// How many bytes stand before it.
    place: usize,
    /// The code, where it is the currency that does not exist.
    currency: Option<String>,
    reason: String,
}

fn parse_balance(text: &str) -> Result<(Currency, Balance), BalanceProblem> {
    let problem = |place, reason| BalanceProblem { place, currency: None, reason };
    let (is_out, rest) = match (text.strip_prefix('C'), text.strip_prefix('D')) {
        (Some(rest), _) => (false, rest),
        (_, Some(rest)) => (true, rest),
        _ => return Err(problem(0, format!("{} says neither credit nor debit", quoted(text)))),
    };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (day, rest) = rest.split_at(digits);
    let date = line::day(day).map_err(|reason| problem(1, reason))?;
    let (code, number) =
        rest.split_at_checked(3).ok_or_else(|| problem(1 + digits, "the currency is missing".to_owned()))?;
    let currency: Currency = code.parse().map_err(|_| BalanceProblem {
        place: 1 + digits,
        currency: Some(code.to_owned()),
        reason: format!("there is no currency {}", quoted(code)),
    })?;
    let value = amount::parse(number, ',').map_err(|found| problem(4 + digits, found.reason(number)))?.value;
    Ok((currency, (Some(date), if is_out && !value.is_zero() { -value } else { value })))
}

//! All rows of a ledger, as binary `COPY` gives them: a query's rows take the database and us several
//! times as long to put together and take apart.
//!
//! The format: <https://www.postgresql.org/docs/current/sql-copy.html>, "Binary Format".

use std::collections::HashMap;

use domain::{
    AccountId, Category, CategorySource, Currency, ImportId, Money, Transaction, TransactionDetails,
    TransactionId, UserId,
};
use futures::TryStreamExt;
use jiff::civil::Date;
use rust_decimal::Decimal;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{PgError, rows::currency, words::from_word};

/// `COPY` takes no parameters: the user is the one whom the transaction has set. Each row names its
/// own, which is compared here.
const STATEMENT: &str = "
    copy (
        select
            user_id, id, account_id, import_id, date, amount, currency, payee, description, category,
            category_source, external_id, line, details
        from transaction
        where user_id = current_setting('app.user_id', true)
    ) to stdout (format binary)";

const SIGNATURE: &[u8] = b"PGCOPY\n\xff\r\n\0";
/// The signature, flags, and the length of what extends the header.
const HEADER_BYTES: usize = SIGNATURE.len() + 8;

/// All transactions of a user, by date, then id, ascending. `app.user_id` is set in the transaction
/// that the connection is in.
pub(crate) async fn transactions(
    connection: &mut PgConnection,
    user: &UserId,
) -> Result<Vec<Transaction>, PgError> {
    let mut parts = connection.copy_out_raw(STATEMENT).await?;
    let mut reader = Reader::new(user);
    let mut outcome = Ok(());
    while let Some(part) = parts.try_next().await? {
        // To the end, whatever is in it: what is left of it would answer the connection's next queries.
        if outcome.is_ok() {
            outcome = reader.read(&part);
        }
    }
    outcome?;
    let mut rows = reader.finish()?;
    // Rows lie in the database as they were imported: in runs that are in order, or in reverse.
    rows.sort_by_key(|row| (row.date, row.id));
    Ok(rows)
}

fn malformed(column: &'static str) -> PgError {
    PgError::RowMalformed { table: "transaction", column }
}

/// Puts rows together from the parts of a stream, wherever it is cut.
#[derive(Debug)]
struct Reader<'u> {
    user: &'u UserId,
    /// What of the stream is no whole row yet.
    pending: Vec<u8>,
    has_header: bool,
    has_end: bool,
    rows: Vec<Transaction>,
    words: Words,
}

impl<'u> Reader<'u> {
    fn new(user: &'u UserId) -> Self {
        Self {
            user,
            pending: Vec::new(),
            has_header: false,
            has_end: false,
            rows: Vec::new(),
            words: Words::default(),
        }
    }

    fn read(&mut self, part: &[u8]) -> Result<(), PgError> {
        if self.pending.is_empty() {
            let taken = self.take(part)?;
            self.pending.extend_from_slice(&part[taken..]);
        } else {
            self.pending.extend_from_slice(part);
            let pending = std::mem::take(&mut self.pending);
            let taken = self.take(&pending)?;
            self.pending = pending;
            self.pending.drain(..taken);
        }
        Ok(())
    }

    /// Reads whole rows; gives the bytes that they take.
    fn take(&mut self, bytes: &[u8]) -> Result<usize, PgError> {
        let mut at = 0;
        if !self.has_header {
            let Some(header) = bytes.get(..HEADER_BYTES) else { return Ok(0) };
            let (head, extension) = header.split_at(HEADER_BYTES - 4);
            let extension = i32::from_be_bytes(extension.try_into().unwrap_or_default());
            if !head.starts_with(SIGNATURE) || extension != 0 {
                return Err(malformed("header"));
            }
            (self.has_header, at) = (true, HEADER_BYTES);
        }
        while let Some(row) = whole_row(&bytes[at..]) {
            at += row.len();
            let mut fields = Fields(&row[2..]);
            if fields.0.is_empty() {
                self.has_end = true;
            } else if fields.text("user_id")? == self.user.as_str() {
                self.rows.push(self.words.transaction(&mut fields)?);
            } else {
                return Err(malformed("user_id"));
            }
        }
        Ok(at)
    }

    fn finish(self) -> Result<Vec<Transaction>, PgError> {
        if self.has_end && self.pending.is_empty() { Ok(self.rows) } else { Err(malformed("end")) }
    }
}

/// The first row, or the end's mark, where it is there as a whole.
fn whole_row(bytes: &[u8]) -> Option<&[u8]> {
    let fields = i16::from_be_bytes(*bytes.first_chunk()?);
    let mut end = 2;
    for _ in 0..fields {
        let length = i32::from_be_bytes(*bytes.get(end..)?.first_chunk()?);
        end += 4 + usize::try_from(length).unwrap_or_default();
    }
    bytes.get(..end)
}

/// The fields of a row that were not taken yet.
struct Fields<'r>(&'r [u8]);

impl<'r> Fields<'r> {
    /// The next field; none where it is null.
    fn optional(&mut self, column: &'static str) -> Result<Option<&'r [u8]>, PgError> {
        let (length, rest) = self.0.split_first_chunk().ok_or(malformed(column))?;
        let Ok(length) = usize::try_from(i32::from_be_bytes(*length)) else {
            self.0 = rest;
            return Ok(None);
        };
        let (field, rest) = rest.split_at_checked(length).ok_or(malformed(column))?;
        self.0 = rest;
        Ok(Some(field))
    }

    fn bytes(&mut self, column: &'static str) -> Result<&'r [u8], PgError> {
        self.optional(column)?.ok_or(malformed(column))
    }

    fn array<const N: usize>(&mut self, column: &'static str) -> Result<[u8; N], PgError> {
        self.bytes(column)?.try_into().map_err(|_| malformed(column))
    }

    fn uuid(&mut self, column: &'static str) -> Result<Uuid, PgError> {
        Ok(Uuid::from_bytes(self.array(column)?))
    }

    fn text(&mut self, column: &'static str) -> Result<&'r str, PgError> {
        std::str::from_utf8(self.bytes(column)?).map_err(|_| malformed(column))
    }
}

/// Words that rows repeat, understood once.
#[derive(Debug, Default)]
struct Words {
    categories: HashMap<String, Category>,
    currency: Option<(String, Currency)>,
    source: Option<(String, CategorySource)>,
    day: Option<(i32, Date)>,
}

impl Words {
    fn transaction(&mut self, fields: &mut Fields<'_>) -> Result<Transaction, PgError> {
        let id = TransactionId::from(fields.uuid("id")?);
        let account_id = AccountId::from(fields.uuid("account_id")?);
        let import_id = ImportId::from(fields.uuid("import_id")?);
        let date = self.date(i32::from_be_bytes(fields.array("date")?))?;
        let amount = numeric(fields.bytes("amount")?).ok_or(malformed("amount"))?;
        let currency = self.currency(fields.text("currency")?)?;
        Ok(Transaction {
            id,
            account_id,
            import_id,
            date,
            amount: Money::new(amount, currency).map_err(|_| malformed("amount"))?,
            payee: fields.text("payee")?.into(),
            description: fields.text("description")?.into(),
            category: self.category(fields.text("category")?)?,
            category_source: self.source(fields.text("category_source")?)?,
            external_id: fields
                .optional("external_id")?
                .map(|id| std::str::from_utf8(id).map(str::to_owned).map_err(|_| malformed("external_id")))
                .transpose()?,
            line: u32::try_from(i64::from_be_bytes(fields.array("line")?)).unwrap_or_default(),
            details: fields.optional("details")?.map(details).transpose()?,
        })
    }

    /// Days are counted from 2000 on.
    fn date(&mut self, days: i32) -> Result<Date, PgError> {
        if let Some((known, date)) = self.day
            && known == days
        {
            return Ok(date);
        }
        let span = jiff::Span::new().try_days(days).map_err(|_| malformed("date"))?;
        let date = jiff::civil::date(2000, 1, 1).checked_add(span).map_err(|_| malformed("date"))?;
        self.day = Some((days, date));
        Ok(date)
    }

    fn currency(&mut self, code: &str) -> Result<Currency, PgError> {
        match &self.currency {
            Some((known, currency)) if known == code => Ok(*currency),
            _ => {
                let currency = currency(code).ok_or(malformed("currency"))?;
                self.currency = Some((code.to_owned(), currency));
                Ok(currency)
            }
        }
    }

    fn category(&mut self, path: &str) -> Result<Category, PgError> {
        if let Some(category) = self.categories.get(path) {
            return Ok(category.clone());
        }
        let category = Category::new(path).map_err(|_| malformed("category"))?;
        self.categories.insert(path.to_owned(), category.clone());
        Ok(category)
    }

    fn source(&mut self, word: &str) -> Result<CategorySource, PgError> {
        match &self.source {
            Some((known, source)) if known == word => Ok(*source),
            _ => {
                let source = from_word(word, "transaction", "category_source")?;
                self.source = Some((word.to_owned(), source));
                Ok(source)
            }
        }
    }
}

/// `jsonb`: a version, then JSON text.
fn details(bytes: &[u8]) -> Result<Box<TransactionDetails>, PgError> {
    let json = bytes.strip_prefix(&[1]).ok_or(malformed("details"))?;
    serde_json::from_slice(json).map_err(|_| malformed("details"))
}

/// `numeric`: how many digits, the first one's place, the sign, the decimal places that it was written
/// with, then digits of base 10,000. None for what no amount is.
fn numeric(bytes: &[u8]) -> Option<Decimal> {
    const NEGATIVE: u16 = 0x4000;
    let (head, digits) = bytes.split_first_chunk::<8>()?;
    let [count, weight, sign, scale] = [0, 2, 4, 6].map(|at| u16::from_be_bytes([head[at], head[at + 1]]));
    // An amount has 23 digits at most.
    if usize::from(count) * 2 != digits.len() || count > 7 || !matches!(sign, 0 | NEGATIVE) || scale > 28 {
        return None;
    }
    let mantissa = digits
        .chunks_exact(2)
        .fold(0i128, |sum, digit| sum * 10_000 + i128::from(u16::from_be_bytes([digit[0], digit[1]])));
    // The last digit's place, in powers of ten, and what is missing to the scale.
    let exponent = 4 * (i32::from(weight.cast_signed()) - i32::from(count) + 1);
    let missing = exponent + i32::from(scale);
    let power = 10i128.checked_pow(missing.unsigned_abs())?;
    let mantissa = if missing < 0 { mantissa / power } else { mantissa.checked_mul(power)? };
    let mantissa = if sign == NEGATIVE { -mantissa } else { mantissa };
    Decimal::try_from_i128_with_scale(mantissa, u32::from(scale)).ok()
}

#[cfg(test)]
mod tests;

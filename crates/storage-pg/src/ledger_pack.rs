//! Transactions packed into bytes: texts and ids that rows repeat are written once, numbers as short as
//! they are.

use std::{collections::HashMap, hash::Hash, sync::Arc};

use domain::{Category, CategorySource, Currency, Money, Transaction, TransactionId};
use jiff::{Span, civil::Date};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{
    PgError,
    rows::currency,
    words::{from_word, word},
};

/// The first byte. What begins with another one was packed by another version of the program.
const FORMAT: u8 = 1;

/// Days are counted from here.
const EPOCH: Date = jiff::civil::date(2000, 1, 1);

/// Packs rows; those of a ledger, in its order, become smallest.
pub(crate) fn pack(rows: &[Transaction]) -> Result<Vec<u8>, PgError> {
    let mut packer = Packer::default();
    for row in rows {
        packer.add(row)?;
    }
    let Packer { uuids, texts, categories, currencies, sources, body, .. } = packer;
    let mut bytes = vec![FORMAT];
    number(&mut bytes, rows.len() as u128);
    number(&mut bytes, uuids.all.len() as u128);
    for id in uuids.all {
        bytes.extend(id.as_bytes());
    }
    for all in [texts.all, categories.all, currencies.all] {
        number(&mut bytes, all.len() as u128);
        for text in all {
            field(&mut bytes, text.as_bytes());
        }
    }
    number(&mut bytes, sources.all.len() as u128);
    for source in sources.all {
        field(&mut bytes, word(source)?.as_bytes());
    }
    bytes.extend(body);
    Ok(bytes)
}

/// Adds the rows of a pack. None where it is not one of this version; rows may have been added then.
pub(crate) fn unpack(bytes: &[u8], into: &mut Vec<Transaction>) -> Option<()> {
    let (format, bytes) = bytes.split_first()?;
    let mut from = Unpacker(bytes);
    if *format != FORMAT {
        return None;
    }
    let rows = from.size()?;
    let uuids = from.list(Unpacker::uuid)?;
    let texts = from.list(|from| from.text().map(Arc::from))?;
    let dictionaries = Dictionaries {
        uuids,
        texts,
        categories: from.list(|from| Category::new(from.text()?).ok())?,
        currencies: from.list(|from| currency(from.text()?))?,
        sources: from.list(|from| from_word(from.text()?, "ledger_pack", "rows").ok())?,
    };
    into.reserve(rows.min(bytes.len() / ROW_BYTES_MIN));
    let mut last_day = (0, EPOCH);
    for _ in 0..rows {
        into.push(dictionaries.row(&mut from, &mut last_day)?);
    }
    from.0.is_empty().then_some(())
}

/// An id, and at least a byte for everything else.
const ROW_BYTES_MIN: usize = 16 + 12;

/// Different values, by their places.
struct Dictionary<T> {
    places: HashMap<T, usize>,
    all: Vec<T>,
}

impl<T> Default for Dictionary<T> {
    fn default() -> Self {
        Self { places: HashMap::new(), all: Vec::new() }
    }
}

impl<T: Copy + Eq + Hash> Dictionary<T> {
    fn place(&mut self, value: T) -> usize {
        let all = &mut self.all;
        *self.places.entry(value).or_insert_with(|| {
            all.push(value);
            all.len() - 1
        })
    }
}

#[derive(Default)]
struct Packer<'r> {
    uuids: Dictionary<Uuid>,
    texts: Dictionary<&'r str>,
    categories: Dictionary<&'r str>,
    currencies: Dictionary<&'r str>,
    sources: Dictionary<CategorySource>,
    last_day: i32,
    body: Vec<u8>,
}

impl<'r> Packer<'r> {
    fn add(&mut self, row: &'r Transaction) -> Result<(), PgError> {
        let day = (row.date - EPOCH).get_days();
        let amount = row.amount.amount();
        let places = [
            self.uuids.place(row.account_id.as_uuid()),
            self.uuids.place(row.import_id.as_uuid()),
            self.texts.place(&row.payee),
            self.texts.place(&row.description),
            self.categories.place(row.category.path()),
            self.currencies.place(row.amount.currency().code()),
            self.sources.place(row.category_source),
            row.line as usize,
            amount.scale() as usize,
        ];
        let body = &mut self.body;
        body.extend(row.id.as_uuid().as_bytes());
        for place in places {
            number(body, place as u128);
        }
        signed(body, i128::from(day - self.last_day));
        signed(body, amount.mantissa());
        self.last_day = day;
        optional(body, row.external_id.as_deref().map(str::as_bytes));
        let details = row.details.as_ref().map(serde_json::to_vec).transpose();
        optional(body, details.map_err(PgError::ValueUnwritable)?.as_deref());
        Ok(())
    }
}

/// Seven bits a byte, the lowest first; the highest bit says that more follow.
fn number(bytes: &mut Vec<u8>, mut value: u128) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// The sign in the lowest bit.
fn signed(bytes: &mut Vec<u8>, value: i128) {
    number(bytes, ((value << 1) ^ (value >> 127)).cast_unsigned());
}

fn field(bytes: &mut Vec<u8>, value: &[u8]) {
    number(bytes, value.len() as u128);
    bytes.extend(value);
}

/// Zero for nothing, else one more than the length.
fn optional(bytes: &mut Vec<u8>, value: Option<&[u8]>) {
    number(bytes, value.map_or(0, |value| value.len() as u128 + 1));
    bytes.extend(value.unwrap_or_default());
}

/// What of a pack was not read yet.
struct Unpacker<'b>(&'b [u8]);

impl<'b> Unpacker<'b> {
    fn bytes(&mut self, length: usize) -> Option<&'b [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    #[inline]
    fn number(&mut self) -> Option<u64> {
        let (first, rest) = self.0.split_first()?;
        if *first < 0x80 {
            self.0 = rest;
            return Some(u64::from(*first));
        }
        u64::try_from(self.large()?).ok()
    }

    fn large(&mut self) -> Option<u128> {
        let mut value = 0u128;
        for shift in (0..128).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u128::from(byte & 0x7f) << shift;
            if *byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i128> {
        let value = self.large()?;
        Some((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    fn size(&mut self) -> Option<usize> {
        self.number().and_then(|size| usize::try_from(size).ok())
    }

    fn uuid(&mut self) -> Option<Uuid> {
        Uuid::from_slice(self.bytes(16)?).ok()
    }

    fn text(&mut self) -> Option<&'b str> {
        let length = self.size()?;
        std::str::from_utf8(self.bytes(length)?).ok()
    }

    /// Whether there is a value, and its bytes.
    fn optional(&mut self) -> Option<(bool, &'b [u8])> {
        match self.size()? {
            0 => Some((false, &[])),
            length => Some((true, self.bytes(length - 1)?)),
        }
    }

    fn list<T>(&mut self, item: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let length = self.size()?;
        // Each takes a byte at least.
        let mut list = Vec::with_capacity(length.min(self.0.len()));
        for _ in 0..length {
            list.push(item(self)?);
        }
        Some(list)
    }
}

struct Dictionaries {
    uuids: Vec<Uuid>,
    texts: Vec<Arc<str>>,
    categories: Vec<Category>,
    currencies: Vec<Currency>,
    sources: Vec<CategorySource>,
}

impl Dictionaries {
    fn row(&self, from: &mut Unpacker<'_>, last_day: &mut (i128, Date)) -> Option<Transaction> {
        fn at<'l, T>(list: &'l [T], from: &mut Unpacker<'_>) -> Option<&'l T> {
            list.get(from.size()?)
        }
        let id = TransactionId::from(from.uuid()?);
        let account_id = (*at(&self.uuids, from)?).into();
        let import_id = (*at(&self.uuids, from)?).into();
        let payee = Arc::clone(at(&self.texts, from)?);
        let description = Arc::clone(at(&self.texts, from)?);
        let category = at(&self.categories, from)?.clone();
        let currency = *at(&self.currencies, from)?;
        let category_source = *at(&self.sources, from)?;
        let line = u32::try_from(from.number()?).ok()?;
        let scale = u32::try_from(from.number()?).ok()?;
        let days = from.signed()?;
        if days != 0 {
            let day = last_day.0.checked_add(days)?;
            *last_day = (day, EPOCH.checked_add(Span::new().try_days(i64::try_from(day).ok()?).ok()?).ok()?);
        }
        let amount = Decimal::try_from_i128_with_scale(from.signed()?, scale).ok()?;
        let (has_name, name) = from.optional()?;
        let external_id = if has_name { Some(std::str::from_utf8(name).ok()?.to_owned()) } else { None };
        let (has_details, json) = from.optional()?;
        let details = if has_details { Some(serde_json::from_slice(json).ok()?) } else { None };
        Some(Transaction {
            id,
            account_id,
            import_id,
            date: last_day.1,
            amount: Money::new(amount, currency).ok()?,
            payee,
            description,
            category,
            category_source,
            external_id,
            line,
            details,
        })
    }
}

#[cfg(test)]
mod tests;

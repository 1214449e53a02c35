//! Exchange rates that the person supplies.

use std::collections::HashMap;

use domain::{Currency, ExchangeRate, InvalidRate, Setting, SettingId, UserId};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{SETTINGS_MAX, parse_currency};
use crate::{OperationError, Operations};

/// The header of a CSV of rates.
const HEADER: [&str; 4] = ["date", "from", "to", "rate"];

/// A rate as sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExchangeRateDraft {
    /// The day that it is of.
    pub date: Date,
    /// The currency that one unit is taken of.
    pub from: String,
    /// The currency of `rate`.
    pub to: String,
    /// Units of `to` for one of `from`; above zero.
    pub rate: Decimal,
}

impl Operations {
    /// Every rate, by day.
    pub async fn list_exchange_rates(&self, user: &UserId) -> Result<Vec<ExchangeRate>, OperationError> {
        Ok(self.settings(user).await?.exchange_rates.clone())
    }

    /// Saves a rate; one of the same day and currencies is replaced.
    pub async fn save_exchange_rate(
        &self,
        user: &UserId,
        draft: &ExchangeRateDraft,
    ) -> Result<ExchangeRate, OperationError> {
        let rate = self.checked_rate(draft)?;
        let mut saved = self.save_rates(user, vec![rate]).await?;
        saved.pop().ok_or(OperationError::NotFound)
    }

    /// Saves the rates of a CSV with the columns `date,from,to,rate`, all or none; gives how many.
    pub async fn import_exchange_rates(&self, user: &UserId, csv: &[u8]) -> Result<usize, OperationError> {
        let text = std::str::from_utf8(csv).map_err(|_| OperationError::field("file", "is not UTF-8"))?;
        let mut lines = (1..).zip(text.trim_start_matches('\u{feff}').lines());
        let header = lines.next().map(|(_, line)| line).unwrap_or_default();
        if !fields(header).map(str::to_ascii_lowercase).eq(HEADER) {
            return Err(OperationError::field("file", "must start with the line date,from,to,rate"));
        }
        let mut rates: HashMap<(Date, Currency, Currency), ExchangeRate> = HashMap::new();
        for (number, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
            let rate = self.rate_of_line(line).map_err(|error| in_line(number, &error))?;
            rates.insert((rate.date, rate.from, rate.to), rate);
            if rates.len() > SETTINGS_MAX {
                return Err(OperationError::Full);
            }
        }
        if rates.is_empty() {
            return Err(OperationError::field("file", "holds no rates"));
        }
        Ok(self.save_rates(user, rates.into_values().collect()).await?.len())
    }

    /// Takes a rate away.
    pub async fn delete_exchange_rate(&self, user: &UserId, id: SettingId) -> Result<(), OperationError> {
        if !self.settings(user).await?.exchange_rates.iter().any(|rate| rate.id == id) {
            return Err(OperationError::NotFound);
        }
        self.delete_setting(user, id).await
    }

    fn rate_of_line(&self, line: &str) -> Result<ExchangeRate, OperationError> {
        let fields: Vec<&str> = fields(line).collect();
        let [date, from, to, rate] = fields[..] else {
            return Err(OperationError::field("file", "needs four fields"));
        };
        let draft = ExchangeRateDraft {
            date: date.parse().map_err(|_| OperationError::field("date", "must be written as YYYY-MM-DD"))?,
            from: from.to_owned(),
            to: to.to_owned(),
            rate: rate
                .parse()
                .map_err(|_| OperationError::field("rate", "must be a number such as 1.0825"))?,
        };
        self.checked_rate(&draft)
    }

    fn checked_rate(&self, draft: &ExchangeRateDraft) -> Result<ExchangeRate, OperationError> {
        let rate = ExchangeRate {
            id: SettingId::generate(self.clock.as_ref()),
            date: draft.date,
            from: parse_currency("from", &draft.from)?,
            to: parse_currency("to", &draft.to)?,
            rate: draft.rate,
        };
        rate.validate().map_err(|error| {
            let field = match error {
                InvalidRate::NotPositive => "rate",
                InvalidRate::SameCurrency => "to",
            };
            OperationError::field(field, error.to_string())
        })
    }

    async fn save_rates(
        &self,
        user: &UserId,
        mut rates: Vec<ExchangeRate>,
    ) -> Result<Vec<ExchangeRate>, OperationError> {
        let settings = self.settings(user).await?;
        let key = |rate: &ExchangeRate| (rate.date, rate.from, rate.to);
        let there: HashMap<_, SettingId> =
            settings.exchange_rates.iter().map(|rate| (key(rate), rate.id)).collect();
        let mut added = 0;
        for rate in &mut rates {
            match there.get(&key(rate)) {
                Some(id) => rate.id = *id,
                None => added += 1,
            }
        }
        if settings.len() + added > SETTINGS_MAX {
            return Err(OperationError::Full);
        }
        self.save_settings(user, rates.iter().cloned().map(Setting::ExchangeRate).collect()).await?;
        Ok(rates)
    }
}

/// The fields of a line; dates, codes and numbers hold no comma.
fn fields(line: &str) -> impl Iterator<Item = &str> {
    line.split(',').map(|field| field.trim().trim_matches('"').trim())
}

fn in_line(number: u32, error: &OperationError) -> OperationError {
    OperationError::field("file", format!("is refused in line {number}: {error}"))
}

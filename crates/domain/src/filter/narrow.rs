//! Conditions that only a figure's filter has, and how an address writes them.

use std::{fmt, str::FromStr};

use jiff::civil::Weekday;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::TransactionFilter;
use crate::{AccountId, AccountKind, Category};

/// Days of the week; as text `saturday,sunday`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Weekdays(u8);

const NAMES: [(Weekday, &str); 7] = [
    (Weekday::Monday, "monday"),
    (Weekday::Tuesday, "tuesday"),
    (Weekday::Wednesday, "wednesday"),
    (Weekday::Thursday, "thursday"),
    (Weekday::Friday, "friday"),
    (Weekday::Saturday, "saturday"),
    (Weekday::Sunday, "sunday"),
];

impl Weekdays {
    /// No day is named.
    pub fn is_empty(&self) -> bool {
        self.0 == 0
    }

    /// Whether the day is one of them.
    pub fn contains(self, day: Weekday) -> bool {
        self.0 & bit(day) != 0
    }

    /// The days, Monday first.
    pub fn iter(self) -> impl Iterator<Item = Weekday> {
        NAMES.into_iter().map(|(day, _)| day).filter(move |day| self.contains(*day))
    }
}

fn bit(day: Weekday) -> u8 {
    1 << day.to_monday_zero_offset()
}

impl FromIterator<Weekday> for Weekdays {
    fn from_iter<I: IntoIterator<Item = Weekday>>(days: I) -> Self {
        Self(days.into_iter().fold(0, |days, day| days | bit(day)))
    }
}

impl fmt::Display for Weekdays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = NAMES.into_iter().filter(|(day, _)| self.contains(*day)).map(|(_, name)| name);
        f.write_str(&names.collect::<Vec<_>>().join(","))
    }
}

impl FromStr for Weekdays {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let day = |word: &str| NAMES.into_iter().find(|(_, name)| *name == word.trim()).map(|(day, _)| day);
        let words = text.split(',').filter(|word| !word.trim().is_empty());
        words.map(day).collect::<Option<Self>>().ok_or("must be days of the week in English")
    }
}

/// What a filter leaves out.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum LeftOut {
    /// A category, or a group with everything in it.
    Category(Category),
    /// Exactly this payee, whatever its case.
    Payee(String),
    /// Rows of one account.
    Account(AccountId),
    /// Text in the payee or description, whatever its case.
    Text(String),
    /// Money that came back of what was spent.
    Refunds,
    /// Money in, whatever it is.
    MoneyIn,
    /// Money out.
    MoneyOut,
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Category(category) => write!(f, "category:{}", category.path()),
            Self::Payee(payee) => write!(f, "payee:{payee}"),
            Self::Account(id) => write!(f, "account:{id}"),
            Self::Text(text) => write!(f, "text:{text}"),
            Self::Refunds => f.write_str("refunds"),
            Self::MoneyIn => f.write_str("money in"),
            Self::MoneyOut => f.write_str("money out"),
        }
    }
}

impl FromStr for LeftOut {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const REFUSED: &str = "must name categories, payees, accounts, texts, refunds, money in or money out";
        match text.split_once(':') {
            Some(("category", path)) => Category::new(path).map(Self::Category).map_err(|_| REFUSED),
            Some(("payee", payee)) => Ok(Self::Payee(payee.to_owned())),
            Some(("account", id)) => id.parse().map(Self::Account).map_err(|_| REFUSED),
            Some(("text", text)) => Ok(Self::Text(text.to_owned())),
            None if text == "refunds" => Ok(Self::Refunds),
            None if text == "money in" => Ok(Self::MoneyIn),
            None if text == "money out" => Ok(Self::MoneyOut),
            _ => Err(REFUSED),
        }
    }
}

/// All that a filter leaves out; as text `category:Food;payee:Kin Soy`, a backslash before a semicolon of a name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct LeftOuts(pub Vec<LeftOut>);

impl LeftOuts {
    /// Nothing is left out.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for LeftOuts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = self.0.iter().map(|part| part.to_string().replace('\\', "\\\\").replace(';', "\\;"));
        f.write_str(&parts.collect::<Vec<_>>().join(";"))
    }
}

impl FromStr for LeftOuts {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = vec![String::new()];
        let mut letters = text.chars();
        while let Some(letter) = letters.next() {
            let part = parts.last_mut().expect("there is a part");
            match letter {
                '\\' => part.extend(letters.next()),
                ';' => parts.push(String::new()),
                other => part.push(other),
            }
        }
        let parts = parts.iter().filter(|part| !part.is_empty());
        parts.map(|part| part.parse()).collect::<Result<_, _>>().map(Self)
    }
}

impl TransactionFilter {
    /// The conditions that only a figure's filter has, by their names in an address.
    pub const NARROWING: [&str; 8] =
        ["transaction", "account_kind", "min", "max", "above", "below", "weekdays", "without"];

    /// One of [`Self::NARROWING`] as text; none when it is not set.
    pub fn narrowing(&self, name: &str) -> Option<String> {
        let size = |size: Option<rust_decimal::Decimal>| size.map(|size| size.to_string());
        match name {
            "transaction" => self.transaction.map(|id| id.to_string()),
            "account_kind" => self.account_kind.map(|kind| kind.as_str().to_owned()),
            "min" => size(self.min),
            "max" => size(self.max),
            "above" => size(self.above),
            "below" => size(self.below),
            "weekdays" => (!self.weekdays.is_empty()).then(|| self.weekdays.to_string()),
            "without" => (!self.without.is_empty()).then(|| self.without.to_string()),
            _ => None,
        }
    }

    /// Sets one of [`Self::NARROWING`] from its text; an error says what it must be.
    pub fn narrow(&mut self, name: &str, text: &str) -> Result<(), &'static str> {
        const SIZE: &str = "must be an amount";
        let size = || text.parse().map(Some).map_err(|_| SIZE);
        match name {
            "transaction" => self.transaction = Some(text.parse().map_err(|_| "is not one of yours")?),
            "account_kind" => {
                self.account_kind = Some(AccountKind::named(text).ok_or("is not one of the choices")?);
            }
            "min" => self.min = size()?,
            "max" => self.max = size()?,
            "above" => self.above = size()?,
            "below" => self.below = size()?,
            "weekdays" => self.weekdays = text.parse()?,
            "without" => self.without = text.parse()?,
            _ => return Err("is no condition"),
        }
        Ok(())
    }
}

macro_rules! as_text {
    ($type:ty) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }
    };
}

as_text!(Weekdays);
as_text!(LeftOuts);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_condition_reads_back_from_its_text() {
        let filter = TransactionFilter {
            min: Some(rust_decimal::Decimal::new(1050, 2)),
            account_kind: Some(AccountKind::CreditCard),
            weekdays: [Weekday::Sunday, Weekday::Saturday].into_iter().collect(),
            without: LeftOuts(vec![
                LeftOut::Category(Category::known("Food:Groceries")),
                LeftOut::Payee("A;B\\ & Co: x".into()),
                LeftOut::Refunds,
                LeftOut::MoneyIn,
                LeftOut::MoneyOut,
            ]),
            ..TransactionFilter::default()
        };
        let mut read = TransactionFilter::default();
        for name in TransactionFilter::NARROWING {
            if let Some(text) = filter.narrowing(name) {
                read.narrow(name, &text).unwrap();
            }
        }
        assert_eq!(read, filter);
        assert_eq!(filter.weekdays.to_string(), "saturday,sunday");
        let json = serde_json::to_string(&filter).unwrap();
        assert_eq!(serde_json::from_str::<TransactionFilter>(&json).unwrap(), filter);
    }

    #[test]
    fn what_is_no_condition_is_refused() {
        let mut filter = TransactionFilter::default();
        for (name, text) in
            [("weekdays", "someday"), ("without", "x:y"), ("min", "much"), ("account_kind", "piggy")]
        {
            assert!(filter.narrow(name, text).is_err(), "{name}");
        }
        assert_eq!(filter, TransactionFilter::default());
    }
}

//! Currency signs and codes beside an amount or in a header.

use domain::Currency;

/// Signs that one currency has, and signs that several share (no code).
const SIGNS: &[(&str, &str)] = &[
    ("€", "EUR"),
    ("eur", "EUR"),
    ("euro", "EUR"),
    ("£", "GBP"),
    ("us$", "USD"),
    ("usd$", "USD"),
    ("cad$", "CAD"),
    ("ca$", "CAD"),
    ("c$", "CAD"),
    ("a$", "AUD"),
    ("au$", "AUD"),
    ("aud$", "AUD"),
    ("nz$", "NZD"),
    ("hk$", "HKD"),
    ("nt$", "TWD"),
    ("s$", "SGD"),
    ("sg$", "SGD"),
    ("mx$", "MXN"),
    ("r$", "BRL"),
    ("₹", "INR"),
    ("rs", "INR"),
    ("sfr", "CHF"),
    ("fr", "CHF"),
    ("zł", "PLN"),
    ("kč", "CZK"),
    ("ft", "HUF"),
    ("lei", "RON"),
    ("лв", "BGN"),
    ("₽", "RUB"),
    ("руб", "RUB"),
    ("р", "RUB"),
    ("₴", "UAH"),
    ("грн", "UAH"),
    ("₺", "TRY"),
    ("tl", "TRY"),
    ("₪", "ILS"),
    ("円", "JPY"),
    ("元", "CNY"),
    ("rmb", "CNY"),
    ("₩", "KRW"),
    ("원", "KRW"),
    ("฿", "THB"),
    ("₫", "VND"),
    ("đ", "VND"),
    ("₱", "PHP"),
    ("rm", "MYR"),
    ("rp", "IDR"),
    ("₦", "NGN"),
    ("ksh", "KES"),
    ("د.ا", "JOD"),
    ("د.إ", "AED"),
    ("ر.س", "SAR"),
    ("د.ك", "KWD"),
    ("د.ب", "BHD"),
    ("ج.م", "EGP"),
    ("$", ""),
    ("¥", ""),
    ("￥", ""),
    ("kr", ""),
    ("¤", ""),
    ("din", ""),
    ("bs", ""),
    ("r", "ZAR"),
];

/// What a sign beside an amount says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// One currency's code or sign.
    Of(Currency),
    /// A sign that several currencies share.
    Shared,
}

impl Sign {
    /// The currency, where it is certain.
    pub(super) fn currency(self) -> Option<Currency> {
        match self {
            Self::Of(currency) => Some(currency),
            Self::Shared => None,
        }
    }
}

/// Reads a sign or code; none where the word is neither.
pub(super) fn currency_of(word: &str) -> Option<Sign> {
    if word.len() > 24 {
        return None;
    }
    if word.len() == 3
        && word.bytes().all(|byte| byte.is_ascii_uppercase())
        && let Ok(currency) = word.parse()
    {
        return Some(Sign::Of(currency));
    }
    let lower = word.trim_matches(|c: char| c == '.' || c == ':').to_lowercase();
    if lower.is_empty() {
        return Some(Sign::Shared);
    }
    if let Some((_, code)) = SIGNS.iter().find(|(sign, _)| *sign == lower) {
        return Some(code.parse().map_or(Sign::Shared, Sign::Of));
    }
    if lower.len() == 3 && lower.is_ascii() {
        return lower.parse().ok().map(Sign::Of);
    }
    // Signs of scripts that are not listed: two or three letters with points.
    let foreign = lower.chars().all(|c| c == '.' || c.is_alphabetic() && !c.is_ascii());
    (foreign && lower.chars().count() <= 4 && lower.contains('.')).then_some(Sign::Shared)
}

/// Signs of one currency that mean nothing else in a header.
const HEADER_SIGNS: [&str; 15] =
    ["€", "£", "円", "원", "zł", "Kč", "₽", "₺", "₹", "₴", "₪", "₩", "R$", "A$", "C$"];
/// The euro's name in the cases that headers have it in.
const EUROS: [&str; 4] = ["euro", "euros", "euroa", "eur"];

/// The currency that a header names: `Amount (GBP)`, `Gutschrift in CHF`, `CAD$`, `出金金額(円)`.
pub(super) fn currency_in_header(header: &str) -> Option<Currency> {
    let words = header.split(|c: char| {
        c.is_whitespace() || matches!(c, '(' | ')' | '（' | '）' | '[' | ']' | '/' | '_' | '-' | ',')
    });
    let words = words.map(|word| if EUROS.contains(&word.to_lowercase().as_str()) { "EUR" } else { word });
    words
        .filter(|word| {
            word.len() >= 3 && word.chars().all(|c| c.is_uppercase() || c == '$')
                || HEADER_SIGNS.contains(word)
        })
        .find_map(|word| currency_of(word).and_then(Sign::currency))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_and_codes_are_known_and_words_are_not() {
        assert_eq!(currency_of("€"), Some(Sign::Of(Currency::EUR)));
        assert_eq!(currency_of("usd"), Some(Sign::Of(Currency::USD)));
        assert_eq!(currency_of("$"), Some(Sign::Shared));
        assert_eq!(currency_of("apples"), None);
        assert_eq!(currency_of("NaN"), None);
        assert_eq!(currency_in_header("Amount (GBP)").map(Currency::code), Some("GBP"));
        assert_eq!(currency_in_header("Gutschrift in CHF").map(Currency::code), Some("CHF"));
        assert_eq!(currency_in_header("CAD$").map(Currency::code), Some("CAD"));
        for (header, code) in [
            ("出金金額(円)", "JPY"),
            ("出金額（円）", "JPY"),
            ("출금액(원)", "KRW"),
            ("Kwota (zł)", "PLN"),
            ("Částka (Kč)", "CZK"),
            ("Amount (£)", "GBP"),
            ("Débit euros", "EUR"),
            ("Määrä EUROA", "EUR"),
            ("Addebiti (euro)", "EUR"),
            ("valor (R$)", "BRL"),
        ] {
            assert_eq!(currency_in_header(header).map(Currency::code), Some(code), "{header}");
        }
        for header in ["All Amounts", "Amount (net)", "金额（元）", "Amount (XYZ)"] {
            assert_eq!(currency_in_header(header), None, "{header}");
        }
    }
}

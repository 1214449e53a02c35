//! Signs, codes and words of currencies.

use domain::Currency;

/// Signs made of letters, besides the codes.
const LETTERS: &[&str] = &["kr", "zł", "Kč", "Ft", "lei", "Fr", "Rs", "RM", "Rp", "лв", "kn", "R"];
/// Words for a currency, and its code.
const WORDS: &[(&str, &str)] = &[
    ("dollar", "$"),
    ("dollars", "$"),
    ("bucks", "$"),
    ("euro", "€"),
    ("euros", "€"),
    ("pound", "£"),
    ("pounds", "£"),
    ("quid", "£"),
    ("yen", "¥"),
    ("yuan", "¥"),
    ("rupee", "₹"),
    ("rupees", "₹"),
    ("franc", "CHF"),
    ("francs", "CHF"),
    ("franken", "CHF"),
    ("krona", "kr"),
    ("kronor", "kr"),
    ("kroner", "kr"),
    ("real", "R$"),
    ("reais", "R$"),
];

/// Whether a piece of text stands for a currency.
pub(super) fn is_sign(text: &str) -> bool {
    let is_symbol = text.chars().count() == 1 && text.chars().all(is_currency_symbol);
    let is_code = text.len() == 3
        && text.bytes().all(|byte| byte.is_ascii_uppercase())
        && text.parse::<Currency>().is_ok();
    is_symbol || is_code || LETTERS.contains(&text) || word(text).is_some()
}

/// Unicode's currency symbols.
fn is_currency_symbol(c: char) -> bool {
    matches!(
        c,
        '$' | '¢' | '£' | '¤' | '¥' | '֏' | '؋' | '৲' | '৳' | '฿' | '៛' | '\u{20a0}'
            ..='\u{20cf}' | '﷼' | '＄' | '￥'
    )
}

fn word(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    WORDS.iter().find(|(word, _)| *word == text).map(|(_, sign)| *sign)
}

/// Whether a sign, code or word can mean a currency.
pub(super) fn means(sign: &str, currency: Currency) -> bool {
    if matches!(sign, "cent" | "cents" | "pence" | "¢") {
        return true;
    }
    let sign = word(sign).unwrap_or(sign);
    let symbol = currency.symbol();
    if sign.eq_ignore_ascii_case(currency.code()) || sign == symbol {
        return true;
    }
    match sign.strip_suffix('$') {
        Some("") => symbol.contains('$'),
        // `US$`, `CA$`: the code's letters before the sign.
        Some(letters) => symbol.contains('$') && currency.code().starts_with(&letters.to_uppercase()),
        None => {
            !symbol.is_empty()
                && (symbol.contains(sign) || sign.trim_end_matches('.') == symbol.trim_end_matches('.'))
        }
    }
}

//! Signs, codes and words of currencies.

use domain::Currency;

/// Signs made of letters, besides the codes, however they are written.
const LETTERS: &[&str] = &["kr", "zł", "kč", "rs", "rp", "лв"];
/// Signs made of letters that mean something else when they are written in another way: feet, she.
const LETTERS_AS_WRITTEN: &[&str] = &["Ft", "lei", "Fr", "RM", "kn", "R"];
/// Codes that are words of the languages that answers are written in: `top 5`, `all 12`.
const CODES_THAT_ARE_WORDS: &[&str] = &[
    "all", "bam", "bob", "che", "cop", "cou", "cup", "gel", "ils", "lak", "mad", "mop", "mur", "pen", "ron",
    "sos", "top", "try", "ves",
];
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
    is_symbol || is_code(text) || is_letters(text) || word(text).is_some()
}

/// `USD`, `usd`; not the words that are codes only in capitals.
fn is_code(text: &str) -> bool {
    let is_word = || CODES_THAT_ARE_WORDS.contains(&&*text.to_ascii_lowercase());
    text.len() == 3
        && text.bytes().all(|byte| byte.is_ascii_alphabetic())
        && (text.bytes().all(|byte| byte.is_ascii_uppercase()) || !is_word())
        && text.parse::<Currency>().is_ok()
}

fn is_letters(text: &str) -> bool {
    LETTERS_AS_WRITTEN.contains(&text) || LETTERS.contains(&&*text.to_lowercase())
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

/// A hundredth of whatever currency.
fn is_part(sign: &str) -> bool {
    matches!(sign, "cent" | "cents" | "pence" | "¢")
}

/// Whether a sign, code or word can mean a currency.
pub(super) fn means(sign: &str, currency: Currency) -> bool {
    if is_part(sign) {
        return true;
    }
    let sign = word(sign).unwrap_or(sign).to_lowercase();
    let symbol = currency.symbol().to_lowercase();
    if sign.eq_ignore_ascii_case(currency.code()) || sign == symbol {
        return true;
    }
    match sign.strip_suffix('$') {
        Some("") => symbol.contains('$'),
        // `US$`, `CA$`: the code's letters before the sign.
        Some(letters) => symbol.contains('$') && currency.code().starts_with(&letters.to_uppercase()),
        None => {
            !symbol.is_empty()
                && (symbol.contains(&sign) || sign.trim_end_matches('.') == symbol.trim_end_matches('.'))
        }
    }
}

/// Whether two signs, codes or words can mean one currency.
pub(super) fn agree(one: &str, other: &str) -> bool {
    let canonical = |sign: &str| word(sign).unwrap_or(sign).to_lowercase();
    let (a, b) = (canonical(one), canonical(other));
    let code = |sign: &str| sign.parse::<Currency>().ok().filter(|_| sign.is_ascii());
    let dollars = a.strip_suffix('$').zip(b.strip_suffix('$'));
    is_part(one)
        || is_part(other)
        || a == b
        || code(&a).is_some_and(|currency| means(&b, currency))
        || code(&b).is_some_and(|currency| means(&a, currency))
        || dollars.is_some_and(|(a, b)| a.is_empty() || b.is_empty())
}

//! Payees as people know them, out of what card terminals and banks write.

use std::borrow::Cow;

/// Words of a bank before the payee, in lower case; the longest that fits is taken off first.
const PREFIXES: &[&str] = &[
    "purchase authorized on",
    "recurring payment authorized on",
    "debit card purchase -",
    "debit card purchase",
    "visa debit purchase",
    "pos debit -",
    "pos debit",
    "pos purchase -",
    "pos purchase",
    "pos withdrawal",
    "card purchase",
    "card payment to",
    "contactless payment to",
    "contactless payment",
    "direct debit payment to",
    "direct debit to",
    "direct debit",
    "standing order to",
    "faster payments payment to",
    "bill payment to",
    "checkcard",
    "check card purchase",
    "ach debit",
    "ach credit",
    "ach withdrawal",
    "ach deposit",
    "sepa lastschrift",
    "sepa-lastschrift",
    "lastschrift",
    "kartenzahlung",
    "kartenverfügung",
    "paiement par carte",
    "paiement carte",
    "achat cb",
    "prlv sepa",
    "prelevement",
    "prélèvement",
    "betaalautomaat",
    "apple pay -",
    "google pay -",
];

/// Marks of payment services before a `*`; what follows is the payee.
const SERVICES: &[&str] = &[
    "sq", "tst", "paypal", "pp", "sp", "iz", "zettle_", "zettle", "sumup", "py", "wpy", "stripe", "cke",
    "fs", "gpay", "sqc", "ztl", "ic", "dd", "bb", "in", "eb", "bkg", "pos", "mol", "adyen", "klarna",
    "toasttab", "ls",
];

/// Words that stay in capitals, or get this spelling.
const SPELLINGS: &[&str] = &[
    "ATM", "USA", "UK", "EU", "IKEA", "LLC", "AOK", "AG", "SE", "GmbH", "eBay", "IRS", "DMV", "UPS", "USPS",
    "HBO", "AMC", "ADAC", "VPN", "AI", "TV", "IT", "EDF", "NHS", "AAA", "REI", "UNICEF", "NYC", "ALDI",
    "MTA", "WMATA", "BART", "BVG", "MVG", "HVV", "SBB", "DB", "REWE", "EDEKA", "DM", "OBI", "JYSK",
];

/// States that stand after a city or a phone number in card texts; not those that are words.
const STATES: &[&str] = &[
    "AL", "AK", "AZ", "AR", "CA", "CT", "DC", "FL", "GA", "IA", "ID", "IL", "KS", "KY", "MA", "MD", "MI",
    "MN", "MO", "MS", "MT", "NC", "ND", "NE", "NH", "NJ", "NM", "NV", "NY", "OH", "PA", "RI", "SC", "SD",
    "TN", "TX", "UT", "VA", "VT", "WA", "WI", "WV", "WY", "US",
];

/// A payee for display: `SQ *BLUE BOTTLE 0123` is `Blue Bottle`.
///
/// Takes off what terminals and banks put around the name (payment service, store and reference
/// numbers, dates, phone numbers) and the shouting. Cleaning a clean payee changes nothing; a text
/// that is nothing but such marks stays as it is, on one line.
pub fn clean_payee(raw: &str) -> String {
    let line = single_line(raw);
    let mut name = Cow::Borrowed(&*line);
    // One mark may uncover another (`POS DEBIT SQ *…`); each round makes the text shorter.
    loop {
        let next = without_numbers(without_service(without_prefix(&name)));
        if *next == *name || !next.chars().any(char::is_alphanumeric) {
            break;
        }
        name = Cow::Owned(next.into_owned());
    }
    spelled(&name)
}

fn single_line(raw: &str) -> Cow<'_, str> {
    let is_line =
        raw.trim() == raw && !raw.contains("  ") && raw.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if is_line {
        return Cow::Borrowed(raw);
    }
    let visible: String = raw.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    Cow::Owned(visible.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn without_prefix(text: &str) -> &str {
    let fitting = PREFIXES.iter().filter(|prefix| {
        // The first letter rules most of them out.
        text.as_bytes().first().is_some_and(|first| first.to_ascii_lowercase() == prefix.as_bytes()[0])
            && text.get(..prefix.len()).is_some_and(|head| is_same_word(head, prefix))
            && text[prefix.len()..].starts_with([' ', ':', '*', '-'])
    });
    let Some(longest) = fitting.max_by_key(|prefix| prefix.len()) else { return text };
    let rest = text[longest.len()..].trim_start_matches([' ', ':', '*', '-']);
    if rest.chars().any(char::is_alphabetic) { rest } else { text }
}

fn is_same_word(text: &str, lower: &str) -> bool {
    text.eq_ignore_ascii_case(lower) || !text.is_ascii() && text.to_lowercase() == lower
}

fn without_service(text: &str) -> &str {
    let Some((mark, rest)) = text.split_once('*') else { return text };
    let mark = mark.trim();
    let is_service = SERVICES.iter().any(|service| mark.eq_ignore_ascii_case(service));
    let rest = rest.trim_start_matches([' ', '*']);
    if is_service && rest.chars().any(char::is_alphabetic) { rest } else { text }
}

/// Without store numbers, references, dates and phone numbers. The first word always stays, for
/// `7-Eleven` and `24 Hour Fitness`.
fn without_numbers(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|byte| byte.is_ascii_digit() || matches!(byte, b'*' | b'.'))
        && text.ends_with(char::is_alphanumeric)
    {
        return Cow::Borrowed(text);
    }
    let mut kept: Vec<&str> = Vec::with_capacity(8);
    let mut dropped_last = false;
    for word in text.split([' ', '*']).filter(|word| !word.is_empty()) {
        let is_state = dropped_last && STATES.contains(&word);
        dropped_last = !kept.is_empty() && (is_number(word) || is_address(word) || is_state);
        if !dropped_last {
            kept.push(word);
        }
    }
    while kept.len() > 1 && kept.last().is_some_and(|word| !word.chars().any(char::is_alphanumeric)) {
        kept.pop();
    }
    Cow::Owned(kept.join(" "))
}

/// `#456`, `0123`, `03/14`, `999-2223311`, `1A2B3C4D`, `XX1234`; not `U2`, `7/11` or `B2B`.
fn is_number(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let masked = word.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'x' | b'X' | b'.' | b'*'));
    match letters {
        0 => word.starts_with('#') && digits > 0 || digits >= 3,
        _ if masked => digits >= 3,
        1 => word.starts_with('#') && digits > 0 || digits >= 4,
        _ => word.len() >= 6 && !word.contains(['.', '/']) && (digits >= 3 || changes(word) >= 3),
    }
}

/// How often letters and digits take turns; often in a reference, at most twice in a name.
fn changes(word: &str) -> usize {
    word.as_bytes().windows(2).filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit()).count()
}

/// `HELP.UBER.COM`, `Amzn.com/bill`.
fn is_address(word: &str) -> bool {
    word.as_bytes().windows(4).any(|part| part.eq_ignore_ascii_case(b".com"))
}

/// Capital letters to a name's spelling; a text in mixed case is left as it is.
fn spelled(text: &str) -> String {
    let is_shouted = !text.chars().any(char::is_lowercase);
    let is_whispered = !text.chars().any(char::is_uppercase);
    if !(is_shouted || is_whispered) || text.chars().count() < 4 {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for (at, word) in text.split(' ').enumerate() {
        if at > 0 {
            out.push(' ');
        }
        for part in word.split_inclusive(['/', '-', '(', '+']) {
            spell(part, &mut out);
        }
    }
    out
}

fn known_spelling(name: &str, of: &[&'static str]) -> Option<&'static str> {
    of.iter().find(|spelling| spelling.eq_ignore_ascii_case(name)).copied()
}

/// The longest of `SPELLINGS`, in bytes.
const SPELLING_MAX: usize = 6;

fn spell(part: &str, out: &mut String) {
    let name = part.trim_end_matches(['/', '-', '(', '+']);
    let mark = &part[name.len()..];
    let known = match name.len() {
        2 => known_spelling(name, SPELLINGS).or_else(|| known_spelling(name, STATES)),
        3..=SPELLING_MAX => known_spelling(name, SPELLINGS),
        _ => None,
    };
    if let Some(spelling) = known {
        out.push_str(spelling);
        out.push_str(mark);
        return;
    }
    let is_short = name.len() <= 8 && name.chars().count() <= 3;
    let has_vowel = || name.chars().any(|c| "aeiouyAEIOUYäöüÄÖÜéÉ".contains(c));
    let is_initials = || name.split('.').all(|initial| initial.chars().count() <= 1);
    if is_short && !has_vowel() || name.contains('&') || is_initials() {
        out.extend(part.chars().map(upper));
        return;
    }
    let mut is_inside = false;
    for c in part.chars() {
        out.push(if is_inside { lower(c) } else { upper(c) });
        is_inside |= c.is_alphanumeric();
    }
}

/// The capital of a letter, where that is one letter: `ß` stays, as `SS` would not lead back to it.
fn upper(c: char) -> char {
    let mut capital = c.to_uppercase();
    if capital.len() == 1 { capital.next().unwrap_or(c) } else { c }
}

fn lower(c: char) -> char {
    let mut small = c.to_lowercase();
    if small.len() == 1 { small.next().unwrap_or(c) } else { c }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_terminal_s_text_becomes_the_name() {
        for (raw, clean) in [
            ("SQ *BLUE BOTTLE 0123", "Blue Bottle"),
            ("TST* ITS A GRIND", "Its A Grind"),
            ("POS DEBIT SQ *DOWNTOWN CAFE", "Downtown Cafe"),
            ("PAYPAL *JOHNSMITH", "Johnsmith"),
            ("STARBUCKS STORE #9876", "Starbucks Store"),
            ("STARBUCKS STORE 2450A", "Starbucks Store"),
            ("AMAZON.COM*1A2B3C4D", "Amazon.com"),
            ("LAKE RESORT FB 999-2223311 CA", "Lake Resort FB"),
            ("CVS/PHARMACY #4567", "CVS/Pharmacy"),
            ("P.F. CHANGS #234", "P.F. Changs"),
            ("UBER *TRIP HELP.UBER.COM", "Uber Trip"),
            ("AIRBNB *HMQT5J6QQJ", "Airbnb"),
            ("BURGER KING #456 NEW YORK NY", "Burger King New York NY"),
            ("7-ELEVEN #34567", "7-Eleven"),
            ("24 HOUR FITNESS", "24 Hour Fitness"),
            ("H&M HENNES MAURITZ", "H&M Hennes Mauritz"),
            ("CARD PAYMENT TO HARBOUR BAKERY", "Harbour Bakery"),
            ("  Kin   Soy ", "Kin Soy"),
            ("Löwen-Apotheke", "Löwen-Apotheke"),
            ("LÖWEN-APOTHEKE", "Löwen-Apotheke"),
            ("CHECK #1234", "Check"),
            ("#*00ß", "# 00ß"),
            ("12345", "12345"),
            ("SQ *", "SQ"),
            ("", ""),
        ] {
            assert_eq!(clean_payee(raw), clean, "{raw}");
        }
    }

    proptest! {
        #[test]
        fn a_clean_payee_stays_as_it_is(raw in "(SQ \\*|POS DEBIT |[a-zA-ZÄßİǆ0-9#*/&. -]{0,12}){0,4}") {
            let clean = clean_payee(&raw);
            prop_assert_eq!(clean_payee(&clean), clean.clone());
        }

        #[test]
        fn any_text_gives_one_line(raw in "\\PC{0,60}|[\\x00-\\x20a]{0,20}") {
            let clean = clean_payee(&raw);
            prop_assert!(!clean.chars().any(char::is_control));
            prop_assert_eq!(clean.trim(), clean.as_str());
        }
    }
}

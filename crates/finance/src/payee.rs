//! Payees as people know them, out of what card terminals and banks write.

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
];

/// States that stand after a city or a phone number in card texts.
const STATES: &str = " AL AK AZ AR CA CO CT DC DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ \
                      NM NV NY OH OK OR PA RI SC SD TN TX UT VA VT WA WI WV WY ";

/// A payee for display: `SQ *BLUE BOTTLE 0123` is `Blue Bottle`.
///
/// Takes off what terminals and banks put around the name (payment service, store and reference
/// numbers, dates, phone numbers) and the shouting. Cleaning a clean payee changes nothing; a text
/// that is nothing but such marks stays as it is, on one line.
pub fn clean_payee(raw: &str) -> String {
    let mut text = single_line(raw);
    // One mark may uncover another (`POS DEBIT SQ *…`); each round makes the text shorter.
    loop {
        let next = spelled(&without_numbers(without_service(without_prefix(&text))));
        if next == text || !next.chars().any(char::is_alphanumeric) {
            return text;
        }
        text = next;
    }
}

fn single_line(raw: &str) -> String {
    let visible: String = raw.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn without_prefix(text: &str) -> &str {
    let fitting = PREFIXES.iter().filter(|prefix| {
        text.get(..prefix.len()).is_some_and(|head| head.to_lowercase() == **prefix)
            && text[prefix.len()..].starts_with([' ', ':', '*', '-'])
    });
    let Some(longest) = fitting.max_by_key(|prefix| prefix.len()) else { return text };
    let rest = text[longest.len()..].trim_start_matches([' ', ':', '*', '-']);
    if rest.chars().any(char::is_alphabetic) { rest } else { text }
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
fn without_numbers(text: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut dropped_last = false;
    for (at, word) in text.split([' ', '*']).filter(|word| !word.is_empty()).enumerate() {
        let is_state = dropped_last && word.len() == 2 && STATES.contains(&format!(" {word} "));
        if at > 0 && (is_number(word) || is_state) {
            dropped_last = true;
        } else {
            dropped_last = false;
            kept.push(word);
        }
    }
    while kept.len() > 1 && kept.last().is_some_and(|word| !word.chars().any(char::is_alphanumeric)) {
        kept.pop();
    }
    kept.join(" ")
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
        _ => digits >= 3 && word.len() >= 6 && !word.contains(['.', '/']),
    }
}

/// Capital letters to a name's spelling; a text in mixed case is left as it is.
fn spelled(text: &str) -> String {
    let is_shouted = !text.chars().any(char::is_lowercase);
    let is_whispered = !text.chars().any(char::is_uppercase);
    if !(is_shouted || is_whispered) || text.chars().count() < 4 {
        return text.to_owned();
    }
    text.split(' ').map(spelled_word).collect::<Vec<_>>().join(" ")
}

fn spelled_word(word: &str) -> String {
    if let Some(spelling) = SPELLINGS.iter().find(|spelling| spelling.eq_ignore_ascii_case(word)) {
        return (*spelling).to_owned();
    }
    let has_vowel = word.chars().any(|c| "aeiouyAEIOUYäöüÄÖÜéÉ".contains(c));
    let is_abbreviation = word.chars().count() <= 3 && !has_vowel || word.contains('&');
    if is_abbreviation {
        return word.to_uppercase();
    }
    let mut out = String::with_capacity(word.len());
    let mut at_start = true;
    for c in word.chars() {
        if at_start {
            out.extend(c.to_uppercase());
        } else {
            out.extend(c.to_lowercase());
        }
        at_start = matches!(c, '-' | '/' | '(' | '+') || at_start && !c.is_alphanumeric();
    }
    out
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
            ("CVS/PHARMACY #4567", "Cvs/Pharmacy"),
            ("7-ELEVEN #34567", "7-Eleven"),
            ("24 HOUR FITNESS", "24 Hour Fitness"),
            ("H&M HENNES MAURITZ", "H&M Hennes Mauritz"),
            ("CARD PAYMENT TO HARBOUR BAKERY", "Harbour Bakery"),
            ("  Kin   Soy ", "Kin Soy"),
            ("Löwen-Apotheke", "Löwen-Apotheke"),
            ("LÖWEN-APOTHEKE", "Löwen-Apotheke"),
            ("CHECK #1234", "Check"),
            ("12345", "12345"),
            ("SQ *", "SQ"),
            ("", ""),
        ] {
            assert_eq!(clean_payee(raw), clean, "{raw}");
        }
    }

    proptest! {
        #[test]
        fn a_clean_payee_stays_as_it_is(raw in "(SQ \\*|POS DEBIT |[a-zA-ZÄß0-9#*/&. -]{0,12}){0,4}") {
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

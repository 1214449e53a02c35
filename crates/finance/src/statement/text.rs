//! Small texts of a statement: names, kinds, quotations in reasons.

use std::borrow::Cow;

use domain::AccountKind;

use super::amount::AmountProblem;
use crate::fold::fold;

/// The longest payee or description that is kept, in characters.
pub(super) const TEXT_MAX: usize = 1_000;

/// One line without control characters and runs of spaces.
pub(super) fn plain_text(text: &str) -> String {
    plain(text).into_owned()
}

/// The same, borrowed where the text is so already.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let visible =
        text.chars().take(TEXT_MAX * 2).map(|c| if c.is_control() || c == '\u{feff}' { ' ' } else { c });
    let visible: String = visible.collect();
    let words = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    Cow::Owned(if words.len() <= TEXT_MAX { words } else { words.chars().take(TEXT_MAX).collect() })
}

fn is_plain(text: &str) -> bool {
    if text.len() > TEXT_MAX || text.starts_with(' ') || text.ends_with(' ') {
        return false;
    }
    if has_only_plain_bytes(text.as_bytes(), b' ') {
        return !text.contains(['\n', '\r']);
    }
    let mut after_space = false;
    !text.is_ascii()
        && text.chars().all(|c| {
            let is_double = c == ' ' && after_space;
            after_space = c == ' ';
            c == ' ' && !is_double || !(c.is_control() || c.is_whitespace() || c == '\u{feff}')
        })
}

/// Printable ASCII, line ends and `delimiter`, without two spaces beside each other: fields of such
/// a text, trimmed, are plain texts.
pub(super) fn has_only_plain_bytes(bytes: &[u8], delimiter: u8) -> bool {
    let odd = |byte: u8| !(0x20..0x7f).contains(&byte);
    let is_end = |byte: u8| byte == b'\n' || byte == b'\r' || byte == delimiter;
    // Numbers instead of conditions, without an early exit: the compiler takes many bytes at a time.
    let unfit =
        bytes.iter().fold(0u8, |unfit, byte| unfit | (u8::from(odd(*byte)) & u8::from(!is_end(*byte))));
    let double = bytes
        .iter()
        .zip(bytes.get(1..).unwrap_or_default())
        .fold(0u8, |double, (one, next)| double | (u8::from(*one == b' ') & u8::from(*next == b' ')));
    unfit == 0 && double == 0
}

/// A value of the file, short enough for a reason.
pub(super) fn quoted(text: &str) -> String {
    const MAX: usize = 40;
    let plain = plain_text(text);
    let shortened: Cow<'_, str> = match plain.char_indices().nth(MAX) {
        Some((cut, _)) => Cow::Owned(format!("{}…", &plain[..cut])),
        None => Cow::Borrowed(&plain),
    };
    format!("“{shortened}”")
}

impl AmountProblem {
    /// Why an amount was not read, for the person.
    pub(super) fn reason(self, text: &str) -> String {
        match self {
            Self::Empty => "the amount is empty".to_owned(),
            Self::NotANumber => format!("{} is not an amount", quoted(text)),
            Self::OutOfRange => format!("the amount {} is out of range", quoted(text)),
        }
    }
}

/// Banks whose names hold a kind's word, folded.
const BANKS: [&str; 9] = [
    "credit agricole",
    "credit mutuel",
    "credit suisse",
    "credit lyonnais",
    "credit cooperatif",
    "credit du nord",
    "credit union",
    "credit andorra",
    "kreditbank",
];

/// What sort of account a name tells of.
pub(super) fn account_kind(name: &str) -> AccountKind {
    const KINDS: &[(AccountKind, &[&str])] = &[
        (
            AccountKind::Savings,
            &[
                "saving",
                "savings",
                "spar",
                "sparkonto",
                "epargne",
                "livret",
                "ahorro",
                "ahorros",
                "tagesgeld",
                "isa",
                "risparmio",
                "spaarrekening",
                "sparen",
            ],
        ),
        (
            AccountKind::CreditCard,
            &[
                "card",
                "credit",
                "visa",
                "mastercard",
                "amex",
                "kreditkarte",
                "carte",
                "tarjeta",
                "creditcard",
                "discover",
                "kreditkort",
                "karta",
            ],
        ),
        (
            AccountKind::Checking,
            &[
                "checking",
                "chequing",
                "current",
                "giro",
                "girokonto",
                "courant",
                "corriente",
                "betaalrekening",
                "lonekonto",
                "kontokorrent",
                "everyday",
            ],
        ),
        (AccountKind::Loan, &["loan", "mortgage", "kredit", "darlehen", "hypothek", "pret"]),
        (
            AccountKind::Investment,
            &["brokerage", "investment", "ira", "401k", "depot", "pension", "retirement"],
        ),
        (AccountKind::Cash, &["cash", "bargeld", "wallet", "especes", "efectivo"]),
    ];
    let words = fold(name);
    let words = BANKS.iter().fold(words, |words, bank| words.replace(bank, " "));
    let named = |list: &[&str]| words.split(' ').any(|word| list.contains(&word));
    KINDS.iter().find(|(_, list)| named(list)).map_or(AccountKind::Other, |(kind, _)| *kind)
}

/// True for an id that banks give, not for the words that stand for none.
pub(super) fn is_reference(id: &str) -> bool {
    let word: String =
        id.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    !matches!(word.as_str(), "" | "NONREF" | "NOREF" | "NOTPROVIDED" | "NA" | "NONE")
        && word.bytes().any(|byte| byte != b'0')
}

/// An account's name where the file has its number only: `Checking …1234`.
pub(super) fn account_name(kind: AccountKind, number: Option<&str>) -> String {
    let kind = match kind {
        AccountKind::Checking => "Checking",
        AccountKind::Savings => "Savings",
        AccountKind::CreditCard => "Credit card",
        AccountKind::Loan => "Loan",
        AccountKind::Investment => "Investment",
        AccountKind::Cash => "Cash",
        AccountKind::Other => "Account",
    };
    let number: Vec<char> = number.unwrap_or_default().chars().collect();
    match number.len() {
        0 => kind.to_owned(),
        length => format!("{kind} …{}", number[length.saturating_sub(4)..].iter().collect::<String>()),
    }
}

/// A bank's key of an account; an IBAN without the spaces that people write.
pub(super) fn account_number(text: &str) -> Option<String> {
    let plain = plain_text(text);
    let is_iban = plain.len() > 4
        && plain.is_char_boundary(2)
        && plain[..2].bytes().all(|byte| byte.is_ascii_alphabetic())
        && plain.bytes().skip(2).take(2).all(|byte| byte.is_ascii_digit());
    let squeezed = plain.replace(' ', "");
    // ISO 13616: 34 characters at most; no country has fewer than 15.
    let is_iban = is_iban
        && (15..=34).contains(&squeezed.len())
        && squeezed.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let number = if is_iban { squeezed } else { plain };
    (!number.is_empty()).then_some(number)
}

/// An account's name for a file that names none: `chase_checking.csv` is `chase checking`.
pub(super) fn name_of_file(file_name: &str) -> String {
    let base = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = base.rsplit_once('.').map_or(base, |(stem, _)| stem);
    let name = plain_text(&stem.replace('_', " "));
    let name: String = name.chars().take(80).collect();
    if name.is_empty() { "Statement".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_one_line_of_bounded_length() {
        assert_eq!(plain_text("  A\tB\r\n C  D "), "A B C D");
        assert_eq!(plain_text(&"x".repeat(5_000)).len(), TEXT_MAX);
        assert_eq!(quoted(&"y".repeat(50)).chars().count(), 43);
    }

    #[test]
    fn a_file_name_names_the_account_and_its_kind() {
        assert_eq!(name_of_file("/tmp/chase_credit_card.csv"), "chase credit card");
        assert_eq!(name_of_file(""), "Statement");
        assert_eq!(account_kind("chase credit card"), AccountKind::CreditCard);
        assert_eq!(account_kind("Girokonto"), AccountKind::Checking);
        assert_eq!(account_kind("Main"), AccountKind::Other);
        assert_eq!(account_kind("Crédit Agricole 2026"), AccountKind::Other);
        assert_eq!(account_kind("credit union visa"), AccountKind::CreditCard);
    }
}

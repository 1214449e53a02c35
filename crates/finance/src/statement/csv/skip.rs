//! Why a row is left out.

use domain::SkippedRow;
use rust_decimal::Decimal;

use super::super::{amount::AmountProblem, date::DateProblem, mixed::OTHER_ENCODING, text::quoted};

/// Why a row is left out, and the field that is to blame, from 0.
pub(super) enum Skip {
    Date(DateProblem, String, usize),
    Amount(AmountProblem, String, usize),
    BothSides(usize),
    Direction(String, usize),
    StatesBalance(Option<(Stated, Decimal)>),
    Total,
    Declined(String, usize),
    Surplus { fields: usize, width: usize },
    Unclosed(usize),
    Currency(String, usize),
    Encoding(usize),
    Unsigned(usize),
}

/// Which balance a line between the bookings states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stated {
    Opening,
    Closing,
    Other,
}

impl Skip {
    pub(super) fn row(&self, line: u32) -> SkippedRow {
        SkippedRow { line, column: self.column().map(|column| column as u32 + 1), reason: self.reason() }
    }

    fn column(&self) -> Option<usize> {
        match self {
            Self::Date(_, _, column)
            | Self::Amount(_, _, column)
            | Self::BothSides(column)
            | Self::Direction(_, column)
            | Self::Declined(_, column)
            | Self::Unclosed(column)
            | Self::Currency(_, column)
            | Self::Encoding(column)
            | Self::Unsigned(column) => Some(*column),
            Self::Surplus { width, .. } => Some(*width),
            Self::StatesBalance(_) | Self::Total => None,
        }
    }

    fn reason(&self) -> String {
        match self {
            Self::Date(problem, text, _) => problem.reason(text),
            Self::Amount(problem, text, _) => problem.reason(text),
            Self::BothSides(_) => "debit and credit are both filled".to_owned(),
            Self::Direction(text, _) => format!("{} tells neither money in nor money out", quoted(text)),
            Self::StatesBalance(_) => "the row states a balance and books nothing".to_owned(),
            Self::Total => "the row is the total of the rows above and books nothing".to_owned(),
            Self::Declined(text, _) => format!("not booked: the status is {}", quoted(text)),
            Self::Surplus { fields, width } => format!("the row has {fields} fields, the header {width}"),
            Self::Unclosed(_) => "a quotation mark is not closed".to_owned(),
            Self::Currency(text, _) => format!("{} is not a currency", quoted(text)),
            Self::Encoding(_) => OTHER_ENCODING.to_owned(),
            Self::Unsigned(_) => {
                "the amount has no sign, and no balance before the row tells whether money came in or went out".to_owned()
            }
        }
    }
}

/// Words of lines that banks put between the bookings; a booking's text says more than these.
const STATED: [(&str, Stated); 31] = [
    ("opening balance", Stated::Opening),
    ("starting balance", Stated::Opening),
    ("beginning balance", Stated::Opening),
    ("balance brought forward", Stated::Opening),
    ("anfangssaldo", Stated::Opening),
    ("saldo anterior", Stated::Opening),
    ("saldo inicial", Stated::Opening),
    ("saldo iniziale", Stated::Opening),
    ("solde précédent", Stated::Opening),
    ("solde initial", Stated::Opening),
    ("algsaldo", Stated::Opening),
    ("likutis pradžiai", Stated::Opening),
    ("sākuma atlikums", Stated::Opening),
    ("closing balance", Stated::Closing),
    ("ending balance", Stated::Closing),
    ("balance carried forward", Stated::Closing),
    ("endsaldo", Stated::Closing),
    ("kontostand", Stated::Closing),
    ("saldo final", Stated::Closing),
    ("saldo finale", Stated::Closing),
    ("s a l d o", Stated::Closing),
    ("lõppsaldo", Stated::Closing),
    ("likutis pabaigai", Stated::Closing),
    ("beigu atlikums", Stated::Closing),
    ("saldo do dia", Stated::Other),
    ("turnover", Stated::Other),
    ("käive", Stated::Other),
    ("apyvarta", Stated::Other),
    ("apgrozījums", Stated::Other),
    ("totals", Stated::Other),
    ("totals and ending balance", Stated::Other),
];

/// A bit for each first letter, last letter and length of the words: nearly no other field has one of
/// these.
const OUTLINES: [u64; 16] = {
    let mut outlines = [0; 16];
    let mut at = 0;
    while at < STATED.len() {
        let outline = outline(STATED[at].0.as_bytes());
        outlines[outline / 64] |= 1 << (outline % 64);
        at += 1;
    }
    outlines
};

/// 0 to 1,023; the same in upper and lower case.
#[inline]
const fn outline(text: &[u8]) -> usize {
    let [first, .., last] = text else { return 0 };
    let letters = (first.to_ascii_lowercase() as usize) * 37 + (last.to_ascii_lowercase() as usize) * 5;
    (letters + text.len() * 101) % 1_024
}

/// The balance that a field names, if it names nothing else.
#[inline]
pub(super) fn stated_balance(field: &str) -> Option<Stated> {
    let outline = outline(field.as_bytes());
    if (OUTLINES[outline / 64] >> (outline % 64)) & 1 == 0 {
        return None;
    }
    STATED.iter().find(|(words, _)| field.eq_ignore_ascii_case(words)).map(|(_, stated)| *stated)
}

/// Whether a field begins with a balance's name.
pub(super) fn names_balance(field: &str) -> bool {
    let field = field.to_lowercase();
    let rest = STATED.iter().find_map(|(words, _)| field.strip_prefix(*words));
    rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// Whether a text says total and nothing else.
pub(super) fn is_total(text: &str) -> bool {
    const TOTALS: [&str; 32] = [
        "total",
        "totals",
        "grand total",
        "total amount",
        "sum",
        "summe",
        "gesamt",
        "gesamtsumme",
        "endsumme",
        "saldo",
        "balance",
        "totaal",
        "totale",
        "totali",
        "somma",
        "somme",
        "totaux",
        "totales",
        "suma",
        "soma",
        "razem",
        "celkem",
        "spolu",
        "összesen",
        "yhteensä",
        "summa",
        "ukupno",
        "toplam",
        "σύνολο",
        "итого",
        "合計",
        "合计",
    ];
    let text = text.trim_end_matches([':', ' ', '.']);
    text.len() <= 40 && TOTALS.contains(&text.to_lowercase().as_str())
}

/// Whether a status says that nothing was booked.
pub(super) fn is_declined(status: &str) -> bool {
    const DECLINED: [&str; 48] = [
        "declined",
        "reverted",
        "failed",
        "cancelled",
        "canceled",
        "rejected",
        "abgelehnt",
        "denied",
        "voided",
        "failure",
        "storniert",
        "reversed",
        "refused",
        "expired",
        "blocked",
        "unsuccessful",
        "void",
        "error",
        "fehlgeschlagen",
        "abgebrochen",
        "rückgängig",
        "refusé",
        "refusée",
        "annulé",
        "annulée",
        "rejeté",
        "rejetée",
        "échoué",
        "échouée",
        "geweigerd",
        "geannuleerd",
        "mislukt",
        "annullato",
        "annullata",
        "operazione annullata",
        "cancellato",
        "rifiutato",
        "rifiutata",
        "cancelado",
        "cancelada",
        "rechazada",
        "anulado",
        "anulada",
        "fallido",
        "cofnięto",
        "revertido",
        "revertida",
        "交易关闭",
    ];
    !status.is_empty() && status.len() <= 40 && {
        let status = status.to_lowercase();
        DECLINED.contains(&status.as_str())
    }
}

/// Whether a status says that the bank has not booked the row yet.
pub(super) fn is_pending(status: &str) -> bool {
    const PENDING: [&str; 33] = [
        "pending",
        "authorized",
        "authorised",
        "processing",
        "not posted",
        "uncleared",
        "vorgemerkt",
        "ausstehend",
        "reserviert",
        "en attente",
        "en cours",
        "pendiente",
        "pendente",
        "in sospeso",
        "in attesa",
        "non contabilizzato",
        "in behandeling",
        "gereserveerd",
        "oczekująca",
        "oczekujące",
        "blokada",
        "reserverad",
        "reserveret",
        "reservert",
        "varaus",
        "в обработке",
        "venter",
        "umsatz vorgemerkt",
        "offen",
        "autorizzato",
        "oczekuje",
        "en proceso",
        "w rozliczeniu",
    ];
    !status.is_empty() && status.len() <= 40 && {
        let status = status.to_lowercase();
        PENDING.contains(&status.as_str())
    }
}

/// Whether a cell answers the header's question with yes.
pub(super) fn says_yes(cell: &str) -> bool {
    ["true", "yes", "y", "1", "x", "pending", "ja", "oui", "si", "sí"]
        .iter()
        .any(|yes| cell.eq_ignore_ascii_case(yes))
}

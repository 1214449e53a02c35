//! Which columns hold payee, description, category, account, currency and id.

use super::{money::best, sample::Column, words::Role};

/// Headers that mean a currency and nothing else.
const CURRENCY: [&str; 9] = [
    "currency",
    "ccy",
    "currency code",
    "account currency",
    "transaction currency",
    "währung",
    "waehrung",
    "devise",
    "waluta",
];

/// Headers of who pays and of who is paid, folded, where a file has both.
const PAYERS: [&str; 10] = [
    "zahlungspflichtige r",
    "zahlungspflichtiger",
    "auftraggeber",
    "source name",
    "payer",
    "payer name",
    "sender",
    "sender name",
    "ordonnateur",
    "ordinante",
];
const PAYEES: [&str; 14] = [
    "zahlungsempfanger in",
    "zahlungsempfanger",
    "empfanger",
    "begunstigter",
    "target name",
    "payee",
    "payee name",
    "recipient",
    "recipient name",
    "receiver",
    "receiver name",
    "beneficiary",
    "beneficiaire",
    "beneficiario",
];

/// The columns of words.
#[derive(Debug, Default)]
pub(super) struct TextColumns {
    pub(super) payee: Option<usize>,
    pub(super) description: Option<usize>,
    pub(super) category: Option<usize>,
    pub(super) account: Option<usize>,
    pub(super) currency: Option<usize>,
    pub(super) external_id: Option<usize>,
}

/// Chooses among the columns that are not `taken` by date and money.
pub(super) fn choose(columns: &[Column], taken: &[usize], direction: Option<usize>) -> TextColumns {
    let free = |index: usize| !taken.contains(&index);
    let account = account(columns, &free);
    let free_of_account = |index: usize| free(index) && Some(index) != account;
    let currency = best(columns, Role::Currency, |index, column| {
        // Where the header says it, codes that no currency has are mistakes in their rows.
        let says_it = CURRENCY.contains(&column.header.as_str()) && column.covers(column.capitals, 60);
        let holds_it = column.currencies > 0 && column.currencies * 10 >= column.filled * 6;
        free_of_account(index) && (column.rows == 0 || holds_it || says_it)
    })
    .or_else(|| {
        let is_code = |column: &Column| {
            column.header.is_empty() && column.rows > 0 && column.covers(column.currencies, 100)
        };
        (0..columns.len()).find(|index| free_of_account(*index) && is_code(&columns[*index]))
    });
    let category = best(columns, Role::Category, |index, column| {
        let is_ledger = column.weight(Role::Category) == 70 || column.header == "category split";
        free_of_account(index)
            && Some(index) != currency
            && (column.rows == 0 || column.telling > 0)
            && (!is_ledger || column.ledger_names > 0)
    });
    let external_id = best(columns, Role::Id, |index, column| {
        let unique = column.covers(column.filled, 90) && column.distinct * 10 >= column.rows * 9;
        free_of_account(index) && (column.rows == 0 || unique)
    });
    let other = |index: usize| {
        free_of_account(index)
            && Some(index) != currency
            && Some(index) != category
            && Some(index) != external_id
            && Some(index) != direction
    };
    let (payee, description) = words(columns, &other);
    TextColumns { payee, description, category, account, currency, external_id }
}

/// The column of who pays, where `payee` is the one of who is paid and neither is the holder's alone.
pub(super) fn payer(columns: &[Column], payee: usize) -> Option<usize> {
    let (payer, of) = payer_and_payee(columns)?;
    let is_same = |column: usize| columns[column].distinct == 1;
    (of == payee && is_same(payer) == is_same(payee)).then_some(payer)
}

fn payer_and_payee(columns: &[Column]) -> Option<(usize, usize)> {
    let named = |names: &[&str]| {
        columns.iter().position(|column| names.contains(&column.header.as_str()) && column.is_text())
    };
    named(&PAYERS).zip(named(&PAYEES))
}

/// The account's own column: filled in every row, and with few values. A counterparty's number
/// changes from row to row.
fn account(columns: &[Column], free: &dyn Fn(usize) -> bool) -> Option<usize> {
    // Cash App names there what the other side was, a card or a bank.
    if columns.iter().any(|column| column.header == "name of sender receiver") {
        return None;
    }
    let own = |index: usize, column: &Column, is_named: bool| {
        let few = column.distinct <= 1 || column.distinct * 3 <= column.rows;
        // A header that names the own account is believed; `IBAN` may be the other party's.
        let believed = is_named && (column.rows < 8 || column.distinct * 2 <= column.rows);
        let is_money = column.is_numeric() && column.money * 2 >= column.rows;
        free(index)
            && (column.rows == 0 || column.covers(column.filled, 100) && (few || believed) && !is_money)
    };
    best(columns, Role::Account, |index, column| own(index, column, column.weight(Role::Account) == 100))
        .or_else(|| {
            best(columns, Role::AccountName, |index, column| column.rows > 0 && own(index, column, true))
        })
        .or_else(|| {
            // Below no name at all: the same account's number in every row.
            (0..columns.len()).find(|index| {
                let column = &columns[*index];
                let same = column.rows >= 3 && column.distinct == 1 && column.dates == 0;
                free(*index) && same && column.header.is_empty() && column.covers(column.account_numbers, 100)
            })
        })
}

fn words(columns: &[Column], free: &dyn Fn(usize) -> bool) -> (Option<usize>, Option<usize>) {
    // `Card payment` names nobody.
    let share = |column: &Column| {
        (column.telling.saturating_sub(column.kinds) * 100).checked_div(column.rows).unwrap_or(100)
    };
    let ranked = |role: Role, except: Option<usize>| {
        let mut chosen: Option<(usize, usize)> = None;
        for (index, column) in columns.iter().enumerate() {
            let tells =
                column.telling > 0 && column.letters > 0 && column.directions * 2 < column.filled.max(1);
            let words = column.rows == 0 || tells && column.dates * 2 < column.filled;
            // One word in every row tells nothing of any.
            let sameness = if column.rows >= 5 && column.distinct == 1 { 8 } else { 1 };
            let score = usize::from(column.weight(role)) * share(column).max(1) / sameness;
            let fits = free(index) && words && column.weight(role) >= 20 && Some(index) != except;
            if fits && chosen.is_none_or(|(_, most)| score > most) {
                chosen = Some((index, score));
            }
        }
        chosen.map(|(index, _)| index)
    };
    let pair = payer_and_payee(columns).filter(|(payer, payee)| free(*payer) && free(*payee));
    let named = match pair {
        // One name in every row is the holder's.
        Some((payer, payee)) if columns[payee].distinct == 1 && columns[payer].distinct > 1 => Some(payer),
        Some((_, payee)) => Some(payee),
        None => ranked(Role::Payee, None),
    };
    let described = ranked(Role::Description, named);
    match (named, described) {
        // A payee column that few rows fill is no payee column: the text is in the description.
        (Some(payee), Some(text)) if share(&columns[payee]) < 20 && share(&columns[text]) > 60 => {
            (Some(text), Some(payee))
        }
        (Some(payee), text) => (Some(payee), text),
        (None, Some(text)) => (Some(text), ranked(Role::Description, Some(text))),
        (None, None) => by_length(columns, free),
    }
}

/// Without a header: the column with most letters, and the one that names somebody in fewer.
fn by_length(columns: &[Column], free: &dyn Fn(usize) -> bool) -> (Option<usize>, Option<usize>) {
    let mut texts: Vec<usize> =
        (0..columns.len()).filter(|index| free(*index) && columns[*index].is_text()).collect();
    let tells = |index: usize| {
        let column = &columns[index];
        // Codes tell nothing, nor does one word in every row.
        let is_other = column.codes * 2 >= column.filled || column.kinds * 2 >= column.filled.max(1);
        (!is_other && (column.rows < 5 || column.distinct > 1), column.letters)
    };
    texts.sort_by_key(|index| std::cmp::Reverse(tells(*index)));
    let varied = |index: usize| columns[index].distinct * 5 >= columns[texts[0]].distinct * 4;
    let named =
        texts.iter().skip(1).find(|index| tells(**index).0 && varied(**index) && columns[**index].rows >= 5);
    match named {
        Some(name) => (Some(*name), Some(texts[0])),
        None => (texts.first().copied(), texts.get(1).copied()),
    }
}

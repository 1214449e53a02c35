//! The category of a row: the statement's own, else what the rules tell from payee and text.

mod index;
mod refunds;

use domain::{AccountKind, Category, CategoryKind, CategorySource};
use rust_decimal::Decimal;

use crate::{
    fold::{fold, fold_into},
    statement_category,
};
use index::{Verdict, verdict};
pub use refunds::net_refunds;

/// What a row's category is told from.
#[derive(Debug, Clone, Copy)]
pub struct RowFacts<'a> {
    /// Who was paid or who paid.
    pub payee: &'a str,
    /// The bank's text beside it.
    pub description: &'a str,
    /// Signed; negative is money out.
    pub amount: Decimal,
    /// The category that the file itself names.
    pub statement_category: Option<&'a str>,
    /// What sort of account the row is booked on.
    pub account_kind: AccountKind,
}

/// The row's category and who chose it.
///
/// A category that the file names wins. Money in that no rule knows is other income, an uncategorised
/// refund where the text says so or on a credit card; money out that no rule knows is uncategorised. What
/// gives back an earlier purchase only other rows tell: [`net_refunds`].
pub fn categorise(facts: &RowFacts<'_>) -> (Category, CategorySource) {
    if let Some(category) =
        facts.statement_category.and_then(|category| statement_category(category, facts.amount))
    {
        return (category, CategorySource::Statement);
    }
    (by_rules(facts), CategorySource::Rule)
}

/// What kind of booking the rules know a text as, whatever its amount says.
pub(crate) fn known_kind(text: &str) -> Option<CategoryKind> {
    match verdict(&fold(text), true)? {
        Verdict::Category(path) => Some(Category::known(path).kind()),
        Verdict::Nothing => None,
    }
}

fn by_rules(facts: &RowFacts<'_>) -> Category {
    let money_in = facts.amount > Decimal::ZERO;
    let mut words = String::with_capacity(96);
    fold_into(facts.payee, &mut words);
    let payee_end = words.len();
    // A gap that no phrase reaches across.
    words.push_str(" |");
    fold_into(facts.description, &mut words);
    let payee = verdict(&words[..payee_end], money_in);
    let rule = payee.or_else(|| verdict(words.get(payee_end + 3..).unwrap_or_default(), money_in));
    match (facts.account_kind, rule) {
        // What is paid onto a card or a loan comes from another own account; a refund names a shop.
        (AccountKind::CreditCard | AccountKind::Loan, found) if money_in => match found {
            Some(Verdict::Category(path)) if Category::known(path).kind() == CategoryKind::Spending => {
                Category::known(path)
            }
            Some(Verdict::Category("Income:Cashback")) => Category::known("Income:Cashback"),
            Some(_) => Category::known("Transfer:Card payment"),
            None if facts.account_kind == AccountKind::Loan || says_payment(&words) => {
                Category::known("Transfer:Card payment")
            }
            None => Category::UNCATEGORISED,
        },
        (_, Some(Verdict::Category(path))) => Category::known(path),
        // Cash of a brokerage account buys and sells what is held there.
        (AccountKind::Investment, None) => Category::known("Transfer:Investments"),
        _ if money_in && says_refund(&words) => Category::UNCATEGORISED,
        _ if money_in => Category::OTHER_INCOME,
        _ => Category::UNCATEGORISED,
    }
}

/// Money that comes back is no income, whoever it is from.
fn says_refund(words: &str) -> bool {
    words.split(' ').any(is_refund_word)
}

fn is_refund_word(word: &str) -> bool {
    matches!(
        word,
        "refund"
            | "refunded"
            | "reversal"
            | "chargeback"
            | "erstattung"
            | "ruckerstattung"
            | "storno"
            | "remboursement"
            | "reembolso"
            | "rimborso"
            | "terugbetaling"
    )
}

fn says_payment(words: &str) -> bool {
    words.split(' ').any(|word| {
        matches!(
            word,
            "payment" | "pymt" | "pmt" | "autopay" | "thank" | "danke" | "merci" | "einzahlung" | "received"
        )
    })
}

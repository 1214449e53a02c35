//! What an investment account's bookings do to its cash.

use rust_decimal::Decimal;

/// What an action does to the account's cash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cash {
    /// Pays out the amount.
    Out,
    /// Takes in the amount, negative where it is corrected.
    In,
    /// A booking with a sign of its own.
    Signed,
    /// Securities move, but no money.
    None,
}

/// An action: its effect on the cash, and whether the same money comes from or goes to another
/// account at once (`BuyX`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Action {
    pub(super) cash: Cash,
    pub(super) passes_through: bool,
    /// Moves money between accounts and does nothing else.
    pub(super) is_transfer: bool,
}

/// Reads an `N` field; none where the action is unknown.
pub(super) fn action(name: &str) -> Option<Action> {
    let name = name.to_ascii_lowercase();
    let transfer = |cash| Some(Action { cash, passes_through: false, is_transfer: true });
    match name.as_str() {
        "xin" | "contribx" => return transfer(Cash::In),
        "xout" | "withdrwx" => return transfer(Cash::Out),
        "" | "cash" => return Some(Action { cash: Cash::Signed, passes_through: false, is_transfer: false }),
        _ => {}
    }
    let (base, passes_through) = match name.strip_suffix('x') {
        Some(base) => (base, true),
        None => (name.as_str(), false),
    };
    let cash = match base {
        "buy" | "cvrshrt" | "miscexp" | "margint" | "intexp" => Cash::Out,
        "sell" | "shtsell" | "div" | "intinc" | "int" | "cglong" | "cgmid" | "cgshort" | "rtrncap"
        | "miscinc" => Cash::In,
        "reinvdiv" | "reinvint" | "reinvlg" | "reinvmd" | "reinvsh" | "shrsin" | "shrsout" | "stksplit"
        | "stksplt" | "grant" | "vest" | "exercise" | "exercis" | "expire" | "reminder" | "addshares" => {
            Cash::None
        }
        _ => return None,
    };
    Some(Action { cash, passes_through, is_transfer: false })
}

impl Cash {
    /// The signed amount of cash; none where no money moves.
    pub(super) fn signed(self, amount: Decimal) -> Option<Decimal> {
        match self {
            Self::Out if amount.is_zero() => Some(amount),
            Self::Out => Some(-amount.abs()),
            Self::In | Self::Signed => Some(amount),
            Self::None => None,
        }
    }
}

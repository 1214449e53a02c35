//! Who is on the other side of a booking.

use super::super::text::{account_number, plain_text};
use crate::fold::fold;

/// The account holder, as far as the statement tells.
#[derive(Default)]
pub(super) struct Own {
    pub(super) number: Option<String>,
    pub(super) name: String,
}

#[derive(Default)]
struct Party {
    name: String,
    agent: String,
    account: Option<String>,
    ultimate: String,
}

/// Both sides of a payment.
#[derive(Default)]
pub(super) struct Parties {
    debtor: Party,
    creditor: Party,
}

/// The other side of a booking.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Counterparty {
    /// May be empty.
    pub(super) name: String,
    /// For whom the other side acts; may be empty.
    pub(super) ultimate: String,
    /// Its account where it is the holder's own.
    pub(super) own_account: Option<String>,
}

impl Parties {
    /// Takes an element inside of `RltdPties`.
    pub(super) fn leaf(&mut self, path: &[&str], value: &str) {
        let [side, rest @ ..] = path else { return };
        let party = match *side {
            "Dbtr" | "DbtrAcct" | "UltmtDbtr" => &mut self.debtor,
            "Cdtr" | "CdtrAcct" | "UltmtCdtr" => &mut self.creditor,
            _ => return,
        };
        match (*side, rest) {
            ("Dbtr" | "Cdtr", ["Nm"] | ["Pty", "Nm"]) => party.name = plain_text(value),
            ("Dbtr" | "Cdtr", ["Agt", "FinInstnId", "Nm"]) => party.agent = plain_text(value),
            ("UltmtDbtr" | "UltmtCdtr", ["Nm"] | ["Pty", "Nm"]) => party.ultimate = plain_text(value),
            (
                "DbtrAcct" | "CdtrAcct",
                ["Id", "IBAN" | "BBAN" | "UPIC"] | ["Id", "Othr" | "PrtryAcct", "Id"],
            ) => {
                party.account = account_number(value);
            }
            _ => {}
        }
    }

    /// The other side. Where money went out that is the creditor, where it came in the debtor, and
    /// in a reversal, which names the sides of what it reverses, the other way round. Banks leave
    /// the right side out or swap them: then the side that is not the holder counts.
    pub(super) fn other(&self, is_out: bool, is_reversal: bool, own: &Own) -> Counterparty {
        let sides = if is_out == is_reversal {
            [&self.debtor, &self.creditor]
        } else {
            [&self.creditor, &self.debtor]
        };
        let Some(party) = sides.iter().find(|party| party.is_foreign(own)) else {
            return Counterparty::default();
        };
        let name = if party.name.is_empty() { &party.agent } else { &party.name };
        let name = if name.is_empty() { &party.ultimate } else { name };
        let is_holder = !own.name.is_empty() && fold(name) == fold(&own.name);
        Counterparty {
            name: name.clone(),
            ultimate: if party.ultimate == *name { String::new() } else { party.ultimate.clone() },
            own_account: party.account.clone().filter(|_| is_holder),
        }
    }
}

impl Party {
    fn is_foreign(&self, own: &Own) -> bool {
        if self.name.is_empty() && self.agent.is_empty() && self.ultimate.is_empty() {
            return false;
        }
        match (&self.account, &own.number) {
            (Some(account), Some(number)) => account != number,
            _ => own.name.is_empty() || fold(&self.name) != fold(&own.name),
        }
    }
}

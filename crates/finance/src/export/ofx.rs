//! The ledger as OFX 2.2: a statement for each account.

use std::fmt;

use domain::{Account, AccountKind, Ledger, Transaction, TransactionFilter};
use jiff::civil::Date;

use super::{decimal, line};
use crate::{balance_on, matching};

/// Characters of a name at most, by the specification (11.4.4.1).
const NAME_MAX: usize = 32;

pub(super) fn write(ledger: &Ledger, filter: &TransactionFilter, out: &mut dyn fmt::Write) -> fmt::Result {
    let last = ledger.transactions.last().map_or(Date::constant(1970, 1, 1), |row| row.date);
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>")?;
    writeln!(
        out,
        "<?OFX OFXHEADER=\"200\" VERSION=\"220\" SECURITY=\"NONE\" OLDFILEUID=\"NONE\" NEWFILEUID=\"NONE\"?>"
    )?;
    writeln!(out, "<OFX>\n<SIGNONMSGSRSV1><SONRS><STATUS><CODE>0</CODE><SEVERITY>INFO</SEVERITY></STATUS>")?;
    writeln!(out, "<DTSERVER>{}</DTSERVER><LANGUAGE>ENG</LANGUAGE></SONRS></SIGNONMSGSRSV1>", day(last))?;
    for is_card in [false, true] {
        let of_kind = |account: &&Account| (account.kind == AccountKind::CreditCard) == is_card;
        let accounts: Vec<&Account> = ledger.accounts.iter().filter(of_kind).collect();
        if accounts.is_empty() {
            continue;
        }
        let set = if is_card { "CREDITCARDMSGSRSV1" } else { "BANKMSGSRSV1" };
        writeln!(out, "<{set}>")?;
        for (account, number) in accounts.into_iter().zip(1..) {
            statement(ledger, filter, account, (number, last), out)?;
        }
        writeln!(out, "</{set}>")?;
    }
    writeln!(out, "</OFX>")
}

fn statement(
    ledger: &Ledger,
    filter: &TransactionFilter,
    account: &Account,
    (number, last): (u32, Date),
    out: &mut dyn fmt::Write,
) -> fmt::Result {
    let is_card = account.kind == AccountKind::CreditCard;
    let prefix = if is_card { "CC" } else { "" };
    let id = escaped(account.number.as_deref().unwrap_or(&account.name));
    writeln!(out, "<{prefix}STMTTRNRS><TRNUID>{number}</TRNUID>")?;
    writeln!(out, "<STATUS><CODE>0</CODE><SEVERITY>INFO</SEVERITY></STATUS>")?;
    writeln!(out, "<{prefix}STMTRS><CURDEF>{}</CURDEF>", account.currency)?;
    if is_card {
        writeln!(out, "<CCACCTFROM><ACCTID>{id}</ACCTID></CCACCTFROM>")?;
    } else {
        let kind = if account.kind == AccountKind::Savings { "SAVINGS" } else { "CHECKING" };
        writeln!(
            out,
            "<BANKACCTFROM><BANKID>0</BANKID><ACCTID>{id}</ACCTID><ACCTTYPE>{kind}</ACCTTYPE></BANKACCTFROM>"
        )?;
    }
    let own = TransactionFilter { account: Some(account.id), ..filter.clone() };
    let is_other = filter.account.is_some_and(|asked| asked != account.id);
    let rows: Vec<&Transaction> = if is_other { Vec::new() } else { matching(ledger, &own).collect() };
    let first = rows.first().map_or(last, |row| row.date);
    writeln!(out, "<BANKTRANLIST><DTSTART>{}</DTSTART><DTEND>{}</DTEND>", day(first), day(last))?;
    for row in rows {
        transaction(row, out)?;
    }
    let balance = decimal(balance_on(ledger, account.id, last).amount(), account.currency);
    writeln!(out, "</BANKTRANLIST>")?;
    writeln!(out, "<LEDGERBAL><BALAMT>{balance}</BALAMT><DTASOF>{}</DTASOF></LEDGERBAL>", day(last))?;
    writeln!(out, "</{prefix}STMTRS></{prefix}STMTTRNRS>")
}

fn transaction(row: &Transaction, out: &mut dyn fmt::Write) -> fmt::Result {
    let kind = if row.amount.is_outflow() { "DEBIT" } else { "CREDIT" };
    let amount = decimal(row.amount.amount(), row.amount.currency());
    let id = row.external_id.clone().unwrap_or_else(|| row.id.to_string());
    let payee = line(&row.payee);
    let name: String = payee.chars().take(NAME_MAX).collect();
    // A name that was cut is whole in the memo.
    let cut = if name == payee { "" } else { payee.as_str() };
    let memo =
        [cut, &row.description].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ");
    write!(out, "<STMTTRN><TRNTYPE>{kind}</TRNTYPE><DTPOSTED>{}</DTPOSTED>", day(row.date))?;
    write!(out, "<TRNAMT>{amount}</TRNAMT><FITID>{}</FITID>", escaped(&id))?;
    if !name.is_empty() {
        write!(out, "<NAME>{}</NAME>", escaped(&name))?;
    }
    if !memo.is_empty() {
        write!(out, "<MEMO>{}</MEMO>", escaped(&memo))?;
    }
    writeln!(out, "</STMTTRN>")
}

fn day(day: Date) -> String {
    format!("{:04}{:02}{:02}", day.year(), day.month(), day.day())
}

fn escaped(text: &str) -> String {
    line(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

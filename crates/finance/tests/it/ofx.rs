//! What OFX and QFX files hold beside plain bookings.

use domain::AccountKind;
use finance::statement::{ReadOptions, Statement, StatementError, read};

fn ofx(body: &str) -> Result<Statement, StatementError> {
    let text = format!("OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\n\n<OFX>\n{body}\n</OFX>\n");
    read(text.as_bytes(), &ReadOptions::default())
}

fn bank(rows: &str, after: &str) -> String {
    format!(
        "<STMTRS><CURDEF>USD<BANKACCTFROM><ACCTID>12345678<ACCTTYPE>CHECKING</BANKACCTFROM>\
         <BANKTRANLIST><DTSTART>20240101<DTEND>20240131{rows}</BANKTRANLIST>{after}</STMTRS>"
    )
}

fn row(day: &str, amount: &str, more: &str) -> String {
    format!("\n<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>{day}<TRNAMT>{amount}<FITID>F{day}{more}</STMTTRN>")
}

fn broker(rows: &str) -> String {
    format!(
        "<INVSTMTRS><DTASOF>20240131<CURDEF>USD<INVACCTFROM><ACCTID>B-9</INVACCTFROM>\
         <INVTRANLIST>{rows}</INVTRANLIST></INVSTMTRS>"
    )
}

fn trade(kind: &str, amount: &str, more: &str) -> String {
    format!(
        "\n<{kind}><INVTRAN><FITID>1<DTTRADE>20240110<MEMO>{kind}</INVTRAN><SECID><UNIQUEID>S1</SECID>{more}\
         <TOTAL>{amount}</{kind}>"
    )
}

fn amounts(statement: &Statement) -> Vec<String> {
    statement.accounts.iter().flat_map(|account| &account.rows).map(|row| row.amount.to_string()).collect()
}

#[test]
fn the_opening_balance_follows_where_the_list_reaches_the_stated_day() {
    let rows = format!("{}{}", row("20240105", "-10.00", ""), row("20240131", "2.50", ""));
    let balance = "<LEDGERBAL><BALAMT>100.00<DTASOF>20240131</LEDGERBAL>";
    let opening =
        |body: &str| ofx(body).unwrap().accounts[0].opening_balance.map(|amount| amount.to_string());
    assert_eq!(opening(&bank(&rows, balance)), Some("107.50".to_owned()));
    // Bookings after the stated day are not in it; a list that ends before it has gaps.
    let earlier = "<LEDGERBAL><BALAMT>100.00<DTASOF>20240120</LEDGERBAL>";
    assert_eq!(opening(&bank(&rows, earlier)), Some("110.00".to_owned()));
    let later = "<LEDGERBAL><BALAMT>100.00<DTASOF>20240228</LEDGERBAL>";
    assert_eq!(opening(&bank(&rows, later)), None);
    let unreadable = format!("{rows}{}", row("20240105", "soon", ""));
    assert_eq!(opening(&bank(&unreadable, balance)), None);
    let stated = row("20240105", "-10.00", "<ACCTBAL>90.00");
    let statement = ofx(&bank(&stated, "")).unwrap();
    assert_eq!(
        statement.accounts[0].opening_balance.map(|amount| amount.to_string()).as_deref(),
        Some("100.00")
    );
}

#[test]
fn pending_bookings_and_merchant_codes_are_kept() {
    let pending = "<BANKTRANLISTP><DTASOF>20240131<STMTTRNP><TRNTYPE>POS<DTTRAN>20240131<TRNAMT>-7.00<NAME>Bar</STMTTRNP>\
                   </BANKTRANLISTP><LEDGERBAL><BALAMT>90.00<DTASOF>20240131</LEDGERBAL>";
    let statement = ofx(&bank(&row("20240105", "-10.00", "<SIC>5411<NAME>Shop"), pending)).unwrap();
    let account = &statement.accounts[0];
    let details: Vec<_> = account.rows.iter().map(|row| row.details.as_ref().unwrap()).collect();
    assert_eq!((details[0].mcc, details[0].is_pending), (Some(5411), false));
    assert_eq!((details[1].mcc, details[1].is_pending), (None, true));
    assert_eq!(account.opening_balance.map(|amount| amount.to_string()).as_deref(), Some("100.00"));
}

#[test]
fn amounts_in_another_currency_make_an_account_of_their_own() {
    let foreign = "<CURRENCY><CURRATE>1.08<CURSYM>EUR</CURRENCY>";
    let converted = "<ORIGCURRENCY><CURRATE>1.08<CURSYM>EUR</ORIGCURRENCY>";
    let slip = "<CURRENCY><CURRATE>1.00<CURSYM>EUR</CURRENCY>";
    let rows = [
        row("20240105", "-10.00", foreign),
        row("20240106", "-5.00", converted),
        row("20240107", "-1.00", slip),
    ];
    let statement = ofx(&bank(&rows.concat(), "")).unwrap();
    let shown: Vec<_> = statement
        .accounts
        .iter()
        .map(|account| (account.number.as_deref(), account.currency.unwrap().code(), account.rows.len()))
        .collect();
    assert_eq!(shown, [(Some("12345678"), "USD", 2), (Some("12345678"), "EUR", 1)]);
    let all = ofx(&bank(&row("20240105", "-10.00", foreign), "")).unwrap();
    assert_eq!((all.accounts.len(), all.accounts[0].currency.map(domain::Currency::code)), (1, Some("EUR")));
}

#[test]
fn currencies_that_do_not_exist_are_named() {
    let body = bank(&row("20240105", "-10.00", ""), "").replace("USD", "ABX");
    let error = ofx(&body).unwrap_err();
    assert_eq!(error.to_string(), "line 6, column 9: there is no currency “ABX”");
    let odd = row("20240105", "-10.00", "<CURRENCY><CURRATE>2<CURSYM>QQQ</CURRENCY>");
    let statement = ofx(&bank(&odd, "")).unwrap();
    assert_eq!(statement.skipped[0].reason, "“QQQ” is not a currency");
}

#[test]
fn a_brokers_bookings_move_the_cash_that_they_state() {
    let rows = [
        trade("BUYSTOCK", "-100.00", "<UNITS>2"),
        trade("BUYMF", "50.00", "<UNITS>1"),
        trade("BUYMF", "20.00", "<UNITS>-1"),
        trade("SELLSTOCK", "30.00", "<UNITS>-1"),
        trade("INCOME", "4.00", "<INCOMETYPE>DIV"),
        trade("REINVEST", "-6.00", "<INCOMETYPE>DIV"),
        trade("JRNLFUND", "7.00", ""),
        "<INVBANKTRAN><STMTTRN><DTPOSTED>20240111<TRNAMT>8.00<FITID>2</STMTTRN></INVBANKTRAN>".to_owned(),
    ];
    let securities = "<SECLIST><SECINFO><SECID><UNIQUEID>S1</SECID><SECNAME>Example Corp</SECINFO></SECLIST>";
    let statement = ofx(&format!("{}{securities}", broker(&rows.concat()))).unwrap();
    assert_eq!(amounts(&statement), ["-100.00", "-50.00", "20.00", "30.00", "4.00", "8.00"]);
    let account = &statement.accounts[0];
    assert_eq!((account.kind, account.rows[0].payee.as_str()), (AccountKind::Investment, "Example Corp"));
    let reasons: Vec<_> = statement.skipped.iter().map(|row| row.reason.as_str()).collect();
    assert_eq!(
        reasons,
        ["the income was invested again at once: no money moves", "money moves inside of the account only"]
    );
}

#[test]
fn quickens_own_tags_change_nothing() {
    let head = "<SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><INTU.BID>3000<INTU.ORG>B1</SONRS></SIGNONMSGSRSV1>";
    let plain = ofx(&bank(&row("20240105", "-10.00", ""), "")).unwrap();
    let quicken = ofx(&format!("{head}{}", bank(&row("20240105", "-10.00", "<INTU.XID>7"), ""))).unwrap();
    assert_eq!(plain, quicken);
}

#[test]
fn declared_entities_are_refused_where_they_stand() {
    let text = "<?xml version=\"1.0\"?>\n<!DOCTYPE OFX [\n  <!ENTITY a \"aaaa\">]>\n<OFX></OFX>";
    let error = read(text.as_bytes(), &ReadOptions::default()).unwrap_err();
    assert_eq!(error, StatementError::DeclaresEntities { line: 3, column: 3 });
}

#[test]
fn what_no_bank_means_is_skipped_with_its_line() {
    let huge = "9".repeat(29);
    let rows = [
        row("00000000", "1.00", ""),
        row("99991231", "1.00", ""),
        row("20240230", "1.00", ""),
        row("20240105", &huge, ""),
        row("20240105", "1.00", ""),
    ];
    let statement = ofx(&bank(&rows.concat(), "")).unwrap();
    assert_eq!(amounts(&statement), ["1.00"]);
    let places: Vec<_> = statement.skipped.iter().map(|row| (row.line, row.column)).collect();
    assert_eq!(places, [(7, Some(24)), (8, Some(24)), (9, Some(24)), (10, Some(42))]);
    let far = "the date “99991231” is not between 1900 and 2200";
    assert_eq!(statement.skipped[1].reason, far);
    let cut = format!("<OFX>{}", bank(&rows.concat(), ""));
    let error = read(&cut.as_bytes()[..cut.len() - 30], &ReadOptions::default()).unwrap_err();
    assert!(matches!(error, StatementError::Truncated { .. }));
}

#[test]
fn the_kind_is_the_sign_where_no_amount_has_one() {
    let kind = |kind: &str, day: &str, amount: &str| {
        format!("<STMTTRN><TRNTYPE>{kind}<DTPOSTED>{day}<TRNAMT>{amount}<FITID>{day}<NAME>SAFEWAY</STMTTRN>")
    };
    let rows = [
        kind("DEBIT", "20260915", "45.67"),
        kind("CREDIT", "20260914", "2000.00"),
        kind("FEE", "20260913", "5.00"),
        kind("OTHER", "20260912", "7.00"),
    ];
    let statement = ofx(&bank(&rows.concat(), "")).unwrap();
    assert_eq!(amounts(&statement), ["-45.67", "2000.00", "-5.00", "7.00"]);
    // Where one amount has a minus they are signs, whatever the kinds say; and one kind alone tells nothing.
    let signed = [
        kind("DEBIT", "20260915", "-45.67"),
        kind("DEBIT", "20260914", "20.00"),
        kind("CREDIT", "20260913", "1.00"),
    ];
    assert_eq!(amounts(&ofx(&bank(&signed.concat(), "")).unwrap()), ["-45.67", "20.00", "1.00"]);
    let one = [kind("DEBIT", "20260915", "45.67"), kind("DEBIT", "20260914", "20.00")];
    assert_eq!(amounts(&ofx(&bank(&one.concat(), "")).unwrap()), ["45.67", "20.00"]);
}

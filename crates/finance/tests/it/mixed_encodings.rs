//! Files in which a few lines stand in another encoding than the rest.

use domain::SkippedRow;
use finance::statement::{ReadOptions, Statement, StatementError, read};

const REASON: &str = "the row is in another encoding than the rest of the file";

fn read_bytes(bytes: &[u8]) -> Result<Statement, StatementError> {
    read(bytes, &ReadOptions { mapping: None, file_name: "household".into() })
}

/// The payees that were read, and where rows were left out for their encoding.
fn payees_and_places(bytes: &[u8]) -> (Vec<String>, Vec<(u32, Option<u32>)>) {
    let statement = read_bytes(bytes).unwrap();
    let rows = statement.accounts.iter().flat_map(|account| &account.rows);
    let payees = rows.map(|row| row.payee.clone()).collect();
    let place = |row: &SkippedRow| (row.reason == REASON).then_some((row.line, row.column));
    (payees, statement.skipped.iter().filter_map(place).collect())
}

fn camt(names: [&[u8]; 3], between: &str) -> Vec<u8> {
    let mut file = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Document><BkToCstmrStmt><Stmt>\
        <Acct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></Acct>"
        .to_vec();
    for name in names {
        file.extend(between.as_bytes());
        file.extend(
            b"<Ntry><Amt Ccy=\"EUR\">1.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><BookgDt><Dt>2024-05-02</Dt></BookgDt>\
            <NtryDtls><TxDtls><RltdPties><Cdtr><Nm>",
        );
        file.extend(name);
        file.extend(b"</Nm></Cdtr></RltdPties></TxDtls></NtryDtls></Ntry>");
    }
    file.extend(b"</Stmt></BkToCstmrStmt></Document>");
    file
}

#[test]
fn rows_of_every_format_are_left_out_with_their_place() {
    let qif = [
        "!Type:Bank\nD1/14/24\nT-1\nPCafé\n^\nD1/15/24\nT-2\nPČapek\n^\n".as_bytes(),
        b"D1/16/24\nT-3\nPM\xfcller\n^\n",
    ];
    assert_eq!(
        payees_and_places(&qif.concat()),
        (vec!["Café".to_owned(), "Čapek".to_owned()], vec![(12, Some(3))])
    );

    let row = |day: &str, name: &[u8]| {
        [b"<STMTTRN><DTPOSTED>202401", day.as_bytes(), b"<TRNAMT>-1.00<NAME>", name, b"\n"].concat()
    };
    let ofx = [
        b"OFXHEADER:100\nCHARSET:1252\n\n<OFX><STMTRS><CURDEF>EUR<BANKACCTFROM><ACCTID>1</BANKACCTFROM>\n"
            .to_vec(),
        row("02", b"M\xfcller"),
        row("03", b"B\xe4cker"),
        row("04", "Köhler".as_bytes()),
        b"</STMTRS></OFX>\n".to_vec(),
    ];
    assert_eq!(
        payees_and_places(&ofx.concat()),
        (vec!["Müller".to_owned(), "Bäcker".to_owned()], vec![(7, Some(48))])
    );

    let mt940 = [
        ":20:X\n:25:NL91ABNA0417164300\n:60F:C240101EUR0,00\n:61:2401020102D1,00NMSC\n:86:/NAME/Zoë/REMI/A\n\
         :61:2401030103D1,00NMSC\n:86:/NAME/Café/REMI/B\n:61:2401040104D1,00NMSC\n"
            .as_bytes(),
        b":86:/NAME/Andr\xe9/REMI/C\n:62F:D240104EUR3,00\n",
    ];
    assert_eq!(
        payees_and_places(&mt940.concat()),
        (vec!["Zoë".to_owned(), "Café".to_owned()], vec![(9, Some(15))])
    );

    let names: [&[u8]; 3] = ["Zoë".as_bytes(), b"Andr\xe9", "Café".as_bytes()];
    let (payees, places) = payees_and_places(&camt(names, "\n"));
    assert_eq!(
        (payees, places.as_slice()),
        (vec!["Zoë".to_owned(), "Café".to_owned()], &[(3, Some(140))][..])
    );
}

#[test]
fn letters_that_could_be_either_are_as_the_file_says() {
    // É and ® beside each other are UTF-8 of a letter that no bank writes.
    let rows: [&[u8]; 2] = [b"NESCAF\xc9\xae STORE", b"M\xfcller"];
    let mut file =
        b"OFXHEADER:100\nCHARSET:1252\n\n<OFX><STMTRS><CURDEF>EUR<BANKACCTFROM><ACCTID>1</BANKACCTFROM>\n"
            .to_vec();
    for name in rows {
        file.extend([b"<STMTTRN><DTPOSTED>20240102<TRNAMT>-1.00<NAME>", name, b"\n"].concat());
    }
    file.extend(b"</STMTRS></OFX>\n");
    assert_eq!(payees_and_places(&file), (vec!["NESCAFÉ® STORE".to_owned(), "Müller".to_owned()], vec![]));
}

#[test]
fn replaced_letters_that_a_bank_wrote_stay_and_a_transfer_goes_as_a_whole() {
    let file = [
        "!Type:Invst\nD1/14/24\nNMiscInc\nPCaf\u{fffd} Zoë\nT1\n^\nD1/15/24\nNMiscInc\nPČapek\nT2\n^\n"
            .as_bytes(),
        b"D1/16/24\nNBuyX\nT1000\nPShares\nL[Girokonto M\xfcller]\n^\n",
    ];
    let (payees, places) = payees_and_places(&file.concat());
    assert_eq!(payees, ["Caf\u{fffd} Zoë", "Čapek"]);
    assert_eq!(places, [(16, Some(14))]);
}

#[test]
fn an_account_in_another_encoding_refuses_the_file_with_its_place() {
    let file = [
        "!Account\nNSparbuch é\n^\nNGehälter\n^\n!Account\nNB".as_bytes(),
        b"\xe4cker\nTBank\n^\n!Type:Bank\nD1/14/24\nT-1\nPA\n^\n",
    ];
    let error = read_bytes(&file.concat()).unwrap_err();
    assert_eq!(error, StatementError::MixedEncodings { line: 7, column: 3 });
}

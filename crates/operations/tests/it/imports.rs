use std::sync::Arc;

use domain::{Category, Clock, FixedClock, Import, Side, TransactionFilter, UserId};
use finance::export::ExportFormat;
use jiff::civil::date;
use operations::{AccountChoice, OperationError, Operations, TransactionPatch, Upload};

use crate::{operations, user};

const MARCH: &str = "Date,Payee,Amount,Balance\n\
    2024-03-01,Corner Shop,-12.50,987.50\n\
    2024-03-02,Coffee Bar,-3.20,984.30\n\
    2024-03-02,Coffee Bar,-3.20,981.10\n\
    2024-03-15,Employer Payroll,2000.00,2981.10\n";

pub fn upload(operations: &Operations, text: &str) -> Arc<Upload> {
    Arc::new(Upload::new(operations.clock(), "march.csv", text.as_bytes().to_vec()))
}

pub async fn import(operations: &Operations, user: &UserId, text: &str) -> Import {
    operations.commit_import(user, upload(operations, text)).await.unwrap()
}

/// A file of that name, for the account that is chosen.
async fn import_named(
    operations: &Operations,
    user: &UserId,
    (file_name, text): (&str, &str),
    account: AccountChoice,
) -> Result<Import, OperationError> {
    let upload = Upload::new(operations.clock(), file_name, text.as_bytes().to_vec());
    operations.commit_import(user, Arc::new(Upload { account, ..upload })).await
}

#[tokio::test]
async fn the_import_does_what_its_preview_shows() {
    let (operations, ada) = (operations(), user("ada"));
    // One of the two equal coffees is there already.
    let before = "Date,Payee,Amount,Balance\n2024-03-01,Corner Shop,-12.50,987.50\n2024-03-02,Coffee Bar,-3.20,984.30\n";
    import(&operations, &ada, before).await;
    let file = upload(&operations, MARCH);
    let preview = operations.preview_import(&ada, Arc::clone(&file)).await.unwrap();
    let import = operations.commit_import(&ada, file).await.unwrap();
    let [account] = preview.accounts.as_slice() else { panic!("one account is expected") };
    assert_eq!((account.new_rows, account.duplicates), (import.imported, import.duplicates));
    let shown = account.rows.iter().filter(|row| !row.duplicate);
    let shown: Vec<_> =
        shown.map(|row| (row.line, row.date, row.payee.clone(), row.amount, row.category.clone())).collect();
    let ledger = operations.ledger(&ada).await.unwrap();
    let added = ledger.transactions.iter().filter(|row| row.import_id == import.id);
    let mut added: Vec<_> = added
        .map(|row| (row.line, row.date, row.payee.to_string(), row.amount, row.category.clone()))
        .collect();
    added.sort_by_key(|(line, ..)| *line);
    assert_eq!(added, shown);
    assert_eq!(shown.iter().map(|(line, ..)| *line).collect::<Vec<_>>(), [4, 5]);
    assert_eq!(shown.iter().map(|row| row.3.amount()).sum::<rust_decimal::Decimal>(), account.sum);
    let overview = operations.list_accounts(&ada.clone().into()).await.unwrap();
    assert_eq!(overview.len(), 1);
    assert_eq!(overview[0].balance.to_string(), "2981.10 USD");
    assert_eq!(overview[0].transaction_count, 4);
}

#[tokio::test]
async fn the_same_file_again_adds_nothing_and_two_equal_coffees_stay_two() {
    let (operations, ada) = (operations(), user("ada"));
    operations.commit_import(&ada, upload(&operations, MARCH)).await.unwrap();
    let again = operations.commit_import(&ada, upload(&operations, MARCH)).await.unwrap();
    assert_eq!((again.imported, again.duplicates), (0, 4));
    assert_eq!(operations.ledger(&ada).await.unwrap().transactions.len(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_file_imported_twice_at_once_is_imported_once() {
    let (operations, ada) = (Arc::new(operations()), user("ada"));
    let at_once = |_| {
        let (operations, ada) = (Arc::clone(&operations), ada.clone());
        tokio::spawn(async move { import(&operations, &ada, MARCH).await.imported })
    };
    let mut added = Vec::new();
    for import in (0..4).map(at_once).collect::<Vec<_>>() {
        added.push(import.await.unwrap());
    }
    added.sort_unstable();
    assert_eq!(added, [0, 0, 0, 4]);
    let ledger = operations.ledger(&ada).await.unwrap();
    assert_eq!((ledger.transactions.len(), ledger.accounts.len()), (4, 1));
}

#[tokio::test]
async fn a_replayed_import_is_recognised() {
    let (operations, ada) = (operations(), user("ada"));
    let file = upload(&operations, MARCH);
    operations.commit_import(&ada, Arc::clone(&file)).await.unwrap();
    let replayed = operations.commit_import(&ada, file).await;
    assert!(matches!(replayed, Err(OperationError::AlreadyDone)));
    assert_eq!(operations.list_imports(&ada).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_undone_import_leaves_an_empty_ledger() {
    let (operations, ada) = (operations(), user("ada"));
    let import = operations.commit_import(&ada, upload(&operations, MARCH)).await.unwrap();
    operations.undo_import(&ada, import.id).await.unwrap();
    let ledger = operations.ledger(&ada).await.unwrap();
    assert!(ledger.accounts.is_empty() && ledger.transactions.is_empty());
    let twice = operations.undo_import(&ada, import.id).await;
    assert!(matches!(twice, Err(OperationError::AlreadyDone)));
}

#[tokio::test]
async fn a_file_that_is_no_statement_imports_nothing() {
    let (operations, ada) = (operations(), user("ada"));
    let outcome = operations.commit_import(&ada, upload(&operations, "")).await;
    assert!(matches!(outcome, Err(OperationError::StatementUnreadable(_))));
    assert!(operations.list_imports(&ada).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_staged_file_is_its_owner_s_and_waits_half_an_hour() {
    let (operations, ada) = (operations(), user("ada"));
    let id = operations.stage_upload(&ada, (*upload(&operations, MARCH)).clone()).unwrap();
    assert_eq!(operations.staged_upload(&ada, id).unwrap().file_name, "march.csv");
    assert!(matches!(operations.staged_upload(&user("eve"), id), Err(OperationError::NotFound)));
}

#[tokio::test]
async fn a_category_chosen_by_a_person_is_found_by_its_filter() {
    let (operations, ada) = (operations(), user("ada"));
    operations.commit_import(&ada, upload(&operations, MARCH)).await.unwrap();
    let ledger = operations.ledger(&ada).await.unwrap();
    let coffee = ledger.transactions.iter().find(|row| &*row.payee == "Coffee Bar").unwrap().id;
    operations.categorise_transactions(&ada, &[coffee], "Food:Treats").await.unwrap();
    let filter = TransactionFilter {
        category: Some("Food:Treats".to_owned().try_into().unwrap()),
        ..Default::default()
    };
    assert_eq!(operations.count_transactions(&ada, &filter).await.unwrap().count, 1);
    let foreign = operations.categorise_transactions(&user("eve"), &[coffee], "Food:Treats").await;
    assert!(matches!(foreign, Err(OperationError::NotFound)));
}

#[tokio::test]
async fn money_back_from_a_shop_in_no_rule_is_no_income_whatever_the_file_s_order() {
    let operations = operations();
    let rows = [
        "2024-03-02,QUILLFEATHER 0123,-120.00",
        "2024-03-05,Corner Bakery,-4.00",
        "2024-03-09,QUILLFEATHER 0456,120.00",
    ];
    for (name, order) in [("ada", [0, 1, 2]), ("eve", [2, 1, 0])] {
        let user = user(name);
        let file =
            upload(&operations, &format!("Date,Payee,Amount\n{}\n", order.map(|at| rows[at]).join("\n")));
        let preview = operations.preview_import(&user, Arc::clone(&file)).await.unwrap();
        let back = preview.accounts[0].rows.iter().find(|row| !row.amount.is_outflow()).unwrap();
        assert_eq!(back.category, Category::UNCATEGORISED, "{name}");
        operations.commit_import(&user, file).await.unwrap();
        let ledger = operations.ledger(&user).await.unwrap();
        let back = ledger.transactions.iter().find(|row| !row.amount.is_outflow()).unwrap();
        assert_eq!(back.category, Category::UNCATEGORISED, "{name}");
        let income = TransactionFilter { side: Some(Side::Income), ..Default::default() };
        assert_eq!(operations.count_transactions(&user, &income).await.unwrap().count, 0, "{name}");
    }
}

#[tokio::test]
async fn money_back_reduces_the_category_that_the_person_gave_the_purchase() {
    let (operations, ada) = (operations(), user("ada"));
    import(&operations, &ada, "Date,Payee,Amount\n2024-03-02,QUILLFEATHER,-120.00\n").await;
    let bought = operations.ledger(&ada).await.unwrap().transactions[0].id;
    operations.categorise_transactions(&ada, &[bought], "Shopping").await.unwrap();
    // The second time its rows are there already.
    let second = "Date,Payee,Amount\n2024-03-09,QUILLFEATHER,120.00\n2024-03-10,Corner Bakery,-4.00\n";
    for imported in [2, 0] {
        assert_eq!(import(&operations, &ada, second).await.imported, imported);
        let shopping =
            TransactionFilter { category: Some(Category::known("Shopping")), ..TransactionFilter::default() };
        let counted = operations.count_transactions(&ada, &shopping).await.unwrap();
        assert_eq!(counted.count, 2);
        assert!(counted.sums.iter().all(|(_, sum)| sum.is_zero()), "{:?}", counted.sums);
    }
}

#[tokio::test]
async fn the_sample_household_comes_once_and_goes_whole() {
    let (operations, ada) = (operations(), user("ada"));
    let import = operations.add_sample(&ada).await.unwrap();
    assert!(import.imported > 1_000);
    assert_eq!(operations.add_sample(&ada).await.unwrap().id, import.id);
    assert!(!operations.get_profile(&ada).await.unwrap().is_empty());
    operations.remove_sample(&ada).await.unwrap();
    assert!(operations.ledger(&ada).await.unwrap().transactions.is_empty());
    assert!(operations.get_profile(&ada).await.unwrap().is_empty());
    assert!(matches!(operations.remove_sample(&ada).await, Err(OperationError::NotFound)));
}

#[test]
fn a_file_name_loses_its_folders() {
    let clock = FixedClock::on(date(2024, 3, 31));
    assert_eq!(clock.today(), date(2024, 3, 31));
    assert_eq!(Upload::new(&clock, "C:\\bank\\..\\march.csv", Vec::new()).file_name, "march.csv");
    assert_eq!(Upload::new(&clock, "../../etc/\u{7}", Vec::new()).file_name, "statement");
}

#[tokio::test]
async fn what_is_unsure_is_shown_beside_what_is_held_and_kept_on_request() {
    let (operations, ada) = (operations(), user("ada"));
    // On a day between others that both files cover.
    let march = |payee: &str| {
        format!("Date,Payee,Amount\n2024-03-01,Bakery,-2\n2024-03-03,{payee},-12.50\n2024-03-05,Bakery,-3\n")
    };
    import(&operations, &ada, &march("Corner Shop")).await;
    let file = upload(&operations, &march("Zq Holdings"));
    let unsure = async |file: &Arc<Upload>| {
        let preview = operations.preview_import(&ada, Arc::clone(file)).await.unwrap();
        let account = preview.accounts.into_iter().next().unwrap();
        let [unsure] = account.unsure.as_slice() else { panic!("{:?}", account.unsure) };
        (unsure.row.line, unsure.held.payee.to_string(), unsure.row.duplicate, account.new_rows)
    };
    assert_eq!(unsure(&file).await, (3, "Corner Shop".to_owned(), true, 0));
    let kept = Arc::new(Upload { keep: vec![2], ..Upload::clone(&file) });
    assert_eq!(unsure(&kept).await, (3, "Corner Shop".to_owned(), false, 1));
    let import = operations.commit_import(&ada, kept).await.unwrap();
    assert_eq!((import.imported, import.duplicates), (1, 2));
}

#[tokio::test]
async fn what_another_file_has_too_stays_when_an_import_is_undone() {
    let (operations, ada) = (operations(), user("ada"));
    let file = |rows: &[(u32, &str)]| {
        let row = |(day, payee): &(u32, &str)| format!("2024-03-{day:02},{payee},-{day}.25\n");
        format!("Date,Payee,Amount\n{}", rows.iter().map(row).collect::<String>())
    };
    let first = file(&[(1, "Alder"), (2, "Birch"), (3, "Cedar"), (5, "Elm")]);
    let first = import(&operations, &ada, &first).await;
    // On a day between others that both files cover, the third row has another name.
    let second = file(&[(2, "Birch"), (3, "Zq Holdings"), (5, "Elm"), (9, "Fir")]);
    let second = import(&operations, &ada, &second).await;
    assert_eq!((second.imported, second.duplicates), (1, 3));

    operations.undo_import(&ada, first.id).await.unwrap();
    let ledger = operations.ledger(&ada).await.unwrap();
    let held: Vec<_> =
        ledger.transactions.iter().map(|row| (row.date.day(), row.import_id, row.line)).collect();
    assert_eq!(held, [(2, second.id, 2), (3, second.id, 3), (5, second.id, 4), (9, second.id, 5)]);

    operations.undo_import(&ada, second.id).await.unwrap();
    assert!(operations.ledger(&ada).await.unwrap().accounts.is_empty());
}

#[tokio::test]
async fn a_row_that_was_added_beside_what_is_held_does_not_keep_that() {
    let (operations, ada) = (operations(), user("ada"));
    let march = |payee: &str| {
        format!("Date,Payee,Amount\n2024-03-01,Bakery,-2\n2024-03-03,{payee},-12.50\n2024-03-05,Bakery,-3\n")
    };
    let first = import(&operations, &ada, &march("Corner Shop")).await;
    let file = Upload { keep: vec![1, 2], ..Upload::clone(&upload(&operations, &march("Zq Holdings"))) };
    let second = operations.commit_import(&ada, Arc::new(file)).await.unwrap();
    assert_eq!((second.imported, second.duplicates), (1, 2));
    operations.undo_import(&ada, first.id).await.unwrap();
    let ledger = operations.ledger(&ada).await.unwrap();
    let held: Vec<_> = ledger.transactions.iter().map(|row| row.payee.to_string()).collect();
    assert_eq!(held, ["Bakery", "Zq Holdings", "Bakery"]);
}

#[tokio::test]
async fn an_export_adds_nothing_to_its_own_ledger_whatever_was_renamed() {
    let (operations, ada) = (operations(), user("ada"));
    let text = "Date,Payee,Amount\n2024-01-01,Alder,-1\n2024-01-08,Amazon,-30\n2024-01-20,Birch,-2\n";
    import(&operations, &ada, text).await;
    for row in &operations.ledger(&ada).await.unwrap().transactions {
        let patch = TransactionPatch { payee: Some("My Books".to_owned()), ..TransactionPatch::default() };
        operations.edit_transaction(&ada, row.id, patch).await.unwrap();
    }
    let ledger = operations.ledger(&ada).await.unwrap();
    for format in [ExportFormat::Csv, ExportFormat::Ofx] {
        let mut text = String::new();
        finance::export::export(&ledger, &TransactionFilter::default(), format, &mut text).unwrap();
        let again = import(&operations, &ada, &text).await;
        assert_eq!((again.imported, again.duplicates), (0, 3), "{format:?}");
        let other = import(&operations, &user(&format!("{format:?}")), &text).await;
        assert_eq!((other.imported, other.duplicates), (3, 0), "{format:?}, of another person");
    }
}

/// What a row says, for comparing ledgers of different people: their ids differ.
type Said = (String, jiff::civil::Date, String, String, String, String);

fn said(ledger: &domain::Ledger, format: ExportFormat) -> Vec<Said> {
    let row = |row: &domain::Transaction| {
        let account = ledger.account(row.account_id).unwrap();
        // OFX has neither names of accounts nor categories.
        let (account, category) = match format {
            ExportFormat::Ofx => (account.number.clone().unwrap_or_default(), String::new()),
            _ => (account.name.clone(), row.category.path().to_owned()),
        };
        (
            account,
            row.date,
            row.amount.to_string(),
            row.payee.to_lowercase(),
            row.description.to_lowercase(),
            category,
        )
    };
    let mut rows: Vec<Said> = ledger.transactions.iter().map(row).collect();
    rows.sort();
    rows
}

#[tokio::test]
async fn an_export_is_read_back_to_the_same_ledger_once() {
    let (operations, ada) = (operations(), user("ada"));
    operations.add_sample(&ada).await.unwrap();
    let ledger = operations.ledger(&ada).await.unwrap();
    for (format, other) in [(ExportFormat::Csv, "eve"), (ExportFormat::Ofx, "bob")] {
        let mut text = String::new();
        finance::export::export(&ledger, &TransactionFilter::default(), format, &mut text).unwrap();
        let other = user(other);
        let imported = import(&operations, &other, &text).await;
        assert_eq!(imported.imported as usize, ledger.transactions.len(), "{format:?}");
        let read = operations.ledger(&other).await.unwrap();
        let (wanted, found) = (said(&ledger, format), said(&read, format));
        let differs = wanted.iter().zip(&found).find(|(a, b)| a != b);
        assert_eq!(differs, None, "{format:?}");
        let again = import(&operations, &other, &text).await;
        assert_eq!(again.imported, 0, "{format:?}");
        let own = import(&operations, &ada, &text).await;
        assert_eq!(own.imported, 0, "{format:?}, into the ledger that it is of");
    }
    assert_eq!(operations.ledger(&ada).await.unwrap().accounts.len(), ledger.accounts.len());
}

#[tokio::test]
async fn a_file_that_names_accounts_finds_those_with_a_number() {
    let (operations, ada) = (operations(), user("ada"));
    let bank = "Date,Payee,Amount,IBAN\n2024-03-01,Corner Shop,-12.50,DE89370400440532013000\n\
                2024-03-02,Coffee Bar,-3.20,DE89370400440532013000\n2024-03-05,Bakery,-2,DE89370400440532013000\n";
    import(&operations, &ada, bank).await;
    let account = operations.list_accounts(&ada.clone().into()).await.unwrap()[0].account.clone();
    assert_eq!(account.number.as_deref(), Some("DE89370400440532013000"));
    operations.rename_account(&ada, account.id, "Everyday").await.unwrap();
    let named = "Date,Account,Payee,Amount\n2024-03-01,Everyday,Corner Shop,-12.50\n2024-03-02,Everyday,Coffee Bar,-3.20\n\
                 2024-03-05,Everyday,Bakery,-2\n2024-03-06,Everyday,Cinema,-9\n";
    let import = import(&operations, &ada, named).await;
    assert_eq!((import.imported, import.duplicates), (1, 3));
    assert_eq!(operations.list_accounts(&ada.clone().into()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_same_rows_under_another_file_name_add_nothing() {
    let (operations, ada) = (operations(), user("ada"));
    import(&operations, &ada, MARCH).await;
    let again = ("march (1).csv", MARCH);
    let again = import_named(&operations, &ada, again, AccountChoice::Found).await.unwrap();
    assert_eq!((again.imported, again.duplicates), (0, 4));
    assert_eq!(operations.list_accounts(&ada.clone().into()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn overlapping_exports_under_two_names_are_their_union_in_one_account() {
    let (operations, ada) = (operations(), user("ada"));
    let days = |days: std::ops::RangeInclusive<u32>| {
        let row = |day: u32| format!("2024-03-{day:02},Shop {},-{day}.25\n", day * 37);
        format!("Date,Payee,Amount\n{}", days.map(row).collect::<String>())
    };
    import(&operations, &ada, &days(1..=20)).await;
    let later = days(11..=30);
    let later = ("Chase1234_Activity_20240331.CSV", later.as_str());
    let later = import_named(&operations, &ada, later, AccountChoice::Found).await.unwrap();
    assert_eq!((later.imported, later.duplicates), (10, 10));
    let ledger = operations.ledger(&ada).await.unwrap();
    assert_eq!(ledger.accounts.len(), 1);
    let held: Vec<_> = ledger.transactions.iter().map(|row| (row.date, row.amount.to_string())).collect();
    let wanted: Vec<_> = (1..=30).map(|day| (date(2024, 3, day), format!("-{day}.25 USD"))).collect();
    assert_eq!(held, wanted);
}

#[tokio::test]
async fn a_file_that_a_browser_numbered_goes_to_the_account_of_the_one_beside_it_if_it_shares_rows() {
    let (operations, ada) = (operations(), user("ada"));
    let days = |days: std::ops::RangeInclusive<u32>| {
        let row = |day: u32| format!("2024-03-{day:02},Shop {},-{day}.25\n", day * 37);
        format!("Date,Payee,Amount\n{}", days.map(row).collect::<String>())
    };
    import(&operations, &ada, &days(1..=14)).await;
    let shared = days(14..=20);
    let shared =
        import_named(&operations, &ada, ("march (1).csv", &shared), AccountChoice::Found).await.unwrap();
    assert_eq!((shared.imported, shared.duplicates), (6, 1));
    assert_eq!(operations.list_accounts(&ada.clone().into()).await.unwrap().len(), 1);
    // Without one it may be of another account at the same bank.
    let other = days(25..=28);
    import_named(&operations, &ada, ("march (2).csv", &other), AccountChoice::Found).await.unwrap();
    assert_eq!(operations.list_accounts(&ada.clone().into()).await.unwrap().len(), 2);
}

/// A card's purchases by the day of purchase, or by the day of booking up to two days later.
const BY_PURCHASE: &str = "Transaction Date,Post Date,Description,Category,Type,Amount\n\
    09/14/2024,09/15/2024,SQ *BLUE BOTTLE 0123,Food & Drink,Sale,-4.50\n\
    09/12/2024,09/14/2024,SAFEWAY #1234,Groceries,Sale,-85.20\n\
    09/10/2024,09/11/2024,NETFLIX.COM,Bills,Sale,-15.99\n\
    09/09/2024,09/09/2024,Payment Thank You-Mobile,,Payment,500.00\n\
    09/05/2024,09/07/2024,SHELL OIL 57,Gas,Sale,-40.00\n";
const BY_BOOKING: &str = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\n\n<OFX><CREDITCARDMSGSRSV1><CCSTMTTRNRS><CCSTMTRS>\
    <CURDEF>USD<CCACCTFROM><ACCTID>4111111111111234</CCACCTFROM><BANKTRANLIST>\
    <STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20240915<TRNAMT>-4.50<FITID>5<NAME>SQ *BLUE BOTTLE 0123</STMTTRN>\
    <STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20240914<TRNAMT>-85.20<FITID>4<NAME>SAFEWAY #1234</STMTTRN>\
    <STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20240911<TRNAMT>-15.99<FITID>3<NAME>NETFLIX.COM</STMTTRN>\
    <STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20240909<TRNAMT>500.00<FITID>2<NAME>Payment Thank You-Mobile</STMTTRN>\
    <STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20240907<TRNAMT>-40.00<FITID>1<NAME>SHELL OIL 57</STMTTRN>\
    </BANKTRANLIST></CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1></OFX>";

#[tokio::test]
async fn a_cards_two_formats_are_one_account_although_one_tells_the_days_of_booking() {
    for (first, second) in [(BY_PURCHASE, BY_BOOKING), (BY_BOOKING, BY_PURCHASE)] {
        let (operations, ada) = (operations(), user("ada"));
        import(&operations, &ada, first).await;
        let preview = operations.preview_import(&ada, upload(&operations, second)).await.unwrap();
        let [account] = preview.accounts.as_slice() else { panic!("one account is expected") };
        assert!(account.existing.is_some(), "it is the card that is there");
        assert_eq!((account.new_rows, account.duplicates, account.unsure_count), (0, 5, 4));
        let again = import(&operations, &ada, second).await;
        assert_eq!(again.imported, 0);
        let ledger = operations.ledger(&ada).await.unwrap();
        assert_eq!((ledger.accounts.len(), ledger.transactions.len()), (1, 5));
        assert_eq!(ledger.accounts[0].number.as_deref(), Some("4111111111111234"));
    }
}

#[tokio::test]
async fn files_of_two_banks_are_two_accounts() {
    let (operations, ada) = (operations(), user("ada"));
    import(&operations, &ada, MARCH).await;
    // Two rows are alike, as those of one person with two accounts may be.
    let other = "Date,Payee,Amount\n2024-03-01,Corner Shop,-12.50\n2024-03-02,Coffee Bar,-3.20\n\
                 2024-03-04,Cinema,-9\n2024-03-08,Bakery,-2\n2024-03-09,Garage,-80\n";
    let other = import_named(&operations, &ada, ("other.csv", other), AccountChoice::Found).await.unwrap();
    assert_eq!((other.imported, other.duplicates), (5, 0));
    assert_eq!(operations.list_accounts(&ada.clone().into()).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_person_chooses_a_new_account_or_one_of_theirs() {
    let (operations, ada) = (operations(), user("ada"));
    import(&operations, &ada, MARCH).await;
    let first = operations.list_accounts(&ada.clone().into()).await.unwrap()[0].account.clone();
    let preview = operations.preview_import(&ada, upload(&operations, MARCH)).await.unwrap();
    let options = preview.accounts[0].options.clone().unwrap();
    assert_eq!((options.new_name.as_str(), options.existing.as_slice()), ("march", &[first.clone()][..]));
    assert_eq!(preview.accounts[0].existing.as_ref().map(|account| account.id), Some(first.id));

    let new = import_named(&operations, &ada, ("march.csv", MARCH), AccountChoice::New).await.unwrap();
    assert_eq!((new.imported, new.duplicates), (4, 0));
    assert_eq!(operations.list_accounts(&ada.clone().into()).await.unwrap().len(), 2);

    let april = ("april.csv", "Date,Payee,Amount\n2024-04-02,Coffee Bar,-3.20\n");
    let chosen = AccountChoice::Existing(first.id);
    let april = import_named(&operations, &ada, april, chosen).await.unwrap();
    assert_eq!((april.imported, april.account_ids), (1, vec![first.id]));
}

/// A week of one account, with the number that the bank prints on each row.
fn numbered(number: &str, days: std::ops::RangeInclusive<u32>) -> String {
    let row = |day: u32| format!("2024-03-{day:02},Shop {},-{day}.25,{number}\n", day * 37);
    format!("Date,Payee,Amount,IBAN\n{}", days.map(row).collect::<String>())
}

#[tokio::test]
async fn a_number_that_comes_later_is_that_of_the_account_with_the_rows() {
    let (operations, ada) = (operations(), user("ada"));
    let unnumbered = numbered("", 1..=7).replace(",IBAN", "").replace(",\n", "\n");
    import(&operations, &ada, &unnumbered).await;
    let again = import(&operations, &ada, &numbered("DE89370400440532013000", 1..=7)).await;
    assert_eq!((again.imported, again.duplicates), (0, 7));
    let later = import(&operations, &ada, &numbered("DE89370400440532013000", 20..=21)).await;
    let ledger = operations.ledger(&ada).await.unwrap();
    let [account] = ledger.accounts.as_slice() else { panic!("one account is expected") };
    assert_eq!(account.number.as_deref(), Some("DE89370400440532013000"));
    assert_eq!((later.imported, later.account_ids), (2, vec![account.id]));
}

#[tokio::test]
async fn an_iban_and_the_number_in_it_are_one_account() {
    for (first, second) in [
        ("DE89370400440532013000", "37040044/532013000"),
        ("37040044/532013000", "DE89 3704 0044 0532 0130 00"),
        ("DE89370400440532013000", "0532013000"),
    ] {
        let (operations, ada) = (operations(), user("ada"));
        import(&operations, &ada, &numbered(first, 1..=2)).await;
        import(&operations, &ada, &numbered(second, 20..=21)).await;
        assert_eq!(operations.ledger(&ada).await.unwrap().accounts.len(), 1, "{first} and {second}");
        import(&operations, &ada, &numbered("DE89370400440532013001", 1..=2)).await;
        assert_eq!(operations.ledger(&ada).await.unwrap().accounts.len(), 2, "{first}");
    }
}

#[tokio::test]
async fn an_account_is_chosen_for_a_number_that_none_has() {
    let (operations, ada) = (operations(), user("ada"));
    import(&operations, &ada, MARCH).await;
    let own = operations.list_accounts(&ada.clone().into()).await.unwrap()[0].account.clone();
    let file = numbered("US-1234567", 20..=21);
    let preview = operations.preview_import(&ada, upload(&operations, &file)).await.unwrap();
    assert_eq!(preview.accounts[0].options.as_ref().map(|it| it.existing.len()), Some(1));
    let chosen = AccountChoice::Existing(own.id);
    let import = import_named(&operations, &ada, ("more.csv", &file), chosen).await.unwrap();
    assert_eq!(import.account_ids, [own.id]);
    let other = numbered("US-7654321", 22..=23);
    let refused = import_named(&operations, &ada, ("more.csv", &other), chosen).await.unwrap_err();
    assert!(refused.to_string().contains("account"), "{refused}");
}

#[tokio::test]
async fn an_account_in_another_currency_is_not_chosen_for_a_file() {
    let (operations, ada) = (operations(), user("ada"));
    import(&operations, &ada, MARCH).await;
    let dollars = operations.list_accounts(&ada.clone().into()).await.unwrap()[0].account.clone();
    let chosen = AccountChoice::Existing(dollars.id);
    let euros = "Date,Payee,Amount,Currency\n2024-03-20,Hotel,-90,EUR\n2024-03-21,Train,-30,EUR\n";
    let refused = import_named(&operations, &ada, ("trip.csv", euros), chosen).await.unwrap_err();
    let OperationError::Invalid(errors) = refused else { panic!("no field is refused") };
    assert_eq!(errors.iter().map(|error| &*error.field).collect::<Vec<_>>(), ["account"]);
    assert_eq!(operations.list_accounts(&ada.clone().into()).await.unwrap().len(), 1);

    let both = "Date,Payee,Amount,Currency\n2024-03-20,Hotel,-90,EUR\n2024-03-21,Train,-30,USD\n";
    import_named(&operations, &ada, ("trip.csv", both), chosen).await.unwrap();
    let ledger = operations.ledger(&ada).await.unwrap();
    let account_of = |payee: &str| {
        let row = ledger.transactions.iter().find(|row| &*row.payee == payee).unwrap();
        ledger.account(row.account_id).unwrap()
    };
    assert_eq!(account_of("Train").id, dollars.id);
    assert_eq!(account_of("Hotel").currency.code(), "EUR");
}

/// Bookings of day, amount, id and name in one line, as some banks write OFX.
fn one_line_ofx(rows: &[(u32, &str, &str, &str)]) -> String {
    let row = |(day, amount, id, name): &(u32, &str, &str, &str)| {
        format!(
            "<STMTTRN><TRNTYPE>OTHER<DTPOSTED>202403{day:02}<TRNAMT>{amount}<FITID>{id}<NAME>{name}</STMTTRN>"
        )
    };
    let rows: String = rows.iter().map(row).collect();
    format!(
        "OFXHEADER:100 DATA:OFXSGML VERSION:102 SECURITY:NONE ENCODING:USASCII CHARSET:1252 \
         COMPRESSION:NONE OLDFILEUID:NONE NEWFILEUID:NONE<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD\
         <BANKACCTFROM><ACCTID>4711<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST>{rows}</BANKTRANLIST>\
         </STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
    )
}

#[tokio::test]
async fn unsure_rows_of_a_file_in_one_line_are_decided_one_by_one() {
    let (operations, ada) = (operations(), user("ada"));
    let (first, last) = ((1, "-2.00", "a", "Bakery"), (9, "-3.00", "z", "Bakery"));
    import(&operations, &ada, &one_line_ofx(&[first, (3, "-60.00", "b", "Batch"), last])).await;
    let parts = [(3, "-10.00", "c", "Alder"), (3, "-50.00", "d", "Birch"), (6, "-7.00", "e", "Cedar")];
    let file = upload(&operations, &one_line_ofx(&[first, parts[0], parts[1], parts[2], last]));

    let preview = operations.preview_import(&ada, Arc::clone(&file)).await.unwrap();
    let [account] = preview.accounts.as_slice() else { panic!("one account is expected") };
    let unsure: Vec<_> =
        account.unsure.iter().map(|it| (it.row.row, it.row.line, it.row.amount.to_string())).collect();
    assert_eq!(unsure, [(2, 1, "-10.00 USD".to_owned()), (3, 1, "-50.00 USD".to_owned())]);
    assert_eq!((account.new_rows, account.duplicates, account.unsure_count), (1, 4, 2));

    let kept = Arc::new(Upload { keep: vec![3], ..Upload::clone(&file) });
    let preview = operations.preview_import(&ada, kept).await.unwrap();
    let kept: Vec<bool> = preview.accounts[0].unsure.iter().map(|it| !it.row.duplicate).collect();
    assert_eq!(kept, [false, true]);

    let import = operations.commit_import(&ada, file).await.unwrap();
    assert_eq!((import.imported, import.duplicates), (1, 4));
    let ledger = operations.ledger(&ada).await.unwrap();
    let added = ledger.transactions.iter().filter(|row| row.import_id == import.id);
    assert_eq!(added.map(|row| row.amount.to_string()).collect::<Vec<_>>(), ["-7.00 USD"]);
}

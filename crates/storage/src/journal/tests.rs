use std::path::Path;

use redb::Database;

use super::*;
use crate::{ChangeKind, testing::Household};

fn change(title: &str) -> Change {
    let ada = Household::new("ada");
    ada.change(ChangeKind::ChatCreated { chat: ada.chat(title) })
}

/// A change whose record takes several parts.
fn long_change() -> Change {
    let ada = Household::new("ada");
    let (question, answer, run) = ada.exchange(ada.chat("Long").id, &"how much? ".repeat(30_000));
    ada.change(ChangeKind::MessageSent { chat: None, question, answer, run })
}

fn read(path: &Path) -> Result<Vec<Change>, JournalError> {
    let mut changes = Vec::new();
    Journal::open(path, |_, change| {
        changes.push(change);
        Ok(())
    })?;
    Ok(changes)
}

/// Writes changes, then damages the file by a redb transaction of its own.
fn damaged(changes: &[Change], damage: impl FnOnce(&redb::WriteTransaction)) -> JournalError {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.redb");
    let records: Vec<_> = changes.iter().map(|change| Journal::encode(change).unwrap()).collect();
    Journal::open(&path, |_, _| Ok(())).unwrap().append(&records).unwrap();
    let database = Database::open(&path).unwrap();
    let transaction = database.begin_write().unwrap();
    damage(&transaction);
    transaction.commit().unwrap();
    drop(database);
    read(&path).unwrap_err()
}

#[test]
fn changes_of_any_length_come_back_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.redb");
    let changes = [change("One"), long_change(), change("Three"), long_change()];
    let mut journal = Journal::open(&path, |_, _| Ok(())).unwrap();
    for batch in changes.chunks(3) {
        let records: Vec<_> = batch.iter().map(|change| Journal::encode(change).unwrap()).collect();
        journal.append(&records).unwrap();
    }
    assert_eq!(journal.len(), 4);
    drop(journal);
    assert_eq!(read(&path).unwrap(), changes);
}

#[test]
fn a_journal_of_a_newer_version_is_left_alone() {
    let error = damaged(&[change("One")], |transaction| {
        transaction.open_table(META).unwrap().insert("format", FORMAT + 1).unwrap();
    });
    assert!(matches!(error, JournalError::FormatUnknown { found: 2, .. }), "{error}");
}

#[test]
fn a_missing_record_or_part_is_found() {
    let changes = [change("One"), long_change(), change("Three")];
    for key in [(1, 0), (2, 0), (2, 1), (2, 4), (3, 0)] {
        let error = damaged(&changes, |transaction| {
            transaction.open_table(CHANGES).unwrap().remove(key).unwrap().unwrap();
        });
        assert!(matches!(error, JournalError::Corrupt { .. }), "{key:?}: {error}");
    }
    let error = damaged(&changes, |transaction| {
        assert!(transaction.delete_table(CHANGES).unwrap());
    });
    assert!(matches!(error, JournalError::Corrupt { .. }), "{error}");
}

#[test]
fn a_database_of_another_program_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.redb");
    let database = Database::create(&path).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction.open_table(TableDefinition::<u64, u64>::new("other")).unwrap();
    transaction.commit().unwrap();
    drop(database);
    assert!(matches!(read(&path), Err(JournalError::Corrupt { .. })));
}

#[test]
fn what_the_database_has_is_taken_out_and_the_rest_keeps_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.redb");
    let changes = [change("One"), long_change(), change("Three"), long_change(), change("Five")];
    let records: Vec<_> = changes.iter().map(|change| Journal::encode(change).unwrap()).collect();
    let mut journal = Journal::open(&path, |_, _| Ok(())).unwrap();
    journal.append(&records[..4]).unwrap();
    let titled = |numbered: Vec<Numbered>| numbered.into_iter().map(|(number, _)| number).collect::<Vec<_>>();
    assert_eq!(titled(journal.read_after(0, 3).unwrap()), [1, 2, 3]);

    let aside = RefusedChange { change: changes[1].clone(), reason: "gone".to_owned(), at: changes[1].at };
    journal.settle(2, &[(2, aside.clone())]).unwrap();
    assert_eq!(journal.refused_changes().unwrap(), [(2, aside)]);
    assert_eq!((journal.len(), ChangeLog::refused(&journal)), (2, 1));
    assert_eq!(titled(journal.read_after(0, 9).unwrap()), [3, 4]);
    assert_eq!(titled(journal.read_after(3, 9).unwrap()), [4]);
    journal.append(&records[4..]).unwrap();
    drop(journal);

    let mut numbers = Vec::new();
    let mut journal = Journal::open(&path, |number, change| {
        assert_eq!(change, changes[number as usize - 1]);
        numbers.push(number);
        Ok(())
    })
    .unwrap();
    assert_eq!(numbers, [3, 4, 5]);
    assert_eq!((journal.len(), ChangeLog::refused(&journal)), (3, 1));
    journal.settle(5, &[]).unwrap();
    assert!(journal.is_empty() && journal.read_after(0, 9).unwrap().is_empty());
    drop(journal);
    assert_eq!(read(&path).unwrap(), []);
    let mut journal = Journal::open(&path, |_, _| Ok(())).unwrap();
    journal.append(&records[..1]).unwrap();
    assert_eq!(journal.read_after(0, 9).unwrap(), [(6, changes[0].clone())]);
}

#[test]
fn a_record_missing_behind_those_taken_out_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.redb");
    let records: Vec<_> = (0..4).map(|_| Journal::encode(&change("One")).unwrap()).collect();
    let mut journal = Journal::open(&path, |_, _| Ok(())).unwrap();
    journal.append(&records).unwrap();
    journal.settle(2, &[]).unwrap();
    drop(journal);
    let database = Database::open(&path).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction.open_table(CHANGES).unwrap().remove((3, 0)).unwrap().unwrap();
    transaction.commit().unwrap();
    drop(database);
    assert!(matches!(read(&path), Err(JournalError::Corrupt { .. })));
}

#[test]
fn what_was_acknowledged_behind_an_erasure_stays_when_the_database_has_taken_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.redb");
    let ada = Household::new("ada");
    let before = ada.change(ChangeKind::ChatCreated { chat: ada.chat("From before") });
    let erase = ada.change(ChangeKind::UserErased);
    let [first, second] =
        ["First", "Second"].map(|title| ada.change(ChangeKind::ChatCreated { chat: ada.chat(title) }));
    let records: Vec<_> = [&erase, &first, &before].map(|change| Journal::encode(change).unwrap()).into();
    let mut journal = Journal::open(&path, |_, _| Ok(())).unwrap();
    journal.append(&records).unwrap();
    let aside = RefusedChange { change: second.clone(), reason: "gone".to_owned(), at: second.at };
    let old_aside = RefusedChange { change: before.clone(), reason: "gone".to_owned(), at: second.at };
    journal.settle(1, &[(1, aside), (2, old_aside)]).unwrap();
    assert_eq!(
        journal.expunge(std::slice::from_ref(&erase)).unwrap(),
        std::slice::from_ref(&ada.user),
        "the database passes it over"
    );
    let left: Vec<Change> = journal.read_after(0, 9).unwrap().into_iter().map(|(_, change)| change).collect();
    assert_eq!(left[0], first);
    assert!(left[1].is_nobodys());
    assert_eq!(ChangeLog::refused(&journal), 1);
}

#[test]
fn a_journal_that_failed_is_opened_again_with_what_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.redb");
    let changes = [change("One"), long_change(), change("Refused"), change("After")];
    let records: Vec<_> = changes.iter().map(|change| Journal::encode(change).unwrap()).collect();
    let mut journal = Journal::open(&path, |_, _| Ok(())).unwrap();
    journal.append(&records[..2]).unwrap();
    faulty::set_full(&path, true);
    let error = journal.append(&records[2..3]).unwrap_err();
    assert!(matches!(error, JournalError::DiskFull { .. }), "{error}");
    assert!(journal.append(&records[3..]).is_err(), "nothing more is taken");
    assert!(journal.reopen().is_err());
    assert!(matches!(journal.append(&records[3..]), Err(JournalError::Closed { .. })));
    faulty::set_full(&path, false);
    journal.reopen().unwrap();
    assert_eq!(journal.len(), 2);
    journal.append(&records[3..]).unwrap();
    drop(journal);
    assert_eq!(read(&path).unwrap(), [changes[0].clone(), changes[1].clone(), changes[3].clone()]);
}

#[test]
fn what_reached_the_file_without_being_acknowledged_is_taken_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.redb");
    let mut journal = Journal::open(&path, |_, _| Ok(())).unwrap();
    let records: Vec<_> = (0..3).map(|_| Journal::encode(&change("One")).unwrap()).collect();
    journal.append(&records).unwrap();
    // The commit came through, and its last sync told of an error.
    journal.last = 1;
    journal.reopen().unwrap();
    assert_eq!((journal.len(), journal.read_after(0, 9).unwrap().len()), (1, 1));
    drop(journal);
    assert_eq!(read(&path).unwrap().len(), 1);
}

#[test]
fn a_journal_that_lost_what_was_acknowledged_stays_closed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.redb");
    let mut journal = Journal::open(&path, |_, _| Ok(())).unwrap();
    journal.append(&[Journal::encode(&change("One")).unwrap()]).unwrap();
    journal.last = 2;
    assert!(matches!(journal.reopen(), Err(JournalError::Corrupt { .. })));
    std::fs::remove_file(&path).unwrap();
    assert!(matches!(journal.reopen(), Err(JournalError::Unreadable { .. })));
    assert!(!path.exists(), "an empty file would pass for a journal");
    assert!(matches!(journal.read_after(0, 9), Err(JournalError::Closed { .. })));
}

/// What versions wrote that knew no details, no settings and no savings of goals.
#[test]
fn changes_of_earlier_versions_stay_readable() {
    let id = "01930000-0000-7000-8000-000000000001";
    let row = format!(
        r#"{{"id":"{id}","account_id":"{id}","import_id":"{id}","date":"2026-05-01","amount":{{"amount":"-4.50",
        "currency":"EUR"}},"payee":"Bakery","description":"","category":"Food:Groceries",
        "category_source":"rule","external_id":null,"line":2}}"#
    );
    let import = format!(
        r#"{{"id":"{id}","source":"file","file_name":"may.csv","format":"CSV","account_ids":["{id}"],"imported":1,
        "duplicates":0,"skipped":1,"skipped_rows":[{{"line":3,"reason":"no date"}}],
        "created_at":"2026-05-02T10:00:00Z","undone_at":null}}"#
    );
    let goal = r#"{"name":"House","target_amount":"50000","target_date":null,"priority":1}"#;
    for kind in [
        format!(r#"{{"import_committed":{{"import":{import},"accounts":[],"transactions":[{row}]}}}}"#),
        format!(r#"{{"transactions_categorised":{{"transaction_ids":["{id}"],"category":"Food"}}}}"#),
        format!(r#"{{"profile_saved":{{"profile":{{"financial_goals":[{goal}]}}}}}}"#),
    ] {
        let record = format!(r#"{{"id":"{id}","user":"ada","at":"2026-05-02T10:00:00Z","kind":{kind}}}"#);
        let change: Change = serde_json::from_str(&record).unwrap();
        let again = serde_json::to_vec(&change).unwrap();
        assert_eq!(serde_json::from_slice::<Change>(&again).unwrap(), change);
        if let ChangeKind::ImportCommitted { transactions, confirms, .. } = change.kind {
            assert_eq!((&transactions[0].details, confirms.len()), (&None, 0));
        }
    }
}

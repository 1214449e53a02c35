use domain::{Category, Money, Side, Split, Transaction, TransactionFilter, TransferChoice, UserId};
use jiff::civil::date;
use operations::{ExchangeRateDraft, OperationError, Operations, Selection, TransactionPatch};
use storage::PageRequest;

use crate::{imports::import, operations, user};

const MARCH: &str = "Date,Payee,Amount\n\
    2024-03-01,Corner Shop,-12.50\n\
    2024-03-02,Coffee Bar,-3.20\n";

async fn first(operations: &Operations, ada: &UserId) -> Transaction {
    operations.ledger(ada).await.unwrap().transactions[0].clone()
}

fn refused<T: std::fmt::Debug>(outcome: Result<T, OperationError>) -> String {
    match outcome {
        Err(OperationError::Invalid(errors)) => errors[0].field.clone(),
        other => panic!("{other:?} is no refusal of fields"),
    }
}

fn split(amount: &str, category: &str) -> Split {
    let amount = Money::new(amount.parse().unwrap(), "USD".parse().unwrap()).unwrap();
    Split { amount, category: Category::new(category).unwrap(), note: String::new() }
}

#[tokio::test]
async fn an_edit_keeps_what_stood_there_before() {
    let (operations, ada) = (operations(), user("ada"));
    import(&operations, &ada, MARCH).await;
    let row = first(&operations, &ada).await;
    let patch = TransactionPatch {
        payee: Some("  The   Shop ".to_owned()),
        note: Some("for the party".to_owned()),
        splits: Some(vec![split("-10", "Food"), split("-2.50", "Gifts")]),
        ..TransactionPatch::default()
    };
    let edited = operations.edit_transaction(&ada, row.id, patch).await.unwrap();
    let details = edited.details.unwrap();
    assert_eq!(
        (&*edited.payee, details.note.as_str(), details.splits.len()),
        ("The Shop", "for the party", 2)
    );
    assert_eq!(details.history[0].before.payee.as_deref(), Some("Corner Shop"));
    assert_eq!(&*operations.get_transaction(&ada, row.id).await.unwrap().payee, "The Shop");
    let again = import(&operations, &ada, MARCH).await;
    assert_eq!((again.imported, again.duplicates), (0, 2), "a row is known by the name it came with");
    let foreign = operations.edit_transaction(&user("eve"), row.id, TransactionPatch::default()).await;
    assert!(matches!(foreign, Err(OperationError::NotFound)));
}

#[tokio::test]
async fn an_edit_that_cannot_be_names_its_field() {
    let (operations, ada) = (operations(), user("ada"));
    import(&operations, &ada, MARCH).await;
    let row = first(&operations, &ada).await;
    let other = operations.ledger(&ada).await.unwrap().transactions[1].id;
    let edit =
        async |patch: TransactionPatch| refused(operations.edit_transaction(&ada, row.id, patch).await);
    let splits = |splits| TransactionPatch { splits: Some(splits), ..TransactionPatch::default() };
    assert_eq!(edit(splits(vec![split("-12.50", "Food")])).await, "splits");
    assert_eq!(edit(splits(vec![split("-12", "Food"), split("-1", "Food")])).await, "splits");
    assert_eq!(edit(splits(vec![split("-12.50", "Food"), split("0", "Food")])).await, "splits.1.amount");
    let payee = TransactionPatch { payee: Some(" ".to_owned()), ..TransactionPatch::default() };
    assert_eq!(edit(payee).await, "payee");
    let note = TransactionPatch { note: Some("x".repeat(501)), ..TransactionPatch::default() };
    assert_eq!(edit(note).await, "note");
    for transaction_id in [row.id, other] {
        let transfer = Some(Some(TransferChoice::With { transaction_id }));
        assert_eq!(edit(TransactionPatch { transfer, ..TransactionPatch::default() }).await, "transfer");
    }
    assert_eq!(first(&operations, &ada).await, row, "nothing was changed");
}

#[tokio::test]
async fn many_are_put_into_a_category_as_their_preview_shows() {
    let (operations, ada) = (operations(), user("ada"));
    import(&operations, &ada, MARCH).await;
    let filter = TransactionFilter { text: Some("coffee".to_owned()), ..TransactionFilter::default() };
    let selection = Selection::Filter(Box::new(filter));
    let recategorise = async |preview| {
        operations.recategorise_transactions(&ada, &selection, "Treats", preview).await.unwrap()
    };
    let preview = recategorise(true).await;
    assert_eq!(preview.count, 1);
    assert_eq!(
        (preview.edits[0].payee.as_str(), preview.edits[0].new_category.path()),
        ("Coffee Bar", "Treats")
    );
    assert_eq!(recategorise(false).await, preview);
    assert_eq!(recategorise(true).await.count, 0);
    let unknown = Selection::Ids(vec![domain::TransactionId::generate(operations.clock())]);
    let unknown = operations.recategorise_transactions(&ada, &unknown, "Treats", true).await;
    assert!(matches!(unknown, Err(OperationError::NotFound)));
}

#[tokio::test]
async fn a_split_transaction_stays_where_its_parts_are() {
    let (operations, ada) = (operations(), user("ada"));
    import(&operations, &ada, MARCH).await;
    let row = first(&operations, &ada).await;
    let splits = Some(vec![split("-10", "Food"), split("-2.50", "Gifts")]);
    operations
        .edit_transaction(&ada, row.id, TransactionPatch { splits, ..TransactionPatch::default() })
        .await
        .unwrap();
    let selection = Selection::Filter(Box::default());
    for preview in [true, false] {
        let plan = operations.recategorise_transactions(&ada, &selection, "Treats", preview).await.unwrap();
        assert_eq!((plan.count, plan.split), (1, 1));
    }
    let ledger = operations.ledger(&ada).await.unwrap();
    let spent = finance::group(&ledger, &TransactionFilter::default(), finance::GroupBy::Category);
    let mut labels: Vec<&str> = spent.iter().map(|group| group.label.as_str()).collect();
    labels.sort_unstable();
    assert_eq!(labels, ["Food", "Gifts", "Treats"]);
}

#[tokio::test]
async fn a_range_of_the_list_is_what_its_pages_hold() {
    let (operations, ada) = (operations(), user("ada"));
    let line =
        |row: usize| format!("2024-03-{:02},{} {row},-1.{row:02}", row % 28 + 1, ["Shop", "Cafe"][row % 2]);
    let lines: Vec<String> = (0..250).map(line).collect();
    import(&operations, &ada, &format!("Date,Payee,Amount\n{}\n", lines.join("\n"))).await;
    let cafes = TransactionFilter { text: Some("cafe".to_owned()), ..TransactionFilter::default() };
    for (filter, total) in [(TransactionFilter::default(), 250), (cafes, 125)] {
        let whole = operations
            .list_transactions(&ada, &filter, &storage::PageRequest::first(500))
            .await
            .unwrap()
            .items;
        for (offset, limit) in [(0, 100), (100, 20), (total - 5, 20), (total, 20), (9_999, 1)] {
            let range = operations.list_transaction_range(&ada, &filter, offset, limit).await.unwrap();
            let expected: Vec<_> = whole.iter().skip(offset).take(limit).cloned().collect();
            assert_eq!((range.total, range.rows), (total, expected), "{offset} {limit}");
        }
    }
    let foreign =
        operations.list_transaction_range(&user("eve"), &TransactionFilter::default(), 0, 9).await.unwrap();
    assert_eq!((foreign.total, foreign.rows.len()), (0, 0));
}

#[tokio::test]
async fn a_transfer_is_paired_and_unpaired_by_the_person() {
    let (operations, ada) = (operations(), user("ada"));
    import(&operations, &ada, "Date,Payee,Amount,Account\n2024-03-01,Moved,-80.00,Daily\n").await;
    import(&operations, &ada, "Date,Payee,Amount,Account\n2024-03-08,Landed,80.00,Nest egg\n").await;
    let ledger = operations.ledger(&ada).await.unwrap();
    let (out, into) = (ledger.transactions[0].id, ledger.transactions[1].id);
    let state = async |id| operations.get_transfer(&ada, id).await.unwrap();
    let first = state(out).await;
    assert_eq!(first.partner, None, "a week apart, nothing says so");
    assert_eq!(first.candidates.iter().map(|row| row.id).collect::<Vec<_>>(), [into]);

    operations.choose_transfer(&ada, out, Some(into)).await.unwrap();
    assert_eq!(state(out).await.partner.map(|row| row.id), Some(into));
    assert_eq!(state(into).await.partner.map(|row| row.id), Some(out));

    operations.choose_transfer(&ada, into, None).await.unwrap();
    let (refused, other) = (state(into).await, state(out).await);
    assert!(refused.is_refused && refused.partner.is_none(), "{refused:?}");
    assert!(!other.is_refused && other.partner.is_none(), "{other:?}");
    let foreign = operations.choose_transfer(&user("eve"), out, None).await;
    assert!(matches!(foreign, Err(OperationError::NotFound)));
}

#[tokio::test]
async fn money_changed_into_another_currency_is_a_transfer_that_the_person_pairs() {
    let (operations, ada) = (operations(), user("ada"));
    let rows = "Date,Payee,Amount,Currency,Account\n2024-03-04,Changed,-100.00,EUR,Euros\n";
    import(&operations, &ada, rows).await;
    let rows = "Date,Payee,Amount,Currency,Account\n2024-03-12,Back,100.00,EUR,Nest egg\n";
    import(&operations, &ada, rows).await;
    let rows = "Date,Payee,Amount,Currency,Account\n2024-03-04,Gift,12.00,USD,Dollars\n\
        2024-03-05,Landed,108.20,USD,Dollars\n2024-03-06,Lunch,-108.00,USD,Dollars\n\
        2024-03-20,Late,108.20,USD,Dollars\n";
    import(&operations, &ada, rows).await;
    let ledger = operations.ledger(&ada).await.unwrap();
    let id = |payee: &str| ledger.transactions.iter().find(|row| &*row.payee == payee).unwrap().id;
    let (out, into) = (id("Changed"), id("Landed"));
    let payees = |rows: &[Transaction]| rows.iter().map(|row| row.payee.to_string()).collect::<Vec<String>>();
    let state = async |id| operations.get_transfer(&ada, id).await.unwrap();

    let unrated = state(out).await;
    assert_eq!(unrated.partner, None, "amounts of two currencies are never paired without the person");
    assert_eq!(payees(&unrated.candidates), ["Back"]);
    assert_eq!(payees(&unrated.in_other_currencies), ["Gift", "Landed"]);

    let (from, to, rate) = ("EUR".to_owned(), "USD".to_owned(), "1.08".parse().unwrap());
    let draft = ExchangeRateDraft { date: date(2024, 3, 1), from, to, rate };
    operations.save_exchange_rate(&ada, &draft).await.unwrap();
    let rated = state(out).await;
    assert_eq!(payees(&rated.candidates), ["Back", "Landed"]);
    assert_eq!(payees(&rated.in_other_currencies), ["Gift"]);
    assert_eq!(payees(&state(into).await.candidates), ["Changed"]);

    let on = async |side, payee: &str| {
        let filter = TransactionFilter {
            side: Some(side),
            payee: Some(payee.to_owned()),
            ..TransactionFilter::default()
        };
        operations.count_transactions(&ada, &filter).await.unwrap().count
    };
    assert_eq!((on(Side::Spending, "Changed").await, on(Side::Income, "Landed").await), (1, 1));
    operations.choose_transfer(&ada, out, Some(into)).await.unwrap();
    assert_eq!((on(Side::Spending, "Changed").await, on(Side::Income, "Landed").await), (0, 0));
    for (half, other) in [(out, into), (into, out)] {
        let paired = state(half).await;
        assert_eq!(paired.partner.map(|row| row.id), Some(other));
        assert_eq!((paired.candidates, paired.in_other_currencies), (Vec::new(), Vec::new()));
    }
}

#[tokio::test]
async fn a_filter_lists_and_counts_the_parts_that_meet_it() {
    let (operations, ada) = (operations(), user("ada"));
    import(&operations, &ada, MARCH).await;
    let row = first(&operations, &ada).await;
    let splits = Some(vec![split("-10", "Food"), split("-2.50", "Gifts")]);
    let patch = TransactionPatch { splits, ..TransactionPatch::default() };
    operations.edit_transaction(&ada, row.id, patch).await.unwrap();
    let gifts =
        TransactionFilter { category: Some(Category::known("Gifts")), ..TransactionFilter::default() };
    let listed = operations.list_transactions(&ada, &gifts, &PageRequest::first(9)).await.unwrap();
    let counted = |it: &operations::ListedTransaction| it.counted.map(Money::to_decimal_string);
    assert_eq!((listed.items.len(), counted(&listed.items[0]).as_deref()), (1, Some("-2.50")));
    let count = operations.count_transactions(&ada, &gifts).await.unwrap();
    assert_eq!((count.count, count.sums[0].1.to_string()), (1, "-2.50".to_owned()));

    let everything = TransactionFilter::default();
    let mut page = PageRequest::first(1);
    let newest = operations.list_transactions(&ada, &everything, &page).await.unwrap();
    assert_eq!((&*newest.items[0].transaction.payee, counted(&newest.items[0])), ("Coffee Bar", None));
    page.cursor = newest.next_cursor;
    let oldest = operations.list_transactions(&ada, &everything, &page).await.unwrap();
    assert_eq!((oldest.items[0].transaction.id, oldest.next_cursor), (row.id, None));
    page.cursor = Some("1.2".to_owned());
    assert!(operations.list_transactions(&ada, &everything, &page).await.is_err());
}

use domain::{AccountId, ImportId, TransactionDetails};
use proptest::prelude::*;

use super::*;

prop_compose! {
    fn row()(
        ids in (any::<u128>(), 0u128..3, 0u128..3),
        days in -36_000i32..73_000,
        (mantissa, scale) in (-1_000_000_000_000_000i64..1_000_000_000_000_000, 0u32..9),
        is_euro in any::<bool>(),
        (payee, description) in ("[A-c]{0,2}", ".{0,3}"),
        category in "[A-C]{1,2}",
        is_statement in any::<bool>(),
        external_id in prop::option::of(".{0,3}"),
        line in any::<u32>(),
        note in prop::option::of(".{0,5}"),
    ) -> Transaction {
        let (id, account, import) = ids;
        let currency = if is_euro { Currency::EUR } else { Currency::USD };
        Transaction {
            id: Uuid::from_u128(id).into(),
            account_id: AccountId::from(Uuid::from_u128(account)),
            import_id: ImportId::from(Uuid::from_u128(import)),
            date: EPOCH.checked_add(Span::new().days(days)).unwrap(),
            amount: Money::new(Decimal::new(mantissa, scale), currency).unwrap(),
            payee: payee.into(),
            description: description.into(),
            category: Category::new(&category).unwrap(),
            category_source: if is_statement { CategorySource::Statement } else { CategorySource::PersonRule },
            external_id,
            line,
            details: note.map(|note| Box::new(TransactionDetails { note, ..TransactionDetails::default() })),
        }
    }
}

proptest! {
    #[test]
    fn rows_come_out_of_a_pack_as_they_went_in(rows in prop::collection::vec(row(), 0..20)) {
        let mut unpacked = Vec::new();
        let bytes = pack(&rows).unwrap();
        prop_assert_eq!(unpack(&bytes, &mut unpacked), Some(()));
        prop_assert_eq!(&unpacked, &rows);
        // Equal amounts may be written differently.
        let scales = |rows: &[Transaction]| rows.iter().map(|row| row.amount.amount().scale()).collect::<Vec<_>>();
        prop_assert_eq!(scales(&unpacked), scales(&rows));
    }

    #[test]
    fn a_pack_that_is_cut_short_or_damaged_is_none_or_other_rows(
        rows in prop::collection::vec(row(), 1..4),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut bytes = pack(&rows).unwrap();
        let at = at.index(bytes.len());
        prop_assert_eq!(unpack(&bytes[..at], &mut Vec::new()), None);
        bytes[at] = byte;
        let _ = unpack(&bytes, &mut Vec::new());
        bytes[0] = FORMAT + 1;
        prop_assert_eq!(unpack(&bytes, &mut Vec::new()), None);
    }
}

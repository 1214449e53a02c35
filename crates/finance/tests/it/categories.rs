use domain::{AccountKind, Category, CategorySource};
use finance::{RowFacts, categories, categorise, clean_payee, find_category, statement_category};
use proptest::prelude::*;
use rust_decimal::Decimal;

fn facts(payee: &str, cents: i64) -> RowFacts<'_> {
    RowFacts {
        payee,
        description: "",
        amount: Decimal::new(cents, 2),
        statement_category: None,
        account_kind: AccountKind::Checking,
    }
}

fn by_rules(raw: &str, cents: i64) -> String {
    let payee = clean_payee(raw);
    let (category, source) = categorise(&RowFacts { description: raw, ..facts(&payee, cents) });
    assert_eq!(source, CategorySource::Rule);
    category.path().to_owned()
}

fn on_card(payee: &str, cents: i64) -> String {
    let (category, _) =
        categorise(&RowFacts { account_kind: AccountKind::CreditCard, ..facts(payee, cents) });
    category.path().to_owned()
}

#[test]
fn everyday_payees_are_known_by_their_words() {
    for (payee, path) in [
        ("HARBOUR BAKERY 0042", "Food:Groceries"),
        ("Supermercado Sol", "Food:Groceries"),
        ("LUIGIS TRATTORIA", "Food:Restaurants"),
        ("SQ *THE CORNER CAFE", "Food:Coffee"),
        ("Löwen-Apotheke", "Health:Pharmacy"),
        ("Sonnenapotheke Bonn", "Health:Pharmacy"),
        ("Haftpflichtversicherung 2024", "Insurance:Other insurance"),
        ("Stadtwerke Musterstadt", "Utilities:Electricity"),
        ("SPRINGFIELD WATER DEPT", "Utilities:Water"),
        ("NORTHSIDE RENT-A-CAR", "Travel:Car rental"),
        ("Northside Rent", "Housing:Rent"),
        ("EXAMPLE AIRWAYS 0161234567", "Travel:Flights"),
        ("HOTEL EXAMPLE", "Travel:Hotels"),
        ("CITY PARKING GARAGE", "Transport:Parking & tolls"),
        ("EXAMPLE GYM MONTHLY", "Health:Fitness"),
        ("ATM 0042 MAIN ST", "Cash withdrawals"),
        ("ATM FEE", "Fees:ATM fees"),
        ("MONTHLY SERVICE CHARGE", "Fees:Bank fees"),
        ("INTEREST CHARGE ON PURCHASES", "Fees:Interest paid"),
        ("Transfer to savings 1234", "Transfer:Savings"),
        ("ONLINE TRANSFER TO CHK 1234", "Transfer"),
        ("CREDIT CARD PAYMENT", "Transfer:Card payment"),
        ("Umbuchung Tagesgeld", "Transfer"),
    ] {
        assert_eq!(by_rules(payee, -10_00), path, "{payee}");
    }
}

#[test]
fn money_in_is_income_where_a_rule_or_nothing_says_otherwise() {
    for (payee, path) in [
        ("ACME WORKS PAYROLL", "Income:Salary"),
        ("Gehalt Muster GmbH", "Income:Salary"),
        ("INTEREST PAYMENT", "Income:Interest"),
        ("QUARTERLY DIVIDEND", "Income:Dividends"),
        ("STATE TAX REFUND", "Income:Tax refund"),
        ("Jane Example", "Income:Other"),
        ("Jane Example Refund", "Uncategorised"),
        ("RÜCKERSTATTUNG JANE EXAMPLE", "Uncategorised"),
        ("HARBOUR BAKERY", "Food:Groceries"),
        ("Transfer from savings", "Transfer:Savings"),
    ] {
        assert_eq!(by_rules(payee, 10_00), path, "{payee}");
    }
}

#[test]
fn unknown_money_out_is_uncategorised() {
    for payee in ["Jane Example", "REF 789456123", "WIRE TRANSFER OUT", "PAYROLL GMBH", ""] {
        assert_eq!(by_rules(payee, -10_00), "Uncategorised", "{payee}");
    }
}

#[test]
fn what_comes_onto_a_card_is_a_payment_or_a_refund_never_income() {
    assert_eq!(on_card("AUTOMATIC PAYMENT - THANK YOU", 120_00), "Transfer:Card payment");
    assert_eq!(on_card("Payment received", 120_00), "Transfer:Card payment");
    assert_eq!(on_card("Harbour Bakery", 4_00), "Food:Groceries");
    assert_eq!(on_card("Cashback bonus", 4_00), "Income:Cashback");
    assert_eq!(on_card("Jane Example", 4_00), "Uncategorised");
}

#[test]
fn the_description_tells_where_the_payee_does_not() {
    let payroll = RowFacts { description: "Payroll", ..facts("Some Company", 900_00) };
    assert_eq!(categorise(&payroll).0.path(), "Income:Salary");
    let shop = RowFacts { description: "thank you for the rent of a van", ..facts("Corner Bakery", -9_00) };
    assert_eq!(categorise(&shop).0.path(), "Food:Groceries");
}

#[test]
fn the_file_s_own_category_wins_over_the_rules() {
    let row = RowFacts { statement_category: Some("Gifts"), ..facts("Corner Bakery", -9_00) };
    assert_eq!(categorise(&row), (Category::known("Giving:Gifts"), CategorySource::Statement));
    let row = RowFacts { statement_category: Some("Uncategorized"), ..facts("Corner Bakery", -9_00) };
    assert_eq!(categorise(&row), (Category::known("Food:Groceries"), CategorySource::Rule));
}

#[test]
fn our_own_paths_are_read_back_as_they_are() {
    for category in categories() {
        for amount in [Decimal::ONE, Decimal::NEGATIVE_ONE] {
            assert_eq!(statement_category(category.path(), amount).as_ref(), Some(category));
        }
    }
}

proptest! {
    #[test]
    fn any_row_gets_a_valid_category(payee in "\\PC{0,40}", description in "\\PC{0,40}", cents in -500i64..500, kind in 0usize..4) {
        let account_kind =
            [AccountKind::Checking, AccountKind::CreditCard, AccountKind::Loan, AccountKind::Investment][kind];
        let (category, _) = categorise(&RowFacts { description: &description, account_kind, ..facts(&payee, cents) });
        prop_assert_eq!(Category::new(category.path()), Ok(category.clone()));
    }

    #[test]
    fn any_words_of_a_question_are_taken(words in "\\PC{0,60}") {
        if let Some(category) = find_category(&words) {
            prop_assert!(Category::new(category.path()).is_ok());
        }
    }
}

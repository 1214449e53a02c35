use domain::{
    Category, CategorySource, Currency, Rule, RuleCondition, Side, Transaction, TransactionDetails,
};
use finance::rules::{RuleFacts, RuleSet, plan, suggest};
use jiff::{Timestamp, civil::date};
use proptest::prelude::*;

use crate::ledgers::{account, any_ledger, row};

fn rule(number: u32, conditions: Vec<RuleCondition>, category: &str) -> Rule {
    Rule {
        id: format!("00000000-0000-7000-8000-{number:012}").parse().unwrap(),
        position: number,
        conditions,
        category: Category::new(category).unwrap(),
        payee: None,
    }
}

fn payee_is(text: &str) -> RuleCondition {
    RuleCondition::PayeeIs { text: text.to_owned() }
}

fn contains(text: &str) -> RuleCondition {
    RuleCondition::PayeeContains { text: text.to_owned() }
}

fn shop(number: u64, cents: i64, payee: &str) -> Transaction {
    row(number, &account(1, "Checking", Currency::EUR), date(2024, 3, 1), cents, payee, "Uncategorised")
}

#[test]
fn every_condition_must_be_true() {
    let mut bought = shop(1, -12_50, "Émile & Co");
    bought.description = "Card payment at KÖLN".into();
    bought.details = Some(Box::new(TransactionDetails { mcc: Some(5411), ..TransactionDetails::default() }));
    let amount = |text: &str| text.parse().unwrap();
    for (condition, expected) in [
        (payee_is("ÉMILE & CO"), true),
        (payee_is("émile"), false),
        (contains("mile &"), true),
        (contains("köln"), false),
        (RuleCondition::TextContains { text: "Köln".to_owned() }, true),
        (RuleCondition::TextContains { text: "émile".to_owned() }, true),
        (RuleCondition::AmountAtLeast { amount: amount("12.50") }, true),
        (RuleCondition::AmountAtLeast { amount: amount("12.51") }, false),
        (RuleCondition::AmountAtMost { amount: amount("12.5") }, true),
        (RuleCondition::AmountAtMost { amount: amount("12.49") }, false),
        (RuleCondition::SideIs { side: Side::Spending }, true),
        (RuleCondition::SideIs { side: Side::Income }, false),
        (RuleCondition::AccountIs { account_id: bought.account_id }, true),
        (RuleCondition::AccountIs { account_id: account(2, "Other", Currency::EUR).id }, false),
        (RuleCondition::MccIs { code: 5411 }, true),
        (RuleCondition::MccIs { code: 5412 }, false),
    ] {
        let alone = [rule(1, vec![condition.clone()], "Food")];
        let with_another = [rule(1, vec![contains("co"), condition.clone()], "Food")];
        for rules in [&alone, &with_another] {
            let decided = RuleSet::new(rules).decide(&RuleFacts::from(&bought)).is_some();
            assert_eq!(decided, expected, "{condition:?}");
        }
    }
}

#[test]
fn a_rule_that_gives_a_name_knows_its_own_work_again() {
    let mut named = rule(1, vec![contains("blue bot")], "Food:Coffee");
    named.payee = Some("Corner Café".to_owned());
    let rules = [named, rule(2, vec![contains("corner")], "Gifts")];
    let mut rows = vec![shop(1, -4_00, "BLUE BOTTLE 0123")];
    let planned = plan(&rules, &rows);
    assert_eq!((planned.len(), planned[0].payee()), (1, "Corner Café"));
    rows[0].apply_rule(&rules[0].category, rules[0].payee.as_deref(), Timestamp::UNIX_EPOCH);
    assert_eq!((&*rows[0].payee, rows[0].booked_payee()), ("Corner Café", "BLUE BOTTLE 0123"));
    assert_eq!(plan(&rules, &rows), []);
}

#[test]
fn a_suggestion_needs_two_equal_corrections_and_no_other() {
    let corrected = |number, payee: &str, category: &str| {
        let mut row = shop(number, -1_00, payee);
        row.category = Category::new(category).unwrap();
        row.category_source = CategorySource::Person;
        row
    };
    let mut rows = vec![
        corrected(1, "Kiosk", "Leisure"),
        corrected(2, "KIOSK", "Leisure"),
        shop(3, -1_00, "kiosk"),
        shop(4, -1_00, "Kiosk am Eck"),
        corrected(5, "Market", "Food"),
        corrected(6, "Bakery", "Food"),
        corrected(7, "Bakery", "Gifts"),
    ];
    let suggested = suggest(&[], &rows);
    assert_eq!(suggested.len(), 1);
    assert_eq!((suggested[0].payee.as_str(), suggested[0].category.path()), ("KIOSK", "Leisure"));
    assert_eq!(
        (suggested[0].evidence.as_slice(), suggested[0].would_change),
        (&[rows[0].id, rows[1].id][..], 1)
    );
    assert_eq!(suggest(&[rule(1, vec![payee_is("kiosk")], "Leisure")], &rows), [], "a rule says so already");
    rows.push(corrected(8, "kiosk", "Food"));
    assert_eq!(suggest(&[], &rows), [], "there is a counter-example");
}

fn any_condition() -> impl Strategy<Value = RuleCondition> {
    prop_oneof![
        prop_oneof![Just("kiosk"), Just("STRASSE"), Just("émile & co")].prop_map(payee_is),
        prop_oneof![Just("k"), Just("mark"), Just("& CO")].prop_map(contains),
        (0..500_i64).prop_map(|amount| RuleCondition::AmountAtLeast { amount: amount.into() }),
        Just(RuleCondition::SideIs { side: Side::Spending }),
    ]
}

proptest! {
    #[test]
    fn the_first_rule_that_fits_decides_and_what_was_applied_stays(
        ledger in any_ledger(),
        conditions in prop::collection::vec(prop::collection::vec(any_condition(), 1..3), 0..6),
    ) {
        let rules: Vec<Rule> = (1..)
            .zip(conditions)
            .map(|(number, conditions)| rule(number, conditions, &format!("Rule:{number}")))
            .collect();
        let set = RuleSet::new(&rules);
        let mut rows = ledger.transactions;
        for row in &mut rows {
            let alone = |rule: &&Rule| RuleSet::new(std::slice::from_ref(*rule)).decide(&RuleFacts::from(&*row)).is_some();
            let decided = set.decide(&RuleFacts::from(&*row));
            prop_assert_eq!(decided, rules.iter().find(alone));
            if let Some(rule) = decided {
                row.apply_rule(&rule.category, rule.payee.as_deref(), Timestamp::UNIX_EPOCH);
            }
        }
        prop_assert_eq!(plan(&rules, &rows), []);
    }

    #[test]
    fn a_persons_choice_is_never_planned_to_change(ledger in any_ledger()) {
        let rules = [rule(1, vec![contains("")], "Everything")];
        let mut rows = ledger.transactions;
        for (row, number) in rows.iter_mut().zip(0..) {
            if number % 2 == 0 {
                row.category_source = CategorySource::Person;
            }
        }
        // Of a split one the parts have the categories.
        let is_split = |row: &&Transaction| row.details.as_ref().is_some_and(|details| !details.splits.is_empty());
        let expected = rows.iter().filter(|row| row.category_source != CategorySource::Person && !is_split(row));
        prop_assert_eq!(plan(&rules, &rows).len(), expected.count());
    }
}

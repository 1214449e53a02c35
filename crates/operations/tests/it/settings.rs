use domain::{CategorySource, RuleCondition, SettingId, UserId};
use jiff::civil::date;
use operations::{BudgetDraft, ExchangeRateDraft, OperationError, Operations, RuleDraft};
use serde_json::json;

use crate::{imports::import, operations, user};

const MARCH: &str = "Date,Payee,Amount\n\
    2024-03-01,Corner Shop,-12.50\n\
    2024-03-02,Coffee Bar,-3.20\n\
    2024-03-03,Coffee Bar,-4.20\n\
    2024-03-04,Coffee Bar,-5.20\n\
    2024-03-15,Employer Payroll,2000.00\n";

/// The fields that were refused.
fn fields<T: std::fmt::Debug>(outcome: Result<T, OperationError>) -> Vec<String> {
    match outcome {
        Err(OperationError::Invalid(errors)) => errors.into_iter().map(|error| error.field).collect(),
        other => panic!("{other:?} is no refusal of fields"),
    }
}

fn budget(category: &str, amount: &str) -> BudgetDraft {
    BudgetDraft {
        category: Some(category.to_owned()),
        amount: Some(amount.parse().unwrap()),
        ..BudgetDraft::default()
    }
}

fn contains(text: &str, category: &str) -> RuleDraft {
    let conditions = vec![RuleCondition::PayeeContains { text: text.to_owned() }];
    RuleDraft { conditions: Some(conditions), category: Some(category.to_owned()), ..RuleDraft::default() }
}

async fn categories(operations: &Operations, ada: &UserId) -> Vec<(String, String)> {
    let ledger = operations.ledger(ada).await.unwrap();
    let rows = ledger.transactions.iter();
    rows.map(|row| (row.payee.to_string(), row.category.path().to_owned())).collect()
}

#[tokio::test]
async fn a_budget_starts_this_month_in_the_profiles_currency() {
    let (operations, ada) = (operations(), user("ada"));
    operations.patch_profile(&ada, &json!({ "base_currency": "EUR" })).await.unwrap();
    let made = operations.create_budget(&ada.clone().into(), &budget("Food", "400"), None).await.unwrap();
    assert_eq!((made.from, made.amount.to_string()), (date(2024, 3, 1), "400.00 EUR".to_owned()));
    let until = BudgetDraft { until: Some(Some("2024-06".to_owned())), ..BudgetDraft::default() };
    let changed = operations.update_budget(&ada, made.id, &until).await.unwrap();
    assert_eq!((changed.until, changed.amount), (Some(date(2024, 6, 1)), made.amount));
    let june = operations.budgets_in_month(&ada.clone().into(), "2024-06").await.unwrap();
    assert_eq!(june.into_iter().map(|status| status.budget).collect::<Vec<_>>(), [changed]);
    assert_eq!(operations.budgets_in_month(&ada.clone().into(), "2024-07-31").await.unwrap(), []);
    let foreign = operations.delete_budget(&user("eve"), made.id).await;
    assert!(matches!(foreign, Err(OperationError::NotFound)));
    operations.delete_budget(&ada, made.id).await.unwrap();
    assert_eq!(operations.list_budgets(&ada).await.unwrap(), []);
}

#[tokio::test]
async fn a_budget_without_a_currency_is_in_that_of_the_accounts() {
    let (operations, ada) = (operations(), user("ada"));
    let euros = "Date,Payee,Amount,Currency\n2024-03-01,Corner Shop,-12.50,EUR\n2024-03-02,Bar,-3.20,EUR\n";
    import(&operations, &ada, euros).await;
    let made = operations.create_budget(&ada.clone().into(), &budget("Food", "400"), None).await.unwrap();
    assert_eq!(made.amount.to_string(), "400.00 EUR");
    let previews = [
        ("set_budget", json!({ "category": "Leisure", "amount": "30" })),
        ("set_goal", json!({ "name": "House", "target_amount": "30" })),
    ];
    for (tool, input) in previews {
        let preview = operations.preview_tool_write(&ada, tool, &input).await.unwrap();
        assert!(preview.contains(" EUR"), "{preview}");
    }
}

#[tokio::test]
async fn a_budget_that_is_none_names_its_field() {
    let (operations, ada) = (operations(), user("ada"));
    let create = async |draft: BudgetDraft| operations.create_budget(&ada.clone().into(), &draft, None).await;
    let month = |text: &str| Some(text.to_owned());
    assert_eq!(fields(create(budget("Income:Salary", "1")).await), ["category"]);
    assert_eq!(fields(create(budget("Food", "0")).await), ["amount"]);
    assert_eq!(
        fields(create(BudgetDraft { category: month("Food"), ..BudgetDraft::default() }).await),
        ["amount"]
    );
    assert_eq!(fields(create(BudgetDraft { from: month("March"), ..budget("Food", "1") }).await), ["from"]);
    let ended = BudgetDraft { until: Some(month("2024-02")), ..budget("Food", "1") };
    assert_eq!(fields(create(ended).await), ["until"]);
    let key = Some(SettingId::generate(operations.clock()));
    operations.create_budget(&ada.clone().into(), &budget("Food", "1"), key).await.unwrap();
    assert_eq!(fields(create(budget("Food", "2")).await), ["category"]);
    let repeated = operations.create_budget(&ada.clone().into(), &budget("Gifts", "1"), key).await;
    assert!(matches!(repeated, Err(OperationError::AlreadyDone)));
}

#[tokio::test]
async fn the_first_rule_that_fits_decides_an_import() {
    let (operations, ada) = (operations(), user("ada"));
    let coffee = operations.create_rule(&ada, &contains("coffee", "Treats:Coffee"), None).await.unwrap();
    let mut bar = contains("BAR", "Leisure");
    bar.payee = Some(Some("The Bar".to_owned()));
    let bar = operations.create_rule(&ada, &bar, None).await.unwrap();
    assert_eq!((coffee.position, bar.position), (1, 2));
    let first = RuleDraft { position: Some(1), ..RuleDraft::default() };
    operations.update_rule(&ada, bar.id, &first).await.unwrap();
    import(&operations, &ada, MARCH).await;
    let found = categories(&operations, &ada).await;
    assert_eq!(found[1], ("The Bar".to_owned(), "Leisure".to_owned()));
    let ledger = operations.ledger(&ada).await.unwrap();
    assert_eq!(ledger.transactions[1].category_source, CategorySource::PersonRule);
    let again = import(&operations, &ada, MARCH).await;
    assert_eq!((again.imported, again.duplicates), (0, 5), "a row is known by the name it came with");
}

#[tokio::test]
async fn rules_are_tried_on_the_past_and_applied_to_it_as_one_change() {
    let (operations, ada) = (operations(), user("ada"));
    import(&operations, &ada, MARCH).await;
    let chosen = operations.ledger(&ada).await.unwrap().transactions[1].id;
    operations.categorise_transactions(&ada, &[chosen], "Gifts").await.unwrap();
    let draft = contains("coffee", "Treats:Coffee");
    let tested = operations.test_rules(&ada, &draft).await.unwrap();
    assert_eq!(tested.count, 2, "not the one that the person chose");
    operations.create_rule(&ada, &draft, None).await.unwrap();
    let before = categories(&operations, &ada).await;
    let preview = operations.apply_rules(&ada, true).await.unwrap();
    assert_eq!(preview, tested);
    assert_eq!(categories(&operations, &ada).await, before);
    assert_eq!(operations.apply_rules(&ada, false).await.unwrap(), preview);
    let after = categories(&operations, &ada).await;
    assert_eq!(after.iter().filter(|(_, category)| category == "Treats:Coffee").count(), 2);
    assert_eq!(after[1].1, "Gifts");
    assert_eq!(operations.apply_rules(&ada, false).await.unwrap().count, 0);
}

#[tokio::test]
async fn two_equal_corrections_suggest_a_rule() {
    let (operations, ada) = (operations(), user("ada"));
    import(&operations, &ada, MARCH).await;
    let ids: Vec<_> = operations.ledger(&ada).await.unwrap().transactions.iter().map(|row| row.id).collect();
    operations.categorise_transactions(&ada, &ids[1..3], "Food:Treats").await.unwrap();
    let suggested = operations.suggest_rules(&ada).await.unwrap();
    assert_eq!(suggested.len(), 1);
    assert_eq!((suggested[0].payee.as_str(), suggested[0].would_change), ("Coffee Bar", 1));
    assert_eq!(suggested[0].evidence, ids[1..3]);
    operations.categorise_transactions(&ada, &ids[3..4], "Gifts").await.unwrap();
    assert_eq!(operations.suggest_rules(&ada).await.unwrap(), [], "there is a counter-example");
}

#[tokio::test]
async fn a_rule_that_is_none_names_its_field() {
    let (operations, ada) = (operations(), user("ada"));
    let create = async |draft: RuleDraft| operations.create_rule(&ada, &draft, None).await;
    assert_eq!(fields(create(RuleDraft::default()).await), ["conditions"]);
    assert_eq!(fields(create(contains(" ", "Food")).await), ["conditions.0.text"]);
    assert_eq!(fields(create(contains("coffee", "")).await), ["category"]);
    let unknown =
        operations.update_rule(&ada, SettingId::generate(operations.clock()), &RuleDraft::default()).await;
    assert!(matches!(unknown, Err(OperationError::NotFound)));
}

#[tokio::test]
async fn a_goal_is_added_changed_and_removed_by_its_name() {
    let (operations, ada) = (operations(), user("ada"));
    let body = json!({ "name": "House", "target_amount": 50000, "saved_amount": "1200.50" });
    let goal = operations.add_goal(&ada, &body).await.unwrap();
    assert_eq!((goal.priority, goal.saved_amount), (3, Some("1200.50".parse().unwrap())));
    assert_eq!(
        fields(operations.add_goal(&ada, &json!({ "name": "house", "target_amount": 1 })).await),
        ["name"]
    );
    assert_eq!(fields(operations.add_goal(&ada, &json!({ "name": "Car" })).await), ["target_amount"]);
    assert_eq!(fields(operations.add_goal(&ada, &json!({ "nome": "Car" })).await), ["nome"]);
    let unknown = json!({ "account_id": "01930000-0000-7000-8000-000000000001" });
    assert_eq!(fields(operations.update_goal(&ada, "House", &unknown).await), ["account_id"]);
    let patch = json!({ "target_date": "2030-01-01", "saved_amount": null });
    let changed = operations.update_goal(&ada, "HOUSE", &patch).await.unwrap();
    assert_eq!((changed.target_date, changed.saved_amount), (Some(date(2030, 1, 1)), None));
    assert_eq!(operations.list_goals(&ada).await.unwrap(), [changed]);
    operations.remove_goal(&ada, "House").await.unwrap();
    assert!(matches!(operations.remove_goal(&ada, "House").await, Err(OperationError::NotFound)));
}

#[tokio::test]
async fn rates_come_one_by_one_or_as_a_csv_and_the_newest_of_a_day_stays() {
    let (operations, ada) = (operations(), user("ada"));
    let rate = |to: &str, rate: &str| ExchangeRateDraft {
        date: date(2024, 3, 1),
        from: "EUR".to_owned(),
        to: to.to_owned(),
        rate: rate.parse().unwrap(),
    };
    let first = operations.save_exchange_rate(&ada, &rate("USD", "1.08")).await.unwrap();
    let csv = "date,from,to,rate\r\n2024-03-01,EUR,USD,1.0845\r\n2024-03-02,\"EUR\",usd,1.0850\n\n";
    assert_eq!(operations.import_exchange_rates(&ada, csv.as_bytes()).await.unwrap(), 2);
    let listed = operations.list_exchange_rates(&ada).await.unwrap();
    assert_eq!((listed.len(), listed[0].id, listed[0].rate), (2, first.id, "1.0845".parse().unwrap()));
    assert_eq!(fields(operations.save_exchange_rate(&ada, &rate("EUR", "1")).await), ["to"]);
    assert_eq!(fields(operations.save_exchange_rate(&ada, &rate("USD", "0")).await), ["rate"]);
    let broken = "date,from,to,rate\n2024-03-03,EUR,USD,1.1\n2024-03-04,EUR,XXY,1.1\n";
    let refused = operations.import_exchange_rates(&ada, broken.as_bytes()).await;
    assert!(refused.unwrap_err().to_string().contains("line 3"));
    assert_eq!(operations.list_exchange_rates(&ada).await.unwrap(), listed, "all or none");
    operations.delete_exchange_rate(&ada, first.id).await.unwrap();
    assert_eq!(operations.list_exchange_rates(&ada).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_corrected_mapping_is_used_for_the_next_file_of_its_header() {
    let (operations, ada) = (operations(), user("ada"));
    // The second of January or the first of February: only a person knows.
    let file = |day: &str| format!("Date,Payee,Amount\n{day}/2024,Shop,-1.00\n");
    let mut upload = crate::imports::upload(&operations, &file("02/01"));
    let preview = operations.preview_import(&ada, upload.clone()).await.unwrap();
    let mut mapping = preview.statement.csv.unwrap().mapping;
    mapping.date_order = match mapping.date_order {
        domain::DateOrder::DayMonthYear => domain::DateOrder::MonthDayYear,
        _ => domain::DateOrder::DayMonthYear,
    };
    std::sync::Arc::get_mut(&mut upload).unwrap().mapping = Some(mapping.clone());
    operations.commit_import(&ada, upload).await.unwrap();
    let next = crate::imports::upload(&operations, &file("03/04"));
    let preview = operations.preview_import(&ada, next.clone()).await.unwrap();
    assert_eq!(preview.statement.csv.unwrap().mapping, mapping);
    let lower = format!("Account,main\nPrinted,today\n\n{}", file("03/04"));
    let lower = crate::imports::upload(&operations, &lower);
    let preview = operations.preview_import(&ada, lower).await.unwrap();
    let found = preview.statement.csv.unwrap().mapping;
    assert_eq!(
        (found.header_line, found.date_order),
        (Some(4), mapping.date_order),
        "the header stands lower"
    );
    let others = operations.preview_import(&user("eve"), next).await.unwrap();
    assert_ne!(others.statement.csv.unwrap().mapping, mapping);
    assert_eq!(operations.settings(&ada).await.unwrap().csv_mappings.len(), 1);
    let [remembered] = &operations.list_csv_mappings(&ada).await.unwrap()[..] else { panic!("one") };
    assert_eq!(remembered.header, "date|payee|amount");
    let foreign = operations.delete_csv_mapping(&user("eve"), remembered.id).await;
    assert!(matches!(foreign, Err(OperationError::NotFound)));
    operations.delete_csv_mapping(&ada, remembered.id).await.unwrap();
    assert_eq!(operations.list_csv_mappings(&ada).await.unwrap(), []);
}

#[tokio::test]
async fn files_without_a_header_are_known_by_what_their_columns_hold() {
    let (operations, ada) = (operations(), user("ada"));
    let file = |day: &str, fee: &str| format!("{day}/2024,Shop,-1.00,{fee}\n{day}/2024,Cafe,-2.50,{fee}\n");
    let read = async |text: &str| {
        let upload = crate::imports::upload(&operations, text);
        operations.preview_import(&ada, upload).await.unwrap().statement.csv.unwrap().mapping
    };
    let first = file("02/01", "0.10");
    let mut mapping = read(&first).await;
    assert_eq!(mapping.header_line, None);
    mapping.date_order = match mapping.date_order {
        domain::DateOrder::DayMonthYear => domain::DateOrder::MonthDayYear,
        _ => domain::DateOrder::DayMonthYear,
    };
    let mut upload = crate::imports::upload(&operations, &first);
    std::sync::Arc::get_mut(&mut upload).unwrap().mapping = Some(mapping.clone());
    operations.commit_import(&ada, upload).await.unwrap();
    let [remembered] = &operations.list_csv_mappings(&ada).await.unwrap()[..] else { panic!("one") };
    assert_eq!(remembered.header, "column 1 (date)|column 2 (text)|column 3 (number)|column 4 (number)");
    assert_eq!(read(&file("03/04", "0.20")).await, mapping);
    assert_eq!(read(&file("05/06", "")).await, mapping, "a column that is empty this time");
    let other = "02/01/2024,-1.00,Shop,7\n02/01/2024,-2.50,Cafe,8\n";
    assert_ne!(read(other).await.amount, mapping.amount, "another bank's");
}

//! Debian's hledger, asked with the command of a figure, says the figure.

use std::{collections::BTreeMap, path::Path, process::Command, sync::Arc};

use assistant::Toolbox;
use domain::{
    AccountKind, Budget, Currency, FinancialGoal, Ledger, Money, Profile, Split, TransactionDetails,
    TransactionFilter,
};
use finance::export::{ExportFormat, export};
use jiff::{
    ToSpan,
    civil::{Date, Weekday, date},
};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::ledgers::{account, ledger, row};

/// Figures by the command that reproduces them.
fn figures(toolbox: &Toolbox, calls: &[(&str, Value)]) -> BTreeMap<String, Decimal> {
    let mut found = BTreeMap::new();
    for (tool, input) in calls {
        let Ok(output) = toolbox.run(tool, input) else { continue };
        for figure in output.figures {
            if let Some(command) = figure.proof.command {
                let known = found.insert(command.clone(), figure.value);
                assert!(known.is_none_or(|known| known == figure.value), "{command}");
            }
        }
    }
    found
}

/// The first word of the last line; what hledger leaves empty is nothing.
fn told(output: &str) -> Decimal {
    let last = output.trim_end().lines().last().unwrap_or("0").trim();
    let word = last.split(' ').next().filter(|word| !word.is_empty()).unwrap_or("0");
    word.parse().unwrap_or_else(|_| panic!("{output}"))
}

/// Runs every command in the folder of the exported journal, all in one shell, and compares.
fn compare(name: &str, ledger: &Ledger, figures: &BTreeMap<String, Decimal>) {
    let folder = std::env::temp_dir().join(format!("lakeledger-proof-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut journal = String::new();
    export(ledger, &TransactionFilter::default(), ExportFormat::Hledger, &mut journal).unwrap();
    std::fs::write(folder.join("lakeledger.journal"), journal).unwrap();
    let check = run(&folder, "hledger -f lakeledger.journal check accounts commodities");
    assert_eq!(check, "");
    let commands: Vec<&str> = figures.keys().map(String::as_str).collect();
    std::thread::scope(|scope| {
        for part in commands.chunks(commands.len().div_ceil(2).max(1)) {
            let folder = &folder;
            scope.spawn(move || {
                for command in part {
                    let output = run(folder, command);
                    assert_eq!(told(&output), figures[*command], "{command}\n{output}");
                }
            });
        }
    });
    std::fs::remove_dir_all(&folder).unwrap();
}

fn run(folder: &Path, command: &str) -> String {
    let output = Command::new("sh").arg("-c").arg(command).current_dir(folder).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.is_empty(), "{command}\n{error}");
    String::from_utf8(output.stdout).unwrap()
}

/// The household with a split row, a refund in it, a row that is pending, and a payee that is no plain word.
fn household() -> Arc<Ledger> {
    let mut ledger = Ledger::clone(&crate::household::ledger());
    let split = |cents: i64, category: &str| Split {
        amount: Money::new(Decimal::new(cents, 2), "USD".parse().unwrap()).unwrap(),
        category: domain::Category::new(category).unwrap(),
        note: String::new(),
    };
    let rows = &mut *ledger.transactions;
    let pixel = rows.iter_mut().find(|row| &*row.payee == "Pixel Electronics").unwrap();
    pixel.details = Some(Box::new(TransactionDetails {
        splits: vec![split(-80_000, "Shopping:Electronics"), split(-9_900, "Food:Groceries")],
        ..TransactionDetails::default()
    }));
    let power = rows.iter_mut().rev().find(|row| &*row.payee == "City Power").unwrap();
    power.payee = "Smith & Sons; Co".into();
    let cup = rows.iter_mut().rev().find(|row| &*row.payee == "Blue Cup").unwrap();
    cup.details = Some(Box::new(TransactionDetails { is_pending: true, ..TransactionDetails::default() }));
    Arc::new(ledger)
}

/// Calls with the names of the household.
fn household_calls() -> Vec<(&'static str, Value)> {
    let mut calls: Vec<(&str, Value)> = Vec::new();
    let scopes = [
        json!({}),
        json!({ "period": "2023" }),
        json!({ "period": "March 2024" }),
        json!({ "category": "Groceries" }),
        json!({ "category": "Food", "period": "Q1 2024" }),
        json!({ "payee": "Green Grocer" }),
        json!({ "payee": "Own Savings" }),
        json!({ "account": "visa", "period": "2024" }),
        json!({ "account": "savings" }),
        json!({ "text": "corner", "period": "2023" }),
        json!({ "text": "smith & sons" }),
        json!({ "text": "sons; co" }),
        json!({ "without": ["Rent"], "period": "2023" }),
        json!({ "without": ["refunds", "Kin Thai", "Euro Account"] }),
        json!({ "min": "45", "period": "2024" }),
        json!({ "above": "30", "below": "900" }),
        json!({ "weekdays": ["saturday", "sunday"], "period": "2023" }),
        json!({ "weekdays": ["friday"], "category": "Food", "without": ["Kin Thai", "refunds"] }),
        json!({ "weekdays": ["monday"], "account": "visa" }),
    ];
    for scope in &scopes {
        for (tool, own) in [
            ("spending", json!({})),
            ("income", json!({})),
            ("average", json!({ "per": "month" })),
            ("average", json!({ "per": "week" })),
            ("share", json!({})),
            ("top_payees", json!({ "n": 2 })),
            ("top_categories", json!({ "n": 2 })),
            ("top_payees", json!({ "headline": "number" })),
            ("usual", json!({ "period": "March 2024" })),
            ("largest_transactions", json!({ "side": "spending", "n": 2 })),
            ("list_transactions", json!({ "n": 1 })),
            ("list_transactions", json!({ "side": "income" })),
            ("list_transactions", json!({ "side": "spending", "headline": "count" })),
        ] {
            let mut input = scope.clone();
            input.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
            calls.push((tool, input));
        }
    }
    calls.extend([
        ("compare_periods", json!({ "period": "March 2024", "other_period": "February 2024" })),
        ("changes", json!({})),
        ("extreme_period", json!({ "per": "month" })),
        ("balance", json!({})),
        ("balance", json!({ "account": "visa", "date": "2023-06-30" })),
        ("transfers", json!({ "account": "savings", "period": "2023" })),
        ("frequency", json!({ "category": "Coffee", "side": "spending", "per": "week" })),
        ("frequency", json!({ "per": "day", "period": "2023" })),
        ("together", json!({ "categories": ["Groceries", "Coffee"], "period": "2023" })),
        ("together", json!({ "categories": ["Rent"], "payees": ["Kin Thai", "Green Grocer"] })),
        ("usual", json!({})),
        ("usual", json!({ "side": "income", "period": "Q1 2024" })),
        ("transfers", json!({ "account": "checking", "direction": "out" })),
        ("net_worth", json!({ "date": "2023-12-31" })),
        ("net_worth_series", json!({})),
        ("savings_rate", json!({ "period": "2023" })),
        ("savings_rate", json!({ "per": "week", "period": "2023" })),
        ("cash_flow", json!({ "period": "2023" })),
        ("runway", json!({})),
        ("income_check", json!({})),
        ("accounts", json!({})),
        ("categories", json!({})),
        ("categories", json!({ "period": "December 2023" })),
        ("budgets", json!({})),
        ("goals", json!({})),
    ]);
    calls.extend(recurring_calls());
    calls.extend(calls_ahead());
    calls
}

/// What is to come.
fn calls_ahead() -> Vec<(&'static str, Value)> {
    vec![
        ("forecast", json!({})),
        ("forecast", json!({ "account": "checking", "days": 30 })),
        ("safe_to_spend", json!({})),
        ("safe_to_spend", json!({ "cushion": "250", "amount": "99.95" })),
        ("emergency_fund", json!({ "start": 1_000 })),
        ("emergency_fund", json!({ "n_months": 3, "start": 100_000 })),
        ("anomalies", json!({})),
    ]
}

/// What comes again, by payee too.
fn recurring_calls() -> Vec<(&'static str, Value)> {
    let mut calls = vec![("subscriptions", json!({})), ("income_streams", json!({}))];
    calls.push(("subscriptions", json!({ "order": "smallest" })));
    for kind in ["bill", "subscription", "income", "transfer"] {
        calls.push(("recurring", json!({ "kind": kind })));
    }
    for scope in [json!({}), json!({ "category": "Rent" }), json!({ "category": "Salary" })] {
        calls.push(("recurring", scope.clone()));
        let mut next = scope;
        next["headline"] = json!("next");
        calls.push(("recurring", next));
    }
    calls
}

fn budget(id: u128, category: &'static str, amount: i64, rollover: bool) -> Budget {
    Budget {
        id: Uuid::from_u128(id).into(),
        category: domain::Category::known(category),
        amount: Money::new(Decimal::from(amount), "USD".parse().unwrap()).unwrap(),
        from: date(2024, 1, 1),
        until: None,
        rollover,
    }
}

#[test]
fn hledger_reproduces_the_figures_of_the_household() {
    let ledger = household();
    let mut profile = crate::household::profile();
    let savings = ledger.accounts.iter().find(|account| account.kind == AccountKind::Savings).unwrap();
    let goal = |name: &str, saved_amount, account_id| FinancialGoal {
        name: name.to_owned(),
        target_amount: Decimal::from(90_000),
        target_date: Some(jiff::civil::date(2025, 2, 1)),
        priority: 1,
        saved_amount,
        account_id,
    };
    profile.financial_goals =
        vec![goal("A boat", None, Some(savings.id)), goal("A car", Some(Decimal::from(1_000)), None)];
    let toolbox = Toolbox::new(Arc::clone(&ledger), profile, crate::household::TODAY)
        .with_budgets(vec![budget(1, "Food:Groceries", 100, true), budget(2, "Housing:Rent", 1_000, false)]);
    let figures = figures(&toolbox, &household_calls());
    assert!(figures.len() > 160, "{}", figures.len());
    let has = |words: &str| figures.keys().any(|command| command.contains(words));
    assert!(has("register -O csv 'tag:id"), "usual amounts");
    assert!(has("= 1000 - v[1]"), "what is left of a budget");
    assert!(has("90000 - v[1]"), "what a goal lacks");
    assert!(has("up(("), "what goals need a month");
    assert!(has("d[j($2) - "), "ordinary days of a forecast");
    assert!(has("down(("), "what is safe to spend a day");
    assert!(has("sqrt("), "a forecast's band");
    assert!(has("index(\"56\""), "days of the week");
    assert!(has("accounts --declared"), "how many accounts there are");
    assert!(has("accounts --used"), "how many categories there are");
    assert!(has("do { m += 1; "), "days until the next pay");
    assert!(has("'desc:smith & sons'"), "a text that is no plain word");
    assert!(has("print 'tag:id=("), "rows that hledger has no words for");
    compare("household", &ledger, &figures);
}

#[test]
fn hledger_reproduces_the_figures_of_the_sample() {
    let (ledger, profile) = crate::sample::household();
    let toolbox = Toolbox::new(Arc::clone(&ledger), profile, crate::sample::TODAY);
    let figures = figures(&toolbox, &sample_calls(crate::sample::TODAY));
    assert!(figures.len() > 60, "{}", figures.len());
    assert!(figures.keys().any(|command| command.contains("balance -M -E -O csv")), "suggested budgets");
    assert!(figures.keys().any(|command| command.contains("sqrt(")), "a forecast's band");
    let numbers = figures.keys().filter(|command| command.contains("| wc -l | tail -1"));
    assert_eq!(numbers.count(), 3, "subscriptions, what is out of the ordinary, categories of transfers");
    let longest = figures.keys().map(String::len).max();
    assert!(longest < Some(16_000), "{longest:?}");
    compare("sample", &ledger, &figures);
}

fn sample_calls(today: Date) -> Vec<(&'static str, Value)> {
    let mut calls = Vec::new();
    for period in ["last month", "this year", "last year"] {
        for tool in [
            "spending",
            "income",
            "average",
            "top_payees",
            "top_categories",
            "largest_transactions",
            "savings_rate",
        ] {
            calls.push((tool, json!({ "period": period })));
        }
    }
    calls.extend([
        ("balance", json!({})),
        ("balance", json!({ "date": today.first_of_month() })),
        ("net_worth", json!({})),
        ("net_worth_series", json!({})),
        ("cash_flow", json!({})),
        ("runway", json!({})),
        ("changes", json!({})),
        ("categories", json!({})),
        ("budgets", json!({})),
        ("goals", json!({})),
    ]);
    calls.extend(recurring_calls());
    calls.extend(calls_ahead());
    calls
}

/// The household with five purchases a day for half a year, and with three dozen subscriptions.
fn busy() -> Arc<Ledger> {
    let mut ledger = Ledger::clone(&crate::household::ledger());
    let card = ledger.accounts.iter().find(|account| account.kind == AccountKind::CreditCard).unwrap();
    let mut rows = ledger.transactions.to_vec();
    for at in 0..900_i64 {
        let day = crate::household::TODAY.saturating_sub((at % 180).days());
        let payee = if at % 2 == 0 { "7-Eleven" } else { "Bagel Barn" };
        let (number, cents) = (20_000 + at.unsigned_abs(), -300 - at * 37 % 5_000);
        rows.push(row(number, card, day, cents, payee, "Food:Groceries"));
    }
    for service in 0..36_i64 {
        let (first, payee) =
            (date(2023, 1, 1).saturating_add((service % 27).days()), format!("Service {service}"));
        for month in 0..15_i64 {
            let number = (30_000 + service * 100 + month).unsigned_abs();
            let (day, cents) = (first.saturating_add(month.months()), -1_000 - service * 10);
            rows.push(row(number, card, day, cents, &payee, "Subscriptions:Streaming"));
        }
    }
    rows.sort_by_key(|row| (row.date, row.id));
    ledger.transactions = rows.into();
    Arc::new(ledger)
}

#[test]
fn figures_of_more_rows_than_a_command_names_have_commands() {
    let ledger = busy();
    let toolbox = Toolbox::new(Arc::clone(&ledger), crate::household::profile(), crate::household::TODAY);
    let calls = [
        ("forecast", json!({})),
        ("safe_to_spend", json!({})),
        ("recurring", json!({})),
        ("subscriptions", json!({})),
        ("spending", json!({ "text": "7-eleven" })),
        ("list_transactions", json!({ "text": "7-eleven" })),
        ("list_transactions", json!({ "without": ["Rent"] })),
        ("list_transactions", json!({ "category": "Transfer" })),
        ("spending", json!({ "min": "0" })),
    ];
    for (tool, input) in &calls {
        let output = toolbox.run(tool, input).unwrap();
        let lacking = output.figures.iter().filter(|figure| figure.proof.command.is_none());
        // The band's past has no command.
        let lacking: Vec<&str> =
            lacking.map(|figure| figure.name.as_str()).filter(|name| *name != "held").collect();
        assert!(lacking.is_empty(), "{tool} {input}: {lacking:?}");
    }
    let figures = figures(&toolbox, &calls);
    let has = |words: &str| figures.keys().any(|command| command.contains(words));
    assert!(has("not:tag:id=("), "all rows but a few");
    assert!(has("'payee:^Service 7$'"), "a payee's rows");
    assert!(has("print not:^expenses not:^income"), "transfers");
    compare("busy", &ledger, &figures);
}

/// Days a month apart, moved as `moved` says.
fn monthly(first: Date, moved: fn(Date) -> Date) -> Vec<Date> {
    (0..20_i32).map(|month| moved(first.saturating_add(month.months()))).collect()
}

/// The Friday before a weekend.
fn on_a_work_day(day: Date) -> Date {
    match day.weekday() {
        Weekday::Saturday => day.saturating_sub(1.day()),
        Weekday::Sunday => day.saturating_sub(2.days()),
        _ => day,
    }
}

#[test]
fn hledger_counts_the_days_until_the_next_pay() {
    let fortnights = (0..30_i32).map(|at| date(2023, 1, 6).saturating_add((at * 14).days()));
    let quarters = (0..12_i32).map(|at| date(2021, 1, 15).saturating_add((at * 3).months()));
    let schedules = [
        ("fortnights", fortnights.collect()),
        ("month-ends", monthly(date(2023, 1, 31), Date::last_of_month)),
        ("moved", monthly(date(2023, 1, 25), on_a_work_day)),
        ("turns", monthly(date(2023, 1, 1), on_a_work_day)),
        ("quarters", quarters.collect::<Vec<Date>>()),
    ];
    for (name, days) in schedules {
        let account = account(1, "Checking", Currency::USD);
        let rows = (10..).zip(&days);
        let rows =
            rows.map(|(number, day)| row(number, &account, *day, 200_000, "Acme Corp", "Income:Salary"));
        let ledger = Arc::new(ledger(vec![account.clone()], rows.collect()));
        let last = days.last().unwrap();
        let mut commands = BTreeMap::new();
        for after in [0_i32, 1, 9, 13, 14, 15, 27, 30, 33, 61] {
            let today = last.saturating_add(after.days());
            let toolbox = Toolbox::new(Arc::clone(&ledger), Profile::default(), today);
            let output = toolbox.run("safe_to_spend", &json!({})).unwrap();
            let days = output.figures.iter().find(|figure| figure.name == "days").unwrap();
            assert!(days.rows.is_some(), "{name} {today}");
            commands.insert(days.proof.command.clone().unwrap(), days.value);
        }
        compare(name, &ledger, &commands);
    }
}

#[test]
fn the_commands_of_random_ledgers_hold() {
    use proptest::{prelude::Strategy, strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    for number in 0..2 {
        let ledger = Arc::new(crate::ledgers::any_ledger().new_tree(&mut runner).unwrap().current());
        let toolbox = Toolbox::new(Arc::clone(&ledger), Profile::default(), date(2025, 3, 15));
        let calls = crate::agreement::calls();
        let some: Vec<_> = calls.into_iter().skip(number).step_by(5).collect();
        compare(&format!("random-{number}"), &ledger, &figures(&toolbox, &some));
    }
}

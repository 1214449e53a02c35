//! The calculators: published figures and refusals.

use finance::calculate::{
    CalculationError, Debt, EmergencyFundPlan, LoanTerms, PayoffOrder, RateChange, RetirementPlan, Rounding,
    SavingsPlan, Valuation, When, adjust_by_index, adjust_by_rate, debts_at_minimum, emergency_fund,
    future_value, level_payment, loan, pay_off_debts, payoff, required_saving, retirement, round_money,
    time_weighted_return, xirr,
};
use jiff::civil::{Date, date};
use rust_decimal::Decimal;

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn cents(amount: Decimal) -> String {
    format!("{:.2}", round_money(amount, 2))
}

#[test]
fn a_mortgage_is_paid_back_as_published() {
    // 200,000 at 6.5 % over 30 years, the example of en.wikipedia.org/wiki/Mortgage_calculator.
    let plan = loan(&LoanTerms::new(d("200000"), d("0.065"), 360)).unwrap();
    assert_eq!(cents(plan.payment), "1264.14");
    let rows = plan.rows_in(2);
    assert_eq!(rows[0].interest, d("1083.33"));
    assert_eq!(rows[359].balance, Decimal::ZERO);
    assert_eq!(rows.iter().map(|row| row.principal).sum::<Decimal>(), d("200000.00"));
    assert_eq!(cents(rows.iter().map(|row| row.payment).sum()), cents(plan.total_paid));
}

#[test]
fn a_bank_s_schedule_is_in_cents_and_its_last_payment_corrects_the_rounding() {
    let terms = LoanTerms { rounding: Rounding::Digits(2), ..LoanTerms::new(d("1000"), d("0.06"), 12) };
    let plan = loan(&terms).unwrap();
    assert_eq!(plan.payment, d("86.07"));
    assert!(plan.rows[..11].iter().all(|row| row.payment == d("86.07")));
    assert_eq!(plan.rows[11].payment, d("86.03"));
    assert_eq!(plan.total_paid, d("1032.80"));
    assert!(plan.rows.iter().all(|row| row.interest.scale() <= 2));
}

#[test]
fn a_loan_without_interest_is_split_evenly() {
    let plan = loan(&LoanTerms::new(d("1000"), Decimal::ZERO, 12)).unwrap();
    assert_eq!(cents(plan.payment), "83.33");
    assert_eq!(cents(plan.total_interest), "0.00");
    assert_eq!(plan.rows.len(), 12);
}

#[test]
fn extra_payments_end_a_loan_early() {
    let plain = loan(&LoanTerms::new(d("250000"), d("0.05"), 360)).unwrap();
    let extra = LoanTerms {
        extra_monthly: d("200"),
        extra_once: vec![(12, d("5000"))],
        ..LoanTerms::new(d("250000"), d("0.05"), 360)
    };
    let extra = loan(&extra).unwrap();
    assert_eq!(extra.payment, plain.payment);
    assert!(extra.rows.len() < plain.rows.len());
    assert!(extra.total_interest < plain.total_interest);
    assert_eq!(cents(extra.rows[11].payment), "6542.05");
    assert!(extra.rows.last().unwrap().balance.is_zero());
}

#[test]
fn a_new_rate_asks_for_a_new_payment() {
    let change = RateChange { period: 61, annual_rate: d("0.07") };
    let terms = LoanTerms { rate_changes: vec![change], ..LoanTerms::new(d("100000"), d("0.04"), 360) };
    let plan = loan(&terms).unwrap();
    let owed = plan.rows[59].balance;
    let after = level_payment(owed, d("0.07"), 300, Decimal::ZERO).unwrap();
    assert_eq!((cents(plan.rows[59].payment), cents(after)), ("477.42".to_owned(), "639.26".to_owned()));
    assert_eq!(cents(plan.rows[60].payment), "639.26");
    assert_eq!(plan.rows.len(), 360);
}

#[test]
fn a_balloon_is_paid_with_the_last_payment() {
    let terms = LoanTerms { balloon: d("20000"), ..LoanTerms::new(d("20000"), d("0.06"), 24) };
    let plan = loan(&terms).unwrap();
    assert_eq!(cents(plan.payment), "100.00", "interest only");
    assert_eq!(cents(plan.rows[23].payment), "20100.00");
    assert_eq!(cents(plan.total_interest), "2400.00");
}

#[test]
fn terms_that_are_none_are_refused_with_the_field() {
    let good = || LoanTerms::new(d("1000"), d("0.05"), 12);
    let change = |period| RateChange { period, annual_rate: d("0.05") };
    for (terms, named) in [
        (LoanTerms { principal: Decimal::ZERO, ..good() }, "principal"),
        (LoanTerms { principal: Decimal::MAX, ..good() }, "principal"),
        (LoanTerms { annual_rate: d("-0.01"), ..good() }, "annual_rate"),
        (LoanTerms { annual_rate: d("19.99"), ..good() }, "annual_rate"),
        (LoanTerms { annual_rate: d("10"), n_months: 480, ..good() }, "annual_rate"),
        (LoanTerms { n_months: 0, ..good() }, "n_months"),
        (LoanTerms { n_months: u32::MAX, ..good() }, "n_months"),
        (LoanTerms { balloon: d("1001"), ..good() }, "balloon"),
        (LoanTerms { extra_monthly: d("-1"), ..good() }, "extra_monthly"),
        (LoanTerms { extra_once: vec![(13, d("1"))], ..good() }, "extra_once"),
        (LoanTerms { rate_changes: vec![change(0)], ..good() }, "rate_changes"),
        (LoanTerms { rate_changes: vec![change(2), change(2)], ..good() }, "rate_changes"),
    ] {
        let refused = loan(&terms).unwrap_err().to_string();
        assert!(refused.starts_with(named), "{refused}");
    }
}

#[test]
fn a_payment_below_the_interest_never_pays_off_and_says_so() {
    let refused = payoff(d("8000"), d("0.0999"), d("25"), Rounding::Exact).unwrap_err();
    assert_eq!(refused.to_string(), "a monthly_payment of 25 never pays it off: a month's interest is 66.60");
    let just = payoff(d("1200"), d("0.12"), d("12"), Rounding::Exact);
    assert!(matches!(just, Err(CalculationError::NeverPaysOff { .. })));
}

#[test]
fn saving_at_the_beginning_of_the_month_earns_a_month_more() {
    let plan = SavingsPlan {
        start: d("1000"),
        monthly_deposit: d("100"),
        annual_rate: d("0.06"),
        n_months: 12,
        when: When::End,
    };
    // 1000·1.005^12 + 100·(1.005^12 − 1)/0.005
    assert_eq!(cents(future_value(&plan).unwrap()), "2295.23");
    assert_eq!(cents(future_value(&SavingsPlan { when: When::Begin, ..plan }).unwrap()), "2301.40");
    assert_eq!(cents(required_saving(d("2295.2343"), &plan).unwrap()), "100.00");
    assert_eq!(required_saving(d("500"), &plan).unwrap(), Decimal::ZERO);
}

fn debt(name: &str, balance: &str, annual_rate: &str, minimum: &str) -> Debt {
    Debt { name: name.into(), balance: d(balance), annual_rate: d(annual_rate), minimum: d(minimum) }
}

#[test]
fn avalanche_costs_least_interest_and_snowball_ends_small_debts_first() {
    let debts = [
        debt("car", "9000", "0.05", "150"),
        debt("card", "6000", "0.2", "120"),
        debt("shop", "800", "0.1", "25"),
    ];
    let plan = |order| pay_off_debts(&debts, d("600"), &order, 2).unwrap();
    let (avalanche, snowball) = (plan(PayoffOrder::Avalanche), plan(PayoffOrder::Snowball));
    assert_eq!(plan(PayoffOrder::Custom(vec![1, 2, 0])), avalanche);
    assert_eq!(plan(PayoffOrder::Custom(vec![2, 1, 0])), snowball);
    assert!(avalanche.total_interest < snowball.total_interest);
    assert!(snowball.debts[2].months < avalanche.debts[2].months);
    let minimum = debts_at_minimum(&debts, 2).unwrap().unwrap();
    assert!(minimum.total_interest > snowball.total_interest && minimum.months > snowball.months);
    assert_eq!(avalanche.total_paid, d("15800") + avalanche.total_interest);
}

#[test]
fn debts_that_no_budget_ends_are_refused() {
    let debts = [debt("card", "6000", "0.2", "120")];
    let refused = |budget, order| pay_off_debts(&debts, d(budget), &order, 2).unwrap_err().to_string();
    assert_eq!(
        refused("100", PayoffOrder::Avalanche),
        "monthly_budget must be at least 120, the sum of the minimum payments"
    );
    assert!(refused("600", PayoffOrder::Custom(vec![0, 0])).starts_with("order"));
    let endless = [debt("card", "6000", "10", "10")];
    let refused = pay_off_debts(&endless, d("50"), &PayoffOrder::Snowball, 2);
    assert_eq!(refused, Err(CalculationError::BudgetNeverPaysOff { budget: d("50") }));
    assert_eq!(debts_at_minimum(&endless, 2), Ok(None));
}

#[test]
fn an_emergency_fund_says_what_it_lacks_and_when_it_is_full() {
    let plan = EmergencyFundPlan {
        monthly_expenses: d("2500"),
        n_months: 6,
        start: d("4000"),
        monthly_deposit: d("500"),
        annual_rate: Decimal::ZERO,
    };
    let fund = emergency_fund(&plan).unwrap();
    assert_eq!((fund.target, fund.missing, fund.months_covered), (d("15000"), d("11000"), d("1.6")));
    assert_eq!(fund.months_to_target, Some(22));
    let idle = EmergencyFundPlan { monthly_deposit: Decimal::ZERO, ..plan };
    assert_eq!(emergency_fund(&idle).unwrap().months_to_target, None);
}

#[test]
fn a_retirement_without_real_return_is_plain_counting() {
    let plan = RetirementPlan {
        start: d("1000"),
        monthly_deposit: d("100"),
        months_until: 10,
        monthly_withdrawal: d("300"),
        months_in: 8,
        annual_return: Decimal::ZERO,
        annual_inflation: Decimal::ZERO,
    };
    let outcome = retirement(&plan).unwrap();
    assert_eq!((outcome.at_retirement, outcome.needed), (d("2000"), d("2400")));
    assert_eq!((outcome.months_paid, outcome.at_end), (6, Decimal::ZERO));
    assert_eq!(outcome.sustainable_withdrawal, d("250"));
}

#[test]
fn the_sustainable_withdrawal_ends_at_nothing_and_the_needed_money_just_lasts() {
    let plan = RetirementPlan {
        start: d("50000"),
        monthly_deposit: d("800"),
        months_until: 240,
        monthly_withdrawal: d("2000"),
        months_in: 300,
        annual_return: d("0.06"),
        annual_inflation: d("0.02"),
    };
    let outcome = retirement(&plan).unwrap();
    let sustainable = RetirementPlan { monthly_withdrawal: outcome.sustainable_withdrawal, ..plan };
    assert!(retirement(&sustainable).unwrap().at_end < d("0.000001"));
    let now = RetirementPlan { start: outcome.needed, months_until: 0, ..plan };
    assert!(retirement(&now).unwrap().at_end < d("0.000001"));
    // In nominal terms the same money: prices rise by 1.02^20.
    let ratio = outcome.at_retirement_nominal / outcome.at_retirement;
    assert_eq!(ratio.round_dp(10), d("1.4859473960"));
}

#[test]
fn xirr_is_that_of_the_spreadsheet_manual() {
    // The example of Microsoft's manual page of XIRR.
    let flows = [
        (date(2008, 1, 1), d("-10000")),
        (date(2008, 3, 1), d("2750")),
        (date(2008, 10, 30), d("4250")),
        (date(2009, 2, 15), d("3250")),
        (date(2009, 4, 1), d("2750")),
    ];
    assert_eq!(xirr(&flows).unwrap().round_dp(7), d("0.3733625"));
    let mut turned = flows;
    turned.reverse();
    assert_eq!(xirr(&turned), xirr(&flows));
}

#[test]
fn flows_without_one_rate_say_why() {
    let day = |year: i16| date(year, 1, 1);
    let refused = |flows: &[(Date, Decimal)]| xirr(flows).unwrap_err();
    assert_eq!(refused(&[]), CalculationError::OneSided);
    assert_eq!(refused(&[(day(2020), d("-5")), (day(2021), d("-5"))]), CalculationError::OneSided);
    assert_eq!(refused(&[(day(2020), d("-5")), (day(2020), d("6"))]), CalculationError::OneDay);
    // 1 − 2.3·v + 1.32·v²: 10 % and 20 %.
    let several = refused(&[(day(2021), d("-100")), (day(2022), d("230")), (day(2023), d("-132"))]);
    assert_eq!(several, CalculationError::SeveralRates { rates: vec!["10.00 %".into(), "20.00 %".into()] });
    let none = refused(&[(day(2021), d("100")), (day(2022), d("-100")), (day(2023), d("100"))]);
    assert_eq!(none, CalculationError::NoRate);
}

#[test]
fn a_flow_back_and_forth_with_one_rate_has_it() {
    let day = |year: i16| date(year, 1, 1);
    let flows = [(day(2021), d("-100")), (day(2022), d("-50")), (day(2023), d("30")), (day(2024), d("-10"))];
    let more = [flows.as_slice(), &[(day(2025), d("200"))]].concat();
    let rate = f64::try_from(xirr(&more).unwrap()).unwrap();
    let worth: f64 = more
        .iter()
        .map(|(on, amount)| {
            let years = f64::from((*on - more[0].0).get_days()) / 365.0;
            f64::try_from(*amount).unwrap() * (1.0 + rate).powf(-years)
        })
        .sum();
    assert!(worth.abs() < 1e-8, "{worth}");
}

#[test]
fn a_time_weighted_return_does_not_care_when_money_came() {
    let on = |year: i16, value: &str, flow: &str| Valuation {
        date: date(year, 1, 1),
        value: d(value),
        flow: d(flow),
    };
    // +10 %, then −5 %, then +20 %.
    let small = [on(2021, "100", "0"), on(2022, "110", "0"), on(2023, "104.5", "0"), on(2024, "125.4", "0")];
    let large = [on(2021, "0", "100"), on(2022, "110", "890"), on(2023, "950", "-450"), on(2024, "600", "9")];
    let (small, large) = (time_weighted_return(&small).unwrap(), time_weighted_return(&large).unwrap());
    assert_eq!(small.total_return, d("0.254"));
    assert_eq!(small, large);
    assert_eq!(small.days, 1095);
    assert_eq!(small.annual_return.unwrap().round_dp(9), d("0.078365153"));
    let empty = [on(2021, "100", "-100"), on(2022, "0", "0")];
    assert!(matches!(time_weighted_return(&empty), Err(CalculationError::NothingInvested { .. })));
    assert!(time_weighted_return(&[on(2021, "1", "0"), on(2021, "1", "0")]).is_err());
}

#[test]
fn inflation_compounds_by_the_year_and_by_the_index() {
    assert_eq!(cents(adjust_by_rate(d("100"), d("0.02"), 120).unwrap()), "121.90");
    assert_eq!(cents(adjust_by_rate(d("121.899"), d("0.02"), -120).unwrap()), "100.00");
    assert_eq!(cents(adjust_by_rate(d("100"), d("0.02"), 6).unwrap()), "101.00");
    assert_eq!(cents(adjust_by_index(d("100"), d("218.056"), d("258.811")).unwrap()), "118.69");
    assert!(adjust_by_index(d("100"), Decimal::ZERO, d("1")).is_err());
}

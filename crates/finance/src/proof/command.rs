//! Command lines that reproduce figures.

use std::collections::HashSet;

use domain::{AccountId, Currency, Ledger, Side, TransactionFilter, TransactionId};
use jiff::{ToSpan, civil::Date};

use super::{
    Arithmetic, ROWS_MAX, Term,
    query::{Query, by_id, own_accounts},
};

const HLEDGER: &str = "hledger -f lakeledger.journal";
/// Goes on with the entries that a command before it prints. Some rows alone contradict the
/// statements' balances, so those are not asked for.
const GO_ON: &str = "hledger -f - -I";
/// The median of lines.
const MIDDLE: &str = "sort -n | awk '{ m[NR] = $1 } END { printf \"%.8f\\n\", (m[int((NR + 1) / 2)] + m[int(NR / 2) + 1]) / 2 }'";
/// The day of the week of a year, month and day, Sunday is 0 (Sakamoto's method).
const WEEKDAY: &str = "function w(y, m, d) { y -= m + 0 < 3; return (y + int(y / 4) - int(y / 100) + int(y / 400) + substr(\"032503514624\", m, 1) + d) % 7 }";

/// A command for terms; none where there is none, where hledger has no words for one of them, and of too
/// many rows.
pub(super) fn of(ledger: &Ledger, terms: &[Term], arithmetic: Option<&Arithmetic>) -> Option<String> {
    if terms.is_empty() || terms.iter().map(Term::rows_named).sum::<usize>() > ROWS_MAX {
        return None;
    }
    let commands: Vec<String> = terms.iter().map(|term| command(ledger, term)).collect::<Option<Vec<_>>>()?;
    let Some(Arithmetic { expression, digits }) = arithmetic else { return commands.into_iter().next() };
    let commands: Vec<String> = commands.iter().map(|command| format!("{command} | tail -1")).collect();
    // Halves go away from zero, which binary fractions of them do not always tell.
    let functions = [
        (
            "r(",
            format!("function r(x) {{ return sprintf(\"%.{digits}f\", x + (x < 0 ? -1e-9 : 1e-9)) + 0 }} "),
        ),
        (
            "up(",
            format!(
                "function up(x, y) {{ y = x * 10^{digits} - 1e-6; return (int(y) + (y > int(y))) / 10^{digits} }} "
            ),
        ),
        ("down(", format!("function down(x) {{ return int(x * 10^{digits} + 1e-6) / 10^{digits} }} ")),
    ];
    let used = functions.iter().filter(|(call, _)| expression.contains(call));
    let rounding: String = used.map(|(_, function)| function.as_str()).collect();
    let program = format!(
        "{rounding}{{ v[NR] = $1 }} END {{ x = {expression}; printf \"%.{digits}f\\n\", x + (x < 0 ? -1e-9 : 1e-9) }}"
    );
    let grouped =
        if let [one] = commands.as_slice() { one.clone() } else { format!("{{ {}; }}", commands.join("; ")) };
    Some(format!("{grouped} | awk '{program}'"))
}

fn command(ledger: &Ledger, term: &Term) -> Option<String> {
    match term {
        Term::Sum(rows) => {
            rows.currency?;
            let query = query(ledger, rows)?;
            // hledger has income as negative and spending as positive.
            let is_inverted = query.side.is_some() && rows.side != Some(Side::Spending);
            let invert = if is_inverted { " --invert" } else { "" };
            Some(run(&query, "balance", invert))
        }
        Term::Count(rows) => {
            let query = query(ledger, rows)?;
            Some(match query.side {
                Some(_) => run(&query, "print", " | grep -c '^[0-9]'"),
                // One line a posting, however many currencies the running total has.
                None => run(&query, "register -O csv", " | tail -n +2 | wc -l"),
            })
        }
        Term::Median(rows) => Some(median(ledger, rows)),
        Term::MonthlyMedian(rows) => {
            rows.currency?;
            let query = Query::of(ledger, rows).filter(|query| query.side == Some(Side::Spending))?;
            // One line a month, of the row of totals.
            let months =
                run(&query, "balance -M -E -O csv", " | tail -1 | tr ',' '\\n' | tail -n +2 | tr -d '\"'");
            Some(format!("{months} | {MIDDLE}"))
        }
        Term::Weekdays { accounts, from, to, rows, times } => {
            weekdays(ledger, accounts, (*from, *to), rows, times)
        }
        Term::Balance { accounts, currency, day } => {
            let accounts = if accounts.len() == ledger.accounts.len() && accounts.len() > 1 {
                "^assets ^liabilities".to_owned()
            } else {
                own_accounts(ledger, accounts)?
            };
            balance(ledger, &accounts, *currency, *day)
        }
    }
}

fn query(ledger: &Ledger, rows: &TransactionFilter) -> Option<Query> {
    Query::of(ledger, rows).or_else(|| Query::of_rows(ledger, rows))
}

fn run(query: &Query, verb: &str, end: &str) -> String {
    let words = query.words.join(" ");
    if query.first.is_empty() {
        return format!("{HLEDGER} {verb} {words}{end}");
    }
    format!("{HLEDGER} print {} | {GO_ON} {verb} {words}{end}", query.first.join(" "))
}

/// One line a posting, its amount in the last field but one: a payee may hold what parts fields.
fn median(ledger: &Ledger, rows: &[TransactionId]) -> String {
    let rows = by_id(ledger, rows);
    format!(
        "{HLEDGER} register -O csv '{rows}' | tail -n +2 | awk -F'\",\"' '{{ printf \"%.8f\\n\", $(NF - 1) }}' | {MIDDLE}"
    )
}

/// The rows by their ids or, where that is shorter, all of the days but the others'.
fn weekdays(
    ledger: &Ledger,
    accounts: &[AccountId],
    (from, to): (Date, Date),
    rows: &[TransactionId],
    times: &[u32; 7],
) -> Option<String> {
    let counted: HashSet<&TransactionId> = rows.iter().collect();
    let start = ledger.transactions.partition_point(|row| row.date < from);
    let of_days = ledger.transactions[start..].iter().take_while(|row| row.date <= to);
    let others = of_days.filter(|row| accounts.contains(&row.account_id) && !counted.contains(&row.id));
    let others: Vec<TransactionId> = others.map(|row| row.id).collect();
    let query = if others.len() < rows.len() {
        let not =
            if others.is_empty() { String::new() } else { format!(" 'not:{}'", by_id(ledger, &others)) };
        let end = to.tomorrow().ok()?;
        format!("{} not:code:^opening$ -b {from} -e {end}{not}", own_accounts(ledger, accounts)?)
    } else {
        format!("'{}'", by_id(ledger, rows))
    };
    let mut days = [0_u32; 7];
    for day in from.series(1.day()).take_while(|day| *day <= to) {
        days[usize::from(day.weekday().to_sunday_zero_offset().unsigned_abs())] += 1;
    }
    // awk's days of the week begin with Sunday.
    let means = (0..7).filter(|day| days[*day] > 0 && times[(day + 6) % 7] > 0);
    let means = means.map(|day| format!("s[{day}] * {} / {}", times[(day + 6) % 7], days[day]));
    let means = means.collect::<Vec<_>>().join(" + ");
    Some(format!(
        "{HLEDGER} register -O csv {query} | tail -n +2 | awk -F'\",\"' '{WEEKDAY} \
         {{ s[w(substr($2, 1, 4), substr($2, 6, 2), substr($2, 9, 2))] += $(NF - 1) }} \
         END {{ printf \"%.8f\\n\", {} }}'",
        if means.is_empty() { "0" } else { &means }
    ))
}

fn balance(ledger: &Ledger, accounts: &str, currency: Currency, day: Date) -> Option<String> {
    // Before the first row stands the opening balance, which the journal dates the day before.
    let first = ledger.transactions.first()?.date;
    let end = day.max(first).tomorrow().ok()?;
    Some(format!("{HLEDGER} balance {accounts} cur:^{currency}$ -e {end}"))
}

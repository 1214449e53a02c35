//! Command lines that reproduce figures.

use std::collections::HashSet;

use domain::{AccountId, Currency, Ledger, Side, TransactionFilter, TransactionId};
use jiff::civil::Date;

use super::{
    Arithmetic, ROWS_MAX, Term,
    query::{Query, by_id, own_accounts},
};
use crate::insight::recurring::Cadence;

const HLEDGER: &str = "hledger -f lakeledger.journal";
/// Goes on with the entries that a command before it prints. Some rows alone contradict the
/// statements' balances, so those are not asked for.
const GO_ON: &str = "hledger -f - -I";
/// The median of lines.
const MIDDLE: &str = "sort -n | awk '{ m[NR] = $1 } END { printf \"%.8f\\n\", (m[int((NR + 1) / 2)] + m[int(NR / 2) + 1]) / 2 }'";
/// The number of the day `2024-01-31`, counted from a first of March.
const DAY: &str = "function j(s, y, m) { y = substr(s, 1, 4) + 0; m = substr(s, 6, 2) + 0; if (m < 3) { y--; m += 12 } return 365 * y + int(y / 4) - int(y / 100) + int(y / 400) + int((153 * m - 457) / 5) + substr(s, 9, 2) }";
/// The number of the first day of a month, the months counted from the year 0.
const MONTH: &str = "function f(m) { return j(sprintf(\"%04d-%02d-01\", int(m / 12), m % 12 + 1)) } ";
/// That of 0001-01-01, a Monday.
const FIRST_DAY: i32 = 307;
/// Lines of postings without their head, in fields; the amount is the last but one: a payee may hold what parts fields.
const FIELDS: &str = "tail -n +2 | awk -F'\",\"'";

/// A command for terms; none where there is none, where hledger has no words for one of them, and of too
/// many rows.
pub(super) fn of(ledger: &Ledger, terms: &[Term], arithmetic: Option<&Arithmetic>) -> Option<String> {
    if terms.is_empty() {
        return None;
    }
    let commands = commands(ledger, terms, false).or_else(|| commands(ledger, terms, true))?;
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
    let variances = if expression.contains("u[") { "; u[NR] = $2" } else { "" };
    let program = format!(
        "{rounding}{{ v[NR] = $1{variances} }} END {{ x = {expression}; printf \"%.{digits}f\\n\", x + (x < 0 ? -1e-9 : 1e-9) }}"
    );
    let grouped =
        if let [one] = commands.as_slice() { one.clone() } else { format!("{{ {}; }}", commands.join("; ")) };
    Some(format!("{grouped} | awk '{program}'"))
}

/// A command for each term.
fn commands(ledger: &Ledger, terms: &[Term], by_query: bool) -> Option<Vec<String>> {
    let mut rows = Rows { ledger, by_query, named: 0 };
    let commands = terms.iter().map(|term| command(&mut rows, term)).collect::<Option<Vec<_>>>()?;
    (rows.named <= ROWS_MAX).then_some(commands)
}

/// The words for rows that a term names one by one.
struct Rows<'a> {
    ledger: &'a Ledger,
    /// Payee, account and days stand for rows where they find exactly them.
    by_query: bool,
    /// How many were named by their ids so far.
    named: usize,
}

impl Rows<'_> {
    fn words(&mut self, rows: &[TransactionId]) -> String {
        let query = self.by_query.then(|| Query::of_exactly(self.ledger, rows)).flatten();
        query.map_or_else(|| format!("'{}'", self.by_id(rows)), |query| query.words.join(" "))
    }

    fn by_id(&mut self, rows: &[TransactionId]) -> String {
        self.named += rows.len();
        by_id(self.ledger, rows)
    }
}

fn command(named: &mut Rows<'_>, term: &Term) -> Option<String> {
    let ledger = named.ledger;
    match term {
        Term::Sum(rows) => {
            rows.currency?;
            let query = query(ledger, rows)?;
            // hledger has income as negative and spending as positive.
            let is_inverted = query.side.is_some() && rows.side != Some(Side::Spending);
            if query.weekdays.is_empty() {
                return Some(run(&query, "balance", if is_inverted { " --invert" } else { "" }));
            }
            let sign = if is_inverted { "-" } else { "" };
            let sum = format!("{{ s += $(NF - 1) }} END {{ printf \"%.8f\\n\", {sign}s }}");
            Some(on_weekdays(&query, &sum))
        }
        Term::Count(rows) => {
            let query = query(ledger, rows)?;
            if !query.weekdays.is_empty() {
                // One line a posting: an entry has several.
                let each = if query.side.is_some() { " && !n[$1]++" } else { "" };
                return Some(on_weekdays(&query, &format!("{each} {{ c++ }} END {{ print c + 0 }}")));
            }
            Some(match query.side {
                // An entry has several postings, and `print` takes those of which different ones fit the words.
                Some(_) => run(&query, "register -O csv", " | tail -n +2 | cut -d , -f 1 | sort -u | wc -l"),
                // One line a posting, however many currencies the running total has.
                None => run(&query, "register -O csv", " | tail -n +2 | wc -l"),
            })
        }
        Term::Median(rows) => {
            let rows = named.words(rows);
            let amounts = format!("{FIELDS} '{{ printf \"%.8f\\n\", $(NF - 1) }}' | {MIDDLE}");
            Some(format!("{HLEDGER} register -O csv {rows} | {amounts}"))
        }
        Term::MonthlyMedian(rows) => {
            rows.currency?;
            let query = Query::of(ledger, rows)
                .filter(|query| query.side == Some(Side::Spending) && query.weekdays.is_empty())?;
            // One line a month, of the row of totals.
            let months =
                run(&query, "balance -M -E -O csv", " | tail -1 | tr ',' '\\n' | tail -n +2 | tr -d '\"'");
            Some(format!("{months} | {MIDDLE}"))
        }
        Term::Weekdays { accounts, from, to, rows, times } => {
            weekdays(named, accounts, (*from, *to), rows, times)
        }
        Term::Squares { rows, off } => {
            let rows = named.words(rows);
            Some(format!(
                "{HLEDGER} register -O csv {rows} | {FIELDS} \
                 '{{ x = $(NF - 1) - {off}; s += x * x }} END {{ printf \"%.8f\\n\", s }}'"
            ))
        }
        Term::Number(rows) if rows.is_empty() => None,
        Term::Number(rows) => {
            Some(format!("{HLEDGER} register -O csv {} | tail -n +2 | wc -l", named.words(rows)))
        }
        Term::Accounts => Some(format!("{HLEDGER} accounts --declared ^assets ^liabilities | wc -l")),
        Term::Categories { from, to } => Some(categories(*from, *to)),
        Term::DaysUntil { last, moved, cadence, today } => {
            Some(days_until(&named.by_id(&[*last]), *moved, *cadence, *today))
        }
        Term::Holdings { accounts, currency, day, is_owed } => {
            let balances = balance(ledger, &own_accounts(ledger, accounts)?, *currency, *day)?;
            let sign = if *is_owed { '-' } else { '+' };
            // One line an account; the amount is the last field.
            Some(format!(
                "{balances} -N -O csv | {FIELDS} \
                 '{{ x = {sign}$NF; if (x > 0) s += x }} END {{ printf \"%.8f\\n\", s }}'"
            ))
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

/// What awk makes of the postings on the query's days of the week.
fn on_weekdays(query: &Query, program: &str) -> String {
    // awk's remainders begin with Monday, as the days do.
    let days: String = query.weekdays.iter().map(|day| day.to_monday_zero_offset().to_string()).collect();
    let postings = run(query, "register -O csv", "");
    let is_on = format!("index(\"{days}\", (j($2) - {FIRST_DAY}) % 7)");
    format!("{postings} | {FIELDS} '{DAY} {is_on}{program}'")
}

fn run(query: &Query, verb: &str, end: &str) -> String {
    let words = query.words.join(" ");
    if query.first.is_empty() {
        return format!("{HLEDGER} {verb} {words}{end}");
    }
    format!("{HLEDGER} print {} | {GO_ON} {verb} {words}{end}", query.first.join(" "))
}

/// Counts a group with rows of its own once: no category within it is another.
fn categories(from: Option<Date>, to: Option<Date>) -> String {
    let from = from.map(|from| format!(" -b {from}")).unwrap_or_default();
    let end = to.and_then(|to| to.tomorrow().ok()).map(|end| format!(" -e {end}")).unwrap_or_default();
    format!(
        "{HLEDGER} accounts --used ^expenses ^income{from}{end} | awk '{{ a[$0] }} END {{ for (x in a) {{ \
         p = x; sub(/:[^:]*$/, \"\", p); n += (p == x || !(p in a)) }} print n + 0 }}'"
    )
}

/// Goes on from the last row's day by weeks or months, to the first that is not past but for being late.
fn days_until(last: &str, moved: i32, cadence: Cadence, today: Date) -> String {
    let (late, times) = (cadence.tolerance_days(), cadence.times_a_year());
    // What comes more often than each month comes by weeks, of which a year has 52.
    let (function, start, step) = if times > 12 {
        ("", "", format!("x += {}", 364 / times))
    } else {
        // From before the row's month, as its day may lie there.
        let start =
            "m = substr($2, 1, 4) * 12 + substr($2, 6, 2) - 3; while (f(m + 1) <= x) m++; d = x - f(m); ";
        // A day that a month lacks is its last.
        let step = format!("m += {}; x = f(m) + d; if (x >= f(m + 1)) x = f(m + 1) - 1", 12 / times);
        (MONTH, start, step)
    };
    format!(
        "{HLEDGER} register -O csv '{last}' | {FIELDS} '{DAY} {function}{{ t = j(\"{today}\"); \
         x = j($2) + {moved}; {start}do {{ {step} }} while (x < t - {late}); print (x > t ? x - t : 1) }}'"
    )
}

/// The rows by their ids or, where that is shorter, all of the days but the others'. Says the sum of the days'
/// means, and its variance: weeks that vary more than their days do make it larger, and so does a mean of few days.
fn weekdays(
    named: &mut Rows<'_>,
    accounts: &[AccountId],
    (from, to): (Date, Date),
    rows: &[TransactionId],
    times: &[u32; 7],
) -> Option<String> {
    let ledger = named.ledger;
    let counted: HashSet<&TransactionId> = rows.iter().collect();
    let start = ledger.transactions.partition_point(|row| row.date < from);
    let of_days = ledger.transactions[start..].iter().take_while(|row| row.date <= to);
    let others = of_days.filter(|row| accounts.contains(&row.account_id) && !counted.contains(&row.id));
    let others: Vec<TransactionId> = others.map(|row| row.id).collect();
    let query = if others.len() < rows.len() {
        let not = if others.is_empty() { String::new() } else { format!(" 'not:{}'", named.by_id(&others)) };
        let end = to.tomorrow().ok()?;
        format!("{} not:code:^opening$ -b {from} -e {end}{not}", own_accounts(ledger, accounts)?)
    } else {
        format!("'{}'", named.by_id(rows))
    };
    let first = (from - jiff::civil::date(1, 1, 1)).get_days();
    let (base, monday) = (FIRST_DAY + first, first % 7);
    let count = (to - from).get_days() + 1;
    let times = times.map(|times| times.to_string()).join(" ");
    Some(format!(
        "{HLEDGER} register -O csv {query} | {FIELDS} '{DAY} {{ d[j($2) - {base}] += $(NF - 1) }} \
         END {{ split(\"{times}\", t, \" \"); \
         for (i = 0; i < {count}; i++) {{ w = (i + {monday}) % 7 + 1; n[w]++; s[w] += d[i] }} \
         for (i = 0; i < {count}; i++) {{ w = (i + {monday}) % 7 + 1; o = d[i] - s[w] / n[w]; q[w] += o * o; k += o; \
         if (i % 7 == 6) {{ z += k * k / {weeks}; k = 0 }} }} \
         for (w in n) {{ m += s[w] / n[w] * t[w]; x = q[w] / (n[w] > 1 ? n[w] - 1 : 1); a += x; b += x * t[w]; h += t[w] }} \
         p = a > 0 ? z / a : 1; p = p < 1 ? 1 : p > 3 ? 3 : p; \
         printf \"%.8f %.8f\\n\", m, p * (b + h * h * a / 7 / {count}) }}'",
        weeks = (count / 7).max(1),
    ))
}

fn balance(ledger: &Ledger, accounts: &str, currency: Currency, day: Date) -> Option<String> {
    // Before the first row stands the opening balance, which the journal dates the day before.
    let first = ledger.transactions.first()?.date;
    let end = if day < first { first } else { day.tomorrow().ok()? };
    Some(format!("{HLEDGER} balance {accounts} cur:^{currency}$ -e {end}"))
}

//! Command lines that reproduce figures.

use domain::{Currency, Ledger, Side, TransactionId};
use jiff::civil::Date;

use super::{
    Arithmetic, Term,
    query::{Query, own_accounts},
};

const HLEDGER: &str = "hledger -f lakeledger.journal";
/// Goes on with the entries that a command before it prints. Some rows alone contradict the
/// statements' balances, so those are not asked for.
const GO_ON: &str = "hledger -f - -I";

/// A command for terms; none where hledger has no words for one of them.
pub(super) fn of(ledger: &Ledger, terms: &[Term], arithmetic: Option<&Arithmetic>) -> Option<String> {
    let commands: Vec<String> = terms.iter().map(|term| command(ledger, term)).collect::<Option<Vec<_>>>()?;
    let Some(Arithmetic { expression, digits }) = arithmetic else { return commands.into_iter().next() };
    let commands: Vec<String> = commands.iter().map(|command| format!("{command} | tail -1")).collect();
    // Halves go away from zero, which binary fractions of them do not always tell.
    let rounding = if expression.contains("r(") {
        format!("function r(x) {{ return sprintf(\"%.{digits}f\", x + (x < 0 ? -1e-9 : 1e-9)) + 0 }} ")
    } else {
        String::new()
    };
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
            let query = Query::of(ledger, rows)?;
            // hledger has income as negative and spending as positive.
            let is_inverted = query.side.is_some() && rows.side != Some(Side::Spending);
            let invert = if is_inverted { " --invert" } else { "" };
            Some(run(&query, "balance", invert))
        }
        Term::Count(rows) => {
            let query = Query::of(ledger, rows)?;
            Some(match query.side {
                Some(_) => run(&query, "print", " | grep -c '^[0-9]'"),
                // One line a posting, however many currencies the running total has.
                None => run(&query, "register -O csv", " | tail -n +2 | wc -l"),
            })
        }
        Term::Median(rows) => Some(median(rows)),
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

fn run(query: &Query, verb: &str, end: &str) -> String {
    let words = query.words.join(" ");
    if query.first.is_empty() {
        return format!("{HLEDGER} {verb} {words}{end}");
    }
    format!("{HLEDGER} print {} | {GO_ON} {verb} {words}{end}", query.first.join(" "))
}

/// One line a posting, its amount in the sixth field.
fn median(rows: &[TransactionId]) -> String {
    let ids: Vec<String> = rows.iter().map(ToString::to_string).collect();
    format!(
        "{HLEDGER} register -O csv 'tag:id=^({})$' | tail -n +2 | awk -F'\",\"' '{{ printf \"%.8f\\n\", $6 }}' | sort -n | \
         awk '{{ m[NR] = $1 }} END {{ printf \"%.8f\\n\", (m[int((NR + 1) / 2)] + m[int(NR / 2) + 1]) / 2 }}'",
        ids.join("|")
    )
}

fn balance(ledger: &Ledger, accounts: &str, currency: Currency, day: Date) -> Option<String> {
    // Before the first row stands the opening balance, which the journal dates the day before.
    let first = ledger.transactions.first()?.date;
    let end = day.max(first).tomorrow().ok()?;
    Some(format!("{HLEDGER} balance {accounts} cur:^{currency}$ -e {end}"))
}

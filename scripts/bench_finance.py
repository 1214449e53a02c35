"""Interleaved rounds of the finance benchmark; see bench-finance.sh."""

import csv
import pathlib
import statistics
import subprocess
import sys
import time

DUCKDB = """
import duckdb, sys, time
start = time.perf_counter()
rows = duckdb.sql(f"select date_trunc('month', Date), Category, sum(Amount::decimal(18, 2)) "
                  f"from read_csv('{sys.argv[1]}') group by all").fetchall()
print(f"{(time.perf_counter() - start) * 1000:.1f} ms 0 MB {len(rows)} groups")
"""

# The file is to be read, not the cache that beancount keeps of it from the round before.
BEANCOUNT = """
import collections, os, sys
os.environ["BEANCOUNT_DISABLE_LOAD_CACHE"] = "1"
from beancount import loader
from beancount.core import data
entries, errors, _ = loader.load_file(sys.argv[1])
assert not errors, errors[:3]
totals = collections.Counter()
for entry in data.filter_txns(entries):
    for posting in entry.postings:
        totals[entry.date.year, entry.date.month, posting.account] += posting.units.number
"""


def told(command):
    """What a program says it took, in milliseconds and megabytes."""
    words = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(words[0]), int(words[2])


def taken(command):
    """What a program takes from its start to its end, in milliseconds."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return (time.perf_counter() - start) * 1000


def account(text):
    return "".join(word.capitalize() for word in text.split())


def write_others(work):
    """The small file as hledger and beancount read it."""
    (work / "small.rules").write_text(
        "skip 1\nfields date, description, amount, category, account\ncurrency USD\n"
        "account1 assets:%account\naccount2 expenses:%category\n"
    )
    with (work / "small.csv").open() as rows, (work / "small.beancount").open("w") as out:
        rows = list(csv.DictReader(rows))
        accounts = {"Assets:" + account(row["Account"]) for row in rows}
        accounts |= {"Expenses:" + account(row["Category"]) for row in rows}
        out.writelines(f"2000-01-01 open {name}\n" for name in sorted(accounts))
        for row in rows:
            out.write(
                f'{row["Date"]} * "{row["Description"]}"\n'
                f'  Assets:{account(row["Account"])}  {row["Amount"]} USD\n'
                f'  Expenses:{account(row["Category"])}\n'
            )


def main():
    bench, work, rounds = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3])
    write_others(work)
    million, small = str(work / "million.csv"), str(work / "small.csv")
    hledger = ["hledger", "-f", small, "--rules-file", str(work / "small.rules"), "bal", "-M", "expenses"]
    runs = {
        "bare csv-crate loop": lambda: told([bench, "loop", million]),
        "import into a ledger's rows": lambda: told([bench, "import", million]),
        "read into a statement": lambda: told([bench, "statement", million]),
        "month and category totals": lambda: told([bench, "totals", million]),
        "duckdb, the same totals": lambda: told([sys.executable, "-c", DUCKDB, million]),
        "totals of 20,000 rows": lambda: (taken([bench, "totals", small]), 0),
        "hledger, 20,000 rows": lambda: (taken(hledger), 0),
        "beancount, 20,000 rows": lambda: (
            taken([sys.executable, "-c", BEANCOUNT, str(work / "small.beancount")]),
            0,
        ),
    }
    measured = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            measured[name].append(run())
    times = {name: statistics.median(ms for ms, _ in figures) for name, figures in measured.items()}
    print(f"{'median of ' + str(rounds) + ' rounds':32}{'ms':>10}{'MB':>7}")
    for name, figures in measured.items():
        print(f"{name:32}{times[name]:10.1f}{max(mb for _, mb in figures) or '':>7}")
    for one, other in [
        ("import into a ledger's rows", "bare csv-crate loop"),
        ("read into a statement", "bare csv-crate loop"),
        ("month and category totals", "duckdb, the same totals"),
        ("hledger, 20,000 rows", "totals of 20,000 rows"),
        ("beancount, 20,000 rows", "totals of 20,000 rows"),
    ]:
        print(f"{one} / {other}: {times[one] / times[other]:.2f}")


main()

//! The money engine, pure: statement readers, duplicates, categories, totals, balances, calculators,
//! the sample household.
//!
//! Not here: I/O, storage, words of an answer. `operations` and `assistant` may depend on it; it
//! depends on `domain` only and compiles for the browser.

mod balances;
mod booked_text;
mod booking_cache;
pub mod calculate;
mod categorise;
pub mod export;
mod fold;
pub mod insight;
mod inspect;
mod likeness;
mod payee;
mod postings;
pub mod proof;
mod reconcile;
pub mod rules;
mod sample;
pub mod statement;
mod statement_check;
mod taxonomy;
mod totals;
mod transfers;

pub use balances::{balance_on, balance_series, opening_balance, running_balances};
pub use booked_text::booked_text;
pub use booking_cache::{Booked, BookingCache};
pub use categorise::{RowFacts, categorise, net_refunds};
pub use inspect::{InspectedAccount, Inspection, InspectionError, inspect};
pub use payee::clean_payee;
pub use reconcile::{Reconciled, UnsureRow, reconcile};
pub use sample::{SampleHousehold, sample_household};
pub use statement_check::{BalanceCheck, Departure, check_balances};
pub use taxonomy::{categories, find_category, statement_category};
pub use totals::{
    CountedRow, CurrencyTotal, Group, GroupBy, any_matching, counted_rows, group, largest, matching, page,
    range, total,
};
pub use transfers::{TransferPair, TransferPairs, transfers};

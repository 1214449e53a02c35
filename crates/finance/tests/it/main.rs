//! The money engine through its public interface.

#![expect(clippy::inconsistent_digit_grouping, reason = "amounts are cents, the last two digits set apart")]
#![expect(clippy::unwrap_used, reason = "helpers of tests unwrap as the tests do")]

mod balances;
mod bank_columns;
mod bank_file_laws;
mod bank_signs;
mod calculator_laws;
mod calculator_oracles;
mod calculators;
mod camt;
mod categories;
mod csv_limits;
mod csv_stream;
mod currencies;
mod documented_files;
mod export;
mod insight;
mod layouts;
mod ledgers;
mod mixed_encodings;
mod monte_carlo;
mod mt940;
mod ofx;
mod qif;
mod reconcile;
mod refunds;
mod rules;
mod sample;
mod shared_bank_files;
mod shared_data;
mod statement_check;
mod statement_laws;
mod statements;
mod totals;
mod transfers;
mod xlsx;

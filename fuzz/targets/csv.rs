//! Any bytes as CSV.

#![no_main]

use finance::statement::{ReadOptions, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let options = ReadOptions { mapping: None, file_name: "statement.csv".to_owned() };
    let _ = read(bytes, &options);
    // What the changed bytes are no longer recognised as, they are made again.
    let _ = read(&[b"Date,Payee,Amount\n".as_slice(), bytes].concat(), &options);
});

//! Any bytes as ISO 20022 account reports.

#![no_main]

use finance::statement::{ReadOptions, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let options = ReadOptions { mapping: None, file_name: "statement.xml".to_owned() };
    let _ = read(bytes, &options);
    // What the changed bytes are no longer recognised as, they are made again.
    let _ = read(&[b"<?xml version=\"1.0\"?><Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"><BkToCstmrStmt><Stmt>".as_slice(), bytes].concat(), &options);
});

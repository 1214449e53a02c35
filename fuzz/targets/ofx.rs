//! Any bytes as OFX.

#![no_main]

use finance::statement::{ReadOptions, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let options = ReadOptions { mapping: None, file_name: "statement.ofx".to_owned() };
    let _ = read(bytes, &options);
    // What the changed bytes are no longer recognised as, they are made again.
    let _ = read(&[b"OFXHEADER:100\n\n<OFX><STMTRS><CURDEF>USD<BANKTRANLIST>".as_slice(), bytes].concat(), &options);
});

//! Any bytes as SWIFT MT940.

#![no_main]

use finance::statement::{ReadOptions, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let options = ReadOptions { mapping: None, file_name: "statement.sta".to_owned() };
    let _ = read(bytes, &options);
    // What the changed bytes are no longer recognised as, they are made again.
    let _ = read(&[b":20:1\n:25:123\n:28C:1\n:60F:C240101EUR1,00\n".as_slice(), bytes].concat(), &options);
});

//! The one place that reads the wall clock: an emulator stands in for machines that have their own.

use jiff::Timestamp;

#[expect(clippy::disallowed_methods, reason = "the emulated workspace keeps the time of this machine")]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

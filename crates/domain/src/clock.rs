//! Time as a parameter: code that needs "now" takes a [`Clock`].

use jiff::{
    Timestamp,
    civil::Date,
    tz::{Offset, TimeZone},
};

/// Tells the time. The server passes [`SystemClock`]; tests pass [`FixedClock`].
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;

    /// The present day in UTC.
    fn today(&self) -> Date {
        self.today_at(Offset::UTC)
    }

    /// The present day where clocks are that far ahead of UTC.
    fn today_at(&self, offset: Offset) -> Date {
        offset.to_datetime(self.now()).date()
    }
}

/// The machine's clock, to the microsecond: PostgreSQL keeps no more, and a time must read back as
/// it was written.
#[cfg(feature = "generate")]
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[cfg(feature = "generate")]
impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }
}

/// A clock that stands still.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub Timestamp);

impl FixedClock {
    /// A clock that stands at noon UTC of a day.
    pub fn on(date: Date) -> Self {
        let noon = date.at(12, 0, 0, 0).to_zoned(TimeZone::UTC);
        Self(noon.expect("UTC has no gaps").timestamp())
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// A version 7 UUID at `now`; a process-wide counter keeps ids of one millisecond in order.
#[cfg(feature = "generate")]
pub(crate) fn next_uuid(now: Timestamp) -> uuid::Uuid {
    use std::sync::Mutex;
    use uuid::timestamp::{Timestamp as UuidTimestamp, context::ContextV7};

    static SEQUENCE: Mutex<ContextV7> = Mutex::new(ContextV7::new());
    let seconds = now.as_second().max(0).cast_unsigned();
    let nanoseconds = now.subsec_nanosecond().max(0).cast_unsigned();
    uuid::Uuid::new_v7(UuidTimestamp::from_unix(&SEQUENCE, seconds, nanoseconds))
}

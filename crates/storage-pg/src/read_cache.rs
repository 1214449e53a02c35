//! Reads of a moment ago, by their user's version.
//!
//! The database counts a user's version up with each change, whichever instance makes it. One look
//! at the version tells whether what was read before is still true, so a page that nothing has
//! changed costs the database one small query instead of all its rows.

use std::{
    any::Any,
    collections::HashMap,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::{ChatId, UserId};
use serde::Serialize;

/// What was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Read {
    Profile,
    Settings,
    /// The newest chats, with no filter.
    Chats {
        limit: u16,
    },
    Chat(ChatId),
    /// Where a chat's messages part.
    Forks(ChatId),
    /// The last messages of the branch that a chat shows.
    Messages {
        chat: ChatId,
        limit: u16,
    },
}

/// Most bytes kept for all users together, as JSON counts them. Fewer makes more pages wait for all
/// their rows; more risks a small container's memory.
const SIZE_MAX_BYTES: usize = 16 << 20;

/// What one entry costs beside its value.
const ENTRY_BYTES: usize = 256;

#[derive(Default)]
pub(crate) struct ReadCache(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    users: HashMap<UserId, Reads>,
    size_bytes: usize,
    clock: u64,
}

#[derive(Default)]
struct Reads {
    version: i64,
    values: HashMap<Read, Arc<dyn Any + Send + Sync>>,
    size_bytes: usize,
    /// When one of them was last found, by the clock of finds.
    used_at: u64,
}

impl ReadCache {
    /// What was read at this version.
    pub(crate) fn find<T: Clone + 'static>(&self, user: &UserId, version: i64, read: Read) -> Option<T> {
        let mut kept = self.kept();
        kept.clock += 1;
        let now = kept.clock;
        if version == 0 && kept.users.get(user).is_some_and(|reads| reads.version > 0) {
            // Nothing of theirs is there: another instance has erased it.
            kept.remove(user);
        }
        let reads = kept.users.get_mut(user).filter(|reads| reads.version == version)?;
        reads.used_at = now;
        let value = Arc::clone(reads.values.get(&read)?);
        drop(kept);
        value.downcast_ref().cloned()
    }

    /// Keeps what was read after `version` was; it may be newer, never older.
    pub(crate) fn keep<T>(&self, user: &UserId, version: i64, read: Read, value: &T)
    where
        T: Clone + Serialize + Send + Sync + 'static,
    {
        let size_bytes = ENTRY_BYTES + json_length(value);
        if size_bytes > SIZE_MAX_BYTES / 8 {
            return;
        }
        let value: Arc<dyn Any + Send + Sync> = Arc::new(value.clone());
        let mut kept = self.kept();
        match kept.users.get(user).map(|reads| reads.version) {
            Some(newer) if newer > version => return,
            Some(older) if older < version => kept.remove(user),
            Some(_) | None => {}
        }
        while kept.size_bytes + size_bytes > SIZE_MAX_BYTES {
            let oldest = kept.users.iter().min_by_key(|(_, reads)| reads.used_at);
            let Some(oldest) = oldest.map(|(user, _)| user.clone()) else { return };
            kept.remove(&oldest);
        }
        let used_at = kept.clock;
        let reads = kept.users.entry(user.clone()).or_default();
        (reads.version, reads.used_at) = (version, used_at);
        if reads.values.insert(read, value).is_none() {
            reads.size_bytes += size_bytes;
            kept.size_bytes += size_bytes;
        }
    }

    /// Forgets what was read of a user.
    pub(crate) fn forget(&self, user: &UserId) {
        self.kept().remove(user);
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn remove(&mut self, user: &UserId) {
        if let Some(reads) = self.users.remove(user) {
            self.size_bytes -= reads.size_bytes;
        }
    }
}

/// How long a value's JSON is: a fair measure of what it takes in memory, made without writing it.
fn json_length(value: &impl Serialize) -> usize {
    struct Length(usize);
    impl io::Write for Length {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut length = Length(0);
    match serde_json::to_writer(&mut length, value) {
        Ok(()) => length.0,
        // What has no JSON is not kept.
        Err(_) => usize::MAX / 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(name: &str) -> UserId {
        UserId::try_from(name.to_owned()).expect("a name")
    }

    #[test]
    fn what_was_read_at_another_version_is_not_found() {
        let cache = ReadCache::default();
        let ada = user("ada");
        cache.keep(&ada, 3, Read::Profile, &"three".to_owned());
        assert_eq!(cache.find::<String>(&ada, 3, Read::Profile).as_deref(), Some("three"));
        assert_eq!(cache.find::<String>(&ada, 4, Read::Profile), None);
        assert_eq!(cache.find::<String>(&user("eve"), 3, Read::Profile), None);
        assert_eq!(cache.find::<String>(&ada, 3, Read::Chats { limit: 1 }), None);
    }

    #[test]
    fn a_newer_version_takes_the_place_of_an_older_one_and_never_the_other_way() {
        let cache = ReadCache::default();
        let ada = user("ada");
        cache.keep(&ada, 3, Read::Chats { limit: 1 }, &"three".to_owned());
        cache.keep(&ada, 4, Read::Profile, &"four".to_owned());
        assert_eq!(cache.find::<String>(&ada, 3, Read::Chats { limit: 1 }), None);
        cache.keep(&ada, 3, Read::Profile, &"three".to_owned());
        assert_eq!(cache.find::<String>(&ada, 4, Read::Profile).as_deref(), Some("four"));
    }

    #[test]
    fn the_user_who_read_least_lately_makes_room() {
        let cache = ReadCache::default();
        let large = "x".repeat(SIZE_MAX_BYTES / 10);
        for number in 0..30 {
            cache.keep(&user(&format!("user {number}")), 1, Read::Profile, &large);
            cache.find::<String>(&user("user 0"), 1, Read::Profile);
        }
        assert!(cache.find::<String>(&user("user 0"), 1, Read::Profile).is_some());
        assert!(cache.find::<String>(&user("user 1"), 1, Read::Profile).is_none());
        assert!(cache.kept().size_bytes <= SIZE_MAX_BYTES);
    }
}

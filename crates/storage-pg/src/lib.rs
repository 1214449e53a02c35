//! storage-pg.

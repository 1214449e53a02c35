//! The pages and their forms, through the router, without a browser.
#![cfg(feature = "ssr")]

mod amounts;
mod browser;
mod chats;
mod hostile;
mod imports;
mod profile;
mod refusals;
mod tool_writes;
mod transactions;

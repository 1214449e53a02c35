//! The store contract on memory and on the journal, and what only the journal can break.

mod contract;
mod crash;
mod damage;
mod laws;

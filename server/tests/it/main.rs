//! The server through its real router, and the command line through its real binary.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod api;
mod assessments;
mod bad_input;
mod branches;
mod command_line;
mod doctor;
mod foreign_ids;
mod headers;
mod identity;
mod instances;
mod lab;
mod lakebase_commands;
mod mcp;
mod model;
mod openapi;
mod persistence;
mod postgres;
mod remote_tools;
mod same_origin;
mod serving;
mod static_files;
mod streams;
mod support;
mod tools;
mod usage;

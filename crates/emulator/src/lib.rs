//! A Databricks workspace on loopback, for development and tests.

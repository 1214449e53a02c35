//! A pool of connections to Databricks Lakebase that refreshes its credentials.

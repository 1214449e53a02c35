//! A client of the Databricks REST API, in Databricks' own words.

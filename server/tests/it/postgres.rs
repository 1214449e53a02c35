//! The same on PostgreSQL. `TEST_DATABASE_URL` names a database that this may make schemas in.

use std::sync::Arc;

use domain::Clock;
use lakeledger::{
    Database,
    configuration::{Configuration, Environment},
};

use crate::{
    foreign_ids::nobody_reaches_what_is_not_theirs,
    support::{Server, TestClock},
};

#[tokio::test]
async fn nobody_reaches_what_is_not_theirs_on_postgresql() {
    let url = std::env::vars().find_map(|(name, value)| (name == "TEST_DATABASE_URL").then_some(value));
    let url = url.expect("TEST_DATABASE_URL must name a PostgreSQL database for tests; `make test` sets it");
    let clock = Arc::new(TestClock::default());
    let dyn_clock: Arc<dyn Clock> = Arc::<TestClock>::clone(&clock);
    let schema = format!("server_{}", domain::RunId::generate(&domain::SystemClock).as_uuid().simple());
    let environment = Environment::of(&[("DATABASE_URL", &url), ("LAKEBASE_SCHEMA", &schema)]);
    let storage = Configuration::from_environment(&environment).unwrap().storage;
    let database = Database::new(&storage.database.unwrap(), storage.schema).unwrap();
    storage_pg::migrate(database.connections.as_ref(), &database.config).await.unwrap();
    let store = Arc::new(database.store(dyn_clock.as_ref()));
    let people = [("LAKELEDGER_TRUST_FORWARDED_HEADERS", "true")];
    nobody_reaches_what_is_not_theirs(&Server::on(store, clock, &people)).await;
}

//! The same on PostgreSQL. `TEST_DATABASE_URL` names a database that this may make schemas in.

use std::sync::Arc;

use lakeledger::{
    Database,
    configuration::{Configuration, Environment},
};

use storage::Store;

use crate::{
    foreign_ids::nobody_reaches_what_is_not_theirs,
    support::{Server, TestClock},
};

/// Stores of several instances on one schema of their own.
pub(crate) async fn stores(count: usize, clock: &TestClock) -> Vec<Arc<dyn Store>> {
    let url = std::env::vars().find_map(|(name, value)| (name == "TEST_DATABASE_URL").then_some(value));
    let url = url.expect("TEST_DATABASE_URL must name a PostgreSQL database for tests; `make test` sets it");
    let schema = format!("server_{}", domain::RunId::generate(&domain::SystemClock).as_uuid().simple());
    let environment = Environment::of(&[("DATABASE_URL", &url), ("LAKEBASE_SCHEMA", &schema)]);
    let storage = Configuration::from_environment(&environment).unwrap().storage;
    let mut stores: Vec<Arc<dyn Store>> = Vec::new();
    for _ in 0..count {
        let database = Database::new(storage.database.as_ref().unwrap(), storage.schema.clone()).unwrap();
        storage_pg::migrate(database.connections.as_ref(), &database.config).await.unwrap();
        stores.push(Arc::new(database.store(clock)));
    }
    stores
}

#[tokio::test]
async fn nobody_reaches_what_is_not_theirs_on_postgresql() {
    let clock = Arc::new(TestClock::default());
    let store = stores(1, &clock).await.remove(0);
    let people = [("LAKELEDGER_TRUST_FORWARDED_HEADERS", "true")];
    nobody_reaches_what_is_not_theirs(&Server::on(store, clock, &people)).await;
}

use crate::database::store;

storage::contract_tests!(store().await);

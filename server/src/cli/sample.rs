//! `lakeledger sample`.

use std::sync::Arc;

use anyhow::Context;
use domain::{SystemClock, UserId};
use operations::Operations;

use super::print;
use crate::{configuration::Configuration, store::open_ready_store};

pub(super) async fn sample(configuration: Configuration, user: &UserId, remove: bool) -> anyhow::Result<()> {
    let open = open_ready_store(&configuration.storage, Arc::new(SystemClock)).await?;
    let operations = Operations::new(Arc::clone(&open.store), Arc::new(SystemClock));
    if remove {
        operations.remove_sample(user).await.context("the sample household could not be removed")?;
        print("The sample household is gone.")?;
    } else {
        let import = operations.add_sample(user).await.context("the sample household could not be added")?;
        print(&format!("The sample household is there: {} transactions.", import.imported))?;
    }
    open.close().await;
    Ok(())
}

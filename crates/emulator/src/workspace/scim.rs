//! The current user.

use axum::{Extension, Json};
use serde_json::Value;

use super::faulty::Active;
use crate::{
    faults::HttpAction,
    inventory::{Caller, Inventory},
};

pub(super) async fn me(Extension(Active(fault)): Extension<Active>, caller: Caller) -> Json<Value> {
    let mut me = Inventory::me(&caller);
    if let (Some(HttpAction::NoToken), Some(fields)) = (fault, me.as_object_mut()) {
        fields.remove("userName");
    }
    Json(me)
}

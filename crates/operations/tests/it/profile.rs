use operations::OperationError;
use serde_json::json;

use crate::{operations, user};

#[tokio::test]
async fn a_patch_keeps_the_fields_it_does_not_name() {
    let (operations, ada) = (operations(), user("ada"));
    let first = json!({ "display_name": "Ada", "annual_income": 85000, "base_currency": "EUR" });
    operations.patch_profile(&ada, &first).await.unwrap();
    let profile =
        operations.patch_profile(&ada, &json!({ "annual_income": null, "country": "de" })).await.unwrap();
    assert_eq!(profile.display_name.as_deref(), Some("Ada"));
    assert_eq!(profile.annual_income, None);
    assert_eq!(profile.country.as_deref(), Some("DE"));
    assert_eq!(operations.get_profile(&ada).await.unwrap(), profile);
}

#[tokio::test]
async fn a_replaced_profile_forgets_what_is_left_out() {
    let (operations, ada) = (operations(), user("ada"));
    operations.patch_profile(&ada, &json!({ "display_name": "Ada", "notes": "saves" })).await.unwrap();
    let profile = operations.put_profile(&ada, &json!({ "display_name": "Ada" })).await.unwrap();
    assert_eq!(profile.notes, None);
}

#[tokio::test]
async fn an_unknown_field_is_named() {
    let (operations, ada) = (operations(), user("ada"));
    for body in [json!({ "shoe_size": 38 }), json!({ "financial_goals": [{ "shoe_size": 38 }] })] {
        let Err(OperationError::Invalid(errors)) = operations.patch_profile(&ada, &body).await else {
            panic!("{body} was accepted");
        };
        assert_eq!(errors[0].field, "shoe_size");
    }
}

#[tokio::test]
async fn a_goal_that_is_wrong_is_named_by_its_place_and_nothing_is_saved() {
    let (operations, ada) = (operations(), user("ada"));
    let body = json!({
        "display_name": "Ada",
        "financial_goals": [
            { "name": "House", "target_amount": "50000" },
            { "name": "Boat", "target_amount": "-1" },
        ],
    });
    let Err(OperationError::Invalid(errors)) = operations.patch_profile(&ada, &body).await else {
        panic!("a negative amount was accepted");
    };
    assert_eq!(errors[0].field, "financial_goals.1.target_amount");
    assert!(operations.get_profile(&ada).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_profile_is_its_owner_s() {
    let operations = operations();
    operations.patch_profile(&user("ada"), &json!({ "display_name": "Ada" })).await.unwrap();
    assert!(operations.get_profile(&user("bob")).await.unwrap().is_empty());
}

//! A person's rules for categories: kept in order, tried on the past, applied to it, suggested.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use domain::{Rule, RuleCondition, SettingId, TransactionId};
use operations::RuleDraft;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    super::{
        HttpState, Problem,
        extract::{Id, IdempotencyKey, JsonBody},
        identity::Caller,
    },
    List, schema,
    transactions::EditedTransactions,
};

/// Every rule, in the order in which they are tried.
#[utoipa::path(get, path = "/api/v1/rules", tag = "rules",
    responses((status = 200, body = schema::RuleListSchema)))]
pub(super) async fn list_rules(
    State(state): State<HttpState>,
    Caller(person): Caller,
) -> Result<Json<List<Rule>>, Problem> {
    Ok(List::whole(state.operations().list_rules(&person.user).await?))
}

/// Makes a rule; `conditions` and `category` must be given.
#[utoipa::path(post, path = "/api/v1/rules", tag = "rules", params(schema::IdempotencyKeyParam),
    request_body = schema::RuleDraftSchema,
    responses((status = 201, body = schema::RuleSchema), (status = 409, body = schema::ProblemSchema),
        (status = 422, body = schema::ProblemSchema)))]
pub(super) async fn create_rule(
    State(state): State<HttpState>,
    Caller(person): Caller,
    IdempotencyKey(key): IdempotencyKey<SettingId>,
    JsonBody(draft): JsonBody<RuleDraft>,
) -> Result<impl IntoResponse, Problem> {
    let rule = state.operations().create_rule(&person.user, &draft, key).await?;
    let location = [(header::LOCATION, format!("/api/v1/rules/{}", rule.id))];
    Ok((StatusCode::CREATED, location, Json(rule)))
}

/// Changes the fields given of a rule; another `position` moves it there.
#[utoipa::path(patch, path = "/api/v1/rules/{id}", tag = "rules", params(schema::IdParam),
    request_body = schema::RuleDraftSchema,
    responses((status = 200, body = schema::RuleSchema), (status = 404, body = schema::ProblemSchema),
        (status = 422, body = schema::ProblemSchema)))]
pub(super) async fn update_rule(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Id(id): Id<SettingId>,
    JsonBody(draft): JsonBody<RuleDraft>,
) -> Result<Json<Rule>, Problem> {
    Ok(Json(state.operations().update_rule(&person.user, id, &draft).await?))
}

/// Takes a rule away; what it gave to transactions stays.
#[utoipa::path(delete, path = "/api/v1/rules/{id}", tag = "rules", params(schema::IdParam),
    responses((status = 204), (status = 404, body = schema::ProblemSchema)))]
pub(super) async fn delete_rule(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Id(id): Id<SettingId>,
) -> Result<StatusCode, Problem> {
    state.operations().delete_rule(&person.user, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a rule would change of the past by itself; an empty object tries the saved rules.
#[utoipa::path(post, path = "/api/v1/rules/test", tag = "rules", request_body = schema::RuleDraftSchema,
    responses((status = 200, body = EditedTransactions), (status = 422, body = schema::ProblemSchema)))]
pub(super) async fn test_rules(
    State(state): State<HttpState>,
    Caller(person): Caller,
    JsonBody(draft): JsonBody<RuleDraft>,
) -> Result<Json<EditedTransactions>, Problem> {
    Ok(Json(state.operations().test_rules(&person.user, &draft).await?.into()))
}

/// How to apply the rules.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RulesApplication {
    /// Only tell what would change.
    preview: bool,
}

/// Gives every transaction what the saved rules say; those whose category the person chose stay.
#[utoipa::path(post, path = "/api/v1/rules/apply", tag = "rules", request_body = RulesApplication,
    responses((status = 200, body = EditedTransactions), (status = 422, body = schema::ProblemSchema)))]
pub(super) async fn apply_rules(
    State(state): State<HttpState>,
    Caller(person): Caller,
    JsonBody(body): JsonBody<RulesApplication>,
) -> Result<Json<EditedTransactions>, Problem> {
    Ok(Json(state.operations().apply_rules(&person.user, body.preview).await?.into()))
}

/// A rule that the person's own corrections ask for.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RuleSuggestion {
    /// The payee that was corrected.
    payee: String,
    /// The rule's conditions, to be sent as they are.
    #[schema(value_type = Vec<schema::RuleConditionSchema>)]
    conditions: Vec<RuleCondition>,
    /// The category that the person gave each time.
    category: String,
    /// The transactions that they gave it to, oldest first.
    #[schema(value_type = Vec<uuid::Uuid>)]
    evidence: Vec<TransactionId>,
    /// Other transactions of the payee that the rule would change.
    would_change: usize,
}

/// Every suggestion.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the OpenAPI derive only")]
pub(super) struct RuleSuggestionList {
    items: Vec<RuleSuggestion>,
    /// Always null: the list is whole.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// Rules that the person's own corrections ask for, those that would change most first.
#[utoipa::path(get, path = "/api/v1/rules/suggestions", tag = "rules",
    responses((status = 200, body = RuleSuggestionList)))]
pub(super) async fn suggest_rules(
    State(state): State<HttpState>,
    Caller(person): Caller,
) -> Result<Json<List<RuleSuggestion>>, Problem> {
    let suggested = state.operations().suggest_rules(&person.user).await?;
    let item = |it: finance::rules::RuleSuggestion| RuleSuggestion {
        conditions: vec![RuleCondition::PayeeIs { text: it.payee.clone() }],
        payee: it.payee,
        category: it.category.into(),
        evidence: it.evidence,
        would_change: it.would_change,
    };
    Ok(List::whole(suggested.into_iter().map(item).collect()))
}

//! Gives the balance anchors back that an undone import replaced. The law itself is `storage`'s.

use domain::{BalanceAnchor, ImportId};
use jiff_sqlx::{Date, ToSqlx};
use rust_decimal::Decimal;
use sqlx::{Postgres, Transaction as Work};
use storage::{Change, ReplacedAnchor};
use uuid::Uuid;

use crate::{error::WriteError, rows::anchor_of};

pub(super) async fn give_back(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    id: ImportId,
) -> Result<(), WriteError> {
    for mut replaced in anchors_since(work, change, id).await? {
        let [undone, later @ ..] = &mut replaced[..] else { continue };
        let noted: Vec<ReplacedAnchor> = later.iter().map(|row| row.anchor).collect();
        let given_back = undone.anchor.take_back(later.iter_mut().map(|row| (&mut row.anchor, row.confirms)));
        for (row, noted) in later.iter().zip(noted) {
            if row.anchor != noted {
                put_replaced(work, change, row).await?;
            }
        }
        if given_back {
            put_anchor(work, change, undone.anchor).await?;
        }
    }
    Ok(())
}

/// What an import did to an account's anchor, as it is noted.
struct Noted {
    import_id: Uuid,
    anchor: ReplacedAnchor,
    confirms: bool,
}

/// Of each account that an import touched: what the import did, then what the standing ones after it did.
async fn anchors_since(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    id: ImportId,
) -> Result<Vec<Vec<Noted>>, WriteError> {
    let rows = sqlx::query!(
        r#"
        select
            noted.import_id,
            noted.account_id,
            noted.given_date as "given_date: Date",
            noted.given_balance,
            noted.given_currency,
            noted.before_date as "before_date: Date",
            noted.before_balance,
            noted.before_currency,
            cardinality(import.confirmed_ids) > 0 as "confirms!"
        from import as undone
        join import_account as touched on touched.user_id = $1 and touched.import_id = undone.id
        join import_account as noted on noted.user_id = $1 and noted.account_id = touched.account_id
        join import on import.user_id = $1 and import.id = noted.import_id
        where undone.user_id = $1
            and undone.id = $2
            and (
                import.id = undone.id
                or (
                    import.undone_at is null
                    and (import.created_at, import.id) > (undone.created_at, undone.id)
                )
            )
        order by noted.account_id, import.created_at, import.id
        "#,
        change.user.as_str(),
        id.as_uuid()
    )
    .fetch_all(&mut **work)
    .await?;
    let mut accounts: Vec<Vec<Noted>> = Vec::new();
    for row in rows {
        let account_id = row.account_id.into();
        let anchor = ReplacedAnchor {
            account_id,
            given: anchor_of(row.given_date, row.given_balance, row.given_currency)?,
            before: anchor_of(row.before_date, row.before_balance, row.before_currency)?,
        };
        let noted = Noted { import_id: row.import_id, anchor, confirms: row.confirms };
        match accounts.last_mut() {
            Some(same) if same[0].anchor.account_id == account_id => same.push(noted),
            _ => accounts.push(vec![noted]),
        }
    }
    Ok(accounts)
}

fn columns(anchor: Option<BalanceAnchor>) -> (Option<Date>, Option<Decimal>, Option<String>) {
    (
        anchor.map(|anchor| anchor.date.to_sqlx()),
        anchor.map(|anchor| anchor.balance.amount()),
        anchor.map(|anchor| anchor.balance.currency().code().to_owned()),
    )
}

async fn put_replaced(work: &mut Work<'_, Postgres>, change: &Change, row: &Noted) -> Result<(), WriteError> {
    let [given, before] = [row.anchor.given, row.anchor.before].map(columns);
    sqlx::query!(
        r#"
        update import_account
        set
            given_date = $4,
            given_balance = $5,
            given_currency = $6,
            before_date = $7,
            before_balance = $8,
            before_currency = $9
        where user_id = $1 and import_id = $2 and account_id = $3
        "#,
        change.user.as_str(),
        row.import_id,
        row.anchor.account_id.as_uuid(),
        given.0 as _,
        given.1,
        given.2,
        before.0 as _,
        before.1,
        before.2
    )
    .execute(&mut **work)
    .await?;
    Ok(())
}

async fn put_anchor(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    replaced: ReplacedAnchor,
) -> Result<(), WriteError> {
    let [given, before] = [replaced.given, replaced.before].map(columns);
    sqlx::query!(
        r#"
        update account
        set anchor_date = $6, anchor_balance = $7, anchor_currency = $8
        where user_id = $1
            and id = $2
            and anchor_date is not distinct from $3
            and anchor_balance is not distinct from $4
            and anchor_currency is not distinct from $5
        "#,
        change.user.as_str(),
        replaced.account_id.as_uuid(),
        given.0 as _,
        given.1,
        given.2,
        before.0 as _,
        before.1,
        before.2
    )
    .execute(&mut **work)
    .await?;
    Ok(())
}

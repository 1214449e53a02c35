//! The rights that an application's role needs in its schema, as SQL.
//!
//! A schema belongs to whoever made it. When a person ran the migrations first, the app's service principal gets
//! "permission denied for schema" until it is given these.

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

/// `PostgreSQL` cuts longer names off, which would name another role.
const NAME_BYTES: usize = 63;

/// What a role is bound to in Databricks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// A person; the role is called as their e-mail address.
    User,
    /// A service principal; the role is called as its application (client) id.
    ServicePrincipal,
    /// A group; the role is called as it.
    Group,
}

impl Identity {
    /// What a role of that name is bound to.
    pub fn of(role: &str) -> Self {
        let is_id = role.len() == 36
            && role.bytes().enumerate().all(|(index, byte)| match index {
                8 | 13 | 18 | 23 => byte == b'-',
                _ => byte.is_ascii_hexdigit(),
            });
        if is_id {
            Self::ServicePrincipal
        } else if role.contains('@') {
            Self::User
        } else {
            Self::Group
        }
    }

    /// The word that `databricks_create_role` takes.
    pub const fn as_sql(self) -> &'static str {
        match self {
            Self::User => "USER",
            Self::ServicePrincipal => "SERVICE_PRINCIPAL",
            Self::Group => "GROUP",
        }
    }
}

/// How much a role may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Read, write, and make tables.
    ReadWrite,
    /// Read.
    ReadOnly,
}

/// A name that cannot be granted to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidName {
    /// Nothing.
    #[error("the name is empty")]
    Empty,
    /// More bytes than `PostgreSQL` keeps.
    #[error("the name is longer than 63 bytes")]
    TooLong,
    /// A zero byte.
    #[error("the name holds a zero byte")]
    ZeroByte,
    /// `public` is everybody, in quotes too.
    #[error("public is no role: it would give everybody the rights")]
    Everybody,
}

/// Rights of one role in one schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grants {
    schema: String,
    role: String,
    access: Access,
}

impl Grants {
    /// Rights of `role` in `schema`.
    pub fn new(schema: &str, role: &str, access: Access) -> Result<Self, InvalidName> {
        if role == "public" {
            return Err(InvalidName::Everybody);
        }
        for name in [schema, role] {
            if name.is_empty() {
                return Err(InvalidName::Empty);
            } else if name.len() > NAME_BYTES {
                return Err(InvalidName::TooLong);
            } else if name.contains('\0') {
                return Err(InvalidName::ZeroByte);
            }
        }
        Ok(Self { schema: schema.to_owned(), role: role.to_owned(), access })
    }

    /// How much the role may do.
    pub fn access(&self) -> Access {
        self.access
    }

    /// The statements, to be run by the schema's owner: rights on what is there, and on what that owner makes later.
    pub fn statements(&self) -> Vec<String> {
        let (schema, role) = (identifier(&self.schema), identifier(&self.role));
        let (schema_rights, table_rights, sequence_rights) = match self.access {
            Access::ReadWrite => ("usage, create", "select, insert, update, delete", "usage, select"),
            Access::ReadOnly => ("usage", "select", "select"),
        };
        vec![
            format!("grant {schema_rights} on schema {schema} to {role}"),
            format!("grant {table_rights} on all tables in schema {schema} to {role}"),
            format!("grant {sequence_rights} on all sequences in schema {schema} to {role}"),
            format!("alter default privileges in schema {schema} grant {table_rights} on tables to {role}"),
            format!(
                "alter default privileges in schema {schema} grant {sequence_rights} on sequences to {role}"
            ),
        ]
    }

    /// The statement that lets the role make the schema where there is none yet, and own it; to be run by the
    /// database's owner.
    pub fn to_make_the_schema(&self, database: &str) -> String {
        format!("grant connect, create on database {} to {}", identifier(database), identifier(&self.role))
    }

    /// Whether the role may make the schema.
    pub async fn may_make_the_schema(&self, connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
        sqlx::query_scalar(
            "select has_database_privilege($1::name, current_database(), 'connect')
                and has_database_privilege($1::name, current_database(), 'create')",
        )
        .bind(&self.role)
        .fetch_one(connection)
        .await
    }

    /// The statements that make the role and bind it to its identity, which plain `create role` does not do.
    pub fn create_role(&self) -> Vec<String> {
        let identity = Identity::of(&self.role).as_sql();
        vec![
            "create extension if not exists databricks_auth".to_owned(),
            format!("select databricks_create_role({}, {})", literal(&self.role), literal(identity)),
        ]
    }

    /// Whether the database has the role.
    pub async fn role_exists(&self, connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
        sqlx::query_scalar("select exists (select from pg_roles where rolname = $1)")
            .bind(&self.role)
            .fetch_one(connection)
            .await
    }

    /// Whether the database can make roles that are bound to Databricks' identities. A `PostgreSQL` of one's own
    /// cannot.
    pub async fn can_create_role(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
        sqlx::query_scalar(
            "select exists (select from pg_available_extensions where name = 'databricks_auth')",
        )
        .fetch_one(connection)
        .await
    }

    /// Whether the role may use the schema and read its tables. `PostgreSQL` merely warns where a grantor has a right
    /// without the option to pass it on.
    pub async fn took(&self, connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
        sqlx::query_scalar(
            "select has_schema_privilege($1::name, $2, 'usage') and not exists (
                select from pg_tables
                where schemaname = $2
                    and not has_table_privilege($1::name, format('%I.%I', schemaname, tablename), 'select')
            )",
        )
        .bind(&self.role)
        .bind(&self.schema)
        .fetch_one(connection)
        .await
    }

    /// Runs statements, all or none.
    pub async fn apply(connection: &mut PgConnection, statements: &[String]) -> Result<(), sqlx::Error> {
        let mut transaction = connection.begin().await?;
        for statement in statements {
            sqlx::raw_sql(AssertSqlSafe(statement.clone())).execute(&mut *transaction).await?;
        }
        transaction.commit().await
    }
}

/// A name in quotes.
fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text in quotes; a backslash is nothing special since `PostgreSQL` 9.1.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_service_principal_gets_what_an_app_needs() {
        let id = "00000000-0000-4000-8000-0000000000aa";
        let grants = Grants::new("app_data", id, Access::ReadWrite).unwrap();
        assert_eq!(
            grants.statements(),
            [
                format!("grant usage, create on schema \"app_data\" to \"{id}\""),
                format!(
                    "grant select, insert, update, delete on all tables in schema \"app_data\" to \"{id}\""
                ),
                format!("grant usage, select on all sequences in schema \"app_data\" to \"{id}\""),
                format!(
                    "alter default privileges in schema \"app_data\" grant select, insert, update, delete on tables to \"{id}\""
                ),
                format!(
                    "alter default privileges in schema \"app_data\" grant usage, select on sequences to \"{id}\""
                ),
            ]
        );
        assert_eq!(
            grants.create_role(),
            [
                "create extension if not exists databricks_auth".to_owned(),
                format!("select databricks_create_role('{id}', 'SERVICE_PRINCIPAL')"),
            ]
        );
    }

    #[test]
    fn a_reader_gets_no_right_to_write() {
        let statements = Grants::new("app_data", "a@b.c", Access::ReadOnly).unwrap().statements();
        for word in ["create", "insert", "update", "delete"] {
            assert!(!statements.iter().any(|it| it.contains(word)), "{word}");
        }
    }

    #[test]
    fn names_tell_what_they_are_bound_to() {
        assert_eq!(Identity::of("dev@example.com"), Identity::User);
        assert_eq!(Identity::of("00000000-0000-4000-8000-0000000000AA"), Identity::ServicePrincipal);
        assert_eq!(Identity::of("data engineers"), Identity::Group);
    }

    #[test]
    fn nobody_grants_to_everybody_by_accident() {
        assert_eq!(Grants::new("s", "public", Access::ReadOnly), Err(InvalidName::Everybody));
        assert_eq!(Grants::new("s", "", Access::ReadOnly), Err(InvalidName::Empty));
        assert_eq!(Grants::new("s", "a\0b", Access::ReadOnly), Err(InvalidName::ZeroByte));
        assert_eq!(Grants::new("s", &"a".repeat(64), Access::ReadOnly), Err(InvalidName::TooLong));
    }

    #[test]
    fn quotes_in_a_name_stay_in_the_name() {
        let grants = Grants::new("s", "o'neil\"; drop role x; --", Access::ReadOnly).unwrap();
        assert_eq!(grants.statements()[0], "grant usage on schema \"s\" to \"o'neil\"\"; drop role x; --\"");
        assert!(grants.create_role()[1].starts_with("select databricks_create_role('o''neil\"; drop"));
    }

    proptest! {
        #[test]
        fn what_is_quoted_can_be_read_back(name in "[^\0]{1,40}") {
            let quoted = identifier(&name);
            let inner = &quoted[1..quoted.len() - 1];
            prop_assert!(inner.replace("\"\"", "").find('"').is_none());
            prop_assert_eq!(inner.replace("\"\"", "\""), name.clone());
            let quoted = literal(&name);
            prop_assert_eq!(quoted[1..quoted.len() - 1].replace("''", "'"), name);
        }
    }
}

//! The database finds what memory finds, in the same order; and by its index.

use domain::MessageStatus;
use proptest::prelude::*;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};
use storage::{
    ChangeKind, Indexed, MemoryStore, PageRequest, SearchQuery, Store, Terms,
    testing::{Household, new_user},
    word_key,
};

use crate::database::{bare_store, config, migrate, new_schema, store, url};

/// Words that are near each other, signs of queries and of markup, and anything else.
fn text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        6 => prop::sample::select(vec![
            "car", "cars", "CAR", "carpet", "new", "née", "nee", "Straße", "strasse", "ΌΔΟΣ", "家賃", "賃", "🏠", "80000円",
            "1,234.56", "don't", "e-mail", "in", "the", "집", "집세", "か\u{3099}", "が", "किताब", "ภาษาไทย", "İ", "ﬁ",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,8}",
        1 => any::<String>(),
    ];
    let gap =
        prop::sample::select(vec![" ", " ", " ", "-", "\"", " \"", "\" ", " -", "**", "'", "\n", "](x) "]);
    prop::collection::vec((word, gap), 0..8)
        .prop_map(|pieces| pieces.into_iter().flat_map(|(word, gap)| [word, gap.to_owned()]).collect())
}

async fn every_hit(store: &dyn Store, by: &Household, query: &SearchQuery) -> String {
    let mut page = PageRequest::first(7);
    let mut all = Vec::new();
    loop {
        let part = store.search(&by.user, query, &page).await.unwrap();
        all.extend(part.items);
        match part.next_cursor {
            Some(cursor) => page.cursor = Some(cursor),
            None => return format!("{all:#?}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_database_finds_what_memory_finds_in_the_same_order(
        texts in prop::collection::vec(text(), 1..12),
        queries in prop::collection::vec(text(), 1..12),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (database, memory) = (store().await, MemoryStore::default());
            let ada = Household::new("ada");
            let mut changes = Vec::new();
            for (number, text) in texts.iter().enumerate() {
                let title = domain::Title::from_question(text);
                let chat = ada.chat(title.as_str());
                let (question, answer, run) = ada.exchange(chat.id, text);
                let seal = ChangeKind::AnswerSealed {
                    run_id: run.id,
                    message_id: answer.id,
                    parts: vec![domain::Part::text(texts[texts.len() - 1 - number].clone())],
                    status: MessageStatus::Complete,
                    epoch: 1,
                    record: None,
                };
                changes.push(ada.change(ChangeKind::MessageSent { chat: Some(chat), question, answer, run }));
                changes.push(ada.change(seal));
            }
            for change in &changes {
                database.apply(change).await.unwrap();
                memory.apply(change).await.unwrap();
            }
            let single = texts.iter().flat_map(|text| text.split_whitespace()).map(str::to_owned);
            for text in queries.into_iter().chain(texts.iter().cloned()).chain(single) {
                let query = SearchQuery { text, ..SearchQuery::default() };
                let expected = every_hit(&memory, &ada, &query).await;
                prop_assert_eq!(every_hit(&*database, &ada, &query).await, expected, "{:?}", query.text);
            }
            Ok(())
        })?;
    }
}

/// 100,000 messages of one user among those of another, written as rows.
async fn write_many(connection: &mut sqlx::PgConnection, user: &domain::UserId) {
    let key = word_key(user);
    sqlx::query("select set_config('app.user_id', $1, false)")
        .bind(user.as_str())
        .execute(&mut *connection)
        .await
        .unwrap();
    let texts: Vec<String> = (0..1_000)
        .map(|number| format!("How much did I spend on groceries number {number} in shop {}?", number % 37))
        .collect();
    let words: Vec<String> = texts.iter().map(|text| Indexed::of(text).as_tsvector(&key)).collect();
    let parts: Vec<String> = texts
        .iter()
        .map(|text| serde_json::json!([{ "type": "text", "markdown": text }]).to_string())
        .collect();
    sqlx::query(
        "with given as (select row_number() over () as n, words, parts from unnest($2::text[], $3::text[]) as g (words, parts)), \
         new_chat as (insert into chat (user_id, id, title, title_lower, created_at, updated_at, title_words) \
             select $1, gen_random_uuid(), 'Groceries', 'groceries', now(), now(), '' from generate_series(1, 100) \
             returning id), \
         numbered as (select id, row_number() over () as n from new_chat), \
         new_message as (insert into message (user_id, id, chat_id, role, parts, status, created_at, has_words) \
             select $1, gen_random_uuid(), numbered.id, 'user', given.parts::json, 'complete', \
                 now() - make_interval(secs => given.n), true from given cross join numbered returning id, chat_id, created_at, parts::text), \
         cut as (insert into message_words (user_id, message_id, chat_id, role, created_at, words) \
             select $1, m.id, m.chat_id, 'user', m.created_at, given.words::tsvector \
             from new_message m join given on given.parts = m.parts) \
         select 1",
    )
    .bind(user.as_str())
    .bind(&words)
    .bind(&parts)
    .execute(&mut *connection)
    .await
    .unwrap();
}

#[tokio::test]
async fn a_hundred_thousand_messages_are_searched_by_the_index() {
    let schema = new_schema();
    let config = config(schema.as_str());
    migrate(&config).await.unwrap();
    let store = bare_store(config);
    let mut connection = PgConnection::connect(&url()).await.unwrap();
    // Rows that are written by the thousand need no place in a branch.
    let prepare = format!("set search_path to {schema}; alter table message disable trigger link_message");
    connection.execute(AssertSqlSafe(prepare)).await.unwrap();
    let (ada, eve) = (new_user("ada"), new_user("eve"));
    write_many(&mut connection, &eve).await;
    write_many(&mut connection, &ada).await;
    connection.execute("analyze message_words; analyze message; analyze chat").await.unwrap();
    for (text, count) in
        [("groceries 123", 100), ("\"number 7\"", 100), ("shop", 500), ("\"in shop 3\" -number", 0)]
    {
        let query = SearchQuery { text: text.to_owned(), ..SearchQuery::default() };
        let began = std::time::Instant::now();
        let page = store.search(&ada, &query, &PageRequest::first(500)).await.unwrap();
        eprintln!("{text:?}: {:?}", began.elapsed());
        assert_eq!(page.items.len(), count, "{text}");
    }
    let [fits, ..] = Terms::of("groceries 123").as_tsqueries(&word_key(&ada));
    sqlx::query("select set_config('app.user_id', $1, false), set_config('app.search', $2, false)")
        .bind(ada.as_str())
        .bind(fits)
        .execute(&mut connection)
        .await
        .unwrap();
    let sql = format!("explain select message_id from message_words where user_id = '{ada}'");
    let plan = connection.fetch_all(AssertSqlSafe(sql)).await.unwrap();
    let plan: Vec<String> = plan.iter().map(|row| row.get(0)).collect();
    let plan = plan.join("\n");
    assert!(plan.contains("Bitmap Index Scan on message_words_words"), "{plan}");
}

use domain::{ChatId, MessageId, MessageStatus, Role, Title};

use crate::{
    ChangeKind, PageRequest, SearchHit, SearchQuery, Store, StoreError,
    testing::{Household, fixtures::text_part},
};

fn words(text: &str) -> SearchQuery {
    SearchQuery { text: text.to_owned(), ..SearchQuery::default() }
}

async fn search(store: &dyn Store, by: &Household, query: &SearchQuery, limit: u16) -> Vec<SearchHit> {
    let mut page = PageRequest::first(limit);
    let mut hits = Vec::new();
    loop {
        let part = store.search(&by.user, query, &page).await.unwrap();
        assert!(part.items.len() <= usize::from(limit));
        hits.extend(part.items);
        match part.next_cursor {
            Some(cursor) => page.cursor = Some(cursor),
            None => return hits,
        }
    }
}

async fn found(store: &dyn Store, by: &Household, query: &SearchQuery) -> Vec<Option<MessageId>> {
    search(store, by, query, 100).await.into_iter().map(|hit| hit.message_id).collect()
}

/// The questions of a chat, each answered by the same words and "indeed".
async fn write_questions(store: &dyn Store, ada: &Household, chat: ChatId, texts: &[&str]) -> Vec<MessageId> {
    let mut ids = Vec::new();
    for text in texts {
        let (question, _, run) = ada.write_question(store, chat, text).await;
        ada.write(store, ada.seal(&run, "Indeed.", MessageStatus::Complete)).await;
        ids.push(question.id);
    }
    ids
}

pub async fn messages_are_found_by_their_words(store: &dyn Store) {
    let ada = Household::new("ada");
    let chat = ada.write_chat(store, "Money").await;
    let texts = [
        "What did we decide about the new car?",
        "The car is new, and Café Zürich costs 1,234.56 EUR",
        "家賃は80000円 🏠",
        "A carpet, or don't-know",
    ];
    let ids = write_questions(store, &ada, chat.id, &texts).await;
    for (text, expected) in [
        ("car", &[1, 0, 3][..]),
        ("\"car\"", &[1, 0]),
        ("car ", &[1, 0, 3]),
        ("CAR new", &[1, 0]),
        ("new car", &[0, 1]),
        ("\"new car\"", &[0]),
        ("car -decide", &[1]),
        ("car -\"new car\"", &[1]),
        ("-car", &[]),
        ("cafe zurich", &[1]),
        ("ZÜR", &[1]),
        ("1,234.56", &[1]),
        ("234.56", &[1]),
        ("234 1", &[1]),
        ("家賃", &[2]),
        ("賃家", &[]),
        ("80000円", &[2]),
        ("🏠", &[2]),
        ("don't", &[3]),
        ("don t-know", &[3]),
        ("o'rly", &[]),
        ("decide -", &[0]),
        ("\"decide about", &[0]),
        ("", &[]),
        ("' & | ! <-> :* \\ %", &[]),
        ("\0", &[]),
    ] {
        let expected: Vec<_> = expected.iter().map(|at| Some(ids[*at])).collect();
        assert_eq!(found(store, &ada, &words(text)).await, expected, "{text:?}");
    }
}

pub async fn a_hit_shows_its_words_and_where_it_stands(store: &dyn Store) {
    let ada = Household::new("ada");
    let chat = ada.write_chat(store, "Holiday plans").await;
    let long = format!(
        "{} **Rent** of [12.50 EUR](/money?category=rent) was due {}",
        "so ".repeat(60),
        "on ".repeat(90)
    );
    let ids = write_questions(store, &ada, chat.id, &[&long]).await;
    let hits = search(store, &ada, &words("rent"), 9).await;
    assert_eq!(hits.len(), 1);
    let hit = &hits[0];
    assert_eq!((hit.chat_id, hit.message_id, hit.role), (chat.id, Some(ids[0]), Some(Role::User)));
    assert_eq!(hit.chat_title, chat.title);
    let marked: Vec<_> =
        hit.snippet.iter().filter(|piece| piece.hit).map(|piece| piece.text.as_str()).collect();
    assert_eq!(marked, ["Rent"]);
    let text: String = hit.snippet.iter().map(|piece| piece.text.as_str()).collect();
    assert!(
        text.starts_with("…so so") && text.contains("Rent of 12.50 EUR was due on") && text.ends_with('…')
    );
    assert!(text.chars().count() < 200, "{text}");
    assert_eq!(found(store, &ada, &words("category")).await, [], "the address of a link is not text");
}

pub async fn titles_are_found_before_messages_until_they_are_renamed(store: &dyn Store) {
    let ada = Household::new("ada");
    let chat = ada.write_chat(store, "The new car").await;
    let ids = write_questions(store, &ada, chat.id, &["Is the car worth it?"]).await;
    let hits = search(store, &ada, &words("car"), 9).await;
    assert_eq!(hits.iter().map(|hit| hit.message_id).collect::<Vec<_>>(), [None, Some(ids[0])]);
    assert_eq!((hits[0].role, hits[0].created_at), (None, chat.created_at));
    assert!(hits[0].rank > hits[1].rank);
    let title = Title::new("The bicycle").unwrap();
    ada.write(store, ChangeKind::ChatRenamed { chat_id: chat.id, title: title.clone() }).await;
    assert_eq!(found(store, &ada, &words("car")).await, [Some(ids[0])]);
    assert_eq!(found(store, &ada, &words("bicycle")).await, [None]);
    assert_eq!(search(store, &ada, &words("worth"), 9).await[0].chat_title, title);
}

pub async fn a_search_keeps_to_its_filters(store: &dyn Store) {
    let (ada, eve) = (Household::new("ada"), Household::new("eve"));
    let (chat, other) = (ada.write_chat(store, "One").await, ada.write_chat(store, "Other indeed").await);
    let ids = write_questions(store, &ada, chat.id, &["rent in may", "rent in june"]).await;
    let others = write_questions(store, &ada, other.id, &["rent in july"]).await;
    assert_eq!(found(store, &ada, &words("rent")).await, [Some(others[0]), Some(ids[1]), Some(ids[0])]);
    assert_eq!(found(store, &eve, &words("rent")).await, []);
    let by = |role, chat_id, text| SearchQuery { role, chat_id, ..words(text) };
    assert_eq!(found(store, &ada, &by(Some(Role::Assistant), None, "rent")).await, []);
    assert_eq!(found(store, &ada, &by(Some(Role::Assistant), None, "indeed")).await.len(), 3);
    assert_eq!(found(store, &ada, &by(None, None, "indeed")).await.len(), 4, "with a title");
    assert_eq!(found(store, &ada, &by(None, Some(chat.id), "rent")).await, [Some(ids[1]), Some(ids[0])]);
    assert_eq!(found(store, &ada, &by(None, Some(ChatId::generate(&ada.clock)), "rent")).await, []);
    // The household's clock stands in one day.
    let day = store.find_message(&ada.user, ids[0]).await.unwrap().unwrap().created_at;
    let day = day.to_zoned(jiff::tz::TimeZone::UTC).date();
    for (from, to, count) in [
        (Some(day), Some(day), 3),
        (Some(day), None, 3),
        (None, Some(day.yesterday().unwrap()), 0),
        (Some(day.tomorrow().unwrap()), None, 0),
    ] {
        let within = SearchQuery { from, to, ..words("rent") };
        assert_eq!(found(store, &ada, &within).await.len(), count, "{from:?} to {to:?}");
    }
    ada.write(store, ChangeKind::ChatDeleted { chat_id: chat.id }).await;
    assert_eq!(found(store, &ada, &words("rent")).await, [Some(others[0])], "the trash is left out");
    ada.write(store, ChangeKind::ChatRestored { chat_id: chat.id }).await;
    assert_eq!(found(store, &ada, &words("rent")).await.len(), 3);
}

pub async fn hits_come_in_pages_of_any_size(store: &dyn Store) {
    let ada = Household::new("ada");
    let chat = ada.write_chat(store, "Rent and more").await;
    let texts = ["rent and more", "more rent", "rental, and more", "rent", "and more rent more"];
    write_questions(store, &ada, chat.id, &texts).await;
    let whole = search(store, &ada, &words("more rent"), 100).await;
    assert_eq!(whole.len(), 5);
    assert!(whole.is_sorted_by_key(|hit| std::cmp::Reverse((hit.rank, hit.created_at, hit.message_id))));
    for limit in 1..=6 {
        assert_eq!(search(store, &ada, &words("more rent"), limit).await, whole);
    }
    for cursor in ["", "1", "1.2", "x.1.00000000-0000-0000-0000-000000000000", "\0"] {
        let page = PageRequest { limit: 9, cursor: Some(cursor.to_owned()) };
        let refused = store.search(&ada.user, &words("rent"), &page).await;
        assert!(matches!(refused, Err(StoreError::CursorMalformed)), "{refused:?}");
    }
}

pub async fn an_answer_is_found_once_it_is_sealed(store: &dyn Store) {
    let ada = Household::new("ada");
    let chat = ada.write_chat(store, "Sealed").await;
    let (_, answer, run) = ada.write_question(store, chat.id, "How much?").await;
    assert_eq!(found(store, &ada, &words("kiosk")).await, []);
    let seal = ChangeKind::AnswerSealed {
        run_id: run.id,
        message_id: answer.id,
        parts: vec![text_part("At the **kiosk**."), text_part("Nul\0 byte")],
        status: MessageStatus::Stopped,
        epoch: run.epoch,
        record: None,
    };
    ada.write(store, seal).await;
    for text in ["kiosk", "kiosk nul", "byte"] {
        assert_eq!(found(store, &ada, &words(text)).await, [Some(answer.id)], "{text}");
    }
}

//! `/`: a new chat, the first steps of an empty app, and the search of the history.

use domain::{ChatId, FieldError, Persona, Role};
use leptos::prelude::*;
use operations::{OperationError, SearchResults, if_known};
use storage::{ChatFilter, PageRequest, SearchHit};

use super::{ChatAttempt, chat::persona_options, has_query, query};
use crate::{
    components::{
        Composer, Frame, FrameModel, HistoryGroup, SearchFields, SearchFilters, Section, UploadForm, page,
    },
    format::{self, Locale},
    islands::Conversation,
    render::{MESSAGE_SPRITE, TOOL_CALL_TEMPLATE},
    visit::Visit,
};

/// Questions that are offered.
const SUGGESTIONS: usize = 4;
/// Chats on a page of all chats.
const CHATS: u16 = 100;
/// Hits on a page of a search.
const HITS: u16 = 30;

struct Home {
    frame: FrameModel,
    content: Content,
    deleted: Option<(ChatId, String)>,
    attempt: Option<ChatAttempt>,
}

enum Content {
    /// The ledger is empty.
    FirstSteps,
    NewChat {
        suggestions: Vec<String>,
    },
    /// Every chat.
    Chats {
        groups: Vec<HistoryGroup>,
        next: Option<String>,
    },
    /// What a search found.
    Results {
        search: SearchFields,
        errors: Vec<FieldError>,
        results: SearchResults,
    },
}

async fn load(
    visit: Visit,
    is_search: bool,
    search: SearchFields,
    cursor: Option<String>,
    deleted: Option<ChatId>,
) -> Result<Home, OperationError> {
    let attempt = use_context::<ChatAttempt>();
    let section = if is_search { Section::Elsewhere } else { Section::NewChat };
    let frame = FrameModel::load(&visit, section).await?;
    let operations = visit.operations();
    let deleted = match deleted {
        Some(id) => find_deleted(&visit, id).await?,
        None => None,
    };
    let content = if is_search && !search.q.trim().is_empty() {
        let (query, errors) = search.check();
        let request = PageRequest { limit: HITS, cursor };
        Content::Results { search, errors, results: operations.search(visit.user(), &query, &request).await? }
    } else if is_search {
        let request = PageRequest { limit: CHATS, cursor };
        let chats = operations.list_chats(visit.user(), &ChatFilter::default(), &request).await?;
        Content::Chats {
            groups: HistoryGroup::of(&chats.items, visit.today(), frame.locale),
            next: chats.next_cursor,
        }
    } else {
        let ledger = if_known(operations.ledger(visit.user()).await)?;
        if ledger.as_ref().is_some_and(|ledger| ledger.transactions.is_empty()) {
            Content::FirstSteps
        } else {
            let suggestions = match (&ledger, &frame.profile) {
                (Some(ledger), Some(profile)) => {
                    assistant::suggestions(ledger, profile, visit.today(), SUGGESTIONS)
                }
                _ => Vec::new(),
            };
            Content::NewChat { suggestions }
        }
    };
    Ok(Home { frame, content, deleted, attempt })
}

/// The title of a chat in the trash, for its notice.
async fn find_deleted(visit: &Visit, id: ChatId) -> Result<Option<(ChatId, String)>, OperationError> {
    let chat = visit.operations().find_deleted_chat(visit.user(), id).await?;
    Ok(chat.map(|chat| (id, chat.title.as_str().to_owned())))
}

/// `/`: a new chat, the first steps of an empty app, and the search of the history.
#[component]
pub(crate) fn HomePage() -> impl IntoView {
    let deleted = query("deleted").and_then(|id| id.parse().ok());
    let search = SearchFields::read(query);
    let load = load(Visit::of_request(), has_query("q"), search, query("cursor"), deleted);
    page(load, |home| {
        let Home { frame, content, deleted, attempt } = home;
        let locale = frame.locale;
        let title = match &content {
            Content::Chats { .. } => "Chats",
            Content::Results { .. } => "Search",
            Content::FirstSteps | Content::NewChat { .. } => "",
        };
        view! {
            <Frame model=frame title=title layout="chat">
                {deleted.map(|(id, title)| view! { <DeletedNotice id title /> })}
                {match content {
                    Content::FirstSteps => view! { <FirstSteps attempt /> }.into_any(),
                    Content::NewChat { suggestions } => {
                        view! { <NewChat suggestions attempt /> }.into_any()
                    }
                    Content::Chats { groups, next } => view! { <AllChats groups next /> }.into_any(),
                    Content::Results { search, errors, results } => {
                        view! { <Results search errors results locale /> }.into_any()
                    }
                }}
            </Frame>
        }
    })
}

/// Tells that a chat lies in the trash, with the way back.
#[component]
fn DeletedNotice(id: ChatId, title: String) -> impl IntoView {
    view! {
        <form class="toast" role="status" method="post" action=format!("/chats/{id}/restore")>
            <p>"Deleted “" {title} "”."</p>
            <button class="button" data-kind="quiet">"Undo"</button>
        </form>
    }
    .into_any()
}

/// A conversation that has not begun: the island puts the messages here when it does.
#[component]
fn EmptyConversation(attempt: Option<ChatAttempt>, children: Children) -> impl IntoView {
    let (text, error) = attempt.map(|attempt| (attempt.text, attempt.error)).unwrap_or_default();
    view! {
        <Conversation>
            <div class="intro">{children()}</div>
            <ol class="messages" id="messages"></ol>
            <Composer action="/chats" text=text error=error autofocus=true />
            <div hidden inner_html=format!("{TOOL_CALL_TEMPLATE}{MESSAGE_SPRITE}")></div>
        </Conversation>
    }
    .into_any()
}

#[component]
fn FirstSteps(attempt: Option<ChatAttempt>) -> impl IntoView {
    view! {
        <EmptyConversation attempt>
            <h1>"Ask your money"</h1>
            <p class="lead">
                "Import a statement, then ask. Every figure in an answer leads to the transactions behind it."
            </p>
            <UploadForm />
            <form class="sample" method="post" action="/sample">
                <p>"No file at hand?"</p>
                <button class="button">"Try with sample data"</button>
            </form>
        </EmptyConversation>
    }
    .into_any()
}

#[component]
fn NewChat(suggestions: Vec<String>, attempt: Option<ChatAttempt>) -> impl IntoView {
    let suggestions = suggestions
        .into_iter()
        .map(|text| {
            view! {
                <li>
                    <button
                        class="suggestion"
                        form="composer"
                        formnovalidate
                        name="suggestion"
                        value=text.clone()
                    >
                        {text.clone()}
                    </button>
                </li>
            }
        })
        .collect_view();
    view! {
        <EmptyConversation attempt>
            <h1>"Ask your money"</h1>
            <div class="suggestions" role="group" aria-label="Suggestions">
                <ul>{suggestions}</ul>
            </div>
            <p class="tone">
                <label for="new-chat-persona">"How answers sound"</label>
                <select id="new-chat-persona" name="persona" form="composer">
                    {persona_options(Persona::default())}
                </select>
            </p>
        </EmptyConversation>
    }
    .into_any()
}

#[component]
fn AllChats(groups: Vec<HistoryGroup>, next: Option<String>) -> impl IntoView {
    let is_empty = groups.is_empty();
    let groups = groups
        .into_iter()
        .map(|group| {
            let chats = group
                .chats
                .into_iter()
                .map(|(id, title)| view! { <li><a href=format!("/chats/{id}")>{title}</a></li> })
                .collect_view();
            view! {
                <section>
                    <h2>{group.heading}</h2>
                    <ul class="result-list">{chats}</ul>
                </section>
            }
        })
        .collect_view();
    view! {
        <div class="results">
            <h1>"All chats"</h1>
            <SearchForm search=SearchFields::default() errors=Vec::new() />
            {is_empty.then(|| view! { <p class="empty">"No chat yet."</p> })}
            {groups}
            {next.map(|cursor| view! { <More search=SearchFields::default() cursor words="Older chats" /> })}
        </div>
    }
    .into_any()
}

#[component]
fn Results(
    search: SearchFields,
    errors: Vec<FieldError>,
    results: SearchResults,
    locale: Locale,
) -> impl IntoView {
    let SearchResults { items, next_cursor, is_partial } = results;
    let is_empty = items.is_empty();
    let hits = items.into_iter().map(|hit| hit_view(hit, locale)).collect_view();
    let more = next_cursor.map(|cursor| view! { <More search=search.clone() cursor words="More" /> });
    view! {
        <div class="results">
            <h1>"Search"</h1>
            <SearchForm search errors />
            {is_partial
                .then(|| {
                    view! {
                        <p class="notice" data-level="warning">
                            "The database is away: only chats that are at hand were searched."
                        </p>
                    }
                })}
            {is_empty
                .then(|| {
                    view! {
                        <p class="empty">
                            "Nothing found. Every word must be there; put words that belong together in quotes, and a minus before one to leave out."
                        </p>
                    }
                })}
            <ol class="hits">{hits}</ol>
            {more}
        </div>
    }
    .into_any()
}

/// One hit: the chat, who said it and when, and the words around.
fn hit_view(hit: SearchHit, locale: Locale) -> impl IntoView {
    let href = match hit.message_id {
        Some(message) => format!("/chats/{}?at={message}#m-{message}", hit.chat_id),
        None => format!("/chats/{}", hit.chat_id),
    };
    let who = match hit.role {
        Some(Role::User) => "You asked",
        Some(Role::Assistant) => "Answer",
        None => "Title",
    };
    let pieces =
        hit.snippet
            .into_iter()
            .map(|piece| {
                if piece.hit { view! { <mark>{piece.text}</mark> }.into_any() } else { piece.text.into_any() }
            })
            .collect_view();
    view! {
        <li class="hit">
            <a href=href>{hit.chat_title.as_str().to_owned()}</a>
            <p class="hint">{who} " · " {format::moment(hit.created_at, locale)}</p>
            <p class="snippet">{pieces}</p>
        </li>
    }
    .into_any()
}

#[component]
fn SearchForm(search: SearchFields, errors: Vec<FieldError>) -> impl IntoView {
    view! {
        <form class="results-search" role="search" method="get" action="/" aria-label="Search in results">
            <div class="results-words">
                <label class="visually-hidden" for="results-search">"Search chats"</label>
                <input id="results-search" type="search" name="q" value=search.q.clone() />
                <button class="button">"Search"</button>
            </div>
            <div class="fields">
                <SearchFilters fields=search errors id_prefix="results-" />
            </div>
        </form>
    }
    .into_any()
}

#[component]
fn More(search: SearchFields, cursor: String, words: &'static str) -> impl IntoView {
    let fields = search.pairs().into_iter();
    let fields = fields.map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
    view! {
        <form method="get" action="/">
            {fields.collect_view()}
            <input type="hidden" name="cursor" value=cursor />
            <button class="button">{words}</button>
        </form>
    }
    .into_any()
}

//! `/chats/{id}`: a conversation.

use std::collections::{HashMap, HashSet};

use domain::{Chat, ChatId, MessageId, MessageStatus, Part, Persona, ToolWriteId};
use futures::try_join;
use leptos::prelude::*;
use operations::{Branch, BranchMessage, OperationError, Person};
use storage::{ChatFilter, Page, PageRequest, ToolWriteFilter, cursor::MessageCursor};

use super::{id_param, query};
use crate::{
    AppState,
    components::{Composer, Frame, FrameModel, HISTORY_LENGTH, History, HistoryGroup, Section, page},
    format::Locale,
    islands::Conversation,
    render::{MESSAGE_SPRITE, TOOL_CALL_TEMPLATE, ToolWrites, messages_html},
    visit::Visit,
};

/// Messages on a page; older ones are a page of their own.
const MESSAGES: u16 = 50;
/// Changes asked for in a chat that are read at once; older ones are read one by one.
const WRITES: u16 = 200;

/// A question that was refused, for the page that shows it again.
#[derive(Debug, Clone)]
pub(crate) struct ChatAttempt {
    pub(crate) text: String,
    pub(crate) error: String,
}

struct Conversed {
    frame: FrameModel,
    chat: Chat,
    /// The messages as HTML: they enter the page as one piece, and only once.
    messages: String,
    is_streaming: bool,
    older: Option<String>,
    /// The page ends before the chat does.
    is_earlier: bool,
    attempt: Option<ChatAttempt>,
}

async fn load(
    visit: Visit,
    id: Result<ChatId, OperationError>,
    before: Option<String>,
    at: Option<MessageId>,
) -> Result<Conversed, OperationError> {
    let attempt = use_context::<ChatAttempt>();
    let id = id?;
    let request = PageRequest { limit: MESSAGES, cursor: before };
    let (chat, frame, mut listed) = try_join!(
        visit.operations().get_chat(visit.user(), id),
        FrameModel::load(&visit, Section::Chat(id)),
        visit.operations().list_branch(visit.user(), id, &request),
    )?;
    // An answer that another process left half-made is gone on with before it is shown.
    let streaming = |shown: &BranchMessage| shown.message.status == MessageStatus::Streaming;
    let mut is_earlier = request.cursor.is_some();
    if let Some(at) = at.filter(|at| !listed.items.iter().any(|shown| shown.message.id == *at)) {
        listed = branch_to(&visit, id, at).await?;
        is_earlier = true;
    }
    let unfinished = listed.items.iter().filter(|shown| streaming(shown));
    let unfinished: Vec<_> = unfinished.filter_map(|shown| shown.message.run_id).collect();
    for run in &unfinished {
        visit.state.runs.settle(visit.user(), *run).await?;
    }
    if !unfinished.is_empty() {
        listed = visit.operations().list_branch(visit.user(), id, &request).await?;
    }
    let writes = tool_writes(&visit, id, &listed.items).await?;
    Ok(Conversed {
        messages: messages_html(&listed.items, &writes, frame.locale),
        is_streaming: listed.items.last().is_some_and(streaming),
        older: listed.next_cursor,
        is_earlier,
        frame,
        chat,
        attempt,
    })
}

/// A message and those before it: a place that a search found, on whichever branch it is.
async fn branch_to(
    visit: &Visit,
    chat: ChatId,
    at: MessageId,
) -> Result<Page<BranchMessage>, OperationError> {
    let message = visit.operations().get_message(visit.user(), at).await?;
    if message.chat_id != chat {
        return Err(OperationError::NotFound);
    }
    let request = PageRequest { limit: MESSAGES, cursor: Some(MessageCursor(at).encode()) };
    let mut page = visit.operations().list_branch(visit.user(), chat, &request).await?;
    let branch = Branch { position: 1, count: 1, previous_id: None, next_id: None };
    page.items.push(BranchMessage { message, branch });
    Ok(page)
}

/// What became of the changes that the messages ask about.
async fn tool_writes(
    visit: &Visit,
    chat: ChatId,
    messages: &[BranchMessage],
) -> Result<ToolWrites, OperationError> {
    let parts = messages.iter().flat_map(|shown| shown.message.parts.iter());
    let asked = parts.filter_map(|part| match part {
        Part::Confirmation(asked) => Some(asked.tool_write_id),
        _ => None,
    });
    let mut missing: HashSet<ToolWriteId> = asked.collect();
    let mut writes = HashMap::new();
    if missing.is_empty() {
        return Ok(writes);
    }
    let filter = ToolWriteFilter { status: None, chat_id: Some(chat) };
    let listed =
        visit.operations().list_tool_writes(visit.user(), &filter, &PageRequest::first(WRITES)).await?;
    for write in listed.items {
        if missing.remove(&write.id) {
            writes.insert(write.id, write);
        }
    }
    if listed.next_cursor.is_none() {
        // What has been cleared away is shown as the question it was.
        return Ok(writes);
    }
    for id in missing {
        match visit.operations().get_tool_write(visit.user(), id).await {
            Ok(write) => drop(writes.insert(id, write)),
            Err(OperationError::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(writes)
}

/// `/chats/{id}`: a conversation.
#[component]
pub(crate) fn ChatPage() -> impl IntoView {
    let at = query("at").and_then(|id| id.parse().ok());
    let load = load(Visit::of_request(), id_param(), query("before"), at);
    page(load, |conversed| {
        let Conversed { frame, chat, messages, is_streaming, older, is_earlier, attempt } = conversed;
        let end = format!("/chats/{}", chat.id);
        let (text, error) = attempt.map(|attempt| (attempt.text, attempt.error)).unwrap_or_default();
        let action = format!("/chats/{}/messages", chat.id);
        let older = older.map(|cursor| {
            let id = chat.id;
            view! {
                <form class="older" method="get" action=format!("/chats/{id}")>
                    <input type="hidden" name="before" value=cursor />
                    <button class="button" data-kind="quiet">"Earlier messages"</button>
                </form>
            }
        });
        view! {
            <Frame model=frame title=chat.title.as_str().to_owned() layout="chat">
                <Conversation>
                    <ChatHeader chat />
                    {older}
                    <ol class="messages" id="messages" inner_html=messages></ol>
                    {is_earlier
                        .then(|| {
                            view! { <p class="answer-state"><a href=end>"Go to the end of this chat"</a></p> }
                        })}
                    {is_streaming
                        .then(|| view! {
                            <noscript>
                                <p class="answer-state">"The answer is still being made. " <a href="">"Look again"</a></p>
                            </noscript>
                        })}
                    <Composer action=action text=text error=error />
                    <div hidden inner_html=format!("{TOOL_CALL_TEMPLATE}{MESSAGE_SPRITE}")></div>
                </Conversation>
            </Frame>
        }
    })
}

const fn persona_words(persona: Persona) -> &'static str {
    match persona {
        Persona::Plain => "Plain",
        Persona::Brief => "Brief",
        Persona::Coach => "Encouraging",
        Persona::Analyst => "With the working",
    }
}

/// How answers can sound, as options of a choice.
pub(super) fn persona_options(chosen: Persona) -> impl IntoView {
    Persona::ALL
        .map(|persona| {
            view! {
                <option value=persona.as_str() selected=persona == chosen>
                    {persona_words(persona)}
                </option>
            }
        })
        .collect_view()
}

/// The chat's title, with how answers sound, renaming and deleting behind it.
#[component]
fn ChatHeader(chat: Chat) -> impl IntoView {
    let id = chat.id;
    let title = chat.title.as_str().to_owned();
    let personas = persona_options(chat.persona);
    view! {
        <header class="chat-header">
            <h1>{title.clone()}</h1>
            <details class="menu">
                <summary>
                    <span aria-hidden="true">"⋯"</span>
                    <span class="visually-hidden">"Settings of this chat"</span>
                </summary>
                <div class="menu-body">
                    <form method="post" action=format!("/chats/{id}/persona")>
                        <label for="chat-persona">"How answers sound"</label>
                        <select id="chat-persona" name="persona">{personas}</select>
                        <button class="button">"Use"</button>
                    </form>
                    <form method="post" action=format!("/chats/{id}/rename")>
                        <label for="chat-title">"Title"</label>
                        <input id="chat-title" name="title" value=title required maxlength="120" autocomplete="off" />
                        <button class="button">"Rename"</button>
                    </form>
                    <form method="post" action=format!("/chats/{id}/delete")>
                        <button class="button" data-kind="danger">"Delete chat"</button>
                    </form>
                </div>
            </details>
        </header>
    }
    .into_any()
}

/// The chat's header as HTML, for a chat that began while its page was open.
pub(crate) fn chat_header_html(chat: &Chat) -> String {
    let chat = chat.clone();
    Owner::new().with(|| view! { <ChatHeader chat /> }.to_html())
}

/// The history as HTML, with `current` marked.
pub(crate) async fn history_html(
    state: &AppState,
    person: &Person,
    current: ChatId,
    locale: Locale,
) -> Result<String, OperationError> {
    let request = PageRequest::first(HISTORY_LENGTH);
    let chats = state.operations.list_chats(&person.user, &ChatFilter::default(), &request).await?;
    let history = HistoryGroup::of(&chats.items, person.today(state.operations.clock()), locale);
    let section = Section::Chat(current);
    let has_more = chats.next_cursor.is_some();
    Ok(Owner::new().with(|| view! { <History history section has_more /> }.to_html()))
}
